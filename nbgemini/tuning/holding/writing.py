"""Sheets as pictures and as files: how they look is known by the room above, which has said how to write one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Protocol

from nbgemini._dataclass import dataclass
from nbgemini.errors import OptionError
from nbgemini.studio.front_end import sheet_writer

__all__ = ["SheetAlone", "write_sheet"]


class Shown(Protocol):
    """What shows itself in a notebook."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class DrawnSheet:
    """A sheet that shows its drawn picture alone: for GitHub and others that leave the pictures of a table out."""

    sheet: Shown

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        found = self.sheet._repr_mimebundle_()
        data, metadata = found if isinstance(found, tuple) else (found, {})
        return {kind: value for kind, value in data.items() if kind != "text/html"}, metadata

    def __repr__(self) -> str:
        return f"{self.sheet!r} as a picture"


def write_sheet(sheet: object, path: str | os.PathLike[str]) -> Path:
    """Write a sheet into a new file. Raises OptionError."""
    if not isinstance(path, str | os.PathLike) or isinstance(path, bytes):
        raise OptionError(f"A file is named by a text or a path, not by {type(path).__name__}.")
    return sheet_writer()(sheet, os.fspath(path))


class SheetAlone:
    """What a sheet can do that stands alone: become a file, and show itself without its table."""

    __slots__ = ()

    def export(self, path: str | os.PathLike[str]) -> Path:
        """Write it into a new file: a page (`.html`), Markdown with the drawn sheet in a folder beside it (`.md`), a
        notebook that opens the sheet of a sweep again (`.ipynb`), or the drawn sheet (`.jpg`). Raises OptionError.

        >>> nb.sheet([cat]).export("sheet.jpg").name
        'sheet.jpg'
        """
        return write_sheet(self, path)

    @property
    def picture(self: Shown) -> DrawnSheet:
        """The drawn picture alone, for readers who would get the table without its pictures.

        >>> nb.sheet([cat]).picture
        <sheet of 1 picture> as a picture
        """
        return DrawnSheet(self)
