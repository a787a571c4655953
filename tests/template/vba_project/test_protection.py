"""The obfuscated values of the PROJECT stream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesplan_xl.template.vba_project.protection import protect
from salesplan_xl.template.verify.project_stream import decrypt

EXAMPLE_ID = "{917DED54-440B-4FD1-A5C1-74ACF261E600}"


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


@given(st.binary(min_size=1, max_size=40), st.uuids(), st.integers(0, 255))
def test_what_is_encrypted_can_be_decrypted(data: bytes, identifier: object, seed: int) -> None:
    project_id = f"{{{identifier}}}".upper()
    assert decrypt(protect(data, project_id, seed), project_id) == data
