"""Paths as people write them, `~` included; what cannot be one is said in our own words."""

from __future__ import annotations

import os
from pathlib import Path

from nbgemini.errors import OptionError, SettingsError

__all__ = ["lent_place", "store_place", "working_place", "written_place"]


def written_place(text: str, command: str) -> Path:
    """The path that stands behind a `command` such as `%imagine load`. Raises OptionError."""
    try:
        return Path(text).expanduser()
    except RuntimeError:  # the home of nobody
        raise OptionError(f"`{command} {text[:80]}`: there is no such home folder.") from None


def working_place() -> Path:
    """The working directory. Raises SettingsError when it is gone."""
    try:
        return Path.cwd()
    except OSError:
        raise SettingsError(
            "The working directory is gone.", hint="Change to one that exists with `os.chdir`."
        ) from None


def store_place(home: Path, text: str, setting: str = "store") -> Path:
    """Where the setting `store`, or another one, leads to, seen from `home`. Raises SettingsError."""
    try:
        return home / Path(text).expanduser()
    except RuntimeError:
        raise SettingsError(f"There is no home folder for `{text[:80]}`, the setting `{setting}`.") from None


def lent_place(home: Path, text: str) -> Path:
    """Where the setting `recordings` leads to: a store, or the folder of a notebook with its store in it.

    Raises SettingsError where there is none, or where it may not be looked into.
    """
    folder = store_place(home, text, "recordings")
    hint = "Correct NBGEMINI_RECORDINGS, or unset it to do without."
    try:
        for place in (folder, folder / ".nbgemini"):
            if (place / "VERSION").is_file():
                return place
        os.listdir(folder)
        why = "has no recordings: there is no `.nbgemini` in it" if folder.is_dir() else "is not a folder"
    except FileNotFoundError:
        why = "is not there"
    except PermissionError:
        why = "may not be read by you"
        hint = f"Its owner lets others read it: `chmod -R a+rX {folder}`."
    except (OSError, ValueError) as error:
        why = f"cannot be read ({getattr(error, 'strerror', None) or error})"
    raise SettingsError(f"`{folder}`, the setting `recordings`, {why}.", hint=hint)
