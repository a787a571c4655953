"""The compression of VBA streams, MS-OVBA 2.4.1, undone strictly: a stream another reader could mend is refused."""

from __future__ import annotations

from salesplan_xl.template.verify.rules import BrokenError, Rule

COMPRESSION = Rule(
    "vba.compression",
    "A compressed stream is a run of whole chunks of 4096 bytes, of which only the last may be shorter.",
    "Excel takes a project it cannot decompress for damaged and removes it (MS-OVBA 2.4.1).",
)
RULES = (COMPRESSION,)

CHUNK = 4096
MOST_BYTES = 32 << 20
"""More than any project holds; a stream that would be larger is not decompressed."""


def decompress(content: bytes, where: str) -> bytes:
    """
    Undo the compression of a stream.

    Parameters
    ----------
    content : bytes
        The stream from its compressed part on.
    where : str
        What it is called in findings.

    Returns
    -------
    bytes
        What was compressed.

    Raises
    ------
    BrokenError
        If the stream is not compressed as MS-OVBA 2.4.1 says, or holds more than any project does.

    Examples
    --------
    The example of MS-OVBA 3.2.3:

    >>> decompress(bytes.fromhex("0103B00261450 0".replace(" ", "")), "VBA/dir") == b"a" * 73
    True
    """
    if content[:1] != b"\x01":
        raise BrokenError(COMPRESSION.at(where, "it does not begin with the byte 01"))
    result = bytearray()
    at = 1
    while at < len(content):
        if len(result) % CHUNK:
            raise BrokenError(COMPRESSION.at(where, "a chunk before the last holds less than 4096 bytes"))
        if len(result) > MOST_BYTES:
            raise BrokenError(COMPRESSION.at(where, f"it holds more than {MOST_BYTES >> 20} megabytes"))
        at = _chunk(content, at, result, where)
    return bytes(result)


def _chunk(content: bytes, at: int, result: bytearray, where: str) -> int:
    """Append a chunk; where the next one begins."""
    if at + 2 > len(content):
        raise BrokenError(COMPRESSION.at(where, "a chunk ends in its header"))
    header = int.from_bytes(content[at : at + 2], "little")
    end = at + (header & 0xFFF) + 3
    if header >> 12 & 0b111 != 0b011:
        raise BrokenError(COMPRESSION.at(where, f"the chunk at {at} is not signed as one"))
    if end > len(content):
        raise BrokenError(COMPRESSION.at(where, "a chunk runs past the stream"))
    if header & 0x8000:
        _tokens(content, at + 2, end, result, where)
    elif end - at != CHUNK + 2:
        raise BrokenError(COMPRESSION.at(where, "a raw chunk has not 4096 bytes"))
    else:
        result += content[at + 2 : end]
    return end


def _tokens(content: bytes, at: int, end: int, result: bytearray, where: str) -> None:
    """Append what the tokens of a chunk stand for; flags of nothing at its end are read over, as 2.4.1.3.5 does."""
    start = len(result)
    while at < end:
        flags = content[at]
        at += 1
        for bit in range(8):
            if at >= end:
                break
            if flags >> bit & 1:
                if at + 2 > end:
                    raise BrokenError(COMPRESSION.at(where, "a chunk ends in a copy token"))
                _copy(content, at, start, result, where)
                at += 2
            else:
                result.append(content[at])
                at += 1
            if len(result) - start > CHUNK:
                raise BrokenError(COMPRESSION.at(where, "a chunk holds more than 4096 bytes"))


def _copy(content: bytes, at: int, start: int, result: bytearray, where: str) -> None:
    """Append what a copy token stands for: bits of the offset as many as the chunk so far needs, at least four."""
    token = int.from_bytes(content[at : at + 2], "little")
    here = len(result) - start
    bits = max(4, (here - 1).bit_length())
    offset = (token >> (16 - bits)) + 1
    length = (token & (0xFFFF >> bits)) + 3
    if offset > here:
        raise BrokenError(COMPRESSION.at(where, "a copy token reaches before its chunk"))
    repeated = bytes(result[-offset:]) * -(-length // offset)  # what is copied may reach into its own beginning
    result += repeated[:length]
