"""One folder on disk, with a room for each kind of thing that is kept in it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from nbgemini.core.exchange import Exchange
from nbgemini.core.seams import Inspector, Onlooker, RawAnswer
from nbgemini.errors import NbgeminiError, StoreError
from nbgemini.store.album import Album
from nbgemini.store.answers import Answers
from nbgemini.store.arriving import Arriving
from nbgemini.store.blobs import Blobs
from nbgemini.store.disk import DISK, Disk, fault
from nbgemini.store.fields import is_sha256
from nbgemini.store.folder import FORMAT, Folder
from nbgemini.store.intents import Intents
from nbgemini.store.ledger import Ledger
from nbgemini.store.owed import Owed
from nbgemini.store.recordings import Recordings
from nbgemini.store.records import Records
from nbgemini.store.spare import Spare

if TYPE_CHECKING:
    from nbgemini.store.batch_logs import Batches
    from nbgemini.store.grouped import GroupedAnswers
    from nbgemini.store.opinions import Opinions
    from nbgemini.store.search_index import SearchIndex
    from nbgemini.store.sweeps import Sweeps

__all__ = ["Store", "version_of"]

_DIGITS = 12  # of a hash, in the name of a file for others


class Store:
    """A `.nbgemini` folder, open. Any number of kernels may have the same one open, and threads may share a Store.

    A turn is committed by: `intents.declare`, `ledger.reserve`, the request, `catch_answer`, `ledger.settle`,
    `album.append`, `intents.settle`. After a kill between any two of them, the next kernel finds the turn in its
    conversation, or the request in `intents.left_over`.

    What is written before the request raises when the disk does not take it, and nothing is sent. What arrives goes
    through `arriving` and `catch_answer`, and what follows through `owed`: an answer that was paid for waits in a spare
    place (`refuge`) until the disk takes it.
    """

    def __init__(self, folder: Folder, spare: Spare | None = None) -> None:
        self._folder = folder
        self._spare = spare or Spare(folder.root)
        records = Records(folder)
        self.owed = Owed()
        self.blobs = Blobs(folder, self._spare)
        self._arriving = Arriving(folder, self.blobs, self._spare, self.owed)
        self._answers = Answers(folder, self.blobs)
        self._records = records
        self._lender: Store | None = None
        self.closed = False  # whether it may not be written, though this version could
        self.stands_for: Store | None = None
        self.album = Album(folder, records, pending=lambda: self.intents.pending(), bring=self._bring)
        self.intents = Intents(folder, answered=self.has_answer, recorded=self.album.has_placed)
        self.ledger = Ledger(folder)
        self.recordings = Recordings(folder, records)

    # What a first picture does not look at comes when it is first asked for.

    @cached_property
    def sweeps(self) -> Sweeps:
        """The files of sweeps."""
        from nbgemini.store.sweeps import Sweeps

        return Sweeps(self._folder)

    @cached_property
    def batches(self) -> Batches:
        """The files of batch jobs."""
        from nbgemini.store.batch_logs import Batches

        return Batches(self._folder)

    @cached_property
    def opinions(self) -> Opinions:
        """Stars, notes and tags."""
        from nbgemini.store.opinions import Opinions

        return Opinions(self._folder)

    @cached_property
    def search_index(self) -> SearchIndex:
        """What finds pictures again."""
        from nbgemini.store.search_index import SearchIndex

        return SearchIndex(self._folder, self._records)

    @classmethod
    def open(
        cls, folder: str | Path, *, disk: Disk = DISK, spare: Spare | None = None, read_only: bool = False
    ) -> Store:
        """Open a folder, which need not exist: nothing is made before the first write.

        A folder that a newer version wrote, or that may not be written, is `read_only` in any case. `spare` is where
        paid answers go that `disk` does not take. Raises StoreError for a path that cannot be a store.
        """
        if not _is_path(str(folder)):
            raise StoreError(
                "The path of the store contains characters that no path can have.",
                hint="Set NBGEMINI_STORE to another path.",
            )
        root = os.path.abspath(folder)
        if os.path.lexists(root) and not os.path.isdir(root):
            raise StoreError(f"`{root}` is not a folder.", hint="Set NBGEMINI_STORE to another path.")
        version = version_of(root)
        newer = version is not None and version > FORMAT
        closed = read_only or not os.access(_nearest(root), os.W_OK | os.X_OK)
        store = cls(Folder(root, disk, read_only=newer or closed), spare)
        store.closed = closed and not newer
        return store

    def standing_in(self, place: str | Path) -> Store:
        """A store at `place` for one that may not be written: it begins with all that this one has.

        Conversations, the ledger, sweeps, stars and notes are copied, which are small; records and objects are read
        where they are.
        """
        for name in ("refs", "ledgers", "sweeps", "marks"):
            with suppress(OSError):
                for entry in os.scandir(self._folder.path(name)):
                    if entry.is_file() and not entry.name.startswith("."):
                        copy = Path(place, name, entry.name)
                        copy.parent.mkdir(mode=0o700, exist_ok=True)
                        copy.write_bytes(Path(entry.path).read_bytes())
        store = Store.open(place)
        store.stands_for = self
        store.read_besides(self)
        return store

    @property
    def lender(self) -> Store | None:
        """The store that is read besides this one, if any."""
        return self._lender

    def read_besides(self, lender: Store | None) -> None:
        """Answer from the recordings of another store, too, from now on; None: from this one's alone.

        Nothing is written there. What a conversation that is stored here needs of it is copied with its first new turn.
        """
        self._lender = lender
        self.blobs.beside = None if lender is None else lender.blobs
        self._records.beside = None if lender is None else lender._records
        self.recordings.beside = None if lender is None else lender.recordings

    def _bring(self, exchange: Exchange) -> None:
        if self._lender is not None and self.stands_for is None:
            from nbgemini.store.vetting import needs_of

            for sha256 in needs_of([exchange]).sizes:
                self.blobs.bring(sha256)

    @property
    def folder(self) -> Path:
        """The folder's absolute path."""
        return Path(self._folder.root)

    @property
    def files(self) -> Folder:
        """The folder as its rooms see it, for what looks at all of them."""
        return self._folder

    @property
    def read_only(self) -> bool:
        """Whether writing raises StoreReadOnly."""
        return self._folder.read_only

    @property
    def kernel(self) -> str:
        """This process's name among those that write here; a forked child has another."""
        return self._folder.kernels.id

    def close(self) -> None:
        """Stop being one of the folder's kernels, as the end of the process does. A later write begins a new one."""
        self._folder.kernels.leave()

    def arriving(
        self, exchange_id: str, onlooker: Onlooker | None = None, inspector: Inspector | None = None
    ) -> Arriving:
        """Where the objects of an answer go while it arrives; its intent notes them, and these two may look at them."""
        note = partial(self.intents.note, exchange_id)
        return Arriving(self._folder, self.blobs, self._spare, self.owed, note, onlooker, inspector)

    def keep_answer(self, exchange_id: str, raw: RawAnswer) -> None:
        """Force an answer to disk before anyone looks at it. Raises StoreReadOnly or StoreError."""
        self._answers.keep(exchange_id, raw)

    def grouped_answers(self) -> GroupedAnswers:
        """Where answers wait that are forced together, because they can be had again until then."""
        from nbgemini.store.grouped import GroupedAnswers

        return GroupedAnswers(self._folder, self.blobs.beside)

    def catch_answer(self, exchange_id: str, raw: RawAnswer) -> None:
        """The same, and in the spare place when the disk does not take it: it was paid for. Raises nothing."""
        if self.owed.do(lambda: self._answers.keep(exchange_id, raw)) is None:
            return
        self._arriving.keep(raw.skeleton.text)
        name = f"{exchange_id}.json"
        self._spare.keep(name, self._answers.encoded(raw))
        self.owed.add(lambda: self._spare.drop(name))

    def answer(self, exchange_id: str) -> RawAnswer | None:
        """The answer as it arrived, or None when none was kept. Raises StoreError or ObjectMissing."""
        raw = self._answers.find(exchange_id)
        spare = None if raw is not None else self._spare.find(f"{exchange_id}.json")
        return raw if spare is None else self._answers.decoded(spare, f"{self._spare.folder}/{exchange_id}.json")

    def has_answer(self, exchange_id: str) -> bool:
        """Whether an answer was kept, here or in the spare place. Raises StoreError for what is no id."""
        return self._answers.has(exchange_id) or self._spare.find(f"{exchange_id}.json") is not None

    def bring_home(self) -> NbgeminiError | None:
        """Take what an earlier kernel had to keep in the spare place. Why not all of it could be, or None."""
        problem = self.owed.settle()
        for name in self._spare.names():
            try:
                self._bring_home(name)
            except NbgeminiError as refused:
                problem = problem or refused
        return problem

    def _bring_home(self, name: str) -> None:
        if is_sha256(name):
            self._arriving.bring_home(name)
        elif (raw := self.answer(name.removesuffix(".json"))) is not None:
            self.keep_answer(name.removesuffix(".json"), raw)
            self._spare.drop(name)

    def pay_debts(self) -> None:
        """Write what the disk refused before; new turns may build on it. Raises StoreError that says where it waits."""
        if (problem := self.owed.settle()) is not None:
            raise StoreError(
                f"The answer to an earlier cell is not in the store yet, but in {self.refuge}: {problem.message}",
                hint="Free some space or restore the folder, and run this again; `.save(PATH)` saves a picture.",
            )

    def write_request(self, request_hash: str, body: Iterable[bytes]) -> Path:
        """The body of a request as a file, for curl to send. Raises StoreReadOnly or StoreError."""
        path = self._folder.path("requests", f"request-{request_hash[:_DIGITS]}.json")
        self._folder.replace_by(path, body)
        return Path(path)

    def write_labelled(self, sha256: str, name: str, data: bytes) -> Path:
        """A picture under a name of its own, where a reference finds its label. Raises as `write_request` does."""
        path = self._folder.path("panel", sha256[:_DIGITS], name)
        if not self._folder.exists(path):
            self._folder.replace(path, data)
        return Path(path)

    @property
    def refuge(self) -> str:
        """Where lies what is owed to the store, as people read it."""
        folder = self._spare.folder
        return f"`{folder}`" if folder and any(map(self._spare.path, self._spare.names())) else "memory alone"


def _nearest(root: str) -> str:
    """The folder itself, or the first one above it that exists."""
    while not os.path.lexists(root) and os.path.dirname(root) != root:
        root = os.path.dirname(root)
    return root


def _is_path(text: str) -> bool:
    """Whether a system could have a file of this name: a NUL ends it, and half a character has no bytes."""
    try:
        return b"\x00" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def version_of(folder: str) -> int | None:
    """What a store's VERSION says, or None when it has none. Raises StoreError."""
    path = os.path.join(folder, "VERSION")
    try:
        with open(path, "rb") as file:
            text = file.read(64)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise fault(error, path) from None
    if not text.strip().isdigit():
        raise StoreError(f"`{path}` does not hold a version number: the folder is not a store, or it is damaged.")
    return int(text)
