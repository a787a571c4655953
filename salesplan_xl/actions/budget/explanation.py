"""Why a cell of the budget has its value: what was typed and done, targets, holds, transfers, its share and weight."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.budget.nodes import Names
from salesplan_xl.actions.budget.parts import TABLES_THAT_SHOW, Part, part_of_cell, part_of_words
from salesplan_xl.actions.budget.standing_budget import StandingBudget, cell_of, month_label, read_standing
from salesplan_xl.actions.reading import PlanReader
from salesplan_xl.core.money import CENT, from_units, to_units
from salesplan_xl.workbook import journal
from salesplan_xl.workbook.book import Book
from salesplan_xl.workbook.changes import Change
from salesplan_xl.workbook.problems import refuse_if_any
from salesplan_xl.workbook.rows import Rows
from salesplan_xl.workbook.sheets import plan_cells
from salesplan_xl.workbook.sheets.budget import BUDGET_HOLDS, BUDGET_LINES, BUDGET_TARGETS
from salesplan_xl.workbook.sheets.budget_dimensions import named
from salesplan_xl.workbook.sheets.budget_moves import TRANSFERS
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.field_work import TERRITORIES
from salesplan_xl.workbook.sheets.hidden import UNDO_JOURNAL
from salesplan_xl.workbook.sheets.log import LOG
from salesplan_xl.workbook.sheets.sales import SALES
from salesplan_xl.workbook.sheets.team import TEAM

Bools = NDArray[np.bool_]
Move = tuple[int | None, int | None]
"""The amount of a line before and after an operation; None where there was no line."""

READS = (
    *(table.id for table in TABLES_THAT_SHOW),
    TRANSFERS.id,
    TERRITORIES.id,
    TEAM.id,
    CUSTOMERS.id,
    SALES.id,
    LOG.id,
    UNDO_JOURNAL.id,
)

_LISTED = 5
"""How many facts of one kind about smaller or crossing parts are told one by one; programs are told all."""


@dataclass(frozen=True)
class Fact:
    """
    One thing that a value comes from.

    Parameters
    ----------
    kind : str
        ``"value"``, ``"share"``, ``"weight"``, ``"held"``, ``"target"``, ``"hold"``, ``"transfer"``, ``"operation"``,
        ``"forgotten"``, ``"typed"`` or ``"unknown"``.
    sentence : str
        The same for a person.
    values : mapping of str to object
        The same for a program.
    """

    kind: str
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Explanation:
    """
    Why a part of the budget has its value.

    Parameters
    ----------
    name : str
        The part.
    cents : int
        Its value.
    facts : tuple of Fact
        What the value comes from, the nearest first: what was typed, what was done, what was decided, what it weighs.
    more : str
        The sentence that stands for those facts of a kind that are not told one by one.
    """

    name: str
    cents: int
    facts: tuple[Fact, ...]
    more: str

    @property
    def sentences(self) -> list[str]:
        """What a person reads, a line each."""
        told: dict[str, list[str]] = {}
        for fact in self.facts:
            told.setdefault(fact.kind, []).append(fact.sentence)
        lines: list[str] = []
        for sentences in told.values():
            lines += sentences[:_LISTED]
            if len(sentences) > _LISTED:
                lines.append(self.more.format(count=len(sentences) - _LISTED))
        return lines


def explain_cell(book: Book, sheet: str, cell: str) -> Explanation:
    """
    Tell why a cell of the budget has its value.

    Parameters
    ----------
    book : Book
        The plan, which is not changed.
    sheet : str
        Title of the sheet.
    cell : str
        Address of the cell; any cell of a row that is about a part of the budget asks for that part.

    Returns
    -------
    Explanation
        Why.

    Raises
    ------
    RefusalError
        If the cell is about no part of the budget, or the tables of the plan are not as they should be.
    """
    inputs, standing = _read(book)
    return explain(inputs, standing, part_of_cell(inputs, standing, sheet, cell))


def explain_words(book: Book, names: Names) -> Explanation:
    """
    Tell why a part of the budget that words name has its value.

    Parameters
    ----------
    book : Book
        The plan, which is not changed.
    names : mapping of str to (str or None)
        The part, as `salesplan_xl.actions.budget.parts.part_of_words` takes it.

    Returns
    -------
    Explanation
        Why.

    Raises
    ------
    RefusalError
        If a word names no node, or the tables of the plan are not as they should be.
    """
    inputs, standing = _read(book)
    return explain(inputs, standing, part_of_words(inputs, standing, names))


def explain(inputs: Inputs, standing: StandingBudget, part: Part) -> Explanation:
    """
    Tell why a part of the budget has its value.

    Parameters
    ----------
    inputs : Inputs
        With the tables of `READS`.
    standing : StandingBudget
        The budget lines.
    part : Part
        Some of them.

    Returns
    -------
    Explanation
        Why. What the journal no longer keeps is said to be so, and nothing is guessed.
    """
    cents = int(standing.cents[part.lines].sum())
    teller = _Teller(inputs, standing, part, cents)
    facts = (
        *teller.value(),
        *teller.mark(),
        *teller.typed(),
        *teller.operations(),
        *teller.targets(),
        *teller.holds(),
        *teller.transfers(),
        *teller.shares(),
        *teller.weight(),
    )
    return Explanation(part.name, cents, facts, inputs.labels.texts["why_more"])


def _read(book: Book) -> tuple[Inputs, StandingBudget]:
    """All that an explanation is worked out from."""
    plan = PlanReader(book)
    tables, problems = plan.tables(READS)
    facts: dict[str, object] = {}
    for cell in plan_cells():
        facts[cell.name], found = plan.cell(cell, plan.labels.names[cell.name]["label"])
        problems += found
    refuse_if_any(problems)
    inputs = Inputs(plan.labels, tables, facts, {})
    standing, found = read_standing(inputs)
    refuse_if_any(plan.in_file(found))
    return inputs, standing


class _Teller:
    """What tells each kind of fact about one part."""

    def __init__(self, inputs: Inputs, standing: StandingBudget, part: Part, cents: int) -> None:
        self._inputs = inputs
        self._standing = standing
        self._part = part
        self._cents = cents
        self._texts = inputs.labels.texts
        self._choices = inputs.labels.choices
        self._lines = [int(line) for line in np.flatnonzero(part.lines)]
        self._frame = standing.rows.frame.iloc[standing.at[part.lines]]  # noqa: PD008 - no pandas object
        self._ids = [str(row) for row in self._frame["row_id"]]

    def _fact(self, kind: str, text: str, **values: object) -> Fact:
        """A fact in the words of the catalogue."""
        return Fact(kind, self._worded_in(text, values), values)

    def _worded_in(self, text: str, values: Mapping[str, object]) -> str:
        """A text of the catalogue with values in it."""
        return self._texts[text].format_map({name: self._worded(name, value) for name, value in values.items()})

    def _worded(self, name: str, value: object) -> object:
        """A value as a sentence has it: a share in percent, an amount with its cents."""
        if isinstance(value, float):
            return f"{value:.2%}" if name == "share" else f"{value:,.2f}"
        return self._texts["why_no_line"] if value is None else value

    @property
    def _is_line(self) -> bool:
        """Whether the part is a single budget line."""
        return len(self._lines) == 1

    def value(self) -> Iterator[Fact]:
        """What the value is, and of how many lines."""
        text = "why_line" if self._is_line else "why_sum"
        yield self._fact("value", text, part=self._part.name, amount=_amount(self._cents), count=len(self._lines))

    def shares(self) -> Iterator[Fact]:
        """Which share of its month, its territory, its rep and so on a line is, and any part of the year."""
        standing = self._standing
        wholes: dict[str, Bools] = {}
        if self._is_line:
            line = self._lines[0]
            wholes[month_label(self._inputs, int(standing.month[line]))] = standing.month == standing.month[line]
            for axis in standing.leaves.dimensions:
                members = standing.each(axis)
                if members[line] is not None:
                    wholes[str(members[line])] = members == members[line]
        wholes[self._texts["why_year"]] = np.ones(len(standing.at), bool)
        sums = {name: int(standing.cents[lines].sum()) for name, lines in wholes.items()}
        shares = {
            name: {"share": self._cents / whole, "amount": _amount(whole)}
            for name, whole in sums.items()
            if whole and (wholes[name] != self._part.lines).any()
        }
        if shares:
            said = [self._worded_in("why_share_of", {"whole": name, **of}) for name, of in shares.items()]
            yield Fact("share", self._texts["why_share"].format(wholes=", ".join(said)), {"of": shares})

    def weight(self) -> Iterator[Fact]:
        """What the part weighs, what that rests on, and what it would have by weights alone."""
        standing, rows = self._standing, self._frame
        all_weights, total = float(standing.weight.sum()), int(standing.cents.sum())
        if not all_weights:
            return
        own = float(standing.weight[self._part.lines].sum())
        counts = rows["basis"].dropna().value_counts()
        bases = [f"{self._choices['basis'][str(basis)]} ({count})" for basis, count in counts.items()]
        yield self._fact(
            "weight",
            "why_weight",
            weight=own,
            share=own / all_weights,
            basis=", ".join(bases) or self._texts["why_no_basis"],
            history=float(rows["history"].fillna(0).sum()),
            amount=_amount(round(total * own / all_weights)),
            total=_amount(total),
        )

    def mark(self) -> Iterator[Fact]:
        """How many of the lines are held, and how many are of months that are over."""
        texts = {"held": "why_held", "closed": "why_closed"}
        for mark, count in self._frame["held"].dropna().value_counts().items():
            yield self._fact("held", texts[str(mark)], count=int(count), lines=len(self._lines))

    def targets(self) -> Iterator[Fact]:
        """The targets that cover the part, lie within it or cross it, in this order."""
        rows = self._inputs.tables[BUDGET_TARGETS.id]
        for how, row, covered in self._lying(rows):
            target: Any = rows.frame.iloc[row]
            yield self._fact(
                "target",
                "why_target",
                where="{sheet}!{cell}".format_map(cell_of(rows, row, "amount")),
                how=self._texts[how],
                node=self._standing.leaves.names(rows)[row],
                at=self._choices["target_way"][target["at"] or "exactly"],
                amount=float(target["amount"]),
                planned=_amount(int(self._standing.cents[covered].sum())),
                behind=self._behind(
                    target["mechanism"] and self._choices["mechanism"][target["mechanism"]],
                    target["author"],
                    target["note"],
                ),
            )

    def holds(self) -> Iterator[Fact]:
        """The holds that cover the part, lie within it or cross it, in this order."""
        rows = self._inputs.tables[BUDGET_HOLDS.id]
        for how, row, _ in self._lying(rows):
            hold: Any = rows.frame.iloc[row]
            amount = hold["amount"]
            yield self._fact(
                "hold",
                "why_hold",
                where="{sheet}!{cell}".format_map(cell_of(rows, row, "amount")),
                how=self._texts[how],
                node=self._standing.leaves.names(rows)[row],
                amount=self._texts["why_as_planned"] if pd.isna(amount) else float(amount),
                behind=self._behind(hold["owner"], _day(hold["held_on"]), hold["reason"]),
            )

    def transfers(self) -> Iterator[Fact]:
        """The transfers that took from the part, gave to it, or moved something within it."""
        rows, labels = self._inputs.tables[TRANSFERS.id], self._inputs.labels
        giving, getting = named("from_"), named("to_")
        (gave, _), (got, _) = (self._standing.covered(rows, labels, side) for side in (giving, getting))
        givers, getters = (
            self._standing.leaves.names(rows, {one: column for one, column in side.items() if one != "period"})
            for side in (giving, getting)
        )
        for row, sides in enumerate(zip(gave, got, strict=True)):
            touched = [side is not None and bool((side & self._part.lines).any()) for side in sides]
            if not any(touched):
                continue
            made: Any = rows.frame.iloc[row]
            done = not pd.isna(made["operation"])
            way = "why_within" if all(touched) else "why_out_of" if touched[0] else "why_into"
            yield self._fact(
                "transfer",
                "why_transfer" if done else "why_transfer_waits",
                where="{sheet}!{cell}".format_map(cell_of(rows, row, "amount")),
                operation=int(made["operation"]) if done else 0,
                amount=float(made["amount"]),
                way=self._texts[way],
                giver=givers[row],
                getter=getters[row],
                period=made["period"] or self._texts["why_year"],
                behind=self._behind(made["owner"], _day(made["date"]), made["reason"]),
            )

    def operations(self) -> Iterator[Fact]:
        """What each operation that the journal keeps did to the part, the last first, and which it no longer keeps."""
        kept = self._kept()
        log = {int(entry["number"]): entry for entry in self._inputs.frame(LOG.id).to_dict("records")}
        undone_by = {int(entry["undoes"]): number for number, entry in log.items() if not pd.isna(entry["undoes"])}
        for number, moves in reversed(kept.items()):
            if moves and number in log:
                yield self._operation(number, log[number], undone_by.get(number, 0), list(moves.values()))
        gone = [
            str(number)
            for number, entry in sorted(log.items())
            if BUDGET_LINES.id in str(entry["tables"]).split(", ") and not kept.keys() & _undone_by(number, undone_by)
        ]
        if gone:
            yield self._fact("forgotten", "why_forgotten", numbers=", ".join(gone))

    def _operation(self, number: int, entry: dict[Any, Any], undone_by: int, moves: Sequence[Move]) -> Fact:
        """What one operation did."""
        action = str(entry["action"])
        undoes = 0 if pd.isna(entry["undoes"]) else int(entry["undoes"])
        return self._fact(
            "operation",
            "why_operation" if self._is_line else "why_operation_on_lines",
            number=number,
            action=self._inputs.labels.actions.get(action, {"label": action})["label"],
            who=self._behind(entry["user"], entry["time"]),
            undoes=self._texts["why_takes_back"].format(number=undoes) if undoes else "",
            undone=self._texts["why_taken_back"].format(number=undone_by) if undone_by else "",
            count=len(moves),
            lines=len(self._lines),
            old=_amount_or_none(moves[0][0]),
            new=_amount_or_none(moves[0][1]),
            change=_amount(sum((new or 0) - (old or 0) for old, new in moves)),
        )

    def typed(self) -> Iterator[Fact]:
        """Lines that hold something else than the last operation left there."""
        left: dict[str, int | None] = {}
        for moves in self._kept().values():
            left |= {row: new for row, (_, new) in moves.items()}
        for row, line in zip(self._ids, self._lines, strict=True):
            now = int(self._standing.cents[line])
            if row in left and left[row] != now:
                where = "{sheet}!{cell}".format_map(self._standing.place(line))
                yield self._fact("typed", "why_typed", where=where, left=_amount_or_none(left[row]), now=_amount(now))
        unknown = len(set(self._ids) - left.keys())
        if unknown:
            yield self._fact("unknown", "why_not_kept", count=unknown, lines=len(self._lines))

    def _kept(self) -> dict[int, dict[str, Move]]:
        """What each operation that the journal keeps did to lines of the part, by row id."""
        entries, own = self._inputs.frame(UNDO_JOURNAL.id), set(self._ids)
        of_lines = entries[entries["table"] == BUDGET_LINES.id]
        return {
            number: {
                change.row: (_cents_in(change, change.old), _cents_in(change, change.new))
                for change in journal.changes(of_lines, number)
                if change.row in own and change.column in ("", "budget")
            }
            for number in sorted(entries["operation"].astype(int).unique().tolist())
        }

    def _lying(self, rows: Rows) -> list[tuple[str, int, Bools]]:
        """Rows that have a line in common with the part: how they lie to it, and their lines."""
        own = self._part.lines
        found: list[tuple[int, str, int, Bools]] = []
        for row, covered in enumerate(self._standing.covered(rows, self._inputs.labels)[0]):
            if covered is None or not (covered & own).any():
                continue
            order = 0 if not (own & ~covered).any() else 1 if not (covered & ~own).any() else 2
            found.append((order, ("why_covers", "why_inside", "why_crosses")[order], row, covered))
        return [(how, row, covered) for _, how, row, covered in sorted(found, key=lambda one: one[0])]

    def _behind(self, *words: str | None) -> str:
        """Who stands behind something and why, in brackets; nothing where nothing is known."""
        said = [word for word in words if word]
        return f" ({', '.join(said)})" if said else ""


def _undone_by(number: int, undone_by: Mapping[int, int]) -> set[int]:
    """An operation and whatever took it back, did it again and so on: in the journal the last stands for all."""
    chain = {number}
    while (number := undone_by.get(number, 0)) not in {0, *chain}:
        chain.add(number)
    return chain


def _cents_in(change: Change, text: str) -> int | None:
    """The budget that one side of a change holds, of a cell or of a whole row; None for no row."""
    if not text:
        return None
    value = json.loads(text)
    amount = value if change.column else value.get("budget")
    return None if amount is None else _cents_of(amount)


def _cents_of(amount: float) -> int:
    """An amount of a cell in cents."""
    return int(to_units([amount], CENT)[0])


def _amount(cents: int) -> float:
    """Cents as a cell holds them."""
    return float(from_units(cents, CENT))


def _amount_or_none(cents: int | None) -> float | None:
    """The same, where there may be no line."""
    return None if cents is None else _amount(cents)


def _day(date: Any) -> str:
    """A date in a sentence; nothing for a blank."""
    return "" if pd.isna(date) else f"{date:%Y-%m-%d}"
