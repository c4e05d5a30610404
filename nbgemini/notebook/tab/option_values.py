"""The values of options and the arguments of subcommands, most likely ones first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias, get_args

from nbgemini.core.grid.pattern import plain_names
from nbgemini.core.option_table import OPTIONS, OptionRow
from nbgemini.core.safety import SafetyCategory, SafetyThreshold
from nbgemini.errors import NbgeminiError
from nbgemini.notebook.line.grammar import SUBCOMMANDS, SubcommandRow
from nbgemini.notebook.tab import path_names as paths
from nbgemini.notebook.tab.facts import Facts, Names

__all__ = ["Candidate", "argument_of", "sweep_names", "value_of"]

_ARCHIVES = (".nbgemini", ".zip")
_TURNS = 50  # turn numbers that are offered: the latest


class Candidate(NamedTuple):
    """A text that may be inserted, with the word that front ends show beside it (`keyword`, `instance`, `path`, …)."""

    text: str
    kind: str


_Provider: TypeAlias = Callable[[str, Facts, Names], Iterable[Candidate]]


def value_of(row: OptionRow, typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    """What may stand after an option, where `typed` stands."""
    if row.offers is None:
        return _begun(row.choices, typed)
    if row.offers in _OF_MODEL:
        return _begun(_of_model(row.offers, facts, row.choices), typed)
    return _VALUES[row.offers](typed, facts, names)


def argument_of(row: SubcommandRow, typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    """What may stand after a subcommand, where `typed` stands."""
    provider = _ARGUMENTS.get(row.name)
    return provider(typed, facts, names) if provider else ()


def _begun(texts: Iterable[str], typed: str, kind: str = "value") -> list[Candidate]:
    """Those that begin as typed, each once, in their order; capitals do not matter."""
    return [Candidate(text, kind) for text in dict.fromkeys(texts) if text.lower().startswith(typed.lower())]


def _models(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    cards = facts.catalogue.cards
    aliases = (alias for card in cards for alias in card.aliases)
    return _begun([*(card.id for card in cards), *aliases], typed, "model")


def _of_model(field: str, facts: Facts, fallback: Iterable[str]) -> Iterable[str]:
    """The values that the model in use takes; those of the table for a model that nobody knows."""
    try:
        known: Iterable[str] | None = getattr(facts.card, field)
    except NbgeminiError:  # no such model, or settings that cannot be used: running the cell will say so
        known = None
    return fallback if known is None else known


def _thresholds(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    """`harassment=` first, then its thresholds."""
    category, equals, _ = typed.partition("=")
    if equals:
        return _begun((f"{category}={threshold}" for threshold in get_args(SafetyThreshold)), typed)
    return _begun((f"{category}=" for category in get_args(SafetyCategory)), typed)


def _references(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    from nbgemini.notebook.tab import namespace

    variables = namespace.pictures(names, typed)
    return [
        *(Candidate(name, "instance") for name in variables),
        *_turns(typed, facts),
        *_begun(["@clipboard"], typed),
        *_shots(typed, facts),
        *(Candidate(path, "path") for path in paths.pictures(typed)),
    ]


def _origins(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    from nbgemini.notebook.tab import namespace

    variables = namespace.results(names, typed)
    return [*(Candidate(name, "instance") for name in variables), *_turns(typed, facts), *_shots(typed, facts)]


def _turns(typed: str, facts: Facts) -> list[Candidate]:
    if not "@last".startswith(typed[:1]):
        return []
    numbers = facts.turns[:_TURNS]
    return _begun([*(["@last"] if numbers else []), *(f"@{number}" for number in numbers)], typed, "turn")


def _shots(typed: str, facts: Facts) -> list[Candidate]:
    """`tuesday/` first, then its shots."""
    name, slash, _ = typed.partition("/")
    if not slash:
        return _begun((f"{sweep}/" for sweep in facts.sweeps()), typed, "sweep") if typed else []
    return _begun((f"{name}/{number}" for number in facts.shots(name)[:_TURNS]), typed, "shot")


def _variables(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    from nbgemini.notebook.tab import namespace

    return [Candidate(name, "instance") for name in namespace.results(names, typed)]


def _conversations(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    return _begun([*facts.opened(), *facts.stored()], typed, "conversation")


def _axes(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    """`style=` for a place in the body, `aspect=` for an option; then its values, each after a comma."""
    name, equals, values = typed.partition("=")
    if not equals:
        given = {axis for axis, _ in facts.axes}
        places = [f"{place}=" for place in plain_names(facts.body) if place not in given]
        own = [f"{row.long.removeprefix('--')}=" for row in OPTIONS.values() if row.axis and row.name not in given]
        return [*_begun(places, typed, "place"), *_begun([*own, "prompt="], typed, "axis")]
    row = OPTIONS.get("from_" if name == "from" else name.replace("-", "_"))
    if row is None or not row.axis:
        return []
    done, _, begun = values.rpartition(",")
    lead = f"{name}={done}," if done else f"{name}="
    found = [one for one in value_of(row, begun, facts, names) if one.text not in done.split(",")]
    return [Candidate(lead + one.text, one.kind) for one in found]


def _pairs(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    """The axes of the line, one after the other."""
    done, comma, begun = typed.rpartition(",")
    left = [axis for axis, _ in facts.axes if axis not in done.split(",")]
    return [Candidate(f"{done}{comma}{one.text}", "axis") for one in _begun(left, begun)]


def _skips(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    """`style=` for an axis of the line, then one of its values."""
    done, comma, begun = typed.rpartition(",")
    axis, equals, _ = begun.partition("=")
    if equals:
        values = [f"{axis}={one}" for name, listed in facts.axes if name == axis for one in listed]
    else:
        values = [f"{name}=" for name, _ in facts.axes]
    return [Candidate(f"{done}{comma}{one.text}", "value") for one in _begun(values, begun)]


def _folders(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    return [Candidate(path, "path") for path in paths.names(typed)]


def _archives(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    found = paths.names(typed, lambda name: name.lower().endswith(_ARCHIVES))
    return [Candidate(path, "path") for path in found]


def _new_files(*suffixes: str) -> _Provider:
    """A file called after the conversation, and the folders that it may go to."""

    def provide(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
        name = facts.conversation.name if facts.conversation else "main"
        plain = name if name.replace("-", "").replace("_", "").replace(".", "").isalnum() else "conversation"
        return [*_begun((plain + suffix for suffix in suffixes), typed, "path"), *_folders(typed, facts, names)]

    return provide


def _turn_numbers(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    return _begun(map(str, facts.turns[:_TURNS]), typed, "turn")


def _picks(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    numbers = map(str, range(1, facts.variants + 1))
    turns = _turns(typed, facts) if typed else []
    return [*_begun(numbers, typed, "turn"), *turns, *_of_sweeps(typed, facts)]


def _of_sweeps(typed: str, facts: Facts) -> list[Candidate]:
    """As `_shots`, sweeps being likely here."""
    return _shots(typed, facts) if typed else _begun((f"{name}/" for name in facts.sweeps()), typed, "sweep")


def _shown(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    return [*_turn_numbers(typed, facts, names), *_of_sweeps(typed, facts)]


def sweep_names(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    """The sweeps of the store, the newest first."""
    return _begun(facts.sweeps(), typed, "sweep")


def _budgets(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    return _begun(["off"], typed)


def _orphans(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    return _begun(facts.orphans(), typed, "late answer")


def _topics(typed: str, facts: Facts, names: Names) -> Iterable[Candidate]:
    from nbgemini.notebook.help.pages import topic_names

    options = (row.long.removeprefix("--") for row in OPTIONS.values())
    return _begun([*topic_names(), *(row.name for row in SUBCOMMANDS), *options], typed, "topic")


# Fields of a model's card.
_OF_MODEL = ("aspects", "sizes", "thinking_levels", "searches")
_VALUES: dict[str, _Provider] = {
    "models": _models,
    "thresholds": _thresholds,
    "pictures": _references,
    "turns": _origins,
    "conversations": _conversations,
    "variables": _variables,
    "folders": _folders,
    "axes": _axes,
    "pairs": _pairs,
    "skips": _skips,
    "sweeps": sweep_names,
}
_ARGUMENTS: dict[str, _Provider] = {
    "show": _shown,
    "star": _picks,
    "note": _picks,
    "tag": _picks,
    "resume": sweep_names,
    "sweeps": lambda typed, facts, names: _begun(["--cancel"], typed, "keyword"),
    "use": _conversations,
    "recover": _orphans,
    "help": _topics,
    "budget": _budgets,
    "load": _archives,
    "pick": _picks,
    "save": _new_files(".nbgemini"),
    "export": _new_files(".html", ".md", ".ipynb"),
    "gallery": _new_files(".html"),
}
