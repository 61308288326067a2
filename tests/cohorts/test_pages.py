"""Pages of the cohorts: opening one, its seats and milestones, its lists."""

from datetime import date

import pytest
from django.urls import reverse

from cohorts import reference
from cohorts.models import Cohort, CohortTemplate, Referent, Seat
from tests import builders as b

pytestmark = pytest.mark.django_db


def text_of(response):
    return response.content.decode()


@pytest.fixture
def template():
    reference.load()
    return CohortTemplate.objects.get()


def test_four_fields_open_a_cohort_with_its_milestones(client_of, claire, template):
    data = {"template": template.pk, "starts_on": "01/02/2027", "seats_planned": "12", "territory": "Avranches"}
    response = client_of(claire).post(reverse("cohorts:open_cohort"), data | {"region": "Normandie"})
    cohort = Cohort.objects.get()
    assert response["Location"] == reverse("cohorts:invite", args=[cohort.pk])
    assert (cohort.name, cohort.code) == ("ImPEC Avranches, février 2027", "AVR 02/2027")
    assert cohort.milestones.count() == template.milestones.count()
    assert Referent.objects.get().user == claire


def test_a_second_cohort_of_the_month_gets_its_own_code(client_of, claire, template):
    data = {"template": template.pk, "starts_on": "01/02/2027", "seats_planned": "12", "territory": "Avranches"}
    for _ in range(2):
        client_of(claire).post(reverse("cohorts:open_cohort"), data | {"region": "Normandie"})
    assert set(Cohort.objects.values_list("code", flat=True)) == {"AVR 02/2027", "AVR 02/2027-2"}


def test_the_same_sending_twice_opens_one_cohort(client_of, claire, template):
    data = {"template": template.pk, "starts_on": "01/02/2027", "seats_planned": "12", "territory": "Avranches"}
    client = client_of(claire)
    answers = [
        client.post(reverse("cohorts:open_cohort"), data | {"region": "Normandie", "form_token": "one-token"})
        for _ in range(2)
    ]
    assert Cohort.objects.count() == 1
    assert answers[0]["Location"] == answers[1]["Location"]


def test_a_wrong_date_keeps_what_was_typed(client_of, claire, template):
    data = {"template": template.pk, "starts_on": "31/02/2027", "seats_planned": "12", "territory": "Avranches"}
    text = text_of(client_of(claire).post(reverse("cohorts:open_cohort"), data))
    assert "Erreur" in text
    assert "31/02/2027" in text
    assert "Avranches" in text
    assert not Cohort.objects.exists()


@pytest.mark.parametrize(
    "day, words",
    [("01/02/2027", ["03/11/2026", "déjà passé"]), ("bientôt", ["apparaîtront"]), ("", ["apparaîtront"])],
)
def test_the_dates_of_the_milestones_show_while_typing(client_of, claire, template, day, words):
    query = {"template": template.pk, "starts_on": day}
    text = text_of(client_of(claire).get(reverse("cohorts:milestone_preview"), query))
    for word in words:
        assert word in text


def test_settings_move_the_first_day_and_its_milestones(client_of, claire, cohort):
    b.a_referent(cohort, claire)
    milestone = cohort.milestones.create(label="premier jour", due_on=cohort.starts_on)
    data = {
        "version": 0,
        "name": cohort.name,
        "code": cohort.code,
        "starts_on": "09/02/2026",
        "ends_on": "08/02/2027",
        "seats_planned": 12,
        "region": "Normandie",
        "cofinancing": "NONE",
    }
    address = reverse("cohorts:cohort_change", args=[cohort.pk])
    assert client_of(claire).post(address, data).status_code == 302
    milestone.refresh_from_db()
    assert milestone.due_on == date(2026, 2, 9)
    again = client_of(claire).post(address, data | {"name": "Autre nom"})
    assert "Deux personnes, une fiche" in text_of(again)


def test_seats_say_offered_filled_open_and_the_gap(client_of, claire, cohort, closerie):
    seat = b.a_seat(cohort, closerie, quantity=3)
    b.an_enrolment(cohort=cohort, seat=seat)
    text = text_of(client_of(claire).get(reverse("cohorts:seat_list", args=[cohort.pk])))
    assert "9 de moins que les places visées" in text
    assert "La Closerie du Mont" in text
    full = text_of(client_of(claire).get(reverse("cohorts:seat_list", args=[cohort.pk]) + "?places=pourvues"))
    assert "Aucune ligne pour ces critères" in full


def test_an_employer_sees_and_offers_its_own_seats_only(client_of, denis, gaelle, cohort, closerie, estran):
    b.a_seat(cohort, closerie)
    other = b.a_seat(cohort, estran)
    client = client_of(denis)
    text = text_of(client.get(reverse("cohorts:seat_list", args=[cohort.pk])))
    assert "Closerie" in text
    assert "Estran" not in text
    assert client.get(reverse("cohorts:seat_change", args=[other.pk])).status_code == 404
    foreign = {"establishment": estran.pk, "quantity": 1}
    assert client.post(reverse("cohorts:seat_add", args=[cohort.pk]), foreign).status_code == 200
    own = {"establishment": closerie.pk, "quantity": 2, "job_title": "Aide à la vie", "rome_code": "k1302"}
    client.post(reverse("cohorts:seat_add", args=[cohort.pk]), own)
    assert Seat.objects.get(job_title="Aide à la vie").rome_code == "K1302"


