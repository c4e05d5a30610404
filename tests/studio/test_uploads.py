"""Large requests from a user's side: pictures go to the Files API once, and the store keeps the bytes."""

from __future__ import annotations

import base64
import io
import json
import random
import threading
import traceback
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import nbgemini as nb
from nbgemini.emulator import Request, Response, Server, Service
from nbgemini.errors import AuthenticationFailed, RequestTooLarge
from nbgemini.net.inprocess import InProcess
from nbgemini.net.routing import LARGEST_REQUEST
from nbgemini.studio import process
from nbgemini.studio.reports.doctor import examine
from nbgemini.studio.studio import Studio
from tests.studio.served import KEY, served, small_studio
from tests.support.pictures import make_picture


class Watched(Service):
    """An emulator that remembers every path: of large requests it forgets the bodies, and with them the requests."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.paths: list[str] = []

    def handle(self, request: Request) -> Response:
        self.paths.append(request.path)
        return super().handle(request)


Large = tuple[bytes, ...]


@pytest.fixture(
    params=[pytest.param(1500, id="the true bound", marks=pytest.mark.deep), pytest.param(600, id="a sixth of it")]
)
def large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Large:
    """Three pictures of 6.8 MB, one of which is too much for a request; or of a sixth, where the bound is lower too."""
    if request.param == 600:
        monkeypatch.setattr("nbgemini.net.routing.INLINE", 4_200_000)
    return tuple(_noise(request.param, seed) for seed in (1, 2, 3))


@cache
def _noise(side: int, seed: int) -> bytes:
    """Noise, which no compression makes small."""
    buffer = io.BytesIO()
    pixels = random.Random(seed).randbytes(3 * side * side)
    Image.frombytes("RGB", (side, side), pixels).save(buffer, "PNG", compress_level=0)
    return buffer.getvalue()


def weight(large: Large) -> str:
    """How heavy one of them is said to be."""
    return "6.8 MB" if len(large[0]) > 2_000_000 else "1.1 MB"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """An emulator on loopback that asks for a key."""
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    with served(Watched(key=KEY), monkeypatch, "GOOGLE_GEMINI_BASE_URL") as service:
        yield service


def asked(service: Watched) -> list[str]:
    """The last word of each path: where an upload begins or goes on, and what is drawn."""
    words = {"files": "upload", "gemini-3.1-flash-image:generateContent": "draw"}
    return [words.get(path.rpartition("/")[2], path) for path in service.paths]


def is_record(path: Path) -> bool:
    return path.is_file() and path.stat().st_size < 1_000_000


def contents(service: Watched) -> Any:
    """The body of the last request for a picture."""
    return json.loads(next(one.body for one in reversed(service.seen) if one.path.endswith("generateContent")))


def test_pictures_are_uploaded_once_and_kept_here(tmp_path: Path, service: Watched, large: Large) -> None:
    """The first turn uploads what is too much, the second nothing; the disk has the bytes."""
    made = small_studio(tmp_path)
    plan = made.plan("a house in these colours", ref=list(large))
    assert any("1 picture goes through the Files API" in notice for notice in plan.notices)
    first = made.conversation().imagine("a house in these colours", ref=list(large))
    assert asked(service) == ["upload", "upload", "draw"]
    first.edit("at night")
    assert asked(service)[3:] == ["draw"]
    sent = contents(service)["contents"][0]["parts"]
    assert sum("fileData" in part for part in sent) == 1
    kept = first.exchange.user
    assert [picture.size for picture in kept.pictures.values()] == [len(data) for data in large]
    assert all(made.store.blobs.read(picture.sha256) in large for picture in kept.pictures.values())
    assert b"fileUri" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if is_record(path))
    assert first.exchange.request_hash == made.client().request_hash(plan.request)


@pytest.mark.deep
def test_a_new_kernel_uploads_its_own(tmp_path: Path, service: Watched, large: Large) -> None:
    """What another kernel uploaded is not known to it."""
    small_studio(tmp_path).conversation().imagine("a house in these colours", ref=list(large))
    again = small_studio(tmp_path)
    again.history.use("main")
    again.conversation().imagine("in winter")
    assert asked(service) == ["upload", "upload", "draw"] * 2


def test_they_are_listed_and_deleted_on_request(tmp_path: Path, service: Watched, large: Large) -> None:
    """By name on the server; the doctor tells of them; what is deleted is uploaded anew when it is needed."""
    made = small_studio(tmp_path)
    cat = made.conversation().imagine("a cat", ref=list(large))
    report = examine(made)
    assert report.access.uploads == f"1 uploaded picture, {weight(large)} of the project's 20 GB, for 48 hours at most"
    client = made.client()
    (file,) = client.files.known.values()
    assert client.delete_uploads() == 1
    assert client.files.known == {}
    assert service.paths[-1] == f"/v1beta/{file.name}"
    cat.edit("at night")
    assert asked(service)[-3:] == ["upload", "upload", "draw"]


@pytest.mark.deep
def test_another_key_uploads_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: Large) -> None:
    """Files belong to a key's project: one key's are no use to another."""
    service = Watched()
    with Server(service) as url:
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", url)
        made = small_studio(tmp_path)
        for key in (KEY, KEY[::-1], KEY):
            monkeypatch.setenv("GOOGLE_API_KEY", key)
            made.conversation().imagine("a cat", ref=list(large), new=True)
    assert asked(service) == ["upload", "upload", "draw"] * 2 + ["draw"]


@pytest.mark.deep
def test_the_embedded_emulator_does_the_same(large: Large) -> None:
    """Without a key; set up anew, it still has them, as its batches need: nothing is uploaded twice."""
    process.forget()
    nb.emulator()
    cat = nb.conversation("files").imagine("a cat", ref=list(large), model="flash", size="512")
    assert repr(nb.uploads()).startswith(f"<1 uploaded picture, {weight(large)}")
    nb.emulator()
    night = cat.edit("at night", size="512")
    assert not any("upload" in notice for notice in night.notices)
    assert nb.uploads().delete() == 1
    assert repr(nb.uploads()) == "<no uploaded pictures>"


def test_a_cell_that_is_stopped_while_it_uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: Large) -> None:
    """Nothing was sent, nothing is left behind, and the waiting line said what it was at."""
    reached, go_on = threading.Event(), threading.Event()

    class Slow(Watched):
        def handle(self, request: Request) -> Response:
            if "upload_id" in request.query:
                reached.set()
                go_on.wait(10)
            return super().handle(request)

    service = Slow(key=KEY)
    with Server(service) as url:
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", url)
        monkeypatch.setenv("GOOGLE_API_KEY", KEY)
        made = small_studio(tmp_path)
        drawing = made.start("a cat", ref=list(large))
        assert reached.wait(10)
        assert drawing.job.progress in ("uploading pictures: 0 of 7 MB", "uploading pictures: 0 of 1 MB")
        assert drawing.job.abandon()
        assert drawing.job.stop()
        assert drawing.job.settled_within(5)
        go_on.set()
    assert "draw" not in asked(service)
    assert made.store.intents.left_over() == []
    assert not made.conversation().exchanges


def test_too_large_even_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers of a hundred megabytes cannot be sent back: one line says what they are and what to do."""
    monkeypatch.setitem(LARGEST_REQUEST, "gemini", 3_000_000)  # the true bound takes seconds to reach
    noise = random.Random(1).randbytes(1_500_000)
    drawn = 0

    def handle(method: str, target: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Any, Iterable[bytes]]:
        nonlocal drawn
        drawn += 1
        data = make_picture("JPEG", (64, 48), seed=drawn)[:-2] + noise[drawn:] + b"\xff\xd9"
        inline = {"mimeType": "image/jpeg", "data": base64.b64encode(data).decode()}
        part = {"inlineData": inline, "thoughtSignature": "c2ln"}
        answer = {"candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}]}
        return 200, {"content-type": "application/json"}, [json.dumps(answer).encode()]

    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    made = Studio(home=tmp_path, transport=InProcess(handle))
    cat = made.conversation().imagine("a cat")
    night = cat.edit("at night")
    with pytest.raises(RequestTooLarge, match=r"4 MB \(4.0 MB pictures\); the API takes 3 MB") as caught:
        night.edit("in winter")
    assert caught.value.charged == "nothing sent"
    assert 'new=True, ref="@last"' in caught.value.hint
    assert drawn == 2


def test_no_key_shows_when_an_upload_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: Large) -> None:
    """A bad key is said once, before twenty megabytes leave."""
    with Server(Service(key="another")) as url:
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", url)
        monkeypatch.setenv("GOOGLE_API_KEY", KEY)
        made = small_studio(tmp_path)
        with pytest.raises(AuthenticationFailed, match="could not be uploaded") as caught:
            made.conversation().imagine("a cat", ref=list(large))
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert made.store.intents.left_over() == []


