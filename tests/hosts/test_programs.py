"""Another program is started, asked, and waited for no longer than is allowed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from salesplan_xl.hosts.programs import Ended, run_program


def test_a_program_reads_its_question_and_what_it_writes_comes_back() -> None:
    program = "import sys; print(sys.stdin.read().upper()); print('aside', file=sys.stderr)"
    ended = run_program([sys.executable, "-c", program], "question", 60)
    assert (ended.code, ended.out.strip(), ended.error.strip(), ended.why) == (0, "QUESTION", "aside", "")


def test_a_program_that_is_not_there_says_why(tmp_path: Path) -> None:
    ended = run_program([str(tmp_path / "python")], "", 60)
    assert (ended.code, bool(ended.why)) == (None, True)


def test_a_program_that_does_not_end_is_not_waited_for() -> None:
    ended = run_program([sys.executable, "-c", "import time; time.sleep(60)"], "", 0.2)
    assert (ended.code, ended.why) == (None, "it did not end within 0.2 seconds")


@pytest.mark.parametrize(
    ("ended", "why"),
    [
        (Ended(0, error="a warning"), ""),
        (Ended(1, error="Traceback\n  ...\nValueError: no\n"), "ValueError: no"),
        (Ended(3), "it ended with code 3"),
        (Ended(None, reason="Access is denied"), "Access is denied"),
    ],
)
def test_what_went_wrong_is_half_a_sentence(ended: Ended, why: str) -> None:
    assert ended.why == why
