"""Acts on people and rights: invite, accept, withdraw. Each one is journalled."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts import clock
from accounts.journal import log_access
from accounts.models import Invitation, Membership, Message, Organisation, User
from accounts.outbox import post_message
from accounts.roles import ROLES_WITHOUT_SECOND_FACTOR, OrganisationKind, Role

__all__ = [
    "accept_invitation",
    "confirm_members",
    "deactivate_membership",
    "find_invitation",
    "invite_member",
    "log_access",
    "may_invite",
    "post_message",
    "reactivate_membership",
    "renew_invitation",
    "revoke_invitation",
]

LINK_LIFE = timedelta(days=7)
INVITATION_LIFE = timedelta(days=30)
INVITATION_LEAVES = (
    f"L'invitation part par courriel. Le lien vaut {LINK_LIFE.days} jours, et peut être renouvelé pendant "
    f"{INVITATION_LIFE.days}."
)
NEW_LINK_LEAVES = f"Un nouveau lien part à l'adresse invitée. Ouvrez-le dans les {LINK_LIFE.days} jours."
INVITATIONS_A_DAY = 20

ALREADY_USED = "Cette invitation a déjà été utilisée."
WITHDRAWN = "Cette invitation a été retirée."
LINK_OVER = "Ce lien n'est plus valable. Demandez-en un nouveau."
INVITATION_OVER = "Cette invitation n'est plus ouverte. Demandez-en une autre à la personne qui vous a invité·e."
NOT_WITHOUT_SECOND_FACTOR = (
    "Gérer les membres demande un second facteur, que ce rôle n'a pas : changez le rôle, ou invitez sans ce droit."
)
LAST_ADMIN = "C'est la dernière personne qui gère les membres : nommez-en une autre avant de la retirer."


@dataclass(frozen=True)
class Identity:
    """Nom et mot de passe choisis en acceptant une invitation."""

    first_name: str
    last_name: str
    password: str


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite_member(
    *,
    organisation: Organisation,
    email: str,
    role: str,
    is_admin: bool = False,
    invited_by: Membership | None,
    site: str,
) -> Invitation:
    """`site` is the address the link starts with. Only the operator's commands invite without a membership."""
    email = email.strip().lower()
    if role not in organisation.roles:
        raise ValidationError({"role": "Ce rôle n'existe pas dans une organisation de cette nature."})
    if is_admin and role in ROLES_WITHOUT_SECOND_FACTOR:
        raise ValidationError({"is_admin": NOT_WITHOUT_SECOND_FACTOR})
    if invited_by is not None:
        _refuse_inviter(invited_by, organisation)
    if organisation.memberships.active().filter(user__email=email, role=role).exists():
        raise ValidationError({"email": "Cette personne a déjà ce rôle dans cette organisation."})
    organisation.invitations.open().filter(email=email, role=role).update(revoked_at=clock.now())
    now = clock.now()
    invitation = Invitation(
        email=email,
        organisation=organisation,
        role=role,
        is_admin=is_admin,
        invited_by=invited_by,
        created_at=now,
    )
    _send_link(invitation, site, now)
    log_access(user=invited_by.user if invited_by else None, action="invite", obj=invitation)
    return invitation


def _refuse_inviter(invited_by: Membership, organisation: Organisation) -> None:
    if not may_invite(invited_by, organisation):
        raise ValidationError("Seule une personne qui gère les membres de cette organisation peut inviter.")
    since = clock.now() - timedelta(days=1)
    if invited_by.invitations.filter(created_at__gt=since).count() >= INVITATIONS_A_DAY:
        raise ValidationError(f"{INVITATIONS_A_DAY} invitations au plus par jour. Reprenez demain.")


def may_invite(membership: Membership, organisation: Organisation) -> bool:
    """Her own organisation when she manages it; the agency's staff also bring in the partners of a cohort."""
    standing = Membership.objects.active().filter(pk=membership.pk)
    if membership.organisation_id == organisation.pk:
        return standing.filter(is_admin=True).exists()
    partners = (OrganisationKind.EMPLOYER, OrganisationKind.TRAINING_BODY, OrganisationKind.PRESCRIBER)
    if organisation.kind in partners:
        return standing.filter(role=Role.COORDINATOR).exists()
    return standing.filter(role=Role.ADMINISTRATOR).exists()


