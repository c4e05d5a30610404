"""Vertex AI over the wire: addresses, tokens from a login server, and what happens when one is refused."""

from __future__ import annotations

import json
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nbgemini.core.content import user_turn
from nbgemini.core.exchange import Answer, ImageRequest
from nbgemini.core.redact import Secret, hidden
from nbgemini.errors import (
    AuthenticationFailed,
    NbgeminiError,
    NotSent,
    OptionError,
    OutcomeUnknown,
    PermissionRefused,
    SettingsError,
)
from nbgemini.net.adc import Adc
from nbgemini.net.backends import Endpoint
from nbgemini.net.backoff import RetryPolicy
from nbgemini.net.client import Client
from nbgemini.net.flight import Flight
from nbgemini.settings import secrets_in_use
from tests.net.server import QUICK, TRANSPORT, Server, answers, cut, google, serving
from tests.support.login import Login, logging_in
from tests.wire.shelf import Shelf

MODEL = "gemini-3-pro-image"
PATH = f"/v1beta1/projects/my-project/locations/global/publishers/google/models/{MODEL}:generateContent"


@pytest.fixture
def login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Login]:
    """A service account's key file, and a server that takes what it signs."""
    with logging_in() as login:
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(login.service_account(tmp_path)))
        yield login


class Asker:
    """A client of a project on Vertex AI, and what it said."""

    def __init__(self, url: str, adc: Adc | None = None, policy: RetryPolicy = QUICK) -> None:
        self.adc = adc or Adc(TRANSPORT)
        self.notices: list[str] = []
        endpoint = Endpoint(backend="vertex", base_url=url, project="my-project", tokens=self.adc)
        self.client = Client(endpoint, TRANSPORT, policy=policy)

    def ask(self, seconds: float = 8.0, flight: Flight | None = None) -> Answer:
        return self.client.generate(
            ImageRequest(model=MODEL, turns=(user_turn("a cat", ()),)),
            objects=Shelf(),
            keep=lambda raw: None,
            flight=flight or Flight(seconds),
            notice=self.notices.append,
        )


def sent(server: Server) -> list[str]:
    return [got.headers.get("authorization", "") for got in server.requests]


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"project": "p-1234"}, "/v1beta1/projects/p-1234/locations/global"),
        ({"project": "p-1234", "location": "us"}, "/v1beta1/projects/p-1234/locations/us"),
        ({"api_version": "v1"}, "/v1"),
        ({"base_url": "https://gateway/team/a/"}, "/team/a/v1beta1"),
    ],
)
def test_addresses(fields: dict[str, Any], url: str) -> None:
    """With a project, in express mode, by version, and behind a gateway with a path of its own."""
    endpoint = Endpoint(**{"backend": "vertex", "base_url": "https://gateway", **fields})
    assert endpoint.url("m") == f"https://gateway{url}/publishers/google/models/m:generateContent"
    assert endpoint.models_url().removesuffix("/models?pageSize=1000").endswith("/publishers/google")


@pytest.mark.parametrize("fields", [{"project": "a/b"}, {"location": "evil.com/"}, {"project": "..", "location": "us"}])
def test_an_endpoint_takes_no_name_that_leads_elsewhere(fields: dict[str, str]) -> None:
    """Also where no setting has looked at it."""
    with pytest.raises(OptionError):
        Endpoint(backend="vertex", base_url="https://aiplatform.googleapis.com", **fields)  # type: ignore[arg-type]


def test_a_token_is_fetched_once_and_travels_in_one_header(login: Login) -> None:
    """Two requests, one login; nothing else names the token, and no key goes along."""
    with serving(answers()) as server:
        asker = Asker(server.url)
        for _ in range(2):
            assert asker.ask().turn is not None
    assert [got.target for got in server.requests] == [PATH, PATH]
    assert sent(server) == ["Bearer ya29.token-1"] * 2
    assert login.asked[0]["grant_type"].endswith("jwt-bearer")
    assert asker.adc.project() == "of-the-file"
    assert asker.adc.kind == "a service account"
    assert len(login.asked) == 1
    assert not any("x-goog-api-key" in got.headers or "ya29" in got.target for got in server.requests)
    assert json.loads(server.requests[0].body)["contents"][0]["role"] == "user"


