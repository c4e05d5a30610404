"""Chance that falls the same way everywhere: numbers drawn from names."""

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def seed_of(*parts: object) -> int:
    """A number from 0 to 2**32 - 1 that depends on nothing but the text of ``parts``."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "big")


class Dice:
    """Random numbers named by ``parts``; built on ``Random.random`` alone, whose values Python promises to keep."""

    def __init__(self, *parts: object) -> None:
        self._random = random.Random(seed_of(*parts))

    def unit(self) -> float:
        return self._random.random()

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random.random()

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self._random.random() * len(items))]

    def noise(self, length: int) -> bytes:
        """``length`` bytes of even noise."""
        return self._random.getrandbits(8 * length).to_bytes(length, "little")
