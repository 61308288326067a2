"""Recording people: never a silent double, protected facts apart, words weighed."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from accounts.rows import Conflict
from cohorts import actions
from cohorts.models import Person, ProtectedFacts
from tests import builders as b

pytestmark = pytest.mark.django_db

EMILIE = {"birth_name": "MARÉCHAL", "first_name": "Émilie", "birth_date": date(1998, 3, 14)}


@pytest.fixture
def emilie(agency):
    return actions.add_person(agency=agency, on=b.TODAY, **EMILIE)


def test_a_person_is_found_whatever_the_accents(emilie):
    assert list(Person.objects.search("emilie marechal")) == [emilie]
    assert list(Person.objects.search("MARÉ")) == [emilie]
    assert not Person.objects.search("emilie gaudin").exists()


@pytest.mark.parametrize(
    "names",
    [
        pytest.param({"birth_name": "marechal", "first_name": "emilie"}, id="accents"),
        pytest.param({"birth_name": "Émilie", "first_name": "Maréchal"}, id="inverted"),
        pytest.param({"birth_name": "MARECHALE", "first_name": "Emilie"}, id="typing slip"),
        pytest.param({"birth_name": "MARÉCHAL", "usual_name": "LEROY", "first_name": "Émilie"}, id="usual name added"),
        pytest.param({"birth_name": "LEROY", "usual_name": "MARÉCHAL", "first_name": "Émilie"}, id="usual name typed"),
    ],
)
def test_a_near_match_is_a_question(agency, emilie, names):
    with pytest.raises(actions.NearMatch) as question:
        actions.add_person(agency=agency, on=b.TODAY, birth_date=EMILIE["birth_date"], **names)
    assert question.value.candidates == [emilie]
    assert Person.objects.count() == 1


def test_a_near_match_said_to_be_somebody_else_is_recorded(agency, emilie):
    twin = actions.add_person(agency=agency, on=b.TODAY, distinct_from=[emilie.pk], **EMILIE)
    assert twin.pk != emilie.pk
    assert twin.public_code != emilie.public_code


def test_a_namesake_born_another_day_is_somebody_else(agency, emilie):
    actions.add_person(agency=agency, on=b.TODAY, **EMILIE | {"birth_date": date(1970, 1, 2)})
    assert Person.objects.count() == 2


def test_a_namesake_without_birth_date_is_a_question(agency, emilie):
    with pytest.raises(actions.NearMatch):
        actions.add_person(agency=agency, on=b.TODAY, **EMILIE | {"birth_date": None})


def test_another_agency_is_asked_nothing(emilie):
    other = b.an_organisation(name="Agence de Granville")
    assert actions.add_person(agency=other, on=b.TODAY, **EMILIE).agency == other


def test_a_child_is_a_typing_error(agency):
    with pytest.raises(ValidationError, match="vérifiez l'année"):
        actions.add_person(agency=agency, on=b.TODAY, **EMILIE | {"birth_date": date(2025, 3, 14)})


def test_a_name_without_a_letter_is_refused(agency):
    with pytest.raises(ValidationError) as refusal:
        actions.add_person(agency=agency, on=b.TODAY, birth_name="--", first_name="?")
    assert "birth_name" in refusal.value.message_dict


def test_a_changed_name_changes_how_she_is_found(emilie):
    actions.change_person(person=emilie, on=b.TODAY, version=0, usual_name="LEROY")
    found = Person.objects.search("leroy").get()
    assert found == emilie
    assert found.version == 1


def test_the_second_of_two_writers_is_told(emilie):
    actions.change_person(person=emilie, on=b.TODAY, version=0, town="Avranches")
    with pytest.raises(Conflict):
        actions.change_person(person=emilie, on=b.TODAY, version=0, town="Granville")


def test_a_social_security_number_is_refused_everywhere(agency):
    with pytest.raises(ValidationError, match="sécurité sociale"):
        actions.add_person(agency=agency, on=b.TODAY, **EMILIE, address="2 98 03 50 218 004 12")
    assert not Person.objects.exists()


def test_protected_facts_are_one_row(emilie):
    actions.set_protected_facts(person=emilie, boeth="YES")
    actions.set_protected_facts(person=emilie, benefit_kind="RSA")
    facts = ProtectedFacts.objects.get()
    assert (facts.boeth, facts.benefit_kind, facts.rural_zone) == ("YES", "RSA", "NOT_CHECKED")


def test_protected_facts_are_for_the_referent_alone(world, claire, denis, farid):
    actions.set_protected_facts(person=world.person, boeth="YES")
    colleague = b.a_user("collegue@agence.example")
    b.a_membership(colleague, world.person.agency)
    assert ProtectedFacts.objects.visible_to(claire).count() == 1
    for user in (colleague, denis, farid):
        assert not ProtectedFacts.objects.visible_to(user).exists()


def test_a_barrier_is_raised_then_lifted(emilie, claire):
    barrier = actions.raise_barrier(
        person=emilie, category="MOBILITY", action_needed="Covoiturage à trouver", raised_on=b.TODAY, by=claire
    )
    with pytest.raises(ValidationError, match="levé après"):
        actions.lift_barrier(barrier=barrier, lifted_on=date(2026, 1, 1))
    assert actions.lift_barrier(barrier=barrier, lifted_on=b.TODAY).lifted_on == b.TODAY


def test_a_plain_note_is_kept_with_its_author(emilie, claire):
    note = actions.add_note(person=emilie, text="Disponible dès lundi.", author=claire)
    assert (note.author, note.text) == (claire, "Disponible dès lundi.")


def test_a_delicate_word_asks_to_read_again(emilie, claire):
    with pytest.raises(actions.NoteWarning) as warning:
        actions.add_note(person=emilie, text="En dépression depuis mars.", author=claire)
    assert warning.value.words == ["depression"]
    assert not emilie.notes.exists()
    actions.add_note(person=emilie, text="En dépression depuis mars.", author=claire, knowingly=True)
    assert emilie.notes.count() == 1


@pytest.mark.parametrize("text", ["2 98 03 50 218 004 12", "RIB FR7630006000011234567890189", "4970 1012 3456 7890"])
def test_a_forbidden_number_is_refused_even_knowingly(emilie, claire, text):
    with pytest.raises(ValidationError):
        actions.add_note(person=emilie, text=f"Voir {text}", author=claire, knowingly=True)
    assert not emilie.notes.exists()


def test_a_note_is_short(emilie, claire):
    with pytest.raises(ValidationError):
        actions.add_note(person=emilie, text="a" * 501, author=claire)
