"""What an answer cost, by what it says of itself and what it came by."""

from __future__ import annotations

from nbgemini.core.exchange import Exchange
from nbgemini.core.models import Catalogue
from nbgemini.core.pricing import cost, grounding_cost, queries

__all__ = ["cost_of", "searches_of"]


def cost_of(catalogue: Catalogue, exchange: Exchange) -> int | None:
    """What the answer cost by its usage: drafts are charged, pictures among the thoughts are not.

    A batch's is half the price, whatever tier its answers name.
    """
    turn, options = exchange.answer.turn, exchange.options
    pictures = len(turn.drafts) + 1 if turn and turn.picture else 0
    card, usage = catalogue.find(exchange.model), exchange.answer.usage
    tier = "batch" if exchange.batch else options.asked_tier
    return cost(card, usage, tier=tier, pictures=pictures, size=options.asked_size)


def searches_of(catalogue: Catalogue, exchange: Exchange) -> int | None:
    """The most that the searches of the answer cost, in micro-dollars."""
    return grounding_cost(catalogue.find(exchange.model), queries(exchange.answer.grounding))
