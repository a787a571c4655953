"""Installing and removing, through the command line."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from salesplan_xl.entry import install as installing
from salesplan_xl.functions.basic import MODULE
from salesplan_xl.hosts.libreoffice import finding, installation, worker
from salesplan_xl.hosts.libreoffice.installation import Office
from salesplan_xl.hosts.libreoffice.toolbar import TOOLBAR
from salesplan_xl.workbook.problems import RefusalError
from tests.command import salesplan

if TYPE_CHECKING:
    from collections.abc import Iterator

# how LibreOffice keeps a module of Basic: an entry in the library's list, and a file
OWN_MODULE = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Own" script:language="StarBasic">
Sub Mine
End Sub
</script:module>
"""


def traces(profile: Path) -> list[str]:
    """Files that say anything of us; what LibreOffice keeps as backups of its own (user/pack) does not count."""
    return sorted(
        str(path.relative_to(profile))
        for path in profile.rglob("*")
        if "pack" not in path.relative_to(profile).parts
        and path.is_file()
        and (
            b"salesplan" in str(path.relative_to(profile)).lower().encode() or b"salesplan" in path.read_bytes().lower()
        )
    )


# what LibreOffice notes by itself once the toolbar was seen
SEEN_TOOLBAR = f"""\
<item oor:path="/org.openoffice.Office.UI.CalcWindowState/UIElements/States/\
org.openoffice.Office.UI.WindowState:WindowStateType['{TOOLBAR}']">\
<prop oor:name="DockPos" oor:op="fuse"><value>0,1</value></prop></item>
"""


@pytest.fixture
def copied(profile: Path, tmp_path: Path) -> Path:
    """A profile with functions and buttons, and with a module and a toolbar's place of the user's, to be changed."""
    folder = Path(shutil.copytree(profile, tmp_path / "profile"))
    library = folder / "user" / "basic" / "Standard"
    listing = (library / "script.xlb").read_text()
    (library / "script.xlb").write_text(
        listing.replace("</library:library>", ' <library:element library:name="Own"/>\n</library:library>')
    )
    (library / "Own.xba").write_text(OWN_MODULE)
    noted = folder / "user" / "registrymodifications.xcu"
    noted.write_text(noted.read_text().replace("</oor:items>", f"{SEEN_TOOLBAR}</oor:items>"))
    return folder


