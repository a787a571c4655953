"""One calculation of a workbook: feed the engine, evaluate, leave out what must not be used, and read the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import formualizer

from salesplan_xl.functions.conversion import call
from salesplan_xl.functions.specification import FunctionSpecification
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.file.calculation.engine import argument, from_engine, new_engine, result
from salesplan_xl.hosts.file.calculation.feeding import Feeder
from salesplan_xl.hosts.file.calculation.jobs import Job, find_jobs
from salesplan_xl.hosts.file.calculation.outcome import Calculation, LeftOut
from salesplan_xl.hosts.file.calculation.references import Reference
from salesplan_xl.hosts.formulas.area import Place
from salesplan_xl.workbook.cells import Value, address

_ROUNDS = 20
_FAILURES = frozenset({"Circ", "NImpl", "Cancelled", "Error"})

_Raw = list[tuple[Place, Any]]
"""Cells as the engine gives them."""


def calculate(
    book: FileBook,
    functions: Sequence[FunctionSpecification],
    sheets: Collection[str] | None = None,
) -> Calculation:
    """
    Calculate the formulas of a workbook.

    Parameters
    ----------
    book : FileBook
        The workbook. It is read and not changed.
    functions : sequence of FunctionSpecification
        Our cell functions.
    sheets : collection of str, optional
        Titles of the sheets to calculate; all of them by default. Formulas elsewhere count with their stored
        value.

    Returns
    -------
    Calculation
        New values, what was left out and why, and the reasons of errors. The same workbook gives the same result
        whenever and wherever it is calculated.

    Raises
    ------
    RefusalError
        If a cell that is read cannot be (from `book`).
    KeyError
        If there is no sheet of a title in `sheets`.
    """
    titles = [sheet.title for sheet in book.sheets() if sheet.kind == "worksheet"]
    wanted = titles if sheets is None else [title for title in titles if title in sheets]
    unknown = set(sheets or ()) - set(titles)
    if unknown:
        raise KeyError(min(unknown))
    return _Run(book, functions, titles, wanted).calculation()


class _Run:
    """One calculation of a workbook."""

    def __init__(
        self,
        book: FileBook,
        functions: Sequence[FunctionSpecification],
        titles: Sequence[str],
        wanted: Sequence[str],
    ) -> None:
        self._jobs = find_jobs(book, titles, wanted, {function.name for function in functions})
        self._left_out = {job.number: job.why for job in self._jobs if job.why}
        self._reasons: dict[tuple[str, int, int], str] = {}
        self._engine = new_engine(titles)
        self._feeder = Feeder(book, self._engine)
        for function in functions:
            self._engine.register_function(function.name, self._callback(function), min_args=1, max_args=None)

    def calculation(self) -> Calculation:
        """Feed, evaluate until nothing more has to be left out, and read."""
        self._feeder.feed(self._jobs)
        for job in self._jobs:
            self._set(job)
        raw: dict[int, _Raw] = {}
        for _ in range(_ROUNDS):
            self._engine.evaluate_all()
            raw = {job.number: self._raw(job) for job in self._calculated()}
            failed = self._failed(raw)
            for number, why in failed.items():
                self._leave_out(self._jobs[number], why)
            if not failed:
                break
        return self._told(raw)

    def _calculated(self) -> list[Job]:
        """List the formulas that are not left out."""
        return [job for job in self._jobs if job.number not in self._left_out]

    def _callback(self, function: FunctionSpecification) -> Callable[..., Any]:
        """Give what the engine calls for a function of ours; the first argument tells which formula it is in."""

        def calculated(number: float, *arguments: Any) -> Any:
            outcome = call(function, [argument(given) for given in arguments])
            if outcome.why:
                job = self._jobs[int(number)]
                self._reasons[job.sheet, *job.place] = outcome.why
            return result(outcome.value)

        return calculated

    def _set(self, job: Job) -> None:
        """Give the engine a formula, or the stored value where it is left out."""
        if job.why:
            self._leave_out(job, job.why)
            return
        try:
            self._engine.set_formula(job.sheet, *job.place, job.text)
        except (RuntimeError, ValueError):
            self._leave_out(job, "it reads itself or cannot be read")

    def _leave_out(self, job: Job, why: str) -> None:
        """Go on with the stored values of a formula."""
        self._left_out[job.number] = why
        self._feeder.give_stored(job)

    def _raw(self, job: Job) -> _Raw:
        """Read the cells of a formula as the engine gives them."""
        area = job.area
        if area.is_one_cell:
            return [(job.place, self._engine.get_value(job.sheet, *job.place))]
        block = formualizer.RangeAddress(job.sheet, area.top, area.left, area.bottom, area.right)
        rows = self._engine.sheet(job.sheet).get_values(block)
        return [
            ((row, column), value)
            for row, values in enumerate(rows, start=area.top)
            for column, value in enumerate(values, start=area.left)
        ]

    def _failed(self, raw: Mapping[int, _Raw]) -> dict[int, str]:
        """Find the formulas whose results must not be used."""
        failed = {
            number: "it goes in a circle, or needs something that cannot be calculated here"
            for number, cells in raw.items()
            if not _FAILURES.isdisjoint(_error_kinds(cells))
        }
        if failed:
            return failed
        errors = {sheet: set(places) for sheet, places in self._feeder.errors.items()}
        for number, cells in raw.items():
            found = (place for place, value in cells if isinstance(value, dict))
            errors.setdefault(self._jobs[number].sheet, set()).update(found)
        return {
            number: "the engine would pass over an error cell in the range"
            for number in raw
            if self._jobs[number].skips_errors and _meets(self._jobs[number].reads, errors)
        }

    def _told(self, raw: Mapping[int, _Raw]) -> Calculation:
        """Put the results together."""
        values: dict[str, dict[Place, Value]] = {}
        for job in self._calculated():
            cells = {place: from_engine(value) for place, value in raw[job.number]}
            values.setdefault(job.sheet, {}).update(cells)
        left_out = tuple(
            LeftOut(job.sheet, address(*job.place), job.formula, self._left_out[job.number])
            for job in self._jobs
            if job.number in self._left_out
        )
        return Calculation(values, left_out, self._reasons)


def _error_kinds(cells: _Raw) -> set[str]:
    """List the kinds of errors among cells; the engine gives an error as a mapping."""
    return {value.get("kind", "") for _, value in cells if isinstance(value, dict)}


def _meets(reads: Iterable[Reference], errors: Mapping[str, Collection[Place]]) -> bool:
    """Tell whether one of the ranges holds an error."""
    return any(read.area.holds(place) for read in reads for place in errors.get(read.sheet, ()))
