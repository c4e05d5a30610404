"""From a click to the studio: what is sent along, and the cell that would do the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.folding import SENT_ALONG
from nbgemini.core.picture import SUFFIXES, Picture, sniff
from nbgemini.core.redact import looks_like_key
from nbgemini.core.skeleton import Json
from nbgemini.errors import ConfirmationNeeded, NbgeminiError, OptionError, ReferenceImageError
from nbgemini.notebook.export.story import asked_in
from nbgemini.notebook.panel.contract import Marks
from nbgemini.notebook.panel.form import Form, price_of, settings_of
from nbgemini.notebook.panel.given import Given, file_label
from nbgemini.notebook.panel.lined_up import MOST, Wish
from nbgemini.notebook.panel.marking import marked_copy, worded
from nbgemini.notebook.panel.messages import Message
from nbgemini.notebook.panel.source import Deed, Ref, file_ref, source_of, turn_ref
from nbgemini.studio.pictures.decoding import decoded
from nbgemini.studio.pictures.references import Labelled

if TYPE_CHECKING:
    from nbgemini.notebook.panel.desk import Desk
    from nbgemini.studio.asking.words import AskWords

__all__ = ["begin", "cell_for", "draw_again", "start_next"]

_TURN = re.compile(r"turn (\d{1,9})")


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
    _in_turn(desk, wish)


def draw_again(desk: Desk, exchange: Exchange, size: str = "") -> None:
    """Ask once more for what a turn asked for, from where it went on, at another size where one is named."""
    value, settings = desk.hold(), settings_of(exchange)
    form = Form().told({**settings, **({"size": size} if size else {})}, desk.card(exchange.model))
    form = replace(form, prompt=exchange.prompt)
    parent = exchange.parent if exchange.parent and exchange.parent in value else ""
    wish = Wish(
        conversation=value.name,
        prompt=exchange.prompt,
        form=form,
        base=parent,
        like=exchange.id,
        price=price_of(desk.studio, value, form, parent or None, ()),
        free=desk.studio.client().emulated,
    )
    _in_turn(desk, wish)


def _in_turn(desk: Desk, wish: Wish) -> None:
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
    return asked.words, options  # type: ignore[return-value]  # the options of a turn are those of an ask


def start(desk: Desk, wish: Wish) -> None:
    """Begin to draw it. Raises nbgemini's errors before anything is sent."""
    value = desk.studio.value(wish.conversation)
    base = value.head or "" if wish.follows else wish.base
    prompt, refs = wish.prompt, _labelled(desk, wish.refs)
    if wish.marks is not None:
        refs = [_marked(desk, value, wish.marks), *refs]
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


def _base(value: Conversation, message: Message, marks: Marks | None) -> int:
    """The number of the turn that is edited; 0 starts afresh. Raises ConversationError."""
    base = marks["turn"] if marks is not None else message.word("base")
    return value.number(base) if base else 0


def _labelled(desk: Desk, given: Sequence[Given]) -> list[Labelled]:
    """References as the studio takes them."""
    blobs = desk.studio.store.blobs
    return [Labelled(blobs.path(one.picture.sha256), one.label) for one in given]


def _marked(desk: Desk, value: Conversation, marks: Marks) -> Labelled:
    """The marked copy as a reference."""
    exchange = value.get(marks["turn"])
    if exchange.picture is None:
        raise ReferenceImageError("This turn is a text-only answer; there is nothing to mark.")
    image = decoded(desk.gallery.full(exchange.picture).data)
    return Labelled(marked_copy(image, marks["shapes"]), f"turn {value.number(exchange.id)}, marked")


# -- the same as a cell ------------------------------------------------------------------------------------------------


def cell_for(desk: Desk, message: Message) -> str:
    """The source of a cell that does what a turn did, or what the next click would do."""
    turn = message.word("turn")
    return source_of(_deed_of(desk, desk.exchange(turn)) if turn else _deed_to_be(desk, message))


def _deed_of(desk: Desk, exchange: Exchange) -> Deed:
    value = desk.value
    asked = asked_in(exchange)
    options: dict[str, Json] = {"model": exchange.model, **exchange.options.described()}
    if exchange.model == desk.present_model:
        del options["model"]
    if value.system is not None and options.setdefault("system", "") == value.system:
        del options["system"]
    if exchange.group:
        options["count"] = len(value.siblings(exchange.id))
    if exchange.alt:
        options["alt"] = exchange.alt
    references = [one for one in asked.references if not (exchange.anchored and one.label in SENT_ALONG)]
    return Deed(
        prompt=asked.words,
        options=options,
        refs=[_shown(desk, value, one.label, one.picture) for one in references],
        base=value.number(exchange.parent) if exchange.parent and exchange.parent in value else 0,
        conversation=_name(desk, value),
    )


def _deed_to_be(desk: Desk, message: Message) -> Deed:
    value, marks = desk.value, message.marks()
    base = _base(value, message, marks)
    prompt = message.prompt
    refs = [_shown(desk, value, one.label, one.picture) for one in desk.refs.given]
    if marks is not None:
        copy = _marked(desk, value, marks)
        prompt = worded(prompt, marks["shapes"])
        refs = [_write_labelled(desk, copy.label, bytes(copy.value)), *refs]  # type: ignore[call-overload]  # made just now
    options: dict[str, Json] = {**desk.form.words(desk.present_model)}
    if desk.form.count == 1:
        del options["count"]
    head = value.number(value.head) if value.head else 0
    latest = base == head and head == len(value.exchanges)
    return Deed(
        prompt=prompt, options=options, refs=refs, base=None if latest else base, conversation=_name(desk, value)
    )


def _name(desk: Desk, value: Conversation) -> str | None:
    """The conversation, where a cell would not go on with it anyway."""
    return None if desk.stored or value.name == desk.studio.session.current else value.name


def _shown(desk: Desk, value: Conversation, label: str, picture: Picture) -> Ref:
    """A picture as a REF: the turn that it is of, else a file of the store under its label."""
    match = _TURN.fullmatch(label)
    if match and 1 <= (number := int(match[1])) <= len(value.exchanges) and value.turn(number).picture == picture:
        return turn_ref(number, _name(desk, value))
    return _write_labelled(desk, label, desk.gallery.full(picture).data, picture.sha256)


def _write_labelled(desk: Desk, label: str, data: bytes, sha256: str = "") -> Ref:
    """A file whose name is the label: a REF takes its label from there."""
    from hashlib import sha256 as hashed

    name = f"{file_label(label)}{SUFFIXES.get(sniff(data) or '', '.bin')}"
    return file_ref(_from_here(desk.studio.store.write_labelled(sha256 or hashed(data).hexdigest(), name, data)))


def _from_here(path: Path) -> Path:
    """As a cell would write it."""
    try:
        return path.relative_to(Path.cwd())
    except (OSError, ValueError):
        return path
