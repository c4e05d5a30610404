"""The user's names for Tab: which hold pictures, and which can stand in a prompt. No code of the values is run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from numbers import Number
from pathlib import PurePath
from types import ModuleType
from typing import Any

from nbgemini.core.pictures import sniff
from nbgemini.core.redact import looks_like_key
from nbgemini.notebook.tab.paths import PICTURES

__all__ = ["in_prompt", "pictures", "results"]

# What the values are is told by their classes' full names: asking a library for its classes would import it.
_RESULT = "nbgemini.studio.results.Result"
_PICTURES = frozenset(
    {
        _RESULT,
        "PIL.Image.Image",
        "matplotlib.figure.Figure",
        "matplotlib.axes._base._AxesBase",
        "IPython.core.display.Image",
        "IPython.utils.capture.CapturedIO",
    }
)
_ARRAY = "numpy.ndarray"
_SCALAR = "numpy.generic"
_LONGEST = 20_000  # characters of a text that are looked through for a key
_DOTTED = re.compile(r"(?P<host>[^\W\d]\w*(?:\.[^\W\d]\w*)*)\.(?P<begun>\w*)")


def pictures(user_ns: Mapping[str, Any], hidden: Mapping[str, Any], typed: str) -> list[str]:
    """The variables that begin with `typed` and hold pictures: results, PIL images, figures, arrays, bytes, paths."""
    return _names(user_ns, hidden, typed, _is_reference)


def results(user_ns: Mapping[str, Any], hidden: Mapping[str, Any], typed: str) -> list[str]:
    """The variables that begin with `typed` and hold results of `-o` or of Python."""
    return _names(user_ns, hidden, typed, lambda value: _RESULT in _classes(value))


def in_prompt(user_ns: Mapping[str, Any], hidden: Mapping[str, Any], typed: str) -> list[str]:
    """The names that go on from `{typed` and hold text, numbers, paths or pictures; dotted ones too."""
    dotted = _DOTTED.fullmatch(typed)
    if dotted is None:
        return _names(user_ns, hidden, typed, _stands_in_prompt)
    value: Any = user_ns
    for name in dotted["host"].split("."):
        value = _fields(value).get(name)
    found = _names(_fields(value), {}, dotted["begun"], _stands_in_prompt)
    return [f"{dotted['host']}.{name}" for name in found]


def _names(
    user_ns: Mapping[str, Any], hidden: Mapping[str, Any], typed: str, wanted: Callable[[object], bool]
) -> list[str]:
    """Names with a wanted value; IPython's own are left out, those with an underscore wait until it is typed."""
    return sorted(
        name
        for name, value in list(user_ns.items())
        if isinstance(name, str)
        and name.isidentifier()
        and name.startswith(typed)
        and not name.startswith("__")
        and (not name.startswith("_") or typed.startswith("_"))
        and (name not in hidden or hidden[name] is not value)
        and wanted(value)
    )


def _classes(value: object) -> frozenset[str]:
    """The full names of a value's class and of those above it."""
    return frozenset(_full_names(value))


def _full_names(value: object) -> Iterator[str]:
    for one in type.mro(type(value)):
        yield f"{vars(one).get('__module__', '')}.{one.__qualname__}"


def _is_reference(value: object) -> bool:
    """Whether `-r` takes it."""
    if isinstance(value, str):
        return PurePath(value[:1000]).suffix.lower() in PICTURES or value.startswith("https://")
    return _is_picture(value)


def _is_picture(value: object) -> bool:
    if isinstance(value, bytes | bytearray):
        return sniff(bytes(value[:64])) is not None
    if isinstance(value, PurePath):
        return value.suffix.lower() in PICTURES
    classes = _classes(value)
    return not classes.isdisjoint(_PICTURES) or (_ARRAY in classes and _is_raster(value))


def _is_raster(array: Any) -> bool:
    """Whether an array has the shape of a picture: rows and columns, and at most four channels."""
    shape = array.shape
    return (len(shape) == 2 and min(shape) > 1) or (len(shape) == 3 and shape[2] in (1, 3, 4))


def _stands_in_prompt(value: object) -> bool:
    if isinstance(value, str):
        return len(value) > _LONGEST or not looks_like_key(value)
    if isinstance(value, Number | PurePath):
        return True
    return _is_picture(value) or _SCALAR in _classes(value)


def _fields(value: Any) -> dict[str, Any]:
    """The plain attributes of a value: what its own dictionary, its slots or its tuple fields hold. Modules have none."""
    if isinstance(value, Mapping) and type(value) is dict:
        return value
    if isinstance(value, ModuleType | type):
        return {}
    return {}
