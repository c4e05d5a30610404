"""A web page of ours around what it holds: one style sheet, and a policy under which it runs and loads nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from importlib import resources

from nbgemini._version import __version__
from nbgemini.notebook.show.markup import NOTHING, Html, element, escape, joined, style_sheet

__all__ = ["lined", "paper"]

_LINE = Html("\n")
_META = {
    "viewport": "width=device-width, initial-scale=1",
    "referrer": "no-referrer",
    "color-scheme": "light dark",
    "generator": f"nbgemini {__version__}",
}


def paper(title: str, body: Iterable[Html], *, styled: bool = False, sheet: str = "page.css") -> Html:
    """The whole page. `title` is clean text; `styled`: something in the body has styles of its own; `sheet`: the name
    of its style sheet, which lies here.
    """
    css = resources.files("nbgemini.notebook.export").joinpath(sheet).read_text("utf-8")
    head = (
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(css, styled=styled)),
        *(element("meta", name=name, content=content) for name, content in _META.items()),
        element("title", escape(title)),
        style_sheet(css),
    )
    inner = [lined("head", head), lined("body", body)]
    return joined([Html("<!doctype html>"), lined("html", inner, lang="en"), NOTHING], _LINE)


def _policy(style: str, *, styled: bool) -> str:
    """Nothing from anywhere but the pictures in the page itself, and this one style sheet."""
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    styles = "'unsafe-inline'" if styled else f"'sha256-{digest}'"
    return f"default-src 'none'; img-src data:; style-src {styles}; base-uri 'none'; form-action 'none'"


def lined(name: str, inner: Iterable[Html], **attributes: str | None) -> Html:
    """An element with each of the pieces on a line of its own."""
    return element(name, _LINE, joined(inner, _LINE), _LINE, **attributes)
