"""What meetings wait for: to plan, coming, to minute, to sign, decisions to follow; the same rows for list and home."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.roles import Role
from accounts.scope import acting_role
from contracts.models import Contract, DoneStep
from regulations.meetings import KINDS, ExpectedMeeting, MeetingKind, Party, expected_meetings
from tutoring.models import Meeting, MeetingDecision, Tutorship

# One plans some weeks ahead; a meeting missed that long ago helps nobody any more (P).
AHEAD = timedelta(days=30)
KEPT = timedelta(days=60)
SIGNING = (Party.TRAINEE, Party.TUTOR, Party.REFERENT)


@dataclass(frozen=True, slots=True)
class ToPlan:
    """Un entretien que les dates du contrat demandent et que personne n'a prévu."""

    contract: Contract
    expected: ExpectedMeeting
    is_late: bool


@dataclass(slots=True)
class Board:
    """Les entretiens d'une personne qui en tient : chaque liste est ce que sa page montre."""

    to_plan: list[ToPlan] = field(default_factory=list)
    coming: list[Meeting] = field(default_factory=list)
    to_minute: list[Meeting] = field(default_factory=list)
    to_sign: list[Meeting] = field(default_factory=list)
    decisions: list[MeetingDecision] = field(default_factory=list)
    held: list[Meeting] = field(default_factory=list)


def contracts_met_by(user, on: date) -> QuerySet[Contract]:
    """Contracts whose meetings one may see: as referent, employer, or the tutor of that day."""
    if acting_role(user) == Role.TUTOR:
        own = Tutorship.objects.current(on).filter(contract=OuterRef("pk"), tutor__user=user)
        return Contract.objects.visible_to(user).filter(Exists(own))
    return Contract.objects.private_to(user, on)


def board_for(user, on: date) -> Board:
    """Seven queries, however many the contracts."""
    meetings = Meeting.objects.visible_to(user).standing().with_names()
    held = meetings.exclude(held_on=None)
    decisions = MeetingDecision.objects.filter(meeting__in=meetings.values("pk"), done_on=None)
    names = ("meeting__contract__enrolment__person", "meeting__contract__establishment")
    return Board(
        to_plan=to_plan(contracts_met_by(user, on), on),
        coming=list(meetings.coming(on).order_by("day", "starts_at", "pk")),
        to_minute=list(to_minute(meetings, on)),
        to_sign=list(meetings.to_be_signed_by(*SIGNING).filter(held_on__gte=on - KEPT).order_by("held_on", "pk")),
        decisions=list(decisions.select_related(*names).order_by("due_on", "pk")),
        held=list(held.filter(held_on__gte=on - timedelta(days=365)).order_by("-held_on", "pk")[:50]),
    )


def waiting_for(user, on: date) -> tuple[list[date], list[date]]:
    """Days of the minutes to write, and of the decisions that are late: the board's own rows, for a home page."""
    meetings = Meeting.objects.visible_to(user).standing()
    decisions = MeetingDecision.objects.filter(meeting__in=meetings.values("pk"), done_on=None, due_on__lt=on)
    return (
        list(to_minute(meetings, on).values_list("day", flat=True)),
        list(decisions.order_by("due_on", "pk").values_list("due_on", flat=True)),
    )


def to_minute(meetings: QuerySet[Meeting], on: date) -> QuerySet[Meeting]:
    """Past, and nothing written."""
    return meetings.filter(held_on=None, day__lt=on).order_by("day", "pk")


def to_plan(contracts: QuerySet[Contract], on: date) -> list[ToPlan]:
    """The first due first. What is planned, held, or noted done by hand drops out."""
    last = Q(broken_on=None, ends_on=None) | Q(broken_on__gte=on) | Q(broken_on=None, ends_on__gte=on)
    rows = list(
        contracts.filter(last, closed_on=None, starts_on__lte=on + AHEAD).select_related(
            "enrolment__person", "establishment"
        )
    )
    known = known_kinds([contract.pk for contract in rows])
    found = [
        ToPlan(contract, expected, expected.due_on < on)
        for contract in rows
        for expected in expected_meetings(contract.starts_on, contract.ends_on, contract.last_day)
        if expected.kind not in known[contract.pk]
        and expected.window.starts_on <= on + AHEAD
        and expected.due_on >= on - KEPT
    ]
    return sorted(found, key=lambda one: (one.expected.due_on, one.contract.pk))


def known_kinds(contracts: list[int]) -> dict[int, set[MeetingKind]]:
    """Contract → kinds planned, held, or done as a step."""
    found: dict[int, set[MeetingKind]] = defaultdict(set)
    meetings = Meeting.objects.standing().filter(contract__in=contracts)
    for contract, kind in meetings.values_list("contract_id", "kind"):
        found[contract].add(MeetingKind(kind))
    steps = DoneStep.objects.valid().filter(contract__in=contracts, step__in=KINDS)
    for contract, step in steps.values_list("contract_id", "step"):
        found[contract].add(KINDS[step])
    return found


# Who may hold the screen on which a party signs: those present sign together, and the row keeps whose screen it was.
SIGNED_ON_SCREEN_OF = {
    Role.COORDINATOR: (Party.TRAINEE, Party.TUTOR, Party.EMPLOYER, Party.REFERENT),
    Role.EMPLOYER: (Party.TRAINEE, Party.TUTOR, Party.EMPLOYER),
    Role.TUTOR: (Party.TRAINEE, Party.TUTOR),
}


def parties_left(meeting: Meeting, user) -> list[Party]:
    """Who may still sign here."""
    done = set(meeting.signatures.values_list("party", flat=True))
    there = meeting.parties_present or list(Party)
    return [party for party in SIGNED_ON_SCREEN_OF.get(acting_role(user), ()) if party in there and party not in done]
