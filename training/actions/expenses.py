"""Expenses that an employer asks back, and their caps. Pay is asked for the hours followed, never more."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from accounts.rows import change, keep
from contracts.models import Contract
from regulations.certificates import BY_HOUR
from regulations.money import french_euros
from regulations.periods import Period
from regulations.training import ExpenseKind, hundredths
from training.actions.conventions import locked
from training.expenses import claims, contract_of
from training.models import Convention, Expense, ExpenseCap, TrainingRules
from training.paid import Standing, standing_of, standings


@transaction.atomic
def record_expense(*, expense: Expense, today: date) -> Expense:
    """Noter une dépense d'un stagiaire de la convention."""
    locked(expense.convention)
    _check(expense, today)
    return keep(expense)


@transaction.atomic
def change_expense(*, expense: Expense, today: date, version: int | None = None, **facts: object) -> Expense:
    """Corriger, tant que rien n'est accordé dessus."""
    current = Expense.objects.select_for_update(of=("self",)).get(pk=expense.pk)
    _refuse_granted(current)
    for name, value in facts.items():
        setattr(current, name, value)
    _check(current, today)
    return change(expense, version=version, **facts)


@transaction.atomic
def remove_expense(*, expense: Expense) -> None:
    """Retirer une dépense notée par erreur ; its history stays."""
    expense = Expense.objects.select_for_update(of=("self",)).get(pk=expense.pk)
    _refuse_granted(expense)
    expense.delete()


@transaction.atomic
def grant_expense(*, expense: Expense, amount: Decimal | None, today: date, version: int | None = None) -> Expense:
    """Ce que le financeur accorde : never more than what is asked."""
    (claim,) = claims(Expense.objects.filter(pk=expense.pk), today)
    if amount is not None and amount > claim.asked:
        message = f"{french_euros(amount)} accordés pour {french_euros(claim.asked)} demandés : vérifiez le montant."
        raise ValidationError({"granted_amount": message})
    return change(expense, version=version, granted_amount=amount)


@transaction.atomic
def propose_expenses(*, convention: Convention, period: Period, today: date) -> list[Expense]:
    """Proposer : the invoiced teaching and the pay of the hours followed, for whoever has neither yet."""
    convention = locked(convention)
    found = []
    for standing in standings(Convention.objects.filter(pk=convention.pk), period, today):
        for kind, quantity, unit_amount, document in _proposed(standing):
            expense = Expense(
                convention=convention,
                enrolment=standing.enrolment,
                kind=kind,
                starts_on=standing.period.starts_on,
                ends_on=standing.period.ends_on,
                quantity=quantity,
                unit_amount=unit_amount,
                document_name=document,
            )
            if not _others(expense).exists():
                found.append(keep(expense))
    if not found:
        raise ValidationError("Il n'y a rien de plus à proposer sur cette période.")
    return found


def _proposed(standing: Standing) -> list[tuple[ExpenseKind, Decimal, Decimal, str]]:
    rows = []
    amount = sum((line.amount for line in standing.lines), Decimal(0))
    if amount:
        numbers = ", ".join(sorted({line.invoice_number for line in standing.lines}))
        rows.append((ExpenseKind.PEDAGOGICAL, Decimal(1), amount, f"Facture {numbers}"[:160]))
    contracts = list(Contract.objects.filter(enrolment=standing.enrolment, closed_on=None))
    period = Expense(starts_on=standing.period.starts_on, ends_on=standing.period.ends_on)
    contract = contract_of(period, contracts)
    if standing.minutes and contract is not None and contract.hourly_pay is not None:
        rows.append((ExpenseKind.PAY, hundredths(standing.minutes), contract.hourly_pay, "Bulletin de paie"))
    return rows


def _check(expense: Expense, today: date) -> None:
    convention, kind = expense.convention, ExpenseKind(expense.kind)
    if not convention.trainees.filter(enrolment=expense.enrolment_id).exists():
        raise ValidationError({"enrolment": "Cette personne n'est pas dans la convention."})
    if expense.ends_on < expense.starts_on:
        raise ValidationError({"ends_on": "La fin de la période doit suivre son début."})
    period = Period(expense.starts_on, expense.ends_on)
    convened = Period(convention.starts_on, convention.ends_on)
    if not (convened.covers(period.starts_on) and convened.covers(period.ends_on)):
        days = f"du {convention.starts_on:%d/%m/%Y} au {convention.ends_on:%d/%m/%Y}"
        raise ValidationError({"starts_on": f"La période sort des dates de la convention ({days})."})
    if kind in BY_HOUR and (other := _others(expense).first()):
        days = f"du {other.starts_on:%d/%m/%Y} au {other.ends_on:%d/%m/%Y}"
        raise ValidationError({"kind": f"« {kind.label} » est déjà noté {days} pour cette personne."})
    if kind is ExpenseKind.PAY:
        _check_hours(expense, period, today)


def _check_hours(expense: Expense, period: Period, today: date) -> None:
    """Only hours really followed are paid (R6332-26)."""
    standing = standing_of(expense.convention, expense.enrolment, period, today)
    followed = hundredths(standing.minutes if standing else 0)
    if expense.quantity != followed:
        said = [str(number.quantize(Decimal("0.01"))).replace(".", ",") for number in (expense.quantity, followed)]
        message = f"{said[0]} h demandées, {said[1]} h suivies : seules les heures suivies sont payées (R6332-26)."
        raise ValidationError({"quantity": message})


def _others(expense: Expense) -> QuerySet[Expense]:
    """Of the same kind and person, over a period that meets this one."""
    rows = Expense.objects.filter(
        convention=expense.convention,
        enrolment=expense.enrolment,
        kind=expense.kind,
        starts_on__lte=expense.ends_on,
        ends_on__gte=expense.starts_on,
    )
    return rows.exclude(pk=expense.pk).order_by("starts_on")


def _refuse_granted(expense: Expense) -> None:
    if expense.granted_amount is not None:
        raise ValidationError("Le financeur a déjà répondu sur cette dépense : retirez d'abord le montant accordé.")


# --- Settings ---


@transaction.atomic
def save_cap(*, cap: ExpenseCap, version: int | None = None) -> ExpenseCap:
    """Ajouter ou corriger un plafond : une hypothèse tant que sa source n'est pas lue."""
    return _write(cap, version)


@transaction.atomic
def save_training_rules(*, rules: TrainingRules, version: int | None = None) -> TrainingRules:
    """Ajouter ou corriger un réglage de la formation."""
    if rules.most_minutes_a_day < 1 or rules.code_seconds < 10:
        raise ValidationError("Un jour a au moins une minute de formation, et un code dure au moins dix secondes.")
    return _write(rules, version)


def _write(row: ExpenseCap | TrainingRules, version: int | None) -> ExpenseCap | TrainingRules:
    if row.pk is None:
        return keep(row)
    names = [field.name for field in row._meta.concrete_fields if field.editable and not field.primary_key]
    return change(row, version=version, **{name: getattr(row, name) for name in names})
