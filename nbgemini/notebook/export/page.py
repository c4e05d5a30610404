"""A conversation as a web page: one file that runs nothing and loads nothing, for reading, sending and printing."""

from __future__ import annotations

from collections.abc import Iterator

from nbgemini._dataclass import dataclass
from nbgemini._version import __version__
from nbgemini.core.exchange import Exchange
from nbgemini.core.picture import HEAD, Picture, sniff
from nbgemini.errors import NbgeminiError
from nbgemini.notebook.contact.contact_sheet import sheet_html
from nbgemini.notebook.contact.tiles import Thumbnails
from nbgemini.notebook.export.paper import lined, paper
from nbgemini.notebook.export.story import (
    EMULATED,
    LONGEST,
    Reference,
    Story,
    Swept,
    asked_in,
    heard,
    thoughts_in,
    why_failed,
)
from nbgemini.notebook.show.markup import NOTHING, Html, element, escape, joined
from nbgemini.notebook.show.previews import Preview, Unshown, make_preview
from nbgemini.notebook.show.sources import sources_html
from nbgemini.notebook.show.texts import Read, alt_of, clean, one_line
from nbgemini.notebook.views.branches import lines

__all__ = ["page_of"]

_PIXELS = 1536  # of a picture's longer side: twice the column's width
_THUMB = 320  # the same of a reference
_LONG = 280  # characters: a prompt beyond this is set smaller
_BROWSERS_SHOW = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"})


@dataclass(frozen=True, slots=True)
class _Page:
    """A page being written. `originals` puts every picture in as it is."""

    story: Story
    read: Read
    originals: bool

    def html(self) -> Html:
        title = one_line(self.story.title, 200)
        header = (
            element("h1", escape(title), dir="auto"),
            _facts(self.story.summary()),
            *self._note(),
            *self._map(),
        )
        main = lined("main", self._chapters())
        # A frame inherits the policy of its page: where search suggestions are shown, their own style must be let in.
        grounded = any(sources_html(exchange) for exchange in self.story.turns)
        return paper(title, [lined("header", header), main, self._ending()], styled=grounded or bool(self.story.sweeps))

    def _note(self) -> Iterator[Html]:
        if self.story.emulated:
            yield element("p", escape(EMULATED), class_="note")

    def _map(self) -> Iterator[Html]:
        """The branches, each turn a link; nothing where there is one way only."""
        if not any(self.story.branches_off(exchange) for exchange in self.story.turns):
            return
        rows = []
        for lane, exchange, run in lines(self.story.conversation):
            number = self.story.conversation.number(exchange.id)
            here = "true" if exchange.id == self.story.conversation.head else None
            root = "root" if run.begins == "root" and exchange is run.exchanges[0] else None
            words = element("bdi", escape(one_line(asked_in(exchange).words, 90)))
            link = element("a", escape(f"{number}"), Html("&ensp;"), words, href=f"#turn-{number}")
            drawn = element("span", escape(lane), class_="lane", aria_hidden="true")
            rows.append(element("li", drawn, link, aria_current=here, class_=root))
        yield element("nav", lined("ol", rows), class_="map", aria_label="Branches")

    def _ending(self) -> Html:
        fate = "All pictures are the originals." if self.originals else "Large pictures are shown as smaller previews."
        return element("footer", element("p", escape(f"Exported by nbgemini {__version__}. {fate}")))

    def _chapters(self) -> Iterator[Html]:
        """The turns, each followed by the sweeps that go on from it, and by what failed after it."""
        yield from map(_swept, self.story.swept(None))
        yield from map(_failure, self.story.failed_after(None))
        for exchange in self.story.turns:
            yield self._turn(exchange)
            yield from map(_swept, self.story.swept(exchange))
            yield from map(_failure, self.story.failed_after(exchange))

    def _turn(self, exchange: Exchange) -> Html:
        number = self.story.conversation.number(exchange.id)
        asked = asked_in(exchange)
        words = clean(asked.words.strip(), LONGEST)
        size = " long" if len(words) > _LONG else ""
        pieces = [
            element("h2", escape(f"{number}"), self._origin(exchange)),
            element("p", escape(words), class_=f"prompt{size}", dir="auto"),
            self._references(asked.references),
            *self._answer(exchange),
            _thoughts(exchange),
            _sources(exchange),
            _facts(self.story.facts(exchange), emulated=exchange.backend == "emulator"),
        ]
        inner = (piece for piece in pieces if piece)
        return lined("article", inner, id=f"turn-{number}", aria_label=f"Turn {number}")

    def _origin(self, exchange: Exchange) -> Html:
        if not self.story.branches_off(exchange):
            return NOTHING
        origin = self.story.origin(exchange)
        if origin is None:
            return Html(" <span>· a new beginning</span>")
        number = self.story.conversation.number(origin.id)
        link = element("a", escape(f"{number}"), href=f"#turn-{number}")
        return joined([Html(" "), element("span", Html("· goes on from "), link)])

    def _references(self, references: tuple[Reference, ...]) -> Html:
        if not references:
            return NOTHING
        figures = (self._reference(number, one) for number, one in enumerate(references, 1))
        return lined("ul", figures, class_="shown", aria_label="Shown to the model")

    def _reference(self, number: int, reference: Reference) -> Html:
        label = one_line(reference.label, 80)
        before = f"{number}{': ' if label else ''}"
        thumbnail = self._embedded(reference.picture, _THUMB)
        if isinstance(thumbnail, Unshown):
            picture = joined([element("span", escape(f"({thumbnail.reason})")), Html(" ")])
        else:
            picture = _img(thumbnail, f"reference {before}{label}")
        return element("li", picture, escape(f"image {before}"), element("bdi", escape(label)))

    def _answer(self, exchange: Exchange) -> Iterator[Html]:
        final, number = exchange.picture, 0
        for piece in heard(exchange):
            if isinstance(piece, str):
                yield element("div", escape(clean(piece.strip(), LONGEST)), class_="said", dir="auto")
                continue
            number += 1
            alt = alt_of(exchange) if piece == final else f"picture {number} before the last: {alt_of(exchange)}"
            preview = self._embedded(piece, _PIXELS)
            if isinstance(preview, Unshown):
                lines = (escape(alt), element("br"), escape(f"not shown: {preview.reason}"))
                yield element("p", *lines, class_="lost")
            else:
                yield element("figure", _img(preview, alt))

    def _embedded(self, picture: Picture, longest: int) -> Preview | Unshown:
        try:
            data = self.read(picture)
        except (OSError, NbgeminiError) as error:
            return Unshown(one_line(str(error), 200))
        kind = sniff(data[:HEAD])
        if self.originals and longest == _PIXELS and kind in _BROWSERS_SHOW and picture.width and picture.height:
            return Preview(data, kind or "", picture.width, picture.height, as_is=True)
        return make_preview(data, longest)


