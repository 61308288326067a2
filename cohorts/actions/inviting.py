"""Inviting employers into a cohort: a link each, its answer, its reminders."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from accounts.actions import post_message
from accounts.rows import change, keep
from cohorts.actions.lines import Line
from cohorts.actions.opening import offer_seat
from cohorts.models import Cohort, EmployerInvitation
from employers.actions import Site, add_contact, change_employer, change_establishment, open_access, register_site
from employers.models import Establishment
from regulations.employers import LegalCategory

LINK_LIFE = timedelta(days=7)
INVITATION_LIFE = timedelta(days=30)
BETWEEN_MAILS = timedelta(minutes=10)
# After so many days without an answer; a choice of the programme.
REMINDER_DAYS = (5, 10)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """Ce qu'un employeur répond : des places, ou la raison d'un refus."""

    accepted: bool
    seats: int = 0
    job_title: str = ""
    reason: str = ""
    contact_name: str = ""
    establishment_name: str = ""
    legal_category: str = ""


@transaction.atomic
def invite_employers(*, cohort: Cohort, lines: Iterable[Line], site: str, at: datetime) -> list[EmployerInvitation]:
    """One invitation per line that can be sent. The cohort is locked: pressing twice sends nothing twice."""
    cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
    invited = set(cohort.invitations.filter(revoked_at=None).values_list("establishment__siret", flat=True))
    fresh = [line for line in lines if line.is_sendable and line.siret not in invited]
    return [_invite(cohort, line, site, at) for line in fresh]


def sample_message(*, cohort: Cohort, line: Line) -> tuple[str, str]:
    """Subject and text of what one of them will read, the link left out."""
    establishment = line.establishment or Establishment(name=line.label)
    invitation = EmployerInvitation(cohort=cohort, establishment=establishment, seats_offered=line.seats)
    return _subject(invitation, is_reminder=False), _body(invitation, "(le lien personnel de l'employeur)")


def _invite(cohort: Cohort, line: Line, site: str, at: datetime) -> EmployerInvitation:
    establishment = line.establishment or register_site(
        site=Site(siret=line.siret, name=line.label, legal_category=line.legal_category or LegalCategory.OTHER)
    )
    invitation = EmployerInvitation(
        cohort=cohort, establishment=establishment, email=line.email, seats_offered=line.seats, sent_at=at
    )
    _send(invitation, site, at)
    return invitation


def _send(invitation: EmployerInvitation, site: str, at: datetime, key: str = "") -> None:
    """A new link replaces the one before; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    invitation.token_hash = token_hash(token)
    invitation.link_expires_at = at + LINK_LIFE
    keep(invitation)
    post_message(
        key=key or message_key(invitation),
        recipient=invitation.email,
        subject=_subject(invitation, is_reminder=bool(key)),
        body=_body(invitation, site.rstrip("/") + reverse("cohorts:invitation", args=[token])),
    )


def _subject(invitation: EmployerInvitation, *, is_reminder: bool) -> str:
    start = "Rappel — " if is_reminder else ""
    return f"{start}Recruter avec la cohorte « {invitation.cohort} »"


def _body(invitation: EmployerInvitation, link: str) -> str:
    cohort = invitation.cohort
    places = "1 place" if invitation.seats_offered == 1 else f"{invitation.seats_offered} places"
    return (
        "Bonjour,\n\n"
        f"{cohort.agency} vous propose de recruter avec la cohorte « {cohort} », "
        f"qui commence le {cohort.starts_on:%d/%m/%Y} : {places} pour {invitation.establishment}.\n\n"
        f"Pour répondre, sans créer de compte (lien valable {LINK_LIFE.days} jours) :\n{link}\n\n"
        "Vous pouvez accepter, changer le nombre de places, ou refuser en disant pourquoi.\n"
        "Si ce message ne vous concerne pas, ne faites rien.\n"
    )


def message_key(invitation: EmployerInvitation) -> str:
    return f"employer-invitation/{invitation.pk}/{invitation.token_hash[:16]}"


def reminder_key(invitation: EmployerInvitation) -> str:
    return f"employer-invitation/{invitation.pk}/relance/{invitation.reminders_sent}"


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find_invitation(token: str) -> EmployerInvitation | None:
    rows = EmployerInvitation.objects.select_related("cohort__agency", "establishment__employer")
    return rows.filter(token_hash=token_hash(token)).first()


def refusal_of(invitation: EmployerInvitation, at: datetime) -> str:
    """Why this link opens nothing; empty when it does."""
    if invitation.answered_at:
        return "Une réponse a déjà été donnée à cette invitation. Merci !"
    if invitation.revoked_at or at > invitation.sent_at + INVITATION_LIFE:
        return "Cette invitation n'est plus ouverte. Écrivez à l'agence si vous souhaitez participer."
    return "Ce lien n'est plus valable." if at > invitation.link_expires_at else ""


