"""Texts set in type on a picture, in fonts of this machine that have their letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

__all__ = ["Lettering"]

# Tried in order: fonts that systems have, and for each large script one more. What Pillow carries has ASCII alone.
_FONTS = (
    "DejaVuSans.ttf", "segoeui.ttf", "Arial.ttf", "arial.ttf", "Helvetica.ttc", "NotoSans-Regular.ttf",
    "LiberationSans-Regular.ttf", "Arial Unicode.ttf", "NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf",
    "PingFang.ttc", "Hiragino Sans GB.ttc", "msyh.ttc", "YuGothM.ttc", "msgothic.ttc", "malgun.ttf",
    "AppleSDGothicNeo.ttc", "wqy-microhei.ttc", "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf", "ipag.ttf",
    "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf", "NotoSansDevanagari-Regular.ttf", "Nirmala.ttf",
    "Kohinoor.ttc", "NotoSansThai-Regular.ttf", "LeelawUI.ttf", "Thonburi.ttc",
)  # fmt: skip
_BOLD = ("DejaVuSans-Bold.ttf", "segoeuib.ttf", "Arial Bold.ttf", "arialbd.ttf", "LiberationSans-Bold.ttf")
_SCRIPTS = {"HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean", "CJK": "Chinese"}

Colour = tuple[int, int, int]


class Lettering:
    """Sets texts on one picture. `lacks`: something could not be set, and its script stands in brackets instead."""

    def __init__(self, draw: ImageDraw) -> None:
        self._draw = draw
        self.lacks = False

    def line(self, at: tuple[int, int], text: str, size: int, colour: Colour, room: int, *, bold: bool = False) -> None:
        """One line from its upper left corner, cut to its room."""
        x: float = at[0]
        for run, font in self._runs(self._cut(self._settable(text), size, room, bold=bold), size, bold=bold):
            # By the base line, or fonts of other heights would not stand on one.
            self._draw.text((x, at[1] + size), run, font=font, fill=colour, anchor="ls")
            x += self._draw.textlength(run, font=font)

    def lines(self, text: str, size: int, room: int, most: int, *, bold: bool = False) -> list[str]:
        """A text broken into at most so many lines, the last of them cut."""
        found, line = list[str](), ""
        for word in self._broken(self._settable(text), size, room, bold=bold):
            longer = f"{line} {word}".strip()
            if line and self.width(longer, size, bold=bold) > room:
                found.append(line)
                line = word
            else:
                line = longer
        found += [line] if line else []
        if len(found) > most:
            found = [*found[: most - 1], " ".join(found[most - 1 :])]
        return [self._cut(one, size, room, bold=bold) for one in found]

    def width(self, text: str, size: int, *, bold: bool = False) -> float:
        """In pixels."""
        return sum(self._draw.textlength(run, font=font) for run, font in self._runs(text, size, bold=bold))

    def _broken(self, text: str, size: int, room: int, *, bold: bool) -> Iterator[str]:
        """Words; what is wider than a line is taken apart, as are scripts that put no blanks between words."""
        for word in text.split():
            while len(word) > 1 and (width := self.width(word, size, bold=bold)) > room:
                at = max(1, int(len(word) * room / width))
                yield word[:at]
                word = word[at:]
            yield word

    def _cut(self, text: str, size: int, room: int, *, bold: bool = False) -> str:
        if self.width(text, size, bold=bold) <= room:
            return text
        low, high = 0, len(text)
        while low < high:  # the longest beginning that fits
            middle = (low + high + 1) // 2
            if self.width(text[:middle].rstrip() + "…", size, bold=bold) <= room:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + "…" if low else ""

    def _settable(self, text: str) -> str:
        """The text, with a name in brackets for each stretch of letters that no font here has."""
        pieces = list[str]()
        for lacking, run in groupby(text, _is_lacking):
            letters = "".join(run)
            pieces.append(f"[{_script(letters)}]" if lacking else letters)
            self.lacks |= lacking
        return "".join(pieces)

    def _runs(self, text: str, size: int, *, bold: bool) -> Iterator[tuple[str, FreeTypeFont]]:
        """The text in one font where one has all of it, so that scripts of both directions stand in order."""
        fonts = (*_fonts(bold=True), *_fonts()) if bold else _fonts()
        letters = [letter for letter in text if not letter.isspace()]
        whole = next((font for font in fonts if all(_has(font, letter) for letter in letters)), None)
        if whole is not None:
            yield text, _sized(whole, size)
            return
        run, last = "", fonts[0]
        for letter in text:
            font = last
            if not letter.isspace() and not _has(font, letter):
                font = next((one for one in fonts if _has(one, letter)), last)
            if font != last and run:
                yield run, _sized(last, size)
                run = ""
            run, last = run + letter, font
        yield run, _sized(last, size)


def _is_lacking(letter: str) -> bool:
    return not letter.isspace() and not any(_has(font, letter) for font in _fonts())


def _script(letters: str) -> str:
    """What people call the script of some letters: of several that are mixed, the one that tells the language."""
    found = [unicodedata.name(letter, "other").partition(" ")[0] for letter in letters]
    telling = next((_SCRIPTS[name] for name in _SCRIPTS if name in found), None)
    return telling or found[0].capitalize()


@cache
def _fonts(*, bold: bool = False) -> tuple[str, ...]:
    """The fonts that are here, by what Pillow opens them by; an empty name is its own."""
    from PIL import ImageFont

    found = []
    for name in _BOLD if bold else (*_FONTS, *_of_matplotlib()):
        try:
            found.append(str(ImageFont.truetype(name, 12).path))
        except OSError:
            continue
    return (*dict.fromkeys(found), "")


def _of_matplotlib() -> tuple[str, ...]:
    """matplotlib brings a font that has many letters."""
    spec = find_spec("matplotlib")
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    return tuple(str(Path(place, "mpl-data", "fonts", "ttf", "DejaVuSans.ttf")) for place in places)


@cache
def _sized(font: str, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    found = ImageFont.truetype(font, size) if font else ImageFont.load_default(size)
    assert isinstance(found, ImageFont.FreeTypeFont)  # Pillow is built with FreeType
    return found


@cache
def _has(font: str, letter: str) -> bool:
    """Whether a font has a letter: it draws it otherwise than one that nobody has."""
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return True
    opened = _sized(font, 16)
    return bytes(opened.getmask(letter)) != bytes(opened.getmask("\uffff"))
