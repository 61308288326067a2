"""Le mois de l'employeur : une ligne par demande d'aide accordée, avec ce qui en est confirmé, puis déclaré.

A month can be confirmed once it is over, or once the contract that ended within it is. What was confirmed reads its own
frozen data: nothing that authorities publish later changes it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Prefetch, Q, Sum
from django.utils.formats import date_format

from accounts.roles import Role
from accounts.scope import acting_role
from cohorts.models import Enrolment
from contracts.expected import INDICATIVE, ExpectedAid, ExpectedMonth, expected_for, statement_inputs, with_aid_facts
from contracts.models import AidRequest, Amendment, Contract, PresenceStatement, Suspension
from contracts.models.states import related
from contracts.planned import Inputs, aided_period
from employers.models import Establishment
from regulations.aid import THIRTIETHS, formula, month_bounds, months_between, thirtieths
from regulations.money import french_number
from regulations.periods import ONE_DAY, Period

__all__ = ["INDICATIVE", "MonthLine", "Training", "lines_of", "month_lines", "month_name", "training_of_month"]


def month_name(month: date) -> str:
    """« octobre 2026 »."""
    return date_format(month, "F Y")


@dataclass(frozen=True, slots=True)
class Training:
    """Ce que la feuille d'émargement dit du mois : demi-journées notées, suivies, minutes."""

    noted: int = 0
    followed: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthLine:
    """Une personne, une demande d'aide, un mois."""

    month: date
    request: AidRequest
    contract: Contract
    establishment: Establishment
    # The days of the month that the aid covers.
    period: Period
    expected: ExpectedMonth | None
    missing: str
    statement: PresenceStatement | None = None

    @property
    def name(self) -> str:
        return self.contract.enrolment.person.full_name

    @property
    def opens_on(self) -> date:
        """The first day on which nothing can happen to this month any more."""
        return self.period.ends_on + ONE_DAY

    def can_confirm(self, on: date) -> bool:
        return self.statement is None and self.opens_on <= on

    @property
    def is_declared(self) -> bool:
        return self.statement is not None and self.statement.declared_on is not None

    @property
    def can_declare(self) -> bool:
        return self.statement is not None and not self.is_declared and not self.is_gone

    @property
    def is_gone(self) -> bool:
        """Confirmed, and no more a month of the aid: a break or an end was recorded since."""
        return self.statement is not None and self.expected is None and not self.missing

    @property
    def change(self) -> str:
        """What happened to the days since they were confirmed; a later SMIC, order or setting is no change."""
        if self.is_gone:
            return "Ce mois n'est plus aidé : annulez cet état de présence."
        now = self.expected.inputs if self.statement is not None and self.expected else None
        if now is None or now.whole != self.statement.whole or now.parts == self.statement.parts:
            return ""
        return f"Les jours aidés ont changé depuis ({french_number(now.parts)} / {now.whole}) : annulez et refaites."

    @property
    def amount(self) -> Decimal | None:
        if self.statement is not None:
            return self.statement.expected_amount
        return self.expected.amount if self.expected else None

    @property
    def formula(self) -> str:
        if self.statement is not None:
            return frozen_formula(self.statement.inputs)
        return self.expected.formula if self.expected else ""

    @property
    def reasons(self) -> tuple[str, ...]:
        if self.statement is not None:
            return tuple(self.statement.inputs.get("reasons", ()))
        return self.expected.reasons if self.expected else ()

    @property
    def suspensions(self) -> list[Suspension]:
        """Those that touch the month, the first one first."""
        found = [
            one for one in self.contract.suspensions.all() if Period(one.starts_on, one.ends_on).overlaps(self.period)
        ]
        return sorted(found, key=lambda one: one.starts_on)

    @property
    def absent_days(self) -> int:
        """Days of the month covered by a suspension; periods of one contract never overlap."""
        clipped = [Period(one.starts_on, one.ends_on).clipped_to(self.period) for one in self.suspensions]
        return sum(period.days for period in clipped)

    def frozen(self, on: date) -> dict:
        """All that the statement keeps of the computation, as plain values; without an amount, why."""
        facts = {
            "computed_on": on.isoformat(),
            "days": [self.period.starts_on.isoformat(), self.period.ends_on.isoformat()],
            "suspensions": [_suspension_facts(one) for one in self.suspensions],
        }
        kept = statement_inputs(self.expected) if self.expected else {"missing": self.missing}
        # Without an amount, the parts are the days of the aid: what absences take away is not computed.
        parts = thirtieths(self.month, self.period.starts_on, self.period.ends_on)
        return {"parts": str(parts), "whole": THIRTIETHS} | facts | kept


def _suspension_facts(suspension: Suspension) -> dict:
    return {
        "starts_on": suspension.starts_on.isoformat(),
        "ends_on": suspension.ends_on and suspension.ends_on.isoformat(),
        "pay_kept": suspension.pay_kept,
        "kept_percent": suspension.kept_percent and str(suspension.kept_percent),
    }


