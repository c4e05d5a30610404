"""What planning a thousand shots takes, as far as it can be counted: what they share is made and looked at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from nbgemini.store.recordings import Recordings
from nbgemini.studio.surroundings.wiring import Wiring
from nbgemini.tuning.front import wish_of
from nbgemini.wire import encode
from tests.tuning.drawing_server import DrawingServer, sweeping_on


def test_a_plan_makes_what_its_shots_share_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One client, one look at the recordings; each request is hashed once, and not written before it is sent.

    Samples of one combination ask for the same: it is hashed for the first.
    """
    counts: Counter[str] = Counter()

    def counting(where: Any, name: str) -> None:
        real = getattr(where, name)

        def counted(*given: Any, **named: Any) -> Any:
            counts[name] += 1
            return real(*given, **named)

        monkeypatch.setattr(where, name, counted)

    kernel = sweeping_on(DrawingServer(), tmp_path)
    for where, name in ((Wiring, "client"), (Recordings, "_look"), (encode, "_written")):
        counting(where, name)
    kernel.preview(wish_of("a boat, {n}", {"n": range(50), "new": True}))
    assert counts == {"client": 1, "_look": 1, "_written": 50}
    counts.clear()
    kernel.preview(wish_of("a boat", {"count": 50, "new": True}))
    assert counts["_written"] == 1
