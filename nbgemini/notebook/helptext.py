"""The help: `%imagine help [TOPIC]` and the page behind `%%imagine?`, made from the table of options."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nbgemini.errors import OptionError
from nbgemini.notebook.bundles import FONT, MONO, MUTED, RULE, Bundle, block, sentence
from nbgemini.notebook.grammar import GROUPS, OPTIONS, SUBCOMMANDS, OptionRow, SubcommandRow
from nbgemini.notebook.texts import escape, one_line

__all__ = ["TOPICS", "help_bundle", "page"]


@dataclass(frozen=True, slots=True)
class _Section:
    """A title, what is said under it, rows of two columns, and an example."""

    title: str
    text: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    code: str = ""


_USAGE = _Section(
    "%%imagine [options]",
    "Draws the text of the cell, or edits the last picture with it. `%imagine SUBCOMMAND` does the rest.",
    code="%%imagine -a 16:9 -s 2K\na tabby cat on a sofa, late afternoon light\n\n%%imagine\nmake it night",
)
_CONVERSATION = _Section(
    "How a conversation goes on",
    rows=(
        ("continue", "a cell edits the last picture of the current conversation"),
        ("--new", "begins a new root; nothing of before is sent"),
        ("--from cat", "goes on from the turn that made this picture: a fork; the other branch stays"),
        ("-r cat", "only shows a picture to the model"),
        ("-c night", "switches to another conversation, made if need be"),
        ("stays", "the model and --system stay with the conversation; all other options hold for their cell alone"),
        ("a new kernel", "starts fresh; `%imagine use NAME` goes on with a stored conversation"),
        ("a failed answer", "leaves the conversation as it was"),
    ),
)
_REFERENCES = _Section(
    "What a REF is",
    rows=(
        ("cat", "a variable: a result (-o cat), a PIL image, bytes, a Path; it wins over a file of that name"),
        ("photo.jpg", "a file; with blanks in its name between double quotes"),
        ("@last, @3, @-2", "the last turn, turn 3, the second last turn of this branch"),
    ),
)
_FILES = _Section(
    "Where the pictures are",
    rows=(
        (".nbgemini/", "the store, beside the notebook: every picture as it came, byte for byte, and every turn"),
        ("in the notebook", "the picture itself up to 1024 px and 200 kB, else a preview; --preview sets its size"),
        ("-o cat", "a result: cat.image, cat.bytes, cat.path, cat.save('cat.png'), cat.edit('add snow')"),
        ("--save cat.png", "the untouched original as a file of your own; nothing is overwritten"),
    ),
)
_PRICE = _Section(
    "What it costs",
    rows=(
        ("no key", "everything runs on the emulator: $0, and every picture says so"),
        ("a key", "GOOGLE_API_KEY or GEMINI_API_KEY in the environment: Google draws, and the footer names the price"),
        ("--dry-run", "shows the request, its size and its estimated price, and sends nothing"),
        ("confirm_over", "above this estimate a cell waits for --yes (%config NbGemini.confirm_over = 1.0)"),
        ("stopping a cell", "the answer is kept when it comes: %imagine orphans, %imagine adopt ID"),
    ),
)
_EXAMPLES = _Section(
    "Examples: three at once; a file goes along and the result is kept; a fork of it; a look back",
    code=(
        "%%imagine -m flash -n 3\na paper boat on a rainy street\n\n"
        "%%imagine -r logo.png --new -o mug\nput this logo on a mug\n\n"
        "%%imagine --from mug\nthe same mug in blue\n\n"
        "%imagine show 3\n%imagine undo"
    ),
)


def _option_rows(rows: Iterable[OptionRow]) -> tuple[tuple[str, str], ...]:
    return tuple((row.spelling, _described(row)) for row in rows)


def _described(row: OptionRow) -> str:
    choices = f" [{' '.join(row.choices)}]" if row.choices else ""
    return f"{row.what}{choices}{' (a later version brings it)' if row.later else ''}"


def _options() -> Iterator[_Section]:
    """A section for each group, of what this version has; one more for what later versions bring."""
    for group, title in GROUPS.items():
        yield _Section(title, rows=_option_rows(row for row in OPTIONS if row.group == group and not row.later))
    later = ", ".join(row.long for row in OPTIONS if row.later)
    yield _Section("What later versions bring", later)


def _subcommand_rows(rows: Iterable[SubcommandRow]) -> tuple[tuple[str, str], ...]:
    return tuple((row.spelling, row.what) for row in rows)


def _subcommands() -> _Section:
    return _Section("Subcommands", rows=_subcommand_rows(row for row in SUBCOMMANDS if not row.later))


def _everything() -> list[_Section]:
    return [_USAGE, *_options(), _subcommands(), _CONVERSATION, _REFERENCES, _FILES, _PRICE, _EXAMPLES]


TOPICS: tuple[str, ...] = ("options", "subcommands", "conversation", "references", "files", "price", "examples")


def help_bundle(topic: str = "") -> Bundle:
    """The help on everything or on one topic: a subject, an option or a subcommand. Raises OptionError."""
    sections = _about(topic.strip().lower()) if topic.strip() else _everything()
    return Bundle({"text/plain": _as_text(sections), "text/html": _as_html(sections)})


def page() -> str:
    """The whole help as text: the docstring of `%%imagine`."""
    return _as_text(_everything())


def _about(topic: str) -> list[_Section]:
    subjects = {
        "options": list(_options()),
        "subcommands": [_subcommands()],
        "conversation": [_CONVERSATION],
        "references": [_REFERENCES],
        "files": [_FILES],
        "price": [_PRICE],
        "examples": [_USAGE, _EXAMPLES],
    }
    bare = topic.lstrip("-").replace("_", "-")
    found = subjects.get(bare, [])
    options = [row for row in OPTIONS if bare in (row.long.removeprefix("--"), row.short.removeprefix("-"))]
    commands = [row for row in SUBCOMMANDS if row.name == topic.removeprefix("%imagine").strip()]
    rows = (*_option_rows(options), *_subcommand_rows(commands))
    if rows:
        found = [_Section(f"%imagine help {bare}", rows=rows), *found]
    if not found:
        raise _unknown(topic, bare)
    return found


def _unknown(topic: str, bare: str) -> OptionError:
    names = [*TOPICS, *(row.long.removeprefix("--") for row in OPTIONS), *(row.name for row in SUBCOMMANDS)]
    close = difflib.get_close_matches(bare, names, n=1)
    hint = f"Did you mean `%imagine help {close[0]}`?" if close else f"Topics: {', '.join(TOPICS)}, and every option."
    return OptionError(f"There is no help on `{one_line(topic, 60)}`.", hint=hint)


def _as_text(sections: Iterable[_Section]) -> str:
    return "\n\n".join("\n".join(_lines(section)) for section in sections)


def _lines(section: _Section) -> Iterator[str]:
    yield section.title
    if section.text:
        yield f"  {section.text}"
    widest = max((len(left) for left, _ in section.rows), default=0)
    yield from (f"  {left:<{widest}}  {right}" for left, right in section.rows)
    if section.text and section.code:
        yield ""
    yield from (f"  {line}".rstrip() for line in section.code.splitlines())


def _as_html(sections: Iterable[_Section]) -> str:
    inner = "".join(_html(section) for section in sections)
    return block(inner, f"font:13px/1.5 {FONT}; max-width:64em")


def _html(section: _Section) -> str:
    title = f'<div style="font-weight:600; margin:0 0 4px">{escape(section.title)}</div>'
    text = f'<div style="opacity:{MUTED}; margin:0 0 4px">{sentence(section.text)}</div>' if section.text else ""
    code_cell = f"{_CELL}; font-family:{MONO}; font-size:12px; white-space:nowrap; min-width:16em"
    rows = "".join(
        f'<tr style="background:none"><td style="{code_cell}">{escape(left)}</td>'
        f'<td style="{_CELL}">{sentence(right)}</td></tr>'
        for left, right in section.rows
    )
    table = f'<table style="border-collapse:collapse; border:0; margin:0; color:inherit">{rows}</table>' if rows else ""
    code = f'<pre style="{_CODE}">{escape(section.code)}</pre>' if section.code else ""
    return f'<div style="margin:0 0 16px">{title}{text}{table}{code}</div>'


_CELL = "text-align:left; vertical-align:top; padding:2px 20px 2px 0; border:0"
_CODE = (
    f"margin:4px 0 0; padding:8px 10px; background:rgba(128, 128, 128, .08); color:inherit; border:1px solid {RULE};"
    f" border-radius:4px; font-family:{MONO}; font-size:12px; line-height:1.5; white-space:pre-wrap"
)
