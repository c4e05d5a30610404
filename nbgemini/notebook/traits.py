"""The `%config NbGemini` traits: what a setting may be is checked when it is set."""

from __future__ import annotations

from typing import Any

from traitlets import Any as AnyValue
from traitlets import TraitError, TraitType, observe
from traitlets.config import Configurable

from nbgemini.errors import OptionError

__all__ = ["NbGemini", "set_trait"]


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
        from nbgemini.notebook.show.texts import one_line
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
