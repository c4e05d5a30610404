"""`--replay class`: recordings of whoever drew first, the emulator for the rest, and experiments in between."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nbgemini.studio.handles import Result
from tests.studio.test_replay import GATEWAY, Google, Kernel

NOTEBOOK = {"a": "a bay", "b": "at night", "c": "with a boat", "d": "and a moon"}


def lesson(kernel: Kernel, cells: str = "abcd") -> list[Result]:
    """Run cells of the class's notebook."""
    return [kernel.cell(name, NOTEBOOK[name])[0] for name in cells]


@pytest.fixture
def recorded(tmp_path: Path) -> list[bytes]:
    """What the teacher's run with a key brought, in `tmp_path/class`."""
    teacher = Kernel(Google(), tmp_path / "class")
    made = [one.bytes for one in lesson(teacher)]
    teacher.end()
    return made


def pupil(tmp_path: Path, *, shared: bool, name: str = "pupil") -> Kernel:
    """Without a key, on a copy of the class's folder or with its recordings besides a folder of their own."""
    if not shared and not (tmp_path / name).exists():
        shutil.copytree(tmp_path / "class", tmp_path / name)
    more = {"recordings": str(tmp_path / "class")} if shared else {}
    return Kernel(None, tmp_path / name, replay="class", **more)


@pytest.mark.parametrize("shared", [False, pytest.param(True, marks=pytest.mark.deep)])
def test_an_experiment_does_not_hide_what_was_recorded(tmp_path: Path, recorded: list[bytes], shared: bool) -> None:
    """The emulator draws it, the next cells show their recordings, and so they do after a restart."""
    for _ in range(2):
        kernel = pupil(tmp_path, shared=shared)
        first = lesson(kernel, "ab")
        own = kernel.cell("x", "in purple")[0]
        rest = lesson(kernel, "cd")
        assert [one.bytes for one in (*first, *rest)] == recorded
        assert [one.served_by for one in (*first, own, *rest)] == ["gemini"] * 2 + ["emulator"] + ["gemini"] * 2
        assert first[0].notices == ("Recorded with the Gemini API; nothing was sent.",)
        assert rest[0].notices == (
            "This is the class's recording; it goes on from turn 2. `--fresh` draws your own.",
            "Recorded with the Gemini API; nothing was sent.",
        )
        assert rest[1].notices == first[1].notices, "and from there it is as it was recorded"
        assert (own.turn, rest[0].turn, rest[0].exchange.parent) == (3, 4, first[1].exchange.id)
        kernel.end()


@pytest.mark.parametrize("shared", [True, pytest.param(False, marks=pytest.mark.deep)])
@pytest.mark.parametrize("changed", ["a", "b"])
def test_after_a_changed_cell_the_next_ones_show_their_recordings(
    tmp_path: Path, recorded: list[bytes], shared: bool, changed: str
) -> None:
    """Though what they went on from is not there; a changed cell is drawn, and a cell that is skipped is not missed."""
    kernel = pupil(tmp_path, shared=shared)
    seen = {}
    for name, prompt in NOTEBOOK.items():
        [seen[name]] = kernel.cell(name, "quite another thing" if name == changed else prompt)
    assert [seen[name].bytes for name in "abcd" if name != changed] == [
        data for name, data in zip("abcd", recorded, strict=True) if name != changed
    ]
    assert seen[changed].emulated
    assert lesson(pupil(tmp_path, shared=True, name="other"), "c")[0].bytes == recorded[2]


def test_a_cell_that_is_run_again_shows_it_again(tmp_path: Path, recorded: list[bytes]) -> None:
    """Where `auto` would bring a new sample; an experiment that is run again is another one, `--fresh` is one's own."""
    kernel = pupil(tmp_path, shared=True)
    lesson(kernel, "ab")
    assert [lesson(kernel, "b")[0].bytes for _ in range(2)] == [recorded[1]] * 2
    assert kernel.cell("x", "in purple")[0].bytes != kernel.cell("x", "in purple")[0].bytes
    assert [lesson(kernel, "c")[0].bytes for _ in range(2)] == [recorded[2]] * 2
    assert kernel.cell("c", NOTEBOOK["c"], replay="off")[0].emulated


def test_where_no_front_end_names_cells(tmp_path: Path) -> None:
    """A request that was recorded after an earlier turn of the branch is found there; the same words twice are not."""
    teacher = Kernel(Google(), tmp_path / "class")
    made = [teacher.ask(prompt) for prompt in ("a bay", "at night", "with a boat")]
    teacher.end()
    kernel = pupil(tmp_path, shared=True)
    assert [kernel.ask("a bay").bytes, kernel.ask("at night").bytes] == [one.bytes for one in made[:2]]
    assert kernel.ask("in purple").emulated
    assert kernel.ask("at night").emulated, "its recording was seen already"
    assert kernel.ask("with a boat").bytes == made[2].bytes
    assert kernel.ask("a boat, anew", new=True).emulated


def test_several_at_once_are_completed_by_the_emulator(tmp_path: Path) -> None:
    """Two of them are recorded, the third is drawn where they are, under its own request."""
    teacher = Kernel(Google(), tmp_path / "class")
    teacher.ask("a bay")
    made = teacher.ask("at night", count=2)
    teacher.end()
    kernel = pupil(tmp_path, shared=True)
    kernel.ask("a bay")
    three = kernel.ask("at night", count=3).variants
    assert [one.served_by for one in three] == ["gemini", "gemini", "emulator"]
    assert [one.bytes for one in three[:2]] == [one.bytes for one in made.variants]
    assert len({one.exchange.request_hash for one in three}) == 2
    kernel.end()
    again = pupil(tmp_path, shared=True)
    again.ask("a bay")
    assert again.ask("at night", count=2).variants[0].bytes == made.variants[0].bytes


def test_a_class_never_asks_google(tmp_path: Path, recorded: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """With a key, a gateway or Vertex AI set the emulator draws all the same; no socket is opened."""
    monkeypatch.setenv("GOOGLE_API_KEY", "AIza" + "x" * 35)
    for traits in ({}, {"base_url": GATEWAY}, {"backend": "vertex", "project": "school"}):
        kernel = Kernel(None, tmp_path / "one", replay="class", recordings=str(tmp_path / "class"), **traits)
        assert lesson(kernel, "a")[0].bytes == recorded[0]
        drawn = kernel.cell("x", "in purple")[0]
        assert (drawn.emulated, drawn.cost) == (True, 0.0)
        kernel.end()


def test_own_work_goes_on_from_a_recording(tmp_path: Path, recorded: list[bytes]) -> None:
    """The emulator edits Google's picture, which goes along in the user's turn; the next edit has its signature."""
    kernel = pupil(tmp_path, shared=False)
    lesson(kernel, "ab")
    first, second = kernel.cell("x", "in purple")[0], kernel.cell("y", "in green")[0]
    assert any("Signatures of the Gemini API do not work with" in line for line in first.notices)
    assert second.notices == ()
    assert first.bytes != second.bytes
