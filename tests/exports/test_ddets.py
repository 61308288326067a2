"""D1 and D2: breaks, suspensions, amendments and exits as they stood on the day, and rates nobody can misread."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.disclosure import FILE_COLUMNS, refused_in_sheet
from contracts.ledger import money
from contracts.models import AidPayment, Amendment, Contract, DoneStep, Exit, Suspension
from exports.build import refuse_unlisted
from exports.registry import KINDS
from exports.scope import Destination, FileScope
from regulations.nir import heading_looks_like_nir
from tests import builders as b
from tests.exports.helpers import a_delivery, by_openpyxl, bytes_of, rows_of, texts_of
from workbooks.columns import Column
from workbooks.write import Sheet


def one_over(world, broken_on=date(2026, 5, 29), reason="UNFITNESS", **changes):
    """Amina's contract, broken, with what was found of her afterwards."""
    Contract.objects.filter(pk=world.contract.pk).update(broken_on=broken_on, break_reason=reason)
    fields = {"recorded_on": date(2026, 6, 10), "situation": "CDI", **changes}
    return Exit.objects.create(contract=world.contract, **fields)


def test_a_break_leaves_in_the_words_of_the_ddets_and_without_any_of_health(world, claire):
    one_over(world)
    delivery = a_delivery(world.cohort, claire, "D1")
    amina = rows_of(delivery, "Contrats")[0]
    assert (amina["Rupture anticipée"], amina["Date de rupture"]) == ("Oui", date(2026, 5, 29))
    assert amina["Type de rupture"] == "Initiative de l'employeur"
    assert not any("inapt" in str(text).lower() for text in texts_of(delivery))


def test_the_exit_has_its_class_and_its_three_moments(world, claire):
    one_over(
        world,
        same_job="YES",
        situation_3_months="CDD_MOINS_6",
        checked_3_months_on=date(2026, 9, 1),
        situation_6_months="INJOIGNABLE",
        checked_6_months_on=date(2026, 11, 30),
    )
    amina, zoe = rows_of(a_delivery(world.cohort, claire, "D1"), "Contrats")
    assert (amina["Situation à la sortie"], amina["Classe de sortie"]) == ("CDI", "emploi durable")
    assert (amina["Situation à 3 mois"], amina["Relevée à 3 mois le"]) == ("CDD de moins de 6 mois", date(2026, 9, 1))
    # Asked for after the day of the file: it is not there yet.
    assert (amina["Situation à 6 mois"], amina["Relevée à 6 mois le"], amina["Injoignable"]) == ("", "", "Non")
    assert (amina["Métier correspondant"], amina["Chez le même employeur"]) == ("oui", "non vérifié")
    assert {zoe[head] for head in ("Situation à la sortie", "Classe de sortie", "Injoignable")} == {""}


def test_a_contract_over_without_an_answer_is_undocumented_and_its_situation_empty(world, claire):
    Contract.objects.filter(pk=world.contract.pk).update(broken_on=date(2026, 5, 29), break_reason="RESIGNATION")
    amina = rows_of(a_delivery(world.cohort, claire, "D1"), "Contrats")[0]
    assert (amina["Situation à la sortie"], amina["Classe de sortie"]) == ("", "sortie non documentée")


def test_nothing_later_than_the_day_of_the_file_enters_it(world, claire):
    one_over(world)
    Suspension.objects.create(
        contract=world.other_contract, starts_on=date(2026, 5, 4), ends_on=date(2026, 5, 6), reason="WORK_STOPPAGE"
    )
    delivery = a_delivery(world.cohort, claire, "D1", as_of=date(2026, 5, 5))
    amina, zoe = rows_of(delivery, "Contrats")
    assert (amina["Rupture anticipée"], amina["Date de rupture"], amina["Type de rupture"]) == ("Non", "", "")
    assert (amina["Sortie relevée le"], amina["Situation à la sortie"], amina["État du contrat"]) == (
        "",
        "",
        "en cours",
    )
    assert (zoe["Suspensions : nombre"], zoe["Suspensions : jours"]) == (1, 2)


