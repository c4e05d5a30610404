"""From a click to the studio: what is sent along, and the cell that would do the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.folding import SENT_ALONG
from nbgemini.core.picture import SUFFIXES, Picture, sniff
from nbgemini.core.redact import looks_like_key
from nbgemini.core.skeleton import Json
from nbgemini.errors import ConfirmationNeeded, OptionError, ReferenceImageError
from nbgemini.notebook.export.story import asked_in
from nbgemini.notebook.panel.contract import Marks
from nbgemini.notebook.panel.given import file_label
from nbgemini.notebook.panel.marking import marked_copy, worded
from nbgemini.notebook.panel.messages import Message
from nbgemini.notebook.panel.source import Deed, Ref, file_ref, source_of, turn_ref
from nbgemini.studio.pictures.decoding import decoded
from nbgemini.studio.pictures.references import Labelled

if TYPE_CHECKING:
    from nbgemini.notebook.panel.desk import Desk
    from nbgemini.studio.asking.words import AskWords

__all__ = ["begin", "cell_for"]

_TURN = re.compile(r"turn (\d{1,9})")


def begin(desk: Desk, message: Message) -> None:
    """Begin to draw what a page asks for. Raises nbgemini's errors before anything is sent."""
    if desk.progress.own is not None:
        raise OptionError("A picture is being drawn already.", hint="`Cancel` stops waiting for it.")
    words_typed, marks = message.prompt, message.marks()
    if looks_like_key(words_typed):
        raise ConfirmationNeeded("The prompt contains an API key.", hint="Take it out.")
    value = desk.hold()
    base = _base(value, message, marks)
    prompt, refs = words_typed, _labelled(desk)
    if marks is not None:
        refs = [_marked(desk, value, marks), *refs]
        prompt = worded(prompt, marks["shapes"])
    words: AskWords = {**desk.form.words(desk.present_model), "ref": refs, "yes": message.flag("yes")}
    if base:
        words["from_"] = base
    else:
        words["new"] = True
    drawing = desk.studio.start(prompt, conversation=value.name, by="panel", **words)
    desk.progress.begin(drawing, words_typed)


def _base(value: Conversation, message: Message, marks: Marks | None) -> int:
    """The number of the turn that is edited; 0 starts afresh. Raises ConversationError."""
    base = marks["turn"] if marks is not None else message.word("base")
    return value.number(base) if base else 0


def _labelled(desk: Desk) -> list[Labelled]:
    """The references of the form, as the studio takes them."""
    blobs = desk.studio.store.blobs
    return [Labelled(blobs.path(one.picture.sha256), one.label) for one in desk.refs.given]


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
