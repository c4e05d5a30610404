"""A sweep as rows of plain values: one a shot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nbgemini.tuning.holding.shot import Shot

__all__ = ["rows_of_sweep"]


def rows_of_sweep(name: str, shots: Iterable[Shot]) -> list[dict[str, Any]]:
    """Sweep, shot, the axes, and what is known of each answer; a column for each score that none of these has."""
    found = [(_row(name, shot), shot.scores) for shot in shots]
    names = dict.fromkeys(score for row, scores in found for score in scores if score not in row)
    return [{**row, **{score: scores.get(score) for score in names}} for row, scores in found]


def _row(sweep: str, shot: Shot) -> dict[str, Any]:
    result, asked = shot.result, shot.exchange
    axes: Mapping[str, object] = {
        name: value if isinstance(value, str | int | float | None) else shot.labels[name]
        for name, value in shot.axes.items()
    }
    usage = result.usage if result is not None else None
    known: dict[str, Any] = {
        "sweep": sweep,
        "shot": shot.number,
        **axes,
        "prompt": shot.prompt,
        "model": asked.model,
        "aspect": asked.options.asked_aspect or None,
        "size": asked.options.asked_size or None,
        "turn": result.turn if result is not None else None,
        "path": str(result.path) if result is not None and result.path else None,
        "cost": shot.cost,
        "would_cost": shot.would_cost,
        "seconds": result.seconds if result is not None else None,
        "input_tokens": usage.prompt if usage else None,
        "output_tokens": usage.candidates if usage else None,
        "finish_reason": result.finish_reason if result is not None else None,
        "error": str(shot.error) if shot.error is not None else None,
        "stars": shot.stars,
        "note": shot.note,
        "tags": list(shot.tags),
        "scores": shot.scores,
        "created": asked.created or None,
        "replayed": result.replayed if result is not None else None,
    }
    return {**known, **axes}
