"""The hosts that the contract of `Book` is proved on. A further one is one more class and one more line in `HOSTS`."""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from salesplan_xl.hosts.excel.workbook import open_workbook
from salesplan_xl.hosts.file.book import FileBook
from salesplan_xl.hosts.libreoffice.engine import open_document
from salesplan_xl.hosts.live import LiveBook
from salesplan_xl.workbook.book import Book
from tests.hosts.excel.object_model import Workbook, windows_code
from tests.memory_book import MemoryBook
from tests.office import OpenDocument


class Host(abc.ABC):
    """A workbook that is open in one of the hosts."""

    book: Book

    @classmethod
    @abc.abstractmethod
    @contextmanager
    def open(cls, path: Path, request: pytest.FixtureRequest) -> Iterator[Host]:
        """Open a file, until the test is over."""

    @abc.abstractmethod
    def again(self) -> Book:
        """The workbook as the next reader finds it."""

    def after_failure(self) -> Book:
        """The workbook as the next reader finds it when a change has failed."""
        return self.again()


class InMemory(Host):
    """A plan in memory, as the tests of actions use it."""

    def __init__(self, path: Path) -> None:
        self.book: Book = MemoryBook.of(FileBook.open(path))

    @classmethod
    @contextmanager
    def open(cls, path: Path, request: pytest.FixtureRequest) -> Iterator[InMemory]:  # noqa: ARG003
        yield cls(path)

    def again(self) -> Book:
        return self.book


class ClosedFile(Host):
    """A closed file, saved and opened again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = FileBook.open(path)
        self.book: Book = self._file

    @classmethod
    @contextmanager
    def open(cls, path: Path, request: pytest.FixtureRequest) -> Iterator[ClosedFile]:  # noqa: ARG003
        yield cls(path)

    def again(self) -> Book:
        self._file.save()
        return FileBook.open(self._path)

    def after_failure(self) -> Book:
        """Whoever holds a closed file drops it unsaved."""
        return FileBook.open(self._path)


class LibreOffice(Host):
    """LibreOffice with the workbook open, reached as the extension's Python reaches it."""

    def __init__(self, document: OpenDocument) -> None:
        self.document = document
        self.book: Book = self.live()

    @classmethod
    @contextmanager
    def open(cls, path: Path, request: pytest.FixtureRequest) -> Iterator[LibreOffice]:
        with request.getfixturevalue("office").open(path) as document:
            yield cls(document)

    def live(self) -> LiveBook:
        return LiveBook(open_document(self.document.ask))

    def again(self) -> Book:
        return self.live()


class Excel(Host):
    """Excel as xlwings' own code for Windows meets it: a stand-in for its object model behind that code."""

    def __init__(self, path: Path) -> None:
        windows_code()
        self.workbook = Workbook(path)
        self.book: Book = self.again()

    @classmethod
    @contextmanager
    def open(cls, path: Path, request: pytest.FixtureRequest) -> Iterator[Excel]:  # noqa: ARG003
        yield cls(path)

    def again(self) -> Book:
        return LiveBook(open_workbook(self.workbook))


HOSTS: dict[str, tuple[type[Host], tuple[pytest.MarkDecorator, ...]]] = {
    "memory": (InMemory, ()),
    "file": (ClosedFile, ()),
    "excel": (Excel, ()),
    "libreoffice": (LibreOffice, (pytest.mark.office,)),
}
"""Each host with the marks of its tests."""


def on_every_host(**gaps: str) -> Callable[[Any], Any]:
    """Run a test on every host; a host named with a reason is known not to pass it."""
    assert gaps.keys() <= HOSTS.keys()
    return pytest.mark.parametrize(
        "host",
        [
            pytest.param(
                host,
                id=name,
                marks=(*marks, pytest.mark.xfail(reason=gaps[name], strict=True)) if name in gaps else marks,
            )
            for name, (host, marks) in HOSTS.items()
        ],
    )
