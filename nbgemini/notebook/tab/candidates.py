"""What may stand at the cursor: options and subcommands, and for each what it takes."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable

from nbgemini._dataclass import dataclass
from nbgemini.core.option_table import OPTIONS, OptionRow
from nbgemini.notebook.line.grammar import SUBCOMMANDS, subcommand
from nbgemini.notebook.tab.facts import Facts, Names
from nbgemini.notebook.tab.option_values import Candidate, argument_of, sweep_names, value_of
from nbgemini.notebook.tab.place import Place
from nbgemini.notebook.tab.search_words import is_search, search_words
from nbgemini.notebook.tab.typed_line import Slot, half, slot

__all__ = ["Offer", "offer"]

_TYPED = re.compile(r"\{(?P<name>[^{}\s]{0,300})$")
_BACKSLASH = re.compile(r"\\[\w^_-]*$")
_RAW = re.compile(r"\s--raw(?=\s|$)")
_EXCLUDED = {"--new": "--from", "--from": "--new"}
_NEEDS_QUOTES = re.compile(r"""[\s"'“”„‟«»‘‚‹›]""")


@dataclass(frozen=True, slots=True)
class Offer:
    """What can take the place of `fragment`, the end of the text before the cursor; in the order of likelihood."""

    fragment: str
    candidates: tuple[Candidate, ...] = ()


def offer(place: Place, names: Names) -> Offer | None:
    """What fits at a place: an empty offer where nothing does, None where IPython may say something of its own."""
    if place.kind == "prompt":
        return _in_prompt(place, names)
    return _on_option_line(place, names) if place.kind == "options" else _after_imagine(place, names)


def _in_prompt(place: Place, names: Names) -> Offer | None:
    typed = _begun_name(place.before)
    if typed is None or _RAW.search(place.options):
        # A prompt is prose: no Python names; but `\alpha` still becomes a letter.
        return None if _BACKSLASH.search(place.before) else Offer("")
    return _names(typed, names)


def _names(typed: str, names: Names) -> Offer:
    """What may follow an opening brace."""
    from nbgemini.notebook.tab import namespace

    return Offer(typed, tuple(Candidate(name, "instance") for name in namespace.in_prompt(names, typed)))


def _begun_name(prompt: str) -> str | None:
    """What is typed of a `{name}` at the end of a prompt; None where no name is, or where it would not be replaced."""
    match = _TYPED.search(prompt)
    if match is None:
        return None
    from nbgemini.core.braces import braces

    closed = prompt + ("}" if match["name"] else "x}")
    last = deque(braces(closed), maxlen=1)
    if not last or last[0].end != len(closed) or last[0].latex or last[0].doubled:
        return None
    return match["name"]


def _on_option_line(place: Place, names: Names) -> Offer:
    asked = slot(place.before, place.after)
    if asked is None:
        return Offer("")
    if asked.row is not None and (typed := _begun_name(asked.typed)) is not None and "--raw" not in asked.given:
        return _names(typed, names)
    candidates: list[Candidate] = []
    if asked.row is not None:
        facts = Facts(asked.given, place.options, place.body)
        found = value_of(asked.row, asked.typed, facts, names)
        candidates += found if asked.row.verbatim else _quoted(found, asked.quote, place.after)
    if asked.options:
        candidates += _options(asked)
    return Offer(asked.fragment, tuple(candidates))


def _options(asked: Slot) -> Iterable[Candidate]:
    """The options that are not given yet. `asp` finds `--aspect`; short forms wait for their dash."""
    for row in OPTIONS.values():
        if (row.long in asked.given and not row.many) or _EXCLUDED.get(row.long) in asked.given:
            continue
        yield from (Candidate(text, "keyword") for text in _spellings(row, asked.typed))


def _spellings(row: OptionRow, typed: str) -> Iterable[str]:
    if row.short and typed.startswith("-") and row.short.startswith(typed):
        yield row.short
    if row.long.startswith(typed if typed.startswith("-") else f"--{typed}"):
        yield row.long


def _after_imagine(place: Place, names: Names) -> Offer:
    line = half(place.before)
    if not line.words:
        rows = [row for row in SUBCOMMANDS if row.name.startswith(line.text)]
        return Offer(line.raw, tuple(Candidate(row.name, "keyword") for row in rows))
    row = subcommand(line.words[0].text)
    if row is not None and is_search(row) and not line.lead and (line.quote or not line.quoted):
        found = search_words(row, line, Facts({}), names)
        return Offer(line.raw[1:] if line.quote else line.raw, tuple(_quoted(found, line.quote, place.after)))
    if row is not None and row.words and len(line.words) > 1 and not line.quoted:
        words = {word.text for word in line.words[2:]}
        left = [word for word in row.words if word.startswith(line.text) and word not in words and not word.isupper()]
        here = tuple(Candidate(word, "keyword") for word in left)
        more = sweep_names(line.text, Facts({}), names) if line.words[-1].text == "--cancel" else ()
        return Offer(line.raw, (*here, *more))
    if row is None or len(line.words) > 1 or (line.quoted and not line.quote) or line.lead:
        return Offer("")
    candidates = argument_of(row, line.text, Facts({}), names)
    return Offer(line.raw[1:] if line.quote else line.raw, tuple(_quoted(candidates, line.quote, place.after)))


def _quoted(found: Iterable[Candidate], quote: str, after: str) -> Iterable[Candidate]:
    """As they must be written: a quotation mark that is open is closed, unless that stands there or more may follow."""
    for one in found:
        mark = quote or ('"' if _NEEDS_QUOTES.search(one.text) else "")
        if not mark:
            yield one
        elif mark == '"' or "'" not in one.text:
            inner = one.text.replace('"', '\\"') if mark == '"' else one.text
            closed = one.text.endswith("/") or (quote and after.startswith(quote))
            yield Candidate(f"{'' if quote else mark}{inner}{'' if closed else mark}", one.kind)
