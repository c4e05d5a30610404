"""Small pictures and links in a terminal that shows them, as its own escape sequences.

A terminal says which pictures it takes by variables (kitty, iTerm2 and those that do as they do) or, asked for its
attributes, that it draws sixels. Nothing here is written to a pipe or a file.
"""

from __future__ import annotations

import base64
import os
import re
import select
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Way", "drawn", "linked", "way_of"]

Way = Literal["kitty", "iterm", "sixel", ""]

_BOX = (400, 300)  # pixels: about 45 columns and 17 rows
_CHUNK = 4096  # bytes of base64 in one sequence of kitty's
_COLOURS = 64
_PATIENCE = 0.5  # seconds for a terminal's answer
_ORIGINAL = re.compile(r"(?m)(?<=: )\S.*?[/\\]objects[/\\][0-9a-f]{2}[/\\][0-9a-f]{64}$")


def way_of(stream: TextIO, variables: Mapping[str, str], keyboard: TextIO | None = None) -> Way:
    """How the terminal behind a stream takes pictures: by its variables, else by its answer; empty for not at all."""
    if not stream.isatty() or "TMUX" in variables or variables.get("TERM", "").startswith(("screen", "dumb")):
        return ""  # tmux and screen keep such sequences to themselves
    program = variables.get("TERM_PROGRAM", "").lower()
    if variables.get("TERM", "") in ("xterm-kitty", "xterm-ghostty") or program == "ghostty":
        return "kitty"
    if program in ("iterm.app", "wezterm") or variables.get("LC_TERMINAL") == "iTerm2":
        return "iterm"
    return "sixel" if keyboard is not None and _draws_sixels(stream, keyboard) else ""


def _draws_sixels(stream: TextIO, keyboard: TextIO) -> bool:
    """Ask for the primary device attributes; 4 among them are sixels. Not where something was typed ahead."""
    try:
        import termios
        import tty

        there = keyboard.fileno()
        before = termios.tcgetattr(there)
    except (ImportError, OSError, ValueError, termios.error):
        return False
    answer = b""
    try:
        tty.setcbreak(there, termios.TCSANOW)  # what was typed ahead stays
        if select.select([there], [], [], 0)[0]:
            return False
        stream.write("\x1b[c")
        stream.flush()
        until = time.monotonic() + _PATIENCE
        while not answer.endswith(b"c") and select.select([there], [], [], max(0.0, until - time.monotonic()))[0]:
            answer += os.read(there, 64)
    finally:
        termios.tcsetattr(there, termios.TCSADRAIN, before)
    found = re.search(rb"\x1b\[\?([\d;]+)c", answer)
    return found is not None and b"4" in found[1].split(b";")


def drawn(encoded: str, way: Way) -> str:
    """A picture in base64 as the sequences that draw it small; empty where it cannot be read."""
    from io import BytesIO

    from PIL import Image

    try:
        with Image.open(BytesIO(base64.b64decode(encoded))) as opened:
            picture = opened.convert("RGBA" if opened.mode in ("RGBA", "LA", "PA") else "RGB")
    except (OSError, ValueError):
        return ""
    picture.thumbnail(_BOX)
    if way == "sixel":
        return _sixels(picture)
    file = BytesIO()
    picture.save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode("ascii")
    if way == "iterm":
        return f"\x1b]1337;File=inline=1;size={len(file.getvalue())};preserveAspectRatio=1:{data}\a\n"
    pieces = [data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)]
    heads = ["a=T,f=100,q=2,", *([""] * (len(pieces) - 1))]
    more = [1] * (len(pieces) - 1) + [0]
    return (
        "".join(f"\x1b_G{head}m={m};{piece}\x1b\\" for head, m, piece in zip(heads, more, pieces, strict=True)) + "\n"
    )


def _sixels(picture: Image) -> str:
    """Bands of six rows; in each, a line for every colour that is in it, as runs."""
    reduced = picture.convert("RGB").quantize(_COLOURS)
    palette = reduced.getpalette() or []
    width, height = reduced.size
    pixels = reduced.tobytes()
    out = [f'\x1bPq"1;1;{width};{height}']
    for index in range(len(palette) // 3):
        red, green, blue = (round(value / 2.55) for value in palette[3 * index : 3 * index + 3])
        out.append(f"#{index};2;{red};{green};{blue}")
    for top in range(0, height, 6):
        rows = [pixels[row * width : (row + 1) * width] for row in range(top, min(top + 6, height))]
        for index in sorted({colour for row in rows for colour in row}):
            marks = bytes(
                63 + sum(1 << bit for bit, row in enumerate(rows) if row[column] == index) for column in range(width)
            )
            runs = re.sub(rb"(.)\1{3,}", lambda run: b"!%d%c" % (len(run[0]), run[1]), marks)
            out.append(f"#{index}{runs.decode('ascii')}$")
        out.append("-")
    return "".join([*out, "\x1b\\", "\n"])


def linked(text: str) -> str:
    """A text in which the path of an original is a link that a terminal opens."""

    def link(found: re.Match[str]) -> str:
        path = Path(found[0]).expanduser().absolute()
        if not path.is_file():
            return found[0]
        address = path.as_uri().replace("file://", f"file://{socket.gethostname()}", 1)
        return f"\x1b]8;;{address}\x1b\\{found[0]}\x1b]8;;\x1b\\"

    return _ORIGINAL.sub(link, text)
