"""What the service keeps of those who work with it: rows of the access log, accounts that nobody uses."""

from datetime import date, time, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from auditlog.context import disable_auditlog
from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import clock, history, journal, outbox
from accounts.bulk import change_many
from accounts.models import AccessLog, Invitation, Membership, Message, Seal, SentForm, User
from accounts.templatetags.french import as_day
from impec.retention.people import Due
from regulations.deadlines import minus_months
from regulations.retention import DURATIONS, Kept, kept_until

# Reads of protected pages (the log does not part P2 from P3) and whatever left in a file.
LONG_KEPT = ("read", "export", "download", "freeze")
NOBODY = "@efface.invalid"
# Between the notice and the closing, however late the notice left.
PATIENCE = timedelta(days=30)


def old_rows(on: date) -> QuerySet[AccessLog]:
    return _before(on, Kept.ACCESS_LOG).exclude(action__in=LONG_KEPT)


def old_reads(on: date) -> QuerySet[AccessLog]:
    return _before(on, Kept.PROTECTED_READS).filter(action__in=LONG_KEPT)


def _before(on: date, kept: Kept) -> QuerySet[AccessLog]:
    first_kept = clock.at(minus_months(on, DURATIONS[kept].months), time.min)
    return AccessLog.objects.filter(at__lt=first_kept)


def remove_rows(rows: QuerySet[AccessLog], by: User) -> int:
    return journal.remove_rows(rows=rows, by=by)


# --- Accounts ---


def professionals() -> QuerySet[User]:
    """Whoever works for an organisation; a trainee's account lives with her file."""
    return User.objects.filter(memberships__isnull=False, person=None).distinct().order_by("pk")


def used_on(user: User) -> date:
    return (user.last_login or user.date_joined).astimezone(clock.PARIS).date()


def notice_key(user: User) -> str:
    """One notice for each silence."""
    return f"inactive:{user.pk}:{used_on(user)}"


def to_warn(on: date) -> list[User]:
    silent = [user for user in _silent(on, Kept.ACCOUNT_NOTICE) if user.is_active]
    told = set(Message.objects.filter(key__in=map(notice_key, silent)).values_list("key", flat=True))
    return [user for user in silent if notice_key(user) not in told]


def warn(user: User, on: date) -> None:
    """Nothing goes yet: whoever signs in keeps her account."""
    closed_on = max(kept_until(Kept.ACCOUNT_DISABLED, used_on(user)), on + PATIENCE)
    outbox.post_message(
        key=notice_key(user),
        recipient=user.email,
        subject="Votre compte sera bientôt fermé",
        body=(
            f"Bonjour {user.get_short_name()},\n\nVous ne vous êtes pas connecté·e à ImPEC depuis onze mois. Votre "
            f"compte pourra être fermé après le {as_day(closed_on)}. Pour le garder, il suffit de vous connecter :\n\n"
            f"{settings.SITE_ADDRESS}\n\nRien de ce que vous avez enregistré ne sera perdu.\n"
        ),
    )


def _silent(on: date, kept: Kept) -> list[User]:
    early = clock.at(minus_months(on, DURATIONS[kept].months) + timedelta(days=1), time.min)
    long_ago = Q(last_login__lt=early) | Q(last_login=None, date_joined__lt=early)
    return [user for user in professionals().filter(long_ago) if kept_until(kept, used_on(user)) < on]


def to_disable(on: date) -> Due:
    """Warned a month ago at least; the last who manages an organisation keeps her account."""
    silent = [user for user in _silent(on, Kept.ACCOUNT_DISABLED) if user.is_active]
    limit = clock.at(on - PATIENCE + timedelta(days=1), time.min)
    told = Message.objects.filter(key__in=map(notice_key, silent), created_at__lt=limit)
    warned = set(told.values_list("key", flat=True))
    return {
        user.pk: f"compte n° {user.pk}"
        for user in silent
        if notice_key(user) in warned and not is_last_administrator(user)
    }


def is_last_administrator(user: User) -> bool:
    managed = Membership.objects.active().filter(is_admin=True)
    own = set(managed.filter(user=user).values_list("organisation", flat=True))
    return bool(own - set(managed.exclude(user=user).values_list("organisation", flat=True)))


@transaction.atomic
def disable(pk: int, by: User, on: date, kept: Kept) -> bool:
    rows = User.objects.filter(pk=pk, is_active=True).select_for_update()
    if is_last_administrator(User.objects.get(pk=pk)):
        return False
    UserSession.objects.filter(user=pk).delete()
    return bool(change_many(rows, by=by, is_active=False))


def to_anonymise(on: date) -> Due:
    silent = [user for user in _silent(on, Kept.ACCOUNT_ANONYMISED) if not user.is_active]
    return {user.pk: f"compte n° {user.pk}" for user in silent if not user.email.endswith(NOBODY)}


@transaction.atomic
def anonymise(pk: int, by: User, on: date, kept: Kept) -> bool:
    """What the account did stays, under a number; names signed on proofs are theirs."""
    user = User.objects.select_for_update().get(pk=pk)
    address, known = f"compte-{user.pk}{NOBODY}", user.email
    for model in (EmailAddress, Authenticator, SocialAccount, SentForm, UserSession):
        model.objects.filter(user=user).delete()
    Message.objects.filter(recipient=known).update(recipient="", subject="", body="", attachments=[])
    change_many(Invitation.objects.filter(email=known).select_for_update(), by=by, email=address)
    with disable_auditlog():
        user.email, user.first_name, user.last_name = address, "", ""
        user.set_unusable_password()
        user.save()
    _blank_history(user, known, by)
    return True


def _blank_history(user: User, known: str, by: User) -> None:
    """Of the account and of its addresses; and the address beside what it did."""
    about = Q(content_type=ContentType.objects.get_for_model(User), object_id=user.pk)
    invited = list(Invitation.objects.filter(email=user.email).values_list("pk", flat=True))
    about |= Q(content_type=ContentType.objects.get_for_model(Invitation), object_id__in=invited)
    entries = list(LogEntry.objects.filter(about | Q(actor_email=known)).values_list("pk", flat=True))
    with history.lawful_change(entries=entries, kind=Seal.Kind.RETENTION, by=by):
        LogEntry.objects.filter(about).update(object_repr="", changes={}, changes_text="", serialized_data=None)
        LogEntry.objects.filter(actor_email=known).update(actor_email="")
