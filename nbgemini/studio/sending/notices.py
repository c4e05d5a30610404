"""Lines that go along with an answer: what its searches may cost on top, and what the server says of its model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from nbgemini.core.exchange import Exchange
from nbgemini.core.models import Catalogue, ModelCard, Retired
from nbgemini.core.phrases import shortened
from nbgemini.core.pricing import ON_THE_EMULATOR, dollars, grounding_cost, queries
from nbgemini.core.redact import redact
from nbgemini.core.skeleton import Json

__all__ = ["Notices", "announced", "of_model", "of_retired", "of_searches", "of_status", "take_back_foretold"]

_LEAVING = {
    "LEGACY": "a legacy model",
    "DEPRECATED": "deprecated",
    "RETIRED": "retired",
    "UNSTABLE_EXPERIMENTAL": "experimental and may end at any time",
    "EXPERIMENTAL": "experimental and may end at any time",
}
_KNOWN = ("deprecated", "past-shutdown-date")
_LASTING = ("", "STABLE", "PREVIEW", "MODEL_STAGE_UNSPECIFIED")
_QUOTED = 200  # characters of the server's own text


def of_searches(card: ModelCard, exchange: Exchange) -> Iterator[str]:
    """`2 search queries: up to $0.028 on top, once the 5,000 free ones of a month are used up.`"""
    count = queries(exchange.answer.grounding)
    if not count:
        return
    said = f"{count} search quer{'y' if count == 1 else 'ies'}"
    price = grounding_cost(card, count)
    if price is None:
        yield f"{said}, at a price that is not in the catalogue."
        return
    free = f", once the {card.free_queries:,} free ones of a month are used up" if card.free_queries else ""
    would = f"{ON_THE_EMULATOR}; with Google " if exchange.backend == "emulator" else ""
    yield f"{said}: {would}up to {dollars(price)} on top{free}."


def of_status(card: ModelCard, exchange: Exchange) -> Iterator[str]:
    """What `modelStatus` says of a model that is on its way out, unless the catalogue says as much of it (`of_model`).

    Its texts are the server's: cut and kept plain.
    """
    status = exchange.answer.model_status
    stage, until, message = (_word(status, name) for name in ("modelStage", "retirementTime", "message"))
    if not until and (stage in _LASTING or card.status in _KNOWN):
        return
    what = _LEAVING.get(stage, f"of the stage {stage}" if stage else "leaving")
    day = f"; it is retired on {until[:10]}" if until else ""
    yield f"Google says that `{exchange.model}` is {what}{day}." + (f" “{message}”" if message else "")


def _word(status: Mapping[str, Json], name: str) -> str:
    value = status.get(name)
    return shortened(redact(" ".join(value[: 4 * _QUOTED].split())), _QUOTED) if isinstance(value, str) else ""


def of_model(catalogue: Catalogue, card: ModelCard, first: Callable[[str], bool]) -> tuple[str, ...]:
    """What is to be said about a model before it is asked; that a working one is on its way out is said once."""
    said = announced(catalogue, card)
    leaving = card.known and card.status != "retired"
    return (said,) if said and (not leaving or first(said)) else ()


def of_retired(gone: Retired) -> Foretold:
    """What is said of a model that is gone, before it is asked all the same."""
    day = f" on {gone.shutdown}" if gone.shutdown else ""
    return Foretold(f"`{gone.id}` was announced to shut down{day}; its successor is `{gone.successor}`.")


def announced(catalogue: Catalogue, card: ModelCard) -> str:
    """What the catalogue knows about the end of a model, or that it does not know the model; else empty."""
    gone = catalogue.retirement(card.id)
    if gone is not None:
        return of_retired(gone)
    instead = f"; use `{card.successor}` instead" if card.successor else ""
    if card.status == "past-shutdown-date" and card.shutdown:
        return f"`{card.id}` was announced to shut down on {card.shutdown}, and may stop answering{instead}."
    if card.status == "deprecated":
        day = f" since {card.deprecated}" if card.deprecated else ""
        return f"`{card.id}` is deprecated{day}{instead}."
    hint = "" if card.known else catalogue.hint(card.id)
    return f"`{card.id}` is not in the catalogue. {hint}" if hint else ""


class Foretold(str):
    """A line that holds until what it speaks of has happened: another takes its place then."""

    __slots__ = ()


def take_back_foretold(lines: list[str]) -> None:
    """It has happened. Other threads may add lines meanwhile."""
    for line in [line for line in lines if isinstance(line, Foretold)]:
        with suppress(ValueError):  # another one was quicker
            lines.remove(line)


class Notices:
    """Remarks that a kernel makes once: what was said, and what waits for the output of whichever cell comes next."""

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._waiting: list[str] = []

    def first(self, line: str) -> bool:
        """Whether this kernel has not asked about this line before: what is to be said once."""
        if line in self._said:
            return False
        self._said.add(line)
        return True

    def once(self, line: str) -> None:
        """Say a line with the next output, and never again."""
        if self.first(line):
            self.add(line)

    def add(self, line: str) -> None:
        """Say a line with the next output."""
        if line not in self._waiting:
            self._waiting.append(line)

    def taken(self) -> tuple[str, ...]:
        """What waits to be said; it waits no longer."""
        lines, self._waiting = tuple(self._waiting), []
        return lines
