"""A panel's kernel half with a page that the test plays: it keeps what it is told, and waits for it."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nbgemini.notebook.panel.desk import Desk
from nbgemini.notebook.panel.verbs import do
from nbgemini.notebook.show.bundles import Bundle
from nbgemini.studio.studio import Studio
from nbgemini.studio.surroundings.embedded import Embedded, StepLike

__all__ = ["PNG", "Held", "Page", "panel_on"]

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAFklEQVR4nGP8z4APMOGVZRip0gwMAD8BAROsKI0eAAAAAElFTkSuQmCC"
)


class Held(Embedded):
    """An emulator whose answers wait until the test lets them `go`."""

    def __init__(self, script: Sequence[StepLike] | None = None) -> None:
        super().__init__(script)
        self.go = threading.Event()

    def handle(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], Iterable[bytes]]:
        assert self.go.wait(30)
        return super().handle(method, target, headers, body)


class Page:
    """A page with one view of the panel."""

    known_as = "w"

    def __init__(self) -> None:
        self.traits: dict[str, Any] = {"job": {}, "said": {}}
        self.heard: list[dict[str, Any]] = []
        self.buffers: list[Sequence[bytes]] = []
        self.inserted: list[Bundle] = []
        self.threads: set[str] = set()
        self._news = threading.Condition()
        self.desk: Desk

    # -- what the kernel does

    def put(self, **traits: Any) -> None:
        with self._news:
            self.threads.add(threading.current_thread().name)
            self.traits.update(traits)
            self._news.notify_all()

    def tell(self, message: dict[str, Any], buffers: Sequence[bytes] = ()) -> None:
        with self._news:
            self.heard.append(message)
            self.buffers.append(buffers)
            self._news.notify_all()

    def insert(self, bundle: Bundle, page: str) -> str:
        self.inserted.append(bundle)
        return "" if page == "p" else "another page"

    # -- what the page does

    def ask(self, do_: str, /, *buffers: bytes, **given: Any) -> None:
        """Send a message, and wait until it has been done, what it brings in its train included."""
        self.ask_raw({"do": do_, **given}, list(buffers))

    def ask_raw(self, message: object, buffers: Sequence[bytes]) -> None:
        self.desk.submit(lambda: do(self.desk, message, buffers))
        for _ in range(3):
            done = threading.Event()
            self.desk.submit(done.set)
            assert done.wait(30)

    def until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        with self._news:
            while not true():
                assert self._news.wait(deadline - time.monotonic()), (self.traits.get("said"), self.heard[-3:])

    def run(self, prompt: str, **given: Any) -> str:
        """Draw, and wait for the turn: its id."""
        before = len(self.told("made"))
        self.ask("run", **{"prompt": prompt, "base": self.traits["head"]["id"], **given})
        self.until(lambda: len(self.told("made")) > before)
        return str(self.told("made")[-1]["turn"])

    # -- what it shows

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.heard if one["is"] == kind]

    @property
    def lines(self) -> list[str]:
        """What the panel says."""
        return list(self.traits["said"].get("lines", []))

    @property
    def turns(self) -> list[dict[str, Any]]:
        return list(self.traits["turns"])


def panel_on(home: Path, studio: Studio | None = None, place: str = "", **traits: Any) -> tuple[Studio, Page]:
    """A panel on a studio whose store is in `home`; without a key the emulator draws, small pictures if not told."""
    studio = studio or Studio(home=home, traits=lambda: traits or {"model": "flash", "size": "512"})
    page = Page()
    page.desk = Desk(studio, page, place)
    page.desk.push()
    return studio, page
