"""Sheets, tables and names: what Excel repairs with a message though every part fits its schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from salesplan_xl.template.verify.markup import MAIN, named, number
from salesplan_xl.template.verify.package import Package, Sheet
from salesplan_xl.template.verify.rules import Finding, Rule

NAME = Rule(
    "sheet.name",
    "A sheet's name has 1 to 31 characters, none of : \\ / ? * [ ], no ' at an end, is not History, and is used once.",
    "Excel repairs the workbook and renames the sheet, and what names it is lost (limits of Excel).",
)
CELL = Rule(
    "cell.text",
    "A cell's text stands in the list of shared texts, or in the cell, and has at most 32,767 characters.",
    "Excel repairs the sheet, or cuts the text (ECMA-376 part 1, 18.3.1.4; limits of Excel).",
)
REFERENCE = Rule(
    "cell.reference",
    "A cell has an address of its own, inside the sheet: columns A to XFD, rows 1 to 1,048,576.",
    "Excel says the sheet is damaged and drops what it cannot place (ECMA-376 part 1, 18.3.1.4; limits of Excel).",
)
START = Rule(
    "formula.start",
    "A formula does not begin with = or @, which are typed and not stored.",
    "Excel repairs the sheet by dropping the formula: 'Removed Records: Formula' (ECMA-376 part 1, 18.17.2).",
)
LENGTH = Rule(
    "formula.length",
    "A formula has at most 8,192 characters, and a text in quotes inside one at most 255.",
    "Excel drops the formula as unreadable (limits of Excel).",
)
FORMULA_SHEET = Rule(
    "formula.sheet",
    "A formula names only sheets that are there, and holds no #REF!.",
    "Excel asks for a file to take the values from, or shows #REF!.",
)
HEADER = Rule(
    "table.header",
    "The cell above a table's column holds the column's name as text.",
    "Excel repairs the table: 'Repaired Records: Table'; no other checker sees it (ECMA-376 part 1, 18.5.1.3).",
)
TABLE_ID = Rule(
    "table.id",
    "Every table has an id of its own.",
    "Excel repairs the workbook and drops a table (ECMA-376 part 1, 18.5.1.2).",
)
TABLE_NAME = Rule(
    "table.name",
    "A table's name is a name, is no cell address, and differs from other tables and names of the workbook in more "
    "than case.",
    "Excel repairs the workbook and drops the table; tbl01 and TY2 are addresses (ECMA-376 part 1, 18.5.1.2).",
)
COLUMNS = Rule(
    "table.columns",
    "A table has as many columns as its area is wide, and their names differ in more than case.",
    "Excel repairs the table and renames columns, and formulas that name them are lost (ECMA-376 part 1, 18.5.1.4).",
)
NAMED_SHEET = Rule(
    "name.sheet",
    "A defined name points at a sheet that is there.",
    "Excel repairs the workbook: 'Removed Records: Named range'; no other checker sees it (ECMA-376 part 1, 18.2.5).",
)
NAMED_REFERENCE = Rule(
    "name.reference",
    "A defined name holds no #REF!.",
    "What it named is gone, and every macro and formula that uses it fails.",
)
NAMED_ONCE = Rule(
    "name.unique",
    "Defined names of one scope differ in more than case.",
    "Excel repairs the workbook and drops one of them (ECMA-376 part 1, 18.2.5).",
)
VALIDATION = Rule(
    "validation.length",
    "A formula of a validation has at most 255 characters; a list typed into it too, quotes not counted.",
    "Excel repairs the sheet and drops all its validations (limits of Excel).",
)
CONDITION = Rule(
    "condition.format",
    "A conditional format names a format that the styles hold.",
    "Excel repairs the workbook: 'Repaired Records: Conditional formatting' (ECMA-376 part 1, 18.3.1.10 and 18.8.15).",
)
RULES = (
    NAME, CELL, REFERENCE, START, LENGTH, FORMULA_SHEET, HEADER, TABLE_ID, TABLE_NAME, COLUMNS, NAMED_SHEET,
    NAMED_REFERENCE, NAMED_ONCE, VALIDATION, CONDITION,
)  # fmt: skip

LONGEST_SHEET_NAME = 31
LONGEST_TEXT = 32_767
LONGEST_FORMULA = 8_192
LONGEST_FORMULA_TEXT = 255
LONGEST_VALIDATION = 255
LONGEST_NAME = 255
MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576

_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_AREA = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_TEXT = re.compile(r'"((?:[^"]|"")*)"')
_SHEET = re.compile(r"(?<![\w.\]'#])(?:'((?:[^']|'')+)'|([^\W\d][\w.]*(?::[^\W\d][\w.]*)?))!")
_TABLE_NAME = re.compile(r"[^\W\d][\w.]*|\\[\w.]*")
_ADDRESS = re.compile(r"[A-Za-z]{1,3}\d{1,7}|[Rr]\d*[Cc]\d*|[Rr]\d*|[Cc]\d*")
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class _Table:
    """A table and where it stands."""

    sheet: Sheet
    part: str
    root: Element

    @property
    def name(self) -> str:
        """What formulas call it."""
        return self.root.get("displayName", "")

    @property
    def columns(self) -> list[str]:
        """Names of its columns as they are shown."""
        return [_shown(column.get("name", "")) for column in named(self.root, "tableColumn")]


def check_sheets(package: Package) -> Iterator[Finding]:
    """
    Check sheets, tables, defined names, validations and conditional formats.

    Parameters
    ----------
    package : Package
        The package.

    Yields
    ------
    Finding
        What breaks the rules.
    """
    if not package.workbook:
        return
    workbook = package.documents[package.workbook]
    titles = {sheet.get("name", "").lower() for sheet in named(workbook, "sheet")}
    yield from _check_titles(workbook, package.workbook)
    texts = _shared_texts(package)
    formats = _formats(package)
    tables = []
    for sheet in package.sheets:
        cells: dict[str, str | None] = {}
        yield from _check_cells(sheet, texts, titles, cells)
        yield from _check_validations(sheet)
        yield from _check_conditions(sheet, formats)
        own = [_Table(sheet, part, package.documents[part]) for part in _table_parts(package, sheet)]
        for table in own:
            yield from _check_columns(table, cells)
        tables += own
    yield from _check_tables(tables, workbook)
    yield from _check_names(workbook, titles, package.workbook)


def _table_parts(package: Package, sheet: Sheet) -> list[str]:
    """The parts of a sheet's tables that could be read."""
    return [part for part in package.related(sheet.part, "/table") if part in package.documents]


