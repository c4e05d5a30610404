"""Where the pictures that a text names come from: the web, the clipboard, turns; each is a function to replace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbgemini.bridge import Interrupted, Interrupts, Job, stopped
from nbgemini.errors import ReferenceImageError

if TYPE_CHECKING:
    from nbgemini.net.fetch import Fetcher
    from nbgemini.studio.pictures.drawn import Drawn

__all__ = ["Sources", "clipboard", "fetch"]


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


def clipboard() -> object:
    """The picture in the clipboard of the kernel's machine, or the names of the files. Raises ReferenceImageError."""
    from PIL import ImageGrab

    try:
        found = ImageGrab.grabclipboard()
    except Exception as problem:  # no display, no `wl-paste`, no `xclip`; each system has its own kinds
        why = (str(problem).splitlines() or [type(problem).__name__])[0].rstrip(".")
        raise ReferenceImageError(
            f"The clipboard cannot be read where the kernel runs: {why}.", hint="Save the picture and give the file."
        ) from None
    if not found:
        raise ReferenceImageError("There is no picture in the clipboard.", hint="Copy one, then run the cell again.")
    return found


@dataclass(frozen=True, slots=True)
class Sources:
    """What texts stand for, as a studio sees it. `turn` gives the result that `@last`, `@3` or `@-2` names."""

    fetch: Callable[[str], bytes] = fetch
    clipboard: Callable[[], object] = clipboard
    turn: Callable[[str], Drawn] | None = None
