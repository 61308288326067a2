"""The page and the command that erase; objections; what everybody else reads afterwards."""

import hashlib
from datetime import date, time
from io import StringIO

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import AccessLog
from cohorts.models import Erasure, Person
from exports import reference
from impec.due.sources import every_item
from impec.erasing.actions import erase_person
from regulations.retention import ErasureDepth
from tests import builders as b
from tests.exports.helpers import a_delivery, bytes_of, texts_of
from tests.impec.erased import lines
from tutoring.models import Meeting, MeetingSignature

REASON = "Demande de la personne"


@pytest.fixture(autouse=True)
def files_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ERASURE_LEDGER = tmp_path / "effacements.jsonl"


@pytest.fixture
def world(world):
    reference.load()
    return world


@pytest.fixture
def erased(world, claire):
    return erase_person(person=world.person, by=claire, reason=REASON, on=b.TODAY)


def page(name, row):
    return reverse(f"erasing:{name}", args=[row.pk])


# --- The page ---


def test_the_page_says_what_goes_what_remains_and_until_when(world, claire, client_of):
    text = client_of(claire).get(page("erase", world.person)).content.decode()
    assert "BAUDRY Amina" in text
    assert "Preuves de formation" in text
    assert "jusqu&#x27;au 10/02/2032" in text or "jusqu'au 10/02/2032" in text
    assert "R5134-23" in text
    assert "émargements (1)" in text


def test_opening_it_writes_nothing(world, claire, client_of):
    client = client_of(claire)
    client.get(page("erase", world.person))
    before = [line for line in lines() if "Session" not in line]
    client.get(page("erase", world.person))
    assert [line for line in lines() if "Session" not in line] == before


