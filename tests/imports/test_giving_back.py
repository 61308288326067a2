"""The workbook given back: whoever sent it gets it with its faults marked, others a plain list."""

import io

import openpyxl
import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts import clock
from accounts.models import AccessLog
from cohorts.models import Person
from imports.actions import confirm_import, forget_old_previews
from imports.actions.confirming import KEPT
from imports.models import ImportBatch
from tests import builders as b
from tests.imports.agency import WORKBOOK
from tests.imports.books import AMINA, PERSONS, save
from workbooks.comments import LAST

NUMBER = "1 84 06 50 147 023 69"


@pytest.fixture
def small(tmp_path):
    """One sound line, one whose date is none, one whose question waits."""
    return save(
        tmp_path / "petit.xlsx",
        Gens=[
            [*PERSONS, "RQTH"],
            [*AMINA, "oui"],
            ["M.", "PETIT", "Luc", "31/02/1991", "SM 2026", "non"],
            ["Mme", "LE GALL", "Anne", None, "SM 2026", "?"],
        ],
    )


@pytest.fixture
def get_back(client_of, claire):
    def get(batch, user=claire):
        answer = client_of(user).get(reverse("imports:give_back", args=[batch.public_id]))
        assert answer.status_code == 200
        return answer, b"".join(answer.streaming_content)

    return get