def _check_titles(workbook: Element, part: str) -> Iterator[Finding]:
    """Names of sheets must be ones Excel allows."""
    seen: set[str] = set()
    for sheet in named(workbook, "sheet"):
        name = sheet.get("name", "")
        if not 1 <= len(name.encode("utf-16-le")) // 2 <= LONGEST_SHEET_NAME:
            yield NAME.at(part, f"{name!r} has {len(name)} characters")
        if set(name) & set(":\\/?*[]") or name.startswith("'") or name.endswith("'") or name.lower() == "history":
            yield NAME.at(part, f"{name!r} is no name of a sheet")
        if name.lower() in seen:
            yield NAME.at(part, f"{name!r} stands twice")
        seen.add(name.lower())


def _shared_texts(package: Package) -> list[str]:
    """The texts that cells share."""
    parts = package.related(package.workbook, "/sharedStrings")
    root = package.documents.get(parts[0]) if parts else None
    return [] if root is None else [_joined(item) for item in named(root, "si")]


def _joined(item: Element) -> str:
    """The runs of a text as one, without how it is spoken."""
    spoken = {id(text) for run in item.iter(f"{{{MAIN}}}rPh") for text in run.iter(f"{{{MAIN}}}t")}
    return _shown("".join(text.text or "" for text in named(item, "t") if id(text) not in spoken))


def _shown(text: str) -> str:
    """A text with what XML cannot hold decoded."""
    return _CODED.sub(lambda code: chr(int(code[1], 16)), text)


