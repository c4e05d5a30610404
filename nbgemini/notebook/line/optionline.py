"""The option line of a `%%imagine` cell, parsed once: from what was typed to the values of the table's options."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from nbgemini.core.grid.axis_text import AxisText, parse_axis
from nbgemini.core.grid.pattern import Pattern, parse_pattern
from nbgemini.core.option_table import OPTIONS, OptionRow, option
from nbgemini.core.options import Options
from nbgemini.core.request_fields import is_override
from nbgemini.errors import OptionError
from nbgemini.notebook.line.splitting import Word, excerpt, split

__all__ = ["Filled", "parse_options", "parse_prompt"]

# Python name → the value as typed; a list for an option that may be repeated, True for a flag.
_Given = Mapping[str, str | list[str] | bool]
# Puts the user's own values into the text of an option's value.
Filled = Callable[[OptionRow, str], str]

_DASHES = "‐‑‒–—―−﹣－"
_NUMBER = re.compile(r"-\.?\d")
_PLAIN = re.compile(r"[\w.]+")  # a path without quotes around it


def parse_options(line: str, filled: Filled | None = None, body: str = "") -> Options:
    """The options of a line. `filled` replaces what stands in braces, unless the line has `--raw`.

    `body` is what stands below it, for an error that shows the cell as it was meant.

    Raises OptionError with what was probably meant.
    """
    given = _given(line, body)
    values: dict[str, Any] = {}
    axes = _axes(given.get("vary"))
    for name, value in given.items():
        row = OPTIONS[name]
        if isinstance(value, str) and axes and "{" in value and (pattern := parse_pattern(value, axes)).names:
            values[name] = _filled_around(row, pattern, filled if "raw" not in given else None)
            continue
        if filled is not None and "raw" not in given:
            value = _replaced(row, value, filled)
        values[name] = row.parse(value)
    return Options.of(values)


def _axes(vary: object) -> tuple[str, ...]:
    """The names of the axes of a line; what is wrong with one is told later, with all the others."""
    names = []
    for text in vary if isinstance(vary, list) else ():
        with suppress(OptionError):
            axis = parse_axis(text)
            names += [axis.name] if isinstance(axis, AxisText) else []
    return tuple(names)


def _filled_around(row: OptionRow, pattern: Pattern, filled: Filled | None) -> Pattern:
    """A value with places for axes in it, which each shot fills; the user's own values stand around them."""
    return pattern if filled is None else pattern.each_text(lambda text: (filled(row, text) if "{" in text else text,))


def _replaced(row: OptionRow, value: str | list[str] | bool, filled: Filled) -> str | list[str] | bool:
    """The value with the user's own in place of names in braces. Raises OptionError for one that is empty then."""
    if isinstance(value, bool) or row.verbatim:
        return value
    if isinstance(value, list):
        return [_not_empty(row, filled(row, one)) if "{" in one else one for one in value]
    return _not_empty(row, filled(row, value)) if "{" in value else value


def parse_prompt(body: str) -> str:
    """The prompt beneath the option line. Raises OptionError when there is none."""
    prompt = body.strip()
    if not prompt:
        raise OptionError(
            "There is no prompt.",
            hint="Write it below the line `%%imagine`, for example: a tabby cat on a sofa.",
        )
    return prompt


def _given(line: str, body: str) -> _Given:
    """The options of a line, their values still as typed. Raises OptionError."""
    words = deque(_split(line, body))
    given: dict[str, str | list[str] | bool] = {}
    before = ""
    while words:
        word = words.popleft()
        if word.quoted or not word.text.startswith(("-", *_DASHES)) or not word.text.strip("-"):
            raise _positional(word.text, before, line, body)
        row, attached = _recognised(word)
        if not row.value:
            _refuse_value(row, attached)
            _add(given, row, True)
        else:
            value = _value(row, words) if attached is None else attached
            if attached is not None and (row.verbatim or row.literal):
                raw = word.raw.partition("=")[2]
                value = raw if row.verbatim else _literal(attached, raw, words)
            _add(given, row, _not_empty(row, value))
            before = value
    return given


def _recognised(word: Word) -> tuple[OptionRow, str | None]:
    """The option that a word names, and the value attached to it (`--aspect=16:9`, `-a16:9`), if any."""
    text = word.text
    if text.startswith("--"):
        name, equals, value = text.partition("=")
        if row := option(name):
            return row, value if equals else None
    elif (row := option(text[:2])) and not _is_long(text):
        return row, text[2:].removeprefix("=") if len(text) > 2 else None
    raise _unknown(text.partition("=")[0])


def _is_long(text: str) -> bool:
    """Whether `-aspect` is `--aspect` with one dash, or `-ratio` what others call it: not `-a spect`, not `-r atio`."""
    name = text.partition("=")[0]
    if option("-" + name) is not None:
        return True
    if len(name) == 2 or not name[1:].replace("-", "").isalpha():  # nearly every line ends here: `-a`, `-n3`
        return False
    from nbgemini.core.slips import is_meant

    return is_meant(name[1:].lower())


