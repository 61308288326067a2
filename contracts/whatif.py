"""Et si… : l'aide attendue recalculée par le même moteur sur des lignes supposées. Rien n'est enregistré.

The contracts are read twice: once as they are, once to be changed in memory as if somebody had really entered the
hypotheses; both go through `contracts.expected`. So a simulation is a full recomputation, and a test compares it with
one made after the rows are entered.
"""

import copy
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from contracts.expected import ExpectedAid, ExpectedMonth, Inputs, expected_for, order_of, read_inputs, with_aid_facts
from contracts.models import AidOrder, AidRequest, Contract, PresenceStatement
from contracts.models.contract import PEC_KINDS
from employers.models import Employer
from regulations import smic
from regulations.contracts import AidRequestKind
from regulations.deadlines import MOST_MONTHS, ceiling_date, plus_months
from regulations.money import cents, french_number
from regulations.orders import hours_band_findings
from regulations.periods import ONE_DAY

NOTHING = Decimal(0)
CONFIRMED = "mois confirmé par l'employeur : le montant gardé ce jour-là ne change plus"


@dataclass(frozen=True, kw_only=True)
class Hypothesis:
    """Ce que l'on suppose, à plusieurs si l'on veut ; ce qui n'est pas donné reste tel quel."""

    smic_percent: Decimal | None = None
    smic_from: date | None = None
    rate: Decimal | None = None
    weekly_hours: Decimal | None = None
    # Rate and hours reach the decisions of this order only, taken from that day on; all of them without.
    order: int | None = None
    decided_from: date | None = None
    months: int = 0
    no_entry_from: date | None = None
    no_renewal: bool = False

    @property
    def changes_decisions(self) -> bool:
        return self.rate is not None or self.weekly_hours is not None

    @property
    def is_empty(self) -> bool:
        return not (self.smic_percent or self.changes_decisions or self.months or self.no_entry_from)

    def as_json(self) -> dict[str, str]:
        """Only what is supposed, as texts that `of_json` reads again."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: str(value) for name, value in given.items() if value not in (None, False, 0)}

    @classmethod
    def of_json(cls, kept: dict[str, str]) -> "Hypothesis":
        return cls(**{name: READERS[name](text) for name, text in kept.items() if name in READERS})


READERS = {
    "smic_percent": Decimal,
    "smic_from": date.fromisoformat,
    "rate": Decimal,
    "weekly_hours": Decimal,
    "order": int,
    "decided_from": date.fromisoformat,
    "months": int,
    "no_entry_from": date.fromisoformat,
    "no_renewal": lambda text: text == "True",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Le montant d'aujourd'hui et le montant simulé."""

    today: Decimal = NOTHING
    supposed: Decimal = NOTHING

    @property
    def difference(self) -> Decimal:
        return self.supposed - self.today

    def __add__(self, other: "Pair") -> "Pair":
        return Pair(self.today + other.today, self.supposed + other.supposed)


class Told(NamedTuple):
    """Le montant d'un mois d'une décision, et ce qui le donne ; None : personne ne peut le dire."""

    amount: Decimal | None
    # None: the amount kept when the month was confirmed.
    month: ExpectedMonth | None = None

    @property
    def words(self) -> str:
        """Written when somebody reads it: a cohort has thousands of months."""
        return CONFIRMED if self.month is None else self.month.formula or self.month.missing


@dataclass(frozen=True, slots=True)
class Line:
    """Un contrat, un mois : les deux calculs avec leur formule. Une décision et son renouvellement s'y suivent."""

    contract: Contract
    month: date
    today: tuple[Told, ...] = ()
    supposed: tuple[Told, ...] = ()

    @property
    def pair(self) -> Pair:
        return Pair(amount_of(self.today) or NOTHING, amount_of(self.supposed) or NOTHING)

    @property
    def amount_today(self) -> Decimal | None:
        return amount_of(self.today)

    @property
    def amount_supposed(self) -> Decimal | None:
        return amount_of(self.supposed)

    @property
    def formulas(self) -> tuple[str, str]:
        return words_of(self.today), words_of(self.supposed)


def amount_of(told: tuple[Told, ...]) -> Decimal | None:
    """Nothing is expected that month: 0; an amount that nobody can tell: None."""
    amounts = [one.amount for one in told]
    return None if None in amounts else sum(amounts, NOTHING)


def words_of(told: tuple[Told, ...]) -> str:
    return " ; ".join(one.words for one in told)


