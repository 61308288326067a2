"""The page of a simulation: who reads what, what is refused, what is kept."""

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from contracts.actions.scenarios import keep_scenario
from contracts.forms.whatif import HypothesisForm
from contracts.models import Scenario
from contracts.whatif import Hypothesis
from tests import builders as b

pytestmark = pytest.mark.django_db

TWO_PERCENT = Hypothesis(smic_percent=Decimal(2), smic_from=date(2026, 12, 1))
RISE = {"smic": "2,5", "smic_du": "01/12/2026"}


def page_of(client, world, **query):
    return client.get(reverse("contracts:whatif", args=[world.cohort.pk]), query)


def words(response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def test_the_counsellor_reads_both_totals_and_opens_their_lines(world, client_of, claire):
    browser = client_of(claire)
    page = page_of(browser, world, **RISE)
    simulation = page.context["simulation"]
    assert simulation.total.today == 2 * (Decimal("503.50") + 11 * Decimal("520.87") + Decimal("17.36"))
    assert "SMIC horaire + 2,5 % à partir du 01/12/2026" in words(page)
    assert "Rien n'est enregistré" in words(page)
    assert page.context["page"] is None
    lines = page_of(browser, world, **RISE, lignes="2026-12")
    assert [line.month for line in lines.context["page"].rows] == [date(2026, 12, 1)] * 2
    assert "12,32 € × 20 h × 52 / 12 × 50 % = 533,87 €" in words(lines)
    employer = f"employeur-{world.closerie.employer_id}"
    assert page_of(browser, world, **RISE, lignes=employer).context["page"].count == 13
    assert page_of(browser, world, **RISE, lignes="toutes").context["page"].count == 26
    assert Scenario.objects.count() == 0


def test_each_figure_of_the_page_is_the_sum_of_the_lines_it_opens(world, client_of, claire):
    browser = client_of(claire)
    page = page_of(browser, world, **RISE)
    for _, code, pair in [*page.context["months"], *page.context["employers"]]:
        opened = page_of(browser, world, **RISE, lignes=code).context["page"]
        assert sum((line.pair.supposed for line in opened.rows), Decimal(0)) == pair.supposed, code


def test_an_employer_simulates_its_own_contracts_only(world, client_of, denis):
    page = page_of(client_of(denis), world, **RISE, lignes="toutes")
    assert page.context["simulation"].contracts == 1
    assert "DA COSTA" not in words(page)
    assert "Garder cette simulation" not in words(page)


def test_a_coordinator_who_is_not_referent_reads_sums_and_no_line(world, client_of, agency):
    josette = b.a_user("josette@agence.example")
    b.a_membership(josette, agency)
    page = page_of(client_of(josette), world, **RISE, lignes="toutes")
    assert page.context["simulation"].contracts == 2
    assert page.context["page"] is None
    assert "BAUDRY" not in words(page)
    assert "réservées aux référents" in words(page)


@pytest.mark.parametrize(
    "query, sentence",
    [
        pytest.param({"smic": "deux", "smic_du": "01/12/2026"}, "Écrivez un nombre de 0,01 à 50 (%)", id="text"),
        pytest.param({"smic": "200 %", "smic_du": "01/12/2026"}, "Écrivez un nombre de 0,01 à 50 (%)", id="200 %"),
        pytest.param({"smic": "2"}, "Dites à partir de quel jour le SMIC augmente", id="no day"),
        pytest.param({"smic_du": "01/12/2026"}, "Donnez la hausse du SMIC", id="no rise"),
        pytest.param({"smic": "2", "smic_du": "01/01/2026"}, "Le 01/01/2026 est passé", id="a day gone by"),
        pytest.param({"smic": "2", "smic_du": "01/01/2077"}, "est trop loin", id="in fifty years"),
        pytest.param({"smic": "2", "smic_du": "31/02/2027"}, "date valide", id="no such day"),
        pytest.param({"heures": "-4"}, "Écrivez un nombre de 0,01 à 35 (h)", id="negative hours"),
        pytest.param({"heures": "40 h"}, "Écrivez un nombre de 0,01 à 35 (h)", id="more than the law's week"),
        pytest.param({"taux": "96"}, "Écrivez un nombre de 0,01 à 95 (%)", id="above the ceiling"),
        pytest.param({"mois": "1,5"}, "nombre entier de mois", id="half a month"),
        pytest.param({"mois": "-1"}, "Au moins 1 mois", id="negative months"),
        pytest.param({"mois": "900"}, "Au plus 60 mois", id="75 years"),
        pytest.param({"decisions_du": "01/09/2026"}, "Donnez aussi l'autre taux", id="decisions of nothing"),
        pytest.param({"renouvellements": "on"}, "plus de renouvellement", id="a stop without a day"),
        pytest.param({"arret_du": "01/09/2026"}, "est passé", id="a stop gone by"),
        pytest.param({"smic": ""}, "Donnez au moins une hypothèse", id="nothing"),
        pytest.param({"arrete": "999999", "taux": "45"}, "Sélectionnez un choix valide", id="no such order"),
        pytest.param({"smic": "2 91 05 75 116 005 77".replace(" ", "")}, "", id="a forbidden number"),
    ],
)
def test_an_odd_hypothesis_is_refused_in_french_and_stays_typed(world, client_of, claire, query, sentence):
    page = page_of(client_of(claire), world, **query)
    assert page.status_code == 200
    assert "simulation" not in page.context
    assert page.context["form"].errors
    assert sentence in words(page)
    typed = next(iter(query.values()))
    if typed and not typed.isdigit() and typed != "on":
        assert f'value="{typed}"' in page.content.decode()


def test_numbers_are_read_with_their_unit(world, client_of, claire):
    form = page_of(client_of(claire), world, smic="2,5 %", smic_du="01/12/2026", heures="23.5 h").context["form"]
    assert form.hypothesis() == Hypothesis(
        smic_percent=Decimal("2.5"), smic_from=date(2026, 12, 1), weekly_hours=Decimal("23.5")
    )


def test_a_simulation_is_kept_under_a_name_opened_again_and_forgotten(world, client_of, claire):
    browser = client_of(claire)
    address = reverse("contracts:keep_scenario", args=[world.cohort.pk]) + "?smic=2,5&smic_du=01/12/2026"
    assert "SMIC horaire + 2,5 %" in words(browser.get(address))
    answer = browser.post(address, {"name": "SMIC de l'hiver"}, follow=True)
    assert "La simulation est gardée" in words(answer)
    scenario, said, query = answer.context["scenarios"][0]
    assert (scenario.created_by, said) == (claire, ["SMIC horaire + 2,5 % à partir du 01/12/2026"])
    again = browser.get(f"{reverse('contracts:whatif', args=[world.cohort.pk])}?{query}")
    assert again.context["simulation"].total == answer.context["simulation"].total
    twice = browser.post(address, {"name": "SMIC de l'hiver"})
    assert "porte déjà ce nom" in words(twice)
    browser.post(reverse("contracts:forget_scenario", args=[scenario.pk]))
    assert Scenario.objects.count() == 0


def test_without_hypotheses_there_is_nothing_to_keep(world, client_of, claire):
    answer = client_of(claire).post(reverse("contracts:keep_scenario", args=[world.cohort.pk]), {"name": "Vide"})
    assert answer.url == reverse("contracts:whatif", args=[world.cohort.pk])
    assert Scenario.objects.count() == 0


def test_the_scenarios_of_the_agency_are_not_shown_to_employers(world, client_of, claire, denis):
    keep_scenario(cohort=world.cohort, name="Budget 2027", hypothesis=TWO_PERCENT, by=claire)
    assert "Budget 2027" in words(page_of(client_of(claire), world))
    assert "Budget 2027" not in words(page_of(client_of(denis), world))


def test_every_hypothesis_has_its_place_in_the_address():
    assert set(HypothesisForm.SUPPOSED) == set(HypothesisForm.base_fields)
