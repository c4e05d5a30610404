"""What a user shows to the model, brought into the store: values, files, patterns and URLs become `Picture`s."""

from __future__ import annotations

import glob
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import unquote, urlsplit

from nbgemini.core.phrases import shortened
from nbgemini.core.pictures import HEAD, SUFFIXES, Picture, sniff
from nbgemini.errors import NbgeminiError, ReferenceImageError
from nbgemini.studio.converting import MADE, as_bytes, class_name, kind_of
from nbgemini.studio.encoding import Keeper, picture_from_bytes
from nbgemini.studio.limits import LARGEST_FILE, LARGEST_ON_VERTEX
from nbgemini.studio.results import Result
from nbgemini.studio.sources import Sources
from nbgemini.studio.turns import is_turn

__all__ = ["Address", "Labelled", "Reference", "bring_in", "expand", "is_picture", "plain_label"]

_MOST = 1000  # references before anything is read; models take 14
_MOST_FOLDERS = 20_000  # that a pattern with `**` looks into
_DEEPEST = 4  # lists in lists
_LONGEST_LABEL = 100  # characters
_KINDS = "a result, a PIL image, an array, a figure, bytes, a file, a pattern such as `*.png` or an https URL"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A reference with the words that name it in the request."""

    value: object
    label: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """A URL that is fetched when the pictures are brought in."""

    url: str


# A result, a PIL image, an array, a figure, bytes, a Path, a file name, a pattern, a URL, a turn such as "@last", or
# "@clipboard"; lists of them, and mappings of labels to them.
Reference = object


# -- what is meant -----------------------------------------------------------------------------------------------------


def expand(references: Iterable[Reference], sources: Sources | None = None) -> tuple[Labelled, ...]:
    """Single references in order: lists, mappings, patterns and the clipboard spelled out. Pictures are not read yet.

    Raises ReferenceImageError.
    """
    found = tuple(islice(_each(references, "", sources or Sources(), 0), _MOST + 1))
    if len(found) > _MOST:
        raise ReferenceImageError(f"These are more than {_MOST} references; models take 14 at most.")
    return found


def _each(values: Iterable[Any], label: str, sources: Sources, depth: int) -> Iterator[Labelled]:
    if depth > _DEEPEST:
        raise ReferenceImageError("A list of references holds lists of lists of lists.")
    for number, value in enumerate(values, 1):
        yield from _spelled_out(value, f"{label} {number}" if label else "", sources, depth)


def _spelled_out(value: Any, label: str, sources: Sources, depth: int) -> Iterator[Labelled]:
    kind = type(value)  # `isinstance` would ask the value itself
    if kind is Labelled:
        yield from _spelled_out(value.value, value.label or label, sources, depth)
    elif issubclass(kind, list | tuple):
        yield from _each(value, label, sources, depth + 1)
    elif issubclass(kind, dict):
        for key, inner in value.items():
            yield from _spelled_out(inner, f"{label} {key}".strip(), sources, depth + 1)
    elif issubclass(kind, str | PurePath):
        yield from _named(str(value), label, sources, depth)
    elif kind_of(value) == "shown" and isinstance(source := as_bytes(value, label or "the reference"), str):
        yield from _named(source, label, sources, depth)
    else:
        yield Labelled(value, plain_label(label))


def _named(text: str, label: str, sources: Sources, depth: int) -> Iterator[Labelled]:
    """What a text stands for: the clipboard, a URL, a pattern, a turn where no file has that name, or else a file."""
    if text == "@clipboard":
        yield from _spelled_out(sources.clipboard(), label or "clipboard", sources, depth + 1)
    elif re.match(r"https?://", text, re.IGNORECASE):
        yield Labelled(Address(text), plain_label(label or _last_of(text)))
    elif glob.has_magic(text) and not os.path.lexists(os.path.expanduser(text)):
        yield from _matching(text, label)
    elif text.startswith("@") and not os.path.lexists(text):
        if sources.turn is None or not is_turn(text):
            raise ReferenceImageError(f"`{text}` is no REF.", hint="Write @last, @-2, @3 or @clipboard.")
        turn = sources.turn(text)
        yield Labelled(turn, plain_label(label or f"turn {turn.turn}"))
    else:
        yield Labelled(Path(os.path.expanduser(text)), plain_label(label or PurePath(text).stem))


def _matching(pattern: str, label: str) -> Iterator[Labelled]:
    """The files of a pattern in natural order: cat2.png before cat10.png."""
    found = islice(_globbed(os.path.expanduser(pattern)), 100 * _MOST)
    files = sorted((path for path in found if os.path.isfile(path)), key=_natural)
    if not files:
        raise ReferenceImageError(f"No file matches `{pattern}`.")
    for number, path in enumerate(files, 1):
        yield Labelled(Path(path), plain_label(f"{label} {number}" if label else PurePath(path).stem))


def _globbed(pattern: str) -> Iterator[str]:
    """As `glob.iglob`, but that `**` follows no links: two that lead upwards would be followed for ever."""
    parts = pattern.split(os.sep)
    if "**" not in parts:
        yield from glob.iglob(pattern)
        return
    at = parts.index("**")
    base, rest = os.sep.join(parts[:at]), [part for part in parts[at + 1 :] if part != "**"] or ["*"]
    tops = glob.iglob(base or os.sep) if at else iter(["."])
    for number, (folder, inner, _) in enumerate(walked for top in tops for walked in os.walk(top)):
        if number >= _MOST_FOLDERS:
            raise ReferenceImageError(f"`{pattern}` looks into more than {_MOST_FOLDERS:,} folders.")
        inner[:] = [name for name in inner if not name.startswith(".")]
        yield from glob.iglob(os.path.join(glob.escape(folder), *rest))


def _natural(path: str) -> list[tuple[int, int, str]]:
    """A sort key in which numbers count as numbers."""
    pieces = re.split(r"([0-9]{1,18})", path)
    return [(0, int(piece), "") if at % 2 else (1, 0, piece.casefold()) for at, piece in enumerate(pieces)]


def _last_of(url: str) -> str:
    """The name of the file in a URL, or its host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return PurePath(unquote(parts.path)).stem or parts.hostname or ""


