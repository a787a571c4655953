"""The help of a cell function, derived from its specification: as data for programs, as text for people."""

from __future__ import annotations

from collections.abc import Sequence

from salesplan_xl.functions.specification import FunctionSpecification

_CELLS = """\
## What a cell can hold

The rules are the same in every spreadsheet program and on the command line, whatever the function. What is
refused is an error cell, and its reason names the argument, the row and what was found there.

| a cell that holds | number, amount | integer | text | label | date | choice | boolean |
|---|---|---|---|---|---|---|---|
| an error | the error | the error | the error | the error | the error | the error | the error |
| a whole number | the number | the number | its digits | the number | the day it counts | `#VALUE!` | `#VALUE!` |
| a number with decimals | the number | `#NUM!` | `#VALUE!` | the number | the day only | `#VALUE!` | `#VALUE!` |
| TRUE or FALSE | `#VALUE!` | `#VALUE!` | `#VALUE!` | `#VALUE!` | `#VALUE!` | `#VALUE!` | the truth value |
| a text of digits | `#VALUE!` | `#VALUE!` | the text | the text | `#VALUE!` | `#VALUE!` | `#VALUE!` |
| a text such as 2026-01-31 | `#VALUE!` | `#VALUE!` | the text | the text | the day | `#VALUE!` | `#VALUE!` |
| a date from a macro | `#VALUE!` | `#VALUE!` | `#VALUE!` | `#VALUE!` | the day | `#VALUE!` | `#VALUE!` |

- **Ranges.** Numbers, amounts, texts, labels and dates are ranges of such cells. A single cell is a range of
  one, and a range of one cell is a single cell; where a single cell belongs, a larger range is `#VALUE!`. A
  result lies as its range lies: below one another or side by side.
- **Errors.** Every error of Excel comes out as itself, the newer ones such as `#SPILL!` and `#CALC!` too. Of
  several the first counts: argument by argument, row by row.
- **Formats.** A format changes nothing: money in a currency format is its number with all decimals, and a date
  is its serial number (46023 is 1 January 2026), so that a date counts as a number where a number belongs.
- **Blanks.** A blank cell is never zero, and neither is the text of no length that a formula may leave. Alone
  in an argument in square brackets it counts as left out. Elsewhere it is `#VALUE!`, unless the argument says
  what a blank means; where it says no more than that, the place is blank in the result.
- **Choices.** Upper and lower case are the same.
- **Tables.** The first row holds the headers: texts, none blank and none twice. Below it any cell may stand, an
  error excepted; what fits is said by the column. Rows that are blank throughout are passed over. In the rules
  of `SP_SEGMENT` a text of digits or a day counts as a number where the column asked for has numbers.
- **Left out.** A needed argument that is left out is `#VALUE!`.
"""


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
        "# Cell functions\n\nArguments in square brackets may be left out. This page is made from the functions.\n",
        _CELLS,
    ]
    for function in functions:
        parts.append(f"## {function.name}\n\n`={function.signature}`\n\n{function.help}\n")
        rows = [f"| {argument.name} | {argument.kind.value} | {argument.help} |" for argument in function.arguments]
        parts.append("\n".join(["| argument | kind | meaning |", "|---|---|---|", *rows]) + "\n")
    return "\n".join(parts)
