"""Paths as people write them, `~` included; what cannot be one is said in our own words."""

from __future__ import annotations

from pathlib import Path

from nbgemini.errors import OptionError, SettingsError

__all__ = ["store_place", "working_place", "written_place"]


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
        raise SettingsError("The working directory is gone.", hint="`os.chdir` leads to one that is there.") from None


def store_place(home: Path, text: str) -> Path:
    """Where the setting `store` leads to, seen from `home`. Raises SettingsError."""
    try:
        return home / Path(text).expanduser()
    except RuntimeError:
        raise SettingsError(f"There is no home folder for `{text[:80]}`, the setting `store`.") from None
