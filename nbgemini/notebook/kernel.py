"""Loading and unloading: the magics and the `%config NbGemini` traits, and where the store is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from traitlets import Any as AnyValue
from traitlets import TraitError, TraitType, observe
from traitlets.config import Configurable

from nbgemini.bridge import whole
from nbgemini.errors import OptionError
from nbgemini.notebook import complete
from nbgemini.notebook.magics import ImagineMagics
from nbgemini.studio import process
from nbgemini.studio.places import working_place

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nbgemini.studio.conversations import ConversationHandle
    from nbgemini.studio.reruns import CellRun
    from nbgemini.studio.results import Result

__all__ = ["NbGemini", "load", "set_trait", "unload"]


# What IPython makes of a cell that is its first line alone begins and ends like this.
_EMPTY = "get_ipython().run_cell_magic('imagine', ", ", '')\n"


def _trait(name: str, text: str) -> Any:
    trait: TraitType[Any, Any] = AnyValue(None, allow_none=True, help=text)
    return trait.tag(config=True)


class NbGemini(Configurable):
    """Settings of nbgemini; None: not set here, so the environment or the default holds."""

    model = _trait("model", "The model, by id or alias. Default: gemini-3-pro-image.")
    aspect = _trait("aspect", "The aspect ratio, such as 16:9. Default: none is sent.")
    size = _trait("size", "The image size: 512, 1K, 2K or 4K. Default: none is sent.")
    replay = _trait("replay", "auto, only or off: whether what was paid for is answered from disk. Default: auto.")
    budget = _trait("budget", "Dollars that this kernel may spend, or off. Default: no limit.")
    confirm_over = _trait("confirm_over", "Dollars above which a cell needs --yes. Default: 1.00.")
    preview = _trait("preview", "The longest side of a preview in pixels. Default: 1024.")
    thoughts = _trait("thoughts", "Show the model's thoughts, live, where the model can. Default: False.")
    timeout = _trait("timeout", "Seconds until a request is given up. Default: by size.")
    base_url = _trait("base_url", "A gateway instead of Google's address. Default: none.")
    api_version = _trait("api_version", "v1beta or v1. Default: v1beta.")
    backend = _trait("backend", "gemini, or vertex for Vertex AI. Default: gemini.")
    project = _trait("project", "The Google Cloud project, on Vertex AI. Default: the one of the credentials.")
    location = _trait("location", "The location on Vertex AI: global, us, eu or a region. Default: global.")
    uploads = _trait(
        "uploads",
        "Pictures of large requests on the Files API: auto (yours), all (the model's too) or off. Default: auto.",
    )
    store = _trait("store", "The folder of the store. Default: .nbgemini in the working directory at load.")
    catalogue = _trait("catalogue", "A file of models and prices. Default: the one that ships.")
    keep_tasks_running = _trait(
        "keep_tasks_running",
        "Keep your own asyncio tasks running while a cell waits (nest-asyncio; slower tasks, no undo). Default: False.",
    )

    def __init__(self, **kwargs: Any) -> None:
        # What stands in files of settings, or was refused by `%config` (IPython notes it all the same), is told by the
        # next cell, as with variables: the extension loads.
        self._from_files = True
        super().__init__(**kwargs)
        self._from_files = False

    @observe(
        "model", "aspect", "size", "replay", "budget", "confirm_over", "preview", "thoughts", "timeout", "base_url",
        "api_version", "backend", "project", "location", "uploads", "store", "catalogue", "keep_tasks_running",
    )  # fmt: skip
    def _check(self, change: Any) -> None:
        """Refuse a value when it is set, not when the next cell runs."""
        from nbgemini.notebook.texts import one_line
        from nbgemini.settings import DEFAULTS

        if change["new"] is None:
            return
        try:
            DEFAULTS[change["name"]][1](change["new"])
        except OptionError as problem:
            if self._from_files:
                return
            self.set_trait(change["name"], None)
            raise TraitError(one_line(problem.message, 400)) from None

    def given(self) -> dict[str, Any]:
        """The traits that were set."""
        values = {name: getattr(self, name) for name in self.trait_names(config=True)}
        return {name: value for name, value in values.items() if value is not None}


def set_trait(name: str, value: object) -> None:
    """Set a trait as `%config` does; in a shell without the extension there is none. Raises TraitError."""
    from IPython.core.getipython import get_ipython

    for one in getattr(get_ipython(), "configurables", []):
        if isinstance(one, NbGemini):
            one.set_trait(name, value)


def _notebook(shell: InteractiveShell) -> str:
    """The name of the notebook's file where VS Code tells it."""
    path = shell.user_ns.get("__vsc_ipynb_file__")
    return re.split(r"[/\\]", path)[-1][:200] if isinstance(path, str) else ""


def _running() -> CellRun | None:
    from nbgemini.notebook.cells import this_cell

    return this_cell()


@whole
def _render(shown: Result | ConversationHandle) -> Any:
    from nbgemini.notebook.display import result_mimebundle
    from nbgemini.notebook.screen import current_screen
    from nbgemini.notebook.strips import strip
    from nbgemini.studio.results import Result

    rich = current_screen().rich
    if isinstance(shown, Result):
        return result_mimebundle(shown, rich=rich)
    blobs = process.studio().store.blobs
    return {**strip(shown.value, lambda one: blobs.read(one.sha256), rich=rich).data, "text/plain": repr(shown)}


def _with_body(lines: list[str]) -> list[str]:
    """A `%%imagine` without a line below it gets an empty one: IPython would refuse it in words that nbclient loses."""
    if len(lines) != 1 or not lines[0].startswith(_EMPTY[0]) or not lines[0].endswith(_EMPTY[1]):
        return lines
    return [lines[0].removesuffix(_EMPTY[1]) + ", '\\n')\n"]


def load(shell: InteractiveShell) -> None:
    """Register the magics and traits in a shell; loading twice leaves one of each."""
    unload(shell)
    traits = NbGemini(parent=shell)
    shell.configurables.append(traits)  # type: ignore[arg-type]  # IPython types the list by its first member
    shell.register_magics(ImagineMagics(shell))
    complete.register(shell)
    shell.input_transformers_post.append(_with_body)
    process.configure(traits.given, _render, working_place(), lambda: _notebook(shell), _running)


def unload(shell: InteractiveShell) -> None:
    """Take everything back."""
    process.configure()
    complete.unregister(shell)
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
