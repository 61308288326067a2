"""The pages of an import, from the upload to the result."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import clock, work
from accounts.models import Job
from cohorts.models import Person
from imports.models import ImportBatch
from imports.reading import answers_of
from tests import builders as b
from tests.imports.agency import WORKBOOK
from tests.imports.books import AMINA, PERSONS, save


@pytest.fixture
def brought(client_of, claire, cohorts, tmp_path):
    """`brought(path)` uploads a workbook as Claire: her client, the page that answers, the import."""

    def bring(path):
        client = client_of(claire)
        page = upload(client, path.read_bytes())
        return client, page, ImportBatch.objects.get()

    return bring


@pytest.fixture
def small(tmp_path):
    return save(
        tmp_path / "petit.xlsx", Gens=[[*PERSONS, "RQTH"], [*AMINA, "?"], ["M.", "PETIT", "Luc", None, "SM 2026"]]
    )


def upload(client, data, name="suivi.xlsx"):
    return client.post(reverse("imports:upload"), {"file": SimpleUploadedFile(name, data)}, follow=True)


def route(name, batch):
    return reverse(f"imports:{name}", args=[batch.public_id])


def test_the_upload_page_says_its_limits(client_of, claire):
    page = client_of(claire).get(reverse("imports:upload")).content.decode()
    assert "5 Mo au plus" in page
    assert "20 000 lignes" in page


def test_the_agency_workbook_is_uploaded_previewed_and_imported(brought):
    client, page, batch = brought(WORKBOOK)
    assert batch.state == ImportBatch.State.READ
    assert "75 lignes prêtes" in page.content.decode()
    assert "31/02/1991" in page.content.decode()
    page = client.post(route("confirm", batch), follow=True).content.decode()
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.WRITTEN
    assert "Import enregistré" in page


def test_an_answer_is_given_on_the_page(brought, small):
    client, page, batch = brought(small)
    row = batch.rows.get(verdict="a_confirmer")
    assert f'name="ligne-{row.pk}-oui_non_illisible@F2"' in page.content.decode()
    sent = {f"ligne-{row.pk}-oui_non_illisible@F2": "oui", "retour": "voir=tout"}
    page = client.post(route("answer", batch), sent, follow=True)
    assert page.redirect_chain == [(f"{route('batch_detail', batch)}?voir=tout", 302)]
    assert "2 lignes prêtes" in page.content.decode()


def test_two_clicks_on_import_have_one_effect(brought, small):
    client, _, batch = brought(small)
    for _ in range(2):
        client.post(route("confirm", batch))
    assert Person.objects.count() == 1


def test_an_import_is_undone_from_its_page(brought, small):
    client, _, batch = brought(small)
    client.post(route("confirm", batch))
    assert "sera retiré" in client.get(route("undo", batch)).content.decode()
    page = client.post(route("undo", batch), follow=True).content.decode()
    assert "Import annulé" in page
    assert Person.objects.count() == 0


def test_an_import_is_abandoned(brought, small):
    client, _, batch = brought(small)
    page = client.post(route("drop", batch), follow=True).content.decode()
    assert "Import abandonné" in page
    assert batch.rows.count() == 0


def test_the_preview_costs_the_same_whatever_its_rows(brought, tmp_path, django_assert_max_num_queries):
    people = [["Mme", f"BAUDRY{number}", "Amina", None, "SM 2026"] for number in range(200)]
    client, _, batch = brought(save(tmp_path / "grand.xlsx", Gens=[PERSONS, *people]))
    with django_assert_max_num_queries(20):
        page = client.get(route("batch_detail", batch), {"voir": "tout"}).content.decode()
    assert page.count("import-number") == 40
    assert "Page suivante" in page


def test_odd_addresses_of_the_preview_show_something(brought, small):
    client, _, batch = brought(small)
    for query in ("voir=rien", "page=-3", "page=99999999999", "page=7", "feuille=Inconnue", "voir=tout&page=x"):
        assert client.get(f"{route('batch_detail', batch)}?{query}").status_code == 200


def test_one_line_refused_is_told_as_one(brought, tmp_path):
    rows = [PERSONS, AMINA, ["M.", "PETIT", "Luc", "31/02/1991", "SM 2026"]]
    _, page, _ = brought(save(tmp_path / "un.xlsx", Gens=rows))
    assert "<strong>1</strong> refusée</a>" in page.content.decode()


def test_another_agency_sees_nothing_of_it(brought, small, client_of):
    _, _, batch = brought(small)
    other = b.a_user("sophie@ailleurs.example")
    b.a_membership(other, b.an_organisation(name="Agence de Caen"))
    client = client_of(other)
    for name in ("batch_detail", "undo"):
        assert client.get(route(name, batch)).status_code == 404
    for name in ("answer", "confirm", "drop"):
        assert client.post(route(name, batch)).status_code == 404
    assert "petit" not in client.get(reverse("imports:batch_list")).content.decode()


def a_zip(**parts):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "vide"),
        (b"nom;prenom\nBAUDRY;Amina\n", "pas un classeur"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "ancien format"),
        (b"PK\x03\x04" + b"\0" * 100, "abîmé"),
        (a_zip(**{"bombe.xml": b"0" * 90_000_000}), "trop lourd"),
        (b"PK\x03\x04" + b"\0" * (5 * 1024 * 1024), "5 Mo"),
    ],
    ids=["empty", "text", "old format", "broken", "bomb", "too big"],
)
def test_a_file_that_cannot_be_read_is_refused_in_french(client_of, claire, data, said):
    page = upload(client_of(claire), data)
    assert page.status_code == 200
    assert said in page.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_script_in_a_cell_stays_text(brought, tmp_path):
    row = ["Mme", "<script>alert(1)</script>", "Amina", None, "SM 2026"]
    client, _, batch = brought(save(tmp_path / "classeur.xlsx", Gens=[PERSONS, row]))
    page = client.get(route("batch_detail", batch), {"voir": "tout"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("width", [1280, 320])
def test_the_preview_is_accessible_and_fits(open_page, claire, preview, accessibility_faults, small, width):
    batch = preview(small)
    page = open_page(claire, width=width)
    page.goto(route("batch_detail", batch))
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.select_option("select[name$='oui_non_illisible@F2']", "non")
    page.click("text=Enregistrer mes réponses")
    page.click("text=Importer 2 lignes")
    assert page.inner_text("h2 >> nth=0").strip() == "Import enregistré"


# --- Social security numbers around the cells

NUMBER = "1 84 06 50 147 023 69"


def test_a_sheet_named_after_a_number_is_neither_kept_nor_shown(brought, tmp_path):
    _, page, batch = brought(save(tmp_path / "nom.xlsx", **{NUMBER: [PERSONS, AMINA]}))
    assert batch.state == ImportBatch.State.REFUSED
    assert "renommez cette feuille" in page.content.decode()
    assert NUMBER not in f"{page.content.decode()}{batch.sheets}{batch.notes}"


def test_a_file_named_after_a_number_leaves_nothing(client_of, claire, cohorts, small, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    page = upload(client_of(claire), small.read_bytes(), name=f"{NUMBER}.xlsx").content.decode()
    assert "sécurité sociale" in page
    assert NUMBER not in page
    assert list(settings.MEDIA_ROOT.rglob("*.xlsx")) == []


# --- What nobody typed, what nobody may do any more


def test_a_member_withdrawn_meanwhile_has_nothing_read(client_of, claire, cohorts, small):
    upload(client_of(claire), small.read_bytes())
    claire.memberships.update(deactivated_at=clock.now())
    job = Job.objects.get()
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
    work.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "n'a plus accès" in job.error


def test_an_answer_loses_the_character_that_postgresql_refuses():
    assert answers_of({"ligne-4-=F19": "28\0/02/1991"}) == {4: {"=F19": "28/02/1991"}}