def test_a_referent_erases_and_her_pages_are_gone(world, claire, client_of):
    client = client_of(claire)
    answer = client.post(page("erase", world.person), {"reason": REASON}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("cohorts:person_list")
    assert f"La personne {world.person.public_code} est effacée" in answer.content.decode()
    assert "BAUDRY" not in answer.content.decode()
    assert client.get(world.person.get_absolute_url()).status_code == 404
    assert client.get(page("erase", world.person)).status_code == 404
    assert client.get(reverse("cohorts:give_notice", args=[world.person.pk])).status_code == 404
    assert client.get(reverse("cohorts:hold_seat", args=[world.enrolment.pk])).status_code == 404


def test_without_a_reason_nothing_is_erased(world, claire, client_of):
    answer = client_of(claire).post(page("erase", world.person), {"reason": ""})
    assert answer.status_code == 200
    assert not Erasure.objects.exists()


def test_a_referent_of_another_cohort_gets_404(world, agency, client_of):
    other = b.a_user("josette@agence.example")
    b.a_membership(other, agency)
    client = client_of(other)
    assert client.get(page("erase", world.person)).status_code == 404
    b.a_referent(b.a_cohort(agency=agency), other)
    assert client.get(page("erase", world.person)).status_code == 404
    assert client.post(page("erase", world.person), {"reason": REASON}).status_code == 404
    assert not Erasure.objects.exists()


def test_another_agency_gets_404(world, client_of):
    agency = b.an_organisation(name="Agence de Vire")
    other = b.a_user("vire@agence.example")
    b.a_membership(other, agency)
    b.a_referent(b.a_cohort(agency=agency), other)
    assert client_of(other).get(page("erase", world.person)).status_code == 404


@pytest.mark.parametrize("name", ["denis", "bruno", "esther", "farid", "hugo", "ines"])
def test_no_other_role_erases(world, client_of, request, name):
    client = client_of(request.getfixturevalue(name))
    assert client.post(page("erase", world.person), {"reason": REASON}).status_code == 403
    assert not Erasure.objects.exists()


def test_it_asks_again_who_one_is(world, claire, client_of, settings):
    settings.MFA_REQUIRED = True
    settings.ACCOUNT_REAUTHENTICATION_REQUIRED = True
    TOTP.activate(claire, generate_totp_secret())
    assert client_of(claire).post(page("erase", world.person), {"reason": REASON}).status_code == 302
    assert not Erasure.objects.exists()


def test_somebody_in_no_cohort_is_erased_by_any_referent(world, claire, client_of):
    alone = b.a_person(birth_name="ROUXEL", first_name="Inès")
    client = client_of(claire)
    assert page("erase", alone) in client.get(alone.get_absolute_url()).content.decode()
    client.post(page("erase", alone), {"reason": REASON})
    assert Erasure.objects.get(person=alone).depth == ErasureDepth.COMPLETE


# --- The archive ---


def test_the_archive_opens_for_referents_and_each_opening_is_journalled(world, claire, erased, client_of):
    client = client_of(claire)
    listed = client.get(reverse("erasing:withdrawn")).content.decode()
    assert world.person.public_code in listed
    assert "BAUDRY" not in listed
    text = client.get(page("erasure_detail", erased)).content.decode()
    assert "BAUDRY Amina" in text
    assert "10/02/2032" in text
    assert AccessLog.objects.filter(action="read", object_type="cohorts.Erasure", user=claire).count() == 1


def test_an_archive_emptied_names_nobody(world, claire, erased, client_of):
    erase_person(person=world.person, by=claire, reason=REASON, on=date(2040, 1, 1))
    text = client_of(claire).get(page("erasure_detail", erased)).content.decode()
    assert "BAUDRY" not in text
    assert "Complet depuis le" in text


def test_a_colleague_who_is_no_referent_does_not_open_it(world, agency, erased, client_of):
    other = b.a_user("josette@agence.example")
    b.a_membership(other, agency)
    client = client_of(other)
    assert client.get(page("erasure_detail", erased)).status_code == 404
    assert world.person.public_code not in client.get(reverse("erasing:withdrawn")).content.decode()


# --- Objections ---


def test_an_objection_hides_her_and_is_lifted(world, claire, client_of):
    client = client_of(claire)
    client.post(page("object", world.person), {"on": "18/11/2026"})
    assert Person.objects.get(pk=world.person.pk).objected_on == date(2026, 11, 18)
    assert client.get(world.person.get_absolute_url()).status_code == 404
    assert world.person.public_code in client.get(reverse("erasing:withdrawn")).content.decode()
    assert "BAUDRY Amina s&#x27;est opposée" in client.get(page("lift", world.person)).content.decode()
    client.post(page("lift", world.person))
    assert client.get(world.person.get_absolute_url()).status_code == 200
    assert client.get(page("lift", world.person)).status_code == 404


def test_an_objection_to_come_is_refused(world, claire, client_of):
    assert client_of(claire).post(page("object", world.person), {"on": "21/11/2026"}).status_code == 200
    assert Person.objects.get(pk=world.person.pk).objected_on is None


def test_who_objects_may_still_be_erased(world, claire, client_of):
    Person.objects.filter(pk=world.person.pk).update(objected_on=b.TODAY)
    client_of(claire).post(page("erase", world.person), {"reason": REASON})
    assert Erasure.objects.get().person == world.person


# --- What everybody else reads afterwards ---

LISTS = (
    "home",
    "cohorts:person_list",
    "cohorts:referral_list",
    "contracts:contract_list",
    "due:due_list",
    "tutoring:tutor_list",
    "training:session_list",
    "contracts:exit_list",
    "exports:delivery_list",
)


@pytest.mark.parametrize("who", ["coordinator", "employer", "tutor", "trainer", "adviser", "funder"])
def test_no_list_names_her_any_more(world, erased, client_of, who):
    client = client_of(world.users[who])
    answers = {name: client.get(reverse(name)) for name in LISTS}
    assert {name for name, answer in answers.items() if "BAUDRY" in answer.content.decode()} == set()
    assert {answer.status_code for answer in answers.values()} <= {200, 302, 403}
    assert client.get(reverse("search"), {"q": "baudry"}).status_code == 200


@pytest.mark.parametrize("who", ["coordinator", "employer", "trainer"])
def test_the_cohort_and_her_contract_still_open(world, erased, client_of, who):
    client = client_of(world.users[who])
    for address in (reverse("cohort_page", args=[world.cohort.pk]), world.contract.get_absolute_url()):
        answer = client.get(address)
        assert answer.status_code in (200, 403)
        assert "BAUDRY" not in answer.content.decode()
    rolls = client.get(reverse("training:roll", args=[world.half_day.pk]))
    assert "BAUDRY" not in rolls.content.decode()


@pytest.mark.parametrize("who", ["coordinator", "employer", "tutor"])
def test_what_was_signed_with_her_name_opens_for_nobody(world, claire, client_of, who):
    meeting = Meeting.objects.create(
        contract=world.contract, kind="START", day=date(2026, 2, 9), starts_at=time(9), held_on=date(2026, 2, 9)
    )
    MeetingSignature.objects.create(
        meeting=meeting, party="TRAINEE", signer_name="Amina BAUDRY", way="TYPED", agrees=True, text_sha256="a" * 64
    )
    certificate = b.an_experience_certificate(world.contract, claire)
    paths = [meeting.get_absolute_url(), reverse("tutoring:experience_certificate", args=[certificate.pk])]
    client = client_of(world.users[who])
    assert client.get(paths[0]).status_code == 200
    erase_person(person=world.person, by=claire, reason=REASON, on=b.TODAY)
    assert {client.get(path).status_code for path in paths} <= {403, 404}


def test_nothing_more_is_waited_for_of_her(world, claire, erased, client_of):
    late = {one.subject_id for one in every_item(on=b.TODAY, until=date(2027, 6, 1))}
    assert world.contract.pk not in late
    assert world.other_contract.pk in late
    assert "Personne effacée" not in client_of(claire).get(reverse("due:due_list")).content.decode()


@pytest.mark.parametrize("code", ["O1", "O2", "D1", "D2"])
def test_files_are_still_built_without_her(world, claire, erased, code):
    delivery = a_delivery(world.cohort, claire, code)
    assert delivery.is_frozen
    assert not any("BAUDRY" in str(cell) for cell in texts_of(delivery))


def test_what_was_delivered_before_is_whole(world, claire, client_of):
    delivery = a_delivery(world.cohort, claire, "O1")
    erase_person(person=world.person, by=claire, reason=REASON, on=b.TODAY)
    delivery.refresh_from_db()
    assert hashlib.sha256(bytes_of(delivery)).hexdigest() == delivery.sha256
    answer = client_of(claire).get(reverse("exports:delivery_download", args=[delivery.pk]))
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == delivery.sha256


# --- The command ---


def run(*arguments):
    out = StringIO()
    call_command("erase_person", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_what_would_go_and_does_nothing(world, claire):
    before = lines()
    said = run(world.person.public_code, "--as", claire.email, "--reason", REASON, "--dry-run")
    assert lines() == before
    assert "émargements (1)" in said
    assert "preuves de formation" in said
    assert "10/02/2032" in said
    assert "BAUDRY" not in said


def test_the_command_erases_and_says_what_remains(world, claire):
    said = run(world.person.public_code.lower(), "--as", claire.email, "--reason", REASON)
    assert Erasure.objects.get().erased_by == claire
    assert "effacée. Étendue : archive restreinte." in said
    assert "R5134-23" in said
    assert AccessLog.objects.filter(action="erase", user=claire).count() == 1


@pytest.mark.parametrize(
    ("code", "login", "message"),
    [
        ("INCONNUE", "claire@agence.example", "INCONNUE"),
        ("", "personne@agence.example", "Aucun compte"),
        ("", "denis@closerie.example", "pas le droit"),
    ],
)
def test_the_command_refuses(world, code, login, message):
    with pytest.raises(CommandError, match=message):
        run(code or world.person.public_code, "--as", login, "--reason", REASON)
    assert not Erasure.objects.exists()


def test_the_command_refuses_without_a_reason_or_a_ledger(world, claire, settings, tmp_path):
    with pytest.raises(CommandError, match="pourquoi"):
        run(world.person.public_code, "--as", claire.email, "--reason", " ")
    (tmp_path / "occupé").write_text("")
    settings.ERASURE_LEDGER = tmp_path / "occupé" / "registre.jsonl"
    with pytest.raises(CommandError, match="registre"):
        run(world.person.public_code, "--as", claire.email, "--reason", REASON)
    assert not Erasure.objects.exists()
