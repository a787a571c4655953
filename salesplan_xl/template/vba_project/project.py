"""A project of VBA text, checked as a whole and written as a vbaProject.bin."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from salesplan_xl.template.vba_project.compression import compress
from salesplan_xl.template.vba_project.container import write_container
from salesplan_xl.template.vba_project.module import Module, ModuleKind, name_problem
from salesplan_xl.template.vba_project.streams import (
    CODE_PAGE,
    VERSION_STREAM,
    dir_stream,
    name_stream,
    project_stream,
)

__all__ = ["Module", "ModuleKind", "Project", "ProjectError"]


class ProjectError(ValueError):
    """
    A project that VBA or its file format does not allow.

    Parameters
    ----------
    problems : tuple of str
        Everything that is wrong, one sentence each.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Project:
    """
    A VBA project.

    Parameters
    ----------
    name : str
        Its name: an ASCII identifier of at most 31 characters.
    modules : tuple of Module
        Its modules, in the order in which they are written: one for the workbook, one for each sheet, and others.

    Examples
    --------
    >>> project = Project("SalesPlan", (Module("ThisWorkbook", ModuleKind.WORKBOOK),))
    >>> len(project.to_bytes()) % 512
    0
    """

    name: str
    modules: tuple[Module, ...]

    def to_bytes(self) -> bytes:
        """
        Write the project.

        Returns
        -------
        bytes
            The content of vbaProject.bin, the same for the same project. It holds source text only, refers to the
            libraries stdole and Office and to nothing else, and is neither locked nor hidden.

        Raises
        ------
        ProjectError
            With all that is wrong together: a name that is no ASCII identifier of at most 31 characters or is taken;
            two modules that differ only in case; no module of the workbook, or several; and in the code a character
            that is not ASCII, a line of more than 1023 characters, a statement of more than 24 line continuations, an
            attribute of the module or a VERSION block, a procedure of more than 64 kB.
        ContainerError
            If it takes more than 7 MB.
        """
        if problems := tuple(self._problems()):
            raise ProjectError(problems)
        # MS-OVBA 2.2.1 Project Root Storage
        return write_container(
            {
                "VBA": {
                    "_VBA_PROJECT": VERSION_STREAM,
                    "dir": compress(dir_stream(self.name, self.modules)),
                    # MS-OVBA 2.3.4.3 Module Stream
                    **{module.name: compress(module.source().encode(CODE_PAGE)) for module in self.modules},
                },
                "PROJECT": project_stream(self.name, self._id(), self.modules),
                "PROJECTwm": name_stream(self.modules),
            }
        )

    def _id(self) -> str:
        """An id that changes with the content and with nothing else."""
        content = repr([self.name, *((module.name, module.kind.value, module.source()) for module in self.modules)])
        digest = hashlib.sha256(content.encode()).digest()
        return f"{{{uuid.UUID(bytes=digest[:16], version=4)}}}".upper()

    def _problems(self) -> Iterator[str]:
        """Find what VBA or its file format does not allow."""
        if wrong := name_problem(self.name):
            yield f"project {self.name}: {wrong}"
        workbooks = [module.name for module in self.modules if module.kind is ModuleKind.WORKBOOK]
        if len(workbooks) != 1:
            yield f"modules of the workbook: {', '.join(workbooks) or 'none'}; there must be one"
        alike = Counter(module.name.lower() for module in self.modules)
        for lower, count in alike.items():
            if count > 1:
                names = [module.name for module in self.modules if module.name.lower() == lower]
                yield f"modules {', '.join(names)}: the names must differ in more than case"
        for module in self.modules:
            if module.name.lower() == self.name.lower():
                yield f"module {module.name}: the project has the same name; choose another"
            yield from module.problems()
