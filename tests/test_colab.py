"""Colab's secrets: asked for only when a key is wanted and no variable holds one; every refusal has its reason."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from nbgemini import colab
from nbgemini.errors import SettingsError
from nbgemini.settings import read_settings, secrets_in_use, survey_settings

KEY = "AIzaSyA-sentinel-sentinel-sentinel-0123"


class SecretNotFoundError(Exception):
    """Colab's own, by name."""


class NotebookAccessError(Exception):
    """Colab's own, by name."""


class TimeoutException(Exception):
    """Colab's own, by name."""


class Panel:
    """Colab's panel of secrets: what each name gives or raises, and what it was asked for."""

    def __init__(self, secrets: dict[str, Any]) -> None:
        self.secrets = secrets
        self.asked: list[str] = []

    def get(self, name: str) -> Any:
        self.asked.append(name)
        found = self.secrets.get(name, SecretNotFoundError(f"Secret {name} does not exist."))
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Panel]]:
    def made(**secrets: Any) -> Panel:
        panel, package, userdata = Panel(secrets), ModuleType("google.colab"), ModuleType("google.colab.userdata")
        userdata.get = panel.get  # type: ignore[attr-defined]
        package.userdata = userdata  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "google.colab", package)
        monkeypatch.setitem(sys.modules, "google.colab.userdata", userdata)
        return panel

    yield made
    monkeypatch.undo()
    assert colab.userdata({}, ask=True) == colab.Userdata()  # and nothing of it is left for the next test


def test_a_key_is_found_when_one_is_wanted(panel: Callable[..., Panel]) -> None:
    """Once: later reads know it, and it shows in no repr."""
    asked = panel(GEMINI_API_KEY=f" {KEY}\n").asked
    settings = read_settings({}, {}, key_wanted=True)
    assert settings.key is not None
    assert settings.key() == KEY
    assert (settings.served_by, settings.key_source) == ("gemini", "GEMINI_API_KEY of Colab's secrets")
    assert KEY not in repr(settings) + repr(colab.userdata({}, ask=False))
    assert KEY in secrets_in_use()
    again = read_settings({}, {}, key_wanted=True)
    assert again.key is not None
    assert asked == ["GOOGLE_API_KEY", "GEMINI_API_KEY"]


def test_nobody_asks_while_no_key_is_wanted(panel: Callable[..., Panel]) -> None:
    """Loading, Tab and listings read settings too: they must not open a dialog."""
    asked = panel(GOOGLE_API_KEY=KEY).asked
    assert read_settings({}, {}).served_by == "emulator"
    assert asked == []


@pytest.mark.parametrize(
    "environ",
    [
        {"GOOGLE_API_KEY": KEY},
        {"GEMINI_API_KEY": KEY},
        {"GOOGLE_GENAI_USE_VERTEXAI": "1", "GOOGLE_CLOUD_PROJECT": "my-project"},
    ],
)
def test_variables_come_first(environ: dict[str, str], panel: Callable[..., Panel]) -> None:
    """The panel is the last place, and a project on Vertex AI needs no key."""
    asked = panel(GOOGLE_API_KEY=KEY[::-1]).asked
    settings = read_settings({}, environ, key_wanted=True)
    assert asked == []
    assert settings.key is None or settings.key() == KEY


def test_express_mode_takes_a_key_of_the_panel(panel: Callable[..., Panel]) -> None:
    """Vertex AI without a project."""
    panel(GOOGLE_API_KEY=KEY)
    assert read_settings({}, {"GOOGLE_GENAI_USE_ENTERPRISE": "true"}, key_wanted=True).express


@pytest.mark.parametrize(
    ("refusal", "reason", "times"),
    [
        (SecretNotFoundError("no"), "hold neither", 6),
        (NotebookAccessError("no"), "may not read `GOOGLE_API_KEY`", 4),
        (TimeoutException("no"), "only a notebook that is open in a browser", 2),
        (RuntimeError("no frontend"), "did not give `GOOGLE_API_KEY`: RuntimeError", 2),
    ],
)
def test_a_refusal_is_quiet_and_the_doctor_tells_it(
    refusal: Exception, reason: str, times: int, panel: Callable[..., Panel]
) -> None:
    """The emulator draws on; a dialog that was declined comes back only when the doctor asks anew."""
    asked = panel(GOOGLE_API_KEY=refusal).asked
    for _ in range(2):
        assert read_settings({}, {}, key_wanted=True).served_by == "emulator"
    survey = survey_settings({}, {})
    assert reason in survey.userdata
    assert (survey.key, survey.problems) == (None, ())
    assert len(asked) == times


def test_access_that_is_given_later_counts(panel: Callable[..., Panel]) -> None:
    """After the switch in the panel and one look by the doctor."""
    secrets = panel(GOOGLE_API_KEY=NotebookAccessError("no")).secrets
    assert read_settings({}, {}, key_wanted=True).key is None
    secrets["GOOGLE_API_KEY"] = KEY
    assert survey_settings({}, {}).key_source == "GOOGLE_API_KEY of Colab's secrets"
    assert read_settings({}, {}).served_by == "gemini"


def test_an_old_colab_without_a_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    """The import fails, and nothing else does."""
    monkeypatch.setitem(sys.modules, "google.colab", None)
    assert read_settings({}, {"COLAB_RELEASE_TAG": "2023"}, key_wanted=True).served_by == "emulator"
    monkeypatch.undo()
    colab.userdata({}, ask=False)


@pytest.mark.parametrize("value", [None, "", "  ", 7])
def test_an_empty_secret_is_none(value: object, panel: Callable[..., Panel]) -> None:
    """A row of the panel without a value."""
    panel(GOOGLE_API_KEY=value)
    assert read_settings({}, {}, key_wanted=True).key is None


def test_a_spoilt_secret_is_refused_without_showing_it(panel: Callable[..., Panel]) -> None:
    """As a spoilt variable is."""
    panel(GOOGLE_API_KEY="AIza–secret")
    with pytest.raises(SettingsError, match="Colab's secrets") as caught:
        read_settings({}, {}, key_wanted=True)
    assert "AIza" not in str(caught.value)
