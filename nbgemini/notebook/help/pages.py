"""The help: `%imagine help [TOPIC]` and the page behind `%%imagine?`, made from the table of options."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from nbgemini.core.option_table import GROUPS, OPTIONS, OptionRow
from nbgemini.core.phrases import close_to
from nbgemini.errors import OptionError
from nbgemini.notebook.help.guide import (
    CLASS,
    CONVERSATION,
    COSTS,
    ERRORS,
    EXAMPLES,
    FILES,
    HISTORY,
    KEY,
    NAMES,
    PYTHON,
    REFERENCES,
    REPLAY,
    SET,
    SIGNATURES,
    USAGE,
)
from nbgemini.notebook.help.practice import EMULATE, EMULATOR, SCRIPT
from nbgemini.notebook.help.topics import (
    BATCHES,
    PANEL,
    QUOTAS,
    ROLES,
    SAFETY,
    SEARCH,
    SWEEPS,
    THINKING,
    UPLOADS,
    VERTEX,
)
from nbgemini.notebook.help.topics import Section as _Section
from nbgemini.notebook.line.grammar import SUBCOMMANDS, SubcommandRow
from nbgemini.notebook.show.bundles import FONT, MONO, MUTED, RULE, Bundle, block, sentence
from nbgemini.notebook.show.markup import NOTHING, Html, element, escape
from nbgemini.notebook.show.texts import one_line

__all__ = ["help_bundle", "page", "sections_on", "topic_names"]

_FIRST_OPTIONS = ("model", "aspect", "size", "ref", "new", "out", "vary")
_FIRST_SUBCOMMANDS = ("history", "undo", "export", "cost", "panel", "doctor")


def _subjects() -> dict[str, list[_Section]]:
    """What can be asked for by name, in the order in which a reader may want it."""
    return {
        "options": list(_options()),
        "subcommands": [_subcommands()],
        "examples": [EXAMPLES],
        "key": [KEY],
        "conversation": [CONVERSATION],
        "history": [HISTORY],
        "sweeps": [SWEEPS],
        "references": [REFERENCES, ROLES],
        "names": [NAMES],
        "files": [FILES],
        "costs": [COSTS],
        "errors": [ERRORS],
        "replay": [REPLAY],
        "signatures": [SIGNATURES],
        "python": [PYTHON],
        "panel": [PANEL],
        "thinking": [THINKING],
        "search": [SEARCH],
        "safety": [SAFETY],
        "set": [SET],
        "quotas": [QUOTAS],
        "uploads": [UPLOADS],
        "batches": [BATCHES],
        "vertex": [VERTEX],
        "class": [CLASS],
        "emulator": [EMULATOR, EMULATE, SCRIPT],
    }


def topic_names() -> tuple[str, ...]:
    """The names of the subjects, for Tab and for a word that is none."""
    return tuple(_subjects())


def sections_on(subject: str) -> tuple[_Section, ...]:
    """All that the help has on a subject, for those who show it elsewhere. Raises KeyError."""
    return tuple(_subjects()[subject])


# Words that people look for, and the subject that has them.
_MEANT = {
    "sheet": "sweeps",
    "grid": "sweeps",
    "streaming": "thinking",
    "thoughts": "thinking",
    "money": "costs",
    "price": "costs",
    "cost": "costs",
    "budget": "costs",
    "catalogue": "costs",
    "tier": "costs",
    "gateway": "vertex",
    "base-url": "vertex",
    "proxy": "vertex",
    "roles": "references",
    "ref": "references",
    "store": "files",
    "save": "files",
    "export": "files",
    "colab": "key",
    "keys": "key",
    "setup": "key",
    "api-key": "key",
    "sdk": "python",
    "error": "errors",
    "signature": "signatures",
    "classroom": "class",
    "teaching": "class",
    "recordings": "class",
    "undo": "history",
    "fork": "history",
    "emulate": "emulator",
    "script": "emulator",
    "billing": "emulator",
}


def help_bundle(topic: str = "") -> Bundle:
    """One screen to begin with, or the help on a subject, an option or a subcommand. Raises OptionError.

    In a notebook the subjects are folded under the first screen.
    """
    if topic.strip():
        sections = _about(topic.strip().lower())
        return Bundle(_as_text(sections), _as_html(sections))
    return Bundle(page(), _as_html(_first_screen(), *map(_folded, _subjects().items())))


def page() -> str:
    """The first screen as text: the docstring of `%%imagine`."""
    return _as_text([*_first_screen(), *_where_next()])


def _first_screen() -> list[_Section]:
    options = (OPTIONS[name] for name in _FIRST_OPTIONS)
    subcommands = (row for row in SUBCOMMANDS if row.name in _FIRST_SUBCOMMANDS)
    return [
        USAGE,
        _Section("Options to begin with", rows=tuple((row.spelling, _in_short(row.what)) for row in options)),
        _Section("Besides cells", rows=tuple((row.spelling, _in_short(row.what)) for row in subcommands)),
    ]


def _in_short(what: str) -> str:
    """As far as the first semicolon."""
    return what.partition(";")[0]


def _where_next() -> list[_Section]:
    """Where a text goes on that cannot be unfolded."""
    rows = (
        ("%imagine help options", "every option"),
        ("%imagine help subcommands", "everything that %imagine can do"),
        ("%imagine help aspect", "one option or subcommand, with an example"),
        ("%imagine help key", "a topic, one of:"),
    )
    topics = textwrap.wrap(", ".join(name for name in _subjects() if name not in ("options", "subcommands")), 76)
    return [_Section("More", rows=(*rows, *(("", line) for line in topics)))]


def _option_rows(rows: Iterable[OptionRow]) -> tuple[tuple[str, str], ...]:
    return tuple((row.spelling, _described(row)) for row in rows)


def _described(row: OptionRow) -> str:
    choices = f" [{' '.join(row.choices)}]" if row.choices else ""
    return f"{row.what}{choices}"


def _options() -> Iterator[_Section]:
    """A section for each group."""
    for group, title in GROUPS.items():
        yield _Section(title, rows=_option_rows(row for row in OPTIONS.values() if row.group == group))


def _subcommand_rows(rows: Iterable[SubcommandRow]) -> tuple[tuple[str, str], ...]:
    return tuple((row.spelling, row.what) for row in rows)


def _subcommands() -> _Section:
    return _Section("Subcommands", rows=_subcommand_rows(SUBCOMMANDS))


def _about(topic: str) -> list[_Section]:
    bare = topic.removeprefix("%imagine").strip().lstrip("-").replace("_", "-")
    sections = _subjects().get(_MEANT.get(bare, bare), [])
    options = [row for row in OPTIONS.values() if bare in (row.long.removeprefix("--"), row.short.removeprefix("-"))]
    commands = [row for row in SUBCOMMANDS if row.name == bare]
    rows = (*_option_rows(options), *_subcommand_rows(commands))
    if rows:
        examples = [*(row.cell for row in options), *(row.example for row in commands if row.example)]
        sections = [_Section(f"%imagine help {bare}", rows=rows, code="\n\n".join(examples)), *sections]
    if not sections:
        raise _unknown(topic, bare)
    return sections


def _unknown(topic: str, bare: str) -> OptionError:
    names = [
        *topic_names(),
        *(row.long.removeprefix("--") for row in OPTIONS.values()),
        *(row.name for row in SUBCOMMANDS),
    ]
    close = close_to(bare, names) if len(bare) > 2 else ""  # shorter ones are like anything
    hint = (
        f"Did you mean `%imagine help {close}`?" if close else f"Topics: {', '.join(topic_names())}, and every option."
    )
    return OptionError(f"There is no help on `{one_line(topic, 60)}`.", hint=hint)


def _as_text(sections: Iterable[_Section]) -> str:
    return "\n\n".join("\n".join(_lines(section)) for section in sections)


def _lines(section: _Section) -> Iterator[str]:
    yield section.title
    if section.text:
        yield f"  {section.text}"
    widest = max((len(left) for left, _ in section.rows), default=0)
    for left, right in section.rows:
        first, *others = textwrap.wrap(right, max(60, _WIDTH - widest), break_long_words=False)
        yield f"  {left:<{widest}}  {first}"
        yield from (f"  {'':<{widest}}  {line}" for line in others)
    if section.text and section.code:
        yield ""
    yield from (f"  {line}".rstrip() for line in section.code.splitlines())


def _as_html(sections: Iterable[_Section], *folded: Html) -> Html:
    return block(*map(_html, sections), *folded, style=f"font:13px/1.5 {FONT}; max-width:64em")


def _folded(subject: tuple[str, Sequence[_Section]]) -> Html:
    """A subject under its name, and its first words beside it."""
    name, sections = subject
    title = name if name in ("options", "subcommands") else f"{name} · {sections[0].title}"
    summary = element("summary", escape(title), style="cursor:pointer; padding:3px 0")
    return element("details", summary, element("div", *map(_html, sections), style="padding:6px 0 0 18px"))


def _html(section: _Section) -> Html:
    title = element("div", escape(section.title), style="font-weight:600; margin:0 0 4px")
    text = element("div", sentence(section.text), style=f"opacity:{MUTED}; margin:0 0 4px") if section.text else NOTHING
    code = element("pre", escape(section.code), style=_CODE) if section.code else NOTHING
    return element("div", title, text, _html_rows(section.rows), code, style="margin:0 0 16px")


def _html_rows(rows: Sequence[tuple[str, str]]) -> Html:
    """Terms with what they mean beside them, or beneath them where a page is narrow."""
    widest = max((len(left) for left, _ in rows), default=0)
    term = f"{_TERM}; flex:0 0 {max(widest, 24) + 3}ch; max-width:100%"
    shown = (
        element(
            "div",
            element("dt", escape(left), style=term),
            element("dd", sentence(right), style=_MEANING),
            style="display:flex; flex-wrap:wrap; padding:2px 0",
        )
        for left, right in rows
    )
    return element("dl", *shown, style="margin:0") if rows else NOTHING


_WIDTH = 110  # characters of a line of text
_TERM = f"float:none; width:auto; margin:0; font:12px/1.625 {MONO}; overflow-wrap:anywhere"
_MEANING = "float:none; width:auto; margin:0; flex:1 1 20em"
_CODE = (
    f"margin:4px 0 0; padding:8px 10px; background:rgba(128, 128, 128, .08); color:inherit; border:1px solid {RULE};"
    f" border-radius:4px; font-family:{MONO}; font-size:12px; line-height:1.5; white-space:pre-wrap;"
    " word-break:normal; overflow-wrap:anywhere"
)
