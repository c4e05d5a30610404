"""Settings: who wins, what is refused, and that the key stays out of sight."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal
from pathlib import Path

import pytest

from nbgemini.core.setting_parsers import PARSERS
from nbgemini.core.setting_table import SETTINGS
from nbgemini.errors import SettingsError
from nbgemini.settings import read_settings, survey_settings
from nbgemini.store.catalogue import load_catalogue

KEY = "AIzaSyA-sentinel-sentinel-sentinel-0123"


def test_without_anything_the_defaults_hold_and_the_emulator_answers() -> None:
    """A fresh machine needs no key."""
    settings = read_settings({}, {})
    assert settings.model == "gemini-3-pro-image"
    assert settings.confirm_over == Decimal("1.00")
    assert settings.api_version == "v1beta"
    assert settings.served_by == "emulator"
    assert {setting.source for setting in settings.values.values()} == {"default"}


def test_each_kind_of_value_has_its_parser() -> None:
    """The table names them, so that loading the extension reads none of them."""
    assert {row.kind for row in SETTINGS.values()} == set(PARSERS)


def test_a_trait_wins_over_the_environment_and_both_over_the_default() -> None:
    """And each value knows where it came from."""
    environ = {"NBGEMINI_MODEL": "flash", "NBGEMINI_ASPECT": "16:9"}
    settings = read_settings({"model": "pro"}, environ)
    assert (settings.model, settings.values["model"].source) == ("pro", "trait")
    assert (settings.aspect, settings.values["aspect"].source) == ("16:9", "environment")
    assert (settings.size, settings.values["size"].source) == (None, "default")


@pytest.mark.parametrize(
    ("environ", "source"),
    [
        ({"GOOGLE_API_KEY": KEY}, "GOOGLE_API_KEY"),
        ({"GEMINI_API_KEY": KEY}, "GEMINI_API_KEY"),
        ({"GOOGLE_API_KEY": "  ", "GEMINI_API_KEY": f' "{KEY}" '}, "GEMINI_API_KEY"),
    ],
)
def test_the_key_is_found_and_cleaned(environ: dict[str, str], source: str) -> None:
    """Blank variables do not count; quotes and blanks around a key are stripped."""
    settings = read_settings({}, environ)
    assert settings.key is not None
    assert settings.key() == KEY
    assert settings.key_source == source
    assert settings.served_by == "gemini"


def test_two_keys_that_differ_are_said() -> None:
    """Google's order wins, with a warning that names no key."""
    settings = read_settings({}, {"GOOGLE_API_KEY": KEY, "GEMINI_API_KEY": KEY[::-1]})
    assert settings.key is not None
    assert settings.key() == KEY
    assert len(settings.warnings) == 1
    assert KEY not in settings.warnings[0]
    assert not read_settings({}, {"GOOGLE_API_KEY": KEY, "GEMINI_API_KEY": KEY}).warnings


def test_a_key_that_cannot_travel_in_a_header_is_refused_without_showing_it() -> None:
    """A pasted dash or a line break inside."""
    for broken in ("AIza–secret", "AIza\nsecret", "AIza secret"):
        with pytest.raises(SettingsError) as caught:
            read_settings({}, {"GEMINI_API_KEY": broken})
        assert "secret" not in str(caught.value)


def test_the_key_shows_in_no_repr_and_settings_are_not_pickled() -> None:
    """The channels through which a plain attribute would leak."""
    settings = read_settings({}, {"GEMINI_API_KEY": KEY})
    assert KEY not in repr(settings)
    assert KEY not in str(vars(type(settings)))
    with pytest.raises(TypeError):
        pickle.dumps(settings)


@pytest.mark.parametrize(
    "environ",
    [
        {"NBGEMINI_SIZE": "8k"},
        {"NBGEMINI_ASPECT": "wide"},
        {"NBGEMINI_CONFIRM_OVER": "a lot"},
        {"NBGEMINI_PREVIEW": "-3"},
        {"NBGEMINI_TIMEOUT": "0"},
        {"NBGEMINI_KEEP_TASKS_RUNNING": "perhaps"},
        {"NBGEMINI_BACKEND": "azure"},
    ],
)
def test_a_value_that_cannot_be_used_is_named(environ: dict[str, str]) -> None:
    """The message names the variable, so that the user finds it."""
    with pytest.raises(SettingsError) as caught:
        read_settings({}, environ)
    assert next(iter(environ)).removeprefix("NBGEMINI_").lower() in str(caught.value).lower()


def test_a_base_url_alone_means_a_server_without_a_key() -> None:
    """A gateway may need none."""
    settings = read_settings({}, {"GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:8765"})
    assert settings.served_by == "gemini"
    assert settings.key is None


def test_the_api_version_knows_the_sdk_s_spelling() -> None:
    """`beta` is what the official SDK calls v1beta."""
    assert read_settings({}, {"GOOGLE_GENAI_API_VERSION": "beta"}).api_version == "v1beta"
    assert read_settings({}, {"GOOGLE_GENAI_API_VERSION": "v1"}).api_version == "v1"


