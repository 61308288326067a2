"""Ce qui est attendu des contrats : chaque échéance ouverte ou proche, lue dans les dates, en quelques requêtes.

Plain values are read, not rows: a thousand contracts cost what a hundred do. What is done drops out by itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format

from accounts.models import Receipt
from accounts.reminders import DueItem, standing_receipts
from contracts.models import AidRequest, AidRules, Contract, DoneStep, Immersion, Suspension
from contracts.models.contract import PEC_KINDS
from contracts.models.states import concluded
from contracts.plain import declared_months
from contracts.planned import Inputs, aided_period
from regulations import due as law
from regulations.calendar import territory_of
from regulations.contracts import AidRequestKind
from regulations.deadlines import DPAE_BEFORE, ceiling_date
from regulations.due import PRINCIPLES, STEPS, USUAL_DAYS, Deadline, Rule, StatementDays
from regulations.periods import ONE_DAY, Period

SUBJECT = Contract._meta.label
# Contracts of a cohort share their dates.
usual_ceiling = lru_cache(maxsize=4096)(ceiling_date)
LONGEST_KEPT = timedelta(days=max(principle.kept for principle in PRINCIPLES.values()))
OF_START = (Rule.DPAE, Rule.START_MEETING, Rule.REVIEW_3, Rule.REVIEW_6, Rule.REVIEW_9)
FACTS = (
    *("pk", "kind", "starts_on", "ends_on", "broken_on", "break_declared_on", "unaided_reason", "cohort_id"),
    *("establishment_id", "establishment__postcode", "establishment__employer_id", "enrolment__person_id"),
    *("exit__recorded_on", "exit__checked_3_months_on", "exit__checked_6_months_on"),
)


@dataclass(frozen=True, slots=True)
class Granted:
    """Une décision accordée : ce que ses jours demandent."""

    pk: int
    aid_starts_on: date | None
    aid_ends_on: date | None


@dataclass(slots=True)
class Facts:
    """Un contrat en valeurs simples, et ce qui s'y rattache."""

    pk: int
    kind: str
    starts_on: date
    ends_on: date | None
    broken_on: date | None
    break_declared_on: date | None
    unaided_reason: str
    cohort_id: int
    establishment_id: int
    postcode: str
    employer_id: int
    person_id: int
    exited_on: date | None
    checked_3_on: date | None
    checked_6_on: date | None
    granted: list[Granted] = field(default_factory=list)
    renewals: list[int] = field(default_factory=list)
    has_exception: bool = False
    steps: set[str] = field(default_factory=set)

    @property
    def is_pec(self) -> bool:
        return self.kind in PEC_KINDS

    @property
    def last_day(self) -> date | None:
        return self.broken_on or self.ends_on

    @property
    def aid_end(self) -> date | None:
        """The last day of the latest decision, the contract's when the decision has none."""
        ends = [one.aid_ends_on or self.ends_on for one in self.granted]
        return max((end for end in ends if end is not None), default=None)


class Found(NamedTuple):
    """Une échéance et l'objet qui la porte."""

    deadline: Deadline
    key: str
    detail: str = ""
    days: StatementDays = USUAL_DAYS


def statement_key(request_id: int, month: date) -> str:
    return f"{request_id}-{month:%Y-%m}"


def statement_of_key(key: str) -> tuple[int, date]:
    """The request and the month of a statement, as `statement_key` wrote them."""
    request_id, _, month = key.partition("-")
    return int(request_id), date.fromisoformat(f"{month}-01")


def received_statements(receipts=None) -> set[tuple[int, date]]:
    """The request and the month of the statements received otherwise: nobody waits for them any more."""
    rows = Receipt.objects.all() if receipts is None else receipts
    return {statement_of_key(key) for _, key in standing_receipts(rows.filter(rule=Rule.STATEMENT))}


