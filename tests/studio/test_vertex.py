"""Vertex AI from a user's side: variables set, cells asked, backends changed, and what the doctor says."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nbgemini.emulator import Script, Server, Service
from nbgemini.errors import AuthenticationFailed, OptionError, RequestTooLarge, SettingsError
from nbgemini.studio.reports.doctor import examine
from tests.net.test_secrets import frames
from tests.studio.served import KEY, MODEL, served, small_studio
from tests.studio.server import Server as Scripted
from tests.studio.server import answer, picture, studio_on
from tests.support.login import Login, logging_in
from tests.support.pictures import make_picture


@pytest.fixture
def login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Login]:
    """A machine that is logged in for a project on Vertex AI."""
    with logging_in() as login:
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(login.service_account(tmp_path, "of-the-file")))
        monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
        monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "my-project")
        yield login


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """An emulator on loopback in place of both of Google's doors."""
    with served(Service(key=KEY), monkeypatch, "GOOGLE_VERTEX_BASE_URL", "GOOGLE_GEMINI_BASE_URL") as service:
        yield service


@pytest.mark.usefixtures("login")
def test_a_conversation_on_vertex_ai(tmp_path: Path, service: Service) -> None:
    """The same cells at other addresses; the exchange remembers who drew, and the price is the same."""
    made = small_studio(tmp_path, location="us-central1")
    cat = made.conversation().imagine("a cat")
    night = cat.edit("make it night", thinking="low")
    assert [result.exchange.backend for result in (cat, night)] == ["vertex"] * 2
    assert night.cost is not None
    assert night.cost > 0.04
    path = f"/v1beta1/projects/my-project/locations/us-central1/publishers/google/models/{MODEL}:generateContent"
    assert [request.path for request in service.seen] == [path] * 2
    assert "Authorization: Bearer $(gcloud" in night.curl()


@pytest.mark.usefixtures("login")
def test_thoughts_stream_from_vertex_ai(tmp_path: Path, service: Service) -> None:
    """The same address with the verb of a stream; its turn can be sent back."""
    made = small_studio(tmp_path)
    cat = made.conversation().imagine("a cat", thoughts=True)
    assert cat.thoughts
    assert cat.edit("make it night").picture is not None
    assert service.seen[0].path.endswith("/publishers/google/models/gemini-3.1-flash-image:streamGenerateContent")


