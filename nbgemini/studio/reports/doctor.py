"""What is set, who answers, how the store is and which versions run: facts for `%imagine doctor`, and what is wrong."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from nbgemini._dataclass import dataclass
from nbgemini.bridge import reenter_refusal
from nbgemini.core.exchange import Backend
from nbgemini.core.options import ImageOptions
from nbgemini.core.phrases import counted
from nbgemini.core.redact import Secret, bare_address, redact
from nbgemini.errors import ModelNotFound, NbgeminiError, StoreError, TransportError, UnexpectedReply
from nbgemini.net.backends import Endpoint
from nbgemini.net.client import Client
from nbgemini.settings import Setting, Survey
from nbgemini.store.store import Store
from nbgemini.studio.reports.health import Health, Problem, examine_store, no_store
from nbgemini.studio.reports.served_models import chosen_model
from nbgemini.studio.sending.notices import announced
from nbgemini.studio.surroundings.uploads import UploadedPictures

if TYPE_CHECKING:
    from nbgemini.studio.studio import Studio

__all__ = ["NEEDED", "Report", "Row", "examine"]

# The distributions that nbgemini needs, each with the oldest version that does; pyproject.toml says the same.
NEEDED: Mapping[str, tuple[int, ...]] = {
    "ipython": (8, 18),
    "ipywidgets": (8, 1),
    "anywidget": (0, 9),
    "httpx": (0, 27),
    "pillow": (10, 3),
    "nest-asyncio": (1, 6),
    "pybase64": (1, 4),
}
_ALSO = ("ipykernel",)  # a script or a terminal does without
_PATIENCE = 6.0  # seconds for the list of models

State = Literal["works", "not checked", "refused", "unreachable"]


@dataclass(frozen=True, slots=True)
class Row:
    """One setting: its value as text, and where it came from."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Access:
    """Who answers a cell, and whether the key works; `key` says set or unset, and never more."""

    key: str
    answers: str
    state: State
    check: str
    uploads: str = ""  # what this kernel has on the Files API


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that the doctor found. No text of it holds the key."""

    settings: tuple[Row, ...]
    served_by: Backend | None  # None: nothing until the settings are corrected
    access: Access
    health: Health
    versions: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]


def examine(studio: Studio, *, timeout: float = _PATIENCE) -> Report:
    """Look at everything; the list of models is the only request, and it is free. `timeout` is in seconds for it.

    Works offline and with settings that cannot be used; raises nothing that they may cause.
    """
    survey = studio.surroundings.survey()
    quiet = redact if survey.key is None else Secret(survey.key).redact
    access, refused = _access(studio, survey, timeout)
    health = _health(studio, survey)
    versions, outdated = _versions()
    problems = [*_of_settings(survey), *_of_model(studio, survey), *refused, *health.problems, *_waiting(health)]
    problems += [*outdated, *_of_platform(survey)]
    return Report(
        settings=tuple(_rows(studio, survey, quiet)),
        served_by=_served_by(studio),
        access=replace(access, check=quiet(access.check), answers=quiet(access.answers)),
        health=health,
        versions=versions,
        problems=tuple(Problem(quiet(one.what), quiet(one.advice)) for one in problems),
    )


def _rows(studio: Studio, survey: Survey, quiet: Callable[[str], str]) -> Iterator[Row]:
    """Each setting with what won; the model and the system text of the conversation come before the settings'."""
    opened = studio.session.find(studio.session.current)
    of_conversation = f"conversation {opened.name}" if opened else ""
    for name, setting in survey.values.items():
        if name == "model" and opened and opened.value.model:
            yield Row(name, quiet(opened.value.model), of_conversation)
        else:
            yield Row(name, quiet(_value(name, setting)), _source(name, setting))
        if name == "catalogue" and (override := _override(studio)):
            yield Row("in force", quiet(override), "that file")
    if opened and opened.value.system:
        yield Row("system", quiet(opened.value.system), of_conversation)


