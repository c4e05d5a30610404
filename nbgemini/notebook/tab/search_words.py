"""What may stand on the line of `%imagine find` and `%imagine gallery`: options, and the values that the store has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from nbgemini.notebook.line.grammar import FILTERS, SubcommandRow
from nbgemini.notebook.tab.facts import Facts, Names
from nbgemini.notebook.tab.option_values import Candidate, argument_of
from nbgemini.notebook.tab.typed_line import Half
from nbgemini.studio import process

__all__ = ["is_search", "search_words"]

_DAYS = ("today", "yesterday", "7d", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOST_TAGS = 50


def is_search(row: SubcommandRow) -> bool:
    """Whether a subcommand takes the words and options of a search."""
    return "[FILTERS]" in row.words


def search_words(row: SubcommandRow, line: Half, facts: Facts, names: Names) -> list[Candidate]:
    """What fits where the last word stands. `line` begins with the subcommand's name."""
    given = [word.text for word in line.words[1:] if not word.quoted]
    last = line.words[-1]
    if last.text in FILTERS and not last.quoted and len(line.words) > 1:
        return _begun(_VALUES[last.text](facts), line.text, "value")
    option, equals, _ = line.text.partition("=")
    if equals and option in FILTERS and not line.quote:
        return _begun((f"{option}={value}" for value in _VALUES[option](facts)), line.text, "value")
    if row.argument == "FILE" and len(line.words) == 1:
        return list(argument_of(row, line.text, facts, names))
    if line.quote:
        return []
    typed = line.text if line.text.startswith("-") else f"--{line.text}"
    return _begun((one for one in FILTERS if one == "--tag" or one not in given), typed, "keyword")


def _models(facts: Facts) -> list[str]:
    cards = facts.catalogue.cards
    return [*(alias for card in cards for alias in card.aliases), *(card.id for card in cards)]


def _tags() -> list[str]:
    """The tags of all pictures, the most used first."""
    counted = Counter(tag for marks in process.store().opinions.all().values() for tag in marks.tags)
    return [tag for tag, _ in counted.most_common()]


_VALUES: dict[str, Callable[[Facts], Iterable[str]]] = {
    "--since": lambda facts: _DAYS,
    "--until": lambda facts: _DAYS,
    "--stars": lambda facts: "12345",
    "--model": _models,
    "--tag": lambda facts: _tags()[:_MOST_TAGS],
    "--conversation": lambda facts: [*facts.opened(), *facts.stored()],
    "--sweep": lambda facts: [called for called, _ in reversed(process.store().sweeps.called())],
}


def _begun(texts: Iterable[str], typed: str, kind: str) -> list[Candidate]:
    """Those that begin as typed, each once."""
    return [Candidate(text, kind) for text in dict.fromkeys(texts) if text.lower().startswith(typed.lower())]
