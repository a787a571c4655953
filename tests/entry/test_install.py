"""What `salesplan-xl install` does for Excel on a Mac, where there may be no LibreOffice."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from salesplan_xl.entry import install as installing
from salesplan_xl.entry.report import Report
from salesplan_xl.hosts.excel.macos.script import script_path
from salesplan_xl.hosts.libreoffice import finding


@pytest.fixture
def mac(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder of somebody on a Mac without LibreOffice."""
    monkeypatch.setattr(finding, "usual_places", lambda _platform, _environment: [])
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "platform", "darwin")
    return tmp_path


def test_on_a_mac_the_script_of_excels_buttons_is_written_with_libreoffice_or_without(mac: Path) -> None:
    report = Report("install")
    installing.install(None, report, lambda _: None)
    assert report.files == [str(script_path(mac))]
    assert sys.executable in script_path(mac).read_text(encoding="ascii")
    assert [one.code for one in report.problems] == ["W-OFFICE-MISSING"]
    assert report.exit_code == 0
    installing.remove(None, Report("install"), lambda _: None)
    assert not script_path(mac).exists()


def test_elsewhere_no_script_is_written(mac: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(Exception, match="LibreOffice"):
        installing.install(None, Report("install"), lambda _: None)
    assert not script_path(mac).exists()