def test_hours_and_place_are_those_of_the_day(world, claire):
    Amendment.objects.create(
        contract=world.contract,
        effective_on=date(2026, 9, 1),
        hours_before=Decimal("24.00"),
        hours_after=Decimal("28.00"),
        establishment_before=world.estran,
        establishment_after=world.closerie,
    )
    before = rows_of(a_delivery(world.cohort, claire, "D1", as_of=date(2026, 8, 31)), "Contrats")[0]
    after = rows_of(a_delivery(world.cohort, claire, "D1", as_of=date(2026, 9, 1)), "Contrats")[0]
    assert (before["Durée hebdomadaire"], before["SIRET"], before["Statut"]) == (24, world.estran.siret, "mutuelle")
    assert (after["Durée hebdomadaire"], after["SIRET"]) == (28, world.closerie.siret)


def test_steps_of_the_end_are_dated(world, claire):
    for step, day in (("EXIT_INTERVIEW", date(2026, 11, 3)), ("CERTIFICATE", date(2026, 12, 1))):
        DoneStep.objects.create(contract=world.contract, step=step, done_on=day)
    amina = rows_of(a_delivery(world.cohort, claire, "D1"), "Contrats")[0]
    assert (amina["Entretien de sortie le"], amina["Attestation d'expérience remise le"]) == (date(2026, 11, 3), "")


def test_the_follow_up_is_printed_on_pages_that_begin_with_the_name(world, claire):
    sheet = by_openpyxl(bytes_of(a_delivery(world.cohort, claire, "D1")))["Contrats"]
    assert (sheet.print_title_rows, sheet.print_title_cols, sheet.freeze_panes) == ("$1:$1", "$A:$D", "E2")
    assert len(sheet.col_breaks.brk) > 3
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage


def test_rates_are_written_out_with_the_unknown_in_the_denominator(world, claire):
    one_over(world, reason="RESIGNATION_FOR_CDI")
    third = b.a_contract(cohort=world.cohort, establishment=world.estran, ends_on=date(2026, 6, 30))
    b.an_aid_request(third, order=world.order)
    delivery = a_delivery(world.cohort, claire, "D2")
    lines = {row["Indicateur"]: row for row in rows_of(delivery, "Indicateurs")}
    assert (lines["Sorties"]["Total"], lines["Sorties dynamiques"]["En clair"]) == (2, "1 sur 2")
    assert lines["dont emploi durable"]["En clair"] == "1 sur 2"
    assert (lines["dont sortie non documentée"]["En clair"], lines["dont documentées"]["En clair"]) == ("1 sur 2",) * 2
    assert lines["Ruptures anticipées"]["En clair"] == "1 sur 3"
    assert lines["dont « Initiative du salarié - emploi »"]["Total"] == 1
    assert lines["dont « Initiative de l'employeur »"]["Total"] == 0
    # No percentage below ten people.
    assert {row["Taux"] for name, row in lines.items() if name != "Taux moyen de prise en charge"} == {""}
    assert lines["Taux moyen de prise en charge"]["Taux"] == 0.5
    facts = {row["Information"]: row["Valeur"] for row in rows_of(delivery, "Informations")}
    assert facts["Ruptures anticipées"] == "1 sur 3 entrées effectives."
    assert facts["Sorties, situation à la sortie"] == (
        "1 sortie dynamique sur 2, dont 1 durable ; 1 sortie non documentée, comptée dans le total."
    )
    assert facts["Sorties, situation à 6 mois"] == "Aucune sortie de 6 mois ou plus."


def test_three_months_after_only_exits_old_enough_are_counted(world, claire):
    one_over(world, situation_3_months="FORMATION_QUALIFIANTE", checked_3_months_on=date(2026, 9, 1))
    recent = b.a_contract(cohort=world.cohort, establishment=world.estran, ends_on=date(2026, 10, 31))
    b.an_aid_request(recent, order=world.order)
    lines = {row["Indicateur"]: row for row in rows_of(a_delivery(world.cohort, claire, "D2"), "Indicateurs")}
    assert lines["Sorties"]["Total"] == 2
    assert lines["Personnes jointes à 3 mois"]["En clair"] == "1 sur 1"
    assert lines["En formation à 3 mois"]["En clair"] == "1 sur 1"
    assert lines["Personnes jointes à 6 mois"]["En clair"] == "0 sur 0"


