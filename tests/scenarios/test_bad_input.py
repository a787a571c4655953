"""Bad input is refused, or listed, with sheet!cell and what to do; exit code 1; the file is unchanged to the byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.command import Told, salesplan
from tests.files import Error, Formula, parts, sheet_parts, tables, type_into, with_parts
from tests.small_plan import SmallPlan


@dataclass(frozen=True)
class Wanted:
    """The problem that must be named."""

    code: str
    place: str
    found: str
    action: str


def refused(told: Told, plan: Path, before: bytes, wanted: Sequence[Wanted]) -> None:
    """Every wanted problem is named, nothing else is, and the file is as it was."""
    assert told.code == 1
    assert told.document["status"] == "refused"
    problems = told.document["problems"]
    assert [(one["code"], f"{one['sheet']}!{one['cell']}".strip("!")) for one in problems] == [
        (one.code, one.place) for one in wanted
    ]
    for problem, one in zip(problems, wanted, strict=True):
        assert one.found in problem["found"], problem
        assert one.action in problem["action"], problem
        assert problem["expected"]
        assert problem["file"]
    assert plan.read_bytes() == before


# Cells of the plan

DISAGGREGATE, CHECK = ("run", "disaggregate"), ("check",)


def command(plan: Path, words: tuple[str, ...]) -> Told:
    """Run `run ACTION` or `check` on a plan."""
    return salesplan(words[0], plan, *words[1:], "--json")


@pytest.mark.parametrize("words", [DISAGGREGATE, CHECK], ids=["disaggregate", "check"])
@pytest.mark.parametrize(
    ("table", "column", "typed_in", "code", "found", "action"),
    [
        (
            "budget_targets",
            "Amount",
            "twelve thousand",
            "E-CELL-KIND",
            "'twelve thousand'",
            "Type it as a number with a decimal point",
        ),
        ("budget_targets", "Amount", "12000", "E-CELL-KIND", "'12000'", "Type it as a number with a decimal point"),
        ("budget_targets", "Amount", True, "E-CELL-KIND", "TRUE", "Type it as a number with a decimal point"),
        ("budget_targets", "Amount", 12000.001, "E-CELL-KIND", "12000.001", "at most two decimals"),
        ("budget_targets", "Amount", -1, "E-CELL-BOUND", "-1", "within the bound"),
        ("budget_targets", "Amount", None, "E-CELL-REQUIRED", "a blank", "Fill it in"),
        ("budget_targets", "Amount", Formula("6000*2", 12000), "E-CELL-FORMULA", "=6000*2", "paste it as a value"),
        ("budget_targets", "Amount", Error("#DIV/0!"), "E-CELL-ERROR", "#DIV/0!", "Mend the cell"),
        ("budget_targets", "Territory", "Noth", "E-CELL-REFERENCE", "Noth in Territory", "Did you mean North?"),
        ("budget_targets", "Mechanism", "guess", "E-CELL-CHOICE", "'guess'", "Choose one from the list"),
        ("customers", "Rep", "Zoe", "E-CELL-REFERENCE", "Zoe in Rep", "add Zoe to Team on the sheet 9 Team"),
        ("customers", "Rep", Formula('"Ana"'), "E-CELL-FORMULA", '="Ana"', "paste it as a value"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else type(value).__name__,
)
def test_a_bad_cell_is_named(
    planned: SmallPlan,
    words: tuple[str, ...],
    table: str,
    column: str,
    typed_in: object,
    code: str,
    found: str,
    action: str,
) -> None:
    place = tables(planned.plan)[table].cell(column, 0)
    type_into(planned.plan, {place: typed_in})
    before = planned.plan.read_bytes()
    refused(command(planned.plan, words), planned.plan, before, [Wanted(code, place, found, action)])


def test_all_bad_cells_are_listed_together(planned: SmallPlan) -> None:
    stored = tables(planned.plan)
    wrong = {
        stored["customers"].cell("Territory", 1): ("Nord", "E-CELL-REFERENCE"),
        stored["budget_targets"].cell("Amount", 0): ("much", "E-CELL-KIND"),
        stored["sales"].cell("Amount", 3): (Error("#N/A"), "E-CELL-ERROR"),
    }
    type_into(planned.plan, {place: content for place, (content, _) in wrong.items()})
    before = planned.plan.read_bytes()
    told = salesplan("check", planned.plan, "--json")
    found = {f"{one['sheet']}!{one['cell']}": one["code"] for one in told.document["problems"]}
    assert found == {place: code for place, (_, code) in wrong.items()}
    assert planned.plan.read_bytes() == before
    shown = salesplan("check", planned.plan)
    assert (shown.code, shown.out) == (1, "")
    assert all(f"plan.xlsx · {place}: found" in shown.error for place in wrong)
    assert shown.error.endswith("Nothing was written.\n")


# Targets that cannot hold


def test_a_target_below_its_holds_is_refused_with_both_amounts(planned: SmallPlan) -> None:
    stored = tables(planned.plan)
    target, hold = stored["budget_targets"], stored["budget_holds"]
    month = 46023  # January 2026
    type_into(
        planned.plan,
        {
            target.cell("Amount", 0): 500,
            hold.cell("Territory", 0): "North",
            hold.cell("Rep", 0): "Ana",
            hold.cell("Period", 0): month,
            hold.cell("Amount", 0): 700,
            hold.cell("Owner", 0): "Board",
            hold.cell("Reason", 0): "signed",
        },
    )
    before = planned.plan.read_bytes()
    told = command(planned.plan, DISAGGREGATE)
    refused(told, planned.plan, before, [Wanted("E-BUDGET", "8 Budget!U25", "700 > 500", "Change one")])


def add_target(plan: Path, **cells: float | str) -> None:
    """Type a second row below the targets, as a spreadsheet does: the table then ends one row lower."""
    table = tables(plan)["budget_targets"]
    content = parts(plan)
    part = sheet_parts(plan)[table.sheet]
    sheet, text = content[part].decode(), content[table.part].decode()
    assert table.ref == "O24:AA25"
    row = re.search(r'<row r="26"[^>]*>.*?</row>', sheet)
    assert row is not None
    letters = {"Territory": "P", "Rep": "Q", "Period": "T", "Amount": "U"}
    typed_in = "".join(
        f'<c r="{letters[name]}26"><v>{cell}</v></c>'
        if isinstance(cell, (int, float))
        else f'<c r="{letters[name]}26" t="inlineStr"><is><t>{cell}</t></is></c>'
        for name, cell in cells.items()
    )
    first_right = row[0].index('<c r="AV26"')  # the budget lines begin there
    wider = row[0][:first_right] + typed_in + row[0][first_right:]
    with_parts(
        plan,
        {part: sheet.replace(row[0], wider), table.part: text.replace('ref="O24:AA25"', 'ref="O24:AA26"')},
    )


def test_a_second_target_that_is_typed_below_is_met(planned: SmallPlan) -> None:
    add_target(planned.plan, Territory="North", Amount=4000)
    told = salesplan("run", planned.plan, "disaggregate", "--json")
    assert told.code == 0, told.out


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        pytest.param({"Amount": 13_000}, ("12000", "13000"), id="two-totals-of-the-year"),
        pytest.param({"Territory": "North", "Amount": 13_000}, ("12000", "13000"), id="a-part-above-the-year"),
    ],
)
def test_unequal_totals_are_refused_with_both_amounts(
    planned: SmallPlan, cells: dict[str, Any], found: tuple[str, str]
) -> None:
    add_target(planned.plan, **cells)
    before = planned.plan.read_bytes()
    told = command(planned.plan, DISAGGREGATE)
    problems = told.document["problems"]
    assert told.code == 1
    assert {problem["cell"] for problem in problems} == {"U25", "U26"}
    for problem in problems:
        assert (problem["code"], problem["sheet"]) == ("E-BUDGET", "8 Budget")
        assert all(amount in problem["found"] for amount in found), problem
        assert problem["action"]
    assert planned.plan.read_bytes() == before


# The workbook itself


def edited(plan: Path, part: str, change: Callable[[str], str]) -> None:
    """Change the text of a part."""
    text = parts(plan)[part].decode()
    assert change(text) != text
    with_parts(plan, {part: change(text)})


def test_a_renamed_sheet_is_named_with_its_old_title(planned: SmallPlan) -> None:
    def renamed(text: str) -> str:
        return text.replace('<sheet name="9 Team"', '<sheet name="People"').replace("'9 Team'!", "'People'!")

    edited(planned.plan, "xl/workbook.xml", renamed)
    before = planned.plan.read_bytes()
    wanted = Wanted("E-SHEET-RENAMED", "People!B7", "People", "Rename the sheet back to 9 Team.")
    refused(command(planned.plan, CHECK), planned.plan, before, [wanted])


def test_a_deleted_column_is_named_with_its_header(planned: SmallPlan) -> None:
    table = tables(planned.plan)["team"]
    assert table.ref == "A7:G10"
    assert table.columns[-1] == "Base longitude"

    def without_last_column(text: str) -> str:
        text = text.replace('ref="A7:G10"', 'ref="A7:F10"').replace('count="7"', 'count="6"')
        return re.sub(r'<tableColumn id="7".*?/>', "", text)

    edited(planned.plan, table.part, without_last_column)
    edited(
        planned.plan,
        sheet_parts(planned.plan)["9 Team"],
        lambda text: re.sub(r'<c r="G(?:[7-9]|10)"[^>]*?(?:/>|>.*?</c>)', "", text),
    )
    before = planned.plan.read_bytes()
    wanted = Wanted("E-COLUMN-MISSING", "9 Team!B7", "Base longitude", "Bring the column back")
    refused(command(planned.plan, CHECK), planned.plan, before, [wanted])


def test_a_deleted_table_is_named_with_its_sheet(planned: SmallPlan) -> None:
    edited(
        planned.plan, sheet_parts(planned.plan)["9 Team"], lambda text: re.sub(r"<tableParts.*?</tableParts>", "", text)
    )
    edited(
        planned.plan,
        "xl/worksheets/_rels/sheet10.xml.rels",
        lambda text: re.sub(r"<Relationship [^>]*tables/[^>]*/>", "", text),
    )
    before = planned.plan.read_bytes()
    told = command(planned.plan, CHECK)
    (problem,) = told.document["problems"]
    assert (told.code, problem["code"], problem["sheet"]) == (1, "E-TABLE-MISSING", "9 Team")
    assert planned.plan.read_bytes() == before


@pytest.mark.parametrize("words", [DISAGGREGATE, CHECK], ids=["disaggregate", "check"])
def test_a_row_id_that_stands_twice_is_named_with_its_first_place(planned: SmallPlan, words: tuple[str, ...]) -> None:
    table = tables(planned.plan)["customers"]
    first, second = table.cell("row_id", 0), table.cell("row_id", 1)
    type_into(planned.plan, {second: "r1"})
    before = planned.plan.read_bytes()
    wanted = Wanted("E-ROW-DUPLICATE", second, first.partition("!")[2], "a new id")
    refused(command(planned.plan, words), planned.plan, before, [wanted])


def test_a_key_that_stands_twice_is_named_with_its_first_place(planned: SmallPlan) -> None:
    table = tables(planned.plan)["customers"]
    type_into(planned.plan, {table.cell("Customer", 1): "C1"})
    before = planned.plan.read_bytes()
    wanted = Wanted("E-KEY-DUPLICATE", table.cell("Customer", 1), "C1", "Remove one of the rows")
    refused(command(planned.plan, CHECK), planned.plan, before, [wanted])


# Files


def test_no_plan_is_said_so(tmp_path: Path) -> None:
    told = salesplan("check", tmp_path / "plan.xlsx", "--json")
    (problem,) = told.document["problems"]
    assert (told.code, problem["code"], problem["file"]) == (1, "E-FILE-MISSING", "plan.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_plan(tmp_path: Path) -> None:
    told = salesplan("check", tmp_path, "--json")
    (problem,) = told.document["problems"]
    assert (told.code, problem["file"]) == (1, tmp_path.name)
    assert "irectory" in problem["found"] or "folder" in problem["found"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "E-FILE-TYPE", id="nothing"),
        pytest.param(b"customer,amount\nC1,5\n", "E-FILE-TYPE", id="a-csv"),
        pytest.param(b"%PDF-1.7\n", "E-FILE-TYPE", id="a-pdf"),
        pytest.param(b"PK\x03\x04" + bytes(60), "E-FILE-DAMAGED", id="the-beginning-of-a-zip"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    plan = tmp_path / "plan.xlsx"
    plan.write_bytes(content)
    told = salesplan("run", plan, "disaggregate", "--json")
    assert (told.code, told.codes) == (1, [code])
    assert plan.read_bytes() == content


def test_a_workbook_that_is_no_plan_is_refused(tmp_path: Path) -> None:
    plan = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(plan) as book:
        book.add_worksheet("Something").write("A1", 1)
    before = plan.read_bytes()
    told = salesplan("check", plan, "--json")
    assert told.code == 1
    assert told.codes == ["E-FILE-NOT-PLAN"]
    assert plan.read_bytes() == before


# Actuals


def load(files: SmallPlan, content: bytes) -> tuple[Told, bytes]:
    """Load actuals from a file with this content; the plan as it was before."""
    files.actuals.write_bytes(content)
    before = files.plan.read_bytes()
    return salesplan("run", files.plan, "load_actuals", "--set", f"source={files.actuals}", "--json"), before


HEADER = "order,line,date,customer,product,territory,rep,quantity,unit_price,amount,cost\n"
GOOD = "N1,1,2026-04-01,C1,P1,North,Ana,1,10,10.00,5\n"
NEXT = GOOD.replace("N1", "N2")


def test_a_good_line_is_loaded(planned: SmallPlan) -> None:
    told, before = load(planned, (HEADER + GOOD).encode())
    assert (told.code, told.document["numbers"]["lines_added"]) == (0, 1)
    assert planned.plan.read_bytes() != before


@pytest.mark.parametrize(
    ("line", "code", "cell", "found", "action"),
    [
        (NEXT.replace("Ana", "Anna"), "E-CELL-REFERENCE", "G3", "Anna in Rep", "Did you mean Ana?"),
        (NEXT.replace("Ana", ""), "E-CELL-REQUIRED", "G3", "a blank in Rep", "Fill it in"),
        (NEXT.replace("10.00", "ten"), "E-CELL-KIND", "J3", "'ten'", "Type it as a number with a decimal point"),
        (NEXT.replace("10.00", "1.000,00"), "E-SOURCE-FIELDS", "A3", "12 fields", "Mend the line"),
        (NEXT.replace("10.00", "10.005"), "E-CELL-KIND", "J3", "10.005", "at most two decimals"),
        (NEXT.replace("2026-04-01", "01/04/2026"), "E-CELL-KIND", "C3", "'01/04/2026'", "Type it as a date"),
        (
            NEXT.replace("North", "Nowhere"),
            "E-CELL-REFERENCE",
            "F3",
            "Nowhere in Territory",
            "add Nowhere to Territories",
        ),
        (GOOD, "E-KEY-DUPLICATE", "A3", "a second time", "Remove one of the rows"),
        (NEXT.replace("C1", '"C1'), "E-SOURCE-QUOTES", "", "not closed", "Close the quote"),
    ],
    ids=[
        "unknown-rep",
        "no-rep",
        "amount-as-text",
        "decimal-comma",
        "half-a-cent",
        "date-of-no-country",
        "unknown-territory",
        "the-same-line-twice",
        "open-quote",
    ],
)
def test_a_bad_line_is_named_and_no_line_is_loaded(
    planned: SmallPlan, line: str, code: str, cell: str, found: str, action: str
) -> None:
    told, before = load(planned, (HEADER + GOOD + line).encode())
    (problem,) = told.document["problems"]
    assert (told.code, problem["code"], problem["file"]) == (1, code, "actuals.csv")
    assert problem["cell"] == cell
    assert found in problem["found"]
    assert action in problem["action"]
    assert planned.plan.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "code", "found"),
    [
        pytest.param(
            (HEADER + GOOD).replace("C1", "Münch").encode("latin-1"), "E-SOURCE-ENCODING", "line 2", id="latin-1"
        ),
        pytest.param((HEADER + GOOD).encode()[:-20] + b"\xc3", "E-SOURCE-ENCODING", "line 2", id="cut-in-a-letter"),
        pytest.param(b"", "E-SOURCE-EMPTY", "no list", id="empty"),
        pytest.param((HEADER + GOOD).replace("amount", "value").encode(), "E-SOURCE-COLUMN", "Amount", id="no-amount"),
        pytest.param(
            (HEADER + GOOD).replace("cost", "Amount").encode(), "E-SOURCE-HEADER-TWICE", "Amount", id="two-amounts"
        ),
    ],
)
def test_a_file_of_actuals_that_cannot_be_read_is_refused(
    planned: SmallPlan, content: bytes, code: str, found: str
) -> None:
    told, before = load(planned, content)
    assert told.code == 1
    assert code in told.codes
    assert any(found in problem["found"] for problem in told.document["problems"])
    assert all(problem["file"] == "actuals.csv" and problem["action"] for problem in told.document["problems"])
    assert planned.plan.read_bytes() == before
