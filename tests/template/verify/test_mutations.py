"""Every fault is found by the rule that is meant for it, and by no other that has no part in it."""

from pathlib import Path

import pytest

from salesplan_xl.template.verify import RULES, verify
from tests.template.verify.good_workbook import good_parts, written
from tests.template.verify.mutations import FOR_OTHER_ENGINES, MUTATIONS, Mutation, write

FILE_IS_MISSING = "file.readable"


def broken_rules(path: Path) -> set[str]:
    """Ids of the rules a file breaks."""
    return {finding.rule.id for finding in verify(path)}


def test_in_a_good_workbook_every_rule_holds(tmp_path: Path) -> None:
    assert [str(finding) for finding in verify(written(good_parts(), tmp_path / "good.xlsm"))] == []


@pytest.mark.parametrize("mutation", [pytest.param(one, id=one.says) for one in MUTATIONS])
def test_a_fault_is_found_by_its_rule_and_by_no_other(mutation: Mutation, tmp_path: Path) -> None:
    assert broken_rules(write(mutation, tmp_path / "broken.xlsm")) == mutation.rules


@pytest.mark.parametrize("mutation", [pytest.param(one, id=one.says) for one in FOR_OTHER_ENGINES])
def test_what_only_other_engines_find_is_not_claimed(mutation: Mutation, tmp_path: Path) -> None:
    assert broken_rules(write(mutation, tmp_path / "broken.xlsm")) == set()


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    broken = {rule for mutation in MUTATIONS for rule in mutation.rules} | {FILE_IS_MISSING}
    assert {rule.id for rule in RULES} == broken


def test_a_missing_file_is_a_finding(tmp_path: Path) -> None:
    assert broken_rules(tmp_path / "gone.xlsm") == {FILE_IS_MISSING}


def test_every_rule_has_a_name_of_its_own_a_sentence_and_a_reason() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.says.endswith("."), rule.id
        assert len(rule.reason) > 30, rule.id
        assert rule.reason.endswith("."), rule.id


def test_a_finding_says_rule_place_what_was_found_and_what_must_hold(tmp_path: Path) -> None:
    mutation = next(one for one in MUTATIONS if one.says.startswith("P4 "))
    (finding,) = verify(write(mutation, tmp_path / "broken.xlsm"))
    assert str(finding) == (
        "table.header at Budget!B3: it holds 'Wait', the column of budget_lines is called 'Weight'. "
        "The cell above a table's column holds the column's name as text."
    )
