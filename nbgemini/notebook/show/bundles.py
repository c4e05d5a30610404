"""Mime bundles: what one output of a cell is made of, in text and HTML that runs nothing and loads nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nbgemini._dataclass import dataclass, field
from nbgemini.notebook.show.markup import NOTHING, Html, element, escape, joined, set_apart
from nbgemini.notebook.show.texts import clean

__all__ = [
    "ACCENT",
    "FONT",
    "MONO",
    "MUTED",
    "RULE",
    "Bundle",
    "block",
    "line_bundle",
    "preformatted",
    "sentence",
    "text_bundle",
    "unseen",
]

# Every colour comes from the page: its own text colour, fainter or stronger, or the accent of its theme.
FONT = "var(--jp-ui-font-family, var(--vscode-font-family, system-ui, -apple-system, 'Segoe UI', sans-serif))"
MONO = "var(--jp-code-font-family, var(--vscode-editor-font-family, ui-monospace, monospace))"
ACCENT = "var(--jp-brand-color1, var(--vscode-focusBorder, #1a73e8))"
MUTED = ".72"
RULE = "rgba(128, 128, 128, .3)"

# JupyterLab breaks the words of a `pre` anywhere unless it is told not to.
_PRE = (
    "margin:0; padding:0; border:0; background:none; color:inherit; font-family:inherit; font-size:inherit;"
    " line-height:1.5; white-space:pre-wrap; overflow-wrap:anywhere; word-break:normal; max-width:80ch"
)


_UNSEEN = "position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%); white-space:nowrap"
_DOLLAR = re.compile(r"(\$)")
_CODE = re.compile(r"`([^`\n]+)`")
_CODE_STYLE = f"font-family:{MONO}; font-size:.95em; background:none; color:inherit; padding:0; border:0"


@dataclass(frozen=True, slots=True)
class Bundle:
    """One output: a text always, beside it HTML or a picture (base64 text by its type), and metadata by mime type."""

    text: str
    html: Html | None = None
    picture: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, str]:
        """All of it by mime type."""
        beside = {} if self.html is None else {"text/html": self.html}
        return {**self.picture, "text/plain": self.text, **beside}


def block(*inner: Html, style: str = "") -> Html:
    """A block of HTML whose `$` and backslashes are not taken for formulas."""
    return element("div", *inner, class_="tex2jax_ignore mathjax_ignore", style=f"color:inherit; {style}")


def sentence(text: str) -> Html:
    """A clean sentence of ours as HTML: what stands between backticks is set as code.

    Each of several `$` stands alone in its element, so that no front end takes what is between two for a formula.
    """
    apart = set_apart(escape(text), _DOLLAR, "span") if text.count("$") > 1 else escape(text)
    return set_apart(apart, _CODE, "code", style=_CODE_STYLE)


def preformatted(text: str, style: str = "") -> Html:
    """Clean text as an HTML block that keeps its line breaks, in the direction of its own script."""
    return element("pre", escape(text), dir="auto", style=f"{_PRE}; {style}")


def text_bundle(text: str) -> Bundle:
    """A text of the model's, shown letter for letter."""
    shown = clean(text)
    return Bundle(shown, block(preformatted(shown)))


def unseen(text: str) -> Html:
    """Clean text that is read aloud and exported but takes no room.

    nbconvert and JupyterLab know no alt text for picture outputs; this says it beside them.
    """
    return element("span", escape(text), style=_UNSEEN) if text else NOTHING


def line_bundle(*lines: str, aloud: str = "") -> Bundle:
    """Small lines of our own, such as why a picture is not shown; `aloud` is an unseen description beside them."""
    shown = [clean(line, 1000) for line in lines]
    inner = joined(element("div", sentence(line), dir="auto") for line in shown)
    style = f"font:12px/1.6 {FONT}; opacity:{MUTED}; overflow-wrap:anywhere"
    return Bundle("\n".join(shown), block(unseen(aloud), inner, style=style))
