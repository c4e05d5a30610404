"""What a first picture needs is imported while a kernel is idle, and only then."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
import time
from pathlib import Path

import pytest

from nbgemini.bench.loopback_server import PEM
from nbgemini.net import certificates
from nbgemini.notebook import warming
from tests.support.kernel import kernel

LOOK = """
import json, sys, threading
print(json.dumps([[name for name in {names!r} if name in sys.modules], [t.name for t in threading.enumerate()]]))
"""


@pytest.mark.deep
def test_an_idle_kernel_gets_ready(tmp_path: Path) -> None:
    """Nothing is there after `%load_ext` or while cells follow one another; all of it after a while, and no thread."""
    names = ["nbgemini.core.options", "nbgemini.net.transport", "nbgemini.studio.studio", "PIL.Image"]
    names += ["nbgemini.notebook.cell.foreground", "certifi"]
    look = LOOK.format(names=names)
    with kernel(tmp_path) as running:
        known, threads = json.loads(running.run("%load_ext nbgemini\n" + look).text)
        for _ in range(15):
            assert "nbgemini.studio.studio" not in known
            assert "nbgemini-warming" not in threads
            running.run("import time; time.sleep(0.1)")
            known, threads = json.loads(running.run(look).text)
        end = time.monotonic() + 30
        while (known, "nbgemini-warming" in threads) != (names, False) and time.monotonic() < end:
            time.sleep(2)
            known, threads = json.loads(running.run(look).text)
        assert (known, "nbgemini-warming" in threads) == (names, False)
        assert not (tmp_path / ".nbgemini").exists()
        assert running.run("%%imagine\na fox").ok


def test_a_cell_ends_it_and_the_next_pause_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Step by step: what begins meanwhile is waited for by nobody longer than one of them."""
    done: list[str] = []
    at, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        at.set()
        assert go_on.wait(10)
        done.append("one")

    monkeypatch.setattr(warming, "_STEPS", (slowly, lambda: done.append("two"), lambda: done.append("three")))
    monkeypatch.setattr(warming, "_IDLE", 0.0)

    async def session() -> None:
        kernel = warming._Warming()
        kernel.wait()
        await asyncio.to_thread(at.wait, 10)
        kernel.stop()  # a cell begins while the first is imported
        go_on.set()
        assert kernel._thread is not None
        await asyncio.to_thread(kernel._thread.join, 10)
        assert done == ["one"]
        kernel.wait()
        await asyncio.sleep(0.01)
        await asyncio.to_thread(kernel._thread.join, 10)
        kernel.wait()
        assert kernel._left == []

    asyncio.run(session())
    assert done == ["one", "two", "three"]


def test_certificates_that_were_prepared_are_taken_once() -> None:
    """They serve the variables that they were made for, and one transport: the next one reads them anew."""
    variables = {"SSL_CERT_FILE": str(PEM)}
    certificates.prepare(variables)
    ready = certificates._prepared[0][1]
    assert certificates.context_of(variables) is ready
    assert certificates.context_of(variables) is not ready
    certificates.prepare(variables)
    assert isinstance(certificates.context_of({}), ssl.SSLContext)
    assert certificates._prepared == []
    certificates.prepare({"SSL_CERT_FILE": "not there"})
    assert certificates._prepared == []