Reply = tuple[int, dict[str, str], bytes]
STORAGE = (429, b'{"error": {"code": 429, "message": "You have exceeded the file storage quota of 20 GB."}}')
UNKNOWN = (404, b'{"error": {"code": 404, "message": "No such path.", "status": "NOT_FOUND"}}')
HIDDEN = (403, b'{"error": {"code": 403, "message": "No permission for this File, or no such File."}}')


class Gateway:
    """Draws, and answers the paths of the Files API as it is told: by the command of an upload, or `GET`."""

    def __init__(self, replies: Mapping[str, Reply | tuple[int, bytes]]) -> None:
        self.replies = replies
        self.asked: list[str] = []
        self.sizes: list[int] = []

    def handle(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Any, Any]:
        command = headers.get("x-goog-upload-command", method)
        if not target.endswith("generateContent"):
            self.asked.append(command)
            status, *rest = self.replies[command]
            return status, rest[0] if len(rest) > 1 else {}, [rest[-1]]
        self.sizes.append(len(body))
        inline = {"mimeType": "image/png", "data": base64.b64encode(make_picture("PNG", (8, 8), seed=1)).decode()}
        answer = {"candidates": [{"content": {"role": "model", "parts": [{"inlineData": inline}]}}]}
        return 200, {"content-type": "application/json"}, [json.dumps(answer).encode()]


