"""What a panel knows and tells: the conversation of the kernel, its own form and references, the drawing on its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.models import ModelCard
from nbgemini.core.picture import Picture
from nbgemini.core.ratings import NOTHING
from nbgemini.errors import ConversationError, NbgeminiError
from nbgemini.notebook.panel.contract import PROTO, ConversationTrait, ListedTrait, SaidTrait
from nbgemini.notebook.panel.drafts import Draft, Drafts, Unsent
from nbgemini.notebook.panel.form import Form, cost_row
from nbgemini.notebook.panel.gallery import Gallery
from nbgemini.notebook.panel.given import References
from nbgemini.notebook.panel.later import for_later, still_wanted, unfinished
from nbgemini.notebook.panel.lined_up import LinedUp, Wish
from nbgemini.notebook.panel.looking import Looking, listed
from nbgemini.notebook.panel.pieces import Uploads
from nbgemini.notebook.panel.progress import Progress
from nbgemini.notebook.panel.queue import Errands, Work
from nbgemini.notebook.panel.rows import error_lines, head_of, model_rows, shown_turns, turn_row
from nbgemini.notebook.show.texts import one_line

if TYPE_CHECKING:
    from nbgemini.notebook.panel.contract import Face
    from nbgemini.studio.handles import Result
    from nbgemini.studio.studio import Studio
    from nbgemini.tuning.carrying.under_way import UnderWay

__all__ = ["Desk"]

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
            stopped=self._hold_line,
        )
        self.line = LinedUp()  # what was drawn next in an earlier kernel waits for a click
        self.sweep: UnderWay | None = None  # what this panel varies
        self.looking = Looking(studio)
        self._list_seen = 0
        self._seen: set[str] | None = None
        self._due = False
        self._base: str | None = None
        self._model_before = ""
        self._drafts = Drafts(studio.store, place, lambda: self.submit(self._give_line_up))
        self._elsewhere: dict[str, Unsent] = {}  # what is not sent yet in other conversations, by their keys
        self._of = self.looking.key  # the conversation whose unsent words the form holds
        self._at = self.looking.opened
        self._take_up(self._drafts.load())
        self._forget = studio.session.watch(self.refresh)
        if place:
            self.submit(lambda: self._say_first(unfinished(studio)))

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
        """The conversation that is looked at."""
        return self.looking.value

    @property
    def stored(self) -> bool:
        """Whether it comes from before this kernel, and is not gone on with yet."""
        return self.looking.stored

    def hold(self) -> Conversation:
        """The conversation to act on: one from before this kernel becomes the kernel's current one."""
        return self.looking.hold()

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
        return value.get(known_as).picture if known_as in value else self.progress.picture(known_as)

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
        form, self._elsewhere = dict(draft.form), dict(draft.elsewhere)
        unsent = Unsent(str(form.pop("prompt", "")), draft.refs)
        if draft.of and draft.of != self._of:
            self._elsewhere[draft.of] = unsent
            unsent = self._elsewhere.pop(self._of, Unsent())
        self.refs.restore(unsent.refs)
        self.line = LinedUp(still_wanted(self.studio, draft.line))
        with suppress(NbgeminiError):  # a model that is none any more
            model = str(form.get("model", ""))
            told = {**form, "prompt": unsent.prompt}
            self.form = self.form.told(told, self.card(model or self.present_model))

    # -- what is told --------------------------------------------------------------------------------------------------

    def push(self) -> None:
        """Everything that may have changed."""
        self._due = False
        self._settle_form()
        self._settle_words()
        value = self.value
        turns = shown_turns(value)
        marks = self.studio.store.opinions.all()
        rows = [
            turn_row(value, one, marks.get(one.id, NOTHING), self.card(one.model).sizes if one.picture else ())
            for one in turns
        ]
        fresh = [] if self._seen is None else [one for one in turns if one.id not in self._seen]
        self._seen = {exchange.id for exchange in turns}
        # Thumbnails go first: a page that meets a turn without its own asks for it, and would get it twice.
        self.push_thumbs([exchange.id for exchange in fresh[-_PUSHED:]])
        hidden = len(value.exchanges) - len(rows)
        looked_at: ConversationTrait = {
            "name": value.name,
            "key": self.looking.key,
            "stored": self.stored,
            "hidden": hidden,
            "pinned": bool(self.looking.pinned),
        }
        # One message: a page that met another conversation's words would take them for its own.
        self.face.put(
            turns=rows, head=head_of(value), conversation=looked_at, conversations=self._listed(), **self._form_traits()
        )
        self._keep_draft()
        self.progress.look()

    def look_around(self) -> None:
        """Other kernels may have made conversations meanwhile."""
        if self.studio.store.album.changed() != self._list_seen:
            self.face.put(conversations=self._listed())

    def _settle_form(self) -> None:
        """The model that the conversation keeps, where the form names none or that of another conversation."""
        if self.form.model in ("", self._model_before):
            model = self.present_model
            self.form = self.form.told({"model": model}, self.card(model))
        self._model_before = self.present_model

    def _settle_words(self) -> None:
        """Unsent words belong to their conversation: those of the one that was looked at make room for this one's."""
        key, before = self.looking.key, self._of
        same = not self.looking.stored and self._at is self.looking.opened and before.startswith("new ")
        self._of, self._at = key, self.looking.opened
        if key == before or same:  # one that has got its place in the store only now
            return
        self._elsewhere[before] = Unsent(self.form.prompt, self.refs.given)
        unsent = self._elsewhere.pop(key, Unsent())
        self.refs.clear()
        self.refs.restore(unsent.refs)
        self.form = replace(self.form, prompt=unsent.prompt)
        self._base = None

    def belongs_elsewhere(self, of: str, said: Mapping[str, str | int | bool]) -> bool:
        """Whether a page said it before it knew of the conversation that is looked at now; its words are kept there."""
        if not of or of == self._of:
            return False
        refs = self._elsewhere.get(of, Unsent()).refs
        self._elsewhere[of] = Unsent(str(said.get("prompt", "")), refs)
        self._keep_draft()
        return True

    def push_form(self) -> None:
        """The form, what goes along, what waits, and the price of the next click."""
        self.face.put(**self._form_traits())
        self._keep_draft()

    def _form_traits(self) -> dict[str, Any]:
        return {
            **self.form.row(),
            "models": model_rows(self.studio.catalogue, self.card(self.form.model)),
            "refs": [one.row() for one in self.refs.given],
            "queue": self.line.row(),
            "cost": cost_row(self.studio, self.value, self.form, self.base, self.refs.given),
        }

    def _keep_draft(self) -> None:
        chosen = "" if self.form.model == self.present_model else self.form.model
        elsewhere = {key: unsent for key, unsent in self._elsewhere.items() if unsent != Unsent()}
        under_way = self.progress.wish
        if under_way is not None and self.form.prompt == under_way.prompt:
            under_way = None  # its words are still there
        line = for_later(self.studio, self.line.wishes, under_way)
        self._drafts.keep(Draft({**self.form.row(), "model": chosen}, self.refs.given, self._of, elsewhere, line))

    def _say_first(self, lines: Sequence[str]) -> None:
        if lines:
            self.say("note", lines)

    def _give_line_up(self) -> None:
        self.line = LinedUp()
        self.push_form()

    @property
    def base(self) -> str | None:
        """The turn that the next click edits, as the page said last; the head until it does."""
        value = self.value
        return self._base if self._base in value else value.head

    def told_base(self, exchange_id: str) -> None:
        self._base = exchange_id or None

    def _listed(self) -> list[ListedTrait]:
        self._list_seen = self.studio.store.album.changed()
        return listed(self.studio, self.looking.opened)

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

    def show_made(self, result: Result, wish: Wish) -> None:
        """What this panel asked for is there: what went along is used up, and the prompt unless it has changed."""
        self.used_up(wish)
        self._base = None
        self.push()
        self.say("note", (*([_REPLAYED] if result.exchange.replayed else []), *result.notices))
        self.face.tell({"is": "made", "turn": result.exchange.id, "typed": wish.prompt})

    def used_up(self, wish: Wish) -> None:
        """A click has taken what it needed: the next one begins without it, and asks for one picture."""
        for one in wish.refs:
            self.refs.remove(one.id)
        if self.form.prompt == wish.prompt:
            count = 1 if self.form.count == wish.form.count else self.form.count
            self.form = self.form.told({"prompt": "", "count": count}, self.card(self.form.model))

    def _hold_line(self) -> None:
        self.line.hold()
        self.push_form()

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
            self.say("error", error_lines(error))
        else:
            self.say("error", [f"Internal error in nbgemini: {type(error).__name__}.", "Nothing else has changed."])
        self.face.tell({"is": "toast", "lines": ["That failed; see below for what to do."]})
