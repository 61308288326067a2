"""Le plan de l'aide d'un contrat : ses mois et ce qui donne chaque montant, en valeurs simples.

No query but in `read_inputs`. Pages bring the facts from models (`contracts.expected`), the ledger from raw rows:
there is one computation for both. Whatever is missing is said in a sentence, and then there is no amount.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from contracts.models import AidOrder, AidRules, RsaRate, SmicRate
from regulations import smic
from regulations.aid import (
    AidMonth,
    Proration,
    SuspendedDays,
    department_share,
    expected_aid,
    formula,
    month_bounds,
    months_between,
    prorata_reasons,
    prorate,
)
from regulations.calendar import Territory, territory_of
from regulations.contracts import PayKept
from regulations.deadlines import ceiling_date
from regulations.orders import matching
from regulations.periods import Period
from regulations.regions import region_of
from regulations.smic import SmicTerritory

NO_DECISION = "Aucune décision enregistrée : ni taux ni heures aidées, donc aucun montant."
NO_REQUEST = "Aucune demande d'aide enregistrée, donc aucun montant."
REFUSED = "La demande d'aide est refusée : aucune aide n'est attendue."
HOURS_UNKNOWN = "Les heures aidées de la décision ne sont pas notées : montant inconnu."
SHARE_UNKNOWN = "La part du salaire maintenue pendant la suspension n'est pas notée : montant inconnu."
OUTSIDE = "mois hors de la décision"
NO_RSA = "Aucun montant du RSA saisi pour le {month:%d/%m/%Y} : la part du département n'est pas calculée."
# Months kept ready at once: memory does not follow the contracts.
MOST_MONTHS_KEPT = 20_000


class Decision(NamedTuple):
    """Une demande d'aide et ce qui en est décidé ; `order` est l'arrêté choisi, ou son numéro."""

    decided_on: date | None
    refused: bool
    rate: Decimal | None
    weekly_hours: Decimal | None
    aid_starts_on: date | None
    aid_ends_on: date | None
    order: AidOrder | int | None

    @property
    def is_granted(self) -> bool:
        return self.decided_on is not None and not self.refused and self.rate is not None


class Away(NamedTuple):
    """Une suspension et le salaire maintenu."""

    starts_on: date
    ends_on: date | None
    pay_kept: str
    kept_percent: Decimal | None


class Facts(NamedTuple):
    """Ce dont l'aide d'un contrat dépend, en valeurs simples."""

    starts_on: date
    last_day: date | None
    closed_on: date | None
    unaided_reason: str
    postcode: str
    cohort_region: str
    decisions: tuple[Decision, ...] = ()
    suspensions: tuple[Away, ...] = ()

    @property
    def region(self) -> str:
        """Where the work is; the cohort's region when the establishment's postcode is not known."""
        return region_of(self.postcode) or self.cohort_region


class Terms(NamedTuple):
    """Ce dont les mois d'une décision sont faits : aux mêmes termes, les mêmes montants."""

    smic_territory: SmicTerritory
    territory: Territory
    rate: Decimal
    weekly_hours: Decimal | None
    aided: Period
    suspended: tuple[SuspendedDays, ...] = ()
    # Suspensions of which nobody noted how much pay is kept.
    unknown: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedMonth:
    """Un mois aidé : son montant et ce qui le donne ; sans montant, `missing` dit pourquoi."""

    month: date
    rules: AidRules
    amount: Decimal | None = None
    inputs: AidMonth | None = None
    smic: SmicRate | None = None
    rsa_rates: Iterable[RsaRate] = field(default=(), repr=False, compare=False)
    reasons: tuple[str, ...] = ()
    missing: str = ""

    @property
    def formula(self) -> str:
        return "" if self.inputs is None else formula(**arguments(self.inputs))

    @property
    def is_whole(self) -> bool:
        return self.inputs is not None and self.inputs.parts == self.inputs.whole

    @property
    def rsa(self) -> RsaRate | None:
        """Only where a département pays its share: its rows are read when they are asked for."""
        return smic.in_force(self.rsa_rates, self.month)


@dataclass(frozen=True, slots=True)
class DepartmentShare:
    """Part du département dans l'aide du mois ; sans montant du RSA, une phrase et aucun chiffre."""

    amount: Decimal | None = None
    missing: str = ""


