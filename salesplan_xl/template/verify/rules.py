"""A rule and what breaks it: both are data, and every rule knows why it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """
    One thing that must hold in a workbook.

    Parameters
    ----------
    id : str
        Short name, such as ``vba.dir-order``; the part before the point says what is looked at.
    says : str
        What must hold, in one sentence.
    reason : str
        What breaks otherwise, and the source: a section of a format, an issue, a limit.
    """

    id: str
    says: str
    reason: str

    def at(self, where: str, found: str) -> Finding:
        """
        Tell that the rule is broken somewhere.

        Parameters
        ----------
        where : str
            A part, a stream, ``module:line`` or ``sheet!cell``.
        found : str
            What stands there.

        Returns
        -------
        Finding
            The rule with the place and what was found.

        Examples
        --------
        >>> print(Rule("zip.name", "Names are unique.", "").at("xl/a.xml", "it stands twice"))
        zip.name at xl/a.xml: it stands twice. Names are unique.
        """
        return Finding(self, where, found)


@dataclass(frozen=True)
class Finding:
    """
    A place where a rule does not hold.

    Parameters
    ----------
    rule : Rule
        The rule.
    where : str
        A part, a stream, ``module:line`` or ``sheet!cell``.
    found : str
        What stands there.
    """

    rule: Rule
    where: str
    found: str

    def __str__(self) -> str:
        """Rule, place, what was found, what must hold."""
        return f"{self.rule.id} at {self.where}: {self.found}. {self.rule.says}"


class BrokenError(Exception):
    """
    What was being read is so broken that reading cannot go on.

    Parameters
    ----------
    finding : Finding
        What was found, and where.
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding
