"""Every list exports what it shows: rows, order, columns, with the types of what they say."""

from datetime import date

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts import tables, work
from accounts.models import AccessLog, Job
from accounts.pages import ListPage
from accounts.roles import Role
from contracts.tables import DecimalHoursColumn, PercentColumn
from exports import lists
from exports.models import ListExport
from exports.views import lists as views
from impec import urls
from tests import builders as b
from tests.exports.helpers import by_calamine, by_openpyxl

# Pages made of a list that is not one to take away.
NOT_EXPORTED = {
    "accounts.views.JobList": "each job already leads to its own file",
    "cohorts.views.referrals.SentPeople": "a prescriber takes nothing away",
    "cohorts.views.placement.Placement": "people to place, each beside a seat: the page of a gesture",
    "contracts.views.reference.ReferenceList": "what three lists have in common",
    "training.views.settings.SettingList": "what two lists have in common",
    "exports.views.evidence.EvidenceList": "each pack already leads to its own file",
    "exports.views.workbook_models.ModelList": "each model already leads to its own workbook",
    "tutoring.views.recording.ChooseEnrolment": "a step of a form",
    "tutoring.views.sheet_office.SheetList": "what is waited for leaves with the due dates, what came with the booklet",
}


def every_list_page() -> set[str]:
    assert urls.urlpatterns
    found, waiting = set(), [ListPage]
    while waiting:
        children = waiting.pop().__subclasses__()
        found |= set(children)
        waiting += children
    return {f"{page.__module__}.{page.__qualname__}" for page in found if not page.__module__.startswith("tests")}


def test_every_list_is_registered_or_says_why_not():
    assert every_list_page() == set(lists.LISTS.values()) | NOT_EXPORTED.keys()


@pytest.mark.parametrize("name", sorted(lists.LISTS))
def test_every_list_has_the_name_it_is_registered_by(name):
    assert import_string(lists.LISTS[name]).export_name == name


def test_every_column_of_figures_has_its_kind():
    waiting, typed = [tables.NumberColumn], {cls for cls, _, _ in lists.TYPED}
    while waiting:
        for cls in waiting.pop().__subclasses__():
            assert cls in typed or cls.__module__.startswith("tests"), cls
            waiting.append(cls)
    assert {DecimalHoursColumn, PercentColumn} <= typed


