"""`save`, `load` and `pick` through a studio: what is sent afterwards is what would have been sent before."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from nbgemini.core.exchange import Exchange
from nbgemini.errors import ConversationError, OptionError, StoreError
from nbgemini.store.archive import write_archive
from nbgemini.store.store import Store
from nbgemini.studio.studio import Studio
from tests.studio.server import Server, answer, jpeg, picture, studio_on


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Path, Path]:
    """Two machines."""
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    return tmp_path / "here", tmp_path / "there"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_key_that_a_model_repeated_is_said(homes: tuple[Path, Path]) -> None:
    """A turn is kept as it came, so an archive of it is for this user alone; others are as their folder is."""
    here, _ = homes
    key = "AIza" + "S" * 35
    studio = studio_on(Server(answer({"text": f"Your key is {key}."}, picture("red")), answer(picture())), here)
    studio.imagine("a cat")
    saved = studio.archives.save(str(here / "told.zip"))
    assert "in turn 1" in saved.notice
    assert saved.path.stat().st_mode & 0o077 == 0
    studio.imagine("a dog", conversation="other")
    plain = studio.archives.save(str(here / "plain.zip"), "other")
    assert (plain.notice, plain.path.stat().st_mode & 0o044) == ("", 0o044)


def odd_server() -> Server:
    """Answers with signatures of several kinds, long ones too, and unknown fields."""
    long = "c2lnbmF0dXJl" * 20_000
    return Server(
        answer({"text": "Here.", "thoughtSignature": "dA=="}, picture("red", partMetadata={"x": [1.5, None, "é"]})),
        answer(picture("blue", thoughtSignature=long + "!"), {"text": "", "thoughtSignature": "ZW1wdHk="}),
        answer(picture("green", thoughtSignature=long)),
    )


def test_another_machine_goes_on(homes: tuple[Path, Path]) -> None:
    """The next request there is byte for byte the one that this machine would have sent."""
    here, there = homes
    server = odd_server()
    conversation = studio_on(server, here).conversation("hero")
    first = conversation.imagine("a cat", ref=[jpeg("teal")], system="Paint in oil.")
    conversation.imagine("make it blue")
    first.edit("a branch")
    path = conversation.save(here / "hero.nbgemini")
    conversation.imagine("add snow")

    other = Server(answer(picture("white")))
    studio = studio_on(other, there)
    assert studio.archives.load(str(path)).name == "hero"
    studio.conversation().imagine("add snow")
    assert other.requests[-1] == server.requests[-1]
    assert studio.conversation().exchanges[1].bytes == jpeg("blue")
    loaded, kept = studio.value().exchanges[:3], conversation.value.exchanges[:3]
    assert loaded == kept
    assert all(exchange.request_hash for exchange in loaded)


def test_loaded_conversations_outlive_the_kernel(homes: tuple[Path, Path]) -> None:
    """They are stored as any other: a later kernel lists them and goes on, and the old head is theirs."""
    here, there = homes
    conversation = studio_on(Server(answer(picture())), here).conversation()
    conversation.imagine("one")
    conversation.imagine("two")
    conversation.undo()
    path = conversation.save(here / "main.zip")
    studio_on(Server(answer(picture())), there).archives.load(str(path))
    server = Server(answer(picture()))
    later = studio_on(server, there)
    later.history.use("main")
    later.conversation().imagine("three")
    assert server.texts() == ["one", "three"]


def test_loading_beside_a_conversation_of_that_name(homes: tuple[Path, Path]) -> None:
    """It gets a key of its own, becomes current, and nothing of the kernel's own changes."""
    here, there = homes
    source = studio_on(Server(answer(picture())), here).conversation()
    source.imagine("theirs")
    path = source.save(here / "main.nbgemini")
    studio = studio_on(Server(answer(picture())), there)
    studio.conversation().imagine("mine")
    assert studio.archives.load(str(path)).name == "main.2"
    assert studio.archives.load(str(path)).name == "main.3"
    assert studio.session.current == "main.3"
    assert [result.exchange.prompt for result in studio.conversation("main").exchanges] == ["mine"]
    assert len(list((there / ".nbgemini" / "records").iterdir())) == 2


