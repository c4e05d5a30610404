"""A PNG or WebP without what rides along: chunk by chunk, up to its end."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from nbgemini.core.photos.blocks import Blocks, Clean, Stripped, unchanged, unless_place
from nbgemini.core.photos.geotags import exif_without_place
from nbgemini.core.photos.png_texts import (
    compressed_text_without_place,
    international_text_without_place,
    text_without_place,
)
from nbgemini.core.photos.xmp import xmp_without_place

__all__ = ["strip_png", "strip_webp"]

_PNG = b"\x89PNG\r\n\x1a\n"
# What the standard and its extensions know, and what is of Apple (iDOT) and of GIF's past; none of it is free text.
_PNG_CHUNKS: dict[bytes, Clean] = {
    **dict.fromkeys(
        b"""IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT tIME acTL fcTL fdAT
        oFFs pCAL sCAL sTER gIFg gIFx vpAg orNT iDOT CgBI mDCv cLLi""".split(),
        unchanged,
    ),
    b"eXIf": exif_without_place,
    b"tEXt": text_without_place,
    b"zTXt": compressed_text_without_place,
    b"iTXt": international_text_without_place,
    b"caBX": unless_place,  # C2PA
}
_WEBP_CHUNKS: dict[bytes, Clean] = {
    **dict.fromkeys((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"), unchanged),
    b"EXIF": exif_without_place,
    b"XMP ": xmp_without_place,
    b"C2PA": unless_place,
}
_FLAGS = {b"EXIF": 0x08, b"XMP ": 0x04}  # of VP8X: what the file says it has


def strip_png(data: bytes) -> Stripped:
    """A PNG without places. One that is cut short is left for the decoder to refuse."""
    blocks, end = Blocks([_PNG]), len(_PNG)
    for kind, body, raw in _png_chunks(data):
        new = blocks.cleaned(body, _PNG_CHUNKS.get(kind)) if kind else body
        if new == body:
            blocks.pieces.append(raw)
        elif new is not None:
            blocks.pieces.append(_spelled(kind, new))
        end += len(raw)
        if kind == b"IEND":
            break
    stripped = blocks.put_together(data, end)
    if stripped.data is not data:  # Apple's note of where pixels begin is no longer true
        kept = [raw for kind, _, raw in _png_chunks(stripped.data) if kind != b"iDOT"]
        return Stripped(_PNG + b"".join(kept), stripped.place, stripped.unknown, stripped.behind)
    return stripped


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
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


def strip_webp(data: bytes) -> Stripped:
    """A WebP without places. One that is cut short is left for the decoder to refuse."""
    said = 8 + int.from_bytes(data[4:8], "little")
    end = min(said + said % 2, len(data))
    blocks, lost, at = Blocks(), 0, 12
    while at + 8 <= end:
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        stop = min(at + 8 + size + size % 2, end)
        body = data[at + 8 : min(at + 8 + size, stop)]
        new = blocks.cleaned(body, _WEBP_CHUNKS.get(kind))
        if new == body:
            blocks.pieces.append(data[at:stop])
        elif new is not None:
            blocks.pieces.append(kind + struct.pack("<I", len(new)) + new + b"\0" * (len(new) % 2))
        else:
            lost |= _FLAGS.get(kind, 0)
        at = stop
    if lost and blocks.pieces and blocks.pieces[0].startswith(b"VP8X"):
        head = bytearray(blocks.pieces[0])
        head[8] &= ~lost & 0xFF
        blocks.pieces[0] = bytes(head)
    inside = b"WEBP" + b"".join(blocks.pieces)
    as_said = said > len(data) or len(inside) == end - 8
    blocks.pieces = [data[:8] if as_said else b"RIFF" + struct.pack("<I", len(inside)), inside]
    return blocks.put_together(data, end)
