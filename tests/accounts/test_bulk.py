"""Rows written many at once leave the history that saving one by one would have left."""

from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.bulk import change_many, keep_many
from cohorts.models import Seat
from tests import builders as b


@pytest.fixture
def seats(world, claire):
    rows = [
        Seat(cohort=world.cohort, establishment=b.an_establishment(), job_title=f"Poste {number}", quantity=1)
        for number in range(3)
    ]
    with transaction.atomic():
        return keep_many(rows, by=claire)


def history_of(rows, action):
    return LogEntry.objects.filter(
        object_pk__in=[str(row.pk) for row in rows], content_type__model="seat", action=action
    )


def test_new_rows_are_in_the_history_with_their_author(seats, claire):
    created = history_of(seats, LogEntry.Action.CREATE)
    assert [entry.actor for entry in created] == [claire] * 3
    assert created.first().changes["job_title"][1].startswith("Poste")


def test_a_change_of_many_rows_says_old_and_new(seats, claire):
    with transaction.atomic():
        change_many(seats, by=claire, weekly_hours=Decimal("26.00"))
    assert set(Seat.objects.filter(pk__in=[row.pk for row in seats]).values_list("weekly_hours", flat=True)) == {26}
    changed = history_of(seats, LogEntry.Action.UPDATE)
    assert [entry.changes for entry in changed] == [{"weekly_hours": ["None", "26.00"]}] * 3


def test_what_a_field_refuses_writes_nothing(seats, claire):
    with pytest.raises(ValidationError), transaction.atomic():
        change_many(seats, by=claire, job_title="x" * 500)
    assert not Seat.objects.filter(job_title__startswith="xxx").exists()


def test_nothing_to_write_is_nothing(db, claire):
    assert keep_many([], by=claire) == change_many([], by=claire) == []
