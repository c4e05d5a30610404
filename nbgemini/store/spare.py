"""Where paid answers go that the store's own disk does not take: the system's temporary folder, else memory."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from nbgemini.store.disk import DISK, Disk, write_whole
from nbgemini.store.fields import is_sha256

__all__ = ["Spare"]

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


class Spare:
    """The spare place of one store. Another kernel of the same user finds what lies in its folder, memory dies with us.

    Nothing here raises. `keep` and `find` take the names of files: hashes of objects, and `ID.json` of answers.
    """

    def __init__(self, root: str, disk: Disk = DISK, parent: str | None = None) -> None:
        self._root = root
        self._disk = disk
        self._parent = parent
        self._memory: dict[str, bytes] = {}
        self._folder: str | None = None

    @property
    def folder(self) -> str | None:
        """The folder, where the system has one to offer; it need not exist."""
        if self._folder is None:
            import tempfile

            with suppress(OSError):
                parent = self._parent or tempfile.gettempdir()
                user = os.getuid() if hasattr(os, "getuid") else 0
                digest = hashlib.sha256(os.fsencode(self._root)).hexdigest()
                self._folder = os.path.join(parent, f"nbgemini-{user}-{digest[:16]}")
        return self._folder

    def keep(self, name: str, data: bytes) -> str:
        """Keep bytes under a name: the path of their file, or an empty text when memory alone could take them."""
        path = self._file(name)
        if path is not None:
            if self._holds(path, data):
                return path
            with suppress(OSError):
                self._write(path, data)
                return path
        self._memory[name] = data
        return ""

    def _holds(self, path: str, data: bytes) -> bool:
        with suppress(OSError):
            return os.path.getsize(path) == len(data) and Path(path).read_bytes() == data
        return False

    def _write(self, path: str, data: bytes) -> None:
        with suppress(FileExistsError):
            self._disk.mkdir(os.path.dirname(path))
        if not self._is_ours():
            raise PermissionError(path)
        temp = f"{path}.{os.urandom(6).hex()}"
        fd = self._disk.open(temp, _FLAGS)
        try:
            try:
                write_whole(self._disk, fd, data)
                self._disk.fsync(fd)
            finally:
                self._disk.close(fd)
            self._disk.rename(temp, path)
        except OSError:
            with suppress(OSError):
                self._disk.unlink(temp)
            raise

    def _is_ours(self) -> bool:
        """Whether the folder is a true one that nobody else may look into: its parent is open to everyone."""
        try:
            about = os.lstat(self.folder or "")
        except OSError:
            return False
        owner = not hasattr(os, "getuid") or about.st_uid == os.getuid()
        return stat.S_ISDIR(about.st_mode) and owner and (sys.platform == "win32" or not about.st_mode & 0o077)

    def _file(self, name: str) -> str | None:
        return os.path.join(self.folder, name) if self.folder is not None else None

    def path(self, name: str) -> str | None:
        """The file of that name, when there is one."""
        path = self._file(name)
        return path if path is not None and os.path.isfile(path) and self._is_ours() else None

    def find(self, name: str) -> bytes | None:
        """The bytes of that name, or None; an object whose bytes do not match its name counts as none."""
        data = self._memory.get(name)
        if data is None and (path := self.path(name)) is not None:
            with suppress(OSError):
                data = Path(path).read_bytes()
        if data is not None and is_sha256(name) and hashlib.sha256(data).hexdigest() != name:
            return None
        return data

    def names(self) -> list[str]:
        """Everything that lies here, sorted."""
        names = set(self._memory)
        with suppress(OSError):
            if self._is_ours():
                names |= {name for name in os.listdir(self.folder) if is_sha256(name) or name.endswith(".json")}
        return sorted(names)

    def drop(self, name: str) -> None:
        """Forget a name, because the store has taken it; the folder goes with the last one."""
        self._memory.pop(name, None)
        path = self.path(name)
        if path is not None:
            with suppress(OSError):
                self._disk.unlink(path)
                os.rmdir(os.path.dirname(path))
