"""Data of invoices: proposed from the hours followed, corrected by hand, voided and redone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from accounts.rows import change, keep
from cohorts.models import Enrolment
from regulations.certificates import group_amount, line_amount, shares
from regulations.periods import Period
from training.actions.conventions import locked
from training.models import Convention, HalfDay, InvoiceLine


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """Une facture : son numéro, son jour, sa période."""

    number: str
    on: date
    period: Period


@dataclass(frozen=True)
class Priced:
    """Les minutes d'une personne et ce qu'elles coûtent."""

    enrolment: Enrolment
    minutes: int
    amount: Decimal


def priced(convention: Convention, hours: Iterable[tuple[Enrolment, int]], period: Period) -> list[Priced]:
    """Heures × prix, ou le prix du groupe partagé au prorata des heures : the cents add up to what is asked."""
    hours = [(enrolment, minutes) for enrolment, minutes in hours if minutes]
    if not hours:
        raise ValidationError("Aucune heure à facturer sur cette période.")
    if convention.hourly_rate is not None:
        amounts = [line_amount(minutes, convention.hourly_rate) for _, minutes in hours]
    elif convention.group_price is not None:
        amounts = shares(due_of_group(convention, period), [minutes for _, minutes in hours])
    else:
        raise ValidationError("La convention n'a pas de prix : corrigez-la d'abord.")
    return [Priced(enrolment, minutes, amount) for (enrolment, minutes), amount in zip(hours, amounts, strict=True)]


def due_of_group(convention: Convention, period: Period) -> Decimal:
    """What is due of the price of the group at the end of the period, less what other invoices already ask."""
    lines = convention.invoice_lines.valid()
    already = lines.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    held = HalfDay.objects.planned().filter(session__cohort=convention.cohort, day__lte=period.ends_on)
    until = held.aggregate(total=Sum("planned_minutes"))["total"] or 0
    due = group_amount(convention.group_price, until, convention.planned_minutes, already)
    if due < 0:
        raise ValidationError("Les factures de cette convention dépassent déjà le prix du groupe à cette date.")
    return due


@transaction.atomic
def record_invoice(
    *, convention: Convention, invoice: Invoice, hours: Iterable[tuple[Enrolment, int]], today: date
) -> list[InvoiceLine]:
    """Enregistrer les lignes d'une facture. Anybody's two invoices never overlap: void the first one."""
    convention = locked(convention)
    number = " ".join(invoice.number.split())
    _check(convention, invoice, today)
    trainees = set(convention.trainees.values_list("enrolment_id", flat=True))
    kept = []
    for line in priced(convention, hours, invoice.period):
        if line.enrolment.pk not in trainees:
            raise ValidationError(f"{line.enrolment.person.full_name} n'est pas dans cette convention.")
        _refuse_second(convention, line.enrolment, invoice.period)
        kept.append(
            keep(
                InvoiceLine(
                    convention=convention,
                    enrolment=line.enrolment,
                    invoice_number=number,
                    invoiced_on=invoice.on,
                    starts_on=invoice.period.starts_on,
                    ends_on=invoice.period.ends_on,
                    minutes=line.minutes,
                    amount=line.amount,
                )
            )
        )
    return kept


def _check(convention: Convention, invoice: Invoice, today: date) -> None:
    period = invoice.period
    if period.ends_on < period.starts_on:
        raise ValidationError({"ends_on": "La fin de la période doit suivre son début."})
    if invoice.on > today:
        raise ValidationError({"invoiced_on": "Une facture est datée d'aujourd'hui ou d'avant."})
    convened = Period(convention.starts_on, convention.ends_on)
    if not (convened.covers(period.starts_on) and convened.covers(period.ends_on)):
        days = f"du {convention.starts_on:%d/%m/%Y} au {convention.ends_on:%d/%m/%Y}"
        raise ValidationError({"starts_on": f"La période sort des dates de la convention ({days})."})


def _refuse_second(convention: Convention, enrolment: Enrolment, period: Period) -> None:
    lines = convention.invoice_lines.valid().filter(
        enrolment=enrolment, starts_on__lte=period.ends_on, ends_on__gte=period.starts_on
    )
    other = lines.order_by("starts_on").first()
    if other is not None:
        raise ValidationError(
            f"{enrolment.person.full_name} est déjà facturée du {other.starts_on:%d/%m/%Y} au "
            f"{other.ends_on:%d/%m/%Y} (facture {other.invoice_number}) : annulez cette ligne d'abord."
        )


@transaction.atomic
def void_line(*, line: InvoiceLine, by: User, at: datetime, reason: str) -> InvoiceLine:
    """Annuler une ligne : elle reste, avec qui, quand et pourquoi."""
    line = InvoiceLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if line.voided_at is not None:
        raise ValidationError("Cette ligne est déjà annulée.")
    if not reason.strip():
        raise ValidationError({"reason": "Dites en quelques mots pourquoi cette ligne est annulée."})
    return change(line, voided_at=at, voided_by=by, void_reason=reason.strip())


@transaction.atomic
def void_invoice(*, line: InvoiceLine, by: User, at: datetime, reason: str) -> list[InvoiceLine]:
    """Annuler toute la facture de cette ligne."""
    lines = line.convention.invoice_lines.valid().filter(invoice_number=line.invoice_number)
    return [void_line(line=one, by=by, at=at, reason=reason) for one in lines.order_by("pk")]
