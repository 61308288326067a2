"""Amounts, months, columns and sums of a payer's file, before anything is matched."""

from datetime import date
from decimal import Decimal

import pytest

from imports.grid import Grid
from imports.payments.amounts import amount
from imports.payments.columns import layout_of
from imports.payments.lines import decision_number
from imports.payments.months import months
from imports.payments.totals import Sums
from tests.imports.payer import CSV, HEADINGS, XLSX, a_line
from workbooks.csvfile import read_csv
from workbooks.read import read_workbook

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)


@pytest.mark.parametrize(
    "written, euros",
    [
        pytest.param("1 234,56 €", "1234.56", id="French, no-break spaces"),
        pytest.param("1\u202f234,56\u00a0€", "1234.56", id="French, narrow space"),
        pytest.param("1.234,56", "1234.56", id="points between thousands"),
        pytest.param("1,234.56", "1234.56", id="English"),
        pytest.param("€ 1,234.56", "1234.56", id="currency in front"),
        pytest.param("1'234.56", "1234.56", id="Swiss"),
        pytest.param("12 345 678,90", "12345678.90", id="millions"),
        pytest.param("1,234,567", "1234567", id="two English separators"),
        pytest.param("520,87", "520.87", id="comma"),
        pytest.param("520.87", "520.87", id="point"),
        pytest.param("520,8", "520.8", id="one decimal"),
        pytest.param("1 234", "1234", id="a space is never a decimal point"),
        pytest.param("(625,04)", "-625.04", id="brackets"),
        pytest.param("(625,04 €)", "-625.04", id="brackets around the currency"),
        pytest.param("-625,04", "-625.04", id="minus"),
        pytest.param("− 625,04", "-625.04", id="true minus sign"),
        pytest.param("625,04-", "-625.04", id="minus behind"),
        pytest.param("+6,07 EUR", "6.07", id="plus"),
        pytest.param(Decimal("514.8"), "514.80", id="number of a spreadsheet"),
        pytest.param(520, "520", id="whole number"),
        pytest.param("0,00", "0", id="zero"),
    ],
)
def test_an_amount_is_read_to_the_cent(written, euros):
    assert amount(written).value == Decimal(euros)


@pytest.mark.parametrize(
    "written, motif",
    [
        pytest.param("1.234", "montant_ambigu", id="a thousand, or one and some"),
        pytest.param("1,234", "montant_ambigu", id="the same in English"),
        pytest.param("-12,345 €", "montant_ambigu", id="negative"),
        pytest.param("0,123", "montant_illisible", id="below the cent"),
        pytest.param("12 34,56", "montant_illisible", id="groups that are none"),
        pytest.param("1.23.45", "montant_illisible", id="two decimal points"),
        pytest.param("1.234,567.89", "montant_illisible", id="mixed"),
        pytest.param("cinq cents", "montant_illisible", id="words"),
        pytest.param("520,87 net", "montant_illisible", id="text beside"),
        pytest.param("5e2", "montant_illisible", id="scientific"),
        pytest.param("#N/A", "montant_illisible", id="error"),
        pytest.param(Decimal("520.873"), "montant_illisible", id="number below the cent"),
        pytest.param(date(2026, 3, 1), "montant_illisible", id="a day"),
        pytest.param(True, "montant_illisible", id="yes"),
        pytest.param("--5", "montant_illisible", id="two signs"),
    ],
)
def test_an_amount_in_doubt_is_not_guessed(written, motif):
    found = amount(written)
    assert (found.value, found.motif) == (None, motif)


@pytest.mark.parametrize(
    "written, found",
    [
        pytest.param(202607, [JULY], id="number"),
        pytest.param("202607", [JULY], id="year and month"),
        pytest.param("07/2026", [JULY], id="month and year"),
        pytest.param("7/2026", [JULY], id="one digit"),
        pytest.param("2026-07", [JULY], id="ISO"),
        pytest.param("juillet 2026", [JULY], id="in words"),
        pytest.param("JUIL. 2026", [JULY], id="short"),
        pytest.param("juil-26", [JULY], id="as a spreadsheet shows it"),
        pytest.param("15/07/2026", [JULY], id="a day of it"),
        pytest.param(date(2026, 7, 31), [JULY], id="a date"),
        pytest.param("07/2026 - 08/2026", [JULY, AUGUST], id="two months"),
        pytest.param("07/2026 à 08/2026", [JULY, AUGUST], id="from, to"),
        pytest.param("du 01/07/2026 au 31/08/2026", [JULY, AUGUST], id="period"),
        pytest.param("202607-202608", [JULY, AUGUST], id="glued"),
        pytest.param("juillet et août 2026", [JULY, AUGUST], id="year said once"),
        pytest.param("07-08/2026", [JULY, AUGUST], id="numbers, year said once"),
        pytest.param("décembre 2025 - janvier 2026", [date(2025, 12, 1), date(2026, 1, 1)], id="over the year"),
        pytest.param("05/2026 et 07/2026", [date(2026, 5, 1), JULY], id="two that do not follow"),
    ],
)
def test_a_month_is_read_however_it_is_written(written, found):
    assert months(written).value == tuple(found)


