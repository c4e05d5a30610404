"""The pictures of a sweep as files that are named after their axes."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from nbgemini.core.phrases import shortened
from nbgemini.core.picture import SUFFIXES
from nbgemini.errors import OptionError
from nbgemini.studio.pictures.saving import Target, check_target, save_original
from nbgemini.tuning.holding.shot import Shot

__all__ = ["folder_target", "save_all", "save_shot", "stem_of"]

_LONGEST = 120  # characters of a file's name without its suffix


def folder_target(path: str) -> Target:
    """The folder of `save`. Raises OptionError before anything is sent."""
    # What has no image suffix is meant as a folder, also where there is none.
    is_file = not path.strip() or Path(path).suffix.lower() in (*SUFFIXES.values(), ".jpeg", ".tif")
    target = check_target(path if is_file else os.path.join(path, ""))
    if target.name:
        raise OptionError(
            f"`{shortened(path, 80)}` is one file, and a sweep has many pictures.",
            hint="Name a folder that is there: `--save out/`.",
        )
    return target


def save_all(shots: Sequence[Shot], folder: Path) -> list[Path]:
    """Copy every picture; those that are there already are not written again."""
    target, sampled = folder_target(str(folder)), any(shot.sample > 1 for shot in shots)
    saved = [save_shot(shot, target, sampled=sampled) for shot in shots]
    return [path for path in saved if path is not None]


def save_shot(shot: Shot, target: Target, *, sampled: bool) -> Path | None:
    """Copy the picture of one shot, if it has one; `sampled`: its name says which sample. Raises nbgemini's errors."""
    result = shot.result
    if result is None or result.picture is None:
        return None
    path, _ = save_original(result.bytes, result.mime, target, stem=stem_of(shot, sampled=sampled))
    return path


def stem_of(shot: Shot, *, sampled: bool) -> str:
    """`017-style-ink-aspect-16x9`, with the sample where there are several."""
    words = [f"{shot.number:03d}", *(f"{name}-{_plain(label)}" for name, label in shot.labels.items())]
    if sampled:
        words.append(str(shot.sample))
    return "-".join(words)[:_LONGEST].strip("-") or str(shot.number)


def _plain(label: str) -> str:
    """A label as part of a file's name."""
    return re.sub(r"[^\w.]+", "-", re.sub(r"(?<=\d):(?=\d)", "x", label)).strip("-.")[:40] or "none"
