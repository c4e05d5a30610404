"""Which limit a 429 is about, in words: what is counted, in which span, how many are allowed, and when it ends."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator, Mapping
from typing import Literal

from nbgemini._dataclass import dataclass
from nbgemini.core.pacific import next_midnight, span
from nbgemini.core.skeleton import Json
from nbgemini.wire.error_body import Fault
from nbgemini.wire.typed import mapping, mappings, word

__all__ = ["Limit", "is_spent", "limit_of"]

Scope = Literal["minute", "day", "zero", "spend", "storage"]

_IMAGES = re.compile(r"images?[_ -]?per|generated?[_ -]?images?\b", re.IGNORECASE)
_TOKENS = re.compile(r"token", re.IGNORECASE)
_REQUESTS = re.compile(r"requests?[_ -]?per|generate_?(content_)?\w*requests|\brequests\b", re.IGNORECASE)
_ZERO = re.compile(r"\blimit['\"]?\s*[:=]\s*['\"]?0\b(?![.,]?\d)", re.IGNORECASE)
_SPEND = re.compile(r"spend(ing)?[ _-]?(cap|limit)|billing cap|monthly (cap|budget)", re.IGNORECASE)
# What gateways say of the money that they allow a key; under any status, and what only a 429 can mean by it.
_SPENT = re.compile(
    r"budget\w*[ _](has[ _]been[ _])?(exceed|exhaust|used up)|(exceed|over)\w*[ _]?(\w+[ _]){0,2}budget|out of credits?"
    r"|insufficient[ _](\w+[ _])?(quota|credits?|funds|balance)|not enough (credits?|funds|balance)|payment required"
    r"|(credits?|balance)\b.{0,20}\b(too low|exhausted|exceeded|used up|depleted|spent|insufficient)"
    r"|(exceeded|exhausted|used up)\b.{0,20}\b(credits?|balance)|\u989d\u5ea6\u4e0d\u8db3|\u4f59\u989d\u4e0d\u8db3",
    re.IGNORECASE,
)
_BUDGET = re.compile(r"\bbudgets?\b|\btop[ -]?up\b", re.IGNORECASE)
_STORAGE = re.compile(r"file[ _-]?storage|storage[ _-]?(quota|bytes|limit)", re.IGNORECASE)
_DAY = re.compile(r"per.?day|daily", re.IGNORECASE)
_MORE = "`%imagine help quotas` says what raises it"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: `counted` is requests, images or tokens; `allowed` is how many, as Google writes it, or empty.

    `counted` is empty where the server does not say what it counts; `shared`: it is no quota, but Vertex AI's capacity;
    `of_gateway`: it is the money that a gateway allows, of which Google knows nothing.
    """

    scope: Scope
    counted: str = ""
    allowed: str = ""
    shared: bool = False
    of_gateway: bool = False

    def sentence(self) -> str:
        """What happened, to stand before Google's own text."""
        if self.scope == "zero":
            return "The project of this key may not draw pictures with this model: its limit is 0"
        if self.of_gateway:
            return "The budget or credit of this key is used up"
        if self.scope == "spend":
            return "A spending limit of the project is reached"
        if self.scope == "storage":
            return "The project's 20 GB for uploaded files are used up"
        if self.shared:
            return "Vertex AI has no free capacity at this location"
        if not self.counted and self.scope == "minute":
            return "A quota is used up"
        many = f"{self.allowed} {self.counted or 'requests'}".strip()
        return f"The quota of {many} a {self.scope} is used up"

    def hint(self, now: float, wait: float | None = None) -> str:
        """What a user can do. `now` is seconds since the epoch, `wait` those that the server asks for."""
        if self.scope == "zero":
            return (
                "No free tier draws pictures: turn billing on for the project of the key (that is tier 1);"
                " more: `%imagine help quotas`."
            )
        if self.of_gateway:
            return "Waiting does not help: raise the budget at the provider of the key, or use another key."
        if self.scope == "spend":
            return (
                "Spending limits count the last ten minutes and the month: wait, or raise them in the project's billing"
                " settings; more: `%imagine help quotas`."
            )
        if self.scope == "storage":
            return (
                "`nbgemini.uploads().delete()` takes away what this kernel has there; the files of others are gone"
                " within 48 hours."
            )
        if self.shared:
            return f"Wait {_pause(wait)}, or choose another location: `global` uses all of them."
        if self.scope == "day":
            return f"The daily quota {_reset(now)}. Failed attempts count too; {_MORE}."
        fewer = {
            "images": "ask for fewer pictures at a time (`-n`)",
            "input tokens": "send fewer or smaller pictures",
        }.get(self.counted, "ask for fewer pictures at a time")
        return f"Wait {_pause(wait)}, and {fewer}; failed attempts count too. {_MORE}."


