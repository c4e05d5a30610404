"""Looking through the files of a folder while processes write there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

__all__ = ["contents"]


def contents(*roots: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below these folders with its bytes. One that goes away meanwhile was a temporary one."""
    for root in roots:
        for path in root.rglob("*"):
            with contextlib.suppress(FileNotFoundError):
                if path.is_file():
                    yield path, path.read_bytes()
