"""The options of one request: each a frozen value with a parser; what a model takes of them is told by `models`."""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Literal, get_args

from nbgemini.core.safety import Thresholds, parse_safety
from nbgemini.core.skeleton import Json
from nbgemini.errors import OptionError

__all__ = [
    "ImageOptions",
    "Only",
    "ReplayMode",
    "Search",
    "ThinkingLevel",
    "Tier",
    "check_fresh",
    "parse_aspect",
    "parse_override",
    "parse_replay",
    "parse_size",
    "yes_or_no",
]

Only = Literal["image", "both"]
ReplayMode = Literal["auto", "only", "off"]
ThinkingLevel = Literal["minimal", "low", "medium", "high"]
Tier = Literal["standard", "flex", "priority"]
Search = Literal["web", "image", "both"]

_INT32 = 2**31
_SIZES = ("512", "1K", "2K", "4K")
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageOptions:
    """What goes into `generationConfig` and its neighbours. None: not set, so not sent.

    `aspect` is a ratio such as "16:9"; `size` one of "512", "1K", "2K", "4K"; `only` "image" asks for no text;
    `tier` is the service tier; `search` says what Google Search may look for; `thoughts` asks for the model's thoughts,
    which are then streamed; `safety` are (category, threshold) pairs; `set` are (dotted path, JSON value) pairs written
    into the request last.
    """

    aspect: str | None = None
    size: str | None = None
    only: Only | None = None
    thinking: ThinkingLevel | None = None
    thoughts: bool | None = None
    system: str | None = None
    seed: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    max_tokens: int | None = None
    tier: Tier | None = None
    search: Search | None = None
    safety: Thresholds = ()
    set: tuple[tuple[str, Json], ...] = ()

    @classmethod
    def parse(cls, values: Mapping[str, object]) -> ImageOptions:
        """From words as a user writes them (strings or Python values). Raises OptionError."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise OptionError(f"`{unknown[0]}` is not an option of a request.")
        parsed = {name: _PARSERS[name](value) for name, value in values.items() if value is not None}
        return cls(**parsed)  # type: ignore[arg-type]  # each parser returns its field's type

    def described(self) -> dict[str, Json]:
        """Only what is set, as plain JSON."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values["safety"] = dict(self.safety) or None
        return {name: value for name, value in values.items() if value is not None and value != ()}

    @property
    def asked_size(self) -> str | None:
        """The image size that the request asks for, by `size` or by `set`."""
        return self._written("generationConfig", "imageConfig", "imageSize") or self.size

    @property
    def asked_tier(self) -> str | None:
        """The service tier that the request asks for, by `tier` or by `set`."""
        return self._written("serviceTier") or self.tier

    def check_backend(self, backend: str) -> None:
        """Raises OptionError when this backend has no field for an option, so that nothing is sent in vain."""
        if backend == "vertex" and self.asked_tier is not None:
            raise OptionError(
                "Vertex AI takes no service tier; `--tier` is for the Gemini API.", hint="Leave `--tier` out."
            )
        if backend == "vertex" and any(path.partition(".")[0] == "store" for path, _ in self.set):
            raise OptionError("Vertex AI does not know the field `store`, which `--set` writes.", hint="Leave it out.")

    def _written(self, *field: str) -> str | None:
        """What `set` writes into a field of the request, if that is a word; the last one counts."""
        found: Json = None
        for path, value in self.set:
            steps = tuple(path.split("."))
            if field[: len(steps)] == steps:
                for step in field[len(steps) :]:
                    value = value.get(step) if isinstance(value, Mapping) else None
                found = value
        return found if isinstance(found, str) else None


def parse_aspect(value: object) -> str:
    """A ratio written like "16:9". Raises OptionError with the spelling that was probably meant."""
    text = str(value).strip()
    numbers = re.fullmatch(r"(\d{1,2})\s*[:x/×-]\s*(\d{1,2})", text)
    if numbers and text == f"{numbers[1]}:{numbers[2]}":
        return text
    meant = f"write it like `{numbers[1]}:{numbers[2]}`" if numbers else "write it like `16:9`"
    if text.lower() == "auto":
        meant = "leave the option out, and the ratio follows the input picture"
    raise OptionError(f"`{text}` is not a ratio; {meant}.")


def parse_size(value: object) -> str:
    """A size as the wire spells it: "512", "1K", "2K", "4K". Raises OptionError with the spelling that was meant."""
    text = str(value).strip()
    if text in _SIZES:
        return text
    meant = {"512PX": "512", "0.5K": "512", "1024": "1K", "2048": "2K", "4096": "4K"}.get(text.upper(), text.upper())
    advice = f"write `{meant}`" if meant in _SIZES else f"sizes are {', '.join(f'`{size}`' for size in _SIZES)}"
    raise OptionError(f"`{text}` is not a size; {advice}.")


def parse_replay(value: object) -> ReplayMode:
    """`auto`, `only` or `off`. Raises OptionError."""
    found: ReplayMode | None = next((mode for mode in get_args(ReplayMode) if mode == str(value).strip().lower()), None)
    if found is None:
        raise OptionError(f"`{value}` is not a way to replay; write `auto`, `only` or `off`.")
    return found


