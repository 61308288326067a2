"""What is sound is written once, in one go, and can be taken back."""

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import AccessLog
from cohorts.actions import change_person
from cohorts.models import Enrolment, Person, PersonNote, ProtectedFacts, Referral, Seat
from contracts.models import AidRequest, Contract
from employers.models import Contact, Employer, Establishment, Financing
from imports.actions import confirm_import, drop_import, forget_old_previews, read_batch, undo_import
from imports.models import ImportBatch
from imports.sheets.employers import same
from regulations.contracts import ContractState
from tests import builders as b
from tests.imports.books import AMINA, CLOSERIE, EMPLOYERS, PERSONS, save
from training.models import Attendance, HalfDay, Session
from tutoring.models import Tutor, Tutorship

PLACES = (Employer, Establishment, Contact, Financing, Seat)
PEOPLE = (Person, Enrolment, Referral, ProtectedFacts, PersonNote)
WORK = (Contract, AidRequest, Tutor, Tutorship, Session, HalfDay, Attendance)


def counts():
    return {model.__name__: model.objects.count() for model in (*PLACES, *PEOPLE, *WORK)}


@pytest.fixture
def small(tmp_path):
    return save(tmp_path / "petit.xlsx", Lieux=[EMPLOYERS, CLOSERIE], Gens=[PERSONS, AMINA])


def test_the_agency_workbook_is_written(preview, claire):
    nothing = counts()
    batch = preview()
    assert counts() == nothing
    batch = confirm_import(batch=batch, by=claire)
    assert batch.state == ImportBatch.State.WRITTEN
    assert batch.written["echecs"] == []
    assert counts() == nothing | {
        "Employer": 7,
        "Establishment": 8,
        "Contact": 8,
        "Financing": 7,
        "Seat": 7,
        "Person": 15,
        "Enrolment": 15,
        "Referral": 15,
        "ProtectedFacts": 15,
        "PersonNote": 2,
        "Contract": 6,
        "AidRequest": 6,
        "Tutor": 6,
        "Tutorship": 6,
        "Session": 15,
        "HalfDay": 30,
        "Attendance": 169,
    }
    contract = Contract.objects.get(enrolment__person__birth_name="GAUDIN")
    assert contract.weekly_hours == Decimal("28.00")
    assert contract.state_on(b.TODAY) is ContractState.RUNNING
    request = contract.aid_requests.get()
    assert (request.decision_number, request.rate) == ("050260011200", Decimal("50.00"))
    assert contract.tutorships.get().tutor.last_name == "BLANCHET"
    assert HalfDay.objects.get(cancelled_on=date(2026, 4, 28)).attendances.count() == 0
    assert not PersonNote.objects.filter(text__icontains="dépression").exists()
    again = preview()
    assert set(again.totals) == {"inchange", "a_confirmer", "refusee", "ignoree"}
    assert again.totals["inchange"] == batch.totals["a_creer"]
    written = counts()
    confirm_import(batch=again, by=claire)
    assert counts() == written
    undo_import(batch=batch, by=claire)
    assert counts() == nothing


def test_creations_enter_the_history_as_one_by_one_ones_would(preview, small, claire):
    confirm_import(batch=preview(small), by=claire)
    entry = LogEntry.objects.get_for_object(Person.objects.get())[0]
    assert entry.actor == claire
    assert entry.changes_dict["birth_name"] == ["None", "BAUDRY"]
    # A birth date is protected: that it was given is kept, not which one.
    assert entry.changes_dict["birth_date"][1] == "modifié"
    assert AccessLog.objects.filter(action="import_written", count=2).exists()


def test_confirming_twice_writes_once(preview, small, claire):
    batch = preview(small)
    confirm_import(batch=batch, by=claire)
    written = counts()
    # The second click holds the batch as it was read before the first one wrote it.
    confirm_import(batch=batch, by=claire)
    assert counts() == written


def test_a_changed_value_is_shown_old_and_new_then_written(preview, small, claire, tmp_path):
    confirm_import(batch=preview(small), by=claire)
    moved = [*CLOSERIE[:1], CLOSERIE[1], *CLOSERIE[2:], "9 rue Neuve"]
    path = save(tmp_path / "suite.xlsx", Lieux=[[*EMPLOYERS, "Adresse"], moved], Gens=[PERSONS, AMINA])
    batch = preview(path)
    row = batch.rows.get(verdict="a_mettre_a_jour")
    assert row.content["changements"] == [["adresse", "", "9 rue Neuve"]]
    confirm_import(batch=batch, by=claire)
    assert Establishment.objects.get().address == "9 rue Neuve"
    with pytest.raises(ValidationError, match="mises à jour"):
        undo_import(batch=batch, by=claire)


