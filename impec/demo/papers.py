"""The papers of the story: a convention per employer of Sud Manche, February invoiced and certified, but for one.

Nobody corrected the invoice of the trainee who was away one morning: her certificate waits, and the page says why.
"""

from datetime import date, time
from decimal import Decimal

from accounts import clock
from accounts.models import User
from cohorts.models import Cohort
from regulations.periods import Period
from regulations.training import ExpenseKind
from training.actions import close_half_day
from training.actions.certificates import issue_for_all
from training.actions.conventions import (
    Terms,
    change_convention,
    note_file_number,
    prepare_conventions,
    save_training_body,
    sign_convention,
)
from training.actions.expenses import change_expense, propose_expenses, record_expense
from training.actions.invoices import Invoice, record_invoice
from training.hours import expected_at
from training.models import Convention, Expense, HalfDay, TrainingBody
from training.paid import Standing, standings

SIGNED_ON, INVOICED_ON, ISSUED_ON = date(2026, 1, 26), date(2026, 3, 3), date(2026, 3, 5)
FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))
HOURLY_RATE = Decimal("15.00")
# One employer agreed on a price for its people.
BY_GROUP = ("99998433900013", Decimal("2520.00"))
FILE_NUMBERS = {
    "99998211900011": "OS-2026-0417",
    "99998322400018": "OS-2026-0431",
    "99998544300012": "UN-2026-1187",
    "26509901000018": "ANFH-26-0093",
}
ASKS_BACK, LOADED_HOUR = "99998211900011", Decimal("14.96")
JOURNEYS = (
    (ExpenseKind.TRAVEL, Decimal("46.00"), Decimal("0.45"), "Trajets de février"),
    (ExpenseKind.MEALS, Decimal("2.00"), Decimal("21.50"), "Tickets de restaurant"),
)
SIGNS = {"representative": "Esther PARENT", "representative_role": "directrice", "town": "Avranches"}


def papers_of_the_story(users: dict[str, User], cohort: Cohort) -> None:
    conventions = _conventions(cohort)
    _close(cohort, users["esther"])
    for number, convention in enumerate(conventions, start=1):
        rows = standings(Convention.objects.filter(pk=convention.pk), FEBRUARY, ISSUED_ON)
        record_invoice(
            convention=convention,
            invoice=Invoice(number=f"F-2026-02-{number:02d}", on=INVOICED_ON, period=rows[0].period),
            hours=[(row.enrolment, _invoiced(row)) for row in rows],
            today=ISSUED_ON,
        )
    _expenses(conventions)
    issue_for_all(
        conventions=Convention.objects.all(),
        cohort=cohort,
        period=FEBRUARY,
        by=users["esther"],
        at=clock.at(ISSUED_ON, time(10)),
    )


def _conventions(cohort: Cohort) -> list[Convention]:
    body = TrainingBody.objects.get(organisation=cohort.training_organisation)
    body = save_training_body(body=body, **SIGNS)
    prepared = prepare_conventions(cohort=cohort, terms=Terms(training_body=body, hourly_rate=HOURLY_RATE))
    signed = []
    by_group, price = BY_GROUP
    for convention in prepared:
        siret = convention.establishment.siret
        if siret == by_group:
            people = [row.enrolment for row in convention.trainees.select_related("enrolment")]
            change_convention(convention=convention, trainees=people, hourly_rate=None, group_price=price)
        if siret in FILE_NUMBERS:
            note_file_number(convention=convention, file_number=FILE_NUMBERS[siret])
        signed.append(sign_convention(convention=convention, on=SIGNED_ON, today=SIGNED_ON))
    return signed


def _expenses(conventions: list[Convention]) -> None:
    """What La Closerie asks back for February: teaching and pay as proposed, its own journeys and meals."""
    convention = next(one for one in conventions if one.establishment.siret == ASKS_BACK)
    found = propose_expenses(convention=convention, period=FEBRUARY, today=ISSUED_ON)
    for expense in found:
        if expense.kind == ExpenseKind.PAY:
            change_expense(expense=expense, today=ISSUED_ON, unit_amount=LOADED_HOUR)
    for trainee in convention.trainees.select_related("enrolment"):
        for kind, quantity, unit_amount, document in JOURNEYS:
            record_expense(
                expense=Expense(
                    convention=convention,
                    enrolment=trainee.enrolment,
                    kind=kind,
                    starts_on=found[0].starts_on,
                    ends_on=found[0].ends_on,
                    quantity=quantity,
                    unit_amount=unit_amount,
                    document_name=document,
                ),
                today=ISSUED_ON,
            )


def _close(cohort: Cohort, by: User) -> None:
    half_days = HalfDay.objects.planned().filter(
        session__cohort=cohort, day__gte=FEBRUARY.starts_on, day__lte=FEBRUARY.ends_on
    )
    for half_day in half_days.select_related("session__cohort").order_by("day", "starts_at"):
        at = clock.at(half_day.day, half_day.ends_at)
        close_half_day(half_day=half_day, by=by, at=at, expected=expected_at(half_day).select_related("person"))


def _invoiced(row: Standing) -> int:
    """All that was planned, whoever came: the one error of the story."""
    return len(row.half_days) * max(one.facts.minutes for one in row.half_days)
