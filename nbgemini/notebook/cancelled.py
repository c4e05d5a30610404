"""Shows an interrupted cell whose own tasks waited for pictures in three lines, in place of asyncio's CancelledError.

ipykernel cancels such a cell inside of whatever it awaits: `TaskGroup`, `wait`, `as_completed`. None of our code is
there, so it is IPython that asks, when the cell has ended.
"""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["name", "show"]

_shown: list[tuple[BaseException, BaseException]] = []  # what a cell raised, and what was shown instead


def show(
    shell: InteractiveShell,
    kind: type[BaseException],
    problem: BaseException,
    traceback: TracebackType,
    tb_offset: int | None = None,
) -> None:
    """IPython asks how to show an exception of a cell."""
    from nbgemini.bridge import interrupt_of_cell  # a cell that waits for pictures has it

    instead = _interrupt(interrupt_of_cell())
    if instead is None or hasattr(problem, "_render_traceback_"):
        shell.showtraceback((kind, problem, traceback), tb_offset=tb_offset)
        return
    instead.__context__ = None
    _shown[:] = [(problem, instead)]
    shell.showtraceback((type(instead), instead, traceback), tb_offset=tb_offset)


def _interrupt(found: KeyboardInterrupt | int) -> KeyboardInterrupt | None:
    if not isinstance(found, int):
        return found
    if not found:
        return None
    from nbgemini.bridge import stopped

    tasks = "1 task that waits" if found == 1 else f"{found} tasks that wait"
    return stopped(
        f"stopped waiting, but {tasks} for a picture {'goes' if found == 1 else 'go'} on: asyncio has not cancelled"
        f" {'it' if found == 1 else 'them'}.",
        "What arrives will become a turn, and may be charged: `%imagine history` shows it.",
    )


def name(result: Any) -> None:
    """Front ends are told the name of what was shown."""
    if _shown and result is not None and result.error_in_exec is _shown[0][0]:
        result.error_in_exec = _shown[0][1]
    _shown.clear()