def frozen_formula(inputs: dict) -> str:
    """The formula of an amount kept with its inputs, whatever has been published since."""
    if "hourly_smic" not in inputs:
        return ""
    exact = {name: Decimal(inputs[name]) for name in ("hourly_smic", "rate", "weekly_hours", "parts")}
    return formula(**exact, whole=int(inputs["whole"]))


def reachable(user):
    """Contracts in the user's scope, and those that left one of her establishments: its past months are still hers."""
    rows = Contract.objects.visible_to(user)
    if acting_role(user) != Role.EMPLOYER:
        return rows
    left = Amendment.objects.valid().filter(establishment_before__in=Establishment.objects.visible_to(user))
    here = Q(pk__in=rows.values("pk")) | Q(pk__in=left.values("contract"))
    return Contract.objects.filter(here, enrolment__person__objected_on=None)


def own_establishments(user) -> set[int] | None:
    """Where the user's lines are; None: everywhere in her scope."""
    if acting_role(user) != Role.EMPLOYER:
        return None
    return set(Establishment.objects.visible_to(user).values_list("pk", flat=True))


def month_lines(user, month: date) -> list[MonthLine]:
    """The lines of one month that this user answers for, in a number of queries that no length changes."""
    first, last = month_bounds(month)
    running = Q(starts_on__lte=last) & (Q(broken_on=None) | Q(broken_on__gte=first))
    running &= Q(ends_on=None) | Q(ends_on__gte=first)
    standing = statements_of(user).filter(month=first)
    rows = reachable(user).filter(running | Q(pk__in=standing.values("aid_request__contract")))
    own = own_establishments(user)
    lines = [line for line in lines_of(rows, months={first}) if own is None or line.establishment.pk in own]
    return sorted(lines, key=_by_site_and_name)


def _by_site_and_name(line: MonthLine) -> tuple:
    site, person = line.establishment, line.contract.enrolment.person
    return site.name, site.pk, person.search_text, line.request.pk


def statements_of(user):
    """The standing statements this user answers for: an employer, those of its establishments in their month."""
    rows = PresenceStatement.objects.valid().filter(aid_request__contract__in=reachable(user))
    own = own_establishments(user)
    return rows if own is None else rows.filter(establishment__in=own)


def lines_of(contracts, *, months: set[date], inputs: Inputs | None = None) -> Iterator[MonthLine]:
    """One line for each aided month asked for."""
    standing = PresenceStatement.objects.valid().filter(month__in=months).select_related("establishment")
    rows = (
        with_aid_facts(contracts.filter(closed_on=None, unaided_reason="", pk__in=_granted().values("contract")))
        .with_amendments()
        .select_related("enrolment__person", "establishment__employer", "cohort")
        .prefetch_related(Prefetch("aid_requests__presence_statements", standing, to_attr="standing"))
    )
    found = list(rows)
    expected = expected_for(found, inputs)
    for contract in found:
        for request in contract.aid_requests.all():
            yield from _lines(request, contract, expected[contract.pk], months)


def _granted():
    return AidRequest.objects.filter(decided_on__isnull=False, refused=False, rate__isnull=False)


def _lines(request: AidRequest, contract: Contract, aid: ExpectedAid, months: set[date]) -> Iterator[MonthLine]:
    if not request.is_granted:
        return
    aided = aided_period(request, contract)
    aided_months = set(months_between(aided.starts_on, aided.ends_on)) if aided else set()
    amounts = {one.month: one for one in aid.months if one.request.pk == request.pk}
    statements = {one.month: one for one in request.standing}
    for month in sorted(months & (aided_months | statements.keys())):
        whole = Period(*month_bounds(month))
        period = aided.clipped_to(whole) if month in aided_months else whole
        statement, found = statements.get(month), amounts.get(month)
        yield MonthLine(
            month=month,
            request=request,
            contract=contract,
            # Confirmed, it stays where it was confirmed.
            establishment=statement.establishment if statement else contract.terms_on(period.ends_on).establishment,
            period=period,
            expected=found,
            missing=found.missing if found else " ".join(aid.missing),
            statement=statement,
        )


def training_of_month(lines: Iterable[MonthLine], month: date) -> dict[int, Training]:
    """Enrolment's id → what was signed in training that month, in one grouped sum.

    The sheets belong to the room above: they are reached by the name of the relation, as tutorships are.
    """
    rows = (
        related(Enrolment, "attendances")
        .filter(
            enrolment__in=[line.contract.enrolment_id for line in lines],
            voided_at=None,
            half_day__cancelled_on=None,
            half_day__day__range=month_bounds(month),
        )
        .order_by()
        .values_list("enrolment")
        .annotate(
            noted=Count("pk"), followed=Count("pk", filter=Q(attended_minutes__gt=0)), minutes=Sum("attended_minutes")
        )
    )
    return {enrolment: Training(*counts) for enrolment, *counts in rows}
