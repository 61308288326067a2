"""Lines of the payer: the files received, matching, doubts, refusals, the same line twice, undoing."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from contracts.actions.payments import record_payment, void_payment
from contracts.models import AidPayment
from imports import actions
from imports.actions.receiving import open_batch
from imports.models import ImportBatch
from tests.imports.books import save
from tests.imports.payer import CSV, EXPECTED, FOREIGN, HEADINGS, TWO_MONTHS, XLSX, a_line, lines, twelve_contracts

PAYMENTS = ImportBatch.Kind.PAYMENTS
BAUDRY = "050260011700"


@pytest.fixture
def requests(cohort, closerie, estran):
    return twelve_contracts(cohort, closerie, estran)


@pytest.fixture
def bring(claire, requests):
    """`bring(path or text)`: the import as it was read."""

    def read(what, user=claire, **options):
        data = what.encode() if isinstance(what, str) else what.read_bytes()
        batch = open_batch(user=user, name="paiements", content=ContentFile(data), kind=PAYMENTS, **options)
        actions.read_batch(batch=batch, user=user)
        return batch

    return read


@pytest.fixture
def confirm(claire):
    def write(batch, user=claire, **answers):
        given = {row.pk: answers for row in batch.rows.filter(waits_for_answer=True)} if answers else {}
        return actions.confirm_now(batch=batch, answers=given, by=user)

    return write


def verdicts(batch):
    return dict(batch.rows.values_list("number", "verdict"))


def the_motif(batch, number=2):
    (motif,) = batch.rows.get(number=number).content["motifs"]
    return motif


def recorded():
    rows = AidPayment.objects.valid().order_by("month", "amount", "pk")
    return [(row.aid_request.decision_number, row.month, row.amount) for row in rows.select_related("aid_request")]


# --- The files received ---


@pytest.mark.parametrize("path, column", [(XLSX, "xlsx"), (CSV, "csv")], ids=["xlsx", "csv"])
def test_each_line_of_the_files_received_has_its_verdict(bring, path, column):
    batch = bring(path)
    found = verdicts(batch)
    assert found.pop(FOREIGN[f"ligne_{column}"]) == "refusee"
    assert found.pop(TWO_MONTHS[f"ligne_{column}"]) == "a_confirmer"
    paid = {n for one in EXPECTED["contrats"] for month in one["mois"].values() for n in month[f"lignes_{column}"]}
    paid.discard(TWO_MONTHS[f"ligne_{column}"])
    assert {number for number, verdict in found.items() if verdict == "a_creer"} == paid
    assert {verdict for number, verdict in found.items() if number not in paid} == {"ignoree"}
    assert len(paid) + 2 == EXPECTED["lignes_de_donnees"]


@pytest.mark.parametrize("path", [XLSX, CSV], ids=["xlsx", "csv"])
def test_the_files_received_give_what_was_paid_for_each_month(bring, confirm, path):
    batch = bring(path)
    key = the_motif(batch, TWO_MONTHS[f"ligne_{path.suffix[1:]}"])["cle"]
    confirm(batch, **{key: "partager"})
    paid = {}
    for number, month, amount in recorded():
        paid[number, f"{month:%Y-%m}"] = paid.get((number, f"{month:%Y-%m}"), Decimal(0)) + amount
    expected = {
        (one["decision"], month): Decimal(facts["paye"])
        for one in EXPECTED["contrats"]
        for month, facts in one["mois"].items()
        if facts["lignes_csv"]
    }
    assert paid == expected
    assert sum(paid.values()) == Decimal(EXPECTED["total"]) - Decimal("520.87")


def test_the_proposed_share_of_two_months_is_the_expected_one(bring):
    motif = the_motif(bring(CSV), TWO_MONTHS["ligne_csv"])
    assert motif["choix"][0] == ["partager", "Partager : juillet 2026 677,13\u00a0€, août 2026 677,13\u00a0€"]
    assert [value for value, _ in motif["choix"]] == ["partager", "2026-07", "2026-08", "non"]
    assert TWO_MONTHS["partage_propose"] == {"2026-07": "677.13", "2026-08": "677.13"}


def test_the_line_of_another_employer_is_refused_and_named(bring):
    motif = the_motif(bring(CSV), FOREIGN["ligne_csv"])
    assert motif["code"] == "employeur_etranger"
    assert motif["lu"].replace(" ", "") == FOREIGN["siret"]
    assert motif["precisions"] == FOREIGN["employeur"]


@pytest.mark.parametrize("first, second", [(XLSX, CSV), (CSV, XLSX)], ids=["xlsx then csv", "csv then xlsx"])
def test_both_files_are_the_same_lines(bring, confirm, first, second):
    batch = bring(first)
    confirm(batch, **{the_motif(batch, TWO_MONTHS[f"ligne_{first.suffix[1:]}"])["cle"]: "partager"})
    before = set(AidPayment.objects.values_list("line_key", flat=True))
    again = bring(second)
    assert again.totals["inchange"] == 105
    assert "a_creer" not in again.totals
    assert "a_confirmer" not in again.totals
    confirm(again)
    assert set(AidPayment.objects.values_list("line_key", flat=True)) == before
    assert len(before) == 106


def test_the_sums_of_the_file_are_checked_and_said(bring):
    assert bring(XLSX).notes == [
        "Le total du fichier, 62\u00a0599,52\u00a0€, est celui des 106 lignes lues.",
        "Ses 11 sous-totaux aussi sont justes.",
    ]


def test_a_line_lost_from_the_file_shows_in_its_total(bring):
    rows = CSV.read_text(encoding="utf-8-sig").splitlines()
    (note,) = bring("\n".join(rows[:20] + rows[21:])).notes
    assert "Ligne 107 : le total écrit, 62\u00a0599,52\u00a0€, n'est pas celui des lignes lues" in note


# --- Whose line it is ---


def test_a_decision_is_certain(bring):
    row = bring(lines(a_line(nom="", prenom="", siret=""))).rows.get(number=2)
    assert (row.verdict, row.content["versements"]) == ("a_creer", [["mars 2026", "520.87"]])


def test_without_a_decision_siret_name_and_month_are_a_proposal(bring, confirm, requests):
    batch = bring(lines(a_line(decision="")))
    motif = the_motif(batch)
    assert (motif["code"], batch.rows.get(number=2).verdict) == ("contrat_propose", "a_confirmer")
    ((value, label), leave) = motif["choix"]
    assert label == "BAUDRY Victoire, décision 050260011700, aide du 02/02/2026 au 01/02/2027"
    assert leave[0] == "non"
    assert confirm(batch).written["natures"] == {}
    assert recorded() == []
    batch = bring(lines(a_line(decision="")))
    confirm(batch, **{motif["cle"]: value})
    assert recorded() == [(BAUDRY, date(2026, 3, 1), Decimal("520.87"))]
    assert verdicts(bring(lines(a_line(decision=""))))[2] == "inchange"


def test_a_proposal_that_is_declined_leaves_the_line(bring, confirm):
    batch = bring(lines(a_line(decision="")))
    confirm(batch, **{the_motif(batch)["cle"]: "non"})
    assert recorded() == []
    assert batch.rows.get(number=2).verdict == "ignoree"


def test_an_unknown_decision_is_proposed_by_siret_and_name(bring):
    motif = the_motif(bring(lines(a_line(decision="050269999999"))))
    assert motif["code"] == "contrat_propose"


@pytest.mark.parametrize(
    "changes, code, lu",
    [
        pytest.param({"decision": "", "siret": ""}, "nom_seul", "BAUDRY VICTOIRE", id="a name alone"),
        pytest.param({"decision": "050269999999", "siret": ""}, "decision_inconnue", "050269999999", id="unknown"),
        pytest.param({"decision": "", "nom": "LEROY"}, "contrat_introuvable", "LEROY VICTOIRE", id="another name"),
        pytest.param({"decision": "", "mois": "03/2025"}, "contrat_introuvable", "BAUDRY VICTOIRE", id="other month"),
        pytest.param({"decision": "05026-A1700"}, "decision_illisible", "05026-A1700", id="letters in the number"),
        pytest.param({"mois": "01/2026"}, "mois_hors_aide", "01/2026", id="month before the aid"),
        pytest.param({"mois": "03/2027"}, "mois_hors_aide", "03/2027", id="month after the aid"),
        pytest.param({"mois": "printemps"}, "mois_illisible", "printemps", id="no month"),
        pytest.param({"paye_le": "05/01/2026"}, "paye_avant_decision", "05/01/2026", id="before the decision"),
        pytest.param({"paye_le": "05/12/2026"}, "paye_dans_le_futur", "05/12/2026", id="not yet paid"),
        pytest.param({"paye_le": "31/02/2026"}, "date_impossible", "31/02/2026", id="no such day"),
        pytest.param({"paye_le": ""}, "champ_obligatoire_vide", "", id="no day"),
        pytest.param({"montant": "néant 520"}, "montant_illisible", "néant 520", id="text for an amount"),
        pytest.param({"montant": "1.234"}, "montant_ambigu", "1.234", id="two readings"),
        pytest.param({"montant": "12 000,00"}, "montant_absurde", "12 000,00", id="absurd"),
        pytest.param({"montant": ""}, "champ_obligatoire_vide", "", id="no amount"),
    ],
)
def test_what_cannot_be_recorded_is_refused_with_its_line_and_value(bring, confirm, changes, code, lu):
    batch = bring(lines(a_line(**changes), a_line(mois="05/2026")))
    row = batch.rows.get(number=2)
    motif = next(one for one in row.content["motifs"] if one["code"] == code)
    assert (row.verdict, motif["lu"]) == ("refusee", lu)
    assert motif["dit"].endswith((".", "?"))
    # The sound line beside it is not lost.
    confirm(batch)
    assert recorded() == [(BAUDRY, date(2026, 5, 1), Decimal("520.87"))]


def test_a_refused_value_is_corrected_on_the_page(bring, confirm, claire):
    batch = bring(lines(a_line(montant="1.234")))
    row = batch.rows.get(number=2)
    actions.answer_rows(batch=batch, answers={row.pk: {"=F2": "1 234,00"}}, by=claire)
    assert batch.rows.get(number=2).content["versements"] == [["mars 2026", "1234.00"]]


def test_a_line_without_a_sum_is_ignored(bring):
    assert verdicts(bring(lines(a_line(montant="0,00"))))[2] == "ignoree"


def test_headings_printed_again_and_notes_are_ignored(bring):
    text = lines(a_line(), HEADINGS, "Page 2 sur 2;;;;;;;", a_line(mois="04/2026"))
    assert verdicts(bring(text)) == {1: "ignoree", 2: "a_creer", 3: "ignoree", 4: "ignoree", 5: "a_creer"}


def test_a_name_or_an_employer_that_contradicts_the_decision_is_asked(bring, confirm):
    batch = bring(lines(a_line(nom="LEROY", prenom="Paul", siret="26509901000018")))
    row = batch.rows.get(number=2)
    assert [motif["code"] for motif in row.content["motifs"]] == ["siret_different", "nom_different"]
    confirm(batch, **{motif["cle"]: "oui" for motif in row.content["motifs"]})
    assert len(recorded()) == 1
    again = bring(lines(a_line(nom="LEROY", prenom="Paul", siret="26509901000018")))
    assert verdicts(again)[2] == "inchange"


def test_a_social_security_number_refuses_its_line_and_shows_none_of_it(bring):
    row = bring(lines(a_line(nom="284067512345688"))).rows.get(number=2)
    assert (row.verdict, [one["code"] for one in row.content["motifs"]]) == ("refusee", ["nir_interdit"])
    assert "284067512345688" not in str(row.content)


def test_employer_brings_own_lines_and_no_other(bring, confirm, denis):
    batch = bring(CSV, user=denis)
    own = [one for one in EXPECTED["contrats"] if one["siret"] == "99998211900011"]
    assert batch.totals["a_creer"] == sum(len(month["lignes_csv"]) for one in own for month in one["mois"].values())
    assert batch.totals["a_creer"] + batch.totals["refusee"] == 106
    refused = batch.rows.filter(verdict="refusee")
    assert {row.content["motifs"][0]["code"] for row in refused} == {"employeur_etranger"}
    confirm(batch, user=denis)
    assert {number for number, _, _ in recorded()} == {one["decision"] for one in own}


# --- Doubts ---


def test_an_amount_of_two_expected_months_is_asked(bring, confirm):
    batch = bring(lines(a_line(mois="04/2026", montant="1041,74")))
    motif = the_motif(batch)
    assert motif["code"] == "montant_de_deux_mois"
    assert motif["choix"][0][1] == "Partager : mars 2026 520,87\u00a0€, avril 2026 520,87\u00a0€"
    confirm(batch, **{motif["cle"]: "partager"})
    assert recorded() == [(BAUDRY, date(2026, month, 1), Decimal("520.87")) for month in (3, 4)]
    assert verdicts(bring(lines(a_line(mois="04/2026", montant="1041,74"))))[2] == "inchange"


def test_twice_the_amount_is_no_question_when_the_neighbours_are_paid(bring):
    text = lines(*(a_line(mois=f"0{month}/2026") for month in (3, 5)), a_line(mois="04/2026", montant="1041,74"))
    assert verdicts(bring(text))[4] == "a_creer"


def test_a_repayment_is_a_negative_line(bring, confirm):
    batch = bring(lines(a_line(), a_line(montant="(100,00)", paye_le="05/05/2026")))
    assert batch.totals["a_creer"] == 2
    confirm(batch)
    assert [amount for _, _, amount in recorded()] == [Decimal("-100.00"), Decimal("520.87")]


def test_a_repayment_of_what_was_not_paid_is_asked(bring, confirm):
    batch = bring(lines(a_line(montant="-520,87")))
    motif = the_motif(batch)
    assert (motif["code"], motif["precisions"]) == ("indu_sans_versement", "versé pour ce mois : 0,00\u00a0€")
    confirm(batch, **{motif["cle"]: "oui"})
    assert [amount for _, _, amount in recorded()] == [Decimal("-520.87")]


def test_a_repayment_said_in_words_alone_is_asked(bring, confirm):
    text = f"{HEADINGS};Nature\n{a_line()};PAIEMENT\n{a_line(montant='100,00', paye_le='05/05/2026')};TROP-PERÇU\n"
    batch = bring(text)
    motif = the_motif(batch, 3)
    assert motif["code"] == "remboursement_positif"
    confirm(batch, **{motif["cle"]: "rembourse"})
    assert [amount for _, _, amount in recorded()] == [Decimal("-100.00"), Decimal("520.87")]
    assert bring(text).totals == {"ignoree": 1, "inchange": 2}


# --- The same line twice ---


def test_a_payment_made_twice_in_one_file_is_two_payments(bring, confirm):
    text = lines(a_line(), a_line())
    confirm(bring(text))
    assert len(recorded()) == 2
    assert bring(text).totals == {"ignoree": 1, "inchange": 2}
    assert bring(lines(a_line(), a_line(), a_line())).totals == {"ignoree": 1, "inchange": 2, "a_creer": 1}


def test_lines_of_a_screen_without_their_transfer_are_the_same_lines(bring, confirm):
    confirm(bring(lines(a_line())))
    assert verdicts(bring(lines(a_line(virement=""))))[2] == "inchange"


def test_lines_whose_transfer_comes_later_are_the_same_lines(bring, confirm):
    confirm(bring(lines(a_line(virement=""))))
    assert verdicts(bring(lines(a_line())))[2] == "inchange"


def test_a_line_typed_by_hand_is_known_in_the_file(bring, requests, claire):
    record_payment(
        request=requests[BAUDRY],
        month=date(2026, 3, 1),
        amount=Decimal("520.87"),
        paid_on=date(2026, 4, 7),
        by=claire,
    )
    assert verdicts(bring(lines(a_line())))[2] == "inchange"


def test_a_line_voided_by_somebody_is_asked_again(bring, confirm, claire):
    confirm(bring(lines(a_line())))
    void_payment(payment=AidPayment.objects.get(), reason="Virement rejeté", by=claire)
    batch = bring(lines(a_line()))
    motif = the_motif(batch)
    assert (motif["code"], "Virement rejeté" in motif["precisions"]) == ("deja_annulee", True)
    confirm(batch, **{motif["cle"]: "oui"})
    assert len(recorded()) == 1


def test_confirming_twice_writes_once(bring, confirm):
    batch = bring(lines(a_line()))
    confirm(batch)
    with pytest.raises(ValidationError, match="attend plus"):
        actions.answer_rows(batch=batch, answers={}, by=batch.uploaded_by)
    actions.confirm_import(batch=batch, by=batch.uploaded_by)
    assert len(recorded()) == 1


def test_two_people_who_confirm_the_same_lines_write_them_once(bring, confirm, claire, denis):
    hers, his = bring(lines(a_line())), bring(lines(a_line()), user=denis)
    confirm(hers, user=claire)
    written = confirm(his, user=denis).written
    assert (written["natures"], written["changees_depuis"]) == ({}, 0)
    assert len(recorded()) == 1


# --- Undoing ---


def test_an_import_that_is_undone_voids_its_payments_and_may_come_again(bring, confirm, claire):
    batch = confirm(bring(lines(a_line(), a_line(mois="04/2026"))))
    actions.undo_import(batch=batch, by=claire)
    voided = AidPayment.objects.exclude(voided_at=None)
    assert {(row.voided_by, row.void_reason) for row in voided} == {(claire, "Import annulé : « paiements »")}
    assert len(voided) == 2
    again = bring(lines(a_line(), a_line(mois="04/2026")))
    assert again.totals["a_creer"] == 2


def test_undoing_leaves_payments_of_other_imports(bring, confirm, claire):
    confirm(bring(lines(a_line())))
    batch = confirm(bring(lines(a_line(), a_line(mois="04/2026"))))
    actions.undo_import(batch=batch, by=claire)
    assert recorded() == [(BAUDRY, date(2026, 3, 1), Decimal("520.87"))]


# --- Workbooks of other hands ---


def test_days_of_a_workbook_of_1904_are_right(bring, tmp_path):
    rows = [HEADINGS.split(";"), [*a_line().split(";")[:4], date(2026, 3, 1), 520.87, date(2026, 4, 7), "V1"]]
    batch = bring(save(tmp_path / "mac.xlsx", date_1904=True, Paiements=rows))
    row = batch.rows.get(number=2)
    assert (row.verdict, row.content["valeurs"]["mois payé"]) == ("a_creer", "03/2026")
    assert row.content["valeurs"]["payée le"] == "2026-04-07"


def test_the_zero_that_a_spreadsheet_took_is_given_back_and_said(bring, tmp_path):
    rows = [HEADINGS.split(";"), [50260011700, *a_line().split(";")[1:]]]
    row = bring(save(tmp_path / "a.xlsx", Paiements=rows)).rows.get(number=2)
    assert {"champ": "numéro de décision", "dit": "zéro initial perdu par le tableur et rendu"} in row.content[
        "corrections"
    ]


def test_one_sheet_for_each_transfer_is_read(bring, tmp_path):
    sheets = {
        name: [HEADINGS.split(";"), a_line(mois=month).split(";")]
        for name, month in (("Mars", "03/2026"), ("Avril", "04/2026"))
    }
    batch = bring(save(tmp_path / "a.xlsx", Lisez=[["Bonjour"]], **sheets))
    assert batch.totals["a_creer"] == 2


def test_a_file_with_no_line_at_all_is_refused(bring):
    batch = bring("\n\n")
    assert (batch.state, "aucune ligne" in batch.refusal) == ("REFUSED", True)
