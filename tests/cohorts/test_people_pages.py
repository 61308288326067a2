"""Pages of people: who reads what, and what a reading leaves behind."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.disclosure import FIELD_CLASSES
from accounts.models import AccessLog
from cohorts import actions
from cohorts.forms.people import PRIVATE
from cohorts.models import Enrolment, Person, Referral
from tests import builders as b

pytestmark = pytest.mark.django_db


def text_of(response):
    return response.content.decode()


@pytest.fixture
def helene(world, claire):
    """A person of the referent's cohort, with private and protected facts."""
    person = world.person
    actions.change_person(
        person=person,
        on=b.TODAY,
        birth_name="MARÉCHAL",
        first_name="Hélène",
        address="11 allée des Hortensias",
        phone="0639980002",
    )
    actions.set_protected_facts(person=person, boeth="YES", benefit_kind="RSA")
    actions.raise_barrier(
        person=person, category="HOUSING", action_needed="Dossier de garage à faire", raised_on=b.TODAY, by=claire
    )
    person.refresh_from_db()
    return person


@pytest.fixture
def colleague(agency):
    """Of the same agency, referent of nobody."""
    user = b.a_user("collegue@agence.example")
    b.a_membership(user, agency)
    return user


def test_a_referent_reads_everything_and_it_is_journalled(client_of, claire, helene):
    text = text_of(client_of(claire).get(helene.get_absolute_url()))
    assert "11 allée des Hortensias" in text
    assert "RSA" in text
    assert "Dossier de garage" in text
    row = AccessLog.objects.get(action="read")
    assert (row.user, row.object_id) == (claire, str(helene.pk))


def test_a_colleague_reads_ordinary_facts_and_nothing_is_journalled(client_of, colleague, helene):
    text = text_of(client_of(colleague).get(helene.get_absolute_url()))
    assert "MARÉCHAL" in text
    for word in ("Hortensias", "0639980002", "RSA", "garage", f"{helene.birth_date:%d/%m/%Y}"):
        assert word not in text
    assert not AccessLog.objects.filter(action="read").exists()


def test_an_employer_reads_private_facts_of_its_own_and_never_the_protected(client_of, denis, helene):
    text = text_of(client_of(denis).get(helene.get_absolute_url()))
    assert "Hortensias" in text
    for word in ("RSA", "garage", "Critères protégés"):
        assert word not in text
    assert AccessLog.objects.filter(action="read", user=denis).count() == 1


