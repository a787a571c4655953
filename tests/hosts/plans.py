"""Workbooks the tests of the closed-file host work on, and a second pair of eyes on what it wrote."""

import io
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from salesplan_xl.hosts.file.book import FileBook

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000000000500010d0a2db40000000049454e44ae426082"
)
HEADERS = ("rep", "visits", "price", "total")


def plan_bytes(rows: int = 4, *, beside: bool = True, totals: bool = False) -> bytes:
    """
    A plan with what people put into plans.

    On sheet "8 Budget" the table `visits` in B3:E(3+rows), its last column a formula; beside it the table `notes`, a
    cell of the user's, a comment, validations, formats, a chart, a picture; on "List" an array formula and a
    validation fed by the table; names for its columns.
    """
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    budget, other = workbook.add_worksheet("8 Budget"), workbook.add_worksheet("List")
    money, bold = workbook.add_format({"num_format": "#,##0.00"}), workbook.add_format({"bold": True})
    last = 3 + rows
    data = [(f"Rep {row}", row + 1, (row + 1) * 1.5) for row in range(rows)]
    columns = [
        {"header": "rep", "total_string": "Total"},
        {"header": "visits", "total_function": "sum"},
        {"header": "price", "format": money},
        {"header": "total", "format": money},
    ]
    area = (2, 1, 2 + rows + totals, 4)
    budget.add_table(*area, {"name": "visits", "data": data, "columns": columns, "total_row": totals})
    for row in range(rows):
        budget.write_formula(3 + row, 4, f"=C{4 + row}*D{4 + row}*$A$1", money, data[row][1] * data[row][2])
    budget.write("A1", 1, bold)
    budget.set_row(3, 22)
    if beside:
        notes = {"name": "notes", "data": [["n1", "a"], ["n2", "b"]], "columns": [{"header": "id"}, {"header": "t"}]}
        budget.add_table("G3:H5", notes)
        budget.write("J5", "mine", bold)
        budget.write_comment("C4", "ask Ana")
        budget.insert_image("L2", "pixel.png", {"image_data": io.BytesIO(PIXEL)})
    budget.data_validation(
        f"C4:C{last}", {"validate": "integer", "criteria": ">=", "value": 0, "input_message": "a > b"}
    )
    budget.conditional_format(f"D4:D{last}", {"type": "data_bar", "data_bar_2010": True})
    budget.conditional_format(f"B4:H{last}", {"type": "no_blanks", "format": bold})
    chart = workbook.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": ["8 Budget", 2, 2],
            "categories": ["8 Budget", 3, 1, last - 1, 1],
            "values": ["8 Budget", 3, 2, last - 1, 2],
        }
    )
    budget.insert_chart("L10", chart)
    other.data_validation("A1", {"validate": "list", "source": f"='8 Budget'!$B$4:$B${last}"})
    other.write_array_formula("B1:B3", "{='8 Budget'!C4:C6*2}", None, 2)
    other.write("C1", 7)
    workbook.define_name("reps", f"='8 Budget'!$B$4:$B${last}")
    workbook.define_name("whole", f"='8 Budget'!$B$3:$E${last}")
    workbook.define_name("rate", "='8 Budget'!$A$1")
    workbook.close()
    return stream.getvalue()


def plan_book(**options: Any) -> FileBook:
    """The plan of `plan_bytes`, open in memory."""
    return FileBook.from_bytes(plan_bytes(**options), "plan.xlsx")


def again(book: FileBook) -> FileBook:
    """The workbook as the next reader finds it."""
    return FileBook.from_bytes(book.to_bytes(), "plan.xlsx")


def parts(content: bytes) -> dict[str, bytes]:
    """Every part of a workbook by its name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rebuilt(
    content: bytes, changes: Mapping[str, Callable[[bytes], bytes]], extra: Mapping[str, bytes] | None = None
) -> bytes:
    """The same zip with some parts changed by hand and others added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts(content).items():
            archive.writestr(name, changes[name](part) if name in changes else part)
        for name, part in (extra or {}).items():
            archive.writestr(name, part)
    return stream.getvalue()


def extended_plan() -> bytes:
    """The plan after a person has worked on it: macros, a slicer, a pivot cache, a ribbon of theirs, a printer."""
    types = (
        b'<Override PartName="/xl/calcChain.xml" '
        b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"/>'
        b'<Override PartName="/xl/slicers/slicer1.xml" ContentType="application/vnd.ms-excel.slicer+xml"/>'
        b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    )
    chain = (
        b'<Relationship Id="rId90" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"'
        b' Target="calcChain.xml"/><Relationship Id="rId91"'
        b' Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>'
        b"</Relationships>"
    )
    extra = {
        "xl/calcChain.xml": b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<c r="E4" i="1"/></calcChain>',
        "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(range(256)) * 8,
        "xl/slicers/slicer1.xml": b'<slicers xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"/>',
        "xl/pivotCache/pivotCacheDefinition1.xml": b"<pivotCacheDefinition/>",
        "xl/printerSettings/printerSettings1.bin": b"\x00\x01printer" * 20,
        "customUI/customUI14.xml": b"<customUI><ribbon/></customUI>",
        "customXml/item1.xml": b"<mine>kept</mine>",
        "xl/media/image9.png": PIXEL,
    }
    return rebuilt(
        plan_bytes(),
        {
            "[Content_Types].xml": lambda part: part.replace(b"</Types>", types),
            "xl/_rels/workbook.xml.rels": lambda part: part.replace(b"</Relationships>", chain),
        },
        extra,
    )


def openpyxl_book(content: bytes) -> openpyxl.Workbook:
    """The workbook as another library opens it; that it drops extensions when saving is no concern here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*extension is not supported", category=UserWarning)
        return openpyxl.load_workbook(io.BytesIO(content))


def seen_by_openpyxl(content: bytes, sheet: str, area: str) -> list[list[Any]]:
    """What another library reads in a range: formulas as text, blanks as `None`."""
    return [[cell.value for cell in row] for row in openpyxl_book(content)[sheet][area]]


def saved(content: bytes, folder: Path, name: str = "plan.xlsx") -> Path:
    """A file with that content."""
    path = folder / name
    path.write_bytes(content)
    return path
