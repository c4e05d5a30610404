"""`cat`, `cats[1]`, `grid.best`: names of the user's own variables, and how to reach plain values through them.

Nothing here runs a line of the user's code: no calls, no properties, no `__getattr__`, no `__getitem__` of unknown
classes. Attributes are read from dataclasses, namedtuples, SimpleNamespaces and our own results; items from dicts,
lists, tuples and numpy arrays. Modules, classes and everything private are closed.
"""

from __future__ import annotations

import inspect
import re
import sys
import types
import unicodedata
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from nbgemini._dataclass import dataclass
from nbgemini.studio.handles import ConversationHandle, Result
from nbgemini.studio.pictures.values import class_name

__all__ = ["Name", "Unreachable", "field_names", "own_names", "parse_name", "reach"]

_LONGEST = 300  # characters
_STEP = re.compile(
    r"""
      \.(?P<field>[^\W\d]\w*)
    | \[(?P<index>-?[0-9]{1,9})\]
    | \['(?P<single>[^'\\\[\]{}]*)'\]
    | \["(?P<double>[^"\\\[\]{}]*)"\]
    | \[(?P<bare>[^\W\d]\w*(?:\ +\w+)*)\]
    """,
    re.VERBOSE,
)
_HEAD = re.compile(r"[^\W\d]\w*")
# What IPython itself puts into a namespace.
_IPYTHONS = frozenset({"In", "Out", "get_ipython", "exit", "quit", "open"})
# What may be asked of values of ours; reading them runs our code alone.
_OURS: dict[type, frozenset[str]] = {
    Result: frozenset(
        ("alt", "cost", "created", "finish_reason", "image", "images", "mime", "model", "note", "path", "prompt")
    )
    | {"seconds", "stars", "text", "thoughts", "turn", "variants", "would_cost"},
    ConversationHandle: frozenset({"exchanges", "last", "name"}),
}
_OF_PATHS = frozenset({"name", "parent", "stem", "suffix"})


@dataclass(frozen=True, slots=True)
class Name:
    """A variable and the steps from it: fields (".best") and items (1, "best")."""

    text: str
    variable: str
    steps: tuple[tuple[str, str | int], ...] = ()


class Unreachable(Exception):
    """Why a name leads to no plain value, to be read after it."""


def parse_name(text: str, *, bare_keys: bool = False) -> Name | None:
    """The name that a text spells, or None. `bare_keys`: `grid[best]` is `grid['best']`, as on an option line."""
    if len(text) > _LONGEST or not (head := _HEAD.match(text)):
        return None
    steps, at = [], head.end()
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None or (step["bare"] is not None and not bare_keys):
            return None
        steps.append(_step(step))
        at = step.end()
    variable = unicodedata.normalize("NFKC", head[0])  # as Python stores it
    spelled = [variable, *(str(value) for kind, value in steps if kind == "field")]
    return Name(text, variable, tuple(steps)) if all(name.isidentifier() for name in spelled) else None


def _step(step: re.Match[str]) -> tuple[str, str | int]:
    if step["field"] is not None:
        return "field", unicodedata.normalize("NFKC", step["field"])
    if step["index"] is not None:
        return "item", int(step["index"])
    return "item", next(key for key in (step["single"], step["double"], step["bare"]) if key is not None)


def own_names(namespace: Mapping[str, Any], hidden: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The user's own variables: nothing private, nothing of IPython's (`hidden`: what it put there itself)."""
    hidden = {name: namespace.get(name) for name in _IPYTHONS} if hidden is None else hidden
    return {
        name: value
        for name, value in namespace.items()
        if not name.startswith("_") and not (name in hidden and hidden[name] is value)
    }


def reach(name: Name, names: Mapping[str, Any]) -> Any:
    """The value that a name leads to. Raises Unreachable; KeyError when there is no such variable."""
    value = names[name.variable]
    for kind, step in name.steps:
        value = _field(value, str(step)) if kind == "field" else _item(value, step)
    return value


def field_names(value: object) -> tuple[str, ...]:
    """The fields of a value that `reach` may read; most values have none."""
    kind = type(value)
    if kind in _OURS:
        return tuple(_OURS[kind])
    if issubclass(kind, PurePath) and _is_standard(kind):
        return tuple(_OF_PATHS)
    if issubclass(kind, types.SimpleNamespace):
        return tuple(object.__getattribute__(value, "__dict__"))
    return tuple(_names_of(kind) if issubclass(kind, tuple) else _fields_of(kind))


def _field(value: object, field: str) -> Any:
    if field.startswith("_"):
        raise Unreachable("private names are never read")
    kind = type(value)
    if issubclass(kind, types.ModuleType):
        raise Unreachable("the contents of a module are never read")
    if field in _OURS.get(kind, ()) or (field in _OF_PATHS and issubclass(kind, PurePath) and _is_standard(kind)):
        return getattr(value, field)
    if issubclass(kind, tuple) and field in (names := _names_of(kind)):
        return _item(value, names.index(field))
    if issubclass(kind, types.SimpleNamespace) or field in _fields_of(kind):
        return _stored(value, field)
    raise Unreachable(f"attributes of {_article(kind)} are not read")


def _is_standard(kind: type) -> bool:
    return kind.__module__.partition(".")[0] == "pathlib"


def _names_of(kind: type) -> tuple[str, ...]:
    """The field names of a namedtuple."""
    names = inspect.getattr_static(kind, "_fields", ())
    return names if type(names) is tuple else ()


def _fields_of(kind: type) -> Mapping[str, object]:
    """The fields of a dataclass."""
    fields = inspect.getattr_static(kind, "__dataclass_fields__", {})
    return fields if type(fields) is dict else {}


def _stored(value: object, field: str) -> Any:
    """What an instance itself holds under a name; whatever would run code to answer is closed."""
    member = inspect.getattr_static(value, field, _MISSING)
    if type(member) is types.MemberDescriptorType:  # a slot
        try:
            return member.__get__(value)
        except AttributeError:
            member = _MISSING
    if member is _MISSING:
        raise Unreachable(f"there is no `{field}`")
    if inspect.getattr_static(type(member), "__get__", None) is not None:
        raise Unreachable(f"`{field}` is computed, and nothing is called")
    return member


_MISSING = object()
# The built-in ways to an item: no `__missing__`, and no override of a subclass.
_GET: Any = dict.get
_OF_LIST: Any = list.__getitem__
_OF_TUPLE: Any = tuple.__getitem__


def _item(value: object, key: str | int) -> Any:
    kind = type(value)
    try:
        if issubclass(kind, dict):
            item = _GET(value, key, _MISSING)
            if item is _MISSING:
                raise Unreachable(f"there is no {key!r}")
            return item
        if isinstance(key, int) and issubclass(kind, list | tuple):
            return (_OF_LIST if issubclass(kind, list) else _OF_TUPLE)(value, key)
    except IndexError:
        raise Unreachable("it has fewer items") from None
    numpy = sys.modules.get("numpy")
    if isinstance(key, int) and numpy is not None and kind is numpy.ndarray and value.ndim:  # type: ignore[attr-defined]
        return _row(value, key)
    raise Unreachable(f"items of {_article(kind)} are not read")


def _row(array: Any, index: int) -> Any:
    if not -len(array) <= index < len(array):
        raise Unreachable(f"it has {len(array)} items")
    return array[index]


def _article(kind: type) -> str:
    name = class_name(kind)
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
