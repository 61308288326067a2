"""The months of the tutors' sheets."""

from datetime import date

import pytest

from regulations.periods import Period
from regulations.sheets import due_on, is_asked_of, open_months, opens_on

OCTOBER, NOVEMBER, DECEMBER, JANUARY = (date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("on", "months"),
    [
        pytest.param(date(2026, 11, 19), [OCTOBER], id="programme, la veille de l'ouverture"),
        pytest.param(date(2026, 11, 20), [OCTOBER, NOVEMBER], id="programme, le jour de l'ouverture"),
        pytest.param(date(2026, 12, 10), [OCTOBER, NOVEMBER], id="programme, trente-cinq jours de retard"),
        pytest.param(date(2026, 12, 11), [NOVEMBER], id="programme, trente-six jours de retard"),
        pytest.param(date(2027, 1, 4), [NOVEMBER, DECEMBER], id="programme, à cheval sur deux années"),
        pytest.param(date(2027, 1, 20), [DECEMBER, JANUARY], id="programme, janvier"),
    ],
)
def test_a_month_is_asked_from_its_opening_until_nobody_remembers_it(on, months):
    assert open_months(on) == months


def test_a_sheet_opens_in_its_month_and_is_late_in_the_next():
    assert (opens_on(DECEMBER), due_on(DECEMBER)) == (date(2026, 12, 20), date(2027, 1, 5))


@pytest.mark.parametrize(
    ("contract", "asked"),
    [
        (Period(date(2026, 2, 2), date(2027, 2, 1)), True),
        (Period(date(2026, 11, 20)), True),
        (Period(date(2026, 11, 21)), False),
        (Period(date(2026, 2, 2), date(2026, 11, 19)), False),
    ],
)
def test_who_works_on_the_day_it_opens_has_one(contract, asked):
    assert is_asked_of(NOVEMBER, contract) is asked
