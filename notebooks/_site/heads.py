"""Gives tables only headings that say something: in Markdown each table has a row of them, and some are empty."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx


def _without_empty_heads(app: Sphinx, tree: nodes.document) -> None:
    """A row of empty headings goes; one among others gets a word for those who hear the table instead of seeing it."""
    for head in list(tree.findall(nodes.thead)):
        entries = list(head.findall(nodes.entry))
        empty = [entry for entry in entries if not entry.astext().strip()]
        if len(empty) == len(entries):
            head.parent.remove(head)
            continue
        for entry in empty:
            entry.clear()
            entry += nodes.paragraph("", "", nodes.inline("", "Name", classes=["visually-hidden"]))


def setup(app: Sphinx) -> dict[str, bool]:
    """Once for each page, when it has been read."""
    app.connect("doctree-read", _without_empty_heads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
