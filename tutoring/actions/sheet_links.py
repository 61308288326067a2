"""Links by which a tutor without account reaches the sheets of the month: mailed or texted, one form, nothing else.

A reminder link lives seven days; on a telephone nobody knows it only sends a fresh one of ten minutes, used once. That
one makes the telephone known for three months; whom a tutor follows is read again each time.
"""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts import clock
from accounts.journal import log_access
from accounts.models import Message
from accounts.outbox import post_message
from accounts.reminders import had_digest
from accounts.rows import change, keep
from regulations.phones import read_phone, receives_texts
from tutoring.models import SheetLink, Tutor
from tutoring.sheets import Waited, followed, waited_of

REMINDER_LIFE = timedelta(days=7)
ACCESS_LIFE = timedelta(minutes=10)
PHONE_LIFE = timedelta(days=90)
LINKS_AN_HOUR = 5
# A reminder by text message costs attention and money: one a day.
BETWEEN_TEXTS = timedelta(hours=24)
KEPT = timedelta(days=1)
LINK_OVER = "Ce lien ne marche plus."
# Start of the key of each message about sheets: settings.MESSAGE_CHECKS.
KEY = "fiche"

Channel = Message.Channel


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def reached_by(tutor: Tutor) -> tuple[str, str] | None:
    """Text message when a mobile is known, else mail, else nobody can reach this tutor."""
    number = read_phone(tutor.phone)
    if number and receives_texts(number):
        return Channel.SMS, number
    return (Channel.MAIL, tutor.email) if tutor.email else None


# --- What is sent ---


@transaction.atomic
def remind(*, tutor: Tutor, planned_on: date, at: datetime) -> SheetLink | None:
    """Rappeler à un tuteur ses fiches : une fois par jour prévu, un message pour toutes, jamais deux SMS en un jour."""
    tutor = Tutor.objects.select_for_update(of=("self",)).select_related("establishment").get(pk=tutor.pk)
    if tutor.sheet_links.filter(planned_on=planned_on).exists():
        return None
    waiting = waited_of([tutor], at.astimezone(clock.PARIS).date())
    way = _way_of_reminder(tutor, at)
    if not waiting or way is None:
        return None
    link, address = _new_link(tutor, way, SheetLink.Kind.REMINDER, at, planned_on)
    own = has_second_factor(tutor)
    subject, body = words_of_reminder(waiting, _account_address() if own else address, way[0], by_account=own)
    post_message(key=f"{KEY}:{tutor.pk}:{link.pk}", recipient=way[1], subject=subject, body=body, channel=way[0])
    return link


def _way_of_reminder(tutor: Tutor, at: datetime) -> tuple[str, str] | None:
    """At most one a day to one number or address, whoever shares it, digest included: the next morning tries again."""
    way = reached_by(tutor)
    if way is None or (way[0] == Channel.MAIL and had_digest(way[1], at.astimezone(clock.PARIS).date())):
        return None
    sent = SheetLink.objects.filter(kind=SheetLink.Kind.REMINDER, created_at__gt=at - BETWEEN_TEXTS)
    return None if sent.filter(sent_to=way[1]).exists() else way


def words_of_reminder(waiting: list[Waited], address: str, channel: str, *, by_account: bool) -> tuple[str, str]:
    """No name of anybody: a message is read on the screen of a telephone that lies about."""
    count = len(waiting)
    what = "1 fiche de suivi vous attend" if count == 1 else f"{count} fiches de suivi vous attendent"
    if channel == Channel.SMS:
        return "", f"ImPEC' : {what}, une minute chacune. {address}"
    how, life = "sans compte ni mot de passe", f"Ce lien marche {REMINDER_LIFE.days} jours. "
    if by_account:
        how, life = "avec votre compte", ""
    body = (
        f"Bonjour,\n\n{what} : cinq gestes, une minute chacune, {how}.\n{address}\n\n"
        f"{life}Déjà rendue sur papier ? Dites-le à votre service des ressources humaines : "
        "plus aucun rappel ne partira.\n"
    )
    return f"ImPEC' : {what}", body


