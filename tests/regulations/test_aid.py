"""The aid: official figures first, then the prorating, then what can never happen."""

import json
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.aid import (
    AidMonth,
    ProrataReason,
    Proration,
    SuspendedDays,
    ceiling_findings,
    department_share,
    discrepancy,
    expected_aid,
    formula,
    hours_findings,
    month_bounds,
    monthly_aid,
    months_between,
    prorata_reasons,
    prorate,
    provisional_total,
    thirtieths,
)
from regulations.calendar import Territory
from regulations.findings import Strength

SMIC_2026 = Decimal("12.02")
OUR_MONTH = "A_52_12_round_half_up_once"
OUR_TOTAL = "total:A_unrounded_monthly_x_months"
EXAMPLES = json.loads((Path(__file__).parent / "data" / "worked_examples.json").read_text("utf-8"), parse_float=Decimal)

# Published figures that our formula does not give, each with the reason its record states.
NOT_OURS = {
    "cae-2011-95-20h": "une coquille de l'auteur : 740,99 pour 741,00",
    "rsa-share-2013": "part du département, 88 % du RSA : ce n'est pas cette formule",
    "pec-2021-cost": "reste à charge de l'employeur, pas une aide",
    "smic-yt-2021-10": "une coquille de l'auteur : 1 199,08 pour 1 199,68",
    "smic-1.3-2017": "une autre convention, voulue : 151,67 heures",
}


def _given_by(formula_code):
    return [example for example in EXAMPLES if formula_code in example["formulas_that_reproduce_it"]]


def _inputs(example):
    return example["smic_hourly"], Decimal(example["rate_percent"]) / 100, example["weekly_hours"]


def test_every_published_figure_is_met_or_explained():
    met = {example["id"] for example in _given_by(OUR_MONTH) + _given_by(OUR_TOTAL)}
    assert {example["id"] for example in EXAMPLES} - met == set(NOT_OURS)


@pytest.mark.parametrize(
    "example",
    _given_by(OUR_MONTH),
    ids=lambda example: f"{example['id']} ({example['source_url'][:60]})",
)
def test_a_published_monthly_amount_is_reproduced(example):
    gap = monthly_aid(*_inputs(example)) - example["expected_monthly_aid_eur"]
    assert abs(gap) < Decimal(example["published_precision_eur"]) / 2


@pytest.mark.parametrize(
    "example",
    _given_by(OUR_TOTAL),
    ids=lambda example: f"{example['id']} ({example['source_url'][:60]})",
)
def test_a_published_total_is_reproduced_from_unrounded_months(example):
    total = provisional_total([AidMonth(*_inputs(example))] * example["months"])
    assert abs(total - example["expected_total_eur"]) < Decimal(example["published_precision_eur"]) / 2


@pytest.mark.parametrize(
    ("smic", "rate", "hours", "amount"),
    [
        pytest.param("11.88", "0.50", 20, "514.80", id="relevé ASP, décembre 2025, 50 % de 20 h"),
        pytest.param("12.02", "0.50", 20, "520.87", id="relevé ASP, janvier 2026, 50 % de 20 h"),
        pytest.param("12.02", "0.60", 26, "812.55", id="relevé ASP, avril 2026, 60 % de 26 h"),
        pytest.param("12.02", "0.60", 20, "625.04", id="relevé ASP, juillet 2026, 60 % de 20 h"),
        pytest.param("12.02", "0.50", 26, "677.13", id="relevé ASP, août 2026, 50 % de 26 h"),
        pytest.param("11.88", "0.435", "23.5", "526.25", id="La Réunion 2025, 43,5 % de 23,5 h"),
    ],
)
def test_monthly_aid(smic, rate, hours, amount):
    assert monthly_aid(Decimal(smic), Decimal(rate), Decimal(hours)) == Decimal(amount)


