"""Everything in a store held against what it should be: hashes, records, answers, refs, ledgers, intents, modes.

Nothing is deleted. A damaged object is moved to `objects/quarantine/`, so that the true bytes may take its place; on a
read-only store it is named only. What living kernels are writing is left alone and no fault.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from nbgemini._dataclass import dataclass, field
from nbgemini.core.exchange import Exchange
from nbgemini.errors import NbgeminiError, ObjectMissing
from nbgemini.store.fields import is_exchange_id, is_sha256, many
from nbgemini.store.folder import FORMAT, GIT, Folder
from nbgemini.store.journal import Journal, parse_lines
from nbgemini.store.modes import mode_faults
from nbgemini.store.store import Store, version_of
from nbgemini.store.sweep_lines import About
from nbgemini.store.vetting import needs_of

__all__ = ["Fault", "Findings", "verify"]

Kind = Literal[
    "object", "record", "answer", "conversation", "intent", "ledger", "sweep", "batch", "version", "modes", "stray"
]
Progress = Callable[[int, int], None]
_OURS = {"objects", "records", "answers", "refs", "ledgers", "intents", "kernels", "tmp", "requests", "VERSION"}
_OURS |= {"batches", "cache", "marks", "panel", "sweeps", "emulator", *GIT}
_LARGE = 1 << 18  # bytes of an object that is worth a thread
_HASHERS = min(4, os.cpu_count() or 1)
_TEMP = re.compile(r"[0-9a-f]{12}\.[0-9]+")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one thing. `name` is the hash of an object, the id of an exchange or the name of a file."""

    kind: Kind
    name: str
    what: str


@dataclass(slots=True)
class Findings:
    """What was looked at, and what is wrong. `needed` are the exchanges (or answers) by the objects that they need.

    `objects` and their `bytes` are those that are whole, `records` and `answers` are all. `restored` are objects that
    could be brought back, with where they came from.
    """

    objects: int = 0
    bytes: int = 0
    records: int = 0
    answers: int = 0
    conversations: int = 0
    requests: int = 0
    ledgers: int = 0
    sweeps: int = 0
    batches: int = 0
    seconds: float = 0.0
    faults: list[Fault] = field(default_factory=list)
    restored: dict[str, str] = field(default_factory=dict)
    needed: dict[str, list[str]] = field(default_factory=dict)
    sizes: dict[str, int | None] = field(default_factory=dict)
    exchanges: dict[str, Exchange] = field(default_factory=dict)

    @property
    def broken(self) -> dict[str, str]:
        """The objects that are damaged or missing, and what is wrong with each."""
        return {fault.name: fault.what for fault in self.faults if fault.kind == "object"}

    def add(self, kind: Kind, name: str, what: str) -> None:
        self.faults.append(Fault(kind, name, what))

    def restore(self, sha256: str, where: str) -> None:
        """An object is back, its bytes from there."""
        self.restored[sha256] = where
        self.faults[:] = [fault for fault in self.faults if (fault.kind, fault.name) != ("object", sha256)]


def verify(store: Store, progress: Progress = lambda done, all_: None) -> Findings:
    """Look at everything. `progress` hears of bytes done and of all. Raises nothing that a store may cause."""
    began, folder = time.monotonic(), store.files
    findings = Findings()
    with many():
        # What needs objects first: whatever a record names was on disk before it.
        for look in (_version, _records, _answers, _conversations, _intents, _ledgers, _sweeps, _batches, _strays):
            try:
                look(store, folder, findings)
            except NbgeminiError as problem:
                findings.add("stray", look.__name__.lstrip("_"), problem.message)
        _objects(store, folder, findings, progress)
        if not folder.read_only:
            findings.faults += [Fault("modes", folder.root, what) for what in mode_faults(folder.root)]
    findings.seconds = time.monotonic() - began
    return findings


def _version(store: Store, folder: Folder, findings: Findings) -> None:
    version = version_of(folder.root)
    if version is None and os.path.isdir(folder.path("records")):
        findings.add("version", "VERSION", "is missing; the next turn writes it again.")
    elif version is not None and version > FORMAT:
        findings.add("version", "VERSION", f"says {version}, and this nbgemini writes {FORMAT}: nothing is moved.")


