"""One scripted server against a whole studio: what it sends, what must come of it, and everything that must not."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgemini.errors import NbgeminiError
from nbgemini.net.transport import HttpTransport
from nbgemini.studio.handles import Result
from nbgemini.studio.studio import Studio
from tests.net.server import KEY, QUICK, Act, Server, answers, serving
from tests.support.pictures import make_picture
from tests.wire.answers import image, response, text

__all__ = ["BIG", "FIRST", "NEXT", "SMALL", "Row", "Trial", "late", "tried"]

BIG = make_picture("PNG", (60, 40), seed=7)  # more base64 than stays in the text of an answer
SMALL = make_picture("PNG", (9, 7), seed=8)  # less than that
FIRST = make_picture("PNG", (60, 40), seed=5)
NEXT = make_picture("JPEG", (60, 40), seed=6)
_GOOD = {
    name: json.dumps(response(text(name), image(data, thoughtSignature="c2ln"))).encode()
    for name, data in (("first", FIRST), ("next", NEXT))
}
_TRANSPORT = HttpTransport()
_HUNG = 20.0  # seconds beyond which an ask counts as hanging, whatever its deadline


def late(make: Callable[[], Act]) -> Act:
    """An act that is made when it is played: rows are read wherever tests are collected, megabytes only when sent."""
    return lambda wire: make()(wire)


@dataclass(frozen=True)
class Row:
    """A scripted server and what must come of it.

    `gives` is "picture", "words" or the name of the exception; several are allowed where the wire leaves it open.
    `holds` are the pictures whose bytes arrive whole: they must be found afterwards. `seconds` is the time allowed,
    `between` the seconds that it may take. `url` stands in for the server's own address.
    """

    name: str
    act: Act
    gives: str | tuple[str, ...] = "picture"
    charged: str | tuple[str, ...] = ()
    posts: int | None = 1
    holds: tuple[bytes, ...] = ()
    seconds: float = 6.0
    between: tuple[float, float] = (0.0, 8.0)
    says: str = ""
    upload: bytes = b""
    url: Callable[[str], str] = str
    script: tuple[Act, ...] = ()  # further acts, one a connection; the last is repeated


@dataclass
class Trial:
    """What came of a row: each list names what went wrong in one way."""

    raw: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def said(self) -> str:
        return "; ".join(f"{kind}: {'; '.join(items)}" for kind, items in vars(self).items() if items)


def tried(row: Row, home: Path) -> Trial:
    """Draw, meet the server, draw again; all on one conversation of a store of its own."""
    trial = Trial()
    with serving(answers(200, _GOOD["first"])) as server:
        os.environ["GOOGLE_API_KEY"] = KEY
        values: dict[str, Any] = {"base_url": server.url, "confirm_over": 1000}
        studio = Studio(traits=lambda: values, home=home, transport=_TRANSPORT, policy=QUICK)
        studio.imagine("a fox")
        before = [exchange.id for exchange in studio.value().exchanges]
        values["base_url"] = row.url(server.url)
        _meet(row, studio, server, trial)
        values["base_url"] = server.url
        turned = len(studio.value().exchanges) > len(before)
        _check_kept(row, studio, trial, turned)
        _check_next(studio, server, trial, turned)
    _check_folder(home, trial)
    return trial


def _meet(row: Row, studio: Studio, server: Server, trial: Trial) -> None:
    server.requests.clear()
    server.connections = 0
    server.script = [row.act, *row.script]
    outcome: list[object] = []
    words: dict[str, Any] = {"timeout": row.seconds}
    if row.upload:
        words["ref"] = [row.upload, row.upload]

    def ask() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                outcome.append(studio.imagine("at night", **words))
            except BaseException as problem:  # what a user would see
                outcome.append(problem)

    began = time.monotonic()
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(row.between[1] + _HUNG)
    took = time.monotonic() - began
    if thread.is_alive():
        trial.hangs.append("no end")
        return
    if not row.between[0] <= took <= row.between[1]:
        trial.hangs.append(f"took {took:.1f} s")
    _check_outcome(row, outcome[0], trial)
    posts = len(server.requests)
    if row.posts is not None and posts != row.posts:
        trial.wrong.append(f"{posts} POSTs instead of {row.posts}")


def _check_outcome(row: Row, outcome: object, trial: Trial) -> None:
    gives = (row.gives,) if isinstance(row.gives, str) else row.gives
    if isinstance(outcome, Result):
        kind = "picture" if outcome.exchange.answer.turn and outcome.exchange.answer.turn.picture else "words"
        if kind == "words" and not outcome.text.strip():
            trial.silent.append("a result with neither a picture nor words")
        said = [*outcome.notices]
    elif isinstance(outcome, NbgeminiError):
        kind, said = type(outcome).__name__, _checked_error(row, outcome, trial)
    else:
        kind, said = type(outcome).__name__, [repr(outcome)]
        trial.raw.append(repr(outcome)[:300])
    if kind not in gives:
        trial.wrong.append(f"gives {kind} instead of {' or '.join(gives)} ({' | '.join(map(str, said))[:300]})")
    if any(KEY in words for words in said):
        trial.leaks.append("the key stands in a message")


def _checked_error(row: Row, error: NbgeminiError, trial: Trial) -> list[str]:
    lines = error.lines()
    charged = (row.charged,) if isinstance(row.charged, str) else row.charged
    if type(error) is NbgeminiError:
        trial.raw.append(error.message)
    if not 1 <= len(lines) <= 3 or any(len(line) > 420 or not line.isprintable() for line in lines):
        trial.wrong.append(f"its lines are {lines}")
    if "harged" not in " ".join(lines) and "Nothing was sent" not in " ".join(lines):
        trial.silent.append("no word about money")
    if charged and error.charged not in charged:
        trial.wrong.append(f"charged {error.charged} instead of {' or '.join(charged)}")
    if row.says and row.says not in " ".join(lines):
        trial.wrong.append(f"`{row.says}` is not in {lines}")
    whole = traceback.format_exception(type(error), error, error.__traceback__)
    return [*lines, str(error), repr(error), repr(vars(error)), *whole]


def _check_kept(row: Row, studio: Studio, trial: Trial, turned: bool) -> None:
    """Every picture that came whole is on disk, and a user can get at it: as the result, or as an orphan."""
    held = studio.value().exchanges[-1].answer.turn if turned else None
    reachable = set(held.pictures) if held else set()
    for orphan in [line.exchange for line in studio.orphans.listed()]:
        reachable |= set(orphan.answer.turn.pictures) if orphan.answer.turn else set()
    for data in row.holds:
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 not in reachable:
            there = (studio.store.folder / "objects" / sha256[:2] / sha256).exists()
            trial.lost.append("on disk, and cannot be reached" if there else "not on disk")


def _check_next(studio: Studio, server: Server, trial: Trial, turned: bool) -> None:
    """The next ask works, and its history holds the first turn, then what became a turn, and nothing else."""
    server.requests.clear()
    server.connections = 0
    server.script = [answers(200, _GOOD["next"])]
    try:
        result = studio.imagine("in snow", timeout=10)
    except BaseException as problem:
        trial.wrong.append(f"the next ask: {problem!r}"[:300])
        return
    if result.bytes != NEXT:
        trial.wrong.append("the next ask gives another picture")
    contents = json.loads(server.requests[-1].body)["contents"]
    said = [part["text"] for turn in contents if turn.get("role") == "user" for part in turn["parts"] if "text" in part]
    anchored = said[0] == "image 1: the current picture"  # a picture without a signature is shown, not replayed
    said = [words for words in said if not words.startswith("Earlier in this conversation:")]
    wanted = [said[0], "in snow"] if turned and anchored else ["a fox", *["at night"] * turned, "in snow"]
    if [words for words in said if words == wanted[0] or not words.startswith("image ")] != wanted:
        trial.wrong.append(f"the next request says {said}")


def _check_folder(home: Path, trial: Trial) -> None:
    """The key is in no file, but where an answer that became a turn repeats it."""
    for path in home.rglob("*"):
        if path.is_file() and KEY.encode() in path.read_bytes():
            trial.leaks.append(f"the key stands in {path.relative_to(home)}")
