"""A whole conversation as one file, for another folder or another machine: saved, loaded, gone on with."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from nbgemini._dataclass import dataclass
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.redact import redact
from nbgemini.errors import ConversationError, NbgeminiError, OptionError, StoreError
from nbgemini.net.client import Client
from nbgemini.settings import secrets_in_use
from nbgemini.store.archive import open_archive, write_archive
from nbgemini.store.archived_sweeps import Attached, attached
from nbgemini.store.codec import encode_exchange
from nbgemini.store.store import Store
from nbgemini.studio.conversations.session import Session
from nbgemini.studio.pictures.new_files import check_new, write_new

__all__ = ["ARCHIVE_SUFFIXES", "Archives", "Saved"]

ARCHIVE_SUFFIXES = (".nbgemini", ".zip")


@dataclass(frozen=True, slots=True)
class Saved:
    """An archive: `fresh` says whether it was written now, `notice` what a user should know of it, else empty."""

    path: Path
    fresh: bool
    notice: str = ""


class Archives:
    """Archives of this kernel's conversations."""

    def __init__(self, session: Session, store: Callable[[], Store], client: Callable[[], Client]) -> None:
        self._session = session
        self._store = store
        self._client = client

    def save(self, path: str, name: str | None = None) -> Saved:
        """Write a conversation (None: the current one) with all its branches and pictures into a new file.

        An archive that has all of it already will do. A turn is kept as it came: where a model repeated a key, the file
        is for this user alone, and that is said. Raises OptionError for a place that cannot be written,
        ConversationError when there is nothing to save, ObjectMissing when a picture is gone.
        """
        value = self._session.get(name).value
        if not value.exchanges:
            raise ConversationError(f"`{value.name}` has no turns yet, so there is nothing to save.")
        target = check_new(path, "%imagine save", ARCHIVE_SUFFIXES)
        store = self._store()
        beside = attached(value, store.sweeps, store.opinions, store.album)
        if target.is_file() and _has_all(target, value, beside):
            return Saved(target, fresh=False)
        notice = _of_keys(value, beside)
        mode = 0o600 if notice else 0o644
        fresh = write_new(target, lambda file: write_archive(file, value, store.blobs, beside), mode=mode)
        return Saved(target, fresh, notice)

    def load(self, path: str) -> Conversation:
        """Bring an archive's conversation into the store under a key of its own, and make it current.

        Everything in the file is checked before anything is taken from it. Raises StoreError that says what is wrong.
        """
        source = _regular(path)
        store = self._store()
        with open_archive(source) as archive:
            key = archive.load(store.blobs, store.album, store.sweeps, store.opinions, self._hash_of)
        opened = self._session.put(replace(store.album.load(key), name=self._free_name(key)), key)
        self._session.switch(opened.name)
        return opened.value

    def _hash_of(self, conversation: Conversation, exchange: Exchange) -> str:
        """Empty where the request, or who would answer it here, cannot be told."""
        try:
            return self._client().request_hash(conversation.request(exchange), exchange.backend)
        except NbgeminiError:
            return ""

    def _free_name(self, key: str) -> str:
        """The key itself, unless this kernel has a conversation of that name that was never stored under it."""
        names, number = {opened.name for opened in self._session.opened() if opened.value.exchanges}, 2
        name = key
        while name in names:
            name, number = f"{key}-{number}", number + 1
        return name


def _has_all(path: Path, value: Conversation, beside: Attached) -> bool:
    """Whether a file is an archive of the conversation as it stands; turns of earlier runs may stand in it too."""
    try:
        with open_archive(path) as archive:
            return archive.holds(value, beside)
    except StoreError:
        return False


def _regular(path: str) -> Path:
    """A file that reading cannot hang on. Raises OptionError for a folder, a pipe, a device and what is no path."""
    try:
        source = Path(path).expanduser()
        mode = source.stat().st_mode
    except FileNotFoundError:
        return source
    except (OSError, ValueError, RuntimeError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise OptionError(f"`{path[:200]}` cannot be read: {reason}.") from None
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise OptionError(f"`{path[:200]}` is {what}; `%imagine load` reads a file that `%imagine save` wrote.")
    return source


def _of_keys(conversation: Conversation, beside: Attached) -> str:
    """A line about turns in which something stands that is a key, or shaped like one; empty without any."""
    secrets = secrets_in_use()

    def holds_key(exchange: Exchange) -> bool:
        texts = json.dumps(encode_exchange(exchange), ensure_ascii=False)
        return redact(texts, secrets) != texts

    numbers = [number for number, exchange in enumerate(conversation.exchanges, 1) if holds_key(exchange)]
    if not numbers:
        more = b"".join(beside.files().values()).decode()
        if redact(more, secrets) == more:
            return ""
        return "A sweep or a note in it holds what looks like an API key: only you can read the file. Do not share it."
    turns = f"turn{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers[:5]))}"
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"It holds what looks like an API key, in {turns}{more}: only you can read the file. Do not share it."
