"""An engine that has only some of xlwings' members, and says so of every other."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, NoReturn, TypeVar

from xlwings import base_classes

_Class = TypeVar("_Class", bound=type)

_SPECIAL = ("__call__", "__len__", "__iter__", "__contains__", "__getitem__")


def narrow(made: _Class) -> _Class:
    """
    Let a class of the engine say of each member it does not define that it does not have it.

    Parameters
    ----------
    made : type
        A class derived from one of xlwings' base classes.

    Returns
    -------
    type
        The same class.
    """
    own = {name: member for one in reversed(made.__mro__) if not _is_base(one) for name, member in vars(one).items()}
    bases = {name: member for one in reversed(made.__mro__) if _is_base(one) for name, member in vars(one).items()}
    for name, member in bases.items():
        if name.startswith("_") and name not in _SPECIAL:
            continue
        mine = own.get(name)
        if name not in own:
            setattr(made, name, _missing(made.__name__, name, member))
        elif isinstance(mine, property) and mine.fset is None and isinstance(member, property):
            setattr(made, name, mine.setter(_refusal(f"setting {made.__name__}.{name}")))
    return made


def _is_base(one: type) -> bool:
    """Whether a class is one of xlwings'."""
    return one.__module__ == base_classes.__name__


def _missing(owner: str, name: str, member: object) -> object:
    """What stands in the place of a member."""
    refusal = _refusal(f"{owner}.{name}")
    if isinstance(member, FunctionType | staticmethod | classmethod):
        return refusal
    return property(refusal, refusal)


def _refusal(what: str) -> Callable[..., NoReturn]:
    """A function that says that something is not there."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise NotImplementedError(
            f"In LibreOffice, salesplan-xl has no {what}: only what its own actions use is there."
        )

    return refuse
