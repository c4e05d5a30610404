"""Where the pictures that a text names come from: the web, the clipboard, turns; each is a function to replace."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from nbgemini._dataclass import dataclass
from nbgemini.bridge import Interrupted, Interrupts, Job, stopped

if TYPE_CHECKING:
    from nbgemini.net.fetch import Fetcher
    from nbgemini.studio.pictures.drawn import Drawn

__all__ = ["Sources", "fetch"]


def fetch(url: str, fetcher: Fetcher | None = None) -> bytes:
    """The picture at an https URL, guarded; an interrupt ends the wait at once. Raises ReferenceImageError."""
    from nbgemini.net.fetch import Fetcher

    guarded = fetcher or Fetcher()
    flight = guarded.flight()
    with Interrupts() as interrupts:
        job = Job(lambda _: guarded(url, flight), name="nbgemini-fetch")
        try:
            return job.wait(interrupts=interrupts)
        except Interrupted:
            flight.cancel()
    raise stopped("stopped fetching a reference. Nothing was sent, nothing was charged.")


def _clipboard() -> object:
    from nbgemini.studio.pictures.clipboard import read_clipboard  # and with it what runs programs

    return read_clipboard()


@dataclass(frozen=True, slots=True)
class Sources:
    """What texts stand for, as a studio sees it.

    `turn` gives the picture that `@last`, `hero@3` or `tuesday/17` names, and its words; None: it is no REF.
    """

    fetch: Callable[[str], bytes] = fetch
    clipboard: Callable[[], object] = _clipboard
    turn: Callable[[str], tuple[Drawn, str] | None] | None = None
