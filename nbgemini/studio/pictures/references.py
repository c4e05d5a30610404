"""What a user shows to the model, brought into the store: values, files, patterns and URLs become `Picture`s."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import unquote, urlsplit

from nbgemini._dataclass import dataclass
from nbgemini.core.phrases import shortened
from nbgemini.errors import ReferenceImageError
from nbgemini.studio.pictures.drawn import Drawn
from nbgemini.studio.pictures.fetching import Sources
from nbgemini.studio.pictures.schemes import data_of, path_of, restored, scheme_of
from nbgemini.studio.pictures.values import as_bytes, kind_of

__all__ = ["DEEPEST", "KINDS", "MOST", "Address", "Labelled", "Reference", "Uploaded", "expand", "plain_label"]

MOST = 1000  # references before anything is read; models take 14
_MOST_FOLDERS = 20_000  # that a pattern with `**` looks into
DEEPEST = 4  # lists in lists
_UPLOADED = r"files/[a-z0-9][a-z0-9-]{0,39}"
_LONGEST_LABEL = 100  # characters
KINDS = "a result, a PIL image, an array, a figure, bytes, a file, a pattern such as `*.png` or an https URL"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A reference with the words that name it in the request."""

    value: object
    label: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """A URL that is fetched when the pictures are brought in."""

    url: str


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that was put on the Files API, by its name there: `files/…`."""

    name: str


# A result, a PIL image, an array, a figure, bytes, a Path, a file name, a pattern, a URL, a turn such as "@last", or
# "@clipboard"; lists of them, and mappings of labels to them.
Reference = object


# -- what is meant -----------------------------------------------------------------------------------------------------


def expand(references: Iterable[Reference], sources: Sources | None = None) -> tuple[Labelled, ...]:
    """Single references in order: lists, mappings, patterns and the clipboard spelled out. Pictures are not read yet.

    Raises ReferenceImageError.
    """
    found = tuple(islice(_each(references, "", sources or Sources(), 0), MOST + 1))
    if len(found) > MOST:
        raise ReferenceImageError(f"These are more than {MOST} references; models take at most 14.")
    return found


def _each(values: Iterable[Any], label: str, sources: Sources, depth: int) -> Iterator[Labelled]:
    if depth > DEEPEST:
        raise ReferenceImageError("A list of references is nested too deeply.")
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
    """What a text stands for: the clipboard, a URL, a pattern, a file; where no file has that name a turn, or one that
    was uploaded.
    """
    if text == "@clipboard":
        yield from _spelled_out(sources.clipboard(), label or "clipboard", sources, depth + 1)
    elif (scheme := scheme_of(text)) in ("http", "https"):
        yield Labelled(Address(restored(text)), plain_label(label or _last_of(restored(text))))
    elif scheme == "data":
        yield Labelled(data_of(text), plain_label(label))
    elif scheme:
        path = path_of(text, scheme)
        yield Labelled(path, plain_label(label or path.stem))
    elif glob.has_magic(text) and not os.path.lexists(os.path.expanduser(text)):
        yield from _matching(text, label)
    elif not os.path.lexists(os.path.expanduser(text)) and (named := _turn(text, sources)) is not None:
        picture, words = named
        yield Labelled(picture, plain_label(label or words))
    elif re.fullmatch(_UPLOADED, text) and not os.path.lexists(text):
        yield Labelled(Uploaded(text), plain_label(label or text.partition("/")[2]))
    else:
        yield Labelled(Path(os.path.expanduser(text)), plain_label(label or PurePath(text).stem))


def _turn(text: str, sources: Sources) -> tuple[Drawn, str] | None:
    """The picture that a REF names; None for the name of a file."""
    found = None if sources.turn is None else sources.turn(text)
    if found is None and text.startswith("@"):
        raise ReferenceImageError(f"`{text}` is not a REF.", hint="Write @last, @-2, @3, hero@3 or @clipboard.")
    return found


def _matching(pattern: str, label: str) -> Iterator[Labelled]:
    """The files of a pattern in natural order: cat2.png before cat10.png."""
    paths = islice(_globbed(os.path.expanduser(pattern)), 100 * MOST)
    files = sorted((path for path in paths if os.path.isfile(path)), key=_natural)
    if not files:
        raise ReferenceImageError(f"No file matches `{pattern}`.")
    for number, path in enumerate(files, 1):
        yield Labelled(Path(path), plain_label(f"{label} {number}" if label else PurePath(path).stem))


def _globbed(pattern: str) -> Iterator[str]:
    """As `glob.iglob`, but that `**` follows no links: two that lead upwards would be followed for ever."""
    parts = pattern.replace(os.altsep or os.sep, os.sep).split(os.sep)
    if "**" not in parts:
        yield from glob.iglob(pattern)
        return
    at = parts.index("**")
    base, rest = os.sep.join(parts[:at]), [part for part in parts[at + 1 :] if part != "**"] or ["*"]
    tops = glob.iglob(base or os.sep) if at else iter(["."])
    for number, (folder, inner, _) in enumerate(walked for top in tops for walked in os.walk(top)):
        if number >= _MOST_FOLDERS:
            raise ReferenceImageError(f"`{pattern}` searches more than {_MOST_FOLDERS:,} folders.")
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
