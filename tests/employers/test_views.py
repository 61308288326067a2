"""Pages of the employers: what they show, to whom, and what they say when they refuse."""

import pytest
from django.test import Client
from django.urls import reverse

from employers.models import Employer, Establishment, Financing
from regulations.employers import FinancerKind
from tests import builders as b

pytestmark = pytest.mark.django_db

NEW = {
    "siret": "999 982 119 00011",
    "name": "Résidence La Closerie du Mont",
    "legal_category": "ASSOCIATION",
    "idcc": "29",
    "postcode": "50220",
    "town": "Ducey-Les Chéris",
}


def text_of(response):
    return response.content.decode()


def test_a_new_employer_is_recorded_with_its_financer(client_of, claire):
    b.a_financer()
    response = client_of(claire).post(reverse("employers:employer_add"), NEW, follow=True)
    employer = Employer.objects.get()
    assert response.redirect_chain[0][0] == employer.get_absolute_url()
    assert "peut signer un PEC" in text_of(response)
    assert Financing.objects.get().financer.name == "OPCO Santé"


def test_a_wrong_siret_is_said_beside_its_field_and_nothing_is_lost(client_of, claire):
    response = client_of(claire).post(reverse("employers:employer_add"), NEW | {"siret": "99998211900012"})
    text = text_of(response)
    assert response.status_code == 200
    assert "La clé de ce SIRET est fausse" in text
    assert "Ducey-Les Chéris" in text
    assert not Employer.objects.exists()


def test_a_second_site_of_a_known_entity_is_welcome(client_of, claire, closerie):
    data = {"siret": b._with_key("9999821190002"), "name": "Foyer de la Baie"}
    client_of(claire).post(reverse("employers:establishment_add", args=[closerie.employer.pk]), data)
    assert closerie.employer.establishments.count() == 2


def test_a_social_security_number_is_refused_and_not_shown_back(client_of, claire):
    response = client_of(claire).post(
        reverse("employers:employer_add"), NEW | {"employer_name": "2 98 03 50 218 004 12"}
    )
    assert "sécurité sociale" in text_of(response)
    assert "218 004" not in text_of(response)
    assert not Employer.objects.exists()


@pytest.mark.parametrize(
    "query, words",
    [
        ("legal_category=COMPANY", ["société commerciale", "L5134-21"]),
        ("legal_category=ASSOCIATION&idcc=29", ["peut signer un PEC", "OPCO Santé"]),
        ("legal_category=PUBLIC_HOSPITAL", ["ANFH"]),
        ("legal_category=nonsense&idcc=²", []),
    ],
)
def test_eligibility_is_said_while_typing(client_of, claire, query, words):
    response = client_of(claire).get(reverse("employers:eligibility") + "?" + query)
    assert response.status_code == 200
    for word in words:
        assert word in text_of(response)


def test_the_page_of_a_company_says_why_there_is_no_pec(client_of, claire):
    employer = b.an_employer(legal_category="COMPANY")
    text = text_of(client_of(claire).get(employer.get_absolute_url()))
    assert "société commerciale" in text
    assert "L5134-21" in text


def test_two_writers_see_both_versions(client_of, claire, closerie):
    address = reverse("employers:establishment_change", args=[closerie.pk])
    data = {"name": closerie.name, "siret": closerie.siret, "version": "0"}
    client = client_of(claire)
    client.post(address, data | {"town": "Granville"})
    response = client.post(address, data | {"town": "Ducey"})
    assert "Granville" in text_of(response)
    assert "Ducey" in text_of(response)
    closerie.refresh_from_db()
    assert closerie.town == "Granville"


def test_an_employer_changes_its_own_site_and_not_the_legal_entity(client_of, denis, closerie, estran):
    client = client_of(denis)
    assert client.get(reverse("employers:establishment_change", args=[closerie.pk])).status_code == 200
    assert client.get(reverse("employers:establishment_change", args=[estran.pk])).status_code == 404
    assert client.get(reverse("employers:employer_change", args=[closerie.employer.pk])).status_code == 403


@pytest.mark.parametrize("name", ["employer_detail", "declare"])
def test_neighbour_employer_gets_404(client_of, gaelle, closerie, name):
    assert client_of(gaelle).get(reverse(f"employers:{name}", args=[closerie.employer.pk])).status_code == 404


