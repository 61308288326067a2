"""The recipient's own workbook: received, mapped, kept, filled, verified; and every way it is refused."""

import re
import zipfile
from collections import defaultdict
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from exports import actions, foreign
from exports.mapping import Mapping, problems
from exports.models import Delivery, ExportProfile, WorkbookModel
from exports.scope import Destination, FileScope
from exports.shaping import Chosen
from tests import builders as b
from tests.exports.helpers import TODAY, a_delivery, by_calamine, bytes_of
from training.models import HalfDay
from workbooks.places import address
from workbooks.survey import Survey

DATA = Path(__file__).parents[1] / "workbooks" / "data"
OPCO = (DATA / "modele-opco.xlsx").read_bytes()
DDETS = (DATA / "modele-ddets.xlsx").read_bytes()


def received(user, content=OPCO, financer=None, code="O1", **changes):
    fields = {"name": "Modèle 2026-02", "valid_from": TODAY, "file_name": "modele.xlsx", **changes}
    return actions.receive_model(user=user, code=code, financer=financer, content=content, **fields)


def kept(user, *args, **changes):
    return actions.keep_model(model=received(user, *args, **changes), user=user)


def rezipped(content, part, change):
    """The same workbook with the text of one part changed."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            data = source.read(name)
            out.writestr(name, change(data.decode()).encode() if name == part else data)
    return target.getvalue()


def parts(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def cells(delivery, sheet):
    """Address → value, as the second reader sees them."""
    rows = by_calamine(bytes_of(delivery)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    found = {address(r, c): value for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1)}
    return defaultdict(str, found)


@pytest.fixture
def opco(world):
    financer = b.a_financer()
    b.a_financing(world.closerie.employer, financer, member_number="OS-500417")
    return financer


@pytest.fixture
def trained(world):
    """A morning more than the one of the story, which Amina followed."""
    half_day = b.a_half_day(b.a_session(world.cohort))
    b.an_attendance(half_day, world.contract.enrolment)
    return half_day


@pytest.fixture
def told(world):
    """With everything that the OPCO's workbook asks of her."""
    person = world.person
    person.title, person.education_level = "MME", "3"
    person.save()
    world.contract.professional_category = "3"
    world.contract.save()
    return person


def to_closerie(world, opco):
    return Destination(opco, establishment=world.closerie)


# --- It works


def test_a_file_of_one_employer_is_the_recipients_own_workbook(world, claire, opco, trained, told):
    model = kept(claire, financer=opco)
    delivery = a_delivery(world.cohort, claire, destination=to_closerie(world, opco))
    assert (delivery.workbook_model, delivery.row_count) == (model, 1)
    assert re.fullmatch(r"\d+ lignes, \d+ cellules relues, 0 écart", delivery.verification)
    sheet = cells(delivery, "Stagiaires")
    assert (sheet["G2"], sheet["M2"]) == (world.closerie.name, world.closerie.siret)
    assert (sheet["M3"], sheet["G4"]) == ("OS-500417", date(2026, 2, 10))
    assert [sheet[f"{letter}8"] for letter in "BCEG"] == [
        "Mme",
        told.birth_name,
        told.first_name,
        "CDD - PEC (CUI-CAE)",
    ]
    assert (sheet["N8"], sheet["O8"]) == (7, 7)
    # Whoever has no hour planned is not in the list, and the rows that are left stay empty.
    assert sheet["C9"] == ""


def test_parts_that_nothing_had_to_change_keep_their_bytes(world, claire, opco, trained, told):
    kept(claire, financer=opco)
    delivery = a_delivery(world.cohort, claire, destination=to_closerie(world, opco))
    before, after = parts(OPCO), parts(bytes_of(delivery))
    assert {name for name in before if before[name] != after.get(name)} == {
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
        "xl/calcChain.xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet2.xml",
        # « Dépenses » shows the employer: a formula whose result was no longer true.
        "xl/worksheets/sheet3.xml",
    }
    assert after.keys() == before.keys() - {"xl/calcChain.xml"}


def test_lists_protection_formulas_and_texts_are_still_there(world, claire, opco, trained, told):
    kept(claire, financer=opco)
    delivery = a_delivery(world.cohort, claire, destination=to_closerie(world, opco))
    before, after = (parts(one)["xl/worksheets/sheet2.xml"].decode() for one in (OPCO, bytes_of(delivery)))
    for tag in (
        "x14:dataValidation ",
        "<dataValidation ",
        "<sheetProtection",
        "<conditionalFormatting",
        "<f>",
        "<drawing",
    ):
        assert after.count(tag) == before.count(tag) > 0


