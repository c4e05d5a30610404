"""A disk that fails under a cell: before the request nothing is sent, after it the paid picture is there."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from nbgemini.errors import ConversationError, NbgeminiError, StoreError
from nbgemini.net.inprocess import InProcess
from nbgemini.store.spare import Spare
from nbgemini.store.store import Store
from nbgemini.studio.handles import Result
from nbgemini.studio.studio import Studio
from tests.store.builders import exchange_of
from tests.store.disks import FaultyDisk
from tests.studio.server import Server, answer, jpeg, picture
from tests.support import figures

CODES = [
    errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.EDQUOT, errno.EMFILE, errno.ESTALE, errno.ENOLCK,
    errno.ENOTDIR, errno.ENAMETOOLONG,
]  # fmt: skip


class Desk:
    """A studio on a disk that fails on demand, with a spare place of its own; one turn is there already."""

    def __init__(self, home: Path, *, spare: bool = True, reading: bool = False) -> None:
        home.mkdir()
        self.home = home
        self.disk = FaultyDisk(reading=reading)
        self.server = Server(*(answer(picture(colour)) for colour in ("teal", "navy", "olive")))
        self.refuge = home / "spare"
        if spare:
            self.refuge.mkdir()
        self.studio = self.kernel(self.disk)
        self.first = self.studio.imagine("a fox")

    def kernel(self, disk: FaultyDisk) -> Studio:
        def opened(folder: Path) -> Store:
            return Store.open(folder, disk=disk, spare=Spare(str(folder), parent=str(self.refuge)))

        traits = {"base_url": "https://gateway.example"}
        return Studio(traits=lambda: traits, home=self.home, transport=InProcess(self.server.handle), open_store=opened)

    def begin_to_fail(self, after: int, code: int, *, lasting: bool) -> None:
        self.disk.at, self.disk.code, self.disk.lasting = self.disk.count + after, code, lasting

    def try_cell(self) -> Result | StoreError:
        try:
            return self.studio.imagine("at night")
        except StoreError as error:
            return error

    def die(self) -> None:
        """What is left of the kernel's writes is never done: its locks go, and its debts with it."""
        self.studio.store.close()


def operations_of_a_cell(home: Path, *, reading: bool = False) -> int:
    desk = Desk(home, reading=reading)
    before = desk.disk.count
    desk.studio.imagine("at night")
    return desk.disk.count - before


def check_kept(desk: Desk, outcome: Result | StoreError, where: str) -> bool:
    """Refused and unsent, or drawn and there; whether it was drawn."""
    if isinstance(outcome, StoreError):
        assert outcome.charged == "nothing sent", where
        assert len(outcome.lines()) <= 3, where
        assert len(desk.server.requests) == 1, where
        return False
    assert outcome.bytes == jpeg("navy"), where
    assert len(desk.server.requests) == 2, where
    assert desk.studio.value().number(outcome.exchange.id) == 2, where
    return True


def check_whole(studio: Studio, colours: list[str], where: str) -> None:
    """These turns are on disk, whole and paid, in a conversation that goes on."""
    stored = studio.store
    assert studio.history.use("main").last is not None, where
    exchanges = stored.album.load("main").exchanges
    assert stored.album.problems == (), where
    assert [stored.blobs.home(one.picture.sha256).read_bytes() for one in exchanges if one.picture] == [
        jpeg(colour) for colour in colours
    ], where
    settled = {entry.id for entry in stored.ledger.entries() if entry.state == "settled"}
    assert {exchange.id for exchange in exchanges} <= settled, where
    assert all(stored.answer(exchange.id) is not None for exchange in exchanges), where


def check_tried(desk: Desk, where: str) -> None:
    """Fail, heal, go on: nothing is lost, nothing is left."""
    drawn = check_kept(desk, desk.try_cell(), where)
    desk.disk.heal()
    later = desk.studio.imagine("in snow")
    assert not desk.studio.store.owed, where
    check_whole(desk.kernel(FaultyDisk()), ["teal", "navy", "olive"] if drawn else ["teal", "navy"], where)
    assert desk.studio.value().number(later.exchange.id) == (3 if drawn else 2), where
    assert desk.studio.store.intents.pending() == set(), where
    assert [path for path in desk.refuge.glob("*/*") if path.is_file()] == [], where


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("stride", [41, pytest.param(1, marks=[pytest.mark.deep, pytest.mark.timeout(1500)])])
def test_a_fault_at_any_operation_of_a_cell(stride: int, lasting: bool, tmp_path: Path) -> None:
    """Whatever fails, the cell is refused with nothing sent, or its picture is there, and the next one goes on."""
    operations, cases = operations_of_a_cell(tmp_path / "count"), 0
    for number, code in enumerate(CODES):
        for at in range(number % stride, operations, stride):
            desk = Desk(tmp_path / f"{code}-{at}")
            desk.begin_to_fail(at, code, lasting=lasting)
            check_tried(desk, f"{errno.errorcode[code]} at operation {at}: {desk.disk.failed}")
            cases += 1
    figures.add("disk faults in a cell", cases, lost=0, sent_without_an_intent=0)


