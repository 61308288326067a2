"""The table of all lists: headings that sort, rows that are named, cells that escape."""

import re
from datetime import date
from decimal import Decimal

from django.test import RequestFactory

from accounts.tables import (
    Action,
    ActionsColumn,
    Column,
    DayColumn,
    EurosColumn,
    HoursColumn,
    StateColumn,
    Table,
    YesNoColumn,
)

ROWS = [
    {
        "pk": 1,
        "name": "Zoé <D.>",
        "state": "en cours",
        "day": date(2026, 2, 2),
        "minutes": 90,
        "aid": Decimal("520.87"),
    },
    {"pk": 2, "name": "Ali B.", "state": "rompu", "day": None, "minutes": 0, "aid": None, "told": False},
]


class PeopleTable(Table):
    caption = "Personnes & contrats"

    name = Column("Personne", linkify=lambda record: f"/personnes/{record['pk']}/")
    state = StateColumn("État", tone=lambda record: "danger" if record["state"] == "rompu" else "ok")
    day = DayColumn("Début")
    minutes = HoursColumn("Heures")
    aid = EurosColumn("Aide", orderable=False)
    told = YesNoColumn("Prévenue", default="à demander")
    acts = ActionsColumn("Actions")

    def row_name(self, record):
        return record["name"]

    def actions(self, record):
        return [Action("Modifier", f"/personnes/{record['pk']}/modifier/")]


def html(query="", rows=ROWS):
    request = RequestFactory().get(f"/personnes/{query}")
    return PeopleTable(rows, order_by=request.GET.getlist("tri")).as_html(request)


def test_a_table_has_a_caption_and_a_named_region():
    page = html()
    assert re.search(r"<caption[^>]*>Personnes &amp; contrats</caption>", page)
    assert re.search(r'role="region" aria-label="Personnes &amp; contrats" tabindex="0"', page)


def test_each_row_is_headed_by_its_first_cell():
    assert re.findall(r'<th scope="row"><a href="([^"]+)">([^<]+)</a></th>', html()) == [
        ("/personnes/1/", "Zoé &lt;D.&gt;"),
        ("/personnes/2/", "Ali B."),
    ]


def test_row_actions_are_named_with_their_row():
    assert '>Modifier<span class="visually-hidden"> — Zoé &lt;D.&gt;</span></a>' in html()


def test_unknown_is_said_and_zero_is_shown():
    page = html()
    assert page.count("non renseigné") == 2
    assert "0,00\u00a0h" in page
    assert ">à demander</td>" in page
    assert ">non</td>" in page


def test_a_state_has_a_word_and_a_drawing():
    badge = re.search(r'<span class="state state-danger">(.*?)</span>', html()).group(1)
    assert badge.startswith('<svg class="icon icon-error" aria-hidden="true"')
    assert badge.endswith("rompu")


def test_headings_sort_by_links_that_keep_the_filters():
    page = html("?etat=en+cours&page=3")
    assert '<th scope="col" aria-sort="none"><a href="?etat=en+cours&amp;tri=name">' in page
    assert "trier par ordre croissant" in page


def test_the_sorted_column_says_so_and_turns_round():
    page = html("?tri=-day")
    assert 'aria-sort="descending"><a href="?tri=day">' in page
    assert page.count("aria-sort") == 5


def test_a_column_that_does_not_sort_has_no_link():
    assert '<th scope="col" class="number">Aide</th>' in html()


def test_sorting_by_an_unknown_column_changes_nothing():
    assert html("?tri=secret").count('aria-sort="none"') == html().count('aria-sort="none"')
    assert html("?tri=secret").index("Zoé") < html("?tri=secret").index("Ali")
