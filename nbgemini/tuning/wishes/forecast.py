"""What a sweep will take before it begins: money, time and room on disk, in one line."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from nbgemini._dataclass import dataclass
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import dollars, total
from nbgemini.errors import StoreError

__all__ = ["Forecast", "check_room", "forecast"]

# What one answer takes, by size: seconds as measured on the live API, and bytes with its signature. Rough on purpose.
_SECONDS = {"512": 10.0, "1K": 15.0, "2K": 25.0, "4K": 45.0}
_BYTES = {"512": 2_000_000, "1K": 3_750_000, "2K": 8_000_000, "4K": 22_000_000}
_EMULATED = 400_000  # bytes of a picture of the emulator's
_SPARE = 50_000_000  # bytes that are left to others


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What so many shots will take. `cost` is in micro-dollars (None: unknown), `seconds` in all, `size` in bytes."""

    shots: int
    asked: int
    cost: int | None
    seconds: float
    size: int
    workers: int
    emulated: bool
    batch: bool = False

    def line(self) -> str:
        """`24 shots · ≈ $1.64 · about 2 min at 8 side by side · ≈ 90 MB on disk`."""
        facts = [counted(self.shots, "shot")]
        if self.asked < self.shots:
            facts.append(f"{self.asked:,} to ask" if self.asked else "all already on disk")
        if not self.asked:
            return " · ".join([*facts, "$0"])
        half = " at half the price" if self.batch else ""
        price = f"≈ {dollars(self.cost)}{half}"
        facts.append(f"emulator · $0, would be {price}" if self.emulated else price)
        if self.batch:
            facts.append("as a batch, within 24 h, as a rule sooner")
        elif not self.emulated:
            facts.append(f"about {_time(self.seconds)} at {self.workers} side by side")
        return " · ".join([*facts, f"≈ {_room(self.size)} on disk"])


def forecast(
    shots: int, asked: Sequence[int | None], sizes: Sequence[str], *, workers: int, emulated: bool, batch: bool = False
) -> Forecast:
    """For requests at these prices, in micro-dollars; `sizes` are their image sizes, as far as they are known."""
    workers = max(1, min(workers, len(asked)))
    seconds = sum(_SECONDS.get(size, 15.0) for size in sizes) / workers
    if sizes:
        seconds = max(seconds, max(_SECONDS.get(size, 15.0) for size in sizes))
    size = len(asked) * _EMULATED if emulated else sum(_BYTES.get(one, 4_000_000) for one in sizes)
    return Forecast(
        shots=shots,
        asked=len(asked),
        cost=total(asked),
        seconds=seconds,
        size=size,
        workers=workers,
        emulated=emulated,
        batch=batch,
    )


def check_room(folder: Path, needed: int) -> None:
    """Raises StoreError where the disk has no room for so many bytes."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        free = shutil.disk_usage(place).free
    except OSError:
        return
    if needed + _SPARE > free:
        raise StoreError(
            f"These pictures need about {_room(needed)} of disk, and `{os.fspath(place)}` has {_room(free)} left.",
            hint="Free some space, set NBGEMINI_STORE to another disk, or ask for fewer or smaller pictures.",
        )


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(5, round(seconds / 5) * 5)} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def _room(size: int) -> str:
    return f"{size / 1e6:.0f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"
