"""`%imagine doctor`: what is set and who answers, how the store is, which versions run, and what to do."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

from nbgemini.core.exchange import Backend
from nbgemini.core.pacific import next_midnight, span
from nbgemini.core.phrases import counted
from nbgemini.notebook.show.bundles import Bundle, line_bundle
from nbgemini.notebook.show.folded import folded
from nbgemini.notebook.show.markup import NOTHING
from nbgemini.notebook.show.tables import pairs_bundle, table_bundle
from nbgemini.notebook.show.texts import in_bytes
from nbgemini.studio.reports.doctor import Access, Report
from nbgemini.studio.reports.health import Health, Problem

__all__ = ["doctor_view", "front_end"]


def doctor_view(report: Report, front: str) -> Iterable[Bundle]:
    """What is wrong first, with what to do about it; drawn by and what is not as usual; then, folded, all the rest."""
    yield line_bundle(*_verdict(report.problems))
    changed = [(row.name, row.value, row.source) for row in report.settings if row.source != "default"]
    if changed:
        yield table_bundle("Changed settings", ("setting", "value", "from"), changed)
    yield pairs_bundle([*_access(report.access), *_store(report.health)])
    rows = [(row.name, row.value, row.source) for row in report.settings]
    pairs = [*_quotas(report.served_by, time.time()), *report.versions, ("front end", front)]
    parts = (
        table_bundle("Settings, and where each comes from", ("setting", "value", "from"), rows),
        pairs_bundle(pairs),
    )
    shown = folded("All settings, quotas and versions", *(part.html or NOTHING for part in parts))
    yield Bundle("\n\n".join(part.text for part in parts), shown)


def _verdict(problems: tuple[Problem, ...]) -> Iterator[str]:
    if not problems:
        yield "No problem found."
        return
    yield f"{counted(len(problems), 'thing')} to look at:"
    for number, problem in enumerate(problems, 1):
        yield f"{number}. {problem.what} {problem.advice}"


def _access(access: Access) -> Iterator[tuple[str, str]]:
    yield "key", access.key
    yield "drawn by", access.answers
    yield "key check", f"{access.state}: {access.check}"
    if access.uploads:
        yield "uploads", f"{access.uploads}; `nbgemini.uploads().delete()` deletes them"


def _quotas(served_by: Backend | None, now: float) -> Iterator[tuple[str, str]]:
    """What limits whoever draws, and who shows the numbers."""
    if served_by == "emulator":
        yield "quotas", "none on the emulator; `nbgemini.emulator(rpm=10)` sets one"
    elif served_by == "vertex":
        yield "quotas", "those of the Google Cloud project; a 429 without a quota means that Google has no capacity"
    elif served_by == "gemini":
        reset = span(next_midnight(now) - now)
        yield (
            "quotas",
            f"per minute, per day (reset at midnight Pacific time, in {reset}) and by money, for the whole project;"
            " numbers: aistudio.google.com/rate-limit, more: %imagine help quotas",
        )


def _store(health: Health) -> Iterator[tuple[str, str]]:
    yield "store", str(health.path)
    yield "state", _state(health)
    if health.exists:
        yield "holds", _contents(health)
        least = "" if health.whole else "at least "
        yield "size", f"{least}{_bytes(health.size)} in {health.files:,} files"
    if health.batches:
        yield (
            "batches",
            f"{counted(health.batches, 'job')} under way; `%imagine batches --collect` takes in what is done",
        )
    yield "free space", "unknown" if health.free is None else _bytes(health.free)


def _state(health: Health) -> str:
    if not health.exists:
        return "not there yet: the first picture creates it" if health.writable else "cannot be created"
    version = "no version yet" if health.version is None else f"format {health.version}"
    return f"{'writable' if health.writable else 'read-only'}, {version}"


def _contents(health: Health) -> str:
    counts = [
        (health.conversations, "conversation", "conversations"),
        *([(health.sweeps, "sweep", "sweeps")] if health.sweeps else []),
        (health.turns, "turn", "turns"),
        (health.orphans, "late answer", "late answers"),
        (health.left_over, "request without an answer", "requests without an answer"),
    ]
    return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts)


def _bytes(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else in_bytes(size)


def front_end(shell: Any, *, names_cells: bool) -> str:
    """What shows the outputs, as far as a kernel can tell; `names_cells`: it says which cell runs."""
    if shell is None:
        return "none: a script"
    if not hasattr(shell, "kernel"):
        return "a terminal"
    name = "a notebook front end"
    if "google.colab" in sys.modules:
        name = "Colab"
    elif any(str(one).startswith("__vsc_ipynb_file__") for one in list(shell.user_ns)):
        name = "VS Code"
    if names_cells:
        return f"{name}; it says which cell runs: a cell that is run again replaces its old turn on the branch"
    return f"{name}; it does not say which cell runs: a cell that is run again goes on from the last picture"
