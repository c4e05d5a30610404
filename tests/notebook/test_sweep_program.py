"""A stored sweep as the program of an exported notebook: it asks the same, or says softly that it cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import nbgemini as nb
from nbgemini.bridge import Interrupts
from nbgemini.notebook.export.sweep_program import sweep_program
from nbgemini.tuning.front import wish_of
from tests.tuning.drawing_server import DrawingServer, sweeping_on

SWEEPS: list[tuple[Any, dict[str, Any]]] = [
    ("a {style}", {"style": ["ink", "oil, thick"], "aspect": ["1:1", "16:9"], "name": "tue", "count": 2}),
    ("a {style}", {"style": ["ink", "oil"], "seed": [1, 2], "pair": ("style", "seed"), "system": "be calm"}),
    ("a {style}", {"style": ["ink", "oil"], "seed": [1, 2], "skip": {"style": "ink", "seed": 2}}),
    (["a {n} cat", "two {n}"], {"n": [1, 2]}),
    ("hello {name}", {"axes": {"name": ["Ada", "Bo"]}, "model": ["flash-lite", "pro"]}),
]


def asked(server: DrawingServer) -> list[str]:
    """All that was asked, whatever the order."""
    return sorted(json.dumps(body, sort_keys=True) for body in server.bodies)


@pytest.mark.parametrize("case", range(len(SWEEPS)))
def test_the_program_asks_the_same(case: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run with another store, it sends the requests that the sweep sent."""
    prompt, words = SWEEPS[case]
    first, second = DrawingServer(), DrawingServer()
    wish = wish_of(prompt, {**words, "new": True})
    grid = sweeping_on(first, tmp_path / "one").begin(wish).wait(interrupts=Interrupts())
    other = sweeping_on(second, tmp_path / "two")
    monkeypatch.setattr("nbgemini.tuning.front.sweeping", lambda studio=None: other)
    exec(sweep_program(grid), {"nbgemini": nb})
    assert asked(second) == asked(first)


def test_what_words_cannot_say_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels with other values behind them: the sweep where the store has it, a sentence where it does not."""
    server, values = DrawingServer(), {"soft": "very soft", "hard": "very hard"}
    sweeping = sweeping_on(server, tmp_path / "one")
    grid = sweeping.begin(wish_of("a {style}", {"style": values, "new": True})).wait(interrupts=Interrupts())
    found = []
    for there in (sweeping, sweeping_on(server, tmp_path / "two")):
        monkeypatch.setattr("nbgemini.tuning.front.sweeping", lambda studio=None, there=there: there)
        names: dict[str, Any] = {}
        exec(sweep_program(grid), names)
        found.append(names["grid"])
    assert len(found[0]) == 2
    assert "is not in this store" in found[1]
    assert server.requests == 2
