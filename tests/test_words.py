"""The words that users see: every text in the code, the help, the README and the notebooks, against the list."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from nbgemini.notebook.help.pages import help_bundle, topic_names
from tests.support.syntax import walk
from tests.support.words import odd_words

ROOT = Path(__file__).parents[1]
# The emulator speaks Google's words, and the slips are words that users type.
_ELSEWHERE = ("nbgemini/emulator/", "nbgemini/notebook/line/subcommand_slips.py")


def _sentences(path: Path) -> Iterator[str]:
    """The texts of a module that are more than one word, docstrings aside."""
    nodes = list(walk(ast.parse(path.read_text("utf-8"))))
    holders = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    documented = (node.body[0] for node in nodes if isinstance(node, holders) and node.body)
    docstrings = {id(one.value) for one in documented if isinstance(one, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


@pytest.mark.usefixtures("without_garbage")
def test_texts_in_the_code() -> None:
    """No string of more than one word has a word of the list."""
    found = {
        f"{path.relative_to(ROOT)}: {text[:80]}": odd
        for path in sorted((ROOT / "nbgemini").rglob("*.py"))
        if not path.relative_to(ROOT).as_posix().startswith(_ELSEWHERE)
        for text in _sentences(path)
        if " " in text.strip() and (odd := odd_words(text))
    }
    assert found == {}


@pytest.mark.parametrize("topic", ["", *topic_names()])
def test_the_help(topic: str) -> None:
    """Each subject of it."""
    assert odd_words(help_bundle(topic).data["text/plain"]) == []


_PAGES = [ROOT / "README.md", *(ROOT / ".github" / name for name in ("EMULATOR.md", "PROMISES.md", "SETTINGS.md"))]
_READ_FIRST = [*_PAGES, *sorted((ROOT / "notebooks").glob("*.ipynb"))]


@pytest.mark.parametrize("path", _READ_FIRST, ids=lambda path: path.name)
def test_what_is_read_first(path: Path) -> None:
    """The README, and the cells of the notebooks."""
    text = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    assert odd_words(text) == []


def test_the_list_finds_them() -> None:
    """Words and phrases in any case, but not inside names, paths and addresses."""
    assert odd_words("An Orphan was adopted; it BEGINS ANEW.") == ["BEGINS ANEW", "Orphan", "adopted"]
    assert odd_words("/tmp/adopt/cat.png, kindly, skin, a bookshelf") == []
