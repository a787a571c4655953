"""The sample company's whole year performed again from its log, on a plan that is as new as the first was."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from salesplan_xl.entry.demo import CHAIN
from tests.command import salesplan
from tests.files import rows, table_bytes, tables, type_into

if TYPE_CHECKING:
    from tests.small_plan import SmallPlan


def test_the_year_of_the_sample_company_is_the_same_to_the_byte(demo_folder: Path, tmp_path: Path) -> None:
    original, result = tmp_path / "original.xlsm", tmp_path / "result.xlsm"
    assert salesplan("new", original, "--sample").code == 0
    before = original.read_bytes()
    told = salesplan("replay", demo_folder / "plan.xlsm", original, "-o", result, "--folder", demo_folder, "--json")
    assert told.code == 0, told.error
    numbers = told.document["numbers"]
    assert (numbers["first"], numbers["last"]) == (1, len(CHAIN))
    assert numbers["tables_equal"] == len(table_bytes(result).keys() - {"problems", "budget_preview"})
    assert table_bytes(result) == table_bytes(demo_folder / "plan.xlsm")
    assert original.read_bytes() == before
    for one, other in zip(rows(result, "log")["log"], rows(demo_folder / "plan.xlsm", "log")["log"], strict=True):
        assert [one[name] for name in ("User", "Time", "Options")] == [
            other[name] for name in ("User", "Time", "Options")
        ]
        assert set(json.loads(str(one["Checksums of what it read"]))) > {"settings"}


def test_a_file_that_was_renamed_is_found_by_its_content_and_an_edited_target_is_told(
    typed: SmallPlan, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    original = Path(shutil.copy(typed.plan, folder / "original.xlsx"))
    assert salesplan("run", typed.plan, "load_actuals", "disaggregate", "--set", f"source={typed.history}").code == 0
    typed.history.rename(folder / "renamed.csv")
    told = salesplan("replay", typed.plan, original, "--json")
    assert (told.code, told.document["numbers"]["last"]) == (0, 2)
    type_into(typed.plan, {tables(typed.plan)["budget_targets"].cell("Amount", 0): 24_000.0})
    assert salesplan("run", typed.plan, "disaggregate").code == 0
    told = salesplan("replay", typed.plan, original, "-o", tmp_path / "result.xlsx", "--json")
    (problem,) = told.document["problems"]
    assert (told.code, problem["code"]) == (1, "E-REPLAY-EDITED")
    assert problem["found"] == "that between operation 2 and operation 3 something was edited: Targets"
    assert not (tmp_path / "result.xlsx").exists()
    (folder / "renamed.csv").write_text("order,line\n")
    assert salesplan("replay", typed.plan, original, "--json").codes == ["E-REPLAY-SOURCE"]
