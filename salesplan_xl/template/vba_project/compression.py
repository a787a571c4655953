"""The compression of VBA text: repeats within 4096 bytes become copy tokens (MS-OVBA 2.4.1)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_SIGNATURE = b"\x01"  # MS-OVBA 2.4.1.1.1 CompressedContainer
_CHUNK = 4096  # MS-OVBA 2.4.1.1.3 DecompressedChunk; also the most bytes of 2.4.1.1.6 CompressedChunkData
_SHORTEST_COPY = 3

# MS-OVBA 2.4.1.1.5 CompressedChunkHeader: twelve bits of size, three of signature (0b011), one says "tokens"
_HEADER = struct.Struct("<H")
_CHUNK_SIGNATURE = 0b011 << 12
_TOKENS = 1 << 15

_COPY_TOKEN = struct.Struct("<H")  # MS-OVBA 2.4.1.1.8 CopyToken


def compress(data: bytes) -> bytes:
    """
    Compress bytes into a container, as the streams of a VBA project hold them.

    Parameters
    ----------
    data : bytes
        Any bytes, of any length.

    Returns
    -------
    bytes
        The container. Decompressed as MS-OVBA 2.4.1.3.1 says, it gives `data` back, to the byte. Each copy token is the
        longest possible, and among those the nearest.

    Notes
    -----
    Bytes without repeats need nine bytes for eight, and 4096 of them do not fit into a chunk of tokens. A full chunk
    is then written raw. For the last, shorter chunk that is no way out: a raw chunk is padded to 4096 zeros
    (2.4.1.3.10), which would come back with the text. It is written as two chunks of tokens instead: decompression
    appends what each chunk gives, however long. Text that people write always has repeats and never gets there.

    Examples
    --------
    >>> compress(b"a" * 73).hex(" ")
    '01 03 b0 02 61 45 00'
    """
    return _SIGNATURE + b"".join(_chunk(data[start : start + _CHUNK]) for start in range(0, len(data), _CHUNK))


def _chunk(data: bytes) -> bytes:
    """Write one chunk: as tokens, or raw where tokens take more room (MS-OVBA 2.4.1.3.7)."""
    tokens = _token_sequences(data)
    if len(tokens) <= _CHUNK:
        return _HEADER.pack(_TOKENS | _CHUNK_SIGNATURE | (len(tokens) - 1)) + tokens
    if len(data) == _CHUNK:
        return _HEADER.pack(_CHUNK_SIGNATURE | (_CHUNK - 1)) + data
    half = len(data) // 2
    return _chunk(data[:half]) + _chunk(data[half:])


def _token_sequences(data: bytes) -> bytes:
    """Write tokens by eights, each eight behind a byte that tells which are copies (MS-OVBA 2.4.1.1.7)."""
    tokens = list(_tokens(data))
    sequences = []
    for start in range(0, len(tokens), 8):
        eight = tokens[start : start + 8]
        flags = sum(1 << bit for bit, token in enumerate(eight) if len(token) == _COPY_TOKEN.size)
        sequences.append(bytes([flags]) + b"".join(eight))
    return b"".join(sequences)


def _tokens(data: bytes) -> Iterator[bytes]:
    """Give the tokens of a chunk: a byte as it stands, or two bytes that point back (MS-OVBA 2.4.1.3.9)."""
    position = 0
    while position < len(data):
        # MS-OVBA 2.4.1.3.19.1 CopyTokenHelp: as many bits for the offset as the position needs, at least four
        offset_bits = max(4, (position - 1).bit_length())
        length_bits = 16 - offset_bits
        offset, length = _longest_match(data, position, (1 << length_bits) - 1 + _SHORTEST_COPY)
        if length == 0:
            yield data[position : position + 1]
            position += 1
            continue
        # MS-OVBA 2.4.1.3.19.3 Pack CopyToken
        yield _COPY_TOKEN.pack((offset - 1) << length_bits | (length - _SHORTEST_COPY))
        position += length


def _longest_match(data: bytes, position: int, longest: int) -> tuple[int, int]:
    """Find how far back the longest repeat lies, the nearest of several, and its length (MS-OVBA 2.4.1.3.19.4)."""
    longest = min(longest, len(data) - position)
    offset = length = 0
    wanted = _SHORTEST_COPY
    while wanted <= longest:
        # a repeat may run into the bytes that it copies, but starts before them
        found = data.rfind(data[position : position + wanted], 0, position + wanted - 1)
        if found < 0:
            break
        length = wanted
        while length < longest and data[found + length] == data[position + length]:
            length += 1
        offset = position - found
        wanted = length + 1
    return offset, length