def test_the_ddets_gets_its_rows_and_its_counts(world, claire):
    model = kept(claire, DDETS, code="D1")
    delivery = a_delivery(world.cohort, claire, "D1")
    assert (delivery.workbook_model, delivery.number) == (model, "2026-11-DDETS-01")
    followed, counts = cells(delivery, "Suivi nominatif"), cells(delivery, "Tableau quantitatif")
    assert (followed["D3"], followed["D5"]) == (world.cohort.name, TODAY)
    assert [row for row in range(9, 69) if followed[f"C{row}"]] == [9, 10]
    # « association » leaves as their list writes it.
    assert (followed["C9"], followed["R9"]) == (world.person.birth_name, "Association")
    # Criteria that nobody ever looked at: « NV », which their notice asks for, and neither « N » nor an empty cell.
    assert {followed[f"{letter}9"] for letter in "IJN"} == {"NV"}
    # Without any statement of the payer, what was paid is not known.
    assert (counts["C11"], counts["C27"]) == (3, "")


def test_the_recipients_workbook_follows_no_profile(world, claire, opco, trained, told, client_of):
    """A column that the profile wants filled is not asked of a workbook that has not got it."""
    base = ExportProfile.objects.get(code="O1")
    wanted = [Chosen("person.usual_name", "Nom de famille d'usage", required=True)]
    edited = actions.Edited(name="Liste", columns=wanted, valid_from=TODAY)
    actions.save_profile(base=base, edited=edited, by=claire)
    model = kept(claire, financer=opco)
    asked = {"cohorte": world.cohort.pk, "code": "O1", "au": "20/11/2026", "etablissement": world.closerie.pk}
    page = client_of(claire).get(reverse("exports:prepare"), asked).content.decode()
    assert "Nom de famille d" not in page
    assert "en changer les colonnes" not in page
    assert "Identité du stagiaire – Nom de naissance *" in page
    assert a_delivery(world.cohort, claire, destination=to_closerie(world, opco)).workbook_model == model


def test_a_file_of_all_employers_stays_ours(world, claire, opco, trained):
    kept(claire, financer=opco)
    delivery = a_delivery(world.cohort, claire, destination=Destination(opco))
    assert delivery.workbook_model is None
    assert "Synthèse" in by_calamine(bytes_of(delivery)).sheet_names


def test_without_a_model_the_file_is_ours(world, claire, opco):
    assert a_delivery(world.cohort, claire, destination=to_closerie(world, opco)).workbook_model is None


def test_a_model_to_come_serves_from_its_day(world, claire, opco):
    kept(claire, financer=opco, valid_from=date(2026, 12, 1))
    assert foreign.latest_model(world.cohort.agency, "O1", Destination(opco), TODAY) is None
    assert foreign.latest_model(world.cohort.agency, "O1", Destination(opco), date(2026, 12, 1)).version == 1


def test_what_was_sent_does_not_change_with_the_model(world, claire, opco, trained, told):
    first = kept(claire, financer=opco)
    delivery = a_delivery(world.cohort, claire, destination=to_closerie(world, opco))
    before = bytes_of(delivery)
    second = actions.correct_model(model=first, user=claire)
    mapping = Mapping.from_dict(second.mapping)
    del mapping.columns["D"]
    actions.map_model(model=second, mapping=mapping)
    # Being corrected, the same file goes on serving as it was.
    assert a_delivery(world.cohort, claire, destination=to_closerie(world, opco)).workbook_model == first
    actions.keep_model(model=second, user=claire)
    assert a_delivery(world.cohort, claire, destination=to_closerie(world, opco)).workbook_model == second
    delivery.refresh_from_db()
    assert (bytes_of(delivery), delivery.workbook_model) == (before, first)


def test_an_example_leaves_nothing_of_itself(world, claire, opco, trained, told):
    def with_example(xml):
        texts = {"C8": "DURAND", "D8": "MARTIN"}
        return re.sub(
            r'<c r="(C8|D8)"( s="\d+")/>',
            lambda cell: f'<c r="{cell[1]}"{cell[2]} t="inlineStr"><is><t>{texts[cell[1]]}</t></is></c>',
            xml,
        )

    model = received(claire, rezipped(OPCO, "xl/worksheets/sheet2.xml", with_example), opco)
    mapping = Mapping.from_dict(model.mapping)
    del mapping.columns["D"]
    actions.map_model(model=model, mapping=mapping)
    actions.keep_model(model=model, user=claire)
    sheet = cells(a_delivery(world.cohort, claire, destination=to_closerie(world, opco)), "Stagiaires")
    assert (sheet["C8"], sheet["D8"]) == (told.birth_name, "")


