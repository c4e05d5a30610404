"""Putting a picture where the user wants it: checked before anything is paid for, never over an existing file."""

from __future__ import annotations

import errno
import io
import os
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from nbgemini.core.pictures import SUFFIXES
from nbgemini.errors import Charged, OptionError
from nbgemini.studio.converting import class_name
from nbgemini.studio.pixels import decoded

__all__ = ["Target", "check_target", "save_original", "save_picture"]

_TYPES = {suffix: media_type for media_type, suffix in SUFFIXES.items()} | {".jpeg": "image/jpeg", ".tif": "image/tiff"}
# Formats that Pillow writes for us when a suffix asks for them.
_PILLOW = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF", "image/tiff": "TIFF"}
_LONGEST_NAME = 240  # bytes: file systems take 255, and numbering needs a few
_LONGEST = 255  # bytes of any other name on the way
# Windows keeps these for devices, whatever suffix follows; a notebook travels.
_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Target:
    """A place that was checked: the folder, by its path and by what it was then, and the name of the file.

    Without a name each picture gets one of its own.
    """

    folder: Path
    identity: tuple[int, int]
    name: str = ""

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix.lower()


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
        raise OptionError(f"There is no folder `{path}`.")
    if path.suffix.lower() not in _TYPES:
        kinds = "`.png`, `.jpg` or `.webp`"
        raise OptionError(f"`--save {text}` has no image suffix; write {kinds}, or the name of a folder.")
    if len(os.fsencode(path.name)) > _LONGEST_NAME:
        raise OptionError(f"The file name of `--save` is longer than {_LONGEST_NAME} bytes.")
    if _DEVICES.fullmatch(path.name.partition(".")[0].strip()):
        raise OptionError(f"`{path.name}` is the name of a device on Windows. Choose another name.")
    if path.is_symlink():
        raise OptionError(f"`{path}` is a link; nothing is written through links. Choose another name.")
    if os.path.lexists(path):
        raise OptionError(f"`{path}` exists already; nothing is overwritten. Choose another name.")
    if not path.parent.is_dir():
        raise OptionError(f"There is no folder `{path.parent}`.")
    return Target(path.parent, _writable(path.parent), path.name)


def _writable(folder: Path) -> tuple[int, int]:
    """What the folder is, after a file could be made in it: modes alone do not tell. Raises OptionError."""
    if any((place / "VERSION").is_file() and (place / "objects").is_dir() for place in (folder, *folder.parents)):
        raise OptionError(f"`{folder}` is the store of nbgemini itself. Choose another folder.")
    about = folder.stat()
    probe = folder / _temp_name()
    try:
        os.close(os.open(probe, _FLAGS, 0o600))
        probe.unlink()
    except OSError as problem:
        raise OptionError(f"The folder `{folder}` cannot be written: {problem.strerror}.") from None
    return about.st_dev, about.st_ino


def _temp_name() -> str:
    return f".{secrets.token_hex(6)}.part"


def save_original(
    data: bytes, media_type: str, target: Target, *, stem: str, number: int = 0, charged: Charged = "yes"
) -> tuple[Path, str]:
    """Write the untouched bytes. Returns where, and a notice when the suffix had to be corrected.

    `number` > 0 is added to the name, for several pictures. A name that was taken meanwhile is numbered further: what
    was paid for is not refused. `charged` is what an error says of the money. Raises OptionError.
    """
    suffix = SUFFIXES.get(media_type, ".bin")
    if not target.name:
        return _write_new(target, f"{_safe(stem)}{suffix}", data, charged), ""
    name = Path(target.name)
    named = name.with_name(f"{name.stem}-{number}{name.suffix}") if number else name
    if _TYPES.get(target.suffix) == media_type:
        return _write_new(target, named.name, data, charged), ""
    corrected = _write_new(target, named.with_suffix(suffix).name, data, charged)
    return corrected, f"The picture is {media_type}, so it was saved as `{corrected.name}`."