@pytest.mark.office
def test_installing_again_replaces_and_removing_leaves_only_what_is_the_users_own(copied: Path) -> None:
    before = traces(copied)
    again = salesplan("install", "--profile", copied, "--json")
    assert (again.code, again.document["numbers"]["libreoffice"]) == (0, "replaced")
    assert len([path for path in before if path.endswith("settings.json")]) == 1
    assert (copied / "user" / "basic" / "Standard" / f"{MODULE}.xba").exists()
    assert TOOLBAR in (copied / "user" / "registrymodifications.xcu").read_text()
    removed = salesplan("install", "--remove", "--profile", copied)
    assert (removed.code, removed.out) == (0, "Cell functions and buttons are no longer in LibreOffice.\n")
    assert traces(copied) == []
    assert "Sub Mine" in (copied / "user" / "basic" / "Standard" / "Own.xba").read_text()
    nothing = salesplan("install", "--remove", "--profile", copied, "--json")
    assert (nothing.code, nothing.document["numbers"]) == (0, {"libreoffice": "absent"})


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A LibreOffice that runs, and its profile."""
    folder = tmp_path / "used"
    process = subprocess.Popen(
        ["soffice", "--headless", f"-env:UserInstallation={folder.as_uri()}", "--norestore", "--nodefault"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while not (folder / ".lock").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    yield process, folder
    installation._end(process)  # type: ignore[arg-type]  # it reads none of its output


@pytest.mark.office
def test_a_libreoffice_that_runs_is_left_alone(running: tuple[subprocess.Popen[bytes], Path]) -> None:
    process, folder = running
    told = salesplan("install", "--profile", folder, "--json")
    assert (told.code, told.codes) == (1, ["E-OFFICE-RUNNING"])
    assert process.poll() is None
    assert [path for path in traces(folder) if "uno_packages" in path or "basic" in path] == []


@pytest.mark.office
def test_a_libreoffice_that_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "SECONDS", 0.1)
    told = salesplan("install", "--remove", "--profile", tmp_path / "profile", "--json")
    assert (told.code, told.codes) == (1, ["E-OFFICE-SILENT"])


def test_without_libreoffice_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(finding, "usual_places", lambda _platform, _environment: [])
    told = salesplan("install", "--json")
    assert (told.code, told.codes) == (1, ["E-OFFICE-MISSING"])
    assert "python3-uno" in told.document["problems"][0]["action"]


def test_without_a_python_that_has_uno_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_has_uno", lambda _command: False)
    monkeypatch.setattr(installation, "find_office", lambda: tmp_path / "soffice")
    told = salesplan("install", "--remove", "--json")
    assert (told.code, told.codes) == (1, ["E-OFFICE-UNO"])


def test_a_libreoffice_that_does_not_start_is_a_refusal_with_its_reason(tmp_path: Path) -> None:
    broken = Office(str(tmp_path / "soffice"), (sys.executable, "-c", "raise SystemExit('no uno here')"))
    with pytest.raises(RefusalError, match="no uno here"):
        broken.remove()


@pytest.mark.parametrize("program", ["functions_command", "buttons_command"])
def test_a_python_that_cannot_load_the_program_is_refused_before_anything_is_installed(
    monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(installing, program, lambda python: (python, "-I", "-m", "no_such_program"))
    told = salesplan("install", "--json")
    assert (told.code, told.codes) == (1, ["E-OFFICE-PYTHON"])
    assert "no_such_program" in told.document["problems"][0]["found"]


def test_a_python_that_does_not_answer_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    asleep = "import time; time.sleep(60)"
    monkeypatch.setattr(installing, "functions_command", lambda python: (python, "-I", "-c", asleep))
    monkeypatch.setattr(installing, "_TRY_SECONDS", 0.2)
    told = salesplan("install", "--json")
    assert (told.code, told.codes) == (1, ["E-OFFICE-PYTHON"])
    assert "it did not end within 0.2 seconds" in told.document["problems"][0]["found"]


@pytest.mark.parametrize("found", [{"error": "#NUM!"}, {"value": 1.0}])
def test_a_cell_that_shows_something_else_is_told_as_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: dict[str, Any]
) -> None:
    monkeypatch.setattr(Office, "found", lambda _profile: Office("soffice", ("python",), tmp_path))
    monkeypatch.setattr(Office, "install", lambda _self, _functions, _settings, _version: "installed")
    monkeypatch.setattr(Office, "calculate", lambda _self, _formula: found)
    told = salesplan("install", "--json")
    assert (told.code, told.codes) == (3, ["E-OFFICE-CHECK"])
    assert told.document["problems"][0]["expected"] == "1.01"


@pytest.mark.parametrize(
    ("platform", "environment", "place"),
    [
        pytest.param("win32", {"PROGRAMFILES": "P"}, "P/LibreOffice/program/soffice.exe", id="windows"),
        pytest.param("darwin", {}, "/Applications/LibreOffice.app/Contents/MacOS/soffice", id="macos"),
        pytest.param("linux", {}, "/usr/lib/libreoffice/program/soffice", id="linux"),
    ],
)
def test_libreoffice_is_looked_for_where_it_usually_is(platform: str, environment: dict[str, str], place: str) -> None:
    assert finding.usual_places(platform, environment)[0].as_posix() == place


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A LibreOffice where it usually is, and another one on the path."""
    for folder in ("usual", "on the path"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "soffice").touch(mode=0o755)
    return tmp_path


