"""The table of settings: `%config NbGemini`, the environment and the doctor all go by its rows.

It is read when the extension loads, so that it imports nothing: what a value may be (`setting_parsers`) is known when
there is one.
"""

from __future__ import annotations

from typing import Any

__all__ = ["SETTINGS", "SettingRow"]


class SettingRow:
    """One setting; `kind` names what its value is, by which its parser is found.

    `default` is as a user would write it; `otherwise` says in words what holds without a value. `variables` are those
    of the environment that have it, the first that is set wins; `on_vertex` those that count on Vertex AI in their
    place.
    """

    def __init__(
        self,
        name: str,
        what: str,
        kind: str,
        default: object = None,
        otherwise: str = "",
        variables: tuple[str, ...] = (),
        on_vertex: tuple[str, ...] = (),
    ) -> None:  # written out: to make a dataclass or a named tuple takes as long as all else here
        self.name, self.what, self.kind, self.default, self.otherwise = name, what, kind, default, otherwise
        self.variables, self.on_vertex = variables, on_vertex

    @property
    def help(self) -> str:
        """What it is, and what holds without it."""
        return f"{self.what} Default: {self.otherwise or self.default}."

    def parse(self, value: object) -> Any:
        """What a user or the environment says, as a value. Raises OptionError."""
        from nbgemini.core.setting_parsers import PARSERS

        return PARSERS[self.kind](value)

    @property
    def initial(self) -> Any:
        """The value where nothing is set."""
        return None if self.default is None else self.parse(self.default)

    def names(self, *, vertex: bool = False) -> tuple[str, ...]:
        """The variables of the environment that have it."""
        return (vertex and self.on_vertex) or self.variables or (f"NBGEMINI_{self.name.upper()}",)


# fmt: off
_ROWS = (
    SettingRow("model", "The model, by id or alias.", "text", "gemini-3-pro-image"),
    SettingRow("aspect", "The aspect ratio, such as 16:9.", "aspect", otherwise="none is sent"),
    SettingRow("size", "The image size: 512, 1K, 2K or 4K.", "size", otherwise="none is sent"),
    SettingRow("replay", "auto, only, class or off: whether to use the recordings on disk instead of paying again.",
               "replay", "auto"),
    SettingRow("budget", "Dollars that this kernel may spend, or off.", "budget", otherwise="no limit"),
    SettingRow("confirm_over", "Dollars above which a cell needs --yes.", "dollars", "1.00"),
    SettingRow("preview", "The longest side of a preview in pixels.", "pixels", 1024),
    SettingRow("thoughts", "Show the model's thoughts, live, where the model can.", "flag", False),
    SettingRow("history", "How many exchanges of a conversation are sent with a new prompt, or all.", "history", "all"),
    SettingRow("timeout", "Seconds before nbgemini gives up on a request.", "seconds", otherwise="by size"),
    SettingRow("workers", "How many shots of a sweep run side by side.", "count", 8),
    SettingRow("per_minute", "The most images of a sweep a minute, or off.", "limit", otherwise="no limit"),
    SettingRow("base_url", "A gateway instead of Google's address.", "base_url", otherwise="none",
               variables=("NBGEMINI_BASE_URL", "GOOGLE_GEMINI_BASE_URL"),
               on_vertex=("NBGEMINI_BASE_URL", "GOOGLE_VERTEX_BASE_URL")),
    SettingRow("allow_http", "Allow a plain http base URL outside this machine, where others can read the key.",
               "flag", False),
    SettingRow("api_version", "v1beta or v1.", "version", "v1beta",
               variables=("NBGEMINI_API_VERSION", "GOOGLE_GENAI_API_VERSION")),
    # The official SDK's switches, the newer one first: `true` is Vertex AI, `false` the Gemini API.
    SettingRow("backend", "gemini, or vertex for Vertex AI.", "backend", "gemini",
               variables=("NBGEMINI_BACKEND", "GOOGLE_GENAI_USE_ENTERPRISE", "GOOGLE_GENAI_USE_VERTEXAI")),
    SettingRow("project", "The Google Cloud project, on Vertex AI.", "project",
               otherwise="the one of the credentials", variables=("NBGEMINI_PROJECT", "GOOGLE_CLOUD_PROJECT")),
    SettingRow("location", "The location on Vertex AI: global, us, eu or a region.", "location",
               otherwise="global", variables=("NBGEMINI_LOCATION", "GOOGLE_CLOUD_LOCATION")),
    SettingRow("uploads", "Pictures of large requests on the Files API: auto (yours), all (the model's too) or off.",
               "uploads", "auto"),
    SettingRow("store", "The folder of the store.", "text", ".nbgemini",
               ".nbgemini in the working directory at load"),
    SettingRow("recordings", "Another store, such as a class's, whose recordings are used too; it is never written to.",
               "optional text", otherwise="none"),
    SettingRow("catalogue", "A file of models and prices.", "optional text", otherwise="the one that ships"),
    SettingRow("keep_tasks_running", "Keep your own asyncio tasks running while a cell waits (nest-asyncio: tasks"
               " get slower, and it cannot be undone).", "flag", False),
)
# fmt: on
SETTINGS: dict[str, SettingRow] = {row.name: row for row in _ROWS}
"""Every setting by its name, in the order in which `%imagine doctor` shows them."""
