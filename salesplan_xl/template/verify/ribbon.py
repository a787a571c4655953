"""The ribbon part: what its schema asks, and that every callback it names is a procedure that takes what it gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from xml.etree.ElementTree import Element

from salesplan_xl.template.verify.customui import (
    ACTION_ARGUMENTS,
    ARGUMENTS,
    ATTRIBUTES,
    CHILDREN,
    EXCLUSIVE,
    KNOWN_IMAGES,
    KNOWN_TABS,
    LONGEST,
    NAMESPACES,
    NEEDS_ID,
    VALUES,
)
from salesplan_xl.template.verify.modules import Module
from salesplan_xl.template.verify.package import Package
from salesplan_xl.template.verify.project_stream import MODULE
from salesplan_xl.template.verify.rules import Finding, Rule
from salesplan_xl.template.verify.source import Procedure

PAIR = Rule(
    "ribbon.pair",
    "The namespace of the part and the type of its relationship belong together, and there is one part of each.",
    "Excel looks for the 2006 part and the 2009 part by their own relationship; a part under the other one need not be "
    "read (MS-CUSTOMUI 2.1, MS-CUSTOMUI2 2.1).",
)
ELEMENT = Rule(
    "ribbon.element",
    "Elements are those of custom UI, each where it may stand.",
    "Excel drops a ribbon that does not fit the schema as a whole, without a word unless add-in errors are shown "
    "(MS-CUSTOMUI 2.2).",
)
ATTRIBUTE = Rule(
    "ribbon.attribute",
    "An element has only attributes that it knows.",
    "Excel drops a ribbon that does not fit the schema as a whole (MS-CUSTOMUI 2.2).",
)
VALUE = Rule(
    "ribbon.value",
    "An attribute has one of its values and is not too long: keytips 3, labels and tips 1024 characters.",
    "Excel drops a ribbon that does not fit the schema as a whole (MS-CUSTOMUI 2.3).",
)
ID = Rule(
    "ribbon.id",
    "A control has exactly one of id, idMso and idQ, and every id is used once.",
    "A second id is an error of the schema, and callbacks tell controls apart by it (MS-CUSTOMUI 2.2).",
)
BOTH = Rule(
    "ribbon.both",
    "An attribute is given as a value or by a callback, not both; an image and a place in one way.",
    "The schema excludes it: Excel drops the ribbon (MS-CUSTOMUI 2.2); the Open XML SDK does not notice.",
)
CALLBACK = Rule(
    "ribbon.callback",
    "Every callback is one public Sub of a standard module.",
    "'Cannot run the macro': the button does nothing, a label stays empty.",
)
SIGNATURE = Rule(
    "ribbon.arguments",
    "A callback takes as many arguments as its attribute gives.",
    "'Wrong number of arguments or invalid property assignment' at the first click (MS-CUSTOMUI 2.2).",
)
IMAGE = Rule(
    "ribbon.image",
    "An imageMso is one of the images that were looked up in lists of Office's own.",
    "No schema knows the names; with a wrong one the button shows nothing.",
)
TAB = Rule(
    "ribbon.built-in",
    "A tab stands beside a tab that Excel has.",
    "Next to a tab that is not there it stands where Excel pleases.",
)
RULES = (PAIR, ELEMENT, ATTRIBUTE, VALUE, ID, BOTH, CALLBACK, SIGNATURE, IMAGE, TAB)

_PLACES = ("insertAfterMso", "insertBeforeMso")


def check_ribbon(
    package: Package, modules: Sequence[Module] | None, known_images: Collection[str] = KNOWN_IMAGES
) -> Iterator[Finding]:
    """
    Check the ribbon parts of a package.

    Parameters
    ----------
    package : Package
        The package.
    modules : sequence of Module or None
        Modules of its VBA project; None where they could not be read, and callbacks are not looked up.
    known_images : collection of str
        Names an imageMso may be.

    Yields
    ------
    Finding
        What breaks the rules.
    """
    ends = [one for one in package.relationships.get("", ()) if one.kind.endswith("/ui/extensibility")]
    for kind, count in Counter(one.kind for one in ends).items():
        if count > 1:
            yield PAIR.at("the package", f"it has {count} relationships {kind}")
    for one in ends:
        root = package.documents.get(one.target)
        if root is None:
            continue  # a missing or broken part is a matter of the package
        space = root.tag[1:].partition("}")[0]
        if NAMESPACES.get(space) != one.kind:
            yield PAIR.at(one.target, f"its namespace is {space}, its relationship {one.kind}")
        yield from _check_part(one.target, root, modules, known_images)


def _check_part(
    part: str, root: Element, modules: Sequence[Module] | None, known_images: Collection[str]
) -> Iterator[Finding]:
    """Check one ribbon part."""
    if _tag(root) != "customUI":
        yield ELEMENT.at(part, f"its root is {_tag(root)}")
    yield from _check_ids(part, root)
    for element in root.iter():
        where = _where(part, element)
        tag = _tag(element)
        for child in element:
            if _tag(child) not in CHILDREN.get(tag, ()):
                yield ELEMENT.at(where, f"{_tag(child)} stands in {tag}")
        yield from _check_attributes(where, tag, element)
        yield from _check_built_in(where, element, known_images)
        if modules is not None:
            yield from _check_callbacks(where, tag, element, modules)


def _check_ids(part: str, root: Element) -> Iterator[Finding]:
    """Ids must be there, and once."""
    counts = Counter(element.get("id") for element in root.iter() if "id" in element.attrib)
    for name, count in counts.items():
        if count > 1:
            yield ID.at(part, f"the id {name!r} stands {count} times")
    for element in root.iter():
        given = [name for name in ("id", "idMso", "idQ") if name in element.attrib]
        if _tag(element) in NEEDS_ID and len(given) != 1:
            yield ID.at(_where(part, element), f"a {_tag(element)} has {' and '.join(given) or 'none of them'}")


def _check_attributes(where: str, tag: str, element: Element) -> Iterator[Finding]:
    """Attributes must be known, have their values, and not exclude one another."""
    for name, value in element.attrib.items():
        if tag in ATTRIBUTES and name not in ATTRIBUTES[tag]:
            yield ATTRIBUTE.at(where, f"{tag} has no attribute {name}")
        if name in VALUES and value not in VALUES[name]:
            yield VALUE.at(where, f"{name} is {value!r}")
        if len(value) > LONGEST.get(name, len(value)):
            yield VALUE.at(where, f"{name} has {len(value)} characters")
    for names in EXCLUSIVE:
        given = [name for name in names if name in element.attrib]
        if len(given) > 1:
            yield BOTH.at(where, f"it has {' and '.join(given)}")


def _check_built_in(where: str, element: Element, known_images: Collection[str]) -> Iterator[Finding]:
    """Names of what Excel has itself must be names it has."""
    image = element.get("imageMso")
    if image is not None and image not in known_images:
        yield IMAGE.at(where, f"imageMso is {image!r}")
    if _tag(element) == "tab":
        for name in ("idMso", *_PLACES):
            if name in element.attrib and element.get(name) not in KNOWN_TABS:
                yield TAB.at(where, f"{name} is {element.get(name)!r}")


def _check_callbacks(where: str, tag: str, element: Element, modules: Sequence[Module]) -> Iterator[Finding]:
    """Callbacks must be procedures that take what they are given."""
    for name, value in element.attrib.items():
        if name not in ARGUMENTS:
            continue
        found = list(_callbacks(value, modules))
        if len(found) != 1:
            yield CALLBACK.at(where, f"{name} is {value!r}, which {len(found)} public Subs are called")
            continue
        wanted = ACTION_ARGUMENTS.get(tag, 1) if name == "onAction" else ARGUMENTS[name]
        if found[0].arguments != wanted:
            yield SIGNATURE.at(where, f"{value!r} takes {found[0].arguments}, {name} gives {wanted}")


def _callbacks(value: str, modules: Sequence[Module]) -> Iterator[Procedure]:
    """The public Subs of standard modules a callback may mean."""
    place, _, name = value.lower().rpartition(".")
    for module in modules:
        if module.kind == MODULE and place in ("", module.name.lower()):
            for procedure in module.procedures:
                if procedure.public and procedure.kind == "sub" and procedure.name.lower() == name:
                    yield procedure


def _tag(element: Element) -> str:
    """Name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def _where(part: str, element: Element) -> str:
    """Where an element stands: its part and its id."""
    name = element.get("id") or element.get("idMso") or element.get("idQ") or _tag(element)
    return f"{part}:{name}"
