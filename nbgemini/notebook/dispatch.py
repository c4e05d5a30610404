"""What one `%imagine` or `%%imagine` does: from a cell's words to the studio and back to the display.

Not known to `magics` before there is a cell, so that loading the extension is cheap.
"""

from __future__ import annotations

from typing import Any

from nbgemini.bridge import stopped
from nbgemini.core.redact import redact
from nbgemini.errors import InternalFault, NbgeminiError, OptionError
from nbgemini.settings import secrets_in_use
from nbgemini.studio import process

__all__ = ["run", "stopped_short", "told"]


def run(line: str, cell: str | None, user_ns: dict[str, Any]) -> None:
    """Do what a line says, or draw what a cell asks for. Raises NbgeminiError."""
    asks_for_help = bool({"-h", "--help"} & {*line.split()})
    if cell is None or asks_for_help:
        from nbgemini.notebook.line.arguments import parse_subcommand

        meant = parse_subcommand("help" if asks_for_help else line)
        from nbgemini.notebook import subcommands

        subcommands.run(process.studio(), meant)
    else:
        _cell(line, cell, user_ns)


def _cell(line: str, body: str, user_ns: dict[str, Any]) -> None:
    from nbgemini.notebook.cell.asked import typed

    cell = typed(line, body, user_ns, process.studio)
    if cell.options.vary or cell.options.batch:
        from nbgemini.notebook.cell import sweep_cell

        look = cell.options.dry_run or cell.options.show
        draw = sweep_cell.begin_sweep if cell.options.bg else sweep_cell.draw_sweep
        (sweep_cell.look_at_sweep if look else draw)(process.studio(), cell)
        return
    from nbgemini.notebook.cell import foreground

    if cell.options.dry_run or cell.options.show:
        foreground.look(process.studio(), cell)
    elif cell.options.bg:
        from nbgemini.notebook.cell import background

        background.begin(process.studio(), cell)
    else:
        foreground.draw(process.studio(), cell)


def stopped_short(error: KeyboardInterrupt, *, drew: bool) -> KeyboardInterrupt:
    """An interrupt without our frames. One that tells nothing itself came before a cell sent or after it had shown."""
    if hasattr(error, "_render_traceback_"):
        return error
    return stopped("stopped. What was paid for is in `%imagine history`." if drew else "stopped. Nothing was charged.")


def told(error: Exception, *, drew: bool) -> NbgeminiError:
    """What to raise for it, without secrets; what it has no room for is shown."""
    if isinstance(error, NbgeminiError):
        _tell(error)
        return error
    # A picture that was paid for is on disk, whatever fails after that.
    fault = InternalFault.of(error, charged="maybe" if drew else "nothing sent")
    _cover(fault)
    return fault


def _cover(error: NbgeminiError) -> None:
    """Errors repeat what a user typed, and that may hold the key."""
    error.cover(lambda text: redact(text, secrets_in_use()))


def _tell(error: NbgeminiError) -> None:
    """Cover it, and show all that is wrong where the error itself has room for a few."""
    _cover(error)
    if not isinstance(error, OptionError) or not error.every_fault:
        return
    from nbgemini.notebook.show.folded import list_bundle
    from nbgemini.notebook.show.screen import current_screen, publish

    publish([list_bundle(f"{len(error.faults)} things are wrong:", error.every_fault)], current_screen())
    error.listed = True
