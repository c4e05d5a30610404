"""The setting `recordings`: a class's store is read besides one's own, and never written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nbgemini.errors import SettingsError
from nbgemini.studio.reports.verifying import verify_and_restore
from tests.studio.test_replay import Google, Kernel, book, everything, shown


def teacher(home: Path, google: Google) -> list[tuple[bytes, int, str]]:
    """A notebook that was run at `home`."""
    kernel = Kernel(google, home)
    made = shown(book(kernel))
    kernel.end()
    return made


def test_a_class_replays_its_teachers_recordings(tmp_path: Path) -> None:
    """From the project's folder or its store, relative or not: the same bytes, nothing sent, nothing written."""
    google = Google()
    made = teacher(tmp_path / "class", google)
    sent, files = len(google.requests), everything(tmp_path)
    for place in (tmp_path / "class", tmp_path / "class" / ".nbgemini", Path("../class")):
        home = tmp_path / "pupil"
        home.mkdir(exist_ok=True)
        assert shown(book(Kernel(google, home, recordings=str(place)))) == made
        assert shown(book(Kernel(None, home, recordings=str(place), replay="only"))) == made
    assert (len(google.requests), everything(tmp_path)) == (sent, files)
    assert not (tmp_path / "pupil" / ".nbgemini").exists()


def test_own_work_needs_the_class_no_more(tmp_path: Path) -> None:
    """With the first new turn all of its conversation is in the store of one's own; the class's folder is as it was."""
    google = Google()
    made = teacher(tmp_path / "class", google)
    files = everything(tmp_path / "class")
    pupil = Kernel(google, tmp_path / "pupil", recordings=str(tmp_path / "class"))
    bay = pupil.ask("a bay")
    assert bay.bytes == made[0][0]
    own = pupil.ask("a red sail", ref=[bay])
    shutil.copytree(tmp_path / "pupil", tmp_path / "while")
    other = pupil.ask("on its own", new=True, ref=[pupil.ask("far away", conversation="far")])
    assert (own.replayed, other.replayed) == (False, False)
    pupil.end()
    assert everything(tmp_path / "class") == files
    shutil.rmtree(tmp_path / "class")
    alone = Kernel(google, tmp_path / "pupil")
    assert verify_and_restore(alone.studio).findings.faults == []
    value = alone.studio.history.use("main")
    turns = [alone.studio.result(one, "main") for one in value.exchanges]
    assert [one.bytes for one in turns] == [bay.bytes, own.bytes, other.bytes]
    assert alone.ask("and a lighthouse").notices == ()
    assert [one.role for one in alone.studio.plan("next").request.turns] == ["user", "model"] * 2 + ["user"]


def test_own_recordings_and_the_classs_answer_in_their_order(tmp_path: Path) -> None:
    """The class's first, one's own of the same request after it, each once."""
    google = Google()
    made = teacher(tmp_path / "class", google)
    pupil = Kernel(google, tmp_path / "pupil", recordings=str(tmp_path / "class"))
    own = pupil.ask("a bay", fresh=True)
    pupil.end()
    again = Kernel(google, tmp_path / "pupil", recordings=str(tmp_path / "class"))
    assert [again.ask("a bay", new=True).bytes for _ in range(2)] == [made[0][0], own.bytes]
    assert not again.ask("a bay", new=True).replayed


@pytest.mark.parametrize(
    ("place", "why"), [("gone", "is not there"), ("empty", "there is no `.nbgemini` in it"), ("file", "cannot be read")]
)
def test_recordings_that_are_not_there_are_named(tmp_path: Path, place: str, why: str) -> None:
    """Before anything is sent: what is recorded there would be bought again."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    google = Google()
    with pytest.raises(SettingsError, match=why) as caught:
        Kernel(google, tmp_path / "home", recordings=str(tmp_path / place)).ask("a bay")
    assert str(tmp_path / place) in caught.value.message
    assert "NBGEMINI_RECORDINGS" in caught.value.hint
    assert google.requests == []


def test_the_own_store_is_no_second_one(tmp_path: Path) -> None:
    """Named twice, it is still written."""
    pupil = Kernel(Google(), tmp_path)
    bay = pupil.ask("a bay")
    pupil.end()
    again = Kernel(Google(), tmp_path, recordings=str(tmp_path))
    assert again.ask("a bay").bytes == bay.bytes
    assert not again.ask("at night").replayed
    assert again.studio.store.lender is None
