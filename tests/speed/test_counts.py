"""What makes us fast, as far as it can be counted: a busy machine changes none of these figures."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nbgemini.core import continuing
from nbgemini.core.content import Turn, picture_part, user_turn
from nbgemini.core.continuing import Wanted, place
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Answer, Exchange
from nbgemini.core.models import ModelCard
from nbgemini.core.options import ImageOptions
from nbgemini.core.picture import Picture
from nbgemini.core.pricing import estimate
from nbgemini.core.skeleton import StoredText
from nbgemini.emulator import Service
from nbgemini.store.catalogue import load_catalogue
from nbgemini.store.store import Store
from nbgemini.studio.sending import order
from nbgemini.studio.studio import Studio
from nbgemini.studio.surroundings import surroundings
from nbgemini.wire import encode
from tests.studio.served import KEY, served, small_studio
from tests.support.force_counter import ForceCounter

CARD: ModelCard = load_catalogue().find("gemini-3.1-flash-image")


def test_an_order_reads_places_prices_and_writes_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, place, estimate, hash and body: one of each, however many look at them."""
    counts: Counter[str] = Counter()

    def counting(where: Any, name: str) -> None:
        real: Callable[..., Any] = getattr(where, name)

        def counted(*given: Any, **named: Any) -> Any:
            counts[name] += 1
            return real(*given, **named)

        monkeypatch.setattr(where, name, counted)

    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    watched = ((surroundings, "read_settings"), (order, "place"), (order, "estimate"), (encode, "_written"))
    with served(Service(), monkeypatch, "GOOGLE_GEMINI_BASE_URL"):
        studio = small_studio(tmp_path)
        studio.imagine("a fox")
        for where, name in watched:
            counting(where, name)
        studio.imagine("at night", count=2)
    assert counts == {"read_settings": 1, "place": 1, "estimate": 1, "_written": 2}


def test_a_turn_forces_what_it_promises_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folders of a new store are forced together, and everything else in its turn."""
    disk = ForceCounter()
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    with served(Service(), monkeypatch, "GOOGLE_GEMINI_BASE_URL"):
        studio = Studio(
            home=tmp_path,
            traits=lambda: {"model": CARD.id, "size": "512"},
            open_store=lambda folder: Store.open(folder, disk=disk),
        )
        studio.imagine("a fox")
        first, disk.forced = disk.forced, 0
        studio.imagine("at night")
    assert first <= 27
    assert disk.forced <= 16


def branch(length: int) -> Conversation:
    """A conversation of signed pictures."""
    turns = []
    for number in range(length):
        picture = Picture(f"{number:064x}", 2_000_000, "image/png", 2048, 2048)
        part = {**picture_part(picture), "thoughtSignature": StoredText(f"{number + 10**6:064x}", 1_200_000)}
        answer = Answer(turn=Turn("model", {"role": "model", "parts": [part]}, {picture.sha256: picture}))
        turns.append(
            Exchange(
                id=f"{number:08x}",
                parent=f"{number - 1:08x}" if number else None,
                user=user_turn(f"turn {number}"),
                answer=answer,
                model=CARD.id,
                backend="gemini",
                options=ImageOptions(),
            )
        )
    return Conversation("main", tuple(turns), head=turns[-1].id)


def calls_for(conversation: Conversation) -> int:
    """Python calls from an ask to its body."""
    calls = 0

    def called(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(called)
    try:
        request = place(conversation, conversation.head, Wanted("on", (), ImageOptions(), CARD), "gemini").request
        estimate(CARD, request)
        encode.request_hash(request, "gemini")
        assert encode.body(request).size > 0
    finally:
        sys.setprofile(None)
    return calls


def test_a_past_turn_costs_a_new_one_little() -> None:
    """What a turn implies is worked out once: of a later turn each costs a look, not a walk."""
    short, long = branch(20), branch(60)
    for conversation in (short, long):
        calls_for(conversation)
    growth = (calls_for(long) - calls_for(short)) / 40
    assert growth < 60
    assert continuing.place(long, long.head, Wanted("on", (), ImageOptions(), CARD), "gemini").notices == ()