def page_of(story: Story, read: Read, *, originals: bool = False) -> Html:
    """The whole page. `read` returns the bytes of a picture; what cannot be read leaves its reason in its place."""
    return _Page(story, read, originals).html()


def _swept(one: Swept) -> Html:
    """A sweep as its sheet."""
    return lined("article", [sheet_html(one.sheet, Thumbnails())], class_="sweep", aria_label=f"Sweep {one.name}")


def _sources(exchange: Exchange) -> Html:
    """What the answer rests on; Google's search suggestions in a sandbox of their own."""
    sources = sources_html(exchange)
    return element("aside", sources, aria_label="Sources") if sources else NOTHING


def _thoughts(exchange: Exchange) -> Html:
    """The words of the thoughts, folded away."""
    words = clean(thoughts_in(exchange), LONGEST)
    if not words:
        return NOTHING
    return element(
        "details", element("summary", Html("Thoughts")), element("div", escape(words), class_="said", dir="auto")
    )


def _facts(facts: list[str], *, emulated: bool = False) -> Html:
    mark = Html('<li><span class="emulated">emulator</span></li>') if emulated else NOTHING
    shown = [fact.removeprefix("emulator · ") for fact in facts] if emulated else facts
    rows = (element("li", element("bdi", escape(fact))) for fact in shown)
    return element("ul", mark, *rows, class_="facts")


def _img(made: Preview, alt: str) -> Html:
    return element("img", src=made.data_uri(), alt=clean(alt, 1000), width=made.width, height=made.height)


def _failure(exchange: Exchange) -> Html:
    words = escape(clean(asked_in(exchange).words.strip(), LONGEST))
    why = element("p", escape(why_failed(exchange)), class_="lost")
    return lined("article", [element("p", words, class_="prompt", dir="auto"), why], aria_label="Failed")
