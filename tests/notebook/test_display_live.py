"""What a stream brings while a cell waits: calm, small, safe to look at, and gone when the result is there."""

from __future__ import annotations

import io

from nbgemini.core.live import LivePart
from nbgemini.core.picture import Picture
from nbgemini.notebook.cell.live_view import LiveView, latest
from nbgemini.notebook.cell.waiting import Waiting
from nbgemini.notebook.show.bundles import line_bundle
from nbgemini.notebook.show.screen import TerminalScreen
from tests.notebook.test_display_waiting import Clock, Recording, Terminal, Underway
from tests.support.pictures import make_picture

LARGE = make_picture("PNG", (900, 600))
SKETCH = Picture("5" * 64, len(LARGE), "image/png", 900, 600)


def view() -> LiveView:
    return LiveView(lambda picture: LARGE)


def thought(text: str, number: int = 0) -> LivePart:
    return LivePart(text, thought=True, number=number)


def shown(*parts: LivePart, running: bool = True) -> str:
    return view().bundle(parts, running=running).data["text/html"]


def test_it_is_drawn_anew_once_a_second_at_most() -> None:
    """However fast parts come; and not at all while nothing does."""
    screen, clock, job = Recording(), Clock(), Underway()
    waiting = Waiting(screen, "m", view(), clock=clock)
    for tick in range(100):
        clock.now += 0.05
        job.live.append(thought(f"step {tick} "))
        waiting.tick(job)
    assert screen.updates <= 10  # five seconds: one of the line and one of the block in each
    before = screen.updates
    for _ in range(40):
        clock.now += 0.05
        waiting.tick(job)
    assert screen.updates - before <= 3
    assert len(screen.kept) == 2


def test_the_result_takes_both_places() -> None:
    """Nothing is left of the waiting, and an output too many is emptied."""
    for bundles in (3, 2, 1):
        screen, clock, job = Recording(), Clock(), Underway(live=[thought("hm")])
        waiting = Waiting(screen, "m", view(), clock=clock)
        clock.now += 2
        waiting.tick(job)
        waiting.finish([line_bundle(f"output {number}") for number in range(bundles)])
        assert [text for text in screen.texts if text] == [f"output {number}" for number in range(bundles)]


def test_what_is_given_up_or_fails_leaves_the_thoughts_folded() -> None:
    """With all that had come by then."""
    for end in ("leave", "fail"):
        screen, clock, job = Recording(), Clock(), Underway(live=[thought("first")])
        waiting = Waiting(screen, "m", view(), clock=clock)
        clock.now += 2
        waiting.tick(job)
        job.live.append(thought(" second"))
        getattr(waiting, end)()
        assert screen.texts[1] == "[thoughts until then]\nfirst second"


def test_hostile_texts_are_letters() -> None:
    """No markup, no control characters, no keys, and no heading that breaks out."""
    html = shown(thought("**<script>alert(1)</script>**\n<img src=x onerror=y>\x1b[31m\u202e AIzaSy" + "A" * 33))
    assert "<script" not in html
    assert "<img" not in html
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert "AIzaSy" not in html
    assert "<b>Salt &amp; pepper</b>" in shown(thought("**Salt & pepper**\n\nmore"))


def test_an_output_stays_small() -> None:
    """Megabytes of words and hundreds of pictures: the newest are shown."""
    parts = [thought("word " * 2000, number) for number in range(40)]
    parts += [LivePart(picture=SKETCH, thought=True, number=number % 40) for number in range(400)]
    html = shown(*parts)
    assert len(html) < 1_000_000
    assert "request 40" in html
    assert "request 1<" not in html


def test_interim_pictures_are_thumbnails_and_the_result_is_larger() -> None:
    """160 and 320 pixels at most, each read once."""
    read: list[Picture] = []

    def reading(picture: Picture) -> bytes:
        read.append(picture)
        return LARGE

    looked = LiveView(reading)
    parts = [LivePart(picture=SKETCH, thought=True), LivePart(picture=SKETCH)]
    html = looked.bundle(parts, running=True).data["text/html"]
    assert 'alt="interim picture" width="160"' in html
    assert 'alt="the picture" width="320"' in html
    assert looked.bundle(parts, running=True).data["text/html"] == html
    assert len(read) == 2


def test_a_picture_that_cannot_be_read_is_named() -> None:
    """It is on disk, and comes again with the result."""

    def lost(picture: Picture) -> bytes:
        raise OSError("gone")

    html = LiveView(lost).bundle([LivePart(picture=SKETCH, thought=True)], running=True).data["text/html"]
    assert "interim picture, not shown: OSError" in html


def test_a_terminal_shows_the_newest_thought_in_its_line() -> None:
    """One line that is drawn over, never a flood."""
    stream, clock = Terminal(), Clock()
    job = Underway(live=[thought("**Reading**\n\nA fox"), thought(" in snow.\n\n")])
    waiting = Waiting(TerminalScreen(stream), "m", clock=clock)
    for _ in range(20):
        clock.now += 0.1
        job.live.append(thought("\x1b[2Jmore\n"))
        waiting.tick(job)
    assert "thinking: more" in stream.getvalue()
    assert stream.getvalue().count("\r") <= 4
    assert "\x1b[2J" not in stream.getvalue()
    quiet = io.StringIO()
    waiting = Waiting(TerminalScreen(quiet), "m", clock=clock)
    clock.now += 2
    waiting.tick(job)
    assert quiet.getvalue() == ""


def test_the_newest_thought_is_one_line() -> None:
    """The last that says anything; nothing where there is no thought."""
    assert latest([thought("**Planning**\n\nA fox"), thought(" on a hill.\n\n")]) == "thinking: A fox on a hill."
    assert latest([thought("**Planning**\n\n")]) == "thinking: Planning"
    assert latest([LivePart("said"), LivePart(picture=SKETCH, thought=True)]) == ""
