"""The checks of LibreOffice: what is installed, and what stands in the user's profile."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from salesplan_xl.hosts.doctor import libreoffice
from salesplan_xl.hosts.doctor.computer import Computer
from salesplan_xl.hosts.doctor.libreoffice import CHECKS
from tests.hosts.doctor.situations import look, named, windows

if TYPE_CHECKING:
    from pathlib import Path

    from salesplan_xl.hosts.doctor.check import Result

OWN = "/opt/plan/bin/python"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A LibreOffice by its files."""
    program = tmp_path / "libreoffice" / "program"
    program.mkdir(parents=True)
    (program / "bootstraprc").write_text("[Bootstrap]\nProductKey=LibreOffice 24.2\n", encoding="utf-8")
    (program / "soffice").touch()
    monkeypatch.setattr(libreoffice, "find_office", lambda: program / "soffice")
    return program / "soffice"


def linux(tmp_path: Path, **facts: object) -> Computer:
    """A computer whose settings stand below a folder."""
    given = {"system": "linux", "environment": {"XDG_CONFIG_HOME": str(tmp_path)}, "python": OWN, **facts}
    return replace(windows(), **given)  # type: ignore[arg-type]


def installed(tmp_path: Path, version: str, python: str) -> None:
    """Put an extension where LibreOffice keeps it."""
    folder = tmp_path / "libreoffice/4/user/uno_packages/cache/uno_packages/lu1.tmp_/salesplan-xl.oxt"
    settings = folder / "pythonpath" / "salesplan_xl_inside" / "settings.json"
    settings.parent.mkdir(parents=True)
    (folder / "description.xml").write_text(
        f'<description><version value="{version}"/></description>', encoding="utf-8"
    )
    settings.write_text(json.dumps({"functions": {"command": [python, "-I"]}}), encoding="utf-8")


def extension(computer: Computer) -> Result:
    """What is said of the extension."""
    return look(named(CHECKS, "office_extension"), computer)


def test_libreoffice_is_told_with_its_version(office: Path, tmp_path: Path) -> None:
    result = look(named(CHECKS, "office"), linux(tmp_path))
    assert (result.state, result.found) == ("ok", f"{office}, version 24.2")


def test_without_libreoffice_nothing_of_it_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salesplan_xl.hosts.libreoffice.finding.usual_places", lambda *_: [])
    monkeypatch.setenv("PATH", str(tmp_path))
    found = {check.id: look(check, linux(tmp_path)).state for check in CHECKS if check.id != "office_runs"}
    assert found == dict.fromkeys(("office", "office_python", "office_extension"), "not here")


def test_a_libreoffice_without_a_python_for_it_is_a_failure(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salesplan_xl.hosts.libreoffice.finding._pythons", lambda _: [])
    result = look(named(CHECKS, "office_python"), linux(office.parent))
    assert (result.state, "python3-uno" in result.action) == ("fail", True)


@pytest.mark.usefixtures("office")
def test_an_extension_of_this_version_that_starts_this_python_is_in_order(tmp_path: Path) -> None:
    installed(tmp_path, "1.0.0", OWN)
    assert extension(linux(tmp_path, is_file=lambda _: True)).state == "ok"


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("version", "python", "there", "state", "word"),
    [
        pytest.param("0.9.0", OWN, (OWN,), "warn", "0.9.0", id="another-version"),
        pytest.param("1.0.0", OWN, (), "fail", "not there any more", id="python-gone"),
        pytest.param(
            "1.0.0", "/other/bin/python", ("/other/bin/python",), "warn", "/other/bin/python", id="another-python"
        ),
    ],
)
def test_an_extension_that_does_not_fit_is_told(
    tmp_path: Path, version: str, python: str, there: tuple[str, ...], state: str, word: str
) -> None:
    installed(tmp_path, version, python)
    result = extension(linux(tmp_path, is_file=there.__contains__))
    assert (result.state, word in result.found, "salesplan-xl install" in result.action) == (state, True, True)


@pytest.mark.usefixtures("office")
def test_a_profile_without_the_extension_is_told(tmp_path: Path) -> None:
    result = extension(linux(tmp_path))
    assert (result.state, str(tmp_path) in result.found) == ("warn", True)


@pytest.mark.parametrize(
    ("running", "state", "word"), [({"soffice.bin"}, "ok", "yes"), ({"bash"}, "ok", "no"), (None, "warn", "cannot")]
)
def test_a_libreoffice_that_runs_is_told(tmp_path: Path, running: set[str] | None, state: str, word: str) -> None:
    programs = None if running is None else frozenset(running)
    result = look(named(CHECKS, "office_runs"), linux(tmp_path, programs=lambda: programs))
    assert (result.state, result.found.startswith(word) or word in result.found) == (state, True)
