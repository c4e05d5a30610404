"""The catalogue of models and prices: the one that ships, and over it a file of the user's own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from nbgemini import core
from nbgemini.core.models import Catalogue
from nbgemini.errors import OptionError, SettingsError

__all__ = ["Catalogues", "load_catalogue"]

_LARGEST = 4_000_000  # bytes
_HINT = "It has the form of nbgemini's `core/models.json` and may leave anything out; unset `catalogue` to do without."


def load_catalogue(path: str | None = None) -> Catalogue:
    """The catalogue that ships, with what the file at `path` changes. Raises SettingsError naming file and field."""
    shipped = json.loads(_shipped())
    if path is None:
        return Catalogue.parse(shipped)
    from nbgemini.core.overrides import merged

    try:
        data, words = merged(shipped, _read(Path(path).expanduser()))
        return replace(Catalogue.parse(data), override=f"{path}, {words}")
    except OptionError as problem:
        why = problem.message
    except OSError as problem:
        why = f"{problem.strerror or type(problem).__name__}."
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError, RuntimeError) as problem:
        why = f"{type(problem).__name__}: {str(problem)[:200]}."
    raise SettingsError(f"The catalogue `{path}` cannot be used: {why}", hint=_HINT)


def _shipped() -> bytes:
    """As `pkgutil.get_data` reads it, without its import."""
    loader: Any = core.__loader__
    data: bytes = loader.get_data(str(Path(*core.__path__) / "models.json"))
    return data


class Catalogues:
    """The catalogue in use, read again when its file has changed."""

    def __init__(self) -> None:
        self._known: tuple[str | None, tuple[int, ...], Catalogue] | None = None

    def at(self, path: str | None) -> Catalogue:
        """The catalogue with what the file changes. Raises SettingsError."""
        known, stamp = self._known, _stamp(path)
        if known is None or known[:2] != (path, stamp):
            known = self._known = (path, stamp, load_catalogue(path))
        return known[2]


def _stamp(path: str | None) -> tuple[int, ...]:
    """Changes when the file does."""
    try:
        status = Path(path).expanduser().stat() if path is not None else None
    except (OSError, RuntimeError, ValueError):
        status = None
    return () if status is None else (status.st_mtime_ns, status.st_size, status.st_ino)


def _read(path: Path) -> Any:
    if path.exists() and not path.is_file():  # a pipe would wait for ever
        raise OptionError("it is not a regular file.")
    with path.open("rb") as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise OptionError(f"it has more than {_LARGEST / 1e6:.0f} MB.")
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise OptionError("it is not UTF-8 text.") from None
    except RecursionError:
        raise OptionError("it is nested too deeply.") from None
    except json.JSONDecodeError as problem:
        raise OptionError(f"it is not JSON: {problem.msg} in line {problem.lineno}.") from None


def _no_constant(name: str) -> NoReturn:
    raise OptionError(f"it holds `{name}`, which is not a JSON number.")
