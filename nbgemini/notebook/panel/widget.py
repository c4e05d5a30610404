"""The panel as a widget: an anywidget whose traits go one way, and the places for ordinary outputs below it."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from nbgemini.core.phrases import counted
from nbgemini.notebook.cell.running import this_cell
from nbgemini.notebook.panel.contract import PROTO
from nbgemini.notebook.panel.desk import Desk
from nbgemini.notebook.panel.drafts import place_in_notebook
from nbgemini.notebook.panel.verbs import do
from nbgemini.notebook.show.bundles import Bundle
from nbgemini.notebook.show.markup import element, escape
from nbgemini.notebook.show.screen import NotebookScreen, Place

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["Panel", "face_source"]

# The page's half, in the order in which it reads: each file declares functions, the last one exports `render`.
_PIECES = (
    "page.js",
    "kernel.js",
    "notebook.js",
    "files.js",
    "marks.js",
    "stage.js",
    "sheet.js",
    "compare.js",
    "pairs.js",
    "lightbox.js",
    "vary.js",
    "refine.js",
    "strip.js",
    "compose.js",
    "panel.js",
)
# What a reader sees where no panel runs: an export, GitHub, a page whose kernel is gone. A panel that runs hides it.
_STILL_WORDS = (
    "The nbgemini panel was here. Run this cell to open it again; the conversation is saved beside the notebook."
)
_STILL_CLASS = "nbgemini-still tex2jax_ignore mathjax_ignore"
_STILL = Bundle(_STILL_WORDS, element("p", escape(_STILL_WORDS), class_=_STILL_CLASS)).data
_PLACES = 4  # outputs that can stand below a panel


def face_source() -> str:
    """The page's half as one module, its style sheet inside: nothing is loaded from anywhere."""
    folder = files("nbgemini.notebook.panel") / "face"
    style = (folder / "panel.css").read_text("utf-8")
    return "\n".join([f"const CSS = {json.dumps(style)};", *((folder / one).read_text("utf-8") for one in _PIECES)])


def _told(kind: Any) -> Any:
    return kind.tag(sync=True)


class Panel(anywidget.AnyWidget):
    """The panel of a conversation; `nbgemini.panel()` makes one. Its traits are read-only for the page."""

    _esm = face_source()

    proto = _told(traitlets.Int(PROTO))
    uid = _told(traitlets.Unicode())
    models = _told(traitlets.List())
    model = _told(traitlets.Unicode())
    aspect = _told(traitlets.Unicode())
    size = _told(traitlets.Unicode())
    count = _told(traitlets.Int(1))
    thinking = _told(traitlets.Unicode())
    search = _told(traitlets.Unicode())
    thoughts = _told(traitlets.Bool(False))
    tier = _told(traitlets.Unicode())
    seed = _told(traitlets.Unicode())
    safety = _told(traitlets.Unicode())
    system = _told(traitlets.Unicode())
    prompt = _told(traitlets.Unicode())
    conversation = _told(traitlets.Dict())
    conversations = _told(traitlets.List())
    turns = _told(traitlets.List())
    head = _told(traitlets.Dict())
    refs = _told(traitlets.List())
    job = _told(traitlets.Dict())
    cost = _told(traitlets.Dict())
    queue = _told(traitlets.Dict())
    sweep = _told(traitlets.Dict())
    said = _told(traitlets.Dict())

    def __init__(self, studio: Studio) -> None:
        place = place_in_notebook(this_cell())
        super().__init__(uid=place or secrets.token_hex(8))
        self._places = _Places()
        self._desk = Desk(studio, self, place)
        self._desk.push()
        self.on_msg(self._received)
        self._unwatch = _after_cells(self._cell_ended)

    # -- from the page -------------------------------------------------------------------------------------------------

    def _received(self, _: object, content: object, buffers: object) -> None:
        """Only submits: which thread this is depends on the kernel, and a cell may be waiting for it."""
        if isinstance(content, dict) and content.get("do") == "hello":
            self._places.page_seen(str(content.get("page", "")))
        self._desk.submit(partial(do, self._desk, content, buffers))

    def _cell_ended(self, *_: object) -> None:
        """A cell may have set a budget, a model or an address, or given stars: tell all of it anew."""
        self._desk.refresh()

    def set_state(self, sync_data: object) -> None:
        """What a page writes into traits is ignored: it asks by messages, which are checked."""

    # -- to the page ---------------------------------------------------------------------------------------------------

    def put(self, **traits: Any) -> None:
        """Set traits, and send those that have changed in one message. A page that is gone is no error."""
        with suppress(Exception), self.hold_sync():
            for name, value in traits.items():
                setattr(self, name, value)

    def tell(self, message: dict[str, Any], buffers: Sequence[bytes] = ()) -> None:
        """Send a message to every view. A page that is gone is no error."""
        with suppress(Exception):
            self.send(message, list(buffers))

    @property
    def known_as(self) -> str:
        """The id by which outputs name the widget."""
        return str(self.model_id or "")

    def insert(self, bundle: Bundle, page: str) -> str:
        """Put an ordinary output below the panel; what stands against it, or ""."""
        return self._places.fill(bundle, page)

    def __repr__(self) -> str:
        value = self._desk.value
        count = len(value.exchanges)
        return f"<Panel on {value.name}, {counted(count, 'turn')}: run its cell to open it>"

    def close(self) -> None:
        """Take the panel away; the conversation stays."""
        self._unwatch()
        self._desk.close()
        super().close()

    def show(self) -> None:
        """Show the panel, and below it the places for ordinary outputs."""
        from IPython.display import display

        bundle = self._repr_mimebundle_()
        if bundle is not None:
            data, *metadata = bundle if isinstance(bundle, tuple) else (bundle,)
            display(data, raw=True, metadata=metadata[0] if metadata else {})  # type: ignore[no-untyped-call]
            display(_STILL, raw=True)  # type: ignore[no-untyped-call]
            self._places.lay()

    _ipython_display_ = show


def _after_cells(watcher: Callable[..., None]) -> Callable[[], None]:
    """Call `watcher` after every cell of this kernel; what is returned ends that."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        return lambda: None
    shell.events.register("post_run_cell", watcher)

    def forget() -> None:
        with suppress(ValueError):
            shell.events.unregister("post_run_cell", watcher)

    return forget


class _Places:
    """Empty outputs of the cell that shows the panel. A page that was loaded anew no longer knows which is which."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places: list[Place] = []
        self._filled = 0
        self._page = ""

    def lay(self) -> None:
        places = [Place(NotebookScreen()) for _ in range(_PLACES)]
        with self._lock:
            self._places, self._filled, self._page = places, 0, ""
        for place in places:
            place.put(Bundle(""))

    def page_seen(self, page: str) -> None:
        """The first page that shows the panel is the one that knows the places."""
        with self._lock:
            self._page = self._page or page

    def fill(self, bundle: Bundle, page: str) -> str:
        with self._lock:
            if not self._places or page != self._page:
                return "This page was loaded after the panel's cell ran: run the cell again, then insert."
            if self._filled == len(self._places):
                return f"All {_PLACES} places below the panel are taken: run its cell again for more."
            place, self._filled = self._places[self._filled], self._filled + 1
        place.put(bundle)
        return ""
