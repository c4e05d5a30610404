"""The emulator's Files API: strict about every header, mortal after 48 hours, and the official SDK as its client."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google import genai
from google.genai import errors, types

from nbgemini.emulator import Request, Response, Server, Service

from .protocol_kit import FLASH, SMALL, Caller, Json, asked, inline, picture, pictures, user

UNIT = 8 * 1024 * 1024
PNG = picture(90, 60, colour="green")


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


class Session(Caller):
    """Uploads and asks with one key."""

    def __init__(self, key: str = "mine", service: Service | None = None) -> None:
        self.clock = Clock()
        self.service = service or Service(clock=self.clock)
        self.key = {"x-goog-api-key": key}

    def ask(self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Response:
        return self.service.handle(Request(method, target, {**self.key, **(headers or {})}, body))

    def begin(self, size: int, body: Json | None = None, **headers: str) -> Response:
        given = {
            "x-goog-upload-protocol": "resumable",
            "x-goog-upload-command": "start",
            "x-goog-upload-header-content-length": str(size),
            "x-goog-upload-header-content-type": "image/png",
        }
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", "/upload/v1beta/files", given, json.dumps(body).encode() if body else b"")

    def go_on(self, begun: Response, command: str, offset: int | str = 0, data: bytes = b"") -> tuple[int, Response]:
        """One more request to the address that a start gave, without any key."""
        target = begun.headers["x-goog-upload-url"].removeprefix("https://generativelanguage.googleapis.com")
        headers = {"x-goog-upload-command": command, "x-goog-upload-offset": str(offset)}
        answer = self.service.handle(Request("POST", target, headers, data))
        return answer.status, answer

    def uploaded(self, data: bytes = PNG, **about: str) -> Json:
        status, done = self.go_on(self.begin(len(data), {"file": about}), "upload, finalize", 0, data)
        assert (status, done.headers["x-goog-upload-status"]) == (200, "final")
        file: Json = value(done)["file"]
        return file


def value(response: Response) -> Json:
    read: Json = json.loads(b"".join(response.body))
    return read


def shown(file: Json) -> Json:
    return {"fileData": {"mimeType": file["mimeType"], "fileUri": file["uri"]}}


def test_a_file_in_one_piece() -> None:
    """Every field that the API shows of it."""
    file = Session().uploaded(name="files/my-cat", displayName="a cat")
    assert file["name"] == "files/my-cat"
    assert (file["displayName"], file["sizeBytes"], file["state"]) == ("a cat", str(len(PNG)), "ACTIVE")
    assert file["uri"] == "https://generativelanguage.googleapis.com/v1beta/files/my-cat"
    assert file["createTime"] < file["expirationTime"]


def test_a_file_in_pieces_that_goes_on_after_a_break() -> None:
    """What was received is told; a wrong offset is refused and changes nothing."""
    session, data = Session(), bytes(2 * UNIT + 1000)
    begun = session.begin(len(data))
    assert session.go_on(begun, "upload", 0, data[:UNIT])[0] == 200
    assert session.go_on(begun, "upload", 0, data[:UNIT])[0] == 400
    _, told = session.go_on(begun, "query")
    assert (told.headers["x-goog-upload-status"], told.headers["x-goog-upload-size-received"]) == ("active", str(UNIT))
    assert session.go_on(begun, "upload", UNIT, data[UNIT : 2 * UNIT])[0] == 200
    status, done = session.go_on(begun, "upload, finalize", 2 * UNIT, data[2 * UNIT :])
    assert status == 200
    assert value(done)["file"]["sizeBytes"] == str(len(data))
    assert session.go_on(begun, "query")[1].headers["x-goog-upload-status"] == "final"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"x_goog_upload_protocol": "raw"}, None),
        ({"x_goog_upload_command": "upload"}, None),
        ({"x_goog_upload_header_content_length": ""}, None),
        ({"x_goog_upload_header_content_length": "-1"}, None),
        ({"x_goog_upload_header_content_length": str(2**31 + 1)}, None),
        ({"x_goog_upload_header_content_type": ""}, None),
        ({}, {"file": {"name": "files/Not_A_Name"}}),
        ({}, {"file": {"name": "x" * 20}}),
        ({}, {"file": {"title": "x"}}),
        ({}, {"files": {}}),
    ],
)
def test_a_start_that_is_not_right(headers: dict[str, str], body: Json | None) -> None:
    """400 for each header and field."""
    assert Session().begin(10, body, **headers).status == 400


@pytest.mark.parametrize(
    ("command", "offset", "data"),
    [
        ("upload", 0, b"x" * 10),  # not the last, and no multiple
        ("upload, finalize", 5, b"x" * 10),
        ("upload, finalize", "", b"x" * 10),
        ("upload, finalize", 0, b"x" * 9),
        ("upload, finalize", 0, b"x" * 11),
        ("finalize", 0, b""),
        ("start", 0, b"x" * 10),
        ("", 0, b"x" * 10),
    ],
)
def test_a_piece_that_does_not_fit(command: str, offset: int | str, data: bytes) -> None:
    """400, and the right one is taken afterwards."""
    session = Session()
    begun = session.begin(10)
    assert session.go_on(begun, command, offset, data)[0] == 400
    received = int(session.go_on(begun, "query")[1].headers["x-goog-upload-size-received"])
    assert session.go_on(begun, "upload, finalize", received, b"x" * (10 - received))[0] == 200


def test_names_are_taken_once_and_uploads_can_be_given_up() -> None:
    """409 for a name that is there; 404 for an upload that is not."""
    session = Session()
    session.uploaded(name="files/one")
    assert session.begin(10, {"file": {"name": "files/one"}}).status == 409
    begun = session.begin(10)
    assert session.go_on(begun, "cancel")[1].headers["x-goog-upload-status"] == "cancelled"
    assert session.go_on(begun, "query")[0] == 404


def test_listing_reading_and_deleting() -> None:
    """Newest first, in pages; what is deleted is gone."""
    session = Session()
    for number in range(5):
        session.clock.now += 1
        session.uploaded(name=f"files/n{number}")
    names, token = [], ""
    while True:
        page = value(session.ask("GET", f"/v1beta/files?pageSize=2&pageToken={token}"))
        names += [file["name"] for file in page["files"]]
        token = page.get("nextPageToken", "")
        if not token:
            break
    assert names == [f"files/n{number}" for number in (4, 3, 2, 1, 0)]
    assert value(session.ask("DELETE", "/v1beta/files/n2")) == {}
    assert session.ask("GET", "/v1beta/files/n2").status == 403
    assert value(session.ask("GET", "/v1/files/n3"))["name"] == "files/n3"
    assert session.ask("GET", "/v1beta/files?pageSize=200").status == 400
    assert session.ask("GET", "/v1beta/files?pageToken=x").status == 400
    assert value(Session("theirs", session.service).ask("GET", "/v1beta/files")) == {}


def test_a_file_stands_for_its_picture() -> None:
    """The same answer as for the picture inline, for its own key alone, and for 48 hours."""
    session = Session()
    file = session.uploaded()
    by_file, by_value = (asked(user("at night", part), config=SMALL) for part in (shown(file), inline(PNG)))
    (status, one), (_, other) = session.post(by_file, **session.key), session.post(by_value, **session.key)
    assert status == 200
    assert pictures(one)[0]["inlineData"] == pictures(other)[0]["inlineData"]
    assert one["usageMetadata"]["promptTokenCount"] == other["usageMetadata"]["promptTokenCount"]
    gone = (403, f"You do not have permission to access the File {file['name'][6:]} or it may not exist.")
    assert session.refused(by_file, **{"x-goog-api-key": "theirs"}) == gone
    session.clock.now += 48 * 3600
    assert session.refused(by_file, **session.key) == gone


@pytest.mark.parametrize(
    "uri", ["https://example.com/cat.png", "gs://bucket/cat.png", "files/abc", "", "file:///etc/passwd"]
)
def test_nothing_is_fetched_from_elsewhere(uri: str) -> None:
    """Other addresses are refused."""
    code, message = Session().refused(asked(user("a", {"fileData": {"mimeType": "image/png", "fileUri": uri}})))
    assert (code, message) == (400, "Cannot fetch content from the provided URL.")


# -- the official SDK ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client() -> Iterator[genai.Client]:
    with Server(Service(key="AIza-test")) as url:
        options = types.HttpOptions(base_url=url, api_version="v1beta")
        with genai.Client(api_key="AIza-test", vertexai=False, http_options=options) as client:
            yield client


def test_the_sdk_uploads_draws_lists_and_deletes(client: genai.Client, tmp_path: Path) -> None:
    """By path and from memory; more than one of its 8 MiB pieces."""
    path = tmp_path / "cat.png"
    path.write_bytes(PNG)
    file = client.files.upload(file=path, config=types.UploadFileConfig(display_name="a cat"))
    assert (file.state, file.mime_type, file.size_bytes) == (types.FileState.ACTIVE, "image/png", len(PNG))
    config = types.GenerateContentConfig(image_config=types.ImageConfig(image_size="512"))
    contents: list[Any] = [file, "make it night"]
    drawn = client.models.generate_content(model=FLASH, contents=contents, config=config)
    assert [part for part in drawn.parts or () if part.inline_data]
    large = client.files.upload(
        file=io.BytesIO(bytes(17_000_000)), config=types.UploadFileConfig(mime_type="video/mp4")
    )
    assert large.name is not None
    assert file.name is not None
    assert {one.name for one in client.files.list(config={"page_size": 1})} == {file.name, large.name}
    assert client.files.get(name=file.name).display_name == "a cat"
    client.files.delete(name=large.name)
    with pytest.raises(errors.ClientError, match="may not exist"):
        client.files.get(name=large.name)
