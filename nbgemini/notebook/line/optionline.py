"""Which options an option line gives, by the names of the table, their values still as typed."""

from __future__ import annotations

import difflib
import re
from collections import deque
from collections.abc import Mapping

from nbgemini.errors import NotYetAvailable, OptionError
from nbgemini.notebook.line.grammar import OPTIONS, OptionRow, option, subcommand
from nbgemini.notebook.line.splitting import Word, excerpt, split

__all__ = ["Given", "given_options"]

# Python name → the value as typed; a list for an option that may be repeated, True for a flag.
Given = Mapping[str, str | list[str] | bool]

_DASHES = "‐‑‒–—―−﹣－"
_NUMBER = re.compile(r"-\.?\d")


def given_options(line: str) -> Given:
    """The options of a line. Raises OptionError with what was probably meant, or NotYetAvailable."""
    words = deque(split(line))
    given: dict[str, str | list[str] | bool] = {}
    before = ""
    while words:
        word = words.popleft()
        row, attached = _recognised(word, before)
        if row.later:
            raise NotYetAvailable(f"A later version brings `{row.long}`.", hint="Leave it out for now.")
        if not row.value:
            _refuse_value(row, attached)
            _add(given, row, True)
        else:
            value = _value(row, words) if attached is None else attached
            _add(given, row, _not_empty(row, value))
            before = value
    return given


def _recognised(word: Word, before: str) -> tuple[OptionRow, str | None]:
    """The option that a word names, and the value attached to it (`--aspect=16:9`, `-a16:9`), if any."""
    text = word.text
    if word.quoted or not text.startswith(("-", *_DASHES)) or not text.strip("-"):
        raise _positional(text, before)
    if text.startswith("--"):
        name, equals, value = text.partition("=")
        if row := option(name):
            return row, value if equals else None
    elif (row := option(text[:2])) and not _is_long(text):
        return row, text[2:].removeprefix("=") if len(text) > 2 else None
    raise _unknown(text.partition("=")[0])


def _is_long(text: str) -> bool:
    """Whether `-aspect` is `--aspect` with one dash: otherwise it would read as `-a spect`."""
    return option("-" + text.partition("=")[0]) is not None


def _value(row: OptionRow, words: deque[Word]) -> str:
    """The next word as a value; one that looks like an option is none, negative numbers and quoted words aside."""
    if words and (words[0].quoted or not _looks_like_option(words[0].text)):
        return words.popleft().text
    if row.bare:
        return row.bare
    advice = f"; write `{row.long}={words[0].text}` if that is the value" if words else ""
    choices = f" One of {', '.join(row.choices)}." if row.choices else ""
    raise OptionError(f"`{row.long}` needs a value: `{row.long} {row.value}`{advice}.{choices}")


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
    if not value.strip():
        raise OptionError(f"The value of `{row.long}` is empty.", hint=f"Leave `{row.long}` out, or give it a value.")
    return value


def _positional(text: str, before: str) -> OptionError:
    if subcommand(text):
        return OptionError(f"`{text}` is a subcommand.", hint=f"Those take one percent sign: `%imagine {text}`.")
    if before.endswith("\\"):
        return OptionError(
            f"`{excerpt(text)}` stands alone on the option line.",
            hint=f'A name with blanks goes between double quotes: `"{before[:-1]} {text}"`.',
        )
    return OptionError(
        f"`{excerpt(text)}` is no option, and the option line holds options only.",
        hint="Put the prompt below the line. A value with blanks goes between double quotes.",
    )


def _unknown(name: str) -> OptionError:
    meant = _meant(name)
    if name[0] in _DASHES:
        return OptionError(f"`{name}` begins with a typographic dash.", hint=f"Write `{meant}`." if meant else "")
    hint = f"Did you mean `{meant}`?" if meant else "`%imagine help` lists them all."
    return OptionError(f"`{excerpt(name)}` is not an option.", hint=hint)


def _meant(name: str) -> str | None:
    """The option that was probably meant, as it is written."""
    bare = name.strip("-" + _DASHES).lower().replace("_", "-")
    if bare in ("h", "help"):
        return "%imagine help"
    if len(bare) == 1:
        return f"-{bare}" if option(f"-{bare}") else None
    longs = [row.long for row in OPTIONS]
    begun = [long for long in longs if long.startswith(f"--{bare}")]
    close = difflib.get_close_matches(f"--{bare}", longs, n=1, cutoff=0.6)
    if close or len(begun) == 1:
        return begun[0] if len(begun) == 1 else close[0]
    # "-a16:9" with a pasted dash: the letter is known, and the rest is its value.
    return name.replace(name[0], "-", 1) if name[0] in _DASHES and option(f"-{bare[:1]}") else None
