"""The words by which notes of a picture name a place: of properties, of text chunks, and coordinates in plain text."""

from __future__ import annotations

import re

__all__ = ["Unreadable", "is_place", "names_place", "tells_coordinates"]


class Unreadable(ValueError):
    """A block of notes that cannot be taken apart: it may say anything, so that it is left out as a whole."""


# Names without prefix, case and punctuation. The namespace does not matter: whoever calls a property `City` means one.
_NAMES = re.compile(
    r"""
      city | county | village | town | locality | landmark | address | venue | shotlocation | worldregion
    | place (?:s|name)? | country (?:code|name|primarylocation(?:code|name))? | state | province (?:state)?
    | sublocation | (?:content)?location (?:created|shown|name|id|code|taken)? | ciadr (?:city|ctry|region|extadr|pcode)
    | lat (?:long|lng)? | long? | lng | verbatimlocality
    """,
    re.VERBOSE,
)
_PARTS = re.compile(r"^gps|latitude|longt?itude|geo(?:tag|loc|code|coord|point)|coordinates")
_NAMED = re.compile(
    rb"""
      gps_?(?:l(?:at|on)|alt|pos|coord|dest) | latitude | longitude | geo:-?\d | Exif(?:II\*|MM)
    | location_?(?:created|shown)
    | photoshop:(?:city|state|country) | iptc4xmp(?:core|ext):(?:location|sublocation|city|country|provincestate)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COORDINATES = re.compile(
    r"""
      \bgeo:\s?-?\d
    | \b(?:gps|lat|lon|lng|latitude|longitude)\b\w{0,12}[^\w]{0,6}-?\d{1,3}[.,°\d]
    | gps(?:lat|lon|pos|alt)\w{0,12}[^\w]{0,6}-?\d
    | [+-]\d{2,3}\.\d{3,}\s?[+-]\d{2,3}\.\d{3,}
    | \d{1,3}°\s?\d{1,2}\s?['′]
    | (?<![\d.,])-?\d{1,2}\.\d{4,}\s?[,;/]\s?-?\d{1,3}\.\d{4,}
    | (?<![\d.,])\d{1,2}\.\d{2,}\s?°?\s?[NS]\b[\s,;/]{1,3}\d{1,3}\.\d{2,}\s?°?\s?[EWO]\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_place(name: str) -> bool:
    """Whether a property of this name tells a place: `exif:GPSLatitude`, `City`, `Iptc.Application2.City`."""
    parts = [re.sub(r"[\W_]", "", part).lower() for part in re.split(r"[:.]", name)]
    return any(_NAMES.fullmatch(part) is not None or _PARTS.search(part) is not None for part in parts)


def tells_coordinates(text: bytes) -> bool:
    """Whether a text holds coordinates, in one byte or in two for each letter."""
    flat = text.replace(b"\0", b"").decode("utf-8", "replace")
    return _COORDINATES.search(flat) is not None


def names_place(block: bytes) -> bool:
    """Whether a block that is never taken apart names a place by one of the usual properties, or hides EXIF."""
    return _NAMED.search(block.replace(b"\0", b"")) is not None
