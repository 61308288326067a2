"""The pages of a recipient's workbook, as its counsellor goes through them."""

import hashlib
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SentForm
from exports.mapping import Mapping
from exports.models import WorkbookModel
from tests import builders as b
from tests.exports.test_workbook_models import DDETS, OPCO, kept, received, renamed, rezipped


@pytest.fixture
def opco(world):
    financer = b.a_financer()
    b.a_financing(world.closerie.employer, financer)
    return financer


@pytest.fixture
def page(client_of, claire):
    return client_of(claire)


def upload(content, name="modele.xlsx"):
    file = BytesIO(content)
    file.name = name
    return file


def test_a_file_is_received_mapped_and_kept(page, world, opco):
    fields = {"code": "O1", "recipient": str(opco.pk), "name": "Modèle 2026-02", "valid_from": "20/11/2026"}
    answer = page.post(reverse("exports:model_receive"), fields | {"file": upload(OPCO)}, follow=True)
    model = WorkbookModel.objects.get()
    sha256 = hashlib.sha256(OPCO).hexdigest()
    assert (model.financer, model.sha256, model.state) == (opco, sha256, "à faire correspondre")
    assert "Identité du stagiaire – Nom de naissance *" in answer.content.decode()
    mapping = reverse("exports:model_mapping", args=[model.pk])
    form = page.get(mapping).context["form"]
    typed = {name: field.initial or "" for name, field in form.fields.items()} | {
        "col_D": "",
        "skips_without_hours": "on",
    }
    answer = page.post(mapping, typed)
    assert answer.url == reverse("exports:model_codes", args=[model.pk])
    form = page.get(answer.url).context["form"]
    typed = {name: field.initial for name, field in form.fields.items()} | {"G_0": "Autre"}
    assert page.post(answer.url, typed).url == model.get_absolute_url()
    page.post(reverse("exports:model_keep", args=[model.pk]))
    model.refresh_from_db()
    saved = Mapping.from_dict(model.mapping)
    assert (model.is_kept, "D" in saved.columns, saved.codes["G"]["CDD PEC"]) == (True, False, "Autre")


def test_what_was_chosen_twice_is_said_and_stays(page, world, claire, opco):
    model = received(claire, financer=opco)
    address = reverse("exports:model_mapping", args=[model.pk])
    form = page.get(address).context["form"]
    typed = {name: field.initial or "" for name, field in form.fields.items()} | {"col_D": "person.birth_name"}
    answer = page.post(address, typed)
    assert answer.status_code == 200
    assert "choisi deux fois (C et D)" in answer.content.decode()
    assert answer.context["form"]["col_D"].value() == "person.birth_name"


def test_two_people_on_one_mapping_see_what_the_other_chose(page, world, claire, opco):
    model = received(claire, financer=opco)
    address = reverse("exports:model_mapping", args=[model.pk])
    opened = page.get(address).context
    here = {name: field.initial or "" for name, field in opened["form"].fields.items()} | {"version": opened["version"]}
    assert page.post(address, here | {"col_D": ""}).status_code == 302
    answer = page.post(address, here | {"last_row": "30"})
    assert "enregistré cette fiche depuis" in answer.content.decode()
    (column, chosen, saved), row = answer.context["both_versions"]
    assert (column[:4], chosen != "laisser vide", saved) == ("D · ", True, "laisser vide")
    assert row[1:] == ("30", str(here["last_row"]))
    assert "D" not in Mapping.from_dict(WorkbookModel.objects.get().mapping).columns
    # She has seen both: what she saves now is what she wants.
    page.post(address, here | {"last_row": "30", "version": answer.context["version"]})
    saved = Mapping.from_dict(WorkbookModel.objects.get().mapping)
    assert ("D" in saved.columns, saved.last_row) == (True, 30)


def test_two_people_on_one_list_see_what_the_other_chose(page, world, claire, opco):
    model = received(claire, financer=opco)
    address = reverse("exports:model_codes", args=[model.pk])
    opened = page.get(address).context
    here = {name: field.initial for name, field in opened["form"].fields.items()} | {"version": opened["version"]}
    assert page.post(address, here | {"G_0": ""}).status_code == 302
    answer = page.post(address, here | {"G_0": "Autre"})
    assert [told[1:] for told in answer.context["both_versions"]] == [("Autre", "aucune : à corriger avant l'envoi")]
    assert answer.context["form"]["G_0"].value() == "Autre"


