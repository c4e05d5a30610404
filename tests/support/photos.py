"""Photos with all that rides along in files, put together by hand: places in each container, films behind the end.

Each place is told by words or numbers that stand nowhere else, so that a test can look for them in what a server got.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from typing import Any

from PIL import Image

__all__ = [
    "FILM",
    "KEPT",
    "SECRET",
    "box",
    "digits",
    "exif",
    "heic",
    "inflated",
    "iptc",
    "jpeg_with",
    "leaks",
    "photoshop",
    "picture",
    "png_text",
    "png_with",
    "segment",
    "webp_with",
    "xmp",
]

SECRET = "Trocadero-Sentinel"
KEPT = "Cameramaker-Kept"
FILM = struct.pack(">I", 24) + b"ftypmp42\0\0\0\0mp42isom" + b"\0\0\0\x08moov" + SECRET.encode() * 50


def exif(order: str = "<", **more: Any) -> bytes:
    """A TIFF structure with a maker, an orientation and a place; `more` are further tags of IFD0."""
    notes = Image.Exif()
    notes.endian = order
    notes[0x010F] = KEPT
    notes[0x0112] = more.pop("orientation", 1)
    for tag, value in more.items():
        notes[int(tag[1:], 16)] = value
    latitude = (48.0, 51.0, 29.0625)
    notes.get_ifd(0x8825).update({1: "N", 2: latitude, 3: "E", 4: (2.0, 17.0, 40.25), 27: SECRET.encode()})
    return b"Exif\0\0" + notes.tobytes().removeprefix(b"Exif\0\0")


def xmp(inside: str, encoding: str = "utf-8", bom: bytes = b"", names: str = "") -> bytes:
    """A packet around properties; their prefixes are declared in `names`."""
    text = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        f' xmlns:tiff="http://ns.adobe.com/tiff/1.0/" {names} tiff:Make="{KEPT}">{inside}'
        "</rdf:Description></rdf:RDF></x:xmpmeta>\n" + " " * 40 + '\n<?xpacket end="w"?>'
    )
    return bom + text.encode(encoding)


def iptc(*sets: tuple[int, str], long: bool = False) -> bytes:
    """Data sets of IPTC's second record."""
    pieces = []
    for number, text in sets:
        data = text.encode()
        size = struct.pack(">HI", 0x8004, len(data)) if long else struct.pack(">H", len(data))
        pieces.append(bytes((0x1C, 2, number)) + size + data)
    return b"".join(pieces)


def photoshop(*blocks: tuple[int, bytes], name: bytes = b"") -> bytes:
    """Photoshop's blocks."""
    pieces = []
    for kind, body in blocks:
        label = bytes((len(name),)) + name
        label += b"\0" * (len(label) % 2)
        pieces.append(b"8BIM" + struct.pack(">H", kind) + label + struct.pack(">I", len(body)) + body)
        pieces.append(b"\0" * (len(body) % 2))
    return b"".join(pieces)


def picture(form: str, size: tuple[int, int] = (40, 24), **save: Any) -> bytes:
    """A red picture with a blue corner, so that its mean tones and its sides are known."""
    image = Image.new("RGB", size, (200, 40, 40))
    image.paste((20, 20, 220), (0, 0, 8, 8))
    buffer = io.BytesIO()
    image.save(buffer, form, **save)
    return buffer.getvalue()


