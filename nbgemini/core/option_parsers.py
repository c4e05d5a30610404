"""The values of options: each parser takes a text of a cell or a value of Python's, and raises OptionError."""

from __future__ import annotations

import keyword
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, get_args

from nbgemini.core.phrases import close_to, is_blank, shortened
from nbgemini.errors import OptionError

__all__ = [
    "Only",
    "Parser",
    "ReplayMode",
    "Search",
    "Show",
    "ThinkingLevel",
    "Tier",
    "as_given",
    "choice",
    "listed",
    "parse_alt",
    "parse_aspect",
    "parse_conversation",
    "parse_dollars",
    "parse_history",
    "parse_model",
    "parse_path",
    "parse_replay",
    "parse_search",
    "parse_size",
    "parse_system",
    "parse_timeout",
    "parse_variable",
    "real",
    "whole",
    "yes_or_no",
]

Only = Literal["image", "text", "both"]
ReplayMode = Literal["auto", "only", "class", "off"]
ThinkingLevel = Literal["minimal", "low", "medium", "high"]
Tier = Literal["standard", "flex", "priority"]
Search = Literal["web", "image", "both"]
Show = Literal["json", "curl", "python"]
Parser = Callable[[object], Any]

_INT32 = 2**31
_DAY = 86_400  # seconds
_MOST_DOLLARS = 1_000_000_000
_LONGEST_NAME = 100  # characters of a conversation's name
_SHAPES = {
    "landscape": "16:9", "horizontal": "16:9", "widescreen": "16:9", "portrait": "9:16", "vertical": "9:16",
    "square": "1:1",
}  # fmt: skip
_SIZES = ("512", "1K", "2K", "4K")
# Names without which neither a shell nor Python goes on: `__builtins__`, `In`, `_`, `_i3`, `_12`, …
_TAKEN = r"__\w*__|_{1,3}|_i{0,3}|_i?[0-9]+|_[iod]h|In|Out|get_ipython|exit|quit"


def parse_aspect(value: object) -> str:
    """A ratio such as "16:9", also where it is written `16x9`, `16/9` or `landscape`. Raises OptionError."""
    text = str(value).strip()
    if shape := _SHAPES.get(text.lower()):
        return shape
    if numbers := re.fullmatch(r"(\d{1,2})\s*(?:[:：∶x×X/]|by|to)\s*(\d{1,2})", text, re.ASCII):
        return f"{numbers[1]}:{numbers[2]}"
    meant = re.fullmatch(r"(\d{1,2})\s*[-–_]\s*(\d{1,2})", text, re.ASCII)
    advice = f"write it like `{meant[1]}:{meant[2]}`" if meant else "write it like `16:9`"
    if pixels := re.fullmatch(r"([1-9]\d{2,4})\s*[x×X*]\s*([1-9]\d{2,4})", text, re.ASCII):
        width, height = int(pixels[1]), int(pixels[2])
        common = math.gcd(width, height)
        advice = f"that shape is `{width // common}:{height // common}`, and `--size` chooses how many pixels it has"
    if text.lower() == "auto":
        advice = "leave the option out, and the ratio follows the input picture"
    raise OptionError(f"`{_short(text)}` is not a ratio; {advice}.")


def parse_size(value: object) -> str:
    """A size as the wire spells it: "512", "1K", "2K", "4K". Raises OptionError with the size that was meant."""
    text = str(value).strip()
    if text.upper() in _SIZES:
        return text.upper()
    meant = {"512PX": "512", "0.5K": "512", "1024": "1K", "2048": "2K", "4096": "4K"}.get(text.upper())
    advice = f"write `{meant}`" if meant else f"sizes are {', '.join(f'`{size}`' for size in _SIZES)}"
    raise OptionError(f"`{_short(text)}` is not a size; {advice}.")


def parse_replay(value: object) -> ReplayMode:
    """`auto`, `only`, `class` or `off`. Raises OptionError."""
    found: ReplayMode | None = next((mode for mode in get_args(ReplayMode) if mode == str(value).strip().lower()), None)
    if found is None:
        raise OptionError(f"`{_short(value)}` is not a way to replay; write `auto`, `only`, `class` or `off`.")
    return found


def parse_dollars(value: object) -> Decimal:
    """A sum as a user writes it: `0.5`, `$2`. Raises OptionError."""
    try:
        amount = None if isinstance(value, bool) else Decimal(str(value).strip().removeprefix("$"))
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or not 0 <= amount <= _MOST_DOLLARS:
        raise OptionError(f"`{str(value)[:40]}` is not a sum in dollars; write it like `0.50`.")
    return amount


def parse_timeout(value: object) -> float:
    """Seconds, a day at most. Raises OptionError."""
    try:
        seconds = (
            math.nan if isinstance(value, bool) else float(value if isinstance(value, int | float) else str(value))
        )
    except (ValueError, OverflowError):
        raise OptionError(f"`timeout` takes seconds, such as 240, not `{_short(value)}`.") from None
    if not 0 < seconds <= _DAY:
        raise OptionError(f"`timeout` takes seconds above 0 and up to {_DAY}, not `{_short(value)}`.")
    return seconds


