"""File names for Tab: one folder at a time, bounded, without following anything."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import islice
from pathlib import PurePath

__all__ = ["PICTURES", "names", "pictures"]

PICTURES = frozenset(
    {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".heic", ".heif", ".gif", ".bmp", ".tif", ".tiff", ".avif"}
)
_MOST = 5000  # entries of a folder that are looked at: Tab must not hang in a folder of a million files


def pictures(typed: str) -> list[str]:
    """Folders, and files that look like pictures, that go on from what is typed."""
    return names(typed, lambda name: PurePath(name).suffix.lower() in PICTURES)


def names(typed: str, wanted: Callable[[str], bool] = lambda _: False) -> list[str]:
    """Folders (with a slash at the end) and wanted files; hidden ones only when a dot is typed."""
    cut = max(typed.rfind("/"), typed.rfind(os.sep)) + 1
    folder, begun = typed[:cut], typed[cut:]
    found = []
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            for entry in islice(entries, _MOST):
                name = entry.name
                if not name.startswith(begun) or (name.startswith(".") and not begun.startswith(".")):
                    continue
                if not name.isprintable():
                    continue  # a line break in a name would end the option line
                if entry.is_dir():
                    found.append(f"{folder}{name}/")
                elif wanted(name):
                    found.append(folder + name)
    except (OSError, ValueError):
        return []
    return sorted(found, key=str.lower)
