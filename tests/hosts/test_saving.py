"""A saved file: swapped in whole, only if nobody else changed it, whatever the moment the power goes."""

import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.package import swap_in
from salesplan_xl.workbook.problems import RefusalError
from tests.hosts.plans import plan_bytes, saved

KILLS = 200


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(RefusalError, match="E-FILE-MISSING"):
        FileBook.open(tmp_path / "none.xlsx")


def test_a_folder_is_said_to_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(RefusalError, match=r"E-FILE-TYPE.*it is a folder"):
        FileBook.open(tmp_path)


def test_saving_without_changes_does_not_touch_the_file(tmp_path: Path) -> None:
    path = saved(plan_bytes(), tmp_path)
    before = path.stat()
    book = FileBook.open(path)
    book.read_table("visits")
    assert not book.changed
    book.save()
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_saving_keeps_the_mode_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = saved(plan_bytes(), tmp_path)
    path.chmod(0o640)
    book = FileBook.open(path)
    book.write_name("rate", 2.5)
    book.save()
    assert FileBook.open(path).read_name("RATE") == ("8 Budget", "A1", 2.5)
    assert [one.name for one in tmp_path.iterdir()] == ["plan.xlsx"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    book.write_name("rate", 3.0)  # a second save of the same book goes on from what was saved
    book.save()
    assert FileBook.open(path).read_name("rate")[2] == 3.0


def test_a_file_somebody_else_changed_is_not_overwritten(tmp_path: Path) -> None:
    path = saved(plan_bytes(), tmp_path)
    book = FileBook.open(path)
    book.write_name("rate", 2.0)
    theirs = plan_bytes(rows=6)
    path.write_bytes(theirs)
    with pytest.raises(RefusalError, match="E-FILE-CHANGED"):
        book.save()
    assert path.read_bytes() == theirs
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_held_open_is_tried_again_then_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[Path] = []

    def held(self: Path, target: Path) -> Path:
        tries.append(self)
        raise PermissionError(13, "held open", str(target))

    monkeypatch.setattr("salesplan_xl.hosts.file.package.files.SWAP_PAUSE_SECONDS", 0)
    monkeypatch.setattr(Path, "replace", held)
    path = saved(b"old", tmp_path)
    with pytest.raises(RefusalError, match="E-FILE-OPEN"):
        swap_in(path, plan_bytes())
    assert len(tries) == 5
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_place_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    book = FileBook.from_bytes(plan_bytes(), "plan.xlsx")
    with pytest.raises(RefusalError, match="E-FILE-WRITE"):
        book.save(tmp_path / "no such folder" / "plan.xlsx")


SAVER = """
import os
import sys
from pathlib import Path
from salesplan_xl.hosts.file.book import FileBook

path = Path(sys.argv[1])
for _ in sys.stdin:  # one line, one child that saves until it is killed
    child = os.fork()
    if child == 0:
        book = FileBook.open(path)
        print(os.getpid(), flush=True)
        while True:
            for rate in (1.0, 2.0):
                book.write_name("rate", rate)
                book.save()
    os.waitpid(child, 0)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process at any moment: Linux and macOS")
def test_a_kill_at_any_of_200_moments_leaves_a_whole_file(tmp_path: Path) -> None:
    chance = random.Random(3)  # noqa: S311 - nothing secret about the moment
    root = Path(__file__).parents[2]
    path = saved(plan_bytes(), tmp_path)
    files = set()
    with subprocess.Popen(
        [sys.executable, "-c", SAVER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root, text=True
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        for _ in range(KILLS):
            print(file=parent.stdin, flush=True)
            child = int(parent.stdout.readline())
            time.sleep(chance.random() * 0.02)
            os.kill(child, signal.SIGKILL)
            book = FileBook.open(path)
            assert book.read_name("rate")[2] in (1.0, 2.0)
            assert book.read_table("visits").row_count == 4
            files.add((path.stat().st_ino, path.stat().st_mtime_ns))
    assert len(files) > 1  # files were swapped while we killed
    assert len(list(tmp_path.iterdir())) > 1  # and some kill came between writing and swapping
