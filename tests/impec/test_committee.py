"""The pack of a committee: what it counts, what it masks, its decisions, its one sheet."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AccessLog
from accounts.rows import Conflict
from cohorts.actions.committee import change_decision, record_decision
from cohorts.models import CommitteeDecision
from contracts.models import AidPayment
from impec.committee.charts import standing_chart
from impec.committee.figures import Standing, read_pack, total_words
from tests import builders as b

OCTOBER = date(2026, 10, 15)


@pytest.fixture
def cohort_of_nine(world):
    """Nine contracts at Denis's and Gaëlle's: six in force, two broken, one that begins next year."""
    for rank in range(7):
        changes = {}
        if rank < 2:
            changes = {"broken_on": date(2026, 6, 30), "break_reason": "RESIGNATION"}
        if rank == 2:
            changes = {"starts_on": date(2027, 1, 4), "ends_on": date(2028, 1, 3), "signed_on": date(2026, 11, 2)}
        enrolment = b.an_enrolment(cohort=world.cohort)
        contract = b.a_contract(enrolment=enrolment, establishment=world.closerie, **changes)
        b.an_aid_request(contract, order=world.order)
        b.an_attendance(world.half_day, enrolment)
    return world


def a_decision(world, **changes):
    facts = {"decided_on": OCTOBER, "what": "Ouvrir un rattrapage", "who": "Organisme de formation", **changes}
    return record_decision(cohort=world.cohort, by=world.users["coordinator"], **facts)


def pack_of(world):
    return read_pack(world.cohort, world.users["coordinator"], b.TODAY)


def numbers_of(pack) -> dict:
    return {one.label: one.words for one in pack.numbers}


def page_of(world, client_of) -> str:
    answer = client_of(world.users["coordinator"]).get(reverse("committee_pack", args=[world.cohort.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_counts_of_a_cohort_are_told(cohort_of_nine):
    pack = pack_of(cohort_of_nine)
    assert numbers_of(pack)["Places proposées"] == "3"
    assert [(one.label, one.words) for one in pack.standings] == [
        ("en cours", "6"),
        ("suspendus", "0"),
        ("rompus", "< 5"),
        ("arrivés à leur fin", "0"),
        ("pas encore commencés", "< 5"),
    ]


def test_a_total_that_would_give_a_hidden_count_is_not_told(cohort_of_nine):
    """Nine less six would say three."""
    assert numbers_of(pack_of(cohort_of_nine))["Contrats"] == "au moins 6"


def test_a_total_without_any_hidden_count_is_told():
    standings = [Standing("en cours", "6", 6), Standing("rompus", "0", 0)]
    assert total_words(standings, 6) == "6"


def test_a_small_cohort_tells_no_hours_and_no_amounts(world, client_of):
    pack = pack_of(world)
    assert numbers_of(pack)["Contrats"] == "< 5"
    assert numbers_of(pack)["Heures suivies"] == "masqué"
    assert (pack.hours, pack.aid) == ({}, {})
    assert "Rien à montrer" in page_of(world, client_of)


def test_hours_and_aid_are_those_of_their_pages(cohort_of_nine):
    AidPayment.objects.create(
        aid_request=cohort_of_nine.contract.aid_requests.get(),
        month=date(2026, 3, 1),
        amount=Decimal("520.87"),
        paid_on=date(2026, 4, 20),
        line_key="1",
    )
    pack = pack_of(cohort_of_nine)
    assert pack.hours[date(2026, 2, 1)] == (8 * 210, 9 * 210)
    assert pack.aid[date(2026, 3, 1)][1] == Decimal("520.87")


def test_a_month_of_too_few_people_tells_neither_hours_nor_amounts(cohort_of_nine):
    """One contract began in January: its month goes, and another with it, or the total would give it back."""
    early = b.a_contract(
        enrolment=b.an_enrolment(cohort=cohort_of_nine.cohort),
        establishment=cohort_of_nine.closerie,
        starts_on=date(2026, 1, 5),
        signed_on=date(2026, 1, 5),
        ends_on=date(2026, 12, 31),
    )
    b.an_aid_request(early, order=cohort_of_nine.order, signed_on=date(2025, 12, 1), decided_on=date(2025, 12, 20))
    months = [date(2026, month, 1) for month in range(1, 12)]
    pack = pack_of(cohort_of_nine)
    hidden = [month for month in months if month not in pack.aid]
    assert hidden[0] == date(2026, 1, 1)
    assert len(hidden) == 2


def test_a_masked_count_has_no_bar():
    chart = standing_chart([Standing("en cours", "6", 6), Standing("rompus", "< 5", None)])
    assert [(row.words, row.width > 0) for row in chart.rows] == [("6", True), ("< 5", False)]


def test_each_of_the_three_charts_has_its_table(cohort_of_nine, client_of):
    figures = [one.partition("</figure>")[0] for one in page_of(cohort_of_nine, client_of).split("<figure")[1:]]
    names = ["Où en sont les contrats", "Heures du socle commun, par mois", "Aide de l'État, par mois"]
    for name, figure in zip(names, figures, strict=True):
        assert f"<figcaption>{name}</figcaption>" in figure
        assert 'role="img"' in figure
        assert f'<caption class="visually-hidden">{name}</caption>' in figure


def test_no_name_is_on_the_page(cohort_of_nine, client_of):
    page = page_of(cohort_of_nine, client_of).partition("<main")[2].partition("</main")[0]
    for word in ("BAUDRY", "DA COSTA", "HAMON", "Closerie"):
        assert word not in page


def test_decisions_since_the_last_committee_and_those_that_wait_are_shown(cohort_of_nine, client_of):
    a_decision(cohort_of_nine, decided_on=date(2026, 6, 10), what="Close depuis longtemps", done_on=date(2026, 7, 1))
    a_decision(cohort_of_nine, decided_on=date(2026, 6, 10), what="Attend toujours", due_on=date(2026, 9, 1))
    a_decision(cohort_of_nine, what="Prise la dernière fois", due_on=date(2026, 12, 1))
    page = page_of(cohort_of_nine, client_of)
    assert "Décisions depuis le comité du 15/10/2026" in page
    assert "Close depuis longtemps" not in page
    assert "Attend toujours" in page
    assert "Prise la dernière fois" in page
    assert "1 décision en retard" in page


def test_risks_mask_counts_of_people_only(cohort_of_nine):
    cohort_of_nine.cohort.milestones.create(label="Comité", due_on=date(2026, 11, 1))
    for contract in cohort_of_nine.cohort.contracts.filter(tutorships=None).order_by("pk")[1:]:
        b.a_tutorship(contract)
    risks = [one.words for one in pack_of(cohort_of_nine).risks]
    assert any(words.startswith("1 jalon") for words in risks)
    # In the plural, whatever the count: a singular would say that it is one.
    assert "< 5 contrats sans tuteur" in risks


def test_the_workbook_says_what_the_page_prints(cohort_of_nine, client_of):
    a_decision(cohort_of_nine, due_on=date(2026, 11, 1))
    answer = client_of(cohort_of_nine.users["coordinator"]).get(
        reverse("committee_workbook", args=[cohort_of_nine.cohort.pk])
    )
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames == [
        "Chiffres",
        "Contrats",
        "Heures par mois",
        "Aide par mois",
        "Décisions",
        "Risques",
        "Informations",
    ]
    assert [row[1].value for row in book["Contrats"].iter_rows(min_row=2)] == ["6", "0", "< 5", "0", "< 5"]
    decision = [cell.value for cell in book["Décisions"][2]]
    assert decision[1:3] + decision[5:] == ["Ouvrir un rattrapage", "Organisme de formation", "en retard"]
    assert AccessLog.objects.filter(action="export", purpose="dossier de comité").count() == 1


# --- Decisions ---


def test_a_decision_is_recorded_then_done_from_the_pages(world, client_of):
    claire = client_of(world.users["coordinator"])
    claire.post(
        reverse("cohorts:decision_add", args=[world.cohort.pk]),
        {"decided_on": "15/10/2026", "what": "Relancer l'ASP", "who": "Agence", "due_on": "30/11/2026"},
    )
    row = CommitteeDecision.objects.get()
    assert (row.recorded_by, row.due_on) == (world.users["coordinator"], date(2026, 11, 30))
    claire.post(
        reverse("cohorts:decision_change", args=[row.pk]),
        {
            "version": row.version,
            "decided_on": "15/10/2026",
            "what": "Relancer l'ASP",
            "who": "Agence",
            "done_on": "20/11/2026",
        },
    )
    row.refresh_from_db()
    assert row.done_on == b.TODAY


@pytest.mark.parametrize(
    "changes, words",
    [
        pytest.param({"decided_on": date(2026, 11, 21)}, "le jour où elle est prise", id="demain"),
        pytest.param({"done_on": date(2026, 11, 21)}, "laissez ce champ vide", id="faite demain"),
        pytest.param({"due_on": date(2026, 10, 1)}, "L'échéance vient", id="échéance avant"),
        pytest.param({"done_on": date(2026, 10, 1)}, "faite le jour où", id="faite avant"),
    ],
)
def test_dates_in_the_wrong_order_are_refused(world, changes, words):
    with pytest.raises(ValidationError, match=words):
        a_decision(world, **changes)


def test_who_comes_second_sees_what_the_other_wrote(world):
    row = a_decision(world)
    facts = {"decided_on": OCTOBER, "what": "Autre chose", "who": "Agence"}
    change_decision(decision=row, version=0, **facts)
    with pytest.raises(Conflict):
        change_decision(decision=row, version=0, **facts | {"what": "Encore autre chose"})
