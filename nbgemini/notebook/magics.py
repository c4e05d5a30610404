"""`%%imagine` and `%imagine`, as IPython knows them; what they do is in `dispatch`."""

from __future__ import annotations

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

__all__ = ["ImagineMagics"]


@magics_class
class ImagineMagics(Magics):
    """The magics of one shell. Everything behind them is imported when a cell first needs it."""

    @no_var_expand
    @line_cell_magic
    def imagine(self, line: str, cell: str | None = None) -> None:
        """Draw or edit a picture from the text of a cell."""
        try:
            from nbgemini.notebook.dispatch import run

            run(line, cell, {} if self.shell is None else self.shell.user_ns)
        except KeyboardInterrupt as error:
            from nbgemini.notebook.dispatch import stopped_short

            raise stopped_short(error, drew=cell is not None) from None
        except Exception as error:
            from nbgemini.notebook.dispatch import told

            failure = told(error, drew=bool(cell))
            if failure is error:
                raise
            raise failure from error


def _page() -> str:
    from nbgemini.notebook.help.pages import page

    return page()


# IPython's inspector asks for `getdoc` before it looks at the docstring: `%%imagine?` is made when it is asked for.
vars(ImagineMagics)["imagine"].getdoc = _page