def _new_link(
    tutor: Tutor, way: tuple[str, str], kind: str, at: datetime, planned_on: date | None = None
) -> tuple[SheetLink, str]:
    """A newer link of its kind replaces the one before; a telephone known by it stays known."""
    for standing in tutor.sheet_links.open().filter(kind=kind):
        change(standing, revoked_at=at)
    token = secrets.token_urlsafe(32)
    life = REMINDER_LIFE if kind == SheetLink.Kind.REMINDER else ACCESS_LIFE
    link = keep(
        SheetLink(
            tutor=tutor,
            kind=kind,
            planned_on=planned_on,
            channel=way[0],
            sent_to=way[1],
            token_hash=hash_of(token),
            created_at=at,
            expires_at=at + life,
        )
    )
    return link, settings.SITE_ADDRESS.rstrip("/") + reverse("tutoring:open_sheet_link", args=[token])


@transaction.atomic
def send_access(*, tutor: Tutor, at: datetime) -> SheetLink | None:
    """Recevoir un lien de dix minutes, à l'adresse ou au numéro connus ; None quand cela ne se peut pas."""
    tutor = Tutor.objects.select_for_update(of=("self",)).select_related("establishment").get(pk=tutor.pk)
    way = reached_by(tutor)
    today = at.astimezone(clock.PARIS).date()
    if way is None or not is_following(tutor, today):
        return None
    # Several tutors of one house may share an address or a telephone.
    recent = SheetLink.objects.filter(
        kind=SheetLink.Kind.ACCESS, sent_to__iexact=way[1], created_at__gt=at - timedelta(hours=1)
    )
    if recent.count() >= LINKS_AN_HOUR:
        return None
    if has_second_factor(tutor):
        _point_to_account(tutor, way, at)
        return None
    link, address = _new_link(tutor, way, SheetLink.Kind.ACCESS, at)
    body = f"ImPEC' : votre lien, pendant 10 minutes. {address}"
    if way[0] == Channel.MAIL:
        body = (
            f"Bonjour,\n\nVoici votre lien. Il ouvre vos fiches de suivi :\n{address}\n\n"
            "Il marche une fois, pendant 10 minutes.\n\nVous n'avez rien demandé ? Ne faites rien.\n"
        )
    post_message(
        key=f"acces-fiche/{link.pk}",
        recipient=way[1],
        subject="Votre lien pour vos fiches de suivi",
        body=body,
        channel=way[0],
    )
    return link


def _point_to_account(tutor: Tutor, way: tuple[str, str], at: datetime) -> None:
    """A link never goes round a second factor."""
    post_message(
        key=f"acces-fiche/compte/{tutor.pk}/{at:%Y-%m-%dT%H}",
        recipient=way[1],
        subject="Entrez avec votre compte",
        body=f"ImPEC' : vous avez un compte protégé. Entrez ici : {_account_address()}",
        channel=way[0],
    )


def _account_address() -> str:
    return f"{settings.SITE_ADDRESS.rstrip('/')}{reverse('account_login')}?next={reverse('tutoring:my_sheets')}"


@transaction.atomic
def ask_access(*, contact: str, at: datetime) -> int:
    """Recevoir un nouveau lien, d'un courriel ou d'un numéro : un inconnu reçoit la même réponse, et rien d'autre."""
    return sum(send_access(tutor=tutor, at=at) is not None for tutor in _known_by(contact))


def _known_by(contact: str) -> list[Tutor]:
    contact = contact.strip()
    if "@" in contact:
        return list(Tutor.objects.filter(email__iexact=contact).order_by("pk")[:LINKS_AN_HOUR])
    number = read_phone(contact)
    if number is None:
        return []
    # Numbers are kept as people write them: the last digits find the few rows to read.
    rows = Tutor.objects.exclude(phone="").only("pk", "phone").order_by("pk")
    return [tutor for tutor in rows.iterator() if read_phone(tutor.phone) == number][:LINKS_AN_HOUR]


# --- What is opened ---


def link_of(fingerprint: str) -> SheetLink | None:
    """Any link ever sent, whatever has become of it: by the hash of its token, which is all that anything keeps."""
    rows = SheetLink.objects.select_related("tutor__establishment")
    return rows.filter(token_hash=fingerprint).first() if fingerprint else None


