"""The pages of the reference as lists of names, and the examples in the docstrings of what they document."""

from __future__ import annotations

import doctest
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from nbgemini.studio import process

__all__ = ["FOLDER", "Documented", "documented", "examples_of", "failures", "setting"]

FOLDER = Path(__file__).parents[2] / "notebooks" / "reference"
_HELD = re.compile(r"^```\{held\} (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_ALONE = re.compile(r"^\.\. auto(?:function|exception|data):: (\S+)", re.MULTILINE)
_OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Documented:
    """A name with a page: a function, an exception, or a class with those of its members that the page lists."""

    page: str
    name: str
    members: tuple[str, ...] = ()

    @property
    def thing(self) -> Any:
        """What the name names; `nbgemini.emulator` is a package too, and is told of as what is called."""
        return process.emulator if self.name == "nbgemini.emulator" else resolve_name(self.name)


def documented() -> list[Documented]:
    """All of them, page by page, in the order in which the index lists the pages."""
    index = (FOLDER / "index.md").read_text("utf-8")
    pages = re.findall(r"^(\w+)$", index.partition("{toctree}")[2].partition("```")[0], re.MULTILINE)
    return [one for page in pages for one in _on(page)]


def _on(page: str) -> Iterator[Documented]:
    text = (FOLDER / f"{page}.md").read_text("utf-8")
    found = [(match.start(), Documented(page, match[1], tuple(match[2].split()))) for match in _HELD.finditer(text)]
    found += [(match.start(), Documented(page, match[1])) for match in _ALONE.finditer(text)]
    yield from (one for _, one in sorted(found, key=lambda pair: pair[0]))


def setting() -> str:
    """What the examples begin with, as the index of the reference says."""
    (found,) = re.findall(r"^```python\n(.*?)^```", (FOLDER / "index.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return str(found)


def examples_of(thing: object, name: str, names: dict[str, Any]) -> doctest.DocTest:
    """Those in its docstring; they share `names`."""
    test = doctest.DocTestParser().get_doctest(inspect.getdoc(thing) or "", names, name, None, 0)
    test.globs = names
    return test


def _runs_here(test: doctest.DocTest) -> bool:
    """Whether what it needs is installed: pandas is the reader's own."""
    return find_spec("pandas") is not None or "pandas" not in test.name


def failures(tests: list[doctest.DocTest]) -> list[str]:
    """What went otherwise than the docstrings say, with the example's name."""
    found: list[str] = []
    for test in filter(_runs_here, tests):
        runner = doctest.DocTestRunner(optionflags=_OPTIONS, verbose=False)
        runner.run(test, out=found.append, clear_globs=False)
    return found
