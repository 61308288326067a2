"""The policy of columns names every field, and only fields that exist."""

import json

import pytest
from auditlog.models import LogEntry
from django.core.management import call_command

from accounts import audit, disclosure
from accounts.disclosure import CLASSES, FIELD_CLASSES, FILE_COLUMNS, RECIPIENTS
from accounts.disclosure.fields import FIELDS as WRITTEN
from tests import builders as b
from tests.sources import MODELS

FIELDS = {f"{model._meta.label}.{field.name}" for model in MODELS for field in model._meta.fields} - {
    f"{model._meta.label}.id" for model in MODELS
}
NEVER_OUT = {"address", "phone", "email", "jobseeker_number"}


def test_every_field_of_every_model_has_its_class():
    classed = {f"{model}.{field}" for model, fields in FIELD_CLASSES.items() for field in fields}
    assert FIELDS - classed == set()
    assert classed - FIELDS == set()


def test_no_field_has_two_classes():
    written = [len(fields.split()) for classes in WRITTEN.values() for fields in classes.values()]
    assert sum(written) == sum(len(fields) for fields in FIELD_CLASSES.values())
    assert {level for fields in FIELD_CLASSES.values() for level in fields.values()} == set(CLASSES)


def test_recipients_are_given_fields_that_exist():
    unknown = [
        f"{recipient}: {model}.{field}"
        for recipient, models in RECIPIENTS.items()
        for model, fields in models.items()
        for field in fields
        if f"{model}.{field}" not in FIELDS
    ]
    assert unknown == []


@pytest.mark.parametrize("recipient", sorted(set(RECIPIENTS) - {"DDETS", "TRAINING_BODY"}))
def test_highly_protected_fields_leave_for_nobody_else(recipient):
    leaving = {
        f"{model}.{field}"
        for model, fields in RECIPIENTS[recipient].items()
        for field in fields
        if FIELD_CLASSES[model][field] == "P3"
    }
    assert leaving == set()


def test_the_ddets_gets_the_criteria_of_the_aid_and_no_barrier_or_note():
    given = RECIPIENTS["DDETS"]
    assert "boeth" in given["cohorts.ProtectedFacts"]
    assert not {"cohorts.Barrier", "cohorts.PersonNote", "tutoring.Observation"} & set(given)


@pytest.mark.parametrize("recipient", ["OPCO", "DDETS", "COMMITTEE", "PRESCRIBER", "TUTOR"])
def test_private_addresses_leave_for_no_funder(recipient):
    assert not NEVER_OUT & set(RECIPIENTS[recipient].get("cohorts.Person", ()))


@pytest.mark.parametrize("code", sorted(FILE_COLUMNS))
def test_no_file_carries_a_private_address_or_a_reason_of_absence(code):
    last_words = {key.split(".")[1] for key in FILE_COLUMNS[code]}
    assert not last_words & (NEVER_OUT | {"absence_reason", "nir", "note", "text"})


@pytest.mark.parametrize("code", ["O1", "O2"])
def test_files_for_the_opco_carry_no_protected_fact_and_no_pay(code):
    assert not [key for key in FILE_COLUMNS[code] if key.startswith(("protected.", "aid.")) or "pay" in key]


def test_a_column_out_of_the_list_is_named():
    assert disclosure.refused_columns("O1", ["person.first_name", "protected.boeth"]) == ["protected.boeth"]
    assert disclosure.refused_columns("D1", ["protected.boeth"]) == []


def test_a_field_out_of_the_list_is_not_seen():
    assert disclosure.may_see("OPCO", "cohorts.Person", "birth_date")
    assert not disclosure.may_see("OPCO", "cohorts.ProtectedFacts", "boeth")


def test_the_policy_is_printed_for_a_machine(capsys):
    call_command("disclosure", "--json")
    policy = json.loads(capsys.readouterr().out)
    assert policy["classes"]["cohorts.ProtectedFacts"]["boeth"] == "P3"
    assert policy["fichiers"].keys() == FILE_COLUMNS.keys()


def test_the_policy_is_printed_for_people(capsys):
    call_command("disclosure")
    assert "PRESCRIBER" in capsys.readouterr().out


# --- History ---


@pytest.mark.django_db
def test_the_history_keeps_who_changed_what():
    employer = b.an_employer(name="Association du Bocage")
    employer.name = "Association de la Baie"
    employer.save()
    assert LogEntry.objects.get_for_object(employer).first().changes["name"] == [
        "Association du Bocage",
        "Association de la Baie",
    ]


@pytest.mark.django_db
def test_protected_values_are_said_changed_and_nothing_more():
    person = b.a_person(phone="0612345678")
    person.phone = "0698765432"
    person.save()
    written = str([entry.changes for entry in LogEntry.objects.get_for_object(person)])
    assert "modifié" in written
    assert "0612345678" not in written
    assert "0698765432" not in written


def test_an_empty_protected_value_stays_empty_in_the_history():
    assert [audit.modified(value) for value in ("", "None", None, "x")] == ["", "", "", "modifié"]