def save_picture(data: bytes, media_type: str, path: str | os.PathLike[str], *, stem: str) -> Path:
    """Write the picture to a file or folder, converted when the suffix asks for another format. Raises OptionError."""
    target = check_target(_path_text(path))
    wanted = _TYPES.get(target.suffix)
    if not target.name or wanted == media_type:
        return save_original(data, media_type, target, stem=stem, charged="nothing sent")[0]
    if wanted not in _PILLOW:
        raise OptionError(f"Pictures are not converted to `{target.suffix}`; write `.png`, `.jpg` or `.webp`.")
    converted = _convert(data, _PILLOW[wanted])
    sys.stderr.write(f"Converted from {media_type} to {wanted}: the copy lacks the original's provenance marks.\n")
    return _write_new(target, target.name, converted, "nothing sent")


def _path_text(path: object) -> str:
    try:
        return os.fsdecode(cast("str", path))
    except Exception:  # a path of a user's own class may raise whatever it likes
        raise OptionError(f"A picture is saved to a path, not to a value of type {class_name(type(path))}.") from None


def _convert(data: bytes, form: str) -> bytes:
    image = decoded(data)
    if form == "JPEG" and image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    buffer = io.BytesIO()
    image.save(buffer, form)
    return buffer.getvalue()


def _safe(stem: str) -> str:
    return "".join(c if c.isalnum() or c in "-_. " else "_" for c in stem)[:80].strip(". ") or "picture"


def _write_new(target: Target, name: str, data: bytes, charged: Charged) -> Path:
    """Create `name`, or the next free `name-2`, `name-3`, …: whole or not at all, and never over another file."""
    try:
        with _opened(target) as folder:
            temp = _temp_name()
            try:
                folder.write(temp, data)
                taken = folder.name(temp, name)
            finally:
                with suppress(OSError):
                    folder.unlink(temp)
        return target.folder / taken
    except OSError as problem:
        why = problem.strerror or problem
        raise OptionError(f"`{target.folder / name}` cannot be written: {why}.", charged=charged) from None


@contextmanager
def _opened(target: Target) -> Iterator[_Folder]:
    """The folder that was checked, whatever stands under its path by now. Raises OSError."""
    if os.open not in os.supports_dir_fd or os.link not in os.supports_dir_fd:
        yield _Folder(str(target.folder), None)
        return
    fd = os.open(target.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        about = os.fstat(fd)
        if (about.st_dev, about.st_ino) != target.identity:
            raise OSError(errno.ESTALE, "the folder is another one than before the request")
        yield _Folder("", fd)
    finally:
        os.close(fd)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder by its descriptor, or by its path where the system has no such thing. Its methods raise OSError."""

    prefix: str
    fd: int | None

    def _path(self, name: str) -> str:
        return os.path.join(self.prefix, name)

    def write(self, name: str, data: bytes) -> None:
        """A new file with these bytes, forced to disk."""
        handle = os.open(self._path(name), _FLAGS, 0o644, dir_fd=self.fd)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def name(self, temp: str, wanted: str) -> str:
        """Give a finished file its name, or the next free one: that name."""
        path = Path(wanted)
        for attempt in range(1, 10_000):
            candidate = wanted if attempt == 1 else f"{path.stem}-{attempt}{path.suffix}"
            with suppress(FileExistsError):
                self._publish(temp, candidate)
                return candidate
        raise FileExistsError(errno.EEXIST, "no free name beside it")

    def _publish(self, temp: str, name: str) -> None:
        source, target = self._path(temp), self._path(name)
        try:
            os.link(source, target, src_dir_fd=self.fd, dst_dir_fd=self.fd)
        except FileExistsError:
            raise
        except OSError:  # a file system without links: claim the name, then put the file there
            os.close(os.open(target, _FLAGS, 0o644, dir_fd=self.fd))
            os.replace(source, target, src_dir_fd=self.fd, dst_dir_fd=self.fd)

    def unlink(self, name: str) -> None:
        os.unlink(self._path(name), dir_fd=self.fd)
