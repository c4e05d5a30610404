"""The table of settings: `%config NbGemini`, the environment and the doctor all go by its rows.

It is read when the extension loads, so that it imports next to nothing: what settings share with options, or with the
names of Google Cloud, is imported when there is a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decimal import Decimal

    from nbgemini.errors import OptionError

__all__ = ["SETTINGS", "SettingRow"]


class SettingRow:
    """One setting. `parse` makes its value of what a user or the environment says, and raises OptionError.

    `default` is as a user would write it; `otherwise` says in words what holds without a value. `variables` are those
    of the environment that have it, the first that is set wins; `on_vertex` those that count on Vertex AI in their
    place.
    """

    def __init__(
        self,
        name: str,
        what: str,
        parse: Callable[[object], Any],
        default: object = None,
        otherwise: str = "",
        variables: tuple[str, ...] = (),
        on_vertex: tuple[str, ...] = (),
    ) -> None:  # written out: to make a dataclass or a named tuple takes as long as all else here
        self.name, self.what, self.parse, self.default, self.otherwise = name, what, parse, default, otherwise
        self.variables, self.on_vertex = variables, on_vertex

    @property
    def help(self) -> str:
        """What it is, and what holds without it."""
        return f"{self.what} Default: {self.otherwise or self.default}."

    @property
    def initial(self) -> Any:
        """The value where nothing is set."""
        return None if self.default is None else self.parse(self.default)

    def names(self, *, vertex: bool = False) -> tuple[str, ...]:
        """The variables of the environment that have it."""
        return (vertex and self.on_vertex) or self.variables or (f"NBGEMINI_{self.name.upper()}",)


_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def _refused(message: str) -> OptionError:
    from nbgemini.errors import OptionError

    return OptionError(message)


def _text(value: object) -> str:
    """Without blanks around it."""
    return str(value).strip()


def _optional_text(value: object) -> str | None:
    """The same, or None when nothing is left."""
    return _text(value) or None


def _aspect(value: object) -> str:
    from nbgemini.core.option_parsers import parse_aspect

    return parse_aspect(value)


def _size(value: object) -> str:
    from nbgemini.core.option_parsers import parse_size

    return parse_size(value)


def _replay(value: object) -> str:
    from nbgemini.core.option_parsers import parse_replay

    return parse_replay(value)


def _dollars(value: object) -> Decimal:
    from nbgemini.core.option_parsers import parse_dollars

    return parse_dollars(value)


def _base_url(value: object) -> str | None:
    from nbgemini.core.base_url import parse_base_url

    return parse_base_url(value)


def _project(value: object) -> str | None:
    from nbgemini.core.cloud import parse_project

    return parse_project(value)


def _location(value: object) -> str | None:
    from nbgemini.core.cloud import parse_location

    return parse_location(value)


def _budget(value: object) -> Decimal | None:
    """A sum in dollars, or None for `off`."""
    return None if _text(value).lower() in ("off", "none") else _dollars(value)


def _history(value: object) -> int:
    from nbgemini.core.option_parsers import parse_history

    return parse_history(value)


def _flag(value: object) -> bool:
    """True or false, in the usual words."""
    text = _text(value).lower()
    if text not in _TRUE | _FALSE:
        raise _refused(f"`{value}` is neither true nor false.")
    return text in _TRUE


def _pixels(value: object) -> int:
    """The longest side of a preview."""
    text = _text(value)
    if not text.isascii() or not text.isdigit() or not 16 <= int(text) <= 8192:
        raise _refused(f"`{value}` is not a preview size; write 16 to 8192 pixels.")
    return int(text)


def _seconds(value: object) -> float:
    """A time limit of a day at most."""
    try:
        seconds = float(_text(value))
    except ValueError:
        raise _refused(f"`{value}` is not a number of seconds.") from None
    if not 0 < seconds <= 86_400:
        raise _refused(f"A timeout is between 0 and 86400 seconds, not {value}.")
    return seconds


def _count(value: object) -> int:
    """How many requests run side by side."""
    text = _text(value)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 256:
        raise _refused(f"`{text[:40]}` is not a number of requests side by side; write 1 to 256.")
    return int(text)


def _limit(value: object) -> int | None:
    """A number a minute, or None for `off`."""
    text = _text(value)
    if text.lower() in ("off", "none"):
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise _refused(f"`{text[:40]}` is not a number of images a minute; write 1 to 100000, or `off`.")
    return int(text)


def _backend(value: object) -> str:
    """`gemini` or `vertex`; the official SDK's switches say true for the latter."""
    text = _text(value).lower()
    if text in _TRUE | _FALSE:
        return "vertex" if text in _TRUE else "gemini"
    if text not in ("gemini", "vertex"):
        emulator = " The emulator draws where no key is set." if text == "emulator" else ""
        raise _refused(f"`{value}` is not a backend; write `gemini` or `vertex`.{emulator}")
    return text


