"""
The half of the LibreOffice harness that speaks UNO.

A script, not a test: `tests/office.py` starts it with a Python that can import `uno`, which is the
distribution's own and seldom the one the tests run under. So it uses the standard library only and imports
nothing of ours.

It starts one LibreOffice with a profile and a pipe of its own, says so in one line, and then answers one JSON
line on standard output for each JSON line on standard input until that ends. It keeps no time: whoever
started it kills the whole process group when an answer takes too long.
"""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import types
import uuid
from pathlib import Path
from typing import Any

INSIDE = Path(__file__).parent.with_name("salesplan_xl") / "hosts" / "libreoffice" / "inside"
DISTRIBUTION_PACKAGES = "/usr/lib/python3/dist-packages"
START_SECONDS = 60
BAR_SECONDS = 1
FORMULA_CELLS = 16  # com.sun.star.sheet.CellFlags.FORMULA
ERROR_RESULTS = 4  # com.sun.star.sheet.FormulaResult.ERROR
ERROR_TEXTS = {
    503: "#NUM!",
    519: "#VALUE!",
    521: "#NULL!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}
FILTERS = {"pdf": "calc_pdf_Export", "xlsx": "Calc MS Excel 2007 XML", "xlsm": "Calc MS Excel 2007 VBA XML"}
NEVER, ALWAYS = 0, 4  # com.sun.star.document.MacroExecMode


def import_uno() -> Any:
    """Import the bridge, also from a virtual environment of the same Python version as the distribution's."""
    try:
        return importlib.import_module("uno")
    except ImportError:
        sys.path.append(DISTRIBUTION_PACKAGES)
        return importlib.import_module("uno")


def import_documents() -> Any:
    """Import what answers for a document, from the folder that the extension puts beside its component."""
    package = types.ModuleType("salesplan_xl_inside")
    package.__path__ = [str(INSIDE)]
    sys.modules[package.__name__] = package
    return importlib.import_module("salesplan_xl_inside.documents")


def column_letters(column: int) -> str:
    """Letters of a column counted from 0."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def split_address(text: str) -> tuple[str, str]:
    """Sheet name and cell address of `Sheet!A1` or `'A sheet'!A1`."""
    sheet, _, address = text.rpartition("!")
    if sheet.startswith("'") and sheet.endswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    return sheet, address.replace("$", "")


class Worker:
    """One LibreOffice and the calls it answers."""

    window: tuple[str, ...] = ("--headless",)

    def __init__(self, soffice: str, folder: Path, profile: Path) -> None:
        self.uno = import_uno()
        self.folder = folder
        pipe = f"salesplan{uuid.uuid4().hex}"
        self.process = subprocess.Popen(
            [
                soffice,
                *self.window,
                # a second start on a used profile silently joins the first process
                f"-env:UserInstallation={self.url(profile)}",
                "--norestore",
                "--nologo",
                "--nodefault",
                "--nofirststartwizard",
                "--nolockcheck",
                f"--accept=pipe,name={pipe};urp;",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.desktop = self.connect(pipe)
        self.kept: dict[int, Any] = {}

    def connect(self, pipe: str) -> Any:
        """Wait until the pipe answers."""
        local = self.uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        not_yet = self.uno.getClass("com.sun.star.connection.NoConnectException")
        give_up = time.monotonic() + START_SECONDS
        while True:
            try:
                context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except not_yet:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.05)
        self.context = context
        return self.service("com.sun.star.frame.Desktop")

    def service(self, name: str) -> Any:
        """A service of LibreOffice."""
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def url(self, path: Path) -> str:
        """A path as UNO wants it."""
        return str(self.uno.systemPathToFileUrl(str(path.absolute())))

    def properties(self, **values: object) -> tuple[Any, ...]:
        """Named values as UNO wants them."""
        made = []
        for name, value in values.items():
            struct = self.uno.createUnoStruct("com.sun.star.beans.PropertyValue")
            struct.Name = name
            struct.Value = value
            made.append(struct)
        return tuple(made)

    def open(self, path: str, *, recalculate: bool, hidden: bool, macros: bool) -> Any:
        """Open a private copy: a stale lock beside the original would make the load return nothing at all."""
        source = Path(path)
        copy = Path(tempfile.mkdtemp(dir=self.folder)) / source.name
        shutil.copyfile(source, copy)
        how = self.properties(Hidden=hidden, MacroExecutionMode=ALWAYS if macros else NEVER)
        document = self.desktop.loadComponentFromURL(self.url(copy), "_blank", 0, how)
        if document is None:
            raise ValueError(f"LibreOffice could not open {source.name}")
        if not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            document.close(True)  # noqa: FBT003 - a UNO method takes its arguments by position
            raise ValueError(f"LibreOffice does not see a workbook in {source.name}")
        if recalculate:
            document.calculateAll()
        return document

    def answer(self, call: str, path: str, *, recalculate: bool, macros: bool = False, **options: Any) -> Any:
        """Open, do one thing, close; or open and keep, or do one thing with what is kept."""
        if call == "keep":
            self.kept[options["number"]] = self.open(path, recalculate=recalculate, hidden=True, macros=macros)
            return None
        if "number" in options:
            return self.answer_kept(call, self.kept[options["number"]], **options)
        document = self.open(path, recalculate=recalculate, hidden=call != "bar_is_shown", macros=macros)
        try:
            if call == "values":
                return formula_cells(document, options["ranges"])
            if call == "set_and_read":
                return set_and_read(document, options["changes"], options["read"])
            if call == "bar_is_shown":
                return bar_is_shown(document, options["name"])
            if call == "store":
                how = self.properties(FilterName=FILTERS[options["kind"]])
                document.storeToURL(self.url(Path(options["out"])), how)
                return None
            if call == "run_macro":
                script = f"vnd.sun.star.script:{options['macro']}?language=Basic&location=document"
                return document.getScriptProvider().getScript(script).invoke((), (), ())[0]
            raise ValueError(f"no such call: {call}")
        finally:
            document.close(True)  # noqa: FBT003 - a UNO method takes its arguments by position

    def answer_kept(self, call: str, document: Any, *, number: int, **options: Any) -> Any:
        """Do one thing with a document that is kept open."""
        if call == "ask":
            return import_documents().answer(document, options["verb"], options["arguments"])
        if call == "calculate":
            return document.calculateAll()
        if call == "undo":
            return document.getUndoManager().undo()
        if call == "save":
            how = self.properties(FilterName=FILTERS[options["kind"]])
            return document.storeToURL(self.url(Path(options["out"])), how)
        if call == "release":
            self.kept.pop(number).close(True)  # noqa: FBT003 - a UNO method takes its arguments by position
            return None
        raise ValueError(f"no such call: {call}")

    def close(self) -> None:
        """End LibreOffice the polite way."""
        self.desktop.terminate()
        self.process.wait(20)


def cells_of(block: Any) -> dict[str, dict[str, Any]]:
    """Every cell of a range, read in blocks; only the kind of an error is asked cell by cell."""
    top, left = block.RangeAddress.StartRow, block.RangeAddress.StartColumn
    # the formula array shows a text that begins with "=" just as it shows a formula
    formula_places = places(block.queryContentCells(FORMULA_CELLS))
    errors = {
        (row, column): block.getCellByPosition(column - left, row - top).getError()
        for row, column in places(block.queryFormulaCells(ERROR_RESULTS))
    }
    found = {}
    rows = zip(block.getDataArray(), block.getFormulaArray(), strict=True)
    for row, (values, formulas) in enumerate(rows, start=top):
        for column, (value, formula) in enumerate(zip(values, formulas, strict=True), start=left):
            shown = formula if (row, column) in formula_places else ""
            name = f"{column_letters(column)}{row + 1}"
            found[name] = cell(value, shown, errors.get((row, column)))
    return found


def places(ranges: Any) -> set[tuple[int, int]]:
    """Row and column, counted from 0, of every cell of some ranges."""
    return {
        (row, column)
        for part in ranges.RangeAddresses
        for row in range(part.StartRow, part.EndRow + 1)
        for column in range(part.StartColumn, part.EndColumn + 1)
    }


def cell(value: Any, formula: str, error: int | None) -> dict[str, Any]:
    """One cell as data; `error` is LibreOffice's number."""
    if error is not None:
        text = ERROR_TEXTS.get(error, f"Err:{error}")
        return {"value": None, "formula": formula, "kind": "error", "error": text}
    if value == "" and not formula:
        return {"value": None, "formula": "", "kind": "blank", "error": None}
    kind = "text" if isinstance(value, str) else "number"
    return {"value": value, "formula": formula, "kind": kind, "error": None}


def asked_range(document: Any, text: str) -> tuple[str, Any]:
    """Sheet name and range of `Sheet!A1:B2` or of a defined name."""
    if "!" not in text:
        block = document.NamedRanges.getByName(text).getReferredCells()
        return block.Spreadsheet.Name, block
    sheet, address = split_address(text)
    return sheet, document.Sheets.getByName(sheet).getCellRangeByName(address)


def formula_cells(document: Any, ranges: list[str]) -> dict[str, dict[str, Any]]:
    """All formula cells of every sheet, and all cells of the ranges asked for."""
    found: dict[str, dict[str, Any]] = {name: {} for name in document.Sheets.ElementNames}
    for name in found:
        sheet = document.Sheets.getByName(name)
        for part in sheet.queryContentCells(FORMULA_CELLS).RangeAddresses:
            block = sheet.getCellRangeByPosition(part.StartColumn, part.StartRow, part.EndColumn, part.EndRow)
            found[name].update(cells_of(block))
    for text in ranges:
        name, block = asked_range(document, text)
        found[name].update(cells_of(block))
    return found


def set_and_read(document: Any, changes: dict[str, Any], read: list[str]) -> dict[str, Any]:
    """Type values into cells, recalculate, and read others."""
    for text, value in changes.items():
        target = asked_range(document, text)[1].getCellByPosition(0, 0)
        if value is None:
            target.setString("")
        elif isinstance(value, str):
            target.setString(value)
        else:
            target.setValue(float(value))
    document.calculateAll()
    answers = {}
    for text in read:
        (answers[text],) = cells_of(asked_range(document, text)[1]).values()
    return answers


def bar_is_shown(document: Any, name: str) -> bool:
    """Whether the bar of this name stands above the workbook, a moment later at most."""
    give_up = time.monotonic() + BAR_SECONDS
    while not (shown := bool(document.CurrentController.hasInfobar(name))) and time.monotonic() < give_up:
        time.sleep(0.05)
    return shown


def say(message: dict[str, Any]) -> None:
    """Send one line."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main(kind: type[Worker] = Worker) -> None:
    """Answer lines until there are no more; with no arguments only tell whether `uno` can be imported."""
    if len(sys.argv) == 1:
        import_uno()
        return
    worker = kind(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    say({"ready": True})
    for line in sys.stdin:
        try:
            say({"result": worker.answer(**json.loads(line))})
        except Exception as error:  # noqa: BLE001 - whatever UNO raises is the caller's to see, as text
            say({"error": f"{type(error).__name__}: {error}"})
    worker.close()


if __name__ == "__main__":
    main()
