"""Putting a picture where the user wants it: checked before anything is paid for, never over an existing file.

A file that holds exactly the bytes that would be written is as good as written: a notebook may be run again.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import cast

from nbgemini._dataclass import dataclass
from nbgemini.core.picture import SUFFIXES
from nbgemini.core.portable_names import is_device
from nbgemini.errors import Charged, OptionError
from nbgemini.store.disk import DISK, Disk
from nbgemini.studio.pictures.decoding import decoded
from nbgemini.studio.pictures.new_files import LONGEST_NAME, NEW_FILE, check_portable, hidden_name, name_taken
from nbgemini.studio.pictures.tones import encoded, on_white, plain, upright
from nbgemini.studio.pictures.values import class_name
from nbgemini.studio.silence import quiet

__all__ = ["Target", "check_target", "content", "save_original", "save_picture"]

_TYPES = {suffix: media_type for media_type, suffix in SUFFIXES.items()} | {".jpeg": "image/jpeg", ".tif": "image/tiff"}
# Formats that Pillow writes for us when a suffix asks for them.
_PILLOW = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF", "image/tiff": "TIFF"}
_LONGEST = 255  # bytes of any other name on the way
LARGEST_SAVED = 64_000_000  # bytes: no picture is larger


@dataclass(frozen=True, slots=True)
class Target:
    """A place that was checked: the folder, by its path and by what it was then, and the name of the file.

    Without a name each picture gets one of its own. `taken` is the SHA-256 of the file that has the name already: only
    the same bytes may be meant for it.
    """

    folder: Path
    identity: tuple[int, int]
    name: str = ""
    taken: str = ""

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix.lower()

    def refusal(self, why: str = "") -> OptionError:
        """Why nothing is written: the name is taken."""
        return name_taken(self.folder / self.name, why)


def check_target(text: str) -> Target:
    """The place named by `--save`: a file with an image suffix, or a folder. Raises OptionError."""
    if not text.strip() or not text.isprintable():
        raise OptionError("`--save` needs a file name such as `cat.jpg`, or a folder.")
    try:
        path = Path(os.path.abspath(Path(text).expanduser()))
        return _checked(text, path)
    except RuntimeError:  # the home of nobody
        raise OptionError(f"`--save {text}`: there is no such home folder.") from None
    except OptionError:
        raise
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or problem
        raise OptionError(f"`--save {text[:80]}` cannot be used: {why}.") from None


def _checked(text: str, path: Path) -> Target:
    if any(len(os.fsencode(part)) > _LONGEST for part in path.parts):
        raise OptionError(f"A name in `--save` is longer than {_LONGEST} bytes.")
    if path.is_dir():
        return Target(path, _writable(path))
    if text.endswith(("/", os.sep)):
        raise OptionError(f"There is no folder `{path}`.", hint="Create it first.")
    if path.suffix.lower() not in _TYPES:
        kinds = "`.png`, `.jpg` or `.webp`"
        raise OptionError(f"`--save {text}` has no image suffix; write {kinds}, or the name of a folder.")
    if len(os.fsencode(path.name)) > LONGEST_NAME:
        raise OptionError(f"The file name of `--save` is longer than {LONGEST_NAME} bytes.")
    check_portable(path.name)
    if path.is_symlink():
        raise OptionError(f"`{path}` is a link; nothing is written through links. Choose another name.")
    if not path.parent.is_dir():
        raise OptionError(f"There is no folder `{path.parent}`.", hint="Create it first.")
    target = Target(path.parent, _writable(path.parent), path.name)
    return _with_what_is_there(target, path) if os.path.lexists(path) else target


def _with_what_is_there(target: Target, path: Path) -> Target:
    data = content(path)
    if data is None:
        raise target.refusal()
    return replace(target, taken=hashlib.sha256(data).hexdigest())


def content(path: str | Path, most: int = LARGEST_SAVED, *, dir_fd: int | None = None) -> bytes | None:
    """The bytes of a regular file of at most so many; None for anything else, links included."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags, dir_fd=dir_fd), "rb") as file:
            about = os.fstat(file.fileno())
            return file.read() if stat.S_ISREG(about.st_mode) and about.st_size <= most else None
    except OSError:
        return None


