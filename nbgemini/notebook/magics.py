"""`%%imagine` and `%imagine`: from a cell's words to the studio and back to the display; no logic of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

if TYPE_CHECKING:
    from nbgemini.errors import NbgeminiError

__all__ = ["ImagineMagics"]


@magics_class
class ImagineMagics(Magics):
    """The magics of one shell. Everything behind them is imported when a cell first needs it."""

    @no_var_expand
    @line_cell_magic
    def imagine(self, line: str, cell: str | None = None) -> None:
        """Draw or edit a picture from the text of a cell."""
        try:
            self._run(line, cell)
        except KeyboardInterrupt as error:
            raise _short(error, drew=cell is not None) from None
        except Exception as error:
            from nbgemini.errors import InternalFault, NbgeminiError

            if isinstance(error, NbgeminiError):
                _tell(error)
                raise
            # A picture that was paid for is on disk, whatever fails after that.
            fault = InternalFault.of(error, charged="maybe" if cell else "nothing sent")
            _cover(fault)
            raise fault from error

    def _run(self, line: str, cell: str | None) -> None:
        asks_for_help = bool({"-h", "--help"} & {*line.split()})
        if cell is None or asks_for_help:
            from nbgemini.notebook.line.arguments import parse_subcommand

            meant = parse_subcommand("help" if asks_for_help else line)
            from nbgemini.notebook import subcommands
            from nbgemini.studio import process

            subcommands.run(process.studio(), meant)
        else:
            self._cell(line, cell)

    def _cell(self, line: str, body: str) -> None:
        from nbgemini.notebook.cell.asked import typed
        from nbgemini.studio import process

        cell = typed(line, body, self._user_ns(), process.studio)
        if cell.options.vary or cell.options.batch:
            from nbgemini.notebook.cell import sweep_cell

            look = cell.options.dry_run or cell.options.show
            run = sweep_cell.begin_sweep if cell.options.bg else sweep_cell.draw_sweep
            (sweep_cell.look_at_sweep if look else run)(process.studio(), cell)
            return
        from nbgemini.notebook.cell import foreground

        if cell.options.dry_run or cell.options.show:
            foreground.look(process.studio(), cell)
        elif cell.options.bg:
            from nbgemini.notebook.cell import background

            background.begin(process.studio(), cell)
        else:
            foreground.draw(process.studio(), cell)

    def _user_ns(self) -> dict[str, Any]:
        return {} if self.shell is None else self.shell.user_ns


def _short(error: KeyboardInterrupt, *, drew: bool) -> KeyboardInterrupt:
    """An interrupt without our frames. One that tells nothing itself came before a cell sent or after it had shown."""
    from nbgemini.bridge import stopped

    if hasattr(error, "_render_traceback_"):
        return error
    return stopped("stopped. What was paid for is in `%imagine history`." if drew else "stopped. Nothing was charged.")


def _cover(error: NbgeminiError) -> None:
    """Errors repeat what a user typed, and that may hold the key."""
    from nbgemini.core.redact import redact
    from nbgemini.settings import secrets_in_use

    error.cover(lambda text: redact(text, secrets_in_use()))


def _tell(error: NbgeminiError) -> None:
    """Cover it, and show all that is wrong where the error itself has room for a few."""
    from nbgemini.errors import OptionError

    _cover(error)
    if not isinstance(error, OptionError) or not error.every_fault:
        return
    from nbgemini.notebook.show.folded import list_bundle
    from nbgemini.notebook.show.screen import current_screen, publish

    publish([list_bundle(f"{len(error.faults)} things are wrong:", error.every_fault)], current_screen())
    error.listed = True


def _page() -> str:
    from nbgemini.notebook.help.pages import page

    return page()


# IPython's inspector asks for `getdoc` before it looks at the docstring: `%%imagine?` is made when it is asked for.
vars(ImagineMagics)["imagine"].getdoc = _page
