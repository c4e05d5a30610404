"""What is set where: option > conversation > `%config` trait > environment > default; the only reader of os.environ.

A `Settings` value is read anew for each request, so that a changed trait or variable counts at once. Every value knows
where it came from, for `%imagine doctor`. The key never becomes an attribute: it is looked up when a request is sent.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Literal

from nbgemini._dataclass import dataclass, field
from nbgemini.colab import Userdata, userdata
from nbgemini.core.base_url import is_googles
from nbgemini.core.exchange import Backend
from nbgemini.core.redact import bare_address, redact
from nbgemini.core.setting_table import SETTINGS
from nbgemini.errors import OptionError, SettingsError
from nbgemini.net.certificates import VARIABLES
from nbgemini.net.held_tokens import tokens_held

__all__ = [
    "Setting",
    "Settings",
    "Source",
    "Survey",
    "certificate_variables",
    "helper_environment",
    "may_be_proxied",
    "read_setting",
    "read_settings",
    "secrets_in_use",
    "survey_settings",
    "terminal_variables",
]

Source = Literal["trait", "environment", "default"]

_FOR_HELPERS = (
    r"PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TMPDIR|LD_LIBRARY_PATH|(?:WAYLAND_)?DISPLAY|XAUTHORITY|XDG_\w+|DBUS_SESSION\w+"
)
_OURS = re.compile(r"NB_?GEMINI_", re.IGNORECASE)
_TESTS = {"NBGEMINI_FIGURES", "NBGEMINI_LIVE_ALLOWANCE"}  # what our own tests read
_KEYS = ("GOOGLE_API_KEY", "GEMINI_API_KEY")


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and where it came from; `variable` names the one of the environment."""

    value: Any
    source: Source
    variable: str = ""

    def origin(self, name: str) -> str:
        """Where a user finds it: the trait of this name or a variable; empty for a default."""
        return f"%config NbGemini.{name}" if self.source == "trait" else self.variable

    def __repr__(self) -> str:
        shown = bare_address(redact(self.value)) if isinstance(self.value, str) else self.value
        return f"Setting({shown!r}, {self.source}{f', {self.variable}' if self.variable else ''})"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of this moment. `values` holds one `Setting` per trait name; `key_source` names the variable.

    `credentials` is the file that GOOGLE_APPLICATION_CREDENTIALS names, so that a change of it is noticed.
    """

    values: Mapping[str, Setting]
    key_source: str | None = None
    warnings: tuple[str, ...] = ()
    credentials: str = ""
    _key: Callable[[], str] | None = field(default=None, repr=False, compare=False)
    notebook: str = ""  # the name of its file, where Jupyter tells
    unknown: tuple[str, ...] = ()  # what to say of variables that look like ours, and are not

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name].value
        except KeyError:
            raise AttributeError(name) from None

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("settings are not pickled: they can reach the key")

    @property
    def key(self) -> Callable[[], str] | None:
        """Returns the key when called, or None when none is set."""
        return self._key

    @property
    def served_by(self) -> Backend:
        """Who answers: the embedded emulator when there is neither a key nor a base URL."""
        if self.values["backend"].value == "vertex":
            return "vertex"
        return "gemini" if self._key or self.values["base_url"].value else "emulator"

    @property
    def asks_google(self) -> bool:
        """Whether Google itself is asked, and neither the emulator nor a server at an address of the user's own."""
        return self.served_by != "emulator" and is_googles(self.values["base_url"].value)

    def having(self, **values: object) -> Settings:
        """The same with other values of these names."""
        return replace(self, values={**self.values, **{name: Setting(one, "default") for name, one in values.items()}})

    def offline(self) -> Settings:
        """The same with neither key nor address, so that the embedded emulator is asked."""
        unset = {name: Setting(SETTINGS[name].initial, "default") for name in ("base_url", "backend")}
        return replace(self, values={**self.values, **unset}, key_source=None, warnings=(), _key=None)

    @property
    def express(self) -> bool:
        """Whether Vertex AI is asked with a key: a project or a location, where one is set, wins over it."""
        return self.served_by == "vertex" and self._key is not None and not _names_a_project(self.values)


