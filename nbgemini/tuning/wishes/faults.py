"""What is wrong with a sweep, told at once; and the checks of what names it and says how large it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from nbgemini.core.phrases import all_of, shortened
from nbgemini.core.redact import redact
from nbgemini.errors import OptionError
from nbgemini.settings import secrets_in_use

__all__ = ["Faults", "checked_count", "checked_name", "checked_workers"]

_MOST_SAMPLES = 1000
_NAME = re.compile(r"[^\W_][\w.-]{0,59}")
_NUMBERED = re.compile(r"\.\d+$")  # `tuesday.1` is an earlier run of `tuesday`


class Faults:
    """Everything that is wrong with a sweep, to be told at once."""

    def __init__(self) -> None:
        self.found: list[OptionError] = []
        self._said: set[str] = set()
        self._unread: set[str] = set()

    def unread(self, name: str = "") -> None:
        """Take note of an axis whose values cannot be read, "": of a table: what they would fill is no fault too."""
        self._unread.add(name)

    def may_be_axis(self, name: str) -> bool:
        """Whether a name is, or may be, an axis that could not be read."""
        return name in self._unread or "" in self._unread

    def add(self, fault: OptionError) -> None:
        """Take note of one thing; said twice, it is one."""
        for one in fault.faults or (fault,):
            if one.message not in self._said:
                self._said.add(one.message)
                self.found.append(one)

    def attempt(self, work: Callable[[], Any]) -> Any:
        """What `work` returns; None after taking note of what it raised."""
        try:
            return work()
        except OptionError as fault:
            self.add(fault)
            return None

    def check(self) -> None:
        """Raises one OptionError for all of them, if there are any."""
        if self.found:
            raise all_of(self.found)


def checked_count(value: object) -> int:
    """How many samples each combination has. Raises OptionError."""
    if value is None:
        return 1
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_SAMPLES:
        raise OptionError(f"`count` is a whole number from 1 to {_MOST_SAMPLES:,}, not {value!r}.")
    return value


def checked_workers(value: object) -> int | None:
    """How many run side by side; None: as set. Raises OptionError."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 256:
        raise OptionError(f"`workers` is a whole number from 1 to 256, not {value!r}.")
    return value


def checked_name(value: object) -> str:
    """The name of a sweep. Raises OptionError for what `NAME/17` could not name."""
    if value is None or value == "":
        return ""
    if not isinstance(value, str):
        raise OptionError(f"The name of a sweep is text, not {type(value).__name__}.")
    name = value.strip()
    if not _NAME.fullmatch(name) or _NUMBERED.search(name):
        raise OptionError(
            f"`{shortened(name, 40)}` cannot be the name of a sweep.", hint="Write one word, such as `tuesday`."
        )
    if redact(name, secrets_in_use()) != name:
        raise OptionError("The name of a sweep contains an API key.", hint="Write one word, such as `tuesday`.")
    return name
