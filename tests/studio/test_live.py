"""The server's own list of models: asked for once, waited for a little while, and never missed."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from nbgemini.core.redact import Secret
from nbgemini.net.backends import Endpoint
from nbgemini.net.client import Client
from nbgemini.net.inprocess import InProcess
from nbgemini.studio.reports.served_models import live
from nbgemini.studio.studio import Studio
from nbgemini.studio.surroundings.model_lists import Listings
from tests.support.strict_server import KEY, strict_server


def test_without_a_key_nothing_is_asked(tmp_path: Path) -> None:
    """The emulator is no news about Google."""
    found = live(Studio(home=tmp_path))
    assert found.ids is None
    assert "emulator" in found.why


def test_the_list_is_asked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And says what the server says; one that fails is asked again."""
    with strict_server() as server:
        monkeypatch.setenv("GEMINI_API_KEY", KEY)
        studio = Studio(traits=lambda: {"base_url": server.url}, home=tmp_path)
        assert live(studio).ids == live(studio).ids == ("gemini-3-pro-image",)
        assert [request.method for request in server.requests] == ["GET"]
        assert server.violations == []
    studio.listings = Listings()
    gone = live(studio)
    assert gone.ids is None
    assert gone.why


def client(answer: bytes) -> Client:
    endpoint = Endpoint(backend="gemini", base_url="http://127.0.0.1:9", api_version="v1beta", key=Secret(lambda: "k"))
    return Client(endpoint, InProcess(lambda *_: (200, {}, [answer])))


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ({"models": [{"name": "models/a-image", "supportedGenerationMethods": ["predict"]}, {"name": 7}, None]}, ()),
        ({"publisherModels": [{"name": "publishers/google/models/x"}]}, ()),
        ({"models": [{"name": "models/b"}, {"name": "models/b"}, {"name": "models/c"}]}, ("b", "c")),
        ({"models": "none"}, ()),
        ({}, ()),
    ],
)
def test_rows_of_any_shape(body: object, ids: tuple[str, ...]) -> None:
    """What cannot be asked for content, or has no name, is left out."""
    assert Listings().of(client(json.dumps(body).encode()), "k").ids == ids


def test_garbage_is_no_list() -> None:
    """The catalogue is shown alone, with a reason."""
    found = Listings().of(client(b"<html>"), "k")
    assert found.ids is None
    assert "cannot be read" in found.why


def test_a_server_that_does_not_answer_is_left_alone() -> None:
    """After the patience given, whatever it does."""
    released = threading.Event()

    def hang(*_: object) -> tuple[int, dict[str, str], list[bytes]]:
        released.wait(30)
        return 200, {}, [b"{}"]

    endpoint = Endpoint(backend="gemini", base_url="http://127.0.0.1:9", api_version="v1beta", key=Secret(lambda: "k"))
    found = Listings().of(Client(endpoint, InProcess(hang)), "k", patience=0.1)
    released.set()
    assert found.ids is None
    assert "no answer" in found.why.lower()
