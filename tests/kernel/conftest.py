"""Shared kernels: one that talks to the strict server, one on the embedded emulator; and a notebook to type into."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.kernel import Kernel, Outcome, kernel
from tests.support.strict_server import KEY, StrictServer, strict_server

_NUMBERS = itertools.count(1)


@dataclass
class Notebook:
    """Types cells into a kernel; `conversation` is one of its own, so that tests do not see each other's turns."""

    kernel: Kernel
    conversation: str
    fresh: bool = True

    def draw(self, prompt: str, line: str = "", *, cell_id: str | None = None, timeout: float = 30) -> Outcome:
        """Run a `%%imagine` cell."""
        return self.kernel.run(self.cell(prompt, line), cell_id, timeout)

    def drawn(self, prompt: str, line: str = "", *, cell_id: str | None = None) -> Outcome:
        """Run a `%%imagine` cell that must pass with a picture."""
        outcome = self.draw(prompt, line, cell_id=cell_id)
        assert outcome.ok, outcome.error_lines
        assert outcome.pictures, outcome.text
        return outcome

    def cell(self, prompt: str, line: str = "") -> str:
        """The source of a cell. The first one of a test switches to its own conversation."""
        switch = f" -c {self.conversation}" if self.fresh and " -c " not in f" {line}" else ""
        self.fresh = False
        return f"%%imagine {line}{switch}\n{prompt}"

    def line(self, command: str) -> Outcome:
        """Run an `%imagine` line."""
        return self.kernel.run(f"%imagine {command}")

    def python(self, code: str) -> str:
        """Run Python that must pass; what it shows."""
        outcome = self.kernel.run(code)
        assert outcome.ok, outcome.error_lines
        return outcome.text


def strict_environment(server: StrictServer) -> dict[str, str]:
    """What a kernel needs to know to talk to the strict server."""
    return {"GOOGLE_GEMINI_BASE_URL": server.url, "GEMINI_API_KEY": KEY}


@pytest.fixture(scope="session")
def strict_session() -> Iterator[StrictServer]:
    with strict_server() as running:
        yield running


@pytest.fixture(scope="session")
def strict_kernel(tmp_path_factory: pytest.TempPathFactory, strict_session: StrictServer) -> Iterator[Kernel]:
    with kernel(tmp_path_factory.mktemp("strict"), strict_environment(strict_session)) as running:
        assert running.run("%load_ext nbgemini").ok
        yield running


@pytest.fixture(scope="session")
def offline_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    with kernel(tmp_path_factory.mktemp("offline")) as running:
        assert running.run("%load_ext nbgemini").ok
        yield running


@pytest.fixture
def server(strict_session: StrictServer) -> Iterator[StrictServer]:
    """The strict server with nothing recorded; at the end it must have nothing to complain about."""
    strict_session.forget()
    yield strict_session
    assert strict_session.violations == []


@pytest.fixture
def notebook(strict_kernel: Kernel, server: StrictServer) -> Iterator[Notebook]:
    """A notebook on the strict server. Whatever a test does, the key is in no message that it caused."""
    before = len(strict_kernel.messages)
    yield Notebook(strict_kernel, f"test{next(_NUMBERS)}")
    assert KEY not in str(strict_kernel.messages[before:])


@pytest.fixture
def offline(offline_kernel: Kernel) -> Notebook:
    """A notebook on the embedded emulator."""
    return Notebook(offline_kernel, f"test{next(_NUMBERS)}")


@pytest.fixture
def renewed(tmp_path: Path, server: StrictServer, lent_kernel: Kernel) -> Kernel:
    """A kernel without a past, on the strict server: `own_kernel` for those that neither end it nor bend IPython."""
    lent_kernel.renew(tmp_path, strict_environment(server))
    assert lent_kernel.run("%load_ext nbgemini").ok
    return lent_kernel


@pytest.fixture
def own_kernel(tmp_path: Path, server: StrictServer) -> Iterator[Kernel]:
    """A kernel for one test alone, for those that end or restart it, on the strict server."""
    with kernel(tmp_path, strict_environment(server)) as running:
        assert running.run("%load_ext nbgemini").ok
        yield running
