"""What the tests of papers share: a training body that signs, a convention, a month followed, closed and signed."""

from datetime import date
from decimal import Decimal
from itertools import count

from accounts import clock
from regulations.periods import Period
from regulations.training import HalfDayPart
from tests import builders as b
from training.actions.certificates import issue_certificate
from training.actions.conventions import sign_convention
from training.actions.invoices import Invoice, record_invoice
from training.models import Convention, ConventionTrainee, Expense, TrainingBody

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
AT = clock.at(b.TODAY, clock.parse("2026-11-20T10:00").time())
_next = count(1)


def a_training_body(organisation, **changes):
    fields = {
        "name": organisation.name,
        "declaration_number": "28500000050",
        "representative": "Esther PARENT",
        "representative_role": "directrice",
        "town": "Avranches",
        **changes,
    }
    return TrainingBody.objects.get_or_create(organisation=organisation, defaults=fields)[0]


def a_convention(cohort, establishment, *enrolments, signed=True, **changes):
    fields = {
        "training_body": a_training_body(cohort.training_organisation),
        "number": f"{cohort.pk}-CONV-{next(_next)}",
        "title": "Socle commun ImPEC'",
        "starts_on": cohort.starts_on,
        "ends_on": cohort.ends_on,
        "planned_minutes": 5040,
        "hourly_rate": Decimal("15.00"),
        **changes,
    }
    convention = Convention.objects.create(cohort=cohort, establishment=establishment, **fields)
    for enrolment in enrolments:
        ConventionTrainee.objects.create(convention=convention, enrolment=enrolment)
    if signed:
        convention = sign_convention(convention=convention, on=date(2026, 1, 30), today=b.TODAY)
    return convention


def a_held_half_day(cohort, day, *enrolments, part=HalfDayPart.MORNING, **changes):
    """Closed, signed by the trainer; each of them present and signed on paper."""
    at = clock.at(day, clock.parse("2026-11-20T17:30").time())
    facts = {"closed_at": at, "countersigned_on_paper": True, **changes}
    half_day = b.a_half_day(b.a_session(cohort), day=day, part=part, **facts)
    for enrolment in enrolments:
        b.an_attendance(half_day, enrolment)
    return half_day


def an_invoice(convention, *hours, period=MARCH, number="F-2026-03", on=date(2026, 4, 2)):
    invoice = Invoice(number=number, on=on, period=period)
    return record_invoice(convention=convention, invoice=invoice, hours=hours, today=b.TODAY)


def a_certificate(convention, enrolment, by):
    """Of March: one half-day followed, invoiced and certified."""
    a_held_half_day(convention.cohort, date(2026, 3, 10), enrolment)
    an_invoice(convention, (enrolment, 210))
    return issue_certificate(convention=convention, enrolment=enrolment, period=MARCH, by=by, at=AT)


def an_expense(convention, enrolment, kind="MEALS", **changes):
    fields = {
        "starts_on": MARCH.starts_on,
        "ends_on": MARCH.ends_on,
        "quantity": Decimal(2),
        "unit_amount": Decimal("18.50"),
        **changes,
    }
    return Expense.objects.create(convention=convention, enrolment=enrolment, kind=kind, **fields)


def all_papers(world):
    """Amina's convention, certificate and expenses: what every file needs to hold a row."""
    convention = a_convention(world.cohort, world.closerie, world.enrolment)
    a_certificate(convention, world.enrolment, world.users["trainer"])
    an_expense(convention, world.enrolment)
    return convention
