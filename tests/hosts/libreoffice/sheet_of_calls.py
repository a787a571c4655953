"""A workbook of calls of cell functions: each argument typed or in cells of its own, each result where it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import xlsxwriter

from salesplan_xl.functions.json_cells import call_json
from salesplan_xl.workbook.cells import address
from udfs import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.office import Cell

ERRORS = {
    "#NULL!": "=#NULL!",
    "#DIV/0!": "=1/0",
    "#VALUE!": '="a"*1',
    "#REF!": "=#REF!",
    "#NAME?": "=NO_SUCH_FUNCTION(1)",
    "#NUM!": "=10^400",
    "#N/A": "=NA()",
}
"""A formula for each error that Excel and LibreOffice share."""


class Typed(str):
    """An argument as it is typed into the formula; of no length where nothing is."""

    __slots__ = ()


@dataclass(frozen=True)
class Call:
    """A call: rows of cells go into a range, `Typed` into the formula."""

    function: str
    arguments: tuple[Any, ...]
    rows: int = 1
    columns: int = 1


def expected(call: Call) -> list[list[Any]]:
    """What `salesplan-xl call` gives, as rows; an error by its code alone, as a cell shows it."""
    answer = call_json(FUNCTIONS, call.function, [as_json(argument) for argument in call.arguments])
    if "error" in answer:
        return [[answer["error"]] * call.columns] * call.rows
    value = answer["value"]
    rows = value if isinstance(value, list) else [[value]]
    return [[cell["error"] if isinstance(cell, dict) else cell for cell in row] for row in rows]


def as_json(argument: Any) -> Any:
    """An argument as it is given to `salesplan-xl call`."""
    if not isinstance(argument, Typed):
        return [[{"error": cell} if cell in ERRORS else cell for cell in row] for row in argument]
    if not argument:
        return None
    return argument[1:-1] if argument.startswith('"') else float(argument)


def write_calls(path: Path, calls: Sequence[Call]) -> list[str]:
    """Write a workbook of the calls; gives the range of each result, which all stand on the sheet Results."""
    areas = []
    with xlsxwriter.Workbook(path) as book:
        results, cells = book.add_worksheet("Results"), book.add_worksheet("Cells")
        top, column = 1, 1
        for call in calls:
            typed = []
            for argument in call.arguments:
                if isinstance(argument, Typed):
                    typed.append(str(argument))
                    continue
                write_rows(cells, column, argument)
                last = address(len(argument), column + len(argument[0]) - 1)
                typed.append(f"Cells!{address(1, column)}:{last}".removesuffix(f":{address(1, column)}"))
                column += len(argument[0])
            area = f"{address(top, 1)}:{address(top + call.rows - 1, call.columns)}"
            formula = f"={call.function}({','.join(typed)})"
            if call.rows == call.columns == 1:
                results.write_formula(address(top, 1), formula, value="stored")
            else:
                results.write_array_formula(area, f"{{{formula}}}", value=0)
            areas.append(f"Results!{area}")
            top += call.rows
    return areas


def write_rows(sheet: Any, column: int, rows: Sequence[Sequence[Any]]) -> None:
    """Write cells at the top of a column; an error by a formula that gives it."""
    for row, cells in enumerate(rows):
        for place, cell in enumerate(cells, start=column - 1):
            if cell in ERRORS:
                sheet.write_formula(row, place, ERRORS[cell])
            else:
                sheet.write(row, place, cell)


def shown(cells: Mapping[str, Cell], call: Call, area: str) -> list[list[Any]]:
    """What the cells of a result show."""
    top = int(area.partition("!A")[2].partition(":")[0])
    return [[seen(cells[address(top + row, 1 + column)]) for column in range(call.columns)] for row in range(call.rows)]


def seen(cell: Cell) -> Any:
    """What a cell shows; an empty text is as blank as an empty cell."""
    return cell["error"] if cell["error"] else (cell["value"] if cell["value"] != "" else None)
