"""The exits: who left, what is known at each moment, what is still to ask, rates that open their rows."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AccessLog
from contracts import actions, exits
from contracts.models import Contract, Exit
from exports import outcomes
from exports.figures import read
from exports.scope import Destination, FileScope
from regulations.contracts import BreakReason
from regulations.exits import ExitClass, ExitSituation, FollowUp
from tests import builders as b
from tests.exports.helpers import by_calamine

pytestmark = pytest.mark.django_db

LIST = "/sorties/"


def left(world, day, situation=None, establishment=None, cohort=None, **after):
    """A contract whose last day is `day`; with a situation when somebody has asked."""
    contract = b.a_contract(
        cohort=cohort or world.cohort,
        establishment=establishment or world.closerie,
        starts_on=date(2025, 11, 3),
        ends_on=day,
    )
    b.an_aid_request(contract, order=world.order, signed_on=date(2025, 10, 6), decided_on=date(2025, 10, 20))
    if situation:
        Exit.objects.create(contract=contract, recorded_on=day, situation=situation, **after)
    return contract


@pytest.fixture
def seven(world):
    """Seven exits of one cohort: four lasting, one looking for a job, two that nobody knows of."""
    day = date(2026, 10, 30)
    for _ in range(4):
        left(world, day, ExitSituation.CDI)
    left(world, day, ExitSituation.CHOMAGE)
    left(world, day, ExitSituation.INCONNUE)
    left(world, day)
    return world


def page(client, query=""):
    return client.get(f"{LIST}{query}")


def text(answer):
    return " ".join(answer.content.decode().split())


def words_of(line):
    return [cell.words for cell in line.cells]


def names(answer):
    return {row.enrolment.person.birth_name for row in answer.context["page"].rows}


# --- Who left


def test_a_contract_that_is_over_is_an_exit_and_one_that_runs_is_not(world):
    over = left(world, date(2026, 11, 19))
    left(world, date(2026, 11, 20))
    broken = b.a_contract(cohort=world.cohort, broken_on=date(2026, 6, 12), break_reason=BreakReason.RESIGNATION)
    lapsed = b.a_contract(cohort=world.cohort, signed_on=None, closed_on=date(2026, 3, 1))
    found = exits.exits(Contract.objects.all(), b.TODAY)
    assert set(found) == {over, broken}
    assert lapsed not in found


def test_the_last_day_itself_counts_once_somebody_has_asked(world):
    today = left(world, b.TODAY, ExitSituation.CDI)
    assert today in exits.exits(Contract.objects.all(), b.TODAY)


# --- What is to ask


def test_the_list_says_what_is_known_and_what_is_to_ask(world, claire, client_of):
    left(world, date(2026, 11, 10))
    left(world, date(2026, 5, 29), ExitSituation.CDI)
    shown = text(page(client_of(claire)))
    assert "avant le 10/12/2026" in shown
    assert "relevée le 29/05/2026" in shown
    assert "en retard</span> <br><small>depuis le 29/09/2026" in shown
    assert "à partir du 29/11/2026" in shown


@pytest.mark.parametrize(
    "query, count",
    [
        ("", 3),
        ("?relever=oui", 2),
        ("?relever=sortie", 1),
        ("?relever=3-mois", 2),
        ("?relever=6-mois", 1),
        ("?moment=6-mois", 1),
        ("?du=01/11/2026", 1),
        ("?du=01/04/2026&au=30/06/2026", 1),
        ("?classe=LASTING", 2),
        ("?moment=3-mois&classe=UNDOCUMENTED", 2),
        ("?aide=oui", 3),
        ("?aide=non", 0),
        ("?relever=bientot&classe=X&du=31/02/2026", 3),
        ("?q=personne", 0),
    ],
)
def test_the_list_is_filtered_by_its_address(world, claire, client_of, query, count):
    left(world, date(2026, 11, 10), ExitSituation.CDD_6_PLUS)
    left(world, date(2026, 7, 31))
    left(world, date(2026, 4, 30), ExitSituation.CDI)
    assert len(page(client_of(claire), query).context["page"].rows) == count


# --- Rates


def test_rates_keep_the_unknown_in_their_denominator(seven, claire, client_of):
    answer = page(client_of(claire))
    rates = answer.context["rates"]
    assert [cell.words for cell in rates.lines[0].cells] == [
        "4 sur 7",
        *["0 sur 7"] * 2,
        "1 sur 7",
        "2 sur 7",
        "4 sur 7",
    ]
    assert rates.sentence == (
        "4 sorties dynamiques sur 7, dont 4 durables ; 2 sorties non documentées, comptées dans le total"
    )
    assert "%" not in text(answer)


def test_each_figure_opens_its_rows(seven, claire, client_of):
    client = client_of(claire)
    line = page(client).context["rates"].lines[0]
    for cell in line.cells:
        if cell.opens:
            count = int(cell.words.split()[0])
            opened = page(client, f"?cohorte={line.cohort.pk}&classe={cell.code}")
            assert len(opened.context["page"].rows) == count
            # The rates stay those of the cohort, whatever class is looked at.
            assert opened.context["rates"].lines[0].cells == line.cells
    for _, code, number in page(client).context["to_ask"]:
        assert len(page(client, f"?relever={code}").context["page"].rows) == number


def test_at_three_months_only_exits_old_enough_are_counted(world, claire, client_of):
    left(world, date(2026, 10, 30), ExitSituation.CDI)
    left(world, date(2026, 8, 20), ExitSituation.CDI, situation_3_months="CHOMAGE", checked_3_months_on=b.TODAY)
    left(world, date(2026, 7, 31), ExitSituation.CDI)
    line = page(client_of(claire), "?moment=3-mois").context["rates"].lines[0]
    assert line.total == 2
    assert dict(zip([*ExitClass][:5], [cell.words for cell in line.cells], strict=False)) == {
        ExitClass.LASTING: "0 sur 2",
        ExitClass.TRANSITION: "0 sur 2",
        ExitClass.POSITIVE: "0 sur 2",
        ExitClass.OTHER: "1 sur 2",
        ExitClass.UNDOCUMENTED: "1 sur 2",
    }


def test_an_exit_taken_out_of_the_calculation_is_said_apart(world, claire, client_of):
    left(world, date(2026, 10, 30), ExitSituation.CDI)
    left(world, date(2026, 10, 30), ExitSituation.RETIREE)
    answer = page(client_of(claire))
    line = answer.context["rates"].lines[0]
    assert (line.total, line.withdrawn, line.cells[0].words) == (1, 1, "1 sur 1")
    assert "Retirées du calcul" in text(answer)


def test_cohorts_have_their_own_line_and_a_whole(seven, claire, client_of):
    other = b.a_cohort(starts_on=date(2025, 9, 1), ends_on=date(2026, 8, 31))
    b.a_referent(other, claire)
    left(seven, date(2026, 8, 31), ExitSituation.CDI, cohort=other)
    rates = page(client_of(claire)).context["rates"]
    assert [(line.cohort, line.total) for line in rates.lines] == [(seven.cohort, 7), (other, 1)]
    assert rates.whole.cells[0].words == "5 sur 8"


def test_ten_people_have_a_percentage_after_their_count(seven, claire, client_of):
    for _ in range(3):
        left(seven, date(2026, 10, 30), ExitSituation.CDI)
    assert page(client_of(claire)).context["rates"].lines[0].cells[0].words == "7 sur 10 (70\u00a0%)"


def test_the_page_and_the_quantitative_table_count_alike(seven, claire, client_of):
    left(seven, date(2026, 7, 3), ExitSituation.RETIREE)
    unaided = left(seven, date(2026, 7, 3), ExitSituation.CDI)
    Contract.objects.filter(pk=unaided.pk).update(unaided_reason="signé avant la décision")
    scope = FileScope(seven.cohort, Destination(ddets=True), b.TODAY, claire)
    table = {one.label: one for one in outcomes.exits(read(scope))}
    line = page(client_of(claire), f"?cohorte={seven.cohort.pk}&aide=oui").context["rates"].lines[0]
    labels = [f"dont {one.label}" for one in exits.SHOWN_CLASSES]
    assert [cell.words for cell in line.cells] == [table[label].words for label in (*labels, "Sorties dynamiques")]
    assert table["dont retirées du calcul"].number == line.withdrawn == 1


# --- Who reads what


def test_a_colleague_who_does_not_follow_the_cohort_reads_masked_counts_only(seven, client_of, agency):
    colleague = b.a_user("sophie@agence.example")
    b.a_membership(colleague, agency)
    client = client_of(colleague)
    answer = page(client)
    line = answer.context["rates"].lines[0]
    assert [cell.words for cell in line.cells] == [
        "< 5 sur 7",
        "0 sur 7",
        "0 sur 7",
        "< 5 sur 7",
        "< 5 sur 7",
        "masqué",
    ]
    assert not any(cell.opens for cell in line.cells)
    assert (answer.context["rates"].sentence, answer.context["rates"].whole) == ("", None)
    assert "CDI" not in text(answer).split('class="data-table"')[-1]
    # A filter must not tell what a cell hides.
    assert names(page(client, "?classe=LASTING")) == set()
    assert not AccessLog.objects.filter(purpose="sorties").exists()


def test_parts_of_a_cohort_are_not_counted_for_who_may_not_know(seven, client_of, agency):
    """Two parts that differ by one person would tell of her."""
    colleague = b.a_user("sophie@agence.example")
    b.a_membership(colleague, agency)
    for query in ("?au=31/10/2026", "?du=01/10/2026", "?aide=oui", f"?employeur={seven.closerie.employer.pk}"):
        line = page(client_of(colleague), query).context["rates"].lines[0]
        assert (line.total, {cell.words for cell in line.cells}) == (7, {"masqué"})


def test_a_handful_of_people_is_not_counted_for_who_may_not_know(world, client_of, agency):
    colleague = b.a_user("sophie@agence.example")
    b.a_membership(colleague, agency)
    for _ in range(3):
        left(world, date(2026, 10, 30), ExitSituation.CDI)
    line = page(client_of(colleague)).context["rates"].lines[0]
    assert (line.total, {cell.words for cell in line.cells}) == (3, {"masqué"})


def test_an_employer_reads_its_own_people(world, denis, gaelle, client_of):
    mine = left(world, date(2026, 10, 30), ExitSituation.CDI)
    left(world, date(2026, 10, 30), ExitSituation.CHOMAGE, establishment=world.estran)
    answer = page(client_of(denis))
    assert names(answer) == {mine.enrolment.person.birth_name}
    assert answer.context["rates"].lines[0].cells[0].words == "1 sur 1"
    assert "Relever" not in text(answer)
    assert page(client_of(gaelle)).context["rates"].lines[0].cells[0].words == "0 sur 1"


def test_reading_situations_leaves_a_line(seven, claire, client_of):
    page(client_of(claire))
    assert AccessLog.objects.get(purpose="sorties").count == 7


# --- Noting a situation: three gestures


def test_a_situation_is_noted_in_three_gestures(world, claire, client_of):
    client = client_of(claire)
    contract = left(world, date(2026, 8, 14))
    address = reverse("contracts:record_exit", args=[contract.pk])
    # One: the link of the line. The day is today's.
    assert f'href="{address}"' in page(client).content.decode()
    form = client.get(address).context["form"]
    assert form.initial["recorded_on"] == b.TODAY
    # Two and three: the situation, the button.
    client.post(address, {"recorded_on": "20/11/2026", "situation": "CDI", "same_employer": "YES", "same_job": "YES"})
    again = f"{reverse('contracts:record_follow_up', args=[contract.pk])}?moment=AT_3_MONTHS"
    assert f'href="{again}"' in page(client).content.decode()
    form = client.get(again).context["form"]
    assert (form.initial["follow_up"], form.initial["checked_on"]) == ("AT_3_MONTHS", b.TODAY)
    client.post(again, {"follow_up": "AT_3_MONTHS", "situation": "INJOIGNABLE", "checked_on": "20/11/2026"})
    exit_row = Exit.objects.get(contract=contract)
    assert (exit_row.situation, exit_row.situation_3_months) == ("CDI", "INJOIGNABLE")
    assert page(client).context["rates"].lines[0].cells[0].words == "1 sur 1"


def test_nobody_is_out_of_reach_on_the_day_she_leaves(world, claire, client_of):
    contract = left(world, date(2026, 10, 30))
    address = reverse("contracts:record_exit", args=[contract.pk])
    assert "INJOIGNABLE" not in dict(client_of(claire).get(address).context["form"].fields["situation"].choices)
    with pytest.raises(ValidationError, match="inconnue après recherche"):
        actions.record_exit(
            contract=contract,
            outcome=actions.Outcome(situation=ExitSituation.INJOIGNABLE),
            recorded_on=b.TODAY,
            by=claire,
        )


def test_a_situation_at_six_months_waits_for_six_months(world, claire):
    contract = left(world, date(2026, 6, 30), ExitSituation.CDI)
    with pytest.raises(ValidationError, match="à partir du 30/12/2026"):
        actions.record_follow_up(
            exit_row=contract.exit,
            follow_up=FollowUp.AT_6_MONTHS,
            situation=ExitSituation.CDI,
            checked_on=b.TODAY,
            by=claire,
        )


# --- What it costs, and its file


def test_the_list_costs_the_same_for_two_and_for_forty(world, claire, client_of, django_assert_max_num_queries):
    client = client_of(claire)
    left(world, date(2026, 10, 30), ExitSituation.CDI)
    page(client)
    for _ in range(39):
        left(world, date(2026, 10, 30), ExitSituation.CDI)
    with django_assert_max_num_queries(20):
        page(client)


def test_the_list_is_exported_with_what_it_shows(seven, claire, client_of):
    answer = client_of(claire).get(reverse("exports:export_list", args=["sorties"]) + "?classe=LASTING")
    rows = by_calamine(answer.getvalue()).get_sheet_by_name("Sorties").to_python()
    assert rows[0][:6] == ["Personne", "Cohorte", "Établissement", "Dernier jour", "Fin", "À la sortie"]
    assert (len(rows), rows[1][3], rows[1][4]) == (5, date(2026, 10, 30), "terme")
    assert rows[1][5] == "CDI emploi durable, relevée le 30/10/2026"
