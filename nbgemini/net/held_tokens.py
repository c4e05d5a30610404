"""The tokens that this process holds, which no setting names: whatever their shape, no text may show them."""

from __future__ import annotations

import weakref
from typing import Protocol

from nbgemini.core.redact import Secret

__all__ = ["Held", "Holder", "tokens_held", "watch"]


class Holder(Protocol):
    """Something that fetches tokens."""

    @property
    def held(self) -> Secret | None:
        """The token of this moment."""


class Held:
    """Holds one secret, as long as it lives itself."""

    def __init__(self, secret: Secret) -> None:
        self.held: Secret | None = secret
        watch(self)


_holders: tuple[weakref.ref[Holder], ...] = ()  # replaced as a whole, so that any thread may look


def watch(holder: Holder) -> None:
    """Let `tokens_held` ask this one, as long as it lives."""
    global _holders
    _holders = (*(one for one in _holders if one() is not None), weakref.ref(holder))


def tokens_held() -> tuple[str, ...]:
    """What those that are watched hold at this moment."""
    tokens = (holder.held for one in _holders if (holder := one()) is not None)
    return tuple(token.reveal() for token in tokens if token is not None)
