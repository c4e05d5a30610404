"""What the display needs to know about a result, so that it depends on no more than that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from nbgemini.core.exchange import Exchange
from nbgemini.core.pictures import Picture
from nbgemini.notebook.texts import one_line

__all__ = ["Read", "Shown", "alt_of"]

# The original bytes of a picture. Raises OSError or StoreError.
Read = Callable[[Picture], bytes]


class Shown(Protocol):
    """A result as the display sees it: an exchange, its place in a conversation, and the way to its files.

    `seconds` is the time from sending to the last byte. `variants` are all results of one cell in order, itself
    included.
    """

    @property
    def exchange(self) -> Exchange: ...
    @property
    def turn(self) -> int: ...
    @property
    def conversation_name(self) -> str: ...
    @property
    def notices(self) -> tuple[str, ...]: ...
    @property
    def variants(self) -> Sequence[Shown]: ...
    @property
    def seconds(self) -> float: ...

    def bytes_of(self, picture: Picture, /) -> bytes:
        """The original bytes. Raises OSError or StoreError."""

    def path_of(self, picture: Picture, /) -> Path:
        """Where the original lies."""


def alt_of(exchange: Exchange) -> str:
    """The alternative text of an exchange's picture, fit to be shown."""
    return one_line(exchange.alt_text, 1000) or "picture without a prompt"
