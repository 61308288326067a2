"""What is noted as done: a step of the contract, a notice given to the authority within seven clear days."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import User
from accounts.rows import keep
from contracts.actions.contract import locked, touch
from contracts.models import Contract, DoneStep, Suspension
from regulations.deadlines import Step


@transaction.atomic
def mark_step(*, contract: Contract, step: Step, done_on: date, note: str = "", by: User | None) -> DoneStep:
    """Noter une étape faite : elle ne se rappelle plus à personne."""
    contract = locked(contract)
    _refuse_the_future(done_on, "done_on")
    return keep(DoneStep(contract=contract, step=step, done_on=done_on, note=note.strip(), recorded_by=by))


@transaction.atomic
def void_step(*, done_step: DoneStep, reason: str, by: User | None) -> DoneStep:
    """Annuler une étape notée par erreur : elle est de nouveau à faire."""
    locked(done_step.contract)
    done_step = DoneStep.objects.get(pk=done_step.pk)
    if done_step.voided_at is not None:
        raise ValidationError("Cette étape est déjà annulée.")
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi cette étape est annulée."})
    done_step.voided_at, done_step.voided_by, done_step.void_reason = clock.now(), by, reason.strip()
    return keep(done_step)


@transaction.atomic
def declare_suspension(*, suspension: Suspension, declared_on: date, by: User | None) -> Suspension:
    """Suspension signalée à l'autorité et au payeur (R5134-28)."""
    contract = locked(suspension.contract)
    suspension = Suspension.objects.get(pk=suspension.pk)
    _refuse_the_future(declared_on, "declared_on")
    suspension.declared_on = declared_on
    keep(suspension)
    touch(contract, by)
    return suspension


@transaction.atomic
def declare_break(*, contract: Contract, declared_on: date, by: User | None) -> Contract:
    """Rupture signalée à l'autorité et au payeur (R5134-28)."""
    contract = locked(contract)
    if contract.broken_on is None:
        raise ValidationError("Ce contrat n'est pas rompu.")
    _refuse_the_future(declared_on, "declared_on")
    contract.break_declared_on = declared_on
    return touch(contract, by)


def _refuse_the_future(day: date, field: str) -> None:
    if day > clock.today():
        raise ValidationError({field: "Ce jour est à venir : notez-le une fois la chose faite."})