def _writable(folder: Path) -> tuple[int, int]:
    """What the folder is, after a file could be made in it: modes alone do not tell. Raises OptionError."""
    if any((place / "VERSION").is_file() and (place / "objects").is_dir() for place in (folder, *folder.parents)):
        raise OptionError(f"`{folder}` is the store of nbgemini itself. Choose another folder.")
    about = folder.stat()
    probe = folder / hidden_name()
    try:
        os.close(os.open(probe, NEW_FILE, 0o600))
        DISK.unlink(str(probe))
    except OSError as problem:
        raise OptionError(f"The folder `{folder}` cannot be written: {problem.strerror}.") from None
    return about.st_dev, about.st_ino


def save_original(
    data: bytes,
    media_type: str,
    target: Target,
    *,
    stem: str,
    number: int = 0,
    charged: Charged = "yes",
    disk: Disk = DISK,
) -> tuple[Path, str]:
    """Write the untouched bytes. Returns where, and a notice when they were there already or the suffix was corrected.

    `number` > 0 is added to the name, for several pictures. A name that was taken meanwhile is numbered further: what
    was paid for is not refused. `charged` is what an error says of the money. Raises OptionError.
    """
    suffix = SUFFIXES.get(media_type, ".bin")
    name = Path(target.name or f"{_safe(stem)}{suffix}")
    named = name.with_name(f"{name.stem}-{number}{name.suffix}") if number and target.name else name
    wrong = bool(target.name) and _TYPES.get(target.suffix) != media_type
    path, fresh = _write_new(target, named.with_suffix(suffix).name if wrong else named.name, data, charged, disk)
    if not fresh:
        return path, f"`{path}` holds this picture already."
    return path, f"The picture is {media_type}, so it was saved as `{path.name}`." if wrong else ""


def save_picture(data: bytes, media_type: str, path: str | os.PathLike[str], *, stem: str) -> Path:
    """Write the picture to a file or folder, converted when the suffix asks for another format. Raises OptionError."""
    target = check_target(_path_text(path))
    wanted = _TYPES.get(target.suffix)
    if not target.name or wanted == media_type:
        _check_same(target, data)
        return save_original(data, media_type, target, stem=stem, charged="nothing sent")[0]
    if wanted not in _PILLOW:
        raise OptionError(f"Pictures cannot be converted to `{target.suffix}`; write `.png`, `.jpg` or `.webp`.")
    converted, flattened = _convert(data, _PILLOW[wanted])
    _check_same(target, converted)
    white = " Transparent parts are white in the copy." if flattened else ""
    sys.stderr.write(
        f"Converted from {media_type} to {wanted}: the copy does not have the original's provenance marks.{white}\n"
    )
    return _write_new(target, target.name, converted, "nothing sent")[0]


def _check_same(target: Target, data: bytes) -> None:
    if target.taken and target.taken != hashlib.sha256(data).hexdigest():
        raise target.refusal(" and holds something else")


def _path_text(path: object) -> str:
    try:
        return os.fsdecode(cast("str", path))
    except Exception:  # a path of a user's own class may raise whatever it likes
        raise OptionError(f"A picture is saved to a path, not to a value of type {class_name(type(path))}.") from None


def _convert(data: bytes, form: str) -> tuple[bytes, bool]:
    """(the bytes of another format, whether transparency was lost). Raises AnswerUndecodable, OptionError."""
    image = decoded(data)
    try:
        with quiet():
            image = plain(upright(image))
            flattened = form == "JPEG" and image.mode == "RGBA"
            return encoded(on_white(image) if flattened else image, form), flattened
    except Exception as problem:  # a size that a format does not have, colours that it cannot hold
        why = str(problem).strip().rstrip(".") or type(problem).__name__
    raise OptionError(
        f"This picture cannot be converted to {form}: {why}.", hint="`.bytes` and `.path` have it as it came."
    )


