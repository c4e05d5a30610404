"""Uploads to the Files API: piece by piece, on after each kind of break, and never to a stranger."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from nbgemini.core.content import Turn, picture_part, user_turn
from nbgemini.core.exchange import ImageRequest
from nbgemini.core.picture import Picture
from nbgemini.core.redact import Secret
from nbgemini.errors import ApiError, InvalidRequest, NbgeminiError, NotSent, PermissionRefused, UnexpectedReply
from nbgemini.net.backends import Endpoint
from nbgemini.net.client import Client
from nbgemini.net.flight import Flight
from nbgemini.net.routing import INLINE, Files
from nbgemini.net.upload import File, Upload
from tests.net.server import KEY, QUICK, TRANSPORT, Got, Wire, answers, reply, serving
from tests.wire.shelf import Shelf

UNIT = 64 * 1024
DATA = bytes(range(256)) * 1024  # four pieces
Fault = Callable[["Strict", Wire], bool]
"""Looks at a piece before it is taken; True: it has answered, or closed."""


@dataclass
class Strict:
    """A Files API that takes nothing but what is right, and fails where a test says: by the number of the piece."""

    faults: dict[int, Fault] = field(default_factory=dict)
    states: list[str] = field(default_factory=lambda: ["ACTIVE"])
    upload_url: str = ""  # instead of its own
    refuse_file: int = 0  # how many requests find that their file is gone
    forgets: bool = False  # whether its last answer to a query lacks the file
    files: dict[str, bytes] = field(default_factory=dict)
    told: list[dict[str, str]] = field(default_factory=list)  # the headers of each request to an upload's address
    log: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    uploads: dict[str, tuple[str, int, bytearray]] = field(default_factory=dict)
    pieces: int = 0
    url: str = ""
    guard: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, wire: Wire) -> None:
        got = wire.read()
        with self.guard:
            path, _, query = got.target.partition("?")
            if path.endswith(":generateContent"):
                self.drawn(wire, got)
            elif "upload_id=" in query:
                self.piece(wire, got, query.partition("upload_id=")[2])
            elif path == "/upload/v1beta/files":
                self.begin(wire, got)
            else:
                self.show(wire, got, path.removeprefix("/v1beta/"))

    def begin(self, wire: Wire, got: Got) -> None:
        self.log.append("start")
        head, about = got.headers, json.loads(got.body)["file"]
        assert head["x-goog-api-key"] == KEY
        assert head["x-goog-upload-protocol"] == "resumable"
        assert head["x-goog-upload-command"] == "start"
        assert head["content-type"] == "application/json"
        assert head["x-goog-upload-header-content-type"] == about["mimeType"] == "image/png"
        assert re.fullmatch(r"files/[a-z0-9-]{1,40}", about["name"])
        token = f"u{len(self.uploads)}"
        self.uploads[token] = about["name"], int(head["x-goog-upload-header-content-length"]), bytearray()
        url = self.upload_url or f"{self.url}/upload/v1beta/files?upload_id={token}"
        wire.send(reply(200, b"{}", x_goog_upload_url=url, x_goog_upload_chunk_granularity=str(UNIT // 2)))

    def piece(self, wire: Wire, got: Got, token: str) -> None:
        head = got.headers
        self.told.append(head)
        command = head["x-goog-upload-command"]
        if token not in self.uploads:
            wire.send(google(404, "no such upload"))
            return
        name, size, data = self.uploads[token]
        if command == "query":
            self.log.append("query")
            status = "final" if name in self.files else "active"
            file = {} if self.forgets or status == "active" else {"file": self.resource(name)}
            wire.send(
                reply(
                    200,
                    json.dumps(file).encode(),
                    x_goog_upload_status=status,
                    x_goog_upload_size_received=str(len(data)),
                )
            )
            return
        self.pieces += 1
        if (fault := self.faults.get(self.pieces)) and fault(self, wire):
            return
        assert int(head["x-goog-upload-offset"]) == len(data)
        assert command == ("upload, finalize" if len(data) + len(got.body) == size else "upload")
        data += got.body
        self.log.append(command)
        if command == "upload":
            wire.send(reply(200, b"{}", x_goog_upload_status="active"))
            return
        self.files[name] = bytes(data)
        if (fault := self.faults.get(-1)) and fault(self, wire):
            return
        wire.send(reply(200, json.dumps({"file": self.resource(name)}).encode(), x_goog_upload_status="final"))

    def resource(self, name: str) -> dict[str, Any]:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        uri = f"https://generativelanguage.googleapis.com/v1beta/{name}"
        error = {"error": {"code": 3, "message": "not a picture"}} if state == "FAILED" else {}
        return {"name": name, "uri": uri, "mimeType": "image/png", "state": state, **error}

    def show(self, wire: Wire, got: Got, name: str) -> None:
        self.log.append(got.head.split(b" ")[0].decode())
        assert got.headers["x-goog-api-key"] == KEY
        if got.head.startswith(b"DELETE"):
            wire.send(reply(200, b"{}") if self.files.pop(name, None) is not None else google(403, "no such File"))
            return
        wire.send(reply(200, json.dumps(self.resource(name)).encode()))

    def drawn(self, wire: Wire, got: Got) -> None:
        self.log.append("generate")
        self.bodies.append(json.loads(got.body))
        if self.refuse_file:
            self.refuse_file -= 1
            self.files.clear()
            wire.send(google(403, "You do not have permission to access the File abc or it may not exist."))
            return
        wire.send(reply())


def google(status: int, message: str) -> bytes:
    return reply(status, json.dumps({"error": {"code": status, "message": message, "status": "X"}}).encode())


@contextmanager
def strictly(**options: Any) -> Iterator[Strict]:
    strict = Strict(**options)
    with serving(strict) as server:
        strict.url = server.url
        yield strict


def endpoint(url: str) -> Endpoint:
    return Endpoint(base_url=url, key=Secret.of(KEY))


def upload(strict: Strict, flight: Flight | None = None, told: Callable[[int], None] = lambda size: None) -> File:
    shelf = Shelf()
    one = Upload(endpoint(strict.url), TRANSPORT, flight or Flight(8), told, chunk=UNIT, pause=0.005)
    return one.run(shelf, shelf.put(DATA), len(DATA), "image/png")


# -- what breaks on the way --------------------------------------------------------------------------------------------


def closed(strict: Strict, wire: Wire) -> bool:
    """Before the piece counted."""
    wire.reset()
    return True


def failed(status: int) -> Fault:
    def answer(strict: Strict, wire: Wire) -> bool:
        wire.send(google(status, "try again"))
        return True

    return answer


def half_taken(strict: Strict, wire: Wire) -> bool:
    """A part of the piece counted, then the connection went."""
    _, _, data = strict.uploads["u0"]
    data += DATA[len(data) : len(data) + UNIT // 2]
    wire.reset()
    return True


def forgotten(strict: Strict, wire: Wire) -> bool:
    """The whole session is gone."""
    strict.uploads = {f"gone{at}": one for at, one in enumerate(strict.uploads.values())}
    wire.send(google(404, "no such upload"))
    return True


def cancelled(strict: Strict, wire: Wire) -> bool:
    wire.send(reply(200, b"{}", x_goog_upload_status="cancelled"))
    return True


def unheard(strict: Strict, wire: Wire) -> bool:
    """The file is there, and the answer that says so is lost."""
    wire.reset()
    return True


def test_four_pieces_and_a_name(tmp_path: object) -> None:
    """In order, with progress; the key goes along to its own origin."""
    seen: list[int] = []
    with strictly() as strict:
        file = upload(strict, told=seen.append)
    assert strict.log == ["start", "upload", "upload", "upload", "upload, finalize"]
    assert strict.files == {file.name: DATA}
    assert seen == [UNIT, 2 * UNIT, 3 * UNIT, 4 * UNIT]


@pytest.mark.parametrize(
    ("faults", "log"),
    [
        ({2: closed}, ["start", "upload", "query", "upload", "upload", "upload, finalize"]),
        ({2: half_taken}, ["start", "upload", "query", "upload", "upload", "upload, finalize"]),
        (
            {1: failed(503), 2: failed(500)},
            ["start", "query", "query", "upload", "upload", "upload", "upload, finalize"],
        ),
        ({3: failed(429)}, ["start", "upload", "upload", "query", "upload", "upload, finalize"]),
        ({-1: unheard}, ["start", "upload", "upload", "upload", "upload, finalize", "query"]),
        ({2: forgotten}, ["start", "upload", "start", "upload", "upload", "upload", "upload, finalize"]),
        ({2: cancelled}, ["start", "upload", "start", "upload", "upload", "upload", "upload, finalize"]),
    ],
)
def test_it_goes_on_where_it_broke(faults: dict[int, Fault], log: list[str]) -> None:
    """The server is asked how far it came; only what it lacks is sent again."""
    with strictly(faults=faults) as strict:
        file = upload(strict)
    assert strict.log == log
    assert strict.files[file.name] == DATA


def test_a_file_whose_end_was_not_heard_is_looked_up() -> None:
    """A query that says `final` and no more: the name was ours, so it can be asked for."""
    with strictly(faults={-1: unheard}, forgets=True) as strict:
        assert strict.files.get(upload(strict).name) == DATA
    assert strict.log[-2:] == ["query", "GET"]


@pytest.mark.parametrize("fault", [closed, failed(503)])
def test_it_gives_up_in_the_end(fault: Fault) -> None:
    """Typed, not charged, and after a bounded number of tries."""
    with strictly(faults=dict.fromkeys(range(1, 200), fault)) as strict, pytest.raises(NbgeminiError) as caught:
        upload(strict)
    assert caught.value.charged in ("no", "nothing sent")
    assert strict.pieces <= 25
    assert len(caught.value.lines()) <= 3
    assert "twice" not in caught.value.hint  # it costs nothing


def test_a_refusal_is_final() -> None:
    """A 400 to a piece is not tried again."""
    with strictly(faults={1: failed(400)}) as strict, pytest.raises(ApiError, match="could not be uploaded"):
        upload(strict)
    assert strict.pieces == 1


def test_processing_is_waited_for_and_failure_is_told() -> None:
    """The state is asked for until it is settled."""
    with strictly(states=["PROCESSING", "PROCESSING", "ACTIVE"]) as strict:
        upload(strict)
        assert strict.log[-2:] == ["GET", "GET"]
    with strictly(states=["PROCESSING", "FAILED"]) as strict, pytest.raises(InvalidRequest, match="not a picture"):
        upload(strict)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/upload?upload_id=u0",
        "http://evil.example/upload?upload_id=u0",
        "https://googleapis.com.evil.example/u?upload_id=u0",
        "https://user@generativelanguage.googleapis.com/u?upload_id=u0",
        "https://evilgoogleapis.com/u?upload_id=u0",
        "http://upload.googleapis.com/u?upload_id=u0",
        "ftp://127.0.0.1/u",
        "//evil.example/u",
        "https://[::1",
        "nonsense",
    ],
)
def test_no_picture_goes_to_a_stranger(url: str) -> None:
    """Nor a key; nothing is looked up there."""
    with strictly(upload_url=url) as strict, pytest.raises(UnexpectedReply, match="not its own"):
        upload(strict)
    assert strict.log == ["start"]


def test_a_gateway_gets_the_bytes_that_google_s_address_is_for() -> None:
    """The path is Google's, the host stays the gateway's, as in the official SDK."""
    google_s = "https://generativelanguage.googleapis.com/upload/v1beta/files?upload_id=u0"
    with strictly(upload_url=google_s) as strict:
        upload(strict)
    assert [head["host"] for head in strict.told] == [strict.url.removeprefix("http://")] * 4


def test_stopping_ends_an_upload_and_nothing_was_sent() -> None:
    """A cell that is stopped while a piece is on its way was never charged."""
    flight, reached = Flight(8), threading.Event()

    def hold(strict: Strict, wire: Wire) -> bool:
        reached.set()
        wire.wait_until_left()
        return True

    def stop() -> None:
        reached.wait(8)
        assert flight.withdraw()

    stopper = threading.Thread(target=stop)
    stopper.start()
    with strictly(faults={2: hold}) as strict, pytest.raises(NotSent, match="Cancelled before") as caught:
        upload(strict, flight)
    stopper.join(5)
    assert caught.value.charged in ("no", "nothing sent")


# -- requests that are large -------------------------------------------------------------------------------------------

LARGE = bytes(range(1, 256)) * 40_000  # 10.2 MB: two of them are too much for a request
SMALL = bytes(range(255)) * 400


class Large:
    """A client, and requests with pictures of some size."""

    def __init__(self, url: str, uploads: Any = "auto", clock: Callable[[], float] = time.time) -> None:
        self.shelf = Shelf()
        self.files = Files(clock)
        self.notices: list[str] = []
        self.progress: list[str] = []
        self.client = Client(endpoint(url), TRANSPORT, policy=QUICK, files=self.files, uploads=uploads)

    def picture(self, data: bytes) -> Picture:
        return Picture(self.shelf.put(data), len(data), "image/png")

    def request(self, *pictures: bytes, model: bytes = b"") -> ImageRequest:
        turns: tuple[Turn, ...] = (user_turn("go on", tuple(("", self.picture(data)) for data in pictures)),)
        if model:
            picture = self.picture(model)
            part = {**picture_part(picture), "thoughtSignature": "c2ln"}
            answer = Turn("model", {"role": "model", "parts": [part]}, {picture.sha256: picture})
            turns = (user_turn("a cat", ()), answer, *turns)
        return ImageRequest(model="gemini-3-pro-image", turns=turns)

    def ask(self, request: ImageRequest) -> None:
        self.client.generate(
            request,
            objects=self.shelf,
            keep=lambda raw: None,
            flight=Flight(30),
            notice=self.notices.append,
            progress=self.progress.append,
        )


def test_a_large_request_goes_by_reference_and_once() -> None:
    """As few pictures as bring it below the bound; a second request uploads nothing; the hash is the same."""
    with strictly() as strict:
        large = Large(strict.url)
        request = large.request(LARGE, LARGE[::-1], SMALL)
        inline, hashed = large.client.skeleton(request), large.client.request_hash(request)
        assert inline.size > INLINE
        assert large.client.route(request).told().startswith("1 picture goes through the Files API")
        large.ask(request)
        assert large.client.request_hash(request) == hashed
        assert large.client.skeleton(request) == inline
        large.ask(request)
    assert strict.log.count("start") == 1
    assert strict.log.count("generate") == 2
    parts = strict.bodies[0]["contents"][0]["parts"]
    kinds = ["fileData" if "fileData" in part else "inlineData" for part in parts if "text" not in part]
    assert sorted(kinds) == ["fileData", "inlineData", "inlineData"]
    (file,) = [part["fileData"] for part in parts if "fileData" in part]
    assert file == {"mimeType": "image/png", "fileUri": next(iter(large.files.known.values())).uri}
    assert strict.bodies[0] == strict.bodies[1]
    assert large.progress[0] == "uploading pictures: 0 of 10 MB"
    assert large.progress[-1] == ""
    assert large.notices == []


@pytest.mark.deep
def test_a_file_that_is_gone_is_uploaded_again_once() -> None:
    """A 403 that speaks of a file: one more upload, one more try, and it is said; a second one is final."""
    with strictly(refuse_file=1) as strict:
        large = Large(strict.url)
        large.ask(large.request(LARGE, LARGE[::-1]))
    assert [word for word in strict.log if word in ("start", "generate")] == ["start", "generate"] * 2
    assert len(large.notices) == 1
    assert "uploading it again" in large.notices[0]
    with strictly(refuse_file=9) as strict:
        large = Large(strict.url)
        with pytest.raises(PermissionRefused):
            large.ask(large.request(LARGE, LARGE[::-1]))
    assert strict.log.count("generate") == 2


@pytest.mark.deep
def test_a_file_is_not_relied_on_to_its_last_hour() -> None:
    """After 47 hours it is uploaded anew."""
    now = [0.0]
    with strictly() as strict:
        large = Large(strict.url, clock=lambda: now[0])
        request = large.request(LARGE, LARGE[::-1])
        large.ask(request)
        now[0] = 47 * 3600.0 - 1
        large.ask(request)
        now[0] += 2
        large.ask(request)
    assert strict.log.count("start") == 2


@pytest.mark.deep
def test_pictures_of_the_model_stay_inline_unless_asked_for() -> None:
    """It is not known whether the API takes them by reference; signatures stay where they were."""
    with strictly() as strict:
        large = Large(strict.url)
        request = large.request(SMALL, model=LARGE * 2)
        assert large.client.route(request).files == ()
        large.ask(request)
        assert "inlineData" in strict.bodies[0]["contents"][1]["parts"][0]
        asked = Large(strict.url, "all")
        asked.ask(asked.request(SMALL, model=LARGE * 2))
    part = strict.bodies[1]["contents"][1]["parts"][0]
    assert set(part) == {"fileData", "thoughtSignature"}


@pytest.mark.parametrize(("uploads", "backend"), [("off", "gemini"), ("auto", "vertex")])
def test_nothing_is_uploaded_where_it_is_off(uploads: Any, backend: Any) -> None:
    """By the setting, and on Vertex AI, which has no Files API."""
    client = Client(Endpoint(base_url="https://x", backend=backend), TRANSPORT, uploads=uploads)
    assert client.route(Large("https://x").request(LARGE, LARGE[::-1])).files == ()


@pytest.mark.deep
def test_a_server_without_a_files_api_gets_everything_inline() -> None:
    """Said in a line; a bad key is no reason to send twenty megabytes."""

    def without(wire: Wire) -> None:
        got = wire.read()
        wire.send(reply() if ":generateContent" in got.target else reply(404, b"<html>"))

    with serving(without) as server:
        large = Large(server.url)
        large.ask(large.request(LARGE, LARGE[::-1]))
    assert len(server.requests) == 2
    assert "The pictures are sent in the request instead." in large.notices[0]
    with serving(answers(403, b'{"error": {"code": 403, "message": "leaked"}}')) as refusing:
        large = Large(refusing.url)
        with pytest.raises(PermissionRefused):
            large.ask(large.request(LARGE, LARGE[::-1]))
    assert len(refusing.requests) == 1


@pytest.mark.deep
def test_requests_side_by_side_share_an_upload() -> None:
    """`-n 4` with large references brings them once."""
    with strictly() as strict:
        large = Large(strict.url)
        request = large.request(LARGE, LARGE[::-1])
        threads = [threading.Thread(target=large.ask, args=(request,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert strict.log.count("start") == 1
    assert strict.log.count("generate") == 4
