"""Finds the true pictures among inline data, by their bytes; the declared type is never believed."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping

from nbgemini.core.content import Part
from nbgemini.core.picture import HEAD, Picture, dimensions, is_whole, sniff, start_of_pixels
from nbgemini.core.seams import Objects
from nbgemini.core.skeleton import Json, Skeleton, StoredText
from nbgemini.errors import ObjectMissing
from nbgemini.wire.b64 import lenient
from nbgemini.wire.events import is_stream, read_stream
from nbgemini.wire.in_text import in_bytes
from nbgemini.wire.patient import NotJson
from nbgemini.wire.strings import spelled, store_string
from nbgemini.wire.typed import mapping, mappings

__all__ = ["PICTURES_CAP", "cut_short", "inspect", "lift_picture", "parts_of", "salvage"]

_SHORTEST = 8  # characters of base64: the marks by which a picture is known have more
PICTURES_CAP = 256  # pictures in one answer
_PNG_END = b"IEND\xae\x42\x60\x82"
_TAIL = 1024  # bytes at the end of a file that are looked at
_INLINE = re.compile(rb'"(?<!\\")data"\s{0,64}:\s{0,64}"((?:[^"\\]++|\\.)*+)(?:"|\Z)', re.DOTALL)


def inspect(objects: Objects, leaf: StoredText) -> Picture | None:
    """The whole picture behind a string on disk, or None when it is none or is cut short.

    Raises ObjectMissing when its object is gone.
    """
    picture, is_all_there = _seen(objects, leaf)
    return picture if is_all_there else None


def cut_short(objects: Objects, leaf: StoredText) -> Picture | None:
    """What begins like a picture and does not end like one; None for anything else. Raises ObjectMissing."""
    picture, is_all_there = _seen(objects, leaf)
    return None if is_all_there else picture


def _seen(objects: Objects, leaf: StoredText) -> tuple[Picture | None, bool]:
    """What begins like a picture, and whether all of it is there."""
    sha256 = leaf.content
    media_type = sniff(head := objects.read(sha256, 0, HEAD)) if sha256 else None
    if sha256 is None or media_type is None:
        return None, False
    size = leaf.size if leaf.form != "text" else sum(len(piece) for piece in objects.chunks(sha256))
    is_all_there = is_whole(media_type, objects.read(sha256, max(0, size - _TAIL)), size, head) or _ends_early(
        objects, sha256, media_type, head
    )
    width, height = dimensions(head)
    return Picture(sha256, size, media_type, width, height), is_all_there


def _ends_early(objects: Objects, sha256: str, media_type: str, head: bytes) -> bool:
    """Whether a picture is whole although more than a little stands behind its end."""
    mark = {"image/png": _PNG_END, "image/jpeg": b"\xff\xd9"}.get(media_type)
    left = start_of_pixels(head) if mark else None  # before them a JPEG may hold a thumbnail with an end of its own
    if mark is None or left is None:
        return False
    held = b""
    for piece in objects.chunks(sha256):
        held = held[-len(mark) :] + piece[min(left, len(piece)) :]
        left -= min(left, len(piece))
        if mark in held:
            return True
    return False


def _store_inline(objects: Objects, data: str) -> StoredText | None:
    """A short inline string as an object, or None when it is no picture."""
    text = json.dumps(data)[1:-1].encode("ascii")
    return store_string(objects, text) if _is_picture(text) else None


def _is_picture(text: bytes) -> bool:
    if len(text) < _SHORTEST:  # a body may hold millions of such strings
        return False
    try:
        return sniff(b"".join(lenient([text]))) is not None
    except ValueError:
        return False


def lift_picture(part: dict[str, Json], objects: Objects) -> tuple[dict[str, Json], Picture | None]:
    """The part, a short inline picture in it moved to an object; and the picture it carries."""
    view = Part(part)
    data = view.data
    if isinstance(data, str) and data and (leaf := _store_inline(objects, data)):
        name = "inlineData" if "inlineData" in part else "inline_data"
        part = {**part, name: {**mapping(view.inline), "data": leaf}}
        data = leaf
    try:
        return part, inspect(objects, data) if isinstance(data, StoredText) else None
    except ObjectMissing:
        return part, None


def read_back(part: dict[str, Json], objects: Objects, room: int) -> dict[str, Json]:
    """The part with its text, where that was so long that it went to disk; one of more than `room` bytes stays there.

    A text with a picture in it is read at any length.
    """
    leaf = part.get("text")
    if not isinstance(leaf, StoredText):
        return part
    try:
        kept = b"".join(spelled(objects, leaf, 1 << 20))
    except ObjectMissing:
        return part
    if len(kept) > room and not any(in_bytes(kept)):
        return part
    try:
        return {**part, "text": json.loads(b'"' + kept + b'"', strict=False)}
    except ValueError:
        return part


def salvage(skeleton: Skeleton, objects: Objects, known: Collection[str] = ()) -> tuple[Picture, ...]:
    """The complete pictures in a body, in order, whatever else is wrong with it, but for those that are `known`.

    The interim pictures of a stream are among them only where it brought no others.
    """
    found = _salvage(skeleton, objects, known)
    if not found or not is_stream(skeleton.text):
        return found
    interim = _interim(skeleton, objects)
    final = tuple(picture for picture in found if picture.sha256 not in interim)
    return final if final or not interim.issuperset(known) else found


def _interim(skeleton: Skeleton, objects: Objects) -> set[str]:
    """The objects of pictures that are nothing but thoughts."""
    try:
        responses = read_stream(skeleton).responses
    except NotJson:
        return set()
    shown: dict[bool, set[str]] = {True: set(), False: set()}
    for part in (part for response in responses for part in parts_of(response)):
        picture = lift_picture(dict(part), objects)[1]
        if picture:
            shown[Part(part).is_thought].add(picture.sha256)
    return shown[True] - shown[False]


def parts_of(response: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """The parts of all candidates of a response."""
    for candidate in mappings(response.get("candidates")):
        yield from mappings(mapping(candidate.get("content")).get("parts"))


def _salvage(skeleton: Skeleton, objects: Objects, known: Collection[str]) -> tuple[Picture, ...]:
    found: dict[str, Picture] = {}
    for leaf in _leaves(skeleton, objects):
        if leaf.content is None or leaf.content in found or leaf.content in known:
            continue
        try:
            picture = inspect(objects, leaf)
        except ObjectMissing:
            continue
        if picture:
            found[picture.sha256] = picture
        if len(found) >= PICTURES_CAP:
            break
    return tuple(found.values())


def _keep(objects: Objects, data: bytes) -> StoredText:
    writer = objects.writer()
    writer.write(data)
    return StoredText(*writer.finish())


def _leaves(skeleton: Skeleton, objects: Objects) -> Iterator[StoredText]:
    """What is on disk and, between it, what short strings with pictures become."""
    for piece in skeleton.pieces():
        if isinstance(piece, StoredText):
            yield piece
            continue
        if sniff(piece[:HEAD]):  # the body is a picture itself
            yield _keep(objects, piece)
            continue
        for match in _INLINE.finditer(piece):
            if _is_picture(match[1]):
                yield store_string(objects, match[1])
        for match in in_bytes(piece):
            if _is_picture(match[1]):
                yield store_string(objects, match[1])
