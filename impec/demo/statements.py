"""The statements of presence of the story: each month confirmed, then declared, but where the payer waits for one."""

from datetime import date, timedelta

from django.test.utils import override_settings

from accounts.models import User
from contracts.actions.month import confirm_month, declare_month
from contracts.models import Contract
from contracts.month import MonthLine, lines_of
from regulations.aid import months_between
from regulations.deadlines import plus_months

FIRST_MONTH, LAST_MONTH = date(2025, 9, 1), date(2026, 10, 1)
# La Closerie forgot one person in May, and has not declared October yet.
FORGOTTEN = {("BAUDRY", date(2026, 5, 1))}
LATE = {("99998211900011", LAST_MONTH)}
# L'Estran has confirmed October: the declaration to the payer is still to be noted.
ONLY_CONFIRMED = {("99998433900013", LAST_MONTH)}


def statements_of_the_story(by: User) -> None:
    """On the second of the next month they are confirmed, on the fourth they are declared."""
    for month in months_between(FIRST_MONTH, LAST_MONTH):
        second = plus_months(month, 1) + timedelta(days=1)
        lines = [line for line in lines_of(Contract.objects.all(), months={month}) if not _is_missing(line)]
        with override_settings(IMPEC_TODAY=f"{second}T09:30"):
            statements = confirm_month(lines=lines, on=second, by=by)
        declared = [
            statement
            for line, statement in zip(lines, statements, strict=True)
            if (line.establishment.siret, month) not in ONLY_CONFIRMED
        ]
        fourth = second + timedelta(days=2)
        declare_month(statements=declared, declared_on=fourth, today=fourth, by=by)


def _is_missing(line: MonthLine) -> bool:
    person = line.contract.enrolment.person.birth_name
    return (person, line.month) in FORGOTTEN or (line.establishment.siret, line.month) in LATE
