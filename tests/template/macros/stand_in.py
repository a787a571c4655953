"""An Excel to run the macros in: pyOpenVBA's interpreter, with a library, a Python and a wizard that keep record."""

# pyOpenVBA has no types, and its classes are what macros can use
# mypy: disable-error-code="import-untyped", disallow-subclassing-any=False, disallow-untyped-decorators=False

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyopenvba.apps.excel import Application, ExcelApplication
from pyopenvba.apps.excel._bridge import ExcelBridge
from pyopenvba.interpreter._objects import VBAObject, member, method
from pyopenvba.interpreter._runtime import Interpreter, UserClassInstance
from pyopenvba.interpreter._values import EMPTY, MISSING, NOTHING, VBAArray, VBADate, VBAErrorValue, error

__all__ = ["EMPTY", "NOTHING", "Excel", "Machine", "VBAErrorValue", "cells", "plain"]

Answers = Callable[[str, list[object]], object]

NOON = datetime.datetime(2026, 6, 1, 12)  # noqa: DTZ001 - VBA's clock knows no zones

_LISTENER = re.compile(r"Private WithEvents (\w+) As")

# The interpreter refuses functions of the machine; these take their place, for a procedure is found first. A text is
# its own address here, and `answer` is written by reference, as the library does.
_FUNCTIONS_OF_THE_MACHINE = """
Public Function StrPtr(ByVal text As Variant) As Variant
    StrPtr = text
End Function
Public Function StrConv(ByVal text As Variant, ByVal direction As Long) As Variant
    StrConv = Machine.Converted(text, direction)
End Function
Public Function LoadLibraryW(ByVal path As Variant) As Long
    LoadLibraryW = Machine.Load(path)
End Function
Public Function XLPyDLLActivateAuto(ByRef answer As Variant, ByVal startLine As String, ByVal mode As Long) As Long
    XLPyDLLActivateAuto = Machine.Activate(startLine, mode)
    If XLPyDLLActivateAuto <> 0 Then
        answer = Machine.Reason
    ElseIf mode = 1 Then
        Set answer = Machine.Python
    End If
End Function
Public Function AppleScriptTask(ByVal file As String, ByVal handler As String, ByVal asked As String) As String
    AppleScriptTask = Machine.Script(file, handler, asked)
End Function
"""


class Python(VBAObject):
    """A Python that was started: it answers until it dies."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.is_alive = True

    @method
    def CallUDF(self, *arguments: object) -> object:  # noqa: N802 - xlwings' name
        module, name, values, workbook, caller = arguments
        self.machine.calls.append((str(module), str(name), plain(values), workbook, caller))
        if not self.is_alive or self.machine.failures:
            self.machine.failures = max(0, self.machine.failures - 1)
            raise error(-2147023174, "The RPC server is unavailable.\nTraceback")
        answer = cells(self.machine.answers(str(name), plain(values)))
        if not self.is_alive:
            raise error(-2147023170, "The remote procedure call failed.")
        return answer

    def die(self) -> None:
        """End, in the middle of a call if there is one."""
        self.is_alive = False


class Machine(VBAObject):
    """What Windows and xlwings' library do, with a record of it."""

    def __init__(self) -> None:
        self.libraries: set[str] = set()
        self.loads: list[str] = []
        self.starts: list[tuple[str, int]] = []
        self.calls: list[tuple[str, str, Any, object, object]] = []
        self.failures = 0
        self.code_page = "cp1252"
        self.start_problem = ""
        self.answers: Answers = lambda _name, _values: 1.0
        self.running: Python | None = None
        self.scripts: dict[str, Callable[[str], str]] = {}

    def always(self, answer: object) -> None:
        """Answer any question so."""
        self.answers = lambda _name, _values: answer

    def asked(self, *names: str) -> list[tuple[str, Any]]:
        """The questions of these names that came so far, with their arguments."""
        return [(name, values) for _module, name, values, _workbook, _caller in self.calls if name in names]

    @method
    def Script(self, file: object, handler: object, asked: object) -> object:  # noqa: N802 - as VBA spells it
        """As a Mac: run a handler of a script that was installed."""
        script = self.scripts.get(f"{file}:{handler}")
        if script is None:
            raise error(5, "Invalid procedure call or argument")
        return script(str(asked))

    @method
    def Load(self, path: object) -> object:  # noqa: N802 - as VBA spells it
        self.loads.append(str(path))
        return 1 if str(path) in self.libraries else 0

    @method
    def Activate(self, start_line: object, mode: object) -> object:  # noqa: N802 - as VBA spells it
        """As the library: mode -1 ends its Python; mode 1 starts one unless one is there that is alive."""
        self.starts.append((str(start_line), int(str(mode))))
        if int(str(mode)) == -1:
            self.running = None
            return 0
        if self.start_problem:
            return 1
        if self.running is None or not self.running.is_alive:
            self.running = Python(self)
        return 0

    @member
    def Python(self) -> object:  # noqa: N802 - as VBA spells it
        return self.running

    @member
    def Reason(self) -> object:  # noqa: N802 - as VBA spells it
        return self.start_problem

    @method
    def Converted(self, text: object, direction: object) -> object:  # noqa: N802 - as VBA spells it
        """Windows takes the likest letter for one that the code page lacks; the fullwidth quote becomes a quote."""
        if int(str(direction)) == 64:  # vbUnicode
            return text
        likest = str(text).replace("\uff02", '"')
        return likest.encode(self.code_page, "replace").decode(self.code_page)


