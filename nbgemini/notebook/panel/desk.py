"""What a panel knows and tells: the conversation of the kernel, its own form and references, the drawing on its way."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.models import ModelCard
from nbgemini.core.picture import Picture
from nbgemini.errors import ConversationError, NbgeminiError
from nbgemini.notebook.panel.contract import PROTO, ConversationTrait, ListedTrait, SaidTrait
from nbgemini.notebook.panel.drafts import Draft, Drafts
from nbgemini.notebook.panel.form import Form, cost_row
from nbgemini.notebook.panel.gallery import Gallery
from nbgemini.notebook.panel.given import References
from nbgemini.notebook.panel.pieces import Uploads
from nbgemini.notebook.panel.progress import Progress
from nbgemini.notebook.panel.queue import Errands, Work
from nbgemini.notebook.panel.rows import head_of, model_rows, shown_turns, turn_row
from nbgemini.notebook.panel.stored import LastStored
from nbgemini.notebook.show.texts import one_line

if TYPE_CHECKING:
    from nbgemini.notebook.panel.contract import Face
    from nbgemini.studio.handles import Result
    from nbgemini.studio.studio import Studio

__all__ = ["Desk"]

_LISTED = 60  # conversations to choose from
_REPLAYED = "Taken from disk at $0: the same request was paid for before."
_PUSHED = 8  # thumbnails that go along with new turns; pages ask for others


class Desk:
    """One panel without its widget. Everything here but `submit`, `refresh` and `close` runs as an errand.

    `place` is the panel's place in its notebook, by which its draft is kept.
    """

    def __init__(self, studio: Studio, face: Face, place: str = "") -> None:
        self.studio = studio
        self.face = face
        self.form = Form()
        self.refs = References()
        self.uploads = Uploads()
        self.gallery = Gallery(lambda picture: studio.store.blobs.read(picture.sha256))
        self.errands = Errands(self.failed)
        self.progress = Progress(
            face,
            self.gallery,
            self.submit,
            looked_at=lambda: () if self.stored else studio.under_way.of(self.value.name),
            say=lambda lines, kept: self.say("note", lines, kept),
            ended=self.show_made,
        )
        self._last_stored = LastStored(studio)
        self._seen: set[str] | None = None
        self._due = False
        self._base: str | None = None
        self._model_before = ""
        self._drafts = Drafts(studio.store, place)
        self._take_up(self._drafts.load())
        self._forget = studio.session.watch(self.refresh)

    # -- from any thread -----------------------------------------------------------------------------------------------

    def submit(self, work: Work) -> bool:
        """Do it soon, and return."""
        return self.errands.submit(work)

    def refresh(self) -> None:
        """Tell what has changed, soon and once."""
        if not self._due:
            self._due = True
            if not self.submit(self.push):
                self._due = False

    def close(self) -> None:
        """Listen no more. A drawing on its way goes on."""
        self._forget()
        self.errands.close()

    # -- what is looked at ---------------------------------------------------------------------------------------------

    @property
    def value(self) -> Conversation:
        """The conversation that is looked at: the kernel's current one, or one from before this kernel."""
        return self._last_stored.value() or self.studio.value()

    @property
    def stored(self) -> bool:
        """Whether it comes from before this kernel, and is not gone on with yet."""
        return self._last_stored.value() is not None

    def hold(self) -> Conversation:
        """The conversation to act on: one from before this kernel becomes the kernel's current one."""
        self._last_stored.take()
        return self.studio.value()

    def leave_stored(self) -> None:
        """Look at the kernel's own conversation from now on."""
        self._last_stored.leave()

    def exchange(self, exchange_id: str) -> Exchange:
        """A turn that is looked at. Raises ConversationError."""
        value = self.value
        if exchange_id not in value:
            raise ConversationError("This turn belongs to another conversation.", hint="Choose it in the strip again.")
        return value.get(exchange_id)

    def picture(self, known_as: str) -> Picture | None:
        """The picture of a turn or a reference; None for what is not known, or is words."""
        given = self.refs.find(known_as)
        if given is not None:
            return given.picture
        value = self.value
        return value.get(known_as).picture if known_as in value else None

    @property
    def present_model(self) -> str:
        """The model that a cell would ask."""
        return self.card(self.value.model or self.studio.settings().model).id

    def card(self, name: str) -> ModelCard:
        return self.studio.catalogue.find(name)

    def _take_up(self, draft: Draft | None) -> None:
        """Go on with what was written and not sent."""
        if draft is None:
            return
        self.refs.restore(draft.refs)
        with suppress(NbgeminiError):  # a model that is none any more
            model = str(draft.form.get("model", ""))
            self.form = self.form.told(draft.form, self.card(model or self.present_model))

    # -- what is told --------------------------------------------------------------------------------------------------

    def push(self) -> None:
        """Everything that may have changed."""
        self._due = False
        self._settle_form()
        value = self.value
        turns = shown_turns(value)
        rows = [turn_row(value, exchange) for exchange in turns]
        fresh = [] if self._seen is None else [one for one in turns if one.id not in self._seen]
        self._seen = {exchange.id for exchange in turns}
        # Thumbnails go first: a page that meets a turn without its own asks for it, and would get it twice.
        self.push_thumbs([exchange.id for exchange in fresh[-_PUSHED:]])
        hidden = len(value.exchanges) - len(rows)
        looked_at: ConversationTrait = {"name": value.name, "stored": self.stored, "hidden": hidden}
        self.face.put(turns=rows, head=head_of(value), conversation=looked_at, conversations=self._listed(value))
        self.push_form()
        self.progress.look()

    def _settle_form(self) -> None:
        """The model that the conversation keeps, where the form names none or that of another conversation."""
        if self.form.model in ("", self._model_before):
            model = self.present_model
            self.form = self.form.told({"model": model}, self.card(model))
        self._model_before = self.present_model

    def push_form(self) -> None:
        """The form, what goes along, and the price of the next click."""
        self.face.put(
            **self.form.row(),
            models=model_rows(self.studio.catalogue, self.card(self.form.model)),
            refs=[one.row() for one in self.refs.given],
            cost=cost_row(self.studio, self.value, self.form, self.base, self.refs.given),
        )
        form = self.form.row()
        chosen = "" if self.form.model == self.present_model else self.form.model
        self._drafts.keep(Draft({**form, "model": chosen}, self.refs.given))

    @property
    def base(self) -> str | None:
        """The turn that the next click edits, as the page said last; the head until it does."""
        value = self.value
        return self._base if self._base in value else value.head

    def told_base(self, exchange_id: str) -> None:
        self._base = exchange_id or None

    def _listed(self, value: Conversation) -> list[ListedTrait]:
        opened = [
            one.value for one in self.studio.session.opened() if one.value.exchanges or one.value.name == value.name
        ]
        names = {one.name for one in opened}
        rows: list[ListedTrait] = [{"name": one.name, "turns": len(one.exchanges), "stored": False} for one in opened]
        keys = {one.key for one in self.studio.session.opened()}
        stored = [one for one in self.studio.history.stored() if one.key not in keys and one.name not in names]
        rows += [{"name": one.name, "turns": one.turns, "stored": True} for one in reversed(stored)]
        return rows[:_LISTED]

    def push_thumbs(self, ids: Sequence[str]) -> None:
        """The thumbnails of turns and references, a few a message, so that other errands come between."""
        now, rest = ids[:6], ids[6:]
        thumbs = [(one, self.gallery.thumb(picture)) for one in now if (picture := self.picture(one)) is not None]
        ready = [(one, image) for one, image in thumbs if image is not None]
        if ready:
            message = {"is": "thumbs", "ids": [one for one, _ in ready], "types": [i.media_type for _, i in ready]}
            self.face.tell(message, [image.data for _, image in ready])
        if rest:
            self.submit(partial(self.push_thumbs, rest))

    def hello(self) -> None:
        """The answer to a view that asks whether somebody is there; one that has just appeared learns the time."""
        self.face.tell({"is": "hello", "proto": PROTO, "widget": self.face.known_as})
        self.progress.tell()

    def show_made(self, result: Result, typed: str) -> None:
        """What this panel asked for is there: what went along is used up, and the prompt unless it has changed."""
        self.refs.clear()
        self._base = None
        if self.form.prompt == typed:
            self.form = self.form.told({"prompt": ""}, self.card(self.form.model))
        self.push()
        self.say("note", (*([_REPLAYED] if result.exchange.replayed else []), *result.notices))
        self.face.tell({"is": "made", "turn": result.exchange.id, "typed": typed})

    # -- what is said --------------------------------------------------------------------------------------------------

    def say(self, kind: str, lines: Sequence[str], recover: str = "") -> None:
        """Something that stays until it is dismissed or something else is said."""
        shown = [one_line(line, 600) for line in lines]
        trait: SaidTrait = {"kind": kind, "lines": shown}
        if recover:
            trait["recover"] = recover
        self.face.put(said=trait if shown else {})

    def failed(self, error: BaseException) -> None:
        """An errand failed: say so in the panel, whatever it was."""
        if isinstance(error, NbgeminiError):
            self.say("error", error.lines())
        else:
            self.say("error", [f"Internal error in nbgemini: {type(error).__name__}: {error}"])
        self.face.tell({"is": "toast", "lines": ["That failed; see below for what to do."]})