def due_items(contracts, *, on: date, until: date, statements: bool = True) -> list[DueItem]:
    """Everything open on that day or until another, late included; the first due first.

    Whoever reads statements of presence elsewhere leaves them out.
    """
    rows = _read(contracts, on, until)
    base = reverse("contracts:contract_list")
    items = [
        DueItem(
            deadline=found.deadline,
            key=found.key,
            subject_kind=SUBJECT,
            subject_id=facts.pk,
            cohort_id=facts.cohort_id,
            establishment_id=facts.establishment_id,
            url=f"{base}{facts.pk}/",
            detail=found.detail,
            days=found.days,
        )
        for facts, found in _everything(contracts, rows, on, until, statements=statements)
        if found.deadline.concerns(on, until)
    ]
    return sorted(items, key=lambda item: (item.due_on, item.subject_id, item.ident))


def put_names(items: Iterable[DueItem]) -> None:
    """Who and where, for the items that are about to be shown: one query."""
    items = list(items)
    names = Contract.objects.with_names().in_bulk({item.subject_id for item in items})
    for item in items:
        contract = names[item.subject_id]
        item.who = contract.enrolment.person.full_name
        item.short_name = contract.enrolment.person.short_name
        item.where = contract.establishment.name


@dataclass(frozen=True, slots=True)
class Act:
    """Le geste qui fait la chose attendue, et le droit qu'il demande."""

    label: str
    url: str
    permission: str


def act_of(item: DueItem) -> Act | None:
    """Where the thing is noted done; None where the contract itself is to be looked at."""
    contract, rule = [item.subject_id], item.rule
    if rule in STEPS:
        address = reverse("contracts:mark_step", args=[*contract, STEPS[rule]])
        return Act("Noter fait", address, "contracts.record_contract")
    match rule:
        case Rule.STATEMENT:
            year, month = item.key.split("-")[1:]
            return Act(
                "Déclarer", reverse("contracts:month", args=[int(year), int(month)]), "contracts.declare_presence"
            )
        case Rule.SUSPENSION_NOTICE:
            address = reverse("contracts:declare_suspension", args=[int(item.key)])
            return Act("Noter signalée", address, "contracts.suspend_contract")
        case Rule.BREAK_NOTICE:
            return Act("Noter signalée", reverse("contracts:declare_break", args=contract), "contracts.break_contract")
        case Rule.RENEWAL:
            address = reverse("contracts:request_renewal", args=contract)
            return Act("Demander", address, "contracts.record_request")
        case Rule.EXIT:
            return Act("Relever", reverse("contracts:record_exit", args=contract), "contracts.record_exit")
        case Rule.EXIT_3 | Rule.EXIT_6:
            return Act("Relever", reverse("contracts:record_follow_up", args=contract), "contracts.record_exit")
    return None


def _everything(
    contracts, rows: dict[int, Facts], on: date, until: date, *, statements: bool
) -> Iterator[tuple[Facts, Found]]:
    for facts in rows.values():
        for found in (*_of_start(facts), *_of_end(facts), *_of_exit(facts), *_of_break(facts)):
            yield facts, found
    yield from _ceilings(contracts, rows)
    if statements:
        yield from _statements(contracts, rows, on, until)
    yield from _suspensions(contracts, rows)
    yield from _immersions(contracts, rows, on)


# --- What is read ---


def _read(contracts, on: date, until: date) -> dict[int, Facts]:
    """Contracts that may ask for something: concluded, not ended for too long, requests and steps with them."""
    rows = _living(contracts, on, until).order_by("pk").values_list(*FACTS)
    found = {facts.pk: facts for facts in (Facts(*values) for values in rows)}
    requests = AidRequest.objects.filter(contract__in=contracts.order_by().values("pk"), contract__kind__in=PEC_KINDS)
    columns = ("pk", "contract_id", "kind", "decided_on", "refused", "rate", "aid_starts_on", "aid_ends_on")
    for pk, contract, kind, decided_on, refused, rate, starts_on, ends_on, exception in (
        requests.order_by("pk").values_list(*columns, "ceiling_exception").iterator()
    ):
        facts = found.get(contract)
        if facts is None:
            continue
        facts.has_exception = facts.has_exception or bool(exception)
        if kind == AidRequestKind.RENEWAL:
            facts.renewals.append(pk)
        if decided_on is not None and not refused and rate is not None:
            facts.granted.append(Granted(pk, starts_on, ends_on))
    steps = DoneStep.objects.valid().filter(contract__in=contracts.order_by().values("pk"))
    for contract, step in steps.values_list("contract_id", "step"):
        if contract in found:
            found[contract].steps.add(step)
    return found