class _StandInApplication(Application):
    """Excel's application with the members that the interpreter does not have."""

    def __init__(self) -> None:
        super().__init__()
        self.caller: object = NOTHING
        self.help: list[dict[str, Any]] = []
        self.refused_help: set[str] = set()
        self.appointments: list[tuple[float, str]] = []
        self.picked: str | None = None
        self.pickers: list[tuple[str, str]] = []

    @member
    def Caller(self) -> object:  # noqa: N802 - Excel's name
        return self.caller

    @method
    def OnTime(  # noqa: N802 - Excel's name
        self,
        EarliestTime: object,  # noqa: N803 - Excel's name
        Procedure: object,  # noqa: N803 - Excel's name
        LatestTime: object = MISSING,  # noqa: ARG002, N803 - Excel's name
        Schedule: object = MISSING,  # noqa: N803 - Excel's name
    ) -> object:
        """As Excel: an appointment is called off by its exact time and words only."""
        assert isinstance(EarliestTime, VBADate)
        appointment = EarliestTime.serial, str(Procedure)
        if Schedule is MISSING:
            self.appointments.append(appointment)
        elif appointment in self.appointments:
            self.appointments.remove(appointment)
        else:
            raise error(1004, "Method 'OnTime' of object '_Application' failed")
        return EMPTY

    @method
    def GetOpenFilename(  # noqa: N802 - Excel's name
        self,
        FileFilter: object = MISSING,  # noqa: N803 - Excel's name
        FilterIndex: object = MISSING,  # noqa: ARG002, N803 - Excel's name
        Title: object = MISSING,  # noqa: N803 - Excel's name
    ) -> object:
        self.pickers.append((str(FileFilter), str(Title)))
        return False if self.picked is None else self.picked

    @method
    def MacroOptions(  # noqa: N802 - Excel's name
        self,
        Macro: object = MISSING,  # noqa: N803 - Excel's name
        Description: object = MISSING,  # noqa: N803 - Excel's name
        Category: object = MISSING,  # noqa: N803 - Excel's name
        ArgumentDescriptions: object = MISSING,  # noqa: N803 - Excel's name
    ) -> object:
        name = str(Macro).rpartition("!")[2]
        if name in self.refused_help:
            raise error(1004, "Method 'MacroOptions' of object '_Application' failed")
        texts = [] if ArgumentDescriptions is MISSING else plain(ArgumentDescriptions)
        self._require_book().saved = False  # help is stored with the macros
        self.help.append({"macro": Macro, "help": Description, "category": Category, "arguments": texts})
        return EMPTY


class _Bridge(ExcelBridge):
    """The names that macros find, with the machine among them."""

    machine: Machine

    def global_object(self, name: str) -> object:
        return self.machine if name == "machine" else super().global_object(name)


