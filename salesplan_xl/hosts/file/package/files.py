"""Whole files: read at once, up to a size, and swapped in at once."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import time
import zipfile
from pathlib import Path

from salesplan_xl.hosts.refusals import Where

MOST_FILE_BYTES = 256 << 20
SWAP_ATTEMPTS = 5
SWAP_PAUSE_SECONDS = 0.2


def read_file(path: Path, most_bytes: int) -> bytes:
    """
    Read a whole file into memory.

    Parameters
    ----------
    path : Path
        The file.
    most_bytes : int
        Size above which it is refused unread.

    Returns
    -------
    bytes
        Its content.

    Raises
    ------
    RefusalError
        If it is not there, a folder, too large, or cannot be read.
    """
    where = Where(path.name)
    if path.is_dir():  # opening one fails in another way on each system
        where.refuse("E-FILE-TYPE", reason="it is a folder")
    try:
        with path.open("rb") as stream:
            content = stream.read(most_bytes + 1)
    except FileNotFoundError as error:
        where.refuse("E-FILE-MISSING", cause=error, path=path)
    except PermissionError as error:
        where.refuse("E-FILE-OPEN", cause=error)
    except OSError as error:
        where.refuse("E-FILE-DAMAGED", cause=error, reason=error.strerror or type(error).__name__)
    if len(content) > most_bytes:
        where.refuse("E-FILE-UNSAFE", reason=f"more than {most_bytes:,} bytes")
    return content


def swap_in(path: Path, content: bytes, *, unchanged_from: bytes | None = None) -> None:
    """
    Write a zip beside a file, check it, and put it in the file's place in one step.

    Parameters
    ----------
    path : Path
        The file, there or not yet.
    content : bytes
        A whole zip.
    unchanged_from : bytes, optional
        What the file must still hold at the moment before the swap.

    Raises
    ------
    RefusalError
        If the file was changed meanwhile, another program holds it open, or the place cannot be written to.
        The file is then as it was, and nothing is left beside it.
    """
    where = Where(path.name)
    beside = path.with_name(f".~{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        _write_through(beside, content)
        _check_written(beside, where)
        if path.exists():
            beside.chmod(stat.S_IMODE(path.stat().st_mode))
        if unchanged_from is not None and (not path.exists() or path.read_bytes() != unchanged_from):
            where.refuse("E-FILE-CHANGED")
        _swap(beside, path, where)
    except (OSError, zipfile.BadZipFile) as error:
        where.refuse("E-FILE-WRITE", cause=error, reason=getattr(error, "strerror", None) or str(error))
    finally:
        with contextlib.suppress(OSError):  # gone already, or the refusal on its way says more
            beside.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _write_through(path: Path, content: bytes) -> None:
    """Write a new file down to the disk."""
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _check_written(path: Path, where: Where) -> None:
    """Read a zip back and refuse one that is not whole."""
    with zipfile.ZipFile(path) as written:
        damaged = written.testzip()
    if damaged is not None:
        where.refuse("E-FILE-WRITE", reason=f"{damaged} was not written whole")


def _swap(beside: Path, path: Path, where: Where) -> None:
    """Replace one file by another; a program that holds it open gets a moment to let go."""
    for attempt in range(1, SWAP_ATTEMPTS + 1):
        try:
            beside.replace(path)
        except PermissionError as error:
            if attempt == SWAP_ATTEMPTS:
                where.refuse("E-FILE-OPEN", cause=error)
            time.sleep(SWAP_PAUSE_SECONDS)
        else:
            return


def _sync_folder(folder: Path) -> None:
    """Write the folder's entry down to the disk, where the system lets us."""
    with contextlib.suppress(OSError):  # Windows opens no folders, some network drives sync none
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
