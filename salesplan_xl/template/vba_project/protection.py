"""The obfuscation of what a project says about its own protection (MS-OVBA 2.4.3)."""

from __future__ import annotations

_VERSION = 2
_FILLER = 7  # IgnoredEnc may hold anything; the worked example of 3.1.6 holds sevens


def protect(data: bytes, project_id: str, seed: int) -> str:
    """
    Obfuscate a value of the PROJECT stream (CMG, DPB or GC).

    Parameters
    ----------
    data : bytes
        The value: four zeros for "not locked", one zero for "no password", 0xFF for "visible".
    project_id : str
        The project's id as the stream gives it, with braces.
    seed : int
        Any number of one byte; it decides how many bytes of filler there are (0 to 3).

    Returns
    -------
    str
        The value as the stream gives it: hexadecimal digits in upper case.

    Examples
    --------
    >>> protect(bytes(4), "{917DED54-440B-4FD1-A5C1-74ACF261E600}", 0x07)
    '0705D8E3D8EDDBF1DBF1DBF1DBF1'
    """
    project_key = sum(project_id.encode("ascii")) & 0xFF
    # MS-OVBA 2.4.3.1 Encrypted Data Structure: Seed, VersionEnc, ProjKeyEnc, IgnoredEnc, DataLengthEnc, DataEnc
    protected = [seed, seed ^ _VERSION, seed ^ project_key]
    filler = [_FILLER] * ((seed & 6) // 2)
    # MS-OVBA 2.4.3.2 Encryption: each byte is hidden by the plain byte before it and the hidden byte before that one
    before = project_key
    for byte in [*filler, *len(data).to_bytes(4, "little"), *data]:
        protected.append(byte ^ ((protected[-2] + before) & 0xFF))
        before = byte
    return bytes(protected).hex().upper()
