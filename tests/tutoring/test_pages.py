"""Pages of the tutors, and the contract recorded with its tutor."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import AccessLog, Message
from cohorts.models import CohortTemplate
from contracts.models import AidRequest, Contract, ContractDraft
from regulations.contracts import ContractState
from tests import builders as b
from tutoring.models import Observation, Tutor, Tutorship

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"tutoring:{name}", args=args)


def sent(client, address, **values):
    answer = client.post(address, values, follow=True)
    assert answer.redirect_chain, answer.context["form"].errors
    return answer.content.decode()


def refused(client, address, **values):
    answer = client.post(address, values)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def newcomer(world):
    """Accepted on Denis's second place, without a contract yet."""
    return b.an_enrolment(
        b.a_person(birth_name="POTIER", first_name="Margaux"),
        world.cohort,
        seat=world.seat,
        seat_accepted_on=date(2026, 1, 12),
    )


@pytest.fixture
def typed(world):
    """The five fields of an employer, and what the page had already filled in."""
    return {
        "establishment": world.closerie.pk,
        "decision_number": "050260011800",
        "starts_on": "02/02/2026",
        "weekly_hours": "26",
        "job_title": "Agent de service hospitalier",
        "tutor": world.tutor.pk,
        "kind": "CDD_PEC",
        "rome_code": "K2204",
    }


# --- Recording ---


def test_the_newcomer_is_offered_for_a_contract(newcomer, denis, gaelle, client_of):
    assert url("record_contract", newcomer.pk) in client_of(denis).get(url("choose_enrolment")).content.decode()
    assert url("record_contract", newcomer.pk) not in client_of(gaelle).get(url("choose_enrolment")).content.decode()


def test_the_place_fills_the_form(world, newcomer, denis, client_of):
    form = client_of(denis).get(url("record_contract", newcomer.pk)).context["form"]
    assert [form[name].initial for name in ("establishment", "job_title", "weekly_hours", "starts_on")] == [
        world.closerie,
        "Agent de service hospitalier",
        Decimal("28.00"),
        b.FIRST_DAY,
    ]


def test_five_fields_record_contract_tutor_and_request(world, newcomer, denis, client_of, typed):
    page = sent(client_of(denis), url("record_contract", newcomer.pk), **typed)
    contract = Contract.objects.get(enrolment=newcomer)
    assert contract.ends_on == b.LAST_DAY, "deduced"
    assert contract.tutorships.get().tutor == world.tutor
    assert contract.aid_requests.get().decision_number == "050260011800"
    assert "Dossier : 4 sur 9" in page


def test_the_end_follows_the_length_of_the_cohort_s_model(world, newcomer, denis, client_of, typed):
    world.cohort.template = CohortTemplate.objects.create(name="Neuf mois", months=9)
    world.cohort.save()
    sent(client_of(denis), url("record_contract", newcomer.pk), **typed)
    assert Contract.objects.get(enrolment=newcomer).ends_on == date(2026, 11, 1)


def test_a_new_tutor_comes_with_the_contract(world, newcomer, denis, client_of, typed):
    known = {"tutor": "", "tutor_last_name": "GIRARD", "tutor_first_name": "Sylvie", "tutor_volunteer": "true"}
    sent(client_of(denis), url("record_contract", newcomer.pk), **typed | known)
    tutor = Tutor.objects.get(last_name="GIRARD")
    assert (tutor.establishment, tutor.volunteer) == (world.closerie, True)


def test_a_fourth_person_asks_for_a_reason_and_keeps_what_was_typed(world, newcomer, denis, client_of, typed):
    for _ in range(2):
        b.a_tutorship(b.a_contract(establishment=world.closerie), world.tutor)
    browser, address = client_of(denis), url("record_contract", newcomer.pk)
    page = refused(browser, address, **typed)
    assert 'name="motif_tuteur_plus_de_trois"' in page
    assert 'value="050260011800"' in page
    assert not Contract.objects.filter(enrolment=newcomer).exists()
    sent(browser, address, **typed, motif_tuteur_plus_de_trois="départ d'un stagiaire dans dix jours")
    assert "dix jours" in Tutorship.objects.get(contract__enrolment=newcomer).exception_reason


@pytest.mark.parametrize(
    "changes, words",
    [
        pytest.param({"starts_on": "26/01/2026"}, "avant le premier jour de la cohorte", id="before the cohort"),
        pytest.param({"weekly_hours": "39"}, "un PEC va de 20 à 35 heures", id="above 35 hours"),
    ],
)
def test_what_is_unusual_is_recorded_and_said(newcomer, denis, client_of, typed, changes, words):
    assert words in sent(client_of(denis), url("record_contract", newcomer.pk), **typed | changes)


