"""Directives that make tables of the ones in the code, so that the site says what the help says.

`{options}`, `{settings}`, `{subcommands}` and `{models}` take nothing; `{topics} key costs` takes subjects of the help,
of which it shows all sections.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from nbgemini.core.models import ModelCard
from nbgemini.core.option_table import GROUPS, OPTIONS, OptionRow
from nbgemini.core.pricing import dollars
from nbgemini.core.setting_table import SETTINGS, SettingRow
from nbgemini.notebook.help.pages import sections_on
from nbgemini.notebook.help.topics import Section
from nbgemini.notebook.line.grammar import SUBCOMMANDS
from nbgemini.store.catalogue import load_catalogue


class FromTheCode(SphinxDirective):
    """A directive whose content is Markdown that is made of a table in the code."""

    option_spec: ClassVar[dict[str, object]] = {}

    def lines(self) -> Iterator[str]:
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes("\n".join(self.lines()), allow_section_headings=True)


class Options(FromTheCode):
    """Every option, a table for each group."""

    def lines(self) -> Iterator[str]:
        for group, title in GROUPS.items():
            yield f"## {title}\n"
            rows = [row for row in OPTIONS.values() if row.group == group]
            yield from table(("in a cell", "what it does", "in Python"), map(_option, rows))


def _option(row: OptionRow) -> tuple[str, str, str]:
    what = sentence(row.what)
    if row.choices:
        what += ": " + ", ".join(map(code, row.choices))
    return code(row.spelling), what, sentence(row.instead) if row.instead else code(row.name)


class Settings(FromTheCode):
    """Every setting."""

    def lines(self) -> Iterator[str]:
        yield from table(("setting", "what it is", "default", "other variables"), map(_setting, SETTINGS.values()))


def _setting(row: SettingRow) -> tuple[str, str, str, str]:
    names = dict.fromkeys((*row.names(), *row.names(vertex=True)))
    names.pop(f"NBGEMINI_{row.name.upper()}", None)  # as the page says of all
    default = sentence(row.otherwise) if row.otherwise else code(str(row.default))
    return code(row.name), sentence(row.what), default, ", ".join(map(code, names))


class Subcommands(FromTheCode):
    """Every subcommand of `%imagine`."""

    def lines(self) -> Iterator[str]:
        yield from table(("line", "what it does"), ((code(row.spelling), sentence(row.what)) for row in SUBCOMMANDS))


class Topics(FromTheCode):
    """Subjects of the help, each with all its sections."""

    required_arguments = 1
    final_argument_whitespace = True

    def lines(self) -> Iterator[str]:
        for name in self.arguments[0].split():
            for section in sections_on(name):
                yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield f"## {sentence(section.title)}\n"
    if section.text:
        yield f"{sentence(section.text)}\n"
    for left, right in section.rows:  # one without a term goes on with the last one
        yield f"{_term(left)}\n: {sentence(right)}\n" if left else f"  {sentence(right)}\n"
    if section.code:
        yield f"```python\n{section.code}\n```\n"


def _term(text: str) -> str:
    """As code if it looks like something that is typed or read, else as words."""
    return code(text) if re.search(r"[-@%{}./:=_*\[(]|[A-Z]{3}", text) else sentence(text)


class Models(FromTheCode):
    """Every model of the catalogue, with the day of the facts."""

    def lines(self) -> Iterator[str]:
        catalogue = load_catalogue()
        yield f"Facts of {catalogue.as_of}; prices are US dollars a picture, as Google lists them.\n"
        heads = ("model", "also called", "a picture costs", "references", "thinking", "search")
        yield from table(heads, map(_model, catalogue.cards))


def _model(card: ModelCard) -> tuple[str, ...]:
    prices = ", ".join(f"{size} {dollars(price)}" for size, price in card.image_price.items()).replace("default ", "")
    levels = ", ".join(card.thinking_levels or ()) or ("always" if card.thinks else "no")
    return (
        code(card.id), ", ".join(map(code, card.aliases)), prices.replace(" $", "\u00a0$"),
        str(card.max_refs or ""), levels, ", ".join(card.searches or ()) or "no",
    )  # fmt: skip


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A table in Markdown; its cells are Markdown already."""
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
    yield ""


def code(text: str) -> str:
    """As code, whatever is in it."""
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}"


def sentence(text: str) -> str:
    """Plain text of the code as Markdown: what stands in backticks stays code, and so do options."""
    pieces = re.split(r"(`[^`]+`|(?<![\w-])--[a-z][a-z-]*|\{\w+\})", text)
    return "".join(
        code(piece.strip("`")) if number % 2 else re.sub(r"([\\*_<\[\]$#%])", r"\\\1", piece)
        for number, piece in enumerate(pieces)
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """The directives."""
    for name, directive in (
        ("options", Options), ("settings", Settings), ("subcommands", Subcommands), ("topics", Topics),
        ("models", Models),
    ):  # fmt: skip
        app.add_directive(name, directive)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