@pytest.mark.parametrize("stride", [8, pytest.param(1, marks=pytest.mark.deep)])
def test_a_disk_that_does_not_give_back_what_it_took(stride: int, tmp_path: Path) -> None:
    """Whatever cannot be read: nothing was sent, or the picture is shown, or its answer waits for the next kernel."""
    outcomes = set()
    for at in range(0, operations_of_a_cell(tmp_path / "count", reading=True), stride):
        desk = Desk(tmp_path / f"{at}", reading=True)
        desk.begin_to_fail(at, errno.EIO, lasting=False)
        outcome = desk.try_cell()
        where = f"operation {at}: {desk.disk.failed}"
        if isinstance(outcome, Result):
            outcomes.add("shown")
            check_kept(desk, outcome, where)
        elif outcome.charged == "nothing sent":
            outcomes.add("refused")
            check_kept(desk, outcome, where)
        else:
            outcomes.add("kept")
            check_waiting(desk, outcome, where)
    assert stride > 1 or outcomes == {"shown", "refused", "kept"}


def check_waiting(desk: Desk, outcome: StoreError, where: str) -> None:
    """It is said that it may have been charged; the next kernel finds the answer, and buys it no second time."""
    assert (outcome.charged, len(outcome.lines()), len(desk.server.requests)) == ("maybe", 3, 2), where
    assert "`%imagine recover` looks for it" in outcome.hint, where
    assert [entry.state for entry in desk.studio.store.ledger.entries()] == ["settled", "unknown"], where
    desk.die()
    later = desk.kernel(FaultyDisk())
    found = [line.exchange for line in later.orphans.listed()]
    assert [(one.outcome, one.prompt) for one in found] == [("orphan", "at night")], where
    later.imagine("a fox")
    assert later.imagine("at night").bytes == jpeg("navy"), where
    assert len(desk.server.requests) == 2, where


@pytest.mark.parametrize("spare", [True, False], ids=["a spare folder", "memory alone"])
def test_a_full_disk_after_the_answer(tmp_path: Path, spare: bool) -> None:
    """The picture is shown and saved from, a line says where it waits, and nothing more is bought meanwhile."""
    operations = operations_of_a_cell(tmp_path / "count")
    outcomes = []
    for at in range(8, operations, 4):
        desk = Desk(tmp_path / f"desk-{at}", spare=spare)
        desk.begin_to_fail(at, errno.ENOSPC, lasting=True)
        outcome = desk.try_cell()
        if isinstance(outcome, Result) and outcome.notices:
            outcomes.append(at)
            assert "Not in the store yet: The disk is full" in outcome.notices[0]
            assert ("memory alone" in outcome.notices[0]) == (
                not desk.refuge.exists() or not any(desk.refuge.iterdir())
            )
            assert outcome.save(tmp_path / f"saved-{at}.jpg").read_bytes() == jpeg("navy")
            with pytest.raises(StoreError, match="is not in the store yet, but in"):
                desk.studio.imagine("in snow")
            assert len(desk.server.requests) == 2
    assert len(outcomes) >= 4


