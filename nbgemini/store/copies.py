"""Files for other programs and for cells to read, made of what the store holds; each can be made again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nbgemini.store.folder import Folder

__all__ = ["Copies"]

_DIGITS = 12  # of a hash, in a name


class Copies:
    """Writes them. Raises StoreReadOnly or StoreError."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def request(self, request_hash: str, body: Iterable[bytes]) -> Path:
        """The body of a request, as curl sends it."""
        path = self._folder.path("requests", f"request-{request_hash[:_DIGITS]}.json")
        self._folder.replace_by(path, body)
        return Path(path)

    def labelled(self, sha256: str, name: str, data: bytes) -> Path:
        """A picture under a name of its own: a reference takes its label from there."""
        path = self._folder.path("panel", sha256[:_DIGITS], name)
        if not self._folder.exists(path):
            self._folder.replace(path, data)
        return Path(path)
