"""A store that may not be written: what is recorded answers, what is drawn lasts as long as the kernel."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbgemini.store.store import Store
from nbgemini.studio.reports.health import examine_store
from nbgemini.studio.reports.verifying import verify_and_restore
from nbgemini.studio.studio import Studio
from tests.studio.test_replay import everything

SMALL = {"model": "flash", "size": "512"}


def closed_studio(home: Path, **traits: object) -> Studio:
    """A kernel on a folder that it may only read; the superuser who runs tests may write everywhere."""
    given = {**SMALL, **traits}
    return Studio(traits=lambda: given, home=home, open_store=lambda place: Store.open(place, read_only=True))


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A class's folder with a conversation of two turns."""
    teacher = Studio(home=tmp_path / "class", traits=lambda: SMALL)
    teacher.imagine("a bay")
    teacher.imagine("at night")
    teacher.store.close()
    return tmp_path / "class"


@pytest.mark.parametrize("replay", ["auto", "class"])
def test_recordings_answer_and_pictures_are_drawn(lesson: Path, tmp_path: Path, replay: str) -> None:
    """Nothing in the folder changes; a notice says once that own work does not last, and it can be saved."""
    files = everything(lesson)
    studio = closed_studio(lesson, replay=replay)
    first = [studio.imagine("a bay"), studio.imagine("at night")]
    assert [one.replayed for one in first] == [True, True]
    assert not any("may not be written" in line for one in first for line in one.notices)
    own = studio.imagine("in purple")
    assert any(f"`{lesson}/.nbgemini` may not be written" in line for line in own.notices)
    more = studio.imagine("with a boat")
    assert not any("may not be written" in line for line in more.notices)
    assert [one.name for one in studio.history.stored()] == ["main"]
    assert [one.turns for one in studio.history.stored()] == [4]
    studio.archives.save(str(tmp_path / "own.nbgemini"))
    assert own.save(tmp_path / "own.jpg").read_bytes() == own.bytes
    assert everything(lesson) == files
    elsewhere = Studio(home=tmp_path / "home", traits=lambda: SMALL)
    assert len(elsewhere.archives.load(str(tmp_path / "own.nbgemini")).exchanges) == 4


def test_its_conversations_are_gone_on_with(lesson: Path) -> None:
    """Stored ones are listed and used as ever; `verify` and `doctor` look at the folder itself."""
    studio = closed_studio(lesson)
    assert [turn.prompt for turn in studio.history.use("main").exchanges] == ["a bay", "at night"]
    assert studio.imagine("in purple").turn == 3
    found = verify_and_restore(studio)
    assert (found.findings.faults, found.findings.records, found.writable) == ([], 2, False)
    health = examine_store(Store.open(lesson / ".nbgemini", read_only=True))
    assert "kept only until the kernel ends" in health.problems[0].advice


def test_a_folder_that_cannot_be_made_is_no_reason_to_stop(tmp_path: Path) -> None:
    """Where there is no store and none can be made, what is drawn lasts as long as the kernel."""
    studio = closed_studio(tmp_path / "nowhere")
    cat = studio.imagine("a cat")
    assert cat.bytes
    assert studio.imagine("at night").turn == 2
    assert not (tmp_path / "nowhere").exists()


def test_a_class_besides_a_closed_folder(lesson: Path, tmp_path: Path) -> None:
    """Both are read: the closed folder of one's own, and the class's."""
    studio = closed_studio(tmp_path / "empty", recordings=str(lesson))
    assert studio.imagine("a bay").replayed
    assert not studio.imagine("in purple").replayed
