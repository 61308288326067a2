"""O3 and O4: certificates and expenses as two readers find them, pay in one file only, nobody else's rows."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.disclosure import FILE_COLUMNS
from exports import actions, checks
from exports.scope import Destination, FileScope
from tests import builders as b
from tests.exports.helpers import TODAY, a_delivery, rows_of, texts_of
from tests.training.paid import AT, a_certificate, a_convention, a_held_half_day, an_expense, an_invoice
from training.actions.certificates import replace_certificate
from training.actions.invoices import void_line
from training.models import Expense, ExpenseCap


@pytest.fixture
def paid(world):
    """Amina certified for March at Denis's, Zoé at Gaëlle's; each employer at its financer."""
    world.opco = b.a_financer()
    b.a_financing(world.closerie.employer, world.opco)
    world.other = world.other_contract.enrolment
    world.mine = a_convention(world.cohort, world.closerie, world.enrolment, file_number="OS-2026-0417")
    world.theirs = a_convention(world.cohort, world.estran, world.other)
    world.certificate = a_certificate(world.mine, world.enrolment, world.users["trainer"])
    a_held_half_day(world.cohort, date(2026, 4, 14), world.other)
    world.contract.hourly_pay = Decimal("12.02")
    world.contract.save()
    an_expense(world.mine, world.enrolment, "PEDAGOGICAL", quantity=Decimal(1), unit_amount=Decimal("52.50"))
    an_expense(world.mine, world.enrolment, "PAY", quantity=Decimal("3.5"), unit_amount=Decimal("15.10"))
    an_expense(world.mine, world.enrolment, "MEALS", document_name="Tickets")
    an_expense(world.theirs, world.other, "MEALS")
    return world


def test_the_list_of_certificates_says_what_the_papers_say(paid, claire):
    (row,) = rows_of(a_delivery(paid.cohort, claire, "O3"), "Certificats")
    assert row == {
        "N° de certificat": "SM-2026-CR-001",
        "État": "valable",
        "Remplacé par": "",
        "Stagiaire (nom, prénom)": "BAUDRY Amina",
        "Employeur": "Résidence La Closerie du Mont",
        "SIRET": "99998211900011",
        "N° de dossier OPCO": "OS-2026-0417",
        "N° de convention": paid.mine.number,
        "Séance": "Socle commun ImPEC'",
        "Période du": date(2026, 3, 1),
        "Période au": date(2026, 3, 31),
        "Heures réalisées": 3.5,
        "Heures facturées": 3.5,
        "Montant HT facturé": 52.5,
        "Émis le": date(2026, 11, 20),
    }


def test_a_replaced_certificate_stays_and_names_the_other(paid, claire, esther):
    paid.enrolment.attendances.filter(half_day__day=date(2026, 3, 10)).update(attended_minutes=180)
    void_line(line=paid.mine.invoice_lines.get(), by=esther, at=AT, reason="Trente minutes de retard")
    an_invoice(paid.mine, (paid.enrolment, 180), number="F-2")
    replace_certificate(certificate=paid.certificate, by=esther, at=AT)
    delivery = a_delivery(paid.cohort, claire, "O3")
    rows = rows_of(delivery, "Certificats")
    assert [(row["État"], row["Remplacé par"], row["Heures réalisées"]) for row in rows] == [
        ("remplacé", "SM-2026-CR-002", 3.5),
        ("valable", "", 3.0),
    ]
    total = rows_of(delivery, "Par employeur")[-1]
    assert (total["Certificats valables"], total["Heures certifiées"], total["Montant HT facturé"]) == (1, 3.0, 45.0)


def test_the_statement_has_its_parts_asked_and_granted(paid, claire):
    meals = Expense.objects.get(kind="MEALS", convention=paid.mine)
    meals.granted_amount = Decimal("30.00")
    meals.save()
    delivery = a_delivery(paid.cohort, claire, "O4", Destination(paid.opco, establishment=paid.closerie))
    (row,) = rows_of(delivery, "Dépenses")
    assert {name: value for name, value in row.items() if value != ""} == {
        "Stagiaire (nom, prénom)": "BAUDRY Amina",
        "Employeur": "Résidence La Closerie du Mont",
        "SIRET": "99998211900011",
        "N° de dossier OPCO": "OS-2026-0417",
        "N° de convention": paid.mine.number,
        "Période du": date(2026, 3, 1),
        "Période au": date(2026, 3, 31),
        "Heures suivies sur temps de travail": 3.5,
        "Salaire brut horaire": 12.02,
        "Charges patronales de l'heure": 3.08,
        "Coût horaire chargé": 15.10,
        "Rémunération demandée": 52.85,
        "Coût pédagogique HT demandé": 52.5,
        "Repas": 2.0,
        "Repas demandés": 37.0,
        "Repas accordés": 30.0,
        "Total demandé": 142.35,
        "Total accordé": 30.0,
        "Écart (accordé moins demandé)": -7.0,
        "Justificatifs joints": "Tickets",
    }
    assert "DA COSTA Zoé" not in texts_of(delivery)


def test_each_employer_has_its_sum_and_the_whole_is_theirs(paid, claire):
    rows = rows_of(a_delivery(paid.cohort, claire, "O4"), "Par employeur")
    assert [(row["Employeur"], row["Stagiaires"], row["Total demandé"]) for row in rows] == [
        ("Résidence La Closerie du Mont", 1, 142.35),
        ("Résidence mutualiste L'Estran", 1, 37.0),
        ("TOTAL", 2, 179.35),
    ]


def test_state_aid_shows_only_where_the_setting_deducts_it(paid, claire):
    column = "Aide de l'État déduite"
    assert rows_of(a_delivery(paid.cohort, claire, "O4"), "Dépenses")[0][column] == ""
    ExpenseCap.objects.create(
        financer_kind="OPCO_SANTE",
        kind="PAY",
        unit_amount=Decimal(20),
        deducts_state_aid=True,
        valid_from=date(2026, 1, 1),
    )
    # Nothing was received for March: nothing is deducted, and this is said.
    row = rows_of(a_delivery(paid.cohort, claire, "O4"), "Dépenses")[0]
    assert (row[column], row["Rémunération demandée"]) == (0, 52.85)


def test_pay_is_in_no_other_file():
    told = {code for code, keys in FILE_COLUMNS.items() for key in keys if key.startswith("pay.")}
    assert told == {"O4"}


def test_who_is_not_referent_prepares_no_statement(paid, claire):
    paid.cohort.referents.all().update(valid_to=date(2026, 1, 1))
    with pytest.raises(ValidationError):
        actions.new_delivery(cohort=paid.cohort, code="O4", destination=Destination(), as_of=TODAY, author=claire)


def test_the_financer_of_an_employer_gets_its_own_rows(paid, claire):
    delivery = a_delivery(paid.cohort, claire, "O4", Destination(paid.opco))
    assert [row["Employeur"] for row in rows_of(delivery, "Dépenses")] == ["Résidence La Closerie du Mont"]


def test_nothing_to_ask_makes_no_file(world, claire):
    for code in ("O3", "O4"):
        with pytest.raises(ValidationError, match="aucune ligne"):
            actions.new_delivery(cohort=world.cohort, code=code, destination=Destination(), as_of=TODAY, author=claire)


def test_the_list_of_trainees_now_knows_file_number_and_cost(paid, claire):
    amina = rows_of(a_delivery(paid.cohort, claire, "O1"), "Stagiaires")[0]
    assert (amina["N° de dossier OPCO"], amina["Coût pédagogique HT"]) == ("OS-2026-0417", 52.5)


def test_the_checks_before_sending_count_what_would_come_back(paid, claire):
    scope = FileScope(paid.cohort, Destination(), TODAY, claire)
    claire.acting_through = claire.memberships.get()
    counted = {check.label: check.count for code in ("O3", "O4") for check in checks.checks(scope, code)}
    assert counted["4. Heures qui diffèrent"] == 0
    assert counted["Dépenses sans justificatif"] == 3
    assert counted["Rémunérations notées pour d'autres heures que les heures suivies"] == 0
    void_line(line=paid.mine.invoice_lines.get(), by=claire, at=AT, reason="Erreur")
    paid.enrolment.attendances.filter(half_day__day=date(2026, 3, 10)).update(attended_minutes=180)
    counted = {check.label: check.count for code in ("O3", "O4") for check in checks.checks(scope, code)}
    assert counted["4. Heures qui diffèrent"] == 1
    assert counted["Rémunérations notées pour d'autres heures que les heures suivies"] == 1


def test_the_page_of_files_offers_both(paid, client_of, claire):
    page = client_of(claire).get(reverse("exports:new_delivery")).content.decode()
    assert "Relevé de dépenses" in page
    assert "Certificats de réalisation" in page
