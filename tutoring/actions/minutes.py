"""What was said and decided: minuted in short fields, signed by those present, then only added to."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock, ink
from accounts.models import User
from accounts.rows import change, keep
from contracts import actions as contract_actions
from regulations.meetings import MeetingKind, MeetingWay, Party
from regulations.people import same_person_key
from tutoring.models import ConfidentialNote, Meeting, MeetingAddition, MeetingDecision, MeetingSignature

SIGNED = "Le compte rendu est signé : il ne change plus. Ajoutez un complément."
NOT_THERE = "seuls signent les présents. Le compte rendu se corrige jusqu'à la première signature."
CORRECTED = "Date de l'entretien corrigée."


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """Le compte rendu partagé : qui était là, et trois champs courts."""

    held_on: date
    present: tuple[Party, ...] = ()
    going_well: str = ""
    to_work_on: str = ""
    agreed: str = ""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Qui fait quoi, pour quand."""

    text: str
    owner: Party
    due_on: date


@transaction.atomic
def minute_meeting(
    *,
    meeting: Meeting,
    minutes: Minutes,
    decisions: Iterable[Decision] = (),
    version: int | None = None,
    by: User | None,
    at: datetime,
) -> Meeting:
    """Compte rendu : il se corrige jusqu'à la première signature. L'étape du contrat est notée faite."""
    contract_actions.locked(meeting.contract)
    meeting = _open(meeting)
    if minutes.held_on > _day(at):
        raise ValidationError({"held_on": "Ce jour est à venir : notez l'entretien une fois tenu."})
    if not (minutes.going_well or minutes.to_work_on or minutes.agreed):
        raise ValidationError(
            "Écrivez au moins une ligne : ce qui va bien, ce qui reste à travailler ou ce qui est convenu."
        )
    held_before = meeting.held_on
    said = asdict(minutes) | {"present": " ".join(party.value for party in minutes.present)}
    meeting = change(meeting, version=version, minuted_at=at, minuted_by=by, **said)
    for decision in decisions:
        if decision.due_on < minutes.held_on:
            raise ValidationError("Une décision est pour un jour qui suit l'entretien.")
        keep(MeetingDecision(meeting=meeting, **asdict(decision)))
    if held_before != minutes.held_on:
        _mark(meeting, by)
    return meeting


def _mark(meeting: Meeting, by: User | None) -> None:
    """The step of the contract says the day of its meeting; one noted by hand before stays as it is."""
    step = MeetingKind(meeting.kind).step
    if step is None:
        return
    known = meeting.contract.done_steps.valid().filter(step=step).first()
    if known is not None and known.note != _note(meeting):
        return
    if known is not None:
        contract_actions.void_step(done_step=known, reason=CORRECTED, by=by)
    contract_actions.mark_step(
        contract=meeting.contract, step=step, done_on=meeting.held_on, note=_note(meeting), by=by
    )


def _note(meeting: Meeting) -> str:
    return f"entretien n° {meeting.pk}"


