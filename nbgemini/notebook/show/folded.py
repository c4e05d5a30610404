"""What an answer holds beside its result, folded away: thoughts, and drafts that came before the final picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nbgemini.core.content import Part
from nbgemini.notebook.show.bundles import FONT, MUTED, Bundle, block, preformatted
from nbgemini.notebook.show.previews import Preview, Unshown
from nbgemini.notebook.show.texts import clean, escape

__all__ = ["draft_bundle", "folded", "image", "thought", "thoughts_bundle"]

_HEADING = re.compile(r"(?<![^>\n])\*\*([^*<>\n]{1,120})\*\*(?=\n|<|$)")


def folded(summary: str, inner: str, *, is_open: bool = False) -> str:
    """`inner` (HTML) behind a line that opens it."""
    head = f'<summary style="cursor:pointer; font:12px/1.6 {FONT}; opacity:{MUTED}">{escape(summary)}</summary>'
    tag = "<details open>" if is_open else "<details>"
    return block(f'{tag}{head}<div style="padding:.4em 0 .4em 1.1em">{inner}</div></details>')


def image(preview: Preview, alt: str, width: int, height: int, style: str = "") -> str:
    """An `img` that carries its bytes; `alt` must be clean."""
    return (
        f'<img src="{preview.data_uri()}" alt="{escape(alt)}" width="{width}" height="{height}"'
        f' style="display:block; margin:0; {style}">'
    )


def thought(text: str) -> str:
    """A clean text of thoughts as HTML: the model heads each with a line between asterisks."""
    return _HEADING.sub(r"<b>\1</b>", preformatted(text, f"opacity:{MUTED}"))


def draft_bundle(made: Preview | Unshown, alt: str, where: str) -> Bundle:
    """A picture that came before the final one: small, folded, and named for what it is."""
    text = f"{alt}\n{where}"
    if isinstance(made, Unshown):
        return Bundle({"text/plain": text})
    width, height = made.fitted(240, 240)
    inner = image(made, alt, width, height, "border-radius:4px") + preformatted(
        where, f"font-size:12px; margin-top:4px; opacity:{MUTED}"
    )
    return Bundle({"text/plain": text, "text/html": folded("draft, before the final picture", inner)})


def thoughts_bundle(thumbnails: Sequence[Preview], parts: Sequence[Part]) -> Iterator[Bundle]:
    """One output for thoughts that follow each other; none when they are empty."""
    text = clean("\n\n".join(part.text.strip() for part in parts if part.text and part.text.strip()))
    pictures = sum(part.inline is not None for part in parts)
    if not text and not pictures:
        return
    said = f"thoughts ({pictures} interim pictures)" if pictures > 1 else "thoughts"
    shown = [image(thumb, "interim picture", *thumb.fitted(120, 120)) for thumb in thumbnails]
    row = f'<div style="display:flex; flex-wrap:wrap; gap:8px; margin-top:8px">{"".join(shown)}</div>' if shown else ""
    inner = (thought(text) if text else "") + row
    yield Bundle({"text/plain": f"[{said}]\n{text}".rstrip(), "text/html": folded(said, inner)})