@dataclass(frozen=True)
class Simulation:
    """Le résultat : au total, par mois, par employeur, et combien de contrats restent sans montant."""

    hypothesis: Hypothesis
    lines: tuple[Line, ...]
    contracts: int
    unknown_today: Counter
    unknown_supposed: Counter
    notices: tuple[str, ...] = ()
    by_month: dict[date, Pair] = field(init=False)
    by_employer: dict[Employer, Pair] = field(init=False)

    def __post_init__(self):
        by_month, by_employer = {}, {}
        for line in self.lines:
            pair, employer = line.pair, line.contract.establishment.employer
            by_month[line.month] = by_month.get(line.month, Pair()) + pair
            by_employer[employer] = by_employer.get(employer, Pair()) + pair
        # Written once, at birth: the rows are walked through a single time.
        object.__setattr__(self, "by_month", dict(sorted(by_month.items())))
        object.__setattr__(self, "by_employer", dict(sorted(by_employer.items(), key=lambda one: one[0].name)))

    @property
    def total(self) -> Pair:
        return sum(self.by_month.values(), Pair())

    def to_come(self, on: date) -> Pair:
        """The present month and those after it: what is still to be decided."""
        return sum((pair for month, pair in self.by_month.items() if month >= on.replace(day=1)), Pair())

    @property
    def changes_nothing(self) -> bool:
        return all(line.amount_today == line.amount_supposed for line in self.lines)


def simulate(contracts, hypothesis: Hypothesis, on: date) -> Simulation:
    """`contracts` is a queryset; what is closed or is no PEC has no aid and is left out."""
    rows = contracts.filter(closed_on=None, kind__in=PEC_KINDS).order_by("pk")
    inputs = read_inputs()
    present = read_contracts(rows)
    supposed = suppose(read_contracts(rows), hypothesis, inputs, on)
    before, after = expected_for(present, inputs), expected_for(supposed.contracts, supposed.inputs)
    return Simulation(
        hypothesis,
        tuple(lines_of(present, before, after, kept_amounts(rows))),
        len(present),
        unknown(before.values()),
        unknown(after.values()),
        tuple(f"{count} × {words}" for words, count in supposed.notices.most_common()),
    )


def read_contracts(rows) -> list[Contract]:
    return list(with_aid_facts(rows).select_related("establishment__employer", "cohort", "enrolment__person"))


Kept = dict[tuple[int, date], Decimal | None]


def kept_amounts(rows) -> Kept:
    """(decision, month) → the amount kept when the employer confirmed the month: nothing supposed changes it."""
    confirmed = PresenceStatement.objects.valid().filter(aid_request__contract__in=rows.order_by().values("pk"))
    found = confirmed.order_by("pk").values_list("aid_request", "month", "expected_amount")
    return {(request, month): amount for request, month, amount in found}


def lines_of(
    contracts: Iterable[Contract], today: dict[int, ExpectedAid], supposed: dict[int, ExpectedAid], kept: Kept
) -> Iterator[Line]:
    for contract in contracts:
        before = by_month(today[contract.pk], kept)
        after = by_month(supposed.get(contract.pk, ExpectedAid()), kept)
        for month in sorted({*before, *after}):
            yield Line(contract, month, before.get(month, ()), after.get(month, ()))


def by_month(aid: ExpectedAid, kept: Kept) -> dict[date, tuple[Told, ...]]:
    found: dict[date, tuple[Told, ...]] = {}
    for one in aid.months:
        key = (one.request.pk, one.month)
        told = Told(kept[key]) if key in kept else Told(one.amount, one)
        found[one.month] = (*found.get(one.month, ()), told)
    return found


def unknown(aids: Iterable[ExpectedAid]) -> Counter:
    """Why some contracts have no amount, or a month without one: each contract counted once."""
    reasons = Counter()
    for aid in aids:
        found = [*aid.missing, *(month.missing for month in aid.months if month.amount is None)]
        reasons.update(found[:1])
    return reasons


# --- The rows as they would be ---


@dataclass(frozen=True)
class Supposed:
    """Les lignes supposées, en mémoire, et ce qu'il y a à en dire."""

    contracts: list[Contract]
    inputs: Inputs
    notices: Counter


def suppose(contracts: list[Contract], hypothesis: Hypothesis, inputs: Inputs, on: date) -> Supposed:
    """Changes these very contracts, which nobody saves, as if the hypotheses were entered."""
    kept = [contract for contract in contracts if enters(contract, hypothesis)]
    orders: dict[int, AidOrder] = {}
    notices = Counter()
    for contract in kept:
        if hypothesis.no_renewal:
            refuse_renewals(contract, hypothesis)
        if hypothesis.months:
            notices.update(lengthen(contract, hypothesis, on))
        if hypothesis.changes_decisions:
            notices.update(redecide(contract, hypothesis, inputs, orders))
    rates = inputs.smic
    if hypothesis.smic_percent:
        rates = {territory: risen(rows, hypothesis) for territory, rows in rates.items()}
    return Supposed(kept, replace(inputs, smic=rates, orders=[*inputs.orders, *orders.values()]), notices)


def risen(rows: list, hypothesis: Hypothesis) -> list:
    """One more row from that day on, rounded to the cent as a decree does; it holds until the next one known."""
    before = smic.in_force(rows, hypothesis.smic_from)
    if before is None:
        return rows
    row = copy.copy(before)
    row.valid_from = hypothesis.smic_from
    row.hourly_gross = cents(before.hourly_gross * (100 + hypothesis.smic_percent) / 100)
    # A row of that very day is replaced: two could not begin together.
    return [*(one for one in rows if one.valid_from != row.valid_from), row]


