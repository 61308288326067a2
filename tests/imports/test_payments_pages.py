"""The pages of the payments: three ways in, columns named once, one confirmation, then the money; and who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contracts.models import AidPayment
from imports.models import ImportBatch, PaymentMapping
from tests import builders as b
from tests.imports.payer import CSV, TWO_MONTHS, XLSX, a_line, lines, twelve_contracts

NEW = reverse("imports:payment_upload")
UNKNOWN = "Dossier;Nb;Mt vers.;Échéance;Jour\n050260011700;1;{};03/2026;07/04/2026\n"


@pytest.fixture(autouse=True)
def requests(cohort, closerie, estran, claire):
    b.a_referent(cohort, claire)
    return twelve_contracts(cohort, closerie, estran)


@pytest.fixture
def paste(client_of, claire):
    def send(text, user=claire, **more):
        client = client_of(user)
        return client, client.post(NEW, {"lines": text, **more}, follow=True)

    return send


def route(name, batch):
    return reverse(f"imports:{name}", args=[batch.public_id])


def html(response):
    return response.content.decode()


@pytest.mark.parametrize("path", [XLSX, CSV], ids=["xlsx", "csv"])
def test_a_file_is_read_previewed_and_confirmed_with_its_answer(client_of, claire, cohort, path):
    client = client_of(claire)
    page = client.post(NEW, {"file": SimpleUploadedFile(path.name, path.read_bytes())}, follow=True)
    assert "104 lignes sûres" in html(page)
    assert "Le total du fichier, 62\u00a0599,52\u00a0€, est celui des 106 lignes lues." in html(page)
    assert "Partager : juillet 2026 677,13\u00a0€, août 2026 677,13\u00a0€" in html(page)
    batch = ImportBatch.objects.get()
    row = batch.rows.get(number=TWO_MONTHS[f"ligne_{path.suffix[1:]}"])
    answer = {f"ligne-{row.pk}-{row.content['motifs'][0]['cle']}": "partager"}
    page = client.post(route("confirm", batch), answer, follow=True)
    assert page.redirect_chain[0][0] == reverse("contracts:cohort_money", args=[cohort.pk])
    assert "105 lignes de paiement enregistrées." in html(page)
    assert AidPayment.objects.count() == 106


@pytest.mark.parametrize("separator", [";", "\t"], ids=["semicolons", "tabs"])
def test_lines_are_pasted(paste, separator):
    _, page = paste(lines(a_line()).replace(";", separator))
    assert "1 ligne sûre" in html(page)
    assert "mars 2026" in html(page)
    assert "520,87" in html(page)


def test_lines_without_a_day_take_the_one_given(paste):
    text = "N° de décision;Mois;Montant\n050260011700;03/2026;520,87\n"
    _, page = paste(text)
    assert "Il manque : payée le." in html(page)
    _, page = paste(text, paid_on="07/04/2026")
    assert "1 ligne sûre" in html(page)


def test_columns_are_named_once_for_the_whole_organisation(paste, client_of, claire):
    client, page = paste(UNKNOWN.format("520,87"))
    batch = ImportBatch.objects.get()
    assert "votre accord sur les colonnes proposées" in html(page)
    assert "Nommer les colonnes" in html(page)
    page = client.get(route("payment_columns", batch))
    assert "« Mt vers. »" in html(page)
    named = {field.name: field.initial or "" for field in page.context["form"]}
    assert list(named.values()) == ["decision", "", "montant", "mois", "paye_le", ""]
    page = client.post(route("payment_columns", batch), named, follow=True)
    assert "1 ligne sûre" in html(page)
    assert PaymentMapping.objects.get().chosen_by == claire
    _, page = paste(UNKNOWN.format("100,00"))
    assert "1 ligne sûre" in html(page)


def test_columns_named_by_one_organisation_are_not_those_of_another(paste, denis, client_of):
    client, _ = paste(UNKNOWN.format("520,87"))
    named = {"colonne_1": "decision", "colonne_3": "montant", "colonne_4": "mois", "colonne_5": "paye_le"}
    client.post(route("payment_columns", ImportBatch.objects.get()), named)
    _, page = paste(UNKNOWN.format("100,00"), user=denis)
    assert "Nommer les colonnes" in html(page)


@pytest.mark.parametrize(
    "named, said",
    [
        pytest.param({"colonne_1": "decision"}, "quelle colonne porte le montant", id="no amount"),
        pytest.param({"colonne_3": "montant", "colonne_4": "mois"}, "le numéro de décision", id="nobody's"),
        pytest.param({"colonne_1": "montant", "colonne_3": "montant"}, "pour deux colonnes", id="twice"),
        pytest.param(
            {"colonne_1": "decision", "colonne_3": "montant", "colonne_4": "mois"}, "la date de paiement", id="no day"
        ),
        pytest.param({"colonne_1": "n'importe quoi"}, "Sélectionnez un choix valide", id="unknown"),
    ],
)
def test_columns_that_cannot_be_read_are_refused_and_stay(paste, named, said):
    client, _ = paste(UNKNOWN.format("520,87"))
    page = client.post(route("payment_columns", ImportBatch.objects.get()), named)
    assert page.status_code == 200
    assert said in html(page)
    assert not PaymentMapping.objects.exists()


def test_text_of_a_file_is_shown_as_text(paste):
    client, _ = paste(UNKNOWN.format("<script>alert(1)</script>"))
    page = client.get(route("payment_columns", ImportBatch.objects.get()))
    assert "<script>alert" not in html(page)
    assert "&lt;script&gt;alert(1)" in html(page)


@pytest.mark.parametrize(
    "sent, said",
    [
        pytest.param({}, "Collez des lignes, ou choisissez un fichier.", id="nothing"),
        pytest.param({"lines": "  \n "}, "Collez des lignes, ou choisissez un fichier.", id="blank"),
        pytest.param({"lines": "a;b", "paid_on": "hier"}, "date", id="no day"),
    ],
)
def test_a_form_without_lines_is_refused(client_of, claire, sent, said):
    page = client_of(claire).post(NEW, sent)
    assert (page.status_code, said in html(page)) == (200, True)
    assert not ImportBatch.objects.exists()


def test_lines_and_a_file_at_once_are_refused_and_the_lines_stay(client_of, claire):
    file = SimpleUploadedFile("a.csv", b"a;b\n1;2\n")
    page = html(client_of(claire).post(NEW, {"lines": a_line(), "file": file}))
    assert "pas les deux à la fois" in page
    assert "050260011700" in page


@pytest.mark.parametrize(
    "data, said",
    [
        pytest.param(b"%PDF-1.7 ...", "fichier texte (CSV)", id="pdf"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ancien format .xls", id="xls"),
        pytest.param(b"PK\x03\x04 rien", "abîmé", id="damaged workbook"),
        pytest.param(b"a;b\x00c\n1;2", "fichier texte (CSV)", id="binary"),
    ],
)
def test_a_file_that_is_none_is_refused_at_once(client_of, claire, data, said):
    page = client_of(claire).post(NEW, {"file": SimpleUploadedFile("paiements.xlsx", data)})
    assert said in html(page)
    assert not ImportBatch.objects.exists()


def test_a_file_of_a_hundred_thousand_lines_stops_at_its_limit(client_of, claire):
    data = lines(*[a_line()] * 100_000).encode()
    page = client_of(claire).post(NEW, {"file": SimpleUploadedFile("annee.csv", data)}, follow=True)
    assert "plus de 20 000 lignes remplies" in html(page)
    assert "à la ligne 20 001, et rien" in html(page)
    assert "Partagez-le en plusieurs fichiers" in html(page)
    assert (ImportBatch.objects.get().state, AidPayment.objects.count()) == (ImportBatch.State.REFUSED, 0)


def test_a_long_file_is_written_by_a_job_and_says_so(paste):
    months = [f"{month:02}/2026" for month in range(3, 12)]
    texts = [a_line(mois=month, montant=f"{euros},00") for month in months for euros in range(100, 170)]
    client, _ = paste(lines(*texts))
    batch = ImportBatch.objects.get()
    page = client.post(route("confirm", batch), follow=True)
    assert page.redirect_chain[0][0] == batch.get_absolute_url()
    assert "Paiements enregistrés" in html(page)
    assert AidPayment.objects.count() == len(texts) == 630


def test_two_clicks_on_confirm_have_one_effect(paste):
    client, _ = paste(lines(a_line()))
    batch = ImportBatch.objects.get()
    for _ in range(2):
        client.post(route("confirm", batch))
    assert AidPayment.objects.count() == 1


def test_an_import_of_payments_is_undone_from_its_page(paste):
    client, _ = paste(lines(a_line()))
    batch = ImportBatch.objects.get()
    client.post(route("confirm", batch))
    assert "ne comptent plus" in html(client.get(route("undo", batch)))
    page = client.post(route("undo", batch), follow=True)
    assert "ses versements sont annulés" in html(page)
    assert not AidPayment.objects.valid().exists()


def test_an_employer_brings_own_lines_and_lands_on_own_money(paste, denis):
    client, page = paste(CSV.read_text(encoding="utf-8-sig"), user=denis)
    assert "lignes sûres" in html(page)
    page = client.post(route("confirm", ImportBatch.objects.get()), follow=True)
    assert page.redirect_chain[0][0] == reverse("contracts:own_money")
    assert "GAUDIN" not in html(page)


def test_the_neighbour_gets_nothing_of_it(paste, denis, gaelle, client_of, claire):
    paste(lines(a_line()), user=denis)
    batch = ImportBatch.objects.get()
    for user in (gaelle, claire):
        client = client_of(user)
        assert [client.get(route(name, batch)).status_code for name in ("batch_detail", "payment_columns", "undo")] == [
            404
        ] * 3
        assert [client.post(route(name, batch)).status_code for name in ("answer", "confirm", "drop")] == [404] * 3
    assert batch.file_name not in html(client_of(gaelle).get(reverse("imports:batch_list")))


def test_workbooks_of_the_agency_stay_closed_to_employers(client_of, denis):
    assert client_of(denis).get(reverse("imports:upload")).status_code == 403


def test_the_preview_costs_the_same_whatever_its_lines(paste, django_assert_max_num_queries):
    client, _ = paste(lines(*[a_line(montant=f"{euros},00") for euros in range(100, 400)]))
    with django_assert_max_num_queries(20):
        page = client.get(route("batch_detail", ImportBatch.objects.get()), {"voir": "tout"})
    assert html(page).count("import-number") == 40
