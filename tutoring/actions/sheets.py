"""The monthly sheet: received once, added and never rewritten."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction

from accounts import clock
from accounts.models import User
from accounts.rows import change, keep
from accounts.stored import removed_on_failure
from accounts.templatetags.french import as_day, of_month
from regulations import sheets as law
from regulations.periods import Period
from regulations.sheets import Mood, SheetWay
from regulations.skills import Level
from tutoring.models import Observation, Skill, TutorSheet, Tutorship
from tutoring.sheets import is_asked

TWICE = "Cet envoi a déjà été reçu pour une autre personne : rechargez la page et recommencez."


@dataclass(frozen=True, kw_only=True)
class SheetFacts:
    """Ce que dit une fiche ; `levels` : seulement ce qui a changé."""

    request_id: UUID
    month: date
    observed_on: date
    mood: Mood | str = ""
    nothing_new: bool = False
    absent_all_month: bool = False
    note: str = ""
    levels: Mapping[Skill, Level] = field(default_factory=dict)
    way: SheetWay = SheetWay.LINK
    device_id: str = ""
    device_at: datetime | None = None
    scan: File | None = None


@transaction.atomic
def send_sheet(*, tutorship: Tutorship, facts: SheetFacts, by: User | None, at: datetime) -> TutorSheet:
    """Envoyer la fiche du mois : la même, envoyée dix fois, est reçue une fois."""
    # Locked: two sendings of one phone at once must see each other.
    tutorship = Tutorship.objects.select_for_update(of=("self",)).get(pk=tutorship.pk)
    first = TutorSheet.objects.filter(request_id=facts.request_id).first()
    if first is not None:
        if first.tutorship_id != tutorship.pk:
            raise ValidationError(TWICE)
        return first
    refuse_out_of_time(tutorship, facts, at.astimezone(clock.PARIS).date())
    _refuse_contradictions(facts)
    sheet = TutorSheet(
        request_id=facts.request_id,
        tutorship=tutorship,
        month=facts.month,
        way=facts.way,
        observed_on=facts.observed_on,
        nothing_new=facts.nothing_new,
        absent_all_month=facts.absent_all_month,
        mood=facts.mood,
        note=facts.note.strip(),
        device_id=facts.device_id,
        device_at=facts.device_at,
        received_at=at,
        recorded_by=by,
    )
    if facts.scan is not None:
        sheet.scan.save(facts.scan.name, facts.scan, save=False)
    with removed_on_failure(sheet.scan.name):
        keep(sheet)
        for skill, level in facts.levels.items():
            keep(_observation(sheet, skill, level))
    return sheet


def _observation(sheet: TutorSheet, skill: Skill, level: Level) -> Observation:
    """Its number follows from that of the sheet: what is sent again is known again."""
    return Observation(
        tutorship=sheet.tutorship,
        sheet=sheet,
        observed_on=sheet.observed_on,
        skill=skill.words,
        grid_skill=skill,
        level=level,
        recorded_by=sheet.recorded_by,
        recorded_at=sheet.received_at,
        device_id=sheet.device_id,
        client_uuid=uuid5(sheet.request_id, str(skill.pk)),
    )


def refuse_out_of_time(tutorship: Tutorship, facts: SheetFacts, today: date) -> None:
    """A sheet that was asked for, of somebody this tutor followed that day, under a contract that ran."""
    contract, day = tutorship.contract, facts.observed_on
    name = contract.enrolment.person.short_name
    if day > today:
        raise ValidationError(
            {"observed_on": f"Le {as_day(day)} n'est pas encore venu : donnez aujourd'hui ou un jour passé."}
        )
    opening = law.opens_on(facts.month)
    if today < opening:
        raise ValidationError(f"La fiche {of_month(facts.month)} s'ouvre le {as_day(opening)} : revenez ce jour-là.")
    if day < facts.month:
        raise ValidationError({"observed_on": f"Le {as_day(day)} est avant le mois de cette fiche."})
    if contract.closed_on is not None or (contract.last_day is not None and day > contract.last_day):
        ended = as_day(contract.last_day or contract.closed_on)
        raise ValidationError(f"Le contrat de {name} s'est terminé le {ended} : il n'y a plus de fiche à remplir.")
    if day < contract.starts_on:
        raise ValidationError(f"Le contrat de {name} commence le {as_day(contract.starts_on)}.")
    if not is_asked(tutorship, facts.month):
        raise ValidationError(f"La fiche {of_month(facts.month)} de {name} n'est pas demandée.")
    if not Period(tutorship.starts_on, tutorship.ends_on).covers(day):
        raise ValidationError(
            f"Vous ne suiviez pas {name} le {as_day(day)} : sa fiche revient à son tuteur de ce jour."
        )


def _refuse_contradictions(facts: SheetFacts) -> None:
    if facts.absent_all_month and (facts.levels or facts.nothing_new):
        raise ValidationError("Absent tout le mois, ou des savoir-faire notés : gardez l'un des deux.")
    if facts.nothing_new and facts.levels:
        raise ValidationError("« Rien de nouveau » ou des savoir-faire changés : gardez l'un des deux.")
    if not (facts.absent_all_month or facts.nothing_new or facts.levels or facts.note.strip()):
        raise ValidationError("Touchez ce qui a changé, ou « Rien de nouveau ce mois-ci ».")


@transaction.atomic
def void_sheet(*, sheet: TutorSheet, reason: str, by: User, at: datetime) -> TutorSheet:
    """Annuler une fiche tenue par erreur : elle est de nouveau attendue. Ce qui fut observé reste."""
    sheet = TutorSheet.objects.select_for_update().get(pk=sheet.pk)
    if sheet.voided_at is not None:
        raise ValidationError("Cette fiche est déjà annulée.")
    if sheet.observations.exists():
        raise ValidationError("Cette fiche porte des observations : envoyez-en une nouvelle, qui les corrige.")
    return change(sheet, voided_at=at, voided_by=by, void_reason=reason.strip())
