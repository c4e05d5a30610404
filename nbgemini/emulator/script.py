"""A script: what the emulator answers to the next requests, step by step; when it is used up, it draws.

A step is a cue as text (`"429 2s"`, `"IMAGE_SAFETY"`, `"drafts 3"`: see `cues`), or a table with these items:

    answer          a cue; drawing if left out
    times           the step counts for so many requests (1)
    on              which requests: "ask" (for a picture, if left out), "create" (a batch job; so is each step whose
                    answer begins with `batch`), "poll" (one job), "list" (of jobs), "cancel", "delete" (a job),
                    "upload", "download"; the steps of each are taken by themselves

What happens on the way to the client, and what it teaches:

    wait            seconds before the answer begins: the waiting line, deadlines, interrupts
    drop            true: the connection closes before the answer begins. It may have been charged: never send it again
    cut             bytes of the body after which the connection closes: a billed answer that is lost, or partly saved
    drip            seconds between pieces: a read timeout per piece never fires, a total deadline must
    piece           bytes of a piece that drips (1024)
    endless         seconds between spaces that never end: the same, without a picture at the end
    gzip            true: the body is compressed; a client must cap what it unpacks
    wrap            "array": an error in a list of one, as a stream without SSE has it
                    "html": a proxy's page (502 unless the status says otherwise); an unknown outcome
                    "text", "nothing": a plain line, or no body at all
                    "torn": half of the body with a fitting length, so the JSON ends too early
    status          another HTTP status with the same body
    retry_after     a Retry-After header, as gateways send it: seconds, a date, or nonsense

What the answer itself has that is odd, and what it teaches:

    drafts          unflagged pictures before the final one: the last one counts, each is billed
    mime            a wrong declared type: sniff the bytes
    signature_bytes length of each thought signature: requests grow with every turn, store them well
    carrier         true: the text's signature sits on an empty text part at the end; drop no empty part
    lose_signature  true: the signatures are called missing when they come back: the next turn gets Google's 400
    bare_end        true: the last event of a stream has no parts; the turn is none the worse for it
    break_after     events of a stream after which an error comes instead: what arrived must be kept
"""

from __future__ import annotations

import difflib
import json
import math
import threading
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from . import cues
from .cues import DRAW, Cue
from .delivery import WRAPS, Delivery

StepLike = str | Mapping[str, Any]

_NUMBER = (int, float)
_DELIVERY: dict[str, type | tuple[type, ...]] = {
    "wait": _NUMBER,
    "drop": bool,
    "cut": int,
    "drip": _NUMBER,
    "piece": int,
    "endless": _NUMBER,
    "gzip": bool,
    "wrap": str,
    "status": int,
    "retry_after": (str, int, float),
}
_ANSWER: dict[str, type | tuple[type, ...]] = {
    "drafts": int,
    "mime": str,
    "signature_bytes": int,
    "carrier": bool,
    "lose_signature": bool,
    "bare_end": bool,
    "break_after": int,
}
_MOST = {"times": 100_000, "status": 599, "drafts": 9, "signature_bytes": 99_999_999}
REQUESTS = ("ask", "create", "poll", "list", "cancel", "delete", "upload", "download")
"""What a step can be for."""
ITEMS = {"answer": str, "times": int, "on": str, **_DELIVERY, **_ANSWER}
_CUE_NAMES = {"mime": "declared"}


class ScriptError(ValueError):
    """A script that cannot be followed; it names the step and what is wrong with it."""


@dataclass(frozen=True)
class Step:
    """What one request is answered with, and how the answer travels."""

    cue: Cue = DRAW
    delivery: Delivery = field(default_factory=Delivery)
    on: str = REQUESTS[0]


DRAWN = Step()


