"""Odd and hostile servers, row by row: the picture or a typed error of three lines, and nothing that came is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers import bodies, replies, statuses, wires
from tests.servers.trial import Row, tried
from tests.support import figures

ROWS: list[Row] = [*bodies.rows(), *replies.rows(), *statuses.rows(), *wires.rows()]
_SPREAD = 96  # one row of so many is in the default run, all others are slow proofs


def _params() -> list[object]:
    return [
        pytest.param(row, id=row.name, marks=[pytest.mark.deep] if at % _SPREAD or row.between[1] > 8 else [])
        for at, row in enumerate(ROWS)
    ]


@pytest.mark.parametrize("row", _params())
def test_an_odd_server_does_no_harm(row: Row, tmp_path: Path) -> None:
    """Typed and told in time, charged rightly, sent as often as allowed, nothing lost, the next ask unharmed."""
    trial = tried(row, tmp_path / "home")
    if trial.hangs:  # where the machine was too busy and nothing else is wrong, it does not come again
        trial = tried(row, tmp_path / "another home")
    figures.add(
        "odd and hostile servers",
        1,
        foreign_exceptions=bool(trial.raw),
        silent=bool(trial.silent),
        hangs=bool(trial.hangs),
        lost_pictures=bool(trial.lost),
        leaked_keys=bool(trial.leaks),
    )
    assert trial.said() == ""


def test_the_table_is_long_and_its_names_differ() -> None:
    """Hundreds of servers, each with a name of its own."""
    assert len(ROWS) >= 500
    assert len({row.name for row in ROWS}) == len(ROWS)
