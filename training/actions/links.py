"""Links by which a trainee without account enters her own space: asked by her, ten minutes, once."""

import secrets
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.journal import log_access
from accounts.outbox import post_message
from accounts.rows import change, keep
from cohorts.models import Person
from contracts.models import Contract
from training.actions.calendars import hash_of
from training.models import TraineeLink

LINK_LIFE = timedelta(minutes=10)
MAILS_AN_HOUR = 5
LINK_OVER = "Ce lien ne marche plus. Demandez un nouveau lien."
PHONE_LIFE = timedelta(days=90)
# Somebody's old links are of no use to anybody.
KEPT = timedelta(days=1)


@transaction.atomic
def ask_link(*, email: str, site: str, at: datetime) -> int:
    """Recevoir un lien : one for each trainee who has this address. An unknown address is answered alike."""
    email = email.strip()
    hired = Exists(Contract.objects.filter(enrolment__person=OuterRef("pk"), closed_on=None))
    people = Person.objects.filter(hired, email__iexact=email, objected_on=None, erased_on=None)
    people = list(people.select_for_update(of=("self",)).order_by("pk"))
    recent = TraineeLink.objects.filter(email__iexact=email, created_at__gt=at - timedelta(hours=1)).count()
    asked = people[: max(0, MAILS_AN_HOUR - recent)]
    for person in asked:
        if _has_second_factor(person):
            _point_to_account(person, site, at)
        else:
            _send(person, site, at)
    return len(asked)


def _has_second_factor(person: Person) -> bool:
    return person.user_id is not None and Authenticator.objects.filter(user=person.user_id).exists()


def _point_to_account(person: Person, site: str, at: datetime) -> None:
    """A link never goes round a second factor."""
    post_message(
        key=f"lien/compte/{person.pk}/{at:%Y-%m-%dT%H}",
        recipient=person.email,
        subject="Entrez avec votre compte",
        body=(
            f"Bonjour {person.first_name},\n\n"
            f"Vous avez un compte protégé. Entrez ici :\n{site.rstrip('/')}{reverse('account_login')}\n"
        ),
    )


def _send(person: Person, site: str, at: datetime) -> None:
    """A newer link replaces the one before."""
    for standing in person.trainee_links.open():
        change(standing, revoked_at=at)
    token = secrets.token_urlsafe(32)
    link = keep(
        TraineeLink(
            person=person, email=person.email, token_hash=hash_of(token), created_at=at, expires_at=at + LINK_LIFE
        )
    )
    address = site.rstrip("/") + reverse("training:open_link", args=[token])
    post_message(
        key=f"lien/{link.pk}",
        recipient=person.email,
        subject="Votre lien pour entrer",
        body=(
            f"Bonjour {person.first_name},\n\n"
            f"Voici votre lien. Il ouvre vos cours :\n{address}\n\n"
            "Il marche une fois, pendant 10 minutes.\n\n"
            "Vous n'avez rien demandé ? Ne faites rien.\n"
        ),
    )


def standing_link(token: str, at: datetime) -> TraineeLink | None:
    """The link that still opens something; whoever looks uses nothing up."""
    link = TraineeLink.objects.open().select_related("person").filter(token_hash=hash_of(token)).first()
    return link if link and at <= link.expires_at and _is_hers(link) else None


def _is_hers(link: TraineeLink) -> bool:
    """Neither another address since, nor an objection, nor an erasure, nor a second factor."""
    person = link.person
    is_gone = person.objected_on or person.erased_on
    return person.email.lower() == link.email.lower() and not is_gone and not _has_second_factor(person)


@transaction.atomic
def enter(*, token: str, at: datetime, own_phone: bool = False) -> tuple[TraineeLink, str]:
    """Entrer : le lien est usé. Two clicks at once: the second is told. The text is what her own phone is known by."""
    locked = TraineeLink.objects.select_for_update(of=("self",)).select_related("person")
    link = locked.open().filter(token_hash=hash_of(token)).first()
    if link is None or at > link.expires_at or not _is_hers(link):
        raise ValidationError(LINK_OVER)
    phone = secrets.token_urlsafe(32) if own_phone else ""
    link = change(link, used_at=at, phone_hash=hash_of(phone) if phone else "")
    log_access(user=None, action="trainee-enter", obj=link)
    return link, phone


def entered_by(link_pk: int) -> Person | None:
    """Whose space this link has opened, while it is still hers."""
    link = (
        TraineeLink.objects.select_related("person").filter(pk=link_pk, revoked_at=None).exclude(used_at=None).first()
    )
    return link.person if link and _is_hers(link) else None


def recognised(phone: str, at: datetime) -> Person | None:
    """Whose phone this is: one that entered by her mail in the last months. It opens the signature, nothing else."""
    links = TraineeLink.objects.select_related("person").filter(phone_hash=hash_of(phone), revoked_at=None)
    link = links.filter(used_at__gt=at - PHONE_LIFE).first()
    return link.person if link and _is_hers(link) else None


@transaction.atomic
def forget_phone(*, phone: str, at: datetime) -> int:
    """Sortir : ce téléphone n'est plus connu."""
    return _revoke(TraineeLink.objects.filter(phone_hash=hash_of(phone)), at)


@transaction.atomic
def forget_phones(*, person: Person, at: datetime) -> int:
    """Oublier tous ses téléphones : ce qui est entré par un lien n'ouvre plus rien, tout de suite."""
    return _revoke(TraineeLink.objects.filter(person=person).exclude(used_at=None), at)


def _revoke(links: QuerySet[TraineeLink], at: datetime) -> int:
    found = links.select_for_update(of=("self",)).filter(revoked_at=None)
    return len([change(link, revoked_at=at) for link in found])


def forget_links(*, at: datetime) -> int:
    """Links that are over, once no phone is known by them any more."""
    over = Q(used_at=None) | Q(phone_hash="") | ~Q(revoked_at=None) | Q(used_at__lt=at - PHONE_LIFE)
    return TraineeLink.objects.filter(over, expires_at__lt=at - KEPT).delete()[0]
