"""Google's Gemini image models at home in a notebook.

`%load_ext nbgemini` brings the `%%imagine` cell; `nbgemini.conversation()` is the same in Python. Importing the package
imports neither IPython nor httpx: everything below is looked up when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nbgemini._version import __version__
    from nbgemini.studio.conversations import ConversationHandle as Conversation
    from nbgemini.studio.process import asweep, conversation, panel, sweep
    from nbgemini.studio.results import Result

__all__ = [
    "Conversation",
    "Result",
    "__version__",
    "asweep",
    "conversation",
    "load_ipython_extension",
    "panel",
    "sweep",
    "unload_ipython_extension",
]

_HOMES = {
    "Conversation": ("nbgemini.studio.conversations", "ConversationHandle"),
    "Result": ("nbgemini.studio.results", "Result"),
    "__version__": ("nbgemini._version", "__version__"),
    "asweep": ("nbgemini.studio.process", "asweep"),
    "conversation": ("nbgemini.studio.process", "conversation"),
    "panel": ("nbgemini.studio.process", "panel"),
    "sweep": ("nbgemini.studio.process", "sweep"),
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        module, attribute = _HOMES[name]
        value = globals()[name] = getattr(import_module(module), attribute)
        return value
    raise AttributeError(f"module 'nbgemini' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """`%load_ext nbgemini`: registers the magics. Quiet, offline, and without heavy imports."""
    from nbgemini.notebook.kernel import load

    load(ipython)


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """`%unload_ext nbgemini`: takes everything back that loading added."""
    from nbgemini.notebook.kernel import unload

    unload(ipython)
