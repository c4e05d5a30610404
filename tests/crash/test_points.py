"""A day's work on a simulated disk, and the power cut at any point of it: nothing that was acknowledged is lost."""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from nbgemini.errors import NbgeminiError
from nbgemini.net.inprocess import InProcess
from nbgemini.store.spare import Spare
from nbgemini.store.store import Store
from nbgemini.studio.reports.verifying import verify_and_restore
from nbgemini.studio.studio import Studio
from tests.store.disks import Loss, RecordingDisk
from tests.studio.server import Answer, Server, answer, picture
from tests.support import figures

LOSSES: tuple[Loss, ...] = ("nothing", "everything", "bytes", "names", "dice")
COLOURS = ("teal", "navy", "olive", "pink", "gold", "plum", "tan", "red", "blue")
# What a cut may leave behind without harm; the modes are those of the simulation.
HARMLESS = {"stray", "version", "modes", "ledger"}


class OrderlyDisk(RecordingDisk):
    """For several threads: an operation and its line in the log are one."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._one = threading.RLock()

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in ("open", "write", "fsync", "rename", "unlink", "mkdir", "fsync_dir"):
            return found

        def orderly(*words: Any) -> Any:
            with self._one:
                return found(*words)

        return orderly


@dataclass(frozen=True)
class Moment:
    """What had been acknowledged after so many operations: turns and head by key, and orphans."""

    operations: int
    conversations: dict[str, tuple[tuple[str, ...], str | None]] = field(default_factory=dict)
    orphans: frozenset[str] = frozenset()


class Day:
    """Draws, draws two, is blocked, undoes, forks, is late, adopts, saves and loads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.disk = OrderlyDisk(folder)
        self.sent: list[int] = []
        self.moments = [Moment(0)]
        self.late = threading.Event()
        self.server = Server(self.reply)
        self.studio = studio_in(folder, self.server, self.disk)
        self.work()

    def reply(self) -> Answer:
        self.sent.append(len(self.disk))
        number = len(self.sent)
        if number == 4:
            return answer({"text": "no"}, finish="IMAGE_SAFETY")
        if number == 7:
            assert self.late.wait(20)
        return answer(picture(COLOURS[number - 1]))

    def work(self) -> None:
        studio = self.studio
        studio.imagine("a fox")
        self.acknowledged()
        studio.imagine("two of them", count=2)
        self.acknowledged()
        with pytest.raises(NbgeminiError):
            studio.imagine("blocked")
        self.acknowledged()
        studio.history.undo()
        self.acknowledged()
        studio.imagine("another branch")
        self.acknowledged()
        studio.history.fork("night")
        self.acknowledged()
        studio.imagine("at night", conversation="night")
        self.acknowledged()
        drawing = studio.start("too late")
        while len(self.sent) < 7:
            drawing.job.settled_within(0.01)
        assert drawing.job.abandon()
        self.late.set()
        assert drawing.job.settled_within(20)
        self.acknowledged()
        (orphan,) = [line.exchange for line in studio.orphans.listed()]
        studio.recover(orphan.id)
        self.acknowledged()
        studio.history.redo()
        studio.archives.save(str(self.folder / "main.nbgemini"), "main")
        studio.archives.load(str(self.folder / "main.nbgemini"))
        self.acknowledged()

    def acknowledged(self) -> None:
        store = self.studio.store
        refs = {one.key: store.album.load(one.key) for one in store.album.stored()}
        states = {key: (tuple(one.id for one in value.exchanges), value.head) for key, value in refs.items()}
        orphans = frozenset(exchange.id for exchange in store.album.orphans())
        self.moments.append(Moment(len(self.disk), states, orphans))

    def around(self, at: int) -> tuple[Moment, Moment]:
        """What had been acknowledged by then, and what was under way."""
        number = max(number for number, one in enumerate(self.moments) if one.operations <= at)
        return self.moments[number], self.moments[min(number + 1, len(self.moments) - 1)]


def studio_in(home: Path, server: Server, disk: RecordingDisk | None = None) -> Studio:
    def opened(folder: Path) -> Store:
        spare = Spare(str(folder), parent=str(home))
        return Store.open(folder, spare=spare) if disk is None else Store.open(folder, disk=disk, spare=spare)

    traits = {"base_url": "https://gateway.example"}
    return Studio(traits=lambda: traits, home=home, transport=InProcess(server.handle), open_store=opened)


def check_after(day: Day, at: int, loss: Loss, home: Path, seed: int = 0) -> None:
    """Open what is left: all acknowledged turns, each request named, nothing broken, and the work goes on."""
    where = f"operation {at} of {len(day.disk)}, loss of {loss}, seed {seed}"
    day.disk.after_loss(at, loss, home, seed)
    heir = studio_in(home, server := Server(answer(picture("white"))))
    store = heir.store
    before, after = day.around(at)
    pending = store.intents.pending()
    troubles = verify_and_restore(heir).troubles
    faults = [fault for fault in verify_and_restore(heir).findings.faults if fault.kind not in HARMLESS]
    assert faults == [], f"{where}: {troubles}"
    for key, (turns, head) in before.conversations.items():
        value = store.album.load(key)
        assert tuple(one.id for one in value.exchanges)[: len(turns)] == turns, where
        assert value.head in (head, after.conversations[key][1]), where
    known = {exchange.id for exchange in store.album.exchanges()} | pending
    assert len(known) >= sum(1 for operations in day.sent if operations <= at), f"{where}: a request is forgotten"
    named = {exchange.id for exchange in [line.exchange for line in heir.orphans.listed()]}
    stored = {key: store.album.load(key) for key in store.album.keys()}  # noqa: SIM118  # an album is no mapping
    turns_now = {one.id for value in stored.values() for one in value.exchanges}
    assert before.orphans <= named | turns_now, where
    if "main" in stored:
        heir.history.use("main")
    assert heir.imagine("the next day").turn >= 1, where
    assert len(server.requests) == 1, where


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    return Day(tmp_path_factory.mktemp("day"))


@pytest.mark.parametrize(
    "stride", [67, pytest.param(4, marks=[pytest.mark.deep, pytest.mark.timeout(1500)])], ids=["some", "many"]
)
@pytest.mark.parametrize("loss", LOSSES)
def test_no_point_of_a_day_breaks_it(day: Day, loss: Loss, stride: int, tmp_path: Path) -> None:
    """Each operation of the studio's verbs, under each kind of loss; where dice decide, three throws."""
    cases = 0
    for at in range(LOSSES.index(loss) * 11 % stride, len(day.disk) + 1, stride):
        for seed in range(3 if loss == "dice" and stride == 4 else 1):
            home = tmp_path / f"{at}-{seed}"
            home.mkdir()
            check_after(day, at, loss, home, seed)
            shutil.rmtree(home)
            cases += 1
    figures.add("power cut at a point of a day's work", cases, acknowledged_turns_lost=0, requests_unnamed=0, broken=0)
    assert cases
