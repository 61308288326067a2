"""Files of the aid: a simulation says so everywhere, a reconciliation holds the rows of its page."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import AccessLog
from contracts.models import AidPayment
from tests import builders as b
from tests.exports.helpers import by_calamine, by_openpyxl

pytestmark = pytest.mark.django_db

RISE = {"smic": "2,5", "smic_du": "01/12/2026"}
SHEETS = ["Simulation par mois", "Simulation par employeur", "Simulation par contrat"]


@pytest.fixture(autouse=True)
def place_of_files(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def simulation(client, world, **query):
    return client.get(reverse("exports:simulation", args=[world.cohort.pk]), query)


def rows(content: bytes, sheet: str) -> list[dict]:
    heads, *found = by_calamine(content).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [dict(zip(heads, row, strict=True)) for row in found]


def informations(content: bytes) -> dict:
    return {row["Information"]: row["Valeur"] for row in rows(content, "Informations")}


def test_a_simulation_is_marked_in_its_name_its_sheets_and_its_notice(world, client_of, claire):
    answer = simulation(client_of(claire), world, **RISE)
    content = answer.getvalue()
    assert answer["Content-Disposition"].startswith('attachment; filename="simulation_sm-2026_2026-11-20_')
    book = by_openpyxl(content)
    assert book.sheetnames == [*SHEETS, "Informations"]
    # The name of the sheet is printed at the foot of each page.
    assert {book[name].oddFooter.left.text for name in SHEETS} == {"&A"}
    said = informations(content)
    assert said["Nature"].startswith("SIMULATION")
    assert said["Hypothèses"] == "SMIC horaire + 2,5 % à partir du 01/12/2026"
    assert said["Différence"] == pytest.approx(26.44 * 2)


def test_its_figures_are_those_of_the_page(world, client_of, claire):
    browser = client_of(claire)
    content = simulation(browser, world, **RISE).getvalue()
    page = browser.get(reverse("contracts:whatif", args=[world.cohort.pk]), RISE).context["simulation"]
    months = rows(content, SHEETS[0])
    assert [row["Mois"] for row in months] == list(page.by_month)
    assert [Decimal(str(row["Aide attendue, simulation"])) for row in months] == [
        pair.supposed for pair in page.by_month.values()
    ]
    lines = rows(content, SHEETS[2])
    assert len(lines) == 26
    december = next(row for row in lines if row["Mois"] == date(2026, 12, 1) and row["Salarié"] == "BAUDRY Amina")
    assert december["SIRET"] == "99998211900011"
    assert december["Formule"].replace("\u00a0", " ") == "12,32 € × 20 h × 52 / 12 × 50 % = 533,87 €"
    assert (december["Aide attendue aujourd'hui"], december["Différence"]) == (520.87, 13.0)
    line = AccessLog.objects.get(action="export")
    assert (line.purpose, line.count, line.object_id) == ("simulation", 26, str(world.cohort.pk))


def test_who_reads_sums_gets_a_file_of_sums(world, client_of, agency):
    josette = b.a_user("josette@agence.example")
    b.a_membership(josette, agency)
    content = simulation(client_of(josette), world, **RISE).getvalue()
    assert by_openpyxl(content).sheetnames == [*SHEETS[:2], "Informations"]


def test_an_employer_takes_its_own_lines(world, client_of, denis):
    content = simulation(client_of(denis), world, **RISE).getvalue()
    assert {row["Salarié"] for row in rows(content, SHEETS[2])} == {"BAUDRY Amina"}
    assert len(rows(content, SHEETS[1])) == 1


def test_an_odd_hypothesis_leads_back_to_the_page_that_says_why(world, client_of, claire):
    answer = simulation(client_of(claire), world, smic="deux", smic_du="01/12/2026")
    assert answer.url.startswith(reverse("contracts:whatif", args=[world.cohort.pk]) + "?smic=deux")


# --- The reconciliation ---


@pytest.fixture
def paid_twice(world):
    for number in range(2):
        AidPayment.objects.create(
            aid_request=world.contract.aid_requests.get(),
            month=date(2026, 4, 1),
            amount=Decimal("520.87"),
            paid_on=date(2026, 6, 5),
            line_key=f"ligne {number}",
        )
    return world


def test_the_reconciliation_holds_the_rows_of_its_page(paid_twice, client_of, claire):
    query = {"cohorte": str(paid_twice.cohort.pk), "cause": "double_paiement"}
    answer = client_of(claire).get(reverse("exports:money"), query)
    content = answer.getvalue()
    (row,) = rows(content, "Rapprochement")
    assert (row["Salarié"], row["Mois"], row["Cause"]) == ("BAUDRY Amina", date(2026, 4, 1), "double paiement")
    assert (row["Aide versée"], row["Écart (versé moins attendu)"]) == (1041.74, 520.87)
    assert row["Présence déclarée le"] == ""
    said = informations(content)
    assert said["Périmètre"] == "Cause de l'écart : double paiement"
    assert "rapprochement_sm-2026_" in answer["Content-Disposition"]
    assert AccessLog.objects.get(action="export").filters == {"cause": "double_paiement"}


def test_an_employer_takes_all_its_months_and_no_other(paid_twice, client_of, denis, gaelle):
    content = client_of(denis).get(reverse("exports:money")).getvalue()
    assert {row["Salarié"] for row in rows(content, "Rapprochement")} == {"BAUDRY Amina"}
    content = client_of(gaelle).get(reverse("exports:money")).getvalue()
    assert {row["Salarié"] for row in rows(content, "Rapprochement")} == {"DA COSTA Zoé"}


@pytest.mark.parametrize("asked", ["", "x", "999999999"])
def test_the_agency_takes_the_lines_of_one_of_its_cohorts(paid_twice, client_of, claire, asked):
    assert client_of(claire).get(reverse("exports:money"), {"cohorte": asked}).status_code == 404


def test_a_coordinator_who_is_not_referent_takes_no_line(paid_twice, client_of, agency):
    josette = b.a_user("josette@agence.example")
    b.a_membership(josette, agency)
    content = client_of(josette).get(reverse("exports:money"), {"cohorte": str(paid_twice.cohort.pk)}).getvalue()
    assert rows(content, "Rapprochement") == []
