"""The text chunks of a PNG without places: XMP, EXIF in hexadecimal digits, and plain words."""

from __future__ import annotations

import re
import zlib

from nbgemini.core.photos.geotags import exif_without_place
from nbgemini.core.photos.iptc import blocks_without_place, iptc_without_place
from nbgemini.core.photos.place_words import Unreadable, is_place, tells_coordinates
from nbgemini.core.photos.xmp import xmp_without_place

__all__ = ["compressed_text_without_place", "international_text_without_place", "text_without_place"]

_PROFILE = re.compile(rb"\s*(\w[\w ]{0,40}?)\s+\d+\s+([0-9a-fA-F\s]*)")  # its kind may be two words: `IPTC profile`
_PROFILE_NAME = b"Raw profile type "
_MOST_TEXT = 16_000_000  # bytes that a compressed text may inflate to


def text_without_place(body: bytes) -> bytes | None:
    """A `tEXt` chunk: keyword and text."""
    name, _, text = body.partition(b"\0")
    new = _cleaned(name, text)
    return None if new is None else name + b"\0" + new if new != text else body


def compressed_text_without_place(body: bytes) -> bytes | None:
    """A `zTXt` chunk: keyword, a byte for the method, the compressed text."""
    name, _, rest = body.partition(b"\0")
    text = _inflated(rest[1:])
    new = _cleaned(name, text)
    return None if new is None else name + b"\0\0" + zlib.compress(new) if new != text else body


def international_text_without_place(body: bytes) -> bytes | None:
    """An `iTXt` chunk, where XMP lives: keyword, two flags, language, translated keyword, text."""
    name, _, rest = body.partition(b"\0")
    language, _, after = rest[2:].partition(b"\0")
    translated, _, text = after.partition(b"\0")
    compressed = rest[:1] == b"\1"
    inside = _inflated(text) if compressed else text
    new = None if is_place(translated.decode("utf-8", "replace")) else _cleaned(name, inside)
    if new is None or new == inside:
        return None if new is None else body
    return b"\0".join([name, rest[:2] + language, translated, zlib.compress(new) if compressed else new])


def _cleaned(name: bytes, text: bytes) -> bytes | None:
    """The text without places, None when it goes as a whole. Raises Unreadable."""
    if name.lower().startswith(_PROFILE_NAME.lower()):
        return _profile(text)
    if (
        b"adobe.xmp" in name.lower()
        or name.lower() == b"xmp"
        or text.lstrip().startswith((b"<?xpacket", b"<x:xmpmeta"))
    ):
        return xmp_without_place(text)
    return None if is_place(name.decode("latin-1")) or tells_coordinates(text) else text


def _profile(text: bytes) -> bytes | None:
    """ImageMagick's way to keep a block: its kind, its length, and its bytes as hexadecimal digits."""
    match = _PROFILE.fullmatch(text)
    if match is None:
        raise Unreadable("not a profile")
    kind = match[1].lower()
    if kind in (b"icc", b"icm"):
        return text
    try:
        block = bytes.fromhex("".join(match[2].decode("ascii").split()))
    except ValueError:
        raise Unreadable("not a profile") from None
    new = _block_without_place(block)
    if new == block:
        return text
    return b"\n%s\n%8d\n%s\n" % (match[1], len(new), new.hex().encode())


def _block_without_place(block: bytes) -> bytes:
    """Such a block says itself what it is. Raises Unreadable."""
    if block.startswith((b"Exif\0", b"II*\0", b"MM\0*")):
        return exif_without_place(block)
    if block.startswith(b"\x1c"):
        return iptc_without_place(block)
    if block.startswith(b"8BIM"):
        return blocks_without_place(block)
    name, end, packet = block.partition(b"\0")
    if end and name.startswith(b"http://ns.adobe.com/xap/"):
        return name + end + xmp_without_place(packet)
    return xmp_without_place(block)


def _inflated(data: bytes) -> bytes:
    """A compressed text. Raises Unreadable when it is broken or a bomb."""
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(data, _MOST_TEXT)
    except zlib.error:
        raise Unreadable("not a compressed text") from None
    if not stream.eof:
        raise Unreadable("a text that is too long, or cut short")
    return text
