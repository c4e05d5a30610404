"""What there is: stored conversations, and answers that no conversation holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from nbgemini.core.exchange import Exchange
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import dollars
from nbgemini.notebook.show.bundles import Bundle, line_bundle
from nbgemini.notebook.show.tables import table_bundle
from nbgemini.notebook.show.texts import moment, one_line
from nbgemini.store.album import Stored
from nbgemini.studio.conversations.orphans import Kind, Recoverable

__all__ = ["listing", "recover_view"]

_PROMPT = 60  # characters
_NAME = 40


def listing(
    stored: Sequence[Stored], current: str | None = None, notebooks: Mapping[str, str] = MappingProxyType({})
) -> Bundle:
    """The stored conversations, the latest last; `current` is the key of the one that a cell goes on with.

    `notebooks` are the files that asked, by the ids of turns, where that is known.
    """
    if not stored:
        return line_bundle("No conversation is stored here yet. The first `%%imagine` cell starts one.")
    rows = [
        (
            one.name,
            str(one.turns),
            one_line(one.prompt, _PROMPT),
            one_line(one.drawn_by, _NAME),
            one_line(notebooks.get(one.head or "", ""), _NAME),
            moment(one.updated),
        )
        for one in stored
    ]
    mark = next((at for at, one in enumerate(stored) if one.key == current), None)
    return table_bundle(
        counted(len(stored), "stored conversation"),
        ("name", "turns", "last prompt", "model", "notebook", "changed (UTC)"),
        rows,
        note="Go on with one: `%imagine use NAME`.",
        mark=mark,
    )


def recover_view(listed: Sequence[Recoverable]) -> Bundle:
    """Answers that may be made a turn, and requests without an answer: what each of them is."""
    if not listed:
        return line_bundle("Nothing to recover: every answer that came is in a conversation.")
    return table_bundle(
        "Answers in no conversation",
        ("id", "prompt", "what it is", "model", "cost", "asked (UTC)"),
        [_recoverable(one.exchange, one.kind) for one in listed],
        note=_what_now({one.kind for one in listed}),
    )


def _what_now(kinds: set[Kind]) -> str:
    lines = []
    if kinds - {"no answer", "under way"}:
        lines.append("`%imagine recover ID` makes one with a picture a turn of the current conversation.")
    if "no answer" in kinds:
        lines.append("One without an answer may have been charged. nbgemini will not resend it: run its cell again.")
    if "under way" in kinds:
        lines.append("One that is under way is listed as a late answer when it arrives.")
    return "\n".join(lines)


def _recoverable(exchange: Exchange, kind: Kind) -> tuple[str, ...]:
    picture = exchange.picture
    state = f"{kind}, {picture.width} × {picture.height}" if picture else kind
    if exchange.reason:
        state += f": {one_line(exchange.reason, 100)}"
    # Nobody knows what a request without an answer cost.
    sum_ = dollars(exchange.cost) if picture else f"perhaps {dollars(exchange.estimate)}"
    cost = "emulator · $0" if exchange.backend == "emulator" else sum_
    return exchange.id, one_line(exchange.prompt, _PROMPT), state, exchange.model, cost, moment(exchange.created)
