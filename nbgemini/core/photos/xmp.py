"""Takes the places out of a packet of XMP, whatever its prefixes and its encoding; everything else stays."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from typing import Any
from xml.dom import expatbuilder
from xml.dom.minidom import Document, Element, Node
from xml.parsers.expat import ExpatError

from nbgemini.core.photos.place_words import Unreadable, is_place, tells_coordinates

__all__ = ["blank_places_in_xmp", "xmp_without_place"]

_MOST_MARKUP = 200_000  # elements and attributes of a packet; those of photos have some hundreds
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNITS = (
    ("utf-32-le", 4, 0),
    ("utf-32-be", 4, 3),
    ("utf-16-le", 2, 0),
    ("utf-16-be", 2, 1),
)  # where `<` is in its unit
_MOST_PACKETS = 32  # that are looked for in one file
_AROUND = "\0\ufeff \t\r\n"
_PICTURE_INSIDE = re.compile(rb"Exif\0|adobe\.com|GPS", re.IGNORECASE)


def xmp_without_place(packet: bytes) -> bytes:
    """The packet without its places, the very same bytes where there are none. Raises Unreadable."""
    text, encoding = _decoded(packet)
    if not text:
        return packet
    if "<!DOCTYPE" in text or "<!ENTITY" in text or text.count("<") + text.count("=") > _MOST_MARKUP:
        raise Unreadable("not a packet of XMP")
    try:
        document = expatbuilder.parseString(text, namespaces=False)
        if not _cut(document):
            return packet
        return "".join(node.toxml() for node in document.childNodes).encode(encoding, "replace")
    except (ExpatError, ValueError, RecursionError, TypeError):
        raise Unreadable("not a packet of XMP") from None


def blank_places_in_xmp(block: bytearray) -> bool:
    """Take the places out of every packet in a block without a table of them; nothing moves."""
    spans = sorted(_packets(bytes(block)))
    found, done = False, 0
    for start, end, space in spans:
        packet = bytes(block[start:end])
        if start < done:
            continue  # it lies in the one before
        try:
            new = xmp_without_place(packet)
        except Unreadable:
            new = b""
        if new != packet:
            new = new if len(new) <= len(packet) else b""
            block[start:end] = new + space * ((len(packet) - len(new)) // len(space))
            found = True
        done = end
    return found


def _packets(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, a space in its encoding) of what looks like a packet, with its wrapper or without."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        begin, end, space, last = (mark.encode(encoding) for mark in ("<?xpacket begin", "<?xpacket end", " ", "?>"))
        for at in _places_of(begin, data):
            close = data.find(end, at)
            if close >= 0 and (close := data.find(last, close)) >= 0:
                yield at, close + len(last), space
        for mark in (":xmpmeta".encode(encoding), ":RDF".encode(encoding)):
            yield from ((*span, space) for at in _places_of(mark, data) if (span := _element(data, at, mark, encoding)))


def _places_of(mark: bytes, data: bytes) -> Iterator[int]:
    """Where a mark stands; no more than some dozens."""
    at = data.find(mark)
    for _ in range(_MOST_PACKETS):
        if at < 0:
            return
        yield at
        at = data.find(mark, at + len(mark))


def _element(data: bytes, at: int, mark: bytes, encoding: str) -> tuple[int, int] | None:
    """(start, end) of the element whose name ends with the mark at `at`, if it is opened there and closed somewhere."""
    opening, shut = "<".encode(encoding), ">".encode(encoding)
    start = data.rfind(opening, max(0, at - 32 * len(opening)), at)
    name = data[start + len(opening) : at + len(mark)]
    close = data.find("</".encode(encoding) + name, at) if start >= 0 else -1
    end = data.find(shut, close) if close >= 0 else -1
    return (start, end + len(shut)) if end >= 0 else None


def _decoded(packet: bytes) -> tuple[str, str]:
    """The text and how it is encoded: as its first bytes show, never as it declares."""
    encoding = _encoding(packet)
    text = packet.decode(encoding, "replace").strip(_AROUND)
    # expat gets text: a declaration of some other encoding would only confuse it
    return re.sub(r"^<\?xml\s[^>]{0,200}\?>", "", text).strip(_AROUND), encoding


def _encoding(packet: bytes) -> str:
    for bom, name in _BOMS:
        if packet.startswith(bom):
            return name
    at = packet.find(b"<")
    for name, width, inside in _UNITS:
        start = at - inside
        if start >= 0 and start % width == 0 and packet[start : start + width].count(0) == width - 1:
            return name
    return "utf-8"


def _cut(document: Document) -> bool:
    """Take every property out that tells a place."""
    pending: list[Node] = list(document.childNodes)
    found = False
    while pending:
        node = pending.pop()
        if not isinstance(node, Element):
            if tells_coordinates(str(node.nodeValue).encode()):  # a text or a comment
                _remove(node)
                found = True
            continue
        if is_place(node.tagName) or _hides_a_picture(node):
            _remove(node)
            found = True
            continue
        found |= _cut_attributes(node)
        pending += node.childNodes
    return found


def _remove(node: Any) -> None:
    node.parentNode.removeChild(node)


def _cut_attributes(node: Element) -> bool:
    """Properties may be written as attributes; declarations of namespaces are none."""
    names = [name for name in node.attributes.keys() if not name.startswith("xmlns")]  # noqa: SIM118  # a NamedNodeMap
    wrong = [name for name in names if is_place(name) or _tells_place(name, node.getAttribute(name))]
    for name in wrong:
        node.removeAttribute(name)
    return bool(wrong)


def _tells_place(name: str, value: str) -> bool:
    return tells_coordinates(value.encode()) or _is_hidden_picture(name, value)


def _hides_a_picture(node: Element) -> bool:
    texts = [str(child.nodeValue) for child in node.childNodes if child.nodeType == Node.TEXT_NODE]
    return _is_hidden_picture(node.tagName, "".join(texts))


def _is_hidden_picture(name: str, text: str) -> bool:
    """A thumbnail or a depth map in base64 that has notes of its own."""
    if len(text) < 100 or name.rpartition(":")[2].lower() not in ("image", "data"):
        return False
    try:
        return _PICTURE_INSIDE.search(base64.b64decode("".join(text.split()))) is not None
    except (binascii.Error, ValueError):
        return False
