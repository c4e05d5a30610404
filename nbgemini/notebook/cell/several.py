"""A plain cell with `-n`: its pictures on one sheet, which fills in as they come, as that of a sweep does.

Sheets and sweeps are imported where there are several pictures: a cell with one does without them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nbgemini.core.content import Turn, picture_part
from nbgemini.core.exchange import Answer, Exchange
from nbgemini.core.live import LivePart
from nbgemini.errors import ConversationError
from nbgemini.notebook.cell.live_view import LiveView, View
from nbgemini.notebook.show.bundles import Bundle
from nbgemini.notebook.show.display import outputs, words_bundles
from nbgemini.notebook.show.footer import footer
from nbgemini.notebook.show.texts import one_line
from nbgemini.store.store import Store
from nbgemini.studio.handles import Result

if TYPE_CHECKING:
    from nbgemini.studio.drawing import Drawing
    from nbgemini.tuning.holding.shot import Run
    from nbgemini.tuning.holding.sweep import Sweep

__all__ = ["SeveralView", "live_view", "shown"]


def shown(result: Result, *, preview: int, quiet: bool, rich: bool) -> tuple[Bundle, ...]:
    """The outputs of a cell: of several pictures one sheet, and beneath it what the answers say besides."""
    results = list(result.variants)
    if len(results) < 2 or not rich:
        return outputs(result, preview=preview, quiet=quiet, rich=rich)
    from nbgemini.notebook.contact.contact_sheet import contact_sheet

    sheet = contact_sheet(_sweep_of([one.exchange for one in results], result.store, results, _head(result)))
    words = words_bundles(results, quiet=quiet)
    return (sheet, *words) if quiet else (sheet, *words, footer(results))


def _head(result: Result) -> str:
    """The id of the answer that the conversation goes on from."""
    return result.conversation.value.head or ""


def live_view(drawing: Drawing, count: int) -> View:
    """What shows an answer while it comes: of several the sheet, unless their thoughts are asked for."""
    if count > 1 and not drawing.ask.options.thoughts:
        return SeveralView(drawing, count)
    return LiveView(drawing.picture_bytes)


class SeveralView:
    """The sheet while it fills in: what the live parts of a job have brought, by the number of their request."""

    def __init__(self, drawing: Drawing, count: int) -> None:
        from nbgemini.notebook.contact.tiles import Thumbnails

        self._drawing = drawing
        self._count = count
        self._thumbnails = Thumbnails()

    def bundle(self, parts: Sequence[LivePart], *, running: bool) -> Bundle:
        """The sheet as far as it has come."""
        from nbgemini.notebook.contact.contact_sheet import contact_sheet

        come = {part.number: part.picture for part in parts if part.picture is not None and not part.thought}
        asked = self._drawing.asked
        exchanges = []
        for number in range(self._count):
            picture = come.get(number)
            if picture is None:
                exchanges.append(asked)
                continue
            turn = Turn("model", {"role": "model", "parts": [picture_part(picture)]}, {picture.sha256: picture})
            exchanges.append(replace(asked, id=picture.sha256[:16], answer=Answer(turn=turn)))
        sweep = _sweep_of(exchanges, self._drawing.store, [], "")
        return contact_sheet(sweep, self._thumbnails, drawn=False)


def _sweep_of(exchanges: Sequence[Exchange], store: Store, results: Sequence[Result], head: str) -> Sweep:
    """The answers of one cell as a sweep without axes, for its sheet alone."""
    from nbgemini.store.sweep_lines import About, Planned
    from nbgemini.store.sweep_log import SweepLog
    from nbgemini.tuning.holding.shot import Run
    from nbgemini.tuning.holding.sweep import Sweep
    from nbgemini.tuning.shooting.shots import Entry

    first = exchanges[0]
    about = About(
        id=first.group or "0000",
        name=one_line(first.prompt, 160),
        key="",
        model=first.model,
        backend=first.backend,
        parent=first.parent,
        created=first.created,
    )
    shots = [Planned(labels={}, sample=number, asked=one) for number, one in enumerate(exchanges, 1)]
    log = SweepLog.unwritten(store.files, about, shots)
    entries = {}
    for number, exchange in enumerate(exchanges, 1):
        entries[number] = Entry.of(log, number)
        if exchange.turn is not None:
            entries[number].answer(exchange)
        else:
            entries[number].begin()
    behind = _OneCell({one.exchange.id: one for one in results}, store, head)
    return Sweep(Run(about=about, store=store, behind=behind, conversation="", entries=entries, labels={}))


class _OneCell:
    """What a sheet asks of the cell that it is of."""

    def __init__(self, results: Mapping[str, Result], store: Store, head: str) -> None:
        self._results = results
        self._store = store
        self._head = head

    def result_of(self, run: Run, exchange: Exchange) -> Any:
        from nbgemini.studio.pictures.drawn import Drawn

        known = self._results.get(exchange.id)
        return known or Drawn(exchange=exchange, turn=0, conversation_name="", store=self._store)

    def picked(self, run: Run) -> frozenset[str]:
        return frozenset((self._head,))

    def model_id(self, name: str) -> str:
        return name  # it has no axes

    def name_of(self, run: Run) -> str:
        return run.about.name

    def rendered(self, sheet: Any) -> Any:
        return {"text/plain": repr(sheet)}

    def _not_here(self, *_: Any, **__: Any) -> Any:
        raise ConversationError(
            "This is the sheet of a single cell.", hint="`%imagine pick K` goes on from one of its pictures."
        )

    pick: Callable[..., Any] = _not_here
    resume: Callable[..., Any] = _not_here
    cancel: Callable[..., Any] = _not_here