# --- Their template changes


def renamed(xml):
    return xml.replace("Né(e) le *", "Date de naissance *")


def test_a_new_file_blocks_until_it_is_mapped(world, claire, opco, trained, told):
    kept(claire, financer=opco)
    second = received(claire, rezipped(OPCO, "xl/sharedStrings.xml", renamed), opco, name="Modèle 2026-09")
    with pytest.raises(ValidationError, match="a changé"):
        a_delivery(world.cohort, claire, destination=to_closerie(world, opco))
    # What has the same heading followed it; the renamed one is proposed, to be looked at.
    mapping = Mapping.from_dict(second.mapping)
    assert (mapping.columns["F"], mapping.unsure) == ("person.birth_date", ["F"])
    actions.keep_model(model=second, user=claire)
    assert a_delivery(world.cohort, claire, destination=to_closerie(world, opco)).workbook_model == second


def test_withdrawing_a_new_file_gives_the_former_one_back(world, claire, opco, trained, told):
    first = kept(claire, financer=opco)
    second = received(claire, rezipped(OPCO, "xl/sharedStrings.xml", renamed), opco)
    actions.withdraw_model(model=second, user=claire)
    assert a_delivery(world.cohort, claire, destination=to_closerie(world, opco)).workbook_model == first


def test_the_same_file_twice_is_refused(world, claire, opco):
    received(claire, financer=opco)
    with pytest.raises(ValidationError, match="octet pour octet"):
        received(claire, financer=opco)


# --- Before sending


def test_a_value_out_of_the_list_is_named_with_its_row(world, claire, opco, trained, told):
    model = received(claire, financer=opco)
    mapping = Mapping.from_dict(model.mapping)
    del mapping.codes["G"]["CDD PEC"]
    actions.map_model(model=model, mapping=mapping)
    actions.keep_model(model=model, user=claire)
    scope = FileScope(world.cohort, to_closerie(world, opco), TODAY, claire)
    (misfit,) = foreign.refusals(scope, "O1", model.__class__.objects.get(pk=model.pk))
    assert str(misfit) == (
        f"{told.birth_name} {told.first_name}, « Contrat de travail – Nature * » : « CDD PEC » n'est pas dans la "
        "liste du destinataire"
    )
    assert misfit.address == world.contract.get_absolute_url()
    with pytest.raises(ValidationError, match="CDD PEC"):
        a_delivery(world.cohort, claire, destination=to_closerie(world, opco))


def test_a_value_out_of_the_list_of_a_single_cell_is_named(world, claire, opco, trained, told):
    rule = '<dataValidation type="list" sqref="G2"><formula1>"Les Tilleuls,Le Manoir"</formula1></dataValidation>'
    content = rezipped(
        OPCO, "xl/worksheets/sheet2.xml", lambda xml: xml.replace("<dataValidation ", f"{rule}<dataValidation ", 1)
    )
    model = kept(claire, content, opco)
    scope = FileScope(world.cohort, to_closerie(world, opco), TODAY, claire)
    (misfit,) = foreign.refusals(scope, "O1", model)
    assert (misfit.who, misfit.value) == ("Feuille « Stagiaires »", world.closerie.name)
    with pytest.raises(ValidationError, match="n'est pas dans la liste du destinataire"):
        a_delivery(world.cohort, claire, destination=to_closerie(world, opco))


def test_a_list_of_nobody_never_leaves(world, claire, opco, told):
    """Whoever has no hour planned is left out: a workbook without a row is refused, not sent."""
    kept(claire, financer=opco)
    HalfDay.objects.update(cancelled_on=TODAY)
    with pytest.raises(ValidationError, match="« Stagiaires » partirait vide : personne n'y a d'heures prévues"):
        a_delivery(world.cohort, claire, destination=to_closerie(world, opco))
    assert not Delivery.objects.exists()


