"""The models: what they take, what a picture costs, and which of them the server lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nbgemini.core.models import Catalogue, ModelCard
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import dollars
from nbgemini.notebook.show.bundles import Bundle, line_bundle
from nbgemini.notebook.show.folded import folded
from nbgemini.notebook.show.markup import NOTHING
from nbgemini.notebook.show.tables import table_bundle
from nbgemini.notebook.show.texts import one_line
from nbgemini.studio.surroundings.model_lists import Live

__all__ = ["models_view"]

_SIZES = ("512", "1K", "2K", "4K")
_MOST = 12  # ids in one line


def models_view(catalogue: Catalogue, live: Live, current: str = "") -> Iterable[Bundle]:
    """A table with the model in use marked, and lines on what it leaves out."""
    title, cards = "Models for pictures", catalogue.cards
    mark = next((at for at, card in enumerate(cards) if card.id == current), None)
    head = ("model", "also", *_SIZES, "ratios", "refs", "thinking", "search")
    text = table_bundle(title, head, [_columns(card) for card in cards], mark=mark).text
    shown = table_bundle(
        title, ("model", "a picture costs", "takes"), [_model(card) for card in cards], mark=mark, narrow=True
    )
    yield Bundle(text, shown.html)  # a page may be narrow; a console scrolls
    yield line_bundle(*_prices(catalogue), *_ratios(catalogue), *_leaving(catalogue), *_compared(catalogue, live))
    yield from _gone(catalogue)


def _prices(catalogue: Catalogue) -> Iterator[str]:
    yield (
        f"The price of a picture by size, without the input: standard tier, as of {catalogue.as_of}, from Google's"
        f" documentation and price list{_tiers(catalogue)}. Any other id is sent as typed."
    )
    if catalogue.override:
        yield f"With changes from your own file: {one_line(catalogue.override, 400)}."
    free = {card.free_queries for card in catalogue.cards if card.query_price is not None}
    prices = {card.query_price for card in catalogue.cards if card.query_price is not None}
    for price in sorted(prices):
        month = f", once the {max(free):,} free ones of a month are used up" if max(free) else ""
        yield f"Searches: {dollars(price)} per 1,000 queries{month}."


def _tiers(catalogue: Catalogue) -> str:
    """What the other service tiers cost, where that is the same for all models."""
    kinds = {tuple(card.tiers.items()) for card in catalogue.cards if card.input_price is not None}
    others = [f"{name} × {permille / 1000:g}" for name, permille in (*kinds, ())[0] if name != "standard"]
    return f" ({', '.join(others)})" if others and len(kinds) == 1 else ""


def _ratios(catalogue: Catalogue) -> Iterator[str]:
    """Which ratios "10" and "14" are, a line each."""
    kinds = sorted({card.aspects for card in catalogue.cards if card.aspects}, key=len)
    yield from (f"{len(kind)} ratios: {' '.join(kind)}" for kind in kinds)
    if single := [card.id for card in catalogue.cards if card.sizes == ()]:
        yield f"One size only, so leave `-s` out: {_few(single)}."


def _model(card: ModelCard) -> tuple[str, ...]:
    """Three cells, which fit a narrow page: short facts wrap, and an id does not."""
    state = "" if card.status in ("", "ga") else "past its end date" if "past" in card.status else card.status
    names = ", ".join(card.aliases)
    facts = [
        "any ratio" if card.aspects is None else f"{len(card.aspects)} ratios",
        "any references" if card.max_refs is None else f"{card.max_refs} references",
        f"thinking: {_thinking(card)}",
        f"search: {_search(card)}",
    ]
    return (
        "\n".join(filter(None, [card.id, names, one_line(state, 60)])),
        " · ".join(f"{size} {price}" for size in _SIZES if (price := _price(card, size))),
        " · ".join(facts),
    )


def _columns(card: ModelCard) -> tuple[str, ...]:
    return (
        card.id,
        ", ".join(card.aliases),
        *(_price(card, size) for size in _SIZES),
        "any" if card.aspects is None else str(len(card.aspects)),
        "any" if card.max_refs is None else str(card.max_refs),
        _thinking(card),
        _search(card),
    )


def _price(card: ModelCard, size: str) -> str:
    # A model that takes no `--size` draws at 1K.
    if size == "1K" and "default" in card.image_price:
        return dollars(card.image_price["default"])
    return dollars(card.image_price[size]) if size in card.image_price else ""


def _thinking(card: ModelCard) -> str:
    if not card.thinks:
        return "no"
    return " ".join(card.thinking_levels) if card.thinking_levels else "always"


def _search(card: ModelCard) -> str:
    if card.searches is None:
        return "any"
    return " ".join(where for where in card.searches if where != "both") or "no"


def _leaving(catalogue: Catalogue) -> Iterator[str]:
    """The models on their way out and what to use in their place, a line each: a column of them would be empty."""
    for card in catalogue.cards:
        instead = f": use `{card.successor}` instead" if card.successor else ""
        if card.status == "past-shutdown-date":
            yield f"`{card.id}` is past its end date{f' ({card.shutdown})' if card.shutdown else ''}{instead}."
        elif card.status == "deprecated":
            yield f"`{card.id}` is deprecated{f' since {card.deprecated}' if card.deprecated else ''}{instead}."
        elif card.status not in ("", "ga"):
            yield f"`{card.id}` is {one_line(card.status, 60)}{instead}."


def _gone(catalogue: Catalogue) -> Iterator[Bundle]:
    """What was shut down, with the day and what took its place, folded away."""
    named = [f"`{row.id}` ({row.shutdown or 'day unknown'}) → `{row.successor}`" for row in catalogue.retired]
    if named:
        lines = line_bundle(*named)
        head = f"shut down: {counted(len(named), 'model')}"
        yield Bundle(f"{head}\n{lines.text}", folded(head, lines.html or NOTHING))


def _compared(catalogue: Catalogue, live: Live) -> Iterator[str]:
    """What the server's list says beyond the catalogue, or why there is none."""
    if live.ids is None:
        yield f"Only the catalogue, without the server's own list: {one_line(live.why, 240)}."
        return
    missing = [card.id for card in catalogue.cards if card.id not in live.ids]
    back = [row.id for row in catalogue.retired if row.id in live.ids]
    count = len(live.ids)
    yield f"The server lists {counted(count, 'model')} for content; it does not say which of them draw."
    if missing:
        yield f"Not on its list, so a request may fail: {_few(missing)}."
    else:
        yield "All models of the catalogue are on its list."
    if back:
        yield f"Announced as shut down, but still on its list: {_few(back)}."
    if unknown := live.unknown(catalogue):
        yield f"On its list, named like a picture model, but not in the catalogue: {_few(unknown)}."


def _few(ids: Iterable[str]) -> str:
    """Names in a row, at most a dozen."""
    shown = [f"`{one_line(one, 80)}`" for one in ids]
    more = f" and {len(shown) - _MOST} more" if len(shown) > _MOST else ""
    return ", ".join(shown[:_MOST]) + more
