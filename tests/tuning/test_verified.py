"""`verify` and `doctor` know the records of sweeps: what is lost is named by its shot."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from nbgemini.store.verify import verify
from nbgemini.studio.reports.health import examine_store
from nbgemini.studio.reports.verifying import verify_and_restore
from tests.tuning.drawing_server import DrawingServer, sweeping_on
from tests.tuning.test_sweeping import drawn


def test_what_shots_have_lost_is_named(tmp_path: Path) -> None:
    """An answer without its record, a picture that a missing shot shows, and a file that says nothing."""
    server = DrawingServer(broken="lost")
    kernel = sweeping_on(server, tmp_path)
    red = Image.new("RGB", (40, 40), "red")
    grid = drawn(kernel, style=["good", "lost"], aspect=["1:1"], name="t", ref=red)
    studio = kernel._studio
    assert [fault for fault in verify(studio.store).faults if fault.kind == "sweep"] == []
    folder = studio.store.folder
    (folder / "records" / f"{grid[1].exchange.id}.json").unlink()
    (shown,) = grid[2].exchange.user.pictures
    studio.store.blobs.home(shown).unlink()
    (folder / "sweeps" / "abcdabcd.jsonl").write_bytes(b"{}\n")
    verdict = verify_and_restore(studio)
    told = "\n".join(f"{trouble.where} {trouble.what}" for trouble in verdict.troubles)
    assert "shot 1 of `t` has lost its answer" in told
    assert "shown to the model by shot `t/2`" in told
    assert "sweeps/abcdabcd.jsonl" in told
    health = examine_store(studio.store)
    assert health.sweeps == 1
    assert any("abcdabcd" in problem.what for problem in health.problems)
