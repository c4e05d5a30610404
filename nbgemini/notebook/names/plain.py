"""What a value becomes in a prompt: its text, a picture, or a reason why neither."""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from nbgemini.core.redact import looks_like_key
from nbgemini.notebook.names.names import Name, Unreachable
from nbgemini.studio.drawing import Drawing
from nbgemini.studio.pictures.bringing import is_picture
from nbgemini.studio.pictures.values import class_name

__all__ = ["as_text", "is_secret"]

# Keys and tokens of others: Google's own are known to `core.redact`.
_FOREIGN_KEY = re.compile(
    r"\b(?:sk|pk|rk)[-_](?:[a-z]+[-_])*[0-9A-Za-z]{16,}|\bgh[opsur]_[0-9A-Za-z]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bxox[abprs]-[\w-]{10,}|\bhf_[0-9A-Za-z]{20,}|\beyJ[\w-]{10,}\.[\w-]{10,}\."
    r"|\bGOCSPX-[\w-]{10,}|-----BEGIN [A-Z ]*PRIVATE KEY"
)
_SECRET_WORDS = frozenset(
    (
        "apikey",
        "auth",
        "bearer",
        "credential",
        "credentials",
        "passphrase",
        "passwd",
        "password",
        "pwd",
        "secret",
        "token",
    )
)
_SECRET_PAIRS = frozenset(("api_key", "access_key", "auth_key", "encryption_key", "private_key", "secret_key"))


def as_text(value: object) -> str | None:
    """The text of a plain value, None for a picture. Raises Unreachable for anything else.

    Classes are looked at, never asked: a subclass's own `__str__` does not run.
    """
    kind = type(value)
    for base, spelled in _TEXTS.items():
        if issubclass(kind, base):
            return spelled(value)
    if _is_numpy_scalar(kind):
        return str(value)
    if is_picture(value) or issubclass(kind, Drawing):
        return None
    if issubclass(kind, PurePath):
        return str(value)
    raise Unreachable(_REASONS.get(kind) or f"a value of type {class_name(kind)} is neither text nor a picture")


def _whole(value: Any) -> str:
    try:
        return int.__repr__(value)
    except ValueError:  # Python refuses to spell thousands of digits
        raise Unreachable("it has too many digits") from None


_TEXTS: dict[type, Callable[[Any], str]] = {
    str: str.__str__,
    bool: bool.__repr__,
    int: _whole,
    float: float.__repr__,
    Decimal: Decimal.__str__,
    datetime.datetime: lambda value: datetime.datetime.isoformat(value, " "),
    datetime.date: datetime.date.isoformat,
}
_REASONS: dict[type, str] = {
    type(None): "it is None",
    list: "it is a list; name one of its items, as in `[0]`",
    tuple: "it is a tuple; name one of its items, as in `[0]`",
    dict: "it is a dict; name one of its items, as in `['key']`",
    bytes: "its bytes are not a picture",
}


def _is_numpy_scalar(kind: type) -> bool:
    """Whether a class is one of numpy's own kinds of numbers; a class derived from them may spell itself."""
    numpy = sys.modules.get("numpy")
    scalars = () if numpy is None else (numpy.number, numpy.bool_, numpy.datetime64, numpy.timedelta64)
    return issubclass(kind, scalars) and vars(numpy).get(class_name(kind)) is kind


def is_secret(name: Name, text: str) -> bool:
    """Whether a text is shaped like a key, or is one word under a name that says that it is one."""
    if looks_like_key(text) or _FOREIGN_KEY.search(text):
        return True
    last = str(name.steps[-1][1]) if name.steps else name.variable
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", last).lower().replace("-", "_").split("_")
    named = words[-1] in _SECRET_WORDS or "_".join(words[-2:]) in _SECRET_PAIRS
    return named and len(text) >= 6 and not any(c.isspace() for c in text)
