"""The exported Markdown: letter for letter what was said, with the untouched originals beside it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import mistune
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.content import user_turn
from nbgemini.core.conversation import Conversation
from nbgemini.core.picture import Picture
from nbgemini.notebook.export.file_names import Names
from nbgemini.notebook.export.markdown import escaped, markdown_of
from nbgemini.notebook.export.story import heard, story_of, thoughts_in
from nbgemini.notebook.show.texts import clean
from tests.notebook.display_kit import drawn, encoded, kept, on_disk, thought
from tests.notebook.test_export_page import HOSTILE, family, turn

RENDER = mistune.create_markdown(
    escape=False,
    plugins=["strikethrough", "footnotes", "table", "url", "task_lists", "def_list", "math", "abbr", "mark"],
)


def read_back(markdown: str) -> str:
    """The text of what a renderer makes of it, which must be one plain paragraph."""
    page = str(RENDER(markdown))
    assert re.fullmatch(r"<p>.*</p>\n", page, re.DOTALL), page
    inner = page.removeprefix("<p>").removesuffix("</p>\n").replace("<br />", "")
    for piece in re.split(r"</?span>", inner):  # MathJax looks for formulas within one element
        assert html.unescape(piece).count("$") < 2
        assert not re.search(r"\\[\[(a-z]", html.unescape(piece))
    inner = re.sub(r"<span>([$\\]|&#36;|&#92;)</span>", r"\1", inner)
    assert "<" not in inner
    return " ".join(html.unescape(inner).split())


SPECIALS = """
# head|- list|* list|+ list|1. one|2) two|***|---|===|> quote|: def|% title|!x|~~~|```
<!-- x -->|<script>alert(1)</script>|{{ x }} {% y %}|&lt;b&gt; &amp; &#60;|\\*x\\*|a\\|[^1]: x
![x](https://evil.example/x.png)|[a]: https://e.example|[l](javascript:alert(1))|$x^2$ $$y$$
`code` ~~x~~ **b** _i_ ==m==|https://evil.example|www.evil.example|a@b.example|*[x]: y|- [ ] todo
"""


@pytest.mark.parametrize("text", [line for line in [*re.split(r"[|\n]", SPECIALS), "a | b"] if line.strip()])
def test_nothing_is_markup(text: str) -> None:
    """At the beginning of a text and after a line break, every construct is shown as it was typed."""
    assert read_back(escaped(text)) == " ".join(text.split())
    assert read_back(escaped(f"a\n{text}")) == " ".join(f"a {text}".split())


@given(st.text("#-+*_=>:!.()[]{}<>&$~|^`\\/@1ab \n", min_size=1, max_size=24).filter(lambda text: text.strip()))
def test_any_text_comes_back(text: str) -> None:
    """Paragraph by paragraph, any mixture of the characters that Markdown reads is only text."""
    for paragraph in re.split(r"\n\s*\n", clean(text).strip()):
        if paragraph.strip():
            assert read_back(escaped(paragraph)) == " ".join(paragraph.split())


def test_the_whole_file(tmp_path: Path) -> None:
    """Prompts as quotes, pictures by relative links with their alt texts, facts beneath; files named by turn."""
    text, names = markdown_of(story_of(family(tmp_path), "story", whole=True), "story_files")
    assert text.startswith(
        "# story\n\nmain · 5 turns in all branches · &#36;0.672 · 22 November 2026\n\n## 1\n\n> prompt a\n"
    )
    assert "## 3 · goes on from 1\n\n> prompt c\n\nHere it is.\n\n![prompt c](story_files/turn-3.jpg)\n\n" in text
    assert "*gemini-3-pro-image · 16:9, 320 × 180 · 12.3 s · &#36;0.134 · turn 3*" in text
    assert "## 5 · a new beginning" in text
    assert list(names.files) == [f"turn-{number}.jpg" for number in range(1, 6)]


def test_a_sentence_that_a_stream_cut_is_whole(tmp_path: Path) -> None:
    """A signed piece and a thought in the middle of it make no paragraphs; a picture and an end do."""
    picture = encoded(drawn(32, 18))
    signed = {"text": "A fox in", "thoughtSignature": "s"}
    exchange = kept(tmp_path, signed, " the", thought("hm"), " snow.", picture, "One.", thought("hm"), "Two.").exchange
    assert [one for one in heard(exchange) if isinstance(one, str)] == ["A fox in the snow.", "One.", "Two."]
    assert thoughts_in(exchange) == "hm\n\nhm"
    text, _ = markdown_of(story_of(Conversation("main", exchanges=(exchange,), head=exchange.id), "story"), "pictures")
    assert "\n\n*Thoughts:*\n\n> hm\n>\n> hm\n\n" in text


def test_hostile_texts(tmp_path: Path) -> None:
    """The page that a renderer makes of it has our pictures and nothing else that loads or runs."""
    label = on_disk(tmp_path, encoded(drawn(64, 64)))
    first = replace(turn(tmp_path, "a", None, alt=HOSTILE), user=user_turn(HOSTILE, ((HOSTILE, label),)), model=HOSTILE)
    words = kept(tmp_path, f"![x](https://evil.example/x.png)\n\n{HOSTILE}", name="b", parent="a").exchange
    conversation = Conversation(HOSTILE, exchanges=(first, words), head="b")
    text, _ = markdown_of(story_of(conversation, HOSTILE), "a (b) c_files")
    page = BeautifulSoup(str(RENDER(text)), "html.parser")
    assert not page.select("script, iframe, a, [onerror]")
    assert [image["src"] for image in page.select("img")] == [
        "a%20%28b%29%20c_files/turn-1-reference-1.png",
        "a%20%28b%29%20c_files/turn-1.jpg",
    ]
    assert "\x1b" not in text


def test_a_title_keeps_its_hashes() -> None:
    """Hashes at the end of a heading are no part of its markup."""
    assert str(RENDER(f"# {escaped('C ##')}")) == "<h1>C ##</h1>\n"


def test_names_of_files() -> None:
    """Plain, harmless on every system, different for different pictures, the same for the same."""
    names = Names()
    one, two = (Picture(letter * 64, 9, "image/png", 1, 1) for letter in "ab")
    assert names.name("cat", one) == names.name("cat", one) == "cat.png"
    assert names.name("CAT", two) == "CAT-2.png"
    assert names.name("../../etc/passwd", one) == "_.._etc_passwd.png"
    assert names.name("", one) == names.name("..", one) == "picture.png"
    assert names.name("con", one) == "_con.png"
    assert names.name("-rf", one) == "_-rf.png"
    assert names.name("a\nb\0c", one) == "a_b_c.png"
    assert len(names.name("x" * 300, one)) == 64
    assert all("/" not in name and "\\" not in name for name in names.files)
