"""
The half of the installation that speaks UNO.

A script: it is run by a Python that can import `uno`, which is LibreOffice's or the distribution's and seldom the one
this package is installed in. It starts a LibreOffice of its own, does what the JSON document on standard input says,
and writes one JSON document. Whether it fails or not, its LibreOffice has ended when it does. How long all of it takes
is for whoever started it to watch, who ends its whole process group when it takes too long. Without anything on
standard input to do, it only tells by its exit code whether `uno` can be imported.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DISTRIBUTION_PACKAGES = "/usr/lib/python3/dist-packages"
TOKEN = "SALESPLANXLTOKEN"  # noqa: S105 - the name of a variable, nothing secret
"""Name of a variable that only the LibreOffice started here knows."""

LIBRARIES = "com.sun.star.script.ApplicationScriptLibraryContainer"
TOOLBARS = "/org.openoffice.Office.UI.CalcWindowState/UIElements/States"
EXTENSIONS = "/singletons/com.sun.star.deployment.ExtensionManager"

CLOSING_SECONDS = 20
"""How long LibreOffice may take to end when it was asked to; then it is ended."""


class RefusedError(Exception):
    """LibreOffice cannot be used now; the first argument says why: ``"running"`` or ``"stopped"``."""


def import_uno() -> Any:
    """
    Import the bridge, also from a virtual environment of the same Python version as the distribution's.

    Returns
    -------
    module
        `uno`.
    """
    try:
        return importlib.import_module("uno")
    except ImportError:
        sys.path.append(DISTRIBUTION_PACKAGES)
        return importlib.import_module("uno")


def end(process: subprocess.Popen[Any]) -> None:
    """
    End a program that may hang, and on Windows all it started; elsewhere that is for whoever ends the process group.

    Parameters
    ----------
    process : Popen
        The program; nothing happens if it has ended.
    """
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        program = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "taskkill.exe")
        words = [str(program), "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(words, capture_output=True, check=False)  # noqa: S603 - a program of Windows, by its full path
    else:
        process.kill()


def office_environment() -> dict[str, str]:
    """
    Give the variables to start LibreOffice with.

    LibreOffice's own Python takes the first ``python3`` of the path for its home: in an activated environment that is
    another Python, whose libraries it cannot load.

    Returns
    -------
    dict of str to str
        Those of this process, without an activated environment and what else leads Python astray.
    """
    astray = {"PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    variables = {name: value for name, value in os.environ.items() if name not in astray}
    folders = variables.get("PATH", "").split(os.pathsep)
    kept = [folder for folder in folders if folder and not Path(folder, os.pardir, "pyvenv.cfg").exists()]
    return {**variables, "PATH": os.pathsep.join(kept)}


class RunningOffice:
    """
    A LibreOffice of our own, without a window.

    Parameters
    ----------
    soffice : str
        The program.
    profile : str
        URL of the folder of its settings; empty for the user's own.
    """

    def __init__(self, soffice: str, profile: str) -> None:
        self._uno = import_uno()
        self._pipe, self._token = (f"salesplan{uuid.uuid4().hex}" for _ in range(2))
        self._process = subprocess.Popen(  # noqa: S603 - the LibreOffice that was found
            [
                soffice,
                "--headless",
                *([f"-env:UserInstallation={profile}"] if profile else []),
                f"-env:{TOKEN}={self._token}",
                "--norestore",
                "--nologo",
                "--nodefault",
                "--nofirststartwizard",
                f"--accept=pipe,name={self._pipe};urp;",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=office_environment(),
        )
        try:
            self._context = self._connect()
            self._desktop = self._service("com.sun.star.frame.Desktop")
        except Exception:
            end(self._process)
            raise

    def close(self) -> None:
        """End it, also when it does not want to."""
        with contextlib.suppress(Exception):  # UNO's own, of one that is gone before it has answered
            self._desktop.terminate()
        try:
            self._process.wait(CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            end(self._process)

    def install(self, extension: str, identifier: str, module: str, text: str) -> str:
        """
        Put in the extension and the module.

        Parameters
        ----------
        extension : str
            URL of the extension's file.
        identifier : str
            The extension's identifier.
        module, text : str
            Name and text of the module.

        Returns
        -------
        str
            ``"installed"``, or ``"replaced"`` where either was there.
        """
        before = self.remove(identifier, module)
        manager = self._context.getByName(EXTENSIONS)
        manager.addExtension(extension, (), "user", manager.createAbortChannel(), self._environment())
        libraries = self._service(LIBRARIES)
        self._standard(libraries).insertByName(module, text)
        libraries.storeLibraries()
        return "installed" if before == "absent" else "replaced"

    def remove(self, identifier: str, module: str) -> str:
        """
        Take out the extension and the module.

        Parameters
        ----------
        identifier : str
            The extension's identifier.
        module : str
            Name of the module.

        Returns
        -------
        str
            ``"removed"``, or ``"absent"`` where neither was there.
        """
        manager = self._context.getByName(EXTENSIONS)
        environment = self._environment()
        found = [
            package
            for package in manager.getDeployedExtensions("user", manager.createAbortChannel(), environment)
            if package.getIdentifier().Value == identifier
        ]
        for package in found:
            name, channel = package.getName(), manager.createAbortChannel()
            manager.removeExtension(identifier, name, "user", channel, environment)
        libraries = self._service(LIBRARIES)
        standard = self._standard(libraries)
        stood_there = standard.hasByName(module)
        if stood_there:
            standard.removeByName(module)
            libraries.storeLibraries()
        return "removed" if found or stood_there else "absent"

    def forget(self, toolbar: str) -> None:
        """
        Forget where a toolbar stood that is no longer there.

        Parameters
        ----------
        toolbar : str
            By which LibreOffice knows the toolbar.
        """
        place = self._uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        place.Name, place.Value = "nodepath", TOOLBARS
        provider = self._service("com.sun.star.configuration.ConfigurationProvider")
        stood = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationUpdateAccess", (place,))
        if stood.hasByName(toolbar):
            stood.removeByName(toolbar)
            stood.commitChanges()

    def calculate(self, formula: str) -> dict[str, Any]:
        """
        Calculate a formula in a new document.

        Parameters
        ----------
        formula : str
            The formula, with semicolons between arguments.

        Returns
        -------
        dict
            ``{"value": number}`` or ``{"error": what the cell shows}``.
        """
        hidden = self._uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        hidden.Name, hidden.Value = "Hidden", True
        document = self._desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (hidden,))
        try:
            cell = document.Sheets.getByIndex(0).getCellByPosition(0, 0)
            cell.setFormula(formula)
            return {"error": cell.getString()} if cell.getError() else {"value": cell.getValue()}
        finally:
            document.close(True)  # noqa: FBT003 - a UNO method takes its arguments by position

    def _connect(self) -> Any:
        """Wait until our own LibreOffice answers: one that ran before would take our start as its own, and answer."""
        local = self._uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        not_yet = self._uno.getClass("com.sun.star.connection.NoConnectException")
        while True:
            try:
                context = resolver.resolve(f"uno:pipe,name={self._pipe};urp;StarOffice.ComponentContext")
                break
            except not_yet:
                code = self._process.poll()
                if code is not None:
                    raise RefusedError("stopped" if code else "running", code) from None
                time.sleep(0.05)
        expander = context.getValueByName("/singletons/com.sun.star.util.theMacroExpander")
        if expander.expandMacros(f"${TOKEN}") != self._token:
            raise RefusedError("running", 0)
        return context

    def _service(self, name: str) -> Any:
        """A service of LibreOffice."""
        return self._context.ServiceManager.createInstanceWithContext(name, self._context)

    @staticmethod
    def _standard(libraries: Any) -> Any:
        """The library that Calc looks for cell functions in."""
        libraries.loadLibrary("Standard")
        return libraries.getByName("Standard")

    def _environment(self) -> Any:
        """What answers LibreOffice's questions about an extension: yes to each."""
        unohelper = importlib.import_module("unohelper")
        approve = self._uno.getTypeByName("com.sun.star.task.XInteractionApprove")

        class Yes(unohelper.Base, self._uno.getClass("com.sun.star.task.XInteractionHandler")):  # type: ignore[misc, name-defined]  # classes of a library without types
            def handle(self, request: Any) -> None:
                for continuation in request.getContinuations():
                    if continuation.queryInterface(approve):
                        continuation.select()
                        return

        class Environment(unohelper.Base, self._uno.getClass("com.sun.star.ucb.XCommandEnvironment")):  # type: ignore[misc, name-defined]  # classes of a library without types
            def getInteractionHandler(self) -> Any:  # noqa: N802 - the name UNO calls
                return Yes()

            def getProgressHandler(self) -> None:  # noqa: N802 - the name UNO calls
                return None

        return Environment()


def work(order: Mapping[str, Any]) -> dict[str, Any]:
    """
    Do what is asked.

    Parameters
    ----------
    order : mapping
        ``soffice``, ``profile``, ``method`` of `RunningOffice` and its ``arguments`` by name.

    Returns
    -------
    dict
        ``{"result": ...}``, or ``{"refused": why, "reason": ...}``.
    """
    try:
        office = RunningOffice(order["soffice"], order["profile"])
        try:
            result = getattr(office, order["method"])(**order["arguments"])
        finally:
            office.close()
    except RefusedError as refused:
        return {"refused": refused.args[0], "reason": f"exit code {refused.args[1]}"}
    except Exception as error:  # noqa: BLE001 - whatever UNO raises is told as text
        return {"refused": "failed", "reason": f"{type(error).__name__}: {error}"}
    return {"result": result}


def main() -> None:
    """Do what standard input asks."""
    sys.path[:] = [folder for folder in sys.path if Path(folder or os.curdir).resolve() != Path(__file__).parent]
    import_uno()
    order = sys.stdin.read()
    if order:
        sys.stdout.write(json.dumps(work(json.loads(order))) + "\n")


if __name__ == "__main__":
    main()
