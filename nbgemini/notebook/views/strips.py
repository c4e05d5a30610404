"""A conversation as a tree of numbered thumbnails, with the branch that it is on as its trunk, and the same in text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.phrases import counted
from nbgemini.core.picture import Picture
from nbgemini.core.ratings import Marks
from nbgemini.errors import NbgeminiError
from nbgemini.notebook.show.bundles import ACCENT, FONT, MUTED, RULE, Bundle, block, sentence
from nbgemini.notebook.show.folded import image
from nbgemini.notebook.show.footer import price
from nbgemini.notebook.show.markup import NOTHING, Html, element, escape, joined
from nbgemini.notebook.show.previews import Preview, make_preview, make_thumbnail
from nbgemini.notebook.show.screen import Screen
from nbgemini.notebook.show.texts import Read, alt_of, clean, one_line
from nbgemini.notebook.views.branches import Run, beside, folds
from nbgemini.notebook.views.tree import (
    MarksOf,
    fold_marks,
    fold_words,
    mark_words,
    sibling_words,
    tree_lines,
    unmarked,
)

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["strip", "strip_of"]

_THUMB = 160  # pixels of a thumbnail's longer side
_FRAME = (144, 108)  # CSS pixels around it
_LESSER = (112, 84)  # the same on other branches than the one you are on
_STEP = 24  # CSS pixels from one lane to the next
_DEEPEST = 8  # lanes that are drawn; a branch of a branch of … beyond it stays there
_MOST = 16  # turns that are shown: about 1.5 kB each in the notebook, without their pictures
_BYTES = 60_000  # of all thumbnails in a view; the turns that are furthest from where you are do without
_QUALITY = 70

_LINES = 100  # of the tree

_OFF = "rgba(128, 128, 128, .42)"
_NOTE = f"padding:8px 0 0 2px; opacity:{MUTED}"
_LEGEND = "The coloured line is the branch that you are on. `%%imagine --from @3` goes on from any turn."

_EMPTY = "No turns yet. Start with a `%%imagine` cell."


def strip_of(studio: Studio, value: Conversation, screen: Screen) -> Bundle:
    """A conversation as it stands in this kernel, with what was said of its turns."""
    store = studio.store
    names = {about.id: called for called, about in store.sweeps.called()}

    def marks(exchange: Exchange) -> Marks:
        return store.opinions.of(*exchange.marked_as)

    return strip(value, lambda picture: store.blobs.read(picture.sha256), rich=screen.rich, names=names, marks=marks)


def strip(
    conversation: Conversation,
    read: Read,
    *,
    limit: int = _MOST,
    rich: bool = True,
    names: Mapping[str, str] = MappingProxyType({}),
    marks: MarksOf = unmarked,
) -> Bundle:
    """The last `limit` turns as pictures, where the screen is `rich`; the text has all of them as a tree."""
    head = _headline(conversation)
    lines = tree_lines(conversation, names, marks) if conversation.exchanges else [_EMPTY]
    if len(lines) > _LINES:
        lines = [f"… {len(lines) - _LINES} lines before these", *lines[-_LINES:]]
    text = clean("\n".join([head, *lines]))
    if not rich:
        return Bundle(text)
    exchanges = _window(conversation, limit)
    if len(exchanges) < len(conversation.exchanges):
        head += f" · {len(exchanges)} of them are shown"
    title = element("div", escape(head), dir="auto", style=f"padding:0 0 8px 2px; opacity:{MUTED}")
    empty = element("div", sentence(_EMPTY), style=f"opacity:{MUTED}")
    faces = _thumbnails(conversation, exchanges, read)
    row = _rows(conversation, exchanges, faces, names, marks) if exchanges else empty
    inner = block(title, row, style=f"font:12px/1.4 {FONT}; font-variant-numeric:tabular-nums")
    return Bundle(text, inner)


def _window(conversation: Conversation, limit: int) -> tuple[Exchange, ...]:
    """The last turns of the branch that you are on, and as many of the newest others as there is room for."""
    shown = {one.id for one in _nearest_first(conversation)[:limit]}
    return tuple(one for one in conversation.exchanges if one.id in shown)


def _nearest_first(conversation: Conversation) -> list[Exchange]:
    """From the turn that you are at back to the beginning, then all others from the newest on, later shots left out."""
    hidden = {shot.id for shots in folds(conversation).values() for shot in shots[1:]}
    own = conversation.path(conversation.head)
    ids = {one.id for one in own}
    others = [one for one in reversed(conversation.exchanges) if one.id not in ids and one.id not in hidden]
    return [*reversed(own), *others]


def _rows(
    conversation: Conversation, shown: Sequence[Exchange], faces: Faces, names: Mapping[str, str], marks: MarksOf
) -> Html:
    """A row for each run of turns; those that are not shown leave no gap. One row alone needs no lane."""
    visible, folded = frozenset(exchange.id for exchange in shown), folds(conversation)
    runs = list(beside(conversation))
    forked = any(row[0].begins != "root" for row in runs)
    rows: list[Html] = []
    for row in runs:
        cards = [
            joined(
                _card(conversation, exchange, faces, run.on, folded.get(exchange.id, ()), names, marks)
                for exchange in run.exchanges
                if exchange.id in visible
            )
            for run in row
        ]
        if line := joined(_told_apart([card for card in cards if card])):
            rails = _rails(next((run for run in row if run.on), row[0])) if forked else NOTHING
            rows.append(_row(rails, line, apart=row[0].begins == "root" and bool(rows)))
    note = element("div", sentence(_LEGEND), style=_NOTE) if forked else NOTHING
    return joined([element("div", *rows, role="list"), note])


def _told_apart(cards: Sequence[Html]) -> Iterator[Html]:
    """Runs that stand side by side, with a bar after each but the last: they do not follow each other."""
    bar = element("span", aria_hidden="true", style=f"flex:none; border-left:3px solid {_OFF}")
    yield from (element("div", card, bar, style="display:flex; gap:14px") for card in cards[:-1])
    yield from cards[-1:]


def _row(rails: Html, cards: Html, *, apart: bool) -> Html:
    """Rows have no space between them, so that lanes are unbroken."""
    gap = "margin-top:14px; " if apart else ""
    side_by_side = "display:flex; flex-wrap:wrap; gap:14px; min-width:0; padding:7px 2px 9px"
    style = f"{gap}display:flex; align-items:stretch"
    return element("div", rails, element("div", cards, style=side_by_side), style=style)


def _rails(run: Run) -> Html:
    """The lanes to the left of a run, and its own; one that begins beside a lane is tied to it."""
    lanes = run.lanes[: _DEEPEST - 1]
    if run.begins != "branch" or not lanes:
        return joined(map(_rail, (*lanes, run.on)))
    style = (
        f"display:block; height:{_LESSER[1] // 2 + 7}px; box-sizing:border-box;"
        f" border-bottom:3px solid {_colour(run.on)}; margin-right:4px"
    )
    return joined([*map(_rail, lanes[:-1]), _rail(lanes[-1], 2 * _STEP, element("span", style=style))])


def _rail(on: bool, width: int = _STEP, inner: Html = NOTHING) -> Html:
    style = f"flex:none; box-sizing:border-box; width:{width}px; border-left:3px solid {_colour(on)}"
    return element("span", inner, aria_hidden="true", style=style)


def _colour(on: bool) -> str:
    return ACCENT if on else _OFF


def _headline(conversation: Conversation) -> str:
    """`main · 5 turns · at turn 4 · $0.536`."""
    count = len(conversation.exchanges)
    place = f"at turn {conversation.number(conversation.head)}" if conversation.head else "at the start"
    facts = [one_line(conversation.name, 60), counted(count, "turn"), place]
    return " · ".join([*facts, price(conversation.exchanges)] if count else facts[:2])


def _card(
    conversation: Conversation,
    exchange: Exchange,
    faces: Faces,
    on: bool,
    shots: Sequence[Exchange] = (),
    names: Mapping[str, str] = MappingProxyType({}),
    marks: MarksOf = unmarked,
) -> Html:
    """A turn; `shots`: those of a sweep that it stands for."""
    here = exchange.id == conversation.head
    width, height = _FRAME if on else _LESSER
    ring = f"box-shadow:0 0 0 2px {ACCENT}" if here else f"box-shadow:0 0 0 1px {RULE}"
    if shots:  # two more behind it
        ring += f", 4px -4px 0 -1px {_OFF}, 8px -8px 0 -2px {_OFF}"
    framed = (
        f"position:relative; width:{width}px; height:{height}px; border-radius:6px; overflow:hidden;"
        f" display:flex; align-items:center; justify-content:center; background:rgba(128, 128, 128, .1); {ring}"
    )
    face = element("div", _face(exchange, faces, width, height), style=_faded(on))
    frame = element("div", face, _badge(conversation.number(exchange.id)), style=framed)
    prompt = " · ".join(fold_words(conversation, shots, names)) if shots else one_line(exchange.prompt, 200)
    words = element("div", escape(prompt), dir="auto", title=prompt, style=_PROMPT)
    said = NOTHING if shots else _facts(conversation, exchange, here)
    facts = element("div", said, style="margin-top:2px")
    about = fold_marks(shots, marks) if shots else mark_words(marks(exchange))
    marked = element("div", escape(about), dir="auto", title=about, style=_PROMPT) if about else NOTHING
    style, current = f"width:{width}px; margin:0; padding:0", "true" if here else None
    return element("div", frame, words, facts, marked, role="listitem", aria_current=current, style=style)


_PROMPT = (
    "margin-top:6px; display:-webkit-box; -webkit-line-clamp:2;"
    " -webkit-box-orient:vertical; overflow:hidden; overflow-wrap:anywhere"
)


def _faded(on: bool) -> str:
    """Pictures of other branches stand back; their numbers and words stay as readable as any."""
    return "" if on else "opacity:.6"


def _face(exchange: Exchange, faces: Faces, width: int, height: int) -> Html:
    """The thumbnail, or words in its place."""
    if exchange.picture is None:
        words = exchange.turn.text if exchange.turn else exchange.reason
        style = f"padding:26px 10px 8px; max-height:{height - 34}px; opacity:{MUTED}; font-style:italic"
        return element("div", escape(one_line(words or "no picture", 90)), dir="auto", style=style)
    thumbnail = faces.get(exchange.id)
    if exchange.id not in faces:
        return NOTHING
    if thumbnail is None:
        return element("div", Html("not shown"), style=f"padding:8px; opacity:{MUTED}")
    return image(thumbnail, alt_of(exchange), *thumbnail.fitted(width, height), "border-radius:2px")


Faces: TypeAlias = Mapping[str, Preview | None]
"""The thumbnails of turns; None of a picture that cannot be shown. Those that are not here were left out."""


def _thumbnails(conversation: Conversation, shown: Sequence[Exchange], read: Read) -> Faces:
    """Those of the turns that are nearest to where you are, as far as there is room."""
    visible, faces, room = {one.id for one in shown}, dict[str, Preview | None](), _BYTES
    for exchange in _nearest_first(conversation):
        if exchange.id not in visible or exchange.picture is None:
            continue
        made = _thumbnail(exchange.picture, read)
        room -= 0 if made is None else len(made.data) * 4 // 3
        if room < 0:
            break
        faces[exchange.id] = made
    return faces


def _thumbnail(picture: Picture, read: Read) -> Preview | None:
    try:
        data = read(picture)
        made = make_preview(data, _THUMB)
        if isinstance(made, Preview) and len(made.data) > _BYTES // 15 and not made.as_is:
            made = make_thumbnail(data, _THUMB, _QUALITY)
    except (OSError, NbgeminiError):
        return None
    return made if isinstance(made, Preview) else None


def _badge(number: int) -> Html:
    # White on dark, whatever the theme: it lies on a picture.
    style = (
        "position:absolute; top:5px; left:5px; padding:0 6px; border-radius:9px; font-weight:600;"
        " background:rgba(0, 0, 0, .68); color:#fff; font-size:11px; line-height:18px"
    )
    return element("span", escape(f"{number}"), style=style)


def _facts(conversation: Conversation, exchange: Exchange, here: bool) -> Html:
    """`here · from 1 · $0.134`: a parent is named where it is not the turn before."""
    number = conversation.number(exchange.id)
    parent = conversation.number(exchange.parent) if exchange.parent and exchange.parent in conversation else 0
    facts = []
    later = conversation.siblings(exchange.id)[0] is not exchange  # where they begin is said with the first
    if number > 1 and parent != number - 1 and not later:
        facts.append(f"from {parent}" if parent else "starts afresh")
    if several := sibling_words(conversation, exchange):
        facts.append(several)
    if any(one.backend != "emulator" for one in conversation.exchanges):  # else the headline says it for all
        facts.append("emulator" if exchange.backend == "emulator" else price([exchange]))
    rest = element("span", escape(" · ".join(facts)), style=f"opacity:{MUTED}")
    mark = element("span", Html("here"), style=f"color:{ACCENT}; font-weight:600")
    return joined([mark, rest] if facts else [mark], Html(" · ")) if here else rest
