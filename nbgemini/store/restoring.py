"""Lost objects found again: what else holds their bytes, and proves it by the hash.

Nothing can be fetched again from Google. The bytes may still be in the spare place, among what was quarantined by
mistake, in the base64 as it came, in a file that was saved beside the store, or in a notebook there, which holds small
pictures as they are.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from nbgemini.core.content import Turn
from nbgemini.core.skeleton import leaves
from nbgemini.errors import NbgeminiError
from nbgemini.store.verify import Findings

__all__ = ["restore"]

_MOST_FILES = 2000  # of the folder beside the store
_LARGEST_NOTEBOOK = 100_000_000  # bytes
_QUARANTINE = "objects/quarantine"

Read = Callable[[str], bytes]


def restore(root: Path, findings: Findings, read: Read, put: Callable[[bytes], object]) -> None:
    """Bring back what can be. `read` gives the bytes of an object, `put` keeps an object.

    What was brought back is in `findings.restored`, and no fault any more. Raises nothing.
    """
    for source in (_kept_elsewhere, _quarantined, _as_text, _saved_beside, _in_notebooks):
        wanted = {sha256: findings.sizes.get(sha256) for sha256 in findings.broken}
        if not wanted:
            return
        for sha256, data, where in source(root, findings, wanted, read):
            if sha256 not in findings.broken or hashlib.sha256(data).hexdigest() != sha256:
                continue
            try:
                put(data)
            except NbgeminiError:
                return
            findings.restore(sha256, where)


Found = Iterator[tuple[str, bytes, str]]
Wanted = Mapping[str, int | None]


def _kept_elsewhere(root: Path, findings: Findings, wanted: Wanted, read: Read) -> Found:
    """Moved away just now, or missing: the spare place answers for the store then."""
    for sha256 in wanted:
        try:
            yield sha256, read(sha256), "the temporary folder"
        except NbgeminiError:
            continue


def _quarantined(root: Path, findings: Findings, wanted: Wanted, read: Read) -> Found:
    for sha256 in wanted:
        data = _bytes_of(root / _QUARANTINE / sha256)
        if data is not None:
            yield sha256, data, "the quarantine: its bytes are right"


def _as_text(root: Path, findings: Findings, wanted: Wanted, read: Read) -> Found:
    """A picture whose base64 was kept as it stood in the answer."""
    for exchange in findings.exchanges.values():
        turns: tuple[Turn | None, ...] = (exchange.user, exchange.turn)
        for leaf in (leaf for turn in turns if turn is not None for leaf in leaves(turn.content)):
            if leaf.form == "text" and leaf.picture is not None and leaf.picture in wanted:
                try:
                    text = json.loads(b'"' + read(leaf.sha256) + b'"')
                    yield leaf.picture, base64.b64decode(_plain(text)), "the answer as it came"
                except (NbgeminiError, ValueError, binascii.Error):
                    continue


def _plain(text: str) -> str:
    """Base64 of any alphabet and padding as the standard one."""
    bare = "".join(text.split()).replace("-", "+").replace("_", "/").rstrip("=")
    return bare + "=" * (-len(bare) % 4)


def _saved_beside(root: Path, findings: Findings, wanted: Wanted, read: Read) -> Found:
    """Files of the right size in the notebook's folder: `--save` writes pictures as they came."""
    sizes = set(wanted.values())
    for path in _beside(root):
        if path.stat().st_size in sizes and (data := _bytes_of(path)) is not None:
            yield hashlib.sha256(data).hexdigest(), data, f"`{path.name}`"


def _in_notebooks(root: Path, findings: Findings, wanted: Wanted, read: Read) -> Found:
    for path in _beside(root):
        if path.suffix == ".ipynb" and path.stat().st_size <= _LARGEST_NOTEBOOK:
            for data in _pictures_in(_bytes_of(path) or b""):
                yield hashlib.sha256(data).hexdigest(), data, f"an output of `{path.name}`"


def _pictures_in(notebook: bytes) -> Iterator[bytes]:
    """The pictures among a notebook's outputs; nothing for what is no notebook."""
    try:
        cells = json.loads(notebook)["cells"]
        outputs = [output for cell in cells for output in cell.get("outputs", ())]
        texts = [text for output in outputs for mime, text in output.get("data", {}).items() if mime[:6] == "image/"]
        for text in texts:
            yield base64.b64decode(text if isinstance(text, str) else "".join(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return


def _beside(root: Path) -> Iterator[Path]:
    """The regular files in the folder that holds the store."""
    try:
        with os.scandir(root.parent) as entries:
            for _, entry in zip(range(_MOST_FILES), entries, strict=False):
                if entry.is_file(follow_symlinks=False):
                    yield Path(entry.path)
    except OSError:
        return


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if stat.S_ISREG(path.lstat().st_mode) else None
    except OSError:
        return None