def test_milestones_are_done_moved_and_reopened(client_of, claire, cohort):
    milestone = cohort.milestones.create(label="caler le socle", due_on=date(2026, 11, 1))
    client = client_of(claire)
    listing = reverse("cohorts:milestone_list", args=[cohort.pk])
    assert "en retard" in text_of(client.get(listing))
    client.post(reverse("cohorts:milestone_finish", args=[milestone.pk]))
    assert "Rouvrir" in text_of(client.get(listing))
    client.post(reverse("cohorts:milestone_reopen", args=[milestone.pk]))
    client.post(reverse("cohorts:milestone_move", args=[milestone.pk]), {"due_on": "01/12/2026"})
    milestone.refresh_from_db()
    assert (milestone.due_on, milestone.is_moved, milestone.done_on) == (date(2026, 12, 1), True, None)


def test_a_trainer_reads_milestones_without_touching_them(client_of, esther, cohort):
    milestone = cohort.milestones.create(label="caler le socle", due_on=date(2026, 11, 1))
    text = text_of(client_of(esther).get(reverse("cohorts:milestone_list", args=[cohort.pk])))
    assert "caler le socle" in text
    assert "Déplacer" not in text
    assert client_of(esther).post(reverse("cohorts:milestone_finish", args=[milestone.pk])).status_code == 403


def test_a_trainer_reads_seats_without_touching_them(client_of, esther, cohort, closerie):
    b.a_seat(cohort, closerie)
    text = text_of(client_of(esther).get(reverse("cohorts:seat_list", args=[cohort.pk])))
    assert "La Closerie du Mont" in text
    assert "Modifier" not in text
    assert "/employeurs/" not in text


def test_the_administration_edits_models_of_cohort_and_no_person(client_of, ines, template):
    client = client_of(ines)
    assert template.name in text_of(client.get("/administration/cohorts/cohorttemplate/")).replace("&#x27;", "'")
    assert client.get(f"/administration/cohorts/cohorttemplate/{template.pk}/change/").status_code == 200
    assert client.get("/administration/employers/financer/").status_code == 200
    assert client.get("/administration/cohorts/person/").status_code == 404


def test_a_colleague_is_named_referent(client_of, claire, cohort):
    colleague = b.a_user("collegue@agence.example")
    b.a_membership(colleague, cohort.agency)
    address = reverse("cohorts:referent_add", args=[cohort.pk])
    client_of(claire).post(address, {"user": colleague.pk, "valid_from": "20/11/2026"})
    referent = cohort.referents.get()
    assert referent.user == colleague
    client_of(claire).post(reverse("cohorts:referent_end", args=[referent.pk]), {"valid_to": "30/11/2026"})
    referent.refresh_from_db()
    assert referent.valid_to == date(2026, 11, 30)


@pytest.mark.parametrize("name", ["seat_list", "milestone_list", "invitation_list", "invite", "placement"])
def test_another_agency_gets_404(client_of, cohort, name):
    stranger = b.a_user("ailleurs@agence.example")
    b.a_membership(stranger, b.an_organisation(name="Agence de Granville"))
    assert client_of(stranger).get(reverse(f"cohorts:{name}", args=[cohort.pk])).status_code == 404


@pytest.mark.parametrize("name", ["cohort_list", "person_list", "referral_list"])
def test_lists_ask_the_database_the_same_whatever_their_length(
    client_of, world, claire, django_assert_max_num_queries, name
):
    for _ in range(20):
        cohort = b.a_cohort()
        enrolment = b.an_enrolment(cohort=cohort, seat=b.a_seat(cohort, world.contract.establishment))
        b.a_referral(enrolment.person, cohort, seat=enrolment.seat)
    client = client_of(claire)
    client.get(reverse(f"cohorts:{name}"))
    with django_assert_max_num_queries(12):
        assert text_of(client.get(reverse(f"cohorts:{name}"))).count("<tr>") > 20


@pytest.mark.parametrize("name", ["seat_list", "milestone_list", "invitation_list", "placement"])
def test_lists_of_a_cohort_ask_the_same_whatever_their_length(
    client_of, claire, cohort, django_assert_max_num_queries, name
):
    for number in range(20):
        site = b.an_establishment()
        b.a_seat(cohort, site)
        cohort.milestones.create(label=f"jalon {number}", due_on=date(2026, 11, 1))
        cohort.invitations.create(
            establishment=site, email="rh@site.example", token_hash=f"{number}", link_expires_at="2026-11-27T12:00Z"
        )
        b.an_enrolment(cohort=cohort)
    client = client_of(claire)
    address = reverse(f"cohorts:{name}", args=[cohort.pk])
    client.get(address)
    with django_assert_max_num_queries(14 if name == "placement" else 12):
        assert text_of(client.get(address)).count("<tr>") >= 20


@pytest.mark.parametrize("query", ["?q=%00&page=x&tri=zz", "?cohorte=abc&place=zz", "?periode=nulle", "?place=²"])
def test_lists_survive_any_address(client_of, claire, cohort, query):
    client = client_of(claire)
    addresses = [reverse("cohorts:person_list"), reverse("cohorts:cohort_list"), reverse("cohorts:referral_list")]
    addresses.append(reverse("cohorts:placement", args=[cohort.pk]))
    for address in addresses:
        assert client.get(address + query).status_code == 200


def test_the_list_of_an_employer_hides_the_figures_of_the_others(client_of, denis, world):
    text = text_of(client_of(denis).get(reverse("cohorts:cohort_list")))
    assert world.contract.enrolment.cohort.name in text
    assert "Places visées" not in text