@pytest.mark.parametrize("reader", ["gaelle", "stranger"])
def test_others_get_404(client_of, request, helene, reader):
    if reader == "stranger":
        user = b.a_user("ailleurs@agence.example")
        b.a_membership(user, b.an_organisation(name="Agence de Granville"))
    else:
        user = request.getfixturevalue(reader)
    assert client_of(user).get(helene.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("name", ["set_protected", "barrier_add", "note_add"])
def test_protected_pages_do_not_exist_for_a_colleague(client_of, colleague, denis, helene, name):
    address = reverse(f"cohorts:{name}", args=[helene.pk])
    assert client_of(colleague).get(address).status_code == 404
    assert client_of(denis).get(address).status_code == 403


def test_a_trainee_reads_her_own_file(client_of, amina):
    person = Person.objects.get(user=amina)
    text = text_of(client_of(amina).get(reverse("cohorts:own_file")))
    assert person.birth_name in text
    assert client_of(amina).get(person.get_absolute_url()).status_code == 403


def test_somebody_who_is_no_trainee_has_no_file(client_of, claire):
    assert client_of(claire).get(reverse("cohorts:own_file")).status_code == 404


def test_the_private_fields_of_the_form_are_those_of_the_law(db):
    private = {name for name, kind in FIELD_CLASSES["cohorts.Person"].items() if kind == "P2"}
    assert set(PRIVATE) == private - {"identity_key", "search_text", "insee_code"}


def test_a_colleague_changes_ordinary_facts_only(client_of, colleague, helene):
    address = reverse("cohorts:person_change", args=[helene.pk])
    assert "Hortensias" not in text_of(client_of(colleague).get(address))
    data = {"version": helene.version, "birth_name": "MARÉCHAL", "first_name": "Hélène", "address": "ailleurs"}
    client_of(colleague).post(address, data)
    helene.refresh_from_db()
    assert helene.address == "11 allée des Hortensias"


def test_a_near_match_is_asked_then_settled(client_of, claire, helene):
    client, address = client_of(claire), reverse("cohorts:person_add")
    typed = {"birth_name": "marechal", "first_name": "helene", "town": "Granville"}
    typed["birth_date"] = f"{helene.birth_date:%d/%m/%Y}"
    asked = text_of(client.post(address, typed))
    assert "Est-ce la même personne" in asked
    assert "MARÉCHAL Hélène" in asked
    assert 'value="Granville"' in asked
    before = Person.objects.count()
    client.post(address, typed | {"distinct": helene.pk})
    assert Person.objects.count() == before + 1


def test_a_new_person_is_enrolled_at_once(client_of, claire, cohort):
    data = {"birth_name": "LEROY", "first_name": "Zoé", "cohort": cohort.pk}
    response = client_of(claire).post(reverse("cohorts:person_add"), data)
    person = Person.objects.get()
    assert response["Location"] == person.get_absolute_url()
    assert Enrolment.objects.get().person == person


@pytest.mark.parametrize(
    "data, words",
    [
        ({"birth_name": "LEROY", "first_name": ""}, "obligatoire"),
        ({"birth_name": "LEROY", "first_name": "Zoé", "birth_date": "31/02/1990"}, "31/02/1990"),
        ({"birth_name": "LEROY", "first_name": "Zoé", "postcode": "503"}, "5 chiffres"),
        ({"birth_name": "2 98 03 50 218 004 12", "first_name": "Zoé"}, "sécurité sociale"),
        ({"birth_name": "L" * 200, "first_name": "Zoé"}, "80"),
    ],
)
def test_a_wrong_field_is_said_in_french(client_of, claire, data, words):
    response = client_of(claire).post(reverse("cohorts:person_add"), data)
    assert response.status_code == 200
    assert words in text_of(response)
    assert not Person.objects.exists()


def test_markup_in_a_name_stays_text(client_of, claire, agency):
    person = actions.add_person(agency=agency, on=b.TODAY, birth_name="<b>X</b>", first_name="<script>")
    text = text_of(client_of(claire).get(person.get_absolute_url()))
    assert "&lt;script&gt;" in text
    assert "<b>X" not in text


def test_search_forgives_accents_and_the_list_shows_no_private_fact(client_of, claire, helene):
    text = text_of(client_of(claire).get(reverse("cohorts:person_list") + "?q=helene+marechal"))
    assert "Hélène" in text
    for word in (str(helene.birth_date.year), "Hortensias", "RSA", "0639980002"):
        assert word not in text


@pytest.mark.parametrize("name", ["boeth", "benefit_kind", "priority_district", "barriers"])
def test_no_list_filters_on_a_protected_fact(client_of, claire, helene, name):
    client, address = client_of(claire), reverse("cohorts:person_list")
    assert text_of(client.get(f"{address}?{name}=NO")).count("<tr>") == text_of(client.get(address)).count("<tr>")


def test_an_objection_hides_the_person(client_of, claire, helene):
    Person.objects.filter(pk=helene.pk).update(objected_on=date(2026, 11, 1))
    assert client_of(claire).get(helene.get_absolute_url()).status_code == 404


def test_protected_facts_barriers_and_notes_are_kept(client_of, claire, helene):
    client = client_of(claire)
    known = {"boeth": "NO", "priority_district": "YES", "rural_zone": "NOT_CHECKED", "benefit_kind": "AAH"}
    client.post(reverse("cohorts:set_protected", args=[helene.pk]), known)
    helene.protected.refresh_from_db()
    assert (helene.protected.boeth, helene.protected.benefit_kind) == ("NO", "AAH")
    barrier = {"category": "MOBILITY", "action_needed": "Trouver un covoiturage", "raised_on": "20/11/2026"}
    client.post(reverse("cohorts:barrier_add", args=[helene.pk]), barrier)
    raised = helene.barriers.get(category="MOBILITY")
    client.post(reverse("cohorts:barrier_lift", args=[raised.pk]), {"lifted_on": "20/11/2026"})
    raised.refresh_from_db()
    assert raised.lifted_on == b.TODAY


def test_a_delicate_note_is_read_again_and_journalled(client_of, claire, helene):
    client, address = client_of(claire), reverse("cohorts:note_add", args=[helene.pk])
    warned = text_of(client.post(address, {"text": "Sortie d'hospitalisation"}))
    assert "J'ai relu" in warned
    assert "Sortie d&#x27;hospitalisation" in warned
    assert not helene.notes.exists()
    client.post(address, {"text": "Sortie d'hospitalisation", "knowingly": "on"})
    assert helene.notes.get().author == claire
    assert AccessLog.objects.filter(action="note-kept-knowingly").count() == 1


def test_the_notice_is_recorded(client_of, claire, cohort):
    person = b.a_person(notice_given_on=None)
    client = client_of(claire)
    assert "La notice d'information n'est pas remise" in text_of(client.get(person.get_absolute_url())).replace(
        "&#x27;", "'"
    )
    client.post(reverse("cohorts:give_notice", args=[person.pk]), {"on": "20/11/2026", "channel": "en main propre"})
    person.refresh_from_db()
    assert person.notice_given_on == b.TODAY


# --- Enrolments and referrals ---------------------------------------------------------------------------------------


@pytest.fixture
def proposal(cohort, closerie, farid):
    """Zoé, proposed by Farid for Denis's only seat."""
    person = b.a_person(birth_name="LEROY", first_name="Zoé")
    return actions.refer(
        person=person,
        cohort=cohort,
        prescriber=farid.adviser.prescriber,
        adviser=farid.adviser,
        seat=b.a_seat(cohort, closerie),
        referred_on=b.TODAY,
    )


def test_an_employer_keeps_a_person_in_one_click(client_of, denis, proposal):
    client = client_of(denis)
    card = text_of(client.get(proposal.get_absolute_url()))
    assert "LEROY Zoé" in card
    assert "12/06/1984" not in card
    client.post(reverse("cohorts:referral_accept", args=[proposal.pk]))
    proposal.refresh_from_db()
    assert proposal.outcome == Referral.Outcome.ACCEPTED
    assert Enrolment.objects.get().seat == proposal.seat


def test_an_employer_refuses_with_one_reason_of_the_list(client_of, denis, proposal):
    client, address = client_of(denis), reverse("cohorts:referral_refuse", args=[proposal.pk])
    assert client.post(address, {"reason": "elle est trop vieille"}).status_code == 200
    client.post(address, {"reason": "SCHEDULE"})
    proposal.refresh_from_db()
    assert proposal.refusal_reason == "SCHEDULE"


@pytest.mark.parametrize("name", ["referral_detail", "referral_accept", "referral_refuse"])
def test_neighbour_employer_and_prescriber_do_not_reach_a_proposal(client_of, gaelle, farid, proposal, name):
    address = reverse(f"cohorts:{name}", args=[proposal.pk])
    assert client_of(gaelle).get(address).status_code == 404
    assert client_of(farid).get(address).status_code == 403


@pytest.mark.parametrize("status", ["proposé", "recruté", "non retenu", "autre piste"])
def test_a_prescriber_sees_one_of_four_words(client_of, farid, denis, proposal, cohort, estran, status):
    if status == "recruté":
        actions.accept_referral(referral=proposal, by=denis, on=b.TODAY)
    if status in ("non retenu", "autre piste"):
        actions.refuse_referral(referral=proposal, reason="SCHEDULE", by=denis, on=b.TODAY)
    if status == "autre piste":
        b.a_referral(proposal.person, cohort, seat=b.a_seat(cohort, estran))
    text = text_of(client_of(farid).get(reverse("cohorts:sent_people")))
    assert "LEROY Zoé" in text
    assert status in text
    for word in ("Closerie", "Estran", "horaires"):
        assert word not in text


def test_a_prescriber_sees_only_the_people_she_sent(client_of, proposal):
    other = b.a_user("autre@prescripteur.example")
    b.a_membership(other, b.an_organisation("PRESCRIBER"), "ADVISER")
    b.an_adviser(user=other, name="Autre")
    assert "LEROY" not in text_of(client_of(other).get(reverse("cohorts:sent_people")))


def test_the_board_proposes_a_person_in_one_click(client_of, claire, cohort, closerie):
    person = b.a_person(birth_name="LEROY", first_name="Zoé")
    b.an_enrolment(person, cohort)
    seat = b.a_seat(cohort, closerie)
    client = client_of(claire)
    board = reverse("cohorts:placement", args=[cohort.pk]) + f"?place={seat.pk}"
    assert "Proposer" in text_of(client.get(board))
    address = reverse("cohorts:propose", args=[cohort.pk, seat.pk, person.pk])
    unknown = client.post(address, follow=True)
    assert "qui a orienté" in text_of(unknown)
    b.a_referral(person, cohort)
    client.post(address, {"back": "https://ailleurs.example/"})
    assert Referral.objects.get().seat == seat
    assert "proposée" in text_of(client.get(board))


def test_an_adviser_is_recorded_once_and_proposed_with(client_of, claire, cohort):
    prescriber = b.a_prescriber(name="Mission locale")
    client, address = client_of(claire), reverse("cohorts:adviser_add")
    for email in ("", "nora@mission.example"):
        client.post(address, {"prescriber": prescriber.pk, "name": "Nora  PETIT", "email": email})
    adviser = prescriber.advisers.get()
    assert (adviser.name, adviser.email) == ("Nora PETIT", "nora@mission.example")
    person = b.a_person()
    other = b.a_prescriber(name="Cap emploi")
    proposal = {"cohort": cohort.pk, "prescriber": other.pk, "adviser": adviser.pk, "referred_on": "20/11/2026"}
    refer = reverse("cohorts:refer", args=[person.pk])
    assert "pas de Cap emploi" in text_of(client.post(refer, proposal))
    client.post(refer, proposal | {"prescriber": prescriber.pk})
    assert person.referrals.get().adviser == adviser


def test_the_board_never_leads_elsewhere(client_of, claire, cohort, closerie):
    person = b.a_person()
    b.a_referral(person, cohort)
    seat = b.a_seat(cohort, closerie)
    address = reverse("cohorts:propose", args=[cohort.pk, seat.pk, person.pk])
    response = client_of(claire).post(address, {"back": "//ailleurs.example/"})
    assert response["Location"].startswith("/cohortes/")


def test_the_board_takes_no_name_of_a_page_for_an_address(client_of, claire, cohort, closerie):
    address = reverse("cohorts:propose", args=[cohort.pk, b.a_seat(cohort, closerie).pk, b.a_person().pk])
    assert client_of(claire).post(address, {"back": "nulle-part"}).status_code == 302


def test_a_place_is_given_freed_and_given_up(client_of, claire, cohort, closerie):
    enrolment = b.an_enrolment(cohort=cohort)
    seat = b.a_seat(cohort, closerie)
    client = client_of(claire)
    client.post(reverse("cohorts:hold_seat", args=[enrolment.pk]), {"seat": seat.pk, "on": "20/11/2026"})
    enrolment.refresh_from_db()
    assert enrolment.seat == seat
    client.post(reverse("cohorts:free_seat", args=[enrolment.pk]))
    enrolment.refresh_from_db()
    assert enrolment.freed_on == b.TODAY
    client.post(reverse("cohorts:withdraw", args=[enrolment.pk]), {"on": "20/11/2026", "reason": "Autre emploi"})
    enrolment.refresh_from_db()
    assert enrolment.withdrawal_reason == "Autre emploi"