def is_open(link: SheetLink, at: datetime) -> bool:
    """Looking uses nothing up. Closed by use, a newer one, another address, the end of all that its tutor followed."""
    if link.used_at or link.revoked_at or at > link.expires_at:
        return False
    return link.sent_to == (reached_by(link.tutor) or ("", ""))[1] and may_enter(link.tutor, at)


def may_enter(tutor: Tutor, at: datetime) -> bool:
    return not has_second_factor(tutor) and is_following(tutor, at.astimezone(clock.PARIS).date())


def is_following(tutor: Tutor, on: date) -> bool:
    """Somebody today, in an organisation that is still one of ours."""
    rows = followed(on, tutor.tutorships.all())
    return rows.filter(tutor__establishment__employer__organisation__deactivated_at=None).exists()


def has_second_factor(tutor: Tutor) -> bool:
    return tutor.user_id is not None and Authenticator.objects.filter(user=tutor.user_id).exists()


@transaction.atomic
def enter(*, fingerprint: str, at: datetime, own_phone: bool) -> tuple[SheetLink, str]:
    """Entrer : le lien d'accès est usé. Of two clicks at once the second is told. The text names his telephone."""
    locked = SheetLink.objects.select_for_update(of=("self",)).select_related("tutor__establishment")
    link = locked.filter(token_hash=fingerprint, kind=SheetLink.Kind.ACCESS).first()
    if link is None or not is_open(link, at):
        raise ValidationError(LINK_OVER)
    phone = secrets.token_urlsafe(32) if own_phone else ""
    link = change(link, used_at=at, phone_hash=hash_of(phone) if phone else "")
    log_access(user=None, action="tutor-enter", obj=link)
    return link, phone


def phone_of(phone: str, at: datetime) -> SheetLink | None:
    """The link that made this telephone known, in the last three months, for the same address as today."""
    if not phone:
        return None
    links = SheetLink.objects.select_related("tutor__establishment").filter(phone_hash=hash_of(phone), revoked_at=None)
    links = links.filter(tutor__establishment__employer__organisation__deactivated_at=None)
    link = links.filter(used_at__gt=at - PHONE_LIFE).first()
    if link is None or has_second_factor(link.tutor):
        return None
    return link if link.sent_to == (reached_by(link.tutor) or ("", ""))[1] else None


def entered_by(link_pk: int, at: datetime) -> Tutor | None:
    """Whose sheets this link has opened, while they are still his."""
    link = SheetLink.objects.select_related("tutor__establishment").filter(pk=link_pk, revoked_at=None).first()
    if link is None or not may_enter(link.tutor, at):
        return None
    return link.tutor if link.sent_to == (reached_by(link.tutor) or ("", ""))[1] else None


# --- What is closed ---


@transaction.atomic
def forget_phone(*, phone: str, at: datetime) -> int:
    """Sortir : ce téléphone n'est plus connu."""
    return _revoke(SheetLink.objects.filter(phone_hash=hash_of(phone)), at) if phone else 0


@transaction.atomic
def close_accesses(*, tutor: Tutor, at: datetime) -> int:
    """Téléphone perdu : tous les liens et les téléphones de ce tuteur n'ouvrent plus rien, tout de suite."""
    return _revoke(tutor.sheet_links.all(), at)


def _revoke(links: QuerySet[SheetLink], at: datetime) -> int:
    found = links.select_for_update(of=("self",)).filter(revoked_at=None)
    return len([change(link, revoked_at=at) for link in found])


@transaction.atomic
def hand_over(*, tutor: Tutor, at: datetime) -> SheetLink | None:
    """Un nouveau tuteur reçoit son lien tout de suite, s'il a déjà une fiche à remplir."""
    return remind(tutor=tutor, planned_on=at.astimezone(clock.PARIS).date(), at=at)


def forget_links(*, at: datetime) -> int:
    """Links that are over, once no phone is known by them any more; reminders stay while they say one has left."""
    over = Q(used_at=None) | Q(phone_hash="") | ~Q(revoked_at=None) | Q(used_at__lt=at - PHONE_LIFE)
    access = Q(kind=SheetLink.Kind.ACCESS, expires_at__lt=at - KEPT)
    return SheetLink.objects.filter(over, access | Q(created_at__lt=at - PHONE_LIFE)).delete()[0]