def test_a_hash_that_is_not_the_requests_is_dropped(homes: tuple[Path, Path]) -> None:
    """An archive must not answer for requests that it does not hold."""
    here, there = homes
    studio = studio_on(Server(answer(picture())), here)
    studio.conversation().imagine("a cat")

    def poisoned(exchange: Exchange) -> Exchange:
        return replace(exchange, request_hash="f00d" * 16)

    value = studio.value()
    with (here / "bad.zip").open("wb") as file:
        write_archive(file, replace(value, exchanges=tuple(map(poisoned, value.exchanges))), studio.store.blobs)
    loaded = studio_on(Server(answer(picture())), there).archives.load(str(here / "bad.zip"))
    assert [exchange.request_hash for exchange in loaded.exchanges] == [""]


def test_where_an_archive_may_go(homes: tuple[Path, Path]) -> None:
    """Checked like every other file of the user's: suffix, folder, nothing overwritten, no link followed."""
    here, _ = homes
    conversation = studio_on(Server(answer(picture())), here).conversation()
    with pytest.raises(ConversationError, match="nothing to save"):
        conversation.save(here / "empty.zip")
    conversation.imagine("a cat")
    (here / "taken.zip").write_bytes(b"mine")
    (here / "link.zip").symlink_to(here / "nowhere")
    for name, why in (
        ("taken.zip", "exists already"),
        ("link.zip", "exists already"),
        ("main.png", "ends? in"),
        ("main", "ends? in"),
        ("no/main.zip", "no folder"),
        ("a" * 250 + ".zip", "longer than"),
        ("a\nb.zip", "needs a file name"),
        ("", "needs a file name|ends? in"),
    ):
        with pytest.raises(OptionError, match=why):
            conversation.save(f"{here}/{name}" if name else "")
    assert (here / "taken.zip").read_bytes() == b"mine"
    assert not (here / "nowhere").exists()
    assert sorted(path.name for path in here.iterdir()) == [".nbgemini", "link.zip", "taken.zip"]


def test_saving_the_same_again_is_saved_already(homes: tuple[Path, Path]) -> None:
    """In a fresh kernel too, and where the archive has turns of an earlier run beside these; never with other words."""
    here, _ = homes

    def asked(*prompts: str) -> Studio:
        studio = studio_on(Server(answer(picture())), here)
        for prompt in prompts:
            studio.imagine(prompt, new=prompt == "a bay")
        return studio

    first = asked("a bay", "by day", "a bay", "at night")
    first_time = first.archives.save(str(here / "trip.zip"))
    assert first_time.fresh
    path, again = first_time.path, replace(first_time, fresh=False)
    data = path.read_bytes()
    assert first.archives.save(str(path)) == again
    shorter = asked("a bay", "by day")
    with pytest.raises(OptionError, match="exists already"):  # it would go on from another turn
        shorter.archives.save(str(path))
    shorter.imagine("a bay", new=True)
    shorter.imagine("at night")
    assert shorter.archives.save(str(path)) == again
    shorter.imagine("in fog")
    with pytest.raises(OptionError, match="exists already"):
        shorter.archives.save(str(path))
    assert path.read_bytes() == data


def test_a_lost_picture_leaves_no_file(homes: tuple[Path, Path]) -> None:
    """Half an archive never gets the name of one."""
    here, _ = homes
    conversation = studio_on(Server(answer(picture())), here).conversation()
    result = conversation.imagine("a cat")
    assert result.path is not None
    result.path.unlink()
    with pytest.raises(StoreError, match="is missing"):
        conversation.save(here / "main.zip")
    assert [path.name for path in here.iterdir()] == [".nbgemini"]


