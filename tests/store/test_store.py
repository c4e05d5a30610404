"""Opening a folder, what it looks like, and who may write into it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from nbgemini.core.seams import RawAnswer
from nbgemini.core.skeleton import Skeleton, StoredText
from nbgemini.errors import StoreError, StoreReadOnly
from nbgemini.store.folder import GIT
from nbgemini.store.store import Store
from nbgemini.store.verify import verify
from tests.store.builders import Commit, body_of, exchange_of, picture_bytes, raw_of


def everything_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def test_looking_creates_nothing(tmp_path: Path) -> None:
    """Opening, listing and asking leave no trace, not even a folder."""
    store = Store.open(tmp_path / "deep" / ".nbgemini")
    assert store.album.stored() == []
    assert store.album.orphans() == []
    assert store.album.exchanges() == []
    assert store.intents.left_over() == []
    assert store.ledger.entries() == []
    assert store.answer("abcd") is None
    assert not store.blobs.has("0" * 64)
    assert len(store.kernel) == 12
    assert not store.read_only
    assert everything_in(tmp_path) == []


def test_the_first_write_makes_the_folder(tmp_path: Path) -> None:
    """Parents included; VERSION holds one integer."""
    store = Store.open(tmp_path / "deep" / ".nbgemini")
    store.blobs.put(b"x")
    assert (store.folder / "VERSION").read_bytes() == b"1\n"
    assert (store.folder / "kernels" / f"{store.kernel}.lock").exists()


def test_git_is_told_what_a_store_is(tmp_path: Path) -> None:
    """Also in a store of an earlier version; what people have written there stays, and a look adds nothing."""
    store = Store.open(tmp_path)
    store.blobs.put(b"x")
    for name, text in GIT.items():
        assert (tmp_path / name).read_bytes() == text
    store.close()
    (tmp_path / ".gitattributes").unlink()
    (tmp_path / ".gitignore").write_text("*\n")
    later = Store.open(tmp_path)
    assert later.album.stored() == []
    assert not (tmp_path / ".gitattributes").exists()
    later.blobs.put(b"y")
    assert (tmp_path / ".gitattributes").read_bytes() == b"* -text -merge\n"
    assert (tmp_path / ".gitignore").read_text() == "*\n"
    assert verify(later).faults == []


def test_a_store_without_gits_files_is_a_store(tmp_path: Path) -> None:
    """Where they cannot be written all else can."""
    (tmp_path / ".gitignore").symlink_to(tmp_path / "nowhere")
    Store.open(tmp_path).blobs.put(b"x")
    assert (tmp_path / ".gitignore").is_symlink()
    assert (tmp_path / "VERSION").exists()


def test_nobody_else_may_look(tmp_path: Path) -> None:
    """Folders 0700, files 0600, under the widest umask."""
    before = os.umask(0)
    try:
        Commit(Store.open(tmp_path / ".nbgemini"), exchange_of(1)).run()
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in everything_in(tmp_path)}
    assert len(modes) > 15
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}


def test_the_folder_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook may change its working directory after the store was opened."""
    store = Store.open(".nbgemini")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    store.blobs.put(b"x")
    assert store.folder == tmp_path / ".nbgemini"
    assert (tmp_path / ".nbgemini" / "VERSION").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """Nor is something below a file, or a link to nowhere."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for path in ("file", "file/.nbgemini", "link"):
        with pytest.raises(StoreError, match=path.partition("/")[0]):
            Store.open(tmp_path / path).blobs.put(b"x")
    with pytest.raises(StoreError, match="not a folder"):
        Store.open(tmp_path / "file")


@pytest.mark.parametrize("text", ["", "one", "-1", "1.0", "\x00", "1\n2"])
def test_a_folder_of_something_else_is_refused(text: str, tmp_path: Path) -> None:
    """A VERSION that is no number is not ours to write beside."""
    (tmp_path / "VERSION").write_text(text)
    with pytest.raises(StoreError, match="VERSION"):
        Store.open(tmp_path)


def test_a_newer_version_is_read_only(tmp_path: Path) -> None:
    """It is read as far as it goes, and every way to write is closed."""
    Commit(Store.open(tmp_path / "store"), exchange_of(1)).run()
    orphan = exchange_of(9, outcome="orphan")
    dead = Store.open(tmp_path / "store")
    dead.intents.declare(exchange_of(5, answered=False), request_hash="h", key=None, conversation="main")
    dead.close()
    (tmp_path / "store" / "VERSION").write_text("2\n")
    before = {path: path.stat().st_mtime_ns for path in everything_in(tmp_path)}
    store = Store.open(tmp_path / "store")
    assert store.read_only
    assert store.album.load("main").turn(1) == exchange_of(1)
    assert [left.exchange.id for left in store.intents.left_over()] == [exchange_of(5).id]
    assert store.blobs.put(picture_bytes(1)) == store.blobs.put(picture_bytes(1)), "what is there is not written again"
    writes: tuple[Callable[[], object], ...] = (
        lambda: store.blobs.put(b"new"),
        store.blobs.writer,
        lambda: store.album.record(orphan),
        lambda: store.album.record(exchange_of(1)),
        lambda: store.album.new_key("main"),
        lambda: store.album.move("main", None),
        lambda: store.album.create(store.album.load("main")),
        lambda: store.album.append("main", "main", [orphan], expected=None, model=None, system=None),
        lambda: store.keep_answer("abcd", raw_of(exchange_of(1))),
        lambda: store.intents.declare(orphan, request_hash="h", key=None, conversation="main"),
        lambda: store.intents.settle(exchange_of(5).id),
        lambda: store.ledger.release("abcd", "not sent"),
    )
    for write in writes:
        with pytest.raises(StoreReadOnly, match="may be read but not written"):
            write()
    assert {path: path.stat().st_mtime_ns for path in everything_in(tmp_path)} == before


def test_an_answer_is_rebuilt_byte_for_byte(tmp_path: Path) -> None:
    """Also one that broke off, and one that is no JSON at all."""
    store = Store.open(tmp_path / "store")
    sha256, size = store.blobs.put(rb"AAAA\u003d")
    odd = Skeleton(b'{"data": "", \xff "data":""', ((10, StoredText(sha256, size, "text", sha256)),))
    store.keep_answer("abcd", RawAnswer(skeleton=odd, complete=False))
    store.keep_answer("abce", RawAnswer(skeleton=Skeleton(b"")))
    reopened = Store.open(tmp_path / "store")
    raw = reopened.answer("abcd")
    assert raw == RawAnswer(skeleton=odd, complete=False)
    assert raw is not None
    assert body_of(reopened, raw) == rb'{"data": "AAAA\u003d", ' + b'\xff "data":""'
    assert reopened.answer("abce") == RawAnswer(skeleton=Skeleton(b""))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"skeleton": "../../etc/passwd"}',
        '{"skeleton": 7}',
        '{"skeleton": "%s", "size": 3}',
        '{"skeleton": "%s", "holes": [[99, "%s", 1, "text", null]]}',
        '{"skeleton": "%s", "holes": [[1, "%s", 1, "text", null], [0, "%s", 1, "text", null]]}',
        '{"skeleton": "%s", "holes": [[true, "%s", 1, "text", null]]}',
        '{"skeleton": "%s", "holes": [[0, "..", 1, "text", null]]}',
        '{"skeleton": "%s", "holes": [0]}',
        '{"skeleton": "%s", "holes": {}}',
    ],
)
def test_a_damaged_answer_is_named(text: str, tmp_path: Path) -> None:
    """Whatever stands in the file, the error says which file it is."""
    store = Store.open(tmp_path)
    store.keep_answer("abcd", raw_of(exchange_of(1)))
    sha256, _ = store.blobs.put(b"{}")
    (tmp_path / "answers" / "abcd.json").write_text(text.replace("%s", sha256))
    with pytest.raises(StoreError, match=r"answers/abcd\.json` is damaged"):
        store.answer("abcd")


@pytest.mark.parametrize("name", ["", "../x", "ABCD", "abc", "a" * 65, "abcd\n", "ab/cd", "abcd.json", "con", "é" * 8])
def test_only_exchange_ids_reach_a_path(name: str, tmp_path: Path) -> None:
    """Anything but lower-case hexadecimal digits is refused before a file is touched."""
    store = Store.open(tmp_path / "store")
    exchange = replace(exchange_of(1), id=name)
    uses: tuple[Callable[[], object], ...] = (
        lambda: store.answer(name),
        lambda: store.keep_answer(name, raw_of(exchange)),
        lambda: store.album.record(exchange),
        lambda: store.intents.declare(exchange, request_hash="", key=None, conversation=""),
        lambda: store.intents.settle(name),
    )
    for use in uses:
        with pytest.raises(StoreError, match="is not the id of an exchange"):
            use()
    assert not list(tmp_path.rglob("*.json"))


def test_opening_is_cheap() -> None:
    """The room imports nothing heavy, and neither ssl, httpx, PIL, asyncio nor IPython."""
    program = "import sys, nbgemini.store.store; print(*sys.modules)"
    names = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"ssl", "httpx", "PIL", "asyncio", "IPython", "ipywidgets", "socket", "subprocess", "tempfile", "datetime"}
    assert heavy & set(names) == set()