def _formats(package: Package) -> int | None:
    """How many formats the styles hold for conditions; None where they could not be read."""
    parts = package.related(package.workbook, "/styles")
    if not parts:
        return 0
    root = package.documents.get(parts[0])
    return None if root is None else len(root.findall(f"{{{MAIN}}}dxfs/{{{MAIN}}}dxf"))


def _check_cells(sheet: Sheet, texts: list[str], titles: set[str], cells: dict[str, str | None]) -> Iterator[Finding]:
    """Check the cells of a sheet, and note what they show."""
    for cell in named(sheet.root, "c"):
        address = cell.get("r", "")
        where = f"{sheet.name}!{address}"
        text = _cell_text(cell, texts)
        if not _is_address(address) or address in cells:
            yield REFERENCE.at(where, f"{address!r} is {'taken' if address in cells else 'no address'}")
        if text is None and cell.get("t") == "s":
            yield CELL.at(where, "its text is not in the list of shared texts")
        if text is not None and len(text.encode("utf-16-le", errors="replace")) // 2 > LONGEST_TEXT:
            yield CELL.at(where, f"it has {len(text):,} characters")
        cells[address] = text
        formula = cell.find(f"{{{MAIN}}}f")
        if formula is not None and formula.text:
            yield from _check_formula(where, formula.text, titles)


def _is_address(text: str) -> bool:
    """Whether a text is the address of a cell."""
    found = _CELL.fullmatch(text)
    return found is not None and _column(found[1]) <= MOST_COLUMNS and int(found[2]) <= MOST_ROWS


def _cell_text(cell: Element, texts: list[str]) -> str | None:
    """The text of a cell; None where it holds none."""
    value = cell.find(f"{{{MAIN}}}v")
    held = None if value is None else value.text
    if cell.get("t") == "s":
        index = number(held)
        return texts[index] if index is not None and index < len(texts) else None
    if cell.get("t") == "inlineStr":
        return _joined(cell)
    return _shown(held or "") if cell.get("t") == "str" else None


def _check_formula(where: str, formula: str, titles: set[str]) -> Iterator[Finding]:
    """Check a formula as it is stored."""
    if formula.lstrip().startswith(("=", "@")):
        yield START.at(where, f"it begins {formula[:30]!r}")
    if len(formula) > LONGEST_FORMULA:
        yield LENGTH.at(where, f"it has {len(formula):,} characters")
    longest = max((len(text.replace('""', '"')) for text in _TEXT.findall(formula)), default=0)
    if longest > LONGEST_FORMULA_TEXT:
        yield LENGTH.at(where, f"a text in it has {longest:,} characters")
    for missing in _missing_sheets(formula, titles):
        yield FORMULA_SHEET.at(where, f"no sheet is called {missing!r}")
    if "#REF!" in _TEXT.sub('""', formula):
        yield FORMULA_SHEET.at(where, "it holds #REF!")


def _missing_sheets(formula: str, titles: set[str]) -> list[str]:
    """Sheets a formula names that are not there; sheets of other files are not meant."""
    missing = []
    for quoted, plain in _SHEET.findall(_TEXT.sub('""', formula)):
        name = quoted.replace("''", "'") if quoted else plain
        if "[" in name:
            continue
        missing += [one for one in name.split(":") if one.lower() not in titles]
    return missing


def _check_columns(table: _Table, cells: Mapping[str, str | None]) -> Iterator[Finding]:
    """The columns of a table must be those of its header."""
    where = f"{table.sheet.name}!{table.root.get('ref', '?')}"
    area = _AREA.fullmatch(table.root.get("ref", ""))
    columns = table.columns
    if area is None or _column(area[3]) - _column(area[1]) + 1 != len(columns):
        yield COLUMNS.at(where, f"{table.name} has {len(columns)} columns")
        return
    if len({name.lower() for name in columns}) != len(columns):
        yield COLUMNS.at(where, f"{table.name} has a column twice")
    if table.root.get("headerRowCount") == "0":
        return
    for offset, name in enumerate(columns):
        address = f"{_letters(_column(area[1]) + offset)}{area[2]}"
        if cells.get(address) != name:
            told = f"it holds {cells.get(address)!r}, the column of {table.name} is called {name!r}"
            yield HEADER.at(f"{table.sheet.name}!{address}", told)


