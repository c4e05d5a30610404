"""What a user asks for, parsed and checked before anything is sent."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypedDict

from nbgemini.core.models import ModelCard
from nbgemini.core.options import ImageOptions, Only, ThinkingLevel
from nbgemini.core.skeleton import Json
from nbgemini.errors import NotYetAvailable, OptionError
from nbgemini.studio.references import Reference
from nbgemini.studio.saving import check_target

__all__ = ["LATER", "Ask", "AskWords"]

# Words of the surface that a later version brings.
LATER = frozenset(
    {"search", "thoughts", "safety", "tier", "vary", "workers", "batch", "bg", "replay", "fresh", "budget"}
)
_MOST_AT_ONCE = 1000


class AskWords(TypedDict, total=False):
    """The options in Python: the long forms of the cell, with underscores."""

    model: str | None
    aspect: str | None
    size: str | None
    count: int
    ref: Reference | Sequence[Reference]
    new: bool
    from_: object
    only: Only | None
    thinking: ThinkingLevel | None
    system: str | None
    seed: int | None
    temperature: float | None
    top_p: float | None
    top_k: int | None
    max_tokens: int | None
    set: Mapping[str, Json] | Sequence[str]
    save: str | Path | None
    alt: str | None
    timeout: float | None
    yes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One prompt with everything that belongs to it. `timeout` is in seconds, None: by size."""

    prompt: str
    options: ImageOptions
    model: str | None = None
    refs: tuple[Reference, ...] = ()
    new: bool = False
    from_: object | None = None
    count: int = 1
    timeout: float | None = None
    yes: bool = False
    save: Path | None = None
    alt: str = ""

    @classmethod
    def parse(cls, prompt: str, words: Mapping[str, Any]) -> Ask:
        """From a prompt and the words of `AskWords`. Raises OptionError."""
        _check_words(words)
        request = {field.name for field in fields(ImageOptions)}
        given = {name: value for name, value in words.items() if value is not None}
        if given.get("new") and "from_" in given:
            raise OptionError("`new` begins a new root and `from_` continues an old turn; choose one.")
        return cls(
            prompt=checked_prompt(prompt),
            options=ImageOptions.parse({name: value for name, value in given.items() if name in request}),
            model=str(given["model"]) if "model" in given else None,
            refs=_listed(given.get("ref", ())),
            new=bool(given.get("new", False)),
            from_=given.get("from_"),
            count=_count(given.get("count", 1)),
            timeout=_timeout(given.get("timeout")),
            yes=bool(given.get("yes", False)),
            save=check_target(str(given["save"])) if "save" in given else None,
            alt=" ".join(str(given.get("alt", "")).split()),
        )


def _check_words(words: Mapping[str, Any]) -> None:
    known = AskWords.__annotations__
    for word in words:
        if word in LATER:
            raise NotYetAvailable(f"`{word}` comes with a later version of nbgemini.")
        if word not in known:
            close = difflib.get_close_matches(word, known, n=1)
            raise OptionError(f"`{word}` is not an option.", hint=f"Did you mean `{close[0]}`?" if close else "")


def _listed(ref: Any) -> tuple[Reference, ...]:
    return tuple(ref) if isinstance(ref, list | tuple) else (ref,)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_AT_ONCE:
        raise OptionError(f"`count` is a whole number from 1 to {_MOST_AT_ONCE}, not {value!r}.")
    return value


def _timeout(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 86_400:
        raise OptionError(f"`timeout` is a number of seconds between 0 and 86400, not {value!r}.")
    return float(value)


def checked_prompt(prompt: object) -> str:
    """The prompt as it will be sent. Raises OptionError for what cannot be sent."""
    if not isinstance(prompt, str):
        raise OptionError(f"A prompt is text, not {type(prompt).__name__}.")
    if not prompt.strip():
        raise OptionError("The prompt is empty.", hint="Write what to draw below the `%%imagine` line.")
    try:
        prompt.encode("utf-8")
    except UnicodeEncodeError as problem:
        raise OptionError(f"The prompt has half a character (a lone surrogate) at position {problem.start}.") from None
    return prompt.strip("\r\n")


def check_length(prompt: str, card: ModelCard) -> None:
    """Raises OptionError for a prompt that cannot fit the model's input, whatever its tokenizer does.

    English has about four characters a token; a text of more than four bytes for each token allowed is refused.
    """
    limit = card.input_tokens
    size = len(prompt.encode("utf-8"))
    if limit is not None and size > 4 * limit:
        raise OptionError(
            f"The prompt has about {size // 4:,} tokens; `{card.id}` takes {limit:,}.", hint="Make it shorter."
        )
