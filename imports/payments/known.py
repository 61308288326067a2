"""What the database holds that lines of a payer may refer to: as many queries for one line as for thousands.

Everything is reached through the scope of whoever imports: what she does not follow is as if it were not there.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.db.models import Max, QuerySet

from accounts.models import User
from contracts.actions.payments import split_key
from contracts.expected import expected_for
from contracts.models import AidPayment, AidRequest, Contract, SmicRate
from contracts.money import rules_on
from employers.models import Establishment
from imports.payments.lines import Line
from regulations.aid import monthly_aid

AT_ONCE = 500
# Payments that the undoing of an import has voided: the same lines may come again, and nobody is asked.
UNDONE_BECAUSE = "Import annulé"
T = TypeVar("T")


@dataclass
class Known:
    """Requests by decision and by establishment, payments by what their line said, months by what they should bring."""

    by_number: dict[str, AidRequest] = field(default_factory=dict)
    by_siret: dict[str, dict[int, AidRequest]] = field(default_factory=lambda: defaultdict(dict))
    sirets: set[str] = field(default_factory=set)
    # What a line says → its transfer → which occurrences of it are recorded.
    recorded: dict[str, dict[str, set[int]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    voided: dict[str, AidPayment] = field(default_factory=dict)
    paid: dict[tuple[int, date], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    expected: dict[tuple[int, date], Decimal] = field(default_factory=dict)
    # What is silent between an amount and what was expected.
    tolerance: Decimal = Decimal(1)

    def add(self, requests: Iterable[AidRequest]) -> None:
        for request in requests:
            if request.decision_number:
                self.by_number.setdefault(request.decision_number, request)
            self.by_siret[request.contract.establishment.siret].setdefault(request.pk, request)


def load(user: User, lines: Sequence[Line]) -> Known:
    """Requests first; payments and expected months once lines are matched."""
    known = Known()
    requests = AidRequest.objects.visible_to(user).select_related(
        "contract__enrolment__person", "contract__establishment"
    )
    for numbers in parts(line.number for line in lines if line.number):
        known.add(requests.filter(decision_number__in=numbers))
    unmatched = [line for line in lines if line.number not in known.by_number]
    for sirets in parts(line.siret for line in unmatched if line.siret):
        known.sirets |= set(
            Establishment.objects.visible_to(user).filter(siret__in=sirets).values_list("siret", flat=True)
        )
        known.add(requests.filter(contract__establishment__siret__in=sirets).order_by("pk"))
    return known


def load_payments(known: Known, lines: Sequence[Line]) -> None:
    """What is recorded of the requests that lines are for, or could be for."""
    for pks in parts(request.pk for line in lines for request in line.candidates):
        for payment in AidPayment.objects.filter(aid_request__in=pks).order_by("pk").iterator(AT_ONCE):
            text, transfer, occurrence = split_key(payment.line_key)
            if payment.voided_at is not None:
                if not payment.void_reason.startswith(UNDONE_BECAUSE):
                    known.voided[text] = payment
                continue
            known.recorded[text][transfer].add(occurrence)
            known.paid[payment.aid_request_id, payment.month] += payment.amount


def load_expected(known: Known, lines: Sequence[Line], on: date) -> None:
    """Expected months, of the contracts whose line could be for two of them: the others cost nothing."""
    known.tolerance = rules_on(on).tolerance
    highest = SmicRate.objects.aggregate(Max("hourly_gross"))["hourly_gross__max"] or Decimal(0)
    wanted = [line.request for line in lines if _could_be_two_months(line, highest)]
    for pks in parts(request.contract_id for request in wanted):
        for aid in expected_for(_contracts(pks)).values():
            for month in aid.months:
                if month.amount is not None:
                    known.expected[month.request.pk, month.month] = month.amount


def _contracts(pks: list[int]) -> QuerySet[Contract]:
    # Already reached through the scope of their requests.
    return Contract.objects.filter(pk__in=pks)


def _could_be_two_months(line: Line, hourly: Decimal) -> bool:
    request = line.request
    if request is None or request.rate is None or request.weekly_hours is None:
        return False
    if len(line.months) > 1:
        return True
    return line.amount > monthly_aid(hourly, request.rate / 100, request.weekly_hours)


def parts(values: Iterable[T]) -> Iterator[list[T]]:
    """Distinct values, a few hundred at a time: a query takes no more."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), AT_ONCE):
        yield distinct[start : start + AT_ONCE]
