"""Bars by month: they keep to their columns and to the scale."""

from datetime import date
from decimal import Decimal

from contracts.charts import month_chart
from regulations.aid import months_between


def test_bars_keep_to_their_columns_and_to_the_scale():
    months = months_between(date(2026, 2, 1), date(2027, 2, 1))
    chart = month_chart({month: (Decimal(500), Decimal(1000)) for month in months}, (("a", "un"), ("b", "deux")))
    assert len(chart.columns) == 13
    assert [tick.words for tick in chart.ticks] == ["0 €", "250 €", "500 €", "750 €", "1\u202f000 €"]
    low, high = chart.columns[0].bars
    assert Decimal(high.height) == chart.height
    assert Decimal(low.height) == Decimal(chart.height) / 2
    assert Decimal(chart.columns[-1].bars[-1].x) + Decimal(chart.columns[-1].bars[-1].width) < 100
    assert chart.columns[0].bars[1].words == "févr. 2026, deux : 1\u202f000,00\u00a0€"


def test_a_month_given_back_goes_below_the_line():
    chart = month_chart({date(2026, 3, 1): (Decimal(-300), Decimal(600))}, (("a", "un"), ("b", "deux")))
    down, up = chart.columns[0].bars
    assert Decimal(up.y) + Decimal(up.height) == Decimal(down.y)
    assert chart.ticks[0].words == "−500 €"


def test_without_months_there_is_nothing_to_draw():
    assert month_chart({}, ()) is None
