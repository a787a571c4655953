"""Worked answers of the pieces: compression, protection, statements, what a condition leaves for an old Excel."""

from __future__ import annotations

import pytest

from salesplan_xl.template.verify.compression import decompress
from salesplan_xl.template.verify.modules import Source, read_module
from salesplan_xl.template.verify.project_stream import decrypt
from salesplan_xl.template.verify.rules import BrokenError
from salesplan_xl.template.verify.source import procedures, statements


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        pytest.param(
            "0119B000616263646566676800696A6B6C6D6E6F70007172737475762E", b"abcdefghijklmnopqrstuv.", id="MS-OVBA 3.2.1"
        ),
        pytest.param(
            "012FB000236161616263646582660070616768696A013808616B6C00306D6E6F700671027004107273747576107778797A003C",
            b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa",
            id="MS-OVBA 3.2.2",
        ),
        pytest.param("0103B002614500", b"a" * 73, id="MS-OVBA 3.2.3"),
        pytest.param("01", b"", id="nothing"),
        pytest.param("01FF3F" + "41" * 4_096, b"A" * 4_096, id="a raw chunk"),
    ],
)
def test_published_examples_decompress(stored: str, expected: bytes) -> None:
    assert decompress(bytes.fromhex(stored), "example") == expected


@pytest.mark.parametrize(
    ("stored", "found"),
    [
        pytest.param("", "does not begin", id="empty"),
        pytest.param("02", "does not begin", id="another first byte"),
        pytest.param("0103", "ends in its header", id="cut in a header"),
        pytest.param("0119B0006162", "runs past", id="cut in a chunk"),
        pytest.param("01038002614500", "not signed", id="not signed"),
        pytest.param("0103B001000061", "reaches before", id="a copy of nothing"),
        pytest.param("0102B0026145", "copy token", id="cut in a copy"),
        # a chunk of n bytes behind its header says 0xB000 + n - 1: B001 for flags and one letter
        pytest.param("0101B0004101B00041", "less than 4096", id="a short chunk before another"),
        pytest.param("01013041414141", "raw chunk", id="a short raw chunk"),
        # one letter and a copy of 0xFFF + 3 letters: 4,099
        pytest.param("0103B00261FF0F", "more than 4096", id="a long chunk"),
    ],
)
def test_what_is_not_compressed_so_is_refused(stored: str, found: str) -> None:
    with pytest.raises(BrokenError, match=found):
        decompress(bytes.fromhex(stored), "example")


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        pytest.param("0705D8E3D8EDDBF1DBF1DBF1DBF1", b"\0\0\0\0", id="CMG"),
        pytest.param("0E0CD1ECDFF4E7F5E7F5E7", b"\0", id="DPB"),
        pytest.param("1517CAF1D6F9D7F9D706", b"\xff", id="GC"),
    ],
)
def test_the_protection_of_the_published_example_decrypts(digits: str, expected: bytes) -> None:
    # MS-OVBA 3.1.6 with the ID of its PROJECT stream
    assert decrypt(digits, "{917DED54-440B-4FD1-A5C1-74ACF261E600}") == expected


@pytest.mark.parametrize(
    ("digits", "found"),
    [
        pytest.param("", "0 bytes are too few", id="nothing"),
        pytest.param("zz", "non-hexadecimal", id="no digits"),
        pytest.param("0705D8E3D8EDDB", "7 bytes are too few", id="cut"),
        pytest.param("0704D8E3D8EDDBF1DBF1DBF1DBF1", "its version is 3, where 2 belongs", id="version"),
        pytest.param("0705D9E3D8EDDBF1DBF1DBF1DBF1", "encrypted for another ID", id="key"),
        pytest.param("0705D8E3D8EDDBF1DBF1DBF1DB", "it says 4 bytes and holds 3", id="length"),
    ],
)
def test_what_was_not_encrypted_so_is_refused(digits: str, found: str) -> None:
    with pytest.raises(ValueError, match=found):
        decrypt(digits, "{917DED54-440B-4FD1-A5C1-74ACF261E600}")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param('x = "Sub a()" \' End Sub', ['x = ""'], id="texts and comments are not code"),
        pytest.param('say "it\'s ""on"""', ['say ""'], id="quotes in a text"),
        pytest.param("Rem End Sub", [], id="Rem"),
        pytest.param("remainder = 1", ["remainder = 1"], id="a name that begins like Rem"),
        pytest.param("Sub a(): b: End Sub", ["Sub a()", "b", "End Sub"], id="three on one line"),
        pytest.param("a = 1 + _\n    2", ["a = 1 + 2"], id="continued"),
        pytest.param("a = 1 + _", ["a = 1 +"], id="continued to nowhere"),
    ],
)
def test_a_module_is_cut_into_statements(code: str, expected: list[str]) -> None:
    assert [one.text for one in statements(code.split("\n"))] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("Public Sub a()\nEnd Sub", ("a", "sub", True, 0), id="no arguments"),
        pytest.param("Sub a(b, ByRef c As Variant)\nEnd Sub", ("a", "sub", True, 2), id="two"),
        pytest.param(
            "Private Static Function a(b() As Long)\nEnd Function", ("a", "function", False, 1), id="an array"
        ),
        pytest.param("Friend Property  Get a() As Long\nEnd Property", ("a", "property get", True, 0), id="property"),
    ],
)
def test_a_procedure_is_read(code: str, expected: tuple[str, str, bool, int]) -> None:
    ((found,), faults) = procedures(list(statements(code.split("\n"))))
    assert (found.name, found.kind, found.public, found.arguments) == expected
    assert faults == []


def test_a_declare_begins_no_procedure_and_a_branch_that_is_left_out_is_not_looked_at() -> None:
    code = 'Declare PtrSafe Sub a Lib "b" ()\n#If Mac Then\nSub c()\n#Else\nSub d()\n#End If\nExit Sub\nEnd Sub'
    found, faults = procedures(list(statements(code.split("\n"))))
    assert [one.name for one in found] == ["c"]
    assert faults == []


@pytest.mark.parametrize(
    ("code", "safe"),
    [
        pytest.param('Declare Sub a Lib "b" ()', False, id="bare"),
        pytest.param('Private Declare PtrSafe Sub a Lib "b" ()', True, id="said"),
        pytest.param('#If VBA7 Then\nDeclare Sub a Lib "b" ()\n#End If', False, id="in the branch for VBA7"),
        pytest.param('#If VBA7 Then\n#Else\nDeclare Sub a Lib "b" ()\n#End If', True, id="in the branch that is left"),
        pytest.param('#If Not VBA7 Then\nDeclare Sub a Lib "b" ()\n#End If', True, id="not VBA7"),
        pytest.param(
            '#If Mac Then\n#ElseIf VBA7 Then\n#Else\nDeclare Sub a Lib "b" ()\n#End If', True, id="third branch"
        ),
        pytest.param('#If Mac Then\n#ElseIf VBA7 Then\nDeclare Sub a Lib "b" ()\n#End If', False, id="second branch"),
        pytest.param('#If Mac Then\n#Else\nDeclare Sub a Lib "b" ()\n#End If', False, id="the branch for Windows"),
    ],
)
def test_a_declare_must_say_ptrsafe_where_a_new_excel_compiles_it(code: str, safe: bool) -> None:  # noqa: FBT001 - a column of the table
    lines = ['Attribute VB_Name = "M"', *code.split("\n"), ""]
    _, findings = read_module(Source("M", "Module", "\r\n".join(lines)), has_cache=False)
    assert [finding.rule.id for finding in findings] == ([] if safe else ["vba.ptrsafe"])