def test_a_field_off_the_list_is_no_choice(page, world, claire, opco):
    model = received(claire, financer=opco)
    address = reverse("exports:model_mapping", args=[model.pk])
    assert page.post(address, {"col_R": "pay.asked", "first_row": "8"}).context["form"].errors["col_R"]


def test_a_file_that_cannot_serve_is_refused_beside_its_field(page, world, opco):
    fields = {"code": "O1", "recipient": str(opco.pk), "name": "Ancien", "valid_from": "20/11/2026"}
    answer = page.post(reverse("exports:model_receive"), fields | {"file": upload(b"PK\x03\x04 rien")})
    assert "abîmé" in str(answer.context["form"].errors["file"])
    assert answer.context["form"]["name"].value() == "Ancien"


def test_a_file_is_read_before_anything_is_locked(page, world, opco):
    """A long reading inside the transaction would make everybody else wait to write."""
    fields = {"code": "O1", "recipient": str(opco.pk), "name": "Ancien", "valid_from": "20/11/2026"}
    fields |= {"form_token": "un-jeton", "file": upload(b"PK\x03\x04 rien")}
    with CaptureQueriesContext(connection) as queries:
        page.post(reverse("exports:model_receive"), fields)
    assert not [query for query in queries if SentForm._meta.db_table in query["sql"]]


def test_another_sheet_may_be_filled_instead(page, world, claire, opco):
    model = received(claire, financer=opco)
    answer = page.get(reverse("exports:model_mapping", args=[model.pk]), {"feuille": "Dépenses"})
    assert answer.context["sheet"].name == "Dépenses"
    assert "col_A" in answer.context["form"].fields


def test_differences_with_the_former_file_are_shown(page, world, claire, opco):
    kept(claire, financer=opco)
    second = received(claire, rezipped(OPCO, "xl/sharedStrings.xml", renamed), opco)
    shown = page.get(second.get_absolute_url()).content.decode()
    assert "colonne renommée" in shown
    assert "Identité du stagiaire – Né(e) le *" in shown
    prepare = {"cohorte": world.cohort.pk, "code": "O1", "au": "20/11/2026", "etablissement": world.closerie.pk}
    assert "a changé" in page.get(reverse("exports:prepare"), prepare).content.decode()


def test_preparing_names_what_is_out_of_the_lists(page, world, claire):
    model = received(claire, DDETS, code="D1")
    mapping = Mapping.from_dict(model.mapping)
    mapping.codes["R"] = {}
    WorkbookModel.objects.filter(pk=model.pk).update(
        mapping=mapping.as_dict(), mapped_at=model.created_at, mapped_by=claire
    )
    answer = page.get(reverse("exports:prepare"), {"cohorte": world.cohort.pk, "code": "D1", "au": "20/11/2026"})
    assert world.contract.get_absolute_url() in answer.content.decode()
    assert "n&#x27;est pas dans la liste du destinataire" in answer.content.decode()


def test_pages_ask_a_constant_number_of_queries(page, world, claire, opco, django_assert_max_num_queries):
    model = kept(claire, financer=opco)
    page.get(reverse("exports:model_list"))
    for address in (model.get_absolute_url(), reverse("exports:model_list")):
        with django_assert_max_num_queries(16):
            page.get(address)


def test_the_empty_file_is_given_back_as_it_was(page, world, claire, opco):
    model = received(claire, financer=opco)
    answer = page.get(reverse("exports:model_download", args=[model.pk]))
    assert b"".join(answer.streaming_content) == OPCO


def test_an_upload_is_given_back_under_a_name_of_ours(page, world, opco):
    """Its own may end in what a computer runs."""
    fields = {"code": "O1", "recipient": str(opco.pk), "name": "Modèle", "valid_from": "20/11/2026"}
    page.post(reverse("exports:model_receive"), fields | {"file": upload(OPCO, "facture.xlsx.hta")})
    answer = page.get(reverse("exports:model_download", args=[WorkbookModel.objects.get().pk]))
    answer.close()
    assert answer["Content-Disposition"] == 'attachment; filename="modele-O1-v1.xlsx"'
