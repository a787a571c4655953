"""xlwings on LibreOffice: the members the live host uses, and a sentence for every other."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import pytest
import xlwings
from xlwings import base_classes

from salesplan_xl.functions.reading import ERROR_NUMBERS, plain_cell
from salesplan_xl.hosts.libreoffice.engine import open_document
from salesplan_xl.hosts.libreoffice.engine.cells import given, taken
from salesplan_xl.hosts.libreoffice.engine.notation import to_calc, to_excel
from salesplan_xl.hosts.libreoffice.inside import document_cells
from salesplan_xl.workbook.cells import ERROR_TEXTS, ErrorCell

THERE = {
    "App": {"pid", "screen_updating", "enable_events", "calculation"},
    "Book": {"api", "app", "name", "sheets", "names"},
    "Sheets": {"active", "__call__", "__len__", "__iter__"},
    "Sheet": {"api", "book", "name", "tables", "range"},
    "Tables": {"__call__", "__len__", "__iter__", "__contains__"},
    "Table": {"api", "parent", "name", "range", "show_headers", "show_totals", "resize"},
    "Names": {"__call__", "__len__", "contains", "snapshot"},
    "Name": {"name", "refers_to"},
    "Range": {
        *("api", "sheet", "row", "column", "shape", "__len__", "address", "get_address", "formula", "has_array"),
        *("merge_cells", "clear_contents", "clear_formats", "copy"),
    },
}
"""What is there, by class."""


def ask(verb: str, _: Mapping[str, Any]) -> Any:
    """A document with one sheet, one table and one name."""
    table = {"name": "visits", "sheet": "Plan", "area": [3, 2, 7, 5], "header": True, "totals": False}
    return {
        "book": {"name": "plan.xlsx", "sheets": ["Plan"], "active": "Plan"},
        "tables": [table],
        "table": table,
        "names": [["rate", "$Plan.$A$1"]],
    }[verb]


BOOK = open_document(ask)
SHEET = BOOK.sheets["Plan"]
OBJECTS: dict[str, Any] = {
    "App": BOOK.app.impl,
    "Book": BOOK.impl,
    "Sheets": BOOK.sheets.impl,
    "Sheet": SHEET.impl,
    "Tables": SHEET.tables.impl,
    "Table": SHEET.tables["visits"].impl,
    "Names": BOOK.names.impl,
    "Name": BOOK.names["rate"].impl,
    "Range": SHEET.range((1, 1), (2, 3)).impl,
}


def members(name: str) -> dict[str, object]:
    """What xlwings' base classes say an object of this kind has."""
    bases = [base for base in type(OBJECTS[name]).__mro__ if base.__module__ == base_classes.__name__]
    special = ("__call__", "__len__", "__iter__", "__contains__", "__getitem__")
    return {
        member: value
        for base in reversed(bases)
        for member, value in vars(base).items()
        if not member.startswith("_") or member in special
    }


@pytest.mark.parametrize("name", OBJECTS)
def test_every_other_member_says_in_a_sentence_that_it_is_not_there(name: str) -> None:
    assert THERE[name] <= set(dir(OBJECTS[name]))
    for member, value in members(name).items():
        if member in THERE[name]:
            continue
        with pytest.raises(NotImplementedError, match=rf"In LibreOffice, salesplan-xl has no {name}\.{member}: only"):
            getattr(type(OBJECTS[name]), member)(OBJECTS[name]) if callable(value) else getattr(OBJECTS[name], member)
        if isinstance(value, property):
            with pytest.raises(NotImplementedError, match=rf"salesplan-xl has no {name}\.{member}"):
                setattr(OBJECTS[name], member, None)


def test_what_can_only_be_read_says_so_when_it_is_set() -> None:
    with pytest.raises(NotImplementedError, match=r"has no setting Sheet\.name: only"):
        SHEET.name = "Other"
    with pytest.raises(NotImplementedError, match=r"has no Sheet\.autofit: only"):
        SHEET.autofit()


def test_a_version_of_xlwings_with_other_members_is_noticed() -> None:
    """If this fails, see which members are new or gone, and whether the live host should use one."""
    listed = "\n".join(f"{name}.{member}" for name in OBJECTS for member in sorted(members(name)))
    assert hashlib.sha256(listed.encode()).hexdigest()[:16] == MEMBERS, listed


MEMBERS = "7a9f19fc53dcc195"


def test_the_books_parts_are_found_as_xlwings_finds_them() -> None:
    assert isinstance(BOOK, xlwings.Book)
    assert [sheet.name for sheet in BOOK.sheets] == ["Plan"]
    assert [table.name for table in SHEET.tables] == ["visits"]
    assert SHEET.tables["visits"].range.address == "$B$3:$E$7"
    assert [(name.name, name.refers_to) for name in BOOK.names] == [("rate", "=Plan!$A$1")]
    assert "rate" in BOOK.names


def test_an_error_is_the_integer_that_excel_hands_over() -> None:
    rows = given([[{"error": text}, None, 1.0] for text in ERROR_NUMBERS])
    assert [plain_cell(row[0]) for row in rows] == [ErrorCell(text) for text in ERROR_NUMBERS]
    assert set(ERROR_TEXTS) == document_cells.ERROR_TEXTS


def test_what_is_typed_is_a_formula_an_error_or_a_text_as_in_excel() -> None:
    typed = ["=List!A1+1", "'=List!A1+1", "#N/A", "'#N/A", "'007", "007", "=", None, 1.5, True]
    assert taken([typed]) == [
        [
            {"formula": "=$List.A1+1"},
            "=List!A1+1",
            {"error": "#N/A"},
            "#N/A",
            *("007", "007", "=", None, 1.5, True),
        ]
    ]


@pytest.mark.parametrize(
    ("excel", "calc"),
    [
        ("SUM(A1:B2,C3)", "SUM(A1:B2;C3)"),
        ("'8 Budget'!$B$4*List!C1", "$'8 Budget'.$B$4*$List.C1"),
        ("'Ana''s'!A1&\"a,b!c;d\"", "$'Ana''s'.A1&\"a,b!c;d\""),
        ("SUM({1,2;3,4},1)", "SUM({1;2|3;4};1)"),
        ("visits[[#This Row],[price]]*2", "visits[[#This Row];[price]]*2"),
        ("IF(A1=1.5,LOG10(2),F.DIST(1,2,3,TRUE))", "IF(A1=1.5;LOG10(2);F.DIST(1;2;3;TRUE))"),
        ("IFERROR(#N/A,#REF!)", "IFERROR(#N/A;#REF!)"),
    ],
)
def test_formulas_are_the_same_in_both_notations(excel: str, calc: str) -> None:
    assert (to_calc(excel), to_excel(calc)) == (calc, excel)
