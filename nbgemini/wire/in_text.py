"""Pictures that stand in a text, as some gateways send them: `![image](data:image/png;base64,…)`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from nbgemini.core.skeleton import Json, StoredText
from nbgemini.wire.typed import mapping, mappings

__all__ = ["Veil", "foreign", "in_bytes", "spelled_out"]

_LINE = r"[A-Za-z0-9+/_-]"
_BREAK = r"(?:\r?\n|\\r\\n|\\n)"
_LETTERS = (
    rf"{_LINE}++(?:%2[BbFf]{_LINE}*+)*+(?:{_BREAK}{_LINE}{{60,}}+)*+(?:{_BREAK}{_LINE}++(?=[=)\"'>]))?+"
    r"(?:={1,2}|%3[Dd]|\\u003d){0,2}"
)
_URL = rf"(?i:data:image/)[\w.+-]{{1,40}}(?:;[\w=.-]{{1,60}}){{0,9}}(?i:;base64),\s{{0,4}}({_LETTERS})"
_BARE = rf"(?<![A-Za-z0-9+/_=-])((?:iVBORw0KGgo|/9j/|R0lGOD|UklGR){_LINE}{{200,}}={{0,2}})"
# As Markdown, as HTML, alone; without an address a picture's base64 is told by how it begins.
_PICTURE = (
    rf"!?\[[^\]\n]{{0,300}}\]\(\s*<?{_URL}>?(?:\s+\"[^\"\n]{{0,300}}\")?\s*\)"
    rf"|<(?i:img)\b[^<>]{{0,500}}?\b(?i:src)\s*=\s*[\"']?{_URL}[\"']?[^<>]{{0,500}}>"
    rf"|{_URL}|{_BARE}"
)
_HINTS = ("base64,", "BASE64,", "iVBORw0KGgo", "/9j/", "R0lGOD", "UklGR")
_FENCE = r"```\w{0,20}"
_ESCAPES = (("%2B", "+"), ("%2b", "+"), ("%2F", "/"), ("%2f", "/"), ("%3D", "="), ("%3d", "="), ("\r", ""), ("\n", ""))


@cache
def _pattern() -> re.Pattern[str]:
    """Compiled when a text first looks as if there were one: most answers hold none."""
    return re.compile(_PICTURE)


def in_bytes(data: bytes) -> Iterator[re.Match[bytes]]:
    """The same in a body that cannot be read: group 1 is the base64."""
    return re.finditer(_URL.encode("ascii"), data) if b"data:image/" in data.lower() else iter(())


def spelled_out(part: Mapping[str, Json]) -> list[dict[str, Json]] | None:
    """The parts that a part with pictures in its text stands for, in order; None where it holds none.

    A picture in a field that no part of Google's has, such as `image_url`, counts too.
    """
    text = part.get("text")
    if isinstance(text, str):
        return list(_of_text(text, part)) if any(hint in text for hint in _HINTS) and _pattern().search(text) else None
    if "inlineData" in part or "inline_data" in part:
        return None
    texts = (value for value in _strings(part) if isinstance(value, str))
    found = next(filter(None, map(_pattern().search, texts)), None)
    return [_picture(found, part)] if found else None


def foreign(envelope: Mapping[str, Json]) -> list[dict[str, Json]]:
    """The pictures of an answer in another maker's protocol, behind its words; empty where it has none."""
    pictures: list[dict[str, Json]] = []
    for value in _strings(envelope):
        if isinstance(value, StoredText):
            pictures.append({"inlineData": {"mimeType": "image/png", "data": value}})
        else:
            pictures += [part for part in spelled_out({"text": value}) or () if "inlineData" in part]
    message = next(mappings(envelope.get("choices")), {}).get("message")
    said = mapping(message).get("content")
    words = spelled_out({"text": said}) or [{"text": said}] if isinstance(said, str) and said.strip() else []
    return [*(part for part in words if "text" in part), *pictures] if pictures else []


def _of_text(text: str, part: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
    start = 0
    for found in _pattern().finditer(text):
        yield from _words(text[start : found.start()], part)
        yield _picture(found, part)
        start = found.end()
    yield from _words(text[start:], part)


def _words(text: str, part: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
    """What stands around a picture, if it says anything."""
    if re.sub(_FENCE, "", text).strip():
        yield {**_flag(part), "text": text.strip("\n")}


def _picture(found: re.Match[str], part: Mapping[str, Json]) -> dict[str, Json]:
    letters = next(filter(None, found.groups()))
    for escape, meaning in _ESCAPES:
        letters = letters.replace(escape, meaning)
    return {**_flag(part), "inlineData": {"mimeType": "image/png", "data": letters}}  # the bytes tell the true type


def _flag(part: Mapping[str, Json]) -> dict[str, Json]:
    return {"thought": True} if part.get("thought") is True else {}


def _strings(value: Json) -> Iterator[str | StoredText]:
    """Every string in a value, in its order, those on disk included."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str | StoredText):
            yield value
        elif isinstance(value, Mapping):
            waiting += reversed(list(value.values()))
        elif isinstance(value, list):
            waiting += reversed(value)


class Veil:
    """Takes pictures out of a text that arrives in pieces, for people who read along."""

    def __init__(self) -> None:
        self._inside = False

    def over(self, text: str) -> str:
        """The next piece without its base64."""
        shown = []
        while text:
            if self._inside:
                end = re.search(r"[^A-Za-z0-9+/_=\r\n-]", text)
                text, self._inside = (text[end.start() :], False) if end else ("", True)
                continue
            start = re.search(r"(?i:data:image/)[^\s,]{0,200},", text)
            shown.append(text[: start.start()] if start else text)
            text, self._inside = (text[start.end() :], True) if start else ("", False)
        return "".join(shown)
