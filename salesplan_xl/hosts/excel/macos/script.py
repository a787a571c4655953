"""The script that Excel for Mac may start: it knows which Python, and hands over what the macros ask as mere words."""

from __future__ import annotations

from pathlib import Path

SCRIPT_FILE = "salesplan-xl.applescript"
"""Its name, by which the plan's macros start it."""

HANDLER = "PlanRun"
"""The part of it that they call."""

SEPARATOR = "\t"
"""What stands between two words, of the question as of the answer."""

DOOR = "salesplan_xl.entry.macos"
"""The Python module that it starts."""

_FOLDER = Path("Library", "Application Scripts", "com.microsoft.Excel")

# Every word goes through `quoted form of`, so the shell reads none of it. AppleScript gives the macros no reason for an
# error, so a Python that does not answer is told as an answer.
_SCRIPT = """\
on {handler}(asked)
	set shellLine to quoted form of ({python}) & " -I -m {door}"
	repeat with oneWord in my wordsOf(asked)
		set shellLine to shellLine & " " & quoted form of (contents of oneWord)
	end repeat
	try
		return do shell script shellLine without altering line endings
	on error reason
		return "failed" & tab & "0" & tab & reason & tab & "0"
	end try
end {handler}

on wordsOf(asked)
	set before to AppleScript's text item delimiters
	set AppleScript's text item delimiters to tab
	set found to text items of asked
	set AppleScript's text item delimiters to before
	return found
end wordsOf
"""


def script_path(home: Path) -> Path:
    """
    Say where Excel looks for the script.

    Parameters
    ----------
    home : Path
        The user's folder.

    Returns
    -------
    Path
        The script, there or not.
    """
    return home / _FOLDER / SCRIPT_FILE


def write_script(python: str, home: Path) -> Path:
    """
    Write the script, in place of one that is there.

    Parameters
    ----------
    python : str
        Full path of the Python that it is to start.
    home : Path
        The user's folder.

    Returns
    -------
    Path
        The script.
    """
    path = script_path(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script(python), encoding="ascii")
    return path


def remove_script(home: Path) -> bool:
    """
    Remove the script.

    Parameters
    ----------
    home : Path
        The user's folder.

    Returns
    -------
    bool
        Whether there was one.
    """
    path = script_path(home)
    there = path.is_file()
    path.unlink(missing_ok=True)
    return there


def script(python: str) -> str:
    """
    Write the text of the script.

    Parameters
    ----------
    python : str
        Full path of the Python that it is to start.

    Returns
    -------
    str
        AppleScript, ASCII: in which encoding AppleScript reads a file depends on the system.
    """
    return _SCRIPT.format(handler=HANDLER, python=text_in_script(python), door=DOOR)


def text_in_script(text: str) -> str:
    r"""
    Write a text as AppleScript writes it.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    str
        An expression in ASCII.

    Examples
    --------
    >>> print(text_in_script('/Volumes/Zoë/my "plan"'))
    "/Volumes/Zo" & (character id 235) & "/my \"plan\""
    """
    parts: list[str] = []
    plain = ""
    for sign in text:
        if " " <= sign <= "~":
            plain += f"\\{sign}" if sign in '\\"' else sign
            continue
        parts += [f'"{plain}"', f"(character id {ord(sign)})"]
        plain = ""
    if plain or not parts:
        parts.append(f'"{plain}"')
    return " & ".join(parts)
