"""HTML as a type: texts and attributes are escaped on the way in, and nothing else becomes HTML."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import nbgemini.notebook
from nbgemini.notebook.show.markup import Html, element, escape, joined, set_apart, style_sheet

NOTEBOOK = Path(nbgemini.notebook.__file__).parent
PRINTABLE = st.text(st.characters(min_codepoint=32, blacklist_categories=("Cs", "Cc")))


class _Read(HTMLParser):
    """What a reader of HTML makes of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


@given(PRINTABLE, PRINTABLE, PRINTABLE)
def test_whatever_is_put_in_is_read_again(words: str, title: str, style: str) -> None:
    """No text leaves the place where it was put: neither the words nor an attribute, be it one of ours."""
    read = _Read(element("p", escape(words), title=title, style=style))
    assert read.seen == [("p", {"title": title, "style": style})]
    assert read.words == words


def test_elements() -> None:
    """Attributes keep their order; Python's spelling of names is undone; images and breaks have no end."""
    assert element("a", Html("x"), class_="k", aria_label="l", data=3, rel=None) == (
        '<a class="k" aria-label="l" data="3">x</a>'
    )
    assert element("details", open=True) == "<details open></details>"
    assert element("img", alt='a "b"') == '<img alt="a &quot;b&quot;">'
    assert joined([Html("<br>"), escape("<br>")], Html(" ")) == "<br> &lt;br&gt;"


def test_parts_set_apart() -> None:
    """What a pattern finds becomes an element, in the words that were escaped already."""
    shown = set_apart(escape("run `a<b` now"), re.compile("`([^`]+)`"), "code", style="x")
    assert shown == 'run <code style="x">a&lt;b</code> now'


def test_a_style_sheet() -> None:
    """It stays as it is, quotes included."""
    assert style_sheet("a > b { font: 'x' }") == "<style>a > b { font: 'x' }</style>"


def test_only_what_is_spelled_out_is_called_html() -> None:
    """Beside `markup` itself, `Html(…)` takes a text that stands in the source, never a value."""
    called = [
        (path.name, call)
        for path in NOTEBOOK.rglob("*.py")
        if path.name != "markup.py"
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Html"
    ]
    assert len(called) > 5
    wrong = [f"{name}:{call.lineno}" for name, call in called if not isinstance(call.args[0], ast.Constant)]
    assert not wrong
