"""The entries of a zip file that someone else made: known names only, each once, plain files of the size they say."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from nbgemini.errors import NbgeminiError, StoreError
from nbgemini.store.fields import damaged
from nbgemini.store.vetting import LARGEST_OBJECT

__all__ = ["MANIFEST", "Entries", "open_entries"]

MANIFEST = "manifest.json"
_NAME = re.compile(
    r"records/[0-9a-f]{4,64}\.json|objects/[0-9a-f]{64}|sweeps/[0-9a-f]{4,64}\.jsonl|marks\.jsonl|manifest\.json"
)
_FOLDERS = frozenset({"records/", "objects/", "sweeps/"})  # other zip programs make entries of them
_LARGEST_RECORD = 16_000_000  # bytes, of a record or the manifest
_LARGEST_SWEEP = 200_000_000  # bytes, of the plan of ten thousand shots
_MOST_PACKED = 16  # times the size of the file that its entries may have; pictures do not pack at all


@contextmanager
def open_entries(path: Path) -> Iterator[Entries]:
    """Open an archive for as long as it is read. Raises StoreError, whatever the file is."""
    with _regular(path) as file, _explained(path):
        size = os.fstat(file.fileno()).st_size
        with zipfile.ZipFile(file) as opened:
            yield Entries(opened, str(path), size)


@contextmanager
def _regular(path: Path) -> Iterator[BinaryIO]:
    """A file that is one; a pipe or a device is refused without waiting on it."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as problem:
        missing = isinstance(problem, FileNotFoundError)
        why = "there is no such file" if missing else getattr(problem, "strerror", None) or str(problem)
        raise StoreError(f"`{path}` cannot be read: {why}.") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise StoreError(f"`{path}` is not a regular file.")
    with os.fdopen(handle, "rb") as file:
        yield file


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Whatever a broken file makes of a reader, it is a StoreError. (zipfile raises a dozen kinds.)"""
    try:
        yield
    except NbgeminiError:
        raise
    except Exception as problem:
        why = str(problem)[:200] or type(problem).__name__
        raise StoreError(
            f"`{path}` is not an archive of a conversation, or it is damaged: {why}.",
            hint="Get a new copy of the file; nothing was loaded.",
        ) from None


class Entries:
    """The entries of an archive by name, looked at when it is opened. Raises StoreError for what does not belong."""

    def __init__(self, archive: zipfile.ZipFile, source: str, size: int) -> None:
        self._archive = archive
        self.source = source
        self._infos: dict[str, zipfile.ZipInfo] = {}
        for info in archive.infolist():
            if info.filename in _FOLDERS and not info.file_size:
                continue
            self._check(info)
            self._infos[info.filename] = info
        if sum(info.file_size for info in self._infos.values()) > _MOST_PACKED * size + _LARGEST_RECORD:
            raise damaged(source, "it unpacks to far more than it can hold")

    def _check(self, info: zipfile.ZipInfo) -> None:
        name, kind = info.filename, stat.S_IFMT(info.external_attr >> 16)
        kinds = {"objects/": LARGEST_OBJECT, "sweeps/": _LARGEST_SWEEP}
        largest = next((size for folder, size in kinds.items() if name.startswith(folder)), _LARGEST_RECORD)
        faults = {
            "is not a name that belongs into an archive": name != info.orig_filename or not _NAME.fullmatch(name),
            "appears twice": name in self._infos,
            "is not a plain file": kind not in (0, stat.S_IFREG),
            "is encrypted": bool(info.flag_bits & 0x41),
            "is packed in an unknown way": info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED),
            "is too large": not 0 <= info.file_size <= largest,
        }
        for what, wrong in faults.items():
            if wrong:
                raise damaged(self.source, f"`{ascii(info.orig_filename)[1:81]}` {what}")

    def names(self) -> set[str]:
        return set(self._infos)

    def read(self, name: str) -> bytes:
        """A whole entry, its checksum compared. Raises StoreError and what zipfile raises."""
        info = self._infos.get(name)
        if info is None:
            raise damaged(self.source, f"`{name}` is missing in it")
        with self._archive.open(info) as entry:
            data = entry.read(info.file_size + 1)
        if len(data) != info.file_size:
            raise damaged(self.source, f"`{name}` has another size than it says")
        return data

    def object(self, sha256: str) -> bytes:
        """The bytes of an object, hashed. Raises StoreError and what zipfile raises."""
        data = self.read(f"objects/{sha256}")
        if hashlib.sha256(data).hexdigest() != sha256:
            raise damaged(self.source, f"object {sha256[:12]} does not match its hash")
        return data
