"""References that move with a cell, and references that follow the end of a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.formula.translate import Translator

from salesplan_xl.hosts.formulas import Area, Resize, shift_formula


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        pytest.param("B2*$C$1", "C5*$C$1", id="fixed-stays"),
        pytest.param("SUM($A2:B$9)", "SUM($A5:C$9)", id="half-fixed"),
        pytest.param("'A1 x'!B2+Q1!C3", "'A1 x'!C5+Q1!D6", id="sheet-named-like-a-cell"),
        pytest.param("Sales[[#This Row],[A1]]*A1", "Sales[[#This Row],[A1]]*B4", id="structured-stays"),
        pytest.param("T[a'[b1]+A1", "T[a'[b1]+B4", id="escaped-bracket"),
        pytest.param('"A1"&A1', '"A1"&B4', id="text-stays"),
        pytest.param("LOG10(A1)+1.5E3", "LOG10(B4)+1.5E3", id="function-and-exponent-stay"),
        pytest.param("XYZ12+TAX2024", "XYZ12+TAY2027", id="beyond-the-last-column-is-a-name"),
        pytest.param("1:3+A:B+$2:2", "4:6+B:C+$2:5", id="whole-rows-and-columns"),
        pytest.param("A1048575", "#REF!", id="off-the-sheet"),
        pytest.param("A1#", "B4#", id="spilled"),
    ],
)
def test_relative_references_move_with_the_cell(formula: str, moved: str) -> None:
    assert shift_formula(formula, 3, 1) == moved


REFERENCES = st.from_regex(r"\$?[A-C]\$?[1-9][0-9]?", fullmatch=True)


@given(
    pieces=st.lists(REFERENCES | st.sampled_from(["SUM(A1:B2)", '"x"', "1.5", "T1[c]", "'a b'!C3"]), min_size=1),
    rows=st.integers(0, 50),
    columns=st.integers(0, 5),
)
def test_moving_agrees_with_openpyxl(pieces: list[str], rows: int, columns: int) -> None:
    formula = "+".join(pieces)
    target = f"{'ABCDEFGHIJ'[columns]}{10 + rows}"
    expected = Translator(f"={formula}", origin="A10").translate_formula(target)[1:]
    assert shift_formula(formula, rows, columns) == expected


TABLE = Resize("8 Budget", 3, 2, 5, 7, 20)  # header in row 3, data in B4:E7, from now on to row 20


@pytest.mark.parametrize(
    ("formula", "followed"),
    [
        pytest.param("SUM('8 Budget'!$C$4:$C$7)", "SUM('8 Budget'!$C$4:$C$20)", id="a-column"),
        pytest.param("'8 budget'!$B$3:$E$7", "'8 budget'!$B$3:$E$20", id="the-whole-table-in-any-case"),
        pytest.param("'8 Budget'!$C$4:$C$6", "'8 Budget'!$C$4:$C$6", id="a-part-stays"),
        pytest.param("'8 Budget'!$A$4:$C$7", "'8 Budget'!$A$4:$C$7", id="wider-stays"),
        pytest.param("'8 Budget'!C4:C7", "'8 Budget'!C4:C7", id="relative-stays"),
        pytest.param("List!$C$4:$C$7", "List!$C$4:$C$7", id="another-sheet-stays"),
        pytest.param("$C$4:$C$7", "$C$4:$C$7", id="no-sheet-stays"),
        pytest.param("\"'8 Budget'!$C$4:$C$7\"", "\"'8 Budget'!$C$4:$C$7\"", id="text-stays"),
    ],
)
def test_references_to_a_whole_column_follow_the_end(formula: str, followed: str) -> None:
    assert TABLE.formula(formula) == followed


@pytest.mark.parametrize(
    ("covered", "followed"),
    [
        pytest.param("C4:C7", "C4:C20", id="a-column"),
        pytest.param("C3:D7 J1", "C3:D20 J1", id="with-header-and-another"),
        pytest.param("A1:H7", "A1:H7 B8:E20", id="wider-grows-below-the-table-only"),
        pytest.param("C4:C500 C:C", "C4:C500 C:C", id="long-enough-stays"),
        pytest.param("C5:C7", "C5:C7", id="a-part-stays"),
        pytest.param("C4:C10", "C4:C20", id="a-little-longer-grows"),
    ],
)
def test_rules_that_cover_the_data_follow_the_end(covered: str, followed: str) -> None:
    assert TABLE.rules(covered) == followed


def test_rules_shrink_with_the_table() -> None:
    assert Resize("8 Budget", 3, 2, 5, 7, 4).rules("C4:C7 A1:H7") == "C4 A1:H7"


@pytest.mark.parametrize("text", ["", "B", "B0", "XFE1", "A1048577", "B2:A1", "A1:B2:C3"])
def test_what_is_no_area_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no range"):
        Area.parse(text)