def _value(row: OptionRow, words: deque[Word]) -> str:
    """The next word as a value; one that looks like an option is none, negative numbers and quoted words aside."""
    if words and (words[0].quoted or not _looks_like_option(words[0].text)):
        word = words.popleft()
        if row.literal:
            return _literal(word.text, word.raw, words)
        return word.raw if row.verbatim else word.text
    if row.bare:
        return row.bare
    advice = f"; write `{row.long}={words[0].text}` if that is the value" if words else ""
    choices = f" One of {', '.join(row.choices)}." if row.choices else ""
    raise OptionError(f"`{row.long}` needs a value: `{row.long} {row.value}`{advice}.{choices}")


def _literal(text: str, raw: str, words: deque[Word]) -> str:
    """`PATH=JSON` as it was meant: its quotes may be a shell's or its own, and blanks may stand between braces."""
    if is_override(text):
        return text
    path, _, begun = raw.partition("=")
    if _PLAIN.fullmatch(path) and not is_override(raw) and begun[:1] in ("{", "["):
        for count in range(1, len(words) + 1):
            whole = " ".join([raw, *(word.raw for word in list(words)[:count])])
            if is_override(whole):
                for _ in range(count):
                    words.popleft()
                return whole
    return raw if _PLAIN.fullmatch(path) and is_override(raw) else text


def _looks_like_option(text: str) -> bool:
    if text[:1] in _DASHES and len(text) > 1:
        return not text[1].isdigit()
    return text.startswith("-") and len(text) > 1 and not _NUMBER.match(text)


def _add(given: dict[str, str | list[str] | bool], row: OptionRow, value: str | bool) -> None:
    if row.many:
        held = given.setdefault(row.name, [])
        if isinstance(held, list):
            held.append(str(value))
    elif row.name not in given:
        given[row.name] = value
    elif value is True:
        raise OptionError(f"`{row.long}` is given twice.", hint="Leave one out.")
    else:
        raise OptionError(
            f"`{row.long}` is given twice, as `{excerpt(given[row.name])}` and as `{excerpt(value)}`.",
            hint="Leave one out.",
        )


def _refuse_value(row: OptionRow, attached: str | None) -> None:
    if attached is not None:
        raise OptionError(f"`{row.long}` takes no value; write `{row.long}` alone.")


def _not_empty(row: OptionRow, value: str) -> str:
    if not value.strip() and not row.empty:
        raise OptionError(f"The value of `{row.long}` is empty.", hint=f"Leave `{row.long}` out, or give it a value.")
    return value


def _split(line: str, body: str) -> Sequence[Word]:
    try:
        return split(line)
    except OptionError as problem:
        if not body.strip() and line.strip()[:1].isalpha():  # a prompt with an apostrophe
            problem.cell = f"%%imagine\n{line.strip()}"
        raise


def _positional(text: str, before: str, line: str, body: str) -> OptionError:
    from nbgemini.notebook.line.corrections import with_prompt_below  # for those who mistype
    from nbgemini.notebook.line.grammar import subcommand

    if subcommand(text):
        return OptionError(f"`{text}` is a subcommand.", hint=f"Subcommands take one percent sign: `%imagine {text}`.")
    if before.endswith("\\"):
        return OptionError(
            f"`{excerpt(text)}` stands alone on the option line.",
            hint=f'A name with spaces goes in double quotes: `"{before[:-1]} {text}"`.',
        )
    problem = OptionError(
        f"`{excerpt(text)}` is not an option; the prompt goes below the line.",
        hint="A value with spaces goes in double quotes."
        if body.strip()
        else "Options stay on the first line, the prompt goes on the lines below it.",
    )
    problem.cell = with_prompt_below(line, body)
    return problem


def _unknown(name: str) -> OptionError:
    bare = name.strip("-" + _DASHES).lower()
    meant = _advice(name, bare)
    if name[0] in _DASHES:
        return OptionError(
            f"`{name}` starts with a typographic dash.", hint=re.sub(r"^Did you mean (.*)\?$", r"Write \1.", meant)
        )
    return OptionError(f"`{excerpt(name)}` is not an option.", hint=meant or "`%imagine help` lists them all.")


def _advice(name: str, bare: str) -> str:
    """What was probably meant, or what to do instead, as a sentence."""
    from nbgemini.core.slips import advice  # for those who mistype

    if bare in ("h", "help"):
        return "Did you mean `%imagine help`?"
    if len(bare) == 1 and option(f"-{bare}"):
        return f"Did you mean `-{bare}`?"
    if text := advice(bare, lambda row: row.long):
        return text
    # "-a16:9" with a pasted dash: the letter is known, and the rest is its value.
    attached = name[0] in _DASHES and option(f"-{bare[:1]}")
    return f"Did you mean `{name.replace(name[0], '-', 1)}`?" if attached else ""