def through(gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
    """A studio at a gateway, whose requests are large from 200 kB on."""
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "https://gateway.example")
    monkeypatch.setattr("nbgemini.net.routing.INLINE", 200_000)
    return Studio(home=tmp_path, transport=InProcess(gateway.handle))


def _wide(seed: int) -> bytes:
    """A picture of 480 kB."""
    buffer = io.BytesIO()
    Image.frombytes("RGB", (400, 400), random.Random(seed).randbytes(480_000)).save(buffer, "PNG", compress_level=0)
    return buffer.getvalue()


BEGUN: Reply = (200, {"x-goog-upload-url": "https://gateway.example/upload/1"}, b"")


@pytest.mark.parametrize(
    ("replies", "asked", "said"),
    [
        ({"start": STORAGE}, ["start"], "20 GB for uploaded files"),
        ({"start": UNKNOWN}, ["start"], "The server has no Files API"),
        (
            {"start": BEGUN, "upload, finalize": (200, {"x-goog-upload-status": "final"}, b"<html>"), "GET": HIDDEN},
            ["start", "upload, finalize", "GET"],
            "no usable file",
        ),
    ],
    ids=["full", "none", "answered with a page"],
)
def test_pictures_go_along_where_no_upload_comes_about(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    replies: Mapping[str, Reply | tuple[int, bytes]],
    asked: list[str],
    said: str,
) -> None:
    """What no waiting mends is tried once and said; the picture is asked for all the same."""
    gateway = Gateway(replies)
    made = through(gateway, tmp_path, monkeypatch)
    result = made.conversation().imagine("a house", ref=_wide(1))
    assert gateway.asked == asked
    assert [size > 640_000 for size in gateway.sizes] == [True]
    assert any(said in notice and "are sent in the request instead" in notice for notice in result.notices)


def test_pictures_that_cannot_go_along_are_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the Files API the bound for a request holds: what is too large is not sent to be refused."""
    monkeypatch.setitem(LARGEST_REQUEST, "gemini", 1_000_000)
    gateway = Gateway({"start": UNKNOWN})
    made = through(gateway, tmp_path, monkeypatch)
    with pytest.raises(
        RequestTooLarge, match=r"no Files API \(404\)\. With all .* has 1 MB; the API takes 1 MB"
    ) as caught:
        made.conversation().imagine("a house", ref=[_wide(1), _wide(2)])
    assert gateway.sizes == []
    assert str(caught.value).endswith(" Not charged. Leave some pictures out, or give smaller copies of them.")
    assert made.store.intents.left_over() == []


@pytest.mark.parametrize(
    ("uploads", "advice"), [("off", "`%config NbGemini.uploads = "), ("auto", "Leave some of its")]
)
def test_references_that_are_too_large_are_what_to_drop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uploads: str, advice: str
) -> None:
    """Where the last turn is the larger part, beginning anew from the last picture would not help."""
    monkeypatch.setitem(LARGEST_REQUEST, "gemini", 200_000)
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    monkeypatch.setenv("NBGEMINI_UPLOADS", uploads)
    made = Studio(home=tmp_path, transport=InProcess(Gateway({}).handle))
    with pytest.raises(RequestTooLarge) as caught:
        made.conversation().imagine("a house", ref=_wide(1))
    assert advice in caught.value.hint
    assert "--new -r @last" not in caught.value.hint
