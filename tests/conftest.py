"""What all tests share: a warm LibreOffice, the Open XML validator, the demo plan, and a small plan to work on."""

from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import settings

import udfs
from tests import office as libreoffice
from tests import small_plan
from tests import validator as open_xml
from tests.command import SECONDS, fresh_salesplan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

settings.register_profile("any machine", deadline=None)  # how long an example takes says how busy the machine is
settings.load_profile("any machine")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep every test that needs LibreOffice on one worker, so that they share one warm process."""
    for item in items:
        if {"office", "calc", "profile"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.office)
        if item.get_closest_marker("office"):
            item.add_marker(pytest.mark.xdist_group("office"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Say what is missing before a test that needs LibreOffice starts."""
    if item.get_closest_marker("office") and libreoffice.office_is_missing():
        missing(libreoffice.HOW_TO_INSTALL)


def missing(what: str) -> NoReturn:
    """Skip by name on a machine of one's own; fail on CI, where nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session", autouse=True)
def _own_log(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what tests make fail out of the log of whoever runs them; the processes they start do so too."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="session")
def office() -> Iterator[libreoffice.Office]:
    """One LibreOffice for the whole session."""
    with libreoffice.Office() as running:
        yield running


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LibreOffice profile with the functions, only to be used; a test that changes one copies it first."""
    folder = tmp_path_factory.mktemp("libreoffice") / "profile"
    told = fresh_salesplan("install", "--profile", folder, "--json")
    assert told.code == 0, told.error
    assert told.document["numbers"] == {"libreoffice": "installed", "functions": len(udfs.FUNCTIONS)}
    return folder


@pytest.fixture(scope="session")
def calc(profile: Path) -> Iterator[libreoffice.Office]:
    """The LibreOffice of that profile, for the whole session."""
    with libreoffice.Office(profile=profile) as running:
        yield running


@pytest.fixture(scope="session")
def validator() -> open_xml.Validator:
    """Microsoft's Open XML validator."""
    found = open_xml.find_validator()
    if found is None:
        missing(open_xml.HOW_TO_INSTALL)
    return found


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """
    What `salesplan-xl demo` writes, and in `told.json` what it tells; made once for all workers, only to be read:
    a test that changes the plan copies it first.
    """
    folder = _made_once(tmp_path_factory)
    before = _digest(folder / "plan.xlsm")
    yield folder
    assert _digest(folder / "plan.xlsm") == before, "a test changed the demo that all tests share"


def _made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo: the first worker that asks makes it, the others wait for it."""
    mine = tmp_path_factory.getbasetemp()
    shared = mine.parent if os.environ.get("PYTEST_XDIST_WORKER") else mine
    folder, making, failed = shared / "demo", shared / "demo-in-the-making", shared / "demo-failed"
    try:
        (shared / "demo-lock").mkdir()  # stays, so that there is one first worker only
    except FileExistsError:
        _wait_for(folder, failed)
        return folder
    done = fresh_salesplan("demo", making, "--json")
    if done.code != 0:
        failed.mkdir()
        pytest.fail(f"salesplan-xl demo: {done.error}", pytrace=False)
    (making / "told.json").write_text(done.out, encoding="utf-8")
    making.rename(folder)
    return folder


def _wait_for(folder: Path, failed: Path) -> None:
    """Wait until another worker has made the folder."""
    deadline = time.monotonic() + SECONDS
    while not folder.exists():
        if failed.exists() or time.monotonic() > deadline:
            pytest.fail("another worker could not make the demo", pytrace=False)
        time.sleep(0.2)


def _digest(path: Path) -> str:
    """The checksum of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="session")
def demo_plan(demo_folder: Path) -> Path:
    """The demo's plan, only to be read."""
    return demo_folder / "plan.xlsm"


@pytest.fixture(scope="session")
def planned_files(tmp_path_factory: pytest.TempPathFactory) -> small_plan.SmallPlan:
    """The small plan with history, budget and actuals, only to be read; one for each worker, as it takes no time."""
    return small_plan.write_planned_plan(tmp_path_factory.mktemp("planned"))


@pytest.fixture
def typed(tmp_path: Path) -> small_plan.SmallPlan:
    """The small plan as a planner has typed it, before any action, for a test to change."""
    return small_plan.write_typed_plan(tmp_path)


@pytest.fixture
def planned(planned_files: small_plan.SmallPlan, tmp_path: Path) -> small_plan.SmallPlan:
    """The small plan with history, budget and actuals, for a test to change."""
    return planned_files.copied_to(tmp_path)
