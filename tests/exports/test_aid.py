"""A1: the file says what the ledger says, month by month, to the employer's own and to the DDETS, and no more."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Message
from accounts.roles import FunderKind, OrganisationKind, Role
from contracts.ledger import ledgers, money
from contracts.models import AidPayment, Amendment, Contract, PresenceStatement, Suspension
from exports import actions
from exports.destinations import destinations, to_employer
from exports.scope import Destination
from tests import builders as b
from tests.exports.helpers import TODAY, a_delivery, by_openpyxl, bytes_of, rows_of, texts_of

FULL = Decimal("520.87")


@pytest.fixture
def paid(world):
    """Amina: February declared and paid, March declared and paid twice, the others nothing yet."""
    request = world.contract.aid_requests.get()
    for month, declared_on in ((date(2026, 2, 1), date(2026, 3, 4)), (date(2026, 3, 1), date(2026, 4, 3))):
        PresenceStatement.objects.create(
            aid_request=request,
            month=month,
            establishment=world.closerie,
            declared_on=declared_on,
            confirmed_at="2026-04-03T10:00+02:00",
            expected_amount=Decimal("503.51") if month.month == 2 else FULL,
            parts=Decimal(29 if month.month == 2 else 30),
            whole=30,
            inputs={
                "hourly_smic": "12.02",
                "rate": "0.50",
                "weekly_hours": "20.00",
                "reasons": ["entrée en cours de mois", "trentièmes (hypothèse)"] if month.month == 2 else [],
            },
        )
    for month, day, amount in (
        (date(2026, 2, 1), date(2026, 4, 10), Decimal("503.51")),
        (date(2026, 3, 1), date(2026, 5, 10), FULL),
        (date(2026, 3, 1), date(2026, 5, 12), FULL),
    ):
        AidPayment.objects.create(aid_request=request, month=month, amount=amount, paid_on=day, line_key=f"{day}")
    return world


def whole(world, claire, **changes):
    return a_delivery(world.cohort, claire, "A1", **changes)


def of_site(world, claire, site):
    return whole(world, claire, destination=to_employer(site))


def euros(value) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


# --- What it says


def test_the_file_has_its_sheets_and_a_row_per_contract_and_ended_month(paid, claire):
    delivery = whole(paid, claire)
    book = by_openpyxl(bytes_of(delivery))
    assert book.sheetnames == ["Aide par mois", "Par contrat", "Par mois", "Informations"]
    rows = rows_of(delivery, "Aide par mois")
    months = [date(2026, month, 1) for month in range(2, 11)]
    assert [(row["Nom de naissance"], row["Mois"]) for row in rows] == [
        (name, month) for name in ("BAUDRY", "DA COSTA") for month in months
    ]


def test_a_month_says_what_is_expected_declared_paid_and_missing(paid, claire):
    february, march, april = rows_of(whole(paid, claire), "Aide par mois")[:3]
    assert (euros(february["Aide attendue"]), euros(february["Aide versée"]), february["Écart"]) == (
        Decimal("503.51"),
        Decimal("503.51"),
        0,
    )
    assert (february["Déclaré sur SYLAé"], february["Déclaré le"]) == ("Oui", date(2026, 3, 4))
    assert (february["Jours retenus"], february["Diviseur (hypothèse)"]) == (29, 30)
    assert february["Mois incomplet ou sans montant"] == "entrée en cours de mois"
    assert (february["Cause de l'écart"], february["Dernier versement le"]) == ("", date(2026, 4, 10))
    assert (euros(march["Aide versée"]), euros(march["Écart"])) == (2 * FULL, FULL)
    assert march["Cause de l'écart"] == "double paiement"
    # Nothing is noted as paid: empty, not zero.
    assert (april["Aide versée"], april["Dernier versement le"], euros(april["Écart"])) == ("", "", -FULL)
    assert (april["Déclaré sur SYLAé"], april["Déclaré le"]) == ("Non", "")
    assert april["Cause de l'écart"] == "attestation manquante"
    assert (april["Taux de prise en charge"], april["Heures aidées"], april["SMIC horaire"]) == (0.5, 20, 12.02)


def test_cells_have_their_types(paid, claire):
    page = by_openpyxl(bytes_of(whole(paid, claire)))["Aide par mois"]
    heads = {cell.value: cell.column for cell in page[1]}

    def cell(name):
        return page.cell(2, heads[name])

    assert (cell("Mois").number_format, cell("Aide attendue").number_format) == ("mm/yyyy", '#,##0.00\\ "€"')
    assert (cell("SIRET").data_type, cell("SIRET").number_format) == ("s", "@")
    assert (cell("N° de décision d'aide").data_type, cell("Écart").data_type) == ("s", "n")
    assert (page.print_title_cols, page.freeze_panes) == ("$A:$C", "D2")


# --- The screen and the file agree


def test_every_row_and_every_sum_is_the_ledgers(paid, claire):
    delivery = whole(paid, claire)
    contracts = Contract.objects.visible_to(claire).in_cohort(paid.cohort)
    rows = rows_of(delivery, "Aide par mois")
    told = {
        (row["N° de décision d'aide"], row["Mois"]): (euros(row["Aide attendue"]), euros(row["Écart"])) for row in rows
    }
    kept = {
        (contract.aid_requests.get().decision_number, month.month): (month.expected, month.gap)
        for contract in contracts
        for month in ledgers(contracts, TODAY)[contract.pk].months
        if month.is_ended
    }
    assert told == kept
    found = money(contracts, TODAY)
    assert sum(euros(row["Aide attendue"]) for row in rows) == found.expected
    assert sum(euros(row["Aide versée"] or 0) for row in rows) == found.paid
    total = rows_of(delivery, "Par contrat")[-1]
    assert total["Identifiant interne"] == "TOTAL"
    assert [euros(total[name]) for name in ("Aide attendue à ce jour", "Aide versée", "Écart")] == [
        found.expected,
        found.paid,
        found.paid - found.expected,
    ]
    assert [euros(total[name]) for name in ("dont pas encore échu", "dont en retard", "dont versé en trop")] == [
        found.not_due,
        found.late,
        found.overpaid,
    ]


def test_each_sheet_adds_up_to_the_same(paid, claire):
    delivery = whole(paid, claire)
    *contracts, total = rows_of(delivery, "Par contrat")
    months = rows_of(delivery, "Par mois")
    for name in ("Aide attendue à ce jour", "Aide versée", "Écart", "dont en retard"):
        assert sum(euros(row[name]) for row in contracts) == euros(total[name])
        assert sum(euros(row[name]) for row in months) == euros(total[name])
    assert (total["Mois déclarés"], contracts[0]["Mois déclarés"]) == ("2 sur 18", "2 sur 9")
    assert [(row["Contrats"], row["Mois déclarés"]) for row in months[:3]] == [
        (2, "1 sur 2"),
        (2, "1 sur 2"),
        (2, "0 sur 2"),
    ]


def test_rates_are_said_in_words(paid, claire):
    facts = {row["Information"]: row["Valeur"] for row in rows_of(whole(paid, claire), "Informations")}
    assert facts["Mois déclarés sur SYLAé"] == "2 sur 18 (11,1\u00a0%) mois terminés."
    assert facts["Taux de l'aide"] == "50\u00a0% : 2 contrats"
    assert "12,02" in facts["Formule"]
    assert "hypothèse" in facts["Mois incomplet"]
    assert facts["Montants"] == "Montant indicatif : seul le montant notifié par l'ASP fait foi."
    assert "double paiement : 1 mois" in facts["Causes des écarts"]


def test_a_contract_without_order_says_why_and_has_no_amount(world, claire):
    world.other_contract.aid_requests.update(order=None, rate=Decimal("61.00"))
    delivery = whole(world, claire)
    assert {row["Nom de naissance"] for row in rows_of(delivery, "Aide par mois")} == {"BAUDRY"}
    assert [row["Nom de naissance"] for row in rows_of(delivery, "Par contrat")] == ["BAUDRY", ""]
    zoe, *others = rows_of(delivery, "Sans montant")
    assert (zoe["Nom de naissance"], others) == ("DA COSTA", [])
    assert "Aucun arrêté" in zoe["Aucun montant parce que"]


def test_a_payment_before_the_end_of_its_month_is_shown_and_not_yet_expected(world, claire):
    request = world.contract.aid_requests.get()
    AidPayment.objects.create(aid_request=request, month=date(2026, 11, 1), amount=FULL, paid_on=date(2026, 11, 18))
    november = [row for row in rows_of(whole(world, claire), "Aide par mois") if row["Mois"] == date(2026, 11, 1)]
    assert [(row["Mois terminé"], euros(row["Aide versée"])) for row in november] == [("Non", FULL)]


# --- To whom


def test_an_employers_file_holds_its_own_people_alone(paid, claire):
    delivery = of_site(paid, claire, paid.closerie)
    assert delivery.number == "2026-11-EMPLOYEUR-01"
    assert {row["Nom de naissance"] for row in rows_of(delivery, "Aide par mois")} == {"BAUDRY"}
    assert not {"DA COSTA", "Zoé", paid.estran.siret, paid.estran.name} & texts_of(delivery)


def test_months_before_a_change_of_employer_stay_with_the_former_one(paid, claire):
    """From 1 July Amina works at L'Estran's: each employer reads its own months, the DDETS all of them."""
    Amendment.objects.create(
        contract=paid.contract,
        effective_on=date(2026, 7, 1),
        establishment_before=paid.closerie,
        establishment_after=paid.estran,
    )
    Contract.objects.filter(pk=paid.contract.pk).update(establishment=paid.estran)

    def months(delivery):
        rows = rows_of(delivery, "Aide par mois")
        return [row["Mois"].month for row in rows if row["Nom de naissance"] == "BAUDRY"]

    before, after = of_site(paid, claire, paid.closerie), of_site(paid, claire, paid.estran)
    assert (months(before), months(after)) == ([2, 3, 4, 5, 6], [7, 8, 9, 10])
    assert {row["SIRET"] for row in rows_of(before, "Aide par mois")} == {paid.closerie.siret}
    everywhere = whole(paid, claire, destination=Destination(ddets=True))
    assert months(everywhere) == [*range(2, 11)]
    sites = [one.establishment for one in destinations(paid.cohort, "A1", claire, TODAY)]
    assert sites == [None, None, paid.estran, paid.closerie]


def test_the_file_is_read_by_its_recipient_once_it_is_sent(paid, claire, denis, gaelle):
    delivery = of_site(paid, claire, paid.closerie)
    assert not actions.may_open(denis, delivery)
    sent = actions.send_delivery(delivery=delivery, sent_on=TODAY, through="", by=claire)
    assert actions.may_open(denis, sent)
    assert not actions.may_open(gaelle, sent)
    message = Message.objects.get(recipient=denis.email)
    assert delivery.number in message.subject
    assert "BAUDRY" not in message.body


def test_the_ddets_receives_that_of_the_whole_cohort(paid, claire, client_of):
    ddets = b.an_organisation(OrganisationKind.FUNDER, "DDETS de la Manche", funder_kind=FunderKind.DDETS)
    reader = b.a_user("ddets@ddets.example")
    b.a_membership(reader, ddets, Role.FUNDER)
    delivery = whole(paid, claire, destination=Destination(organisation=ddets, ddets=True))
    assert (delivery.number, delivery.to_whom) == ("2026-11-DDETS-01", "DDETS de la Manche")
    sent = actions.send_delivery(delivery=delivery, sent_on=TODAY, through="", by=claire)
    assert actions.may_open(reader, sent)


def test_without_an_account_each_file_still_says_whom_it_is_for(paid, claire):
    assert whole(paid, claire, destination=Destination(ddets=True)).to_whom == "DDETS"
    ours = whole(paid, claire)
    assert (ours.number, ours.to_whom) == ("2026-11-AGENCE-01", "coordination de la cohorte")
    assert not actions.has_recipient(ours)


def test_a_colleague_who_is_no_referent_cannot_prepare_it(paid, agency):
    colleague = b.a_user("sophie@agence.example")
    b.a_membership(colleague, agency)
    with pytest.raises(Exception, match="référente"):
        whole(paid, colleague)


def test_each_recipient_has_its_button(paid, claire, client_of):
    client = client_of(claire)
    page = client.get(reverse("exports:new_delivery")).content.decode()
    assert "Aide de l'État, mois par mois" in page.replace("&#x27;", "'")
    for data, word in (
        ({}, "AGENCE"),
        ({"pour": "DDETS"}, "DDETS"),
        ({"etablissement": paid.closerie.pk}, "EMPLOYEUR"),
    ):
        values = {"code": "A1", "cohorte": paid.cohort.pk, "au": "20/11/2026", **data}
        client.post(reverse("exports:prepare"), values)
        assert paid.cohort.deliveries.order_by("-pk").first().word == word


def test_what_is_looked_at_before_it_leaves_counts_ended_months_nobody_declared(paid, claire, client_of):
    asked = {"code": "A1", "cohorte": paid.cohort.pk, "au": "20/11/2026"}
    found = client_of(claire).get(reverse("exports:prepare"), asked).context["checks"]
    # Of one contract, February and March are declared, and not April to October; of the other, none of nine months.
    assert {check.label: check.count for check in found}["Mois terminés non déclarés sur SYLAé"] == 7 + 9


# --- What never leaves


def test_neither_the_reason_of_an_absence_nor_the_pay_kept_leaves(paid, claire):
    Suspension.objects.create(
        contract=paid.contract,
        starts_on=date(2026, 6, 8),
        ends_on=date(2026, 6, 19),
        reason="WORK_STOPPAGE",
        pay_kept="NONE",
    )
    delivery = whole(paid, claire)
    june = next(row for row in rows_of(delivery, "Aide par mois") if row["Mois"] == date(2026, 6, 1))
    assert (june["Mois incomplet ou sans montant"], june["Jours retenus"]) == ("suspension", 18)
    said = " ".join(map(str, texts_of(delivery))).lower()
    assert not [word for word in ("arrêt de travail", "maladie", "salaire", "inapt") if word in said]


def test_the_share_of_the_departement_leaves_in_no_file(paid, claire):
    alone = whole(paid, claire)
    paid.contract.aid_requests.update(is_cofinanced=True)
    shared = whole(paid, claire)
    for sheet in ("Aide par mois", "Par contrat", "Par mois"):
        assert rows_of(shared, sheet) == rows_of(alone, sheet) != []
    said = " ".join(map(str, texts_of(shared)))
    assert not re.search("RSA|88\\s%|département", said)


def test_a_payment_made_after_the_day_of_the_file_is_not_in_it(paid, claire):
    rows = rows_of(whole(paid, claire, as_of=date(2026, 5, 11)), "Aide par mois")
    amina = {row["Mois"].month: row for row in rows if row["Nom de naissance"] == "BAUDRY"}
    assert sorted(amina) == [2, 3, 4]
    assert (euros(amina[3]["Aide versée"]), euros(amina[3]["Écart"]), amina[3]["Cause de l'écart"]) == (FULL, 0, "")
    early = rows_of(whole(paid, claire, as_of=date(2026, 4, 1)), "Aide par mois")
    march = next(row for row in early if row["Mois"] == date(2026, 3, 1))
    assert (march["Déclaré sur SYLAé"], march["Aide versée"]) == ("Non", "")
