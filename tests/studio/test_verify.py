"""`verify`: every kind of damage is found, named for what it means, and mended where something holds the bytes."""

from __future__ import annotations

import gc
import json
import os
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nbgemini.core.exchange import Exchange
from nbgemini.errors import ConversationError
from nbgemini.notebook.views.damage import verdict_view
from nbgemini.store.store import Store
from nbgemini.store.verify import verify
from nbgemini.studio.reports.verifying import Verdict, verify_and_restore
from nbgemini.studio.studio import Studio
from tests.store.builders import Commit, exchange_of, picture_bytes
from tests.studio.server import Server, answer, jpeg, picture, studio_on
from tests.support import figures

COLOURS = ("teal", "navy", "olive")


def large(colour: str) -> bytes:
    """A picture that is no part of its answer's text."""
    return jpeg(colour, (800, 600))


def drawn(colour: str) -> dict[str, Any]:
    return picture(colour, inlineData={"mimeType": "image/jpeg", "data": b64encode(large(colour)).decode()})


class Album:
    """A conversation of three turns, and what befalls its store."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.server = Server(*(answer(drawn(colour)) for colour in (*COLOURS, "pink")))
        self.studio = studio_on(self.server, home)
        self.turns: list[Exchange] = [self.studio.imagine(text).exchange for text in ("a fox", "at night", "in snow")]

    @property
    def root(self) -> Path:
        return self.studio.store.folder

    def object(self, turn: int) -> Path:
        found = self.turns[turn - 1].picture
        assert found is not None
        return self.studio.store.blobs.home(found.sha256)

    def record(self, turn: int) -> Path:
        return self.root / "records" / f"{self.turns[turn - 1].id}.json"

    def verify(self) -> Verdict:
        return verify_and_restore(self.studio)

    def again(self) -> Studio:
        """The next kernel, gone on with the conversation."""
        heir = studio_on(self.server, self.home)
        heir.history.use("main")
        return heir


@pytest.fixture
def album(tmp_path: Path) -> Album:
    return Album(tmp_path)


def spoil(path: Path) -> None:
    """The same size, other bytes."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x55
    path.write_bytes(bytes(data))


def put(make: Callable[[Path], None], path: Path) -> None:
    """Something else in the place of a file."""
    path.unlink()
    make(path)


def text_of(verdict: Verdict) -> str:
    return "\n".join(bundle.data["text/plain"] for bundle in verdict_view(verdict))


def means(verdict: Verdict) -> str:
    return " ".join(f"{one.where}: {one.what}: {one.means}" for one in verdict.troubles)