@pytest.mark.usefixtures("service")
def test_backends_do_not_mix(tmp_path: Path, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each change of drawn by is re-anchored and said; going on with the same one is not."""
    made = small_studio(tmp_path)
    made.conversation().imagine("a red boat")
    for backend, key, said in (
        ("gemini", KEY, "Signatures of Vertex AI do not work with the Gemini API"),
        ("gemini", KEY, ""),
        ("gemini", "", "of the Gemini API do not work with the emulator"),
        ("vertex", "", "of the emulator do not work with Vertex AI"),
    ):
        monkeypatch.setenv("NBGEMINI_BACKEND", backend)
        monkeypatch.setenv("GOOGLE_API_KEY", key)
        if not key and backend == "gemini":
            monkeypatch.delenv("GOOGLE_GEMINI_BASE_URL")
        result = made.conversation().imagine("make it night")
        assert result.exchange.anchored is bool(said)
        assert said in " ".join(result.notices)
    backends = [one.exchange.backend for one in made.conversation().exchanges]
    assert backends == ["vertex", "gemini", "gemini", "emulator", "vertex"]
    assert len(login.asked) == 1


def test_express_mode(tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key, and neither project nor login."""
    monkeypatch.setenv("GOOGLE_GENAI_USE_ENTERPRISE", "1")
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    made = small_studio(tmp_path)
    assert made.conversation().imagine("a cat").exchange.backend == "vertex"
    assert service.seen[0].path == f"/v1beta1/publishers/google/models/{MODEL}:generateContent"
    report = examine(made)
    assert report.access.state == "works"
    assert report.access.answers.endswith("vertex, express mode")


def test_the_project_of_the_login_is_used_where_none_is_set(
    tmp_path: Path, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And Google's own hosts are asked."""
    monkeypatch.delenv("GOOGLE_CLOUD_PROJECT")
    plan = small_studio(tmp_path).plan("a cat")
    assert plan.url.startswith("https://aiplatform.googleapis.com/v1beta1/projects/of-the-file/locations/global/")
    monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "eu")
    assert (
        small_studio(tmp_path)
        .plan("a cat")
        .url.startswith("https://aiplatform.eu.rep.googleapis.com/v1beta1/projects/of-the-file/locations/eu/")
    )
    assert login.asked == []


@pytest.mark.usefixtures("login", "service")
def test_a_token_is_in_no_file(tmp_path: Path) -> None:
    """Of all that a store keeps of a turn."""
    home = tmp_path / "home"
    home.mkdir()
    made = small_studio(home)
    made.conversation().imagine("a cat")
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"ya29" not in kept
    assert b"PRIVATE KEY" not in kept


def test_a_token_that_is_refused_shows_nowhere(tmp_path: Path, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    """A 401 twice: three lines, no token in any of them, nor in the frames of the traceback."""
    with Server(Service(token="another")) as url:
        monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", url)
        made = small_studio(tmp_path)
        with pytest.raises(AuthenticationFailed) as caught:
            made.conversation().imagine("a cat")
        report = examine(made)
    assert len(caught.value.lines()) == 3
    assert not any("ya29" in text or "PRIVATE" in text for text in frames(caught.value))
    assert report.access.state == "refused"
    assert "ya29" not in repr(report)
    assert not made.conversation().exchanges
    assert made.store.intents.left_over() == []
    assert len(login.asked) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [({"set": {"serviceTier": "flex"}}, "service tier"), ({"set": {"store": False}}, "`store`")],
)
@pytest.mark.usefixtures("login")
def test_what_vertex_ai_does_not_know_is_not_sent(
    words: dict[str, Any], said: str, tmp_path: Path, service: Service
) -> None:
    """Refused here, before anything leaves."""
    with pytest.raises(OptionError, match=said):
        small_studio(tmp_path).conversation().imagine("a cat", **words)
    assert service.seen == []


@pytest.mark.usefixtures("login")
@pytest.mark.deep
def test_a_picture_over_seven_megabytes(tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that another backend drew is not carried over as it is: said before it is sent, with the way out."""
    large = make_picture("PNG", (1600, 1600), compress_level=0)
    part = {
        "inlineData": {"mimeType": "image/png", "data": base64.b64encode(large).decode()},
        "thoughtSignature": "c2ln",
    }
    monkeypatch.setenv("NBGEMINI_BACKEND", "gemini")
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    studio_on(Scripted(answer(part), answer(picture())), tmp_path).conversation().imagine("a cat")
    monkeypatch.setenv("NBGEMINI_BACKEND", "vertex")
    made = small_studio(tmp_path)
    made.history.use("main")
    with pytest.raises(RequestTooLarge, match="7 MB for each") as caught:
        made.conversation().imagine("make it night")
    assert "yes=True" in caught.value.hint
    assert caught.value.charged == "nothing sent"
    assert service.seen == []


def test_google_s_own_hosts_are_never_asked_without_a_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway may know who we are; a host of Google's, named as the base URL, may not."""
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "1")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "my-project")
    monkeypatch.setattr("google.auth.compute_engine._metadata._NO_GCE_CHECK", True)
    made = small_studio(tmp_path)
    monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", "https://us-central1-aiplatform.googleapis.com")
    with pytest.raises(SettingsError, match="No Google Cloud credentials"):
        made.conversation().imagine("a cat")
    with Server(Service()) as url:
        monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", url)
        with pytest.raises(AuthenticationFailed, match="is missing required authentication"):
            made.conversation().imagine("a cat")


@pytest.mark.usefixtures("login")
def test_the_system_text_says_who_speaks(tmp_path: Path, service: Service) -> None:
    """As every content on Vertex AI."""
    small_studio(tmp_path).conversation().imagine("a cat", system="draw in red")
    body = json.loads(service.seen[0].body)
    assert body["systemInstruction"] == {"role": "user", "parts": [{"text": "draw in red"}]}


# -- the doctor ------------------------------------------------------------------------------------------------------


def test_the_doctor_names_project_place_and_login(
    tmp_path: Path, login: Login, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And checks the login by the free list of models."""
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    report = examine(small_studio(tmp_path, model="gemini-nano-banana-2.1", size="1K"))
    assert report.problems == ()
    assert (report.access.state, [request.method for request in service.seen]) == ("works", ["GET"])
    assert report.access.answers.endswith("vertex, project my-project, location global")
    assert report.access.key == "set, in GOOGLE_API_KEY; the login of this machine is used: a service account"
    rows = {row.name: (row.value, row.source) for row in report.settings}
    assert rows["project"] == ("my-project", "GOOGLE_CLOUD_PROJECT")
    assert not any(word in repr(report) for word in ("ya29", "iam.gserviceaccount", KEY, login.url))


def test_the_doctor_without_a_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to do is told; a cell says the same and sends nothing."""
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "1")
    monkeypatch.setattr("google.auth.compute_engine._metadata._NO_GCE_CHECK", True)
    made = small_studio(tmp_path)
    report = examine(made)
    assert report.access.check.startswith("No Google Cloud credentials")
    with pytest.raises(SettingsError, match="No Google Cloud credentials"):
        made.conversation().imagine("a cat")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "my-project")
    report = examine(made)
    assert [problem.advice for problem in report.problems if "gcloud auth" in problem.advice]


@pytest.mark.usefixtures("login")
@pytest.mark.deep
def test_vertex_ai_out_of_capacity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bare 429 is one of a minute: tried again, then drawn."""
    with Server(Service(script=Script(["429"]))) as url:
        monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", url)
        made = small_studio(tmp_path)
        result = made.conversation().imagine("a cat")
    assert any(notice.startswith("429 from the server") for notice in result.notices)