def _records(store: Store, folder: Folder, findings: Findings) -> None:
    for exchange_id in folder.names("records", ".json"):
        if not is_exchange_id(exchange_id):
            continue
        findings.records += 1
        try:
            exchange = store.album.exchange(exchange_id)
            needs = needs_of([exchange])
        except NbgeminiError as problem:
            findings.add("record", exchange_id, problem.message)
            continue
        findings.exchanges[exchange_id] = exchange
        findings.sizes.update(needs.sizes)
        for sha256 in needs.sizes:
            findings.needed.setdefault(sha256, []).append(exchange_id)


def _answers(store: Store, folder: Folder, findings: Findings) -> None:
    for exchange_id in folder.names("answers", ".json"):
        if not is_exchange_id(exchange_id):
            continue
        findings.answers += 1
        try:
            raw = store.answer(exchange_id)
        except ObjectMissing as problem:
            findings.add("answer", exchange_id, f"lost its text: {problem.message}")
            continue
        except NbgeminiError as problem:
            findings.add("answer", exchange_id, problem.message)
            continue
        for _, leaf in raw.skeleton.holes if raw else ():
            owners = findings.needed.setdefault(leaf.sha256, [])
            if exchange_id not in owners:
                owners.append(exchange_id)


def _conversations(store: Store, folder: Folder, findings: Findings) -> None:
    findings.conversations = len(folder.names("refs", ".json"))
    stored = store.album.stored()
    problems = list(store.album.problems)
    for one in stored:
        store.album.load(one.key, findings.exchanges)
        problems += store.album.problems
    reported = {fault.what for fault in findings.faults}
    findings.faults += [Fault("conversation", "refs", line) for line in dict.fromkeys(problems) if line not in reported]


def _intents(store: Store, folder: Folder, findings: Findings) -> None:
    findings.requests = len(store.intents.pending())
    store.intents.left_over(heal=False)
    findings.faults += [Fault("intent", "intents", line) for line in store.intents.problems]


def _ledgers(store: Store, folder: Folder, findings: Findings) -> None:
    for kernel in folder.names("ledgers", ".jsonl"):
        findings.ledgers += 1
        path = folder.path("ledgers", f"{kernel}.jsonl")
        lines = [line for line in (folder.read(path) or b"").split(b"\n") if line]
        lost = len(lines) - len(Journal(folder, path).records())
        if lost > 0 and not folder.alive(kernel):
            findings.add("ledger", f"{kernel}.jsonl", f"{lost} of {len(lines)} lines cannot be read.")


def _sweeps(store: Store, folder: Folder, findings: Findings) -> None:
    """Plans, claims and ends of shots; and what was said of pictures. A last line may be torn by a kill."""
    known = {about.id for about in store.sweeps.all()}
    for name in folder.names("sweeps", ".jsonl"):
        findings.sweeps += 1
        if name not in known:
            findings.add("sweep", f"sweeps/{name}.jsonl", "does not say which sweep it is.")
        elif lost := _lost_lines(folder, folder.path("sweeps", f"{name}.jsonl")):
            findings.add("sweep", f"sweeps/{name}.jsonl", lost)
    for about in store.sweeps.all():
        for number, what in _lost_shots(store, about, findings):
            findings.add("sweep", f"sweeps/{about.id}.jsonl", f"shot {number} of `{about.name}` {what}")
    for name in folder.names("marks", ".jsonl"):
        if (lost := _lost_lines(folder, folder.path("marks", f"{name}.jsonl"))) and not folder.alive(name):
            findings.add("sweep", f"marks/{name}.jsonl", lost)


def _lost_shots(store: Store, about: About, findings: Findings) -> Iterator[tuple[int, str]]:
    """The shots whose request or answer is gone; the pictures that those without an answer show are needed, too."""
    log = store.sweeps.open(about)
    for number in log.numbers:
        name, _ = log.claimed(number)
        if log.answered(number) is not None:
            if not store.album.has(name):
                yield number, "has lost its answer: its record is missing."
            continue
        try:
            needs = needs_of([log.planned(number).asked])
        except NbgeminiError:
            yield number, "cannot be asked: its request cannot be read."
            continue
        for sha256 in needs.sizes:
            findings.needed.setdefault(sha256, []).append(f"{about.name}/{number}")


