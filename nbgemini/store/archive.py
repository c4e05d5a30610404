"""A conversation as one file: a zip of its records and objects, checked as a whole before any of it is let in.

Inside are `manifest.json` (format, version, order and hash of the records, sizes of the objects), `records/ID.json` as
in a store, `objects/SHA256`, stored as they are, and where there are any `sweeps/ID.jsonl` and `marks.jsonl`. Only
these names may stand in it, each once; none of them ever becomes a path. What is read is hashed, decoded and looked at,
and only then written, under names computed anew.
"""

from __future__ import annotations

import hashlib
import re
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from nbgemini._dataclass import dataclass
from nbgemini.core.conversation import Conversation, is_name
from nbgemini.core.exchange import Exchange
from nbgemini.errors import ConversationError, ObjectMissing, StoreError
from nbgemini.store.album import Album
from nbgemini.store.archived_sweeps import Attached, check_attached, load_attached, read_attached
from nbgemini.store.blobs import Blobs
from nbgemini.store.codec import decode_exchange, encode_exchange
from nbgemini.store.entries import MANIFEST, Entries, open_entries
from nbgemini.store.fields import Fields, damaged, dump, is_exchange_id, is_sha256, load
from nbgemini.store.opinions import Opinions
from nbgemini.store.sweeps import Sweeps
from nbgemini.store.vetting import Needs, needs_of, vet_exchange, vet_object

__all__ = ["VERSION", "Archive", "HashOf", "open_archive", "write_archive"]

# The hash of the request that brought an exchange, made anew from a conversation that holds it.
HashOf = Callable[[Conversation, Exchange], str]

VERSION = 2  # 1 where there are no sweeps or marks: every version reads that
_FORMAT = "nbgemini conversation"
_PIECE = 1 << 18
_MODEL = re.compile(r"[A-Za-z0-9._-]{1,200}")


def write_archive(file: BinaryIO, conversation: Conversation, blobs: Blobs, beside: Attached | None = None) -> None:
    """Write all branches with everything they need, and the sweeps and marks `beside`; equal ones give equal bytes.

    Raises ObjectMissing when a picture is gone or damaged, OSError when `file` cannot be written.
    """
    exchanges = [_rooted(exchange, conversation) for exchange in conversation.exchanges]
    records = {exchange.id: dump(encode_exchange(exchange)) for exchange in exchanges}
    beside = beside or Attached()
    more = beside.files()
    needed = needs_of([*exchanges, *beside.asked]).sizes
    sizes = {sha256: blobs.size(sha256) for sha256 in sorted(needed)}
    manifest = {
        "format": _FORMAT,
        "version": VERSION if more else 1,
        "name": conversation.name,
        "turns": [[name, hashlib.sha256(record).hexdigest()] for name, record in records.items()],
        "head": conversation.head,
        "model": conversation.model,
        "system": conversation.system,
        "objects": sizes,
        **({"more": {name: hashlib.sha256(data).hexdigest() for name, data in more.items()}} if more else {}),
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, MANIFEST, [dump(manifest)])
        for name, record in records.items():
            _add(archive, f"records/{name}.json", [record])
        for name, data in more.items():
            _add(archive, name, [data])
        for sha256 in sizes:
            _add(archive, f"objects/{sha256}", _verified(blobs, sha256), large=True)


def _rooted(exchange: Exchange, conversation: Conversation) -> Exchange:
    """A turn whose parent could not be read is a root in the archive."""
    known = exchange.parent is None or exchange.parent in conversation
    return exchange if known else exchange.adopted(None)


def _add(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes], *, large: bool = False) -> None:
    info = zipfile.ZipInfo(name)  # dated 1980, so that equal conversations give equal files
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    with archive.open(info, "w", force_zip64=large) as entry:
        for piece in pieces:
            entry.write(piece)


