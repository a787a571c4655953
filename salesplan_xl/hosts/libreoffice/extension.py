"""The extension as a file: what runs inside LibreOffice and its settings. The same always, byte for byte."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files

from salesplan_xl.functions.basic import OFFICE_SERVICE

IDENTIFIER = "org.salesplan_xl.functions"
"""By which LibreOffice knows the extension."""

FILE_NAME = "salesplan-xl.oxt"

_INSIDE = "salesplan_xl.hosts.libreoffice.inside"
_OLDEST_DATE = (1980, 1, 1, 0, 0, 0)  # of a zip entry
_READABLE = 0o100644 << 16

# The loader of Python components puts a folder of this name beside a component on the path.
_BESIDE = "pythonpath/salesplan_xl_inside"

_MANIFEST = """\
<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">
  <manifest:file-entry manifest:full-path="functions.components" \
manifest:media-type="application/vnd.sun.star.uno-components"/>
</manifest:manifest>
"""

# Said in a file of its own, not by the component when it is installed: then LibreOffice writes nothing into its
# registry file, in which what was removed stays legible.
_COMPONENTS = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<components xmlns="http://openoffice.org/2010/uno-components">
  <component loader="com.sun.star.loader.Python" uri="component.py">
    <implementation name="{OFFICE_SERVICE}"><service name="{OFFICE_SERVICE}"/></implementation>
  </component>
</components>
"""

_DESCRIPTION = """\
<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006">
  <identifier value="{identifier}"/>
  <version value="{version}"/>
  <display-name><name lang="en">Sales plan functions</name></display-name>
</description>
"""


@dataclass(frozen=True)
class Settings:
    """
    What the extension is told at installation.

    Parameters
    ----------
    command : tuple of str
        The program that answers, and its arguments.
    silent, what_to_do : str
        What a person is told when it does not answer.
    first_seconds : float
        How long the first answer of a new process may take: it loads its libraries.
    seconds : float
        How long any other answer may take.
    rest_seconds : float
        How long nothing is asked after a failure.
    """

    command: tuple[str, ...]
    silent: str
    what_to_do: str
    first_seconds: float = 120
    seconds: float = 60
    rest_seconds: float = 60


def extension(settings: Settings, version: str) -> bytes:
    """
    Make the extension.

    Parameters
    ----------
    settings : Settings
        What it is told.
    version : str
        Its version.

    Returns
    -------
    bytes
        The content of an .oxt file, which is a zip of the component, the modules it uses, its settings, a manifest
        and a description (wiki.openoffice.org/wiki/Documentation/DevGuide/Extensions).
    """
    parts = {
        "META-INF/manifest.xml": _MANIFEST,
        "description.xml": _DESCRIPTION.format(identifier=IDENTIFIER, version=version),
        "functions.components": _COMPONENTS,
        "component.py": _source("component"),
        "settings.json": json.dumps(asdict(settings), indent=2) + "\n",
        **{f"{_BESIDE}/{name}.py": _source(name) for name in ("__init__", "cells", "process")},
    }
    return _zipped(parts)


def _source(module: str) -> str:
    """The text of a module that runs inside."""
    return (files(_INSIDE) / f"{module}.py").read_text(encoding="utf-8")


def _zipped(parts: Mapping[str, str]) -> bytes:
    """A zip without the time it was made."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, _OLDEST_DATE)
            entry.create_system, entry.external_attr = 3, _READABLE  # as on Unix, wherever it is made
            archive.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return content.getvalue()