@transaction.atomic
def finish_decision(
    *,
    decision: MeetingDecision,
    done_on: date,
    note: str = "",
    version: int | None = None,
    by: User | None,
    at: datetime,
) -> MeetingDecision:
    """Décision faite, avec le jour et une remarque."""
    decision = MeetingDecision.objects.select_related("meeting").get(pk=decision.pk)
    if decision.done_on is not None:
        raise ValidationError(f"Cette décision est déjà notée faite, le {decision.done_on:%d/%m/%Y}.")
    if done_on > _day(at):
        raise ValidationError({"done_on": "Ce jour est à venir."})
    if decision.meeting.held_on and done_on < decision.meeting.held_on:
        raise ValidationError({"done_on": "Ce jour précède l'entretien."})
    return change(decision, version=version, done_on=done_on, done_note=note.strip(), done_by=by)


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Une signature : le nom, le tracé s'il y en a un, d'accord ou non."""

    party: Party
    signer_name: str
    image: bytes = b""
    agrees: bool = True
    comment: str = ""


@transaction.atomic
def sign_meeting(*, meeting: Meeting, hand: Hand, by: User | None, at: datetime) -> MeetingSignature:
    """Signer le compte rendu, d'accord ou non. Un désaccord dit sur quoi : la conseillère en est alertée.

    `by`: whose screen it was; nobody's when the trainee came by her link.
    """
    contract_actions.locked(meeting.contract)
    meeting = Meeting.objects.with_names().get(pk=meeting.pk)
    if meeting.cancelled_at is not None or meeting.minuted_at is None:
        raise ValidationError("On signe un compte rendu écrit : écrivez-le d'abord.")
    if meeting.present and hand.party not in meeting.parties_present:
        raise ValidationError({"party": f"D'après le compte rendu, {hand.party.label} n'y était pas : {NOT_THERE}"})
    name = " ".join(hand.signer_name.split())
    _refuse_name(meeting, hand.party, name)
    if not hand.agrees and not hand.comment.strip():
        raise ValidationError({"comment": "Dites sur quoi vous n'êtes pas d'accord, en une phrase."})
    if hand.image and (fault := ink.fault_of(hand.image)):
        raise ValidationError(fault)
    return keep(
        MeetingSignature(
            meeting=meeting,
            party=hand.party,
            signer_name=name,
            way=MeetingWay.DRAWN if hand.image else MeetingWay.TYPED,
            image=hand.image,
            image_sha256=hashlib.sha256(hand.image).hexdigest() if hand.image else "",
            agrees=hand.agrees,
            comment=hand.comment.strip(),
            text_sha256=fingerprint(meeting),
            signed_at=at,
            recorded_by=by,
        )
    )


def _refuse_name(meeting: Meeting, party: Party, name: str) -> None:
    words = set(same_person_key(name, "").split())
    if len(words) < 2:
        raise ValidationError({"signer_name": "Écrivez le prénom et le nom de qui signe."})
    person = meeting.contract.enrolment.person
    if party is Party.TRAINEE and not words & set(same_person_key(person.full_name, "").split()):
        raise ValidationError({"signer_name": f"« {name} » n'est pas le nom de {person.full_name}."})


def fingerprint(meeting: Meeting) -> str:
    """Of what one signs: the words and the decisions, not what is done about them afterwards."""
    decisions = meeting.decisions.order_by("pk").values_list("text", "owner", "due_on")
    said = [meeting.held_on, meeting.going_well, meeting.to_work_on, meeting.agreed, list(decisions)]
    said += [meeting.present] if meeting.present else []
    return hashlib.sha256(json.dumps(said, default=str, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def add_to_minutes(*, meeting: Meeting, text: str, by: User, at: datetime) -> MeetingAddition:
    """Complément d'un compte rendu signé : daté, à côté, sans rien y changer."""
    if not meeting.signatures.exists():
        raise ValidationError("Ce compte rendu n'est pas signé : corrigez-le plutôt.")
    return keep(MeetingAddition(meeting=meeting, text=text.strip(), written_by=by, written_at=at))


@transaction.atomic
def write_confidential(*, meeting: Meeting, text: str, by: User, at: datetime) -> ConfidentialNote:
    """Note confidentielle : pour la conseillère référente seule."""
    return keep(ConfidentialNote(meeting=meeting, text=text.strip(), written_by=by, written_at=at))


def _day(at: datetime) -> date:
    return at.astimezone(clock.PARIS).date()


def _open(meeting: Meeting) -> Meeting:
    meeting = Meeting.objects.select_related("contract").get(pk=meeting.pk)
    if meeting.cancelled_at is not None:
        raise ValidationError("Cet entretien est annulé : prévoyez-en un autre.")
    if meeting.signatures.exists():
        raise ValidationError(SIGNED)
    return meeting