def check_fresh(replay: object, fresh: bool) -> None:
    """Raises OptionError where an ask is to be sent in any case and never at once."""
    if fresh and replay is not None and parse_replay(replay) != "off":
        raise OptionError(f"`fresh` always sends, and `replay` is `{replay}`; choose one.")


def parse_override(value: object) -> tuple[tuple[str, Json], ...]:
    """`PATH=JSON` strings, or a mapping of paths to values, as (path, value) pairs."""
    if isinstance(value, Mapping):
        return tuple(_pair(path, item) for path, item in value.items())
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list | tuple) or not all(isinstance(item, str) or _is_pair(item) for item in given):
        raise OptionError("`set` takes `PATH=JSON` texts, or a mapping of paths to values.")
    return tuple(_override(item) if isinstance(item, str) else _pair(*item) for item in given)


def _is_pair(item: object) -> bool:
    return isinstance(item, list | tuple) and len(item) == 2


def _pair(path: object, item: Json) -> tuple[str, Json]:
    try:
        # What the request will hold, whatever becomes of the user's value: names are texts, lists are lists.
        text = json.dumps(item, allow_nan=False, ensure_ascii=False)
        text.encode("utf-8")  # half a character (a lone surrogate) is no text
        plain = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        raise OptionError(f"`{path}` is set to what cannot be written as JSON.") from None
    return _path(str(path)), plain


def _override(text: str) -> tuple[str, Json]:
    path, equals, literal = text.partition("=")
    if not equals:
        raise OptionError(f"`--set {text}` has no value; write `--set generationConfig.seed=7`.")
    try:
        value = json.loads(literal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise OptionError(
            f"`--set {path}=…` is not JSON: `{literal}`; strings need double quotes, as in `--set {path}='\"text\"'`."
        ) from None
    return _pair(path.strip(), value)


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _path(path: str) -> str:
    if not _PATH.fullmatch(path):
        raise OptionError(f"`{path}` is not a path; write it like `generationConfig.imageConfig.imageSize`.")
    if path.split(".")[0] == "contents":
        raise OptionError("`set` does not write `contents`: they are the conversation itself.")
    return path


def _choice(name: str, allowed: tuple[str, ...]) -> Callable[[object], object]:
    def parse(value: object) -> str:
        text = str(value).strip().lower()
        if text not in allowed:
            close = difflib.get_close_matches(text, allowed, n=1)
            raise OptionError(
                f"`{value}` is not a value of `{name}`; write one of {', '.join(allowed)}.",
                hint=f"Did you mean `{close[0]}`?" if close else "",
            )
        return text

    return parse


def _whole(name: str, low: int, high: int) -> Callable[[object], object]:
    def parse(value: object) -> int:
        try:
            number = int(value) if isinstance(value, int) else int(str(value).strip(), 10)
        except ValueError:
            raise OptionError(f"`{name}` takes a whole number, not `{value}`.") from None
        if isinstance(value, bool) or not low <= number <= high:
            raise OptionError(f"`{name}` goes from {low} to {high}, not {value}.")
        return number

    return parse


def _real(name: str, low: float, high: float) -> Callable[[object], object]:
    def parse(value: object) -> float:
        try:
            number = float(value if isinstance(value, int | float) else str(value))
        except (TypeError, ValueError, OverflowError):
            raise OptionError(f"`{name}` takes a number, not `{value}`.") from None
        if isinstance(value, bool) or not math.isfinite(number) or not low <= number <= high:
            raise OptionError(f"`{name}` goes from {low:g} to {high:g}, not {value}.")
        return number

    return parse


def _search(value: object) -> object:
    """True is the web, as `--search` alone is."""
    if isinstance(value, bool):
        return "web" if value else None
    return _choice("search", get_args(Search))(value)


def _system(value: object) -> str | None:
    if not isinstance(value, str):
        raise OptionError(f"`system` is a text, not {type(value).__name__}.")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as problem:
        said = f"`system` has half a character (a lone surrogate) at position {problem.start}."
        raise OptionError(said) from None
    return value if value.strip() else None


def yes_or_no(name: str) -> Callable[[object], bool]:
    """A parser that takes True and False alone: `"no"` is no `False`, and truth of any value would spend money."""

    def parse(value: object) -> bool:
        if not isinstance(value, bool):
            raise OptionError(f"`{name}` is True or False, not {value!r}.")
        return value

    return parse


_PARSERS: dict[str, Callable[[object], object]] = {
    "aspect": parse_aspect,
    "size": parse_size,
    "only": _choice("only", get_args(Only)),
    "thinking": _choice("thinking", get_args(ThinkingLevel)),
    "thoughts": yes_or_no("thoughts"),
    "system": _system,
    "seed": _whole("seed", -_INT32, _INT32 - 1),
    "temperature": _real("temperature", 0, 2),
    "top_p": _real("top_p", 0, 1),
    "top_k": _whole("top_k", 1, _INT32 - 1),
    "max_tokens": _whole("max_tokens", 1, _INT32 - 1),
    "tier": _choice("tier", get_args(Tier)),
    "search": _search,
    "safety": parse_safety,
    "set": parse_override,
}