def test_a_catalogue_of_one_s_own_replaces_the_shipped_one(tmp_path: Path) -> None:
    """Prices and models can be overridden without a release; a broken file is named."""
    data = {"as_of": "2027-01-01", "models": [{"id": "gemini-9-image", "price_per_image_usd": {"1K": 0.01}}]}
    path = tmp_path / "models.json"
    path.write_text(json.dumps(data))
    assert load_catalogue(str(path)).find("gemini-9-image").image_price == {"1K": 10_000}
    path.write_text("[]")
    with pytest.raises(SettingsError, match=r"models\.json"):
        load_catalogue(str(path))
    with pytest.raises(SettingsError, match="gone"):
        load_catalogue(str(tmp_path / "gone.json"))


@pytest.mark.parametrize(
    ("environ", "backend"),
    [
        ({"GOOGLE_GENAI_USE_VERTEXAI": "true"}, "vertex"),
        ({"GOOGLE_GENAI_USE_VERTEXAI": "1", "GOOGLE_GENAI_USE_ENTERPRISE": "false"}, "gemini"),
        ({"GOOGLE_GENAI_USE_ENTERPRISE": "True"}, "vertex"),
        ({"NBGEMINI_BACKEND": "vertex"}, "vertex"),
        ({}, "gemini"),
    ],
)
def test_the_sdk_s_switches_choose_the_backend(environ: dict[str, str], backend: str) -> None:
    """A machine set up for Vertex AI is not answered by the emulator in silence."""
    assert read_settings({}, environ).backend == backend


VERTEX = {"GOOGLE_GENAI_USE_VERTEXAI": "1"}


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({"GOOGLE_GEMINI_BASE_URL": "https://g", "GOOGLE_VERTEX_BASE_URL": "https://v"}, "https://g"),
        ({**VERTEX, "GOOGLE_GEMINI_BASE_URL": "https://g", "GOOGLE_VERTEX_BASE_URL": "https://v"}, "https://v"),
        ({**VERTEX, "GOOGLE_GEMINI_BASE_URL": "https://g"}, None),
        ({**VERTEX, "NBGEMINI_BASE_URL": "https://n", "GOOGLE_VERTEX_BASE_URL": "https://v"}, "https://n"),
    ],
)
def test_each_backend_has_its_own_variable_for_the_base_url(environ: dict[str, str], url: str | None) -> None:
    """A gateway for one is none for the other."""
    assert read_settings({}, environ).base_url == url


@pytest.mark.parametrize(
    ("environ", "express"),
    [
        ({"GOOGLE_API_KEY": KEY}, True),
        ({"GOOGLE_API_KEY": KEY, "GOOGLE_CLOUD_PROJECT": "my-project"}, False),
        ({"GOOGLE_API_KEY": KEY, "GOOGLE_CLOUD_LOCATION": "us"}, False),
        ({"GOOGLE_CLOUD_PROJECT": "my-project"}, False),
    ],
)
def test_a_project_of_the_environment_wins_over_a_key(environ: dict[str, str], express: bool) -> None:
    """As in the official SDK; without Vertex AI neither project nor location counts."""
    assert read_settings({}, {**VERTEX, **environ}).express is express
    assert not read_settings({}, environ).express


@pytest.mark.parametrize(
    "environ",
    [
        {"GOOGLE_CLOUD_LOCATION": "evil.com/"},
        {"GOOGLE_CLOUD_PROJECT": "a/../b"},
        {"GOOGLE_GENAI_API_VERSION": "../v1"},
    ],
)
def test_what_would_change_an_address_is_refused(environ: dict[str, str]) -> None:
    """The variable is named."""
    with pytest.raises(SettingsError, match=next(iter(environ))):
        read_settings({}, {**VERTEX, **environ})


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("NBGEMINI_MODLE", "NBGEMINI_MODEL"),
        ("NBGEMINI_CONFIRMOVER", "NBGEMINI_CONFIRM_OVER"),
        ("nbgemini_size", "NBGEMINI_SIZE"),
        ("NB_GEMINI_MODEL", "NBGEMINI_MODEL"),
        ("NBGEMINI_BASEURL", "NBGEMINI_BASE_URL"),
    ],
)
def test_a_variable_that_is_nearly_one_of_ours_is_named(variable: str, meant: str) -> None:
    """With the one that was probably meant; it stops nothing."""
    (said,) = read_settings({}, {variable: "x"}).unknown
    assert f"`{variable}`" in said
    assert f"`{meant}`" in said
    assert survey_settings({}, {variable: "x"}).unknown == (said,)


def test_our_own_variables_are_known() -> None:
    """Each row of the table has one."""
    names = {f"NBGEMINI_{name.upper()}": "" for name in SETTINGS}
    assert read_settings({}, {**names, "GEMINI_THING": "x"}).unknown == ()
    (said,) = read_settings({}, {"NBGEMINI_ZZZZZZ": "x"}).unknown
    assert "doctor" in said


def test_a_base_url_that_is_none_is_named_with_its_setting() -> None:
    """By whichever of its names it was set."""
    for variable in ("NBGEMINI_BASE_URL", "GOOGLE_GEMINI_BASE_URL"):
        with pytest.raises(SettingsError, match=f"{variable}.*htp:/foo"):
            read_settings({}, {variable: "htp:/foo"})
    (problem,) = survey_settings({"base_url": "https//x"}, {}).problems
    assert "`base_url`" in problem.message
    assert "https://x" in problem.hint
