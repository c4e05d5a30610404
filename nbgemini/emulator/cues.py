"""Cues: what a request is answered with when that is not simply a picture, and the phrases that ask for it.

A line of the prompt may say `emulate: CUE`; a step of a script may be a CUE. Reasons are written in upper case, so no
ordinary prompt holds one by chance, and what follows `emulate:` without being a cue is drawn like any other words.

    emulate: IMAGE_SAFETY               stops with this finish reason, no picture; every reason in FINISH
    emulate: SAFETY HARASSMENT          the same, naming the category that was blocked; safetySettings can lift it
    emulate: SAFETY HARASSMENT LOW      … rated as of low probability (LOW, MEDIUM; HIGH unless it is said)
    emulate: MAX_TOKENS with picture    stops with this reason, yet with the picture
    emulate: finish NEW_REASON          a reason that no client knows yet
    emulate: no finish reason           the picture, and no reason at all
    emulate: block PROHIBITED_CONTENT   the prompt is blocked; every reason in BLOCKS
    emulate: text only                  STOP with text and no picture
    emulate: thought picture            the only picture is flagged as a thought
    emulate: drafts 3                   three unflagged drafts before the final picture, each billed
    emulate: picture first              the text comes after the picture
    emulate: empty content              a candidate whose content is {}; also: no content, no parts, null parts
    emulate: no candidates              200 with usage and nothing else
    emulate: signature 2000000 bytes    thought signatures of that length
    emulate: signature at the end       the text is vouched for by an empty signed text part at the end
    emulate: lose signature             signed as ever, yet called missing when it comes back: the next turn gets a 400
    emulate: bare end                   the last event of a stream has no parts
    emulate: error after 2 events       a stream ends in an error instead of the rest
    emulate: model status LEGACY        the answer says that the model is on its way out (`modelStatus`)
    emulate: declare image/png          pictures are declared as this type, whatever they are
    emulate: 429 2s                     quota per minute, with a hint to wait 2 s; `429` alone gives no hint
    emulate: 429 day                    quota per day;  `429 zero`: a free tier whose limit is 0;  `429 images`: images
                                        a minute;  `429 spend`: a spending limit
    emulate: 400 region                 also: 400 billing, 403 leaked, 403 disabled, 404, 500, 503, 504

What becomes of a batch job. A step of a script may be one of these, for the next job that is created, or a line of a
prompt in the job; several are told with commas, as in `batch 5s, shuffled, errors 2`:

    emulate: batch 30s                  how long it takes, also 5m, 2h; more than 48 hours: it expires
    emulate: batch FAILED               it ends so, with an error of its own; also CANCELLED, EXPIRED
    emulate: batch stuck                it stays pending until it expires after 48 hours; `stuck RUNNING`: running
    emulate: batch late file            SUCCEEDED comes five seconds before the name of the results' file
    emulate: batch no file              SUCCEEDED, and never a name of it
    emulate: batch file gone            the name is told, and the file is not there
    emulate: batch never fetched        once it is done, asking for it ends in 503, each time, as with large inline jobs
    emulate: batch shuffled             its answers come in another order
    emulate: batch errors 2             so many lines (1) fail with code 13
    emulate: batch missing 2            so many lines (1) have no answer
    emulate: batch doubled 2            so many lines (1) are answered twice, with another picture
    emulate: batch foreign 2            so many answers (1) more, under keys that nobody sent
    emulate: batch garbled 2            so many answers (1) are torn in the middle
    emulate: batch no keys              the answers say nothing of keys or metadata
    emulate: batch deleted              nobody knows it when it is asked for: someone has deleted it
    emulate: batch not yours            403 when it is asked for, as for the key of another project
    emulate: batch JOB_STATE            states are told in the other spelling, that of Vertex AI
    emulate: batch done false           `done` is there and false while it runs
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

FINISH = (
    "MAX_TOKENS",
    "SAFETY",
    "RECITATION",
    "LANGUAGE",
    "OTHER",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "MALFORMED_FUNCTION_CALL",
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_OTHER",
    "NO_IMAGE",
    "IMAGE_RECITATION",
    "UNEXPECTED_TOOL_CALL",
    "TOO_MANY_TOOL_CALLS",
    "MISSING_THOUGHT_SIGNATURE",
    "MALFORMED_RESPONSE",
    "ESCALATION",
    "PUP_LIMITED_DISABLED",
    "CONTINUATION",
    "FINISH_REASON_UNSPECIFIED",
)
"""The finish reasons that can be asked for; STOP comes of itself."""

BLOCKS = ("SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY", "BLOCKED_REASON_UNSPECIFIED")
"""The block reasons of a prompt on the Gemini API."""

CATEGORIES = ("HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT")

PROBABILITIES = ("LOW", "MEDIUM", "HIGH")

Verb = Literal["draw", "finish", "block", "words", "hollow", "error", "batch"]


@dataclass(frozen=True)
class Cue:
    """What to answer with; the default is to draw."""

    verb: Verb = "draw"
    reason: str = ""
    """The finish reason, the block reason, the hollow shape, or which error of its code."""
    category: str = "DANGEROUS_CONTENT"
    probability: str = "HIGH"
    with_picture: bool = False
    code: int = 0
    retry_after: float | None = None
    drafts: int = 0
    thought_only: bool = False
    picture_first: bool = False
    no_reason: bool = False
    signature_bytes: int = 0
    carrier: bool = False
    lose_signature: bool = False
    bare_end: bool = False
    declared: str | None = None
    stage: str = ""
    """What `modelStatus` says of the model; without it there is none."""
    break_after: int | None = None
    """Events of a stream after which an error follows."""
    fates: tuple[str, ...] = ()
    """What becomes of a batch job."""

    @property
    def needs_text(self) -> bool:
        """Whether it is about the words beside a picture, so that there must be some."""
        return self.picture_first or self.carrier


DRAW = Cue()

_FINISH = "|".join(FINISH)
_CATEGORY = "|".join(CATEGORIES)
_RATED = rf"(?: ({_CATEGORY})(?: ({'|'.join(PROBABILITIES)}))?)?"


def _rated(verb: Verb, found: re.Match[str]) -> Cue:
    return Cue(verb, found[1], category=found[2] or Cue.category, probability=found[3] or Cue.probability)


_FATES = (
    r"\d{1,6}(?:\.\d+)?[smh]|FAILED|CANCELLED|EXPIRED|stuck RUNNING|stuck|late file|no file|file gone|never fetched|"
    r"shuffled|(?:errors|missing|doubled|foreign|garbled)(?: \d{1,4})?|no keys|deleted|not yours|JOB_STATE|done false"
)

PHRASES: tuple[tuple[str, Callable[[re.Match[str]], Cue]], ...] = (
    (r"draw", lambda _: DRAW),
    (rf"({_FINISH}) with picture", lambda m: Cue("finish", m[1], with_picture=True)),
    (rf"({_FINISH}){_RATED}", lambda m: _rated("finish", m)),
    (r"finish ([A-Z][A-Z_]+)( with picture)?", lambda m: Cue("finish", m[1], with_picture=bool(m[2]))),
    (rf"block ({'|'.join(BLOCKS)}){_RATED}", lambda m: _rated("block", m)),
    (r"no finish reason", lambda _: Cue(no_reason=True)),
    (r"text only", lambda _: Cue("words")),
    (r"thought picture", lambda _: Cue(thought_only=True)),
    (r"picture first", lambda _: Cue(picture_first=True)),
    (r"drafts ([1-9])", lambda m: Cue(drafts=int(m[1]))),
    (r"(empty content|no content|no parts|null parts|no candidates)", lambda m: Cue("hollow", m[1])),
    (r"signature (\d{1,8}) bytes", lambda m: Cue(signature_bytes=int(m[1]))),
    (r"signature at the end", lambda _: Cue(carrier=True)),
    (r"lose signature", lambda _: Cue(lose_signature=True)),
    (r"bare end", lambda _: Cue(bare_end=True)),
    (r"error after ([1-9]) events?", lambda m: Cue(break_after=int(m[1]))),
    (r"declare (\w+/[\w.+-]+)", lambda m: Cue(declared=m[1])),
    (r"model status ([A-Z_]+)", lambda m: Cue(stage=m[1])),
    (r"429 (\d+(?:\.\d+)?)s", lambda m: Cue("error", "minute", code=429, retry_after=float(m[1]))),
    (r"429 (day|zero|images|spend)", lambda m: Cue("error", m[1], code=429)),
    (r"429", lambda _: Cue("error", "minute", code=429)),
    (r"(400) (region|billing)", lambda m: Cue("error", m[2], code=400)),
    (r"(403) (leaked|disabled)", lambda m: Cue("error", m[2], code=403)),
    (rf"batch ((?:{_FATES})(?:, ?(?:{_FATES}))*)", lambda m: Cue("batch", fates=tuple(re.split(", ?", m[1])))),
    (r"(404|500|503|504)", lambda m: Cue("error", code=int(m[1]))),
)
_KNOWN = tuple((re.compile(rf"{pattern}(?![\w/])"), make) for pattern, make in PHRASES)
_TRIGGER = re.compile(r"(?<!\w)emulate:[ \t]*([^\n;]+)[;]?")


def parse(text: str) -> Cue | None:
    """The cue that is this text and nothing else; None if it is none."""
    matched = _match(text.strip())
    return matched[0] if matched and matched[1] == len(text.strip()) else None


def in_prompt(prompt: str) -> tuple[Cue, str]:
    """The cue that a prompt holds, and the prompt without it; DRAW and the whole prompt if it holds none."""
    for trigger in _TRIGGER.finditer(prompt):
        matched = _match(trigger[1])
        if matched:
            start, end = trigger.start(), trigger.start(1) + matched[1]
            return matched[0], f"{prompt[:start]}{prompt[end:].lstrip(';.')}".strip()
    return DRAW, prompt


def _match(text: str) -> tuple[Cue, int] | None:
    """The cue that text begins with, and how long it is."""
    for pattern, make in _KNOWN:
        found = pattern.match(text)
        if found:
            return make(found), found.end()
    return None
