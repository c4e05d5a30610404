"""Files for other programs: written as the store writes everything, and made again at will."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nbgemini.errors import ObjectMissing, StoreReadOnly
from nbgemini.store.store import Store

HASH = "ab" * 32


def test_a_request_in_pieces(tmp_path: Path) -> None:
    """The whole body, for its owner alone, in place of the one before."""
    store = Store.open(tmp_path / "store")
    assert store.write_request(HASH, [b"old", b"er"]) == store.write_request(HASH, [b"{", b"}"])
    path = tmp_path / "store" / "requests" / f"request-{HASH[:12]}.json"
    assert path.read_bytes() == b"{}"
    assert path.stat().st_mode & 0o077 == 0
    assert not list((tmp_path / "store" / "tmp").iterdir())


def test_a_request_that_cannot_be_made(tmp_path: Path) -> None:
    """Where a picture of it is gone, the file of before stays, and nothing half written beside it."""

    def broken() -> Iterator[bytes]:
        yield b"{"
        raise ObjectMissing("gone")

    store = Store.open(tmp_path / "store")
    path = store.write_request(HASH, [b"{}"])
    with pytest.raises(ObjectMissing):
        store.write_request(HASH, broken())
    assert path.read_bytes() == b"{}"
    assert not list((tmp_path / "store" / "tmp").iterdir())


def test_a_picture_under_its_label(tmp_path: Path) -> None:
    """It is written once, in a folder of its own."""
    store = Store.open(tmp_path / "store")
    path = store.write_labelled(HASH, "logo.png", b"picture")
    before = path.stat()
    assert store.write_labelled(HASH, "logo.png", b"picture") == path
    assert (path.read_bytes(), path.name) == (b"picture", "logo.png")
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_a_store_that_may_only_be_read(tmp_path: Path) -> None:
    """It is refused by name, not by the system's own error."""
    (tmp_path / "VERSION").write_text("99\n")
    with pytest.raises(StoreReadOnly):
        Store.open(tmp_path).write_request(HASH, [b"{}"])
