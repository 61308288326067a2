from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from regulations.findings import Strength
from regulations.orders import (
    hours_band_findings,
    length_band_findings,
    matching,
    missing_order_finding,
    months_band,
)
from regulations.periods import Period

NORMANDIE, EVERYBODY, YOUNG = "Normandie", "tous publics", "moins de 26 ans"


@dataclass(frozen=True)
class Order:
    region: str
    public: str
    valid_from: date
    valid_to: date | None = None
    weekly_hours_min: Decimal | None = None
    weekly_hours_max: Decimal | None = None


FIRST = Order(NORMANDIE, EVERYBODY, date(2026, 1, 1), date(2026, 6, 30))
SECOND = Order(NORMANDIE, EVERYBODY, date(2026, 7, 1))
FOR_YOUNG = Order(NORMANDIE, YOUNG, date(2026, 2, 1))
ELSEWHERE = Order("Bretagne", EVERYBODY, date(2026, 1, 1))
ORDERS = [FIRST, SECOND, FOR_YOUNG, ELSEWHERE]


@pytest.mark.parametrize(
    ("day", "public", "expected"),
    [
        pytest.param(date(2026, 6, 30), EVERYBODY, [FIRST], id="dernier jour compris"),
        pytest.param(date(2026, 7, 1), EVERYBODY, [SECOND], id="premier jour compris"),
        pytest.param(
            date(2026, 3, 1), None, [FOR_YOUNG, FIRST], id="sans public : les candidats, le plus récent d'abord"
        ),
        pytest.param(date(2025, 12, 31), EVERYBODY, [], id="avant tout arrêté"),
    ],
)
def test_orders_in_force_are_candidates(day, public, expected):
    assert matching(ORDERS, region=NORMANDIE, day=day, public=public) == expected


def test_nothing_is_missing_when_an_order_applies():
    assert missing_order_finding(ORDERS, region=NORMANDIE, public=YOUNG, day=date(2026, 3, 1)) is None


@pytest.mark.parametrize(
    ("region", "public", "day", "words"),
    [
        pytest.param("Corse", EVERYBODY, date(2026, 3, 1), "pour la région Corse", id="région"),
        pytest.param("", EVERYBODY, date(2026, 3, 1), "la région n'est pas connue", id="région inconnue"),
        pytest.param(NORMANDIE, "seniors", date(2026, 3, 1), "pour le public « seniors »", id="public"),
        pytest.param(NORMANDIE, YOUNG, date(2026, 1, 15), "ne couvre le 15/01/2026", id="date"),
    ],
)
def test_the_sentence_says_which_of_the_three_is_missing(region, public, day, words):
    finding = missing_order_finding(ORDERS, region=region, public=public, day=day)
    assert finding.code == "aucun_arrete"
    assert finding.message.startswith("Aucun arrêté saisi")
    assert words in finding.message
    assert "Aucun montant" in finding.message


@pytest.mark.parametrize(
    ("low", "high", "hours", "words"),
    [
        (Decimal(20), Decimal(26), Decimal("19.5"), "au moins 20 h et au plus 26 h"),
        (Decimal(20), Decimal(26), Decimal(30), "au moins 20 h et au plus 26 h"),
        (None, Decimal(20), Decimal(26), "dit au plus 20 h"),
        (Decimal(20), None, Decimal(15), "dit au moins 20 h"),
    ],
)
def test_hours_outside_the_order_s_band_are_a_warning(low, high, hours, words):
    order = Order(NORMANDIE, EVERYBODY, date(2026, 1, 1), None, low, high)
    (finding,) = hours_band_findings(order, hours)
    assert (finding.code, finding.strength) == ("heures_hors_arrete", Strength.WARNING)
    assert words in finding.message


@pytest.mark.parametrize(("low", "high"), [(None, None), (Decimal(20), Decimal(26)), (Decimal(26), None)])
def test_hours_inside_the_band_are_fine(low, high):
    order = Order(NORMANDIE, EVERYBODY, date(2026, 1, 1), None, low, high)
    assert hours_band_findings(order, Decimal(26)) == []


@dataclass(frozen=True)
class Lengths:
    initial_months_min: int | None = 9
    initial_months_max: int | None = 12
    renewal_months_min: int | None = None
    renewal_months_max: int | None = 6


@pytest.mark.parametrize(
    "ends_on, is_renewal, said",
    [
        pytest.param(date(2027, 2, 1), False, False, id="12 months to the day"),
        pytest.param(date(2027, 2, 2), False, True, id="one day more"),
        pytest.param(date(2026, 10, 31), False, True, id="under 9 months"),
        pytest.param(date(2026, 8, 1), True, False, id="a renewal of 6 months"),
        pytest.param(date(2026, 8, 2), True, True, id="a longer renewal"),
        pytest.param(None, False, False, id="no end yet"),
    ],
)
def test_a_length_outside_the_order_is_only_said(ends_on, is_renewal, said):
    findings = length_band_findings(Lengths(), Period(date(2026, 2, 2), ends_on), is_renewal=is_renewal)
    assert [finding.strength for finding in findings] == [Strength.WARNING] * said


@pytest.mark.parametrize(
    "low, high, words",
    [
        (9, 12, "9 à 12 mois"),
        (6, 6, "6 mois"),
        (9, None, "9 mois au moins"),
        (None, 6, "6 mois au plus"),
        (None, None, ""),
    ],
)
def test_a_band_of_months_in_words(low, high, words):
    assert months_band(low, high) == words
