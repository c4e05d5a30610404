"""A request that failed: what was asked, and why nothing came of it."""

from __future__ import annotations

from nbgemini.core.exchange import Exchange
from nbgemini.notebook.show.bundles import Bundle
from nbgemini.notebook.show.tables import pairs_bundle
from nbgemini.notebook.show.texts import moment

__all__ = ["failed_view"]


def failed_view(exchange: Exchange) -> Bundle:
    """Its prompt, its error and its options, as a table."""
    options = ", ".join(f"{name} {value}" for name, value in exchange.options.described().items())
    pairs = [
        ("failed", exchange.reason),
        ("prompt", exchange.prompt),
        ("model", exchange.model),
        ("options", options),
        ("asked", f"{moment(exchange.created)} UTC" if exchange.created else ""),
        ("id", exchange.id),
    ]
    return pairs_bundle([pair for pair in pairs if pair[1]], "")
