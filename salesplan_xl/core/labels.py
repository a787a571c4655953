"""Labels: what rows belong to, in an order of their own, so that the order of the rows never matters."""

from typing import Any

Label = str | int | float
"""What somebody or something is called; the number 7 and the text "7" are two labels."""

# Texts of more digits than a cell keeps are not read as numbers.
_DIGITS = 15


def label_key(label: Any) -> tuple[int, float, str]:
    """
    Give the place of a label among others: what rows are put in order by when nothing else tells them apart.

    Parameters
    ----------
    label : object
        A number or a text.

    Returns
    -------
    tuple
        A key to sort by: numbers and texts of digits come first, by size; other texts follow, by their
        characters.

    Examples
    --------
    >>> sorted(["C-2", "10", "9", 11], key=label_key)
    ['9', '10', 11, 'C-2']
    """
    if isinstance(label, int | float):
        return 0, label, ""
    text = str(label)
    if text.isascii() and text.isdecimal() and len(text) <= _DIGITS:
        return 0, int(text), text
    return 1, 0, text


def label_text(label: Any) -> str:
    """
    Write a label in a sentence.

    Parameters
    ----------
    label : object
        A number or a text.

    Returns
    -------
    str
        The text, or the digits of the number as a cell shows them.

    Examples
    --------
    >>> label_text(4711.0), label_text("Norte")
    ('4711', 'Norte')
    """
    return f"{label:.15g}" if isinstance(label, float) else str(label)
