"""The values of settings: each parser takes what a user or the environment says, and raises OptionError."""

from __future__ import annotations

import re
from decimal import Decimal

from nbgemini.core.base_url import parse_base_url
from nbgemini.core.cloud import parse_location, parse_project
from nbgemini.core.option_parsers import parse_aspect, parse_dollars, parse_history, parse_replay, parse_size
from nbgemini.errors import OptionError

__all__ = ["PARSERS"]

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def _text(value: object) -> str:
    """Without blanks around it."""
    return str(value).strip()


def _optional_text(value: object) -> str | None:
    """The same, or None when nothing is left."""
    return _text(value) or None


def _budget(value: object) -> Decimal | None:
    """A sum in dollars, or None for `off`."""
    return None if _text(value).lower() in ("off", "none") else parse_dollars(value)


def _flag(value: object) -> bool:
    """True or false, in the usual words."""
    text = _text(value).lower()
    if text not in _TRUE | _FALSE:
        raise OptionError(f"`{value}` is neither true nor false.")
    return text in _TRUE


def _pixels(value: object) -> int:
    """The longest side of a preview."""
    text = _text(value)
    if not text.isascii() or not text.isdigit() or not 16 <= int(text) <= 8192:
        raise OptionError(f"`{value}` is not a preview size; write 16 to 8192 pixels.")
    return int(text)


def _seconds(value: object) -> float:
    """A time limit of a day at most."""
    try:
        seconds = float(_text(value))
    except ValueError:
        raise OptionError(f"`{value}` is not a number of seconds.") from None
    if not 0 < seconds <= 86_400:
        raise OptionError(f"A timeout is between 0 and 86400 seconds, not {value}.")
    return seconds


def _count(value: object) -> int:
    """How many requests run side by side."""
    text = _text(value)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 256:
        raise OptionError(f"`{text[:40]}` is not a number of requests side by side; write 1 to 256.")
    return int(text)


def _limit(value: object) -> int | None:
    """A number a minute, or None for `off`."""
    text = _text(value)
    if text.lower() in ("off", "none"):
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise OptionError(f"`{text[:40]}` is not a number of images a minute; write 1 to 100000, or `off`.")
    return int(text)


def _backend(value: object) -> str:
    """`gemini` or `vertex`; the official SDK's switches say true for the latter."""
    text = _text(value).lower()
    if text in _TRUE | _FALSE:
        return "vertex" if text in _TRUE else "gemini"
    if text not in ("gemini", "vertex"):
        emulator = " The emulator draws where no key is set." if text == "emulator" else ""
        raise OptionError(f"`{value}` is not a backend; write `gemini` or `vertex`.{emulator}")
    return text


def _uploads(value: object) -> str:
    """Whose pictures may be uploaded: `auto` (the user's), `all` or `off`."""
    text = str(value).strip().lower()
    if text not in ("auto", "all", "off"):
        raise OptionError(f"`{value}` is not a way to upload pictures; write `auto`, `all` or `off`.")
    return text


def _version(value: object) -> str:
    """A version of the API, as it stands in its addresses."""
    text = _text(value)
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", text) or set(text) <= {"."}:
        raise OptionError(f"`{value}` is not a version; write `v1beta` or `v1`.")
    return {"beta": "v1beta", "stable": "v1"}.get(text, text)


PARSERS = {
    "aspect": parse_aspect,
    "backend": _backend,
    "base_url": parse_base_url,
    "budget": _budget,
    "count": _count,
    "dollars": parse_dollars,
    "flag": _flag,
    "history": parse_history,
    "limit": _limit,
    "location": parse_location,
    "optional text": _optional_text,
    "pixels": _pixels,
    "project": parse_project,
    "replay": parse_replay,
    "seconds": _seconds,
    "size": parse_size,
    "text": _text,
    "uploads": _uploads,
    "version": _version,
}
"""By the kind of value that the table gives a setting."""