@dataclass(frozen=True)
class Inputs:
    """The dated rows of the authorities and our settings, read once for any number of contracts."""

    smic: dict[str, list[SmicRate]] = field(default_factory=dict)
    orders: list[AidOrder] = field(default_factory=list)
    rules: list[AidRules] = field(default_factory=list)
    # Rows, or a query not yet asked: few contracts have a share of the département.
    rsa: Iterable[RsaRate] = ()
    # Not given on: rows replaced by others begin with an empty memory.
    _plans: dict[tuple, dict[date | tuple, PlannedMonth]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def hourly(self, postcode: str, month: date) -> SmicRate | None:
        return smic.in_force(self.smic.get(smic.smic_territory_of(postcode), ()), month)

    def neighbours(self, territory: SmicTerritory, month: date) -> list[Decimal]:
        """The SMIC before the one of the month and the one after: what a payer late or early would apply."""
        rows = self.smic.get(territory, ())
        present = smic.in_force(rows, month)
        before = present and smic.in_force([row for row in rows if row.valid_from < present.valid_from], month)
        after = min((row for row in rows if row.valid_from > month), key=lambda row: row.valid_from, default=None)
        return [row.hourly_gross for row in (before, after) if row]

    def rules_of(self, month: date) -> AidRules:
        """The settings of the month: those begun in it or before; the defaults when nobody has set any."""
        return smic.in_force(self.rules, month_bounds(month)[1]) or DEFAULT_RULES

    def planned(self, months: Iterable[date], terms: Terms) -> tuple[PlannedMonth, ...]:
        """The months under these terms: the same object for all whose days, rate and hours are the same in it."""
        if sum(map(len, self._plans.values())) > MOST_MONTHS_KEPT:
            self._plans.clear()
        known = self._plans.setdefault(terms[:4], {})
        return tuple(_known_month(month, terms, self, known) for month in months)


DEFAULT_RULES = AidRules(valid_from=date.min)


def read_inputs() -> Inputs:
    rates: dict[str, list[SmicRate]] = {}
    for rate in SmicRate.objects.all():
        rates.setdefault(rate.territory, []).append(rate)
    orders = AidOrder.objects.exclude(confirmed_on=None)
    return Inputs(rates, list(orders), list(AidRules.objects.all()), RsaRate.objects.all())


@dataclass(frozen=True, slots=True)
class PlannedDecision:
    """Les mois d'une décision accordée ; hors d'eux, `month` dit ce que serait un autre mois."""

    order: AidOrder | int
    terms: Terms | None
    months: tuple[PlannedMonth, ...]

    def month(self, month: date, inputs: Inputs) -> PlannedMonth:
        """Whatever the month: nothing is expected outside the days aided."""
        if self.terms is None:
            return PlannedMonth(month, inputs.rules_of(month), Decimal("0.00"), reasons=(OUTSIDE,))
        return inputs.planned([month], self.terms)[0]


@dataclass(frozen=True, slots=True)
class Plan:
    """`missing` non vide veut dire : aucun montant. Sinon une ligne par demande, None si elle n'est pas accordée."""

    missing: tuple[str, ...] = ()
    decisions: tuple[PlannedDecision | None, ...] = ()


def plan(facts: Facts, inputs: Inputs) -> Plan:
    missing = _missing(facts)
    if missing:
        return Plan((missing,))
    orders = [order_of(one, facts.region, inputs) if one.is_granted else None for one in facts.decisions]
    pairs = list(zip(facts.decisions, orders, strict=True))
    unknown = [one for one, order in pairs if one.is_granted and order is None]
    if unknown:
        return Plan(tuple(_no_order(one.decided_on, facts.region, inputs) for one in unknown))
    return Plan(decisions=tuple(order and _planned_decision(one, order, facts, inputs) for one, order in pairs))


def order_of(decision: Decision, region: str, inputs: Inputs) -> AidOrder | int | None:
    """The one chosen, else an order of the region in force on the day of the decision that gives this very rate.

    Nothing nearby will do.
    """
    if decision.order is not None:
        return decision.order
    found = matching(inputs.orders, region=region, day=decision.decided_on)
    return next((order for order in found if order.rate == decision.rate), None)


def aided_period(decision: Decision, facts: Facts) -> Period | None:
    """The days of the decision inside those of the contract; without any end, the 24 months of the law."""
    last = facts.last_day or ceiling_date(facts.starts_on)
    starts_on = decision.aid_starts_on or facts.starts_on
    return Period(starts_on, decision.aid_ends_on).clipped_to(Period(facts.starts_on, last))


def share_of(planned: PlannedMonth) -> DepartmentShare:
    if planned.amount is None:
        return DepartmentShare(missing=planned.missing)
    if planned.rsa is None:
        return DepartmentShare(missing=NO_RSA.format(month=planned.month))
    return DepartmentShare(department_share(planned.rsa.single_amount, planned.amount))


def arguments(month: AidMonth) -> dict:
    return {
        "hourly_smic": month.hourly_smic,
        "rate": month.rate,
        "weekly_hours": month.weekly_hours,
        "parts": month.parts,
        "whole": month.whole,
    }


def _missing(facts: Facts) -> str:
    if facts.unaided_reason:
        return f"Contrat non aidé : {facts.unaided_reason}."
    if facts.closed_on:
        return f"Contrat caduc depuis le {facts.closed_on:%d/%m/%Y} : aucune aide n'est attendue."
    if any(one.is_granted for one in facts.decisions):
        return ""
    if facts.decisions and all(one.refused for one in facts.decisions):
        return REFUSED
    return NO_DECISION if facts.decisions else NO_REQUEST


def _no_order(decided_on: date, region: str, inputs: Inputs) -> str:
    if not region:
        missing = "la région n'est pas connue"
    elif not any(order.region == region for order in inputs.orders):
        missing = f"aucun arrêté confirmé pour la région {region}"
    elif not matching(inputs.orders, region=region, day=decided_on):
        missing = f"aucun arrêté confirmé de la région {region} ne couvre le {decided_on:%d/%m/%Y}"
    else:
        missing = f"aucun public des arrêtés de la région {region} au {decided_on:%d/%m/%Y} n'a ce taux"
    return f"Aucun arrêté saisi : {missing}. Aucun montant n'est calculé tant qu'il manque."


def _planned_decision(decision: Decision, order, facts: Facts, inputs: Inputs) -> PlannedDecision:
    aided = aided_period(decision, facts)
    if aided is None:
        return PlannedDecision(order, None, ())
    terms = _terms(decision, aided, facts.postcode, facts.suspensions)
    months = months_between(aided.starts_on, aided.ends_on)
    return PlannedDecision(order, terms, inputs.planned(months, terms))


def _terms(decision: Decision, aided: Period, postcode: str, suspensions: Iterable[Away]) -> Terms:
    known, unknown = [], []
    for one in suspensions:
        if one.pay_kept == PayKept.PARTIAL and one.kept_percent is None:
            unknown.append(Period(one.starts_on, one.ends_on))
        else:
            known.append(SuspendedDays(one.starts_on, one.ends_on, _kept_share(one)))
    places = smic.smic_territory_of(postcode), territory_of(postcode)
    return Terms(*places, decision.rate, decision.weekly_hours, aided, tuple(known), tuple(unknown))


def _clipped(away: SuspendedDays, first: date, last: date) -> tuple[date, date, Decimal]:
    return max(away.starts_on, first), min(away.ends_on or last, last), away.pay_kept_share


def _touches(away: SuspendedDays | Period, first: date, last: date) -> bool:
    return away.starts_on <= last and (away.ends_on is None or away.ends_on >= first)


def _kept_share(suspension: Away) -> Decimal:
    if suspension.pay_kept == PayKept.PARTIAL:
        return suspension.kept_percent / 100
    return Decimal(suspension.pay_kept == PayKept.FULL)


def _known_month(month: date, terms: Terms, inputs: Inputs, known: dict) -> PlannedMonth:
    first, last = month_bounds(month)
    away, unknown = (), False
    if terms.suspended:
        away = tuple(_clipped(one, first, last) for one in terms.suspended if _touches(one, first, last))
    if terms.unknown:
        unknown = any(_touches(one, first, last) for one in terms.unknown)
    aided = terms.aided
    key = first
    if away or unknown or aided.starts_on > first or aided.ends_on < last:
        key = (first, max(aided.starts_on, first), min(aided.ends_on, last), away, unknown)
    found = known.get(key)
    if found is None:
        found = known[key] = _planned(first, terms, inputs)
    return found


def _planned(month: date, terms: Terms, inputs: Inputs) -> PlannedMonth:
    rules, rate = inputs.rules_of(month), smic.in_force(inputs.smic.get(terms.smic_territory, ()), month)
    if rate is None:
        return PlannedMonth(month, rules, missing=f"Aucun SMIC saisi pour le {month:%d/%m/%Y}.")
    if terms.weekly_hours is None:
        return PlannedMonth(month, rules, smic=rate, missing=HOURS_UNKNOWN)
    if any(_touches(one, *month_bounds(month)) for one in terms.unknown):
        return PlannedMonth(month, rules, smic=rate, missing=SHARE_UNKNOWN)
    days = (month, terms.aided.starts_on, terms.aided.ends_on, terms.suspended)
    proration = Proration(rules.proration)
    parts, whole = prorate(proration, *days, terms.territory)
    reasons = [reason.label for reason in prorata_reasons(*days)]
    if not terms.aided.overlaps(Period(*month_bounds(month))):
        reasons.append(OUTSIDE)
    elif parts != whole:
        reasons.append(proration.label)
    given = AidMonth(rate.hourly_gross, terms.rate / 100, terms.weekly_hours, parts, whole)
    amount = expected_aid(**arguments(given))
    return PlannedMonth(month, rules, amount, given, rate, inputs.rsa, tuple(reasons))
