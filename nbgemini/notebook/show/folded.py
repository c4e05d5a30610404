"""What an answer holds beside its result, folded away: thoughts, and drafts that came before the final picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nbgemini.core.content import Part
from nbgemini.notebook.show.bundles import FONT, MUTED, Bundle, block, line_bundle, preformatted
from nbgemini.notebook.show.markup import NOTHING, Html, element, escape, joined, set_apart
from nbgemini.notebook.show.previews import Preview, Unshown
from nbgemini.notebook.show.texts import clean

__all__ = ["draft_bundle", "folded", "image", "list_bundle", "thought", "thoughts_bundle"]

_OPEN = 12  # lines of a list
_HEADING = re.compile(r"(?<![^>\n])\*\*([^*<>\n]{1,120})\*\*(?=\n|<|$)")


def folded(summary: str, *inner: Html, is_open: bool = False) -> Html:
    """`inner` behind a line that opens it."""
    head = element("summary", escape(summary), style=f"cursor:pointer; font:12px/1.6 {FONT}; opacity:{MUTED}")
    body = element("div", *inner, style="padding:.4em 0 .4em 1.1em")
    return block(element("details", head, body, open=is_open or None))


def image(preview: Preview, alt: str, width: int, height: int, style: str = "") -> Html:
    """An `img` that carries its bytes; `alt` must be clean."""
    style = f"display:block; margin:0; {style}"
    return element("img", src=preview.data_uri(), alt=alt, width=width, height=height, style=style)


def thought(text: str) -> Html:
    """A clean text of thoughts as HTML: the model heads each with a line between asterisks."""
    return set_apart(preformatted(text, f"opacity:{MUTED}"), _HEADING, "b")


def list_bundle(head: str, lines: Sequence[str]) -> Bundle:
    """Many small lines under a head; those after the first dozen are folded away."""
    first, rest = line_bundle(head, *lines[:_OPEN]), line_bundle(*lines[_OPEN:])
    if not lines[_OPEN:]:
        return first
    more = folded(f"{len(lines) - _OPEN} more", rest.html or NOTHING)
    return Bundle(f"{first.text}\n{rest.text}", joined([first.html or NOTHING, more]))


def draft_bundle(made: Preview | Unshown, alt: str, where: str) -> Bundle:
    """A picture that came before the final one: small, folded, and named for what it is."""
    text = f"{alt}\n{where}"
    if isinstance(made, Unshown):
        return Bundle(text)
    width, height = made.fitted(240, 240)
    shown = image(made, alt, width, height, "border-radius:4px")
    beneath = preformatted(where, f"font-size:12px; margin-top:4px; opacity:{MUTED}")
    return Bundle(text, folded("draft, before the final picture", shown, beneath))


def thoughts_bundle(thumbnails: Sequence[Preview], parts: Sequence[Part]) -> Iterator[Bundle]:
    """One output for thoughts that follow each other; none when they are empty."""
    text = clean("\n\n".join(part.text.strip() for part in parts if part.text and part.text.strip()))
    pictures = sum(part.inline is not None for part in parts)
    if not text and not pictures:
        return
    heading = f"thoughts ({pictures} interim pictures)" if pictures > 1 else "thoughts"
    images = [image(thumb, "interim picture", *thumb.fitted(120, 120)) for thumb in thumbnails]
    style = "display:flex; flex-wrap:wrap; gap:8px; margin-top:8px"
    inner = (thought(text) if text else NOTHING, element("div", *images, style=style) if images else NOTHING)
    yield Bundle(f"[{heading}]\n{text}".rstrip(), folded(heading, *inner))
