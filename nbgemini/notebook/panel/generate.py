"""From a click to the studio: what is sent along, and the cell that would do the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from nbgemini.core.conversation import Conversation
from nbgemini.core.folding import SENT_ALONG
from nbgemini.core.redact import looks_like_key
from nbgemini.errors import ConfirmationNeeded, NbgeminiError, OptionError, ReferenceImageError
from nbgemini.notebook.export.story import asked_in
from nbgemini.notebook.panel.contract import Marks
from nbgemini.notebook.panel.form import price_of
from nbgemini.notebook.panel.given import Given
from nbgemini.notebook.panel.later import conversation_for
from nbgemini.notebook.panel.lined_up import MOST, Wish
from nbgemini.notebook.panel.marking import marked_copy, worded
from nbgemini.notebook.panel.messages import Message
from nbgemini.studio.pictures.decoding import decoded
from nbgemini.studio.pictures.references import Labelled

if TYPE_CHECKING:
    from nbgemini.notebook.panel.desk import Desk
    from nbgemini.studio.asking.words import AskWords

__all__ = ["begin", "in_turn", "marked", "start_next"]


def begin(desk: Desk, message: Message) -> None:
    """Draw what a page asks for, behind what the panel draws already. Raises nbgemini's errors before it is sent."""
    prompt, marks = message.prompt, message.marks()
    if looks_like_key(prompt):
        raise ConfirmationNeeded("The prompt contains an API key.", hint="Take it out.")
    value = desk.hold()
    base = marks["turn"] if marks is not None else message.word("base")
    wish = Wish(
        conversation=value.name,
        prompt=prompt,
        form=desk.form,
        base=base,
        follows=marks is None and bool(base) and base == value.head,
        refs=desk.refs.given,
        marks=marks,
        yes=message.flag("yes"),
        price=price_of(desk.studio, value, desk.form, base or None, desk.refs.given),
        free=desk.studio.client().emulated,
    )
    in_turn(desk, wish)


def in_turn(desk: Desk, wish: Wish) -> None:
    """Draw it now, or behind what the panel draws already."""
    if desk.progress.own is None:
        start(desk, wish)
    elif len(desk.line.wishes) >= MOST:
        raise OptionError(f"{MOST} pictures are waiting already.", hint="Wait for some of them.")
    else:
        desk.line.add(wish)
        desk.used_up(wish)
        desk.face.tell({"is": "queued", "typed": "" if wish.like else wish.prompt})


def _again_words(desk: Desk, value: Conversation, wish: Wish) -> tuple[str, AskWords]:
    """The prompt of a turn and all its options; what is recorded of it is not taken for the answer."""
    exchange = value.get(wish.like)
    asked = asked_in(exchange)
    shown = [one for one in asked.references if not (exchange.anchored and one.label in SENT_ALONG)]
    blobs = desk.studio.store.blobs
    refs = [Labelled(blobs.path(one.picture.sha256), one.label) for one in shown]
    options: dict[str, Any] = {**exchange.options.described(), "model": exchange.model, "ref": refs, "fresh": True}
    if wish.form.size:
        options["size"] = wish.form.size
    if wish.form.count > 1:
        options["count"] = wish.form.count
    return asked.words, options  # type: ignore[return-value]  # the options of a turn are those of an ask


def start(desk: Desk, wish: Wish) -> None:
    """Begin to draw it. Raises nbgemini's errors before anything is sent."""
    value = conversation_for(desk.studio, desk.looking, wish)
    wish = replace(wish, conversation=value.name, turns=len(value.exchanges))
    base = value.head or "" if wish.follows else wish.base
    prompt, refs = wish.prompt, _labelled(desk, wish.refs)
    if wish.marks is not None:
        refs = [marked(desk, value, wish.marks), *refs]
        prompt = worded(prompt, wish.marks["shapes"])
    words: AskWords = {**wish.form.words(desk.present_model), "ref": refs}
    if wish.like:
        prompt, words = _again_words(desk, value, wish)
    words["yes"] = wish.yes
    if base:
        words["from_"] = value.number(base)
    else:
        words["new"] = True
    stay = bool(desk.looking.pinned)
    drawing = desk.studio.start(prompt, conversation=value.name, by="panel", stay=stay, **words)
    desk.progress.begin(drawing, wish)
    drawing.job.when_settled(lambda: _soon(desk))


def _soon(desk: Desk) -> None:
    desk.submit(partial(start_next, desk))


def start_next(desk: Desk) -> None:
    """Begin with what waits, if nothing holds it."""
    wish = desk.line.next() if desk.progress.own is None else None
    if wish is None:
        return
    try:
        start(desk, wish)
    except NbgeminiError:
        desk.line.wishes = (wish, *desk.line.wishes)
        desk.line.hold()
        raise
    finally:
        desk.push_form()


def _labelled(desk: Desk, given: Sequence[Given]) -> list[Labelled]:
    """References as the studio takes them."""
    blobs = desk.studio.store.blobs
    return [Labelled(blobs.path(one.picture.sha256), one.label) for one in given]


def marked(desk: Desk, value: Conversation, marks: Marks) -> Labelled:
    """The marked copy as a reference."""
    exchange = value.get(marks["turn"])
    if exchange.picture is None:
        raise ReferenceImageError("This turn is a text-only answer; there is nothing to mark.")
    image = decoded(desk.gallery.full(exchange.picture).data)
    return Labelled(marked_copy(image, marks["shapes"]), f"turn {value.number(exchange.id)}, marked")
