"""JSON text to values; what is not JSON is refused with Google's caret under the fault.

Google's reader takes strings between single quotes as well: its own samples for the shell are written so.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from ...apierrors import JSON_PREFIX, invalid

# A string in either kind of quotes; the second group is the inside of one between single quotes.
_STRING = re.compile(r"""("[^"\\]*(?:\\.[^"\\]*)*")|'([^'\\]*(?:\\.[^'\\]*)*)'""", re.DOTALL)


def parse(body: bytes) -> Any:
    """The JSON value in `body`; what is no JSON, in either kind of quotes, is a 400 with Google's caret."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise invalid(f"{JSON_PREFIX}Invalid UTF-8 at byte {error.start}.") from None
    try:
        return _loaded(text) if text.strip() else {}
    except json.JSONDecodeError as error:
        raise invalid(f"{JSON_PREFIX}{_trouble(error)}\n{_pointed(text, error.pos)}") from None
    except RecursionError:
        raise invalid(f"{JSON_PREFIX}Message too deep. Max recursion depth reached.") from None
    except ValueError:  # Python declines integers of thousands of digits
        raise invalid(f"{JSON_PREFIX}Number too large.") from None


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError:
        if "'" not in text:
            raise
        requoted = _STRING.sub(_requoted, text)
        try:
            return json.loads(requoted, parse_constant=_no_constant)
        except json.JSONDecodeError:
            pass
        raise  # what was wrong with it as it came


def _requoted(string: re.Match[str]) -> str:
    """The same string in double quotes."""
    if string[1] is not None:
        return string[1]
    inside = re.sub(r"\\.|\"", lambda one: {"\\'": "'", '"': '\\"'}.get(one[0], one[0]), string[2])
    return f'"{inside}"'


def _no_constant(name: str) -> NoReturn:
    raise invalid(f"{JSON_PREFIX}Unexpected token.\n{name}\n^")


def _trouble(error: json.JSONDecodeError) -> str:
    """The parser's complaint in the words of Google's parser."""
    if "property name" in error.msg:
        return "Expected an object key or }."
    if "Expecting value" in error.msg:
        return "Expected a value."
    if "delimiter" in error.msg:
        return "Expected , or } or ] after a value."
    return "Unexpected token."


def _pointed(text: str, at: int) -> str:
    """The line around a fault with a caret under it."""
    start = max(text.rfind("\n", 0, at) + 1, at - 40)
    end = text.find("\n", at)
    line = text[start : end if 0 <= end <= at + 40 else at + 40]
    return f"{line}\n{' ' * (at - start)}^"