def _override(studio: Studio) -> str:
    """What the user's own catalogue changes; empty where there is none, or none that can be used."""
    try:
        return studio.catalogue.override
    except NbgeminiError:
        return ""


def _value(name: str, setting: Setting) -> str:
    if setting.value is None:
        return {
            "timeout": "by size",
            "location": "global",
            "base_url": "Google's",
            "catalogue": "the one that ships",
        }.get(name, "none")
    if name == "history" and not setting.value:
        return "all"
    return bare_address(str(setting.value))


def _source(name: str, setting: Setting) -> str:
    return setting.origin(name) or "default"


# -- who answers -----------------------------------------------------------------------------------------------------


def _access(studio: Studio, survey: Survey, timeout: float) -> tuple[Access, list[Problem]]:
    key = f"set, in {survey.key_source}" if survey.key_source else "unset"
    key += f" ({survey.userdata})" if survey.userdata else ""
    try:
        settings = studio.settings(key_wanted=True)
        client = studio.client()
    except NbgeminiError as problem:
        told = [] if survey.problems else [Problem(problem.message, problem.hint or _CORRECT)]  # or it is among those
        return Access(key, "nothing until the settings are corrected", "not checked", problem.message), told
    if settings.served_by == "emulator":
        check = "without a key the emulator draws, offline and at $0; set GEMINI_API_KEY to use Google"
        return Access(key, "the emulator in this process", "not checked", check), []
    return _ask_server(studio, client, _key_in_use(key, client.endpoint), timeout)


def _served_by(studio: Studio) -> Backend | None:
    try:
        return studio.settings(key_wanted=True).served_by
    except NbgeminiError:
        return None


def _ask_server(studio: Studio, client: Client, key: str, timeout: float) -> tuple[Access, list[Problem]]:
    """What the free list of models tells about the key or the login."""
    answers = _address(client.endpoint)
    try:
        listed = client.models(timeout=timeout, tries=1)
    except TransportError as problem:
        advice = f"{problem.hint} {_OFFLINE}" if client.endpoint.origin else f"{_NETWORK} {_OFFLINE}"
        return Access(key, answers, "unreachable", problem.message), [Problem(problem.message, advice)]
    except NbgeminiError as problem:
        if client.endpoint.backend == "vertex" and isinstance(problem, ModelNotFound | UnexpectedReply):
            return Access(key, answers, "not checked", "no list of models there; the first picture will show"), []
        advice = problem.hint or "Make a key at https://aistudio.google.com/apikey and set GEMINI_API_KEY to it."
        return Access(key, answers, "refused", problem.message), [Problem(problem.message, advice)]
    uploads = UploadedPictures(client).described()
    access = Access(_key_in_use(key, client.endpoint), answers, "works", "", uploads)
    return _listed(studio, access, [str(row.get("name", "")) for row in listed])


def _key_in_use(key: str, endpoint: Endpoint) -> str:
    """On Vertex AI with a project: that a login counts and not the key, and of what sort it is."""
    if endpoint.tokens is None:
        return key
    kind = endpoint.tokens.kind or "not used yet"
    return f"{key.partition(';')[0]}; the login of this machine is used: {kind}"


def _address(endpoint: Endpoint) -> str:
    if endpoint.backend != "vertex":
        return f"{endpoint.base_url}, {endpoint.backend}"
    place = "express mode" if endpoint.key else "without project and key"
    if endpoint.project:
        place = f"project {endpoint.project}, location {endpoint.location}"
    return f"{endpoint.base_url}, vertex, {place}"


_CORRECT = "Correct it, or unset it."
_NETWORK = "Check the network and its proxy."
_OFFLINE = "Stored pictures, undo and export work offline; without a key, everything does."


