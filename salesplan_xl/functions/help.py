"""The help of a cell function, derived from its specification: as data for programs, as text for people."""

from __future__ import annotations

from collections.abc import Sequence

from salesplan_xl.functions.specification import FunctionSpecification


def describe(specification: FunctionSpecification) -> dict[str, object]:
    """
    Give a function's help as data.

    Parameters
    ----------
    specification : FunctionSpecification
        The function.

    Returns
    -------
    dict
        Name, signature, help and arguments, ready for JSON.
    """
    return {
        "function": specification.name,
        "signature": specification.signature,
        "help": specification.help,
        "arguments": [
            {
                "name": argument.name,
                "kind": argument.kind.value,
                "optional": argument.optional,
                "choices": list(argument.choices),
                "help": argument.help,
            }
            for argument in specification.arguments
        ],
    }


def as_text(specification: FunctionSpecification) -> str:
    """
    Give a function's help as text.

    Parameters
    ----------
    specification : FunctionSpecification
        The function.

    Returns
    -------
    str
        Signature, one sentence, and a line for each argument.
    """
    width = max(len(argument.name) for argument in specification.arguments)
    lines = [specification.signature, f"  {specification.help}"]
    lines += [f"    {argument.name:{width}}  {argument.help}" for argument in specification.arguments]
    return "\n".join(lines)


def as_markdown(functions: Sequence[FunctionSpecification]) -> str:
    """
    Write the reference page of the cell functions.

    Parameters
    ----------
    functions : sequence of FunctionSpecification
        The functions, in the order of the page.

    Returns
    -------
    str
        A Markdown page.
    """
    parts = [
        "# Cell functions\n\nArguments in square brackets may be left out. This page is made from the functions.\n"
    ]
    for function in functions:
        parts.append(f"## {function.name}\n\n`={function.signature}`\n\n{function.help}\n")
        rows = [f"| {argument.name} | {argument.kind.value} | {argument.help} |" for argument in function.arguments]
        parts.append("\n".join(["| argument | kind | meaning |", "|---|---|---|", *rows]) + "\n")
    return "\n".join(parts)
