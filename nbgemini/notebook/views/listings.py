"""What there is: stored conversations, and answers that no conversation holds."""

from __future__ import annotations

from collections.abc import Sequence

from nbgemini.core.exchange import Exchange
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import dollars
from nbgemini.notebook.show.bundles import Bundle, line_bundle
from nbgemini.notebook.show.tables import table_bundle
from nbgemini.notebook.show.texts import moment, one_line
from nbgemini.store.album import Stored

__all__ = ["listing", "orphans_view"]

_PROMPT = 60  # characters


def listing(stored: Sequence[Stored], current: str | None = None) -> Bundle:
    """The stored conversations, the latest last; `current` is the key of the one that a cell goes on with."""
    if not stored:
        return line_bundle("No conversation is stored here yet. The first `%%imagine` cell begins one.")
    rows = [(one.name, str(one.turns), one_line(one.prompt, _PROMPT), moment(one.updated)) for one in stored]
    mark = next((at for at, one in enumerate(stored) if one.key == current), None)
    return table_bundle(
        counted(len(stored), "stored conversation"),
        ("name", "turns", "last prompt", "changed (UTC)"),
        rows,
        note="Go on with one: `%imagine use NAME`.",
        mark=mark,
    )


def orphans_view(orphans: Sequence[Exchange]) -> Bundle:
    """Answers that may be adopted, and requests that left without an answer that was kept."""
    if not orphans:
        return line_bundle("No orphans: every answer that came is in a conversation.")
    return table_bundle(
        "Answers in no conversation",
        ("id", "prompt", "what it is", "model", "cost", "asked (UTC)"),
        [_orphan(exchange) for exchange in orphans],
        note=_what_now(orphans),
    )


def _what_now(orphans: Sequence[Exchange]) -> str:
    adopt = "Make one with a picture a turn of the current conversation: `%imagine adopt ID`."
    silent = "One without an answer may have been charged; it is never sent again by itself: run its cell again."
    kinds = {exchange.picture is None for exchange in orphans}
    return "\n".join([*([adopt] if False in kinds else []), *([silent] if True in kinds else [])])


def _orphan(exchange: Exchange) -> tuple[str, ...]:
    picture = exchange.picture
    state = f"{picture.width} × {picture.height} picture" if picture else "no answer"
    if exchange.reason:
        state += f": {one_line(exchange.reason, 100)}"
    # Nobody knows what a request without an answer cost.
    sum_ = dollars(exchange.cost) if picture else f"perhaps {dollars(exchange.estimate)}"
    cost = "emulator · $0" if exchange.backend == "emulator" else sum_
    return exchange.id, one_line(exchange.prompt, _PROMPT), state, exchange.model, cost, moment(exchange.created)
