"""The picture in the clipboard of the kernel's machine; a program that helps to read it gets no key to see."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from nbgemini.errors import ReferenceImageError
from nbgemini.settings import helper_environment
from nbgemini.studio.silence import quiet

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["read_clipboard"]

_WAIT = 15.0  # seconds for a program that holds the clipboard
# Programs that print a picture, and the variable of the desktop that each is for.
_PROGRAMS = (
    ("WAYLAND_DISPLAY", ("wl-paste", "-t", "image")),
    ("DISPLAY", ("xclip", "-selection", "clipboard", "-t", "image/png", "-o")),
)
_NOTHING = re.compile(r"Nothing is copied|No selection|No suitable type| not available|cannot convert |no owner for")
_MAC = ("osascript", "-e", "get the clipboard as «class PNGf»")


def read_clipboard() -> object:
    """The picture in the clipboard, or the names of the files in it. Raises ReferenceImageError."""
    try:
        with quiet():
            picture = _found()
    except Exception as problem:  # no display, no program; each system has its own kinds
        why = (str(problem).strip().splitlines() or [type(problem).__name__])[0].rstrip(".")
        raise ReferenceImageError(
            f"The clipboard cannot be read where the kernel runs: {why}.",
            hint="Save the picture to a file and give that.",
        ) from None
    if not picture:
        raise ReferenceImageError("There is no picture in the clipboard.", hint="Copy one, then run the cell again.")
    return picture


def _found() -> object:
    if sys.platform == "win32":  # there Pillow asks the system itself
        from PIL import ImageGrab

        return ImageGrab.grabclipboard()
    environment = helper_environment()
    if sys.platform == "darwin":
        printed = _run(_MAC, environment)
        return _opened(bytes.fromhex(printed[11:-3].decode("ascii"))) if printed else None
    return _opened(_run(_program(environment), environment))


def _program(environment: dict[str, str]) -> tuple[str, ...]:
    """The program of this desktop; where no desktop is named, the one that is there. Raises OSError."""
    desktops = [variable for variable, _ in _PROGRAMS if environment.get(variable)][:1]
    for variable, command in _PROGRAMS:
        if shutil.which(command[0]) and (not desktops or variable in desktops):
            return command
    raise OSError("it needs `wl-paste` or `xclip`, and neither is installed")


def _run(command: tuple[str, ...], environment: dict[str, str]) -> bytes:
    """What a program prints; nothing when there is no picture. Raises OSError with its own words, TimeoutExpired."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_WAIT, env=environment, check=False
    )
    if done.returncode == 0:
        return done.stdout
    complaint = done.stderr.decode("utf-8", "replace").strip()
    if command == _MAC or _NOTHING.search(complaint):
        return b""
    raise OSError(f"`{command[0]}` says: {complaint[:200]}" if complaint else f"`{command[0]}` fails")


def _opened(data: bytes) -> Image | None:
    from PIL import Image

    if not data:
        return None
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