class Excel(ExcelApplication):
    """An Excel with one macro workbook open."""

    application: _StandInApplication
    plan: Any

    def __init__(self) -> None:
        self.machine = Machine()
        self.application = _StandInApplication()
        bridge = _Bridge(self.application)
        bridge.machine = self.machine
        self.interpreter = Interpreter(bridge)
        self.application.interpreter = self.interpreter
        self.listeners: set[tuple[str, str]] = set()
        self.is_ready = True
        self.opened_again: list[str] = []
        self.now = NOON
        self.wait(0)

    @classmethod
    def with_plan(cls, path: Path) -> Excel:
        """Open a macro workbook; its declared functions lead to the machine."""
        excel: Excel = cls.open(path)
        excel.add_module(_FUNCTIONS_OF_THE_MACHINE, name="FunctionsOfTheMachine")
        excel.interpreter.initialise()
        excel.interpreter.modules["salesplanpython"].declares.clear()
        excel.application.caller = excel.cells("A1")
        excel.plan = excel.workbook
        return excel

    def add_module(self, source: str, *, name: str = "", kind: str = "standard") -> Any:
        """Add a module; what it declares WithEvents, which the interpreter does not read, listens to `tell_of_plan`."""
        self.listeners |= {(name.lower(), variable.lower()) for variable in _LISTENER.findall(source)}
        return super().add_module(_LISTENER.sub(r"Private \1 As", source), name=name, kind=kind)

    def save_nothing(self) -> None:
        """Pretend that the plan was saved just now."""
        self.workbook.saved = True

    def cells(self, address: str) -> Any:
        """A range of the sheet Budget."""
        return self.sheet("Budget").sheet.vba_get("Range", [address])

    def call(self, macro: str, *arguments: object) -> Any:
        """Run a macro; error cells come back as their numbers, arrays as lists."""
        return plain(self.interpreter.run(macro, list(arguments)))

    def wait(self, seconds: float) -> None:
        """Let time pass; while Excel is ready it keeps its appointments, for which it opens a closed workbook again."""
        end = self.now + datetime.timedelta(seconds=seconds)
        appointments = self.application.appointments
        while self.is_ready and appointments and VBADate(min(appointments)[0]).to_datetime() <= end:
            appointment = min(appointments)
            appointments.remove(appointment)
            self.now = max(self.now, VBADate(appointment[0]).to_datetime())
            self.freeze_clock(self.now)
            workbook, _, macro = appointment[1].rpartition("!")
            if workbook in {"'" + book.name.replace("'", "''") + "'" for book in self.workbooks()}:
                self.interpreter.run(macro)
            else:
                self.opened_again.append(appointment[1])
        self.now = end
        self.freeze_clock(self.now)

    @property
    def status(self) -> Any:
        """The text in the status bar; False while it is Excel's own."""
        return self.application.status_bar

    def close_plan(self) -> None:
        """Close the plan, as a person does."""
        self.tell_of_plan("BeforeClose")
        self.application.workbooks_.books.remove(self.plan)

    def rename_plan(self, path: Path) -> None:
        """Save the plan by another name, as a person does."""
        self.plan.vba_get("SaveAs", [str(path)])
        self.tell_of_plan("AfterSave")

    def tell_of_plan(self, event: str) -> None:
        """Raise an event of the plan's workbook where a variable that listens to it holds it."""
        for module in self.interpreter.modules.values():
            for holder in [slot.get() for slot in module.variables.values()]:
                if isinstance(holder, UserClassInstance):
                    for variable, slot in holder.variables.items():
                        if (holder.module.name.lower(), variable) in self.listeners and slot.get() is self.plan:
                            holder.vba_get(f"{variable}_{event}", [True])  # each has one argument

    def press(self, button: str) -> None:
        """Press a button of the ribbon."""
        self.interpreter.run("PlanRibbonAction", [_Control(button)])

    @property
    def messages(self) -> list[tuple[str, str]]:
        """Text and title of each message shown so far."""
        return [(text, title) for _kind, text, title, _style in self.dialogs]


class HugeRange(VBAObject):
    """A range of one area with more cells than memory holds."""

    @member
    def Areas(self) -> object:  # noqa: N802 - Excel's name
        return self

    @member
    def Count(self) -> object:  # noqa: N802 - VBA's name
        return 1

    @member
    def Value2(self) -> object:  # noqa: N802 - Excel's name
        raise error(7, "Out of memory")


class _Control(VBAObject):
    """The button that was pressed."""

    def __init__(self, button: str) -> None:
        self.button = button

    @member
    def ID(self) -> object:  # noqa: N802 - Office's name
        return self.button


def cells(value: object) -> object:
    """A Python value as xlwings gives it to Excel: rows become a two-dimensional array, a tuple a one-dimensional.

    A tuple of rows becomes an array of three dimensions, which no macro of ours expects.
    """
    if isinstance(value, list):
        columns = [list(column) for column in zip(*value, strict=True)]
        items = [EMPTY if item is None else item for column in columns for item in column]
        return VBAArray([(0, len(value) - 1), (0, len(columns) - 1)], items=items)
    if isinstance(value, tuple) and all(isinstance(row, list) for row in value):
        depth = (0, len(value) - 1), (0, len(value[0]) - 1), (0, 0)
        return VBAArray([*depth], items=[item for row in value for item in row])
    if isinstance(value, tuple):
        return VBAArray([(0, len(value) - 1)], items=list(value))
    return value


def plain(value: object) -> Any:
    """A VBA value as a plain one: what is missing as ``...``, an error cell as its number in braces."""
    if value is MISSING:
        return ...
    if value is EMPTY:
        return None
    if isinstance(value, VBAErrorValue):
        return {value.number}
    if not isinstance(value, VBAArray):
        return value
    if value.dimensions == 1:
        return [plain(item) for item in value.elements()]
    (top, bottom), (left, right) = value.bounds
    return [[plain(value.get([row, column])) for column in range(left, right + 1)] for row in range(top, bottom + 1)]