@pytest.mark.parametrize(
    ("hours", "rate", "parts", "amount"),
    [
        pytest.param(20, "0.50", 29, "503.50", id="relevé ASP, entrée le 2 février"),
        pytest.param(20, "0.60", 12, "250.02", id="relevé ASP, sortie le 12 juin"),
        pytest.param(20, "0.50", 0, "0.00", id="relevé ASP, mois après la sortie"),
        pytest.param(20, "0.50", 30, "520.87", id="relevé ASP, mois entier"),
    ],
)
def test_a_part_of_the_month_is_rounded_once(hours, rate, parts, amount):
    aid = expected_aid(hourly_smic=SMIC_2026, rate=Decimal(rate), weekly_hours=hours, parts=parts, whole=30)
    assert aid == Decimal(amount)


def test_months_are_added_before_they_are_rounded():
    # 444,1666… a month: eleven unrounded months make 4 885,83, eleven rounded ones 4 885,87.
    month = AidMonth(Decimal("10.25"), Decimal("0.50"), Decimal(20))
    assert provisional_total([month] * 11) == Decimal("4885.83")
    assert monthly_aid(Decimal("10.25"), Decimal("0.50"), Decimal(20)) * 11 == Decimal("4885.87")


def test_a_total_follows_the_smic_when_it_changes():
    old = AidMonth(Decimal("11.88"), Decimal("0.50"), 20)
    new = AidMonth(SMIC_2026, Decimal("0.50"), 20)
    assert provisional_total([old, new, new]) == Decimal("1556.53")


def test_thirds_of_a_cent_that_make_a_half_are_still_rounded_up():
    # 0,108333… three times is exactly 0,325; added as decimals of 28 digits it would fall short of it.
    month = AidMonth(Decimal("0.05"), Decimal("0.5"), 1)
    assert provisional_total([month] * 3) == Decimal("0.33")


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda: monthly_aid(12.02, Decimal("0.5"), 20), id="SMIC"),
        pytest.param(lambda: monthly_aid(SMIC_2026, 0.5, 20), id="taux"),
        pytest.param(lambda: monthly_aid(SMIC_2026, Decimal("0.5"), 20.0), id="heures"),
        pytest.param(
            lambda: expected_aid(hourly_smic=SMIC_2026, rate=Decimal("0.5"), weekly_hours=20, parts=29.0, whole=30),
            id="parts",
        ),
        pytest.param(lambda: provisional_total([AidMonth(12.02, Decimal("0.5"), 20)]), id="total"),
    ],
)
def test_a_float_is_a_bug(call):
    with pytest.raises(TypeError):
        call()


@pytest.mark.parametrize(
    ("month", "starts_on", "ends_on", "expected"),
    [
        pytest.param(date(2026, 2, 1), date(2026, 2, 2), None, 29, id="relevé ASP : entrée le 2"),
        pytest.param(date(2026, 6, 1), date(2026, 2, 2), date(2026, 6, 12), 12, id="relevé ASP : sortie le 12"),
        pytest.param(date(2026, 7, 1), date(2026, 2, 2), date(2026, 6, 12), 0, id="relevé ASP : après la sortie"),
        pytest.param(date(2026, 1, 1), date(2026, 2, 2), None, 0, id="avant l'entrée"),
        pytest.param(date(2026, 2, 1), date(2026, 1, 5), None, 30, id="février entier"),
        pytest.param(date(2026, 3, 1), date(2026, 1, 5), None, 30, id="mois de 31 jours"),
        pytest.param(date(2026, 2, 1), date(2026, 1, 5), date(2026, 2, 28), 30, id="sortie le dernier jour de février"),
        pytest.param(date(2027, 2, 1), date(2026, 2, 2), date(2027, 2, 1), 1, id="dernier mois, un jour"),
        pytest.param(date(2026, 3, 15), date(2026, 3, 10), date(2026, 3, 19), 10, id="dix jours dans le mois"),
    ],
)
def test_thirtieths(month, starts_on, ends_on, expected):
    assert thirtieths(month, starts_on, ends_on) == expected


