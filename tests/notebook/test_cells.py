"""Which cell runs, as the kernel tells it."""

from __future__ import annotations

import pytest

from nbgemini.notebook.cell.running import this_cell


class _ShellInAThread:
    """What ipykernel 7.0 has for a thread of the user's own."""

    @property
    def parent_header(self) -> dict[str, object]:
        raise LookupError("parent_header")


def test_a_thread_in_which_the_kernel_knows_no_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """It draws outside of all cells."""
    monkeypatch.setattr("IPython.core.getipython.get_ipython", _ShellInAThread)
    assert this_cell() is None
