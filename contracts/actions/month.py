"""The employer's month: absences reported, months confirmed, then declared to the payer; undone by voiding."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import User
from accounts.rows import keep
from contracts.actions.contract import locked, touch
from contracts.actions.life import suspend
from contracts.models import Contract, PresenceStatement, Suspension
from contracts.month import MonthLine, lines_of, month_name
from contracts.planned import aided_period
from regulations.aid import month_bounds
from regulations.contracts import PayKept, SuspensionReason
from regulations.periods import Period


@dataclass(frozen=True, slots=True)
class Absence:
    """Une absence : des jours et ce que l'employeur verse encore, jamais pourquoi."""

    period: Period
    pay_kept: PayKept = PayKept.NONE
    kept_percent: Decimal | None = None

    @property
    def words(self) -> str:
        return f"du {self.period.starts_on:%d/%m/%Y} au {self.period.ends_on:%d/%m/%Y}"


class MonthRefused(ValidationError):
    """Rien n'est enregistré ; `by_request` dit pour chaque demande d'aide ce qui l'empêche."""

    def __init__(self, by_request: dict[int, list[str]]):
        self.by_request = by_request
        super().__init__([message for messages in by_request.values() for message in messages])


Absences = Mapping[int, Sequence[Absence]]


@transaction.atomic
def report_absences(*, lines: Iterable[MonthLine], absences: Absences, by: User | None) -> list[MonthLine]:
    """Signaler des absences, sans confirmer ; rend les lignes telles qu'elles sont alors."""
    lines = _as_they_are(lines)
    refused: dict[int, list[str]] = {}
    for line in lines:
        for absence in absences.get(line.request.pk, ()):
            if line.statement is not None:
                message = "ce mois est déjà confirmé : annulez-le pour le refaire avec cette absence."
                refused.setdefault(line.request.pk, []).append(f"{line.name}, {absence.words} : {message}")
                continue
            try:
                with transaction.atomic():
                    _suspend(line, absence, by)
            except ValidationError as refusal:
                said = [f"{line.name}, {absence.words} : {message}" for message in refusal.messages]
                refused.setdefault(line.request.pk, []).extend(said)
    if refused:
        raise MonthRefused(refused)
    return _as_they_are(lines) if absences else lines


def _suspend(line: MonthLine, absence: Absence, by: User | None) -> None:
    suspend(
        contract=line.contract,
        starts_on=absence.period.starts_on,
        ends_on=absence.period.ends_on,
        # No reason is asked here: an illness is nobody's business.
        reason=SuspensionReason.OTHER,
        pay_kept=absence.pay_kept,
        kept_percent=absence.kept_percent,
        by=by,
    )


@transaction.atomic
def confirm_month(*, lines: Iterable[MonthLine], on: date, by: User | None) -> list[PresenceStatement]:
    """Je confirme le mois : un état de présence par ligne, montant et données figés. Une seconde fois ne fait rien."""
    lines = _as_they_are(lines)
    refused = {
        line.request.pk: [
            f"{line.name} : {month_name(line.month)} n'est pas fini, "
            f"il se confirme à partir du {line.opens_on:%d/%m/%Y}."
        ]
        for line in lines
        if line.statement is None and not line.can_confirm(on)
    }
    if refused:
        raise MonthRefused(refused)
    return [line.statement or _confirmed(line, on, by) for line in lines]


def _as_they_are(lines: Iterable[MonthLine]) -> list[MonthLine]:
    """The same lines read again, their contracts kept from others until the end of the transaction."""
    lines = list(lines)
    asked = {(line.request.pk, line.month) for line in lines}
    contracts = Contract.objects.filter(pk__in={line.contract.pk for line in lines})
    list(contracts.select_for_update().order_by("pk").values_list("pk"))
    found = lines_of(contracts, months={line.month for line in lines})
    again = {key: line for line in found if (key := (line.request.pk, line.month)) in asked}
    gone = {
        line.request.pk: [f"{line.name} : {month_name(line.month)} n'est plus un mois aidé."]
        for line in lines
        if (line.request.pk, line.month) not in again
    }
    if gone:
        raise MonthRefused(gone)
    return [again[line.request.pk, line.month] for line in lines]


def _confirmed(line: MonthLine, on: date, by: User | None) -> PresenceStatement:
    frozen = line.frozen(on)
    return keep(
        PresenceStatement(
            aid_request=line.request,
            month=line.month,
            establishment=line.establishment,
            absent_days=line.absent_days,
            parts=Decimal(frozen["parts"]),
            whole=frozen["whole"],
            expected_amount=line.amount,
            inputs=frozen,
            confirmed_at=clock.now(),
            confirmed_by=by,
        )
    )


@transaction.atomic
def declare_month(
    *, statements: Iterable[PresenceStatement], declared_on: date, today: date, by: User | None
) -> list[PresenceStatement]:
    """Déclaré sur SYLAé : une fois par état confirmé ; ce qui l'était déjà garde sa date."""
    if declared_on > today:
        raise ValidationError({"declared_on": f"{declared_on:%d/%m/%Y} : ce jour n'est pas encore venu."})
    rows = PresenceStatement.objects.select_for_update(of=("self",)).select_related("aid_request__contract").valid()
    rows = rows.filter(pk__in=[statement.pk for statement in statements]).order_by("pk")
    found = list(rows)
    if not found:
        raise ValidationError("Confirmez d'abord le mois : rien n'est à déclarer.")
    for statement in found:
        if declared_on < _last_day(statement):
            message = f"{declared_on:%d/%m/%Y} : {month_name(statement.month)} n'était pas fini ce jour-là."
            raise ValidationError({"declared_on": message})
        if statement.declared_on is None:
            statement.declared_on, statement.declared_by = declared_on, by
            keep(statement)
    return found


def _last_day(statement: PresenceStatement) -> date:
    """The last day of the month, or of the aid when it ends within it."""
    request = statement.aid_request
    whole = Period(*month_bounds(statement.month))
    aided = aided_period(request, request.contract)
    return ((aided and aided.clipped_to(whole)) or whole).ends_on


@transaction.atomic
def void_statement(*, statement: PresenceStatement, reason: str, by: User | None) -> PresenceStatement:
    """Annuler pour refaire : la ligne reste, avec qui, quand et pourquoi."""
    statement = PresenceStatement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
    if statement.voided_at is not None:
        raise ValidationError("Cet état de présence est déjà annulé.")
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi : le motif reste avec la ligne."})
    statement.voided_at, statement.voided_by, statement.void_reason = clock.now(), by, reason.strip()
    return keep(statement)


@transaction.atomic
def withdraw_absence(*, suspension: Suspension, by: User | None) -> Contract:
    """Retirer une absence signalée par erreur, tant qu'aucun mois confirmé ne la compte ; l'historique la garde."""
    contract = locked(suspension.contract)
    suspension = Suspension.objects.filter(pk=suspension.pk).first()
    if suspension is None:
        raise ValidationError("Cette absence est déjà retirée.")
    if suspension.reason != SuspensionReason.OTHER or suspension.declared_on is not None:
        raise ValidationError("Cette suspension a été enregistrée sur le contrat : elle ne se retire pas d'ici.")
    period = Period(suspension.starts_on, suspension.ends_on)
    standing = PresenceStatement.objects.valid().filter(aid_request__contract=contract).order_by("month")
    for month in standing.values_list("month", flat=True):
        if period.overlaps(Period(*month_bounds(month))):
            message = f"{month_name(month)} est confirmé avec cette absence : annulez d'abord ce mois."
            raise ValidationError(f"{message[0].upper()}{message[1:]}")
    suspension.delete()
    return touch(contract, by)
