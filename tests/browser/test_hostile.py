"""Texts of models and prompts that want to be more than text, in JupyterLab: they run nothing and load nothing."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open
from tests.browser.driving import Requests
from tests.support.replies import blocked, words
from tests.support.strict_server import KEY, strict_server

pytestmark = pytest.mark.deep

SHOWN = (
    '<script>window.pwned=1</script><img src=x onerror="window.pwned=2"></pre></span>"> '
    "![p](https://tracker.example/p.png) <a href='javascript:window.pwned=3'>a</a> "
    r"$\href{javascript:window.pwned=4}{x}$ $$\frac12$$ \(x\) <style>*{background:url(//tracker.example/s)}</style> red"
)
HOSTILE = SHOWN.replace(" red", " \x1b[31mred\x1b[0m\x1b]8;;https://tracker.example\x07\x1b]8;;\x07")

# What must not be found in any output: elements that act, handlers, addresses that are loaded, and set formulas.
ACTIVE = """() => [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output *')]
    .filter(one => one.matches('script, style, link, iframe, object, embed, form, base, meta, svg, mjx-container')
        || one.matches('[class*=MathJax]')
        || (one.matches('img') && !/^(data|blob):/.test(one.src))
        || (one.matches('a[href]') && !/^https?:/.test(one.href))
        || [...one.attributes].some(({ name }) => name.startsWith('on')))
    .map(one => one.outerHTML.slice(0, 200))"""


def test_hostile_texts_stay_texts(opened: Open, requests: Requests) -> None:
    """In answers, prompts, alt texts, refusals, bad options and every view of them."""
    before = len(requests.dialogs)
    with strict_server() as server:
        server.will(words(HOSTILE))
        environment = {"GOOGLE_GEMINI_BASE_URL": server.url, "GEMINI_API_KEY": KEY}
        notebook = opened(
            f"import os\nos.environ.update({environment!r})\n%load_ext nbgemini\nimport nbgemini as nb",
            f"%%imagine\n{HOSTILE}",
            f"nb.conversation().imagine({HOSTILE!r}, alt={HOSTILE!r})",
            f"%%imagine\n{HOSTILE}",
            f"%%imagine\n{HOSTILE}",
            "%%imagine --<img/src=x/onerror=window.pwned=5>\na fox",
            f"%%imagine --dry-run\n{HOSTILE} {{pwned}}",
            f"%imagine use {HOSTILE}",
            "%imagine history",
            "%imagine show 2",
            "%imagine list",
        )
        notebook.run(0, 1, 2)
        server.will(blocked("IMAGE_SAFETY", HOSTILE))
        notebook.run(*range(3, 11))
        assert server.violations == []
    notebook.page.wait_for_timeout(500)  # time for what must not happen
    assert SHOWN in notebook.text(1)
    assert "IMAGE_SAFETY" in notebook.text(3)
    assert "<script>window.pwned=1</script>" in notebook.text(3)
    assert notebook.pictures(2).count() == notebook.pictures(4).count() == 1
    for at in (4, 8, 9, 10):  # the alt text, thumbnails, one turn, and the last prompt
        assert "<script>window.pwned=1" in notebook.text(at)
    assert "OptionError" in notebook.text(5)
    assert "<script>window.pwned=1</script><img src=x" in notebook.text(6)
    assert "Error" in notebook.text(7)
    assert notebook.page.evaluate("() => window.pwned") is None
    assert notebook.page.evaluate(ACTIVE) == []
    assert requests.dialogs[before:] == []
    assert requests.elsewhere == []