@pytest.mark.parametrize("stride", [23, pytest.param(1, marks=[pytest.mark.deep, pytest.mark.timeout(1500)])])
def test_a_kernel_that_dies_while_the_disk_is_full(stride: int, tmp_path: Path) -> None:
    """The next kernel finds the turn, or names the request; where there was a spare folder, the picture with it."""
    cases = 0
    for at in range(2, operations_of_a_cell(tmp_path / "count"), stride):
        desk = Desk(tmp_path / f"{at}")
        desk.begin_to_fail(at, errno.ENOSPC, lasting=True)
        outcome = desk.try_cell()
        drawn = check_kept(desk, outcome, f"operation {at}")
        desk.die()
        heir = desk.kernel(FaultyDisk())
        names = {exchange.id: exchange for exchange in [line.exchange for line in heir.orphans.listed()]}
        heir.history.use("main")
        if drawn:
            assert isinstance(outcome, Result)
            if outcome.exchange.id in names:
                adopted = heir.recover(outcome.exchange.id)
                assert adopted.bytes == jpeg("navy"), at
            check_whole(heir, ["teal", "navy"], f"operation {at}")
        else:
            check_whole(heir, ["teal"], f"operation {at}")
        cases += 1
    figures.add("kernels that died on a full disk", cases, lost=0)


def test_a_full_disk_while_several_arrive(tmp_path: Path) -> None:
    """Two side by side: each has its picture, and both are turns once there is room."""
    desk = Desk(tmp_path / "desk")
    operations = operations_of_a_cell(tmp_path / "count")
    desk.begin_to_fail(operations, errno.ENOSPC, lasting=True)
    result = desk.studio.imagine("at night", count=2)
    assert sorted(one.bytes for one in result.variants) == sorted(jpeg(colour) for colour in ("navy", "olive"))
    desk.disk.heal()
    desk.studio.history.undo()
    assert not desk.studio.store.owed
    assert desk.studio.store.album.load("main").head == desk.first.exchange.id
    assert len(desk.studio.store.album.load("main").exchanges) == 3


def test_undo_while_the_disk_is_full(tmp_path: Path) -> None:
    """It is refused as a whole: the kernel and the disk stay of one mind."""
    desk = Desk(tmp_path / "desk")
    desk.begin_to_fail(0, errno.ENOSPC, lasting=True)
    with pytest.raises(StoreError, match="full"):
        desk.studio.history.undo()
    assert desk.studio.value().head == desk.first.exchange.id
    desk.disk.heal()
    desk.studio.history.undo()
    assert desk.studio.store.album.load("main").head is None


def fill_after_the_answer(desk: Desk, home: Path) -> Result:
    """A cell whose answer the disk does not take: its picture waits in the spare place."""
    for at in range(8, operations_of_a_cell(home / "count")):
        desk.begin_to_fail(at, errno.ENOSPC, lasting=True)
        outcome = desk.try_cell()
        if isinstance(outcome, Result):
            assert "Not in the store yet" in outcome.notices[0]
            return outcome
        desk.disk.heal()
    raise AssertionError("no operation lies after the answer")


def test_a_fork_waits_for_what_is_owed(tmp_path: Path) -> None:
    """A branch with a turn that is not in the store yet is not stored before that turn: it would count as kept."""
    desk = Desk(tmp_path / "desk")
    drawn = fill_after_the_answer(desk, tmp_path)
    with pytest.raises(StoreError, match="is not in the store yet, but in"):
        desk.studio.history.fork("night")
    desk.disk.heal()
    desk.studio.history.fork("night")
    assert desk.studio.store.album.load("night").head == drawn.exchange.id
    check_whole(desk.kernel(FaultyDisk()), ["teal", "navy"], "after the fork")


def test_the_spare_place_is_emptied_whatever_the_books_say(tmp_path: Path) -> None:
    """Also where no request is left over that would ask for it: a system empties its temporary folder."""
    desk = Desk(tmp_path / "desk")
    data = jpeg("navy")
    spare = Spare(str(desk.studio.store.folder), parent=str(desk.refuge))
    spare.keep("0123456789abcdef.json", b"no answer")
    spare.keep(name := hashlib.sha256(data).hexdigest(), data)
    desk.die()
    later = desk.kernel(FaultyDisk())
    assert later.orphans.listed() == []
    assert later.store.blobs.home(name).read_bytes() == data
    assert spare.names() == ["0123456789abcdef.json"]


def test_a_request_without_an_answer_is_listed_and_not_adopted(tmp_path: Path) -> None:
    """It is said that nothing came, not that there is no such request."""
    desk = Desk(tmp_path / "desk")
    asked = exchange_of(7, answered=False)
    desk.studio.store.intents.declare(asked, request_hash="h", key=None, conversation="main")
    desk.die()
    later = desk.kernel(FaultyDisk())
    assert [one.id for one in [line.exchange for line in later.orphans.listed()]] == [asked.id]
    with pytest.raises(ConversationError, match="nothing to recover"):
        later.recover(asked.id)
    with pytest.raises(ConversationError, match="There is no exchange"):
        later.recover("feedbeef")