def _verified(blobs: Blobs, sha256: str) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for piece in blobs.chunks(sha256, _PIECE):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != sha256:
        blobs.check(sha256)  # moves it aside and raises
        raise ObjectMissing(f"Object {sha256[:12]} changed while it was read.")


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """An archive in which everything was checked. Raises StoreError that says what is wrong with it."""
    with open_entries(path) as entries:
        yield _checked(entries)


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive without a fault: the conversation in it, and the way of its objects into a store."""

    conversation: Conversation
    beside: Attached
    _objects: Mapping[str, int]
    _entries: Entries

    def holds(self, conversation: Conversation, beside: Attached) -> bool:
        """Whether all turns of a conversation are in it, word for word, what is beside it, and it goes on from the same
        one."""
        if self.beside.files() != beside.files():
            return False
        mine, known = self.conversation, {one.id: dump(encode_exchange(one)) for one in self.conversation.exchanges}
        if (mine.name, mine.head, mine.model, mine.system) != (
            conversation.name, conversation.head, conversation.model, conversation.system,
        ):  # fmt: skip
            return False
        turns = (_rooted(one, conversation) for one in conversation.exchanges)
        return all(known.get(one.id) == dump(encode_exchange(one)) for one in turns)

    def load(self, blobs: Blobs, album: Album, sweeps: Sweeps, opinions: Opinions, hash_of: HashOf) -> str:
        """Bring all of it into a store, objects first, then the conversation, and what is beside it: its key there.

        What is there already is not written again; a record of the same id that says something else stays as it is,
        and the archive's gets another id. `hash_of` makes the hash that finds equal requests: an archive must not pass
        its answers off as those to other requests. Raises StoreReadOnly or StoreError.
        """
        check_attached(self.beside, sweeps)
        for sha256, size in self._objects.items():
            if not _is_sound(blobs, sha256, size):
                blobs.put(self._entries.object(sha256))
        conversation, ids = _renamed(_hashed(self.conversation, hash_of), album)
        key = album.create(conversation)
        load_attached(self.beside, conversation, ids, hash_of, sweeps, opinions)
        return key


def _hashed(conversation: Conversation, hash_of: HashOf) -> Conversation:
    """With the hash of a request only where it is that of the request."""
    exchanges = (
        exchange
        if exchange.request_hash in ("", hash_of(conversation, exchange))
        else replace(exchange, request_hash="")
        for exchange in conversation.exchanges
    )
    return replace(conversation, exchanges=tuple(exchanges))


def _is_sound(blobs: Blobs, sha256: str, size: int) -> bool:
    if not blobs.holds(sha256, size):
        return False
    try:
        blobs.check(sha256)
    except ObjectMissing:
        return False
    return True


def _renamed(conversation: Conversation, album: Album) -> tuple[Conversation, dict[str, str]]:
    """With other ids for those exchanges whose id belongs to another one in the store: all ids, by those they had."""
    ids: dict[str, str] = {}
    exchanges = []
    for exchange in conversation.exchanges:
        parent = None if exchange.parent is None else ids[exchange.parent]
        ids[exchange.id] = _free_id(exchange, album)
        exchanges.append(replace(exchange, id=ids[exchange.id], parent=parent))
    head = None if conversation.head is None else ids[conversation.head]
    return replace(conversation, exchanges=tuple(exchanges), head=head), ids


def _free_id(exchange: Exchange, album: Album) -> str:
    """The exchange's own id, or one made of its content: loaded twice, it gets the same."""
    digest = hashlib.sha256(dump(encode_exchange(exchange))).hexdigest()
    for candidate in (exchange.id, *(digest[:length] for length in (16, 32, 64))):
        known = _recorded(candidate, album)
        if known is None or (known and _is_same(known, exchange)):
            return candidate
    raise StoreError(f"No free id for exchange {exchange.id}.")


def _recorded(exchange_id: str, album: Album) -> Exchange | bool | None:
    """The record of an id; None when there is none, False when it cannot be read."""
    try:
        known = album.exchange(exchange_id)
    except ConversationError:
        return None
    except StoreError:
        return False
    return known if known.id == exchange_id else None


def _is_same(known: Exchange | bool, exchange: Exchange) -> bool:
    """Whether two records tell of the same exchange; its place and outcome belong to each conversation."""
    return isinstance(known, Exchange) and _bare(known) == _bare(exchange)


def _bare(exchange: Exchange) -> bytes:
    """As bytes: a NaN in an unknown field of an answer is not even equal to itself."""
    return dump(encode_exchange(replace(exchange.adopted(None), id="", reason="", request_hash="")))


def _checked(entries: Entries) -> Archive:
    manifest = load(entries.read(MANIFEST), entries.source)
    _check_version(manifest)
    turns, objects, more = _turns_of(manifest), _objects_of(manifest), _more_of(manifest)
    expected = {
        MANIFEST, *more, *(f"records/{name}.json" for name in turns), *(f"objects/{sha256}" for sha256 in objects)
    }  # fmt: skip
    if odd := sorted(entries.names() ^ expected):
        raise damaged(entries.source, f"`{odd[0]}` does not match its list of contents")
    exchanges = tuple(_exchanges(entries, turns))
    beside = _beside(entries, more, exchanges)
    _check_objects(entries, needs_of([*exchanges, *beside.asked], entries.source), objects)
    return Archive(_conversation(manifest, exchanges), beside, objects, entries)


