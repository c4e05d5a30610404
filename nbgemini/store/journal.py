"""Append-only records on disk, one JSON object a line."""

from __future__ import annotations

import json
import os

from nbgemini.core.skeleton import Json
from nbgemini.store.disk import fault, write_whole
from nbgemini.store.folder import Folder
from nbgemini.store.together import Together

__all__ = ["Journal", "parse_lines"]

_DECODER = json.JSONDecoder()


def parse_lines(data: bytes) -> list[dict[str, Json]]:
    """The records in a journal's bytes; lines that a crash tore, or that are no JSON objects, are passed over."""
    try:
        lines = data.decode("ascii").split("\n")  # as they are written
    except UnicodeDecodeError:
        lines = [line.decode("utf-8", "replace") for line in data.split(b"\n")]
    lines = list(filter(None, lines))
    # All at once, which is twice as fast; a line that is torn makes them fewer, more, or no list.
    at_once = _parse(f"[{','.join(lines)}]")
    if isinstance(at_once, list) and len(at_once) == len(lines) and all(type(one) is dict for one in at_once):
        return at_once
    return [record for line in lines if isinstance(record := _parse(line), dict)]


def _parse(text: str) -> Json:
    try:
        record: Json = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    return record


class Journal:
    """One journal, to which one process appends; what its threads append at the same time is forced at once."""

    def __init__(self, folder: Folder, path: str) -> None:
        self._folder = folder
        self._path = path
        self._together: Together[bytes] = Together(lambda lines: self._append(b"".join(lines)))

    def append(self, *records: dict[str, Json]) -> None:
        """Add records, forced to disk. Raises StoreReadOnly or StoreError; the records before them stay whole."""
        line = b"".join(json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n" for record in records)
        self._folder.make(os.path.dirname(self._path))
        try:
            self._together.do(line)
        except OSError as error:
            raise fault(error, self._path) from None

    def _append(self, line: bytes) -> None:
        disk = self._folder.disk
        fd = disk.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        try:
            size = os.lseek(fd, 0, os.SEEK_END)
            if size:
                os.lseek(fd, -1, os.SEEK_END)
                # A torn end is closed off, never cut: half a JSON object is no record, and nothing is taken away.
                if disk.read(fd, 1) != b"\n":
                    line = b"\n" + line
            write_whole(disk, fd, line)
            disk.fsync(fd)
        finally:
            disk.close(fd)
        if not size:
            self._folder.sync_dir(os.path.dirname(self._path))

    def records(self) -> list[dict[str, Json]]:
        """Every whole record, oldest first. Raises StoreError when the file cannot be read."""
        return parse_lines(self._folder.read(self._path) or b"")
