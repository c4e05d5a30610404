"""What is shown and exported afterwards: turns by any REF, requests that failed, and what is in force."""

from __future__ import annotations

import json
from pathlib import Path

from tests.kernel.conftest import Notebook

SMALL = "-m gemini-3.1-flash-image -s 512"


def test_any_ref_is_shown_and_failures_are_told(offline: Notebook, tmp_path: Path) -> None:
    """Variables, turns of other conversations and failures; exports hold the failed cells in their places."""
    mine, other = offline.conversation, f"{offline.conversation}-hero"
    offline.drawn("a red boat", f"{SMALL} -o boat")
    failed = offline.draw("a bay\nemulate: IMAGE_SAFETY", SMALL)
    assert failed.error_name == "AnswerBlocked"
    offline.drawn("a knight", f"{SMALL} -c {other} -o night")
    knight = dict.fromkeys(("@last", "night", "1"), "a knight")
    for ref, words in {"boat": "red boat", f"{mine}@1": "red boat", **knight}.items():
        assert words in offline.line(f"show {ref}").text, ref
    assert "POST" in offline.line("show boat --wire").text
    assert offline.line("show nothing").error_name == "ConversationError"
    offline.line(f"use {mine}")
    for suffix in ("md", "html", "ipynb"):
        assert offline.line(f"export {tmp_path / 'told'}.{suffix}").ok
        text = (tmp_path / f"told.{suffix}").read_text("utf-8")
        assert text.index("a red boat") < text.index("a bay"), suffix
        assert "IMAGE" in text
    book = json.loads((tmp_path / "told.ipynb").read_text("utf-8"))
    cell = next("".join(one["source"]) for one in book["cells"] if one["id"].startswith("failed-"))
    name = next(one["id"] for one in book["cells"] if one["id"].startswith("failed-")).removeprefix("failed-")
    assert "a bay" in cell
    assert "a bay" in offline.line(f"show {name}").text


def test_config_shows_what_is_in_force(offline: Notebook) -> None:
    """Each setting with its value and where that comes from; of a key only that there is one."""
    offline.python("import os; os.environ.update(NBGEMINI_ASPECT='16:9', GEMINI_API_KEY='AIza' + 'x' * 35)")
    offline.python("%config NbGemini.model = 'flash'")
    said = offline.python("%config NbGemini")
    offline.python("del os.environ['NBGEMINI_ASPECT'], os.environ['GEMINI_API_KEY']")
    offline.python("%config NbGemini.model = None")
    assert "NbGemini.model\n    In force: flash (%config NbGemini.model)" in said
    assert "In force: 16:9 (NBGEMINI_ASPECT)" in said
    assert "NbGemini.budget\n    In force: " in said
    assert "The key is set, in GEMINI_API_KEY" in said
    assert "AIza" not in said


def test_a_cell_in_the_background_is_waited_for(offline: Notebook) -> None:
    """`a.wait()` gives the result, before it is there and afterwards."""
    offline.draw("a red boat", f"{SMALL} --bg -o a")
    assert "Result turn 1" in offline.python("a.wait()\nprint(repr(a.wait()))")
    assert "Result turn 1" in offline.python("print(repr(a.wait()))")
