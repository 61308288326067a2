"""E1: the booklet of a person, the same lines on the page and in the workbook, for those who may read them."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts import disclosure
from accounts.models import AccessLog
from regulations.skills import Face, Level
from tests.builders import TODAY, a_grid, an_observation, an_own_view
from tutoring.actions.own_views import discuss_point
from tutoring.booklet import parts_of


@pytest.fixture
def told(world, claire):
    first, second, *_ = a_grid().skills_in_order()
    an_observation(world.tutorship, first, Level.WITH_HELP, date(2026, 11, 6), note="=1+1")
    view = an_own_view(world.contract, first, Face.CAN, sentence="Je la fais seule.")
    discuss_point(own_view=view, text="Bruno regarde samedi.", on=TODAY, by=claire)
    an_own_view(world.other_contract, second, Face.CAN, sentence="Une phrase de Zoé.")
    return world


def address(contract):
    return reverse("exports:booklet", args=[contract.pk])


def opened(answer):
    return load_workbook(BytesIO(b"".join(answer.streaming_content)))


def lines(sheet):
    return [list(line) for line in sheet.iter_rows(min_row=2, values_only=True)]


def test_the_workbook_holds_the_lines_of_the_page_typed(told, denis, client_of):
    book = opened(client_of(denis).get(address(told.contract)))
    assert book.sheetnames == [
        "Savoir-faire",
        "Observations",
        "Regards de la stagiaire",
        "Points discutés",
        "Tuteurs",
        "Informations",
    ]
    ((day, words, level, note),) = lines(book["Observations"])
    assert (day.date(), words, level, note) == (date(2026, 11, 6), "Faire la chambre", "avec aide", "=1+1")
    assert book["Observations"]["D2"].data_type == "s"
    assert lines(book["Points discutés"])[0][2] == "Bruno regarde samedi."
    assert len(lines(book["Savoir-faire"])) == 4
    page = client_of(denis).get(reverse("tutoring:booklet", args=[told.contract.pk])).content.decode()
    assert "Je la fais seule." in page
    assert "Une phrase de Zoé." not in page


def test_each_file_taken_leaves_a_line_with_its_hash(told, claire, client_of):
    list(client_of(claire).get(address(told.contract)).streaming_content)
    row = AccessLog.objects.get(action="export")
    assert (row.purpose, row.object_id, len(row.file_sha256)) == ("E1", str(told.contract.pk), 64)


def test_the_name_of_the_file_names_nobody(told, claire, client_of):
    answer = client_of(claire).get(address(told.contract))
    list(answer.streaming_content)
    assert f"E1_contrat-{told.contract.pk}_2026-11-20" in answer["Content-Disposition"]
    assert "BAUDRY" not in answer["Content-Disposition"]


def test_a_column_that_a_reader_may_not_see_is_not_there(told, denis, claire, monkeypatch):
    allowed = disclosure.RECIPIENTS["EMPLOYER"]["tutoring.OwnView"]
    kept = tuple(name for name in allowed if name != "sentence")
    monkeypatch.setitem(disclosure.RECIPIENTS["EMPLOYER"], "tutoring.OwnView", kept)
    for user, headings in ((denis, 3), (claire, 4)):
        views = next(part for part in parts_of(told.contract, user, TODAY) if part.title == "Regards de la stagiaire")
        assert len(views.fields) == headings


def test_nothing_noted_is_still_a_file(told, gaelle, client_of):
    told.other_contract.own_views.all().delete()
    told.other_contract.tutorships.all().delete()
    told.other_contract.job_title, told.other_contract.rome_code = "Agente polyvalente", ""
    told.other_contract.save()
    book = opened(client_of(gaelle).get(address(told.other_contract)))
    assert lines(book["Livret"]) == [["Rien n'est encore noté."]]


def test_who_may_not_read_what_she_learns_takes_no_file(told, gaelle, bruno, hugo, client_of):
    statuses = [client_of(user).get(address(told.contract)).status_code for user in (gaelle, bruno, hugo)]
    assert statuses == [404, 403, 403]