def _uploads(value: object) -> str:
    """Whose pictures may be uploaded: `auto` (the user's), `all` or `off`."""
    text = str(value).strip().lower()
    if text not in ("auto", "all", "off"):
        raise _refused(f"`{value}` is not a way to upload pictures; write `auto`, `all` or `off`.")
    return text


def _version(value: object) -> str:
    """A version of the API, as it stands in its addresses."""
    text = _text(value)
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", text) or set(text) <= {"."}:
        raise _refused(f"`{value}` is not a version; write `v1beta` or `v1`.")
    return {"beta": "v1beta", "stable": "v1"}.get(text, text)


# fmt: off
_ROWS = (
    SettingRow("model", "The model, by id or alias.", _text, "gemini-3-pro-image"),
    SettingRow("aspect", "The aspect ratio, such as 16:9.", _aspect, otherwise="none is sent"),
    SettingRow("size", "The image size: 512, 1K, 2K or 4K.", _size, otherwise="none is sent"),
    SettingRow("replay", "auto, only, class or off: whether to use the recordings on disk instead of paying again.",
               _replay, "auto"),
    SettingRow("budget", "Dollars that this kernel may spend, or off.", _budget, otherwise="no limit"),
    SettingRow("confirm_over", "Dollars above which a cell needs --yes.", _dollars, "1.00"),
    SettingRow("preview", "The longest side of a preview in pixels.", _pixels, 1024),
    SettingRow("thoughts", "Show the model's thoughts, live, where the model can.", _flag, False),
    SettingRow("history", "How many exchanges of a conversation are sent with a new prompt, or all.", _history, "all"),
    SettingRow("timeout", "Seconds before nbgemini gives up on a request.", _seconds, otherwise="by size"),
    SettingRow("workers", "How many shots of a sweep run side by side.", _count, 8),
    SettingRow("per_minute", "The most images of a sweep a minute, or off.", _limit, otherwise="no limit"),
    SettingRow("base_url", "A gateway instead of Google's address.", _base_url, otherwise="none",
               variables=("NBGEMINI_BASE_URL", "GOOGLE_GEMINI_BASE_URL"),
               on_vertex=("NBGEMINI_BASE_URL", "GOOGLE_VERTEX_BASE_URL")),
    SettingRow("allow_http", "Allow a plain http base URL outside this machine, where others can read the key.",
               _flag, False),
    SettingRow("api_version", "v1beta or v1.", _version, "v1beta",
               variables=("NBGEMINI_API_VERSION", "GOOGLE_GENAI_API_VERSION")),
    # The official SDK's switches, the newer one first: `true` is Vertex AI, `false` the Gemini API.
    SettingRow("backend", "gemini, or vertex for Vertex AI.", _backend, "gemini",
               variables=("NBGEMINI_BACKEND", "GOOGLE_GENAI_USE_ENTERPRISE", "GOOGLE_GENAI_USE_VERTEXAI")),
    SettingRow("project", "The Google Cloud project, on Vertex AI.", _project,
               otherwise="the one of the credentials", variables=("NBGEMINI_PROJECT", "GOOGLE_CLOUD_PROJECT")),
    SettingRow("location", "The location on Vertex AI: global, us, eu or a region.", _location,
               otherwise="global", variables=("NBGEMINI_LOCATION", "GOOGLE_CLOUD_LOCATION")),
    SettingRow("uploads", "Pictures of large requests on the Files API: auto (yours), all (the model's too) or off.",
               _uploads, "auto"),
    SettingRow("store", "The folder of the store.", _text, ".nbgemini",
               ".nbgemini in the working directory at load"),
    SettingRow("recordings", "Another store, such as a class's, whose recordings are used too; it is never written to.",
               _optional_text, otherwise="none"),
    SettingRow("catalogue", "A file of models and prices.", _optional_text, otherwise="the one that ships"),
    SettingRow("keep_tasks_running", "Keep your own asyncio tasks running while a cell waits (nest-asyncio: tasks"
               " get slower, and it cannot be undone).", _flag, False),
)
# fmt: on
SETTINGS: dict[str, SettingRow] = {row.name: row for row in _ROWS}
"""Every setting by its name, in the order in which `%imagine doctor` shows them."""