def _living(contracts, on: date, until: date):
    last_day = Coalesce("broken_on", "ends_on")
    return (
        contracts.filter(concluded(Contract), starts_on__lte=until + timedelta(days=DPAE_BEFORE))
        .annotate(last_day_known=last_day)
        .filter(Q(last_day_known=None) | Q(last_day_known__gte=on - LONGEST_KEPT))
    )


# --- What each contract asks for ---


def _of_start(facts: Facts) -> Iterator[Found]:
    for rule in OF_START:
        deadline = law.of_start(rule, facts.starts_on)
        still_there = facts.last_day is None or deadline.due_on <= facts.last_day
        if STEPS[rule] not in facts.steps and still_there:
            yield Found(deadline, str(facts.pk))


def _of_end(facts: Facts) -> Iterator[Found]:
    key = str(facts.pk)
    if facts.last_day is not None and STEPS[Rule.END_PAPERS] not in facts.steps:
        yield Found(law.of_end(Rule.END_PAPERS, facts.last_day), key)
    if not facts.is_pec or facts.broken_on is not None:
        return
    end = facts.ends_on or facts.aid_end
    if end is not None and STEPS[Rule.EXIT_INTERVIEW] not in facts.steps:
        yield Found(law.of_end(Rule.EXIT_INTERVIEW, end), key)
    if facts.ends_on is not None and STEPS[Rule.CERTIFICATE] not in facts.steps:
        yield Found(law.of_end(Rule.CERTIFICATE, facts.ends_on), key)
    yield from _renewal(facts)


def _renewal(facts: Facts) -> Iterator[Found]:
    """Nothing to ask once a later request is there, or when the 24 months are spent."""
    if not facts.granted or facts.unaided_reason:
        return
    latest = max(facts.granted, key=lambda one: (one.aid_ends_on or date.max, one.pk))
    end = facts.aid_end
    asked_since = any(pk > latest.pk for pk in facts.renewals)
    if end is not None and not asked_since and end < usual_ceiling(facts.starts_on):
        yield Found(law.of_end(Rule.RENEWAL, end), str(latest.pk))


def _of_exit(facts: Facts) -> Iterator[Found]:
    if facts.last_day is None:
        return
    key = str(facts.pk)
    if facts.exited_on is None:
        yield Found(law.of_exit(Rule.EXIT, facts.last_day), key)
        return
    for rule, checked_on in ((Rule.EXIT_3, facts.checked_3_on), (Rule.EXIT_6, facts.checked_6_on)):
        if checked_on is None:
            yield Found(law.of_exit(rule, facts.last_day), key)


def _of_break(facts: Facts) -> Iterator[Found]:
    if facts.is_pec and facts.broken_on is not None and facts.break_declared_on is None:
        deadline = law.notice(Rule.BREAK_NOTICE, facts.broken_on, territory_of(facts.postcode))
        yield Found(deadline, str(facts.pk))


def _ceilings(contracts, rows: dict[int, Facts]) -> Iterator[tuple[Facts, Found]]:
    """Only where the decided aid reaches the ceiling and no exception is written."""
    earlier = _earlier_pec(contracts)
    for facts in rows.values():
        if facts.aid_end is None or facts.broken_on is not None or facts.has_exception:
            continue
        others = earlier.get((facts.person_id, facts.employer_id), ())
        if not others and facts.aid_end < usual_ceiling(facts.starts_on):
            continue
        deadline = law.ceiling(facts.starts_on, [period for pk, period in others if pk != facts.pk])
        if facts.aid_end >= deadline.due_on:
            yield facts, Found(deadline, str(facts.pk))


