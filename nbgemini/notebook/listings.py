"""What there is: stored conversations, models, and answers that no conversation holds."""

from __future__ import annotations

from collections.abc import Sequence

from nbgemini.core.exchange import Exchange
from nbgemini.core.models import Catalogue, ModelCard
from nbgemini.core.pricing import dollars
from nbgemini.notebook.bundles import Bundle, line_bundle
from nbgemini.notebook.tables import table_bundle
from nbgemini.notebook.texts import moment, one_line
from nbgemini.store.album import Stored

__all__ = ["listing", "models_table", "orphans_view"]

_PROMPT = 60  # characters
_SIZES = ("512", "1K", "2K", "4K")
_STATUS = {"past-shutdown-date": "past its end date"}


def listing(stored: Sequence[Stored], current: str | None = None) -> Bundle:
    """The stored conversations, the latest last; `current` is the key of the one that a cell goes on with."""
    if not stored:
        return line_bundle("No conversation is stored here yet. The first `%%imagine` cell begins one.")
    rows = [(one.name, str(one.turns), one_line(one.prompt, _PROMPT), moment(one.updated)) for one in stored]
    mark = next((at for at, one in enumerate(stored) if one.key == current), None)
    return table_bundle(
        f"{len(stored)} stored conversation{'' if len(stored) == 1 else 's'}",
        ("name", "turns", "last prompt", "changed (UTC)"),
        rows,
        note="Go on with one: `%imagine use NAME`.",
        mark=mark,
    )


def models_table(catalogue: Catalogue) -> Bundle:
    """The models, what they take, and what a picture of each size costs."""
    return table_bundle(
        "Models for pictures",
        ("model", "also", *_SIZES, "ratios", "refs", "thinking"),
        [_model(card) for card in catalogue.cards],
        note=(
            f"A picture's price by size, without the input: standard tier, as of {catalogue.as_of}, from Google's"
            " documentation and price list. Any other id is sent as typed.\n"
            f"{_ratios(catalogue)}{_leaving(catalogue)}"
        ),
    )


def _ratios(catalogue: Catalogue) -> str:
    """Which ratios "10" and "14" are, a line each."""
    kinds = sorted({card.aspects for card in catalogue.cards if card.aspects}, key=len)
    return "\n".join(f"{len(kind)} ratios: {' '.join(kind)}" for kind in kinds)


def _model(card: ModelCard) -> tuple[str, ...]:
    return (
        card.id,
        ", ".join(card.aliases),
        *(_price(card, size) for size in _SIZES),
        "any" if card.aspects is None else str(len(card.aspects)),
        "any" if card.max_refs is None else f"≤ {card.max_refs}",
        _thinking(card),
    )


def _leaving(catalogue: Catalogue) -> str:
    """The models on their way out and what to use in their place, a line each: a column of them would be empty."""
    leaving = [card for card in catalogue.cards if card.status != "ga"]
    return "".join(f"\n`{card.id}` is {_STATUS.get(card.status, card.status)}{_instead(card)}." for card in leaving)


def _instead(card: ModelCard) -> str:
    return f": use `{card.successor}` instead" if card.successor else ""


def _price(card: ModelCard, size: str) -> str:
    # A model that takes no `--size` draws at 1K.
    if size == "1K" and "default" in card.image_price:
        return f"{dollars(card.image_price['default'])}, without -s"
    return dollars(card.image_price[size]) if size in card.image_price else ""


def _thinking(card: ModelCard) -> str:
    if not card.thinks:
        return "no"
    return ", ".join(card.thinking_levels) if card.thinking_levels else "always"


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
