"""The chart of quotas and capacity: columns and a line over them, of the same reps."""

from __future__ import annotations

import io
import re
import zipfile

from salesplan_xl.actions import ACTIONS
from salesplan_xl.template.build import build
from salesplan_xl.template.layout import lay_out
from salesplan_xl.workbook.labels import catalogue
from salesplan_xl.workbook.sheets import SHEETS

SPECIFICATIONS = [action.specification for action in ACTIONS.values()]
LAYOUT = lay_out(SHEETS, SPECIFICATIONS, catalogue())


def test_quotas_are_columns_and_what_the_minutes_bring_is_a_line_on_the_same_axes() -> None:
    title = catalogue().blocks["capacity_chart"]["title"]
    with zipfile.ZipFile(io.BytesIO(build(SPECIFICATIONS))) as package:
        charts = [package.read(name).decode() for name in package.namelist() if "charts/chart" in name]
    (chart,) = (text for text in charts if title in text)
    found = {}
    for kind in ("barChart", "lineChart"):
        (plot,) = re.findall(f"<c:{kind}>.*?</c:{kind}>", chart, re.DOTALL)
        found[kind] = re.findall("<c:f>(.*?)</c:f>", plot), re.findall('<c:axId val="(.*?)"/>', plot)
    reps, quota, capacity = (LAYOUT.table_column("capacity_by_rep", column) for column in ("rep", "quota", "capacity"))
    assert found["barChart"][0] == [reps, quota]
    assert found["lineChart"][0] == [reps, capacity]
    assert found["barChart"][1] == found["lineChart"][1]
    assert [catalogue().header("capacity_by_rep", one) in chart for one in ("quota", "capacity")] == [True, True]
