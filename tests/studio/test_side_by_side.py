"""Asks that name their place are sent side by side; numbers and the head follow the order of asking all the same."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.studio.server import Answer, Server, answer, held_back, jpeg, picture, studio_on

COLOURS = ("red", "orange", "gold", "green", "blue", "purple")


def together(count: int) -> Server:
    """Answers in the order of arrival, each only when all of them have been asked for; the first comes last."""
    gate, come = threading.Barrier(count), [threading.Event() for _ in range(count)]

    def one(number: int) -> Answer:
        status, headers, body = answer(picture(COLOURS[number]))

        def pieces() -> Iterator[bytes]:
            gate.wait(20)  # nobody is asked alone
            if number + 1 < count:
                assert come[number + 1].wait(20)
            yield from body
            come[number].set()

        return status, headers, pieces()

    return Server(*((lambda number=number: one(number)) for number in range(count)))


def test_gathered(tmp_path: Path) -> None:
    """Six new beginnings are on their way at once; the slowest is turn 1 because it was asked first."""
    server = together(6)
    talk = studio_on(server, tmp_path).conversation()

    async def ask() -> list[int]:
        results = await asyncio.gather(*(talk.aimagine(f"cat {n}", new=True) for n in range(6)))
        return [result.turn for result in results]

    assert asyncio.run(ask()) == [1, 2, 3, 4, 5, 6]
    prompts = [server.texts(at)[-1] for at in range(6)]
    assert sorted(prompts) == [f"cat {n}" for n in range(6)]
    assert talk.last is not None
    assert (talk.last.turn, talk.last.exchange.prompt) == (6, "cat 5")


def test_edits_of_one_result(tmp_path: Path) -> None:
    """Siblings of one picture, each from its own thread; another kernel finds all of them, and the same head."""
    first = Server(answer(picture("white")))
    studio = studio_on(first, tmp_path)
    white = studio.conversation().imagine("a cat")
    server = together(3)
    first.answers[:] = server.answers
    with ThreadPoolExecutor(3) as pool:
        edits = list(pool.map(white.edit, ("in red", "in orange", "in gold")))
    assert {edit.exchange.parent for edit in edits} == {white.exchange.id}
    assert sorted(edit.turn for edit in edits) == [2, 3, 4]
    value = studio.value()
    assert value.last is not None
    assert value.number(value.last.id) == 4
    assert studio_on(first, tmp_path).history.use("main").head == value.head


def test_what_goes_on_from_the_head_waits(tmp_path: Path) -> None:
    """An edit asked behind a new beginning goes on from that, and one that names its place behind it is sent before."""
    released = threading.Event()
    server = Server(held_back(released, answer(picture("red"))), answer(picture("blue")), answer(picture("green")))
    studio = studio_on(server, tmp_path)
    talk = studio.conversation()

    async def ask() -> list[bytes]:
        begun = [
            asyncio.create_task(talk.aimagine("a cat", new=True)),
            asyncio.create_task(talk.aimagine("at night")),
        ]
        while not server.requests:  # the cat's, which is held back; else the dog might be there before it
            await asyncio.sleep(0.01)
        begun.append(asyncio.create_task(talk.aimagine("a dog", new=True)))
        while len(server.requests) < 2:
            await asyncio.sleep(0.01)
        assert server.texts(1) == ["a dog"]
        released.set()
        return [result.bytes for result in await asyncio.gather(*begun)]

    assert asyncio.run(ask()) == [jpeg("red"), jpeg("green"), jpeg("blue")]
    assert len(server.requests[2]["contents"]) == 3
    assert [exchange.prompt for exchange in studio.value().exchanges] == ["a cat", "at night", "a dog"]


def test_equal_asks_take_their_own_recordings(tmp_path: Path) -> None:
    """Asked again in another kernel, the first gets the first picture and so on, at $0."""
    server = Server(*(answer(picture(colour)) for colour in COLOURS[:3]))
    talk = studio_on(server, tmp_path).conversation()
    for _ in range(3):
        talk.imagine("a cat", new=True)
    again = studio_on(Server(answer(picture())), tmp_path).conversation()

    async def ask() -> list[bytes]:
        return [one.bytes for one in await asyncio.gather(*(again.aimagine("a cat", new=True) for _ in range(3)))]

    assert asyncio.run(ask()) == [jpeg(colour) for colour in COLOURS[:3]]
