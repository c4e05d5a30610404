"""Archives: whole conversations byte for byte, and hostile files that leave no trace."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.core.content import Turn, user_turn
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.picture import Picture
from nbgemini.core.skeleton import StoredText
from nbgemini.errors import ObjectMissing, StoreError
from nbgemini.store.archive import open_archive, write_archive
from nbgemini.store.store import Store
from tests.store.builders import exchange_of
from tests.support.pictures import make_picture
from tests.support.sampling import sampled

HASH = "f00d" * 16
SIGNATURE = b"c2lnbmVk" * 600


def turn_in(store: Store, number: int, parent: str | None, *, shown: Picture | None = None) -> Exchange:
    """A turn with a real picture and a long signature, its objects in the store."""
    data = make_picture("PNG", (40 + number, 30), seed=number)
    sha256, size = store.blobs.put(data)
    picture = Picture(sha256, size, "image/png", 40 + number, 30)
    signature, length = store.blobs.put(SIGNATURE + b"%d" % number)
    part = {
        "inlineData": {"mimeType": "image/png", "data": StoredText(sha256, size)},
        "thoughtSignature": StoredText(signature, length, "text"),
        "x-unknown": [1.5, None, {"é": "\ud800"}],
    }
    content = {"role": "model", "parts": [{"text": "hm", "thought": True}, part]}
    turn = Turn("model", content, {sha256: picture})
    made = exchange_of(number, parent=parent)
    user = user_turn(f"prompt {number}", (("cat", shown),) if shown else ())
    return replace(made, user=user, answer=replace(made.answer, turn=turn))


def conversation_in(store: Store) -> Conversation:
    """Turns 2 and 3 go on from turn 1; the head is 2; turn 3 was shown the picture of turn 1."""
    first = turn_in(store, 1, None)
    second = turn_in(store, 2, first.id)
    third = turn_in(store, 3, first.id, shown=first.picture)
    return Conversation(
        "main", exchanges=(first, second, third), head=second.id, model="gemini-3-pro-image", system="be brief"
    )


@pytest.fixture
def source(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "source")


@pytest.fixture
def target(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "target")


def archived(store: Store, conversation: Conversation) -> bytes:
    buffer = io.BytesIO()
    write_archive(buffer, conversation, store.blobs)
    return buffer.getvalue()


def loaded(path: Path, store: Store) -> str:
    with open_archive(path) as archive:
        return archive.load(store.blobs, store.album, store.sweeps, store.opinions, lambda conversation, exchange: HASH)


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")} if folder.exists() else set()


def test_round_trip(tmp_path: Path, source: Store, target: Store) -> None:
    """Every turn of every branch arrives equal, with its objects, its head, its model and its system instruction."""
    conversation = conversation_in(source)
    path = tmp_path / "main.nbgemini"
    path.write_bytes(archived(source, conversation))
    key = loaded(path, target)
    assert key == "main"
    assert target.album.load(key) == conversation
    for name in tree(source.folder / "objects"):
        if (source.folder / "objects" / name).is_file():
            assert (target.folder / "objects" / name).read_bytes() == (source.folder / "objects" / name).read_bytes()


def test_equal_conversations_give_equal_files(source: Store, tmp_path: Path) -> None:
    """No clock and no dice: saved twice, or saved again after a load, the bytes are the same."""
    conversation = conversation_in(source)
    first = archived(source, conversation)
    assert archived(source, conversation) == first
    (tmp_path / "a.zip").write_bytes(first)
    other = Store.open(tmp_path / "other")
    assert archived(other, other.album.load(loaded(tmp_path / "a.zip", other))) == first


def test_pictures_are_stored_as_they_are(source: Store) -> None:
    """Any zip program opens it; pictures are not packed again."""
    conversation = conversation_in(source)
    with zipfile.ZipFile(io.BytesIO(archived(source, conversation))) as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.testzip() is None
        assert {name.split("/")[0] for name in archive.namelist()} == {"manifest.json", "records", "objects"}


def test_loading_twice(tmp_path: Path, source: Store, target: Store) -> None:
    """The second time brings a new key, and neither an object nor a record more."""
    path = tmp_path / "main.zip"
    path.write_bytes(archived(source, conversation_in(source)))
    assert loaded(path, target) == "main"
    before = tree(target.folder / "objects") | tree(target.folder / "records")
    assert loaded(path, target) == "main.2"
    assert tree(target.folder / "objects") | tree(target.folder / "records") == before
    assert target.album.load("main.2").exchanges == target.album.load("main").exchanges
    assert target.album.orphans() == []


def test_an_id_that_is_taken(tmp_path: Path, source: Store, target: Store) -> None:
    """An exchange of the same id in the store stays as it is; the archive's gets another id, the same each time."""
    conversation = conversation_in(source)
    mine = replace(exchange_of(1), alt="mine")
    target.album.append("own", "own", [mine], expected=None, model=None, system=None)
    path = tmp_path / "main.zip"
    path.write_bytes(archived(source, conversation))
    first = target.album.load(loaded(path, target))
    assert target.album.load("own").exchanges == (mine,)
    assert first.exchanges[0].id != mine.id
    assert replace(first.exchanges[0], id=mine.id) == conversation.exchanges[0]
    assert [exchange.parent for exchange in first.exchanges] == [None, first.exchanges[0].id, first.exchanges[0].id]
    assert target.album.load(loaded(path, target)).exchanges == first.exchanges