def test_where_libreoffice_usually_is_comes_before_the_path(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = there / "usual" / "soffice"
    monkeypatch.setenv("PATH", str(there / "on the path"))
    monkeypatch.setattr(finding, "usual_places", lambda _platform, _environment: [usual])
    assert finding.find_office() == usual
    usual.unlink()
    assert finding.find_office() == there / "on the path" / "soffice"


def test_on_windows_the_path_is_not_asked_where_the_current_folder_comes_first(
    there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(there / "on the path"))
    monkeypatch.setattr(finding, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(finding, "usual_places", lambda _platform, _environment: [])
    with pytest.raises(RefusalError, match="no LibreOffice"):
        finding.find_office()


def test_of_several_versions_the_newest_is_the_one_with_the_higher_numbers() -> None:
    names = ["libreoffice7.6", "libreoffice24.2", "libreoffice", "libreoffice24.10"]
    newest_first = finding.newest_first(Path("/opt", name) for name in names)
    assert [folder.name for folder in newest_first] == [
        "libreoffice24.10",
        "libreoffice24.2",
        "libreoffice7.6",
        "libreoffice",
    ]


def test_on_windows_what_hangs_is_ended_by_the_program_of_windows_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    run: list[list[str]] = []
    monkeypatch.setenv("SYSTEMROOT", "/windows")
    monkeypatch.setattr(worker, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(worker, "subprocess", SimpleNamespace(run=lambda words, **_: run.append(words)))
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        worker.end(process)
        process.kill()
    assert run == [["/windows/System32/taskkill.exe", "/F", "/T", "/PID", str(process.pid)]]


class Desktop:
    """The desktop of a LibreOffice that does not end when it is asked to."""

    def __init__(self, answer: bool | Exception) -> None:  # noqa: FBT001 - what it gives
        self.answer = answer

    def terminate(self) -> bool:
        """Say no, or fail."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize("answer", [pytest.param(False, id="no"), pytest.param(RuntimeError("gone"), id="failure")])
def test_a_libreoffice_that_does_not_end_when_asked_is_ended(
    answer: bool | Exception,  # noqa: FBT001 - a parameter of the test
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "CLOSING_SECONDS", 0.2)
    office = worker.RunningOffice.__new__(worker.RunningOffice)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        office._process, office._desktop = process, Desktop(answer)
        office.close()
        assert process.wait(5) == -signal.SIGKILL


@pytest.mark.office
def test_after_a_failure_no_libreoffice_is_left(tmp_path: Path) -> None:
    soffice = finding.find_office()
    order = {
        "soffice": str(soffice),
        "profile": (tmp_path / "profile").as_uri(),
        "method": "calculate",
        "arguments": {"formula": None},
    }
    with subprocess.Popen(
        [*finding.find_python(soffice), str(finding.WORKER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            out, _ = process.communicate(json.dumps(order), timeout=120)
            with pytest.raises(ProcessLookupError):
                os.killpg(process.pid, 0)  # only asks whether anything is left of what it started
        finally:
            installation._end(process)
    assert json.loads(out)["refused"] == "failed"


@pytest.mark.parametrize("made", ["", "a file", "a folder of something else"])
def test_what_is_no_profile_is_left_alone(tmp_path: Path, made: str) -> None:
    profile = tmp_path / made if made else Path()
    if made == "a file":
        profile.touch()
    if made == "a folder of something else":
        (profile / "mine").mkdir(parents=True)
    told = salesplan("install", "--profile", profile, "--json")
    assert (told.code, told.codes) == (1, ["E-OFFICE-PROFILE"])
    left = {"": [], "a file": [made], "a folder of something else": [made, "mine"]}
    assert sorted(path.name for path in tmp_path.rglob("*")) == left[made]


def test_libreoffice_starts_without_an_activated_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "venv" / "bin"), str(tmp_path)]))
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "venv"))
    monkeypatch.setenv("PYTHONHOME", "nowhere")
    variables = worker.office_environment()
    assert variables["PATH"] == str(tmp_path)
    assert not {"VIRTUAL_ENV", "PYTHONHOME"} & set(variables)
