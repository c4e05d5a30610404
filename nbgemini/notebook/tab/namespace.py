"""The user's names for Tab: which hold pictures, and which can stand in a prompt. No code of the values is run."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from nbgemini.notebook.names.names import Unreachable, field_names, own_names, parse_name, reach
from nbgemini.notebook.names.plain import as_text, is_secret
from nbgemini.notebook.tab.facts import Names
from nbgemini.notebook.tab.path_names import PICTURES
from nbgemini.studio.handles import Result
from nbgemini.studio.pictures.bringing import is_picture

__all__ = ["in_prompt", "pictures", "results"]

_LONGEST = 20_000  # characters of a text that are looked through for a key while somebody waits
_MOST, _DEEPEST = 20, 3  # pictures in a list, and lists in lists
_DOTTED = re.compile(r"(?P<host>.+)\.(?P<begun>\w*)", re.DOTALL)

_Wanted = Callable[[str, object], bool]


def pictures(names: Names, typed: str) -> list[str]:
    """The names that begin as typed and hold pictures: results, PIL images, figures, arrays, bytes, files."""
    return _found(names, typed, lambda _, value: _is_picture(value) or _is_address(value))


def results(names: Names, typed: str) -> list[str]:
    """The variables that begin as typed and hold results."""
    return (
        []
        if "." in typed
        else _found(names, typed, lambda _, value: issubclass(type(value), Result) or _is_drawing(type(value)))
    )


def in_prompt(names: Names, typed: str) -> list[str]:
    """The names that go on from `{typed` and hold what a prompt takes: text, numbers, paths or pictures."""
    return _found(names, typed, _stands_in_prompt)


def _found(names: Names, typed: str, wanted: _Wanted) -> list[str]:
    own = own_names(names.user, names.hidden)
    dotted = _DOTTED.fullmatch(typed)
    if dotted is None:
        return sorted(name for name, value in own.items() if name.startswith(typed) and _is_plain(name, value, wanted))
    found = []
    for field in sorted(field_names(_reached(dotted["host"], own))):
        name = f"{dotted['host']}.{field}"
        if name.startswith(typed) and _is_plain(field, _reached(name, own), wanted):
            found.append(name)
    return found


def _is_plain(name: str, value: object, wanted: _Wanted) -> bool:
    """Whether a name is one that can be typed, and its value is wanted."""
    try:
        return name.isidentifier() and wanted(name, value)
    except Exception:  # one odd value must not hide the others
        return False


def _reached(text: str, own: dict[str, Any]) -> Any:
    """What a name leads to, None for nothing: neither pictures nor texts are None."""
    name = parse_name(text)
    try:
        return None if name is None else reach(name, own)
    except (Unreachable, KeyError):
        return None


def _is_picture(value: object, depth: int = 0) -> bool:
    """Whether a value is a picture, or several; a path tells by its suffix, so that no file is opened for Tab."""
    kind: type[Any] = type(value)  # an instance may lie about its class, and run code to do so
    if issubclass(kind, PurePath):
        return PurePath.suffix.__get__(value).lower() in PICTURES
    if kind in (list, tuple):
        items: Any = value
        return 0 < len(items) <= _MOST and depth < _DEEPEST and all(_is_picture(item, depth + 1) for item in items)
    return is_picture(value) or _is_drawing(kind)


def _is_drawing(kind: type[Any]) -> bool:
    """Whether it is a cell in the background, whose picture is waited for where it is used."""
    module = sys.modules.get("nbgemini.studio.drawing")
    return module is not None and issubclass(kind, module.Drawing)


def _is_address(value: object) -> bool:
    """Whether a text names the file of a picture, or an address."""
    return type(value) is str and (_is_picture(PurePath(value[:1000])) or value.startswith("https://"))


def _stands_in_prompt(name: str, value: object) -> bool:
    if issubclass(type(value), PurePath) or (type(value) is str and len(value) > _LONGEST):
        return True
    try:
        text = as_text(value)
    except Unreachable:
        return False
    known = parse_name(name)
    return text is None or (known is not None and not is_secret(known, text))
