"""Brings what a user shows to the model into the store: values, files and fetched URLs become `Picture`s."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nbgemini._dataclass import dataclass, field
from nbgemini.core.content import NamedFile
from nbgemini.core.picture import HEAD, SUFFIXES, Picture, sniff
from nbgemini.errors import NbgeminiError, ReferenceImageError
from nbgemini.studio.pictures.drawn import Drawn
from nbgemini.studio.pictures.encoding import LARGEST_FILE, LARGEST_ON_VERTEX, Keeper, picture_from_bytes
from nbgemini.studio.pictures.fetching import Sources
from nbgemini.studio.pictures.references import DEEPEST, KINDS, MOST, Address, Labelled, Uploaded
from nbgemini.studio.pictures.values import MADE, as_bytes, class_name, kind_of

__all__ = ["Unwritten", "bring_in", "is_picture"]


class Unwritten:
    """Gives pictures their names and writes nothing: for a request that will not be sent."""

    def has(self, sha256: str) -> bool:
        return True

    def put(self, data: bytes) -> tuple[str, int]:
        return hashlib.sha256(data).hexdigest(), len(data)


def is_picture(value: Any) -> bool:
    """Whether a value is meant as a picture (or as several); whether it can be read as one is seen later.

    A Path is, when its file is one or its suffix says so. A text never is: it may be words.
    """
    try:
        return _is_picture(value, 0)
    except Exception:  # a class of the user's may raise whatever it likes when it is looked at
        return False


def _is_picture(value: Any, depth: int) -> bool:
    kind = kind_of(value)
    if issubclass(type(value), Drawn) or kind in ("image", "figure", "axes", "shown", "captured"):
        return True
    if kind == "array":
        return value.ndim >= 2 and value.dtype.kind in "buif"
    if kind == "bytes":
        return sniff(bytes(value[:HEAD])) is not None
    if issubclass(type(value), Path):
        return _is_picture_file(value)
    if issubclass(type(value), list | tuple) and depth < DEEPEST:
        return 0 < len(value) <= MOST and all(_is_picture(item, depth + 1) for item in value)
    return False


def _is_picture_file(path: Path) -> bool:
    try:
        return sniff(_read(path, HEAD)) is not None or path.suffix.lower() in _SUFFIXES
    except ReferenceImageError:
        return path.suffix.lower() in _SUFFIXES


_SUFFIXES = {*SUFFIXES.values(), ".jpeg", ".tif"}


# -- what it holds -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Bringing:
    """One go of bringing references in; what is given twice is read once."""

    blobs: Keeper
    sources: Sources
    scale: bool
    most: int
    uri_of: Callable[[str], str] | None
    notices: list[str] = field(default_factory=list)
    known: dict[int, Picture] = field(default_factory=dict)

    def picture(self, given: Labelled, number: int) -> Picture | NamedFile:
        if type(given.value) is Uploaded:  # `isinstance` would ask the value itself
            return self._named(given.value.name)
        if id(given.value) not in self.known:
            name = given.label or f"reference {number}"
            self.known[id(given.value)] = _guarded(name, lambda: self._picture(given.value, name))
        return self.known[id(given.value)]

    def _named(self, name: str) -> NamedFile:
        """A file by its address. Raises ReferenceImageError where there is no Files API."""
        if self.uri_of is None:
            raise ReferenceImageError(f"`{name}` is a file of the Gemini API's; Vertex AI has no Files API.")
        line = f"`{name}` goes by its name: later turns need it there, and files live for 48 hours."
        self.notices += [] if line in self.notices else [line]
        return NamedFile(self.uri_of(name))

    def _picture(self, value: Any, name: str) -> Picture:
        kind = type(value)
        if kind is Picture and self.blobs.has(value.sha256):  # it was brought in before: of a sweep's shots, the first
            return value  # type: ignore[no-any-return]  # the line before says what it is
        if issubclass(kind, Drawn):
            if value.picture is None:
                raise ReferenceImageError(f"`{name}` is a text-only answer; it has no picture.")
            found: Picture = value.picture
            if self.blobs.has(found.sha256):
                return found
            return self._stored(value.bytes, name)
        if kind is Address:
            return self._stored(self.sources.fetch(value.url), name)
        if issubclass(kind, Path):
            return self._stored(_read(value), value.name)
        data = as_bytes(value, name)
        if isinstance(data, bytes):
            return self._stored(data, name, made=kind_of(value) in MADE)
        raise ReferenceImageError(
            f"{name} is a value of type {class_name(kind)}, not a picture.", hint=f"References are {KINDS}."
        )

    def _stored(self, data: bytes, name: str, *, made: bool = False) -> Picture:
        picture, notices = picture_from_bytes(data, name, self.blobs, scale=self.scale, made=made, most=self.most)
        self.notices += notices
        return picture


def _guarded(name: str, look: Callable[[], Picture]) -> Picture:
    """What `look` returns. A value may raise whatever it likes when it is looked at: a ReferenceImageError then."""
    try:
        return look()
    except NbgeminiError:
        raise
    except Exception as problem:
        kind = type(problem).__name__
    raise ReferenceImageError(f"{name} cannot be read: looking at it raises {kind}.")


def bring_in(
    references: Sequence[Labelled],
    blobs: Keeper,
    sources: Sources | None = None,
    *,
    scale: bool = False,
    most: int = LARGEST_ON_VERTEX,
    uri_of: Callable[[str], str] | None = None,
) -> tuple[tuple[tuple[str, Picture | NamedFile], ...], tuple[str, ...]]:
    """(label, picture) pairs in order, and what was done to the pictures, a sentence each.

    `references` come from `expand`; `scale`: oversized ones may be scaled; `most` bytes may one have. `uri_of` gives
    the address of an uploaded file, where there are any. Raises ReferenceImageError.
    """
    bringing = _Bringing(blobs, sources or Sources(), scale, most, uri_of)
    pictures = [(given.label, bringing.picture(given, number)) for number, given in enumerate(references, 1)]
    return tuple(pictures), tuple(bringing.notices)


def _read(path: Path, most: int | None = None) -> bytes:
    """The bytes of a regular file (`most` of them); a pipe or a device is refused without waiting on it."""
    try:
        _check_file(os.stat(path), path)  # opening a device may do something already
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as problem:
        if isinstance(problem, FileNotFoundError):
            hint = "" if os.path.isabs(path) else "Names of files start from the working directory: see `%pwd`."
            raise ReferenceImageError(f"`{path}` cannot be read: there is no such file.", hint=hint) from None
        raise ReferenceImageError(f"`{path}` cannot be read: {problem.strerror}.") from None
    except ValueError:
        raise ReferenceImageError("The file name of a reference holds a NUL character.") from None
    try:
        _check_file(os.fstat(handle), path)
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(LARGEST_FILE + 1 if most is None else most)
    except OSError as problem:
        raise ReferenceImageError(f"`{path}` cannot be read: {problem.strerror}.") from None
    finally:
        os.close(handle)
    if len(data) > LARGEST_FILE:  # it grew, or it is one of those that never end
        raise _too_large(path, len(data))
    return data


def _check_file(about: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(about.st_mode):
        raise ReferenceImageError(f"`{path}` is not a regular file.")
    if about.st_size > LARGEST_FILE:
        raise _too_large(path, about.st_size)


def _too_large(path: Path, size: int) -> ReferenceImageError:
    return ReferenceImageError(f"`{path}` has {size / 1e6:.0f} MB; a request takes 100 MB at most.")
