"""Loading and unloading: the magics, the `%config NbGemini` traits, Tab, and where the store is.

What IPython will call is registered here, and brings what it needs when it is called: loading costs 2 ms.
"""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgemini.notebook.magics import ImagineMagics
from nbgemini.notebook.traits import NbGemini
from nbgemini.studio import front_end

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext, SimpleMatcherResult
    from IPython.core.interactiveshell import InteractiveShell

    from nbgemini.studio.conversations.reruns import CellRun

__all__ = ["load", "unload"]

MATCHER = "nbgemini.imagine"
_asked: list[tuple[type[BaseException], ...]] = []  # which exceptions IPython asks us about, to be known again

# What IPython makes of a cell that is its first line alone begins and ends like this.
_EMPTY = "get_ipython().run_cell_magic('imagine', ", ", '')\n"


def _notebook(shell: InteractiveShell) -> str:
    """The name of the notebook's file where VS Code tells it."""
    path = shell.user_ns.get("__vsc_ipynb_file__")
    return re.split(r"[/\\]", path)[-1][:200] if isinstance(path, str) else ""


def _running() -> CellRun | None:
    from nbgemini.notebook.cell.running import this_cell

    return this_cell()


def _render(shown: Any) -> Any:
    from nbgemini.notebook.rendering import rendered

    return rendered(shown)


def _with_body(lines: list[str]) -> list[str]:
    """A `%%imagine` without a line below it gets an empty one: IPython would refuse it in words that nbclient loses."""
    if len(lines) != 1 or not lines[0].startswith(_EMPTY[0]) or not lines[0].endswith(_EMPTY[1]):
        return lines
    return [lines[0].removesuffix(_EMPTY[1]) + ", '\\n')\n"]


def _here() -> Path:
    """The working directory. Raises SettingsError when it is gone."""
    with suppress(OSError):
        return Path.cwd()
    from nbgemini.studio.paths import working_place

    return working_place()


def _matcher(shell: InteractiveShell) -> Any:
    from IPython.core.completer import context_matcher

    def complete_imagine(context: CompletionContext) -> SimpleMatcherResult:
        from nbgemini.notebook.tab.complete import matched

        return matched(shell, context)

    return context_matcher(identifier=MATCHER, priority=100)(complete_imagine)


def _ask_of_cancelled_cells(shell: InteractiveShell) -> None:
    """Be asked about them, unless the user has a handler of exceptions already.

    A shell that runs on no loop of asyncio's has none of these cells.
    """
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None and not shell.custom_exceptions:
        _asked[:] = [(asyncio.CancelledError,)]
        shell.set_custom_exc(_asked[0], _show_cancelled)  # type: ignore[no-untyped-call]
        shell.events.register("post_run_cell", _after_cell)


def _show_cancelled(*asked: Any, **how: Any) -> None:
    from nbgemini.notebook.cancelled import show

    show(*asked, **how)


def _after_cell(result: Any) -> None:
    if cancelled := sys.modules.get("nbgemini.notebook.cancelled"):
        cancelled.name(result)


def load(shell: InteractiveShell) -> None:
    """Register the magics and traits in a shell; loading twice leaves one of each."""
    unload(shell)
    traits = NbGemini(parent=shell)
    shell.configurables.append(traits)  # type: ignore[arg-type]  # IPython types the list by its first member
    shell.register_magics(ImagineMagics(shell))
    if shell.Completer is not None:
        shell.Completer.custom_matchers.insert(0, _matcher(shell))  # those that it silences are not even asked
    _ask_of_cancelled_cells(shell)
    if getattr(shell, "kernel", None) is not None:  # a terminal needs what could be warmed now or never
        from nbgemini.notebook import warming

        warming.register(shell)
    shell.input_transformers_post.append(_with_body)
    front_end.set_up(front_end.FrontEnd(traits.given, _render, _here(), lambda: _notebook(shell), _running))


def unload(shell: InteractiveShell) -> None:
    """Take everything back."""
    front_end.set_up()
    matchers = getattr(shell.Completer, "custom_matchers", [])
    for matcher in [*matchers]:
        if getattr(matcher, "matcher_identifier", "") == MATCHER:
            matchers.remove(matcher)
    if _asked and shell.custom_exceptions is _asked[0]:
        shell.set_custom_exc((), None)  # type: ignore[no-untyped-call]
    with suppress(ValueError):  # it is not there
        shell.events.unregister("post_run_cell", _after_cell)
    _asked.clear()
    if warming := sys.modules.get("nbgemini.notebook.warming"):
        warming.unregister(shell)
    with suppress(ValueError):  # it is not there
        shell.input_transformers_post.remove(_with_body)
    # IPython adds the magics themselves to this list, and takes nothing out again.
    for configurable in [*shell.configurables]:
        if isinstance(configurable, NbGemini | ImagineMagics):
            shell.configurables.remove(configurable)
    manager = shell.magics_manager
    for kind, names in ImagineMagics.magics.items():
        table = manager.magics[kind]
        for name in names:  # by name: a look at the other magics of IPython 9 would load them all
            if isinstance(getattr(table.get(name), "__self__", None), ImagineMagics):
                del table[name]
    manager.registry.pop(ImagineMagics.__name__, None)
