"""What Excel's function wizard shows of each function, as VBA: a procedure for each, so that none is too long."""

from __future__ import annotations

from collections.abc import Sequence

from salesplan_xl.functions.specification import FunctionSpecification


def registrations(functions: Sequence[FunctionSpecification]) -> str:
    """
    Write the calls that register the help of the functions.

    Parameters
    ----------
    functions : sequence of FunctionSpecification
        The functions.

    Returns
    -------
    str
        A line of VBA for each, without a line feed at the end.
    """
    return "\n".join(f"    {_procedure(function)}" for function in functions)


def wizard_help(functions: Sequence[FunctionSpecification]) -> str:
    """
    Write the procedures that `registrations` calls.

    Parameters
    ----------
    functions : sequence of FunctionSpecification
        The functions. Their help is at most 255 characters, as `salesplan_xl.functions.lint.lint` sees to, so that a
        line of all quotes keeps below the 1023 characters that VBA reads.

    Returns
    -------
    str
        VBA.
    """
    return "".join(f"\n{_registration(function)}" for function in functions)


def _registration(function: FunctionSpecification) -> str:
    """The procedure that registers the help of a function."""
    texts = [f"    texts({number}) = {_literal(argument.help)}" for number, argument in enumerate(function.arguments)]
    declared = [f"    Dim texts(0 To {len(texts) - 1}) As Variant"] if texts else []
    given = [_literal(function.name), _literal(function.help), *(["texts"] if texts else [])]
    lines = [f"Private Sub {_procedure(function)}()", *declared, *texts, f"    Describe {', '.join(given)}", "End Sub"]
    return "".join(f"{line}\n" for line in lines)


def _procedure(function: FunctionSpecification) -> str:
    """The name of the procedure that registers the help of a function."""
    return f"Describe_{function.name}"


def _literal(text: str) -> str:
    """A text as VBA writes it."""
    return '"' + text.replace('"', '""') + '"'
