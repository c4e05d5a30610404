"""The store's folder: files in it are replaced as a whole or not at all, and each of them is forced to disk."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from nbgemini.errors import NbgeminiError, StoreReadOnly
from nbgemini.store.disk import Disk, fault, write_whole
from nbgemini.store.kernels import Kernels
from nbgemini.store.together import Together

__all__ = ["FORMAT", "GIT", "Folder"]

FORMAT = 1  # what VERSION says

# What git is to know where a notebook is committed with its store. No line end is converted and no file merged line by
# line: everything stays what its hash says, on Windows too. What only this machine needs stays here.
GIT = {
    ".gitattributes": b"* -text -merge\n",
    ".gitignore": b"/cache/\n/emulator/\n/intents/\n/kernels/\n/objects/quarantine/\n/refs/.lock\n/requests/\n"
    b"/sweeps/.lock\n/tmp/\n",
}

_ROOMS = ("kernels", "tmp", "answers", "intents", "ledgers", "objects", "records", "refs")


class Folder:
    """One store's folder. It comes into being with the first write; looking into it creates nothing.

    New files are made in `tmp/`, under the name of their kernel, and renamed when they are whole. All paths are
    absolute: a notebook may change its working directory.
    """

    def __init__(self, root: str, disk: Disk, *, read_only: bool = False) -> None:
        self.root = root
        self.disk = disk
        self.read_only = read_only
        self.kernels = Kernels(self.path("kernels"), disk)
        self._forced: set[str] = set()  # folders whose own names are known to be on disk
        self._syncs: dict[str, Together[str]] = {}
        self._joined: str | None = None  # the kernel that found or made all of it
        self._numbers = itertools.count()

    def path(self, *names: str) -> str:
        """The path of something in the folder."""
        return os.path.join(self.root, *names)

    def join(self) -> str:
        """Make the folder if need be and be one of the kernels that write into it: this kernel's id.

        Raises StoreReadOnly or StoreError.
        """
        if self.read_only:
            raise StoreReadOnly(
                f"`{self.root}` may be read but not written.",
                hint="A newer nbgemini wrote it, or it is not yours: update, or set NBGEMINI_STORE to another folder.",
            )
        if self._joined != self.kernels.id or not self.kernels.is_listed():
            try:
                self._join()
            except OSError as error:
                raise fault(error, self.root) from None
        return self.kernels.id

    def alive(self, kernel: str) -> bool:
        """Whether the process of that name still runs; where that cannot be told, it counts as alive."""
        try:
            return self.kernels.alive(kernel)
        except OSError:
            return True

    def _join(self) -> None:
        """The first write, the first in a forked child, or the first after someone removed the folder."""
        if self._joined == self.kernels.id:
            self.kernels.forget()
        self._make(self.root)
        self._make_rooms()
        self.kernels.claim()
        self._sweep()
        version = self.path("VERSION")
        if not os.path.exists(version):
            self._publish(*self._temp(), version, [b"%d\n" % FORMAT])
        self._tell_git()
        self._joined = self.kernels.id

    def _make_rooms(self) -> None:
        """The folders that a first picture needs, their names forced together."""
        paths = [self.path(name) for name in _ROOMS]
        for path in paths:
            with suppress(FileExistsError):
                self.disk.mkdir(path)
        self.sync_dir(self.root)
        self._forced.update(paths)

    def _tell_git(self) -> None:
        """Where git's files are missing, as in stores of earlier versions. Those that people have changed stay."""
        for name, text in GIT.items():
            path = self.path(name)
            if not os.path.lexists(path):
                with suppress(OSError):  # nothing that is kept depends on them
                    self._publish(*self._temp(), path, [text])

    def _sweep(self) -> None:
        """Remove what dead kernels left unfinished. Another's living file is never touched."""
        with suppress(OSError):
            for name in self.disk.listdir(self.path("tmp")):
                if not self.alive(name.partition(".")[0]):
                    with suppress(OSError):
                        self.disk.unlink(self.path("tmp", name))
        self.kernels.sweep()

    def make(self, path: str) -> None:
        """Make a folder in here, its name forced to disk. Raises StoreReadOnly or StoreError."""
        self.join()
        try:
            self._make(path)
        except OSError as error:
            raise fault(error, path) from None

    def _make(self, path: str) -> None:
        if path in self._forced and os.path.isdir(path):
            return
        parent = os.path.dirname(path)
        if not os.path.isdir(parent):
            self._make(parent)
        with suppress(FileExistsError):
            self.disk.mkdir(path)
        try:
            # Also when it was there: whoever made it may have died before it was forced.
            self.sync_dir(parent)
        except PermissionError:
            # A home that others may enter but not list is no reason to refuse a store in it.
            if path.startswith(self.path("")):
                raise
        self._forced.add(path)

    def temp(self) -> tuple[int, str]:
        """A new file to write into: its descriptor and path. Raises StoreReadOnly or StoreError."""
        self.join()
        try:
            return self._temp()
        except OSError as error:
            raise fault(error, self.path("tmp")) from None

    def _temp(self) -> tuple[int, str]:
        path, flags = self.path("tmp", f"{self.kernels.id}.{next(self._numbers)}"), os.O_RDWR | os.O_CREAT | os.O_EXCL
        try:
            return self.disk.open(path, flags), path
        except FileNotFoundError:  # someone has removed `tmp/` alone
            self._make(self.path("tmp"))
            return self.disk.open(path, flags), path

    def publish(self, fd: int, temp: str, path: str, *, keep: bool = False) -> None:
        """Give a file from `temp` its name, forced; ends with the file closed. Raises StoreError.

        When that fails the file is removed, unless its bytes are to be kept.
        """
        try:
            self._publish(fd, temp, path, keep=keep)
        except OSError as error:
            raise fault(error, path) from None

    def _publish(self, fd: int, temp: str, path: str, pieces: Iterable[bytes] = (), *, keep: bool = False) -> None:
        try:
            try:
                for piece in pieces:
                    write_whole(self.disk, fd, piece)
                self.disk.fsync(fd)
            finally:
                self.disk.close(fd)
            self._make(os.path.dirname(path))
            self.disk.rename(temp, path)
        except (OSError, NbgeminiError):  # the latter where a piece is not to be had
            if not keep:
                self.remove(temp)
            raise
        self.sync_dir(os.path.dirname(path))

    def sync_dir(self, path: str) -> None:
        """Force the names in a folder; threads that want the same at the same time share one. Raises OSError."""
        together = self._syncs.get(path)
        if together is None:
            together = self._syncs.setdefault(path, Together(lambda paths: self.disk.fsync_dir(paths[0])))
        together.do(path)

    def replace(self, path: str, data: bytes) -> None:
        """Write a file as a whole, forced. Raises StoreReadOnly or StoreError; the old one is then still there."""
        self.replace_by(path, (data,))

    def replace_by(self, path: str, pieces: Iterable[bytes]) -> None:
        """The same with a file that comes in pieces. Raises what they raise, too."""
        fd, temp = self.temp()
        try:
            self._publish(fd, temp, path, pieces)
        except OSError as error:
            raise fault(error, path) from None

    def read(self, path: str) -> bytes | None:
        """A whole file, or None when there is none. Raises StoreError."""
        with self._reading(path, FileNotFoundError, NotADirectoryError) as fd:
            return None if fd is None else self._rest(fd)

    def head(self, path: str, most: int) -> bytes:
        """The beginning of a file; nothing without one. Raises StoreError."""
        return self.part(path, 0, most)

    def part(self, path: str, offset: int, most: int) -> bytes:
        """So many bytes of a file from there on, fewer only at its end; nothing without one. Raises StoreError."""
        with self._reading(path, FileNotFoundError) as fd:
            if fd is None:
                return b""
            os.lseek(fd, offset, os.SEEK_SET)
            data = self.disk.read(fd, most)
            while data and len(data) < most and (more := self.disk.read(fd, most - len(data))):
                data += more
            return data

    def tail(self, path: str, offset: int) -> bytes:
        """A file from there to its end; nothing without one. Raises StoreError."""
        with self._reading(path, FileNotFoundError) as fd:
            if fd is None:
                return b""
            os.lseek(fd, offset, os.SEEK_SET)
            return self._rest(fd)

    @contextmanager
    def _reading(self, path: str, *absent: type[OSError]) -> Iterator[int | None]:
        """A file that is open for reading; None where opening it raises one of `absent`. Raises StoreError."""
        try:
            fd = self.disk.open(path, os.O_RDONLY)
        except absent:
            fd = None
        except OSError as error:
            raise fault(error, path) from None
        try:
            yield fd
        except OSError as error:
            raise fault(error, path) from None
        finally:
            if fd is not None:
                self.disk.close(fd)

    def _rest(self, fd: int) -> bytes:
        return b"".join(iter(lambda: self.disk.read(fd, 1 << 20), b""))

    def size(self, path: str) -> int:
        """How many bytes a file has; 0 without one."""
        try:
            return os.stat(path).st_size
        except OSError:
            return 0

    def stamps(self, folder: str, suffix: str) -> dict[str, tuple[int, int, int]]:
        """For each name in a folder that ends so, without the ending: what tells its file from another version of it.

        That is when it was changed, in nanoseconds, its size, and its number on disk. Raises StoreError.
        """
        found = {}
        try:
            with os.scandir(self.path(folder)) as entries:
                for entry in entries:
                    if entry.name.endswith(suffix):
                        with suppress(FileNotFoundError):
                            status = entry.stat()
                            found[entry.name.removesuffix(suffix)] = status.st_mtime_ns, status.st_size, status.st_ino
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise fault(error, self.path(folder)) from None
        return found

    def exists(self, path: str) -> bool:
        """Whether there is a file of that path."""
        return os.path.isfile(path)

    def names(self, folder: str, suffix: str) -> list[str]:
        """The names in a folder that end so, without the ending, sorted; none when there is no folder.

        Raises StoreError.
        """
        try:
            names = self.disk.listdir(self.path(folder))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise fault(error, self.path(folder)) from None
        return sorted(name.removesuffix(suffix) for name in names if name.endswith(suffix))

    def remove(self, path: str) -> bool:
        """Remove a file; False when that was not possible. Not forced: after a power loss it may be back."""
        try:
            self.disk.unlink(path)
        except OSError:
            return False
        return True

    def delete(self, path: str) -> None:
        """Remove a file for good, forced; none there is as good. Raises StoreError."""
        try:
            with suppress(FileNotFoundError):
                self.disk.unlink(path)
            self.sync_dir(os.path.dirname(path))
        except OSError as error:
            raise fault(error, path) from None

    def force(self, path: str) -> None:
        """Force the names in a folder to disk. Raises StoreError."""
        try:
            self.sync_dir(path)
        except OSError as error:
            raise fault(error, path) from None