@pytest.mark.parametrize(
    "changes, words",
    [
        pytest.param({"starts_on": "31/02/2026"}, "date", id="no such day"),
        pytest.param({"weekly_hours": "vingt"}, "nombre", id="no number"),
        pytest.param({"decision_number": "123"}, "12 chiffres", id="short number"),
        pytest.param({"establishment": "999999"}, "choix", id="no such place"),
        pytest.param({"tutor_last_name": "GIRARD"}, "nom et le prénom", id="half a name"),
        pytest.param({"job_title": "1 84 06 50 147 023 69"}, "sécurité sociale", id="social security number"),
    ],
)
def test_a_bad_field_is_said_and_the_rest_stays(newcomer, denis, client_of, typed, changes, words):
    page = refused(client_of(denis), url("record_contract", newcomer.pk), **typed | changes)
    assert words in page
    assert not Contract.objects.filter(enrolment=newcomer).exists()


def test_two_sendings_of_one_form_record_one_contract(newcomer, denis, client_of, typed):
    browser, address = client_of(denis), url("record_contract", newcomer.pk)
    for _ in range(2):
        sent(browser, address, **typed, form_token="one")
    assert Contract.objects.filter(enrolment=newcomer).count() == 1


def test_a_neighbour_cannot_record_for_others(newcomer, gaelle, estran, client_of, typed):
    address = url("record_contract", newcomer.pk)
    assert client_of(gaelle).get(address).status_code == 404
    assert client_of(gaelle).post(address, typed).status_code == 404
    assert client_of(gaelle).post(url("keep_draft", newcomer.pk), typed).status_code == 404


def test_an_employer_records_at_home_only(newcomer, denis, estran, client_of, typed):
    page = refused(client_of(denis), url("record_contract", newcomer.pk), **typed | {"establishment": estran.pk})
    assert "choix" in page


# --- The draft ---


def test_a_draft_survives_a_closed_window_and_leaves_with_the_contract(newcomer, denis, claire, client_of, typed):
    browser, address = client_of(denis), url("record_contract", newcomer.pk)
    assert browser.post(url("keep_draft", newcomer.pk), typed | {"weekly_hours": "23,5"}).status_code == 204
    assert client_of(denis).get(address).context["form"]["weekly_hours"].value() == "23,5"
    assert "Brouillon du" in browser.get(address).content.decode()
    assert "Brouillon du" not in client_of(claire).get(address).content.decode(), "a draft is its author's"
    sent(browser, address, **typed)
    assert not ContractDraft.objects.exists()


def test_a_draft_never_keeps_a_social_security_number(newcomer, denis, client_of, typed):
    client_of(denis).post(url("keep_draft", newcomer.pk), typed | {"job_title": "1 84 06 50 147 023 69"})
    assert "job_title" not in ContractDraft.objects.get().values
    client_of(denis).post(url("keep_draft", newcomer.pk), typed | {"job_title": "Aide\0soignante"})
    assert ContractDraft.objects.get().values["job_title"] == "Aidesoignante", "PostgreSQL refuses a NUL in JSON"
    client_of(denis).post(url("drop_draft", newcomer.pk))
    assert not ContractDraft.objects.exists()


# --- The estimate ---


def estimate(client, **query):
    return client.get(url("estimate"), query).content.decode().replace("\u00a0", " ")


def test_the_estimate_gives_each_order_that_may_apply_with_its_formula(world, denis, client_of):
    b.an_order(public="Publics prioritaires", rate=Decimal("60"), weekly_hours_max=Decimal("20"))
    words = estimate(client_of(denis), establishment=world.closerie.pk, starts_on="02/02/2026", weekly_hours="20")
    assert "12,02 € × 20 h × 52 / 12 × 50 % = 520,87 €" in words
    assert "12,02 € × 20 h × 52 / 12 × 60 % = 625,04 €" in words
    assert "Fin déduite" in words


def test_the_estimate_never_takes_the_rate_of_another_region(world, denis, client_of):
    world.closerie.postcode = "35140"
    world.closerie.save()
    words = estimate(client_of(denis), establishment=world.closerie.pk, starts_on="02/02/2026", weekly_hours="20")
    assert "Aucun arrêté saisi et confirmé pour la région Bretagne" in words
    assert "520,87" not in words


@pytest.mark.parametrize(
    "query",
    [{}, {"establishment": "x", "starts_on": "hier", "weekly_hours": "-3"}, {"kind": "CDI", "starts_on": "1/1/26"}],
)
def test_the_estimate_stays_quiet_about_what_it_cannot_read(world, denis, client_of, query):
    assert "€" not in estimate(client_of(denis), **query)


# --- Word to the referent ---


def test_the_referent_is_told_once_and_without_a_name(world, denis, claire, client_of):
    for _ in range(2):
        client_of(denis).post(url("tell_coordinator", world.contract.pk))
    message = Message.objects.get()
    assert message.recipient == claire.email
    assert "BAUDRY" not in message.body + message.subject


