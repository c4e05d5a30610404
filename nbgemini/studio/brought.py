"""The pictures of an ask: brought into the store, and put to their places in the prompt."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nbgemini.bridge import Job
from nbgemini.core.content import Prompt
from nbgemini.core.exchange import Backend
from nbgemini.core.pictures import Picture
from nbgemini.studio.limits import LARGEST_FILE, LARGEST_ON_VERTEX
from nbgemini.studio.references import Address, Labelled, bring_in

if TYPE_CHECKING:
    from nbgemini.studio.ask import Ask
    from nbgemini.studio.encoding import Keeper
    from nbgemini.studio.sources import Sources

__all__ = ["Brought", "Unwritten", "brought", "fetched", "given_pictures"]


class Unwritten:
    """Gives pictures their names and writes nothing: for a request that will not be sent."""

    def has(self, sha256: str) -> bool:
        return True

    def put(self, data: bytes) -> tuple[str, int]:
        return hashlib.sha256(data).hexdigest(), len(data)


@dataclass(frozen=True, slots=True)
class Brought:
    """`references` stand before the prompt, the other pictures in it."""

    references: tuple[tuple[str, Picture], ...]
    prompt: Prompt
    notices: tuple[str, ...]


def given_pictures(ask: Ask) -> tuple[Labelled, ...]:
    """Every picture that an ask gives: its references, then those in its prompt."""
    return (*ask.refs, *(piece for piece in ask.pieces if not isinstance(piece, str)))


def brought(ask: Ask, blobs: Keeper, sources: Sources, backend: Backend) -> Brought:
    """Bring the pictures of an ask in. Raises ReferenceImageError."""
    most = LARGEST_ON_VERTEX if backend == "vertex" else LARGEST_FILE
    pictures, notices = bring_in(given_pictures(ask), blobs, sources, scale=ask.yes, most=most)
    inline = iter(pictures[len(ask.refs) :])
    pieces = tuple(piece if isinstance(piece, str) else next(inline) for piece in ask.pieces)
    return Brought(pictures[: len(ask.refs)], pieces or ask.prompt, (*ask.notices, *notices))


async def fetched(ask: Ask, sources: Sources) -> Ask:
    """The ask with its URLs fetched, while the caller's own loop goes on. Raises ReferenceImageError."""
    urls = [given.value.url for given in given_pictures(ask) if isinstance(given.value, Address)]
    if not urls:
        return ask
    job = Job(lambda _: {url: sources.fetch(url) for url in urls}, name="nbgemini-fetch")
    bytes_of = await job.awaited()

    def known(given: Labelled) -> Labelled:
        return replace(given, value=bytes_of[given.value.url]) if isinstance(given.value, Address) else given

    return replace(
        ask,
        refs=tuple(known(given) for given in ask.refs),
        pieces=tuple(piece if isinstance(piece, str) else known(piece) for piece in ask.pieces),
    )
