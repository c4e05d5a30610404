"""The values of primitive fields and enums: JSON in, Python out, or ValueError and TypeError."""

from __future__ import annotations

import math
import re
from typing import Any, NoReturn

from ... import base64text
from .fieldtypes import Enum, Scalar

_NUMBER = re.compile(r"-?\d{1,400}(\.\d+)?([eE][+-]?\d+)?")
_INTEGERS = {"INT32": 31, "INT64": 63}


class BadBase64(ValueError):
    """A text that should have been base64."""


def value(kind: Scalar, given: Any) -> Any:
    """The value of a primitive field; numbers may come as text, which the JSON mapping allows."""
    return _READERS[kind.name](kind, given)


def enum_name(kind: Enum, value: Any) -> str | None:
    """The canonical name for a name in any case, or for a number; None for neither."""
    if isinstance(value, int) and not isinstance(value, bool):
        return kind.names[value] if 0 <= value < len(kind.names) else None
    if not isinstance(value, str):
        return None
    asked = value if kind.exact else value.upper().replace("-", "_")
    return asked if asked in kind.names else None


def _string(_: Scalar, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode("utf-8")  # a lone surrogate is no text: UnicodeEncodeError is a ValueError
    return value


def _bool(_: Scalar, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}[value] if value in ("true", "false") else _refuse()


def _number(value: Any) -> int | float:
    """A JSON number, or one in a string, which the JSON mapping allows too."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value) if any(mark in value for mark in ".eE") else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return value


def _integer(kind: Scalar, value: Any) -> int:
    number, bits = _number(value), _INTEGERS[kind.name]
    if number != math.floor(number) or not -(2**bits) <= number < 2**bits:
        raise ValueError
    return int(number)


def _float(_: Scalar, value: Any) -> float:
    number = float(_number(value))
    return number if math.isfinite(number) else _refuse()


def _bytes(_: Scalar, value: Any) -> bytes:
    if not isinstance(value, str):
        raise TypeError
    try:
        return base64text.decode(value)
    except ValueError:
        raise BadBase64 from None


def _refuse() -> NoReturn:
    raise ValueError


_READERS = {"STRING": _string, "BOOL": _bool, "INT32": _integer, "INT64": _integer, "FLOAT": _float, "BYTES": _bytes}
