from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.exits import (
    EXIT_CLASSES,
    IN_TRAINING,
    ExitClass,
    ExitSituation,
    FollowUp,
    Rate,
    ddets_exit,
    dynamic_rate,
    exit_class,
    exit_rates,
    exits_sentence,
)

S = ExitSituation


@pytest.mark.parametrize(
    ("situation", "expected"),
    [
        pytest.param(S.CDI, ExitClass.LASTING, id="RAP 2023, CDI"),
        pytest.param(S.CDD_6_PLUS, ExitClass.LASTING, id="RAP 2023, CDD de 6 mois ou plus"),
        pytest.param(S.INTERIM_6_PLUS, ExitClass.LASTING, id="RAP 2023, intérim de 6 mois ou plus"),
        pytest.param(S.CREATION, ExitClass.LASTING, id="RAP 2023, création"),
        pytest.param(S.TITULARISATION, ExitClass.LASTING, id="IAE, titularisation"),
        pytest.param(S.CDD_MOINS_6, ExitClass.TRANSITION, id="IAE, CDD court"),
        pytest.param(S.CONTRAT_AIDE, ExitClass.TRANSITION, id="IAE, contrat aidé"),
        pytest.param(S.FORMATION_QUALIFIANTE, ExitClass.POSITIVE, id="IAE, formation"),
        pytest.param(S.IAE, ExitClass.POSITIVE, id="IAE, autre structure"),
        pytest.param(S.CHOMAGE, ExitClass.OTHER, id="autre"),
        pytest.param(S.RETIREE, ExitClass.WITHDRAWN, id="IAE, retirée du calcul"),
        pytest.param(S.INCONNUE, ExitClass.UNDOCUMENTED, id="inconnue"),
        pytest.param(None, ExitClass.UNDOCUMENTED, id="jamais relevée"),
    ],
)
def test_exit_classes(situation, expected):
    assert exit_class(situation) is expected


def test_every_situation_has_a_class_and_a_word_of_the_ddets():
    assert set(EXIT_CLASSES) == set(ExitSituation)
    assert ddets_exit(S.CHOMAGE).label == "Demandeur d'emploi"
    assert ddets_exit(S.INCONNUE).label == "Inconnue"
    assert {ddets_exit(situation).label for situation in S} == {
        "Emploi durable",
        "Emploi de transition",
        "Formation / sortie positive",
        "Demandeur d'emploi",
        "Autre",
        "Inconnue",
    }


def test_the_unknown_stay_in_the_denominator():
    rates = exit_rates([S.CDI] * 3 + [S.CDD_MOINS_6] * 2 + [S.PREQUALIFIANTE] * 2 + [S.CHOMAGE] * 8 + [None] * 4)
    assert rates[ExitClass.LASTING].words == "3 sur 19"
    assert rates[ExitClass.UNDOCUMENTED].words == "4 sur 19"
    assert dynamic_rate(rates).words == "7 sur 19"
    assert exits_sentence(rates) == (
        "7 sorties dynamiques sur 19, dont 3 durables ; 4 sorties non documentées, comptées dans le total"
    )


def test_exits_taken_out_of_the_calculation_leave_it():
    rates = exit_rates([S.CDI, S.RETIREE])
    assert rates[ExitClass.LASTING].words == "1 sur 1"
    assert ExitClass.WITHDRAWN not in rates
    assert exits_sentence(rates) == "1 sortie dynamique sur 1, dont 1 durable"


def test_no_exit_at_all():
    assert exits_sentence(exit_rates([])) == "0 sortie dynamique sur 0, dont 0 durable"


@pytest.mark.parametrize(
    ("count", "total", "percent"),
    [(3, 9, None), (0, 0, None), (5, 10, "50.0"), (7, 19, "36.8"), (1, 16, "6.3")],
)
def test_no_percentage_alone_below_ten_people(count, total, percent):
    assert Rate(count, total).percent == (percent and Decimal(percent))


def test_a_rate_is_written_out_and_never_a_percentage_alone():
    assert Rate(4, 7).sentence == "4 sur 7"
    assert Rate(7, 19).sentence == "7 sur 19 (36,8\u00a0%)"
    assert Rate(5, 10).sentence == "5 sur 10 (50\u00a0%)"


def test_nobody_is_out_of_reach_on_the_day_she_leaves():
    assert S.INJOIGNABLE not in FollowUp.AT_EXIT.situations
    assert S.INCONNUE in FollowUp.AT_EXIT.situations
    for moment in (FollowUp.AT_3_MONTHS, FollowUp.AT_6_MONTHS):
        assert set(moment.situations) == set(S)


@pytest.mark.parametrize("moment, months", [("AT_EXIT", 0), ("AT_3_MONTHS", 3), ("AT_6_MONTHS", 6)])
def test_each_moment_counts_its_months(moment, months):
    assert FollowUp(moment).months == months


def test_exits_in_training_are_positive_ones():
    assert {exit_class(one) for one in IN_TRAINING} == {ExitClass.POSITIVE}


@given(st.lists(st.one_of(st.none(), st.sampled_from(S))))
def test_the_classes_add_up_to_the_total(situations):
    rates = exit_rates(situations)
    total = sum(situation is not S.RETIREE for situation in situations)
    assert {rate.total for rate in rates.values()} == {total}
    assert sum(rate.count for rate in rates.values()) == total
