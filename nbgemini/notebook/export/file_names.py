"""File names inside the folder of an export: plain letters, never a path, each once."""

from __future__ import annotations

import re

from nbgemini.core.picture import SUFFIXES, Picture
from nbgemini.core.portable_names import is_device

__all__ = ["Names"]

_ODD = re.compile(r"[^\w .+-]+")
_LONGEST = 60  # characters without the suffix


class Names:
    """Hands out names and remembers which picture got which: the same picture under the same stem is one file."""

    def __init__(self) -> None:
        self.files: dict[str, Picture] = {}
        self._taken: set[str] = set()

    def name(self, stem: str, picture: Picture) -> str:
        """A name such as `turn-3.png` for a picture, numbered further when another one has it."""
        suffix = SUFFIXES.get(picture.media_type, ".bin")
        plain = _plain(stem)
        number = 1
        while True:
            name = f"{plain}{'' if number == 1 else f'-{number}'}{suffix}"
            if self.files.get(name) == picture:
                return name
            if name.casefold() not in self._taken:
                self._taken.add(name.casefold())
                self.files[name] = picture
                return name
            number += 1


def _plain(stem: str) -> str:
    plain = _ODD.sub("_", stem)[:_LONGEST].strip(" .")
    return "picture" if not plain else f"_{plain}" if is_device(plain) or plain[0] == "-" else plain
