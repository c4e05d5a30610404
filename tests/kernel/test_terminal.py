"""Terminal IPython, driven through a pseudo-terminal as a person would: plain prompts, and prompt-toolkit's own."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect  # type: ignore[import-untyped]  # it publishes no types
import pytest

from tests.kernel.conftest import strict_environment
from tests.kernel.test_conversation import prompts
from tests.support.replies import Draw, Slow
from tests.support.strict_server import KEY, StrictServer

_COLOUR = r"\x1b\[[0-9;]*m"
_ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[=>()][0-9A-B]?)")


class Terminal:
    """An IPython in a terminal; a prompt is told by its number."""

    def __init__(self, folder: Path, server: StrictServer, *options: str) -> None:
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "IPython", "--no-banner", "--no-confirm-exit", *options],
            cwd=str(folder), encoding="utf-8", timeout=30, dimensions=(60, 300),
            env={**os.environ, **strict_environment(server), "TERM": "xterm-256color", "NO_COLOR": "1"},
        )  # fmt: skip
        self.number = 0
        self.ready()

    def ready(self) -> str:
        """Wait for the next prompt; what was shown before it, without escapes."""
        self.number += 1
        self.child.expect(rf"In (?:{_COLOUR})*\[(?:{_COLOUR})*{self.number}(?:{_COLOUR})*\]")
        return _ESCAPES.sub("", str(self.child.before))

    def line(self, text: str) -> str:
        """Type a line and wait for the next prompt."""
        self.child.sendline(text)
        return self.ready()

    def close(self) -> None:
        self.child.close(force=True)


Start = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path, server: StrictServer) -> Iterator[Start]:
    """Start terminals; they are ended at the end, and no message of theirs holds the key."""
    begun: list[Terminal] = []

    def start(*options: str) -> Terminal:
        begun.append(Terminal(tmp_path, server, *options))
        begun[-1].line("%load_ext nbgemini")
        return begun[-1]

    yield start
    for terminal in begun:
        terminal.close()


@pytest.mark.deep
def test_a_terminal_counts_the_seconds_and_clears_the_line(start: Start, server: StrictServer) -> None:
    """The live line is drawn over itself and gone when the picture is there; then come words, a path, a footer."""
    terminal = start("--simple-prompt")
    server.will(Slow(2.2, Draw("plain")))
    terminal.child.sendline("get_ipython().run_cell_magic('imagine', '-o fox', 'a fox')")
    terminal.child.expect(r"drawing… 1 s · gemini-3-pro-image · Ctrl-C stops waiting")
    terminal.ready()
    left = str(terminal.child.before).rpartition("\r\x1b[2K")[2]  # what stands after the line was cleared
    assert "drawing…" not in left
    assert re.search(r"^a fox\r?\n.*objects/\S+\r?\n", left, re.MULTILINE), left
    assert re.search(r"\$0\.\d{3} · turn 1 of main", left)
    assert KEY not in left


@pytest.mark.deep
def test_ctrl_c_ends_the_wait(start: Start, server: StrictServer) -> None:
    """In three lines at most, promptly; the next prompt works and goes on from what was there before."""
    terminal = start("--simple-prompt")
    terminal.line("get_ipython().run_cell_magic('imagine', '', 'a fox')")
    server.will(Slow(20))
    terminal.child.sendline("get_ipython().run_cell_magic('imagine', '', 'a slow owl')")
    terminal.child.expect("drawing… 0 s")
    terminal.child.sendintr()
    shown = terminal.ready()
    said = [line for line in shown.splitlines() if line.strip() and "drawing…" not in line and "run_cell" not in line]
    assert any("KeyboardInterrupt: stopped waiting" in line for line in said), shown
    assert len([line for line in said if "stopped waiting after" not in line]) <= 4, said
    assert "Traceback" not in shown
    terminal.line("get_ipython().run_cell_magic('imagine', '', 'at night')")
    assert prompts(server.posts[-1].turns) == ["a fox", "at night"]
    server.release()


@pytest.mark.deep
def test_a_real_prompt(start: Start, server: StrictServer) -> None:
    """With prompt-toolkit: a cell magic typed over several lines, Tab for its options, `%imagine` lines, Ctrl-C."""
    terminal = start("--colors=NoColor")
    terminal.child.send("%%imagine --asp")
    terminal.child.send("\t")
    terminal.child.expect("--aspect", timeout=15)
    terminal.child.send(" 16:9 -o fox\ra fox\r\r\r")
    shown = terminal.ready()
    assert "turn 1 of main" in shown
    assert server.posts[-1].json["generationConfig"]["imageConfig"] == {"aspectRatio": "16:9"}
    assert server.posts[-1].prompt == "a fox"
    assert "objects/" in terminal.line("fox")
    server.will(Slow(20))
    terminal.child.send("%%imagine\ra slow owl\r\r\r")
    terminal.child.expect("drawing… 0 s")
    terminal.child.sendintr()
    assert "KeyboardInterrupt: stopped waiting" in terminal.ready()
    server.release()
    assert "Undid turn 1;" in terminal.line("%imagine undo")