def test_more_rows_than_the_model_has_are_refused(world, claire):
    model = received(claire, DDETS, code="D1")
    mapping = Mapping.from_dict(model.mapping)
    mapping.last_row = mapping.first_row
    actions.map_model(model=model, mapping=mapping)
    actions.keep_model(model=model, user=claire)
    with pytest.raises(ValidationError, match="a 1 lignes et ne s'allonge pas : il en faudrait 2"):
        a_delivery(world.cohort, claire, "D1")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(
            lambda one: one.columns.update(R="pay.asked"), "« pay.asked » ne peut pas partir", id="off the list"
        ),
        pytest.param(lambda one: one.columns.update(D="person.birth_name"), "choisi deux fois (C et D)", id="twice"),
        pytest.param(lambda one: one.columns.update(T="contract.rome_code"), "la calcule", id="computed"),
        pytest.param(lambda one: one.columns.update(A="row.number"), "la calcule, la numérote", id="numbered"),
        pytest.param(lambda one: one.columns.update(J="contract.ends_on", I=""), "format de date", id="no date format"),
        pytest.param(lambda one: one.cells.update(Dossier_Numero="financing.file_number"), "réserve", id="locked cell"),
        pytest.param(lambda one: setattr(one, "first_row", 7), "après les titres", id="rows over the headings"),
        pytest.param(lambda one: setattr(one, "last_row", 3), "ne peut pas précéder", id="rows upside down"),
        pytest.param(lambda one: (one.columns.clear(), one.cells.clear()), "Rien n'est encore choisi", id="nothing"),
    ],
)
def test_a_mapping_that_cannot_hold_is_refused_with_its_place(world, claire, opco, change, words):
    model = received(claire, financer=opco)
    mapping = Mapping.from_dict(model.mapping)
    change(mapping)
    with pytest.raises(ValidationError) as refused:
        actions.map_model(model=model, mapping=mapping)
    assert words in " ".join(refused.value.messages)


def test_a_kept_version_never_changes(world, claire, opco):
    model = kept(claire, financer=opco)
    with pytest.raises(ValidationError, match="ne change plus"):
        actions.map_model(model=model, mapping=Mapping.from_dict(model.mapping))


def test_a_column_off_the_list_never_leaves_even_from_a_tampered_row(world, claire, opco, trained, told):
    model = kept(claire, financer=opco)
    mapping = Mapping.from_dict(model.mapping)
    mapping.columns["R"] = "pay.asked"
    WorkbookModel.objects.filter(pk=model.pk).update(mapping=mapping.as_dict())
    with pytest.raises(ValidationError, match=r"pay\.asked"):
        a_delivery(world.cohort, claire, destination=to_closerie(world, opco))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"bonjour", "n'est pas un classeur .xlsx", id="not a workbook"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64, "ancien format .xls", id=".xls"),
        pytest.param(OPCO[:9000], "abîmé", id="broken"),
    ],
)
def test_a_file_that_cannot_serve_is_refused_in_one_sentence(world, claire, opco, content, words):
    with pytest.raises(ValidationError, match=words):
        received(claire, content, opco)
    assert not WorkbookModel.objects.exists()


def test_a_social_security_number_left_in_a_model_is_refused(world, claire, opco):
    content = rezipped(OPCO, "xl/sharedStrings.xml", lambda xml: xml.replace("Civilité *", "2 84 06 50 025 001 39"))
    with pytest.raises(ValidationError, match="sécurité sociale"):
        received(claire, content, opco)


def test_a_file_of_the_ddets_is_not_for_an_opco(world, claire, opco):
    with pytest.raises(ValidationError, match="n'est pas destiné"):
        received(claire, DDETS, opco, code="D1")


def test_another_agency_does_not_see_the_model(world, claire, denis, opco):
    received(claire, financer=opco)
    assert WorkbookModel.objects.visible_to(claire).count() == 1
    assert not WorkbookModel.objects.visible_to(denis).exists()


# --- What may be named


def test_a_column_for_a_social_security_number_stays_empty(world, claire, opco):
    def with_number(xml):
        return xml.replace("Nom d'usage", "N° de sécurité sociale")

    model = received(claire, rezipped(OPCO, "xl/sharedStrings.xml", with_number), opco)
    mapping = Mapping.from_dict(model.mapping)
    assert "D" not in mapping.columns
    mapping.columns["D"] = "person.usual_name"
    (problem,) = problems(Survey.from_dict(model.survey), mapping, "O1")
    assert "ne part jamais" in problem