def test_what_is_not_equal_to_itself(tmp_path: Path, source: Store, target: Store) -> None:
    """A NaN that a server sent, and an id that is taken: the same new id however often it is loaded."""
    first = turn_in(source, 1, None)
    assert first.turn is not None
    turn = replace(first.turn, content={**first.turn.content, "x-odd": float("nan")})
    first = replace(first, answer=replace(first.answer, turn=turn))
    conversation = Conversation("main", exchanges=(first,), head=first.id)
    target.album.append("own", "own", [exchange_of(1)], expected=None, model=None, system=None)
    path = tmp_path / "main.zip"
    path.write_bytes(archived(source, conversation))
    assert len({target.album.load(loaded(path, target)).head for _ in range(5)}) == 1


def test_a_failed_record_is_not_replaced(tmp_path: Path, source: Store, target: Store) -> None:
    """What failed here under that id stays on record."""
    failed = exchange_of(1, outcome="failed", answered=False)
    target.album.record(failed)
    path = tmp_path / "main.zip"
    path.write_bytes(archived(source, conversation_in(source)))
    assert len(target.album.load(loaded(path, target)).exchanges) == 3
    assert target.album.exchange(failed.id) == failed


def test_a_damaged_object_is_healed(tmp_path: Path, source: Store, target: Store) -> None:
    """An object of the right size and the wrong bytes gives way to the archive's."""
    conversation = conversation_in(source)
    path = tmp_path / "main.zip"
    path.write_bytes(archived(source, conversation))
    loaded(path, target)
    picture = conversation.exchanges[0].picture
    assert picture is not None
    lies = target.blobs.path(picture.sha256)
    lies.write_bytes(b"x" * picture.size)
    loaded(path, target)
    assert hashlib.sha256(lies.read_bytes()).hexdigest() == picture.sha256


def test_a_lost_picture_cannot_be_saved(source: Store) -> None:
    """It is named, before anything passes for an archive; so is one whose bytes are not its own any more."""
    conversation = conversation_in(source)
    picture = conversation.exchanges[1].picture
    assert picture is not None
    lies = source.blobs.path(picture.sha256)
    lies.write_bytes(b"x" * picture.size)
    with pytest.raises(ObjectMissing, match=picture.sha256[:12]):
        archived(source, conversation)
    with pytest.raises(ObjectMissing, match="is missing"):
        archived(source, conversation)


