"""Why a variance came about: price, quantity and mix, ranked drivers, and one sentence.

A budget has no products and no customers. What it stands for is taken from history: the node's budget is shared over
products (customers) as its order lines of the same months a year before, counted for whoever holds their customer now,
as the budget itself was made; without such lines as those of the whole history, then as those of the company. A
product's budget price is its mean price there, its budget quantity the amount over that price. Months, territories and
reps have budget lines of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from salesplan_xl.actions.action import Inputs
from salesplan_xl.actions.variance.facts import Facts, Lines
from salesplan_xl.core.budget import spread
from salesplan_xl.core.calendar import MONTHS_OF_YEAR
from salesplan_xl.core.money import CENT, from_units
from salesplan_xl.core.sums import sums_by_group
from salesplan_xl.core.variance import (
    PARTS,
    Drivers,
    Explanation,
    PriceVolumeMix,
    best_dimension,
    drivers,
    price_volume_mix,
)
from salesplan_xl.workbook.problems import Problem, problem
from salesplan_xl.workbook.sheets.customers import CUSTOMERS
from salesplan_xl.workbook.sheets.sales import SALES

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_DIMENSIONS = {
    "company": ("product", "customer", "territory", "rep", "month"),
    "territory": ("product", "customer", "rep", "month"),
    "rep": ("product", "customer", "territory", "month"),
    "pair": ("product", "customer", "month"),
}
_MOST_NAMED = 3
_NEARLY_ALL = 0.9
# A price of so many digits leaves room for the budget quantity to give the amount back within fifteen.
_PRICE_DIGITS = 12
_SHORT = 1000
_TENFOLD = 10
_BEYOND = "over +1,000%"


_WHO = {
    "company": "reason_company",
    "territory": "reason_territory",
    "rep": "reason_rep",
    "pair": "reason_pair",
}
# more, less, new, gone; one text where it is only a name
_MEMBERS = {
    "product": ("product_more", "product_less", "product_new", "product_gone"),
    "customer": ("customer_more", "customer_less", "customer_new", "customer_gone"),
    "territory": ("driver_territory",),
    "rep": ("driver_rep",),
}
_WAYS = {
    "price": "way_price",
    "quantity": "way_quantity",
    "mix": "way_mix",
    "range": "way_range",
}


class Span(Protocol):
    """Months that are judged as one."""

    @property
    def first(self) -> int:
        """The first of them, counted from the plan's first."""

    @property
    def end(self) -> int:
        """The first that is not part of them."""


class Node(Protocol):
    """A node whose variance is to be explained, its amounts in cents."""

    @property
    def period(self) -> Span:
        """The months."""

    @property
    def level(self) -> str:
        """``"company"``, ``"territory"``, ``"rep"`` or ``"pair"``."""

    @property
    def territory(self) -> str | None:
        """Its territory; None for all."""

    @property
    def rep(self) -> str | None:
        """Its rep; None for all."""

    @property
    def budget(self) -> int:
        """What was budgeted."""

    @property
    def actual(self) -> int:
        """What was sold."""

    @property
    def expected(self) -> int:
        """What its budget comes to where all attain the same."""

    @property
    def deviation(self) -> int:
        """Actual less expected."""

    @property
    def company_budget(self) -> int:
        """The company's budget of the period."""

    @property
    def company_actual(self) -> int:
        """The company's sales of the period."""

    @property
    def level_flag(self) -> str:
        """``"ok"``, ``"watch"`` or ``"act"``; empty for the company."""

    @property
    def since(self) -> str:
        """Label of the period that first told what goes on here; empty if it is new."""


@dataclass(frozen=True)
class Driver:
    """
    One contribution to a variance, in cents.

    Parameters
    ----------
    dimension : str
        What it is one of.
    rank : int
        Its place in the dimension, from 1.
    element : str
        Which it is, as it is shown.
    budget, actual, deviation : int
        Its amounts; the deviation is from what its budget comes to where all attain the same.
    """

    dimension: str
    rank: int
    element: str
    budget: int
    actual: int
    deviation: int


