"""Bytes on disk under the name of their SHA-256: pictures, long signatures, skeletons."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from nbgemini.errors import ObjectMissing, StoreError
from nbgemini.store.disk import fault, write_whole
from nbgemini.store.fields import is_sha256
from nbgemini.store.folder import Folder
from nbgemini.store.spare import Spare

__all__ = ["BlobWriter", "Blobs"]

_EMPTY = hashlib.sha256().hexdigest()
_PIECE = 1 << 20
_HASHED = 1 << 18  # bytes at a time: a larger buffer falls out of the processor's cache, which costs as much as hashing
_CONTROL = re.compile(rb"[\x00-\x1f]")


class BlobWriter:
    """A new object being written, hashed on the way. Implements `core.seams.ObjectWriter`.

    `path` is where it is until it is whole. With `keep`, what a failing disk has taken can still be read with `taken`;
    `discard` is then the caller's.
    """

    def __init__(self, blobs: Blobs, folder: Folder, *, keep: bool = False) -> None:
        self._blobs = blobs
        self._folder = folder
        self._keep = keep
        self._hash = hashlib.sha256()
        self._size = 0
        self._fd, self.path = folder.temp()
        self._open = True

    def write(self, data: bytes, /) -> None:
        """Append bytes. Raises StoreError, and has then thrown the object away."""
        if not self._open:
            raise StoreError("An object was written to after its end.")
        try:
            write_whole(self._folder.disk, self._fd, data)
        except OSError as error:
            if not self._keep:
                self.discard()
            raise fault(error, self.path) from None
        self._hash.update(data)
        self._size += len(data)

    @property
    def sha256(self) -> str:
        """The hash of what was written so far."""
        return self._hash.hexdigest()

    def finish(self) -> tuple[str, int]:
        """Force it to disk under its hash: (sha256 in hex, size in bytes). Raises StoreError."""
        if not self._open:
            raise StoreError("An object was finished after its end.")
        sha256 = self._hash.hexdigest()
        target = self._blobs._home(sha256)
        if self._blobs.holds(sha256, self._size):
            self.discard()
            # Its bytes were forced before it got its name; that name may be another kernel's, not forced yet.
            self._folder.force(os.path.dirname(target))
        else:
            self._open = False
            self._folder.publish(self._fd, self.path, target, keep=self._keep)
        return sha256, self._size

    def taken(self) -> bytes | None:
        """All bytes that were written, read back from a disk that failed; None when it does not give them back."""
        sha256 = self._hash.hexdigest()
        try:
            if self._open:
                os.lseek(self._fd, 0, os.SEEK_SET)
                data = self._read(self._fd)
            else:  # the force of its folder may have failed when it had its name already
                name = self.path if os.path.exists(self.path) else str(self._blobs.home(sha256))
                fd = self._folder.disk.open(name, os.O_RDONLY)
                try:
                    data = self._read(fd)
                finally:
                    self._folder.disk.close(fd)
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == sha256 else None

    def _read(self, fd: int) -> bytes:
        data = bytearray()
        while len(data) < self._size and (piece := self._folder.disk.read(fd, self._size - len(data))):
            data += piece
        return bytes(data)

    def discard(self) -> None:
        """Throw it away; never raises, and does nothing after the end."""
        if self._open:
            self._open = False
            with suppress(OSError):
                self._folder.disk.close(self._fd)
            self._folder.remove(self.path)
        elif self._keep:
            self._folder.remove(self.path)  # it may have failed before it got its name


class Blobs:
    """The objects of a store. Implements `core.seams.Objects`.

    What is not in its folder is looked for in `spare`, and then in `beside`, the objects of a store that is only read.
    """

    def __init__(self, folder: Folder, spare: Spare | None = None) -> None:
        self._folder = folder
        self._objects = folder.path("objects")
        self._spare = spare
        self._json: dict[str, bool] = {}  # what objects were looked into, and whether they are texts of JSON
        self.beside: Blobs | None = None

    def writer(self) -> BlobWriter:
        """Begin a new object. Raises StoreReadOnly or StoreError."""
        return BlobWriter(self, self._folder)

    def put(self, data: bytes) -> tuple[str, int]:
        """Keep bytes: (sha256 in hex, size). Raises StoreReadOnly or StoreError."""
        sha256 = hashlib.sha256(data).hexdigest()
        target = self._home(sha256)
        if not self.holds(sha256, len(data)):
            if self.beside is None or not self.beside.holds(sha256, len(data)):  # what is kept brings it over
                self._folder.replace(target, data)
        elif not self._folder.read_only:  # what is there already may be named by a folder that nobody may write
            self._folder.force(os.path.dirname(target))
        return sha256, len(data)

    def home(self, sha256: str) -> Path:
        """Where an object lies in the store's own folder, or would. Raises StoreError for what is no hash."""
        return Path(self._home(sha256))

    def _home(self, sha256: str) -> str:
        if not is_sha256(sha256):
            raise StoreError(f"`{sha256[:80]}` is not the name of an object.")
        return f"{self._objects}{os.sep}{sha256[:2]}{os.sep}{sha256}"

    def path(self, sha256: str) -> Path:
        """Where an object is, or would be. Raises StoreError for what is no hash."""
        home = self.home(sha256)
        if self._spare is None or os.path.exists(home):  # which does not raise where the folder is closed
            return home
        if (spare := self._spare.path(sha256)) is not None:
            return Path(spare)
        lent = self._lent(sha256)
        return home if lent is None else lent.path(sha256)

    def has(self, sha256: str) -> bool:
        """Whether there is such an object. Raises StoreError for what is no hash."""
        return os.path.isfile(self.path(sha256)) or self._elsewhere(sha256) is not None

    def _lent(self, sha256: str) -> Blobs | None:
        """The objects beside that hold what is not here."""
        if self.beside is None or not self.beside.has(sha256) or self._elsewhere(sha256) is not None:
            return None
        return self.beside

    def bring(self, sha256: str) -> None:
        """Copy an object from beside, where it is not here. Raises ObjectMissing, StoreReadOnly or StoreError."""
        if os.path.exists(self._home(sha256)) or (lent := self._lent(sha256)) is None:
            return
        writer = self.writer()
        try:
            for piece in lent.chunks(sha256, _PIECE):
                writer.write(piece)
            if writer.sha256 != sha256:
                raise self._missing(sha256, "is damaged where it would be copied from")
            writer.finish()
        finally:
            writer.discard()

    def _elsewhere(self, sha256: str) -> bytes | None:
        """The bytes of an object that the store's disk did not take."""
        return None if self._spare is None else self._spare.find(sha256)

    def holds(self, sha256: str, size: int) -> bool:
        """Whether the store's own folder has such an object, of that size."""
        try:
            return os.stat(self._home(sha256)).st_size == size
        except OSError:
            return False

    def is_json_text(self, sha256: str) -> bool:
        """Whether an object can stand between the quotes of a JSON string: no raw control character is in it."""
        if sha256 not in self._json:  # the bytes of an object never change
            self._json[sha256] = not any(_CONTROL.search(chunk) for chunk in self.chunks(sha256))
        return self._json[sha256]

    def intact(self, sha256: str, size: int) -> bool:
        """Whether an object can be read, as far as its size tells."""
        try:
            return self.size(sha256) == size
        except StoreError:
            return False

    def size(self, sha256: str) -> int:
        """The size of an object in bytes. Raises ObjectMissing, also when an accident has emptied it."""
        try:
            size = os.stat(self._home(sha256)).st_size
        except OSError:
            found = self._elsewhere(sha256)
            if found is not None:
                return len(found)
            if (lent := self._lent(sha256)) is not None:
                return lent.size(sha256)
            raise self._missing(sha256, "is missing") from None
        if size == 0 and sha256 != _EMPTY:
            raise self._missing(sha256, "is empty")
        return size

    def chunks(self, sha256: str, size: int = 192 * 1024) -> Iterator[bytes]:
        """The bytes in pieces of exactly `size`, but for the last. Raises ObjectMissing at once, StoreError later."""
        return self._pieces(sha256, 0, self.size(sha256), size)

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
        """`length` bytes from `start` (negative: from the end), or all. Raises ObjectMissing or StoreError."""
        whole = self.size(sha256)
        first = max(0, whole + start) if start < 0 else start
        return b"".join(self._pieces(sha256, first, length, _PIECE))

    def _pieces(self, sha256: str, start: int, length: int | None, size: int) -> Iterator[bytes]:
        path = self._home(sha256)
        try:
            fd = self._folder.disk.open(path, os.O_RDONLY)
        except OSError as error:
            found = self._elsewhere(sha256)
            if (lent := self._lent(sha256)) is not None:
                yield from lent._pieces(sha256, start, length, size)
                return
            if found is None and isinstance(error, FileNotFoundError):
                raise self._missing(sha256, "is missing") from None
            if found is None:
                raise fault(error, path) from None
            end = len(found) if length is None else min(len(found), start + length)
            yield from (found[at : min(at + size, end)] for at in range(start, end, size))
            return
        try:
            if start:
                os.lseek(fd, start, os.SEEK_SET)
            while length is None or length > 0:
                wanted = size if length is None else min(size, length)
                piece = self._fill(fd, wanted)
                if piece:
                    yield piece
                if len(piece) < wanted:
                    return
                length = None if length is None else length - len(piece)
        except OSError as error:
            raise fault(error, path) from None
        finally:
            self._folder.disk.close(fd)

    def _fill(self, fd: int, size: int) -> bytes:
        """`size` bytes, or what is left of the file: a read may give less than it could."""
        piece = self._folder.disk.read(fd, size)
        while piece and len(piece) < size:
            more = self._folder.disk.read(fd, size - len(piece))
            if not more:
                break
            piece += more
        return piece

    def check(self, sha256: str) -> None:
        """Hash an object of the store's folder anew. One that does not match is moved to `objects/quarantine/`.

        Raises ObjectMissing, and StoreError when it cannot be read.
        """
        if self._is_right(self._home(sha256), sha256):
            return
        if self.size(sha256) and not os.path.exists(self._home(sha256)):
            if (lent := self._lent(sha256)) is not None:
                lent.check(sha256)
            return  # else it waits in the spare place, which looks at hashes itself
        fate = self._quarantine(sha256)
        if fate:
            raise self._missing(sha256, f"is damaged and {fate}")

    def _is_right(self, path: str, sha256: str) -> bool:
        """Whether a file holds the bytes of that hash. Raises StoreError when it cannot be read."""
        disk, digest = self._folder.disk, hashlib.sha256()
        try:
            fd = disk.open(path, os.O_RDONLY)
            try:
                while piece := disk.read(fd, _HASHED):
                    digest.update(piece)
            finally:
                disk.close(fd)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise fault(error, path) from None
        return digest.hexdigest() == sha256

    def _quarantine(self, sha256: str) -> str:
        """Move a damaged object aside, so that its bytes may be kept again: what became of it; empty if it is right."""
        home, target = self._home(sha256), self._folder.path("objects", "quarantine", sha256)
        try:
            self._folder.make(os.path.dirname(target))
            self._folder.disk.rename(home, target)
            if self._is_right(target, sha256):  # another kernel had just kept the true bytes
                self._folder.disk.rename(target, home)
                return ""
        except (OSError, StoreError):
            return "could not be moved away"
        return f"is now in `{target}`"

    def _missing(self, sha256: str, what: str) -> ObjectMissing:
        return ObjectMissing(
            f"Object {sha256[:12]} {what}; it belongs to `{self._folder.path('objects')}`.",
            hint="Restore it from a backup, or go on from a turn that does not need it.",
        )
