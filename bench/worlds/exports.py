"""Cohorts with many attendance rows, and the two ways of writing them: `bench.exports` runs each in a fresh process."""

import json
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter, sleep

from django.conf import settings
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone
from openpyxl import Workbook

from accounts import work
from accounts.models import Job
from accounts.roles import Role
from cohorts.models import Cohort, Enrolment, Person
from contracts.models import Contract
from exports import actions, presences, reference
from exports.kinds import getters
from exports.models import Delivery, ExportProfile
from exports.scope import Destination, FileScope
from exports.shaping import written_columns
from regulations.training import AttendanceStatus, HalfDayPart
from tests import builders as b
from training.models import Attendance, HalfDay
from workbooks.columns import Kind, hundredths

FIRST, LAST = date(2025, 1, 1), date(2026, 10, 31)
PEOPLE = 250
STATUSES = (AttendanceStatus.PRESENT,) * 8 + (AttendanceStatus.EXCUSED, AttendanceStatus.LATE)
MINUTES = {AttendanceStatus.EXCUSED: 0, AttendanceStatus.LATE: 190}
BATCH = 5_000
ANONYMOUS = re.compile(r"RssAnon:\s+(\d+)")


def prepare(*sizes: int) -> None:
    """One cohort per size, named after it, on a database without a worker."""
    call_command("migrate", verbosity=0)
    reference.load()
    claire = b.a_user("claire@agence.example")
    b.a_membership(claire, b.the_agency(), Role.COORDINATOR)
    for size in sizes:
        _a_cohort(size)


def _a_cohort(size: int) -> None:
    cohort = b.a_cohort(code=f"N {size}", starts_on=FIRST, ends_on=LAST)
    sites = [b.an_establishment() for _ in range(20)]
    people = Person.objects.bulk_create(
        Person(
            agency=cohort.agency,
            public_code=f"{size % 999:03d}{number:05d}",
            title="MME",
            sex="F",
            birth_name=f"GAUDIN {number}",
            first_name="Caroline",
            birth_date=date(1984, 6, 12),
            search_text=f"gaudin {number:04d} caroline",
            identity_key=f"caroline {number} gaudin",
            notice_given_on=FIRST,
        )
        for number in range(PEOPLE)
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(person=person, cohort=cohort, enrolled_on=FIRST) for person in people
    )
    Contract.objects.bulk_create(
        Contract(
            enrolment=enrolment,
            cohort=cohort,
            establishment=sites[number % len(sites)],
            kind="CDD_PEC",
            job_title="Agent de service hospitalier",
            weekly_hours=28,
            starts_on=FIRST,
            ends_on=LAST,
        )
        for number, enrolment in enumerate(enrolments)
    )
    _attendance(cohort, enrolments, size // PEOPLE)


def _attendance(cohort: Cohort, enrolments: list[Enrolment], half_days: int) -> None:
    session = b.a_session(cohort)
    closed = timezone.make_aware(datetime(2026, 10, 31, 17))
    slots = HalfDay.objects.bulk_create(
        HalfDay(
            session=session,
            day=FIRST + timedelta(days=number // 2),
            part=HalfDayPart.AFTERNOON if number % 2 else HalfDayPart.MORNING,
            starts_at=time(13, 30) if number % 2 else time(9),
            ends_at=time(17) if number % 2 else time(12, 30),
            planned_minutes=210,
            countersigned_at=closed,
        )
        for number in range(half_days)
    )
    rows = (
        Attendance(
            half_day=slot,
            enrolment=enrolment,
            status=(status := STATUSES[(slot.pk + number) % 10]),
            attended_minutes=0
            if status is AttendanceStatus.EXCUSED
            else 190
            if status is AttendanceStatus.LATE
            else 210,
            signed_at=closed + timedelta(minutes=number),
        )
        for slot in slots
        for number, enrolment in enumerate(enrolments)
    )
    Attendance.objects.bulk_create(rows, batch_size=BATCH)


def scope_of(size: int) -> FileScope:
    cohort = Cohort.objects.get(code=f"N {size}")
    author = b.User.objects.get(email="claire@agence.example")
    return FileScope(cohort, Destination(), LAST, author)


def whole(size: int) -> None:
    """From the question to the frozen delivery: query, writing, reading again, keeping, storing, fingerprint."""
    # A first delivery has none to be compared with.
    Delivery.objects.filter(cohort__code=f"N {size}").update(rows_file="")
    _deliver(size)


def compared(size: int) -> None:
    """The same, and every row compared with the delivery before; one row in ten changed since."""
    attended = Attendance.objects.filter(half_day__session__cohort__code=f"N {size}", attended_minutes__gt=1)
    tenth = attended.filter(pk__endswith="7")
    tenth.update(attended_minutes=F("attended_minutes") - 1)
    _deliver(size, changed=tenth.count())


def _deliver(size: int, changed: int | None = None) -> None:
    memory = OwnMemory()
    work.enqueue = lambda *arguments: None
    scope = scope_of(size)
    start = perf_counter()
    asked = actions.new_delivery(
        cohort=scope.cohort, code="O2", destination=scope.destination, as_of=scope.as_of, author=scope.author
    )
    work.run_job(asked.job_id)
    elapsed = perf_counter() - start
    delivery = Delivery.objects.get(pk=asked.pk)
    if not delivery.is_frozen or (delivery.row_count, delivery.changed_count) != (size, changed):
        raise SystemExit(f"{delivery.number}: {Job.objects.get(pk=asked.job_id).error}")
    tell(elapsed, memory)


def loop(size: int) -> None:
    """openpyxl's write-only mode, plain, over the same values, already read."""
    profile = ExportProfile.objects.get(code="O2")
    columns = written_columns(profile)
    values = getters(columns, presences.VALUES)
    hours = [column.kind is Kind.HOURS for column in columns]
    rows = [
        [hundredths(value) if is_hours else value for value, is_hours in zip(cells, hours, strict=True)]
        for cells in ([value(row) for value in values] for row in presences.Reading(scope_of(size)).rows())
    ]
    memory = OwnMemory()
    with TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        start = perf_counter()
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Présences")
        sheet.append([column.heading for column in columns])
        for row in rows:
            sheet.append(row)
        book.save(Path(folder) / "boucle.xlsx")
        tell(perf_counter() - start, memory)


class OwnMemory:
    """The most this process held for itself, looked at fifty times a second.

    The pages of the database that SQLite maps belong to the system, which takes them back when it needs them.
    """

    def __init__(self):
        self.kibibytes = 0
        Thread(target=self.watch, daemon=True).start()

    def watch(self) -> None:
        status = Path("/proc/self/status")
        while True:
            self.kibibytes = max(self.kibibytes, int(ANONYMOUS.search(status.read_text()).group(1)))
            sleep(0.02)


def tell(seconds: float, memory: OwnMemory) -> None:
    print(json.dumps({"seconds": seconds, "mebibytes": memory.kibibytes / 1024}))
