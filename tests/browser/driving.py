"""A notebook in JupyterLab as its user has it: keys, clicks, and what is to be seen in the page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

__all__ = ["DRIVER", "LabNotebook", "Requests", "expect", "write_notebook"]

DRIVER = Path(__file__).with_name("driver.js").read_text("utf-8")
_SETTLED = 25_000  # milliseconds for what should take one or two seconds, on a machine that is busy


def expect(what: Locator) -> Any:  # the class of these has no public name
    """Playwright's own assertions: what a page shows in the end is waited for."""
    from playwright.sync_api import expect as playwright_expect

    playwright_expect.set_options(timeout=_SETTLED)
    return playwright_expect(what)


@dataclass
class Requests:
    """Every address that the page asked for, and what it opened."""

    home: str
    addresses: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.context.on("request", lambda request: self.addresses.append(request.url))
        page.on("websocket", lambda socket: self.addresses.append(socket.url))
        page.on("dialog", self._dialog)

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    @property
    def elsewhere(self) -> list[str]:
        """Those that left for another server. `data:` and `blob:` carry their bytes themselves."""
        home = urlsplit(self.home).netloc
        parts = [(one, urlsplit(one)) for one in self.addresses]
        return [one for one, part in parts if part.scheme not in ("data", "blob") and part.netloc != home]


@dataclass
class LabNotebook:
    """The notebook in front. Cells are counted from 0."""

    page: Page
    path: Path

    # -- running -------------------------------------------------------------------------------------------------------

    def run(self, *cells: int) -> None:
        """Shift+Enter in each of these cells, one after the other, each to its end."""
        for at in cells:
            asked = self.ask(at)
            self.ended(asked)

    def ask(self, at: int) -> int:
        """Shift+Enter in a cell; how many cells have been asked for by then."""
        asked = len(self.asked())
        self.edit(at)
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function("n => window.driver.asked().length > n", arg=asked, timeout=_SETTLED)
        return asked + 1

    def run_all(self) -> None:
        """Run > Run All Cells, to the end."""
        asked = len(self.asked())
        cells = self.page.evaluate("""() => window.jupyterapp.shell.currentWidget.content.widgets
            .filter(cell => cell.model.type === 'code' && cell.model.sharedModel.getSource().trim()).length""")
        self.command("notebook:run-all-cells")
        self.ended(asked + cells)

    def ended(self, count: int, seconds: float = _SETTLED / 1000) -> None:
        """Wait until so many of the cells that were asked for have ended."""
        self.page.wait_for_function("n => window.driver.ended() >= n", arg=count, timeout=seconds * 1000)

    def asked(self) -> list[str]:
        """The `cellId` of every cell that was asked for, in order."""
        asked: list[str] = self.page.evaluate("() => window.driver.asked()")
        return asked

    def command(self, name: str) -> None:
        """A command as the menus give it. Not waited for: some open a dialog."""
        self.page.evaluate("id => { window.jupyterapp.commands.execute(id); }", name)

    def restart(self) -> None:
        """Kernel > Restart Kernel, and yes to the question."""
        self.command("notebook:restart-kernel")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.locator(".jp-Dialog").wait_for(state="detached")
        self.page.evaluate("() => window.driver.restarted()")

    def reload(self) -> None:
        """Load the page anew, and come back to the notebook; its kernel goes on."""
        self.page.reload()
        self.page.wait_for_function("() => window.jupyterapp !== undefined", timeout=100_000)
        self.page.evaluate("() => window.jupyterapp.restored.then(() => null)")
        self.page.evaluate(DRIVER)
        name = f"{self.path.parent.name}/{self.path.name}"
        self.page.evaluate("path => window.driver.open(path)", name)
        self.page.evaluate("() => { window.jupyterapp.shell.collapseLeft(); }")

    # -- the page ------------------------------------------------------------------------------------------------------

    def theme(self, name: str) -> None:
        """`Light` or `Dark`."""
        self.page.evaluate(
            "name => window.driver.command('apputils:change-theme', { theme: name })", f"JupyterLab {name}"
        )
        light = str(name == "Light").lower()
        self.page.locator(f'body[data-jp-theme-light="{light}"]').wait_for(state="attached")

    def resize(self, width: int, height: int = 1000) -> None:
        """The size of the page in CSS pixels; returns when it is drawn."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 300)))")

    # -- cells ---------------------------------------------------------------------------------------------------------

    @property
    def front(self) -> Locator:
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def cell(self, at: int) -> Locator:
        return self.front.locator(".jp-Cell").nth(at)

    def output(self, at: int) -> Locator:
        return self.cell(at).locator(".jp-OutputArea-output")

    def text(self, at: int) -> str:
        """All that a reader, or a screen reader, finds in the outputs of a cell."""
        return "\n".join(self.output(at).all_text_contents())

    def says(self, at: int, text: str, seconds: float = _SETTLED / 1000) -> None:
        """Wait until the outputs of a cell hold a text."""
        self.output(at).filter(has_text=text).first.wait_for(state="attached", timeout=seconds * 1000)

    def pictures(self, at: int) -> Locator:
        """The picture outputs of a cell."""
        return self.cell(at).locator(".jp-RenderedImage img")

    def edit(self, at: int) -> None:
        """Click into a cell."""
        self.cell(at).locator(".cm-content").click()

    def write(self, at: int, text: str) -> None:
        """Put another text into a cell."""
        self.page.evaluate("([at, text]) => window.driver.rewrite(at, text)", [at, text])

    def source(self, at: int) -> str:
        return str(self.page.evaluate("at => window.driver.source(at)", at))

    def ids(self) -> list[str]:
        ids: list[str] = self.page.evaluate("() => window.driver.ids()")
        return ids

    # -- Tab -----------------------------------------------------------------------------------------------------------

    def tab(self, at: int, text: str) -> list[str]:
        """Type into an emptied cell, press Tab: what is offered, in order."""
        self.page.keyboard.press("Escape")
        self.write(at, "")
        self.edit(at)
        self.page.keyboard.type(text)
        before = self.page.evaluate("() => window.driver.completed()")
        self.page.keyboard.press("Tab")
        self.page.wait_for_function("n => window.driver.completed() > n", arg=before, timeout=_SETTLED)
        shown = self.page.locator(".jp-Completer:not(.lm-mod-hidden) .jp-Completer-match")
        if self.page.evaluate(
            "() => window.driver.offered()"
        ):  # the list is drawn after the reply; an empty one never is
            shown.first.wait_for(timeout=_SETTLED)
        self.page.wait_for_timeout(250)
        return shown.all_text_contents()

    def accept(self, at: int) -> str:
        """Take the first of what Tab offers: the cell as it then is."""
        self.page.keyboard.press("Enter")
        return self.source(at)

    # -- the file ------------------------------------------------------------------------------------------------------

    def saved(self) -> dict[str, Any]:
        """The notebook as it lies on disk after saving."""
        self.page.evaluate("() => window.driver.save()")
        found: dict[str, Any] = json.loads(self.path.read_text("utf-8"))
        return found

    def close(self) -> None:
        self.page.keyboard.press("Escape")
        self.page.evaluate("() => window.driver.close()")


def write_notebook(path: Path, cells: Sequence[str]) -> None:
    """A notebook file of code cells, with the ids that JupyterLab sends along."""
    made: list[dict[str, object]] = [
        {
            "cell_type": "code",
            "id": f"cell-{at}",
            "metadata": {},
            "source": text,
            "outputs": [],
            "execution_count": None,
        }
        for at, text in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": made}))
