"""The live line while a cell waits: when it appears, how often it changes, and what takes its place."""

from __future__ import annotations

import contextvars
import io
import threading
from dataclasses import dataclass, field

import pytest

from nbgemini.core.live import LivePart
from nbgemini.notebook.cell.waiting import Waiting
from nbgemini.notebook.show.bundles import Bundle, line_bundle
from nbgemini.notebook.show.screen import Place, Screen, TerminalScreen


@dataclass
class Recording:
    """A screen that keeps what it is asked for, as a saved notebook would."""

    rich: bool = True
    pictures: bool = True
    follows: bool = True
    kept: list[tuple[str | None, str]] = field(default_factory=list)
    updates: int = 0

    def show(self, bundle: Bundle, display_id: str | None = None) -> None:
        self.kept.append((display_id, bundle.data["text/plain"]))

    def update(self, bundle: Bundle, display_id: str) -> None:
        self.updates += 1
        self.kept = [(known, bundle.data["text/plain"] if known == display_id else text) for known, text in self.kept]

    def clear(self) -> None:
        self.kept.clear()

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.kept]


@dataclass
class Underway:
    """A job that has said a few things."""

    notices: list[str] = field(default_factory=list)
    live: list[LivePart] = field(default_factory=list)
    progress: str = ""


class Clock:
    """Time that stands still until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def waited(screen: Screen, clock: Clock, seconds: float, job: Underway | None = None) -> Waiting:
    """A wait of so many seconds, with two ticks a second."""
    waiting = Waiting(screen, "gemini-3-pro-image", clock=clock)
    for _ in range(int(seconds * 2)):
        clock.now += 0.5
        waiting.tick(job or Underway())
    return waiting


def test_line(clock: Clock) -> None:
    """It counts the seconds and says what stopping does."""
    screen = Recording()
    waited(screen, clock, 7)
    assert screen.texts == ["drawing… 7 s · gemini-3-pro-image · ■ stops waiting; the answer is kept"]


def test_once_a_second(clock: Clock) -> None:
    """Two ticks a second make one update a second."""
    screen = Recording()
    waited(screen, clock, 60)
    assert screen.updates == 60


def test_news_come_at_once(clock: Clock) -> None:
    """A notice of the job takes the place of the advice without waiting for the next second."""
    screen = Recording()
    job = Underway()
    waiting = waited(screen, clock, 2, job)
    job.notices.append("429: trying again in 12 s")
    waiting.tick(job)
    assert screen.texts == ["drawing… 2 s · gemini-3-pro-image · 429: trying again in 12 s"]
    job.progress = "uploading pictures: 8 of 45 MB"
    waiting.tick(job)
    assert screen.texts[-1] == "drawing… 2 s · gemini-3-pro-image · uploading pictures: 8 of 45 MB"


def test_quick_answer_needs_no_line(clock: Clock) -> None:
    """Within the first moments nothing is shown, so nothing flickers."""
    screen = Recording()
    waiting = Waiting(screen, "m", clock=clock)
    clock.now += 0.3
    waiting.tick(Underway())
    waiting.finish([line_bundle("picture"), line_bundle("footer")])
    assert screen.kept == [(None, "picture"), (None, "footer")]


def test_result_takes_its_place(clock: Clock) -> None:
    """The first output replaces the line, the others follow: a saved notebook holds no leftover."""
    screen = Recording()
    waited(screen, clock, 3).finish([line_bundle("picture"), line_bundle("footer")])
    assert screen.texts == ["picture", "footer"]


def test_error_says_how_long_it_took(clock: Clock) -> None:
    """Before an error the line tells the time, and outputs of the cell before it are left alone."""
    screen = Recording()
    screen.show(line_bundle("printed before"))
    waited(screen, clock, 3).fail()
    assert screen.texts[0] == "printed before"
    assert screen.texts[1].startswith("no picture · ")
    assert len(screen.texts) == 2


def test_given_up_then_announced(clock: Clock) -> None:
    """After an interrupt the line says what becomes of the answer; later it says that it came."""
    screen = Recording()
    waiting = waited(screen, clock, 3)
    waiting.leave("stopped waiting; the request goes on")
    assert screen.texts == ["stopped waiting; the request goes on"]
    waiting.announce(line_bundle("the answer came: `%imagine recover 3f2a`"))
    assert screen.texts == ["the answer came: `%imagine recover 3f2a`"]


def test_given_up_early(clock: Clock) -> None:
    """An interrupt before the line appeared is announced in the same place as well."""
    screen = Recording()
    waiting = Waiting(screen, "m", clock=clock)
    waiting.leave("stopped waiting")
    waiting.announce(line_bundle("it came"))
    assert screen.texts == ["it came"]


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_terminal(clock: Clock) -> None:
    """The line is drawn over itself and wiped before the result."""
    stream = Terminal()
    waited(TerminalScreen(stream), clock, 2).finish([line_bundle("cat.png"), line_bundle("footer")])
    assert "\r\x1b[2Kdrawing… 2 s · gemini-3-pro-image · Ctrl-C stops waiting" in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[2Kcat.png\nfooter\n")


def test_no_terminal(clock: Clock) -> None:
    """Where output goes into a file or a pipe, only the result is written."""
    stream = io.StringIO()
    waited(TerminalScreen(stream), clock, 5).finish([line_bundle("cat.png")])
    assert stream.getvalue() == "cat.png\n"


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii", "utf-8"])
def test_a_terminal_that_lacks_letters(encoding: str, clock: Clock) -> None:
    """What was paid for is shown all the same, with question marks; where nothing lacks, as it is."""
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding=encoding, newline="")
    waited(TerminalScreen(stream), clock, 2).finish([line_bundle("a fox ↳ 狐")])
    stream.flush()
    assert written.getvalue().decode(encoding) == ("a fox ↳ 狐\n" if encoding == "utf-8" else "a fox ? ?\n")


def test_an_update_belongs_to_the_cell_that_made_the_place() -> None:
    """Another thread may put it, and another cell may run by then: what is put goes to the first one's output."""
    cell: contextvars.ContextVar[str] = contextvars.ContextVar("cell", default="none")
    seen: list[str] = []

    class Noting(Recording):
        def update(self, bundle: Bundle, display_id: str) -> None:
            seen.append(cell.get())
            super().update(bundle, display_id)

    screen = Noting()
    place = Place(screen)
    before = place.visible
    cell.set("first")
    place.put(line_bundle("waiting"))
    assert (before, place.visible) == (False, True)
    cell.set("second")
    thread = threading.Thread(target=place.put, args=(line_bundle("here"),))
    thread.start()
    thread.join()
    place.put(line_bundle("at last"))
    assert seen == ["first", "first"]
    assert screen.texts == ["at last"]


def test_news_before_anything_was_shown_makes_no_output(clock: Clock) -> None:
    """What became of an answer is an update of the line: another thread adds no output to whichever cell runs."""
    screen = Recording()
    Waiting(screen, "flash", clock=clock).announce(line_bundle("it came"))
    assert screen.texts == []
