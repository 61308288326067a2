"""What D1 and D2 read of each aided contract, as it stood on the day of the file: nothing later enters it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch

from cohorts.models import ProtectedFacts, Referral
from contracts.expected import ExpectedAid, expected_for
from contracts.models import AidRequest, Contract, DoneStep, Exit, Suspension
from contracts.models.contract import TermsOfDay
from exports.scope import FileScope
from regulations.aid import monthly_aid
from regulations.breaks import DDETS_BREAKS, DdetsBreak, Repayment, may_be_repaid
from regulations.contracts import BreakReason, ContractKind, ContractState
from regulations.deadlines import Step, plus_months
from regulations.exits import ExitClass, ExitSituation, FollowUp, exit_class
from regulations.periods import Period
from training.contract_hours import hours_by_contract
from training.hours import Hours
from tutoring.models import Tutorship

# Moment → where the exit keeps its situation, and the day it was asked for.
KEPT_IN = {
    FollowUp.AT_EXIT: ("situation", "recorded_on"),
    FollowUp.AT_3_MONTHS: ("situation_3_months", "checked_3_months_on"),
    FollowUp.AT_6_MONTHS: ("situation_6_months", "checked_6_months_on"),
}


@dataclass(slots=True)
class Followed:
    """Un contrat aidé et ce qui s'y rattache ce jour-là ; None veut dire inconnu."""

    contract: Contract
    terms: TermsOfDay
    request: AidRequest
    state: ContractState
    hours: Hours
    expected: ExpectedAid
    protected: ProtectedFacts | None
    referral: Referral | None
    tutorship: Tutorship | None
    day: date

    @property
    def person(self):
        return self.contract.enrolment.person

    @property
    def monthly_amount(self) -> Decimal | None:
        """A whole month at the SMIC of the day; no order, no amount."""
        known = [month for month in self.expected.months if month.inputs is not None]
        if not known:
            return None
        until = [month for month in known if month.month <= self.day]
        inputs = (until or known[:1])[-1].inputs
        return monthly_aid(inputs.hourly_smic, inputs.rate, inputs.weekly_hours)

    # --- Suspensions and immersions begun by then

    @property
    def suspensions(self) -> list[Suspension]:
        begun = [one for one in self.contract.suspensions.all() if one.starts_on <= self.day]
        return sorted(begun, key=lambda one: one.starts_on)

    @property
    def immersions(self) -> list:
        rows = self.contract.immersions.all()
        return [one for one in rows if one.voided_at is None and one.starts_on <= self.day]

    def days_of(self, rows: Iterable) -> int:
        """Days passed, the first and the last ones counted."""
        return sum(Period(row.starts_on, min(row.ends_on or self.day, self.day)).days for row in rows)

    # --- The break

    @property
    def broken_on(self) -> date | None:
        return self._by_then(self.contract.broken_on)

    @property
    def break_reason(self) -> DdetsBreak | None:
        """In the words of the DDETS, where none tells of health."""
        return DDETS_BREAKS[BreakReason(self.contract.break_reason)] if self.broken_on else None

    @property
    def is_repayment_at_stake(self) -> bool:
        """What the ASP has notified wins over the table of the law."""
        if not self.broken_on:
            return False
        one = self.contract
        notified = Repayment(one.notified_repayment) if one.notified_repayment else None
        return may_be_repaid(ContractKind(one.kind), BreakReason(one.break_reason), notified)

    # --- The exit

    @property
    def ended_on(self) -> date | None:
        """The last day, once it is past."""
        ends_on = self.contract.ends_on
        return self.broken_on or (ends_on if ends_on and ends_on < self.day else None)

    @property
    def is_over(self) -> bool:
        """An exit to document: the last day is past, or somebody has already asked."""
        return self.exit is not None or (self.ended_on is not None and self.ended_on < self.day)

    @property
    def exit(self) -> Exit | None:
        found = getattr(self.contract, "exit", None)
        return found if found is not None and found.recorded_on <= self.day else None

    def has_reached(self, moment: FollowUp) -> bool:
        """At three months: the contracts over for three months or more."""
        return self.is_over and plus_months(self.contract.last_day, moment.months) <= self.day

    def situation(self, moment: FollowUp) -> ExitSituation | None:
        """None: not asked for by then."""
        if self.asked_on(moment) is None:
            return None
        code = getattr(self.exit, KEPT_IN[moment][0])
        return ExitSituation(code) if code else None

    def asked_on(self, moment: FollowUp) -> date | None:
        return self._by_then(getattr(self.exit, KEPT_IN[moment][1])) if self.exit else None

    def exit_class(self, moment: FollowUp = FollowUp.AT_EXIT) -> ExitClass | None:
        """Nothing while the contract runs; once it is over, an exit that nobody asked about is undocumented."""
        return exit_class(self.situation(moment)) if self.has_reached(moment) else None

    @property
    def is_unreachable(self) -> bool | None:
        """What the latest follow-up said."""
        later = (self.situation(FollowUp.AT_6_MONTHS), self.situation(FollowUp.AT_3_MONTHS))
        latest = next((situation for situation in later if situation), None)
        return None if latest is None else latest is ExitSituation.INJOIGNABLE

    def done_on(self, step: Step) -> date | None:
        done = (one.done_on for one in self.contract.done_steps.all() if one.step == step)
        return self._by_then(next(done, None))

    def _by_then(self, day: date | None) -> date | None:
        return day if day and day <= self.day else None


def followed(scope: FileScope) -> list[Followed]:
    """A constant number of queries whatever the contracts."""
    contracts = list(
        scope.aided_contracts()
        .with_names()
        .with_state_facts()
        .with_amendments()
        .prefetch_related(
            "aid_requests__order",
            "immersions",
            Prefetch("done_steps", DoneStep.objects.valid()),
            Prefetch("tutorships", Tutorship.objects.select_related("tutor").order_by("starts_on")),
            Prefetch(
                "enrolment__person__referrals",
                Referral.objects.visible_to(scope.author)
                .filter(cohort=scope.cohort)
                .select_related("prescriber", "adviser")
                .order_by("pk"),
            ),
        )
        .order_by("enrolment__person__search_text", "starts_on", "pk")
    )
    facts = ProtectedFacts.objects.visible_to(scope.author).filter(person__enrolments__contracts__in=contracts)
    protected = {one.person_id: one for one in facts.distinct()}
    hours = hours_by_contract(contracts, on=scope.as_of)
    expected = expected_for(contracts)
    return [_followed(contract, scope, hours[contract.pk], expected[contract.pk], protected) for contract in contracts]


def _followed(contract, scope, hours, expected, protected) -> Followed:
    person = contract.enrolment.person
    granted = [request for request in contract.aid_requests.all() if _is_granted(request, scope.as_of)]
    referrals = list(person.referrals.all())
    kept = [referral for referral in referrals if referral.outcome == Referral.Outcome.ACCEPTED]
    tutorships = [one for one in contract.tutorships.all() if one.starts_on <= scope.as_of] or list(
        contract.tutorships.all()
    )
    return Followed(
        contract=contract,
        terms=contract.terms_on(scope.as_of),
        # A renewal takes over from the initial decision.
        request=max(granted, key=lambda request: request.decided_on),
        state=contract.state_on(scope.as_of),
        hours=hours,
        expected=expected,
        protected=protected.get(person.pk),
        referral=(kept or referrals or [None])[-1],
        tutorship=tutorships[-1] if tutorships else None,
        day=scope.as_of,
    )


def _is_granted(request: AidRequest, on) -> bool:
    return request.is_granted and request.decided_on <= on
