"""L'aide attendue, mois par mois : lue des lignes datées, jamais devinée, chaque montant avec ce qui le donne.

Whatever is missing is said in a sentence, and then there is no amount. Queries stay constant whatever the contracts.
The computation is in `contracts.planned`; here it meets the rows of the pages, `contracts.ledger` the payments.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch

from contracts import planned
from contracts.models import AidOrder, AidRequest, AidRules, Contract, SmicRate, Suspension
from contracts.planned import NO_DECISION, NO_REQUEST, DepartmentShare, Inputs, PlannedMonth, read_inputs, share_of
from regulations.aid import INDICATIVE, AidMonth, hours_findings, provisional_total
from regulations.findings import Finding
from regulations.regions import region_of

__all__ = [
    "INDICATIVE",
    "NO_DECISION",
    "NO_REQUEST",
    "ExpectedAid",
    "ExpectedMonth",
    "ExpectedTotals",
    "Inputs",
    "expected_for",
    "expected_of",
    "expected_totals",
    "order_of",
    "read_inputs",
    "same_terms",
    "statement_inputs",
    "warnings_of",
    "with_aid_facts",
]


@dataclass(frozen=True, slots=True)
class ExpectedMonth:
    """Le mois d'une décision, avec la décision et l'arrêté dont il vient."""

    request: AidRequest
    order: AidOrder
    planned: PlannedMonth

    @property
    def month(self) -> date:
        return self.planned.month

    @property
    def amount(self) -> Decimal | None:
        return self.planned.amount

    @property
    def inputs(self) -> AidMonth | None:
        return self.planned.inputs

    @property
    def smic(self) -> SmicRate | None:
        return self.planned.smic

    @property
    def rules(self) -> AidRules:
        return self.planned.rules

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.planned.reasons

    @property
    def missing(self) -> str:
        return self.planned.missing

    @property
    def formula(self) -> str:
        return self.planned.formula

    @property
    def is_whole(self) -> bool:
        return self.planned.is_whole

    @property
    def department(self) -> "DepartmentShare | None":
        """The département's own line; None when the decision is not shared with it."""
        return share_of(self.planned) if self.request.is_cofinanced else None


@dataclass(frozen=True, slots=True)
class ExpectedAid:
    """L'aide attendue d'un contrat ; `missing` non vide veut dire : aucun montant."""

    missing: tuple[str, ...] = ()
    months: tuple[ExpectedMonth, ...] = ()
    orders: tuple[AidOrder, ...] = ()

    @property
    def total(self) -> Decimal | None:
        """Sum of the unrounded months, rounded once; None while one of them is unknown."""
        if not self.months or any(month.inputs is None for month in self.months):
            return None
        return provisional_total(month.inputs for month in self.months)

    def of_month(self, month: date) -> ExpectedMonth | None:
        return next((one for one in self.months if one.month == month.replace(day=1)), None)


def expected_of(contract: Contract) -> ExpectedAid:
    return expected_for(Contract.objects.filter(pk=contract.pk))[contract.pk]


def expected_for(contracts: Iterable[Contract], inputs: Inputs | None = None) -> dict[int, ExpectedAid]:
    """Contract's id → its expected aid. A queryset is read with what it needs in three queries."""
    if hasattr(contracts, "prefetch_related"):
        contracts = with_aid_facts(contracts)
    inputs = inputs or read_inputs()
    return {contract.pk: _expected(contract, inputs) for contract in contracts}


@dataclass(frozen=True)
class ExpectedTotals:
    """L'aide attendue de plusieurs contrats ensemble : par mois, et pourquoi certains n'ont pas de montant."""

    by_month: dict[date, Decimal]
    missing: Counter
    example: ExpectedAid | None

    @property
    def total(self) -> Decimal:
        return sum(self.by_month.values(), Decimal(0))


def expected_totals(contracts: Iterable[Contract], counts: Mapping[int, int] | None = None) -> ExpectedTotals:
    """Each contract's month is rounded before it is added, as it will be paid.

    With `counts` (`same_terms`), each contract stands for that many.
    """
    inputs = read_inputs()
    by_month: dict[date, Decimal] = {}
    missing, example = Counter(), None
    for contract in contracts:
        count = counts[contract.pk] if counts else 1
        aid = _expected(contract, inputs)
        missing.update(dict.fromkeys(aid.missing, count))
        example = example or (aid if aid.months else None)
        for month in aid.months:
            if (amount := month.amount) is not None:
                by_month[month.month] = by_month.get(month.month, Decimal(0)) + count * amount
    return ExpectedTotals(by_month, missing, example)


