"""The emulator of this process as users hold it: what is left of its script, and what it was asked."""

from __future__ import annotations

import json
import math
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, TypeAlias, get_args

from nbgemini._dataclass import dataclass, field
from nbgemini.core.phrases import counted, shortened
from nbgemini.emulator import ConnectionCut, Place, Request, Script, ScriptError, Service, Weight, cues
from nbgemini.errors import OptionError

__all__ = ["Embedded", "Seen", "StepLike", "Weight"]

StepLike: TypeAlias = str | Mapping[str, Any]
"""A step of a script: a cue such as `"429 2s"`, or a table such as `{"answer": "draw", "cut": 2000}`."""

_EXCERPT = 60  # characters of a prompt
_LISTED = 10  # requests that a repr tells


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that came, and how it was answered; `status` is None for a connection that was closed instead.

    `method` and `path` are those of HTTP, `size` is the body in bytes.

    >>> practice = nb.emulator()
    >>> owl = nb.imagine("an owl", model="flash", new=True)
    >>> seen = practice.requests[0]
    >>> seen.method, seen.path, seen.status, seen.size
    ('POST', '/v1beta/models/gemini-3.1-flash-image:generateContent', 200, 117)
    >>> seen.model, seen.prompt, sorted(seen.body)
    ('gemini-3.1-flash-image', 'an owl', ['contents', 'generationConfig'])
    """

    method: str
    path: str
    size: int
    status: int | None
    _body: bytes = field(repr=False, compare=False)

    @property
    def body(self) -> Any:
        """The request's JSON; None when it has none."""
        with suppress(ValueError):
            return json.loads(self._body)
        return None

    @property
    def model(self) -> str:
        """The model that was asked; empty for the list of models."""
        return self.path.rpartition("/models/")[2].partition(":")[0] if "/models/" in self.path else ""

    @property
    def prompt(self) -> str:
        """The words of the last user turn."""
        body = self.body
        contents = body.get("contents") if isinstance(body, Mapping) else None
        turns = [turn for turn in contents or () if isinstance(turn, Mapping)] if isinstance(contents, list) else []
        parts = turns[-1].get("parts") if turns else None
        texts = [part.get("text") for part in parts or () if isinstance(part, Mapping)]
        return "\n".join(text for text in texts if isinstance(text, str))

    def __str__(self) -> str:
        """As one line."""
        words = shortened(" ".join(self.prompt.split()), _EXCERPT)
        outcome = "connection closed" if self.status is None else str(self.status)
        what = f"{self.path.rpartition('/')[2]}, {self.size:,} bytes"
        return f"{outcome:<17}  {self.method} {what}" + (f", “{words}”" if words else "")


