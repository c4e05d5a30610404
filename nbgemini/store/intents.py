"""Requests that are on their way: written before each POST, so that a dead kernel's are known by name."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress

from nbgemini._dataclass import dataclass
from nbgemini.core.exchange import Exchange
from nbgemini.errors import StoreError
from nbgemini.store.codec import decode_exchange, encode_exchange
from nbgemini.store.fields import dump, is_exchange_id, is_sha256, load
from nbgemini.store.folder import Folder

__all__ = ["Intents", "Leftover"]

_SUFFIX = ".json"
_TOLD = ".told"
_PARTS = ".parts"  # the objects of an answer that arrives, a hash a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """A request whose kernel died before its outcome was recorded; it may have been charged.

    `exchange` is without an answer; `has_answer` says that one was kept as it arrived. `conversation` is the name of
    its conversation, `key` where that is stored, None when it was not yet. `told`: a user has heard of it.
    """

    exchange: Exchange
    request_hash: str
    conversation: str
    key: str | None
    kernel: str
    has_answer: bool
    told: bool = False


class Intents:
    """The intents of a store, by exchange id.

    `answered` tells whether an answer was kept, `recorded` whether an exchange has found its place, both by id.
    """

    def __init__(self, folder: Folder, answered: Callable[[str], bool], recorded: Callable[[str], bool]) -> None:
        self._folder = folder
        self._answered = answered
        self._recorded = recorded
        self.problems: tuple[str, ...] = ()

    def declare(self, exchange: Exchange, *, request_hash: str, key: str | None, conversation: str) -> None:
        """Force to disk what is about to be sent. Raises StoreReadOnly or StoreError; then nothing may be sent."""
        record = {
            "exchange": encode_exchange(exchange),
            "request_hash": request_hash,
            "key": key,
            "conversation": conversation,
            "kernel": self._folder.join(),
        }
        self._folder.replace(self._path(exchange.id), dump(record))

    def settle(self, exchange_id: str, *, placed: bool = False) -> None:
        """Remove an intent, after its exchange was recorded or when nothing was sent.

        `placed`: its exchange has found its place, so that an intent which a power loss brings back tells nothing new.
        Raises StoreReadOnly or StoreError.
        """
        path = self._path(exchange_id)
        if not self._folder.exists(path):
            return
        self._folder.join()
        if not (placed and self._folder.remove(path)):
            self._folder.delete(path)
        self._forget(exchange_id)

    def note(self, exchange_id: str, sha256: str) -> None:
        """An object of its answer is about to be there. Raises nothing: without it a dead kernel's picture has no name.

        Not forced to disk: it is for a kernel that was killed; the answer itself is forced soon.
        """
        disk = self._folder.disk
        with suppress(OSError):
            fd = disk.open(self._path(exchange_id, _PARTS), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            try:
                disk.write(fd, sha256.encode() + b"\n")
            finally:
                disk.close(fd)

    def parts(self, exchange_id: str) -> tuple[str, ...]:
        """The hashes that `note` heard of, in order; some of them may be of objects that never got their name."""
        lines = (self._folder.read(self._path(exchange_id, _PARTS)) or b"").decode("ascii", "replace").split()
        return tuple(dict.fromkeys(line for line in lines if is_sha256(line)))

    def _forget(self, exchange_id: str) -> None:
        for suffix in (_TOLD, _PARTS):
            if self._folder.exists(path := self._path(exchange_id, suffix)):
                self._folder.remove(path)

    def pending(self) -> set[str]:
        """The ids of all exchanges on their way or left over, whoever sent them. Raises StoreError."""
        return {name for name in self._folder.names("intents", _SUFFIX) if is_exchange_id(name)}

    def left_over(self, *, heal: bool = True) -> list[Leftover]:
        """What dead kernels left without an outcome, oldest first. Raises StoreError.

        Intents that cannot be read are passed over and named in `problems`. `heal`: those whose exchange has found its
        place are removed.
        """
        problems: list[str] = []
        leftovers = []
        for exchange_id in sorted(self.pending()):
            try:
                leftover = self._find(exchange_id)
            except StoreError as error:
                problems.append(error.message)
            else:
                leftovers += [leftover] if leftover is not None and self._is_left(leftover, heal) else []
        self.problems = tuple(problems)
        return sorted(leftovers, key=lambda leftover: leftover.exchange.created)

    def under_way(self) -> list[Exchange]:
        """Requests that a living kernel has sent and that have not ended, oldest first. Raises StoreError."""
        intents = []
        for exchange_id in sorted(self.pending()):
            data = self._folder.read(path := self._path(exchange_id))
            if data is None or self._recorded(exchange_id):
                continue
            with suppress(StoreError):  # `left_over` names what cannot be read
                fields = load(data, path)
                if self._folder.alive(fields.get("kernel", str, "")):
                    intents.append(decode_exchange(fields.inner("exchange")))
        return sorted(intents, key=lambda exchange: exchange.created)

    def _is_left(self, leftover: Leftover, heal: bool) -> bool:
        recorded = self._recorded(leftover.exchange.id)
        if (
            recorded and heal and not self._folder.read_only
        ):  # its kernel died on the last step, or a power loss brought it back
            self._folder.remove(self._path(leftover.exchange.id))
            self._forget(leftover.exchange.id)
        return not recorded

    def _find(self, exchange_id: str) -> Leftover | None:
        """The request of a dead kernel; None where its kernel lives, or has just settled it."""
        path = self._path(exchange_id)
        data = self._folder.read(path)
        if data is None:  # its kernel has just settled it
            return None
        fields = load(data, path)
        if self._folder.alive(fields.get("kernel", str, "")):
            return None
        return Leftover(
            exchange=decode_exchange(fields.inner("exchange")),
            request_hash=fields.get("request_hash", str, ""),
            conversation=fields.get("conversation", str, ""),
            key=fields.optional("key", str),
            kernel=fields.get("kernel", str, ""),
            has_answer=self._answered(exchange_id),
            told=self._folder.exists(self._path(exchange_id, _TOLD)),
        )

    def tell(self, exchange_ids: Iterable[str]) -> None:
        """Remember that a user has heard of these. Raises nothing: at worst they are told of again."""
        for exchange_id in exchange_ids:
            with suppress(StoreError):
                self._folder.replace(self._path(exchange_id, _TOLD), b"")

    def _path(self, exchange_id: str, suffix: str = _SUFFIX) -> str:
        if not is_exchange_id(exchange_id):
            raise StoreError(f"`{exchange_id[:80]}` is not the id of an exchange.")
        return self._folder.path("intents", exchange_id + suffix)