def same_terms(contracts) -> dict[int, int]:
    """One contract of each kind → how many are like it: a cohort of 300 has a few dozen different ones.

    Reads, in two queries of plain values, all that an amount is computed from; a suspended contract is like no other.
    """
    suspended = Exists(Suspension.objects.filter(contract=OuterRef("pk")))
    rows = contracts.order_by("pk").annotate(is_suspended=suspended)
    facts = (
        "starts_on",
        "ends_on",
        "broken_on",
        "closed_on",
        "unaided_reason",
        "establishment__postcode",
        "cohort__region",
    )
    terms = {}
    for pk, is_suspended, *values in rows.values_list("pk", "is_suspended", *facts):
        terms[pk] = [*values, pk if is_suspended else None]
    requests = AidRequest.objects.filter(contract__in=contracts.order_by().values("pk")).order_by("pk")
    decided = ("decided_on", "refused", "rate", "weekly_hours", "aid_starts_on", "aid_ends_on", "order")
    for pk, *values in requests.values_list("contract", *decided):
        terms[pk].append(values)
    first: dict[str, int] = {}
    counts: Counter = Counter()
    for pk, values in terms.items():
        counts[first.setdefault(repr(values), pk)] += 1
    return dict(counts)


def with_aid_facts(contracts):
    """What an expected aid is read from, in three queries whatever the rows."""
    requests = AidRequest.objects.select_related("order")
    return contracts.select_related("establishment", "cohort").prefetch_related(
        Prefetch("aid_requests", requests), "suspensions"
    )


def region_of_contract(contract: Contract) -> str:
    """Where the work is; the cohort's region when the establishment's postcode is not known."""
    return region_of(contract.establishment.postcode) or contract.cohort.region


def facts_of(contract: Contract) -> planned.Facts:
    """Reads `aid_requests` and `suspensions`: prefetched, it costs no query."""
    return planned.Facts(
        contract.starts_on,
        contract.last_day,
        contract.closed_on,
        contract.unaided_reason,
        contract.establishment.postcode,
        contract.cohort.region,
        tuple(_decision(request) for request in contract.aid_requests.all()),
        tuple(
            planned.Away(one.starts_on, one.ends_on, one.pay_kept, one.kept_percent)
            for one in contract.suspensions.all()
        ),
    )


def order_of(request: AidRequest, contract: Contract, inputs: Inputs) -> AidOrder | None:
    """The order the decision stands on: chosen, or found by region, day and rate."""
    return planned.order_of(_decision(request), region_of_contract(contract), inputs)


def _decision(request: AidRequest) -> planned.Decision:
    return planned.Decision(
        request.decided_on,
        request.refused,
        request.rate,
        request.weekly_hours,
        request.aid_starts_on,
        request.aid_ends_on,
        request.order,
    )


def _expected(contract: Contract, inputs: Inputs) -> ExpectedAid:
    plan = planned.plan(facts_of(contract), inputs)
    if plan.missing:
        return ExpectedAid(missing=plan.missing)
    pairs = [pair for pair in zip(contract.aid_requests.all(), plan.decisions, strict=True) if pair[1]]
    months = [ExpectedMonth(request, one.order, month) for request, one in pairs for month in one.months]
    return ExpectedAid(
        months=tuple(sorted(months, key=lambda one: one.month)), orders=tuple(one.order for _, one in pairs)
    )


def statement_inputs(month: ExpectedMonth) -> dict[str, object]:
    """All that the amount of a confirmed month is made of, to be kept with it: texts, numbers of rows, no float."""
    planned, given, share = month.planned, month.inputs, month.department
    kept = {
        "month": month.month.isoformat(),
        "rules": planned.rules.pk,
        "proration": planned.rules.proration,
        "smic": planned.smic and planned.smic.pk,
        "order": month.order.pk,
        "order_reference": month.order.legal_reference,
        "rate": str(month.request.rate / 100),
        "weekly_hours": str(month.request.weekly_hours),
        "reasons": list(month.reasons),
    }
    if given is None:
        kept["missing"] = month.missing
    else:
        kept |= {"hourly_smic": str(given.hourly_smic), "parts": str(given.parts), "whole": given.whole}
    if share is not None:
        kept["department_share"] = None if share.amount is None else str(share.amount)
        kept["department_missing"] = share.missing
        kept["rsa"] = planned.rsa and str(planned.rsa.single_amount)
    return kept


def warnings_of(contract: Contract) -> list[Finding]:
    """Contract hours under the aided ones, after an amendment say: the decision still gives the amount."""
    granted = [request for request in contract.aid_requests.all() if request.is_granted and request.weekly_hours]
    last = max(granted, key=lambda one: (one.aid_starts_on or contract.starts_on, one.pk), default=None)
    return hours_findings(contract.weekly_hours, last.weekly_hours) if last else []
