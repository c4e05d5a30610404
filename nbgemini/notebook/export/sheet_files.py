"""A sheet as a file of its own: a page, Markdown, a notebook that opens it again, or one picture."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from nbgemini._version import __version__
from nbgemini.core.skeleton import Json
from nbgemini.errors import OptionError
from nbgemini.notebook.contact.contact_sheet import drawn_sheet, sheet_bundle, sheet_html
from nbgemini.notebook.contact.on_sheets import sheet_of
from nbgemini.notebook.contact.sheet_parts import Sheet
from nbgemini.notebook.contact.tiles import Thumbnails
from nbgemini.notebook.export.markdown import escaped, sheet_markdown
from nbgemini.notebook.export.paper import lined, paper
from nbgemini.notebook.show.bundles import sentence
from nbgemini.notebook.show.markup import NOTHING, Html, element, escape
from nbgemini.notebook.show.texts import clean, one_line
from nbgemini.studio.pictures.new_files import check_new, check_new_folder, write_with_folder
from nbgemini.tuning.gathering import Gathering
from nbgemini.tuning.holding.sweep import SheetView

__all__ = ["drawn_file", "written"]

SUFFIXES = (".html", ".md", ".ipynb", ".jpg")
_EMULATED = "These pictures were drawn by nbgemini's emulator, not by a Google model."


def written(shown: object, path: str) -> Path:
    """Write a sheet into a new file of the kind that its suffix says. Raises OptionError."""
    if not isinstance(shown, SheetView | Gathering):
        raise OptionError(f"A {type(shown).__name__} is not a sheet.")
    target = check_new(path, "export", SUFFIXES)
    kind, sheet, folder = target.suffix.lower(), sheet_of(shown), target.with_name(f"{target.stem}_files")
    files: Mapping[str, Iterable[bytes]] = {}
    if kind == ".jpg":
        data = drawn_sheet(sheet, Thumbnails())[0]
    elif kind == ".html":
        data = _page(sheet, emulated=_is_emulated(shown)).encode("utf-8", "replace")
    elif kind == ".md":
        check_new_folder(folder)
        files = {"sheet.jpg": [drawn_file(sheet)]}
        data = ("\n\n".join(sheet_markdown(sheet, f"{quote(folder.name)}/sheet.jpg")) + "\n").encode("utf-8", "replace")
    elif isinstance(shown, SheetView):
        data = _notebook(sheet, shown).encode("utf-8", "replace")
    else:
        raise OptionError(
            "Only the sheet of a sweep can become a notebook.", hint="`.html`, `.md` and `.jpg` take any."
        )
    write_with_folder(target, data, folder, files)
    return target


def drawn_file(sheet: Sheet) -> bytes:
    """The sheet as a picture for a file beside a text."""
    return drawn_sheet(sheet, Thumbnails())[0]


def _is_emulated(shown: SheetView | Gathering) -> bool:
    if isinstance(shown, SheetView):
        return shown.sweep.about.backend == "emulator"
    return any(one.drawn is not None and one.drawn.exchange.backend == "emulator" for one in shown.pictures)


def _page(sheet: Sheet, *, emulated: bool) -> Html:
    """One file that runs nothing and loads nothing."""
    title = one_line(sheet.title, 200)
    facts = (element("li", element("bdi", sentence(clean(line, 1000)))) for line in sheet.lines)
    header = [element("h1", escape(title), dir="auto"), element("ul", *facts, class_="facts apart")]
    header += [element("p", escape(_EMULATED), class_="note")] if emulated else []
    ending = element("p", sentence(clean(sheet.ending)), class_="note") if sheet.ending else NOTHING
    main = lined("main", [sheet_html(sheet, Thumbnails(), bare=True), ending], class_="wide")
    footer = element("footer", element("p", escape(f"Exported by nbgemini {__version__}.")), class_="wide")
    return paper(title, [lined("header", header, class_="wide"), main, footer], styled=True)


def _notebook(sheet: Sheet, shown: SheetView) -> str:
    """A notebook whose one cell shows the sheet, with what it showed when it was written."""
    layout = ", ".join(f"{name}={value!r}" for name, value in shown.layout.items() if value)
    name = json.dumps(shown.sweep.name, ensure_ascii=False)
    source = f"import nbgemini as nb\n\ngrid = nb.open({name})\ngrid.sheet({layout})"
    words = f"# {escaped(one_line(sheet.title, 200))}\n\n{escaped(one_line(sheet.ending.replace('`', ''), 300))}"
    bundle = sheet_bundle(sheet)
    output: dict[str, Json] = {
        "output_type": "display_data",
        "data": dict(bundle.data),
        "metadata": {kind: dict(about) for kind, about in bundle.metadata.items()},
    }
    code: dict[str, Json] = {"cell_type": "code", "execution_count": None, "metadata": {}}
    book = {
        "cells": [
            {"cell_type": "markdown", "id": "title", "metadata": {}, "source": words.strip()},
            {**code, "id": "load", "outputs": [], "source": "%load_ext nbgemini"},
            {**code, "id": "sheet", "outputs": [output], "source": source},
        ],
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"