def read_settings(
    traits: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    key_wanted: bool = False,
) -> Settings:
    """The settings of this moment. `traits` holds those that were set. Raises SettingsError naming what is wrong.

    `key_wanted`: a request is about to be made, so that Colab may be asked for a key where no variable holds one.
    """
    # Raised from a frame that holds neither a key nor the environment: a verbose traceback shows local variables.
    problem = None
    try:
        return _read(traits or {}, os.environ if environ is None else environ, key_wanted=key_wanted)
    except SettingsError as refused:
        problem = refused.with_traceback(None)
    raise problem


def read_setting(name: str, traits: Mapping[str, object]) -> Any:
    """One setting of this moment that stands alone, without a look at the others. Raises SettingsError."""
    problem = None
    try:
        return _resolve(name, traits, os.environ).value
    except SettingsError as refused:
        problem = refused.with_traceback(None)
    raise problem


def secrets_in_use() -> tuple[str, ...]:
    """The keys and tokens of this moment, so that no text shows them, whatever their shape. Colab is not asked."""
    colab = userdata(os.environ, ask=False).key
    keys = (*(os.environ.get(name, "") for name in _KEYS), colab() if colab else "")
    return (*filter(None, map(_clean, keys)), *tokens_held())


def terminal_variables() -> dict[str, str]:
    """What says which terminal this is."""
    names = ("TERM", "TERM_PROGRAM", "LC_TERMINAL", "TMUX")
    return {name: os.environ[name] for name in names if name in os.environ}


def helper_environment() -> dict[str, str]:
    """What a program that helps (with the clipboard) needs of the environment: where things are, and no key."""
    return {name: value for name, value in os.environ.items() if re.fullmatch(_FOR_HELPERS, name)}


def _read(traits: Mapping[str, object], environ: Mapping[str, str], *, key_wanted: bool) -> Settings:
    vertex = _resolve("backend", traits, environ).value == "vertex"
    values = {name: _resolve(name, traits, environ, vertex=vertex) for name in SETTINGS}
    found = _find_key(environ)
    if found.source is None and not (vertex and _names_a_project(values)):
        found = _from_colab(userdata(environ, ask=key_wanted))
    credentials = environ.get("GOOGLE_APPLICATION_CREDENTIALS", "")
    return Settings(
        values, found.source, found.warnings, credentials, found.read, _notebook(environ), _unknown(environ)
    )


def _names_a_project(values: Mapping[str, Setting]) -> bool:
    return bool(values["project"].value or values["location"].value)


@dataclass(frozen=True, slots=True)
class Survey:
    """All that is set and all that is wrong with it; a value that cannot be used gives way to its default.

    `userdata` says why Colab gave no key; empty elsewhere.
    """

    values: Mapping[str, Setting]
    key_source: str | None = None
    warnings: tuple[str, ...] = ()
    problems: tuple[SettingsError, ...] = ()
    userdata: str = ""
    unknown: tuple[str, ...] = ()
    key: Callable[[], str] | None = field(default=None, repr=False, compare=False)


def survey_settings(traits: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None) -> Survey:
    """What `read_settings` reads, beyond the first thing that is wrong; Colab is asked anew."""
    environ = os.environ if environ is None else environ
    values: dict[str, Setting] = {}
    found, told = _Key(), Userdata()
    problems: list[SettingsError] = []
    vertex = False
    for name in ("backend", *(name for name in SETTINGS if name != "backend")):
        try:
            values[name] = _resolve(name, traits or {}, environ, vertex=vertex)
        except SettingsError as problem:
            values[name] = Setting(SETTINGS[name].initial, "default")
            problems.append(problem)
        vertex = values["backend"].value == "vertex"
    try:
        found = _find_key(environ)
        if found.source is None and not (vertex and _names_a_project(values)):
            told = userdata(environ, ask=True, again=True)
            found = _from_colab(told)
    except SettingsError as problem:
        problems.append(problem.with_traceback(None))
    in_order = {name: values[name] for name in SETTINGS}
    unknown = _unknown(environ)
    return Survey(in_order, found.source, found.warnings, tuple(problems), told.reason, unknown, found.read)


