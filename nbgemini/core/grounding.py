"""What an answer rests on: a view of Google's grounding metadata that survives whatever a server puts there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from nbgemini._dataclass import dataclass
from nbgemini.core.phrases import shortened
from nbgemini.core.skeleton import Json

__all__ = ["Claim", "Grounding", "Source", "web_link"]

SOURCES = 20  # that are shown; answers have two to ten
_QUERIES = 10
_CLAIMS = 10
_TEXT = 300  # characters of a title, a query or a claim
_CHIP = 200_000  # characters of the search suggestions; Google's have about four thousand

# A web address with a plain host. One with a user in front of its host, a backslash, a quotation mark, white space or
# a character that is not seen is no address that people can judge: it is shown, and leads nowhere.
_LINK = re.compile(
    r"https?://(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[^\s/?#@\\:\[\]\"'<>`{}|^%]{1,253})(:[0-9]{1,5})?([/?#][^\s\\\"'<>`]*)?",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(\.(?!-)[\w-]{1,63}(?<!-))*\.?")
_LONGEST_LINK = 4000


@dataclass(frozen=True, slots=True)
class Source:
    """A page that was found. `link` is its address if that is one of the web, else empty; `said` is what came.

    A source of `kind` "image" is the page that holds a picture: that is where its picture must lead.
    """

    kind: Literal["web", "image"]
    title: str
    domain: str
    link: str
    said: str
    number: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A piece of the answer's text, and the numbers of the sources that it rests on."""

    text: str
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Grounding:
    """Sources in Google's order, numbered from 1; what was searched for; and Google's search suggestions as HTML.

    `more` is how many sources are left out. `chip` is the server's own HTML, untouched: it belongs into a sandbox.
    """

    sources: tuple[Source, ...] = ()
    more: int = 0
    web_queries: tuple[str, ...] = ()
    image_queries: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    chip: str = ""

    @classmethod
    def parse(cls, metadata: Json) -> Grounding | None:
        """From `groundingMetadata`; None when it holds nothing to show. Never raises."""
        if not isinstance(metadata, Mapping):
            return None
        chunks = enumerate(_items(metadata, "groundingChunks"), 1)
        found = [source for number, chunk in chunks if (source := _source(chunk, number))]
        numbers = {source.number for source in found[:SOURCES]}
        grounding = cls(
            sources=tuple(found[:SOURCES]),
            more=max(len(found) - SOURCES, 0),
            web_queries=_queries(metadata, "webSearchQueries"),
            image_queries=_queries(metadata, "imageSearchQueries"),
            claims=tuple(_claims(metadata, numbers))[:_CLAIMS],
            chip=_chip(metadata),
        )
        return None if grounding == cls() else grounding


def web_link(value: Json) -> str:
    """A web address that may be linked to, as it came; empty for anything else."""
    if not isinstance(value, str) or len(value) > _LONGEST_LINK or not value.isprintable():
        return ""
    found = _LINK.fullmatch(value)
    if found is None or not (found["host"].startswith("[") or _HOST.fullmatch(found["host"])):
        return ""
    return value


def _items(holder: Mapping[str, Json], name: str) -> Iterator[Json]:
    items = holder.get(name)
    yield from items if isinstance(items, list) else ()


def _words(value: Json) -> str:
    """A text on one line, cut to what is read."""
    if not isinstance(value, str):
        return ""
    return shortened(" ".join(value[: 4 * _TEXT].split()), _TEXT)


def _source(chunk: Json, number: int) -> Source | None:
    if not isinstance(chunk, Mapping):
        return None
    web, image = chunk.get("web"), chunk.get("image")
    if isinstance(image, Mapping):
        # `imageUri` is the picture itself: it is never loaded, and not linked to past the page that shows it.
        return _made("image", image, image.get("sourceUri"), number)
    return _made("web", web, web.get("uri"), number) if isinstance(web, Mapping) else None


def _made(kind: Literal["web", "image"], about: Mapping[str, Json], uri: Json, number: int) -> Source | None:
    link = web_link(uri)
    title, domain, said = _words(about.get("title")), _words(about.get("domain")), _words(uri)
    if not (title or domain or said):
        return None
    host = _LINK.fullmatch(link)
    return Source(kind, title or domain or (host["host"] if host else said), domain, link, said, number)


def _queries(metadata: Mapping[str, Json], name: str) -> tuple[str, ...]:
    found = [words for item in _items(metadata, name) if (words := _words(item))]
    return tuple(dict.fromkeys(found))[:_QUERIES]


def _claims(metadata: Mapping[str, Json], shown: set[int]) -> Iterator[Claim]:
    for item in _items(metadata, "groundingSupports"):
        support = item if isinstance(item, Mapping) else {}
        segment = support.get("segment")
        text = _words(segment.get("text")) if isinstance(segment, Mapping) else ""
        indices = [at + 1 for at in _items(support, "groundingChunkIndices") if type(at) is int and at + 1 in shown]
        if text and indices:
            yield Claim(text, tuple(dict.fromkeys(indices)))


def _chip(metadata: Mapping[str, Json]) -> str:
    entry = metadata.get("searchEntryPoint")
    content = entry.get("renderedContent") if isinstance(entry, Mapping) else None
    return content if isinstance(content, str) and content.strip() and len(content) <= _CHIP else ""