class Embedded:
    """An emulator in this process; `nbgemini.emulator(…)` makes one and returns it.

    Cells, scripts and everything else in the process ask it as long as neither a key nor a base URL is set. Nothing
    that it answers costs money; with `billing` (whether `nbgemini.emulator` was told so), budgets count what it would
    cost with Google.

    >>> practice = nb.emulator(script=["draw", "503"])
    >>> practice.billing, practice.scripted, practice.left
    (False, True, 2)
    >>> owl = nb.imagine("an owl", model="flash", new=True)
    >>> practice.left, [request.status for request in practice.requests]
    (1, [200])
    """

    def __init__(
        self,
        script: Sequence[StepLike] | str | os.PathLike[str] | None = None,
        *,
        latency: float = 0.0,
        weight: Weight = "light",
        rpm: int | None = None,
        rpd: int | None = None,
        billing: bool = False,
        batch_seconds: float | None = None,
        batch_tier: int = 2,
        place: Place | None = None,
    ) -> None:
        """Raises OptionError for a script that cannot be followed, and for numbers that make no sense.

        `place` tells the folder where files and batch jobs are kept, so that they outlive this process.
        """
        self._script = _script(script)
        self._steps = self._script.left
        self._limits = (("a minute", _count("rpm", rpm)), ("a day", _count("rpd", rpd)))
        self._latency = _seconds(latency)
        self.billing = _switch("billing", billing)
        self._weight = _weight(weight)
        self._place = place
        self._batches = (None if batch_seconds is None else _seconds(batch_seconds, "batch_seconds"), _tier(batch_tier))
        self._lock = threading.Lock()
        self._answered: dict[int, tuple[Request, int | None]] = {}

    def keep_in(self, place: Place) -> None:
        """Keep files and batch jobs where `place` says, unless that was said before; without a place, in memory."""
        self._place = self._place or place

    @cached_property
    def _service(self) -> Service:
        (_, rpm), (_, rpd) = self._limits
        seconds, tier = self._batches
        return Service(
            latency=self._latency,
            weight=self._weight,
            script=self._script,
            rpm=rpm,
            rpd=rpd,
            batch_seconds=seconds,
            batch_tier=tier,
            place=self._place,
        )

    @property
    def left(self) -> int:
        """How many steps of the script are still to come; after them it draws."""
        return self._script.left

    @property
    def scripted(self) -> bool:
        """Whether there is a step for the next picture or batch job that is asked for."""
        return self._script.awaits("ask", "create")

    @property
    def requests(self) -> tuple[Seen, ...]:
        """The requests of late, oldest first; those that are still being answered are left out."""
        with self._lock:
            requests = list(self._answered.values())
        return tuple(Seen(one.method, one.path, len(one.body), status, one.body) for one, status in requests)

    def handle(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], Iterable[bytes]]:
        """Answer one request; see `net.inprocess.Handle`. Raises ConnectionResetError where the script closes."""
        request = Request(method, target, headers, body)
        with self._lock:  # of threads that come first at once, all ask the same one
            service = self._service
        try:
            response = service.handle(request)
        except ConnectionCut as cut:
            self._note(request, None)
            raise ConnectionResetError(str(cut)) from None
        self._note(request, response.status)
        return response.status, response.headers, _closing(response.body)

    def _note(self, request: Request, status: int | None) -> None:
        """Remember as many as the service does, so that long sessions do not pin their pictures."""
        kept = {id(one) for one in list(self._service.seen)}
        with self._lock:
            self._answered[id(request)] = (request, status)
            for number in [number for number in self._answered if number not in kept]:
                del self._answered[number]

    def __repr__(self) -> str:
        requests = self.requests
        lines = [f"<emulator: {', '.join(self._described())}; {counted(len(requests), 'request')} seen>"]
        if len(requests) > _LISTED:
            lines.append(f"  … {len(requests) - _LISTED} earlier ones")
        return "\n".join([*lines, *(f"  {one}" for one in requests[-_LISTED:])])

    def _described(self) -> Iterator[str]:
        if not self._steps:
            yield "no script: it draws"
        elif not self.left:
            yield f"all {self._steps} steps of the script are used up: it draws"
        else:
            yield f"{self.left} of {counted(self._steps, 'step')} of the script left"
        if self._latency:
            yield f"{self._latency:g} s for a picture of 1K"
        if self._weight == "real":
            yield "answers as heavy as Google's"
        if self.billing:
            yield "budgets count what it would cost"
        for span, limit in self._limits:
            if limit is not None:
                yield f"{limit} requests {span}"


def _closing(body: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of a body; a cut is what a network makes of it."""
    try:
        yield from body
    except ConnectionCut as cut:
        raise ConnectionResetError(str(cut)) from None


def _script(given: Sequence[StepLike] | str | os.PathLike[str] | None) -> Script:
    try:
        if isinstance(given, str) and cues.parse(given) is not None:
            raise ScriptError(f"a script is a list of steps; write [{given!r}]")
        if isinstance(given, str | os.PathLike):
            return Script.load(os.fspath(given))
        if given is None:
            return Script()
        if isinstance(given, Mapping) or not isinstance(given, Iterable):
            raise ScriptError(f"a script is a list of steps, not {type(given).__name__}")
        return Script(given)
    except ScriptError as problem:
        raise OptionError(f"The script cannot be followed: {problem}.", hint=_HELP) from None


_HELP = "`%imagine help emulator` says what a step can be; a script is a list of steps, or the path of a file."


def _tier(value: int) -> int:
    if isinstance(value, bool) or value not in (0, 1, 2, 3):
        raise OptionError(f"`batch_tier` is 0, 1, 2 or 3, not {value!r}.")
    return value


def _seconds(value: float, name: str = "latency") -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise OptionError(f"`{name}` is a number of seconds, such as 2.5, not {value!r}.")
    return float(value)


def _weight(value: Weight) -> Weight:
    if value not in get_args(Weight):
        raise OptionError(f"`weight` is light or real, not {value!r}.")
    return value


def _switch(name: str, value: bool) -> bool:
    if not isinstance(value, bool):
        raise OptionError(f"`{name}` is True or False, not {value!r}.")
    return value


def _count(name: str, value: int | None) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise OptionError(f"`{name}` is a number of requests, 0 for none at all and None for no limit, not {value!r}.")
    return value