def test_a_machine_of_google_cloud(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    """The metadata server gives token and project, where no file does."""
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS")
    monkeypatch.setattr("google.auth.compute_engine._metadata._GCE_METADATA_HOST", login.host)
    monkeypatch.setenv("GCE_METADATA_IP", login.host)
    with serving(answers()) as server:
        asker = Asker(server.url)
        asker.ask()
    assert sent(server) == ["Bearer ya29.token-1"]
    assert (asker.adc.project(), asker.adc.kind) == ("of-the-machine", "the metadata server")


def test_a_user_s_own_login_says_who_pays(login: Login) -> None:
    """The quota project goes along in its header."""
    user = login.user(quota_project_id="payer-123")
    with serving(answers()) as server:
        asker = Asker(server.url, Adc(TRANSPORT, load=lambda request: (user, None)))
        asker.ask()
    assert login.asked[0]["grant_type"] == "refresh_token"
    assert asker.adc.kind == "a user's login"
    assert server.requests[0].headers["x-goog-user-project"] == "payer-123"


def test_an_old_token_is_replaced_before_it_expires(login: Login) -> None:
    """One that lives for less than four minutes counts as old at once."""
    login.lifetime = 100
    with serving(answers()) as server:
        asker = Asker(server.url)
        asker.ask()
        asker.ask()
    assert sent(server) == ["Bearer ya29.token-1", "Bearer ya29.token-2"]


def test_an_old_token_does_while_no_new_one_can_be_had(login: Login) -> None:
    """It is good for some seconds yet."""
    login.lifetime = 100
    with serving(answers()) as server:
        asker = Asker(server.url)
        asker.ask()
        login.answers.append((400, {"error": "unavailable"}))
        asker.ask()
    assert sent(server) == ["Bearer ya29.token-1"] * 2


UNKNOWN = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other."


def test_a_refused_token_is_replaced_once(login: Login) -> None:
    """A 401 costs nothing: one try with a new token, and it is said."""
    with serving(google(401, UNKNOWN, "UNAUTHENTICATED"), answers()) as server:
        asker = Asker(server.url)
        assert asker.ask().turn is not None
    assert sent(server) == ["Bearer ya29.token-1", "Bearer ya29.token-2"]
    assert asker.notices == ["401 from the server: trying again with a new token (1 of 1)"]
    assert len(login.asked) == 2


def test_a_second_refusal_is_final(login: Login) -> None:
    """Two POSTs, then three lines that say how to log in."""
    with serving(google(401, UNKNOWN, "UNAUTHENTICATED")) as server, pytest.raises(AuthenticationFailed) as caught:
        Asker(server.url).ask()
    assert len(server.requests) == len(login.asked) == 2
    assert caught.value.charged == "no"
    assert "gcloud auth application-default login" in caught.value.hint


def test_nothing_else_is_sent_twice_for_a_token(login: Login) -> None:
    """A 403 and a lost answer are final as ever."""
    with (
        serving(google(403, "Permission 'aiplatform.endpoints.predict' denied on resource", "X")) as server,
        pytest.raises(PermissionRefused) as caught,
    ):
        Asker(server.url).ask()
    assert "roles/aiplatform.user" in caught.value.hint
    with serving(cut(0)) as lost, pytest.raises(OutcomeUnknown):
        Asker(lost.url).ask()
    assert (len(server.requests), len(lost.requests), len(login.asked)) == (1, 1, 2)


def test_many_threads_share_one_login(login: Login) -> None:
    """Those that come while a token is fetched wait for it."""
    login.open.clear()
    with serving(answers()) as server:
        asker = Asker(server.url)
        threads = [threading.Thread(target=asker.ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        login.open.set()
        for thread in threads:
            thread.join(10)
    assert sent(server) == ["Bearer ya29.token-1"] * 6
    assert len(login.asked) == 1


# -- a login that fails ----------------------------------------------------------------------------------------------


def failing(server: Server, kind: type[NbgeminiError], **options: Any) -> NbgeminiError:
    """The error of a request that must not leave."""
    with pytest.raises(kind) as caught:
        Asker(server.url, **options).ask(3.0)
    assert server.requests == []
    assert caught.value.charged in ("nothing sent", "no")
    assert len(caught.value.lines()) <= 3
    shown = "".join(traceback.format_exception(caught.value))
    assert not any(word in shown for word in ("sentinel", "ya29", "PRIVATE KEY"))
    return caught.value


def test_a_revoked_login_says_how_to_log_in_again(login: Login) -> None:
    """`invalid_grant`: nothing is sent, and the next cell looks for a new login."""
    revoked = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    login.answers.append((400, revoked))
    with serving(answers()) as server:
        adc = Adc(TRANSPORT)
        error = failing(server, AuthenticationFailed, adc=adc)
        assert "expired or revoked" in error.message
        assert "gcloud auth application-default login" in error.hint
        Asker(server.url, adc=adc).ask()
    assert sent(server) == ["Bearer ya29.token-1"]


def test_a_login_server_that_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused connections are tried as often as unsent requests are, and no more."""
    gone = Login(url="http://127.0.0.1:9")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(gone.service_account(tmp_path)))
    with serving(answers()) as server:
        assert "access token" in failing(server, NotSent).message


def test_a_login_server_that_is_slow_keeps_to_the_deadline(login: Login) -> None:
    """The request's own deadline counts the login in."""
    login.open.clear()
    with serving(answers()) as server:
        asker = Asker(server.url, policy=RetryPolicy(unsent=0))
        with pytest.raises(NotSent):
            asker.ask(0.4)
    assert server.requests == []


@pytest.mark.parametrize("text", ["", "not json", "{}", '{"type": "authorized_user"}', '{"type": "strange"}', "[]"])
def test_a_spoilt_file_of_credentials(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed, and the way out is named."""
    path = tmp_path / "spoilt.json"
    path.write_text(text)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    with serving(answers()) as server:
        assert "gcloud auth application-default login" in failing(server, SettingsError).hint


def test_nobody_is_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file, no gcloud, no machine of Google's: what to do is said; a gateway is asked without a token."""
    monkeypatch.setattr("google.auth.compute_engine._metadata._NO_GCE_CHECK", True)
    with serving(answers()) as server:
        assert "No Google Cloud credentials" in failing(server, SettingsError).message
        Asker(server.url, Adc(TRANSPORT, optional=True)).ask()
    assert sent(server) == [""]


def test_without_the_login_library_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is optional; so is express mode, which does without."""
    monkeypatch.setitem(sys.modules, "google.auth", None)
    with serving(answers()) as server:
        error = failing(server, SettingsError)
    assert "pip install 'nbgemini[vertex]'" in error.hint
    assert "express mode" in error.hint


def test_a_token_is_taken_out_of_what_a_server_says(login: Login) -> None:
    """An answer that quotes the header does not show it."""
    with (
        serving(google(400, "bad header: Bearer ya29.token-1 and token ya29.token-1", "X")) as server,
        pytest.raises(NbgeminiError) as caught,
    ):
        Asker(server.url).ask()
    assert "token-1" not in str(caught.value)
    assert "[redacted]" in str(caught.value)


def test_a_token_is_known_wherever_texts_are_shown(login: Login) -> None:
    """Whatever its shape, as long as somebody holds it."""
    holder = Adc(TRANSPORT)
    token = holder.fresh(8.0)
    assert token is not None
    assert token.reveal() in secrets_in_use()
    assert hidden(f"it is {token.reveal()}", secrets_in_use()) == "it is [redacted]"


def test_express_mode_sends_the_key_and_no_token() -> None:
    """No project, no login."""
    with serving(answers()) as server:
        endpoint = Endpoint(backend="vertex", base_url=server.url, key=Secret.of("AIza-of-express-mode-0123"))
        Client(endpoint, TRANSPORT).generate(
            ImageRequest(model=MODEL, turns=(user_turn("a cat", ()),)),
            objects=Shelf(),
            keep=lambda raw: None,
            flight=Flight(8),
            notice=lambda text: None,
        )
    (got,) = server.requests
    assert got.target == f"/v1beta1/publishers/google/models/{MODEL}:generateContent"
    assert got.headers["x-goog-api-key"] == "AIza-of-express-mode-0123"
    assert "authorization" not in got.headers
