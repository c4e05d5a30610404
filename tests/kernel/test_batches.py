"""A cell with `--batch` in a real kernel: it returns at once, fills in, and is collected, also by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.kernel import Kernel


@pytest.fixture(name="kernel")
def _kernel(tmp_path: Path, lent_kernel: Kernel) -> Kernel:
    lent_kernel.renew(tmp_path)
    lent_kernel.run("%load_ext nbgemini\nimport nbgemini as nb\nnb.emulator(batch_seconds=0.2)")
    return lent_kernel


def test_a_batch_in_a_cell(kernel: Kernel) -> None:
    """Its price is half and said; its job is listed; a picture of it is edited next; slips send nothing."""
    cell = "%%imagine --batch --vary style=ink,oil --name night --new -o grid\na {style} boat"
    dry = kernel.run(cell.replace("-o grid", "--dry-run"))
    assert "at half the price" in dry.text
    assert kernel.run("%%imagine --batch --tier flex\na boat").error_name == "OptionError"
    assert kernel.run("nb.batches()").text == "[]"
    drawn = kernel.run(cell)
    assert drawn.ok
    assert "Batch `" in drawn.text
    watched = kernel.run("%imagine batches --watch")
    assert watched.ok
    assert "is collected: 2 of 2 shots" in watched.text
    assert kernel.run("(grid.cost, [shot.state for shot in grid], nb.batches()[0].state)").text == (
        "(0.0, ['done', 'done'], 'collected')"
    )
    assert "is collected" in kernel.run("%imagine batches --collect").text
    assert kernel.run("%imagine pick night/2").ok
    assert "edits turn" in kernel.run("%%imagine\nadd snow").text
    assert "1 job" not in kernel.run("%imagine doctor").text
    assert "1 batch" in kernel.run("%imagine verify").text
    for slip in ("--colect", "a b", "--cancel", "nothing --collect"):
        assert kernel.run(f"%imagine batches {slip}").error_name in ("OptionError", "ConversationError")