class Script:
    """Steps that are taken one a request of their kind, in order; safe to share between threads."""

    def __init__(self, steps: Iterable[StepLike] = ()) -> None:
        self._steps = [step for number, item in enumerate(steps, start=1) for step in _read(item, number)]
        self._lock = threading.Lock()

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The script in a JSON file (a list, or an object with `steps`) or a TOML file (`[[steps]]`)."""
        path = Path(path)
        try:
            text = path.read_text(encoding="utf-8")
            loaded: Any = tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
        except OSError as error:
            raise ScriptError(f"{path}: {error.strerror}") from error
        except ValueError as error:
            raise ScriptError(f"{path}: {error}") from error
        steps = loaded.get("steps") if isinstance(loaded, dict) else loaded
        if not isinstance(steps, list):
            raise ScriptError(f"{path}: a script is a list of steps, or has one named `steps`")
        return cls(steps)

    def take(self, on: str = REQUESTS[0]) -> Step:
        """The next step for a request of this kind; after the last one, drawing."""
        with self._lock:
            at = next((at for at, step in enumerate(self._steps) if step.on == on), None)
            return DRAWN if at is None else self._steps.pop(at)

    def awaits(self, *kinds: str) -> bool:
        """Whether there is a step for a request of one of these kinds."""
        with self._lock:
            return any(step.on in kinds for step in self._steps)

    @property
    def left(self) -> int:
        """How many steps are still to come."""
        with self._lock:
            return len(self._steps)


def _read(item: StepLike, number: int) -> list[Step]:
    """The step, as often as it counts."""
    items: Mapping[str, Any] = {"answer": item} if isinstance(item, str) else item
    if not isinstance(items, Mapping):
        raise ScriptError(f"step {number}: a step is a cue or a table, not {items!r}")
    for name, value in items.items():
        _check(name, value, number)
    cue = cues.parse(items.get("answer", "draw"))
    if cue is None:
        raise ScriptError(f"step {number}: `{items['answer']}` is no cue; nbgemini.emulator.cues lists them")
    odd = {_CUE_NAMES.get(name, name): items[name] for name in _ANSWER if name in items}
    way = {name: items[name] for name in _DELIVERY if name in items}
    if "retry_after" in way:
        way["retry_after"] = str(way["retry_after"])
    step = Step(replace(cue, **odd), Delivery(**way), items.get("on", "create" if cue.verb == "batch" else "ask"))
    _check_kind(step, number)
    return [step] * int(items.get("times", 1))


def _check_kind(step: Step, number: int) -> None:
    """Only what draws can be told what to draw, only a new job what becomes of it."""
    if step.on not in REQUESTS:
        raise ScriptError(f"step {number}: `on` is one of {', '.join(REQUESTS)}, not {step.on!r}")
    if step.cue.verb == "batch" and step.on != "create":
        raise ScriptError(f"step {number}: what begins with `batch` is for new jobs, on = 'create', not {step.on!r}")
    if step.on != "ask" and step.cue != DRAW and step.cue.verb not in ("error", "batch"):
        raise ScriptError(f"step {number}: on {step.on!r} the answer is an error or as ever; nothing is drawn there")


def _check(name: str, value: Any, number: int) -> None:
    if name not in ITEMS:
        near = difflib.get_close_matches(name, ITEMS, n=1)
        hint = f"; did you mean `{near[0]}`?" if near else f"; there are {', '.join(ITEMS)}"
        raise ScriptError(f"step {number}: `{name}` is no item of a step{hint}")
    kind = ITEMS[name]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ScriptError(f"step {number}: `{name}` cannot be {value!r}")
    low, high = 1 if name in ("times", "piece") else 0, _MOST.get(name, float("inf"))
    if isinstance(value, int | float) and not (low <= value <= high and math.isfinite(value)):
        raise ScriptError(f"step {number}: `{name}` cannot be {value!r}")
    if name == "wrap" and value not in WRAPS:
        raise ScriptError(f"step {number}: `wrap` is one of {', '.join(WRAPS)}, not {value!r}")
