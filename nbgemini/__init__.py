"""Google's Gemini image models at home in a notebook.

`%load_ext nbgemini` brings the `%%imagine` cell; `nbgemini.conversation()` is the same in Python::

    import nbgemini as nb

    cat = nb.imagine("a tabby cat", aspect="16:9")   # a `Result`
    cat.edit("add snow").save("snow.png")

`imagine` asks in the current conversation; `conversation` gives a `Conversation` of any name, with its own `imagine`;
`sweep` asks for a grid of them, `sweeps` and `open` find grids again, `batches` are those at half the price, `find` any
picture of the store, `sheet` puts any pictures side by side, and `fixed` is a value that is a list and no axis.
`errors` holds what is raised; `panel` is the same with buttons, `configure` takes headers and a client of your own,
`import_history` a conversation of google-genai's, `emulator` what draws without a key, `uploads` what large requests
left at Google. Importing the package imports neither IPython nor httpx: everything below is looked up when it is first
used.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from pathlib import Path

    from IPython.core.interactiveshell import InteractiveShell

    from nbgemini import errors
    from nbgemini._version import __version__
    from nbgemini.notebook.panel import panel
    from nbgemini.studio.handles import ConversationHandle as Conversation
    from nbgemini.studio.handles import Result
    from nbgemini.studio.process import configure, conversation, imagine, import_history, uploads
    from nbgemini.studio.surroundings.embedded import Embedded, StepLike, Weight
    from nbgemini.tuning.front import asweep, batches, find, open_sweep, sweep, sweeps
    from nbgemini.tuning.gathering import sheet
    from nbgemini.tuning.wishes.axis_values import fixed

    open = open_sweep

__all__ = [
    "Conversation",
    "Result",
    "__version__",
    "asweep",
    "batches",
    "configure",
    "conversation",
    "emulator",
    "errors",
    "find",
    "fixed",
    "imagine",
    "import_history",
    "load_ipython_extension",
    "open",
    "panel",
    "sheet",
    "sweep",
    "sweeps",
    "unload_ipython_extension",
    "uploads",
]

_HOMES = {
    "Conversation": ("nbgemini.studio.handles", "ConversationHandle"),
    "Result": ("nbgemini.studio.handles", "Result"),
    "__version__": ("nbgemini._version", "__version__"),
    "asweep": ("nbgemini.tuning.front", "asweep"),
    "batches": ("nbgemini.tuning.front", "batches"),
    "configure": ("nbgemini.studio.process", "configure"),
    "conversation": ("nbgemini.studio.process", "conversation"),
    "find": ("nbgemini.tuning.front", "find"),
    "fixed": ("nbgemini.tuning.wishes.axis_values", "fixed"),
    "imagine": ("nbgemini.studio.process", "imagine"),
    "import_history": ("nbgemini.studio.process", "import_history"),
    "open": ("nbgemini.tuning.front", "open_sweep"),
    "panel": ("nbgemini.notebook.panel", "panel"),
    "sheet": ("nbgemini.tuning.gathering", "sheet"),
    "sweep": ("nbgemini.tuning.front", "sweep"),
    "sweeps": ("nbgemini.tuning.front", "sweeps"),
    "uploads": ("nbgemini.studio.process", "uploads"),
}


class _Emulator:
    """What `nb.emulator` is: to be called, `nb.emulator(script=…)`, and else the package of that name."""

    def __call__(
        self,
        script: Sequence[StepLike] | str | PathLike[str] | None = None,
        *,
        latency: float = 0.0,
        weight: Weight = "light",
        rpm: int | None = None,
        rpd: int | None = None,
        billing: bool = False,
        batch_seconds: float | None = None,
        batch_tier: int = 2,
    ) -> Embedded:
        """Set the embedded emulator up anew: its `script`, its `latency` in seconds, its limits a minute and a day.

        `weight="real"` makes answers as heavy as Google's; `billing=True` lets budgets count what they would cost.
        `batch_seconds` is how long a batch job takes.

        See `nbgemini.studio.process.emulator`.
        """
        from nbgemini.studio.process import emulator

        return emulator(
            script,
            latency=latency,
            weight=weight,
            rpm=rpm,
            rpd=rpd,
            billing=billing,
            batch_seconds=batch_seconds,
            batch_tier=batch_tier,
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._package(), name)

    def __dir__(self) -> list[str]:
        return dir(self._package())

    def __repr__(self) -> str:
        return "<nbgemini.emulator, to be called>"

    @staticmethod
    def _package() -> ModuleType:
        from importlib import import_module

        return import_module("nbgemini.emulator")


class _Package(ModuleType):
    """This package, with an attribute that stays what it is when the import system binds the submodule to its name."""

    _emulator = _Emulator()

    @property
    def emulator(self) -> _Emulator:
        return self._emulator

    @emulator.setter
    def emulator(self, module: ModuleType) -> None:
        """Importing `nbgemini.emulator` comes here; the module is in `sys.modules`, where `_Emulator` finds it."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in {"api_key", "key", "model"}:  # as other packages have it: here it would do nothing, in silence
            from nbgemini.core.python_slips import unknown_setting

            raise unknown_setting("nbgemini", name)
        super().__setattr__(name, value)


if TYPE_CHECKING:
    emulator: _Emulator

sys.modules[__name__].__class__ = _Package


def _looked_up(name: str) -> Any:
    from importlib import import_module

    if name == "errors":
        return import_module("nbgemini.errors")
    if name in _HOMES:
        module, attribute = _HOMES[name]
        value = globals()[name] = getattr(import_module(module), attribute)
        if module.startswith("nbgemini.tuning."):
            import_module("nbgemini.studio.front_end").write_with(_written)
        return value
    if name.startswith("_"):
        raise AttributeError(f"module 'nbgemini' has no attribute {name!r}", name=name)
    raise import_module("nbgemini.core.python_slips").unknown_name("nbgemini", name, __all__)


def _written(sheet: object, path: str) -> Path:
    """A sheet as a file: how one looks is known to `notebook`, which a script loads no sooner than it writes one."""
    from nbgemini.notebook.export.sheet_files import written

    return written(sheet, path)


if not TYPE_CHECKING:  # a type checker that saw it would take every misspelt name for Any
    __getattr__ = _looked_up


def __dir__() -> list[str]:
    return sorted(__all__)


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """`%load_ext nbgemini`: registers the magics. Quiet, offline, and without heavy imports.

    >>> shell = get_ipython()  # as every notebook has it
    >>> nb.load_ipython_extension(shell)
    >>> shell.find_cell_magic("imagine") is not None
    True
    """
    from nbgemini.notebook.extension import load
    from nbgemini.studio.front_end import write_with

    write_with(_written)
    load(ipython)


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """`%unload_ext nbgemini`: takes everything back that loading added.

    >>> nb.unload_ipython_extension(shell)
    >>> shell.find_cell_magic("imagine") is None
    True
    """
    from nbgemini.notebook.extension import unload

    unload(ipython)
