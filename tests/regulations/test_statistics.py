import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.statistics import MASKED, WITHHELD, masked, masked_row, may_cross, published_percent


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0"), (1, "< 5"), (4, "< 5"), (5, "5"), (12, "12")],
)
def test_one_to_four_people_are_masked(count, shown):
    assert masked(count) == shown


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        pytest.param([12, 8, 3], ["12", WITHHELD, MASKED], id="une seconde case est retirée"),
        pytest.param([12, 3, 4], ["12", MASKED, MASKED], id="deux suffisent"),
        pytest.param([12, 8, 5], ["12", "8", "5"], id="rien à cacher"),
        pytest.param([0, 8, 3], ["0", WITHHELD, MASKED], id="un zéro ne cache rien"),
        pytest.param([0, 0, 3], [WITHHELD, "0", MASKED], id="à défaut, un zéro"),
        pytest.param([3], [MASKED], id="une seule case"),
        pytest.param([], [], id="aucune"),
    ],
)
def test_a_hidden_cell_cannot_be_found_by_subtraction(counts, shown):
    assert masked_row(counts) == shown


@given(st.lists(st.integers(0, 30), min_size=2, max_size=8))
def test_no_row_hides_exactly_one_cell(counts):
    shown = masked_row(counts)
    assert sum(text in (MASKED, WITHHELD) for text in shown) != 1
    assert all(text in (str(count), MASKED, WITHHELD) for text, count in zip(shown, counts, strict=True))
    assert not any(text == str(count) for text, count in zip(shown, counts, strict=True) if 0 < count < 5)


def test_a_crossing_needs_eleven_people():
    assert not may_cross(10)
    assert may_cross(11)


@pytest.mark.parametrize(
    ("count", "total", "percent"),
    [
        pytest.param(5, 10, None, id="moins de onze"),
        pytest.param(6, 19, 30, id="pas de cinq sous cinquante"),
        pytest.param(5, 40, 15, id="demi vers le haut"),
        pytest.param(37, 100, 37, id="au point près à partir de cinquante"),
        pytest.param(3, 100, None, id="petit nombre"),
        pytest.param(98, 100, None, id="le complément est petit"),
        pytest.param(0, 20, 0, id="zéro"),
        pytest.param(20, 20, 100, id="tous"),
    ],
)
def test_published_percentages_are_coarse(count, total, percent):
    assert published_percent(count, total) == percent
