"""The document and its parts, as xlwings' objects ask for them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

import xlwings
from xlwings import base_classes

from salesplan_xl.hosts.libreoffice.engine.asking import Ask, Place
from salesplan_xl.hosts.libreoffice.engine.narrow import narrow
from salesplan_xl.hosts.libreoffice.engine.notation import to_excel
from salesplan_xl.hosts.libreoffice.engine.objects import BookObject, SheetObject, TableObject
from salesplan_xl.hosts.libreoffice.engine.ranges import Range

_UNDO_TITLE = "Sales plan"


def open_document(ask: Ask) -> xlwings.Book:
    """
    Give a document of LibreOffice as xlwings' book.

    Parameters
    ----------
    ask : callable
        Given a verb and its arguments, gives what `salesplan_xl.hosts.libreoffice.inside.documents.answer` answers.

    Returns
    -------
    xlwings.Book
        The book.
    """
    return xlwings.Book(impl=Book(ask))


@narrow
class App(base_classes.App):
    """
    The program, as far as one document knows it.

    Parameters
    ----------
    ask : callable
        Asks for something of the document.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._updating = True

    @property
    def pid(self) -> int:
        """Number of the process, which does not matter: nothing is looked up by it."""
        return 0

    @property
    def screen_updating(self) -> bool:
        """Whether the window follows; what changes while it does not is one step for LibreOffice's own undo."""
        return self._updating

    @screen_updating.setter
    def screen_updating(self, updating: bool) -> None:
        if updating != self._updating:
            self._updating = updating
            self._ask("screen", {"updating": updating, "title": _UNDO_TITLE})

    enable_events = True
    """LibreOffice has no such switch; what is set here is only kept for whoever looks."""

    @property
    def calculation(self) -> str:
        """``"automatic"`` or ``"manual"``."""
        return str(self._ask("calculation", {}))

    @calculation.setter
    def calculation(self, mode: str) -> None:
        self._ask("set_calculation", {"mode": mode})


@narrow
class Book(base_classes.Book):
    """
    A document.

    Parameters
    ----------
    ask : callable
        Asks for something of it.
    """

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self._app = App(ask)

    @property
    def api(self) -> BookObject:
        """Excel's object."""
        return BookObject()

    @property
    def app(self) -> App:
        """The program."""
        return self._app

    @property
    def name(self) -> str:
        """Name of the file."""
        return str(self.ask("book", {})["name"])

    @property
    def sheets(self) -> Sheets:
        """Its sheets."""
        return Sheets(self)

    @property
    def names(self) -> Names:
        """The names valid in all of it."""
        return Names(self)


class _Members(ABC):
    """A collection of which all members are known at once."""

    @abstractmethod
    def _all(self) -> Mapping[str, Any]:
        """The members by name."""

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._all().values())

    def __contains__(self, name: str) -> bool:
        return name in self._all()

    def __call__(self, name_or_index: str | int) -> Any:
        found = self._all()
        if isinstance(name_or_index, int):
            return list(found.values())[name_or_index - 1]
        return found[name_or_index]


@narrow
class Sheets(_Members, base_classes.Sheets):
    """
    The sheets of a document.

    Parameters
    ----------
    book : Book
        The document.
    """

    def __init__(self, book: Book) -> None:
        self._book = book

    def _all(self) -> dict[str, Sheet]:
        return {title: Sheet(self._book, title) for title in self._book.ask("book", {})["sheets"]}

    @property
    def active(self) -> Sheet:
        """The sheet that is shown."""
        return Sheet(self._book, self._book.ask("book", {})["active"])


