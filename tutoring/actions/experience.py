"""Issue a certificate of experience, void one. What is issued is never edited."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from accounts import clock
from accounts.models import User
from accounts.rows import keep
from cohorts.models import Cohort
from contracts import actions as contract_actions
from contracts.actions.steps import mark_step, void_step
from contracts.models import Contract
from regulations.deadlines import Step
from tutoring.experience import Signatory, opens_on, printed
from tutoring.models import ExperienceCertificate


@transaction.atomic
def issue_experience(*, contract: Contract, signatory: Signatory, on: date, by: User) -> ExperienceCertificate:
    """Émettre l'attestation : figée avec son numéro ; l'étape du contrat est notée faite."""
    # Numbers follow each other within a cohort: of two people, the second waits.
    Cohort.objects.select_for_update(of=("self",)).get(pk=contract.cohort_id)
    contract = contract_actions.locked(contract)
    _refuse_too_early(contract, on)
    certificate = keep(
        ExperienceCertificate(
            number=_next_number(contract.cohort),
            contract=contract,
            issued_on=on,
            facts=printed(contract, signatory, on),
            recorded_by=by,
        )
    )
    if not contract.done_steps.valid().filter(step=Step.CERTIFICATE).exists():
        mark_step(contract=contract, step=Step.CERTIFICATE, done_on=on, note=certificate.number, by=by)
    return certificate


def _refuse_too_early(contract: Contract, on: date) -> None:
    opens = opens_on(contract)
    if contract.closed_on is not None:
        raise ValidationError("Ce contrat n'a jamais commencé : il n'y a pas d'expérience à attester.")
    if opens is None:
        raise ValidationError("Ce contrat n'a pas de fin prévue : l'attestation se prépare avant la fin.")
    if on < opens:
        raise ValidationError(f"L'attestation se prépare à partir du {opens:%d/%m/%Y}.")


@transaction.atomic
def void_experience(*, certificate: ExperienceCertificate, reason: str, by: User) -> ExperienceCertificate:
    """Annuler une attestation, avec un motif : elle reste, dite annulée, et l'on peut en émettre une autre."""
    contract_actions.locked(certificate.contract)
    certificate = ExperienceCertificate.objects.get(pk=certificate.pk)
    if certificate.voided_at is not None:
        raise ValidationError("Cette attestation est déjà annulée.")
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi cette attestation est annulée."})
    certificate.voided_at, certificate.voided_by, certificate.void_reason = clock.now(), by, reason.strip()
    keep(certificate)
    step = certificate.contract.done_steps.valid().filter(step=Step.CERTIFICATE, note=certificate.number).first()
    if step is not None:
        void_step(done_step=step, reason=reason, by=by)
    return certificate


def _next_number(cohort: Cohort) -> str:
    count = ExperienceCertificate.objects.filter(contract__cohort=cohort).count() + 1
    return f"{slugify(cohort.code).upper()}-AE-{count:03d}"
