"""HTML as a type of its own: a text becomes HTML by being escaped, and a checker of types finds one that was not.

`Html("…")` is for what this package spells out itself; everything else comes from the functions here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import NewType

__all__ = ["NOTHING", "Html", "element", "escape", "joined", "set_apart", "style_sheet"]

Html = NewType("Html", str)

NOTHING = Html("")

_VOID = frozenset({"br", "img", "meta"})
_OURS = frozenset({"style", "content"})  # attributes of ours alone, which hold quoted words


def escape(text: str) -> Html:
    """A text as HTML. It must be clean already."""
    return Html(html.escape(text, quote=True))


def joined(pieces: Iterable[Html], between: Html = NOTHING) -> Html:
    """One after the other."""
    return Html(between.join(pieces))


def element(name: str, /, *inner: Html, **attributes: str | int | None) -> Html:
    """`<name attribute="…">inner</name>`, the attributes in the order given; they are escaped here and must be clean.

    Of their names `aria_label` is `aria-label` and `class_` is `class`; a value of True stands for the bare name, and
    None for no attribute at all.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    return Html(f"<{name}{written}>" if name in _VOID else f"<{name}{written}>{''.join(inner)}</{name}>")


def _attribute(key: str, value: str | int) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    text = html.escape(str(value), quote=True)
    return f' {name}="{text.replace("&#x27;", chr(39)) if name in _OURS else text}"'


def set_apart(text: Html, found: re.Pattern[str], name: str, **attributes: str | int | None) -> Html:
    """`text` with the first group of each match as an element in place of the match, which must not cut an entity."""
    return Html(found.sub(lambda match: element(name, Html(match[1]), **attributes), text))


def style_sheet(css: str) -> Html:
    """A style sheet of ours. It is not escaped, and may not end the element that holds it."""
    assert "</" not in css
    return Html(f"<style>{css}</style>")
