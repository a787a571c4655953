"""A workbook as the zip it is: judged before it is read, changed part by part, swapped in whole.

Everything that is not replaced keeps its raw bytes, its order and its metadata. The file is read into memory
once; nothing in it is ever extracted, followed or run.
"""

from salesplan_xl.hosts.file.package.directory import CONTENT_TYPES
from salesplan_xl.hosts.file.package.files import MOST_FILE_BYTES, read_file, swap_in
from salesplan_xl.hosts.file.package.kinds import MACRO_ENDING, WORKBOOK_ENDINGS, is_meant_as_workbook
from salesplan_xl.hosts.file.package.parts import Package
from salesplan_xl.hosts.file.package.relationships import OFFICE, Relationship

__all__ = [
    "CONTENT_TYPES",
    "MACRO_ENDING",
    "MOST_FILE_BYTES",
    "OFFICE",
    "WORKBOOK_ENDINGS",
    "Package",
    "Relationship",
    "is_meant_as_workbook",
    "read_file",
    "swap_in",
]
