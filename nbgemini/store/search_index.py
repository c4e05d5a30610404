"""What a store holds at a glance, for finding it again: its turns, its conversations, and the shots of its sweeps.

Turns never change, a sweep's file only grows, and a conversation is written anew at each change: so what was read once
is read no more. A store of many turns keeps what was read in `cache/`, which anybody may remove. The file says how it
must hash: one that is damaged in any way counts as none.
"""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import suppress
from typing import Any

from nbgemini._dataclass import dataclass, field
from nbgemini.errors import NbgeminiError, StoreError
from nbgemini.store.fields import dump, is_exchange_id
from nbgemini.store.folder import Folder
from nbgemini.store.heads import Refs
from nbgemini.store.journal import parse_lines
from nbgemini.store.records import Records
from nbgemini.store.sweep_log import SUFFIX

__all__ = ["Contents", "SearchIndex", "Shelf", "ShotGlance", "TurnGlance"]

_FORM = 1  # of the file in `cache/`
_WORTH_KEEPING = 200  # files that were read: reading fewer takes less than 20 ms


@dataclass(frozen=True, slots=True)
class TurnGlance:
    """A turn as far as it is looked for."""

    created: str
    model: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """A stored conversation: its key, its name, and the ids of its turns in order, the first of them turn 1."""

    key: str
    name: str
    updated: str
    turns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShotGlance:
    """A shot of a sweep: the labels of its values, and the exchanges that were to answer it, the latest last."""

    labels: tuple[str, ...]
    exchanges: tuple[str, ...] = ()

    @property
    def exchange(self) -> str:
        """The one that counts; empty where nothing was asked for."""
        return self.exchanges[-1] if self.exchanges else ""


@dataclass(slots=True)
class _Sweep:
    """How far a sweep's file was read (`ino` tells one file from another in its place), and its shots by number."""

    ino: int = 0
    offset: int = 0
    shots: dict[int, ShotGlance] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """All of it: turns by id, the conversations, and the shots of each sweep by its id."""

    turns: dict[str, TurnGlance]
    shelves: list[Shelf]
    sweeps: dict[str, dict[int, ShotGlance]]


