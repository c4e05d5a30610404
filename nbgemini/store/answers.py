"""Answers on disk as they arrived, before anyone looked at them."""

from __future__ import annotations

import hashlib

from nbgemini.core.seams import RawAnswer
from nbgemini.core.skeleton import Skeleton, StoredText
from nbgemini.errors import StoreError
from nbgemini.store.blobs import Blobs
from nbgemini.store.fields import Fields, damaged, dump, is_exchange_id, is_sha256, load
from nbgemini.store.folder import Folder
from nbgemini.store.holes import decode_leaf, encode_leaf

__all__ = ["Answers"]


class Answers:
    """The raw answers of a store, by exchange id. With the objects they name they rebuild a body byte for byte."""

    def __init__(self, folder: Folder, blobs: Blobs) -> None:
        self._folder = folder
        self._blobs = blobs

    def keep(self, exchange_id: str, raw: RawAnswer) -> None:
        """Force an answer to disk, whose long strings are objects already. Raises StoreReadOnly or StoreError."""
        path = self._path(exchange_id)
        self._blobs.put(raw.skeleton.text)
        self._folder.replace(path, self.encoded(raw))

    def encoded(self, raw: RawAnswer) -> bytes:
        """The record of an answer; its skeleton is an object."""
        text = raw.skeleton.text
        holes = [[offset, *encode_leaf(leaf)] for offset, leaf in raw.skeleton.holes]
        skeleton = hashlib.sha256(text).hexdigest()
        return dump({"skeleton": skeleton, "size": len(text), "holes": holes, "complete": raw.complete})

    def has(self, exchange_id: str) -> bool:
        """Whether an answer was kept. Raises StoreError for what is no id."""
        return self._folder.exists(self._path(exchange_id))

    def find(self, exchange_id: str) -> RawAnswer | None:
        """The answer to an exchange, or None. Raises StoreError for a damaged one, ObjectMissing for a lost one."""
        path = self._path(exchange_id)
        data = self._folder.read(path)
        return None if data is None else self.decoded(data, path)

    def decoded(self, data: bytes, source: str) -> RawAnswer:
        """The answer in a record, which errors call `source`. Raises StoreError or ObjectMissing."""
        fields = load(data, source)
        skeleton = fields.get("skeleton", str, "")
        if not is_sha256(skeleton):
            raise damaged(fields.source, "the name of its request body is not a SHA-256")
        text = self._blobs.read(skeleton)
        if len(text) != fields.get("size", int, len(text)):
            raise damaged(fields.source, "its request body has another size")
        holes = _decode_holes(fields, len(text))
        return RawAnswer(skeleton=Skeleton(text, holes), complete=fields.get("complete", bool, False))

    def _path(self, exchange_id: str) -> str:
        if not is_exchange_id(exchange_id):
            raise StoreError(f"`{exchange_id[:80]}` is not the id of an exchange.")
        return self._folder.path("answers", f"{exchange_id}.json")


def _decode_holes(fields: Fields, end: int) -> tuple[tuple[int, StoredText], ...]:
    holes: list[tuple[int, StoredText]] = []
    last = 0
    for hole in fields.get("holes", list, []):
        try:
            offset, *leaf = hole
            if type(offset) is not int or not last <= offset <= end:
                raise ValueError
            holes.append((offset, decode_leaf(leaf)))
        except (TypeError, ValueError):
            raise damaged(fields.source, "`holes` do not fit") from None
        last = offset
    return tuple(holes)
