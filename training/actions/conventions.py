"""Conventions of training: proposed for every employer of a cohort, corrected, signed and then frozen (D6353-1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from accounts.questions import settle
from accounts.rows import change, keep
from cohorts.models import Cohort, Enrolment
from contracts.models import Contract
from employers.models import Establishment
from regulations.siret import siret_findings
from training.actions.planning import ensure_programme
from training.annex import annex_of
from training.models import Convention, ConventionTrainee, TrainingBody

DECLARATION_DIGITS = 11


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Ce que toutes les conventions d'une cohorte ont en commun : qui forme, à quel prix, comment c'est payé."""

    training_body: TrainingBody
    subcontractor: TrainingBody | None = None
    hourly_rate: Decimal | None = None
    group_price: Decimal | None = None
    payment_terms: str = ""


@transaction.atomic
def save_training_body(*, body: TrainingBody, version: int | None = None, **facts: object) -> TrainingBody:
    """Ce que les papiers disent de l'organisme de formation, et qui les signe."""
    siret, number = facts.get("siret", ""), facts.get("declaration_number", "")
    if siret:
        settle(siret_findings(siret))
    if number and not (number.isascii() and number.isdigit() and len(number) == DECLARATION_DIGITS):
        message = f"Le numéro de déclaration d'activité a {DECLARATION_DIGITS} chiffres : « {number} » n'en est pas un."
        raise ValidationError({"declaration_number": message})
    if body.pk:
        return change(body, version=version, **facts)
    for name, value in facts.items():
        setattr(body, name, value)
    return keep(body)


@transaction.atomic
def prepare_conventions(*, cohort: Cohort, terms: Terms) -> list[Convention]:
    """Une convention par établissement employeur. Again later: only who is in none yet, in the one not yet signed."""
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    programme = ensure_programme(cohort=cohort)
    waiting = people_without_convention(cohort)
    if not waiting:
        raise ValidationError("Toutes les personnes sous contrat de cette cohorte sont déjà dans une convention.")
    minutes = sum(programme.modules.values_list("planned_minutes", flat=True))
    if not minutes:
        raise ValidationError("Le programme n'a pas encore d'heures prévues : complétez ses modules d'abord.")
    touched = []
    for establishment, enrolments in waiting.items():
        convention = Convention.objects.filter(cohort=cohort, establishment=establishment, signed_on=None).first()
        if convention is None:
            convention = keep(
                Convention(
                    cohort=cohort,
                    establishment=establishment,
                    training_body=terms.training_body,
                    subcontractor=_other_than(terms.training_body, terms.subcontractor),
                    number=_next_number(cohort),
                    title=programme.title,
                    starts_on=cohort.starts_on,
                    ends_on=cohort.ends_on,
                    planned_minutes=minutes,
                    hourly_rate=terms.hourly_rate,
                    group_price=terms.group_price,
                    **({"payment_terms": terms.payment_terms} if terms.payment_terms else {}),
                )
            )
        for enrolment in enrolments:
            keep(ConventionTrainee(convention=convention, enrolment=enrolment))
        touched.append(convention)
    return touched


def people_without_convention(cohort: Cohort) -> dict[Establishment, list[Enrolment]]:
    """By establishment, those hired there who are in none of its conventions."""
    contracts = Contract.objects.filter(cohort=cohort, closed_on=None, enrolment__person__erased_on=None)
    contracts = contracts.select_related("establishment", "enrolment__person").with_amendments()
    held = set(
        ConventionTrainee.objects.filter(convention__cohort=cohort).values_list(
            "enrolment_id", "convention__establishment_id"
        )
    )
    found: dict[Establishment, list[Enrolment]] = {}
    for contract in contracts.order_by("enrolment__person__search_text", "pk"):
        # Whoever changed employer is in the convention of each.
        for site in {contract.terms_on(contract.starts_on).establishment, contract.establishment}:
            if (contract.enrolment_id, site.pk) not in held:
                held.add((contract.enrolment_id, site.pk))
                found.setdefault(site, []).append(contract.enrolment)
    return dict(sorted(found.items(), key=lambda pair: (pair[0].name, pair[0].siret)))


def _next_number(cohort: Cohort) -> str:
    """Under the lock of the cohort: « SM-2026-CONV-01 »."""
    count = Convention.objects.filter(cohort=cohort).count() + 1
    return f"{slugify(cohort.code).upper()}-CONV-{count:02d}"


def _other_than(body: TrainingBody, subcontractor: TrainingBody | None) -> TrainingBody | None:
    if subcontractor == body:
        raise ValidationError({"subcontractor": "Un organisme ne se sous-traite pas l'action à lui-même."})
    return subcontractor


@transaction.atomic
def change_convention(
    *, convention: Convention, trainees: Iterable[Enrolment], version: int | None = None, **facts: object
) -> Convention:
    """Corriger, tant qu'elle n'est pas signée."""
    _refuse_signed(locked(convention))
    _other_than(convention.training_body, facts.get("subcontractor"))
    convention = change(convention, version=version, **facts)
    _set_trainees(convention, list(trainees))
    return convention


def _set_trainees(convention: Convention, wanted: list[Enrolment]) -> None:
    if not wanted:
        raise ValidationError({"people": "Une convention a au moins un stagiaire."})
    present = {row.enrolment_id: row for row in convention.trainees.select_related("enrolment__person")}
    for enrolment in wanted:
        if present.pop(enrolment.pk, None) is None:
            keep(ConventionTrainee(convention=convention, enrolment=enrolment))
    for row in present.values():
        used = (convention.invoice_lines, convention.certificates, convention.expenses)
        if any(rows.filter(enrolment=row.enrolment_id).exists() for rows in used):
            message = f"{row.enrolment.person} a déjà une facture, un certificat ou une dépense dans cette convention."
            raise ValidationError({"people": message})
        row.delete()


@transaction.atomic
def sign_convention(*, convention: Convention, on: date, today: date) -> Convention:
    """Signée : son programme est annexé tel qu'il est ce jour-là, le même pour tous les employeurs de la cohorte."""
    convention = locked(convention)
    _refuse_signed(convention)
    if on > today:
        raise ValidationError({"signed_on": "La signature est aujourd'hui ou avant."})
    if not convention.has_price:
        raise ValidationError("Une convention dit son prix (D6353-1) : corrigez-la d'abord.")
    if not convention.trainees.exists():
        raise ValidationError("Une convention nomme ses stagiaires : corrigez-la d'abord.")
    return change(convention, signed_on=on, programme=annex_of(convention).as_json())


@transaction.atomic
def note_file_number(*, convention: Convention, file_number: str, version: int | None = None) -> Convention:
    """Numéro de dossier du financeur : it comes after the signature as often as before."""
    return change(locked(convention), version=version, file_number=" ".join(file_number.split()))


def locked(convention: Convention) -> Convention:
    rows = Convention.objects.select_for_update(of=("self",)).select_related("cohort", "training_body")
    return rows.get(pk=convention.pk)


def _refuse_signed(convention: Convention) -> None:
    if convention.signed_on is not None:
        raise ValidationError(
            f"La convention est signée depuis le {convention.signed_on:%d/%m/%Y} : elle ne change plus. "
            "Une personne arrivée depuis a sa propre convention : préparez-la."
        )
