"""The studio of this process: the one global, shared by cells, scripts and everything else in the kernel."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from nbgemini.studio.conversations import ConversationHandle
    from nbgemini.studio.results import Result
    from nbgemini.studio.studio import Studio

__all__ = ["asweep", "configure", "conversation", "panel", "studio", "sweep"]

_traits: Callable[[], dict[str, Any]] = dict
_renderer: Callable[[Result], Any] | None = None
_home: Path | None = None
_studios: dict[int, Studio] = {}


def configure(
    traits: Callable[[], dict[str, Any]] = dict,
    renderer: Callable[[Result], Any] | None = None,
    home: Path | None = None,
) -> None:
    """What a notebook tells: where the `%config` values come from, how results are shown, where a relative store lies.

    A studio that exists already keeps its conversations and its folder. Imports nothing.
    """
    global _traits, _renderer, _home
    _traits, _renderer, _home = traits, renderer, home


def studio() -> Studio:
    """The studio of this process, made when first needed. A forked child gets one of its own."""
    from nbgemini.studio.studio import Studio

    process = os.getpid()
    if process not in _studios:
        _studios.clear()
        _studios[process] = Studio(traits=lambda: _traits(), home=_home, renderer=lambda: _renderer)
    return _studios[process]


def conversation(name: str | None = None) -> ConversationHandle:
    """The kernel's current conversation, or the one with that name, made if need be.

    Raises ConversationError for a name that cannot be one.
    """
    return studio().conversation(name)


def _later(what: str) -> NoReturn:
    from nbgemini.errors import NotYetAvailable

    raise NotYetAvailable(f"`nbgemini.{what}` comes with a later version of nbgemini.")


def panel(*_: object, **__: object) -> NoReturn:
    """The widget panel, which a later version brings."""
    _later("panel")


def sweep(*_: object, **__: object) -> NoReturn:
    """A grid of shots, which a later version brings."""
    _later("sweep")


async def asweep(*_: object, **__: object) -> NoReturn:
    """The same, to be awaited; a later version brings it."""
    _later("asweep")