def _earlier_pec(contracts) -> dict[tuple[int, int], list[tuple[int, Period]]]:
    """PEC of people who had several, wherever: person and employer → contract and its days."""
    pec = Contract.objects.filter(kind__in=PEC_KINDS, closed_on=None)
    people = contracts.order_by().values("enrolment__person")
    several = pec.filter(enrolment__person__in=people).values("enrolment__person").annotate(number=Count("pk"))
    rows = pec.filter(enrolment__person__in=several.filter(number__gte=2).values("enrolment__person"))
    found = defaultdict(list)
    columns = ("enrolment__person_id", "establishment__employer_id", "pk", "starts_on", "ends_on", "broken_on")
    for person, employer, pk, starts_on, ends_on, broken_on in rows.values_list(*columns):
        found[person, employer].append((pk, Period(starts_on, broken_on or ends_on)))
    return found


def _statements(contracts, rows: dict[int, Facts], on: date, until: date) -> Iterator[tuple[Facts, Found]]:
    first = (on - LONGEST_KEPT).replace(day=1)
    declared = declared_months(contracts, first)
    inputs = Inputs(rules=list(AidRules.objects.all()))
    by_month: dict[date, tuple[Deadline, str, StatementDays]] = {}
    # A month is declared once it is over.
    over = Period(first, until.replace(day=1) - ONE_DAY)
    for facts in rows.values():
        for request in () if facts.unaided_reason else facts.granted:
            aided = aided_period(request, facts)
            seen = aided and aided.clipped_to(over)
            for month in declared.left(request.pk, seen) if seen else ():
                if month not in by_month:
                    days = _days_of(month, inputs)
                    by_month[month] = law.statement(month, days), date_format(month, "F Y"), days
                deadline, detail, days = by_month[month]
                yield facts, Found(deadline, statement_key(request.pk, month), detail, days)


def _days_of(month: date, inputs: Inputs) -> StatementDays:
    rules = inputs.rules_of(month)
    return StatementDays(rules.statement_opens_day, rules.statement_reminder_day, rules.statement_alert_day)


def _suspensions(contracts, rows: dict[int, Facts]) -> Iterator[tuple[Facts, Found]]:
    undeclared = Suspension.objects.filter(contract__in=contracts.order_by().values("pk"), declared_on=None)
    for pk, contract, starts_on in undeclared.order_by("pk").values_list("pk", "contract_id", "starts_on"):
        facts = rows.get(contract)
        if facts is not None and facts.is_pec:
            deadline = law.notice(Rule.SUSPENSION_NOTICE, starts_on, territory_of(facts.postcode))
            yield facts, Found(deadline, str(pk), f"du {starts_on:%d/%m/%Y}")


def _immersions(contracts, rows: dict[int, Facts], on: date) -> Iterator[tuple[Facts, Found]]:
    """Those that have not ended; the earlier ones of the same contract count in its quarter."""
    spent = defaultdict(list)
    immersions = Immersion.objects.valid().filter(contract__in=contracts.order_by().values("pk"))
    immersions = immersions.order_by("starts_on", "pk")
    for pk, contract, starts_on, ends_on in immersions.values_list("pk", "contract_id", "starts_on", "ends_on"):
        spent[contract].append((pk, Period(starts_on, ends_on)))
    for contract, periods in spent.items():
        facts = rows.get(contract)
        for pk, period in periods if facts is not None else ():
            if period.ends_on >= on:
                others = [other for other_pk, other in periods if other_pk != pk]
                whole = Period(facts.starts_on, facts.last_day)
                yield facts, Found(law.immersion(period, whole, others), str(pk), f"du {period.starts_on:%d/%m/%Y}")