def _listed(studio: Studio, access: Access, names: list[str]) -> tuple[Access, list[Problem]]:
    """A key that works, and whether it has the model that a cell would ask."""
    model = chosen_model(studio)
    check = f"the list of models came, with {len(names)} models"
    if model in [name.rpartition("/")[2] for name in names]:
        return replace(access, check=f"{check}, {model} among them"), []
    problem = Problem(f"`{model}` is not on the list of models.", "Choose another: `%imagine models`, `-m MODEL`.")
    return replace(access, check=f"{check}; {model} is not among them"), [problem]


# -- what is wrong ---------------------------------------------------------------------------------------------------


def _of_settings(survey: Survey) -> Iterator[Problem]:
    for problem in survey.problems:
        yield Problem(problem.message, problem.hint or _CORRECT)
    for warning in survey.warnings:
        yield Problem(warning, "Unset one of them.")
    for unknown in survey.unknown:
        yield Problem(unknown, "Rename it, or unset it: it has no effect.")


def _of_model(studio: Studio, survey: Survey) -> Iterator[Problem]:
    """A model that nobody knows, that is gone or on its way out, and settings that do not go with it."""
    try:
        catalogue = studio.catalogue
        card = catalogue.find(chosen_model(studio))
        card.check(ImageOptions(aspect=survey.values["aspect"].value, size=survey.values["size"].value))
    except NbgeminiError as problem:
        if problem.message not in [known.message for known in survey.problems]:
            yield Problem(problem.message, problem.hint or "Change `model`, `aspect` or `size`.")
        return
    if (line := announced(catalogue, card)) and card.known:
        yield Problem(line, "`%config NbGemini.model` sets another, `-m` for a conversation.")
    elif not card.known:
        yield Problem(f"`{card.id}` is not in the catalogue.", catalogue.hint(card.id) or "It is sent as typed.")


def _health(studio: Studio, survey: Survey) -> Health:
    """Opened anew: settings that cannot be used keep the studio from opening its own."""
    given = str(survey.values["store"].value)
    folder = studio.surroundings.home / given
    try:
        folder = studio.surroundings.home / Path(given).expanduser()
        return examine_store(Store.open(folder))
    except StoreError as problem:
        return no_store(folder, problem.message, problem.hint)
    except RuntimeError:  # `~somebody` without such a user
        return no_store(folder, f"There is no home folder for `{given}`.", "")


def _waiting(health: Health) -> Iterator[Problem]:
    waiting = [
        f"{counted(health.orphans, 'answer')} in no conversation" if health.orphans else "",
        f"{counted(health.left_over, 'request')} without an answer" if health.left_over else "",
    ]
    if any(waiting):
        yield Problem(f"Left over: {', '.join(filter(None, waiting))}.", "`%imagine recover` lists them.")


def _versions() -> tuple[tuple[tuple[str, str], ...], list[Problem]]:
    """What is installed, asked of its metadata: nothing is imported."""
    from nbgemini._version import __version__

    versions = {name: _installed(name) for name in (*NEEDED, *_ALSO)}
    problems = []
    for name, oldest in NEEDED.items():
        needed = f"{name} {'.'.join(map(str, oldest))} or later"
        if versions[name] is None:
            problems.append(Problem(f"{name} is not installed.", f"`%pip install -U {name}`: nbgemini needs {needed}."))
        elif _numbers(versions[name] or "") < oldest:
            problems.append(Problem(f"{name} {versions[name]} is too old.", f"`%pip install -U {name}`, then restart."))
    own = (("nbgemini", __version__), ("python", f"{platform.python_version()}, {platform.platform(terse=True)}"))
    return (*own, *((name, version or "not installed") for name, version in versions.items())), problems


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _of_platform(survey: Survey) -> Iterator[Problem]:
    if sys.platform == "emscripten":
        yield Problem("This Python runs in a browser, which has no threads.", "Use a kernel on a computer or a server.")
    if survey.values["keep_tasks_running"].value and (why := reenter_refusal()):
        yield Problem(f"`keep_tasks_running` has no effect: {why}.", "Leave it off.")
