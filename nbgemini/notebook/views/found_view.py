"""Pictures that were found: cards with the REF to go on from, and the same as a table in text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice

from nbgemini.core.exchange import Exchange
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import dollars
from nbgemini.core.ratings import Marks
from nbgemini.errors import NbgeminiError
from nbgemini.notebook.show.bundles import FONT, MONO, MUTED, RULE, Bundle, block, line_bundle, sentence
from nbgemini.notebook.show.folded import image
from nbgemini.notebook.show.markup import Html, element, escape
from nbgemini.notebook.show.previews import Unshown, make_thumbnail
from nbgemini.notebook.show.tables import table_bundle
from nbgemini.notebook.show.texts import Read, alt_of, clean, one_line
from nbgemini.tuning.finding.found import Found, FoundTurn

__all__ = ["MOST_SHOWN", "day_of", "found_view", "price_of", "said_of", "typed_ref"]

MOST_SHOWN = 24  # pictures: about 400 kB in the notebook
_THUMB, _QUALITY = 320, 72  # pixels: twice as fine as they are shown
_FRAME = (160, 120)  # CSS pixels
_NEEDS_QUOTES = re.compile(r"""[\s"'“”„‟«»‘‚‹›]""")


def found_view(found: Found, *, rich: bool = True) -> Bundle:
    """The newest of what was found. The text has as many."""
    asked = found.filters.summary
    if not len(found):
        words = f"Nothing was found for `{one_line(asked, 200)}`." if asked else "There are no pictures here yet."
        return line_bundle(words, *(["Fewer words or filters find more; all of them must match."] if asked else []))
    shown = list(islice(found.turns(), MOST_SHOWN))
    title = f"{counted(len(found), 'picture')}{f' for {one_line(asked, 200)}' if asked else ''}"
    more = f" · the newest {len(shown)} are shown" if len(found) > len(shown) else ""
    note = _note(len(found) > len(shown), shown)
    head = ("REF", "day", "price", "stars", "prompt", "tags and note")
    table = table_bundle(title + more, head, [_row(one) for one in shown], note)
    if not rich:
        return Bundle(table.text)
    blobs = found.store.blobs
    cards = (_card(one, lambda picture: blobs.read(picture.sha256)) for one in shown)
    said = element("div", escape(clean(title + more, 600)), dir="auto", style=f"padding:0 0 8px 2px; opacity:{MUTED}")
    row = element("div", *cards, role="list", style="display:flex; flex-wrap:wrap; gap:18px 14px; padding:2px")
    below = element("div", sentence(note), dir="auto", style=f"padding:10px 0 0 2px; opacity:{MUTED}")
    return Bundle(table.text, block(said, row, below, style=f"font:12px/1.4 {FONT}; font-variant-numeric:tabular-nums"))


def _note(cut: bool, shown: Sequence[FoundTurn]) -> str:
    ref = typed_ref(shown[0].ref) if shown else "hero@3"
    how = f"`%%imagine --from {ref}` goes on from one."
    return f"{how} More words and filters find fewer; `nbgemini.find()` in Python has all of them." if cut else how


def typed_ref(ref: str) -> str:
    """A REF as it is typed: between quotes where its name has blanks or quotes in it."""
    return '"{}"'.format(ref.replace('"', '\\"')) if _NEEDS_QUOTES.search(ref) else ref


def day_of(exchange: Exchange) -> str:
    """The local day on which it was asked for, as `--since` takes it; empty where that was not recorded."""
    try:
        moment = datetime.fromisoformat(exchange.created)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone().date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def price_of(exchange: Exchange) -> str:
    """What it cost when it was made: `$0.134`, with the emulator `$0, would be $0.134`."""
    price = dollars(exchange.likely_cost)
    return f"$0, would be {price}" if exchange.backend == "emulator" else price


def said_of(marks: Marks) -> str:
    """Tags and note in one line: `#keep #sky · too dark`."""
    tags = " ".join(f"#{tag}" for tag in marks.tags)
    return " · ".join(part for part in (tags, one_line(marks.note, 200)) if part)


def _row(one: FoundTurn) -> tuple[str, ...]:
    prompt, marks = one_line(one.exchange.prompt, 60), one.marks
    ref = one_line(typed_ref(one.ref), 200)
    return (ref, day_of(one.exchange), price_of(one.exchange), "★" * marks.stars, prompt, said_of(marks))


def _card(one: FoundTurn, read: Read) -> Html:
    width, height = _FRAME
    framed = (
        f"width:{width}px; height:{height}px; border-radius:6px; overflow:hidden; display:flex; align-items:center;"
        f" justify-content:center; background:rgba(128, 128, 128, .1); box-shadow:0 0 0 1px {RULE}"
    )
    faded = "opacity:.45" if "rejected" in one.marks.tags else ""
    frame = element("div", element("div", _face(one.exchange, read), style=faded), style=framed)
    ref = element("code", escape(one_line(typed_ref(one.ref), 200)), style=_REF)
    prompt = one_line(one.exchange.prompt, 300)
    words = element("div", escape(prompt), dir="auto", title=prompt, style=_PROMPT)
    facts = " · ".join(fact for fact in (day_of(one.exchange), price_of(one.exchange)) if fact)
    said = [element("div", escape(facts), style=f"margin-top:2px; opacity:{MUTED}")]
    if one.marks.stars:
        stars = element("span", escape("★" * one.marks.stars), title=f"{one.marks.stars} of 5 stars")
        said.append(element("div", stars, style="letter-spacing:1px"))
    if about := said_of(one.marks):
        said.append(element("div", escape(about), dir="auto", title=about, style=f"{_PROMPT}; opacity:{MUTED}"))
    top = element("div", ref, style="margin-top:6px")
    return element("div", frame, top, words, *said, role="listitem", style=f"width:{width}px; margin:0")


_REF = (
    f"font-family:{MONO}; font-size:11px; font-weight:600; background:none; color:inherit; padding:0; border:0;"
    " overflow-wrap:anywhere; white-space:normal"
)
_PROMPT = (
    "display:-webkit-box; -webkit-line-clamp:2; -webkit-box-orient:vertical; overflow:hidden; overflow-wrap:anywhere"
)


def _face(exchange: Exchange, read: Read) -> Html:
    """The thumbnail, or words in its place."""
    if exchange.picture is None:
        words = one_line(exchange.turn.text if exchange.turn else "", 120) or "text only, no picture"
        return element("div", escape(words), dir="auto", style=f"padding:10px; opacity:{MUTED}; font-style:italic")
    try:
        made = make_thumbnail(read(exchange.picture), _THUMB, _QUALITY)
    except (OSError, NbgeminiError):
        made = Unshown("its file is gone or damaged")
    if isinstance(made, Unshown):
        return element("div", escape(f"not shown: {made.reason}"), style=f"padding:8px; opacity:{MUTED}")
    return image(made, alt_of(exchange), *made.fitted(*_FRAME), "border-radius:2px")