def test_without_a_referent_the_page_says_so(world, denis, client_of):
    world.cohort.referents.all().delete()
    page = client_of(denis).post(url("tell_coordinator", world.contract.pk), follow=True).content.decode()
    assert "personne n&#x27;a pu être prévenu" in page


# --- Tutors ---


def test_the_list_counts_whom_each_follows(world, claire, client_of, django_assert_max_num_queries):
    for _ in range(30):
        b.a_tutor(world.closerie)
    browser = client_of(claire)
    browser.get(url("tutor_list"))
    with django_assert_max_num_queries(12):
        answer = browser.get(f"{url('tutor_list')}?q=hamon+closerie")
    assert [(row.full_name, row.following) for row in answer.context["page"].rows] == [("HAMON Bruno", 1)]
    assert client_of(claire).get(f"{url('tutor_list')}?place=complet").context["count"].number == 0


def test_a_tutor_is_added_found_and_changed(world, denis, client_of):
    browser = client_of(denis)
    names = {"last_name": "MARÉCHAL", "first_name": "Élise", "status": "EMPLOYEE", "volunteer": "unknown"}
    sent(browser, url("tutor_add"), establishment=world.closerie.pk, **names)
    tutor = Tutor.objects.get(last_name="MARÉCHAL")
    assert client_of(denis).get(f"{url('tutor_list')}?q=marechal").context["count"].number == 1
    sent(browser, url("tutor_change", tutor.pk), version="0", **names | {"job_title": "Infirmière"})
    assert "Une autre personne" in refused(browser, url("tutor_change", tutor.pk), version="0", **names)


def test_changing_the_tutor_closes_one_period_and_opens_the_next(world, denis, client_of):
    Tutorship.objects.filter(pk=world.tutorship.pk).update(ends_on=None)
    other = b.a_tutor(world.closerie, last_name="GIRARD")
    address = url("change_tutor", world.contract.pk)
    assert "tuteur en cours : HAMON Bruno" in client_of(denis).get(address).content.decode()
    page = sent(client_of(denis), address, tutor=other.pk, starts_on="23/11/2026")
    assert "du 02/02/2026 au 22/11/2026" in page
    assert "GIRARD" in page


# --- What a tutor sees ---


def test_a_tutor_finds_her_trainees_and_notes_an_observation(world, bruno, client_of):
    browser = client_of(bruno)
    home = browser.get(url("my_trainees")).content.decode()
    assert "Amina B." in home
    address = url("record_observation", world.tutorship.pk)
    assert address in home
    page = sent(browser, address, skill="Faire un lit occupé", level="ALONE", observed_on="20/11/2026", note="")
    assert "Faire un lit occupé" in page
    assert Observation.objects.get().recorded_by == bruno


def test_observations_are_read_by_the_employer_and_the_referent_only(world, bruno, claire, denis, gaelle, client_of):
    Observation.objects.create(
        tutorship=world.tutorship, skill="Lit", level="ALONE", observed_on=b.TODAY, recorded_by=bruno
    )
    pilot = b.a_user("pilote@agence.example")
    b.a_membership(pilot)
    address = url("tutorship_detail", world.tutorship.pk)
    for user, seen in ((denis, 1), (claire, 1), (pilot, 0)):
        assert len(client_of(user).get(address).context["observations"]) == seen
    assert client_of(gaelle).get(address).status_code == 404
    assert AccessLog.objects.filter(object_type="tutoring.Tutorship").count() == 3


def test_only_the_tutor_herself_notes(world, denis, claire, client_of):
    for user in (denis, claire):
        assert client_of(user).get(url("record_observation", world.tutorship.pk)).status_code == 403


def test_another_tutor_of_the_house_gets_404(world, client_of, closerie):
    other = b.a_user("autre@closerie.example")
    b.a_membership(other, closerie.employer.organisation, "TUTOR")
    b.a_tutor(closerie, last_name="ROLLAND", user=other)
    for name in ("record_observation", "tutorship_detail"):
        assert client_of(other).get(url(name, world.tutorship.pk)).status_code == 404


def test_a_recorded_contract_reads_as_requested_until_decided(world, newcomer, denis, client_of, typed):
    later = typed | {"starts_on": "04/01/2027", "request_signed_on": "16/11/2026"}
    sent(client_of(denis), url("record_contract", newcomer.pk), **later)
    contract = Contract.objects.get(enrolment=newcomer)
    assert contract.state_on(b.TODAY) is ContractState.REQUESTED
    assert list(Contract.objects.awaiting_decision()) == [contract]
    assert AidRequest.objects.filter(contract=contract, decided_on=None).count() == 1
