"""What the two APIs write into the files of their pictures: density, content credentials, credit lines.

The places, the sizes and the order are those that were recorded; what stands in them says that the emulator drew, and
the credentials are not signed by anybody.
"""

from __future__ import annotations

import hashlib
import struct
import zlib

from ..registry import Model

_SOI = b"\xff\xd8"
_JFIF = 20
"""Bytes of the two first segments of a JPEG: its start, and what JFIF says of it."""
_CREDENTIALS = 6000
"""Bytes of content credentials; recorded: 5,990 to 6,025."""
_CREDIT = b"Made by an emulator"
_KIND = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
_UUID = bytes.fromhex("00110010800000aa00389b71")
"""What follows the four letters of a box's type."""


def stamped(picture: bytes, model: Model) -> bytes:
    """The picture with what its API adds; one pixel after the other as it was."""
    if picture.startswith(_SOI):
        return _vertex_jpeg(picture) if model.backend == "vertex" else _gemini_jpeg(picture)
    return _vertex_png(picture) if model.backend == "vertex" else picture


def _gemini_jpeg(picture: bytes) -> bytes:
    """300 dots an inch, then content credentials (C2PA) in an APP11 segment."""
    head = _SOI + _segment(0xE0, b"JFIF\0\x01\x01\x01" + struct.pack(">HH", 300, 300) + b"\0\0")
    store = _credentials(hashlib.sha256(picture).hexdigest())
    return head + _segment(0xEB, b"JP" + struct.pack(">HI", 1, 1) + store) + picture[_JFIF:]


def _vertex_jpeg(picture: bytes) -> bytes:
    """No density; the credit in an APP13 segment, as Photoshop has it, and in XMP."""
    head = _SOI + _segment(0xE0, b"JFIF\0\x01\x01\0" + struct.pack(">HH", 1, 1) + b"\0\0")
    credit = _resource(0x0404, _iptc()) + _resource(0x0425, hashlib.md5(_iptc(), usedforsecurity=False).digest())
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + _xmp()
    return head + _segment(0xED, b"Photoshop 3.0\0" + credit) + _segment(0xE1, xmp) + picture[_JFIF:]


def _vertex_png(picture: bytes) -> bytes:
    """The same credit in a `zTXt` and an `iTXt` chunk, before the pixels."""
    profile = b"\niptc\n" + b"%8d\n" % len(_iptc()) + _iptc().hex().encode() + b"\n"
    raw = b"Raw profile type iptc\0\0" + zlib.compress(profile)
    xmp = b"XML:com.adobe.xmp\0\0\0\0\0" + _xmp()
    end = 8 + 12 + 13  # the signature and the header
    return picture[:end] + _chunk(b"zTXt", raw) + _chunk(b"iTXt", xmp) + picture[end:]


def _credentials(digest: str) -> bytes:
    """A store with one manifest, whose claim is filled up to the recorded size."""
    claim = f'{{"claim_generator": "nbgemini emulator", "digest": "{digest}"}}'.encode()
    manifest = _description(b"c2ma", f"urn:c2pa:emulated-{digest[:32]}")
    outer = _description(b"c2pa", "c2pa")
    box = _description(b"json", "c2pa.claim")
    room = _CREDENTIALS - len(outer) - len(manifest) - len(box) - 4 * 8 - len(claim)
    inner = _box(b"jumb", box + _box(b"json", claim + b" " * room))
    return _box(b"jumb", outer + _box(b"jumb", manifest + inner))


def _description(kind: bytes, label: str) -> bytes:
    return _box(b"jumd", kind + _UUID + b"\x03" + label.encode() + b"\0")


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _iptc() -> bytes:
    """One record: the credit line."""
    return b"\x1c\x02\x6e" + struct.pack(">H", len(_CREDIT)) + _CREDIT


def _resource(number: int, content: bytes) -> bytes:
    return b"8BIM" + struct.pack(">HHI", number, 0, len(content)) + content + b"\0" * (len(content) % 2)


def _xmp() -> bytes:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?> <x:xmpmeta xmlns:x="adobe:ns:meta/"> '
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"> <rdf:Description rdf:about="" '
        'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
        f'Iptc4xmpExt:DigitalSourceFileType="{_KIND}" Iptc4xmpExt:DigitalSourceType="{_KIND}" '
        f'photoshop:Credit="{_CREDIT.decode()}"/> </rdf:RDF> </x:xmpmeta>   <?xpacket end="w"?>'
    ).encode()
