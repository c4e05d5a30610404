"""Takes the place where a photo was made out of a copy of it, pixel for pixel and byte for byte the same otherwise.

EXIF keeps the place in an IFD of its own (the GPS IFD), XMP in properties that begin with `exif:GPS`. Both are blanked
where they stand, so that nothing moves and no offset changes; a PNG gets new checksums for the chunks that changed.
Everything else stays: orientation, colour profile, camera, provenance marks (C2PA notices the change, and rightly so).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from itertools import islice

__all__ = ["without_location"]

_GPS = 0x8825  # the tag of IFD0 that points to the GPS IFD
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}  # bytes by TIFF type
_MOST_ENTRIES = 512
_TIFF = re.compile(rb"II\*\x00|MM\x00\*")
_MOST_TABLES = 100  # TIFF headers that are looked at in one file
# Lengths are bounded, so that no file makes the search slow.
_XMP = re.compile(
    rb"""
      \bexif:GPS\w{1,40}\s{0,20}=\s{0,20} (?: "[^"<>]{0,2000}" | '[^'<>]{0,2000}' )
    | <exif:GPS(\w{1,40})\b [^<>]{0,500} (?: /> | > [^<]{0,2000} </exif:GPS\1\s{0,20}> )
    """,
    re.VERBOSE,
)
_RAW_PROFILE = re.compile(rb"\s*(?:exif|app1|xmp)\s+\d+\s+([0-9a-fA-F\s]+)\s*", re.I)
_MOST_TEXT = 16_000_000  # bytes that a compressed text chunk may inflate to
_PNG = b"\x89PNG\r\n\x1a\n"


def without_location(data: bytes) -> tuple[bytes, bool]:
    """(the same picture without its place, whether there was one). Never raises: what cannot be read is left alone."""
    if data.startswith(_PNG):
        return _png(data)
    if b"Exif" not in data and b"EXIF" not in data and b"exif:GPS" not in data:
        return data, False
    copy = bytearray(data)
    return (bytes(copy), True) if _blank(copy) else (data, False)


def _blank(block: bytearray) -> bool:
    """Blank every place in a block of bytes."""
    tables = islice(_TIFF.finditer(bytes(block)), _MOST_TABLES)
    found = [_cut(block, match.start()) for match in tables]
    found.append(_blank_xmp(block))
    return any(found)


def _blank_xmp(block: bytearray) -> bool:
    if b"exif:GPS" not in block:
        return False
    spans = [match.span() for match in _XMP.finditer(bytes(block))]
    for start, end in spans:
        block[start:end] = b" " * (end - start)
    return bool(spans)


def _cut(block: bytearray, base: int) -> bool:
    """Take the GPS IFD out of the TIFF structure at `base`, if there is one: its entry, its table, its values."""
    order = "<" if block[base] == 0x49 else ">"
    try:
        (start,) = struct.unpack_from(order + "I", block, base + 4)
        at = base + start
        entries = _entries(block, at, order)
        index = [tag for tag, _, _, _ in entries].index(_GPS)
    except (struct.error, ValueError):
        return False
    _, kind, count, value = entries[index]
    if kind not in (4, 13) or count != 1:
        return False
    _wipe(block, base, base + value, order)
    _remove(block, at, index, len(entries), order)
    return True


def _entries(block: bytearray, at: int, order: str) -> list[tuple[int, int, int, int]]:
    """The (tag, type, count, value or offset) entries of the IFD at `at`. Raises ValueError or struct.error."""
    (count,) = struct.unpack_from(order + "H", block, at)
    if not 0 < count <= _MOST_ENTRIES:
        raise ValueError("not a directory")
    entries = [struct.unpack_from(order + "HHII", block, at + 2 + 12 * number) for number in range(count)]
    if any(kind not in _SIZES for _, kind, _, _ in entries):
        raise ValueError("not a directory")
    return entries


def _wipe(block: bytearray, base: int, at: int, order: str) -> None:
    """Zero an IFD with its values; where it cannot be read, nothing but its entry is taken away."""
    try:
        entries = _entries(block, at, order)
    except (struct.error, ValueError):
        return
    for _, kind, count, value in entries:
        size = _SIZES[kind] * count
        if 4 < size <= len(block) - base - value:
            block[base + value : base + value + size] = bytes(size)
    block[at : at + 2 + 12 * len(entries) + 4] = bytes(min(2 + 12 * len(entries) + 4, len(block) - at))


def _remove(block: bytearray, at: int, index: int, count: int, order: str) -> None:
    """Take one entry out of an IFD: those behind it and the pointer to the next IFD move up, zeros fill the room."""
    start, end = at + 2 + 12 * index, min(len(block), at + 2 + 12 * count + 4)
    rest = bytes(block[start + 12 : end])
    block[start : start + len(rest) + 12] = rest + bytes(12)
    struct.pack_into(order + "H", block, at, count - 1)


def _png(data: bytes) -> tuple[bytes, bool]:
    pieces, changed = [_PNG], False
    for kind, body, whole in _chunks(data):
        new = _chunk_without(kind, body)
        changed |= new is not None
        pieces.append(whole if new is None else _spelled(kind, new))
    return (b"".join(pieces), True) if changed else (data, False)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(type, body, the chunk as it stands); what is no whole chunk comes last, without a type."""
    at = len(_PNG)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        end = at + 12 + length
        if end > len(data):
            break
        yield data[at + 4 : at + 8], data[at + 8 : end - 4], data[at:end]
        at = end
    if at < len(data):
        yield b"", b"", data[at:]


def _spelled(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _chunk_without(kind: bytes, body: bytes) -> bytes | None:
    """A chunk's body without the place, or None when there was none in it."""
    if kind in (b"eXIf", b"tEXt"):
        copy = bytearray(body)
        if _blank(copy):
            return bytes(copy)
        return _without_profile(body, b"", compressed=False) if kind == b"tEXt" else None
    if kind == b"zTXt":
        return _without_profile(body, b"\0", compressed=True)
    return _international(body) if kind == b"iTXt" else None


def _without_profile(body: bytes, method: bytes, *, compressed: bool) -> bytes | None:
    """ImageMagick's way to keep EXIF: as hexadecimal digits in a text chunk."""
    name, _, rest = body.partition(b"\0")
    text = _inflated(rest[1:]) if compressed else rest
    profile = _RAW_PROFILE.fullmatch(text) if name.startswith(b"Raw profile type") else None
    if profile is None:
        return None
    try:
        block = bytearray.fromhex("".join(profile[1].decode("ascii").split()))
    except ValueError:
        return None
    if not _blank(block):
        return None
    start, end = profile.span(1)
    text = text[:start] + block.hex().encode() + b"\n" + text[end:]
    return name + b"\0" + method + (zlib.compress(text) if compressed else text)


def _international(body: bytes) -> bytes | None:
    """An iTXt chunk, where XMP lives: keyword, two flags, language, translated keyword, text."""
    name, _, rest = body.partition(b"\0")
    language, _, after = rest[2:].partition(b"\0")
    translated, _, text = after.partition(b"\0")
    compressed = rest[:1] == b"\1"
    block = bytearray(_inflated(text) if compressed else text)
    if not _blank_xmp(block):
        return None
    new = zlib.compress(bytes(block)) if compressed else bytes(block)
    return b"\0".join([name, rest[:2] + language, translated, new])


def _inflated(data: bytes) -> bytes:
    """A compressed text, or nothing when it is broken or a bomb."""
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(data, _MOST_TEXT)
    except zlib.error:
        return b""
    return text if stream.eof else b""