def _check_version(manifest: Fields) -> None:
    if manifest.record.get("format") != _FORMAT:
        raise damaged(manifest.source, "it is not an archive of a conversation")
    version = manifest.get("version", int, 0)
    if version > VERSION:
        raise StoreError(
            f"A newer nbgemini wrote `{manifest.source}` (version {version} of the format; this one reads {VERSION}).",
            hint="Update nbgemini: `pip install -U nbgemini`. Nothing was loaded.",
        )
    if version < 1:
        raise damaged(manifest.source, "it has no version")


def _turns_of(manifest: Fields) -> dict[str, str]:
    """The hash of each record, by exchange id, in the order of making."""
    turns: dict[str, str] = {}
    for pair in manifest.get("turns", list, []):
        if not (isinstance(pair, list) and len(pair) == 2 and is_exchange_id(pair[0]) and is_sha256(pair[1])):
            raise damaged(manifest.source, "its list of turns cannot be read")
        if pair[0] in turns:
            raise damaged(manifest.source, f"turn {pair[0]} appears twice")
        turns[pair[0]] = pair[1]
    if not turns:
        raise damaged(manifest.source, "it has no turns")
    return turns


def _objects_of(manifest: Fields) -> dict[str, int]:
    objects = manifest.get("objects", dict, {})
    if not all(is_sha256(name) and type(size) is int for name, size in objects.items()):
        raise damaged(manifest.source, "its list of objects cannot be read")
    return objects


def _more_of(manifest: Fields) -> dict[str, str]:
    """The hash of each file of sweeps and marks, by its name in the archive."""
    more = manifest.get("more", dict, {})
    names = all(name == "marks.jsonl" or name.startswith("sweeps/") for name in more)
    if not names or not all(map(is_sha256, more.values())):
        raise damaged(manifest.source, "its list of sweeps and marks cannot be read")
    return more


def _beside(entries: Entries, more: Mapping[str, str], exchanges: Sequence[Exchange]) -> Attached:
    files = {name: entries.read(name) for name in more}
    for name, data in files.items():
        if hashlib.sha256(data).hexdigest() != more[name]:
            raise damaged(f"{entries.source}: {name}", "it does not match its hash")
    return read_attached(files, {exchange.id: exchange for exchange in exchanges}, entries.source)


def _exchanges(entries: Entries, turns: Mapping[str, str]) -> Iterator[Exchange]:
    seen: set[str] = set()
    for exchange_id, sha256 in turns.items():
        source = f"{entries.source}: records/{exchange_id}.json"
        data = entries.read(f"records/{exchange_id}.json")
        if hashlib.sha256(data).hexdigest() != sha256:
            raise damaged(source, "it does not match its hash")
        exchange = decode_exchange(load(data, source))
        vet_exchange(exchange, source)
        # A parent is made before its children; so there are no circles either.
        if exchange.id != exchange_id or not (exchange.parent is None or exchange.parent in seen):
            raise damaged(source, "its place in the conversation is impossible")
        seen.add(exchange_id)
        yield exchange


def _check_objects(entries: Entries, needs: Needs, objects: Mapping[str, int]) -> None:
    if set(needs.sizes) != set(objects):
        raise damaged(entries.source, "its objects are not those that its turns need")
    for sha256, size in objects.items():
        data = entries.object(sha256)
        if len(data) != size:
            raise damaged(entries.source, f"object {sha256[:12]} has another size than it says")
        vet_object(sha256, data, needs, entries.source)


def _conversation(manifest: Fields, exchanges: tuple[Exchange, ...]) -> Conversation:
    name, model = manifest.get("name", str, ""), manifest.optional("model", str)
    if not is_name(name):
        raise damaged(manifest.source, "its name cannot be the name of a conversation")
    if model is not None and not _MODEL.fullmatch(model):
        raise damaged(manifest.source, "its model is not a model id")
    head = manifest.optional_id("head")
    if head is not None and head not in {exchange.id for exchange in exchanges}:
        raise damaged(manifest.source, "its head is not one of its turns")
    system = manifest.optional("system", str)
    return Conversation(name, exchanges=exchanges, head=head, model=model, system=system)
