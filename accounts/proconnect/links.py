"""Which account of ours a ProConnect account opens: linked by its owner, by issuer and subject, never by address."""

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import QuerySet

from accounts.adapters import end_other_sessions
from accounts.journal import log_access
from accounts.models import AccessLog, User
from accounts.outbox import post_message
from accounts.proconnect.oidc import Identity
from accounts.proconnect.refusals import NONE_LINKED, OTHER_LINKED, TAKEN, UNKNOWN, Refused

LINK, UNLINK = "link-proconnect", "unlink-proconnect"


def links_of(user: User) -> QuerySet[SocialAccount]:
    return SocialAccount.objects.filter(user=user)


def owner_of(identity: Identity) -> User:
    found = SocialAccount.objects.filter(provider=identity.issuer, uid=identity.subject).select_related("user").first()
    if found is None:
        raise Refused(UNKNOWN)
    return found.user


@transaction.atomic
def link(*, user: User, identity: Identity, request) -> None:
    """A way in more: her other sessions end and she is told. The same link made twice is one link."""
    User.objects.select_for_update().get(pk=user.pk)
    if links_of(user).exclude(provider=identity.issuer, uid=identity.subject).exists():
        raise Refused(OTHER_LINKED)
    account, is_new = SocialAccount.objects.get_or_create(
        provider=identity.issuer, uid=identity.subject, defaults={"user": user}
    )
    if account.user_id != user.pk:
        raise Refused(TAKEN)
    if is_new:
        line = log_access(user=user, action=LINK, request=request)
        _tell(
            line, "Un compte ProConnect est relié au vôtre", "Un compte ProConnect ouvre maintenant votre compte ImPEC."
        )
        end_other_sessions(request, user)


@transaction.atomic
def unlink(*, user: User, request) -> None:
    """Sessions that it opened elsewhere end too."""
    User.objects.select_for_update().get(pk=user.pk)
    count, _ = links_of(user).delete()
    if not count:
        raise Refused(NONE_LINKED)
    line = log_access(user=user, action=UNLINK, request=request)
    _tell(line, "Votre compte ProConnect est délié", "Aucun compte ProConnect n'ouvre plus votre compte ImPEC.")
    end_other_sessions(request, user)


def _tell(line: AccessLog, subject: str, fact: str) -> None:
    post_message(
        key=f"{line.action}/{line.pk}",
        recipient=line.user.email,
        subject=subject,
        body=(
            f"Bonjour,\n\n{fact} Vos autres sessions sont fermées.\n\n"
            "Ce n'est pas vous ? Changez votre mot de passe tout de suite, regardez ProConnect dans « Mon compte » et "
            "prévenez la personne qui gère les membres de votre organisation.\n"
        ),
    )
