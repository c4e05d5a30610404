"""`%imagine verify`: how much of the store was looked at, and what is broken, in a table."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from nbgemini.core.phrases import counted
from nbgemini.notebook.show.bundles import Bundle, line_bundle
from nbgemini.notebook.show.screen import Place, Screen
from nbgemini.notebook.show.tables import table_bundle
from nbgemini.notebook.show.texts import clean, in_bytes
from nbgemini.store.verify import Findings
from nbgemini.studio.reports.verifying import Verdict, verify_and_restore

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["verdict_view", "verify_view"]

_PATIENCE = 1.0  # seconds before a line says how far it is
_MOST = 100  # rows


def verify_view(studio: Studio, screen: Screen) -> Iterable[Bundle]:
    """Look at everything, and say how far it is where that takes long."""
    progress = _Progress(screen)
    verdict = verify_and_restore(studio, progress.tick)
    progress.end()
    return verdict_view(verdict)


class _Progress:
    """One line, updated twice a second at most."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._place = Place(screen)
        self._next = time.monotonic() + _PATIENCE

    def tick(self, done: int, whole: int) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + 0.5
        self._place.put(line_bundle(f"verifying… {in_bytes(done)} of {in_bytes(whole)}"))

    def end(self) -> None:
        if self._place.visible and self._screen.follows:
            self._place.put(line_bundle("verified"))
        self._screen.clear()


def verdict_view(verdict: Verdict) -> Iterator[Bundle]:
    """What is broken and what it means, what was brought back, and how much is whole."""
    whole = _whole(verdict.findings)
    if verdict.restored:
        yield line_bundle(*verdict.restored)
    if not verdict.troubles:
        yield line_bundle(f"No damage found: {whole}.")
        return
    count = len(verdict.troubles)
    rows = [(one.where, one.what, one.means) for one in verdict.troubles[:_MOST]]
    more = f"{count - _MOST} more are not listed. " if count > _MOST else ""
    moved = "" if verdict.writable else " The store is read-only here: nothing was moved."
    title = f"{counted(count, 'thing')} wrong in the store"
    note = f"{more}No other damage found: {whole}. Nothing was deleted.{moved}"
    table = table_bundle(title, ("where", "what is wrong", "what it means"), rows, note=note)
    # Sentences are cut in the columns of a text.
    lines = [f"{number}. {where}: {what}\n   {means}" for number, (where, what, means) in enumerate(rows, 1)]
    yield replace(table, text=clean("\n".join([title, *lines, note]), 40_000))


def _whole(findings: Findings) -> str:
    bad = {kind: sum(1 for fault in findings.faults if fault.kind == kind) for kind in ("record", "answer")}
    counts = [
        (findings.objects, "object", f" ({in_bytes(findings.bytes)})"),
        (findings.records - bad["record"], "record", ""),
        (findings.answers - bad["answer"], "answer", ""),
        (findings.conversations, "conversation", ""),
        (findings.ledgers, "cost file", ""),
        *([(findings.sweeps, "sweep", "")] if findings.sweeps else []),
        *([(findings.batches, "batch job", "")] if findings.batches else []),
    ]
    parts = [f"{counted(count, what)}{size}" for count, what, size in counts]
    if findings.requests:
        parts.append(f"{counted(findings.requests, 'request')} under way or left over")
    return f"{', '.join(parts)}, in {findings.seconds:.1f} s"