def _batches(store: Store, folder: Folder, findings: Findings) -> None:
    """Batch jobs: intents, states and ends."""
    known = {log.about.id for log in store.batches.all()}
    for name in folder.names("batches", ".jsonl"):
        findings.batches += 1
        if name not in known:
            findings.add("batch", f"batches/{name}.jsonl", "does not say which batch it is.")
        elif lost := _lost_lines(folder, folder.path("batches", f"{name}.jsonl")):
            findings.add("batch", f"batches/{name}.jsonl", lost)


def _lost_lines(folder: Folder, path: str) -> str:
    data = folder.read(path) or b""
    lines = [line for line in data[: data.rfind(b"\n") + 1].split(b"\n") if line]
    lost = len(lines) - len(parse_lines(b"\n".join(lines)))
    return f"{lost} of {len(lines)} lines cannot be read." if lost else ""


def _strays(store: Store, folder: Folder, findings: Findings) -> None:
    """Half-written files of dead kernels, and what nbgemini has not put here."""
    for name in folder.names("tmp", ""):
        if not (_TEMP.fullmatch(name) and folder.alive(name.partition(".")[0])):
            findings.add("stray", f"tmp/{name}", "was left half written; the next kernel that writes removes it.")
    for name in folder.names("", ""):
        if name not in _OURS:
            findings.add("stray", name, "is not one of nbgemini's files; it was left alone.")


def _objects(store: Store, folder: Folder, findings: Findings, progress: Progress) -> None:
    there = dict(_listed(folder, findings))
    total, done = sum(there.values()), 0
    for sha256, problem in _each_checked(store, there):
        if problem:
            findings.add("object", sha256, problem)
        else:
            findings.objects += 1
            findings.bytes += there[sha256]
        done += there[sha256]
        progress(done, total)
    for sha256 in findings.needed.keys() - there.keys():
        if not store.blobs.has(sha256):  # it may have come meanwhile
            findings.add("object", sha256, "is missing")


def _each_checked(store: Store, sizes: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Each object and what is wrong with it. Threads read and hash the large ones, all at once, meanwhile this one the
    small ones, for which handing over would take longer than hashing.
    """
    large = [sha256 for sha256, size in sizes.items() if size >= _LARGE]
    pool = ThreadPoolExecutor(_HASHERS, "nbgemini-verify")
    try:
        tasks = [pool.submit(_checked, store, sha256) for sha256 in large]
        for sha256, size in sizes.items():
            if size < _LARGE:
                yield sha256, _checked(store, sha256)
        for sha256, task in zip(large, tasks, strict=True):
            yield sha256, task.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _checked(store: Store, sha256: str) -> str:
    """What is wrong with an object, or nothing."""
    try:
        store.blobs.check(sha256)
    except ObjectMissing as problem:
        return problem.message.partition(f"{sha256[:12]} ")[2].partition("; it belongs")[0]
    except NbgeminiError as problem:
        return problem.message
    return ""


def _listed(folder: Folder, findings: Findings) -> Iterator[tuple[str, int]]:
    """The objects that are regular files where they belong, with their sizes."""
    for shelf in folder.names("objects", ""):
        if shelf == "quarantine":
            continue
        try:
            entries = list(os.scandir(folder.path("objects", shelf)))
        except OSError as problem:
            findings.add("stray", f"objects/{shelf}", f"cannot be looked into: {problem.strerror}.")
            continue
        for entry in entries:
            if not is_sha256(entry.name) or entry.name[:2] != shelf:
                findings.add("stray", f"objects/{shelf}/{entry.name}", "is not the name of an object.")
            elif not entry.is_file(follow_symlinks=False):
                findings.add("object", entry.name, "is not a regular file")
            else:
                yield entry.name, entry.stat(follow_symlinks=False).st_size
