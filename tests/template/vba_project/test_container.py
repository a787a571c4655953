"""The compound file: read back by the checker and by two libraries, whatever the number and size of streams."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.template.vba_project.container import ContainerError, Tree, write_container
from tests.template.vba_project.reading import streams_by_checker, streams_by_olefile, streams_by_pyopenvba


def flat(tree: Tree, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], bytes]]:
    """All streams of a tree by path."""
    for name, node in tree.items():
        if isinstance(node, bytes):
            yield (*path, name), node
        else:
            yield from flat(node, (*path, name))


def check(tree: Tree) -> None:
    """Write a tree and read it back in every way."""
    content = write_container(tree)
    expected = dict(flat(tree))
    assert streams_by_checker(content) == expected
    assert streams_by_olefile(content) == expected
    assert streams_by_pyopenvba(content) == expected


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(0, id="nothing"),
        pytest.param(1, id="one-byte"),
        pytest.param(64, id="a-mini-sector"),
        pytest.param(65, id="more-than-a-mini-sector"),
        pytest.param(4095, id="the-largest-in-the-mini-stream"),
        pytest.param(4096, id="the-smallest-with-sectors-of-its-own"),
        pytest.param(4097, id="a-byte-in-the-last-sector"),
        pytest.param(64_000, id="one-sector-of-the-table"),  # 125 + 1 of the directory + 1 of the table: 127
        pytest.param(65_024, id="a-full-sector-of-the-table"),  # 127 + 1 + 1 is 129: two
        pytest.param(500_000, id="eight-sectors-of-the-table"),
    ],
)
def test_a_stream_of_any_size_comes_back(size: int) -> None:
    check({"VBA": {"dir": (bytes(range(251)) * (size // 251 + 1))[:size]}})


@pytest.mark.parametrize("count", range(124, 130))
def test_the_table_that_describes_itself_is_exact_where_it_grows(count: int) -> None:
    check({"stream": bytes(512 * count)})


@pytest.mark.parametrize("count", [*range(20), 31, 32, 33, 62, 63, 64, 65, 127, 128, 129, 200])
def test_any_number_of_siblings_makes_a_legal_tree(count: int) -> None:
    check({"VBA": {f"Module{number}": bytes([number % 256]) * (37 * number % 300) for number in range(count)}})


def test_siblings_are_ordered_by_length_and_then_by_upper_case() -> None:
    content = write_container(dict.fromkeys(["abc", "_b", "Ac", "B", "ab", "a"], b""))
    # "_" (U+005F) comes behind "B" (U+0042): the order is that of upper case
    assert [name for (name,) in streams_by_checker(content)] == ["a", "B", "ab", "Ac", "_b", "abc"]


def test_the_order_of_the_tree_does_not_matter_and_the_same_tree_gives_the_same_file() -> None:
    tree: Tree = {"b": b"2", "VBA": {"y": b"4", "x": b"3"}, "a": b"1"}
    turned: Tree = {"a": b"1", "VBA": {"x": b"3", "y": b"4"}, "b": b"2"}
    assert write_container(tree) == write_container(turned) == write_container(tree)


@pytest.mark.parametrize(
    ("tree", "sentence"),
    [
        pytest.param({"": b""}, "'' is no name: 0 UTF-16 units, 1 to 31 are possible.", id="no-name"),
        pytest.param({"m" * 32: b""}, "32 UTF-16 units, 1 to 31 are possible.", id="too-long"),
        pytest.param({"\U0001f600" * 16: b""}, "32 UTF-16 units, 1 to 31 are possible.", id="too-long-in-units"),
        pytest.param({"VBA": {"a/b": b""}}, "'a/b' is no name: it holds one of / \\ : ! or a zero.", id="slash"),
        pytest.param({"a\0": b""}, "it holds one of / \\ : ! or a zero.", id="zero"),
        pytest.param({"\ud800": b""}, "is no name: half a character stands in it.", id="half-a-character"),
        pytest.param(
            {"VBA": {"Dir": b"", "dir": b""}},
            "'Dir' and 'dir' are neighbours and must differ in more than case.",
            id="alike-but-for-case",
        ),
    ],
)
def test_names_that_a_compound_file_cannot_hold_are_refused(tree: Tree, sentence: str) -> None:
    with pytest.raises(ContainerError) as refused:
        write_container(tree)
    assert sentence in str(refused.value)


def test_the_largest_file_without_a_further_table_is_written_and_the_next_one_refused() -> None:
    # 109 sectors of the table describe 109 × 128 = 13,952 sectors: themselves, one of the directory, 13,842 others
    largest = 13_842 * 512
    content = write_container({"stream": bytes(largest)})
    assert len(content) == (1 + 13_952) * 512
    assert streams_by_checker(content) == {("stream",): bytes(largest)}
    with pytest.raises(
        ContainerError, match=r"A compound file of 13,954 sectors; up to 13,952 \(7 MB\) can be written\."
    ):
        write_container({"stream": bytes(largest + 1)})


NAMES = st.text(st.characters(codec="ascii", categories=["L", "N"], include_characters="_. "), min_size=1, max_size=31)
STREAMS = st.binary(max_size=200) | st.integers(0, 9_000).map(bytes)


def trees(nodes: st.SearchStrategy[Tree | bytes]) -> st.SearchStrategy[Tree]:
    """Storages of any nodes, with names that differ in more than case."""
    return st.lists(st.tuples(NAMES, nodes), unique_by=lambda pair: pair[0].upper(), max_size=12).map(dict)


@given(trees(STREAMS | trees(STREAMS | trees(STREAMS))))
def test_any_tree_comes_back(tree: Tree) -> None:
    check(tree)
