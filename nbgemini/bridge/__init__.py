"""Worker threads of our own do the network I/O; callers, sync and async, wait for them and may stop waiting.

A `Job` is one piece of work on a daemon thread. It ends in one of two ways, decided in one step by whoever comes first:
the worker *claims* it and commits, or the caller *abandons* it and nothing that the worker brings later changes the
conversation. So a KeyboardInterrupt raised by a wait means that the history is unchanged, and a normal return means
that the turn is committed. No event loop is run and nothing is patched, so uvloop, trio, `%autoawait`, subshells and a
user's own `nest_asyncio.apply()` cannot hurt. No lock is held while a caller's code runs.

Jobs of one `Lane` (a conversation) run one after another, first in, first out; an abandoned job leaves at once.

Begin with `jobs`. `lanes` is the queue, `interrupts` what Ctrl-C and the stop button do to a wait, `loops` how an async
caller waits on its own loop. Not here: what the work is (`net`, `studio`).
"""

from nbgemini.bridge.interrupts import Interrupted, Interrupts, stopped, whole
from nbgemini.bridge.jobs import Job, Late, Stoppable
from nbgemini.bridge.lanes import Lane
from nbgemini.bridge.loops import interrupt_of_cell, interrupt_of_task, reenter_refusal

__all__ = [
    "Interrupted",
    "Interrupts",
    "Job",
    "Lane",
    "Late",
    "Stoppable",
    "interrupt_of_cell",
    "interrupt_of_task",
    "reenter_refusal",
    "stopped",
    "whole",
]
