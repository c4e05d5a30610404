"""Putting a picture where the user wants it: checked before anything is paid for, never over an existing file."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from nbgemini.core.pictures import SUFFIXES
from nbgemini.errors import Charged, OptionError
from nbgemini.studio.pixels import decoded

__all__ = ["check_target", "save_original", "save_picture"]

_TYPES = {suffix: media_type for media_type, suffix in SUFFIXES.items()} | {".jpeg": "image/jpeg", ".tif": "image/tiff"}
# Formats that Pillow writes for us when a suffix asks for them.
_PILLOW = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF", "image/tiff": "TIFF"}
_LONGEST_NAME = 240  # bytes: file systems take 255, and numbering needs a few


def check_target(text: str) -> Path:
    """The place named by `--save`: a file with an image suffix, or a folder. Raises OptionError."""
    path = Path(text).expanduser()
    if not text.strip() or "\0" in text:
        raise OptionError("`--save` needs a file name such as `cat.jpg`, or a folder.")
    if path.is_dir() or text.endswith(("/", os.sep)):
        _check_folder(path)
        return path
    if path.suffix.lower() not in _TYPES:
        kinds = "`.png`, `.jpg` or `.webp`"
        raise OptionError(f"`--save {text}` has no image suffix; write {kinds}, or the name of a folder.")
    if len(os.fsencode(path.name)) > _LONGEST_NAME:
        raise OptionError(f"The file name of `--save` is longer than {_LONGEST_NAME} bytes.")
    if path.is_symlink() or path.exists():
        raise OptionError(f"`{path}` exists already; nothing is overwritten. Choose another name.")
    _check_folder(path.parent)
    return path


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise OptionError(f"There is no folder `{folder}`.")
    if not os.access(folder, os.W_OK):
        raise OptionError(f"The folder `{folder}` cannot be written.")


def save_original(
    data: bytes, media_type: str, target: Path, *, stem: str, number: int = 0, charged: Charged = "yes"
) -> tuple[Path, str]:
    """Write the untouched bytes. Returns where, and a notice when the suffix had to be corrected.

    `number` > 0 is added to the name, for several pictures. A name that was taken meanwhile is numbered further: what
    was paid for is not refused. `charged` is what an error says of the money.
    """
    suffix = SUFFIXES.get(media_type, ".bin")
    if target.is_dir():
        return _write_new(target / f"{_safe(stem)}{suffix}", data, charged), ""
    named = target.with_name(f"{target.stem}-{number}{target.suffix}") if number else target
    if _TYPES.get(target.suffix.lower()) == media_type:
        return _write_new(named, data, charged), ""
    corrected = _write_new(named.with_suffix(suffix), data, charged)
    return corrected, f"The picture is {media_type}, so it was saved as `{corrected.name}`."


def save_picture(data: bytes, media_type: str, path: str, *, stem: str) -> Path:
    """Write the picture to a file or folder, converted when the suffix asks for another format. Raises OptionError."""
    target = check_target(path)
    wanted = _TYPES.get(target.suffix.lower())
    if target.is_dir() or wanted == media_type:
        return save_original(data, media_type, target, stem=stem, charged="nothing sent")[0]
    if wanted not in _PILLOW:
        raise OptionError(f"Pictures are not converted to `{target.suffix}`; write `.png`, `.jpg` or `.webp`.")
    converted = _convert(data, _PILLOW[wanted])
    sys.stderr.write(f"Converted from {media_type} to {wanted}: the copy lacks the original's provenance marks.\n")
    return _write_new(target, converted, "nothing sent")


def _convert(data: bytes, form: str) -> bytes:
    image = decoded(data)
    if form == "JPEG" and image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    buffer = io.BytesIO()
    image.save(buffer, form)
    return buffer.getvalue()


def _safe(stem: str) -> str:
    return "".join(c if c.isalnum() or c in "-_. " else "_" for c in stem)[:80].strip(". ") or "picture"


def _write_new(path: Path, data: bytes, charged: Charged) -> Path:
    """Create `path`, or the next free `path-2`, `path-3`, …; links are not followed and nothing is overwritten."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    for attempt in range(1, 10_000):
        candidate = path if attempt == 1 else path.with_name(f"{path.stem}-{attempt}{path.suffix}")
        try:
            handle = os.open(candidate, flags, 0o644)
        except FileExistsError:
            continue
        except OSError as problem:
            raise OptionError(f"`{candidate}` cannot be written: {problem.strerror}.", charged=charged) from None
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        return candidate
    raise OptionError(f"No free name beside `{path}`.", charged=charged)