def exported(client, name, **query):
    answer = client.get(reverse("exports:export_list", args=[name]), query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("name", sorted(lists.LISTS))
def test_every_list_opens_as_a_workbook(world, claire, client_of, name):
    content = exported(client_of(claire), name, dans=world.cohort.pk)
    book = by_calamine(content)
    assert book.sheet_names[-1] == "Informations"
    heads = book.get_sheet_by_name(book.sheet_names[0]).to_python()[0]
    assert "Gestes" not in heads


def test_the_file_shows_what_the_page_shows(world, claire, client_of):
    query = {"q": "baudry"}
    client = client_of(claire)
    rows = by_calamine(exported(client, "contrats", **query)).get_sheet_by_name("Contrats").to_python()
    page = client.get(reverse("contracts:contract_list"), query).content.decode()
    assert len(rows) == 2
    assert all(str(heading) in page for heading in rows[0])
    assert rows[1][0] == "BAUDRY Amina"
    assert "BAUDRY Amina" in page
    assert "DA COSTA" not in page


def test_a_search_kept_by_the_session_rules_its_file(world, claire, client_of):
    client = client_of(claire)
    address = client.post(reverse("contracts:contract_list"), {"q": "baudry"}).url
    key = QueryDict(address.partition("?")[2])["cherche"]
    rows = by_calamine(exported(client, "contrats", cherche=key)).get_sheet_by_name("Contrats").to_python()
    assert [row[0] for row in rows[1:]] == ["BAUDRY Amina"]


def test_a_long_list_keeps_the_text_for_its_job(world, claire, client_of, monkeypatch):
    monkeypatch.setattr("exports.views.lists.AT_ONCE", 0)
    client = client_of(claire)
    key = QueryDict(client.post(reverse("contracts:contract_list"), {"q": "baudry"}).url.partition("?")[2])["cherche"]
    client.post(f"{reverse('exports:export_list', args=['contrats'])}?cherche={key}", {"form_token": "un-jeton"})
    assert ListExport.objects.get().row_count == 1


def test_the_order_of_the_page_is_the_order_of_the_file(world, claire, client_of):
    client = client_of(claire)
    names = [
        [row[0] for row in by_calamine(exported(client, "contrats", tri=tri)).get_sheet_by_name("Contrats").to_python()]
        for tri in ("person", "-person")
    ]
    assert names[0][1:] == ["BAUDRY Amina", "DA COSTA Zoé"]
    assert names[1][1:] == ["DA COSTA Zoé", "BAUDRY Amina"]


def test_cells_keep_their_types(world, claire, client_of):
    sheet = by_openpyxl(exported(client_of(claire), "contrats", tri="person"))["Contrats"]
    found = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (found["Heures"].value, found["Heures"].number_format) == (28, "0.00")
    start = next(cell for cell in found.values() if cell.is_date)
    assert (start.value.date(), start.number_format) == (date(2026, 2, 2), "dd/mm/yyyy")
    sheet = by_openpyxl(exported(client_of(claire), "etablissements"))["Établissements des employeurs"]
    siret = next(cell for head, cell in zip(sheet[1], sheet[2], strict=True) if head.value == "SIRET")
    assert (siret.value, siret.number_format) == ("99998211900011", "@")


def test_the_filters_are_said(world, claire, client_of):
    book = by_calamine(exported(client_of(claire), "contrats", q="baudry"))
    facts = dict(book.get_sheet_by_name("Informations").to_python())
    assert "recherche « baudry »" in facts["Périmètre"]


def test_markup_in_a_name_comes_out_as_it_was_typed(world, claire, client_of):
    world.person.birth_name = "<b>BAUDRY</b> & fils"
    world.person.save()
    rows = by_calamine(exported(client_of(claire), "contrats", tri="person")).get_sheet_by_name("Contrats").to_python()
    assert "<b>BAUDRY</b> & fils Amina" in [row[0] for row in rows]


def test_an_employer_exports_its_own_rows(world, gaelle, client_of):
    rows = by_calamine(exported(client_of(gaelle), "contrats")).get_sheet_by_name("Contrats").to_python()
    assert [row[0] for row in rows[1:]] == ["DA COSTA Zoé"]


def test_an_export_is_journalled_with_its_fingerprint(world, claire, client_of):
    exported(client_of(claire), "contrats")
    row = AccessLog.objects.get(action="export")
    assert (row.user, row.count, row.filters, len(row.file_sha256)) == (claire, 2, {"liste": "contrats"}, 64)


def test_a_list_one_may_not_see_is_not_exported(world, esther, farid, client_of):
    assert client_of(esther).get(reverse("exports:export_list", args=["contrats"])).status_code == 403
    assert client_of(farid).get(reverse("exports:export_list", args=["orientations"])).status_code == 403


@pytest.mark.parametrize(
    "name, query", [("inconnue", {}), ("places", {}), ("places", {"dans": "x"}), ("jalons", {"dans": "9" * 30})]
)
def test_no_such_list_is_not_found(world, claire, client_of, name, query):
    assert client_of(claire).get(reverse("exports:export_list", args=[name]), query).status_code == 404


def test_the_places_of_somebody_elses_cohort_are_not_found(world, claire, client_of):
    elsewhere = b.a_cohort(agency=b.an_organisation(name="Agence de Caen"))
    answer = client_of(claire).get(reverse("exports:export_list", args=["places"]), {"dans": elsewhere.pk})
    assert answer.status_code == 404


# --- Long lists


@pytest.fixture
def long_lists(monkeypatch):
    """Two rows are many."""
    monkeypatch.setattr(views, "AT_ONCE", 1)
    monkeypatch.setattr(lists, "CHUNK", 1)


def test_a_long_list_is_written_by_a_job_and_taken_for_a_day(world, claire, client_of, long_lists, settings):
    client = client_of(claire)
    address = reverse("exports:export_list", args=["contrats"]) + "?tri=person"
    assert "2 lignes" in client.get(address).content.decode()
    assert not ListExport.objects.exists()
    job_page = client.post(address, {"form_token": "un-jeton"})
    export = ListExport.objects.get()
    work.run_job(export.job_id)
    assert "Télécharger le classeur" in client.get(job_page.url).content.decode()
    content = b"".join(client.get(reverse("exports:list_download", args=[export.public_id])).streaming_content)
    rows = by_calamine(content).get_sheet_by_name("Contrats").to_python()
    assert [row[0] for row in rows[1:]] == ["BAUDRY Amina", "DA COSTA Zoé"]
    settings.IMPEC_TODAY = "2026-11-22"
    assert client.get(reverse("exports:list_download", args=[export.public_id])).status_code == 302


def test_a_list_export_is_its_authors_alone(world, claire, denis, client_of, long_lists):
    client_of(claire).post(reverse("exports:export_list", args=["contrats"]), {"form_token": "un-jeton"})
    export = ListExport.objects.get()
    work.run_job(export.job_id)
    assert Job.objects.get().state == Job.State.DONE
    assert client_of(denis).get(reverse("exports:list_download", args=[export.public_id])).status_code == 404


def test_a_list_export_stays_with_the_organisation_it_was_asked_for(world, claire, closerie, client_of, long_lists):
    client_of(claire).post(reverse("exports:export_list", args=["contrats"]), {"form_token": "un-jeton"})
    export = ListExport.objects.get()
    work.run_job(export.job_id)
    other_hat = b.a_membership(claire, closerie.employer.organisation, Role.EMPLOYER)
    client = client_of(claire)
    client.post(reverse("accounts:switch"), {"membership": other_hat.pk})
    assert client.get(reverse("exports:list_download", args=[export.public_id])).status_code == 404


def test_filters_too_long_to_keep_are_refused_in_french(world, claire, client_of, long_lists):
    address = reverse("exports:export_list", args=["contrats"]) + "?tri=" + "x" * 2_500
    answer = client_of(claire).post(address, {"form_token": "un-jeton"}, follow=True)
    assert "2000 caractères" in answer.content.decode()
    assert not ListExport.objects.exists()


def test_a_day_later_it_is_gone(world, claire, client_of, long_lists, settings):
    from_jobs = import_string("exports.jobs.forget_files")
    client_of(claire).post(reverse("exports:export_list", args=["contrats"]), {"form_token": "un-jeton"})
    assert from_jobs() == 0
    settings.IMPEC_TODAY = "2026-11-22"
    assert from_jobs() == 1
    assert not ListExport.objects.exists()


def test_pages_follow_each_other_without_a_gap(world, claire, long_lists):
    claire.acting_through = claire.memberships.get()
    view = lists.open_list("contrats", claire, QueryDict("tri=person"))
    assert [[str(one.enrolment.person.first_name) for one in rows] for _, rows in lists.pages(view)] == [
        ["Amina"],
        ["Zoé"],
    ]
