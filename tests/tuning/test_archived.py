"""Sweeps and marks travel in archives: found, shown, gone on with on another machine, and never twice."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nbgemini.errors import StoreError
from nbgemini.tuning.sweeping import Sweeping
from tests.tuning.drawing_server import DrawingServer, sweeping_on
from tests.tuning.test_sweeping import drawn, facts

Files = dict[str, bytes]


def saved(home: Path, server: DrawingServer, **words: Any) -> tuple[Sweeping, Path]:
    """A sweep with marks in an archive."""
    (home / "here").mkdir()
    kernel = sweeping_on(server, home / "here")
    grid = drawn(kernel, name="tuesday", **words)
    grid.star(1, 4).note(1, "soft").tag(1, "keep")
    path = home / "t.nbgemini"
    kernel._studio.archives.save(str(path))
    return kernel, path


def elsewhere(home: Path, server: DrawingServer) -> Sweeping:
    (home / "there").mkdir(exist_ok=True)
    return sweeping_on(server, home / "there")


def files_of(store: Path, *folders: str) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for name in folders for path in (store / name).glob("*.jsonl")}


def test_a_sweep_goes_to_another_machine(tmp_path: Path) -> None:
    """Its name, shots, pictures, stars and notes; run again there, it is replayed; loaded twice, nothing changes."""
    server = DrawingServer()
    here, path = saved(tmp_path, server)
    there = elsewhere(tmp_path, server)
    there._studio.archives.load(str(path))
    found, mine = there.stored.open("tuesday"), here.stored.open("tuesday")
    assert facts(found) == facts(mine)
    assert (found[1].stars, found[1].note, found[1].tags) == (4, "soft", ("keep",))
    assert (found.about.key, found.axes, found.cost) == (mine.about.key, mine.axes, mine.cost)
    assert [(glance.name, glance.done) for glance in there.stored.glances()] == [("tuesday", 4)]
    assert found.resume().missing.numbers == ()
    before = files_of(tmp_path / "there" / ".nbgemini", "sweeps", "marks")
    there._studio.archives.load(str(path))
    assert files_of(tmp_path / "there" / ".nbgemini", "sweeps", "marks") == before
    found.pick(2)
    assert there._studio.imagine("add a bird").exchange.parent == mine[2].exchange.id
    assert server.requests == 5
    drawn(elsewhere(tmp_path, server), name="tuesday")
    assert server.requests == 5


def test_what_is_missing_is_asked_there(tmp_path: Path) -> None:
    """A blocked shot stays blocked, an unknown one is asked when that is said, pictures of references come along."""
    from PIL import Image

    server = DrawingServer(blocked="bad", broken="lost")
    red = Image.new("RGB", (40, 40), "red")
    _, path = saved(tmp_path, server, style=["good", "bad", "lost"], aspect=["1:1"], ref=red)
    there = elsewhere(tmp_path, server)
    there._studio.archives.load(str(path))
    found = there.stored.open("tuesday")
    assert [shot.state for shot in found] == ["done", "failed", "unknown"]
    assert "blocked" in str(found[2].error)
    asked, server.broken = server.requests, ""
    assert [shot.state for shot in found.resume()] == ["done", "failed", "unknown"]
    assert [shot.state for shot in found.resume(unknown=True)] == ["done", "failed", "done"]
    assert server.requests == asked + 1


def test_later_words_are_brought_by_a_later_archive(tmp_path: Path) -> None:
    """What was said since is added to what is there; what was said there stays where it is later."""
    server = DrawingServer()
    here, path = saved(tmp_path, server)
    there = elsewhere(tmp_path, server)
    there._studio.archives.load(str(path))
    there.stored.open("tuesday").star(2, 3)
    here.stored.open("tuesday").star(1, 5).star(2, 1)
    later = tmp_path / "later.nbgemini"
    here._studio.archives.save(str(later))
    there._studio.archives.load(str(later))
    there.stored.open("tuesday").star(2, 2)
    there._studio.archives.load(str(later))
    found = there.stored.open("tuesday")
    assert (found[1].stars, found[2].stars) == (5, 2)
    assert len(there.stored.glances()) == 1


def test_an_archive_that_has_it_all_will_do(tmp_path: Path) -> None:
    """Saved again it is not written; after a new star it no longer has all of it."""
    here, path = saved(tmp_path, DrawingServer())
    assert not here._studio.archives.save(str(path)).fresh
    here.stored.open("tuesday").star(3, 1)
    with pytest.raises(Exception, match="exists"):
        here._studio.archives.save(str(path))


def _sweep(change: Callable[[list[dict[str, Any]]], object]) -> Callable[[Files], None]:
    """A change of the lines of the sweep in an archive, its hash made right again."""

    def apply(files: Files) -> None:
        name = next(name for name in files if name.startswith("sweeps/"))
        lines = [json.loads(line) for line in files[name].splitlines()]
        change(lines)
        files[name] = b"".join(json.dumps(line).encode() + b"\n" for line in lines)

    return apply


def _rename(files: Files) -> None:
    name = next(name for name in files if name.startswith("sweeps/"))
    files["sweeps/abcd.jsonl"] = files.pop(name)


def _mark(files: Files) -> None:
    files["marks.jsonl"] += b'{"of":"abcdabcd","at":1,"stars":3}\n'


def _torn(files: Files) -> None:
    files["marks.jsonl"] = files["marks.jsonl"][:-5]


@pytest.mark.parametrize(
    "damage",
    [
        _rename, _mark, _torn,
        _sweep(lambda lines: lines.clear()),
        _sweep(lambda lines: lines.pop(0)),
        _sweep(lambda lines: lines.append({"kind": "claim", "kernel": "0", "shots": [[99, "abcd"]]})),
        _sweep(lambda lines: lines.append({"kind": "what"})),
        _sweep(lambda lines: lines.append(lines[1])),
        _sweep(lambda lines: lines[0].update(name="")),
        _sweep(lambda lines: lines[0].update(name="x" * 5000)),
        _sweep(lambda lines: lines[1]["shots"][0][3].update(model="../../x")),
        _sweep(lambda lines: lines[1]["shots"][0][3].update(estimate=-5)),
        _sweep(lambda lines: lines[1]["shots"][0].__setitem__(0, "1")),
        _sweep(lambda lines: [line.update(shots=[[1, "abcd"]]) for line in lines if line["kind"] == "claim"]),
    ],
)  # fmt: skip
def test_what_is_damaged_or_foreign_is_told(tmp_path: Path, damage: Callable[[Files], None]) -> None:
    """Nothing of it is loaded, whichever member it is in."""
    server = DrawingServer()
    _, path = saved(tmp_path, server)
    files = {}
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    damage(files)
    manifest = json.loads(files["manifest.json"])
    manifest["more"] = {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name.endswith(".jsonl")
    }
    files["manifest.json"] = json.dumps(manifest).encode()
    bad = tmp_path / "bad.nbgemini"
    with zipfile.ZipFile(bad, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    there = elsewhere(tmp_path, server)
    with pytest.raises(StoreError, match="damaged"):
        there._studio.archives.load(str(bad))
    assert not (tmp_path / "there" / ".nbgemini").exists()


def test_a_forged_request_is_not_answered(tmp_path: Path) -> None:
    """An archive cannot pass an answer off as that to another request: the shot is not taken for it."""
    server = DrawingServer()
    _, path = saved(tmp_path, server)
    other = tmp_path / "other"
    other.mkdir()
    drawn(forger := sweeping_on(server, other), "a red {style} cat", name="tuesday")
    wanted = [shot.exchange.request_hash for shot in forger.stored.open("tuesday")]
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}

    def forge(lines: list[dict[str, Any]]) -> None:
        for line, forged in zip(lines[1:5], wanted, strict=True):
            line["shots"][0][3]["request_hash"] = forged

    _sweep(forge)(files)
    manifest = json.loads(files["manifest.json"])
    name = next(name for name in files if name.startswith("sweeps/"))
    manifest["more"][name] = hashlib.sha256(files[name]).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()
    shutil.rmtree(other)
    bad = tmp_path / "forged.nbgemini"
    with zipfile.ZipFile(bad, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    there = elsewhere(tmp_path, server)
    there._studio.archives.load(str(bad))
    before = server.requests
    there._studio.session.switch("fresh")
    drawn(there, "a red {style} cat", name="tuesday")
    assert server.requests == before + 4
