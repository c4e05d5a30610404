"""Grounded answers in JupyterLab: sources that are links, suggestions in a sandbox, and nothing that runs or loads.

Each look is kept as a screenshot in the test's folder.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Open
from tests.browser.door import listener
from tests.browser.driving import Requests, expect
from tests.support.replies import Reply, picture_reply
from tests.support.strict_server import KEY, strict_server

pytestmark = pytest.mark.deep

ELSEWHERE = "https://tracker.example"
ACTIVE = """() => [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output *')]
    .filter(one => one.matches('script, style, link, object, embed, form, base, meta, svg, img:not([src^="data:"])')
        || (one.matches('a') && (!/^https?:/.test(one.href) || !one.relList.contains('noopener')
            || one.referrerPolicy !== 'no-referrer' || one.target !== '_blank'))
        || [...one.attributes].some(({ name }) => name.startsWith('on')))
    .map(one => one.outerHTML.slice(0, 200))"""


def chip(address: str) -> str:
    """Search suggestions that want more: every way that a page has to run something or to ask for something."""
    return (
        f"<script>parent.pwned=1;alert(1)</script><img src='{address}/img' onerror='parent.pwned=2'>"
        f"<meta http-equiv=refresh content='0;url={address}/refresh'><link rel=stylesheet href='{address}/css'>"
        f"<link rel=prefetch href='{address}/prefetch'><style>@import '{address}/import';"
        f"body{{background:url({address}/bg)}}@font-face{{font-family:x;src:url({address}/font)}}</style>"
        f"<form action='{address}/form'><button id=go>go</button></form><iframe src='{address}/frame'></iframe>"
        f"<object data='{address}/object'></object><video src='{address}/video' autoplay></video>"
        f"<base href='{address}/base'><svg onload='parent.pwned=3'><image href='{address}/svg'/></svg>"
        '</iframe><script>parent.pwned=4</script>" onload="pwned=5" srcdoc=\'<script>parent.pwned=6</script>\''
        "&quot;&lt;/iframe&gt;&lt;script&gt;parent.pwned=7&lt;/script&gt;"
        # Further down: where the pointer rests on a link, chromium itself opens a connection.
        f"<div style='height:400px'></div><a class=chip href='{address}/search'>red fox</a><b id=said>suggested</b>"
    )


TITLE = "</a><script>pwned=8</script><img src=x onerror=pwned=9>\u202etxet"
CHUNKS: list[Any] = [
    {"web": {"uri": "https://ok.example/a?b=c&d=%22e", "title": "A fine page", "domain": "ok.example"}},
    {"web": {"uri": "javascript:window.pwned=10", "title": TITLE, "domain": TITLE}},
    {"web": {"uri": "data:text/html,<script>parent.pwned=11</script>", "title": "data"}},
    {"web": {"uri": "vbscript:msgbox(1)", "title": "vb"}},
    {"web": {"uri": "file:///etc/passwd", "title": "file"}},
    {"web": {"uri": 'https://a.example/" onmouseover="pwned=12', "title": "broken out"}},
    {"web": {"uri": "https://google.com@evil.example/", "title": "posing"}},
    {"image": {"sourceUri": "https://ok.example/gallery", "imageUri": f"{ELSEWHERE}/fox.jpg", "title": "A fox"}},
    {"web": None},
    7,
    *({"web": {"uri": f"https://many.example/{n}", "title": f"page {n}"}} for n in range(40)),
]


def grounded(suggestions: str) -> Reply:
    answer = picture_reply(1, "plain")
    answer["candidates"][0]["groundingMetadata"] = {
        "searchEntryPoint": {"renderedContent": suggestions},
        "groundingChunks": CHUNKS,
        "webSearchQueries": [TITLE, "fox", 7, None],
        "groundingSupports": [{"segment": {"text": TITLE}, "groundingChunkIndices": [0, True, 900, "x"]}, None],
    }
    return Reply(json.dumps(answer).encode())


def test_hostile_grounding_runs_nothing_and_loads_nothing(opened: Open, requests: Requests) -> None:
    """Scripts, forms, frames, refreshes and addresses in the suggestions and among the sources."""
    dialogs, before = len(requests.dialogs), len(requests.addresses)
    with strict_server() as server, listener() as elsewhere:
        address = elsewhere.address
        suggestions = chip(address)
        server.will(grounded(suggestions))
        environment = {"GOOGLE_GEMINI_BASE_URL": server.url, "GEMINI_API_KEY": KEY}
        notebook = opened(
            f"import os\nos.environ.update({environment!r})\n%load_ext nbgemini\nimport nbgemini as nb",
            "%%imagine --search both -m flash -o fox\na fox",
            "fox",
            "%imagine show 1",
        )
        notebook.run(0, 1, 2, 3)
        assert server.violations == []
        frame = notebook.cell(1).locator("iframe")
        assert frame.get_attribute("sandbox") == "allow-popups allow-popups-to-escape-sandbox"
        assert suggestions in (frame.get_attribute("srcdoc") or "")
        assert [notebook.cell(at).locator("iframe").count() for at in (1, 2, 3)] == [1, 1, 1]
        frame.scroll_into_view_if_needed()
        inside = frame.content_frame
        assert inside.locator("#said").text_content(timeout=10_000) == "suggested"
        # A form that may not be sent.
        inside.locator("#go").press("Enter")
        notebook.page.wait_for_timeout(700)  # time for what must not happen
        links = [link.get_attribute("href") for link in notebook.cell(1).locator(".jp-OutputArea-output a").all()]
        assert links[:2] == ["https://ok.example/a?b=c&d=%22e", "https://ok.example/gallery"]
        assert len(links) <= 20
        assert all(str(one).startswith("https://many.example/") for one in links[2:])
        for text in ("javascript:window.pwned=10", "file:///etc/passwd", "google.com@evil.example", "</a><script>"):
            assert text in notebook.text(1)
        assert notebook.page.evaluate("() => window.pwned") is None
        assert notebook.page.evaluate(ACTIVE) == []
        assert requests.dialogs[dialogs:] == []
        # Chromium may open a connection for a frame in the suggestions before it looks at the policy: nothing is sent.
        assert set(elsewhere.came) <= {b"nothing"}
        del requests.addresses[before:]  # chromium counts what the policy stopped too: the listener tells what left
        # What the user asks for opens at once, in a tab of its own.
        with notebook.page.context.expect_page() as popup:
            inside.locator("a.chip").click()
        assert popup.value.locator("#found").text_content() == "found"
        assert b"GET /search HTTP/1.1" in elsewhere.came
        popup.value.close()
    del requests.addresses[before:]


GALLERY = (
    "%load_ext nbgemini",
    "%%imagine --search both -m nano-banana-2.1 -a 16:9\nA red fox in the snow at dawn, for a guide to mammals",
    "%%imagine --search image -m flash\nthe Atomium in Brussels",
)


@pytest.mark.parametrize(("theme", "width"), [("Light", 1200), ("Dark", 1200), ("Light", 480)])
def test_the_looks_of_sources(opened: Open, requests: Requests, tmp_path: Path, theme: str, width: int) -> None:
    """The suggestions are whole and as wide as the answer; every source can be clicked."""
    notebook = opened(*GALLERY)
    try:
        notebook.theme(theme)
        notebook.resize(width, 1800)
        notebook.run(0, 1, 2)
        frame = notebook.cell(1).locator("iframe")
        frame.scroll_into_view_if_needed()
        box = frame.content_frame.locator(".container")
        for at in (1, 2):
            notebook.cell(at).locator(".jp-Cell-outputWrapper").screenshot(path=tmp_path / f"{theme}-{width}-{at}.png")
        # Nothing of it is cut off: it fits the height that it is given.
        assert box.evaluate("() => document.documentElement.scrollHeight <= innerHeight + 1")
        shown = notebook.pictures(1).evaluate("one => one.getBoundingClientRect().width")
        assert box.evaluate("one => one.getBoundingClientRect().width") >= 0.9 * shown
        expect(notebook.cell(1).locator(".jp-OutputArea-output a")).to_have_count(4)
        assert requests.elsewhere == []
    finally:
        notebook.theme("Light")
        notebook.resize(1200)
