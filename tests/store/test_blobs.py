"""Objects: written once, found by hash, checked, and set aside when they are damaged."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.seams import Objects
from nbgemini.errors import ObjectMissing, StoreError
from nbgemini.store.blobs import Blobs
from nbgemini.store.store import Store


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Store.open(tmp_path / "store").blobs


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Blobs:
    return Store.open(tmp_path_factory.mktemp("shared")).blobs


def test_it_is_what_the_network_asks_for(blobs: Blobs) -> None:
    """The protocol of `core.seams` is kept, as the type checker sees too."""
    objects: Objects = blobs
    writer = objects.writer()
    writer.write(b"ab")
    writer.write(b"")
    writer.write(b"c")
    assert writer.finish() == (hashlib.sha256(b"abc").hexdigest(), 3)
    assert objects.read(hashlib.sha256(b"abc").hexdigest()) == b"abc"


@given(data=st.binary(max_size=300), size=st.integers(1, 99), start=st.integers(-400, 400), length=st.integers(0, 400))
def test_any_range_is_read(shared: Blobs, data: bytes, size: int, start: int, length: int) -> None:
    """Pieces of exactly one size; ranges from either end that may reach beyond it."""
    sha256, count = shared.put(data)
    assert count == shared.size(sha256) == len(data)
    pieces = list(shared.chunks(sha256, size))
    assert b"".join(pieces) == data
    assert all(len(piece) == size for piece in pieces[:-1])
    first = max(0, len(data) + start) if start < 0 else start
    assert shared.read(sha256, start) == data[first:]
    assert shared.read(sha256, start, length) == data[first : first + length]


def test_the_same_bytes_are_kept_once(blobs: Blobs, tmp_path: Path) -> None:
    """However they came, the file is not written again."""
    sha256, _ = blobs.put(b"picture")
    made = blobs.path(sha256).stat()
    writer = blobs.writer()
    writer.write(b"picture")
    assert writer.finish() == (sha256, 7)
    assert blobs.put(b"picture") == (sha256, 7)
    assert (blobs.path(sha256).stat().st_ino, blobs.path(sha256).stat().st_mtime_ns) == (made.st_ino, made.st_mtime_ns)
    assert list((tmp_path / "store" / "tmp").iterdir()) == []


def test_an_object_of_the_wrong_size_is_replaced(blobs: Blobs) -> None:
    """Somebody cut it; whoever brings the bytes again heals it."""
    sha256, _ = blobs.put(b"picture")
    blobs.path(sha256).write_bytes(b"pict")
    blobs.put(b"picture")
    assert blobs.read(sha256) == b"picture"


def test_a_discarded_object_leaves_nothing(blobs: Blobs, tmp_path: Path) -> None:
    """Discarding twice, or after the end, is harmless; writing after the end is not."""
    writer = blobs.writer()
    writer.write(b"half")
    writer.discard()
    writer.discard()
    assert [path for path in (tmp_path / "store").rglob("*") if path.is_file() and path.parent.name == "tmp"] == []
    for use in (lambda: writer.write(b"more"), writer.finish):
        with pytest.raises(StoreError, match="after its end"):
            use()
    sha256, _ = blobs.put(b"x")
    finished = blobs.writer()
    finished.finish()
    finished.discard()
    assert blobs.has(sha256)


def test_a_damaged_object_is_quarantined_and_named(blobs: Blobs, tmp_path: Path) -> None:
    """The size is right, a bit is not: the check moves it aside, and the bytes may be kept anew."""
    sha256, _ = blobs.put(b"picture")
    blobs.check(sha256)
    blobs.path(sha256).write_bytes(b"pictur3")
    with pytest.raises(ObjectMissing, match=f"Object {sha256[:12]} is damaged and is now in .*quarantine") as caught:
        blobs.check(sha256)
    assert caught.value.hint
    assert not blobs.has(sha256)
    assert (tmp_path / "store" / "objects" / "quarantine" / sha256).read_bytes() == b"pictur3"
    blobs.put(b"picture")
    blobs.check(sha256)


def test_a_read_only_store_leaves_it_where_it_is(blobs: Blobs, tmp_path: Path) -> None:
    """The damage is named all the same."""
    sha256, _ = blobs.put(b"picture")
    blobs.path(sha256).write_bytes(b"pictur3")
    (tmp_path / "store" / "VERSION").write_text("9")
    with pytest.raises(ObjectMissing, match="could not be moved away"):
        Store.open(tmp_path / "store").blobs.check(sha256)
    assert blobs.has(sha256)


@pytest.mark.parametrize("name", ["", "../" * 20, "A" * 64, "a" * 63, "a" * 64 + "\n", "/etc/passwd"])
def test_only_hashes_reach_a_path(name: str, blobs: Blobs) -> None:
    """A stored conversation from somebody else cannot make us read another file."""
    for use in (blobs.path, blobs.has, blobs.read, blobs.chunks, blobs.size, blobs.check):
        with pytest.raises(StoreError, match="is not the name of an object"):
            use(name)
