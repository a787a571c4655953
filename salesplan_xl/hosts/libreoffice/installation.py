"""Put cell functions and buttons into a LibreOffice, see whether they work, and take them out again.

LibreOffice keeps both parts in the user's profile: the extension, and the functions' wrappers in Basic, which must
stand in its library `Standard` for workbooks without macros to find them. It does the work itself, in a process of its
own without a window. A script drives it (`worker.py`), since the bridge to LibreOffice is seldom there for this
package's Python.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from salesplan_xl.functions.basic import MODULE, functions_module
from salesplan_xl.functions.specification import FunctionSpecification
from salesplan_xl.hosts.libreoffice.extension import FILE_NAME, IDENTIFIER, Settings, extension
from salesplan_xl.hosts.libreoffice.finding import WORKER, find_office, find_python
from salesplan_xl.hosts.libreoffice.toolbar import TOOLBAR
from salesplan_xl.hosts.libreoffice.worker import end, office_environment
from salesplan_xl.workbook.problems import RefusalError, problem

SECONDS = 120
"""How long LibreOffice may take for each thing asked of it; a new profile takes a few."""

# Basic reads what VBA writes, and gives the arguments that are ranges as ranges, after this line.
_AS_VBA = "Option VBASupport 1\n"


@dataclass(frozen=True)
class Office:
    """
    A LibreOffice to install into.

    Parameters
    ----------
    soffice : str
        The program.
    python : tuple of str
        What starts a Python that can import `uno`.
    profile : Path, optional
        Folder of the profile; the user's own if left out.
    """

    soffice: str
    python: tuple[str, ...]
    profile: Path | None = None

    @classmethod
    def found(cls, profile: Path | None = None) -> Office:
        """
        Find what is installed here.

        Parameters
        ----------
        profile : Path, optional
            Folder of the profile; the user's own if left out.

        Returns
        -------
        Office
            The LibreOffice.

        Raises
        ------
        RefusalError
            ``E-OFFICE-MISSING`` or ``E-OFFICE-UNO``.
        """
        soffice = find_office()
        return cls(str(soffice), tuple(find_python(soffice)), profile)

    def install(self, functions: Sequence[FunctionSpecification], settings: Settings, version: str) -> str:
        """
        Put functions and buttons in, or in place of those that are there.

        Parameters
        ----------
        functions : sequence of FunctionSpecification
            The functions.
        settings : Settings
            What the extension is told.
        version : str
            Version of the extension.

        Returns
        -------
        str
            ``"installed"`` or ``"replaced"``.

        Raises
        ------
        RefusalError
            ``E-OFFICE-RUNNING``, ``E-OFFICE-SILENT`` or ``E-OFFICE-FAILED``.
        """
        with tempfile.TemporaryDirectory(prefix="salesplan-xl-", ignore_cleanup_errors=True) as folder:
            file = Path(folder, FILE_NAME)
            file.write_bytes(extension(settings, version))
            return str(
                self._ask(
                    "install",
                    extension=file.absolute().as_uri(),
                    identifier=IDENTIFIER,
                    module=MODULE,
                    text=_AS_VBA + functions_module(map(_with_all_optional, functions)),
                )
            )

    def remove(self) -> str:
        """
        Take functions and buttons out.

        Returns
        -------
        str
            ``"removed"``, or ``"absent"`` where there was nothing.

        Raises
        ------
        RefusalError
            As `install`.
        """
        done = str(self._ask("remove", identifier=IDENTIFIER, module=MODULE))
        if done == "removed":
            self._ask("forget", toolbar=TOOLBAR)  # at this next start it also deletes the extension's files
        return done

    def calculate(self, formula: str) -> dict[str, Any]:
        """
        Calculate a formula in a new document, which is thrown away.

        Parameters
        ----------
        formula : str
            The formula, with semicolons between arguments.

        Returns
        -------
        dict
            ``{"value": number}`` or ``{"error": what the cell shows}``.

        Raises
        ------
        RefusalError
            As `install`.
        """
        told: dict[str, Any] = self._ask("calculate", formula=formula)
        return told

    def _ask(self, method: str, **arguments: object) -> Any:
        """Have the worker do one thing; it and its LibreOffice have ended afterwards, whatever happens."""
        profile = self.profile.absolute().as_uri() if self.profile else ""
        order = {"soffice": self.soffice, "profile": profile, "method": method, "arguments": arguments}
        process = subprocess.Popen(  # noqa: S603 - a Python that was found, and our own script
            [*self.python, str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
            env=office_environment(),
        )
        try:
            out, error = process.communicate(json.dumps(order), timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise RefusalError([problem("E-OFFICE-SILENT", seconds=SECONDS)]) from None
        finally:
            _end(process)
        return _result(out, error)


def _with_all_optional(function: FunctionSpecification) -> FunctionSpecification:
    """A function that Basic calls without arguments too, so that Python refuses what is missing, with its reason."""
    return replace(function, arguments=tuple(replace(argument, optional=True) for argument in function.arguments))


def _result(out: str, error: str) -> Any:
    """What the worker found out, or the refusal it tells."""
    if not out:
        raise RefusalError([problem("E-OFFICE-FAILED", reason=error.strip().rpartition("\n")[2])])
    answer = json.loads(out)
    if answer.get("refused") == "running":
        raise RefusalError([problem("E-OFFICE-RUNNING")])
    if "refused" in answer:
        raise RefusalError([problem("E-OFFICE-FAILED", reason=answer["reason"])])
    return answer["result"]


def _end(process: subprocess.Popen[str]) -> None:
    """End a process and all it started."""
    if sys.platform == "win32":
        end(process)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # all have ended by themselves
            os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
