"""File names for conversations, whose own names may be any text."""

from __future__ import annotations

import hashlib

from nbgemini.core.portable_names import is_device

__all__ = ["safe_name"]

_LONGEST = 100  # bytes, without a suffix; with it a name stays below 120
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789-_.")


def safe_name(text: str) -> str:
    """A file name that is different for every text, also where case is ignored, and harmless on every system.

    Lower-case letters, digits and `-_.` stay; the rest is percent-encoded. A long name is cut and gets a hash.
    """
    plain = "".join(
        chr(byte) if byte in _PLAIN else f"%{byte:02x}" for byte in text.encode("utf-8", errors="surrogatepass")
    )
    if not plain:
        return "%"
    if plain[0] == "." or is_device(plain):
        plain = f"%{ord(plain[0]):02x}{plain[1:]}"
    if len(plain) > _LONGEST:
        # `~` stands in no other name, so that a cut one cannot meet a whole one.
        digest = hashlib.sha256(plain.encode("ascii")).hexdigest()
        plain = f"{plain[: _LONGEST - 33]}~{digest[:32]}"
    return plain
