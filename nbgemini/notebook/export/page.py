"""A conversation as a web page: one file that runs nothing and loads nothing, for reading, sending and printing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from nbgemini._version import __version__
from nbgemini.core.exchange import Exchange
from nbgemini.core.picture import HEAD, Picture, sniff
from nbgemini.errors import NbgeminiError
from nbgemini.notebook.export.story import EMULATED, LONGEST, Reference, Story, asked_in, heard
from nbgemini.notebook.show.previews import Preview, Unshown, make_preview
from nbgemini.notebook.show.sources import sources_html
from nbgemini.notebook.show.texts import Read, alt_of, clean, escape, one_line
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

    def html(self) -> str:
        style = resources.files("nbgemini.notebook.export").joinpath("page.css").read_text("utf-8")
        title = escape(one_line(self.story.title, 200))
        turns = "\n".join(self._turn(exchange) for exchange in self.story.turns)
        return (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{self._policy(style)}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
            f'<meta name="generator" content="nbgemini {__version__}">\n<title>{title}</title>\n'
            f"<style>{style}</style>\n</head>\n<body>\n<header>\n"
            f'<h1 dir="auto">{title}</h1>\n{_facts(self.story.summary())}\n'
            f"{self._note()}{self._map()}</header>\n<main>\n{turns}\n</main>\n{self._ending()}</body>\n</html>\n"
        )

    def _policy(self, style: str) -> str:
        """Nothing from anywhere but the pictures in the page itself, and this one style sheet.

        A frame inherits the policy of its page: where search suggestions are shown, their own style must be let in.
        """
        digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
        grounded = any(sources_html(exchange) for exchange in self.story.turns)
        styles = "'unsafe-inline'" if grounded else f"'sha256-{digest}'"
        return f"default-src 'none'; img-src data:; style-src {styles}; base-uri 'none'; form-action 'none'"

    def _note(self) -> str:
        return f'<p class="note">{escape(EMULATED)}</p>\n' if self.story.emulated else ""

    def _map(self) -> str:
        """The branches, each turn a link; nothing where there is one way only."""
        if not any(self.story.branches_off(exchange) for exchange in self.story.turns):
            return ""
        rows = []
        for lane, exchange, run in lines(self.story.conversation):
            number = self.story.conversation.number(exchange.id)
            here = ' aria-current="true"' if exchange.id == self.story.conversation.head else ""
            root = ' class="root"' if run.begins == "root" and exchange is run.exchanges[0] else ""
            words = escape(one_line(asked_in(exchange).words, 90))
            link = f'<a href="#turn-{number}">{number}&ensp;<bdi>{words}</bdi></a>'
            rows.append(f'<li{here}{root}><span class="lane" aria-hidden="true">{lane}</span>{link}</li>\n')
        return f'<nav class="map" aria-label="Branches"><ol>\n{"".join(rows)}</ol></nav>\n'

    def _ending(self) -> str:
        kept = "Every picture is the original." if self.originals else "Large pictures are shown as smaller previews."
        return f"<footer><p>Exported by nbgemini {__version__}. {kept}</p></footer>\n"

    def _turn(self, exchange: Exchange) -> str:
        number = self.story.conversation.number(exchange.id)
        asked = asked_in(exchange)
        words = clean(asked.words.strip(), LONGEST)
        size = " long" if len(words) > _LONG else ""
        pieces = [
            f"<h2>{number}{self._origin(exchange)}</h2>",
            f'<p class="prompt{size}" dir="auto">{escape(words)}</p>',
            self._references(asked.references),
            *self._answer(exchange),
            _sources(exchange),
            _facts(self.story.facts(exchange), emulated=exchange.backend == "emulator"),
        ]
        inner = "\n".join(piece for piece in pieces if piece)
        return f'<article id="turn-{number}" aria-label="Turn {number}">\n{inner}\n</article>'

    def _origin(self, exchange: Exchange) -> str:
        if not self.story.branches_off(exchange):
            return ""
        origin = self.story.origin(exchange)
        if origin is None:
            return " <span>· a new beginning</span>"
        number = self.story.conversation.number(origin.id)
        return f' <span>· goes on from <a href="#turn-{number}">{number}</a></span>'

    def _references(self, references: tuple[Reference, ...]) -> str:
        if not references:
            return ""
        shown = "\n".join(self._reference(number, one) for number, one in enumerate(references, 1))
        return f'<ul class="shown" aria-label="Shown to the model">\n{shown}\n</ul>'

    def _reference(self, number: int, reference: Reference) -> str:
        label = one_line(reference.label, 80)
        caption = f"image {number}{': ' if label else ''}<bdi>{escape(label)}</bdi>"
        made = self._embedded(reference.picture, _THUMB)
        alt = f"reference {number}{': ' if label else ''}{label}"
        picture = f"<span>({escape(made.reason)})</span> " if isinstance(made, Unshown) else _img(made, alt)
        return f"<li>{picture}{caption}</li>"

    def _answer(self, exchange: Exchange) -> Iterator[str]:
        final, drawn = exchange.picture, 0
        for said in heard(exchange):
            if isinstance(said, str):
                yield f'<div class="said" dir="auto">{escape(clean(said.strip(), LONGEST))}</div>'
                continue
            drawn += 1
            alt = alt_of(exchange) if said == final else f"picture {drawn} before the last: {alt_of(exchange)}"
            made = self._embedded(said, _PIXELS)
            if isinstance(made, Unshown):
                yield f'<p class="lost">{escape(alt)}<br>not shown: {escape(made.reason)}</p>'
            else:
                yield f"<figure>{_img(made, alt)}</figure>"

    def _embedded(self, picture: Picture, longest: int) -> Preview | Unshown:
        try:
            data = self.read(picture)
        except (OSError, NbgeminiError) as error:
            return Unshown(one_line(str(error), 200))
        kind = sniff(data[:HEAD])
        if self.originals and longest == _PIXELS and kind in _BROWSERS_SHOW and picture.width and picture.height:
            return Preview(data, kind or "", picture.width, picture.height, as_is=True)
        return make_preview(data, longest)


def page_of(story: Story, read: Read, *, originals: bool = False) -> str:
    """The whole page. `read` returns the bytes of a picture; what cannot be read leaves its reason in its place."""
    return _Page(story, read, originals).html()


def _sources(exchange: Exchange) -> str:
    """What the answer rests on; Google's search suggestions in a sandbox of their own."""
    shown = sources_html(exchange)
    return f'<aside aria-label="Sources">{shown}</aside>' if shown else ""


def _facts(facts: list[str], *, emulated: bool = False) -> str:
    mark = '<li><span class="emulated">emulator</span></li>' if emulated else ""
    shown = [fact.removeprefix("emulator · ") for fact in facts] if emulated else facts
    return f'<ul class="facts">{mark}{"".join(f"<li><bdi>{escape(fact)}</bdi></li>" for fact in shown)}</ul>'


def _img(made: Preview, alt: str) -> str:
    return f'<img src="{made.data_uri()}" alt="{escape(clean(alt, 1000))}" width="{made.width}" height="{made.height}">'
