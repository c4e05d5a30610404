"""What a stream has brought so far, as one output that is updated while the cell waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Protocol

from nbgemini.core.live import LivePart
from nbgemini.core.phrases import counted
from nbgemini.core.picture import Picture
from nbgemini.notebook.show.bundles import Bundle, preformatted
from nbgemini.notebook.show.folded import folded, image, thought
from nbgemini.notebook.show.markup import Html, element, joined
from nbgemini.notebook.show.previews import Preview, Unshown, make_preview
from nbgemini.notebook.show.texts import clean, one_line

__all__ = ["CALM", "LiveView", "View", "latest"]

CALM = 1.0  # seconds between two updates: an output that is drawn anew shuts what its reader had opened
_TAIL = 6000  # characters of one request's words that are shown while they come: the newest
_INTERIM = 160  # pixels
_RESULT = 320  # pixels
_MOST_PICTURES = 8  # the newest; each is at most some ten kilobytes
_MOST_REQUESTS = 8

# Turned upside down twice, a box that scrolls stays at its end while it grows: no script is needed for that.
_PANE = "display:flex; flex-direction:column-reverse; max-height:18em; overflow:auto"


class View(Protocol):
    """Makes an output of what has come so far."""

    def bundle(self, parts: Sequence[LivePart], *, running: bool) -> Bundle: ...


class LiveView:
    """Makes the output. `read` gives the bytes of a picture that has come; each is made small once."""

    def __init__(self, read: Callable[[Picture], bytes]) -> None:
        self._read = read
        self._made: dict[tuple[str, int], Preview | Unshown] = {}

    def bundle(self, parts: Sequence[LivePart], *, running: bool) -> Bundle:
        """The output for what has come: open while it runs, folded away afterwards."""
        numbers = sorted({part.number for part in parts})
        inner: list[Html] = []
        plain: list[str] = []
        for number in numbers[-_MOST_REQUESTS:]:
            own = [part for part in parts if part.number == number]
            if len(numbers) > 1:
                inner.append(preformatted(f"request {number + 1}", "margin-top:.6em; font-weight:600"))
            inner.append(self._shown(own))
            plain.append(_words(own))
        pictures = sum(part.picture is not None for part in parts)
        said = ("thinking…" if running else "thoughts until then") + (
            f" ({counted(pictures, 'picture')})" if pictures else ""
        )
        text = "\n\n".join(words for words in plain if words)
        pane = element("div", element("div", *inner), style=_PANE if running else "")
        return Bundle(f"[{said}]\n{text}".rstrip(), folded(said, pane, is_open=running))

    def _shown(self, parts: Sequence[LivePart]) -> Html:
        """The words and pictures of one request, in order."""
        kept = {id(part) for part in [part for part in parts if part.picture][-_MOST_PICTURES:]}
        shown: list[Html] = []
        left = _TAIL
        for (is_picture, is_thought), run in reversed([(key, list(run)) for key, run in groupby(parts, _kind)]):
            if is_picture:
                shown.append(joined(self._picture(part) for part in run if id(part) in kept))
            elif left > 0:
                text = "".join(part.text for part in run)
                text, left = text[-left:], left - len(text)
                words = clean(text.strip())
                shown.append(thought(words) if is_thought else preformatted(words, "margin-top:6px"))
        return joined(reversed(shown))

    def _picture(self, part: LivePart) -> Html:
        assert part.picture is not None
        longest, alt = (_INTERIM, "interim picture") if part.thought else (_RESULT, "the picture")
        key = (part.picture.sha256, longest)
        if key not in self._made:
            self._made[key] = self._preview(part.picture, longest)
        made = self._made[key]
        if isinstance(made, Unshown):
            return preformatted(f"{alt}, not shown: {made.reason}")
        return image(made, alt, *made.fitted(longest, longest), "margin:6px 0; border-radius:4px")

    def _preview(self, picture: Picture, longest: int) -> Preview | Unshown:
        try:
            return make_preview(self._read(picture), longest)
        except Exception as error:  # it is on disk, and comes again with the result
            return Unshown(type(error).__name__)


def latest(parts: Sequence[LivePart]) -> str:
    """The newest thought in a line, or nothing."""
    runs = [list(run) for key, run in groupby(parts, _kind) if key == (False, True)]
    words = clean("".join(part.text for part in runs[-1]))[-2000:] if runs else ""
    lines = [line.strip(" *") for line in words.splitlines() if line.strip(" *")]
    return f"thinking: {one_line(lines[-1], 80)}" if lines else ""


def _kind(part: LivePart) -> tuple[bool, bool]:
    return part.picture is not None, part.thought


def _words(parts: Sequence[LivePart]) -> str:
    return clean("".join(part.text for part in parts)[-_TAIL:].strip())
