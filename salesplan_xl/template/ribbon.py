"""The ribbon tab: a group for each part of the plan, a button for each action, all texts from the catalogue.

The part has the form of Office 2007 (custom UI 2006/01), which every later Office reads: libraries that open and save
macro workbooks keep the relationship of that form and drop that of the newer one.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.etree import ElementTree

from salesplan_xl.template.macros import ACTION_BUTTON, HELP_BUTTON, ON_ACTION, ON_LOAD, STOP_BUTTON, WHY_BUTTON
from salesplan_xl.template.mark import marked_ribbon
from salesplan_xl.workbook.buttons import WHOLE_PLAN, button_groups
from salesplan_xl.workbook.labels import Labels
from salesplan_xl.workbook.options import ActionSpecification

PART = "customUI/customUI.xml"
"""Where the ribbon stands in the package."""

_NAMESPACE = "http://schemas.microsoft.com/office/2006/01/customui"
_RELATIONSHIP = "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
_ROOT_RELATIONSHIPS = "_rels/.rels"


def ribbon(actions: Sequence[ActionSpecification], labels: Labels) -> bytes:
    """
    Write the ribbon part.

    Parameters
    ----------
    actions : sequence of ActionSpecification
        The actions; each has one button, in the group of its sheet. Those of Home and Log, which concern the whole
        plan, stand in the last group, with *Stop*, *Why?* and *Help*.
    labels : Labels
        Texts of the language.

    Returns
    -------
    bytes
        XML, the same for the same declaration, with the mark by which a later version knows it as ours.
    """
    root = ElementTree.Element("customUI", xmlns=_NAMESPACE, onLoad=ON_LOAD)
    tabs = ElementTree.SubElement(ElementTree.SubElement(root, "ribbon"), "tabs")
    tab = ElementTree.SubElement(tabs, "tab", id="plan_tab", label=labels.ribbon["tab"])
    for group_id, own in button_groups(actions):
        title = labels.ribbon["whole_plan"] if group_id == WHOLE_PLAN else labels.sheets[group_id]["title"]
        group = _add_group(tab, group_id, title, own, labels)
    _add_button(group, STOP_BUTTON, "CancelRequest", labels.ribbon["stop"], labels.ribbon["stop_tip"])
    _add_button(group, WHY_BUTTON, "TracePrecedents", labels.ribbon["why"], labels.ribbon["why_tip"])
    _add_button(group, HELP_BUTTON, "Help", labels.ribbon["help"], labels.ribbon["help_tip"])
    ElementTree.indent(root)
    return marked_ribbon(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def with_ribbon(workbook: bytes, part: bytes) -> bytes:
    """
    Put a ribbon into a workbook that has none.

    Parameters
    ----------
    workbook : bytes
        The workbook as XlsxWriter wrote it; its list of content types covers every .xml part already.
    part : bytes
        The ribbon part.

    Returns
    -------
    bytes
        The workbook with the ribbon; every other part as it was.
    """
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == _ROOT_RELATIONSHIPS:
                content = _related(content)
            new.writestr(entry, content)
        new.writestr(zipfile.ZipInfo(PART, date_time=old.infolist()[0].date_time), part, zipfile.ZIP_DEFLATED)
    return output.getvalue()


def _add_group(
    tab: ElementTree.Element, group_id: str, label: str, actions: Sequence[ActionSpecification], labels: Labels
) -> ElementTree.Element:
    """Add a group with the buttons of some actions."""
    group = ElementTree.SubElement(tab, "group", id=f"group_{group_id}", label=label)
    for action in actions:
        texts = labels.actions[action.id]
        _add_button(group, f"{ACTION_BUTTON}{action.id}", action.picture, texts["label"], texts["tip"])
    return group


def _add_button(group: ElementTree.Element, button_id: str, picture: str, label: str, tip: str) -> None:
    """Add a button."""
    ElementTree.SubElement(
        group,
        "button",
        id=button_id,
        size="large",
        imageMso=picture,
        label=label,
        screentip=label,
        supertip=tip,
        onAction=ON_ACTION,
    )


def _related(relationships: bytes) -> bytes:
    """The package's relationships, with one to the ribbon."""
    end = b"</Relationships>"
    own = f'<Relationship Id="rIdRibbon" Type="{_RELATIONSHIP}" Target="{PART}"/>'
    return relationships.replace(end, own.encode() + end)