class BarredDisk(FaultyDisk):
    """One whose folder `objects` is closed from a moment on: not even what is missing in it can be told."""

    def open(self, path: str, flags: int) -> int:
        if self.lasting and f"{os.sep}objects{os.sep}" in path:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return super().open(path, flags)

    def rename(self, source: str, target: str) -> None:
        if self.lasting and f"{os.sep}objects{os.sep}" in target:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        super().rename(source, target)


def test_a_folder_that_is_closed_while_the_answer_comes(tmp_path: Path) -> None:
    """The picture is shown from the spare place, and goes home when the folder is open again."""
    desk = Desk(tmp_path / "desk")
    disk = BarredDisk()
    studio = desk.kernel(disk)
    disk.lasting = True
    drawn = studio.imagine("at night")
    assert drawn.bytes == jpeg("navy")
    assert "Not in the store yet" in drawn.notices[0]
    disk.lasting = False
    studio.imagine("in snow")
    assert not studio.store.owed
    assert studio.store.blobs.home(drawn.exchange.picture.sha256).read_bytes() == jpeg("navy")  # type: ignore[union-attr]  # it has one


def test_a_folder_for_unfinished_files_that_somebody_removed(tmp_path: Path) -> None:
    """It is made anew: nothing in it was worth keeping."""
    desk = Desk(tmp_path / "desk")
    (desk.studio.store.folder / "tmp").rmdir()
    assert desk.studio.imagine("at night").notices == ()
    check_whole(desk.kernel(FaultyDisk()), ["teal", "navy"], "after the removal")


def test_a_blocked_answer_on_a_full_disk(tmp_path: Path) -> None:
    """The error says what the server said, not what the disk said; the books are put right later."""
    desk = Desk(tmp_path / "desk")
    desk.server.answers[:] = [answer({"text": "no"}, finish="IMAGE_SAFETY"), answer(picture("olive"))]
    desk.begin_to_fail(operations_of_a_cell(tmp_path / "count") // 2, errno.ENOSPC, lasting=True)
    with pytest.raises(NbgeminiError) as caught:
        desk.studio.imagine("at night")
    assert not isinstance(caught.value, StoreError)
    desk.disk.heal()
    desk.studio.imagine("in snow")
    assert desk.studio.store.intents.pending() == set()
    assert all(entry.state == "settled" for entry in desk.studio.store.ledger.entries())


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_spare_place_that_is_not_ours_is_not_used(tmp_path: Path) -> None:
    """A folder that someone else prepared in the common temporary folder, or a link, gets nothing and gives nothing."""
    spare = Spare("/store", parent=str(tmp_path))
    assert spare.folder is not None
    name = f"{0x5EED:016x}.json"
    os.mkdir(spare.folder, 0o777)
    os.chmod(spare.folder, 0o777)
    (Path(spare.folder) / name).write_bytes(b"planted")
    assert spare.keep("aa11.json", b"ours") == ""
    assert spare.find("aa11.json") == b"ours"
    assert spare.find(name) is None
    assert spare.names() == ["aa11.json"]
    os.rename(spare.folder, tmp_path / "real")
    os.chmod(tmp_path / "real", 0o700)
    os.symlink(tmp_path / "real", spare.folder)
    assert spare.keep("bb22.json", b"ours") == ""
    assert sorted(path.name for path in (tmp_path / "real").iterdir()) == [name]


@pytest.mark.parametrize("ruin", ["", "{", "[]", "gone"])
def test_a_ruined_head_is_put_aside_and_the_conversation_written_anew(ruin: str, tmp_path: Path) -> None:
    """The kernel knows its turns: the next one is stored with those before it, and the ruin is kept beside."""
    desk = Desk(tmp_path / "home")
    head = desk.home / ".nbgemini" / "refs" / "main.json"
    if ruin == "gone":
        head.unlink()
    else:
        head.write_text(ruin)
    assert desk.studio.imagine("at night").notices == ()
    desk.studio.imagine("add snow")
    assert (head.parent / "main.json.damaged").exists() == (ruin != "gone")
    desk.die()
    studio = desk.kernel(FaultyDisk())
    studio.history.use("main")
    assert [turn.prompt for turn in studio.value().exchanges] == ["a fox", "at night", "add snow"]
    assert desk.server.texts() == ["a fox", "at night", "add snow"]
