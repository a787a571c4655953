"""An xlwings engine for LibreOffice: the members that the live host uses, and no others.

Everything is asked for through one function, so that it does not matter which Python LibreOffice has, or where it runs;
`salesplan_xl.hosts.libreoffice.inside.documents` answers.
"""

from salesplan_xl.hosts.libreoffice.engine.books import Book, open_document

__all__ = ["Book", "open_document"]
