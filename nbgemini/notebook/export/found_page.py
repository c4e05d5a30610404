"""Pictures that were found as a web page: one file that runs nothing and loads nothing, for reading and printing."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from nbgemini._dataclass import dataclass
from nbgemini._version import __version__
from nbgemini.core.exchange import Exchange
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import dollars, total
from nbgemini.errors import NbgeminiError
from nbgemini.notebook.export.paper import lined, paper
from nbgemini.notebook.export.story import EMULATED, LONGEST
from nbgemini.notebook.show.footer import shape
from nbgemini.notebook.show.markup import NOTHING, Html, element, escape
from nbgemini.notebook.show.previews import Preview, Unshown, make_thumbnail
from nbgemini.notebook.show.sources import sources_html
from nbgemini.notebook.show.texts import alt_of, clean, one_line
from nbgemini.notebook.views.found_view import day_of, price_of, typed_ref
from nbgemini.studio.pictures.new_files import check_new, write_new
from nbgemini.tuning.finding.found import Found, FoundTurn

__all__ = ["FoundPage", "write_found_page"]

_MOST = 500  # pictures on one page
# By how many there are: the longest side of each in pixels.
_PIXELS = ((40, 1200), (150, 800), (_MOST, 480))
_QUALITY = 82
_LONG = 160  # characters: a prompt beyond this is set smaller


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPage:
    """A page that was written: how many pictures it shows of those that were found. Not `fresh`: it was there."""

    path: Path
    shown: int
    found: int
    fresh: bool = True


def write_found_page(found: Found, path: str) -> FoundPage:
    """Write the newest of what was found into a new file; nothing found, nothing written. Raises OptionError."""
    target = check_new(path, "%imagine gallery", (".html",))
    turns = list(islice(found.turns(), _MOST))
    if not turns:
        return FoundPage(path=target, shown=0, found=0)
    text = _page(found, turns, one_line(target.stem, 200)).encode("utf-8", "replace")

    fresh = write_new(target, lambda file: _put(file, text))
    return FoundPage(path=target, shown=len(turns), found=len(found), fresh=fresh)


def _put(file: BinaryIO, text: bytes) -> None:
    file.write(text)


def _page(found: Found, turns: list[FoundTurn], title: str) -> Html:
    longest = next(pixels for most, pixels in _PIXELS if len(turns) <= most)
    shape_of_all = _usual_shape([one.exchange for one in turns])
    main = lined("main", (_figure(found, one, longest) for one in turns), class_=shape_of_all)
    ending = element(
        "footer", element("p", escape(f"Made by nbgemini {__version__}. Pictures are shown as smaller previews."))
    )
    grounded = any(sources_html(one.exchange) for one in turns)
    header = lined("header", _header(found, turns, title))
    return paper(title, [header, main, ending], styled=grounded, sheet="found_page.css")


def _header(found: Found, turns: list[FoundTurn], title: str) -> Iterator[Html]:
    yield element("h1", escape(title), dir="auto")
    if asked := found.filters.summary:
        yield element("p", escape(one_line(asked, 400)), class_="asked", dir="auto")
    exchanges = [one.exchange for one in turns]
    days = sorted({day for exchange in exchanges if (day := day_of(exchange))})
    paid = [exchange.likely_cost for exchange in exchanges if exchange.backend != "emulator"]
    facts = [counted(len(turns), "picture")]
    facts += [days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"] if days else []
    facts += [dollars(total(paid))] if paid else []
    yield _facts(map(escape, facts))
    if len(found) > len(turns):
        yield element("p", escape(f"The newest of {len(found):,} that were found."), class_="note")
    if any(exchange.backend == "emulator" for exchange in exchanges):
        yield element("p", escape(EMULATED), class_="note")


def _usual_shape(exchanges: Iterable[Exchange]) -> str | None:
    """The box that suits most pictures: wide, tall, or (None) a square."""
    ratios = [one.picture.width / one.picture.height for one in exchanges if one.picture and one.picture.height]
    usual = statistics.median(ratios) if ratios else 1.0
    return "wide" if usual > 1.2 else "tall" if usual < 0.85 else None


def _figure(found: Found, one: FoundTurn, longest: int) -> Html:
    exchange, marks = one.exchange, one.marks
    words = clean(exchange.prompt.strip(), LONGEST)
    size = " long" if len(words) > _LONG else ""
    mark = "emulator" if exchange.backend == "emulator" else ""
    facts = [mark, day_of(exchange), one_line(exchange.model, 80), shape(exchange), price_of(exchange)]
    ref = element("code", element("bdi", escape(one_line(typed_ref(one.ref), 200))))
    sources = sources_html(exchange)
    caption = [
        element("p", escape(words), class_=f"prompt{size}", dir="auto"),
        _stars(marks.stars),
        element("p", escape(clean(marks.note, LONGEST)), class_="said", dir="auto") if marks.note else NOTHING,
        _tags(marks.tags),
        _facts([ref, *(escape(fact) for fact in facts if fact)]),
        element("aside", sources, aria_label="Sources") if sources else NOTHING,
    ]
    return lined(
        "figure",
        [_frame(found, exchange, longest), lined("figcaption", (piece for piece in caption if piece))],
        class_="rejected" if "rejected" in marks.tags else None,
    )


def _frame(found: Found, exchange: Exchange, longest: int) -> Html:
    if exchange.picture is None:
        said = one_line(exchange.turn.text if exchange.turn else "", 400) or "text only, no picture"
        return element("div", element("p", escape(said), dir="auto"), class_="frame")
    try:
        made: Preview | Unshown = make_thumbnail(found.store.blobs.read(exchange.picture.sha256), longest, _QUALITY)
    except (OSError, NbgeminiError):
        made = Unshown("its file is gone or damaged")
    alt = alt_of(exchange)
    if isinstance(made, Unshown):
        lost = element("p", escape(alt), element("br"), escape(f"not shown: {made.reason}"))
        return element("div", lost, class_="frame")
    image = element("img", src=made.data_uri(), alt=clean(alt, 1000), width=made.width, height=made.height)
    return element("div", image, class_="frame")


def _stars(stars: int) -> Html:
    if not stars:
        return NOTHING
    return element("p", escape("★" * stars), class_="stars", role="img", aria_label=f"{stars} of 5 stars")


def _tags(tags: tuple[str, ...]) -> Html:
    rows = (element("li", element("bdi", escape(one_line(tag, 80)))) for tag in tags)
    return element("ul", *rows, class_="tags", aria_label="Tags") if tags else NOTHING


def _facts(facts: Iterable[Html]) -> Html:
    return element("ul", *(element("li", fact) for fact in facts), class_="facts")
