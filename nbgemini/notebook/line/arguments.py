"""What a user typed after `%%imagine` and `%imagine`, parsed into frozen values."""

from __future__ import annotations

import difflib
import keyword
import math
import re
import unicodedata
from dataclasses import dataclass, field, fields
from typing import Literal, get_args

from nbgemini.core.options import ImageOptions, ReplayMode, check_fresh, parse_replay
from nbgemini.core.pricing import parse_dollars
from nbgemini.errors import NotYetAvailable, OptionError
from nbgemini.notebook.line.grammar import SUBCOMMANDS, SubcommandRow, subcommand
from nbgemini.notebook.line.optionline import given_options
from nbgemini.notebook.line.splitting import Word, excerpt, split

__all__ = ["CellOptions", "Show", "Subcommand", "parse_options", "parse_prompt", "parse_subcommand"]

Show = Literal["json", "curl", "python"]
# The value of one option as it comes from the line.
_Typed = str | list[str] | bool | None

_REQUEST = frozenset(row.name for row in fields(ImageOptions))
_LONGEST_NAME = 100  # characters of a conversation's name
_DAY = 86_400  # seconds
# Names without which neither a shell nor Python goes on: `__builtins__`, `In`, `_`, `_i3`, `_12`, …
_TAKEN = re.compile(r"__\w*__|_{1,3}|_i{0,3}|_i?[0-9]+|_[iod]h|In|Out|get_ipython|exit|quit")


@dataclass(frozen=True, slots=True, kw_only=True)
class CellOptions:
    """The option line of one `%%imagine` cell.

    `options` goes into the request. REFs (`refs`, `from_`) are kept as typed. None means "not given": the
    conversation's, the trait's or the default value holds. `timeout` is in seconds, `preview` in pixels.
    """

    options: ImageOptions = field(default_factory=ImageOptions)
    model: str | None = None
    count: int = 1
    refs: tuple[str, ...] = ()
    new: bool = False
    from_: str | None = None
    conversation: str | None = None
    out: str | None = None
    save: str | None = None
    preview: int | None = None
    alt: str | None = None
    raw: bool = False
    quiet: bool = False
    dry_run: bool = False
    show: Show | None = None
    timeout: float | None = None
    yes: bool = False
    budget: str | None = None
    bg: bool = False
    replay: ReplayMode | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Subcommand:
    """One `%imagine` line; `argument` is empty where none is given, `words` are those that follow it."""

    name: str
    argument: str = ""
    words: tuple[str, ...] = ()


def parse_options(line: str) -> CellOptions:
    """The option line of a cell. Raises OptionError with what was probably meant, or NotYetAvailable."""
    given = given_options(line)
    if "new" in given and "from_" in given:
        raise OptionError(
            "`--new` and `--from` exclude each other.",
            hint="`--new` begins a new root; `--from REF` goes on from that picture.",
        )
    check_fresh(given.get("replay"), "fresh" in given)
    refs = given.get("ref")
    return CellOptions(
        options=ImageOptions.parse({name: value for name, value in given.items() if name in _REQUEST}),
        model=_text(given.get("model")),
        count=_whole("--count", given.get("count"), 1) or 1,
        refs=tuple(refs) if isinstance(refs, list) else (),
        new="new" in given,
        from_=_text(given.get("from_")),
        conversation=_conversation("--conversation", given.get("conversation")),
        out=_variable(given.get("out")),
        save=_text(given.get("save")),
        preview=_whole("--preview", given.get("preview"), 64, 4096),
        alt=_text(given.get("alt")),
        raw="raw" in given,
        quiet="quiet" in given,
        dry_run="dry_run" in given,
        show=_show(given.get("show")),
        timeout=_seconds(given.get("timeout")),
        yes="yes" in given,
        budget=_dollars(given.get("budget")),
        bg="bg" in given,
        replay=None if "replay" not in given else parse_replay(given["replay"]),
        fresh="fresh" in given,
    )


def parse_prompt(body: str) -> str:
    """The prompt beneath the option line. Raises OptionError when there is none."""
    prompt = body.strip()
    if not prompt:
        raise OptionError(
            "There is no prompt.",
            hint="Write it below the line `%%imagine`, for example: a tabby cat on a sofa.",
        )
    return prompt


def parse_subcommand(line: str) -> Subcommand:
    """The line of `%imagine`; an empty one is `history`. Raises OptionError or NotYetAvailable."""
    name, rest = (*line.split(maxsplit=1), "", "")[:2]
    if not name:
        return Subcommand("history")
    if name in ("-h", "--help", "-?", "?"):
        name = "help"
    row = subcommand(name)
    if row is None:
        raise _no_subcommand(name, rest)
    if row.later:
        raise NotYetAvailable(f"A later version brings `%imagine {row.name}`.")
    return Subcommand(row.name, *_given(row, rest))


def _no_subcommand(name: str, rest: str) -> OptionError:
    """What to say about a first word that is no subcommand: most often it begins a prompt."""
    close = difflib.get_close_matches(name.lower(), [row.name for row in SUBCOMMANDS], n=1, cutoff=0.6)
    if close and len(rest.split()) <= 1:
        return OptionError(
            f"`{name}` is not a subcommand of `%imagine`.",
            hint=f"Did you mean `%imagine {close[0]}`? `%imagine help` lists them all.",
        )
    return OptionError(
        f"`%imagine` takes a subcommand, and `{name}` is none.",
        hint="To draw, use `%%imagine` (two percent signs) with the prompt on the lines below it.",
    )


