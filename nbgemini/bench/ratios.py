"""What was measured, as a table of paired ratios: of each round what one took against what the other took in it."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from nbgemini._version import __version__
from nbgemini.bench.racing import Rounds
from nbgemini.bench.scenes import FIGURES

__all__ = ["as_data", "table"]


def as_data(rounds: Rounds) -> dict[str, Any]:
    """Everything that was measured, with the machine that it was measured on."""
    return {
        "nbgemini": __version__,
        "google-genai": _installed(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "figures": [{"figure": FIGURES[name], "took": took} for name, took in _in_order(rounds)],
    }


def table(rounds: Rounds) -> str:
    """As Markdown that reads as text, too: medians, and ratios with the least and the most of the rounds."""
    about = as_data(rounds)
    who = [name for name in ("google-genai", "nbgemini", "floor") if any(name in took for took in rounds.values())]
    against = [name for name in who if name != "nbgemini" and "nbgemini" in who]
    head = ["", *who, *(f"nbgemini / {name}" for name in against)]
    rows = [
        [FIGURES[name], *(_amount(took.get(each)) for each in who), *(_ratio(took, other) for other in against)]
        for name, took in _in_order(rounds)
    ]
    count = max(len(each) for took in rounds.values() for each in took.values())
    peer = f"google-genai {about['google-genai']}" if "google-genai" in who else "google-genai is not installed"
    return "\n".join(
        (
            f"nbgemini {about['nbgemini']}, {peer}; Python {about['python']}, {about['system']}, "
            f"{about['cores']} cores",
            f"Rounds: {count}. Medians, and ratios of each round: median (least to most). Less is better.",
            "",
            *_aligned([head, *rows]),
            "",
            "CPU s: seconds of CPU of the whole process. wall s: seconds on the clock. MB: memory at its peak.",
            "Each picture has a signature of 1.6 MB, as those of Gemini 3 have.",
            "The floor is plain httpx with care, and nothing else: it keeps no history that outlives a crash.",
        )
    )


def _in_order(rounds: Rounds) -> list[tuple[str, dict[str, list[float]]]]:
    return [(name, rounds[name]) for name in FIGURES if name in rounds]


def _amount(values: Sequence[float] | None) -> str:
    return f"{statistics.median(values):.3g}" if values else "-"


def _ratio(took: dict[str, list[float]], other: str) -> str:
    ratios = [ours / theirs for ours, theirs in zip(took.get("nbgemini", ()), took.get(other, ()), strict=False)]
    if not ratios:
        return "-"
    median, least, most = map(_short, (statistics.median(ratios), min(ratios), max(ratios)))
    return f"{median} ({least} to {most})" if len(ratios) > 1 else median


def _short(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.2g}"


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["| " + " | ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) + " |" for row in rows]
    rule = "|" + "|".join(["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])]) + "|"
    return [lines[0], rule, *lines[1:]]


def _installed() -> str | None:
    try:
        return version("google-genai")
    except PackageNotFoundError:
        return None
