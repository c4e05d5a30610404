"""The rule for outputs, tested itself: what it must refuse it refuses, and what nbgemini makes it lets through."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from nbgemini.notebook.show.sources import chip_frame
from tests.support.outputs import complaints, html_complaints
from tests.support.replies import jpeg

ROOT = '<div class="tex2jax_ignore mathjax_ignore">{}</div>'
PICTURE = base64.b64encode(jpeg("a")).decode()
FINE = (
    "plain &lt;b&gt; &amp; &#x27;quoted&#x27;",
    f'<img src="data:image/jpeg;base64,{PICTURE}" alt="a" width="64" height="48" style="display:block; margin:0">',
    '<a href="https://a.example/?b=c" target="_blank" rel="noopener noreferrer" referrerpolicy="no-referrer">a</a>',
    chip_frame("<script>parent.pwned=1</script>"),
    '<details open><summary style="font:12px/1.6 var(--a, \'Segoe UI\')">a</summary><pre dir="auto">b</pre></details>',
)
FOUL = (
    "<script>1</script>", "<style>a{}</style>", "<link href=a>", "<base href=a>", "<meta http-equiv=refresh>",
    "<form></form>", "<object></object>", "<embed>", "<video></video>", "<svg></svg>", "<math></math>", "<x-a></x-a>",
    "<!-- a -->", "<![CDATA[a]]>", "<?a?>", "<!doctype html>", "<b>open", "closed</b>", "<b><i></b></i>", "a < b", "<b",
    "<b onclick=a>a</b>", '<b id="a">a</b>', '<b class="jp-Button">a</b>', '<b data-commandlinker-command="a">a</b>',
    '<b style="background:url(//a.example)">a</b>', '<b style="a:u\\72l(a)">a</b>', '<b style="@import a">a</b>',
    '<b style="position:fixed">a</b>', '<b style="width:expression(a)">a</b>', '<b title="a" title="b">a</b>',
    "<img src=https://a.example/a.png>", '<img src="data:image/svg+xml;base64,AAAA">', "<img alt=a>",
    f'<img src="data:image/png;base64,{PICTURE}">', '<a href="javascript:a">a</a>', '<a href="//a.example">a</a>',
    '<a href="https://a.example">a</a>', '<iframe srcdoc="a" sandbox="allow-popups"></iframe>', "a\x1b[31m", "a\u202eb",
    chip_frame("a").replace("allow-popups ", "allow-scripts ", 1), chip_frame("a").replace("sandbox=", "title="),
    chip_frame("a").replace("default-src", "img-src"), chip_frame("a").replace("<iframe ", "<iframe src=a "),
)  # fmt: skip
OUTPUTS: dict[str, dict[str, Any]] = {
    "markdown": {"data": {"text/plain": "a", "text/markdown": "a"}},
    "formula": {"data": {"text/plain": "a", "text/latex": "a"}},
    "drawing": {"data": {"text/plain": "a", "image/svg+xml": "<svg/>"}},
    "script": {"data": {"text/plain": "a", "application/javascript": "a"}},
    "no text": {"data": {"text/html": ROOT.format("a")}},
    "formulas on": {"data": {"text/plain": "a", "text/html": "<div>a</div>"}},
    "outside": {"data": {"text/plain": "a", "text/html": ROOT.format("a") + "b"}},
    "too large": {"data": {"text/plain": "a" * 1_000_000}},
    "terminal": {"data": {"text/plain": "\x1b]8;;https://a.example\x07a"}},
    "no picture": {"data": {"text/plain": "a", "image/png": base64.b64encode(b"GIF89a").decode()}},
    "no base64": {"data": {"text/plain": "a", "image/png": "<svg>"}},
    "isolated": {"data": {"text/plain": "a"}, "metadata": {"text/html": {"isolated": True}}},
    "traceback": {"traceback": ["\x1b]8;;a\x07"], "evalue": "a"},
    "evalue": {"traceback": [], "evalue": "a\x00"},
    "stream": {"text": "\x1b[2Ja\u202e"},
}


@pytest.mark.parametrize("inner", FINE)
def test_what_is_made_passes(inner: str) -> None:
    """Escaped text, pictures that carry their bytes, links, the frame of the suggestions."""
    assert html_complaints(ROOT.format(inner)) == []


@pytest.mark.parametrize("inner", FOUL)
def test_what_could_act_is_refused(inner: str) -> None:
    """Elements, handlers, styles, addresses, broken markup."""
    assert html_complaints(ROOT.format(inner))


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_of_another_kind_is_refused(name: str) -> None:
    """Types that a front end renders, texts that command a terminal, pictures that are none."""
    assert complaints(OUTPUTS[name])


def test_coloured_tracebacks_and_pictures_pass() -> None:
    """IPython colours the errors of others, and a progress line returns."""
    assert complaints({"traceback": ["\x1b[31mZeroDivisionError\x1b[39m: a"], "evalue": "a"}) == []
    assert complaints({"text": "10%\r20%\n"}) == []
    assert complaints({"data": {"text/plain": "a", "image/jpeg": PICTURE}, "metadata": {"image/jpeg": {}}}) == []
