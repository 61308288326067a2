"""The statements of presence of the story: each month confirmed, then declared, but where the payer waits for one."""

from collections import defaultdict
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
# Who closes the month where the employer has its own login; elsewhere the counsellor does it with them.
CLOSED_BY = {"99998211900011": "denis", "99998433900013": "gaëlle"}


def statements_of_the_story(users: dict[str, User]) -> None:
    for month in months_between(FIRST_MONTH, LAST_MONTH):
        found: dict[str, list[MonthLine]] = defaultdict(list)
        for line in lines_of(Contract.objects.all(), months={month}):
            if not _is_missing(line):
                found[CLOSED_BY.get(line.establishment.siret, "claire")].append(line)
        for name, lines in found.items():
            _close(month, lines, users[name])


def _close(month: date, lines: list[MonthLine], by: User) -> None:
    """Confirmed on the second of the next month, declared on the fourth."""
    second = plus_months(month, 1) + timedelta(days=1)
    fourth = second + timedelta(days=2)
    with override_settings(IMPEC_TODAY=f"{second}T09:30"):
        statements = confirm_month(lines=lines, on=second, by=by)
    declare_month(statements=statements, declared_on=fourth, today=fourth, by=by)


def _is_missing(line: MonthLine) -> bool:
    person = line.contract.enrolment.person.birth_name
    return (person, line.month) in FORGOTTEN or (line.establishment.siret, line.month) in LATE
