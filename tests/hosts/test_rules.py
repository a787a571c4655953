"""Rules below the cells of a sheet: what of them follows a table to its new end."""

import pytest

from salesplan_xl.hosts.file.sheet import follow_rules
from salesplan_xl.hosts.formulas import Resize

GROWN = Resize("Plan", header_row=7, first_column=1, last_column=3, old_last=8, new_last=20)


def validation(kind: str, source: str) -> str:
    """A validation of cell F1 as it is written."""
    return f'<dataValidation type="{kind}" sqref="F1" prompt="a > b"><formula1>{source}</formula1></dataValidation>'


@pytest.mark.parametrize(
    ("source", "followed"),
    [
        pytest.param("$B$8:$B$8", "$B$8:$B$20", id="a-range-of-one-cell"),
        pytest.param("$B$8", "$B$8:$B$20", id="that-cell-alone"),
        pytest.param("Plan!$B$8", "Plan!$B$8:$B$20", id="with-its-sheet"),
        pytest.param("Other!$B$8", "Other!$B$8", id="a-cell-of-another-sheet"),
        pytest.param("$B$7", "$B$7", id="the-header"),
        pytest.param("$D$8", "$D$8", id="a-cell-beside-the-table"),
        pytest.param("INDIRECT($B$8)", "INDIRECT($B$8)", id="a-cell-that-a-function-reads"),
    ],
)
def test_the_source_of_a_drop_down_grows_from_one_cell(source: str, followed: str) -> None:
    before = '<dataValidation type="whole" sqref="E1"/>' + validation("list", source)
    assert follow_rules(before, GROWN, own_sheet=True) == before.replace(source, followed)


def test_the_source_of_a_drop_down_in_an_extension_grows_too() -> None:
    before = (
        '<x14:dataValidation type="list"><x14:formula1><xm:f>Plan!$B$8</xm:f></x14:formula1>'
        "<xm:sqref>C1</xm:sqref></x14:dataValidation>"
    )
    assert "<xm:f>Plan!$B$8:$B$20</xm:f>" in follow_rules(before, GROWN, own_sheet=False)


def test_a_bound_stays_the_one_cell_it_is() -> None:
    bound = validation("decimal", "$B$8")
    assert follow_rules(bound, GROWN, own_sheet=True) == bound
