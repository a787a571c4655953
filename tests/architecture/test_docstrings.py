"""Docstrings are the manual: every public function and class says its arguments, its result and its refusals.

numpydoc checks them on the imported objects, since on the text alone it knows neither data classes nor properties.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import tomllib
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import pytest
from numpydoc.validate import validate

import salesplan_xl
import udfs

ROOT = Path(__file__).parents[2]
CHECKS = set(
    tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["numpydoc_validation"]["checks"]
)


def modules() -> list[str]:
    """Every module of the product."""
    found = []
    for package in (salesplan_xl, udfs):
        found += [info.name for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    return found


def public(module: str) -> Iterator[str]:
    """Names of what a module defines for others: functions, classes and their methods."""
    loaded = importlib.import_module(module)
    for name, member in inspect.getmembers(loaded, lambda one: inspect.isfunction(one) or inspect.isclass(one)):
        if name.startswith("_") or member.__module__ != module or getattr(member, "_is_protocol", False):
            continue
        if inspect.isclass(member) and issubclass(member, Enum):
            continue  # its parameters are Enum's own
        yield f"{module}.{name}"
        if inspect.isclass(member):
            for method, function in vars(member).items():
                if method.startswith("_") or getattr(function, "__name__", "") != method:
                    continue  # a function under another name is the default of a field
                if isinstance(function, (classmethod, staticmethod, type(public))):
                    yield f"{module}.{name}.{method}"


@pytest.mark.parametrize("module", [name for name in modules() if ".entry." not in name])
def test_every_public_docstring_is_whole(module: str) -> None:
    faults = [
        f"{name}: {code} {text}" for name in public(module) for code, text in validate(name)["errors"] if code in CHECKS
    ]
    assert not faults, "\n".join(faults)