def can_be_renewed(invitation: EmployerInvitation, at: datetime) -> bool:
    return not invitation.answered_at and not invitation.revoked_at and at <= invitation.sent_at + INVITATION_LIFE


@transaction.atomic
def renew_link(*, invitation: EmployerInvitation, site: str, at: datetime) -> EmployerInvitation:
    """*Recevoir un nouveau lien*: to the same address, at most one each ten minutes."""
    invitation = _locked(invitation)
    if not can_be_renewed(invitation, at):
        raise ValidationError(refusal_of(invitation, at))
    _refuse_too_soon(invitation, at)
    _send(invitation, site, at)
    return invitation


@transaction.atomic
def remind(*, invitation: EmployerInvitation, site: str, at: datetime) -> EmployerInvitation:
    """*Relancer*: by hand here, by the daily job at the fifth and the tenth day."""
    invitation = _locked(invitation)
    if not can_be_renewed(invitation, at):
        raise ValidationError(refusal_of(invitation, at))
    _refuse_too_soon(invitation, at)
    invitation.reminders_sent += 1
    _send(invitation, site, at, key=reminder_key(invitation))
    return invitation


@transaction.atomic
def correct_address(*, invitation: EmployerInvitation, email: str, site: str, at: datetime) -> EmployerInvitation:
    """The link sent to the wrong address dies with it."""
    invitation = _locked(invitation)
    if not can_be_renewed(invitation, at):
        raise ValidationError(refusal_of(invitation, at))
    invitation.email = email.strip().lower()
    _send(invitation, site, at)
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation: EmployerInvitation, at: datetime) -> EmployerInvitation:
    invitation = _locked(invitation)
    if invitation.answered_at or invitation.revoked_at:
        raise ValidationError("Cette invitation n'attend plus de réponse.")
    return change(invitation, revoked_at=at)


@transaction.atomic
def open_invitation(*, invitation: EmployerInvitation, at: datetime) -> EmployerInvitation:
    """« C'est bien nous » : a gesture of a person; the mere opening of the link writes nothing."""
    return change(invitation, opened_at=invitation.opened_at or at)


@transaction.atomic
def answer_invitation(*, invitation: EmployerInvitation, reply: Reply, site: str, at: datetime) -> EmployerInvitation:
    """Accepting offers the seats, keeps the contact and sends the way to open an account."""
    invitation = _locked(invitation)
    refusal = refusal_of(invitation, at)
    if refusal:
        raise ValidationError(refusal)
    if not reply.accepted:
        if not reply.reason.strip():
            raise ValidationError({"reason": "Dites en quelques mots pourquoi : cela aide à proposer mieux."})
        return change(
            invitation, answered_at=at, answer=EmployerInvitation.Answer.REFUSED, refusal_reason=reply.reason.strip()
        )
    if reply.seats < 1:
        raise ValidationError({"seats": "Indiquez au moins une place, ou refusez l'invitation."})
    _complete_employer(invitation, reply)
    offer_seat(
        cohort=invitation.cohort,
        establishment=invitation.establishment,
        quantity=reply.seats,
        job_title=reply.job_title,
    )
    if reply.contact_name:
        add_contact(establishment=invitation.establishment, name=reply.contact_name, email=invitation.email)
    _offer_account(invitation, site)
    return change(invitation, answered_at=at, answer=EmployerInvitation.Answer.ACCEPTED)


def _complete_employer(invitation: EmployerInvitation, reply: Reply) -> None:
    """A new employer was known by its number only: its own answer names it."""
    establishment = invitation.establishment
    employer = establishment.employer
    if employer.legal_category != LegalCategory.OTHER:
        return
    if reply.legal_category:
        employer = change_employer(employer=employer, legal_category=reply.legal_category)
    if reply.establishment_name:
        change_employer(employer=employer, name=reply.establishment_name)
        change_establishment(establishment=establishment, name=reply.establishment_name)


def _offer_account(invitation: EmployerInvitation, site: str) -> None:
    employer = invitation.establishment.employer
    organisation = employer.organisation
    members = organisation.memberships.active() if organisation else None
    if members is None or not members.filter(user__email=invitation.email).exists():
        open_access(employer=employer, email=invitation.email, site=site)


def _locked(invitation: EmployerInvitation) -> EmployerInvitation:
    return EmployerInvitation.objects.select_for_update().get(pk=invitation.pk)


def _refuse_too_soon(invitation: EmployerInvitation, at: datetime) -> None:
    if at < invitation.link_expires_at - LINK_LIFE + BETWEEN_MAILS:
        raise ValidationError("Un message vient de partir. Réessayez dans dix minutes.")
