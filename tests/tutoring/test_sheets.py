"""The monthly sheet: sent in a few gestures, received once, never rewritten."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from regulations.contracts import BreakReason
from regulations.sheets import Mood, SheetWay
from regulations.skills import Level
from regulations.trades import Trade
from tests import builders as b
from tests.tutoring.sheets import NOVEMBER, OCTOBER, TODAY, a_sheet, fill, posted, send
from tutoring.models import Observation, TutorSheet
from tutoring.sheets import lines_of, two_values, waited_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def grid(db):
    return b.a_grid()


def skill(grid, words):
    return next(one for one in grid.skills_in_order() if one.words == words)


# --- The act ---


def test_what_changed_becomes_an_observation_of_that_day(world, grid):
    room = skill(grid, "Faire la chambre")
    sheet = send(world.tutorship, levels={room: Level.ALONE}, mood=Mood.TO_WATCH, note="Prend son temps.")
    one = Observation.objects.get()
    assert (one.sheet, one.grid_skill, one.skill, one.level) == (sheet, room, "Faire la chambre", Level.ALONE)
    assert (one.observed_on, one.recorded_by, sheet.way) == (TODAY, None, SheetWay.LINK)


def test_the_same_sending_is_received_once_whatever_it_says_the_next_times(world, grid):
    number, room = uuid4(), skill(grid, "Faire la chambre")
    sent = [send(world.tutorship, request_id=number, levels={room: Level.ALONE}) for _ in range(3)]
    assert len({sheet.pk for sheet in sent}) == 1
    assert Observation.objects.count() == 1


def test_two_sendings_of_one_day_are_both_kept_and_shown(world, grid):
    room = skill(grid, "Faire la chambre")
    send(world.tutorship, levels={room: Level.ALONE}, device_id="one")
    send(world.tutorship, levels={room: Level.WITH_HELP}, device_id="two")
    both = two_values(world.contract.pk)[room.key, TODAY]
    assert [one.level for one in both] == [Level.ALONE, Level.WITH_HELP]
    assert [line.skill for line in lines_of(world.tutorship, TODAY) if line.both] == [room]


def test_two_sendings_that_agree_are_no_doubt(world, grid):
    room = skill(grid, "Faire la chambre")
    for device in ("one", "two"):
        send(world.tutorship, levels={room: Level.ALONE}, device_id=device)
    assert two_values(world.contract.pk) == {}


def test_absent_all_month_says_nothing_else(world):
    sheet = send(world.tutorship, absent_all_month=True, mood="")
    assert (sheet.absent_all_month, sheet.mood) == (True, "")


def test_a_sheet_that_was_sent_is_waited_for_no_more(world, bruno):
    assert [one.month for one in waited_of(bruno.tutors.all(), TODAY)] == [OCTOBER, NOVEMBER]
    send(world.tutorship)
    assert [one.month for one in waited_of(bruno.tutors.all(), TODAY)] == [OCTOBER]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"observed_on": date(2026, 11, 21)}, "n'est pas encore venu"),
        ({"month": date(2026, 12, 1)}, "La fiche de décembre 2026 s'ouvre le 20/12/2026"),
        ({"observed_on": date(2026, 10, 31)}, "est avant le mois de cette fiche"),
        ({"month": date(2026, 1, 1)}, "n'est pas demandée"),
        ({"nothing_new": False}, "Touchez ce qui a changé"),
        ({"mood": "", "nothing_new": True}, "Dites comment cela va"),
        ({"absent_all_month": True, "nothing_new": True, "mood": ""}, "gardez l'un des deux"),
        ({"note": "z" * 10_000}, "500 caractères"),
        ({"note": "2 85 05 50 147 005 24"}, "sécurité sociale"),
    ],
)
def test_what_cannot_be_is_refused_in_words(world, changes, words):
    with pytest.raises(ValidationError) as refusal:
        send(world.tutorship, **changes)
    assert words in " ".join(refusal.value.messages)
    assert not TutorSheet.objects.exists()


def test_nothing_new_and_a_level_that_moved_cannot_both_be_true(world, grid):
    with pytest.raises(ValidationError, match="gardez l'un des deux"):
        send(world.tutorship, nothing_new=True, levels={skill(grid, "Servir"): Level.ALONE})


def test_a_contract_that_ended_has_no_sheet(world):
    world.contract.broken_on, world.contract.break_reason = date(2026, 11, 12), BreakReason.choices()[0][0]
    world.contract.save()
    with pytest.raises(ValidationError, match="s'est terminé le 12/11/2026"):
        send(world.tutorship)


def test_who_followed_her_before_is_refused_after_and_received_for_his_days(world):
    world.tutorship.ends_on = date(2026, 11, 18)
    world.tutorship.save()
    with pytest.raises(ValidationError, match="Vous ne suiviez pas Amina B"):
        send(world.tutorship)
    # Noted without network while he followed her, sent later.
    assert send(world.tutorship, observed_on=date(2026, 11, 17))


def test_a_number_that_served_for_somebody_else_is_refused(world):
    other = b.a_tutorship(b.a_contract(establishment=world.closerie, cohort=world.cohort), world.tutor)
    sheet = send(world.tutorship)
    with pytest.raises(ValidationError, match="pour une autre personne"):
        send(other, request_id=sheet.request_id)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"month": date(2026, 10, 2)}, "tutor_sheet_month_is_a_first_day"),
        ({"absent_all_month": True}, "tutor_sheet_absent_says_nothing_else"),
        ({"mood": ""}, "tutor_sheet_says_how_it_goes"),
        ({"way": SheetWay.PAPER}, "tutor_sheet_for_somebody_is_signed"),
    ],
)
def test_the_database_refuses_nonsense(world, changes, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        a_sheet(world.tutorship, **changes)


# --- The page ---


def test_a_tutor_with_an_account_sends_what_he_touched(world, grid, bruno, client_of):
    client = client_of(bruno)
    page = client.get(fill(world.tutorship)).content.decode()
    assert "Fiche de novembre 2026 — Amina B." in page
    answer = client.post(fill(world.tutorship), posted(grid, {"Servir": "ALONE"}))
    assert answer.status_code == 302
    assert [(one.skill, one.level) for one in Observation.objects.all()] == [("Servir", Level.ALONE)]
    assert TutorSheet.objects.get().recorded_by == bruno


def test_last_levels_are_shown_and_kept(world, grid, bruno, client_of):
    room = skill(grid, "Faire la chambre")
    b.an_observation(world.tutorship, room, level=Level.PASSES_ON)
    page = client_of(bruno).get(fill(world.tutorship)).content.decode()
    assert f'name="niveau_{room.pk}" value="PASSES_ON" checked' in page
    send(world.tutorship)
    assert Observation.objects.count() == 1


def test_a_double_click_sends_once(world, grid, bruno, client_of):
    client, sent = client_of(bruno), posted(grid, {"Servir": "ALONE"})
    for _ in range(3):
        assert client.post(fill(world.tutorship), sent).status_code == 302
    assert (TutorSheet.objects.count(), Observation.objects.count()) == (1, 1)


def refused(client, world, **sent):
    answer = client.post(fill(world.tutorship), sent)
    assert answer.status_code == 422
    assert not TutorSheet.objects.exists()
    return answer.content.decode()


def test_a_level_that_the_grid_does_not_have_is_named_and_the_rest_stays(world, grid, bruno, client_of):
    sent = posted(grid, {"Servir": "EXPERT"}, note="Très bien au service.", mood="TO_WATCH")
    page = refused(client_of(bruno), world, **sent)
    assert "« Servir » : ce niveau n&#x27;est pas dans la grille" in page
    assert "Très bien au service." in page
    assert re.search('name="mood" value="TO_WATCH"[^>]* checked', page)


def test_a_skill_of_another_trade_is_refused(world, grid, bruno, client_of):
    other = b.a_grid(trade=Trade.KITCHEN).skills_in_order()[0]
    sent = posted(grid) | {f"niveau_{other.pk}": "ALONE", f"etait_{other.pk}": "NOT_SHOWN"}
    assert "pas dans la grille de ce métier" in refused(client_of(bruno), world, **sent)


def test_a_page_kept_with_an_older_grid_is_still_received(world, grid, bruno, client_of):
    b.a_grid(version=2, valid_from=date(2026, 11, 1))
    assert client_of(bruno).post(fill(world.tutorship), posted(grid, {"Servir": "ALONE"})).status_code == 302
    assert Observation.objects.get().grid_skill.block.grid == grid


def test_a_note_too_long_is_refused_and_stays(world, grid, bruno, client_of):
    page = refused(client_of(bruno), world, **posted(grid, {"Servir": "ALONE"}, note="z" * 10_000))
    assert "500 caractères" in page
    assert "z" * 10_000 in page


def test_a_sheet_without_a_word_on_how_it_goes_asks_for_it(world, grid, bruno, client_of):
    assert "Touchez « tout va bien »" in refused(client_of(bruno), world, **posted(grid, nothing_new="on", mood=""))


def test_a_trade_without_grid_still_has_its_sheet(world, bruno, client_of):
    page = client_of(bruno).get(fill(world.tutorship)).content.decode()
    assert "n'a pas encore sa grille" in page
    assert client_of(bruno).post(fill(world.tutorship), posted(nothing_new="on")).status_code == 302


@pytest.mark.parametrize("address", ["ma-fiche/{pk}/2026-13/", "ma-fiche/{pk}/2026-12/", "ma-fiche/999999/2026-11/"])
def test_what_is_not_asked_is_not_found(world, bruno, client_of, address):
    assert client_of(bruno).get("/" + address.format(pk=world.tutorship.pk)).status_code == 404


def test_the_trainee_of_another_tutor_is_not_found(world, grid, bruno, client_of):
    other = world.other_contract.tutorships.get()
    assert client_of(bruno).get(fill(other)).status_code == 404
    assert client_of(bruno).post(fill(other), posted(grid, {"Servir": "ALONE"})).status_code == 404


def test_the_page_costs_the_same_whatever_was_observed(world, grid, bruno, client_of, django_assert_max_num_queries):
    for number in range(12):
        for one in grid.skills_in_order():
            b.an_observation(world.tutorship, one, observed_on=TODAY - timedelta(days=number))
    client = client_of(bruno)
    client.get(fill(world.tutorship))
    with django_assert_max_num_queries(40):
        client.get(fill(world.tutorship))