def _column(letters: str) -> int:
    """Number of a column from its letters, counted from 1."""
    result = 0
    for letter in letters:
        result = 26 * result + ord(letter) - ord("A") + 1
    return result


def _letters(column: int) -> str:
    """Letters of a column from its number."""
    result = ""
    while column:
        column, digit = divmod(column - 1, 26)
        result = chr(ord("A") + digit) + result
    return result


def _check_tables(tables: list[_Table], workbook: Element) -> Iterator[Finding]:
    """Ids and names of tables must be theirs alone."""
    ids: set[str] = set()
    names = {one.get("name", "").lower() for one in named(workbook, "definedName") if "localSheetId" not in one.attrib}
    for table in tables:
        own = table.root.get("id", "")
        if own in ids or number(own) in (None, 0):
            yield TABLE_ID.at(table.part, f"{table.name} has the id {own!r}")
        name = table.name
        if name.lower() in names:
            yield TABLE_NAME.at(table.part, f"{name!r} is the name of something else too")
        if not _TABLE_NAME.fullmatch(name) or _ADDRESS.fullmatch(name) or len(name) > LONGEST_NAME:
            yield TABLE_NAME.at(table.part, f"{name!r} cannot be one")
        ids.add(own)
        names.add(name.lower())


def _check_names(workbook: Element, titles: set[str], part: str) -> Iterator[Finding]:
    """Defined names must point at something."""
    seen: set[tuple[str, str | None]] = set()
    count = sum(1 for _ in named(workbook, "sheet"))
    for element in named(workbook, "definedName"):
        name, scope, formula = element.get("name", ""), element.get("localSheetId"), element.text or ""
        where = f"{part}:{name}"
        if (name.lower(), scope) in seen:
            yield NAMED_ONCE.at(where, "it stands twice")
        seen.add((name.lower(), scope))
        for missing in _missing_sheets(formula, titles):
            yield NAMED_SHEET.at(where, f"no sheet is called {missing!r}")
        if scope is not None and (number(scope) is None or int(scope) >= count):
            yield NAMED_SHEET.at(where, f"it belongs to sheet number {scope} of {count}")
        if "#REF!" in formula:
            yield NAMED_REFERENCE.at(where, f"it is {formula[:60]!r}")


def _check_validations(sheet: Sheet) -> Iterator[Finding]:
    """Formulas of validations must not be too long, nor begin as they are typed."""
    for rule in named(sheet.root, "dataValidation"):
        where = f"{sheet.name}!{rule.get('sqref', '?')}"
        for element in (*named(rule, "formula1"), *named(rule, "formula2")):
            formula = element.text or ""
            typed = formula[1:-1].replace('""', '"') if re.fullmatch(r'"(?:[^"]|"")*"', formula) else formula
            if len(typed) > LONGEST_VALIDATION:
                yield VALIDATION.at(where, f"it has {len(typed)}")
            if formula.startswith(("=", "@")):
                yield START.at(where, f"it begins {formula[:30]!r}")


def _check_conditions(sheet: Sheet, formats: int | None) -> Iterator[Finding]:
    """Conditional formats must name formats that are there, and their formulas begin as they are stored."""
    for area in named(sheet.root, "conditionalFormatting"):
        where = f"{sheet.name}!{area.get('sqref', '?')}"
        for rule in named(area, "cfRule"):
            held = number(rule.get("dxfId"))
            if "dxfId" in rule.attrib and formats is not None and (held is None or held >= formats):
                yield CONDITION.at(where, f"it names format {rule.get('dxfId')} of {formats}")
            for element in named(rule, "formula"):
                if (element.text or "").startswith(("=", "@")):
                    yield START.at(where, f"it begins {(element.text or '')[:30]!r}")
