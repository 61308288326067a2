"""Profiles: a dated version of an agency decides columns, dates, codes and compulsory cells of its files."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts import work
from accounts.roles import OrganisationKind, Role
from exports import actions, checks
from exports.actions import Edited
from exports.models import Delivery, ExportProfile
from exports.registry import KINDS
from exports.scope import Destination, FileScope
from exports.shaping import Chosen
from tests import builders as b
from tests.exports.helpers import TODAY, a_delivery, by_openpyxl, bytes_of, rows_of
from tests.training.paid import all_papers

NAME = Chosen("person.birth_name", "Nom de naissance")
TITLE = Chosen("person.title", "Civilité")
BORN = Chosen("person.birth_date", "Né(e) le")


def original(code="O1"):
    return ExportProfile.objects.original().filter(code=code).latest("version")


def saved(by, *columns, code="O1", **changes):
    edited = Edited(**{"name": "Liste", "columns": columns, "valid_from": TODAY, **changes})
    return actions.save_profile(base=original(code), edited=edited, by=by)


def test_the_columns_of_the_agency_are_those_of_its_next_file(world, claire):
    version = saved(claire, replace(BORN, heading="Date"), NAME)
    delivery = a_delivery(world.cohort, claire)
    assert (delivery.profile, delivery.profile.version) == (version, 2)
    assert list(rows_of(delivery, "Stagiaires")[0]) == ["Date", "Nom de naissance"]


def test_a_delivery_keeps_the_version_it_was_made_with(world, claire):
    before = a_delivery(world.cohort, claire)
    saved(claire, NAME)
    before.refresh_from_db()
    assert before.profile == original()


def test_dates_have_the_format_of_the_profile_and_stay_dates(world, claire):
    saved(claire, NAME, BORN, date_format=ExportProfile.DateFormat.ISO)
    delivery = a_delivery(world.cohort, claire)
    cell = by_openpyxl(bytes_of(delivery))["Stagiaires"]["B2"]
    assert (cell.number_format, cell.value.date()) == ("yyyy-mm-dd", world.person.birth_date)


def test_a_column_may_have_its_own_format(world, claire):
    hours = Chosen("contract.weekly_hours", "Heures", format="FREE")
    saved(claire, NAME, hours, replace(BORN, format="SHORT"))
    sheet = by_openpyxl(bytes_of(a_delivery(world.cohort, claire)))["Stagiaires"]
    assert [sheet.cell(2, number).number_format for number in (2, 3)] == ["General", "dd/mm/yy"]


def test_values_leave_as_the_codes_of_the_recipient(world, claire):
    world.person.title = "MME"
    world.person.save()
    saved(claire, NAME, replace(TITLE, codes=(("Mme", "2"), ("M.", "1"))))
    rows = rows_of(a_delivery(world.cohort, claire), "Stagiaires")
    assert {row["Nom de naissance"]: row["Civilité"] for row in rows}["BAUDRY"] == "2"


def test_a_recipient_has_its_own_columns(world, claire):
    opco = b.a_financer()
    b.a_financing(world.closerie.employer, opco)
    saved(claire, NAME, financer=opco)
    mine = a_delivery(world.cohort, claire, destination=Destination(opco))
    others = a_delivery(world.cohort, claire)
    assert (len(rows_of(mine, "Stagiaires")[0]), others.profile) == (1, original())


def test_a_version_waits_for_its_day(world, claire):
    saved(claire, NAME, valid_from=TODAY + timedelta(days=1))
    assert a_delivery(world.cohort, claire).profile == original()


def test_the_original_profile_comes_back_as_a_new_version(world, claire):
    short = saved(claire, NAME)
    back = actions.restore_profile(base=short, by=claire, on=TODAY)
    assert (back.version, back.agency) == (3, short.agency)
    assert a_delivery(world.cohort, claire).profile == back
    assert [kept["key"] for kept in back.columns] == [kept["key"] for kept in original().columns]


def test_another_agency_keeps_its_own(world, claire):
    elsewhere = b.a_user()
    b.a_membership(elsewhere, b.an_organisation(OrganisationKind.AGENCY, "Agence de Caen"), Role.COORDINATOR)
    mine = saved(claire, NAME)
    theirs = saved(elsewhere, BORN)
    assert (mine.version, theirs.version) == (2, 2)
    assert theirs not in ExportProfile.objects.visible_to(claire)
    assert a_delivery(world.cohort, claire).profile == mine


# --- It refuses


def test_a_column_off_the_list_of_the_recipient_is_refused(world, claire):
    with pytest.raises(ValidationError, match="BOETH"):
        saved(claire, NAME, Chosen("protected.boeth", "Autre"))


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        pytest.param((), "au moins une colonne", id="none"),
        pytest.param((NAME, replace(BORN, heading="NOM de naissance")), "même titre", id="same heading"),
        pytest.param((replace(NAME, heading="284061250012327"),), "sécurité sociale", id="NIR heading"),
        pytest.param((replace(NAME, heading=" "),), "caractères", id="no heading"),
    ],
)
def test_columns_that_say_nothing_are_refused(world, claire, columns, words):
    with pytest.raises(ValidationError, match=words):
        saved(claire, *columns)


def test_the_past_does_not_change(world, claire):
    with pytest.raises(ValidationError, match="au plus tôt aujourd'hui"):
        saved(claire, NAME, valid_from=TODAY - timedelta(days=1))


def test_who_comes_second_is_told(world, claire):
    saved(claire, NAME)
    with pytest.raises(ValidationError, match="La version 2 a été enregistrée"):
        actions.save_profile(
            base=original(), edited=Edited(name="Liste", columns=[BORN], valid_from=TODAY), by=claire, seen=1
        )


def test_an_empty_compulsory_cell_stops_the_file_and_opens_its_row(world, claire):
    world.person.birth_date = None
    world.person.save()
    profile = saved(claire, NAME, replace(BORN, required=True))
    with pytest.raises(ValidationError, match="Né\\(e\\) le"):
        a_delivery(world.cohort, claire)
    assert not Delivery.objects.exists()
    found = checks.checks(FileScope(world.cohort, Destination(), TODAY, claire), "O1", profile)
    (check,) = [one for one in found if "Né(e) le" in one.label]
    assert (check.count, check.blocks) == (1, True)
    assert [place.url for place in check.places] == [world.contract.get_absolute_url()]


def test_a_value_without_code_stops_the_file(world, claire):
    world.person.title = "MME"
    world.person.save()
    saved(claire, NAME, replace(TITLE, codes=(("M.", "1"),)))
    with pytest.raises(ValidationError, match="« Mme » n'a pas de code"):
        a_delivery(world.cohort, claire)


def test_a_cell_emptied_after_the_question_stops_the_build(world, claire, monkeypatch):

    saved(claire, NAME, replace(BORN, required=True))
    monkeypatch.setattr(work, "enqueue", lambda *arguments: None)
    asked = actions.new_delivery(cohort=world.cohort, code="O1", destination=Destination(), as_of=TODAY, author=claire)
    world.person.birth_date = None
    world.person.save()
    work.run_job(asked.job_id)
    asked.job.refresh_from_db()
    assert "case vide" in asked.job.error


@pytest.mark.parametrize("code", ["O2", "O3", "O4", "D1", "A1"])
def test_every_file_of_rows_opens_the_row_to_mend(world, claire, code):

    all_papers(world)
    kind, scope = KINDS[code], FileScope(world.cohort, Destination(ddets=code == "D1"), date(2026, 11, 20), claire)
    rows = list(kind.rows(scope))
    assert rows
    assert all(kind.place(row).url.startswith("/") for row in rows)