class SearchIndex:
    """The index of a store. Threads may share it; each look takes in what other kernels have added."""

    def __init__(self, folder: Folder, records: Records) -> None:
        self._folder = folder
        self._records = records
        self._refs = Refs(folder)
        self._lock = threading.Lock()
        self._turns: dict[str, TurnGlance] = {}
        self._shelves: dict[str, tuple[tuple[int, ...], Shelf]] = {}  # by file, each with the stamp of what was read
        self._sweeps: dict[str, _Sweep] = {}
        self._began = False
        self._read = 0  # files that were read since the index was kept

    def look(self) -> Contents:
        """What is there at this moment. What cannot be read is left out. Raises StoreError when nothing can."""
        with self._lock:
            if not self._began:
                self._began = True
                self._recall()
            self._look_at_conversations()
            wanted = dict.fromkeys(turn for _, shelf in self._shelves.values() for turn in shelf.turns)
            for gone in self._turns.keys() - wanted.keys():
                del self._turns[gone]
            for exchange_id in wanted:
                if exchange_id not in self._turns:
                    self._look_at_turn(exchange_id)
            self._look_at_sweeps()
            if self._read >= _WORTH_KEEPING and not self._folder.read_only:
                self._keep()
            return Contents(
                turns=dict(self._turns),
                shelves=[shelf for _, shelf in self._shelves.values()],
                sweeps={name: dict(sweep.shots) for name, sweep in self._sweeps.items()},
            )

    def _look_at_conversations(self) -> None:
        stamps = self._folder.stamps("refs", ".json")
        for gone in self._shelves.keys() - stamps.keys():
            del self._shelves[gone]
        for name, stamp in stamps.items():
            if name in self._shelves and self._shelves[name][0] == stamp:
                continue
            self._shelves.pop(name, None)
            with suppress(StoreError):
                ref = self._refs.read(name)
                if ref is not None:
                    self._shelves[name] = stamp, Shelf(ref.key, ref.name, ref.updated, ref.turns)
            self._read += 1

    def _look_at_turn(self, exchange_id: str) -> None:
        """One that cannot be read may be mended: it is looked at again each time."""
        try:
            data = self._records.data(exchange_id)
            if data is not None:
                self._turns[exchange_id] = _glanced(_beginning(data))
                self._read += 1
        except (StoreError, ValueError, TypeError, LookupError, RecursionError, AttributeError):
            return

    def _look_at_sweeps(self) -> None:
        stamps = self._folder.stamps("sweeps", SUFFIX)
        for gone in self._sweeps.keys() - stamps.keys():
            del self._sweeps[gone]
        for name, (_, size, ino) in stamps.items():
            known = self._sweeps.get(name)
            if known is None or known.ino != ino or known.offset > size:
                known = self._sweeps[name] = _Sweep(ino)
            if known.offset < size:
                with suppress(StoreError):
                    _read_on(known, self._folder.tail(self._folder.path("sweeps", name + SUFFIX), known.offset))
                    self._read += 1

    # -- the file in `cache/` ------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        """Spare the next kernel the reading. An index that cannot be kept is no loss."""
        self._read = 0
        body = dump(
            {
                "turns": [[name, one.created, one.model, one.prompt] for name, one in self._turns.items()],
                "shelves": [
                    [name, list(stamp), shelf.key, shelf.name, shelf.updated, list(shelf.turns)]
                    for name, (stamp, shelf) in self._shelves.items()
                ],
                "sweeps": [
                    [
                        name,
                        one.ino,
                        one.offset,
                        [[at, list(s.labels), list(s.exchanges)] for at, s in one.shots.items()],
                    ]
                    for name, one in self._sweeps.items()
                ],
            }
        )
        head = dump({"form": _FORM, "sha256": hashlib.sha256(body).hexdigest()})
        with suppress(NbgeminiError):
            self._folder.replace(self._path(), head + body)

    def _recall(self) -> None:
        """What the file says, or nothing."""
        with suppress(StoreError, ValueError, TypeError, LookupError, RecursionError):
            head, _, body = (self._folder.read(self._path()) or b"").partition(b"\n")
            said = json.loads(head)
            if said["form"] != _FORM or said["sha256"] != hashlib.sha256(body).hexdigest():
                return
            kept = json.loads(body)
            self._turns = {name: TurnGlance(*words) for name, *words in kept["turns"]}
            self._shelves = {
                file: (tuple(stamp), Shelf(key, name, updated, tuple(turns)))
                for file, stamp, key, name, updated, turns in kept["shelves"]
            }
            for name, ino, offset, rows in kept["sweeps"]:
                shots = {at: ShotGlance(tuple(labels), tuple(exchanges)) for at, labels, exchanges in rows}
                self._sweeps[name] = _Sweep(ino, offset, shots)

    def _path(self) -> str:
        return self._folder.path("cache", "search.json")


def _beginning(data: bytes) -> dict[str, Any]:
    """A record up to its answer, which is most of it and holds nothing that is looked for."""
    at = data.find(b',"answer":{')
    with suppress(ValueError):  # where a user's own words hold a key of that name, or the record is of another form
        return dict(json.loads((data[:at] + b"}").decode("ascii"))) if at > 0 else dict(json.loads(data))
    return dict(json.loads(data))


def _glanced(record: dict[str, Any]) -> TurnGlance:
    """Of a record, without what is not looked for. Raises what a record raises that is none."""
    prompt = record.get("words") or ""
    if not prompt:
        texts = [part["text"] for part in record["user"]["content"]["parts"] if "text" in part]
        prompt = texts[-1] if texts else ""
    return TurnGlance(str(record.get("created") or ""), str(record.get("model") or ""), str(prompt))


def _read_on(sweep: _Sweep, data: bytes) -> None:
    """Take in whole lines that were added to a sweep's file: its plans, and who answers which shot."""
    whole = data[: data.rfind(b"\n") + 1]
    sweep.offset += len(whole)
    for record in parse_lines(whole):
        with suppress(TypeError, ValueError, LookupError):
            shots: Any = record["shots"] if record.get("kind") in ("plan", "claim") else ()
            for row in shots:
                number, known = row[0], sweep.shots.get(row[0])
                if record["kind"] == "plan" and known is None and type(number) is int:
                    sweep.shots[number] = ShotGlance(tuple(str(label) for label in row[1] if label is not None))
                elif record["kind"] == "claim" and known is not None and is_exchange_id(row[1]):
                    sweep.shots[number] = ShotGlance(known.labels, (*known.exchanges, row[1]))