@dataclass(frozen=True)
class Causes:
    """
    Why a node is off.

    Parameters
    ----------
    parts : mapping of str to int or None
        Price, quantity, mix, new and dropped in cents, which add up to the variance; None where they are not known.
    drivers : tuple of Driver
        By dimension, the one that explains most first.
    reason : str
        One sentence; empty where there is none to give.
    """

    parts: Mapping[str, int | None] = field(default_factory=lambda: dict.fromkeys(PARTS))
    drivers: tuple[Driver, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class _Split:
    """A dimension of one node: its members, what each was budgeted, was expected to sell, and sold."""

    labels: list[str]
    budget: Integers
    expected: Integers
    actual: Integers
    ranked: Drivers

    @property
    def is_one(self) -> bool:
        """Whether one member is nearly all of the node."""
        sizes = (np.abs(amounts) for amounts in (self.expected, self.actual))
        return any(size.any() and int(size.max()) >= _NEARLY_ALL * int(size.sum()) for size in sizes)


class Explainer:
    """
    Explains the nodes of one plan.

    Parameters
    ----------
    inputs : Inputs
        What the action reads.
    facts : Facts
        The lines it judges.
    """

    def __init__(self, inputs: Inputs, facts: Facts) -> None:
        self._inputs, self._facts = inputs, facts
        self._top = int(inputs.number("top"))
        self._names = self._customer_names(inputs)
        self._unsplit: list[Node] = []

    @staticmethod
    def _customer_names(inputs: Inputs) -> dict[str, str]:
        """Names of the customers by their ids."""
        customers = inputs.frame(CUSTOMERS.id)[["customer", "name"]].dropna()
        return dict(zip(customers["customer"], customers["name"], strict=True))

    @property
    def problems(self) -> list[Problem]:
        """What could not be told, each with where it comes from."""
        if not self._unsplit:
            return []
        rows = self._inputs.tables[SALES.id]
        blank = np.flatnonzero(rows.frame["quantity"].isna().to_numpy() | (rows.frame["quantity"] == 0).to_numpy())
        at = rows.place(int(blank[0]), "quantity") if len(blank) else rows.cells.place(-1, rows.headers["quantity"])
        return [problem("W-VARIANCE-QUANTITY", sheet=rows.cells.sheet, cell=at, count=len(self._unsplit))]

    def explain(self, node: Node) -> Causes:
        """
        Explain one node.

        Parameters
        ----------
        node : Node
            A node that is flagged, or the company.

        Returns
        -------
        Causes
            Why it is off; nothing for what is ok.
        """
        if node.level_flag == "ok":
            return Causes()
        splits = {name: split for name in _DIMENSIONS[node.level] if (split := self._split(node, name)) is not None}
        parts = self._parts(node)
        best = self._best(node, splits)
        return Causes(
            dict.fromkeys(PARTS) if parts is None else {name: parts.totals[name] for name in PARTS},
            tuple(self._drivers(splits, best)),
            self._sentence(node, splits, best, parts),
        )

    @staticmethod
    def _best(node: Node, splits: Mapping[str, _Split]) -> Explanation | None:
        """The dimension that explains a deviation; not a month, and no territory or rep that is nearly all there is."""
        if not node.deviation:
            return None
        causes = ("product", "customer", *(name for name in ("territory", "rep") if name in splits))
        return best_dimension(
            {
                name: splits[name].ranked
                for name in causes
                if name in splits and (name in ("product", "customer") or not splits[name].is_one)
            }
        )

    def _largest(self, node: Node, splits: Mapping[str, _Split]) -> Explanation | None:
        """The customers, or products, that contributed most where none explain enough."""
        for dimension in ("customer", "product"):
            ranked = splits[dimension].ranked if dimension in splits else None
            found = (
                []
                if ranked is None
                else [
                    (str(label), int(amount))
                    for label, amount in zip(ranked.labels, ranked.variance.tolist(), strict=True)
                    if amount * node.deviation > 0
                ][:_MOST_NAMED]
            )
            if found:
                labels, amounts = zip(*found, strict=True)
                powers = tuple(amount / node.deviation for amount in amounts)
                return Explanation(dimension, labels, amounts, powers, 0.0, node.deviation)
        return None

    # What is told

    def _drivers(self, splits: Mapping[str, _Split], best: Explanation | None) -> Iterator[Driver]:
        """The largest of each dimension and all others, the dimension that explains most first."""
        others = self._inputs.labels.texts["all_others"]
        leading = "" if best is None else best.dimension
        for dimension in sorted(splits, key=lambda name: name != leading):
            split = splits[dimension]
            places = {label: place for place, label in enumerate(split.labels)}
            order = [places[str(label)] for label in split.ranked.labels]
            for rank, at in enumerate(order[: self._top], start=1):
                element = self._inputs.labels.texts["no_product"] if not split.labels[at] else split.labels[at]
                budget, actual = int(split.budget[at]), int(split.actual[at])
                yield Driver(dimension, rank, element, budget, actual, actual - int(split.expected[at]))
            rest = order[self._top :]
            if rest:
                budget, expected, actual = (
                    sum(amounts[rest].tolist()) for amounts in (split.budget, split.expected, split.actual)
                )
                yield Driver(dimension, self._top + 1, others, budget, actual, actual - expected)

    def _sentence(
        self, node: Node, splits: Mapping[str, _Split], best: Explanation | None, parts: PriceVolumeMix | None
    ) -> str:
        """One sentence: who is off by how much, as measured by what, mostly through whom or what, and in which way."""
        if not node.deviation:
            return ""
        texts, is_more = self._inputs.labels.texts, node.deviation > 0
        who = texts[_WHO[node.level]].format(territory=node.territory, rep=node.rep)
        amount = _whole(abs(node.deviation))
        if node.budget == 0:
            said = texts["reason_unplanned"].format(who=who, amount=amount)
        else:
            common = node.level != "company" and node.company_budget > 0
            measure = texts["reason_common" if common else "reason_budget"]
            said = texts["reason_more" if is_more else "reason_less"].format(
                who=who,
                amount=amount,
                measure=measure.format(attainment=f"{node.company_actual / max(node.company_budget, 1):.1%}"),
                share=_percent(node.deviation, node.expected),
            )
        if node.since:
            said += texts["reason_since"].format(since=node.since)
        shown = best or self._largest(node, splits)
        if shown is not None:
            how = texts["reason_spread" if best is None else "reason_mostly"]
            said += how.format(members=self._members(splits, shown))
        return said + self._way(node, parts) + "."

    def _members(self, splits: Mapping[str, _Split], best: Explanation) -> str:
        """The members that explain most, with their amounts, those together that did the same."""
        texts, split = self._inputs.labels.texts, splits[best.dimension]
        done: dict[str, list[str]] = {}
        for label, amount in zip(best.labels[:_MOST_NAMED], best.variances, strict=False):
            name = self._names.get(label, label) if best.dimension == "customer" else label
            element = f"{name or texts['no_product']} ({_signed(int(amount))})"
            done.setdefault(self._did(split, best.dimension, label, int(amount)), []).append(element)
        further = len(best.labels) - _MOST_NAMED
        if further > 0:
            next(reversed(done.values())).append(texts["reason_further"].format(count=further))
        return "; ".join(texts[did].format(elements=self._listed(elements)) for did, elements in done.items())

    def _listed(self, elements: list[str]) -> str:
        """Some words as a list."""
        if len(elements) == 1:
            return elements[0]
        return self._inputs.labels.texts["list_and"].format(first=", ".join(elements[:-1]), last=elements[-1])

    @staticmethod
    def _did(split: _Split, dimension: str, label: str, amount: int) -> str:
        """The text that says what a member of a dimension did."""
        texts, at = _MEMBERS[dimension], split.labels.index(label)
        if len(texts) == 1:
            return texts[0]
        if amount < 0:
            return texts[1] if split.actual[at] else texts[3]
        return texts[0] if split.expected[at] else texts[2]

    def _way(self, node: Node, parts: PriceVolumeMix | None) -> str:
        """
        Whether it was price, quantity, mix or the range of products; nothing where no product was sold before and now.

        Where all attain the same, a share of every budget quantity is expected: what was dropped shrinks with it, and
        quantity is what remains; price, mix and new products are the same as against the budget.
        """
        if parts is None or "like_for_like" not in parts.statuses:
            return ""
        totals = parts.totals
        dropped = round(totals["dropped"] * node.expected / node.budget) if node.budget else 0
        ways = {"price": totals["price"], "mix": totals["mix"], "range": totals["new"] + dropped}
        ways["quantity"] = node.deviation - sum(ways.values())
        sign = 1 if node.deviation > 0 else -1
        name = max(sorted(ways), key=lambda name: ways[name] * sign)
        texts = self._inputs.labels.texts
        return texts["reason_part"].format(part=texts[_WAYS[name]], amount=_signed(ways[name]))

    # The node's own lines

    def _of_node(self, node: Node, lines: Lines) -> Bools:
        """The lines that belong to a node."""
        own = np.ones(len(lines.month), bool)
        if node.territory is not None:
            own &= lines.territory == self._facts.territories.index(node.territory)
        if node.rep is not None:
            own &= lines.rep == self._facts.reps.index(node.rep)
        return own

    def _sold(self, node: Node) -> Bools:
        """The order lines of a node in its period."""
        return self._of_node(node, self._facts.sales) & self._facts.sales.within(node.period.first, node.period.end)

    def _bases(self, node: Node) -> Iterator[Bools]:
        """The order lines a node's budget may be shared by, the most fitting first."""
        held = self._facts.holder
        year_before = held.within(node.period.first - MONTHS_OF_YEAR, node.period.end - MONTHS_OF_YEAR)
        history, own = held.month < 0, self._of_node(node, held)
        yield year_before & own
        yield history & own
        yield year_before
        yield history

    # Members of a dimension

    def _split(self, node: Node, dimension: str) -> _Split | None:
        """What the members of a dimension were budgeted and sold; None where the budget cannot be shared over them."""
        facts, sold = self._facts, self._sold(node)
        if dimension in ("product", "customer"):
            codes, labels = (
                (facts.product, list(facts.products))
                if dimension == "product"
                else (facts.customer, list(facts.customers))
            )
            weights = self._weights(node, codes, len(labels))
            sales_codes = codes
        else:
            labels, sales_codes, weights = self._planned(node, dimension)
        if weights is None:
            return None
        actual = sums_by_group(sales_codes[sold], facts.sales.cents[sold], len(labels))
        budget, expected = (spread(total, weights, zero="leave") for total in (node.budget, node.expected))
        there = np.flatnonzero((budget != 0) | (expected != 0) | (actual != 0))
        named = [labels[at] for at in there]
        budget, expected, actual = budget[there], expected[there], actual[there]
        return _Split(named, budget, expected, actual, drivers(named, expected, actual))

    def _planned(self, node: Node, dimension: str) -> tuple[list[str], Integers, Integers]:
        """Members of a dimension that budget lines have, the code of each order line, and what was budgeted."""
        facts, budget = self._facts, self._facts.budget
        own = self._of_node(node, budget) & budget.within(node.period.first, node.period.end)
        if dimension == "month":
            labels = [facts.month(month) for month in range(node.period.first, node.period.end)]
            codes, sales_codes = budget.month - node.period.first, facts.sales.month - node.period.first
        else:
            labels = list(facts.territories if dimension == "territory" else facts.reps)
            codes, sales_codes = facts.codes(budget, dimension), facts.codes(facts.sales, dimension)
        return labels, sales_codes, sums_by_group(codes[own], budget.cents[own], len(labels))

    def _weights(self, node: Node, codes: Integers, count: int) -> Integers | None:
        """What a node's budget is shared by over products or customers; None without any history."""
        if node.budget == 0:
            return np.zeros(count, np.int64)
        for base in self._bases(node):
            weights = np.maximum(sums_by_group(codes[base], self._facts.holder.cents[base], count), 0)
            if weights.any():
                return weights
        return None

    # Price, quantity and mix

    def _parts(self, node: Node) -> PriceVolumeMix | None:
        """Price, quantity and mix of what was sold against the budget; None where quantities or history fail."""
        facts, sold, count = self._facts, self._sold(node), len(self._facts.products)
        amounts = sums_by_group(facts.product[sold], facts.sales.cents[sold], count)
        if np.isnan(facts.quantity[sold]).any():
            self._unsplit.append(node)
            return None
        quantities = _sums(facts.product[sold], facts.quantity[sold], count)
        if ((quantities == 0) & (amounts != 0)).any():
            self._unsplit.append(node)
            return None
        base = self._priced_base(node, count) if node.budget else (np.zeros(count, np.int64), np.ones(count))
        if base is None:
            return None
        weights, prices = base
        shares = spread(node.budget, weights, zero="leave")
        there = np.flatnonzero((shares != 0) | (quantities != 0)).tolist()
        pieces = quantities[there]
        actual_prices = np.divide(
            from_units(amounts[there], CENT), pieces, out=np.full(len(there), np.nan), where=pieces != 0
        )
        return price_volume_mix(
            from_units(shares[there], CENT) / prices[there],
            prices[there],
            pieces,
            actual_prices,
            [facts.products[at] for at in there],
        )

    def _priced_base(self, node: Node, count: int) -> tuple[Integers, Floats] | None:
        """What a budget is shared by over products, and the mean price of each."""
        facts = self._facts
        priced = facts.quantity > 0
        for base in self._bases(node):
            usable = base & priced
            amounts = sums_by_group(facts.product[usable], facts.holder.cents[usable], count)
            quantities = _sums(facts.product[usable], facts.quantity[usable], count)
            weights = np.where(quantities > 0, np.maximum(amounts, 0), 0)
            if weights.any():
                prices = np.divide(from_units(weights, CENT), quantities, out=np.ones(count), where=weights > 0)
                return weights, _to_digits(prices)
        return None


def _sums(group: Integers, numbers: Floats, count: int) -> Floats:
    """Sums by group, added in the order of the numbers so that the order of rows changes no digit."""
    order = np.lexsort((numbers, group))
    return np.asarray(np.bincount(group[order], weights=numbers[order], minlength=count), np.float64)


def _to_digits(prices: Floats) -> Floats:
    """Prices cut to the digits that are kept of them."""
    return np.array([float(f"{price:.{_PRICE_DIGITS}g}") for price in prices.tolist()])


def _whole(cents: int) -> str:
    """An amount in a sentence: without decimals from a thousand on."""
    amount = float(from_units(cents, CENT))
    return f"{amount:,.0f}" if amount >= _SHORT else f"{amount:,.2f}"


def _signed(cents: int) -> str:
    """An amount in a sentence with its sign."""
    return ("+" if cents >= 0 else "\N{MINUS SIGN}") + _whole(abs(cents))


def _percent(part: int, whole: int) -> str:
    """A deviation as a percentage with its sign, as far as it says something."""
    share = part / abs(whole) if whole else np.inf * np.sign(part)
    return _BEYOND if share >= _TENFOLD else f"{share:+.0%}".replace("-", "\N{MINUS SIGN}")
