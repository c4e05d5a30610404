"""Pictures and links in a terminal: each way of drawing is parsed back, and a pipe gets none of it."""

from __future__ import annotations

import base64
import io
import os
import re
import sys
from pathlib import Path

import pytest
from PIL import Image

from nbgemini.notebook.show.bundles import Bundle
from nbgemini.notebook.show.screen import TerminalScreen
from nbgemini.notebook.show.terminal_pictures import Way, drawn, linked, way_of


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def picture() -> Bundle:
    """A red and blue picture, larger than a terminal shows it."""
    made = Image.new("RGB", (800, 450), (255, 0, 0))
    made.paste((0, 0, 255), (400, 0, 800, 450))
    file = io.BytesIO()
    made.save(file, "PNG")
    return Bundle("a flag\n800 × 450 PNG", picture={"image/png": base64.b64encode(file.getvalue()).decode()})


@pytest.mark.parametrize(
    ("variables", "way"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "iterm"),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, "iterm"),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"}, ""),
        ({"TERM": "screen-256color", "LC_TERMINAL": "iTerm2"}, ""),
        ({"TERM": "dumb"}, ""),
        ({"TERM": "xterm-256color"}, ""),
        ({}, ""),
    ],
)
def test_the_variables(variables: dict[str, str], way: str) -> None:
    """Who takes which pictures; what is not a terminal takes none."""
    assert way_of(Terminal(), variables) == way
    assert way_of(io.StringIO(), variables) == ""


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals")
@pytest.mark.parametrize(
    ("answer", "typed", "way"),
    [(b"\x1b[?62;4;22c", b"", "sixel"), (b"\x1b[?64;1;2c", b"", ""), (b"\x1b[?62;4;22c", b"2+3", "")],
)
def test_the_answer(answer: bytes, typed: bytes, way: str) -> None:
    """A terminal is asked for its attributes, unless something was typed ahead, which stays to be read."""
    import pty
    import tty

    ours, theirs = pty.openpty()
    tty.setcbreak(theirs)
    os.write(ours, typed)

    class Answering(Terminal):
        def flush(self) -> None:
            if self.getvalue().endswith("\x1b[c"):
                os.write(ours, answer)

    with os.fdopen(theirs, "r") as keyboard:
        assert way_of(Answering(), {"TERM": "xterm"}, keyboard) == way
        assert typed == b"" or os.read(theirs, 10) == typed
    os.close(ours)


def shown(way: Way, stream: io.StringIO) -> str:
    """What a screen writes for the picture."""
    TerminalScreen(stream, way).show(picture())
    return stream.getvalue()


def test_kitty() -> None:
    """Pieces of at most 4096 bytes, the last of them marked, make a small PNG."""
    text = shown("kitty", Terminal())
    pieces = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", text)
    assert pieces[0][0].startswith("a=T,f=100")
    assert [head[-3:] for head, _ in pieces] == ["m=1"] * (len(pieces) - 1) + ["m=0"]
    assert max(len(data) for _, data in pieces) <= 4096
    with Image.open(io.BytesIO(base64.b64decode("".join(data for _, data in pieces)))) as image:
        assert image.size == (400, 225)
    assert text.endswith("a flag\n800 × 450 PNG\n")


def test_iterm() -> None:
    """One sequence, whose size is that of the PNG in it."""
    found = re.fullmatch(r"\x1b\]1337;File=inline=1;size=(\d+);[^:]*:([^\a]*)\a\n(?s:.*)", shown("iterm", Terminal()))
    assert found is not None
    data = base64.b64decode(found[2])
    assert len(data) == int(found[1])
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (400, 225)


def test_sixel() -> None:
    """Bands of six rows: every column of each is covered by colours, and the ends are red and blue."""
    text = shown("sixel", Terminal())
    found = re.match(r'\x1bPq"1;1;400;225(.*?)\x1b\\', text)
    assert found is not None
    colours = dict(re.findall(r"#(\d+);2;(\d+;\d+;\d+)", found[1]))
    bands = re.sub(r"#\d+;2;\d+;\d+;\d+", "", found[1]).split("-")[:-1]
    assert len(bands) == 38
    for number, band in enumerate(bands):
        column_bits = [0] * 400
        ends: dict[int, str] = {}
        for colour, runs in re.findall(r"#(\d+)([^#$]*)\$", band):
            plain = re.sub(r"!(\d+)(.)", lambda run: run[2] * int(run[1]), runs)
            assert len(plain) == 400
            for column, mark in enumerate(plain):
                column_bits[column] |= ord(mark) - 63
            ends |= {end: colours[colour] for end in (0, 399) if plain[end] != "?"}
        assert set(column_bits) == {63 if number < 37 else 7}
        assert ends == {0: "100;0;0", 399: "0;0;100"}


@pytest.mark.parametrize("way", ["kitty", "iterm", "sixel", ""])
def test_nothing_in_a_pipe(way: Way) -> None:
    """A file or a pipe gets the text alone, and so does a terminal that draws nothing."""
    assert shown(way, io.StringIO()) == "a flag\n800 × 450 PNG\n"
    assert shown("", Terminal()) == "a flag\n800 × 450 PNG\n"
    assert drawn(base64.b64encode(b"no picture").decode(), "kitty") == ""


def test_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path of an original is a link to it in a terminal; a path that leads nowhere is plain text."""
    monkeypatch.chdir(tmp_path)
    path = Path(".nbgemini") / "objects" / "ab" / f"ab{'0' * 62}"
    text = f"a cat\n800 × 450 PNG, 3 kB: {path}"
    assert linked(text) == text
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    found = re.fullmatch(r"(?s)(.*: )\x1b\]8;;(file://[^\x1b]+)\x1b\\([^\x1b]+)\x1b\]8;;\x1b\\", linked(text))
    assert found is not None
    assert found[3] == str(path)
    assert found[2].endswith(path.absolute().as_uri().removeprefix("file://"))
    stream = io.StringIO()
    TerminalScreen(stream).show(Bundle(text))
    assert stream.getvalue() == f"{text}\n"


def test_a_passing_line_takes_one_row() -> None:
    """A line that is longer than the terminal is wide is cut, so that it can be cleared."""
    stream = Terminal()
    TerminalScreen(stream).update(Bundle("drawing… " + "x" * 400), "id")
    assert len(stream.getvalue().removeprefix("\r\x1b[2K")) < 400
