"""What a request weighs on the wire, and of what: a turn of Gemini 3 has more of signatures than of picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nbgemini._dataclass import dataclass
from nbgemini.core.content import Turn
from nbgemini.core.exchange import Exchange

__all__ = ["HEAVY", "Weights", "fitting_reach", "weights_of"]

HEAVY = 20_000_000  # bytes from which on a request's size is said
_SMALL_PARTS = 2_000  # bytes of a turn that are neither picture nor signature, about


@dataclass(frozen=True, slots=True)
class Weights:
    """Bytes on the wire of the pictures and of the other long strings, signatures as a rule, in some turns."""

    pictures: int = 0
    signatures: int = 0

    def told(self) -> str:
        """`10.2 MB pictures, 31.6 MB signatures`."""
        parts = [(self.pictures, "pictures"), (self.signatures, "signatures")]
        return ", ".join(f"{size / 1e6:.1f} MB {what}" for size, what in parts if size >= 50_000)


def weights_of(turns: Iterable[Turn]) -> Weights:
    """What turns weigh as they are sent; model turns go back without their thoughts."""
    pictures = signatures = 0
    for turn in turns:
        for leaf in (turn.replayed if turn.role == "model" else turn).leaves:
            if leaf.content in turn.pictures:
                pictures += leaf.length
            else:
                signatures += leaf.length
    return Weights(pictures, signatures)


def fitting_reach(path: Sequence[Exchange], size: int, most: int) -> int:
    """How many exchanges at the end of a branch could be sent in a request that has `size` bytes with all of them."""
    loads = []
    for exchange in path:
        one = weights_of([exchange.user, *([exchange.turn] if exchange.turn else [])])
        loads.append(one.pictures + one.signatures + _SMALL_PARTS)
    left, reach = most - (size - sum(loads)), 0
    for load in reversed(loads):
        left -= load
        if left < 0:
            break
        reach += 1
    return reach