def plain_label(label: str) -> str:
    """A label as one line of printable text."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in label).split())
    return shortened(flat, _LONGEST_LABEL)


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
    if issubclass(type(value), Result) or kind in ("image", "figure", "axes", "shown", "captured"):
        return True
    if kind == "array":
        return value.ndim >= 2 and value.dtype.kind in "buif"
    if kind == "bytes":
        return sniff(bytes(value[:HEAD])) is not None
    if issubclass(type(value), Path):
        return _is_picture_file(value)
    if issubclass(type(value), list | tuple) and depth < _DEEPEST:
        return 0 < len(value) <= _MOST and all(_is_picture(item, depth + 1) for item in value)
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
    notices: list[str] = field(default_factory=list)
    known: dict[int, Picture] = field(default_factory=dict)

    def picture(self, given: Labelled, number: int) -> Picture:
        if id(given.value) not in self.known:
            name = given.label or f"reference {number}"
            self.known[id(given.value)] = _guarded(name, lambda: self._picture(given.value, name))
        return self.known[id(given.value)]

    def _picture(self, value: Any, name: str) -> Picture:
        kind = type(value)
        if issubclass(kind, Result):
            if value.picture is None:
                raise ReferenceImageError(f"`{name}` is an answer in words; it has no picture.")
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
            f"{name} is a value of type {class_name(kind)}, not a picture.", hint=f"References are {_KINDS}."
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
) -> tuple[tuple[tuple[str, Picture], ...], tuple[str, ...]]:
    """(label, picture) pairs in order, and what was done to the pictures, a sentence each.

    `references` come from `expand`; `scale`: oversized ones may be scaled; `most` bytes may one have.
    Raises ReferenceImageError.
    """
    bringing = _Bringing(blobs, sources or Sources(), scale, most)
    pictures = [(given.label, bringing.picture(given, number)) for number, given in enumerate(references, 1)]
    return tuple(pictures), tuple(bringing.notices)


def _read(path: Path, most: int | None = None) -> bytes:
    """The bytes of a regular file (`most` of them); a pipe or a device is refused without waiting on it."""
    try:
        _check_file(os.stat(path), path)  # opening a device may do something already
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as problem:
        why = "there is no such file" if isinstance(problem, FileNotFoundError) else problem.strerror
        raise ReferenceImageError(f"`{path}` cannot be read: {why}.") from None
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
