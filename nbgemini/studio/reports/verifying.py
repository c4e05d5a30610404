"""`%imagine verify`: what is wrong with the store, which turns it touches, and whether they can be gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nbgemini._dataclass import dataclass
from nbgemini.core.exchange import Answer, Exchange
from nbgemini.core.picture import Picture
from nbgemini.core.seams import RawAnswer
from nbgemini.core.skeleton import StoredText
from nbgemini.errors import NbgeminiError
from nbgemini.store.restoring import restore
from nbgemini.store.store import Store
from nbgemini.store.verify import Fault, Findings, verify
from nbgemini.studio.conversations.history import History

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["Trouble", "Verdict", "verify_and_restore"]

Interpret = Callable[[RawAnswer], Answer]


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong: `where` it is for a user (`turn 3 of main`), `what` it is, and what it means."""

    where: str
    what: str
    means: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found. `restored` says in a sentence each what was brought back."""

    findings: Findings
    troubles: tuple[Trouble, ...]
    restored: tuple[str, ...]
    writable: bool


def verify_and_restore(studio: Studio, progress: Callable[[int, int], None] = lambda *_: None) -> Verdict:
    """Look at everything in the store, and bring back what can be. Nothing is deleted.

    `progress` hears of bytes done and of all. Raises SettingsError, and nothing that a store may cause.
    """
    store, library, client = studio.store, studio.history, studio.client()
    store = store.stands_for or store

    def interpret(raw: RawAnswer) -> Answer:
        return client.interpret(raw, store.blobs)

    findings = verify(store, progress)
    if not store.read_only:
        _read_again(store, findings, interpret)
        restore(store.folder, findings, store.blobs.read, store.blobs.put)
    places = _places(store, library, findings.exchanges)
    names = {sha256: _named(sha256, findings, places) for sha256 in (*findings.broken, *findings.restored)}
    restored = tuple(
        f"{names[sha256][0][:1].upper()}{names[sha256][0][1:]} was restored from {where}."
        for sha256, where in findings.restored.items()
    )
    troubles = []
    for fault in findings.faults:
        pictures = _pictures(store, fault.name, interpret) if fault.kind == "record" else ()
        troubles.append(_trouble(fault, places, names, [store.blobs.path(one.sha256) for one in pictures]))
    return Verdict(findings, tuple(troubles), restored, not store.read_only)


def _read_again(store: Store, findings: Findings, interpret: Interpret) -> None:
    """Small pictures stand in the answer as it came: decoding it anew puts them back."""
    for sha256 in findings.broken:
        for owner in findings.needed.get(sha256, []):
            if sha256 not in findings.restored and _pictures(store, owner, interpret) and _is_back(store, sha256):
                findings.restore(sha256, "the answer as it came")


def _pictures(store: Store, exchange_id: str, interpret: Interpret) -> tuple[Picture, ...]:
    """What an answer as it came holds."""
    try:
        raw = store.answer(exchange_id)
        turn = None if raw is None else interpret(raw).turn
    except NbgeminiError:
        return ()
    return () if turn is None else tuple(turn.pictures.values())


def _is_back(store: Store, sha256: str) -> bool:
    try:
        store.blobs.check(sha256)
    except NbgeminiError:
        return False
    return True


def _places(
    store: Store, library: History, known: Mapping[str, Exchange]
) -> dict[str, list[tuple[str, int, int | None]]]:
    """(conversation, turn, the turn before it) of each exchange."""
    places: dict[str, list[tuple[str, int, int | None]]] = {}
    try:
        for one in library.stored():
            value = store.album.load(one.key, known)
            for number, exchange in enumerate(value.exchanges, 1):
                before = value.number(exchange.parent) if exchange.parent in value and exchange.parent else None
                places.setdefault(exchange.id, []).append((one.name, number, before))
            for number, exchange_id in enumerate(store.album.turns(one.key), 1):
                if exchange_id not in value:
                    places.setdefault(exchange_id, []).append((one.name, number, None))
    except NbgeminiError:
        pass  # it is among the faults
    return places


Places = dict[str, list[tuple[str, int, int | None]]]


def _named(sha256: str, findings: Findings, places: Places) -> tuple[str, str]:
    """Which thing an object is, and what its loss means."""
    owners = findings.needed.get(sha256, [])
    exchanges = [findings.exchanges[owner] for owner in owners if owner in findings.exchanges]
    if not owners:
        return f"an object that no turn needs ({sha256[:12]})", "Nothing is lost."
    if not exchanges and "/" in owners[0]:
        return f"a picture shown to the model by shot `{owners[0]}`", "That shot cannot be asked for again."
    final = next((one for one in exchanges if one.picture and one.picture.sha256 == sha256), None)
    where = _where(final.id if final else owners[0], places)
    if final is not None:
        return f"the picture of {where}", _without_picture(final, places)
    is_sent = any(sha256 == leaf.sha256 for one in exchanges for leaf in _sent(one))
    if is_sent:
        what = "a picture shown to the model" if any(_is_shown(one, sha256) for one in exchanges) else "a signature"
        return f"{what} in {where}", "The next edit sends only the last picture, without the conversation before it."
    return f"a draft or a part of the answer to {where}", "The turn itself is undamaged; you can go on from it."


def _sent(exchange: Exchange) -> Iterator[StoredText]:
    yield from exchange.user.leaves
    if exchange.turn is not None:
        yield from exchange.turn.replayed.leaves


def _is_shown(exchange: Exchange, sha256: str) -> bool:
    return sha256 in exchange.user.pictures


def _without_picture(exchange: Exchange, places: Places) -> str:
    """It cannot be gone on from; those after it can, with their own pictures."""
    lost = "Google keeps no copy, so it cannot be fetched again."
    for _, number, before in places.get(exchange.id, [])[:1]:
        way = f"`--from @{before}` goes on before it" if before else "`--new` starts afresh"
        return (
            f"{lost} Turn {number} cannot be edited: {way}. A turn after it can still be edited from its own picture."
        )
    return lost


def _where(exchange_id: str, places: Places) -> str:
    found = [f"turn {number} of `{name}`" for name, number, _ in places.get(exchange_id, [])]
    return " and ".join(found[:3]) or f"exchange {exchange_id}, which is in no conversation"


def _trouble(fault: Fault, places: Places, names: dict[str, tuple[str, str]], brought: list[Path]) -> Trouble:
    """`brought` are the pictures of a turn whose record is lost but whose answer was kept."""
    if fault.kind == "object":
        where, means = names[fault.name]
        return Trouble(where, f"object {fault.name[:12]} {fault.what}", f"{means} A backup of the folder restores it.")
    means = _MEANS[fault.kind]
    if fault.kind == "record":
        where = _where(fault.name, places) if fault.name in places else f"exchange {fault.name}"
        listed = ", ".join(f"`{path}`" for path in brought[:3])
        return Trouble(where, fault.what, f"{means} What it contained is there: {listed}." if brought else means)
    return Trouble(_where(fault.name, places) if fault.kind == "answer" else fault.name, fault.what, means)


_MEANS = {
    "record": "The turn is left out of its conversation; a backup of the folder restores it.",
    "answer": "The answer as it came cannot be shown again; the turn made from it is undamaged.",
    "conversation": "Its turns are not lost: `%imagine recover` lists them; with an ID it makes one a turn.",
    "intent": "A request may have been charged without an answer; its ID is lost.",
    "ledger": "Sums in `%imagine cost` may be too low.",
    "sweep": "Shots or stars may be missing from sheets; the pictures are turns of their conversation.",
    "version": "The pictures can be shown and edited.",
    "modes": "Make it private: `chmod -R go-rwx` on the folder.",
    "stray": "No turn needs it.",
}