@pytest.mark.parametrize(
    "written",
    ["13/2026", "202613", "juillet", "07/26", "3", "août/2026 juillet", "08/2026 - 07/2026", "01/2024 - 12/2026", "x"],
)
def test_a_month_that_cannot_be_is_not_guessed(written):
    assert months(written) == (None, "", "mois_illisible", written)


@pytest.mark.parametrize(
    "written, number, correction",
    [
        pytest.param("050260011700", "050260011700", "", id="as it is"),
        pytest.param(50260011700, "050260011700", "zero_initial_rendu", id="a spreadsheet took the zero"),
        pytest.param("050 260 011 700", "050260011700", "", id="spaced"),
        pytest.param(5026001170, None, "", id="two digits are missing"),
        pytest.param("0502600117000", None, "", id="one too many"),
        pytest.param("050-26-A1700", None, "", id="a letter"),
    ],
)
def test_a_decision_has_twelve_digits(written, number, correction):
    found = decision_number(written)
    assert (found.value, found.correction) == (number, correction)


# --- Columns ---


def layout(tmp_path, text, **options):
    path = tmp_path / "lignes.csv"
    path.write_text(text)
    return layout_of(Grid(read_csv(path).sheets[0]), options.pop("kept", {}), **options)


def named(found):
    return {name: column for column, name in found.found.columns.items()}


@pytest.mark.parametrize("path, first", [(XLSX, 6), (CSV, 2)], ids=["xlsx", "csv"])
def test_the_headings_of_the_payer_are_known(path, first):
    book = read_csv(path) if path is CSV else read_workbook(path)
    found = layout_of(Grid(book.sheets[0]), {})
    assert (found.missing, found.first_row) == ([], first)
    assert named(found)["decision"] == 1
    assert [named(found)[name] for name in ("mois", "montant", "paye_le", "virement")] == [9, 13, 14, 15]


def test_lines_without_headings_are_proposed_and_not_read(tmp_path):
    found = layout(tmp_path, a_line() + "\n" + a_line(mois="04/2026") + "\n")
    assert named(found) == {"decision": 1, "siret": 2, "mois": 5, "montant": 6, "paye_le": 7, "virement": 8}
    assert found.first_row == 1
    assert found.missing == ["votre accord sur les colonnes proposées"]
    chosen = {str(column): name for name, column in named(found).items()}
    assert layout(tmp_path, a_line(mois="05/2026") + "\n", kept={found.signature: chosen}).missing == []


def test_headings_we_do_not_know_are_asked_once_then_kept(tmp_path):
    text = "Réf. dossier ASP;Nb;Mt vers.;Échéance;Jour\n050260011700;1;520,87;03/2026;07/04/2026\n"
    found = layout(tmp_path, text)
    assert named(found) == {"decision": 1, "montant": 3, "mois": 4, "paye_le": 5}
    assert found.missing == ["votre accord sur les colonnes proposées"]
    chosen = {"1": "decision", "3": "montant", "4": "mois", "5": "paye_le"}
    again = layout(tmp_path, text.replace("03/2026", "04/2026"), kept={found.signature: chosen})
    assert (again.missing, again.is_chosen, again.first_row) == ([], True, 2)


def test_a_file_without_a_date_may_be_given_one(tmp_path):
    text = "Décision;Mois;Montant\n050260011700;03/2026;520,87\n"
    assert layout(tmp_path, text).missing == ["payée le"]
    assert layout(tmp_path, text, can_date=True).missing == []


def test_a_name_alone_is_never_enough(tmp_path):
    text = "Nom;Prénom;Mois;Montant;Payé le\nBAUDRY;Victoire;03/2026;520,87;07/04/2026\n"
    assert "numéro de décision, ou SIRET et nom" in layout(tmp_path, text).missing


def test_a_column_of_social_security_numbers_is_never_read(tmp_path):
    text = f"{HEADINGS};NIR\n{a_line()};284067512345688\n"
    found = layout(tmp_path, text)
    assert found.found.forbidden == [9]
    kept = {found.signature: {str(column): name for column, name in found.found.columns.items()} | {"9": "employeur"}}
    assert 9 not in layout(tmp_path, text, kept=kept).found.columns


# --- Sums ---


def test_right_sums_are_said_in_one_sentence():
    sums = Sums()
    for number, euros in ((2, "520.87"), (3, "6.07")):
        sums.add(number, Decimal(euros))
    sums.meet(4, Decimal("526.94"), is_subtotal=True)
    sums.meet(5, Decimal("526.94"), is_subtotal=False)
    assert sums.said() == [
        "Le total du fichier, 526,94\u00a0€, est celui des 2 lignes lues.",
        "Son sous-total aussi est juste.",
    ]


def test_a_sum_that_differs_names_its_line_and_the_difference():
    sums = Sums()
    sums.add(2, Decimal("520.87"))
    sums.add(3, None)
    sums.meet(4, Decimal("1041.74"), is_subtotal=False)
    wrong, unread = sums.said()
    assert "Ligne 4 : le total écrit, 1\u00a0041,74\u00a0€, n'est pas celui des lignes lues" in wrong
    assert "écart 520,87\u00a0€" in wrong
    assert unread == "Sans montant lisible, donc hors de ces sommes : ligne 3."


def test_a_file_without_a_total_says_its_own():
    sums = Sums()
    sums.add(2, Decimal("520.87"))
    assert sums.said() == ["Une ligne lue, 520,87\u00a0€ ; le fichier n'a pas de total."]