def _safe(stem: str) -> str:
    plain = "".join(c if c.isalnum() or c in "-_. " else "_" for c in stem)[:80].strip(". ") or "picture"
    return f"_{plain}" if is_device(plain) else plain


def _write_new(target: Target, name: str, data: bytes, charged: Charged, disk: Disk = DISK) -> tuple[Path, bool]:
    """Create `name`, or the next free `name-2`, `name-3`, …: whole or not at all, and never over another file.

    The first of them that holds these very bytes will do: then nothing is written, and the second value is False.
    """
    try:
        with _open(target, disk) as folder:
            temp = hidden_name()
            try:
                folder.write(temp, data)
                taken, fresh = folder.name(temp, name, data)
            finally:
                with suppress(OSError):
                    folder.unlink(temp)
        return target.folder / taken, fresh
    except OSError as problem:
        why = problem.strerror or problem
        raise OptionError(f"`{target.folder / name}` cannot be written: {why}.", charged=charged) from None


@contextmanager
def _open(target: Target, disk: Disk) -> Iterator[_Folder]:
    """The folder that was checked, whatever stands under its path by now. Raises OSError."""
    if not disk.removes_open or os.open not in os.supports_dir_fd or os.link not in os.supports_dir_fd:
        yield _Folder(str(target.folder), None, disk)
        return
    fd = os.open(target.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        about = os.fstat(fd)
        if (about.st_dev, about.st_ino) != target.identity:
            raise OSError(errno.ESTALE, "the folder has changed since the request")
        yield _Folder("", fd, disk)
    finally:
        os.close(fd)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder by its descriptor, or by its path where the system has no such thing. Its methods raise OSError."""

    prefix: str
    fd: int | None
    disk: Disk

    def _path(self, name: str) -> str:
        return os.path.join(self.prefix, name)

    def write(self, name: str, data: bytes) -> None:
        """A new file with these bytes, forced to disk."""
        handle = os.open(self._path(name), NEW_FILE, 0o644, dir_fd=self.fd)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def name(self, temp: str, wanted: str, data: bytes) -> tuple[str, bool]:
        """Give a finished file its name, or the next free one: that name; False where it has the bytes already."""
        path = Path(wanted)
        for attempt in range(1, 10_000):
            candidate = wanted if attempt == 1 else f"{path.stem}-{attempt}{path.suffix}"
            try:
                self._publish(temp, candidate)
            except FileExistsError:
                if content(self._path(candidate), len(data), dir_fd=self.fd) == data:
                    return candidate, False
            else:
                return candidate, True
        raise FileExistsError(errno.EEXIST, "no free name next to it")

    def _publish(self, temp: str, name: str) -> None:
        source, target = self._path(temp), self._path(name)
        try:
            if self.fd is None:
                self.disk.link(source, target)
            else:
                os.link(source, target, src_dir_fd=self.fd, dst_dir_fd=self.fd)
        except FileExistsError:
            raise
        except OSError:  # a file system without links: claim the name, then put the file there
            os.close(os.open(target, NEW_FILE, 0o644, dir_fd=self.fd))
            try:
                self._replace(source, target)
            except BaseException:
                with suppress(OSError):
                    self.unlink(name)
                raise

    def _replace(self, source: str, target: str) -> None:
        if self.fd is None:
            self.disk.rename(source, target)
        else:
            os.replace(source, target, src_dir_fd=self.fd, dst_dir_fd=self.fd)

    def unlink(self, name: str) -> None:
        if self.fd is None:
            self.disk.unlink(self._path(name))
        else:
            os.unlink(self._path(name), dir_fd=self.fd)
