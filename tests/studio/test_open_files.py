"""Files that someone has open on Windows: a paid answer is kept, and what users save waits for the scanner."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import pytest

from nbgemini.core.picture import SUFFIXES
from nbgemini.errors import OptionError, StoreReadOnly
from nbgemini.net.inprocess import InProcess
from nbgemini.store.disk import PatientDisk
from nbgemini.store.spare import Spare
from nbgemini.store.store import Store
from nbgemini.studio.pictures.new_files import check_new, write_new, write_with_folder
from nbgemini.studio.pictures.saving import check_target, save_original
from nbgemini.studio.studio import Studio
from tests.store.disks import WindowsDisk
from tests.studio.server import Answer, Server, answer, jpeg, picture


def patient(windows: WindowsDisk) -> PatientDisk:
    """Waits without sleeping."""
    return PatientDisk(windows, sleep=lambda seconds: None)


def studio_on(windows: WindowsDisk, server: Server, home: Path) -> Studio:
    """A studio whose store, but not whose spare place, is on a disk of Windows."""

    def opened(folder: Path) -> Store:
        return Store.open(folder, disk=patient(windows), spare=Spare(str(folder), parent=str(home / "spare")))

    (home / "spare").mkdir(exist_ok=True)
    traits = {"base_url": "https://gateway.example"}
    return Studio(traits=lambda: traits, home=home, transport=InProcess(server.handle), open_store=opened)


def test_a_paid_answer_is_shown_and_waits_while_everything_is_held(tmp_path: Path) -> None:
    """From the moment it comes nothing can be moved: it is shown, waits in the spare place, and comes home later."""
    windows = WindowsDisk()

    def held() -> Answer:
        windows.glances = -1
        return answer(picture("navy"))

    server = Server(answer(picture("teal")), held, answer(picture("olive")))
    studio = studio_on(windows, server, tmp_path)
    studio.imagine("a fox")
    shown = studio.imagine("at night")
    assert shown.bytes == jpeg("navy")
    assert any(line.startswith("move") for line in windows.refused)
    assert any((tmp_path / "spare").glob("*/*"))
    notices = " ".join(shown.notices)
    assert "another program has it open" in notices
    assert "read-only" not in notices
    assert "may not be" not in notices
    windows.glances = 0
    studio.imagine("in snow")
    assert not studio.store.owed
    stored = studio_on(WindowsDisk(), server, tmp_path).store
    turns = stored.album.load("main").exchanges
    assert [stored.blobs.home(one.picture.sha256).read_bytes() for one in turns if one.picture] == [
        jpeg(colour) for colour in ("teal", "navy", "olive")
    ]
    assert not any(path.is_file() for path in (tmp_path / "spare").rglob("*"))


def test_what_is_held_before_the_request_is_refused_unsent(tmp_path: Path) -> None:
    """In use, with nothing sent, and never as read-only."""
    windows = WindowsDisk()
    studio = studio_on(windows, server := Server(answer(picture("teal")), answer(picture("navy"))), tmp_path)
    studio.imagine("a fox")
    windows.glances = -1
    with pytest.raises(Exception, match="another program has it open") as caught:
        studio.imagine("at night")
    assert not isinstance(caught.value, StoreReadOnly)
    assert getattr(caught.value, "charged", "") == "nothing sent"
    assert len(server.requests) == 1


def pour(file: BinaryIO) -> None:
    file.write(b"zip")


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("glances", [1, 6])
def test_what_users_write_waits_for_a_scanner(glances: int, links: bool, tmp_path: Path) -> None:
    """A saved picture, a file, a file with its folder: whole, under their names, and nothing beside them."""
    disk = patient(WindowsDisk(glances, links=links))
    (tmp_path / "out").mkdir()
    out = tmp_path / "out"
    target = check_target(str(out / "cat.jpg"))
    assert save_original(jpeg("teal"), "image/jpeg", target, stem="x", disk=disk) == (out / "cat.jpg", "")
    assert save_original(jpeg("navy"), "image/jpeg", target, stem="x", disk=disk)[0].name == "cat-2.jpg"
    assert write_new(out / "a.zip", pour, disk=disk)
    assert write_with_folder(out / "b.md", b"text", out / "b_files", {"1.png": [b"one", b"two"]}, disk=disk)
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*")) == sorted(
        ["a.zip", "b.md", "b_files", str(Path("b_files", "1.png")), "cat-2.jpg", "cat.jpg"]
    )
    assert (out / "cat.jpg").read_bytes() == jpeg("teal")
    assert (out / "b_files" / "1.png").read_bytes() == b"onetwo"


def test_what_cannot_get_its_name_leaves_no_empty_file(tmp_path: Path) -> None:
    """A scanner that stays: said in words, and the name is free again."""
    windows = WindowsDisk(links=False)
    target = check_target(str(tmp_path / "cat.jpg"))
    windows.glances = -1
    with pytest.raises(OptionError, match="another program has it open") as caught:
        save_original(jpeg("teal"), "image/jpeg", target, stem="x", disk=patient(windows))
    assert caught.value.charged == "yes"
    with pytest.raises(OptionError, match="another program has it open"):
        write_new(tmp_path / "a.zip", pour, disk=patient(windows))
    assert not (tmp_path / "cat.jpg").exists()
    assert not (tmp_path / "a.zip").exists()


DEVICES = ["CON", "nul", "com1", "Lpt9.old", "aux ", "com¹", "conout$"]
REFUSED = {
    **{f"a{letter}b": f"holds `\\{letter}`" for letter in "|?*\\"},
    **{f"a{letter}b": f"holds `{letter}`" for letter in ':<>"'},
    **dict.fromkeys(DEVICES, "is the name of a device on Windows"),
}


@pytest.mark.parametrize("stem", REFUSED)
def test_a_name_that_one_system_cannot_have_is_refused_on_all(
    stem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By save and by export, before anything is sent or written: a colon would hide the picture in a stream."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OptionError, match=REFUSED[stem]):
        check_target(f"{stem}.png")
    with pytest.raises(OptionError, match=REFUSED[stem]):
        check_new(f"{stem}.html", "%imagine export", [".html"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stem", ["con", "nul.x", "COM1", "console", "lpt0 .y"])
def test_a_conversation_called_like_a_device_gets_a_file(stem: str, tmp_path: Path) -> None:
    """Its name becomes that of a file in a folder."""
    target = check_target(str(tmp_path))
    for media_type in ("image/jpeg", "image/png"):
        path, _ = save_original(jpeg("teal"), media_type, target, stem=stem)
        assert path.suffix == SUFFIXES[media_type]
        assert path.name.partition(".")[0].strip().lower() not in {"con", "nul", "com1", "lpt0"}
        assert path.read_bytes() == jpeg("teal")