def _send_link(invitation: Invitation, site: str, now: datetime) -> None:
    """A new link replaces the one before; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    invitation.token_hash = token_hash(token)
    invitation.link_expires_at = now + LINK_LIFE
    invitation.save()
    link = site.rstrip("/") + reverse("accounts:invitation", args=[token])
    post_message(
        key=_message_key(invitation),
        recipient=invitation.email,
        subject=f"Invitation à rejoindre {invitation.organisation} dans ImPEC",
        body=(
            "Bonjour,\n\n"
            f"Vous êtes invité·e à rejoindre « {invitation.organisation} » dans ImPEC, "
            f"comme {invitation.get_role_display()}.\n\n"
            f"Pour accepter, ouvrez ce lien (valable {LINK_LIFE.days} jours) :\n{link}\n\n"
            "Si vous n'attendiez pas ce message, ne faites rien.\n"
        ),
    )


def _message_key(invitation: Invitation) -> str:
    return f"invitation/{invitation.pk}/{invitation.token_hash[:16]}"


def text_of_link(invitation: Invitation) -> str:
    """The message that carries the link, for whoever installs the service and has no mail yet."""
    return Message.objects.get(key=_message_key(invitation)).body


def find_invitation(token: str) -> Invitation | None:
    return Invitation.objects.select_related("organisation").filter(token_hash=token_hash(token)).first()


def has_account(invitation: Invitation) -> bool:
    return User.objects.filter(email=invitation.email).exists()


def refusal_of(invitation: Invitation, now: datetime) -> str:
    """Why this link opens nothing; empty when it does."""
    if invitation.accepted_at:
        return ALREADY_USED
    if invitation.revoked_at:
        return WITHDRAWN
    if not can_be_renewed(invitation, now):
        return INVITATION_OVER
    return LINK_OVER if now > invitation.link_expires_at else ""


def _inviter_stands(invitation: Invitation) -> bool:
    """From outside, one brings in the first who manages the members: nobody else once there is one."""
    inviter, organisation = invitation.invited_by, invitation.organisation
    if inviter is None:
        return True
    comes_second = invitation.is_admin and inviter.organisation_id != organisation.pk and organisation.is_managed
    return may_invite(inviter, organisation) and not comes_second


def can_be_renewed(invitation: Invitation, now: datetime) -> bool:
    is_open = not invitation.accepted_at and not invitation.revoked_at
    return (
        is_open
        and _inviter_stands(invitation)
        and not invitation.organisation.deactivated_at
        and now <= invitation.created_at + INVITATION_LIFE
    )


@transaction.atomic
def renew_invitation(*, invitation: Invitation, site: str) -> Invitation:
    """A fresh link to the same address: at most one each ten minutes."""
    now = clock.now()
    if not can_be_renewed(invitation, now):
        raise ValidationError(refusal_of(invitation, now))
    if now < invitation.link_expires_at - LINK_LIFE + timedelta(minutes=10):
        raise ValidationError("Un lien vient d'être envoyé. Regardez votre boîte, ou réessayez dans dix minutes.")
    _send_link(invitation, site, now)
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Membership) -> Invitation:
    if invitation.accepted_at or invitation.revoked_at:
        raise ValidationError("Cette invitation n'est plus ouverte.")
    invitation.revoked_at = clock.now()
    invitation.save()
    log_access(user=by.user, action="revoke-invitation", obj=invitation)
    return invitation


@transaction.atomic
def accept_invitation(*, token: str, user: User | None = None, identity: Identity | None = None) -> Membership:
    """With `user`, attaches to the signed-in account of the same address; with `identity`, creates the account."""
    now = clock.now()
    invitation = Invitation.objects.select_for_update().filter(token_hash=token_hash(token)).first()
    if invitation is None:
        raise ValidationError(LINK_OVER)
    refusal = refusal_of(invitation, now)
    if refusal:
        raise ValidationError(refusal)
    account = _account_for(invitation, user, identity)
    membership, _ = Membership.objects.update_or_create(
        user=account,
        organisation=invitation.organisation,
        role=invitation.role,
        defaults={"is_admin": invitation.is_admin, "deactivated_at": None},
    )
    invitation.accepted_at = now
    invitation.save()
    log_access(user=account, action="accept-invitation", obj=membership)
    return membership


def _account_for(invitation: Invitation, user: User | None, identity: Identity | None) -> User:
    if user is not None:
        if user.email.lower() != invitation.email:
            raise ValidationError(
                "Cette invitation est pour une autre adresse. Déconnectez-vous, puis ouvrez le lien à nouveau."
            )
        return user
    if has_account(invitation):
        raise ValidationError("Un compte existe déjà pour cette adresse : connectez-vous pour accepter.")
    account = User(email=invitation.email, first_name=identity.first_name, last_name=identity.last_name)
    try:
        validate_password(identity.password, account)
    except ValidationError as refusal:
        raise ValidationError({"password": refusal.messages}) from refusal
    return User.objects.create_user(
        invitation.email, identity.password, first_name=identity.first_name, last_name=identity.last_name
    )


@transaction.atomic
def deactivate_membership(*, membership: Membership, by: Membership) -> Membership:
    """The person loses access at her next request; the invitations and the links she made fall."""
    if membership.deactivated_at:
        raise ValidationError("Cet accès est déjà retiré.")
    if membership.is_admin:
        _refuse_last_admin(membership)
    now = clock.now()
    membership.deactivated_at = now
    membership.save()
    membership.invitations.open().update(revoked_at=now)
    if not membership.user.memberships.active().filter(organisation=membership.organisation_id).exists():
        for path in settings.WHEN_A_MEMBER_LEAVES:
            import_string(path)(membership=membership, by=by.user, at=now)
    log_access(user=by.user, action="deactivate-member", obj=membership)
    return membership


def _refuse_last_admin(membership: Membership) -> None:
    """All of them locked, in one order, so that two administrators cannot remove each other at the same moment."""
    admins = membership.organisation.memberships.active().filter(is_admin=True)
    standing = admins.select_for_update(of=("self",)).order_by("pk")
    if not [one for one in standing if one.pk != membership.pk]:
        raise ValidationError(LAST_ADMIN)


@transaction.atomic
def confirm_members(*, by: Membership, on: date) -> Membership:
    """Liste des membres relue : each one who manages them says it, every three months."""
    if not Membership.objects.active().filter(pk=by.pk, is_admin=True).exists():
        raise ValidationError("Seule une personne qui gère les membres confirme leur liste.")
    by.members_confirmed_on = on
    by.save(update_fields=["members_confirmed_on"])
    members = by.organisation.memberships.active().count()
    log_access(user=by.user, action="confirm-members", obj=by.organisation, count=members)
    return by


@transaction.atomic
def reactivate_membership(*, membership: Membership, by: Membership) -> Membership:
    if not membership.deactivated_at:
        raise ValidationError("Cet accès est déjà ouvert.")
    membership.deactivated_at = None
    membership.save()
    log_access(user=by.user, action="reactivate-member", obj=membership)
    return membership
