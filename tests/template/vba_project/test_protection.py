"""The obfuscated values of the PROJECT stream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.template.vba_project.protection import protect

EXAMPLE_ID = "{917DED54-440B-4FD1-A5C1-74ACF261E600}"


def reveal(protected: str, project_id: str) -> bytes:
    """Decrypt as MS-OVBA 2.4.3.3 says."""
    hidden = bytes.fromhex(protected)
    seed, version, key = hidden[0], hidden[0] ^ hidden[1], hidden[0] ^ hidden[2]
    assert version == 2
    assert key == sum(map(ord, project_id)) % 256
    plain, before = bytearray(), key
    for position in range(3, len(hidden)):
        before = hidden[position] ^ (hidden[position - 2] + before) % 256
        plain.append(before)
    filler = (seed & 6) // 2
    assert int.from_bytes(plain[filler : filler + 4], "little") == len(plain) - filler - 4
    return bytes(plain[filler + 4 :])


@pytest.mark.parametrize(
    ("data", "seed", "protected"),
    [
        # MS-OVBA 3.1.6: the first byte is the seed; the sum of the id's characters is 0xDF modulo 256
        pytest.param(bytes(4), 0x07, "0705D8E3D8EDDBF1DBF1DBF1DBF1", id="CMG-not-locked"),
        pytest.param(bytes(1), 0x0E, "0E0CD1ECDFF4E7F5E7F5E7", id="DPB-no-password"),
        pytest.param(b"\xff", 0x15, "1517CAF1D6F9D7F9D706", id="GC-visible"),
    ],
)
def test_the_example_of_the_specification(data: bytes, seed: int, protected: str) -> None:
    assert protect(data, EXAMPLE_ID, seed) == protected
    assert reveal(protected, EXAMPLE_ID) == data


@given(st.binary(max_size=40), st.uuids(), st.integers(0, 255))
def test_what_is_hidden_can_be_revealed(data: bytes, identifier: object, seed: int) -> None:
    project_id = f"{{{identifier}}}".upper()
    assert reveal(protect(data, project_id, seed), project_id) == data
