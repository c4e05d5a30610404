"""The cell that does what a panel did or would do: of a turn, of a sweep, of the next click."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.folding import SENT_ALONG
from nbgemini.core.grid.axis_text import AxisText
from nbgemini.core.picture import SUFFIXES, Picture, sniff
from nbgemini.core.skeleton import Json
from nbgemini.errors import NbgeminiError
from nbgemini.notebook.export.story import asked_in
from nbgemini.notebook.export.sweep_program import combined, sweep_program
from nbgemini.notebook.panel.cheaper import axis_of
from nbgemini.notebook.panel.contract import Marks
from nbgemini.notebook.panel.generate import marked
from nbgemini.notebook.panel.given import file_label
from nbgemini.notebook.panel.marking import worded
from nbgemini.notebook.panel.messages import Message
from nbgemini.notebook.panel.source import Deed, Ref, file_ref, source_of, turn_ref
from nbgemini.tuning.front import sweeping

if TYPE_CHECKING:
    from nbgemini.notebook.panel.desk import Desk

__all__ = ["axis_words", "cell_for"]

_TURN = re.compile(r"turn (\d{1,9})")
_PLAIN = re.compile(r"\w[\w:-]*(\.?[\w:-]+)*")  # an axis value that needs no quotes


def cell_for(desk: Desk, message: Message) -> str:
    """The source of a cell that does what a turn did (of a shot: its sweep), or what the next click would do."""
    turn = message.word("turn")
    if not turn:
        return source_of(_deed_to_be(desk, message))
    exchange = desk.exchange(turn)
    return (_sweep_of(desk, exchange) if exchange.shot else "") or source_of(_deed_of(desk, exchange))


def _sweep_of(desk: Desk, exchange: Exchange) -> str:
    """The cell of the sweep that a shot is of, with its `--vary`; Python where a cell cannot say it."""
    try:
        sweep = sweeping(desk.studio).stored.open(exchange.group)
    except NbgeminiError:
        return ""
    axes, about = combined(sweep), sweep.about
    if not axes:
        return sweep_program(sweep)
    asked = sweep.entries[0].asked
    deed = _deed_of(desk, asked)
    samples = max(entry.sample for entry in sweep.entries)
    own: dict[str, Json] = {"vary": [axis_words(name, labels) for name, labels in axes.items()]}
    own |= {"count": samples} if samples > 1 else {}
    own |= {"name": about.name} if about.is_named else {}
    shared = {name: said for name, said in deed.options.items() if name not in axes and name != "count"}
    prompt = "" if "prompt" in axes else about.prompt
    return source_of(replace(deed, prompt=prompt, options={**own, **shared}, axes=tuple(axes)))


def _deed_of(desk: Desk, exchange: Exchange) -> Deed:
    value = desk.value
    asked = asked_in(exchange)
    options: dict[str, Json] = {"model": exchange.model, **exchange.options.described()}
    if exchange.model == desk.present_model:
        del options["model"]
    if value.system is not None and options.setdefault("system", "") == value.system:
        del options["system"]
    if exchange.group and exchange.id in value:
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
        copy = marked(desk, value, marks)
        prompt = worded(prompt, marks["shapes"])
        refs = [_write_labelled(desk, copy.label, bytes(copy.value)), *refs]  # type: ignore[call-overload]  # made just now
    options: dict[str, Json] = {**desk.form.words(desk.present_model)}
    axes = [axis_of(name, values) for name, values in message.axes()] if "axes" in message.content else []
    if axes:
        vary: Json = [axis_words(axis.name, [item.text for item in axis.items]) for axis in axes]
        options = {"vary": vary, **{name: said for name, said in options.items() if not _varies(name, axes, prompt)}}
    if desk.form.count == 1:
        del options["count"]
    head = value.number(value.head) if value.head else 0
    latest = base == head and head == len(value.exchanges)
    return Deed(
        prompt=prompt,
        options=options,
        refs=refs,
        base=None if latest else base,
        conversation=_name(desk, value),
        axes=tuple(axis.name for axis in axes),
    )


def _varies(option: str, axes: Sequence[AxisText], prompt: str) -> bool:
    return any(axis.name == option for axis in axes) and f"{{{option}}}" not in prompt


def axis_words(name: str, labels: Sequence[str]) -> str:
    """`style=ink,"oil, thick"`: an axis as `--vary` takes it."""
    words = (label if _PLAIN.fullmatch(label) else '"' + label.replace('"', '\\"') + '"' for label in labels)
    return f"{name.rstrip('_')}={','.join(words)}"


def _base(value: Conversation, message: Message, marks: Marks | None) -> int:
    """The number of the turn that is edited; 0 starts afresh. Raises ConversationError."""
    base = marks["turn"] if marks is not None else message.word("base")
    return value.number(base) if base else 0


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
