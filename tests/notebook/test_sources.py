"""Sources beneath an answer: in cells, alone, quiet, in a terminal and in every export."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from nbgemini.core.conversation import Conversation
from nbgemini.notebook.export.markdown import markdown_of
from nbgemini.notebook.export.page import page_of
from nbgemini.notebook.export.rerun import notebook_of
from nbgemini.notebook.export.story import story_of
from nbgemini.notebook.show.display import outputs, result_mimebundle
from tests.notebook.display_kit import Kept, drawn, encoded, kept, reader

CHIP = "<style>.c{color:red}</style><div class=c title='a\"b'>red &amp; fox</div></iframe><script>1</script>"
EVIL = "</a><script>alert(1)</script>\x1b[31m<img src=x onerror=alert(2)>"
GROUNDING: dict[str, Any] = {
    "searchEntryPoint": {"renderedContent": CHIP},
    "webSearchQueries": ["red fox", EVIL],
    "groundingChunks": [
        {"web": {"uri": "https://ok.example/a?b=c&d=e", "title": "A page", "domain": "ok.example"}},
        {"web": {"uri": "javascript:alert(3)", "title": EVIL}},
        {"image": {"sourceUri": "https://ok.example/p", "imageUri": "https://pic.example/p.jpg", "title": "A fox"}},
    ],
    "groundingSupports": [{"segment": {"text": "It runs."}, "groundingChunkIndices": [0, 2]}],
}


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [about for name, about in self.found if name == tag]


@pytest.fixture
def fox(tmp_path: Path) -> Kept:
    result = kept(tmp_path / "objects", "Here it is.", encoded(drawn(120, 80)))
    return result.with_(answer=replace(result.exchange.answer, grounding=GROUNDING))


def check_shown(text: str) -> None:
    """Safe links alone, and one frame that holds the suggestions letter for letter behind their policy."""
    tags = Tags(text)
    assert [link["href"] for link in tags.named("a")] == ["https://ok.example/a?b=c&d=e", "https://ok.example/p"]
    assert {link["rel"] for link in tags.named("a")} == {"noopener noreferrer nofollow"}
    assert {link["target"] for link in tags.named("a")} == {"_blank"}
    (frame,) = tags.named("iframe")
    assert frame["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
    assert CHIP in str(frame["srcdoc"])
    policy = Tags(str(frame["srcdoc"])).named("meta")
    assert {
        "http-equiv": "Content-Security-Policy",
        "content": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'",
    } in policy
    assert str(frame["srcdoc"]).index("Content-Security-Policy") < str(frame["srcdoc"]).index(CHIP)
    assert tags.named("script") == []
    assert "pic.example" not in text
    assert html.escape("javascript:alert(3)") in text
    assert "\x1b" not in text


def test_beneath_the_picture(fox: Kept) -> None:
    """One output between the picture and the footer; as text it has the addresses."""
    *_, picture, sources, footer = outputs(fox)
    assert any(kind.startswith("image/") for kind in picture.data)
    check_shown(sources.data["text/html"])
    assert "turn 1 of main" in footer.data["text/plain"]
    plain = sources.data["text/plain"]
    assert plain.startswith("Searched the web for “red fox”")
    assert "1. A page · ok.example\n   https://ok.example/a?b=c&d=e\n2. " in plain
    assert "3. A fox · page of a picture\n   https://ok.example/p\n1, 3: “It runs.”" in plain


def test_the_user_s_key_is_in_none_of_it(fox: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that repeats it in the suggestions, too, whatever its shape."""
    key = "a-key-of-no-known-shape"
    monkeypatch.setenv("GEMINI_API_KEY", key)
    chip = {"searchEntryPoint": {"renderedContent": f"<b>{key}</b>"}, "webSearchQueries": [key]}
    leaky = fox.with_(answer=replace(fox.exchange.answer, grounding={**GROUNDING, **chip}))
    *_, sources, _ = outputs(leaky)
    assert "[redacted]" in sources.data["text/html"]
    assert key not in str(sources.data)


def test_quiet_and_in_a_terminal(fox: Kept) -> None:
    """Google asks for its suggestions wherever the answer is shown; a terminal gets the text."""
    assert [("text/html" in one.data) for one in outputs(fox, quiet=True)] == [False, True]
    assert "https://ok.example/p" in "\n".join(one.data["text/plain"] for one in outputs(fox, rich=False))


def test_alone_on_the_last_line(fox: Kept, tmp_path: Path) -> None:
    """The picture and its sources in one; an answer that rests on nothing stays a picture alone."""
    data, _ = result_mimebundle(fox)
    check_shown(data["text/html"])
    assert Tags(data["text/html"]).named("img")[0]["alt"] == "a tabby cat on a sofa"
    assert any(kind.startswith("image/") for kind in data)
    plain, _ = result_mimebundle(kept(tmp_path / "objects", encoded(drawn(120, 80))))
    assert "text/html" not in plain


def story(fox: Kept) -> Any:
    return story_of(Conversation("main").extended(fox.exchange), "A fox")


def test_on_the_exported_page(fox: Kept) -> None:
    """The page lets the suggestions' own style in, and nothing else; a page without any keeps its strict policy."""
    text = page_of(story(fox), reader(fox.folder))
    check_shown(text)
    policy = str(Tags(text).named("meta")[1]["content"])
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    bare = fox.with_(answer=replace(fox.exchange.answer, grounding=None))
    assert "style-src 'sha256-" in page_of(story(bare), reader(fox.folder))


def test_in_markdown_and_in_a_notebook(fox: Kept) -> None:
    """Markdown has the links; the notebook has what its cell showed."""
    text, _ = markdown_of(story(fox), "files")
    assert "[A page](<https://ok.example/a?b=c&d=e>)" in text
    assert "(<https://ok.example/p>)" in text
    assert not re.search(r"\]\(<?javascript", text)
    assert "<script" not in text
    book, _ = notebook_of(story(fox), "files", lambda exchange: outputs(replace(fox, exchange=exchange)))
    assert "Search suggestions by Google" in book