def segment(marker: int, body: bytes) -> bytes:
    """A segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg_with(*segments: bytes, behind: bytes = b"", **save: Any) -> bytes:
    """A JPEG with segments behind its first one, and bytes behind its end."""
    data = picture("JPEG", **save)
    at = 4 + int.from_bytes(data[4:6], "big")
    return data[:at] + b"".join(segments) + data[at:] + behind


def png_with(*chunks: tuple[bytes, bytes], behind: bytes = b"", last: bool = False) -> bytes:
    """A PNG with chunks before its pixels (or behind them: `last`), and bytes behind its end."""
    data = picture("PNG")
    more = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    at = len(data) - 12 if last else 33
    return data[:at] + more + data[at:] + behind


def png_text(kind: str, name: str, text: bytes) -> tuple[bytes, bytes]:
    """A text chunk: `tEXt`, `zTXt`, `iTXt`, or `iTXz` for a compressed iTXt."""
    key = name.encode() + b"\0"
    if kind == "tEXt":
        return b"tEXt", key + text
    if kind == "zTXt":
        return b"zTXt", key + b"\0" + zlib.compress(text)
    flag = kind == "iTXz"
    return b"iTXt", key + bytes((flag, 0)) + b"\0\0" + (zlib.compress(text) if flag else text)


def webp_with(*chunks: tuple[bytes, bytes], behind: bytes = b"") -> bytes:
    """A WebP (of the extended kind) with chunks behind its pixels, and bytes behind its end."""
    plain = picture("WEBP", lossless=True, exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0")
    pixels = plain[plain.index(b"VP8L") :]
    pixels = pixels[: 8 + int.from_bytes(pixels[4:8], "little") + int.from_bytes(pixels[4:8], "little") % 2]
    flags = {b"EXIF": 8, b"XMP ": 4}
    head = bytes((sum(flags.get(kind, 0) for kind, _ in chunks), 0, 0, 0, 39, 0, 0, 23, 0, 0))
    more = b"".join(kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2) for kind, body in chunks)
    inside = b"WEBPVP8X" + struct.pack("<I", 10) + head + pixels + more
    return b"RIFF" + struct.pack("<I", len(inside)) + inside + behind


def box(kind: bytes, body: bytes = b"") -> bytes:
    """A box of HEIC."""
    return struct.pack(">I", len(body) + 8) + kind + body


def heic(*items: tuple[bytes, bytes], more: bytes = b"") -> bytes:
    """A HEIC as phones write it: items (type, bytes) in one data box, found by their offsets; `more` boxes behind."""
    head = box(b"ftyp", b"heic\0\0\0\0mif1heic")
    pixels = (b"hvc1", bytes(range(256)) * 8)
    listed = (pixels, *items)

    def meta(base: int) -> bytes:
        infos, places, at = b"", b"", base
        for number, (kind, body) in enumerate(listed, 1):
            named = b"\0application/rdf+xml\0" if kind == b"mime" else b"\0"
            infos += box(b"infe", b"\2\0\0\0" + struct.pack(">HH", number, 0) + kind + named)
            places += struct.pack(">HHHII", number, 0, 1, at, len(body))
            at += len(body)
        inner = box(b"hdlr", bytes(8) + b"pict" + bytes(13)) + box(b"pitm", bytes(4) + b"\0\1")
        inner += box(b"iinf", bytes(4) + struct.pack(">H", len(listed)) + infos)
        inner += box(b"iloc", bytes(4) + b"\x44\x00" + struct.pack(">H", len(listed)) + places)
        return box(b"meta", bytes(4) + inner)

    base = len(head) + len(meta(0)) + 8
    return head + meta(base) + box(b"mdat", b"".join(body for _, body in listed)) + more


def leaks(data: bytes) -> list[str]:
    """How a file that was sent still tells the place: in any encoding, compressed, as digits, as numbers of EXIF."""
    found = []
    views = {"as it stands": data, "inflated": inflated(data)}
    views["digits"] = b"".join(bytes.fromhex(text[: len(text) // 2 * 2].decode()) for text in digits(views))
    for view, text in views.items():
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
            if SECRET.encode(encoding) in text:
                found.append(f"{view}, {encoding}")
        for order in "<>":
            if struct.pack(f"{order}II", 465, 16) in text:
                found.append(f"{view}, a number of EXIF")
    return found


def digits(views: dict[str, bytes]) -> list[bytes]:
    return [
        b"".join(match.split())
        for text in views.values()
        for match in re.findall(rb"(?:[0-9a-f]{2}\s?){16,}", text, re.IGNORECASE)
    ]


def inflated(data: bytes) -> bytes:
    """All that is compressed in a file, one after the other."""
    pieces = []
    for match in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data):
        try:
            pieces.append(zlib.decompressobj().decompress(data[match.start() :]))
        except zlib.error:
            continue
    return b"\n".join(pieces)