def said(data):
    """`sheet!cell` → what its comment says."""
    return {
        f"{sheet.title}!{cell.coordinate}": cell.comment.text.replace(LAST, "")
        for sheet in openpyxl.load_workbook(io.BytesIO(data))
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def listed(data):
    return [row[:2] for row in list(openpyxl.load_workbook(io.BytesIO(data))["À corriger"].values)]


def a_colleague(agency):
    colleague = b.a_user("sylvie@agence-avranches.example")
    b.a_membership(colleague, agency)
    return colleague


def test_each_fault_is_said_on_its_cell(preview, small, get_back):
    answer, data = get_back(preview(small))
    assert answer["Content-Disposition"].startswith('attachment; filename="a-corriger-')
    comments = said(data)
    assert set(comments) == {"Gens!D3", "Gens!F4"}
    assert comments["Gens!D3"].startswith("ImPEC' : Date de naissance\N{NO-BREAK SPACE}: « 31/02/1991 ». ")
    assert comments["Gens!F4"].endswith("à votre place. À répondre sur la page de l'import, ou corrigez cette case.")
    assert listed(data)[3:] == [("Gens", "D3"), ("Gens", "F4")]


@pytest.mark.filterwarnings("ignore:Data Validation extension:UserWarning")
def test_every_fault_of_the_agency_workbook_is_a_comment_and_no_cell_differs(preview, get_back):
    batch = preview()
    data = get_back(batch)[1]
    comments, sent = said(data), CalamineWorkbook.from_path(str(WORKBOOK))
    faults = [
        (row.sheet, motif)
        for row in batch.rows.exclude(verdict="ignoree")
        for motif in row.content["motifs"]
        if motif["poids"] != "IGNORED" and not motif["reponse"]
    ]
    assert len(faults) > 20
    for sheet, motif in faults:
        # One of a whole line, or under a merge, is said on another cell of its sheet.
        on_it = comments.get(f"{sheet}!{motif['cellule']}", "")
        elsewhere = " ".join(text for place, text in comments.items() if place.startswith(f"{sheet}!"))
        assert motif["dit"] in (on_it or elsewhere), motif
    kept = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert kept.sheet_names == ["À corriger", *sent.sheet_names]
    for name in sent.sheet_names:
        assert kept.get_sheet_by_name(name).to_python() == sent.get_sheet_by_name(name).to_python()


def test_what_was_answered_is_no_fault_any_more(preview, small, get_back, client_of, claire):
    batch = preview(small)
    row = batch.rows.get(number=4)
    sent = {f"ligne-{row.pk}-oui_non_illisible@F4": "oui", "retour": ""}
    client_of(claire).post(reverse("imports:answer", args=[batch.public_id]), sent)
    assert set(said(get_back(batch)[1])) == {"Gens!D3"}


def test_corrected_and_sent_again_it_is_imported_and_its_list_is_not_read(preview, small, get_back, claire, tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(get_back(preview(small))[1]))
    book["Gens"]["D3"], book["Gens"]["F4"] = "28/02/1991", "non"
    book.save(tmp_path / "corrige.xlsx")
    batch = preview(tmp_path / "corrige.xlsx")
    assert sorted(batch.rows.values_list("sheet", "number", "verdict")) == [
        ("Gens", 2, "a_creer"),
        ("Gens", 3, "a_creer"),
        ("Gens", 4, "a_creer"),
    ]
    confirm_import(batch=batch, by=claire)
    assert Person.objects.count() == 3


def test_it_is_still_there_once_the_sound_lines_are_imported(preview, small, get_back, claire):
    batch = preview(small)
    confirm_import(batch=batch, by=claire)
    assert set(said(get_back(batch)[1])) == {"Gens!D3", "Gens!F4"}


def test_a_colleague_gets_the_list_and_not_the_file(preview, small, get_back, agency):
    answer, data = get_back(preview(small), user=a_colleague(agency))
    assert answer["Content-Disposition"].startswith('attachment; filename="liste-a-corriger-')
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["À corriger", "Informations"]
    assert "Seule la personne qui a déposé" in str(list(book["Informations"].values))
    assert listed(data) == [("Feuille", "Case"), ("Gens", "D3"), ("Gens", "F4")]


def test_lines_of_a_text_file_are_listed(client_of, claire, get_back):
    row = {"code": "montant", "poids": "REFUSAL", "dit": "Ce montant est illisible.", "conseil": "Corrigez-le."}
    batch = ImportBatch.objects.create(
        kind=ImportBatch.Kind.PAYMENTS,
        organisation=claire.memberships.get().organisation,
        uploaded_by=claire,
        file_name="paiements.csv",
        file="imports/paiements.csv",
        sha256="0" * 64,
        state=ImportBatch.State.READ,
    )
    content = {"motifs": [row | {"cellule": "C3", "champ": "montant", "lu": "=1", "precisions": "", "reponse": ""}]}
    batch.rows.create(position=0, sheet="Lignes", number=3, nature="paiements", verdict="refusee", content=content)
    assert listed(get_back(batch)[1])[1:] == [("Lignes", "C3")]


def test_a_number_that_could_be_of_social_security_is_pointed_at_and_not_repeated(preview, get_back, tmp_path):
    path = save(tmp_path / "nir.xlsx", Gens=[[*PERSONS, "Divers"], [*AMINA, NUMBER]])
    comments = said(get_back(preview(path))[1])
    assert set(comments) == {"Gens!F2"}
    assert "023" not in comments["Gens!F2"]


@pytest.mark.parametrize("repeated", ["idem", None], ids=["idem", "merged"])
def test_a_number_repeated_by_the_row_below_is_not_repeated_here(preview, get_back, tmp_path, repeated):
    rows = [[*PERSONS, "RQTH"], [*AMINA, NUMBER], ["M.", "PETIT", "Luc", None, "SM 2026", repeated]]
    arrange = None if repeated else lambda book: book["Gens"].merge_cells("F2:F3")
    batch = preview(save(tmp_path / "nir.xlsx", arrange=arrange, Gens=rows))
    comments = said(get_back(batch)[1])
    assert "023" not in f"{comments}{list(batch.rows.values_list('content', 'name'))}"
    assert batch.rows.get(number=3).verdict == "refusee"


def test_a_name_that_is_such_a_number_is_not_repeated_by_idem(preview, tmp_path):
    rows = [PERSONS, ["Mme", NUMBER, "Amina", None, "SM 2026"], ["M.", "idem", "Luc", None, "SM 2026"]]
    batch = preview(save(tmp_path / "nir.xlsx", Gens=rows))
    assert "023" not in str(list(batch.rows.values_list("content", "name")))


def test_what_a_protected_cell_says_stays_in_its_file(preview, get_back, tmp_path, agency):
    rows = [[*PERSONS, "RQTH"], [*AMINA, "oui, dyslexie en 2019"]]
    batch = preview(save(tmp_path / "rqth.xlsx", Gens=rows))
    _, data = get_back(batch, user=a_colleague(agency))
    assert listed(data)[1:] == [("Gens", "F2")]
    assert "dyslexie" not in str(list(openpyxl.load_workbook(io.BytesIO(data))["À corriger"].values))
    assert "dyslexie" not in str(batch.rows.get().content)


def test_a_file_gone_from_its_place_gives_the_list(preview, small, get_back, settings):
    batch = preview(small)
    (settings.MEDIA_ROOT / batch.file.name).unlink()
    assert listed(get_back(batch)[1])[1:] == [("Gens", "D3"), ("Gens", "F4")]


def test_it_is_noted_in_the_journal_without_any_value(preview, small, get_back, claire):
    batch = preview(small)
    get_back(batch)
    row = AccessLog.objects.get(action="download")
    assert (row.user, row.object_id, row.count, row.file_sha256) == (claire, str(batch.pk), 2, batch.sha256)


def test_after_a_day_nothing_of_it_comes_back(preview, small, get_back):
    batch = preview(small)
    forget_old_previews(at=clock.now() + 2 * KEPT)
    batch.refresh_from_db()
    data = get_back(batch)[1]
    assert listed(data) == [("Feuille", "Case")]
    assert "effacé au bout de 24 heures" in str(list(openpyxl.load_workbook(io.BytesIO(data))["Informations"].values))


def test_the_page_offers_what_it_can_give(preview, small, client_of, claire, agency):
    batch = preview(small)
    for user, words in (
        (claire, "Mon classeur annoté"),
        (a_colleague(agency), "Liste des points à corriger"),
    ):
        page = client_of(user).get(reverse("imports:batch_detail", args=[batch.public_id])).content.decode()
        assert words in page


def test_nothing_is_offered_where_nothing_is_wrong(preview, client_of, claire, tmp_path):
    batch = preview(save(tmp_path / "juste.xlsx", Gens=[PERSONS, AMINA]))
    page = client_of(claire).get(reverse("imports:batch_detail", args=[batch.public_id])).content.decode()
    assert reverse("imports:give_back", args=[batch.public_id]) not in page


def test_another_agency_does_not_get_it(preview, small, client_of):
    batch = preview(small)
    other = b.a_user("sophie@ailleurs.example")
    b.a_membership(other, b.an_organisation(name="Agence de Caen"))
    assert client_of(other).get(reverse("imports:give_back", args=[batch.public_id])).status_code == 404