def parse_history(value: object) -> int:
    """How many exchanges are sent; 0 for all of them. Raises OptionError."""
    text = str(value).strip().lower()
    if text == "all":
        return 0
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= 1_000_000:
        raise OptionError(f"`history` takes a number of exchanges from 1 on, or `all`, not `{_short(value)}`.")
    return int(text)


def parse_model(value: object) -> str:
    """An id or alias, looked up later: the user's own catalogue may have more. Raises OptionError."""
    if not isinstance(value, str) or not value.strip():
        raise OptionError(
            "A model is named by its id or alias, as text.", hint="`%imagine models` lists what there is."
        )
    return str(value)


def parse_conversation(value: object) -> str:
    """A conversation's name. Raises OptionError."""
    name = str(value)
    if not name.isprintable() or len(name) > _LONGEST_NAME:
        raise OptionError(f"A conversation has a name of at most {_LONGEST_NAME} printable characters.")
    return name.strip()


def parse_variable(value: object) -> str:
    """A variable's name as Python stores it (NFKC). Raises OptionError for what cannot be one."""
    name = unicodedata.normalize("NFKC", str(value))
    if keyword.iskeyword(name):
        raise OptionError(f"`{name}` is a Python keyword; `--out` needs the name of a variable.")
    if not name.isidentifier():
        raise OptionError(f"`{_short(name)}` cannot be a variable; `--out` needs a name such as `cat`.")
    if re.fullmatch(_TAKEN, name):
        raise OptionError(f"`{name}` belongs to Python or IPython; `--out` needs a name of yours, such as `cat`.")
    return name


def parse_path(value: object) -> str:
    """The name of a file or folder, looked up later."""
    return str(value)


def parse_alt(value: object) -> str:
    """An alternative text: one line."""
    return " ".join(str(value).split())


def listed(value: object) -> Sequence[object]:
    """One thing, or several of them. What a reference is, `studio/pictures` tells."""
    if type(value) is list:
        return tuple(value)
    return value if isinstance(value, list | tuple) else (value,)  # a class of the user's own may never end


def as_given(value: object) -> object:
    """Whatever it is: what a turn is, `studio/asking/origin` tells."""
    return value


def parse_search(value: object) -> Search | None:
    """Where to search; True is the web, as `--search` alone is. Raises OptionError."""
    if isinstance(value, bool):
        return "web" if value else None
    return choice("search", Search)(value)  # type: ignore[no-any-return]  # one of the words of the Literal


def parse_system(value: object) -> str:
    """A system instruction; an empty one takes it away. Raises OptionError."""
    if not isinstance(value, str):
        raise OptionError(f"`system` is a text, not {type(value).__name__}.")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as problem:
        told = f"`system` has half a character (a lone surrogate) at position {problem.start}."
        raise OptionError(told) from None
    return "" if is_blank(value) else value


def choice(name: str, words: Any) -> Parser:
    """A parser of the words of a Literal; capitals do not matter."""
    allowed: tuple[str, ...] = get_args(words)

    def parse(value: object) -> str:
        text = str(value).strip().lower()
        if text not in allowed:
            close = close_to(text, allowed)
            raise OptionError(
                f"`{_short(value)}` is not a value of `{name}`; write one of {', '.join(allowed)}.",
                hint=f"Did you mean `{close}`?" if close else "",
            )
        return text

    return parse


def whole(name: str, low: int, high: int = _INT32 - 1) -> Parser:
    """A parser of whole numbers."""

    def parse(value: object) -> int:
        try:
            number = int(value) if isinstance(value, int) else int(str(value).strip(), 10)
        except ValueError:
            raise OptionError(f"`{name}` takes a whole number from {low} to {high}, not `{_short(value)}`.") from None
        if isinstance(value, bool) or not low <= number <= high:
            raise OptionError(f"`{name}` goes from {low} to {high}, not {_short(value)}.")
        return number

    return parse


def real(name: str, low: float, high: float) -> Parser:
    """A parser of numbers."""

    def parse(value: object) -> float:
        try:
            number = float(value if isinstance(value, int | float) else str(value))
        except (TypeError, ValueError, OverflowError):
            raise OptionError(f"`{name}` takes a number, not `{_short(value)}`.") from None
        if isinstance(value, bool) or not math.isfinite(number) or not low <= number <= high:
            raise OptionError(f"`{name}` goes from {low:g} to {high:g}, not {_short(value)}.")
        return number

    return parse


def yes_or_no(name: str) -> Parser:
    """A parser that takes True and False alone: `"no"` is no `False`, and truth of any value would spend money."""

    def parse(value: object) -> bool:
        if not isinstance(value, bool):
            raise OptionError(f"`{name}` is True or False, not {value!r}.")
        return value

    return parse


def _short(value: object) -> str:
    """What was given, short enough to be repeated in a sentence."""
    return shortened(str(value), 60)
