"""An amended contract leaves as it was on the day of the file."""

from datetime import date
from decimal import Decimal

import pytest

from contracts import actions
from exports import opco
from exports.scope import Destination, FileScope
from tests import builders as b

pytestmark = pytest.mark.django_db


def scope(world, user, day, establishment=None):
    return FileScope(world.cohort, Destination(establishment=establishment), day, user)


def rows(world, user, day, establishment=None):
    found = opco.trainees(scope(world, user, day, establishment))
    assert opco.count(scope(world, user, day, establishment)) == len(found)
    return [
        (row.person.first_name, row.terms.establishment.name, row.terms.weekly_hours)
        for row in found
        if row.person.first_name == "Amina"
    ]


def test_hours_and_establishment_are_those_of_the_day_of_the_file(world, claire):
    change = actions.Change(effective_on=date(2026, 6, 1), weekly_hours=Decimal("30"))
    actions.amend_contract(contract=world.contract, change=change, by=claire)
    move = actions.Change(effective_on=date(2026, 9, 1), establishment=world.estran)
    actions.change_employer(contract=world.contract, change=move, by=claire)
    home, next_door = world.closerie.name, world.estran.name
    assert rows(world, claire, date(2026, 5, 31)) == [("Amina", home, Decimal("28"))]
    assert rows(world, claire, date(2026, 8, 31)) == [("Amina", home, Decimal("30"))]
    assert rows(world, claire, b.TODAY) == [("Amina", next_door, Decimal("30"))]


def test_a_file_of_one_establishment_holds_who_worked_there_that_day(world, claire):
    move = actions.Change(effective_on=date(2026, 9, 1), establishment=world.estran)
    actions.change_employer(contract=world.contract, change=move, by=claire)
    assert rows(world, claire, date(2026, 8, 31), world.closerie)
    assert rows(world, claire, b.TODAY, world.closerie) == []
    assert rows(world, claire, b.TODAY, world.estran)
