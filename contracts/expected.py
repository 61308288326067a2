"""L'aide attendue, mois par mois : lue des lignes datées, jamais devinée, chaque montant avec ce qui le donne.

Whatever is missing is said in a sentence, and then there is no amount. Queries stay constant whatever the contracts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch

from contracts.models import AidOrder, AidRequest, Contract, SmicRate, Suspension
from regulations import smic
from regulations.aid import (
    INDICATIVE,
    AidMonth,
    Proration,
    SuspendedDays,
    expected_aid,
    formula,
    month_bounds,
    months_between,
    prorata_reasons,
    prorate,
    provisional_total,
)
from regulations.calendar import territory_of
from regulations.contracts import PayKept
from regulations.deadlines import ceiling_date
from regulations.orders import matching
from regulations.periods import Period
from regulations.regions import region_of

__all__ = [
    "INDICATIVE",
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
    "with_aid_facts",
]

NO_DECISION = "Aucune décision enregistrée : ni taux ni heures aidées, donc aucun montant."
NO_REQUEST = "Aucune demande d'aide enregistrée, donc aucun montant."
SHARE_UNKNOWN = "La part du salaire maintenue pendant la suspension n'est pas notée : montant inconnu."


@dataclass(frozen=True, slots=True)
class ExpectedMonth:
    """Un mois aidé : son montant et ce qui le donne ; sans montant, `missing` dit pourquoi."""

    month: date
    request: AidRequest
    inputs: AidMonth | None = None
    smic: SmicRate | None = None
    reasons: tuple[str, ...] = ()
    missing: str = ""

    @property
    def amount(self) -> Decimal | None:
        return None if self.inputs is None else expected_aid(**_arguments(self.inputs))

    @property
    def formula(self) -> str:
        return "" if self.inputs is None else formula(**_arguments(self.inputs))

    @property
    def is_whole(self) -> bool:
        return self.inputs is not None and self.inputs.parts == self.inputs.whole


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


@dataclass(frozen=True)
class Inputs:
    """The dated rows of the authorities, read once for any number of contracts."""

    smic: dict[str, list[SmicRate]] = field(default_factory=dict)
    orders: list[AidOrder] = field(default_factory=list)
    proration: Proration = Proration.THIRTIETHS

    def hourly(self, postcode: str, month: date) -> SmicRate | None:
        return smic.in_force(self.smic.get(smic.smic_territory_of(postcode), ()), month)


def read_inputs(proration: Proration = Proration.THIRTIETHS) -> Inputs:
    rates: dict[str, list[SmicRate]] = {}
    for rate in SmicRate.objects.all():
        rates.setdefault(rate.territory, []).append(rate)
    return Inputs(rates, list(AidOrder.objects.exclude(confirmed_on=None)), proration)


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
    facts = ("starts_on", "ends_on", "broken_on", "unaided_reason", "establishment__postcode", "cohort__region")
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


def _expected(contract: Contract, inputs: Inputs) -> ExpectedAid:
    granted = [request for request in contract.aid_requests.all() if request.is_granted]
    missing = _missing(contract, granted)
    if missing:
        return ExpectedAid(missing=(missing,))
    orders, unknown = [], []
    for request in granted:
        order = order_of(request, contract, inputs)
        orders.append(order)
        if order is None:
            unknown.append(_no_order(request, contract, inputs))
    if unknown:
        return ExpectedAid(missing=tuple(unknown))
    months = [month for request in granted for month in _months(request, contract, inputs)]
    return ExpectedAid(months=tuple(sorted(months, key=lambda one: one.month)), orders=tuple(orders))


def _missing(contract: Contract, granted: list[AidRequest]) -> str:
    if contract.unaided_reason:
        return f"Contrat non aidé : {contract.unaided_reason}."
    if granted:
        return ""
    requests = list(contract.aid_requests.all())
    if requests and all(request.refused for request in requests):
        return "La demande d'aide est refusée : aucune aide n'est attendue."
    return NO_DECISION if requests else NO_REQUEST


def order_of(request: AidRequest, contract: Contract, inputs: Inputs) -> AidOrder | None:
    """The one chosen, else an order of the region in force on the day of the decision that gives this very rate.

    Nothing nearby will do.
    """
    if request.order:
        return request.order
    found = matching(inputs.orders, region=region_of_contract(contract), day=request.decided_on)
    return next((order for order in found if order.rate == request.rate), None)


def _no_order(request: AidRequest, contract: Contract, inputs: Inputs) -> str:
    region = region_of_contract(contract)
    found = matching(inputs.orders, region=region, day=request.decided_on)
    if not region:
        missing = "la région n'est pas connue"
    elif not any(order.region == region for order in inputs.orders):
        missing = f"aucun arrêté confirmé pour la région {region}"
    elif not found:
        missing = f"aucun arrêté confirmé de la région {region} ne couvre le {request.decided_on:%d/%m/%Y}"
    else:
        missing = f"aucun public des arrêtés de la région {region} au {request.decided_on:%d/%m/%Y} n'a ce taux"
    return f"Aucun arrêté saisi : {missing}. Aucun montant n'est calculé tant qu'il manque."


def _months(request: AidRequest, contract: Contract, inputs: Inputs) -> list[ExpectedMonth]:
    aided = aided_period(request, contract)
    if aided is None or aided.ends_on is None:
        return []
    return [_month(month, aided, request, contract, inputs) for month in months_between(aided.starts_on, aided.ends_on)]


def aided_period(request: AidRequest, contract: Contract) -> Period | None:
    """The days of the decision inside those of the contract; without any end, the 24 months of the law."""
    last = contract.last_day or ceiling_date(contract.starts_on)
    starts_on = request.aid_starts_on or contract.starts_on
    return Period(starts_on, request.aid_ends_on).clipped_to(Period(contract.starts_on, last))


def _month(month: date, aided: Period, request: AidRequest, contract: Contract, inputs: Inputs) -> ExpectedMonth:
    postcode = contract.establishment.postcode
    rate = inputs.hourly(postcode, month)
    if rate is None:
        return ExpectedMonth(month, request, missing=f"Aucun SMIC saisi pour le {month:%d/%m/%Y}.")
    suspensions = [one for one in contract.suspensions.all() if _touches(one, month)]
    if any(one.pay_kept == PayKept.PARTIAL and one.kept_percent is None for one in suspensions):
        return ExpectedMonth(month, request, smic=rate, missing=SHARE_UNKNOWN)
    suspended = [SuspendedDays(one.starts_on, one.ends_on, _kept_share(one)) for one in suspensions]
    parts, whole = prorate(inputs.proration, month, aided.starts_on, aided.ends_on, suspended, territory_of(postcode))
    reasons = [reason.label for reason in prorata_reasons(month, aided.starts_on, aided.ends_on, suspended)]
    if parts != whole:
        reasons.append(inputs.proration.label)
    given = AidMonth(rate.hourly_gross, request.rate / 100, request.weekly_hours, parts, whole)
    return ExpectedMonth(month, request, given, rate, tuple(reasons))


def _touches(suspension, month: date) -> bool:
    return Period(suspension.starts_on, suspension.ends_on).overlaps(Period(*month_bounds(month)))


def _kept_share(suspension) -> Decimal:
    if suspension.pay_kept == PayKept.PARTIAL:
        return suspension.kept_percent / 100
    return Decimal(suspension.pay_kept == PayKept.FULL)


def _arguments(month: AidMonth) -> dict:
    return {
        "hourly_smic": month.hourly_smic,
        "rate": month.rate,
        "weekly_hours": month.weekly_hours,
        "parts": month.parts,
        "whole": month.whole,
    }
