"""What somebody looks for, read from an option line or from Python's arguments."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from nbgemini._dataclass import dataclass
from nbgemini.core.phrases import close_to, shortened
from nbgemini.core.ratings import parse_stars, plain_tag
from nbgemini.errors import OptionError
from nbgemini.tuning.finding.days import moment_of

__all__ = ["OPTIONS", "Filters", "filters_of", "filters_of_line", "folded_text"]

OPTIONS = ("since", "until", "model", "stars", "tag", "conversation", "sweep")
_MANY = ("tag",)
_WORD = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Everything that must hold of a picture; empty: nothing is asked of it. `words` and `tags` are folded."""

    words: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    model: str = ""
    stars: int = 0
    tags: tuple[str, ...] = ()
    conversation: str = ""
    sweep: str = ""
    said: str = ""

    @property
    def summary(self) -> str:
        """As it was asked for: `lighthouse fog --stars 3`; empty where everything was."""
        return self.said


def folded_text(text: str) -> str:
    """A text as it is compared: capitals do not matter, nor how a letter with an accent is put together."""
    return unicodedata.normalize("NFC", text.casefold())


def filters_of_line(words: Sequence[tuple[str, bool]], now: datetime) -> Filters:
    """From the words of an option line, each with whether it was quoted. Raises OptionError."""
    plain: list[str] = []
    given: dict[str, Any] = {}
    rest = iter(words)
    for word, quoted in rest:
        if quoted or not word.startswith("-") or not word.strip("-"):
            plain.append(word)
            continue
        name, equals, value = word.lstrip("-").partition("=")
        if not word.startswith("--") or name not in OPTIONS:
            raise _unknown(word)
        if not equals:
            following = next(rest, None)
            if following is None or (following[0].startswith("--") and not following[1]):
                raise OptionError(f"`--{name}` needs a value, as in `--{name} {_EXAMPLES[name]}`.")
            value = following[0]
        if name in given and name not in _MANY:
            raise OptionError(f"`--{name}` is given twice.")
        given[name] = [*given.get(name, []), value] if name in _MANY else value
    return filters_of(plain, given, now)


_EXAMPLES = {
    "since": "tue",
    "until": "2026-11-24",
    "model": "pro",
    "stars": "3",
    "tag": "keep",
    "conversation": "hero",
    "sweep": "tuesday",
}


def _unknown(word: str) -> OptionError:
    close = close_to(word.partition("=")[0], [f"--{name}" for name in OPTIONS])
    listed = ", ".join(f"`--{name}`" for name in OPTIONS)
    hint = f"Did you mean `{close}`?" if close else f"There are {listed}. Quote a word that begins with a dash."
    return OptionError(f"`{shortened(word, 40)}` is not an option here.", hint=hint)


def filters_of(words: Iterable[object], given: Mapping[str, Any], now: datetime) -> Filters:
    """From words and arguments by name; None stands for an argument that is not given. Raises OptionError."""
    given = {name: value for name, value in given.items() if value is not None}
    texts = [_text("The words to look for are", word) for word in words]
    since = moment_of(given["since"], "since", now) if "since" in given else None
    until = moment_of(given["until"], "until", now, end=True) if "until" in given else None
    if since is not None and until is not None and since >= until:
        raise OptionError("`until` is before `since`: nothing can be in between.")
    tags = given.get("tag", ())
    return Filters(
        words=tuple(folded_text(text) for text in texts if text.strip()),
        since=since,
        until=until,
        model=_named(given, "model"),
        stars=parse_stars(given.get("stars", 0)),
        tags=tuple(folded_text(plain_tag(tag)) for tag in ([tags] if isinstance(tags, str) else tags)),
        conversation=_named(given, "conversation"),
        sweep=_named(given, "sweep"),
        said=_said(texts, given),
    )


def split_words(text: object) -> list[str]:
    """The words of a text; what stands in double quotes is one."""
    plain = _text("What is looked for is", text)
    return [quoted or word.strip('"') for quoted, word in _WORD.findall(plain)]


def _text(what: str, value: object) -> str:
    if not isinstance(value, str):
        raise OptionError(f"{what} text, not {type(value).__name__}.")
    return value


def _named(given: Mapping[str, Any], name: str) -> str:
    """A name; whatever has a `.name` (a grid, a conversation) stands for it."""
    value = given.get(name, "")
    value = getattr(value, "name", value)
    if not isinstance(value, str):
        raise OptionError(f"`{name}` is a name, not {type(value).__name__}.")
    if name in given and not value.strip():
        raise OptionError(f"`{name}` is empty.", hint=f"Write it like `--{name} {_EXAMPLES[name]}`.")
    return value.strip()


def _said(words: Sequence[str], given: Mapping[str, Any]) -> str:
    said = [f'"{word}"' if " " in word else word for word in words]
    for name in OPTIONS:
        values = given.get(name, ())
        for value in values if isinstance(values, list | tuple) else [values]:
            said.append(f"--{name} {getattr(value, 'name', value)}")
    return " ".join(said)
