"""How a result, a sheet or what was found looks where it is the last value of a cell."""

from __future__ import annotations

from typing import Any

from nbgemini.bridge import Interrupts

__all__ = ["rendered"]


def rendered(shown: Any) -> Any:
    """Its MIME bundle, as `_repr_mimebundle_` gives it."""
    with Interrupts():  # a SIGINT comes before it or after it
        return _bundle(shown)


def _bundle(shown: Any) -> Any:
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
