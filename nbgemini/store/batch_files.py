"""The two large files of a batch job: the requests on their way out, and the results on their way in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from types import TracebackType

from nbgemini.store.disk import fault, write_whole
from nbgemini.store.folder import Folder

__all__ = ["InputFile", "ResultsFile", "pieces_of"]

_PIECE = 1 << 20


class _File:
    """A file of the store that is open; only one thread uses it."""

    def __init__(self, folder: Folder, path: str, flags: int) -> None:
        self._folder = folder
        self.path = path
        folder.make(os.path.dirname(path))
        try:
            self._fd: int | None = folder.disk.open(path, flags)
            self.size = os.fstat(self._fd).st_size
        except OSError as error:
            raise fault(error, path) from None

    def write(self, data: bytes, /) -> None:
        """Append bytes. Raises StoreError."""
        assert self._fd is not None
        try:
            # At a place of its own: whoever else writes this file writes the very same bytes there.
            os.lseek(self._fd, self.size, os.SEEK_SET)
            write_whole(self._folder.disk, self._fd, data)
        except OSError as error:
            raise fault(error, self.path) from None
        self.size += len(data)

    def read_at(self, start: int, length: int) -> bytes:
        """So many bytes, fewer at the end. Raises StoreError."""
        assert self._fd is not None
        try:
            os.lseek(self._fd, start, os.SEEK_SET)
            data = bytearray()
            while len(data) < length and (piece := self._folder.disk.read(self._fd, length - len(data))):
                data += piece
            return bytes(data)
        except OSError as error:
            raise fault(error, self.path) from None

    def close(self) -> None:
        if self._fd is not None:
            with suppress(OSError):
                self._folder.disk.close(self._fd)
            self._fd = None

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class InputFile(_File):
    """The requests of a job, a line each, as they are uploaded; gone when it is closed."""

    def __init__(self, folder: Folder, job: str) -> None:
        super().__init__(folder, folder.path("batches", f"{job}.requests"), os.O_RDWR | os.O_CREAT | os.O_TRUNC)

    def __enter__(self) -> InputFile:
        return self

    def put(self, pieces: Iterable[tuple[bytes, bool]]) -> None:
        """Append what comes in pieces. Raises StoreError, and what they raise."""
        for piece, _ in pieces:
            self.write(piece)

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
        """A piece of it, for an upload; the name does not matter. Raises StoreError."""
        return self.read_at(start, self.size - start if length is None else length)

    def close(self) -> None:
        super().close()
        self._folder.remove(self.path)


class ResultsFile(_File):
    """The results of a job while they arrive, to be gone on with after a break; whole, they get another name."""

    def __init__(self, folder: Folder, part: str) -> None:
        super().__init__(folder, part, os.O_RDWR | os.O_CREAT)
        self._cut_at(self._sound())

    def _sound(self) -> int:
        """How much of it came from the server: of what a power cut kept from the disk only zeros are left, and JSON has
        none."""
        at = 0
        while piece := self.read_at(at, _PIECE):
            if (zero := piece.find(b"\0")) >= 0:
                return at + zero
            at += len(piece)
        return at

    def __enter__(self) -> ResultsFile:
        return self

    def restart(self) -> None:
        """Forget what came. Raises StoreError."""
        self._cut_at(0)

    def _cut_at(self, size: int) -> None:
        assert self._fd is not None
        if size == self.size:
            return
        try:
            os.ftruncate(self._fd, size)
        except OSError as error:
            raise fault(error, self.path) from None
        self.size = size

    def publish(self, path: str) -> None:
        """All of it is here: force it, and give it its name. Raises StoreError."""
        assert self._fd is not None
        try:
            self._folder.disk.fsync(self._fd)
            self.close()
            with suppress(FileNotFoundError):  # somebody else has brought it, too
                self._folder.disk.rename(self.path, path)
            self._folder.disk.fsync_dir(os.path.dirname(path))
        except OSError as error:
            raise fault(error, path) from None


def pieces_of(folder: Folder, path: str) -> Iterator[tuple[bytes, bool]]:
    """A file of lines in pieces, each with whether a line ends with it. Raises StoreError."""
    try:
        fd = folder.disk.open(path, os.O_RDONLY)
    except OSError as error:
        raise fault(error, path) from None
    try:
        open_line = False
        while data := folder.disk.read(fd, _PIECE):
            for line in _cut(data):
                open_line = not line.endswith(b"\n")
                yield line, not open_line
        if open_line:
            yield b"", True
    except OSError as error:
        raise fault(error, path) from None
    finally:
        folder.disk.close(fd)


def _cut(data: bytes) -> Iterator[bytes]:
    """At line breaks alone: a carriage return, or a separator of Unicode's, ends no line of JSON."""
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        yield data[start : end + 1]
        start = end + 1
    if start < len(data):
        yield data[start:]