@pytest.mark.parametrize(
    ("suspended", "expected"),
    [
        pytest.param([SuspendedDays(date(2026, 3, 10), date(2026, 3, 14))], 25, id="cinq jours sans salaire"),
        pytest.param([SuspendedDays(date(2026, 2, 20), date(2026, 3, 3))], 27, id="commencée le mois d'avant"),
        pytest.param([SuspendedDays(date(2026, 3, 29))], 27, id="encore ouverte"),
        pytest.param([SuspendedDays(date(2026, 3, 1), date(2026, 3, 31))], 0, id="tout le mois"),
        pytest.param([SuspendedDays(date(2026, 3, 10), date(2026, 3, 14), Decimal(1))], 30, id="salaire maintenu"),
        pytest.param(
            [SuspendedDays(date(2026, 3, 10), date(2026, 3, 13), Decimal("0.5"))], 28, id="R5134-44 : moitié du salaire"
        ),
        pytest.param(
            [SuspendedDays(date(2026, 3, 10), date(2026, 3, 14)), SuspendedDays(date(2026, 3, 12), date(2026, 3, 16))],
            23,
            id="un jour suspendu deux fois compte une fois",
        ),
    ],
)
def test_each_unpaid_day_removes_a_thirtieth(suspended, expected):
    assert thirtieths(date(2026, 3, 1), date(2026, 2, 2), None, suspended) == expected


def test_a_february_suspended_from_end_to_end_has_no_aid():
    assert thirtieths(date(2026, 2, 1), date(2026, 1, 1), None, [SuspendedDays(date(2026, 2, 1))]) == 0


@pytest.mark.parametrize(
    ("proration", "expected"),
    [
        pytest.param(Proration.THIRTIETHS, (29, 30), id="trentièmes"),
        pytest.param(Proration.CALENDAR_DAYS, (30, 31), id="jours du mois"),
        # May 2026: Friday the 1st, the 8th, Thursday the 14th and Monday the 25th are holidays.
        pytest.param(Proration.WORKING_DAYS, (17, 17), id="jours ouvrés : le 1er est férié"),
    ],
)
def test_an_entry_on_2_may_under_each_divisor(proration, expected):
    assert prorate(proration, date(2026, 5, 1), date(2026, 5, 2)) == expected


def test_working_days_follow_the_territory():
    metropole = prorate(Proration.WORKING_DAYS, date(2026, 4, 1), date(2026, 1, 1))
    moselle = prorate(Proration.WORKING_DAYS, date(2026, 4, 1), date(2026, 1, 1), territory=Territory.ALSACE_MOSELLE)
    assert (metropole, moselle) == ((21, 21), (20, 20))


def test_a_suspension_counts_under_every_divisor():
    away = [SuspendedDays(date(2026, 3, 2), date(2026, 3, 6))]
    assert prorate(Proration.CALENDAR_DAYS, date(2026, 3, 1), date(2026, 1, 1), None, away) == (26, 31)
    assert prorate(Proration.WORKING_DAYS, date(2026, 3, 1), date(2026, 1, 1), None, away) == (17, 22)


@pytest.mark.parametrize("proration", Proration)
def test_the_divisor_is_called_a_hypothesis(proration):
    assert "hypothèse" in proration.label


@pytest.mark.parametrize(
    ("month", "starts_on", "ends_on", "suspended", "expected"),
    [
        (date(2026, 2, 1), date(2026, 2, 2), None, [], [ProrataReason.ENTRY]),
        (date(2026, 6, 1), date(2026, 2, 2), date(2026, 6, 12), [], [ProrataReason.EXIT]),
        (date(2026, 3, 1), date(2026, 2, 2), None, [SuspendedDays(date(2026, 3, 10))], [ProrataReason.SUSPENSION]),
        (date(2026, 3, 1), date(2026, 2, 2), None, [SuspendedDays(date(2026, 3, 10), None, Decimal(1))], []),
        (date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 31), [], []),
    ],
)
def test_the_reasons_of_an_incomplete_month_are_named(month, starts_on, ends_on, suspended, expected):
    assert prorata_reasons(month, starts_on, ends_on, suspended) == expected


def test_the_formula_is_a_french_sentence():
    sentence = formula(SMIC_2026, Decimal("0.50"), Decimal("20.00")).replace("\u00a0", " ")
    assert sentence == "12,02 € × 20 h × 52 / 12 × 50 % = 520,87 €"


