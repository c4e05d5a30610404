"""The drawing on its way, as a panel tells of it: its own, else one that a cell or another panel has begun."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from nbgemini.bridge import Job
from nbgemini.notebook.panel.contract import JobTrait
from nbgemini.notebook.texts import clean, one_line

if TYPE_CHECKING:
    from nbgemini.notebook.panel.desk import Desk
    from nbgemini.studio.drawing import Drawing

__all__ = ["Progress"]

_REPLAYED = "Answered from disk at $0: the same was asked and paid for before."
_THOUGHTS = 4000  # characters, the newest


class Progress:
    """What one desk knows of it. `own` is the drawing that this panel has begun."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.own: Drawing | None = None
        self._seen: Drawing | None = None  # what is shown
        self._interim = ""

    def begin(self, drawing: Drawing, typed: str) -> None:
        """Watch a drawing that this panel has begun. `typed` is what the prompt box held."""
        self.own = drawing
        self._desk.say("note", ())
        self.look()
        drawing.job.on_late = lambda line: self._soon(partial(self._late, line))
        drawing.job.when_settled(lambda: self._soon(partial(self._ended, drawing, typed)))

    def look(self) -> None:
        """Show what is on its way in the conversation that is looked at, whoever has begun it."""
        desk = self._desk
        others = () if desk.stored else desk.studio.shelf.under_way.of(desk.value.name)
        found = self.own or next(iter(others), None)
        if found is self._seen:
            return
        self._seen = found
        if found is None:
            desk.face.put(job={})
            return
        self.tell()
        Job(lambda _: self._follow(found), name="nbgemini-panel-clock")

    def tell(self) -> None:
        """How far it is."""
        if self._seen is not None and not self._seen.job.settled:
            self._desk.face.put(job=self._row(self._seen))

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
        }

    def _live(self, drawing: Drawing) -> tuple[str, str]:
        """What a stream has brought: thoughts, and the name of the newest picture, whose thumbnail is told first."""
        pictures = [part.picture for part in drawing.job.live if part.picture is not None]
        if not pictures:
            return _thoughts(drawing), ""
        name, image = f"live-{pictures[-1].sha256}", self._desk.gallery.thumb(pictures[-1])
        if image is not None and name != self._interim:
            self._interim = name
            self._desk.face.tell({"is": "thumbs", "ids": [name], "types": [image.media_type]}, [image.data])
        return _thoughts(drawing), name if image is not None else ""

    def _soon(self, work: partial[None]) -> None:
        self._desk.submit(work)

    def _follow(self, drawing: Drawing) -> None:
        """Tell what changes. What was given up goes on unseen: another panel or an interrupted cell may do that."""
        told: object = None
        while self._seen is drawing and not drawing.job.settled_within(0.25) and not drawing.job.abandoned:
            now = (drawing.job.stage, len(drawing.job.notices), len(drawing.job.live))
            if now != told:
                told = now
                self._desk.submit(self.tell)
        if drawing.job.abandoned:
            self._desk.submit(partial(self._withdrawn, drawing))

    def _withdrawn(self, drawing: Drawing) -> None:
        """Somebody else stopped waiting for it."""
        if self.own is drawing:
            self.own = None
            self._desk.say("note", ["Stopped in another panel. If the request had left, its answer will be kept."])
        self.look()

    def _ended(self, drawing: Drawing, typed: str) -> None:
        """The panel's own has settled: show it, or say why there is nothing."""
        if self.own is not drawing:
            return
        self.own = None
        self.look()
        result = drawing.result(drawing.job.result())
        self._desk.drawn(typed)
        self._desk.say("note", (*([_REPLAYED] if result.exchange.replayed else []), *result.notices))
        self._desk.face.tell({"is": "made", "turn": result.exchange.id, "typed": typed})

    def give_up(self) -> None:
        """Stop waiting for what is shown. A cell waits for its own: only the kernel's interrupt ends that."""
        drawing = self._seen
        if drawing is None or drawing.by != "panel":
            return
        lines = drawing.give_up()
        if lines:  # else it is being committed at this moment
            self.own = None
            self.look()
            self._desk.say("note", [lines[0][:1].upper() + lines[0][1:], *lines[1:]])
            self._desk.face.tell({"is": "toast", "lines": ["Cancelled."]})

    def _late(self, line: str) -> None:
        """What became of an answer after waiting was given up."""
        words = line.split("%imagine adopt ")
        adopt = words[1].split("`")[0] if len(words) == 2 else ""
        self._desk.say("note", [line], adopt)


def _thoughts(drawing: Drawing) -> str:
    """The end of what a model that streams has thought so far."""
    return clean("".join(part.text for part in drawing.job.live if part.thought)[-_THOUGHTS:]).strip()
