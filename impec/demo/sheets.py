"""The sheets of the tutors, month after month: nearly all in time, one late, one received on paper, one held by HR."""

from datetime import date, time, timedelta
from uuid import uuid4

from accounts import clock
from accounts.models import User
from accounts.reminders import record_receipt
from contracts.models import Contract
from regulations import sheets as law
from regulations.deadlines import plus_months
from regulations.sheets import Mood, SheetWay
from tutoring import due
from tutoring.actions.sheet_links import remind
from tutoring.actions.sheets import SheetFacts, send_sheet
from tutoring.models import Tutorship
from tutoring.sheets import followed, is_asked, waited

FIRST, LAST = date(2026, 3, 1), date(2026, 10, 1)
MORNING = date(2026, 11, 20)
# Whose sheet of October is still waited for, came on paper, or was told by telephone.
LATE, ON_PAPER, TOLD = "ROYER", "GAUDIN", "HAMEL"
TO_WATCH, ABSENT = ("BAUDRY", (7, 8, 9, 10)), ("GAUDIN", 8)


def sheets_of_the_story(users: dict[str, User]) -> None:
    month = FIRST
    while month <= LAST:
        for rank, tutorship in enumerate(_asked(month)):
            _tell(tutorship, month, rank, users)
        month = plus_months(month, 1)
    _received_on_paper(users["claire"])
    _reminder_of_the_day()


def _asked(month: date) -> list[Tutorship]:
    rows = followed(law.opens_on(month)).select_related("contract__enrolment__person", "tutor__user")
    return [row for row in rows.order_by("pk") if is_asked(row, month)]


def _tell(tutorship: Tutorship, month: date, rank: int, users: dict[str, User]) -> None:
    name = tutorship.contract.enrolment.person.birth_name
    if month == LAST and name in (LATE, ON_PAPER):
        return
    day = law.opens_on(month) + timedelta(days=(rank * 3 + month.month) % 11)
    # Nobody is observed after the end of a contract, or by who no longer follows.
    day = min(day, tutorship.contract.last_day or day, tutorship.ends_on or day)
    held = month == LAST and name == TOLD
    absent = (name, month.month) == ABSENT
    watched = name == TO_WATCH[0] and month.month in TO_WATCH[1]
    facts = SheetFacts(
        request_id=uuid4(),
        month=month,
        observed_on=day,
        mood="" if absent else Mood.TO_WATCH if watched else Mood.GOES_WELL,
        absent_all_month=absent,
        nothing_new=not absent,
        way=SheetWay.PHONE if held else SheetWay.LINK,
    )
    author = users["claire"] if held else tutorship.tutor.user
    send_sheet(tutorship=tutorship, facts=facts, by=author, at=clock.at(day, time(14, 5 + rank)))


def _received_on_paper(claire: User) -> None:
    items = due.due_items(Contract.objects.filter(enrolment__person__birth_name=ON_PAPER), on=MORNING)
    for item in items:
        if item.key.endswith(f"{LAST:%Y-%m}"):
            record_receipt(
                item=item,
                received_on=date(2026, 11, 6),
                how="fiche papier donnée par le tuteur",
                today=MORNING,
                by=claire,
            )


def _reminder_of_the_day() -> None:
    """November opens this morning: everybody who can be reached has a message."""
    for tutor in {one.tutorship.tutor for one in waited(MORNING)}:
        remind(tutor=tutor, planned_on=MORNING, at=clock.at(MORNING, time(8)))