def listing(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_whole_store_is_whole(album: Album) -> None:
    """It says how much was looked at, and changes nothing."""
    before = listing(album.root)
    verdict = album.verify()
    assert verdict.troubles == ()
    assert text_of(verdict).startswith("No damage found: 6 objects (")
    assert "3 records, 3 answers, 1 conversation, 1 cost file" in text_of(verdict)
    assert listing(album.root) == before


def test_a_folder_that_is_not_there_is_whole(tmp_path: Path) -> None:
    """Looking makes nothing."""
    studio = studio_on(Server(answer(picture())), tmp_path)
    assert "No damage found: 0 objects" in text_of(verify_and_restore(studio))
    assert list(tmp_path.iterdir()) == []


DAMAGE: dict[str, tuple[Callable[[Album], object], str]] = {
    "flipped bit": (lambda album: spoil(album.object(2)), "picture of turn 2 of `main`"),
    "cut short": (lambda album: os.truncate(album.object(2), 9), "picture of turn 2 of `main`"),
    "emptied": (lambda album: os.truncate(album.object(2), 0), "picture of turn 2 of `main`"),
    "gone": (lambda album: album.object(2).unlink(), "picture of turn 2 of `main`"),
    "a folder in its place": (lambda album: put(os.mkdir, album.object(2)), "turn 2 of `main`"),
    "a pipe in its place": (lambda album: put(os.mkfifo, album.object(2)), "turn 2 of `main`"),
    "a record that is no JSON": (lambda album: album.record(3).write_bytes(b"{"), "What it contained is there"),
    "a record that is a pipe": (lambda album: put(os.mkfifo, album.record(3)), "is damaged"),
    "a record that is gone": (lambda album: album.record(3).unlink(), "is missing"),
    "a ref that is no JSON": (lambda album: (album.root / "refs/main.json").write_bytes(b"\0"), "%imagine recover"),
    "an answer that is no JSON": (
        lambda album: next((album.root / "answers").iterdir()).write_bytes(b"[]"),
        "the turn made from it is undamaged",
    ),
    "a file of someone else": (lambda album: (album.root / "notes.txt").write_text("x"), "not one of nbgemini's files"),
    "a half-written file": (lambda album: (album.root / "tmp" / "0123456789ab.4").write_bytes(b"x"), "half written"),
    "open to others": (lambda album: os.chmod(album.object(1), 0o644), "Other users of this machine"),
    "no version": (lambda album: (album.root / "VERSION").unlink(), "is missing; the next turn writes it"),
}


@pytest.mark.skipif(os.name != "posix", reason="pipes and modes are POSIX")
@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found_and_explained(album: Album, damage: str) -> None:
    """Which turn of which conversation, and what can still be done; nothing that was whole is touched."""
    befall, says = DAMAGE[damage]
    befall(album)
    verdict = album.verify()
    figures.add("kinds of damage that verify was shown", 1, missed=int(says not in means(verdict)))
    assert says in means(verdict), means(verdict)
    assert "No other damage found" in text_of(verdict)
    heir = album.again() if "ref" not in damage else studio_on(album.server, album.home)
    assert heir.imagine("one more", new=True).bytes == large("pink")


def test_a_damaged_picture_is_quarantined_and_gone_on_around(album: Album) -> None:
    """Its turn is refused before anything is sent, later turns go on with their own picture, and that is said."""
    spoil(album.object(2))
    verdict = album.verify()
    assert "Google keeps no copy" in means(verdict)
    assert "`--from @1` goes on before it" in means(verdict)
    assert not album.object(2).exists()
    assert (album.root / "objects" / "quarantine" / album.object(2).name).exists()
    heir = album.again()
    with pytest.raises(ConversationError, match="The picture of turn 2 of `main` is gone") as caught:
        heir.imagine("a bird", from_=2)
    assert "--from @1" in caught.value.hint
    assert len(album.server.requests) == 3
    result = heir.imagine("a bird")
    assert "is gone from the store: " in " ".join(result.notices)
    assert len(album.server.requests[-1]["contents"]) == 1
    assert "is missing" in means(album.verify())
    heir.store.blobs.put(large("navy"))
    assert album.verify().troubles == ()


def test_a_picture_that_was_cut_short_is_not_sent(album: Album) -> None:
    """Also before anyone has verified: its size tells."""
    os.truncate(album.object(3), 100)
    with pytest.raises(ConversationError, match="turn 3"):
        album.again().imagine("a bird")
    assert len(album.server.requests) == 3


@pytest.mark.parametrize("place", ["saved", "notebook", "quarantine"])
def test_lost_pictures_are_found_again(album: Album, place: str) -> None:
    """In a file that was saved beside the store, in a notebook's output, or where it was put by mistake."""
    if place == "saved":
        (album.home / "night.jpg").write_bytes(large("navy"))
        (album.home / "other.jpg").write_bytes(b"x" * len(large("navy")))
    elif place == "notebook":
        output = {"output_type": "display_data", "data": {"image/jpeg": b64encode(large("navy")).decode() + "\n"}}
        (album.home / "broken.ipynb").write_text('{"cells": 3}')
        (album.home / "main.ipynb").write_text(json.dumps({"cells": [{"outputs": [output]}, {"source": ""}]}))
    else:
        quarantine = album.root / "objects" / "quarantine"
        quarantine.mkdir(mode=0o700)
        (quarantine / album.object(2).name).write_bytes(large("navy"))
        os.chmod(quarantine / album.object(2).name, 0o600)
    album.object(2).unlink()
    verdict = album.verify()
    assert "The picture of turn 2 of `main` was restored from" in text_of(verdict)
    assert verdict.troubles == ()
    assert album.object(2).read_bytes() == large("navy")
    assert len(album.again().imagine("a bird").notices) == 0


def test_a_damaged_record_is_named_by_its_turn(album: Album) -> None:
    """By the place that the conversation gives it, although the turn itself cannot be read."""
    album.record(3).write_bytes(b"{")
    (trouble,) = verify_and_restore(album.studio).troubles
    assert trouble.where == "turn 3 of `main`"


def test_a_small_picture_is_read_again_from_its_answer(tmp_path: Path) -> None:
    """What stands in the text of the answer needs no other copy."""
    studio = studio_on(Server(answer(picture("teal"))), tmp_path)
    result = studio.imagine("a fox")
    assert result.path is not None
    spoil(result.path)
    verdict = verify_and_restore(studio)
    assert "The picture of turn 1 of `main` was restored from the answer as it came." in text_of(verdict)
    assert verdict.troubles == ()
    assert result.bytes == jpeg("teal")


@pytest.mark.parametrize("newer", [False, True])
def test_a_store_that_may_not_be_written_is_only_looked_at(album: Album, newer: bool) -> None:
    """What a newer version wrote, and what is read-only: named, and nothing moved."""
    spoil(album.object(2))
    if newer:
        (album.root / "VERSION").write_text("99")
    studio = album.again()
    before = listing(album.root)
    studio.store.files.read_only = True
    verdict = verify_and_restore(studio)
    assert "picture of turn 2 of `main`" in means(verdict)
    assert "nothing was moved" in text_of(verdict)
    assert ("says 99" in means(verdict)) == newer
    assert listing(album.root) == before


@pytest.mark.parametrize("rounds", [3, pytest.param(15, marks=pytest.mark.deep)])
def test_no_alarm_while_others_write(rounds: int, tmp_path: Path) -> None:
    """Temp files, intents and half a ledger line of living kernels are no faults."""
    store, stop = Store.open(tmp_path / "store"), threading.Event()
    half = store.blobs.writer()
    half.write(b"half")
    store.intents.declare(exchange_of(999, answered=False), request_hash="h", key=None, conversation="main")

    def write() -> None:
        other, parent = Store.open(tmp_path / "store"), None
        for number in range(1, 999):
            if stop.is_set():
                break
            parent = Commit(other, exchange_of(number, parent=parent)).run().exchange.id

    thread = threading.Thread(target=write)
    thread.start()
    try:
        studio = studio_on(Server(answer(picture())), tmp_path, store=str(tmp_path / "store"))
        for _ in range(rounds):
            assert means(verify_and_restore(studio)) == ""
    finally:
        stop.set()
        thread.join()
    assert studio.store.intents.pending() == {exchange_of(999).id}


def test_a_torn_ledger_of_a_dead_kernel_is_told(album: Album) -> None:
    """Sums may be too low; the ledger of a kernel that lives may have a line in the making."""
    (path,) = (album.root / "ledgers").iterdir()
    path.write_bytes(path.read_bytes() + b'{"id":"aa')
    assert album.verify().troubles == ()
    album.studio.store.close()
    assert "1 of 7 lines cannot be read" in means(album.verify())


def test_what_a_file_holds_is_shown_as_text(album: Album) -> None:
    """A name with markup is no markup."""
    (album.root / "<img src=x onerror=alert(1)>").write_text("x")
    pages = [bundle.data.get("text/html", "") for bundle in verdict_view(album.verify())]
    assert any("&lt;img" in page for page in pages)
    assert not any("<img" in page for page in pages)


@pytest.mark.deep
def test_verify_takes_seconds(tmp_path: Path) -> None:
    """Ten pictures of 24 MB, with progress."""
    said: list[tuple[int, int]] = []
    store = Store.open(tmp_path / "store")
    for number in range(10):
        store.blobs.put(os.urandom(24_000_000))
        Commit(store, exchange_of(number + 1)).run()
    studio = studio_on(Server(answer(picture())), tmp_path, store=str(tmp_path / "store"))
    began = time.process_time()
    verdict = verify_and_restore(studio, lambda done, whole: said.append((done, whole)))
    spent = time.process_time() - began
    figures.add("verify 240 MB", 1, most={"s of CPU": spent})
    assert verdict.troubles == ()
    assert said[-1][0] == said[-1][1] >= 240_000_000
    assert spent < 5


def test_large_objects_are_hashed_beside_the_small_ones(tmp_path: Path) -> None:
    """Each is counted once, the damaged ones of both kinds are named, and the collector is on again."""
    store = Store.open(tmp_path)
    sizes = [1000, 700_000, 300_000, 2000]
    objects = [store.blobs.put(picture_bytes(number, size))[0] for number, size in enumerate(sizes)]
    for sha256 in objects[1::2]:
        spoil(store.blobs.home(sha256))
    heard: list[tuple[int, int]] = []
    findings = verify(store, lambda done, whole: heard.append((done, whole)))
    assert (findings.objects, set(findings.broken)) == (2, set(objects[1::2]))
    assert len(heard) == len(objects)
    assert heard[-1] == (heard[-1][1],) * 2
    assert gc.isenabled()
    assert not [one for one in threading.enumerate() if one.name.startswith("nbgemini-verify")]


def test_a_verify_that_is_stopped_leaves_no_thread_behind(tmp_path: Path) -> None:
    """What nobody waits for is not hashed."""
    store = Store.open(tmp_path)
    for number in range(40):
        store.blobs.put(picture_bytes(number, 400_000))

    def stop(done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify(store, stop)
    assert gc.isenabled()
    assert not [one for one in threading.enumerate() if one.name.startswith("nbgemini-verify")]
