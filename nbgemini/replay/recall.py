"""Recorded answers, whole and unharmed, for the requests of one ask."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from nbgemini._dataclass import dataclass
from nbgemini.core.exchange import Exchange
from nbgemini.errors import NbgeminiError, StoreError
from nbgemini.replay.askings import Asker, Asking, Askings
from nbgemini.store.recordings import Recording
from nbgemini.store.store import Store

__all__ = ["Recall", "Recalled"]

_LOOKED_AT = 1000  # recordings of late that an explanation reads: about 0.1 s


@dataclass(frozen=True, slots=True)
class Recalled:
    """What answers an asking: exchanges as they were recorded, and a line about each recording that cannot answer."""

    exchanges: tuple[Exchange, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recall:
    """The recordings of a store, as one kernel may use them. `google`: Google is asked, so no emulator's may answer."""

    store: Store
    askings: Askings
    google: bool = False

    def of(self, asking: Asking, *, samples: bool) -> Recalled:
        """What answers an asking; see `Askings.choose`. Raises StoreError when the records cannot be listed."""
        known = self.store.recordings.of(asking.request_hash)
        usable = [one for one in known if not (self.google and one.emulated)]
        chosen = self.askings.choose(usable, asking, samples=samples)
        exchanges: list[Exchange] = []
        notices: list[str] = []
        for recording in chosen:
            try:
                exchanges.append(self._whole(recording))
            except NbgeminiError as error:
                notices.append(f"A recording of this request cannot be replayed: {error.message}")
        return Recalled(tuple(exchanges), tuple(notices))

    def _whole(self, recording: Recording) -> Exchange:
        """The exchange of a recording, every byte of its answer looked at. Raises StoreError or ObjectMissing."""
        from nbgemini.store.vetting import needs_of

        exchange = self.store.album.exchange(recording.id)
        if exchange.request_hash != recording.request_hash or exchange.turn is None:
            raise StoreError(f"record {recording.id} has changed.")
        for sha256 in needs_of([replace(exchange, user=exchange.turn)]).sizes:
            self.store.blobs.check(sha256)
        return exchange

    def exchange(self, recording: Recording) -> Exchange | None:
        """The exchange of a recording, or None where it cannot be read."""
        return self._read_one(recording.id)

    def chosen(self, known: Sequence[tuple[Recording, Exchange]], asking: Asking) -> tuple[Exchange, ...]:
        """Of some recordings those that answer an asking, as far as they are undamaged."""
        recordings = self.askings.choose([one for one, _ in known], asking, samples=False)
        found = []
        for recording in recordings:
            with suppress(NbgeminiError):
                found.append(self._whole(recording))
        return tuple(found)

    def failures(self, request_hash: str) -> list[Exchange]:
        """The recorded failures of a request, oldest first. Raises StoreError when the records cannot be listed."""
        known = self.store.recordings.of(request_hash)
        return self._read([recording for recording in known if not recording.answers])

    def nearby(self, asker: Asker | None) -> list[Exchange]:
        """Recorded exchanges that a request may be compared with: those of its cell first, then the newest."""
        newest = self.store.recordings.newest(_LOOKED_AT)
        own = [one for one in newest if asker is not None and one.cell == asker.cell]
        return self._read(list(dict.fromkeys([*own, *newest])))

    def path(self, exchange: Exchange) -> tuple[Exchange, ...]:
        """What a recorded exchange went on from, oldest first, as far as it can be read."""
        exchanges: dict[str, Exchange] = {}
        parent = None if exchange.anchored else exchange.parent
        while parent is not None and parent not in exchanges and len(exchanges) != exchange.reach:
            before = self._read_one(parent)
            if before is None:
                break
            exchanges[parent] = before
            parent = None if before.anchored else before.parent
        return tuple(reversed(exchanges.values()))

    def _read(self, recordings: list[Recording]) -> list[Exchange]:
        exchanges = (self._read_one(recording.id) for recording in recordings)
        return [exchange for exchange in exchanges if exchange is not None]

    def _read_one(self, exchange_id: str) -> Exchange | None:
        try:
            return self.store.album.exchange(exchange_id)
        except NbgeminiError:
            return None
