"""What the page of a month shows of each line, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.urls import reverse

from contracts import late
from contracts.forms.month import AbsenceForm
from contracts.models import Contract, Suspension
from contracts.month import MonthLine, Training, month_name, training_of_month
from regulations.aid import month_bounds
from regulations.contracts import PayKept, SuspensionReason
from regulations.deadlines import minus_months
from regulations.money import french_number
from regulations.periods import Period

MONTHS_OFFERED = 24
SITES_NAMED = 3


class KnownAbsence(NamedTuple):
    words: str
    # Where it can be withdrawn; nowhere once the month is confirmed, or when the contract's page recorded it.
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """Une ligne de la page : ce que l'on sait, et le formulaire de l'exception tant que rien n'est confirmé."""

    line: MonthLine
    training: Training
    form: AbsenceForm | None
    absences: list[KnownAbsence]
    part: str
    is_open: bool
    url: str

    @property
    def faults(self) -> Iterator[tuple[str, str]]:
        """Where each fault is, and its words: who, what was typed, what to do."""
        for field in self.form or ():
            for error in field.errors:
                who = "" if error.startswith(self.line.name) else f"{self.line.name} — "
                yield field.id_for_label, f"{who}{error}"


class Site(NamedTuple):
    code: str
    name: str
    count: int


def rows_of(user, lines: list[MonthLine], forms: dict[int, AbsenceForm], today: date) -> list[Row]:
    if not lines:
        return []
    contracts = [line.contract.pk for line in lines]
    training = training_of_month(lines, lines[0].month)
    reached = set(Contract.objects.visible_to(user).filter(pk__in=contracts).values_list("pk", flat=True))
    private = set(Contract.objects.private_to(user, today).filter(pk__in=contracts).values_list("pk", flat=True))
    return [
        Row(
            line=line,
            training=training.get(line.contract.enrolment_id, Training()),
            form=forms.get(line.request.pk),
            absences=[
                known_absence(one, line, line.contract.pk in private, line.contract.pk in reached)
                for one in line.suspensions
            ],
            part=part_of(line),
            is_open=line.can_confirm(today),
            url=line.contract.get_absolute_url() if line.contract.pk in reached else "",
        )
        for line in lines
    ]


def known_absence(suspension: Suspension, line: MonthLine, sees_pay: bool, reaches: bool) -> KnownAbsence:
    begins, ends = suspension.starts_on, suspension.ends_on
    words = f"du {begins:%d/%m/%Y} au {ends:%d/%m/%Y}" if ends else f"depuis le {begins:%d/%m/%Y}"
    if begins == ends:
        words = f"le {begins:%d/%m/%Y}"
    if sees_pay:
        words += f", salaire {PayKept(suspension.pay_kept).label}"
        if suspension.kept_percent is not None:
            words += f" ({french_number(suspension.kept_percent)} %)"
    from_here = suspension.reason == SuspensionReason.OTHER and suspension.declared_on is None
    withdrawable = from_here and reaches and line.statement is None
    return KnownAbsence(words, reverse("contracts:withdraw_absence", args=[suspension.pk]) if withdrawable else "")


def part_of(line: MonthLine) -> str:
    """The days of the aid, when they are not the whole month."""
    days = line.period
    if days == Period(*month_bounds(line.month)):
        return ""
    return f"aide du {days.starts_on:%d/%m/%Y} au {days.ends_on:%d/%m/%Y}"


def totals_of(lines: list[MonthLine], all_lines: list[MonthLine]) -> dict:
    amounts = [line.amount for line in lines]
    return {
        "count": len(lines),
        "all": len(all_lines),
        "confirmed": sum(line.statement is not None for line in lines),
        "declared": sum(line.is_declared for line in lines),
        "expected": sum(amount for amount in amounts if amount is not None),
        "unknown": sum(amount is None for amount in amounts),
    }


def sites_of(lines: list[MonthLine]) -> list[Site]:
    """The establishments of the month and how many people each, when there are several."""
    by_site = groupby(lines, key=lambda line: (line.establishment.pk, line.establishment.name))
    found = [Site(str(pk), name, len(list(ones))) for (pk, name), ones in by_site]
    return found if len(found) > 1 else []


def offered(today: date, month: date) -> list[tuple[str, str]]:
    """The months one may choose, the latest first, with the one that is shown."""
    months = {minus_months(today.replace(day=1), back) for back in range(MONTHS_OFFERED)} | {month}
    return [(f"{one:%Y-%m}", month_name(one)) for one in sorted(months, reverse=True)]


def month_url(month: date, establishment: str = "") -> str:
    address = reverse("contracts:month", args=[month.year, month.month])
    return f"{address}?etablissement={establishment}" if establishment else address


def late_months(user, today: date) -> list[dict]:
    """One sentence per late month, with the page that settles it."""
    by_month = groupby(late.late_statements(user, today), key=lambda one: one.month)
    return [_late_month(month, list(ones), today) for month, ones in by_month]


def where(ones: list[late.LateStatements]) -> str:
    """The establishments by name, or how many they are when nobody would read them all."""
    names = [one.establishment.name for one in ones]
    return ", ".join(names) if len(names) <= SITES_NAMED else f"{len(names)} établissements"


def _late_month(month: date, ones: list[late.LateStatements], today: date) -> dict:
    return {
        "words": late.in_words(month, ones),
        "url": month_url(month),
        "month": month,
        "days": ones[0].days,
        "is_alert": ones[0].is_alert(today),
        "where": where(ones),
    }
