"""One forced write for all that wait: none is back before a write that began after it asked."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from nbgemini.store.together import Together


def run(threads: int, work: object) -> None:
    assert callable(work)
    running = [threading.Thread(target=work, args=(at,)) for at in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(30)


def test_what_comes_meanwhile_is_done_at_once() -> None:
    """While one is under way the others gather: sixteen threads take two works, and each item is in one of them."""
    done: list[list[int]] = []
    begun, go = threading.Event(), threading.Event()

    def work(items: Sequence[int]) -> None:
        begun.set()
        go.wait(30)
        done.append(sorted(items))

    together = Together(work)
    first = threading.Thread(target=together.do, args=(0,))
    first.start()
    begun.wait(30)
    others = [threading.Thread(target=together.do, args=(at,)) for at in range(1, 16)]
    for thread in others:
        thread.start()
    while len(together._next.items) < 15:
        threading.Event().wait(0.001)
    go.set()
    for thread in (first, *others):
        thread.join(30)
    assert done == [[0], list(range(1, 16))]


def test_a_failure_is_that_of_all_in_it_and_of_none_after_it() -> None:
    """Each that shared the write hears why it failed; the next begins anew."""
    fails = [True]
    heard: list[int] = []

    def work(items: Sequence[int]) -> None:
        if fails[0]:
            raise OSError(28, "full")

    together = Together(work)

    def ask(at: int) -> None:
        with pytest.raises(OSError, match="full"):
            together.do(at)
        heard.append(at)

    run(4, ask)
    fails[0] = False
    together.do(9)
    assert sorted(heard) == [0, 1, 2, 3]
