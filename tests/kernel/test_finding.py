"""Finding again in a real kernel: cards and a table, a page of what was found, and marks of two kernels at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel.conftest import Notebook
from tests.support.kernel import Kernel, kernel

WORDS = 'an owl, "oil" <b>bold</b> & שלום'


def test_found_marked_and_put_on_a_page(offline: Notebook, tmp_path: Path) -> None:
    """What find shows can be typed back; notes stand as they were typed; a page escapes all, and is never replaced."""
    offline.drawn(WORDS, "-m flash -s 512")
    name = offline.conversation
    found = offline.line(f'find bold "שלום" --conversation {name}')
    assert found.ok
    assert f"{name}@1" in found.text
    assert "1 picture for" in found.text
    assert offline.line(f"star {name}@1 5").text == "Turn 1: ★★★★★."
    noted = offline.line(f'note {name}@1 it\'s "quoted" \u202e\x1b[31m  twice')
    assert 'it\'s "quoted"' in noted.text
    assert offline.line(f"tag {name}@1 keep #sky").ok
    page = tmp_path / "best.html"
    made = offline.line(f"gallery {page} --tag sky --stars 5 --conversation {name}")
    assert made.text.startswith("Wrote 1 picture to")
    html = page.read_text("utf-8")
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; שלום" in html
    assert re.findall(r"<script|https?://|<b>", html) == []
    assert len(re.findall(r"<img [^>]*alt=\"an owl", html)) == 1
    assert "5 of 5 stars" in html
    assert "it&#x27;s &quot;quoted&quot;" in html
    assert (
        "already holds exactly this" in offline.line(f"gallery {page} --tag sky --conversation {name} --stars 5").text
    )
    assert offline.line(f"gallery {page} owl --conversation {name}").error_name == "OptionError"
    assert offline.line(f"gallery {tmp_path}/none.html zebra").error_name == "OptionError"
    assert not (tmp_path / "none.html").exists()


@pytest.fixture(name="pair")
def _pair(tmp_path: Path) -> Iterator[tuple[Kernel, Kernel]]:
    with kernel(tmp_path) as one, kernel(tmp_path) as other:
        for each in (one, other):
            assert each.run("%load_ext nbgemini\nimport nbgemini as nb").ok
        yield one, other


@pytest.mark.deep
def test_two_kernels_mark_at_once_and_later_words_count(pair: tuple[Kernel, Kernel]) -> None:
    """No tag of either is lost, the last star counts, scores and notes outlive both, and find sees all of it."""
    one, other = pair
    cell = "%%imagine -m flash -s 512 --vary style=ink,oil --name tue --new\na {style} boat"
    assert one.run(cell).ok
    loop = "for i in range(30):\n    nb.open('tue').star(1, i % 5 + 1).tag(1, f'{}' + str(i))"
    names = [each.send(loop.replace("{}", mark)) for each, mark in zip(pair, "ab", strict=True)]
    assert all(each.finish(name, timeout=60).ok for each, name in zip(pair, names, strict=True))
    assert other.run("len(nb.open('tue')[1].tags)").text == "60"
    assert other.run("%imagine star tue/1 2").ok
    assert one.run("nb.open('tue')[1].stars").text == "2"
    assert one.run("nb.open('tue').score(length=lambda r: len(r.prompt)); nb.open('tue').note(2, 'best light')").ok
    other.restart()
    assert other.run("%load_ext nbgemini\nimport nbgemini as nb").ok
    assert other.run("[(s.scores['length'], s.note) for s in nb.open()]").text == "[(10.0, ''), (10.0, 'best light')]"
    assert "tue/2" in other.run("%imagine find light oil").text
    assert other.run("nb.find('boat', tag='a7', stars=2).refs").text == "['tue/1']"
    assert "By sweep" in other.run("%imagine cost").text


@pytest.mark.deep
def test_a_bare_number_is_of_the_newest_sheet(pair: tuple[Kernel, Kernel]) -> None:
    """Also after the conversation went on from it; one that it has not is refused, and so is any without a sheet."""
    one, _ = pair
    assert one.run("%imagine star 1 3").error_name == "ConversationError"
    assert one.run("%%imagine -m flash -s 512 -n 3\na cat").ok
    assert one.run("%%imagine\nadd a hat").ok
    assert one.run("%imagine star 2 5").text == "Turn 2: ★★★★★."
    assert "no number 4" in one.run("%imagine star 4 5").error_lines[0]
    assert one.run("%imagine pick 3").ok
    assert one.run("nb.conversation().last.turn").text == "3"
    assert one.run("%imagine note @2 kept").text == "Turn 2: “kept”."
