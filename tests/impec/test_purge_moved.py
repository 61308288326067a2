"""What moved since a contract ended, or since a proposal was made: somebody came back, a contract was broken."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from cohorts.models import Barrier, Erasure, PersonNote
from exports.actions import remove_orphans
from impec.erasing.actions import erase_person
from impec.retention import purging
from impec.retention.people import archived
from regulations.contracts import BreakReason
from regulations.people import BarrierCategory
from regulations.retention import ErasureDepth, Kept
from tests import builders as b
from tests.access_proofs import an_absence_document
from tests.impec.retained import due
from training.models import AbsenceDocument

DAY = timedelta(days=1)
# Amina's contract ends on 1 February 2027.
YEAR_AFTER, TWO_YEARS_AFTER = date(2028, 2, 1), date(2029, 2, 1)


@pytest.fixture(autouse=True)
def files_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def noted(world, claire):
    """Amina, of whom a note is kept."""
    PersonNote.objects.create(person=world.person, text="À rappeler", author=claire)
    return world.person


# --- Who has come back without a contract yet ---


def enrolled_again(person, day, **changes):
    return b.an_enrolment(person, b.a_cohort(), enrolled_on=day, **changes)


def test_who_is_enrolled_again_keeps_her_protected_facts(noted):
    back = enrolled_again(noted, YEAR_AFTER - 200 * DAY)
    assert due(Kept.PROTECTED, YEAR_AFTER + DAY) == set()
    back.withdrawn_on = YEAR_AFTER - 190 * DAY
    back.save()
    assert due(Kept.PROTECTED, YEAR_AFTER + DAY) == {noted.public_code}


def test_who_is_enrolled_again_keeps_her_file_two_years_at_most(world):
    enrolled_again(world.person, TWO_YEARS_AFTER - 200 * DAY)
    assert due(Kept.PEC_FILE, TWO_YEARS_AFTER + DAY) == {world.neighbour.public_code}
    assert due(Kept.PEC_FILE, date(2030, 7, 16)) == {world.neighbour.public_code}
    assert world.person.public_code in due(Kept.PEC_FILE, date(2030, 7, 17))


def test_an_event_after_the_contract_keeps_her_file_six_months_more(world):
    b.a_referral(world.person, world.cohort, referred_on=date(2028, 12, 1))
    assert due(Kept.PEC_FILE, date(2029, 6, 1)) == {world.neighbour.public_code}
    assert world.person.public_code in due(Kept.PEC_FILE, date(2029, 6, 2))


def test_an_enrolment_before_the_end_is_no_return(world):
    enrolled_again(world.person, date(2027, 1, 31))
    assert world.person.public_code in due(Kept.PEC_FILE, TWO_YEARS_AFTER + DAY)


def test_who_comes_back_after_the_proposal_is_not_removed(noted, world, claire):
    on = TWO_YEARS_AFTER + DAY
    assert len(due(Kept.PEC_FILE, on)) == 2
    enrolled_again(noted, on)
    done = purging.approve(by=claire, on=on)
    assert (done[Kept.PROTECTED], done[Kept.PEC_FILE]) == (0, 1)
    noted.refresh_from_db()
    assert (noted.erased_on, PersonNote.objects.count()) == (None, 1)


@pytest.mark.parametrize("kept", [Kept.PROTECTED, Kept.PEC_FILE])
def test_who_comes_back_while_it_is_carried_out_is_not_removed(noted, world, claire, kept):
    """The first one gone, the second, already listed, is enrolled again."""
    on, people = TWO_YEARS_AFTER + DAY, sorted([world.person, world.neighbour], key=lambda one: one.pk)
    for person in people:
        Barrier.objects.create(person=person, category=BarrierCategory.MOBILITY, raised_on=date(2026, 1, 5))
    done = purging.approve(by=claire, on=on, only=[kept.value], tell=lambda: came_back(people[1], on))
    people[1].refresh_from_db()
    assert (done, people[1].erased_on) == ({kept: 1}, None)
    assert set(Barrier.objects.values_list("person", flat=True)) == {people[1].pk}


def came_back(person, day):
    if not person.enrolments.filter(enrolled_on=day).exists():
        enrolled_again(person, day)


def test_who_is_met_while_it_is_carried_out_is_not_removed(world, claire):
    on, first, second = date(2027, 5, 21), b.a_person(), b.a_person()
    assert due(Kept.NEVER_STARTED, on) == {first.public_code, second.public_code}
    done = purging.approve(by=claire, on=on, only=["NEVER_STARTED"], tell=lambda: came_back(second, on))
    second.refresh_from_db()
    assert (done, second.erased_on) == ({Kept.NEVER_STARTED: 1}, None)


# --- A contract without end, broken since the erasure ---


@pytest.fixture
def endless(world, claire):
    """Amina, erased while her contract had no known end; her day in class holds till 10 February 2032."""
    contract = world.contract
    contract.kind, contract.ends_on = "CDI_PEC", None
    contract.save()
    erased = erase_person(person=world.person, by=claire, reason="Demande", on=date(2026, 11, 20))
    assert (erased.ground, erased.kept_until) == (Kept.PEC_FILE, None)
    return contract


def breaks(contract, day):
    contract.broken_on, contract.break_reason = day, BreakReason.RESIGNATION
    contract.save()


def test_an_archive_whose_contract_was_broken_since_ends_with_its_last_ground(endless, world, claire):
    code, term = world.person.public_code, date(2033, 3, 31)
    assert code not in due(Kept.PEC_FILE, date(2040, 1, 1))
    breaks(endless, date(2031, 3, 31))
    assert code not in due(Kept.PEC_FILE, term)
    assert code in due(Kept.PEC_FILE, term + DAY)
    purging.approve(by=claire, on=term + DAY, only=["PEC_FILE"])
    erasure = Erasure.objects.get(person=world.person)
    assert (erasure.depth, erasure.archived_name, erasure.ground) == (ErasureDepth.COMPLETE, "", "")
    assert due(Kept.PEC_FILE, term + DAY) == set()


def test_the_evidence_of_training_holds_it_after_the_contract(endless, world):
    breaks(endless, date(2027, 3, 31))
    assert world.person.public_code not in due(Kept.PEC_FILE, date(2032, 2, 10))
    assert world.person.public_code in due(Kept.PEC_FILE, date(2032, 2, 11))


@pytest.mark.parametrize("people", [1, 6])
def test_archives_without_a_day_ask_the_same_number_of_queries(
    endless, world, claire, people, django_assert_num_queries
):
    for _ in range(people):
        contract = b.a_contract(cohort=world.cohort, kind="CDI_PEC", ends_on=None)
        erase_person(person=contract.enrolment.person, by=claire, reason="Demande", on=date(2026, 11, 20))
    with django_assert_num_queries(6):
        assert archived(Kept.PEC_FILE)(date(2040, 1, 1), None) == {}


# --- Bytes, which no transaction takes back ---


def approves_what_fails(by):
    with transaction.atomic():
        purging.approve(by=by, on=YEAR_AFTER + DAY, only=["PROTECTED"])
        raise InterruptedError


def test_a_removal_undone_keeps_the_bytes_that_its_row_names(noted, world, claire, django_capture_on_commit_callbacks):
    document = an_absence_document(world)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(InterruptedError):
        approves_what_fails(claire)
    assert AbsenceDocument.objects.get(pk=document.pk).file.storage.exists(document.file.name)


def test_bytes_that_a_stopped_removal_left_go_the_next_day(noted, world, claire):
    """Nothing follows the commit here, as when the process dies on it."""
    path = Path(an_absence_document(world).file.path)
    purging.approve(by=claire, on=YEAR_AFTER + DAY, only=["PROTECTED"])
    assert (path.exists(), remove_orphans()) == (True, 0)
    os.utime(path, (0, 0))
    assert (remove_orphans(), path.exists()) == (1, False)
