"""Tab: IPython's completer asks, `tab` answers."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nbgemini.notebook.tab.candidates import Offer

__all__ = ["matched"]

_log = logging.getLogger(__name__)


def matched(shell: InteractiveShell, context: CompletionContext) -> SimpleMatcherResult:
    """What fits at the cursor. Whatever goes wrong, other completion goes on."""
    try:
        offer = _offer(shell, context) if "%imagine" in context.full_text else None
        return _nothing() if offer is None else _result(offer)
    except Exception:
        _log.debug("Tab in a cell of nbgemini failed", exc_info=True)
        return _nothing()


def _offer(shell: InteractiveShell, context: CompletionContext) -> Offer | None:
    from nbgemini.notebook.tab.candidates import offer
    from nbgemini.notebook.tab.facts import Names
    from nbgemini.notebook.tab.place import locate

    place = locate(context.full_text, context.cursor_line, context.cursor_position)
    return None if place is None else offer(place, Names(shell.user_ns, shell.user_ns_hidden))


def _nothing() -> SimpleMatcherResult:
    return SimpleMatcherResult(completions=[], suppress=False)


def _result(offer: Offer) -> SimpleMatcherResult:
    completions: Any = [SimpleCompletion(text, type=kind) for text, kind in offer.candidates] or _Silence()
    return SimpleMatcherResult(completions=completions, matched_fragment=offer.fragment, suppress=True, ordered=True)


class _Silence:
    """No completion at all. IPython hears only matchers with something to say, so this claims a length of one.

    Otherwise Tab in the middle of a prompt would offer Python's names.
    """

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[SimpleCompletion]:
        return iter(())