@pytest.mark.parametrize(
    "reason, at_stake",
    [
        pytest.param("EMPLOYER", 1, id="R5134-45"),
        pytest.param("RESIGNATION", 0, id="texte de 2008, démission"),
    ],
)
def test_breaks_that_put_the_aid_at_stake_are_counted(world, claire, reason, at_stake):
    one_over(world, reason=reason)
    lines = {row["Indicateur"]: row for row in rows_of(a_delivery(world.cohort, claire, "D2"), "Indicateurs")}
    assert lines["dont aide exposée à un remboursement"]["Total"] == at_stake


def test_an_exit_taken_out_of_the_calculation_leaves_the_rates(world, claire):
    one_over(world, situation="RETIREE")
    lines = {row["Indicateur"]: row for row in rows_of(a_delivery(world.cohort, claire, "D2"), "Indicateurs")}
    assert (lines["Sorties"]["Total"], lines["dont retirées du calcul"]["Total"]) == (1, 1)
    assert lines["Sorties dynamiques"]["En clair"] == "0 sur 0"


def test_each_employer_has_its_breaks_exits_and_aid(world, claire):
    one_over(world, reason="RESIGNATION")
    by_site = {row["SIRET"]: row for row in rows_of(a_delivery(world.cohort, claire, "D2"), "Par employeur")}
    closerie, estran = by_site[world.closerie.siret], by_site[world.estran.siret]
    assert (closerie["Ruptures"], closerie["Sorties"], closerie["Sorties dynamiques"]) == (1, 1, "1 sur 1")
    assert (estran["Ruptures"], estran["Sorties"], estran["Sorties dynamiques"]) == (0, 0, "0 sur 0")
    # From 2 February to 31 October: 29 thirtieths, then eight whole months.
    assert estran["Aide attendue à ce jour"] == pytest.approx(503.50 + 8 * 520.87, abs=0.02)


def test_the_money_of_the_quantitative_table_is_that_of_the_ledger(world, claire):
    request = world.contract.aid_requests.get()
    AidPayment.objects.create(
        aid_request=request, month=date(2026, 2, 1), amount=Decimal("503.50"), paid_on=date(2026, 4, 10)
    )
    found = money(Contract.objects.visible_to(claire), date(2026, 11, 20))
    lines = {row["Indicateur"]: row for row in rows_of(a_delivery(world.cohort, claire, "D2"), "Indicateurs")}
    aid = {label: row["Montant"] for label, row in lines.items() if row["Groupe"] == "Aide"}
    said = {label: Decimal(str(amount)) for label, amount in aid.items() if amount != ""}
    assert said == {
        "Aide engagée": found.committed,
        "Aide attendue à ce jour": found.expected,
        "Aide versée": found.paid,
        "Écart": found.paid - found.expected,
        "dont pas encore échu": found.not_due,
        "dont en retard": found.late,
        "dont versé en trop": found.overpaid,
    }


def test_no_sheet_of_any_file_holds_a_column_off_its_list(world, claire):
    for code, kind in KINDS.items():
        columns = [Column(key, key) for key in FILE_COLUMNS[code]]
        scope = FileScope(world.cohort, Destination(), date(2026, 11, 20), claire)
        for sheet in kind.content(scope, columns).sheets[1:]:
            assert refused_in_sheet(code, sheet.title, [column.key for column in sheet.columns]) == []
            assert not [column for column in sheet.columns if heading_looks_like_nir(column.heading)]


def test_a_sheet_off_the_list_stops_the_file():
    sheet = Sheet("Motifs d'absence", [Column("reason", "Motif")], [])
    with pytest.raises(ValueError, match="may not leave"):
        refuse_unlisted("O2", [sheet])