def test_packed_again_by_another_program(tmp_path: Path, source: Store, target: Store) -> None:
    """Unpacked and zipped anew, compressed and with entries for folders, it still loads."""
    path = tmp_path / "again.zip"
    with (
        zipfile.ZipFile(io.BytesIO(archived(source, conversation_in(source)))) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        new.mkdir("records")
        new.mkdir("objects")
        for info in reversed(old.infolist()):
            new.writestr(info.filename, old.read(info))
    assert loaded(path, target) == "main"


# -- hostile files -------------------------------------------------------------------------------------------------

Entries = dict[str, bytes]
Change = Callable[[Entries], None]


def repacked(data: bytes, change: Change) -> bytes:
    """The archive with its entries changed; the manifest's hashes of records are made to fit again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {info.filename: archive.read(info) for info in archive.infolist()}
    change(entries)
    return zipped(entries)


def zipped(entries: Entries, **how: Any) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **how) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=how.get("compression"))
    return buffer.getvalue().replace(b".json@", b".json\0")


def manifest(**fields: Any) -> Change:
    """Other fields in the manifest; an Ellipsis takes one away."""

    def change(entries: Entries) -> None:
        record = {**json.loads(entries["manifest.json"]), **fields}
        record = {name: value for name, value in record.items() if value is not ...}
        entries["manifest.json"] = json.dumps(record).encode()

    return change


def record(edit: Callable[[dict[str, Any]], Any], number: int = 1) -> Change:
    """A record changed, and the manifest with it."""

    def change(entries: Entries) -> None:
        name = f"{number:012x}"
        fields = json.loads(entries[f"records/{name}.json"])
        edit(fields)
        data = json.dumps(fields).encode()
        entries[f"records/{name}.json"] = data
        described = json.loads(entries["manifest.json"])
        for pair in described["turns"]:
            if pair[0] == name:
                pair[1] = hashlib.sha256(data).hexdigest()
        entries["manifest.json"] = json.dumps(described).encode()

    return change


def swapped_object(find: bytes, new: bytes) -> Change:
    """An object replaced by other bytes under their own, right hash, wherever it is named."""

    def change(entries: Entries) -> None:
        old = next(name for name, data in entries.items() if name.startswith("objects/") and find in data)
        sha256, size = hashlib.sha256(new).hexdigest(), len(entries[old])
        del entries[old]
        entries[f"objects/{sha256}"] = new
        before = old.removeprefix("objects/")
        described = json.loads(entries["manifest.json"])
        described["objects"] = {
            (sha256 if name == before else name): (len(new) if name == before else length)
            for name, length in described["objects"].items()
        }
        for pair in described["turns"]:
            path = f"records/{pair[0]}.json"
            text = entries[path].decode().replace(before, sha256)
            entries[path] = text.replace(f'"{sha256}",{size}', f'"{sha256}",{len(new)}').encode()
            pair[1] = hashlib.sha256(entries[path]).hexdigest()
        entries["manifest.json"] = json.dumps(described).encode()

    return change


def nest(fields: dict[str, Any]) -> None:
    deep: Any = []
    for _ in range(400):
        deep = [deep]
    fields["user"]["content"]["deep"] = deep


def added(name: str, data: bytes = b"x") -> Change:
    return lambda entries: entries.update({name: data})


def without(start: str) -> Change:
    def change(entries: Entries) -> None:
        del entries[next(name for name in entries if name.startswith(start))]

    return change


HOSTILE: dict[str, Change] = {
    "path up": added("../escaped"),
    "absolute path": added("/tmp/nbgemini-escaped"),
    "path inside": added("objects/../../escaped"),
    "windows path": added("..\\escaped"),
    "drive": added("C:/escaped"),
    "a stranger": added("run.py", b"import os"),
    "NUL in a name": added("manifest.json@.py"),
    "upper case": added("OBJECTS/" + "a" * 64),
    "an object more": added("objects/" + hashlib.sha256(b"x").hexdigest()),
    "a record more": added("records/abcdef.json", b"{}"),
    "no manifest": without("manifest"),
    "a record gone": without("records/"),
    "an object gone": without("objects/"),
    "manifest is no JSON": added("manifest.json", b"{"),
    "manifest is a list": added("manifest.json", b"[]"),
    "manifest is deep": added("manifest.json", b"[" * 100_000),
    "another format": manifest(format="zip"),
    "a newer version": manifest(version=3),
    "no version": manifest(version=...),
    "version of a wrong type": manifest(version="1"),
    "no turns": manifest(turns=[], objects={}),
    "turns of a wrong type": manifest(turns={"a": 1}),
    "a turn's id is a path": manifest(turns=[["../../x", "0" * 64]]),
    "name is empty": manifest(name=""),
    "name is a number": manifest(name=7),
    "name with a line break": manifest(name="a\nb"),
    "name is endless": manifest(name="a" * 101),
    "head of nowhere": manifest(head="abcdef"),
    "head is a path": manifest(head="../x"),
    "model is a path": manifest(model="../../x?key="),
    "system is a list": manifest(system=["x"]),
    "objects of a wrong type": manifest(objects=[1]),
    "object with a wrong size": lambda entries: manifest(
        objects={name: size + 1 for name, size in json.loads(entries["manifest.json"])["objects"].items()}
    )(entries),
    "record changed after the fact": lambda entries: entries.update(
        {"records/000000000001.json": entries["records/000000000001.json"].replace(b"prompt 1", b"prompt !")}
    ),
    "record is no JSON": lambda entries: entries.update({"records/000000000001.json": b"nul"}),
    "record of another id": record(lambda fields: fields.update(id="abcdef")),
    "parent is itself": record(lambda fields: fields.update(parent=fields["id"])),
    "parent comes later": record(lambda fields: fields.update(parent=f"{3:012x}")),
    "parent of nowhere": record(lambda fields: fields.update(parent="abcdef")),
    "an orphan": record(lambda fields: fields.update(outcome="orphan")),
    "no answer": record(lambda fields: fields["answer"].update(turn=None)),
    "an unknown backend": record(lambda fields: fields.update(backend="other")),
    "model of a turn is a path": record(lambda fields: fields.update(model="../../x")),
    "roles mixed up": record(lambda fields: fields["user"].update(role="model")),
    "role in the content": record(lambda fields: fields["answer"]["turn"]["content"].update(role="system")),
    "cost is negative": record(lambda fields: fields.update(cost=-1)),
    "cost is endless": record(lambda fields: fields.update(cost=10**400)),
    "seconds are infinite": record(lambda fields: fields.update(seconds=float("inf"))),
    "seconds are no number": record(lambda fields: fields.update(seconds=float("nan"))),
    "usage is endless": record(lambda fields: fields["answer"]["usage"].update(prompt=10**300)),
    "options are no JSON": record(lambda fields: fields["options"].update(temperature=float("nan"))),
    "content is deep": record(nest),
    "picture is a path": record(
        lambda fields: fields["user"].update(
            pictures={"../x": {"sha256": "../x", "size": 1, "media_type": "image/png"}}
        )
    ),
    "picture under a foreign name": record(
        lambda fields: fields["answer"]["turn"].update(
            pictures={"0" * 64: next(iter(fields["answer"]["turn"]["pictures"].values()))}
        )
    ),
    "picture of another type": record(
        lambda fields: next(iter(fields["answer"]["turn"]["pictures"].values())).update(media_type="image/svg+xml")
    ),
    "picture of another width": record(
        lambda fields: next(iter(fields["answer"]["turn"]["pictures"].values())).update(width=9)
    ),
    "picture of another size": record(
        lambda fields: next(iter(fields["answer"]["turn"]["pictures"].values())).update(size=9)
    ),
    "object under a wrong hash": lambda entries: entries.update(
        {next(name for name in entries if name.startswith("objects/")): b"other bytes"}
    ),
    "picture that is a script": swapped_object(b"\x89PNG", b"<script>alert(1)</script>"),
    "signature that leaves its quotes": swapped_object(SIGNATURE, SIGNATURE + b'"}]}],"tools":[{"x":"'),
    "signature with an open escape": swapped_object(SIGNATURE, SIGNATURE + b"\\"),
}


@pytest.mark.parametrize("case", sampled([*HOSTILE], 2))
def test_hostile_archives_leave_no_trace(case: str, tmp_path: Path, source: Store, target: Store) -> None:
    """Each is refused with a reason that names the file, before anything enters the store."""
    path = tmp_path / "hostile.zip"
    path.write_bytes(repacked(archived(source, conversation_in(source)), HOSTILE[case]))
    before = tree(tmp_path)
    with pytest.raises(StoreError) as caught:
        loaded(path, target)
    assert "hostile.zip" in str(caught.value)
    assert len(caught.value.lines()) <= 3
    assert tree(tmp_path) == before
    assert not target.folder.exists()


def test_a_newer_version_says_what_to_do(tmp_path: Path, source: Store, target: Store) -> None:
    """It is not damaged: nbgemini is old."""
    path = tmp_path / "new.zip"
    path.write_bytes(repacked(archived(source, conversation_in(source)), manifest(version=7)))
    with pytest.raises(StoreError, match="newer nbgemini") as caught:
        loaded(path, target)
    assert "Update nbgemini" in caught.value.hint


def test_names_that_stand_twice(tmp_path: Path, source: Store, target: Store) -> None:
    """Two entries of one name could be read differently by different programs."""
    data = archived(source, conversation_in(source))
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(path, "w") as new:
        for info in old.infolist():
            new.writestr(zipfile.ZipInfo(info.filename), old.read(info))
        with pytest.warns(UserWarning, match="Duplicate"):
            new.writestr("manifest.json", old.read("manifest.json"))
    with pytest.raises(StoreError, match="twice"):
        loaded(path, target)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFCHR, stat.S_IFIFO])
def test_entries_that_are_no_files(kind: int, tmp_path: Path, source: Store, target: Store) -> None:
    """Links, folders and devices are refused by what they say they are."""
    path = tmp_path / "link.zip"
    with (
        zipfile.ZipFile(io.BytesIO(archived(source, conversation_in(source)))) as old,
        zipfile.ZipFile(path, "w") as new,
    ):
        for info in old.infolist():
            copy = zipfile.ZipInfo(info.filename)
            copy.external_attr = ((kind if info.filename.startswith("objects") else stat.S_IFREG) | 0o777) << 16
            new.writestr(copy, old.read(info))
    with pytest.raises(StoreError, match="not a plain file"):
        loaded(path, target)
    assert not target.folder.exists()


@pytest.mark.deep
def test_a_bomb(tmp_path: Path, source: Store, target: Store) -> None:
    """A small file that unpacks to gigabytes is refused by what it says, and when it lies, by what comes out."""
    data = archived(source, conversation_in(source))
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        entries = {info.filename: old.read(info) for info in old.infolist()}
    entries["records/000000000001.json"] = b" " * 15_000_000
    entries |= {f"objects/{number:064x}": b"\0" * 60_000_000 for number in range(2)}
    path = tmp_path / "bomb.zip"
    path.write_bytes(zipped(entries, compression=zipfile.ZIP_DEFLATED))
    assert path.stat().st_size < 400_000
    with pytest.raises(StoreError, match="far more than it can hold"):
        loaded(path, target)
    entries = {"manifest.json": b'{"format": 1}' + b" " * 15_000_000}
    lie = bytearray(zipped(entries, compression=zipfile.ZIP_DEFLATED))
    for mark, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        at = lie.index(mark) + offset
        lie[at : at + 4] = struct.pack("<I", 100)
    path.write_bytes(lie)
    with pytest.raises(StoreError):
        loaded(path, target)
    assert not target.folder.exists()


def test_too_large_entries(tmp_path: Path, source: Store, target: Store) -> None:
    """No entry is read that is larger than any could be."""
    data = bytearray(archived(source, conversation_in(source)))
    at = data.rindex(b"PK\1\2") + 24
    data[at : at + 4] = struct.pack("<I", 2_000_000_000)
    path = tmp_path / "large.zip"
    path.write_bytes(data)
    with pytest.raises(StoreError, match="too large"):
        loaded(path, target)


def test_encrypted_entries(tmp_path: Path, source: Store, target: Store) -> None:
    """They are refused rather than asked a password for."""
    data = bytearray(archived(source, conversation_in(source)))
    at = data.index(b"PK\1\2") + 8
    data[at] |= 1
    path = tmp_path / "secret.zip"
    path.write_bytes(data)
    with pytest.raises(StoreError, match="encrypted"):
        loaded(path, target)


@pytest.mark.deep
@given(st.data())
def test_torn_and_flipped(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Cut at any byte, or with any byte changed, it loads unchanged or not at all."""
    folder = tmp_path_factory.mktemp("torn")
    source = Store.open(folder / "source")
    conversation = conversation_in(source)
    whole = archived(source, conversation)
    at = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytearray(whole)
    flipped[at] ^= data.draw(st.integers(1, 255))
    for broken in (whole[:at], bytes(flipped)):
        path = folder / "broken.zip"
        path.write_bytes(broken)
        target = Store.open(folder / "target")
        try:
            key = loaded(path, target)
        except StoreError:
            continue
        assert target.album.load(key).exchanges == conversation.exchanges


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip", b"\0" * 10_000, b"PK\5\6" + b"\0" * 18])
def test_other_files(content: bytes, tmp_path: Path, target: Store) -> None:
    """Whatever it is, it is an error of ours, and nothing comes into being."""
    path = tmp_path / "other.nbgemini"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"other\.nbgemini"):
        loaded(path, target)
    assert not target.folder.exists()


def test_what_is_no_file(tmp_path: Path, target: Store) -> None:
    """A missing file, a folder and a pipe are refused at once."""
    import os

    with pytest.raises(StoreError, match="no such file"):
        loaded(tmp_path / "nowhere.zip", target)
    with pytest.raises(StoreError):
        loaded(tmp_path, target)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.zip")
        with pytest.raises(StoreError, match="not a regular file"):
            loaded(tmp_path / "pipe.zip", target)