def test_a_row_that_is_no_longer_what_was_shown_is_left(preview, small, claire):
    batch = preview(small)
    b.a_person(birth_name="BAUDRY", first_name="Amina", birth_date=date(1991, 9, 30), town="Brécey")
    batch = confirm_import(batch=batch, by=claire)
    assert batch.written["changees_depuis"] == 1
    assert Person.objects.count() == 1


def test_protected_facts_are_for_the_referent_of_that_cohort(preview, claire, tmp_path):
    claire.referent_of.all().delete()
    rows = [[*PERSONS, "RQTH", "Commentaires"], [*AMINA, "O", "vient en bus"]]
    batch = preview(save(tmp_path / "gens.xlsx", Gens=rows))
    assert "vous n'en êtes pas référent" in str(batch.sheets)
    confirm_import(batch=batch, by=claire)
    assert Person.objects.count() == 1
    assert ProtectedFacts.objects.count() == PersonNote.objects.count() == 0


def test_protected_facts_are_not_kept_in_the_preview(preview, tmp_path):
    batch = preview(save(tmp_path / "gens.xlsx", Gens=[[*PERSONS, "RQTH", "BRSA"], [*AMINA, "O", "O"]]))
    values = batch.rows.get().content["valeurs"]
    assert "RQTH" not in values
    assert "BRSA" not in values


def test_undoing_is_refused_once_somebody_has_worked_on_it(preview, small, claire):
    batch = confirm_import(batch=preview(small), by=claire)
    change_person(person=Person.objects.get(), on=b.TODAY, town="Brécey")
    with pytest.raises(ValidationError, match="1 personnes"):
        undo_import(batch=batch, by=claire)
    assert Person.objects.count() == 1


def test_an_abandoned_import_leaves_neither_file_nor_rows(preview, small):
    batch = preview(small)
    path = batch.file.path
    drop_import(batch=batch)
    assert not os.path.exists(path)
    assert batch.rows.count() == 0
    with pytest.raises(ValidationError, match="déjà"):
        drop_import(batch=batch)


def test_files_and_previews_are_forgotten_after_a_day(preview, small, settings):
    batch = preview(small)
    at = batch.uploaded_at.replace(day=22)
    assert forget_old_previews(at=at) == 1
    assert forget_old_previews(at=at) == 0
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count(), bool(batch.file)) == (ImportBatch.State.DROPPED, 0, False)


KILLED_WHILE_WRITING = """
import os, signal, sys
import django
django.setup()
from django.db import connection
from accounts.models import User
from imports.actions import confirm_import
from imports.models import ImportBatch
from imports.sheets.employers import same

def kill_at_the_contracts(execute, sql, params, many, context):
    if sql.startswith('INSERT INTO "contracts_contract"'):
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)

with connection.execute_wrapper(kill_at_the_contracts):
    confirm_import(batch=ImportBatch.objects.get(), by=User.objects.get(email="claire@agence.example"))
"""


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_half_way_leaves_nothing(preview, claire, tmp_path):
    preview()
    nothing = counts()
    database = tmp_path / "tests.sqlite3"
    url = os.environ.get("DATABASE_URL", "")
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database}"
        with sqlite3.connect(database) as copy:
            connection.connection.backup(copy)
    else:
        url = url.rpartition("/")[0] + "/" + connection.settings_dict["NAME"]
    ended = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_WRITING],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "impec.settings",
            "SECRET_KEY": "x" * 50,
            "IMPEC_TODAY": "2026-11-20",
            "IMPEC_VAR": str(tmp_path / "var"),
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "DEBUG": "1",
        },
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    if connection.vendor == "sqlite":
        with sqlite3.connect(database) as after:
            left = {
                model.__name__: after.execute(f"SELECT count(*) FROM {model._meta.db_table}").fetchone()[0]  # noqa: S608 - our own table names
                for model in (*PLACES, *PEOPLE, *WORK)
            }
            state = after.execute("SELECT state FROM imports_importbatch").fetchone()[0]
    else:
        left, state = counts(), ImportBatch.objects.get().state
    assert left == nothing
    assert state == ImportBatch.State.READ


def test_reading_again_after_a_refusal_of_the_child_keeps_the_reason(preview, claire, small):
    batch = preview(small)
    with open(batch.file.path, "r+b") as file:
        file.truncate(100)
    assert read_batch(batch=batch, user=claire) is None
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.REFUSED
    assert "abîmé" in batch.refusal


def test_a_poorer_spelling_of_a_known_town_is_no_change():
    assert same("LE VAL ST PERE".title(), "Le Val St Père")
    assert same("Le Val Saint Pere", "Le Val-Saint-Père")
    assert not same("Avranches", "Granville")
    assert not same("a.b@courriel.example", "a-b@courriel.example")
    assert not same("Avranches", None)