def test_the_formula_says_which_share_of_the_month():
    sentence = formula(SMIC_2026, Decimal("0.4350"), Decimal("23.50"), 29, 30).replace("\u00a0", " ")
    assert sentence == "12,02 € × 23,5 h × 52 / 12 × 43,5 % × 29 / 30 = 514,71 €"


def test_rates_and_hours_over_the_ceiling_are_warned_about():
    findings = ceiling_findings(Decimal("0.96"), 36)
    assert [finding.code for finding in findings] == ["taux_superieur_au_plafond", "heures_aidees_au_dela_de_35"]
    assert {finding.strength for finding in findings} == {Strength.WARNING}
    assert ceiling_findings(Decimal("0.95"), 35) == []


@pytest.mark.parametrize(
    ("rsa", "aid", "share"),
    [
        pytest.param("646.52", "812.55", "568.94", id="D5134-41 (jumeau D5134-64) : 88 % du RSA d'avril 2025"),
        pytest.param("646.52", "520.87", "520.87", id="jamais plus que l'aide"),
        pytest.param("646.52", "0.00", "0.00", id="mois sans aide"),
        pytest.param("483.24", "500.00", "425.25", id="2013 : 425,25 et non les 426,13 imprimés"),
    ],
)
def test_the_departments_share(rsa, aid, share):
    assert department_share(Decimal(rsa), Decimal(aid)) == Decimal(share)


def test_the_published_share_of_2013_is_a_slip_of_its_author():
    (printed,) = [one["expected_monthly_aid_eur"] for one in EXAMPLES if one["id"] == "rsa-share-2013"]
    assert department_share(Decimal("483.24"), Decimal(1000)) != printed
    assert department_share(Decimal("484.24"), Decimal(1000)) == printed


@pytest.mark.parametrize(("worked", "codes"), [(20, []), (28, []), (18, ["heures_du_contrat_sous_les_heures_aidees"])])
def test_fewer_hours_worked_than_aided_are_warned_about(worked, codes):
    findings = hours_findings(Decimal(worked), Decimal(20))
    assert [finding.code for finding in findings] == codes
    assert all(finding.strength is Strength.WARNING and finding.source == "R5134-28" for finding in findings)


