"""Base64 as the API reads and writes it."""

from __future__ import annotations

import base64
import binascii

_URL_SAFE = str.maketrans("-_", "+/")


def decode(text: str) -> bytes:
    """Bytes from standard or url-safe base64, padded or not; ValueError for anything else."""
    plain = text.translate(_URL_SAFE)
    if any(space in plain for space in " \n\r\t"):
        plain = "".join(plain.split())
    plain = plain.rstrip("=")
    try:
        return binascii.a2b_base64(plain + "=" * (-len(plain) % 4), strict_mode=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def encode(data: bytes) -> str:
    """Standard base64, as Google answers."""
    return base64.b64encode(data).decode("ascii")
