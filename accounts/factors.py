"""Second factor of a member who lost hers: put down by who manages the members, once she was identified."""

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.adapters import end_other_sessions
from accounts.journal import log_access
from accounts.models import AccessLog, Membership, User
from accounts.outbox import post_message
from accounts.roles import Role

OWN_FACTOR = (
    "Votre propre second facteur ne se réinitialise pas ici : demandez-le à une autre personne qui gère les membres, "
    "ou à l'administration technique."
)
NOT_HERS = "Seule une personne qui gère les membres de cette organisation peut réinitialiser un second facteur."
CLOSED = "L'accès de cette personne est retiré : rétablissez-le d'abord."
NO_FACTOR = "Cette personne n'a pas de second facteur : rien n'est à réinitialiser."
# Whoever invites somebody to her own organisation must not weaken what that account opens elsewhere.
OPENS_MORE = (
    "Ce compte ouvre aussi une organisation dont vous ne gérez pas les membres : l'administration technique peut "
    "réinitialiser son second facteur, une fois la personne identifiée."
)


def with_factor_of_others(memberships, user):
    """Adds `factor_to_reset`: the member has a second factor, and is somebody else."""
    factor = Authenticator.objects.filter(user=OuterRef("user"))
    return memberships.annotate(factor_to_reset=Exists(factor) & ~Q(user=user))


def memberships_within_reach(by: Membership):
    """Rows whose account she may be asked about: those of her organisation; all of them for the technical role."""
    rows = Membership.objects.select_related("user", "organisation")
    return rows if by.role == Role.ADMINISTRATOR else rows.filter(organisation=by.organisation_id)


def refusal_to_reset(membership: Membership, by: Membership) -> str:
    """Why she may not; empty when she may."""
    if membership.user_id == by.user_id:
        return OWN_FACTOR
    if not Membership.objects.active().filter(pk=membership.pk).exists():
        return CLOSED
    if by.role != Role.ADMINISTRATOR:
        managed = by.user.memberships.active().filter(is_admin=True)
        if not managed.filter(organisation=membership.organisation_id).exists():
            return NOT_HERS
        elsewhere = membership.user.memberships.active().exclude(organisation__in=managed.values("organisation"))
        if elsewhere.exists():
            return OPENS_MORE
    return "" if Authenticator.objects.filter(user=membership.user_id).exists() else NO_FACTOR


@transaction.atomic
def reset_second_factor(*, membership: Membership, by: Membership, identified: str) -> AccessLog:
    """Everything that proved her goes, recovery codes included, and every session ends: she sets up another one."""
    # One reset at a time: the second of two says that there is nothing left.
    user = User.objects.select_for_update().get(pk=membership.user_id)
    refusal = refusal_to_reset(membership, by)
    if refusal:
        raise ValidationError(refusal)
    Authenticator.objects.filter(user=user).delete()
    end_other_sessions(None, user)
    line = log_access(user=by.user, action="reset-second-factor", obj=membership, purpose=identified)
    _tell(line, user, by)
    return line


def _tell(line: AccessLog, user: User, by: Membership) -> None:
    """The member herself; those who manage her organisations too, when it came from the technical administration."""
    told = {user.email}
    if by.role == Role.ADMINISTRATOR:
        hers = user.memberships.active().values("organisation")
        managers = Membership.objects.active().filter(is_admin=True, organisation__in=hers).exclude(user=by.user_id)
        told.update(managers.values_list("user__email", flat=True))
    for number, address in enumerate(sorted(told)):
        post_message(
            key=f"second-factor-reset/{line.pk}/{number}",
            recipient=address,
            subject="Second facteur réinitialisé",
            body=_text_for_her(by) if address == user.email else _text_for_managers(),
        )


def _text_for_her(by: Membership) -> str:
    return (
        "Bonjour,\n\n"
        f"{by.user}, de « {by.organisation} », a réinitialisé votre second facteur dans ImPEC, après vous avoir "
        "identifié·e. Votre application et vos codes de secours ne valent plus ; toutes vos sessions sont fermées.\n\n"
        "À votre prochaine connexion, ImPEC vous fera installer un nouveau second facteur si votre rôle le demande.\n\n"
        "Vous n'avez rien demandé ? Changez votre mot de passe tout de suite et prévenez une autre personne qui gère "
        "les membres de votre organisation.\n"
    )


def _text_for_managers() -> str:
    return (
        "Bonjour,\n\n"
        "L'administration technique a réinitialisé le second facteur d'un membre de votre organisation dans ImPEC, "
        "après l'avoir identifié. Cette personne en est prévenue.\n\n"
        "Si cela vous étonne, parlez-lui et répondez à l'administration technique.\n"
    )
