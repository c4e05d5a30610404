"""What a setting may be: each parser takes what a user or the environment says, and raises OptionError."""

from __future__ import annotations

import re
from decimal import Decimal

from nbgemini.core.pricing import parse_dollars
from nbgemini.errors import OptionError

__all__ = [
    "parse_backend",
    "parse_flag",
    "parse_optional_text",
    "parse_pixels",
    "parse_seconds",
    "parse_text",
    "parse_uploads",
    "parse_version",
]

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def parse_text(value: object) -> str:
    """Without blanks around it."""
    return str(value).strip()


def parse_optional_text(value: object) -> str | None:
    """The same, or None when nothing is left."""
    return parse_text(value) or None


def parse_budget(value: object) -> Decimal | None:
    """A sum in dollars, or None for `off`."""
    return None if parse_text(value).lower() in ("off", "none") else parse_dollars(value)


def parse_flag(value: object) -> bool:
    """True or false, in the usual words."""
    text = parse_text(value).lower()
    if text not in _TRUE | _FALSE:
        raise OptionError(f"`{value}` is neither true nor false.")
    return text in _TRUE


def parse_pixels(value: object) -> int:
    """The longest side of a preview."""
    text = parse_text(value)
    if not text.isascii() or not text.isdigit() or not 16 <= int(text) <= 8192:
        raise OptionError(f"`{value}` is not a preview size; write 16 to 8192 pixels.")
    return int(text)


def parse_seconds(value: object) -> float:
    """A time limit of a day at most."""
    try:
        seconds = float(parse_text(value))
    except ValueError:
        raise OptionError(f"`{value}` is not a number of seconds.") from None
    if not 0 < seconds <= 86_400:
        raise OptionError(f"A timeout lies between 0 and 86400 seconds, not {value}.")
    return seconds


def parse_backend(value: object) -> str:
    """`gemini` or `vertex`; the official SDK's switches say true for the latter."""
    text = parse_text(value).lower()
    if text in _TRUE | _FALSE:
        return "vertex" if text in _TRUE else "gemini"
    if text not in ("gemini", "vertex"):
        raise OptionError(f"`{value}` is not a backend; write `gemini` or `vertex`.")
    return text


def parse_uploads(value: object) -> str:
    """Whose pictures may be uploaded: `auto` (the user's), `all` or `off`."""
    text = str(value).strip().lower()
    if text not in ("auto", "all", "off"):
        raise OptionError(f"`{value}` is no way to upload pictures; write `auto`, `all` or `off`.")
    return text


def parse_version(value: object) -> str:
    """A version of the API, as it stands in its addresses."""
    text = parse_text(value)
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", text) or set(text) <= {"."}:
        raise OptionError(f"`{value}` is not a version; write `v1beta` or `v1`.")
    return {"beta": "v1beta", "stable": "v1"}.get(text, text)
