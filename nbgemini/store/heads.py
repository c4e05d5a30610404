"""Stored conversations on disk: which exchanges belong to one, and where it stands."""

from __future__ import annotations

import os
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from nbgemini._dataclass import dataclass, field
from nbgemini.core.phrases import close_to
from nbgemini.core.skeleton import Json
from nbgemini.errors import ConversationError, StoreError
from nbgemini.store.fields import Fields, Record, damaged, dump, is_exchange_id, load
from nbgemini.store.folder import Folder
from nbgemini.store.locks import locked
from nbgemini.store.slugs import safe_name

__all__ = ["Ref", "Refs"]

_SUFFIX = ".json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """A stored conversation without its exchanges: their ids in order of making, and the head.

    `adopted` are exchanges that this conversation sees as turns, with the parent it gives them, whatever their records
    say. `reserved` is the kernel that took the key and has not written a turn yet, `writer` the one that wrote the last
    turn. `more` are fields of later versions, which are written back.
    """

    key: str
    name: str
    turns: tuple[str, ...] = ()
    head: str | None = None
    model: str | None = None
    system: str | None = None
    updated: str = ""
    adopted: Mapping[str, str | None] = field(default_factory=dict)
    reserved: str | None = None
    writer: str | None = None
    more: Mapping[str, Json] = field(default_factory=dict)

    def readable_head(self, readable: Container[str]) -> str | None:
        """The head, or, when it cannot be read, the last readable turn made before it."""
        if self.head is None or self.head in readable:
            return self.head
        before = self.turns[: self.turns.index(self.head)] if self.head in self.turns else self.turns
        return next((exchange_id for exchange_id in reversed(before) if exchange_id in readable), None)

    def with_turns(self, ids: tuple[str, ...], *, stay: bool = False) -> Ref:
        """With these turns at the end, the head at the first of them; those it has already keep their place.

        `stay`: the head stays where it is.
        """
        known = set(self.turns)
        new = tuple(exchange_id for exchange_id in dict.fromkeys(ids) if exchange_id not in known)
        if not ids:
            return self
        return replace(self, turns=self.turns + new, head=self.head if stay else ids[0], reserved=None)


class Refs:
    """The refs of a store, by key. Whoever changes one holds `lock` from its reading to its writing."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep every other writer of refs out. Raises StoreReadOnly or StoreError."""
        self._folder.make(self._folder.path("refs"))
        with locked(self._folder.disk, self._folder.path("refs", ".lock")):
            yield

    def find(self, key: str) -> Ref | None:
        """The ref of a key, or None. Raises StoreError for a damaged one."""
        return self.read(safe_name(key))

    def rescue(self, key: str) -> Ref | None:
        """The ref of a key, or None; a damaged one is put aside, so that another may take its place.

        The lock is held by the caller. Raises StoreReadOnly or StoreError.
        """
        try:
            return self.find(key)
        except StoreError:
            path = self._folder.path("refs", safe_name(key) + _SUFFIX)
            data = self._folder.read(path)
            if data is None or _is_readable(data, path):
                raise
            self._folder.replace(path + ".damaged", data)
            return None

    def get(self, key: str) -> Ref:
        """The ref of a key. Raises ConversationError when there is none, StoreError for a damaged one."""
        ref = self.find(key)
        if ref is not None:
            return ref
        close = close_to(key, (known.key for known in self.all([])))
        raise ConversationError(
            f"There is no stored conversation `{key}`.",
            hint=f"Did you mean `{close}`?" if close else "`%imagine list` shows those that there are.",
        )

    def read(self, name: str) -> Ref | None:
        """The ref in a file of that name, without its ending; None when there is none. Raises StoreError."""
        path = self._folder.path("refs", name + _SUFFIX)
        data = self._folder.read(path)
        if data is None:
            return None
        ref = _decode(load(data, path))
        if safe_name(ref.key) != name:
            raise StoreError(f"`{path}` holds another conversation.", hint="Give the file its old name back.")
        return ref

    def write(self, ref: Ref) -> None:
        """Replace a ref, forced to disk. Raises StoreReadOnly or StoreError."""
        self._folder.replace(self._folder.path("refs", safe_name(ref.key) + _SUFFIX), dump(_encode(ref)))

    def take(self, ref: Ref) -> str:
        """Write a ref under the first free key for its name: that key. The lock is held by the caller."""
        number = 1
        while not self._is_free(key := ref.name if number == 1 else f"{ref.name}.{number}"):
            number += 1
        self.write(replace(ref, key=key, reserved=None if ref.turns else self._folder.join()))
        return key

    def _is_free(self, key: str) -> bool:
        try:
            ref = self.find(key)
        except StoreError:
            return False
        return ref is None or (ref.reserved is not None and not self._folder.alive(ref.reserved))

    def changed(self) -> int:
        """When any of them was last changed, in nanoseconds since 1970: each change is a rename in their folder."""
        try:
            return os.stat(self._folder.path("refs")).st_mtime_ns
        except OSError:
            return 0

    def written(self, key: str) -> int:
        """When the ref of a key was written, in nanoseconds since 1970: those of one second are told apart by it."""
        try:
            return os.stat(self._folder.path("refs", safe_name(key) + _SUFFIX)).st_mtime_ns
        except OSError:
            return 0

    def touch(self, key: str) -> None:
        """Count a conversation as the one that was used last. Raises ConversationError, StoreReadOnly or StoreError."""
        with self.lock():
            latest = max((ref.updated for ref in self.all([])), default="")
            self.write(replace(self.get(key), updated=latest))

    def key_of(self, exchange_id: str) -> str | None:
        """The key of the latest conversation that has this turn, or None."""
        found = [ref for ref in self.all([]) if exchange_id in ref.turns]
        return max(found, key=lambda ref: ref.updated).key if found else None

    def all(self, problems: list[str]) -> list[Ref]:
        """Every ref that can be read; what is wrong with the others goes into `problems`."""
        refs = []
        for name in self._folder.names("refs", _SUFFIX):
            try:
                ref = self.read(name)
            except StoreError as error:
                problems.append(error.message)
            else:
                refs += [ref] if ref is not None else []
        return refs


def _is_readable(data: bytes, path: str) -> bool:
    try:
        _decode(load(data, path))
    except StoreError:
        return False
    return True


def _encode(ref: Ref) -> Record:
    return {
        **ref.more,
        "key": ref.key,
        "name": ref.name,
        "turns": list(ref.turns),
        "head": ref.head,
        "model": ref.model,
        "system": ref.system,
        "updated": ref.updated,
        "adopted": dict(ref.adopted),
        "reserved": ref.reserved,
        "writer": ref.writer,
    }


def _decode(fields: Fields) -> Ref:
    turns = fields.get("turns", list, [])
    adopted = fields.get("adopted", dict, {})
    if not all(map(is_exchange_id, [*turns, *adopted, *(parent for parent in adopted.values() if parent is not None)])):
        raise damaged(fields.source, "one of its turns is not the id of an exchange")
    return Ref(
        key=fields.get("key", str, ""),
        name=fields.get("name", str, ""),
        turns=tuple(turns),
        head=fields.optional_id("head"),
        model=fields.optional("model", str),
        system=fields.optional("system", str),
        updated=fields.get("updated", str, ""),
        adopted=adopted,
        reserved=fields.optional("reserved", str),
        writer=fields.optional("writer", str),
        more={name: value for name, value in fields.record.items() if name not in Ref.__slots__},
    )
