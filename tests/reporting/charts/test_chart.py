"""What a wall shows: the same picture, larger."""

from __future__ import annotations

from scenario_sim.reporting.charts.chart import Chart, enlarge_chart


def test_type_lines_and_margins_grow_and_numbers_stay():
    chart = Chart(
        option={
            "grid": {"left": 100, "right": "5%"},
            "dataset": {"source": {"width": [1.0, 2.0]}},
            "media": [{"query": {"maxWidth": 560}, "option": {"grid": {"left": 6}}}],
            "yAxis": [{"min": 0, "max": 8, "axisLabel": {"fontSize": 12, "width": 100}}],
            "series": [{"lineStyle": {"width": 2, "type": "dashed"}, "data": [3, 4]}],
        },
        sentence="It rises.",
        columns=("a",),
        rows=(("1",),),
    )
    large = enlarge_chart(chart, 1.5)
    assert large.option == {
        "grid": {"left": 150, "right": "5%"},
        "dataset": {"source": {"width": [1.0, 2.0]}},
        "media": [{"query": {"maxWidth": 840}, "option": {"grid": {"left": 9}}}],
        "yAxis": [{"min": 0, "max": 8, "axisLabel": {"fontSize": 18, "width": 150}}],
        "series": [{"lineStyle": {"width": 3, "type": "dashed"}, "data": [3, 4]}],
    }
    assert (large.sentence, large.columns, large.rows) == (
        chart.sentence,
        chart.columns,
        chart.rows,
    )
    assert chart.option["grid"]["left"] == 100
