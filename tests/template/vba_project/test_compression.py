"""The compression of VBA text: the examples of the specification, the edges of a chunk, and that nothing is lost."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyopenvba.vba import decompress as decompress_by_pyopenvba  # type: ignore[import-untyped]  # it has no types

from salesplan_xl.template.vba_project.compression import compress
from salesplan_xl.template.verify.rules import BrokenError
from tests.template.vba_project.reading import decompress


def without_repeats(length: int) -> bytes:
    """Bytes in which no three come twice, so that nothing can be copied."""
    pairs = itertools.product(range(64), repeat=2)
    return b"".join(bytes([first, 64 + second, 128 + (first + second) % 64]) for first, second in pairs)[:length]


@pytest.mark.parametrize(
    ("plain", "compressed"),
    [
        # MS-OVBA 3.2.1: 23 letters are three flag bytes and 23 literals, 26 bytes: header 0xB000 + 26 - 1
        pytest.param(
            b"abcdefghijklmnopqrstuv.",
            "01 19 B0 00 61 62 63 64 65 66 67 68 00 69 6A 6B 6C 6D 6E 6F 70 00 71 72 73 74 75 76 2E",
            id="3.2.1-no-compression",
        ),
        # MS-OVBA 3.2.3: one letter, and a copy of 72 from one before it: (1 - 1) << 12 | 72 - 3 = 0x0045
        pytest.param(b"a" * 73, "01 03 B0 02 61 45 00", id="3.2.3-maximum-compression"),
        pytest.param(b"", "01", id="nothing"),
        pytest.param(b"a", "01 01 B0 00 61", id="one-letter"),
        # the nearest of two equal matches: abc lies 5 before, and 10; (5 - 1) << 12 | 3 - 3 = 0x4000, twice
        pytest.param(b"abc12abc34abc", "01 0C B0 20 61 62 63 31 32 00 40 33 34 01 00 40", id="nearest-match"),
        # the longest match, though a shorter one is nearer: abcd lies 9 before; (9 - 1) << 12 | 4 - 3 = 0x8001
        pytest.param(b"abcd1abc2abcd", "01 0A B0 A0 61 62 63 64 31 00 40 32 01 80", id="longest-match"),
    ],
)
def test_known_containers(plain: bytes, compressed: str) -> None:
    assert compress(plain).hex(" ").upper() == compressed


def test_the_normal_example_is_as_short_as_ours() -> None:
    # MS-OVBA 3.2.2 has 3 + 48 bytes; three of its copies take a match farther away than the nearest, which is as legal
    plain = b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"
    assert decompress(compress(plain)) == plain
    assert len(compress(plain)) == 51


@pytest.mark.parametrize("length", [1, 8, 9, 4095, 4096, 4097, 8191, 8192, 8193, 12_288])
def test_text_of_any_length_around_a_chunk_comes_back(length: int) -> None:
    plain = (b"If visits > capacity Then flag = True\r\n" * 400)[:length]
    assert decompress(compress(plain)) == plain


@pytest.mark.parametrize(
    ("length", "chunks"),
    [
        # n literals take n + n/8 bytes, rounded up: 3640 + 455 = 4095 fit into a chunk, 3641 + 456 = 4097 do not
        pytest.param(3640, [(True, 4095)], id="the-last-that-fits"),
        pytest.param(3641, [(True, 1820 + 228), (True, 1821 + 228)], id="the-first-that-is-halved"),
        pytest.param(4095, [(True, 2047 + 256), (True, 2048 + 256)], id="one-less-than-a-chunk"),
        pytest.param(4096, [(False, 4096)], id="a-full-chunk-is-raw"),
        pytest.param(4096 + 3700, [(False, 4096), (True, 1850 + 232), (True, 1850 + 232)], id="a-short-last-chunk"),
    ],
)
def test_bytes_without_repeats_come_back_too(length: int, chunks: list[tuple[bool, int]]) -> None:
    plain = without_repeats(length)
    compressed = compress(plain)
    found, position = [], 1
    while position < len(compressed):
        header = int.from_bytes(compressed[position : position + 2], "little")
        found.append((header >> 15 == 1, (header & 0xFFF) + 1))
        position += (header & 0xFFF) + 3
    assert found == chunks
    assert decompress_by_pyopenvba(compressed) == plain


@pytest.mark.parametrize("length", [3641, 4095, 4096 + 3700])
def test_the_checker_refuses_the_short_chunks_that_only_bytes_without_repeats_need(length: int) -> None:
    with pytest.raises(BrokenError, match="a chunk before the last holds less than 4096 bytes"):
        decompress(compress(without_repeats(length)))


def test_a_large_module_comes_back_as_it_was() -> None:
    chance = random.Random(7)  # noqa: S311 - the same text every time
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz_", k=chance.randint(2, 12))) for _ in range(800)]
    plain = " ".join(chance.choices(words, k=90_000)).encode()[:500_000]
    assert decompress(compress(plain)) == plain


@given(st.binary(max_size=3_640) | st.text(st.sampled_from("abc \r\n"), max_size=10_000).map(str.encode))
def test_nothing_is_lost(plain: bytes) -> None:
    assert decompress(compress(plain)) == plain


@given(st.integers(0, 2**32), st.integers(3_600, 10_000))
def test_nothing_is_lost_of_noise(seed: int, length: int) -> None:
    plain = random.Random(seed).randbytes(length)  # noqa: S311 - noise that hypothesis would not make as long
    assert decompress_by_pyopenvba(compress(plain)) == plain
