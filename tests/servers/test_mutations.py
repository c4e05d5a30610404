"""Valid answers, mutated by the ten thousand: bytes and JSON values changed, and never a foreign exception."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

from nbgemini.core.exchange import Answer
from nbgemini.errors import NbgeminiError
from nbgemini.net.inprocess import InProcess
from tests.net.server import Caller
from tests.servers.trial import BIG, SMALL
from tests.support import figures
from tests.wire.answers import image, response, text
from tests.wire.shelf import Shelf

_ANSWER = response(
    text("I think", thought=True),
    text("Here “it” is.", thoughtSignature="c2ln"),
    image(SMALL),
    image(BIG, thoughtSignature="c2lnbmF0dXJl" * 200),
    promptFeedback={"safetyRatings": [{"category": "HARM_CATEGORY_HARASSMENT", "probability": "LOW"}]},
    modelStatus={"modelStage": "STABLE", "message": "fine"},
    responseId="r1",
)
_BODY = json.dumps(_ANSWER).encode()
_WRONG: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1e300,
    float("nan"),
    10**40,
    "",
    "x",
    "\x00\ud800",
    [],
    {},
    [[]],
    {"": 1},
]
_PICTURES = {hashlib.sha256(data).hexdigest(): json.dumps(image(data)).encode() for data in (SMALL, BIG)}


def _bytes(dice: random.Random, body: bytes) -> bytes:
    """One to four changes: a byte flipped, a piece cut out, doubled, moved or inserted, the end cut off."""
    data = bytearray(body)
    for _ in range(dice.randint(1, 4)):
        at, size = dice.randrange(len(data) or 1), dice.choice((1, 1, 2, 7, 40, 900))
        piece = data[at : at + size]
        kind = dice.randrange(6)
        if kind == 0 and piece:
            data[at] ^= 1 << dice.randrange(8)
        elif kind == 1:
            del data[at : at + size]
        elif kind == 2:
            data[at:at] = piece
        elif kind == 3:
            place = dice.randrange(len(data) or 1)
            data[place:place] = piece
        elif kind == 4:
            data[at:at] = dice.choice(
                (b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\x00", b"\xff", b"NaN", b'"data":"')
            )
        elif dice.random() < 0.3:
            del data[at:]
    return bytes(data)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        found += _places(item, (*path, key))
    return found


def _values(dice: random.Random, body: bytes) -> bytes:
    """One to four values exchanged for another type, taken out, doubled, or put elsewhere; some keys written twice."""
    value = json.loads(body)
    for _ in range(dice.randint(1, 4)):
        path = dice.choice(_places(value) or [()])
        if not path:
            break
        at = value
        for step in path[:-1]:
            at = at[step]
        kind = dice.randrange(4)
        if kind == 0:
            del at[path[-1]]
        elif kind == 1 and isinstance(at, list):
            at.insert(path[-1], at[path[-1]])
        elif kind == 2:
            at[path[-1]] = [at[path[-1]]]
        else:
            at[path[-1]] = dice.choice(_WRONG)
    data = json.dumps(value, indent=dice.choice((None, None, 1)))
    if dice.random() < 0.2:
        key = dice.choice(("data", "parts", "candidates", "thoughtSignature", "content", "inlineData"))
        data = data.replace(
            f'"{key}":', f'"{key}": null, "{key}":' if dice.random() < 0.5 else f'"{key}": "x", "{key}":'
        )
    return data.encode("utf-8", "surrogatepass")


_WAYS: dict[str, Callable[[random.Random, bytes], bytes]] = {"bytes": _bytes, "values": _values}


def _met(body: bytes, dice: random.Random) -> str:
    """What is wrong with what comes of a body: nothing, or a sentence."""
    step = dice.choice((1 << 20, 5000, 811))

    def handle(*_: object) -> tuple[int, Mapping[str, str], list[bytes]]:
        return 200, {}, [body[at : at + step] for at in range(0, len(body), step)]

    caller = Caller("https://gateway.example", shelf=Shelf(), transport=InProcess(handle))
    try:
        outcome: Answer | NbgeminiError = caller.ask()
    except NbgeminiError as error:
        outcome = error
    except Exception as problem:  # what must not be
        return f"a foreign {problem!r}"
    if isinstance(outcome, Answer):
        held = {*(outcome.turn.pictures if outcome.turn else ()), *(picture.sha256 for picture in outcome.others)}
        problem_said: NbgeminiError | None = caller.client.verdict(outcome)
    else:
        held, problem_said = {picture.sha256 for picture in outcome.pictures}, outcome
    if problem_said is not None and (len(problem_said.lines()) > 3 or "harged" not in problem_said.lines()[1]):
        return f"silence about the money: {problem_said.lines()}"
    lost = [sha256 for sha256, spelled in _PICTURES.items() if spelled[:-1] in body and sha256 not in held]
    return f"lost {lost}" if lost else "an open object" if caller.shelf.open else ""


def check_mutations(way: str, seed: int, number: int) -> None:
    dice, wrong = random.Random(seed), []
    for _ in range(number):
        body = _WAYS[way](dice, _BODY)
        if said := _met(body, dice):
            wrong.append((said, body))
    figures.add(
        "mutated answers",
        number,
        foreign_exceptions=sum(said.startswith("a foreign") for said, _ in wrong),
        lost_pictures=sum(said.startswith("lost") for said, _ in wrong),
    )
    assert wrong[:3] == []


@pytest.mark.parametrize("way", _WAYS)
def test_a_mutated_answer_gives_a_picture_or_a_typed_error(way: str) -> None:
    """Some hundreds of each kind; complete pictures are kept whatever is wrong beside them."""
    check_mutations(way, 1, 120)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(2, 12))
@pytest.mark.parametrize("way", _WAYS)
def test_ten_thousand_mutated_answers(way: str, seed: int) -> None:
    """The same, in numbers."""
    check_mutations(way, seed, 600)


def test_the_pictures_stand_in_the_answer_as_they_are_looked_for() -> None:
    """Otherwise nothing could be lost."""
    bare = {name: spelled[:-1] for name, spelled in _PICTURES.items()}
    assert all(spelled in _BODY for spelled in bare.values())
    assert base64.b64encode(BIG) in _BODY