def certificate_variables() -> dict[str, str]:
    """The variables that speak of certificates, those of other programs among them."""
    return {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}


def may_be_proxied() -> bool:
    """Whether a proxy may be set: elsewhere than on Linux systems have settings of their own."""
    return sys.platform != "linux" or any(name.lower().endswith("_proxy") for name in os.environ)


def _unknown(environ: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for each variable that has the beginning of ours, and that nobody reads."""
    ours = sorted(name for name in environ if _OURS.match(name))
    return tuple(_nameless(name, _known()) for name in ours if name not in _known() | _TESTS)


@cache
def _known() -> frozenset[str]:
    return frozenset(name for row in SETTINGS.values() for on in (True, False) for name in row.names(vertex=on))


def _nameless(name: str, known: Iterable[str]) -> str:
    from nbgemini.core.phrases import close_to

    ours = [one for one in known if one.startswith("NBGEMINI_")]
    meant = close_to(f"NBGEMINI_{_OURS.sub('', name).upper()}", ours, 0.75)
    advice = f"did you mean `{meant}`?" if meant else "`%imagine doctor` lists the settings."
    return f"The variable `{redact(name[:100])}` is not one of nbgemini's; {advice}"


def _notebook(environ: Mapping[str, str]) -> str:
    """The name of the notebook's file, as jupyter_server tells its kernels; no folder of it: ledgers are shared."""
    name = re.split(r"[/\\]", environ.get("JPY_SESSION_NAME", ""))[-1]
    return name[:200] if name.isprintable() else ""


def _resolve(name: str, traits: Mapping[str, object], environ: Mapping[str, str], *, vertex: bool = False) -> Setting:
    row = SETTINGS[name]
    if (given := traits.get(name)) is not None:
        return Setting(_parsed(name, given, row.parse, "trait"), "trait")
    for variable in row.names(vertex=vertex):
        if text := environ.get(variable, "").strip():
            return Setting(_parsed(variable, text, row.parse, "variable"), "environment", variable)
    return Setting(row.initial, "default")


def _parsed(name: str, given: object, parse: Callable[[object], Any], kind: str) -> Any:
    try:
        return parse(given)
    except OptionError as problem:
        raise SettingsError(f"The {kind} `{name}` cannot be used: {problem.message}", hint=problem.hint) from None


def _clean(key: str) -> str:
    return key.strip().strip("\"'“”‘’").strip()


@dataclass(frozen=True, slots=True)
class _Key:
    """Where the key is, and how to read it when it is needed: it is held by nobody."""

    source: str | None = None
    warnings: tuple[str, ...] = ()
    read: Callable[[], str] | None = field(default=None, repr=False)


def _find_key(environ: Mapping[str, str]) -> _Key:
    """The variable that holds the key. Raises SettingsError for a key that cannot travel in a header."""
    if not (found := [name for name in _KEYS if _clean(environ.get(name, ""))]):
        return _Key()
    source = found[0]
    key = _checked_key(_clean(environ[source]), source)
    differ = len(found) == 2 and _clean(environ[found[1]]) != key
    warnings = ("`GOOGLE_API_KEY` and `GEMINI_API_KEY` differ; `GOOGLE_API_KEY` is used.",) if differ else ()
    return _Key(source, warnings, lambda: _clean(environ[source]))


def _from_colab(told: Userdata) -> _Key:
    if (read := told.key) is None:
        return _Key()
    _checked_key(_clean(read()), told.name)
    return _Key(told.name, (), lambda: _clean(read()))


def _checked_key(key: str, source: str) -> str:
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SettingsError(
            f"The key in `{source}` has characters that no key has; copy it again.",
            hint=f"Unset `{source}` to work on the emulator.",
        )
    return key