def enters(contract: Contract, hypothesis: Hypothesis) -> bool:
    """A stop leaves alone whoever began before it."""
    return hypothesis.no_entry_from is None or contract.starts_on < hypothesis.no_entry_from


def refuse_renewals(contract: Contract, hypothesis: Hypothesis) -> None:
    for request in contract.aid_requests.all():
        starts_on = request.aid_starts_on or request.decided_on
        if request.kind == AidRequestKind.RENEWAL and starts_on and starts_on >= hypothesis.no_entry_from:
            request.refused = True


def lengthen(contract: Contract, hypothesis: Hypothesis, on: date) -> list[str]:
    """The end of the contract and of its last decision, later; a contract that is over or broken stays as it is."""
    if contract.broken_on or contract.ends_on is None or contract.ends_on < on:
        return []
    stop = hypothesis.no_entry_from if hypothesis.no_renewal else None
    # Going on asks for a new decision, which a stop of renewals would refuse.
    if stop is not None and contract.ends_on + ONE_DAY >= stop:
        return ["prolongation empêchée par l'arrêt des renouvellements"]
    contract.ends_on = later(contract.ends_on, hypothesis.months)
    decision = last_decision(contract)
    if decision is not None and decision.aid_ends_on is not None:
        decision.aid_ends_on = later(decision.aid_ends_on, hypothesis.months)
    if contract.ends_on > ceiling_date(contract.starts_on):
        return [f"contrat porté au-delà de {MOST_MONTHS} mois, à motiver (L5134-25-1)"]
    return []


def later(ends_on: date, months: int) -> date:
    """Counted from the next day: the last day of a month stays the last day of a month."""
    return plus_months(ends_on + ONE_DAY, months) - ONE_DAY


def last_decision(contract: Contract) -> AidRequest | None:
    granted = [request for request in contract.aid_requests.all() if request.is_granted]
    return max(granted, key=lambda one: (one.aid_starts_on or one.decided_on, one.pk), default=None)


def redecide(contract: Contract, hypothesis: Hypothesis, inputs: Inputs, orders: dict[int, AidOrder]) -> list[str]:
    """Other rate, other hours, on the decisions that stand on an order today: the others keep having no amount."""
    said = []
    for request in contract.aid_requests.all():
        order = order_of(request, contract, inputs) if is_concerned(request, hypothesis) else None
        if order is None or hypothesis.order not in (None, order.pk):
            continue
        if hypothesis.weekly_hours is not None:
            request.weekly_hours = hypothesis.weekly_hours
            said += hours_words(contract, order, hypothesis.weekly_hours)
        if hypothesis.rate is not None:
            # A rate comes from an order: one more, like the present one but for its rate.
            request.order = orders.setdefault(order.pk, with_rate(order, hypothesis.rate))
            request.rate = hypothesis.rate
    return said


def with_rate(order: AidOrder, rate: Decimal) -> AidOrder:
    other = copy.copy(order)
    other.pk, other.rate = None, rate
    return other


def hours_words(contract: Contract, order: AidOrder, hours: Decimal) -> list[str]:
    said = [finding.message for finding in hours_band_findings(order, hours)]
    if hours > contract.weekly_hours:
        said.append("contrat de moins d'heures par semaine que les heures aidées supposées")
    return said


def is_concerned(request: AidRequest, hypothesis: Hypothesis) -> bool:
    since = hypothesis.decided_from
    return request.is_granted and (since is None or request.decided_on >= since)


# --- In words ---


def sentences(hypothesis: Hypothesis, order_words: str = "") -> list[str]:
    """What is supposed, one sentence each: read on the page and written in the file."""
    said = []
    if hypothesis.smic_percent:
        percent = french_number(hypothesis.smic_percent)
        said.append(f"SMIC horaire + {percent} % à partir du {hypothesis.smic_from:%d/%m/%Y}")
    if hypothesis.rate is not None:
        said.append(f"taux de {french_number(hypothesis.rate)} %{concerned(hypothesis, order_words)}")
    if hypothesis.weekly_hours is not None:
        hours = french_number(hypothesis.weekly_hours)
        said.append(f"{hours} h aidées par semaine{concerned(hypothesis, order_words)}")
    if hypothesis.months:
        said.append(f"contrats en cours ou à venir prolongés de {hypothesis.months} mois")
    if hypothesis.no_entry_from:
        what = "ni entrée ni renouvellement" if hypothesis.no_renewal else "aucune entrée"
        said.append(f"{what} à partir du {hypothesis.no_entry_from:%d/%m/%Y}")
    return said


def concerned(hypothesis: Hypothesis, order_words: str) -> str:
    of_order = f", décisions de l'arrêté « {order_words} »" if hypothesis.order else ", toutes les décisions"
    since = f" prises à partir du {hypothesis.decided_from:%d/%m/%Y}" if hypothesis.decided_from else ""
    return of_order + since
