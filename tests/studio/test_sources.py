"""Waiting for the web: an interrupt ends it at once, and what the web says comes back."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Sequence

import pytest

from nbgemini.errors import ReferenceImageError
from nbgemini.net.fetch import Fetcher
from nbgemini.studio.pictures.fetching import fetch


def test_an_interrupt_ends_the_wait_for_a_picture() -> None:
    """Within a second, as a KeyboardInterrupt of one line; the handler of before is back."""
    released = threading.Event()

    def resolve(host: str, port: int) -> Sequence[str]:
        released.wait(10)
        return []

    before = signal.getsignal(signal.SIGINT)
    timer = threading.Timer(0.2, lambda: signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT))
    timer.start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt) as caught:
        fetch("https://pictures.example/cat.png", Fetcher(resolve=resolve))
    assert time.monotonic() - began < 1.2
    assert caught.value._render_traceback_() == [  # type: ignore[attr-defined]  # what IPython calls
        "KeyboardInterrupt: stopped fetching a reference. Nothing was sent, nothing was charged."
    ]
    assert signal.getsignal(signal.SIGINT) is before
    released.set()


def test_refusals_come_back() -> None:
    """As the fetcher raised them."""
    with pytest.raises(ReferenceImageError, match="private network"):
        fetch("https://pictures.example/cat.png", Fetcher(resolve=lambda host, port: ["10.0.0.1"]))