def _given(row: SubcommandRow, rest: str) -> tuple[str, tuple[str, ...]]:
    """The argument, and the words after it. A quoted word is never one of those."""
    given = split(rest) if row.argument else tuple(Word(word) for word in rest.split())
    words = tuple(dict.fromkeys(word.text for word in given[1:] if not word.quoted and word.text in row.words))
    others = [word.text for word in given if word is given[0] or word.quoted or word.text not in row.words]
    return _argument(row, others), words


def _argument(row: SubcommandRow, words: list[str]) -> str:
    example = f"as in `{row.example}`" if row.example else f"just `{row.spelling}`"
    if row.words and len(words) > 1:
        raise OptionError(
            f"`%imagine {row.name}` does not know `{excerpt(words[1])}`; write it like `{row.spelling}`.",
            hint="A file name with blanks goes between double quotes.",
        )
    if len(words) > bool(row.argument):
        takes = f"one {row.argument.strip('[]')}" if row.argument else "nothing"
        raise OptionError(
            f"`%imagine {row.name}` takes {takes} after it, {example}.",
            hint="If this is a prompt, use `%%imagine` with the prompt on the lines below it.",
        )
    if not words or not words[0].strip():
        if row.argument and not row.argument.startswith("["):
            raise OptionError(f"`{row.spelling}` lacks its {row.argument}, {example}.")
        return ""
    return _ARGUMENTS.get(row.argument, _as_it_is)(row, words[0])


def _as_it_is(row: SubcommandRow, word: str) -> str:
    return word


def _turn_number(row: SubcommandRow, word: str) -> str:
    digits = word.removeprefix("@")
    if not re.fullmatch(r"0*[1-9]\d{0,8}", digits, re.ASCII):
        raise OptionError(f"`{row.spelling}` takes a turn number, as in `{row.example}`, not `{excerpt(word)}`.")
    return str(int(digits))


def _named(row: SubcommandRow, word: str) -> str:
    return _conversation(f"%imagine {row.name}", word) or ""


def _sibling(row: SubcommandRow, word: str) -> str:
    """A number within several pictures, or a turn number behind an `@`."""
    if not re.fullmatch(r"@?0*[1-9]\d{0,8}", word, re.ASCII):
        raise OptionError(
            f"`{row.spelling}` takes a number, as in `{row.example}`, or a turn such as `@3`, not `{excerpt(word)}`."
        )
    return f"{'@' if word[0] == '@' else ''}{int(word.removeprefix('@'))}"


def _budget(row: SubcommandRow, word: str) -> str:
    if word.lower() == "off":
        return "off"
    parse_dollars(word)
    return word


_ARGUMENTS = {"N": _turn_number, "K": _sibling, "NAME": _named, "[USD]": _budget}


def _text(value: _Typed) -> str | None:
    return value if isinstance(value, str) else None


def _whole(name: str, value: _Typed, low: int, high: int | None = None) -> int | None:
    if value is None:
        return None
    span = f"from {low} to {high}" if high else f"from {low} on"
    try:
        number = int(str(value))
    except ValueError:
        raise OptionError(f"`{name}` takes a whole number {span}, not `{excerpt(value)}`.") from None
    if number < low or (high is not None and number > high):
        raise OptionError(f"`{name}` takes a whole number {span}, not {excerpt(value)}.")
    return number


def _seconds(value: _Typed) -> float | None:
    if value is None:
        return None
    try:
        seconds = float(str(value))
    except ValueError:
        raise OptionError(f"`--timeout` takes seconds, such as 240, not `{excerpt(value)}`.") from None
    if not math.isfinite(seconds) or not 0 < seconds <= _DAY:
        raise OptionError(f"`--timeout` takes seconds above 0 and up to {_DAY}, not `{excerpt(value)}`.")
    return seconds


def _dollars(value: _Typed) -> str | None:
    """A sum as it is typed. Raises OptionError for what is none."""
    if value is not None:
        parse_dollars(value)
    return _text(value)


def _conversation(where: str, value: _Typed) -> str | None:
    name = _text(value)
    if name is None:
        return None
    if not name.isprintable() or len(name) > _LONGEST_NAME:
        raise OptionError(f"`{where}` takes a name of at most {_LONGEST_NAME} printable characters.")
    return name.strip()


def _variable(value: _Typed) -> str | None:
    """A variable's name as Python stores it (NFKC). Raises OptionError for what cannot be one."""
    name = _text(value)
    if name is None:
        return None
    name = unicodedata.normalize("NFKC", name)
    if keyword.iskeyword(name):
        raise OptionError(f"`{name}` is a word of Python's own; `--out` needs the name of a variable.")
    if not name.isidentifier():
        raise OptionError(f"`{name}` cannot be a variable; `--out` needs a name such as `cat`.")
    if _TAKEN.fullmatch(name):
        raise OptionError(f"`{name}` belongs to Python or IPython; `--out` needs a name of yours, such as `cat`.")
    return name


def _show(value: _Typed) -> Show | None:
    if value is None:
        return None
    for form in get_args(Show):
        if value == form:
            return form  # type: ignore[no-any-return]  # get_args forgets the types of a Literal
    raise OptionError(f"`--show` takes json, curl or python, not `{excerpt(value)}`.")