def limit_of(said: Fault) -> Limit:
    """The limit that a 429 names in `QuotaFailure`, or what its text says of it."""
    rows = list(_violations(said))
    scope, of_gateway = _scope(said, rows)
    row = rows[0] if rows else {}
    named = f"{word(row.get('quotaId'), 200)} {word(row.get('quotaMetric'), 200)}"
    value = word(row.get("quotaValue"), 20)
    allowed = f"{int(value):,}" if re.fullmatch(r"[1-9][0-9]{0,11}", value) else ""
    shared = scope == "minute" and not named.strip() and "error-code-429" in said.message
    return Limit(scope, _counted(named if named.strip() else said.message), allowed, shared, of_gateway)


def is_spent(said: Fault) -> bool:
    """Whether an error says that the money of a key is used up, whatever its status. Google does not speak so."""
    told = f"{said.reason} {said.message}"
    return said.status == 402 or (said.status in (400, 401, 403, 429) and _SPENT.search(told) is not None)


def _scope(said: Fault, rows: list[Mapping[str, Json]]) -> tuple[Scope, bool]:
    """(which limit it is about, whether it is a gateway's own)."""
    metadata = mapping(said.detail("ErrorInfo").get("metadata"))
    values = [*(row.get("quotaValue") for row in rows), metadata.get("quota_limit_value")]
    if _ZERO.search(said.message) or any(str(value).strip() == "0" for value in values):
        return "zero", False
    ids = " ".join(f"{word(row.get('quotaId'), 200)} {word(row.get('quotaMetric'), 200)}" for row in rows)
    named = f"{ids} {word(metadata.get('quota_limit'), 200)}"
    if _SPEND.search(f"{named} {said.message}"):
        return "spend", False
    if is_spent(said) or _BUDGET.search(said.message):
        return "spend", True
    if _STORAGE.search(f"{named} {said.message}"):
        return "storage", False
    return ("day" if _DAY.search(named) or (not rows and _DAY.search(said.message)) else "minute"), False


def _counted(named: str) -> str:
    if _IMAGES.search(named):
        return "images"
    if _TOKENS.search(named):
        return "input tokens"
    return "requests" if _REQUESTS.search(named) else ""


def _violations(said: Fault) -> Iterator[Mapping[str, Json]]:
    for detail in said.every("QuotaFailure"):
        yield from mappings(detail.get("violations"))


def _pause(wait: float | None) -> str:
    if wait is None:
        return "a minute"
    return f"{f'{math.ceil(wait)} s' if wait < 600 else 'long' if wait > 172_800 else span(wait)}, as the server asks"


def _reset(now: float) -> str:
    """`is reset at midnight Pacific time: in 5 h 12 min, at 09:00 by this computer's clock`."""
    midnight = next_midnight(now)
    try:
        clock = f", at {time.strftime('%H:%M', time.localtime(midnight))} by this computer's clock"
    except (OverflowError, OSError, ValueError):
        clock = ""
    return f"is reset at midnight Pacific time: in {span(midnight - now)}{clock}"
