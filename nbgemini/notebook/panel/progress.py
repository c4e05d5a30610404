"""The drawing on its way, as a panel tells of it: its own, else one that a cell or another panel has begun."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from nbgemini.bridge import Job
from nbgemini.core.picture import Picture
from nbgemini.notebook.panel.contract import JobTrait
from nbgemini.notebook.show.texts import clean, one_line

if TYPE_CHECKING:
    from nbgemini.notebook.panel.contract import Face
    from nbgemini.notebook.panel.gallery import Gallery
    from nbgemini.notebook.panel.lined_up import Wish
    from nbgemini.notebook.panel.queue import Work
    from nbgemini.studio.drawing import Drawing
    from nbgemini.studio.handles import Result

__all__ = ["Progress"]

_THOUGHTS = 4000  # characters, the newest


class Progress:
    """What one panel knows of it. `own` is the drawing that this panel has begun.

    `looked_at` tells what is being drawn in the conversation that is shown, `say` puts lines into the panel (the id of
    an answer that can be recovered behind them), `ended` hears of a drawing of the panel's own that brought a result,
    `stopped` of one that brought none.
    """

    def __init__(
        self,
        face: Face,
        gallery: Gallery,
        submit: Callable[[Work], bool],
        *,
        looked_at: Callable[[], Sequence[Drawing]],
        say: Callable[[Sequence[str], str], None],
        ended: Callable[[Result, Wish], None],
        stopped: Callable[[], None],
    ) -> None:
        self._face = face
        self._gallery = gallery
        self._submit = submit
        self._looked_at = looked_at
        self._say = say
        self._end = ended
        self._stopped = stopped
        self.own: Drawing | None = None
        self._seen: Drawing | None = None  # what is shown
        self._told: dict[str, Picture] = {}  # by name: whose thumbnails pages have
        self.wish: Wish | None = None  # what `own` is of

    def begin(self, drawing: Drawing, wish: Wish) -> None:
        """Watch a drawing that this panel has begun."""
        self.own, self.wish = drawing, wish
        self._say((), "")
        self.look()
        drawing.job.on_late = lambda news: self._soon(partial(self._say, [news.line], news.kept))
        drawing.job.when_settled(lambda: self._soon(partial(self._ended, drawing, wish)))

    def look(self) -> None:
        """Show what is on its way in the conversation that is looked at, whoever has begun it."""
        drawing = self.own or next(iter(self._looked_at()), None)
        if drawing is self._seen:
            return
        self._seen = drawing
        if drawing is None:
            self._face.put(job={})
            return
        self.tell()
        Job(lambda _: self._follow(drawing), name="nbgemini-panel-clock")

    def tell(self) -> None:
        """How far it is."""
        if self._seen is not None and not self._seen.job.settled:
            self._face.put(job=self._row(self._seen))

    def _row(self, drawing: Drawing) -> JobTrait:
        thoughts, interim = self._live(drawing)
        return {
            "id": f"j{id(drawing):x}",
            "by": drawing.by,
            "mine": drawing is self.own,
            "prompt": clean(drawing.ask.prompt, 400),
            "count": drawing.ask.count,
            "aspect": drawing.ask.options.aspect or "",
            "model": drawing.model,
            "stage": drawing.job.stage,
            "elapsed": round(drawing.job.seconds, 2),
            "news": one_line(drawing.job.notices[-1] if drawing.job.notices else "", 300),
            "thoughts": thoughts,
            "interim": interim,
            "come": self._come(drawing),
        }

    def picture(self, name: str) -> Picture | None:
        """One that has come so far, by the name of its thumbnail."""
        return self._told.get(name)

    def _come(self, drawing: Drawing) -> list[str]:
        """The pictures of one ask by their places, for a page that shows them as they come."""
        if drawing.ask.count < 2:
            return []
        come = [""] * drawing.ask.count
        for part in drawing.job.live:
            if part.picture is not None and not part.thought and part.number < len(come):
                come[part.number] = self._told_thumb(part.picture)
        return come

    def _told_thumb(self, picture: Picture) -> str:
        """The name of a thumbnail that pages have, told once; "" where there is none."""
        name, image = f"live-{picture.sha256}", self._gallery.thumb(picture)
        if image is None:
            return ""
        if name not in self._told:
            self._told[name] = picture
            self._face.tell({"is": "thumbs", "ids": [name], "types": [image.media_type]}, [image.data])
        return name

    def _live(self, drawing: Drawing) -> tuple[str, str]:
        """What a stream has brought: thoughts, and the name of the newest picture, whose thumbnail is told first."""
        pictures = [part.picture for part in drawing.job.live if part.picture is not None]
        if not pictures:
            return _thoughts(drawing), ""
        return _thoughts(drawing), "" if drawing.ask.count > 1 else self._told_thumb(pictures[-1])

    def _soon(self, work: partial[None]) -> None:
        self._submit(work)

    def _follow(self, drawing: Drawing) -> None:
        """Tell what changes. What was given up goes on unseen: another panel or an interrupted cell may do that."""
        last: object = None
        while self._seen is drawing and not drawing.job.settled_within(0.25) and not drawing.job.abandoned:
            now = (drawing.job.stage, len(drawing.job.notices), len(drawing.job.live))
            if now != last:
                last = now
                self._submit(self.tell)
        if drawing.job.abandoned:
            self._submit(partial(self._withdrawn, drawing))

    def _withdrawn(self, drawing: Drawing) -> None:
        """Somebody else stopped waiting for it."""
        if self.own is drawing:
            self.own = self.wish = None
            self._stopped()
            self._say(["Stopped in another panel. If the request was already sent, its answer will be kept."], "")
        self.look()

    def _ended(self, drawing: Drawing, wish: Wish) -> None:
        """The panel's own has settled: show it, or say why there is nothing."""
        if self.own is not drawing:
            return
        self.own = self.wish = None
        self.look()
        try:
            result = drawing.result(drawing.job.result())
        except BaseException:
            self._stopped()
            raise
        self._end(result, wish)

    def give_up(self) -> None:
        """Stop waiting for what is shown. A cell waits for its own: only the kernel's interrupt ends that."""
        drawing = self._seen
        if drawing is None or drawing.by != "panel":
            return
        lines = drawing.give_up()
        if lines:  # else it is being committed at this moment
            self.own = self.wish = None
            self._stopped()
            self.look()
            self._say([lines[0][:1].upper() + lines[0][1:], *lines[1:]], "")
            self._face.tell({"is": "toast", "lines": ["Cancelled."]})


def _thoughts(drawing: Drawing) -> str:
    """The end of what a model that streams has thought so far."""
    return clean("".join(part.text for part in drawing.job.live if part.thought)[-_THOUGHTS:]).strip()
