"""Install cell functions and buttons into LibreOffice, on a Mac also the buttons of Excel, or take them out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import udfs
from salesplan_xl import __version__
from salesplan_xl.actions import ACTIONS
from salesplan_xl.entry.buttons import help_text
from salesplan_xl.entry.report import Report
from salesplan_xl.hosts.excel.macos.script import remove_script, write_script
from salesplan_xl.hosts.libreoffice.extension import Button, Program, Settings
from salesplan_xl.hosts.libreoffice.inside.buttons import HELP, STOP, WHY
from salesplan_xl.hosts.libreoffice.installation import Office
from salesplan_xl.hosts.libreoffice.programs import (
    ARGUMENT,
    BUTTON_QUESTION,
    FUNCTION,
    FUNCTION_QUESTION,
    RESULT,
    ask_once,
    buttons_command,
    functions_command,
)
from salesplan_xl.workbook.buttons import FILE_TYPES, button_groups
from salesplan_xl.workbook.labels import Labels, catalogue
from salesplan_xl.workbook.options import ActionSpecification
from salesplan_xl.workbook.problems import RefusalError, problem
from salesplan_xl.workbook.sheets import SHEETS

_TRY_SECONDS = 120


def install(profile: Path | None, report: Report, progress: Callable[[str], None]) -> None:
    """
    Install the cell functions and the buttons, and see that both are answered.

    On a Mac the script that Excel's buttons start is written too; LibreOffice may then be missing.

    Parameters
    ----------
    profile : Path, optional
        Folder of the LibreOffice profile; the user's own if left out.
    report : Report
        Takes what was done.
    progress : callable
        Takes what is being done.

    Raises
    ------
    RefusalError
        ``E-OFFICE-MISSING``, ``-UNO``, ``-PYTHON`` or ``-RUNNING``: nothing was changed. ``-SILENT`` or ``-FAILED``:
        a part may be installed, which the command completes when it is run again. What is found wrong afterwards
        is in the report, as a failure.
    """
    progress("finding LibreOffice")
    _try_python(functions_command(sys.executable), FUNCTION_QUESTION)
    _try_python(buttons_command(sys.executable), BUTTON_QUESTION)
    office = _found_unless_excel(profile, report, is_for_excel=_write_script(profile, report))
    if office is None:
        return
    progress("installing into LibreOffice")
    done = office.install(udfs.FUNCTIONS, settings(), __version__)
    report.numbers |= {"libreoffice": done, "functions": len(udfs.FUNCTIONS)}
    progress("calculating in LibreOffice")
    try:
        _try_office(office)
    except RefusalError as refusal:
        report.status, report.problems = "failed", list(refusal.problems)
        return
    names = ", ".join(function.name for function in udfs.FUNCTIONS)
    report.lines += [
        f"LibreOffice calculates {names}. Workbooks that are opened from now on use them.",
        f"Its Calc has the toolbar and the menu {catalogue().ribbon['tab']}, with a button for each action.",
    ]


def settings() -> Settings:
    """
    Give what the extension is told.

    Returns
    -------
    Settings
        What to start, the buttons in the order and the groups of the ribbon, and the texts of the catalogue.
    """
    labels = catalogue()
    texts = {
        "title": labels.ribbon["tab"],
        "help": labels.macros["help"],
        "silent": labels.texts["office_silent"],
        "what_to_do": labels.texts["office_what_to_do"],
        "no_answer": labels.texts["office_no_answer"],
        "half_written": labels.texts["office_half_written"],
        "nothing_works": labels.texts["told_no_job"],
    }
    groups = [
        [_button(action, labels) for action in own]
        for _, own in button_groups([action.specification for action in ACTIONS.values()])
    ]
    groups[-1] += [Button(one, labels.ribbon[one]) for one in (STOP, WHY, HELP)]
    help_texts = {labels.sheets[sheet.id]["title"]: help_text(sheet.code_name) for sheet in SHEETS}
    functions = Program(functions_command(sys.executable))
    buttons = Program(buttons_command(sys.executable), seconds=120, rest_seconds=0)
    return Settings(functions, buttons, groups, texts, help_texts)


def _button(action: ActionSpecification, labels: Labels) -> Button:
    """The button of an action."""
    texts = labels.actions[action.id]
    if file := action.file_option:
        return Button(action.id, texts["label"], file, texts["options"][file], FILE_TYPES)
    return Button(action.id, texts["label"])


def remove(profile: Path | None, report: Report, progress: Callable[[str], None]) -> None:
    """
    Take the cell functions and the buttons out of LibreOffice, and on a Mac out of Excel.

    Parameters
    ----------
    profile : Path, optional
        Folder of the LibreOffice profile; the user's own if left out.
    report : Report
        Takes what was done.
    progress : callable
        Takes what is being done.

    Raises
    ------
    RefusalError
        ``E-OFFICE-MISSING``, ``-UNO`` or ``-RUNNING``: nothing was changed. ``-SILENT`` or ``-FAILED``: a part may be
        removed, and the command removes the rest when it is run again.
    """
    progress("removing from LibreOffice")
    office = _found_unless_excel(profile, report, is_for_excel=_remove_script(profile, report))
    if office is None:
        return
    done = office.remove()
    report.numbers["libreoffice"] = done
    report.lines.append(
        "Cell functions and buttons are no longer in LibreOffice."
        if done == "removed"
        else "There were no cell functions and buttons in LibreOffice; nothing was removed."
    )


def _write_script(profile: Path | None, report: Report) -> bool:
    """Write what the buttons of Excel for Mac start, unless only a certain profile of LibreOffice is meant."""
    if sys.platform != "darwin" or profile is not None:
        return False
    report.files.append(str(write_script(sys.executable, Path.home())))
    report.lines.append("The buttons of a plan that is open in Excel start this Python.")
    return True


def _remove_script(profile: Path | None, report: Report) -> bool:
    """Remove what the buttons of Excel for Mac start."""
    if sys.platform != "darwin" or profile is not None or not remove_script(Path.home()):
        return False
    report.lines.append("The buttons of Excel no longer start Python.")
    return True


def _found_unless_excel(profile: Path | None, report: Report, *, is_for_excel: bool) -> Office | None:
    """The LibreOffice of a profile; where Excel alone was meant too, its absence is only told."""
    try:
        return _found(profile)
    except RefusalError as refusal:
        if not is_for_excel:
            raise
        report.problems += [one.as_warning() for one in refusal.problems]
        return None


def _found(profile: Path | None) -> Office:
    """The LibreOffice of a profile; a folder of something else is not to become one."""
    if profile is not None:
        nothing = profile == Path()
        other = profile.exists() and not (profile / "user").is_dir() and not _is_empty(profile)
        if nothing or other:
            raise RefusalError([problem("E-OFFICE-PROFILE", folder=str(profile))])
    return Office.found(profile)


def _is_empty(folder: Path) -> bool:
    """Whether it is a folder with nothing in it."""
    return folder.is_dir() and not any(folder.iterdir())


def _try_python(command: Sequence[str], question: Mapping[str, object]) -> None:
    """See that this Python answers when it is started as LibreOffice will."""
    _, reason = ask_once(command, question, _TRY_SECONDS)
    if reason:
        raise RefusalError([problem("E-OFFICE-PYTHON", python=sys.executable, reason=reason)])


def _try_office(office: Office) -> None:
    """See that a cell of LibreOffice shows what the function gives."""
    formula = f"={FUNCTION}({ARGUMENT})"
    found = office.calculate(formula)
    if found.get("value") != RESULT:
        shown = found.get("error", found.get("value"))
        raise RefusalError([problem("E-OFFICE-CHECK", formula=formula, value=shown, expected_value=RESULT)])