def test_a_stranger_is_sent_to_sign_in(closerie):
    response = Client().get(closerie.get_absolute_url())
    assert response.status_code == 302
    assert "/compte/" in response["Location"]


def test_a_contact_is_added_changed_and_removed(client_of, denis, closerie):
    client = client_of(denis)
    data = {"name": "Paul TURPIN", "role": "HR", "email": "rh@closerie.example"}
    client.post(reverse("employers:contact_add", args=[closerie.pk]), data)
    contact = closerie.contacts.get()
    client.post(reverse("employers:contact_change", args=[contact.pk]), data | {"role": "DIRECTION"})
    contact.refresh_from_db()
    assert contact.role == "DIRECTION"
    client.post(reverse("employers:contact_remove", args=[contact.pk]))
    assert "TURPIN" not in text_of(client.get(closerie.get_absolute_url())).partition("Interlocuteurs")[2]


def test_neighbour_employer_cannot_remove_a_contact(client_of, gaelle, closerie):
    contact = closerie.contacts.create(name="Paul TURPIN")
    assert client_of(gaelle).post(reverse("employers:contact_remove", args=[contact.pk])).status_code == 404


def test_an_access_is_opened_by_mail(client_of, claire, closerie):
    response = client_of(claire).post(
        reverse("employers:open_access", args=[closerie.employer.pk]), {"email": "rh@closerie.example"}
    )
    assert response.status_code == 302
    assert closerie.employer.organisation.invitations.get().email == "rh@closerie.example"


def test_an_access_is_opened_with_a_fresh_proof_of_identity(client, claire, closerie):
    claire.set_password("quatre chevaux gris sous la pluie")
    claire.save()
    client.force_login(claire)
    page = reverse("employers:open_access", args=[closerie.employer.pk])
    for answer in (client.get(page), client.post(page, {"email": "rh@closerie.example"})):
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not closerie.employer.organisation.invitations.exists()
    client.post(reverse("account_reauthenticate"), {"password": "quatre chevaux gris sous la pluie"})
    assert client.get(page).status_code == 200


def test_an_employer_that_manages_its_members_invites_them_itself(client_of, claire, closerie, denis):
    client = client_of(claire)
    page = reverse("employers:open_access", args=[closerie.employer.pk])
    said = text_of(client.get(closerie.employer.get_absolute_url()))
    assert "la structure invite elle-même ses membres" in said
    assert page not in said
    refused = text_of(client.post(page, {"email": "rh@closerie.example"}))
    assert "demandez-lui d'inviter ses collègues" in refused.replace("&#x27;", "'")
    assert denis.email not in refused
    denis.memberships.update(is_admin=False)
    assert page in text_of(client.get(closerie.employer.get_absolute_url()))


def test_an_unusual_financer_is_recorded_and_questioned(client_of, claire, closerie):
    anfh = b.a_financer(FinancerKind.ANFH)
    response = client_of(claire).post(
        reverse("employers:attach_financer", args=[closerie.employer.pk]),
        {"financer": anfh.pk, "valid_from": "01/01/2026"},
        follow=True,
    )
    assert "ce serait OPCO Santé" in text_of(response)
    assert closerie.employer.financings.get().financer == anfh


def test_the_list_searches_without_accents_and_filters(client_of, claire, closerie, estran):
    client = client_of(claire)
    address = reverse("employers:employer_list")
    assert "Estran" in text_of(client.get(address))
    found = text_of(client.get(address + "?q=closerie+mont"))
    assert "Closerie" in found
    assert "mutualiste" not in found
    assert "Closerie" not in text_of(client.get(address + "?statut=MUTUAL"))
    assert "mutualiste" not in text_of(client.get(address + "?pec=non"))


def test_the_list_asks_the_database_the_same_whatever_its_length(
    client_of, claire, closerie, django_assert_max_num_queries
):
    client = client_of(claire)
    for _ in range(30):
        b.an_establishment()
    client.get(reverse("employers:employer_list"))
    with django_assert_max_num_queries(12):
        response = client.get(reverse("employers:employer_list"))
    assert text_of(response).count("<tr>") == Establishment.objects.count() + 1
