"""What happens to a contract: suspension, exit."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.fields import overlapping
from accounts.models import User
from accounts.rows import keep
from contracts.actions.contract import locked, touch
from contracts.models import Contract, Exit, Suspension
from regulations.contracts import PayKept, SuspensionReason
from regulations.deadlines import plus_months
from regulations.exits import ExitSituation, FollowUp
from regulations.people import Checked

OUTSIDE = "La suspension sort des dates du contrat ({})."


@transaction.atomic
def suspend(
    *,
    contract: Contract,
    starts_on: date,
    ends_on: date | None = None,
    reason: SuspensionReason,
    pay_kept: PayKept = PayKept.NONE,
    kept_percent: Decimal | None = None,
    by: User | None,
) -> Suspension:
    """Suspendre : dans les dates du contrat, sans recouvrir une autre suspension."""
    contract = locked(contract)
    suspension = Suspension(
        contract=contract,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        pay_kept=pay_kept,
        kept_percent=kept_percent,
    )
    _check_place(suspension)
    keep(suspension)
    touch(contract, by)
    return suspension


@transaction.atomic
def end_suspension(*, suspension: Suspension, ends_on: date, by: User | None) -> Suspension:
    """Reprise : `ends_on` est le dernier jour suspendu."""
    contract = locked(suspension.contract)
    suspension = Suspension.objects.get(pk=suspension.pk)
    if suspension.ends_on is not None:
        raise ValidationError(f"Cette suspension est déjà finie, le {suspension.ends_on:%d/%m/%Y}.")
    suspension.ends_on = ends_on
    suspension.contract = contract
    _check_place(suspension)
    keep(suspension)
    touch(contract, by)
    return suspension


@transaction.atomic
def change_suspension(
    *,
    suspension: Suspension,
    starts_on: date,
    ends_on: date | None,
    reason: SuspensionReason,
    pay_kept: PayKept,
    kept_percent: Decimal | None = None,
    by: User | None,
) -> Suspension:
    """Corriger une suspension mal saisie : motif, dates, salaire maintenu."""
    contract = locked(suspension.contract)
    suspension = Suspension.objects.get(pk=suspension.pk)
    suspension.contract = contract
    suspension.starts_on, suspension.ends_on, suspension.reason = starts_on, ends_on, reason
    suspension.pay_kept, suspension.kept_percent = pay_kept, kept_percent
    _check_place(suspension)
    keep(suspension)
    touch(contract, by)
    return suspension


def _check_place(suspension: Suspension) -> None:
    contract = suspension.contract
    if contract.closed_on is not None:
        raise ValidationError("Ce contrat est caduc : il ne peut pas être suspendu.")
    if suspension.starts_on < contract.starts_on:
        raise ValidationError({"starts_on": OUTSIDE.format(f"début le {contract.starts_on:%d/%m/%Y}")})
    last = contract.last_day
    if last is not None and suspension.starts_on > last:
        raise ValidationError({"starts_on": OUTSIDE.format(f"fin le {last:%d/%m/%Y}")})
    if last is not None and suspension.ends_on is not None and suspension.ends_on > last:
        raise ValidationError({"ends_on": OUTSIDE.format(f"fin le {last:%d/%m/%Y}")})
    meets = overlapping("starts_on", "ends_on", suspension.starts_on, suspension.ends_on)
    if contract.suspensions.exclude(pk=suspension.pk).filter(meets).exists():
        raise ValidationError("Une autre suspension de ce contrat couvre déjà une partie de ces jours.")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Ce que devient la personne, tel que relevé ; « non vérifié » n'est jamais un non."""

    situation: ExitSituation
    same_employer: Checked = Checked.NOT_CHECKED
    same_job: Checked = Checked.NOT_CHECKED
    next_training: str = ""


@transaction.atomic
def record_exit(*, contract: Contract, outcome: Outcome, recorded_on: date, by: User | None) -> Exit:
    """Sortie, une fois le contrat rompu ou terminé."""
    contract = locked(contract)
    if contract.closed_on is not None or contract.last_day is None or contract.last_day > recorded_on:
        raise ValidationError("La sortie se relève une fois le contrat rompu ou terminé.")
    if Exit.objects.filter(contract=contract).exists():
        raise ValidationError("La sortie de ce contrat est déjà relevée.")
    if outcome.situation not in FollowUp.AT_EXIT.situations:
        raise ValidationError(
            {"situation": "« Injoignable » se dit à 3 ou à 6 mois ; à la sortie, notez « inconnue après recherche »."}
        )
    exit_row = Exit(
        contract=contract,
        recorded_on=recorded_on,
        situation=outcome.situation,
        same_employer=outcome.same_employer,
        same_job=outcome.same_job,
        next_training=outcome.next_training,
    )
    keep(exit_row)
    touch(contract, by)
    return exit_row


FOLLOW_UPS = {
    FollowUp.AT_3_MONTHS: ("situation_3_months", "checked_3_months_on"),
    FollowUp.AT_6_MONTHS: ("situation_6_months", "checked_6_months_on"),
}


@transaction.atomic
def record_follow_up(
    *, exit_row: Exit, follow_up: FollowUp, situation: ExitSituation, checked_on: date, by: User | None
) -> Exit:
    """Situation à trois ou six mois."""
    contract = locked(exit_row.contract)
    exit_row = Exit.objects.get(pk=exit_row.pk)
    situation_field, day_field = FOLLOW_UPS[follow_up]
    if checked_on < exit_row.recorded_on:
        raise ValidationError({"checked_on": "Ce relevé suit celui de la sortie."})
    reached_on = plus_months(contract.last_day, follow_up.months)
    if checked_on < reached_on:
        raise ValidationError(
            {"checked_on": f"La situation {follow_up.label} se relève à partir du {reached_on:%d/%m/%Y}."}
        )
    setattr(exit_row, situation_field, situation)
    setattr(exit_row, day_field, checked_on)
    keep(exit_row)
    touch(contract, by)
    return exit_row
