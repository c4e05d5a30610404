"""Exchanges on disk: one file each, written once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from nbgemini.core.exchange import Exchange
from nbgemini.errors import ConversationError, StoreError
from nbgemini.store.codec import decode_exchange, encode_exchange
from nbgemini.store.fields import dump, is_exchange_id, load
from nbgemini.store.folder import Folder

__all__ = ["Records"]

_SUFFIX = ".json"
_TOGETHER = 100  # records that are forced at once


class Records:
    """The records of a store, by exchange id; one that is not here is looked for in `beside`, which is only read."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.beside: Records | None = None
        self._home = folder.path("records", "")

    def keep(self, exchange: Exchange) -> Exchange:
        """Record an exchange, forced to disk: what is on disk then. Raises StoreReadOnly or StoreError.

        A record is written once. A second one of the same id is not, with two exceptions: a failure gives way to an
        answer that came after all, and a damaged record to a good one. One from beside is copied as it is.
        """
        path = self.path(exchange.id)
        known = self._known(exchange.id)
        if known is not None and (known.outcome != "failed" or exchange.outcome == "failed"):
            self._folder.join()
            self._folder.force(self._folder.path("records"))
            return known
        lent = self.beside._known(exchange.id) if self.beside is not None and known is None else None
        kept = exchange if lent is None or lent.outcome == "failed" else lent
        self._folder.replace(path, dump(encode_exchange(kept)))
        return kept

    def keep_each(self, exchanges: Iterable[Exchange]) -> list[Exchange]:
        """The same of many, forced together."""
        from nbgemini.store.grouped import Group

        kept: list[Exchange] = []
        rest = iter(exchanges)
        while some := list(islice(rest, _TOGETHER)):
            group = Group(self._folder)
            grouped = Records(group)
            grouped.beside = self.beside
            try:
                kept += map(grouped.keep, some)
                group.settle()
            finally:
                group.discard()
        return kept

    def _known(self, exchange_id: str) -> Exchange | None:
        try:
            return self._own(exchange_id)
        except StoreError:
            return None

    def has(self, exchange_id: str) -> bool:
        """Whether an exchange is recorded here, and not only beside. Raises StoreError for what is no id."""
        return self._folder.exists(self.path(exchange_id))

    def has_any(self, exchange_id: str) -> bool:
        """Whether an exchange is recorded, here or beside. Raises StoreError for what is no id."""
        return self.has(exchange_id) or (self.beside is not None and self.beside.has_any(exchange_id))

    def find(self, exchange_id: str) -> Exchange | None:
        """The exchange of an id, or None when there is no record. Raises StoreError for a damaged one."""
        found = self._own(exchange_id)
        return self.beside.find(exchange_id) if found is None and self.beside is not None else found

    def data(self, exchange_id: str) -> bytes | None:
        """The record of an id as it lies on disk, or None when there is none. Raises StoreError."""
        own = self._folder.read(self.path(exchange_id))
        return self.beside.data(exchange_id) if own is None and self.beside is not None else own

    def _own(self, exchange_id: str) -> Exchange | None:
        path = self.path(exchange_id)
        data = self._folder.read(path)
        if data is None:
            return None
        exchange = decode_exchange(load(data, path))
        if exchange.id != exchange_id:
            raise StoreError(f"`{path}` holds another exchange.", hint="Give the file its old name back.")
        return exchange

    def get(self, id_or_prefix: str) -> Exchange:
        """The exchange of an id, or of the beginning of one. Raises ConversationError or StoreError."""
        if is_exchange_id(id_or_prefix) and (exact := self.find(id_or_prefix)) is not None:
            return exact
        ids = [known for known in self.ids() if id_or_prefix and known.startswith(id_or_prefix)]
        if len(ids) > 1:
            raise ConversationError(
                f"`{id_or_prefix}` matches {len(ids)} exchanges.",
                hint=f"Give more of the ID: {', '.join(ids[:3])}.",
            )
        exchange = self.find(ids[0]) if ids else None
        if exchange is None:
            raise ConversationError(f"There is no exchange `{id_or_prefix}`.")
        return exchange

    def ids(self) -> list[str]:
        """The ids of all recorded exchanges, sorted. Raises StoreError."""
        return [name for name in self._folder.names("records", _SUFFIX) if is_exchange_id(name)]

    def all(self, problems: list[str]) -> Iterator[Exchange]:
        """Every exchange that can be read; what is wrong with the others goes into `problems`."""
        for exchange_id in self.ids():
            try:
                exchange = self.find(exchange_id)
            except StoreError as error:
                problems.append(error.message)
            else:
                if exchange is not None:
                    yield exchange

    def path(self, exchange_id: str) -> str:
        """Where a record is, or would be. Raises StoreError for what is no id."""
        if not is_exchange_id(exchange_id):
            raise StoreError(f"`{exchange_id[:80]}` is not the id of an exchange.")
        return f"{self._home}{exchange_id}{_SUFFIX}"
