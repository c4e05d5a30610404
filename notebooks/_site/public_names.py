"""Gives the reference the names that users know, and shows each class with its members in the order of the page.

`{held} nbgemini.Result` documents a class; its lines are the names of its members. A class lives somewhere inside and
has one public name, or none because functions return it: it is shown under that name, without its module. In
docstrings code stands in single backticks, as everywhere in the house; where it names something that has a page here
it becomes a link.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from pkgutil import resolve_name

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.util.docutils import SphinxDirective

import nbgemini
from nbgemini.studio import process

# What stands for all options of an ask in a signature tells nothing; the texts do.
_TYPES = re.compile(r": (PromptWords|Unpack\[\w+\]|OnProgress)")


def _held() -> dict[str, str]:
    """The classes that have a page, by the names under which they are shown."""
    pages = (Path(__file__).parents[1] / "reference").glob("*.md")
    names = [name for page in pages for name in re.findall(r"^```\{held\} (\S+)", page.read_text("utf-8"), re.M)]
    return {name.rpartition(".")[2]: name for name in names}


class Named(XRefRole):
    """Code in backticks: a link where it names a class or `Class.member` that has a page, else as it stands.

    A name alone may be an option of the same name as a method, and stays code.
    """

    held = _held()

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        if self.text.partition(".")[0] in self.held or self.text.startswith("nbgemini."):
            return super().run()
        return [nodes.literal(self.rawtext, self.text)], []

    def process_link(
        self, env: BuildEnvironment, refnode: nodes.Element, has_explicit_title: bool, title: str, target: str
    ) -> tuple[str, str]:
        refnode["reftype"], refnode["refdomain"] = "obj", "py"
        for name in ("module", "class"):
            refnode[f"py:{name}"] = env.ref_context.get(f"py:{name}")
        kind, dot, member = target.partition(".")
        return title, self.held.get(kind, kind) + dot + member


class Held(SphinxDirective):
    """A class, with those of its members that the lines name."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        text = "\n".join(["```{eval-rst}", *self.lines(), "```"])
        return self.parse_text_to_nodes(text)

    def lines(self) -> Iterator[str]:
        name = self.arguments[0]
        kind = resolve_name(name)
        yield f".. autoclass:: {name}\n"
        for member in " ".join(self.content).split():
            found = inspect.getattr_static(kind, member)
            is_property = isinstance(found, property | cached_property)
            yield f"   .. auto{'property' if is_property else 'method'}:: {name}.{member}\n"


def _known_by_public_names() -> None:
    """`Conversation` for the class that the inside calls ConversationHandle; `emulator` as the function that it is."""
    for name in ("Conversation", "Result"):
        kind = getattr(nbgemini, name)
        kind.__module__, kind.__qualname__, kind.__name__ = "nbgemini", name, name
    type(nbgemini).emulator = staticmethod(process.emulator)  # type: ignore[attr-defined]  # a property until here


def _without_module(app: Sphinx, domain: str, kind: str, content: nodes.Element) -> None:
    """Where a class lives inside is not its name: `nbgemini.tuning.holding.sweep.Sweep` is shown as `Sweep`."""
    for name in list(content.parent.findall(addnodes.desc_addname)):
        if name.astext().count(".") > 1:
            name.parent.remove(name)


def _plainly(
    app: Sphinx, kind: str, name: str, thing: object, options: object, signature: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """No signature for a class, which users do not call; no types that only type checkers know."""
    if kind in ("class", "exception"):
        return "", None
    return signature and _TYPES.sub("", signature), returns and returns.replace("ConversationHandle", "Conversation")


def setup(app: Sphinx) -> dict[str, bool]:
    """Names are changed before anything is documented."""
    _known_by_public_names()
    app.add_role("named", Named())
    app.add_directive("held", Held)
    app.connect("object-description-transform", _without_module)
    app.connect("autodoc-process-signature", _plainly)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
