"""An option line that is still being typed: the words before the cursor, and the one that it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from nbgemini._dataclass import dataclass, field
from nbgemini.core.option_table import OptionRow, option
from nbgemini.notebook.line.splitting import Word

__all__ = ["Half", "Slot", "half", "slot"]

_NUMBER = re.compile(r"-\.?\d")


@dataclass(frozen=True, slots=True)
class Half:
    """A line up to the cursor: its whole words, and the text of the last one so far.

    `raw` is the last word as it is typed; `quote` its quotation mark that is still open, and `lead` what stands before
    that mark.
    """

    words: tuple[Word, ...]
    text: str = ""
    raw: str = ""
    quote: str = ""
    lead: str = ""
    quoted: bool = False


def half(line: str) -> Half:
    """Split as `splitting.split` does, quotation marks that are not closed yet included."""
    words: list[Word] = []
    start: int | None = None
    text = quote = lead = ""
    quoted, at = False, 0
    while at < len(line):
        sign = line[at]
        escaped = quote == '"' and line.startswith('\\"', at)
        if start is None and not sign.isspace():
            start, text, quoted = at, "", sign in "\"'"
        if escaped:
            text += '"'
        elif quote:
            text, quote = (text, "") if sign == quote else (text + sign, quote)
        elif sign.isspace():
            words += [Word(text, quoted)] if start is not None else []
            start = None
        elif sign in "\"'":
            quote, lead = sign, line[start:at]
        else:
            text += sign
        at += 2 if escaped else 1
    if start is None:
        return Half(tuple(words))
    return Half(tuple(words), text, line[start:], quote, lead if quote else "", quoted)


@dataclass(frozen=True, slots=True)
class Slot:
    """What may stand at the cursor: a value of `row`, an option, or either; `typed` is what there is of it.

    `fragment` is that text as it stands in the line, and `given` the options of the whole line with their values.
    """

    row: OptionRow | None
    options: bool
    typed: str
    fragment: str
    quote: str
    given: Mapping[str, str] = field(default_factory=dict)


def slot(before: str, after: str) -> Slot | None:
    """What is asked for at the cursor; None where nothing can be said."""
    line = half(before)
    rest = half(after)
    pending, given = _scan(line.words)
    _, later = _scan((*rest.words, Word(rest.text, rest.quoted)))
    given = {**later, **given}
    bare = not line.quoted and line.text.startswith("-") and not line.quote
    if pending is not None and not (bare and _looks_like_option(line.text)):
        fragment = _fragment(line, "")
        options = pending.value.startswith("[") and not line.quoted
        return None if fragment is None else Slot(pending, options, line.text, fragment, line.quote, given)
    row, lead = _attached(line.text)
    if row is not None and row.value and not line.quoted:
        fragment = _fragment(line, lead)
        typed = line.text[len(lead) :]
        return None if fragment is None else Slot(row, False, typed, fragment, line.quote, given)
    if line.quoted or line.quote:
        return None
    return Slot(None, True, line.text, line.raw, "", given)


def _fragment(line: Half, lead: str) -> str | None:
    """The value as it stands in the line, without an opening quotation mark; None when it has others inside."""
    if line.quote:
        return line.raw[len(line.lead) + 1 :] if line.lead == lead else None
    return line.raw[len(lead) :] if line.raw == line.text else None


def _scan(words: Iterable[Word]) -> tuple[OptionRow | None, dict[str, str]]:
    """The option that still waits for its value, and all options with the values they have so far."""
    given: dict[str, str] = {}
    pending: OptionRow | None = None
    for word in words:
        if pending is not None and (word.quoted or not _looks_like_option(word.text)):
            given[pending.long], pending = word.text, None
            continue
        pending = None
        for row, value in _options(word):
            given[row.long] = value or ""
            pending = row if row.value and value is None else None
    return pending, given


def _options(word: Word) -> Iterator[tuple[OptionRow, str | None]]:
    if word.quoted:
        return
    if row := option(word.text):
        yield row, None
    else:
        row, lead = _attached(word.text)
        if row is not None:
            yield row, word.text[len(lead) :]


def _attached(text: str) -> tuple[OptionRow | None, str]:
    """The option that a word gives together with its value, and all that stands before the value: `--size=`, `-s`."""
    name, equals, _ = text.partition("=")
    if text.startswith("--"):
        return (option(name), f"{name}=") if equals else (None, "")
    row = option(text[:2]) if len(text) > 2 else None
    if row is None or option("-" + name):
        return None, ""
    return row, text[:3] if text[2] == "=" else text[:2]


def _looks_like_option(text: str) -> bool:
    return len(text) > 1 and text.startswith("-") and not _NUMBER.match(text)