@narrow
class Sheet(base_classes.Sheet):
    """
    A sheet.

    Parameters
    ----------
    book : Book
        The document.
    title : str
        Its title.
    """

    def __init__(self, book: Book, title: str) -> None:
        self._book = book
        self._title = title
        self.ask = book.ask

    @property
    def api(self) -> SheetObject:
        """Excel's object."""
        return SheetObject(self.ask, self._title)

    @property
    def book(self) -> Book:
        """Its document."""
        return self._book

    @property  # type: ignore[misc]  # xlwings can also set it, which is refused here
    def name(self) -> str:
        """Its title."""
        return self._title

    @property
    def tables(self) -> Tables:
        """The tables on it."""
        return Tables(self)

    def range(self, first: tuple[int, int], last: tuple[int, int] | None = None) -> Range:
        """
        Give the cells from one to another.

        Parameters
        ----------
        first, last : tuple of int
            Row and column of the first cell, and of the last if it is another.

        Returns
        -------
        Range
            The cells.
        """
        if not isinstance(first, tuple) or not isinstance(last or first, tuple):
            raise NotImplementedError("In LibreOffice, salesplan-xl finds cells by row and column only.")
        return Range(self, Place(self._title, *first, *(last or first)))


@narrow
class Tables(_Members, base_classes.Tables):
    """
    The tables of a sheet.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    """

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def _all(self) -> dict[str, Table]:
        found = self._sheet.ask("tables", {"sheet": self._sheet.name})
        return {one["name"]: Table(self._sheet, one["name"]) for one in found}


@narrow
class Table(base_classes.Table):
    """
    A table, which LibreOffice calls a database range.

    Parameters
    ----------
    sheet : Sheet
        Its sheet.
    name : str
        Its name.
    """

    def __init__(self, sheet: Sheet, name: str) -> None:
        self._sheet = sheet
        self._name = name

    @property
    def api(self) -> TableObject:
        """Excel's object."""
        return TableObject()

    @property
    def parent(self) -> Sheet:
        """Its sheet."""
        return self._sheet

    @property  # type: ignore[misc]  # as above
    def name(self) -> str:
        """Its name."""
        return self._name

    @property
    def range(self) -> Range:
        """All of it, with header and totals."""
        return Range(self._sheet, Place(self._sheet.name, *self._told()["area"]))

    @property  # type: ignore[misc]  # as above
    def show_headers(self) -> bool:
        """Whether it has a header."""
        return bool(self._told()["header"])

    @property
    def show_totals(self) -> bool:
        """Whether it has a row of totals."""
        return bool(self._told()["totals"])

    @show_totals.setter
    def show_totals(self, shown: bool) -> None:
        self._sheet.ask("show_totals", {"name": self._name, "shown": shown})

    def resize(self, range: xlwings.Range) -> None:  # noqa: A002 - as xlwings names it
        """
        Let it end elsewhere, and what speaks of it follow.

        Parameters
        ----------
        range : xlwings.Range
            All of it from now on.
        """
        self._sheet.ask("resize", {"name": self._name, "area": range.impl.place.arguments["area"]})

    def _told(self) -> Mapping[str, Any]:
        """What the document says of it."""
        found: Mapping[str, Any] = self._sheet.ask("table", {"name": self._name})
        return found


@narrow
class Names(_Members, base_classes.Names):
    """
    The names of a document.

    Parameters
    ----------
    book : Book
        The document.
    """

    def __init__(self, book: Book) -> None:
        self._book = book

    def _all(self) -> dict[str, Name]:
        return {name: Name(name, f"={to_excel(content)}") for name, content in self._book.ask("names", {})}

    def snapshot(self) -> list[tuple[str, Name]]:
        """
        Give every name with its object.

        Returns
        -------
        list of tuple of str and Name
            The names.
        """
        return list(self._all().items())

    def contains(self, name: str) -> bool:
        """
        Tell whether there is a name.

        Parameters
        ----------
        name : str
            The name.

        Returns
        -------
        bool
            Whether it is there.
        """
        return name in self._all()


@narrow
class Name(base_classes.Name):
    """
    A name.

    Parameters
    ----------
    name : str
        The name.
    refers_to : str
        What it stands for, in Excel's notation.
    """

    def __init__(self, name: str, refers_to: str) -> None:
        self._name = name
        self._refers_to = refers_to

    @property  # type: ignore[misc]  # as above
    def name(self) -> str:
        """The name."""
        return self._name

    @property  # type: ignore[misc]  # as above
    def refers_to(self) -> str:
        """What it stands for."""
        return self._refers_to
