"""Loading and unloading: the magics, the `%config NbGemini` traits and Tab, and where the store is."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgemini.notebook import cancelled, complete
from nbgemini.notebook.magics import ImagineMagics
from nbgemini.notebook.traits import NbGemini
from nbgemini.studio import front_end

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nbgemini.studio.conversations.reruns import CellRun

__all__ = ["load", "unload"]


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
    from nbgemini.bridge import Interrupts

    with Interrupts():  # a SIGINT comes before it or after it
        return _rendered(shown)


def _rendered(shown: Any) -> Any:
    from nbgemini.notebook.show.display import result_mimebundle
    from nbgemini.notebook.show.screen import current_screen
    from nbgemini.notebook.views.strips import strip_of
    from nbgemini.studio.handles import Result
    from nbgemini.studio.process import studio
    from nbgemini.tuning.finding.found import Found
    from nbgemini.tuning.gathering import Gathering
    from nbgemini.tuning.holding.sweep import SheetView

    screen = current_screen()
    rich = screen.rich
    if isinstance(shown, Found):
        from nbgemini.notebook.views.found_view import found_view

        return {**found_view(shown, rich=rich).data, "text/plain": repr(shown)}
    if isinstance(shown, Result):
        return result_mimebundle(shown, rich=rich)
    if isinstance(shown, SheetView | Gathering):
        from nbgemini.notebook.contact.contact_sheet import sheet_bundle
        from nbgemini.notebook.contact.on_sheets import sheet_of

        bundle = sheet_bundle(sheet_of(shown), rich=rich)
        return bundle.data, dict(bundle.metadata)
    return {**strip_of(studio(), shown.value, screen).data, "text/plain": repr(shown)}


def _with_body(lines: list[str]) -> list[str]:
    """A `%%imagine` without a line below it gets an empty one: IPython would refuse it in words that nbclient loses."""
    if len(lines) != 1 or not lines[0].startswith(_EMPTY[0]) or not lines[0].endswith(_EMPTY[1]):
        return lines
    return [lines[0].removesuffix(_EMPTY[1]) + ", '\\n')\n"]


def _in_a_kernel(shell: InteractiveShell) -> bool:
    """A script or a terminal needs what could be warmed now or never."""
    return getattr(shell, "kernel", None) is not None


def _here() -> Path:
    """The working directory. Raises SettingsError when it is gone."""
    with suppress(OSError):
        return Path.cwd()
    from nbgemini.studio.paths import working_place

    return working_place()


def load(shell: InteractiveShell) -> None:
    """Register the magics and traits in a shell; loading twice leaves one of each."""
    unload(shell)
    traits = NbGemini(parent=shell)
    shell.configurables.append(traits)  # type: ignore[arg-type]  # IPython types the list by its first member
    shell.register_magics(ImagineMagics(shell))
    complete.register(shell)
    cancelled.register(shell)
    if _in_a_kernel(shell):
        from nbgemini.notebook import warming

        warming.register(shell)
    shell.input_transformers_post.append(_with_body)
    front_end.set_up(front_end.FrontEnd(traits.given, _render, _here(), lambda: _notebook(shell), _running))


def unload(shell: InteractiveShell) -> None:
    """Take everything back."""
    front_end.set_up()
    complete.unregister(shell)
    cancelled.unregister(shell)
    if _in_a_kernel(shell):
        from nbgemini.notebook import warming

        warming.unregister(shell)
    shell.input_transformers_post[:] = [one for one in shell.input_transformers_post if one is not _with_body]
    # IPython adds the magics themselves to this list, and takes nothing out again.
    shell.configurables[:] = [one for one in shell.configurables if not isinstance(one, NbGemini | ImagineMagics)]
    manager = shell.magics_manager
    for kind, names in ImagineMagics.magics.items():
        table = manager.magics[kind]
        # By name: a look at the other magics of IPython 9 would load them all.
        for name in [one for one in names if isinstance(getattr(table.get(one), "__self__", None), ImagineMagics)]:
            del table[name]
    manager.registry.pop(ImagineMagics.__name__, None)
