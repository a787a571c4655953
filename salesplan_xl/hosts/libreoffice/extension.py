"""The extension as a file: what runs inside LibreOffice and its settings. The same always, byte for byte."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.resources import files

from salesplan_xl.hosts.libreoffice.inside.component import SERVICES
from salesplan_xl.hosts.libreoffice.toolbar import configuration

IDENTIFIER = "org.salesplan_xl.functions"
"""By which LibreOffice knows the extension."""

FILE_NAME = "salesplan-xl.oxt"

_INSIDE = "salesplan_xl.hosts.libreoffice.inside"
_COMPONENT = "component"
_OLDEST_DATE = (1980, 1, 1, 0, 0, 0)  # of a zip entry
_READABLE = 0o100644 << 16

# The loader of Python components puts a folder of this name beside a component on the path.
_BESIDE = "pythonpath/salesplan_xl_inside"

_MANIFEST = """\
<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">
{entries}</manifest:manifest>
"""
_ENTRY = '  <manifest:file-entry manifest:full-path="{path}" manifest:media-type="application/vnd.sun.star.{kind}"/>\n'

# Said in a file of its own, not by the component when it is installed: then LibreOffice writes nothing into its
# registry file, in which what was removed stays legible.
_COMPONENTS_PATH = "services.components"
_COMPONENTS = """\
<?xml version="1.0" encoding="UTF-8"?>
<components xmlns="http://openoffice.org/2010/uno-components">
  <component loader="com.sun.star.loader.Python" uri="component.py">
{services}  </component>
</components>
"""
_SERVICE = '    <implementation name="{name}"><service name="{name}"/></implementation>\n'

_DESCRIPTION = """\
<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006">
  <identifier value="{identifier}"/>
  <version value="{version}"/>
  <display-name><name lang="en">Sales plan</name></display-name>
</description>
"""


@dataclass(frozen=True)
class Program:
    """
    A program that answers.

    Parameters
    ----------
    command : tuple of str
        The program and its arguments.
    first_seconds : float
        How long the first answer of a new process may take: it loads its libraries.
    seconds : float
        How long any other answer may take.
    rest_seconds : float
        How long nothing is asked after a failure.
    """

    command: tuple[str, ...]
    first_seconds: float = 120
    seconds: float = 60
    rest_seconds: float = 60


@dataclass(frozen=True)
class Button:
    """
    A button of toolbar and menu.

    Parameters
    ----------
    id : str
        Id of the action, `salesplan_xl.hosts.libreoffice.inside.buttons.STOP`, ``WHY`` or ``HELP``.
    label : str
        What stands on it.
    option : str
        The option that names a file to read; empty if none does.
    file_title : str
        What a person is asked for who chooses the file.
    file_types : str
        Which files are shown, such as ``"*.csv;*.xlsx"``.
    """

    id: str
    label: str
    option: str = ""
    file_title: str = ""
    file_types: str = ""


@dataclass(frozen=True)
class Settings:
    """
    What the extension is told at installation.

    Parameters
    ----------
    functions, actions : Program
        What answers the cell functions, and what answers the buttons.
    groups : sequence of sequence of Button
        The buttons, in groups.
    texts : mapping of str to str
        Sentences for people: ``title``, ``silent``, ``what_to_do``, ``no_answer``, ``half_written``, ``nothing_works``,
        and ``help`` for a sheet without help of its own.
    help : mapping of str to str
        What the help button says of a sheet, by the sheet's title.
    """

    functions: Program
    actions: Program
    groups: Sequence[Sequence[Button]]
    texts: Mapping[str, str]
    help: Mapping[str, str] = field(default_factory=dict)


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
        The content of an .oxt file, which is a zip of the component, the modules it uses, its settings, the
        configuration of toolbar and menu, a manifest and a description
        (wiki.openoffice.org/wiki/Documentation/DevGuide/Extensions).
    """
    buttons = [[(button.id, button.label) for button in group] for group in settings.groups]
    configured = configuration(settings.texts["title"], buttons)
    parts = {
        "META-INF/manifest.xml": _manifest(list(configured)),
        "description.xml": _DESCRIPTION.format(identifier=IDENTIFIER, version=version),
        _COMPONENTS_PATH: _COMPONENTS.format(services="".join(_SERVICE.format(name=name) for name in SERVICES)),
        **configured,
        **_modules(),
        f"{_BESIDE}/settings.json": json.dumps(_told(settings), indent=2) + "\n",
    }
    return _zipped(parts)


def _manifest(configured: Sequence[str]) -> str:
    """What LibreOffice is to read, and as what."""
    kinds = {_COMPONENTS_PATH: "uno-components", **dict.fromkeys(configured, "configuration-data")}
    return _MANIFEST.format(entries="".join(_ENTRY.format(path=path, kind=kind) for path, kind in kinds.items()))


def _modules() -> dict[str, str]:
    """The component, and beside it the modules that it uses."""
    inside = sorted((one for one in files(_INSIDE).iterdir() if one.name.endswith(".py")), key=lambda one: one.name)
    component = f"{_COMPONENT}.py"
    return {
        component if one.name == component else f"{_BESIDE}/{one.name}": one.read_text(encoding="utf-8")
        for one in inside
    }


def _told(settings: Settings) -> dict[str, object]:
    """The settings as the modules inside read them."""
    return {
        "functions": asdict(settings.functions),
        "actions": asdict(settings.actions),
        "buttons": {button.id: asdict(button) for group in settings.groups for button in group},
        "texts": dict(settings.texts),
        "help": dict(settings.help),
    }


def _zipped(parts: Mapping[str, str]) -> bytes:
    """A zip without the time it was made."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, _OLDEST_DATE)
            entry.create_system, entry.external_attr = 3, _READABLE  # as on Unix, wherever it is made
            archive.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return content.getvalue()