def test_a_file_system_without_links(homes: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory cards know no hard links: the name is claimed first, and still nothing is overwritten."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    here, _ = homes
    monkeypatch.setattr(os, "link", refuse)
    conversation = studio_on(Server(answer(picture())), here).conversation()
    conversation.imagine("a cat")
    path = conversation.save(here / "main.zip")
    assert zipfile.is_zipfile(path)
    conversation.imagine("a dog")
    with pytest.raises(OptionError, match="exists already"):
        conversation.save(here / "main.zip")


def test_a_folder_is_no_archive(homes: tuple[Path, Path]) -> None:
    """Nor is what is not there."""
    here, there = homes
    studio = studio_on(Server(answer(picture())), there)
    with pytest.raises(OptionError, match="is a folder"):
        studio.archives.load(str(here))
    with pytest.raises(StoreError, match="no such file"):
        studio.archives.load(str(here / "x.zip"))
    assert list(there.iterdir()) == []


# -- pick ----------------------------------------------------------------------------------------------------------


def three(home: Path) -> tuple[Server, Studio]:
    """A conversation whose second ask brought turns 2 to 4."""
    server = Server(
        answer(picture("red")), *(answer(picture(colour)) for colour in ("blue", "green", "white", "black"))
    )
    studio = studio_on(server, home)
    studio.conversation().imagine("one")
    studio.conversation().imagine("three at once", count=3)
    return server, studio


def signed(server: Server) -> list[str]:
    """The signatures of the last request, oldest first."""
    contents = server.requests[-1]["contents"]
    return [part["thoughtSignature"] for turn in contents for part in turn["parts"] if "thoughtSignature" in part]


def test_pick_chooses_what_the_next_cell_goes_on_from(tmp_path: Path) -> None:
    """By its number, by its turn, again and again; the others stay."""
    server, studio = three(tmp_path)
    turns = studio.value().exchanges
    assert studio.history.pick(3).head == turns[3].id
    assert studio.history.pick(1).head == turns[1].id
    assert studio.history.pick_turn(3).head == turns[2].id
    studio.conversation().imagine("go on")
    final = turns[2].turn
    assert final is not None
    assert signed(server)[-1:] == list(final.signatures)
    assert len(studio.value().exchanges) == 5


def test_pick_after_a_restart(tmp_path: Path) -> None:
    """What belongs together is stored with the turns."""
    three(tmp_path)
    later = studio_on(Server(answer(picture())), tmp_path)
    later.history.use("main")
    after = later.conversation().pick(2).value
    assert after.number(str(after.head)) == 3
    again = studio_on(Server(answer(picture())), tmp_path)
    assert again.history.use("main").head == after.head


def test_pick_after_an_undo(tmp_path: Path) -> None:
    """What was just taken back can still be chosen from."""
    _, studio = three(tmp_path)
    studio.history.undo()
    assert studio.history.pick(2).head == studio.value().exchanges[2].id


@pytest.mark.parametrize(
    ("number", "why"), [(0, "no number 0"), (4, "3 pictures to pick from .turns 2 to 4"), (99, "99")]
)
def test_pick_out_of_range(number: int, why: str, tmp_path: Path) -> None:
    """The error says how many there are, and which turns they are."""
    _, studio = three(tmp_path)
    before = studio.value()
    with pytest.raises(ConversationError, match=why):
        studio.history.pick(number)
    assert studio.value() == before


def test_nothing_to_pick(tmp_path: Path) -> None:
    """A single picture, another turn, an empty conversation: each says what to do instead."""
    _, studio = three(tmp_path)
    with pytest.raises(ConversationError, match="not one of several") as caught:
        studio.history.pick_turn(1)
    assert "--from @1" in caught.value.hint
    studio.conversation().imagine("single")
    with pytest.raises(ConversationError, match="Turn 5 of `main` is not one of several"):
        studio.history.pick(1)
    with pytest.raises(ConversationError, match="no turn 9"):
        studio.history.pick_turn(9)
    with pytest.raises(ConversationError, match="is not one of several"):
        studio.conversation("empty").pick(1)


def test_records_of_before_groups(tmp_path: Path) -> None:
    """A record without the field is a turn that stands alone."""
    three(tmp_path)
    for path in (tmp_path / ".nbgemini" / "records").iterdir():
        fields = json.loads(path.read_text())
        del fields["group"]
        path.write_text(json.dumps(fields))
    loaded = Store.open(tmp_path / ".nbgemini").album.load("main")
    assert [len(loaded.siblings(exchange.id)) for exchange in loaded.exchanges] == [1, 1, 1, 1]
