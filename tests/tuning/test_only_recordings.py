"""Sweeps where nothing may be sent or written: what is recorded is shown, the rest says why it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nbgemini.bridge import Interrupts
from nbgemini.errors import ReplayMiss
from nbgemini.studio.studio import Studio
from nbgemini.tuning.front import sweeping, wish_of
from nbgemini.tuning.holding.sweep import Sweep


def swept(studio: Studio, styles: list[str], **words: Any) -> Sweep:
    wish = wish_of("a {style} boat", {"style": styles, "name": "tue", "new": True, **words})
    with Interrupts() as interrupts:
        return sweeping(studio).begin(wish, conversation="hero").wait(interrupts=interrupts)


def test_a_longer_axis_under_only(tmp_path: Path) -> None:
    """The recorded shots answer, the new one has failed uncharged, and the run on disk does not grow."""

    def fresh() -> Studio:
        return Studio(home=tmp_path, traits=lambda: {"model": "flash", "size": "512"})

    swept(fresh(), ["ink", "oil"])
    before = {path: path.read_bytes() for path in (tmp_path / ".nbgemini" / "sweeps").glob("*.jsonl")}
    grid = swept(fresh(), ["ink", "gouache", "oil"], replay="only")
    assert [shot.state for shot in grid] == ["done", "waiting", "done"]
    error = grid["gouache"].error
    assert isinstance(error, ReplayMiss)
    assert error.charged == "nothing sent"
    assert {path: path.read_bytes() for path in before} == before
    with pytest.raises(ReplayMiss):
        swept(fresh(), ["charcoal"], replay="only")
    fewer = swept(fresh(), ["oil"], replay="only")
    assert [(shot.number, shot.state) for shot in fewer] == [(2, "done")]
