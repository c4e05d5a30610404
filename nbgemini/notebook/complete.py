"""Tab: IPython's completer asks, `tab` answers; registered when the extension is loaded, taken back afterwards."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nbgemini.notebook.tab.candidates import Offer

__all__ = ["register", "unregister"]

IDENTIFIER = "nbgemini.imagine"
_log = logging.getLogger(__name__)


def register(shell: InteractiveShell) -> None:
    """Let Tab know `%%imagine` and `%imagine`; registering twice leaves one."""
    unregister(shell)
    if shell.Completer is not None:
        shell.Completer.custom_matchers.insert(0, _matcher(shell))


def unregister(shell: InteractiveShell) -> None:
    """Take it back."""
    matchers = getattr(shell.Completer, "custom_matchers", [])
    matchers[:] = [one for one in matchers if getattr(one, "matcher_identifier", "") != IDENTIFIER]


def _matcher(shell: InteractiveShell) -> Any:
    """A matcher that comes before all others, so that those it silences are not even asked."""

    def complete_imagine(context: CompletionContext) -> SimpleMatcherResult:
        """What fits at the cursor. Whatever goes wrong, other completion goes on."""
        try:
            offer = _offer(shell, context) if "%imagine" in context.full_text else None
            return _nothing() if offer is None else _result(offer)
        except Exception:
            _log.debug("Tab in a cell of nbgemini failed", exc_info=True)
            return _nothing()

    return context_matcher(identifier=IDENTIFIER, priority=100)(complete_imagine)


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
