"""New files for users: whole or not at all, and never in the place of another.

What is there already in just these bytes is as good as written: a notebook may be run again.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from nbgemini.core.portable_names import refused_somewhere
from nbgemini.errors import OptionError
from nbgemini.store.disk import DISK, Disk
from nbgemini.studio.paths import written_place

__all__ = [
    "LONGEST_NAME",
    "NEW_FILE",
    "check_new",
    "check_new_folder",
    "check_portable",
    "hidden_name",
    "name_taken",
    "write_new",
    "write_with_folder",
]

LONGEST_NAME = 240  # bytes: file systems take 255; numbering, and a name in the making, need a few
# For `os.open`: a file that was not there, and no link.
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def check_new(text: str, command: str, suffixes: Iterable[str]) -> Path:
    """The file that a `command` such as `%imagine save` will make. Raises OptionError for a place that cannot be."""
    path = written_place(text, command)
    listed = ", ".join(f"`{suffix}`" for suffix in suffixes)
    if not text.strip() or not text.isprintable():
        raise OptionError(f"`{command}` needs a file name that ends in one of {listed}.")
    if path.suffix.lower() not in suffixes:
        raise OptionError(f"`{command}` writes files that end in {listed}, not `{path.name or text}`.")
    if len(os.fsencode(path.name)) > LONGEST_NAME:
        raise OptionError(f"The file name of `{command}` is longer than {LONGEST_NAME} bytes.")
    check_portable(path.name)
    if os.path.lexists(path) and (os.path.islink(path) or not os.path.isfile(path)):
        raise name_taken(path)
    if not os.path.isdir(path.parent):  # which takes names of any length
        raise OptionError(f"There is no folder `{path.parent}`.", hint="Create it first.")
    if not os.access(path.parent, os.W_OK):
        raise OptionError(f"The folder `{path.parent}` cannot be written.")
    return path


def check_new_folder(path: Path) -> Path:
    """The folder that goes with a file. Raises OptionError for what cannot be one."""
    if len(os.fsencode(path.name)) > LONGEST_NAME:
        raise OptionError(f"The name of the folder `{path.name[:40]}…` would be longer than {LONGEST_NAME} bytes.")
    if os.path.lexists(path) and (path.is_symlink() or not path.is_dir()):
        raise name_taken(path)
    return path


def check_portable(name: str) -> None:
    """Refuse the name of a file that not every system can have: a notebook travels. Raises OptionError."""
    if why := refused_somewhere(name):
        raise OptionError(f"`{name}` {why}. Choose another name.")


def name_taken(path: Path, why: str = "") -> OptionError:
    """The refusal of a name that something else has already."""
    return OptionError(f"`{path}` exists already{why}; nothing is overwritten. Choose another name.")


def write_new(path: Path, write: Callable[[BinaryIO], None], *, mode: int = 0o644, disk: Disk = DISK) -> bool:
    """Make a file of what `write` puts into it; False where it is there already, byte for byte.

    Raises OptionError; then there is no such file.
    """
    with _named(path):
        temp = _temp(path)
        try:
            with os.fdopen(os.open(temp, NEW_FILE, mode), "wb") as file:
                write(file)
            if _is_same(temp, path):
                return False
            _publish(temp, path, disk)
        finally:
            with suppress(OSError):
                disk.unlink(str(temp))
    return True


def write_with_folder(
    path: Path, data: bytes, folder: Path, files: Mapping[str, Iterable[bytes]], *, disk: Disk = DISK
) -> bool:
    """Make a file, and before it the folder of files that it needs; without files there is no folder.

    False where all of it is there already. Raises OptionError; then there is neither.
    """

    def write() -> bool:
        return write_new(path, lambda file: _pour(file, [data]), disk=disk)

    if not files:
        return write()
    with _named(folder):
        temp = _temp(folder)
        temp.mkdir()
        try:
            for name, pieces in files.items():
                with os.fdopen(os.open(temp / name, NEW_FILE, 0o644), "wb") as file:
                    _pour(file, pieces)
            if _are_same(temp, folder):
                return write()
            if os.path.lexists(folder):
                raise name_taken(folder)
            disk.rename(str(temp), str(folder))
        finally:
            _remove(temp)
    try:
        return write()
    except BaseException:
        _remove(folder)
        raise


def _remove(folder: Path) -> None:
    import shutil  # and with it bz2 and lzma

    shutil.rmtree(folder, ignore_errors=True)


def _is_same(made: Path, there: Path) -> bool:
    """Whether a file has the bytes of the one that was made for its place."""
    import filecmp

    return there.is_file() and not there.is_symlink() and filecmp.cmp(made, there, shallow=False)


def _are_same(made: Path, there: Path) -> bool:
    """Whether a folder has just the files that were made for its place."""
    names = os.listdir(made)
    if there.is_symlink() or not there.is_dir() or sorted(os.listdir(there)) != sorted(names):
        return False
    return all(_is_same(made / name, there / name) for name in names)


def _pour(file: BinaryIO, pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        file.write(piece)


def hidden_name() -> str:
    """A name for a file in the making."""
    return f".{secrets.token_hex(6)}.part"


def _temp(path: Path) -> Path:
    """A hidden name beside `path`, on the same file system."""
    return path.with_name(hidden_name())


def _publish(temp: Path, path: Path, disk: Disk) -> None:
    """Give a finished file its name, unless that was taken meanwhile. Raises FileExistsError."""
    try:
        disk.link(str(temp), str(path))
    except FileExistsError:
        raise
    except OSError:  # a file system without links: claim the name, then put the file there
        os.close(os.open(path, NEW_FILE, 0o644))
        try:
            disk.rename(str(temp), str(path))
        except BaseException:
            with suppress(OSError):
                disk.unlink(str(path))
            raise


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise name_taken(path) from None
    except OSError as problem:
        raise OptionError(f"`{path}` cannot be written: {problem.strerror or problem}.") from None
