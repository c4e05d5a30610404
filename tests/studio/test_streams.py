"""Streams: parts as they come, left early, cancelled, read slowly, broken off; and progress."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from nbgemini.errors import NbgeminiError, NotSent, OptionError
from nbgemini.studio.flow import Progress, StreamPart
from nbgemini.studio.studio import Studio
from nbgemini.studio.surroundings.embedded import Embedded
from tests.studio.served import small_studio
from tests.studio.server import Server, answer, picture, studio_on

THINKING = "**Reading the request**"


def studio_with(home: Path, *steps: Any, latency: float = 0.0, **traits: Any) -> Studio:
    """A studio on the emulator, which answers with these steps first."""
    made = small_studio(home, **traits)
    made.surroundings.embed(Embedded(list(steps), latency=latency))
    return made


def kinds(parts: list[StreamPart]) -> list[str]:
    """What came, runs of one kind taken together."""
    found: list[str] = []
    for part in parts:
        kind = f"{part.kind} {'picture' if part.picture else 'text'}"
        found += [kind] if found[-1:] != [kind] else []
    return found


def test_parts_come_in_their_order(tmp_path: Path) -> None:
    """Thoughts, an interim picture and the picture, which is that of the turn; a recording yields the same."""
    made = studio_with(tmp_path)
    words: dict[str, Any] = {"model": "pro", "size": "1K", "new": True}
    stream = made.conversation().stream("a red boat", **words)
    parts = list(stream)
    assert kinds(parts) == ["thought text", "thought picture", "thought text", "picture picture"]
    last = made.conversation().last
    assert last is not None
    assert parts[-1].bytes == last.bytes
    assert parts[-1].image is not None
    assert parts[-1].image.size == last.image.size
    assert "".join(part.text for part in parts if part.kind == "thought").startswith(THINKING)
    assert parts[0].image is None
    assert (stream.result(), list(stream)) == (last, [])
    again = list(studio_with(tmp_path).conversation().stream("a red boat", **words))
    assert kinds(again) == kinds(parts)
    assert again[-1].bytes == last.bytes


def test_a_model_that_does_not_think_streams_all_the_same(tmp_path: Path) -> None:
    """Its words come before its picture; thoughts can be left out where a model has them."""
    made = studio_with(tmp_path, size="1K")
    parts = list(made.conversation().stream("a red boat, and tell me a story", model="flash-lite", thoughts=False))
    assert kinds(parts)[-1] == "picture picture"
    assert {part.kind for part in parts} <= {"text", "picture"}
    plain = list(made.conversation().stream("a blue boat", thoughts=False, new=True))
    assert kinds(plain) == ["picture picture"]
    with pytest.raises(OptionError):
        made.conversation().stream("a boat", thoughts=True, model="nano-banana", new=True)


def test_leaving_the_loop_loses_nothing(tmp_path: Path) -> None:
    """The turn is there when the answer is, and the next ask goes on from it."""
    made = studio_with(tmp_path, latency=0.3)
    conversation = made.conversation()
    for part in conversation.stream("a red boat"):
        assert part.kind == "thought"
        break
    assert len(conversation.exchanges) == 0
    snow = conversation.imagine("add snow")
    assert (snow.turn, snow.edits) == (2, 1)


def test_reading_slowly_loses_nothing(tmp_path: Path) -> None:
    """The answer is committed while nobody reads, and every part is read afterwards."""
    made = studio_with(tmp_path)
    stream = made.conversation().stream("a red boat")
    while not made.conversation().exchanges:
        time.sleep(0.01)
    assert kinds(list(stream)) == ["thought text", "picture picture"]


def test_given_up(tmp_path: Path) -> None:
    """After `cancel` the conversation is unchanged, the loop ends in an error, and the late answer is listed."""
    made = studio_with(tmp_path, latency=0.3)
    stream = made.conversation().stream("a red boat")
    assert next(stream).kind == "thought"
    assert "the conversation is unchanged" in stream.cancel()[0]
    with pytest.raises(NotSent, match="given up"):
        list(stream)
    assert stream.cancel() == ()
    while not (listed := [one for one in made.orphans.listed() if one.kind == "late answer"]):
        time.sleep(0.02)
    assert made.recover(listed[0].exchange.id).picture is not None
    assert len(made.conversation().exchanges) == 1


@pytest.mark.parametrize("step", [{"answer": "draw", "cut": 2500}, "error after 2 events"])
def test_broken_off(tmp_path: Path, step: Any) -> None:
    """What came before is yielded, then the error is raised; the conversation is unchanged."""
    made = studio_with(tmp_path, step)
    parts: list[StreamPart] = []
    with pytest.raises(NbgeminiError):
        parts.extend(made.conversation().stream("a red boat"))
    assert kinds(parts)[:1] == ["thought text"]
    assert made.conversation().exchanges == ()


def test_a_server_that_does_not_stream(tmp_path: Path) -> None:
    """A gateway answers with a plain body: its parts come at the end."""
    made = studio_on(Server(answer({"text": "Here."}, picture("red"))), tmp_path)
    assert kinds(list(made.conversation().stream("a boat"))) == ["text text", "picture picture"]


def test_several_side_by_side(tmp_path: Path) -> None:
    """With a count each part tells whose it is."""
    parts = list(studio_with(tmp_path).conversation().stream("a red boat", count=2, yes=True))
    for number in (0, 1):
        assert kinds([part for part in parts if part.number == number])[-1] == "picture picture"


def test_the_same_for_async_for(tmp_path: Path) -> None:
    """`astream` on a loop; a cancelled wait gives it up, a loop that is left does not."""
    made = studio_with(tmp_path, latency=0.2)
    conversation = made.conversation()

    async def read(words: str) -> list[StreamPart]:
        return [part async for part in conversation.astream(words)]

    async def leave() -> None:
        stream = conversation.astream("add snow")
        async for part in stream:
            assert part.kind == "thought"
            break
        assert (await stream.result()).turn == 2

    async def cancel() -> None:
        task = asyncio.ensure_future(read("add a bird"))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert kinds(asyncio.run(read("a red boat")))[-1] == "picture picture"
    asyncio.run(leave())
    asyncio.run(cancel())
    assert len(conversation.exchanges) == 2


def test_it_runs_on_trio(tmp_path: Path) -> None:
    """Nothing in it is asyncio's."""
    trio = pytest.importorskip("trio")
    made = studio_with(tmp_path, latency=0.1)

    async def read() -> list[StreamPart]:
        return [part async for part in made.conversation().astream("a red boat")]

    assert kinds(trio.run(read))[-1] == "picture picture"


def test_progress(tmp_path: Path) -> None:
    """It tells stages and waits in their order, awaited or not; what it raises costs nothing."""
    made = studio_with(tmp_path, "429 0.1s", latency=0.2)
    seen: list[Progress] = []
    result = made.conversation().imagine("a boat", on_progress=seen.append)
    assert seen[-1].stage == "done"
    assert "429 from the server" in " ".join(seen[-1].told)
    assert [one.seconds for one in seen] == sorted(one.seconds for one in seen)
    later: list[Progress] = []
    asyncio.run(result.aedit("add snow", on_progress=later.append))
    assert later[-1].stage == "done"

    def broken(progress: Progress) -> None:
        raise ValueError(progress.stage)

    bird = made.conversation().imagine("add a bird", on_progress=broken)
    assert "`on_progress` raised ValueError, and is not called again." in bird.notices
