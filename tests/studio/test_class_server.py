"""An emulator at the address of a class: its answers say what they are, and cost nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from nbgemini.emulator import Script, Server, Service
from nbgemini.errors import BudgetExceeded, ReplayMiss
from nbgemini.notebook.show.footer import footer
from tests.studio.served import KEY, small_studio

VARIABLE = "GOOGLE_GEMINI_BASE_URL"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A class's server, which students know by its address."""
    service = Service()
    with Server(service) as url:
        monkeypatch.setenv(VARIABLE, url)
        yield service


@pytest.mark.parametrize("thoughts", [False, True])
@pytest.mark.parametrize("key", ["", KEY])
def test_its_answers_are_the_emulators(
    tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch, key: str, thoughts: bool
) -> None:
    """Cost, footer, alt text, ledger and budget say so, from the first answer on; with a stream, too."""
    monkeypatch.setenv("GOOGLE_API_KEY", key)
    made = small_studio(tmp_path, budget=1.0)
    cat = made.conversation().imagine("a cat", thoughts=thoughts)
    night = cat.edit("make it night", thoughts=thoughts)
    for result in (cat, night):
        assert (result.served_by, result.cost, result.emulated) == ("emulator", 0.0, True)
        assert result.would_cost
        assert result.alt.endswith(" (emulated)")
        assert "emulator · $0, would be $0.0" in footer([result]).text
        assert not result.exchange.anchored, "signatures travel as they came"
    assert made.money.spent.total == 0
    assert made.store.ledger.total().settled == made.store.ledger.total().reserved == 0
    assert [entry.backend for entry in made.store.ledger.entries()] == ["emulator"] * 2
    assert len(service.seen) == 2


def test_its_recordings_say_so_in_the_next_kernel(tmp_path: Path, service: Service) -> None:
    """Restart and run all sends nothing, and what is replayed is labelled as what it is."""
    first = small_studio(tmp_path).conversation().imagine("a cat", new=True)
    second = first.edit("make it night")
    again = small_studio(tmp_path).conversation().imagine("a cat", new=True)
    after = again.edit("make it night")
    assert [one.bytes for one in (again, after)] == [one.bytes for one in (first, second)]
    assert (after.replayed, after.served_by, after.cost) == (True, "emulator", 0.0)
    assert len(service.seen) == 2


@pytest.mark.usefixtures("service")
def test_they_are_shown_without_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At home, `only` and `class` replay the whole of it; the emulator here goes on with its signatures."""
    first = small_studio(tmp_path).conversation().imagine("a cat", new=True)
    second = first.edit("make it night")
    monkeypatch.delenv(VARIABLE)
    for mode in ("only", "class"):
        at_home = small_studio(tmp_path, replay=mode).conversation()
        assert at_home.imagine("a cat", new=True).edit("make it night").bytes == second.bytes
    at_home = small_studio(tmp_path, replay="class").conversation()
    own = at_home.imagine("a cat", new=True).edit("add snow")
    assert (own.replayed, own.exchange.anchored, own.served_by) == (False, False, "emulator")


@pytest.mark.usefixtures("service")
def test_they_never_answer_for_google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a key and without the address, the recording is left alone and its signature does not travel."""
    small_studio(tmp_path).conversation().imagine("a cat", new=True)
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    with pytest.raises(ReplayMiss):
        small_studio(tmp_path, replay="only").conversation().imagine("a cat", new=True)
    made = small_studio(tmp_path)
    made.history.use("main")
    plan = made.plan("make it night")
    assert "Signatures of the emulator do not work with the Gemini API" in " ".join(plan.notices)
    assert not plan.emulated


def test_what_it_refuses_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A blocked picture and a budget: it is the emulator's even where the first answer fails."""
    script = Script([{"answer": "IMAGE_SAFETY"}, {"cut": 500}])
    with Server(Service(script=script)) as url:
        monkeypatch.setenv(VARIABLE, url)
        made = small_studio(tmp_path, budget=0.05)
        for _ in range(2):
            with pytest.raises(Exception, match=r"on the emulator|Not charged") as caught:
                made.conversation().imagine("a cat")
            assert not isinstance(caught.value, BudgetExceeded)
        assert made.conversation().imagine("a cat", count=3, yes=True).cost == 0.0, "the budget counts none of it"
        assert made.money.spent.total == 0
        assert made.store.ledger.total().settled == made.store.ledger.total().reserved == 0


def test_vertex_ai_has_one_too(tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands at the address of Vertex AI signs as that does; it goes on there, and is re-anchored elsewhere."""
    monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", os.environ[VARIABLE])
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "1")
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    made = small_studio(tmp_path)
    cat = made.conversation().imagine("a cat")
    assert (cat.served_by, cat.cost, cat.edit("make it night").exchange.anchored) == ("emulator", 0.0, False)
    for name in (VARIABLE, "GOOGLE_VERTEX_BASE_URL", "GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_API_KEY"):
        monkeypatch.delenv(name)
    assert made.conversation().imagine("add snow").exchange.anchored
    assert len(service.seen) == 2
