"""An exchange as the option line of a `%%imagine` cell, or as the keyword arguments of the same in Python."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from nbgemini.core.option_table import OPTIONS
from nbgemini.core.skeleton import Json
from nbgemini.notebook.export.story import LONGEST
from nbgemini.notebook.show.texts import clean

__all__ = ["is_a_body", "is_plain", "keywords", "option_words", "quoted"]

_CURLY = "“”„‟«»‘‚‹›"
_DASHES = "-‐‑‒–—―−﹣－"
# IPython takes these for the prompts of a pasted session, and away from the first line of a body.
_LIKE_A_SESSION = re.compile(r"\s*(>>>|\.\.\.|In ?\[)")


def is_plain(text: str) -> bool:
    """Whether a text can stand in the source of a cell as it is: nothing in it is hidden or reorders what is seen."""
    return clean(text, LONGEST) == text


def is_a_body(prompt: str) -> bool:
    """Whether a cell's body brings exactly this prompt."""
    return is_plain(prompt) and prompt == prompt.strip() and not _LIKE_A_SESSION.match(prompt)


def quoted(text: str) -> str | None:
    """One word of an option line that `splitting.split` reads as `text`, or None where no spelling does."""
    if "\n" in text or not is_plain(text):
        return None
    if text and text[0] not in _DASHES and not any(c.isspace() or c in f"\"'{_CURLY}" for c in text):
        return text
    if "'" not in text:
        return f"'{text}'"
    body = text.rstrip("\\")  # at the end a backslash would hide the closing mark; it may follow it
    return '"' + body.replace('"', '\\"') + '"' + text[len(body) :]


def option_words(options: Mapping[str, Json]) -> list[str] | None:
    """The words of an option line for what a request says (`ImageOptions.described`), or None where it cannot."""
    words: list[str] = []
    for name, value in options.items():
        row = OPTIONS.get(name)
        if row is None:
            return None
        for given in _values(value):
            word = "" if given is None else quoted(given)
            if word is None:
                return None
            words.append(f"{row.long} {word}".rstrip())
    return words


def _values(value: Json) -> Iterator[str | None]:
    """One text for each time that the option is given; None for a flag."""
    if value is True:
        yield None
    elif isinstance(value, Mapping):
        yield from (f"{name}={word}" for name, word in value.items())
    elif isinstance(value, list | tuple):
        for item in value:
            pair = isinstance(item, list | tuple)
            yield f"{item[0]}={_literal(item[1])}" if pair else str(item)
    elif value is not False:
        yield str(value)


def _literal(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def keywords(options: Mapping[str, Json]) -> list[str]:
    """The same as `name=value`."""
    return [f"{name}={dict(value) if name == 'set' else value!r}" for name, value in options.items()]