def test_the_cause_of_a_gap_is_asked_here():
    # The name that the design gives to the entry point.
    outcome = discrepancy(expected=Decimal(1), payments=[], tolerance=Decimal(1), is_due=True, is_declared=True)
    assert outcome.cause is None


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 2, 14), date(2026, 2, 28)),
        (date(2028, 2, 1), date(2028, 2, 29)),
        (date(2100, 2, 28), date(2100, 2, 28)),
        (date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_the_bounds_of_a_month(day, last):
    assert month_bounds(day) == (day.replace(day=1), last)


def test_months_between_two_days():
    assert months_between(date(2025, 12, 15), date(2026, 2, 1)) == [
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]
    assert months_between(date(2026, 2, 2), date(2026, 1, 31)) == []


MONTHS = st.dates(date(2018, 1, 1), date(2035, 12, 31)).map(lambda day: day.replace(day=1))
RATES = st.decimals("0.05", "0.95", places=3)
HOURS = st.decimals("1", "35", places=2)
SMICS = st.decimals("5", "20", places=2)
SHARES = st.decimals(0, 1, places=2)


@given(SMICS, RATES, HOURS, MONTHS, st.data())
def test_the_parts_of_a_month_never_exceed_it(smic, rate, hours, month, data):
    """Two contracts that follow each other inside a month share it, to the half-cents of two roundings."""
    first, last = month_bounds(month)
    cut = data.draw(st.dates(first, last - timedelta(days=1)))
    before, after = thirtieths(month, first, cut), thirtieths(month, cut + timedelta(days=1), last)
    assert before + after == 30
    amounts = [
        expected_aid(hourly_smic=smic, rate=rate, weekly_hours=hours, parts=parts, whole=30)
        for parts in (before, after)
    ]
    assert all(amount <= monthly_aid(smic, rate, hours) for amount in amounts)
    assert abs(sum(amounts) - monthly_aid(smic, rate, hours)) <= Decimal("0.01")


@given(MONTHS, st.data())
def test_a_suspension_cut_in_two_changes_nothing(month, data):
    first, last = month_bounds(month)
    begins = data.draw(st.dates(first, last - timedelta(days=1)))
    ends = data.draw(st.dates(begins + timedelta(days=1), last))
    cut = data.draw(st.dates(begins, ends - timedelta(days=1)))
    whole = [SuspendedDays(begins, ends)]
    halves = [SuspendedDays(begins, cut), SuspendedDays(cut + timedelta(days=1), ends)]
    for proration in Proration:
        assert prorate(proration, month, first, None, whole) == prorate(proration, month, first, None, halves)


@given(MONTHS, st.dates(date(2017, 1, 1), date(2036, 12, 31)), st.integers(0, 800), st.lists(st.integers(0, 40)))
def test_parts_stay_between_nothing_and_the_whole_month(month, starts_on, length, stops):
    ends_on = starts_on + timedelta(days=length)
    suspended = [SuspendedDays(month + timedelta(days=stop), month + timedelta(days=stop + 3)) for stop in stops]
    for proration in Proration:
        parts, whole = prorate(proration, month, starts_on, ends_on, suspended)
        assert 0 <= parts <= whole


@given(SMICS, RATES, HOURS, MONTHS, st.sampled_from(Proration), st.data())
def test_contracts_that_share_a_month_never_bring_more_than_the_month(smic, rate, hours, month, proration, data):
    """Several contracts one after the other, several suspensions, pay kept or not: never more than one whole month."""
    first, last = month_bounds(month)
    cuts = sorted(data.draw(st.sets(st.dates(first, last - timedelta(days=1)), max_size=4)))
    begins = [first, *(cut + timedelta(days=1) for cut in cuts)]
    days = st.dates(first, last)
    away = data.draw(st.lists(st.tuples(days, days, SHARES), max_size=3))
    suspended = [SuspendedDays(min(one, other), max(one, other), share) for one, other, share in away]
    shared = [prorate(proration, month, *both, suspended) for both in zip(begins, [*cuts, last], strict=True)]
    whole = shared[0][1]
    assert sum(parts for parts, _ in shared) <= whole
    months = [AidMonth(smic, rate, hours, parts, whole) for parts, _ in shared]
    assert provisional_total(months) <= monthly_aid(smic, rate, hours)


@given(MONTHS, SHARES, st.sampled_from(Proration), st.data())
def test_a_suspension_cut_in_any_number_of_pieces_changes_nothing(month, share, proration, data):
    first, last = month_bounds(month)
    begins = data.draw(st.dates(first - timedelta(days=40), last))
    ends = data.draw(st.dates(begins, last + timedelta(days=40)))
    cuts = sorted(data.draw(st.sets(st.dates(begins, ends), max_size=5)) - {ends})
    starts = [begins, *(cut + timedelta(days=1) for cut in cuts)]
    pieces = [SuspendedDays(*days, share) for days in zip(starts, [*cuts, ends], strict=True)]
    entry = data.draw(st.dates(first - timedelta(days=40), last))
    at_once = prorate(proration, month, entry, None, [SuspendedDays(begins, ends, share)])
    assert prorate(proration, month, entry, None, pieces) == at_once
    assert prorata_reasons(month, entry, None, pieces) == prorata_reasons(
        month, entry, None, [SuspendedDays(begins, ends, share)]
    )


@given(st.dates(date(2017, 1, 1), date(2036, 12, 31)), st.dates(date(2017, 1, 1), date(2036, 12, 31)))
def test_the_months_of_a_contract_are_each_month_once(one, other):
    first, last = min(one, other), max(one, other)
    months = months_between(first, last)
    assert months[0] == first.replace(day=1)
    assert months[-1] == last.replace(day=1)
    assert all(month_bounds(month)[1] + timedelta(days=1) == after for month, after in pairwise(months))


@given(st.decimals(1, 2000, places=2), st.decimals(0, 2000, places=2), st.decimals(0, 2000, places=2))
def test_the_departments_share_grows_with_the_aid_and_never_exceeds_it(rsa, aid, more):
    assert department_share(rsa, aid) <= aid
    assert department_share(rsa, aid) <= department_share(rsa, aid + more)
