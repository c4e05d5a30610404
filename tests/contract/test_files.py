"""The Files API: uploads in pieces, lists, use, the end of a file."""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Iterator

import pytest

from tests.contract import shapes
from tests.contract.door import FLASH, SMALL, Answer, Door, Json, asked, user
from tests.support.pictures import make_picture

pictures = pytest.mark.pictures
sure = pytest.mark.sure

PIECE = 8 * 1024 * 1024
"""The granularity: every piece but the last is a multiple of it."""


@pytest.fixture(scope="module")
def noise() -> bytes:
    """A picture of half a megabyte."""
    noise = random.Random(3).randbytes(600_000)
    data = make_picture("JPEG", (160, 90))
    return (
        data[:-2]
        + b"".join(b"\xff\xfe\xff\xff" + noise[at : at + 65_533] for at in range(0, 9 * 65_533, 65_533))
        + data[-2:]
    )


def begun(door: Door, size: int, body: bytes = b"", **about: str) -> Answer:
    """The start of an upload."""
    headers = {
        "X_Goog_Upload_Protocol": "resumable",
        "X_Goog_Upload_Command": "start",
        "X_Goog_Upload_Header_Content_Length": str(size),
        "X_Goog_Upload_Header_Content_Type": "image/jpeg",
    }
    return door.call("POST", "/upload/v1beta/files", body or {"file": about}, **headers)


def sent(door: Door, url: str, data: bytes, offset: int, command: str, content_type: str = "") -> Answer:
    headers = {"X_Goog_Upload_Command": command, "X_Goog_Upload_Offset": str(offset)}
    return door.call("POST", url, data, **headers, content_type=content_type)


@pytest.fixture
def uploaded(door: Door, noise: bytes) -> Iterator[Json]:
    """A file; it is taken away again, if it is still there."""
    url = begun(door, len(noise), displayName="nbgemini contract").headers["x-goog-upload-url"]
    answer = sent(door, url, noise, 0, "upload, finalize")
    assert answer.status == 200, answer.body
    assert answer.headers["x-goog-upload-status"] == "final"
    file: Json = answer.json["file"]
    yield file
    door.call("DELETE", f"/v1beta/{file['name']}")


@sure("high", "what Google's own client does and reads")
def test_an_upload(door: Door, uploaded: Json, noise: bytes) -> None:
    """What is told of it: its size as a string, its digest as base64 of hex, 48 hours to live."""
    shapes.file(uploaded)
    assert uploaded["state"] == "ACTIVE"
    assert uploaded["sizeBytes"] == str(len(noise))
    assert base64.b64decode(uploaded["sha256Hash"]).decode() == hashlib.sha256(noise).hexdigest()
    assert uploaded["displayName"] == "nbgemini contract"
    found = door.call("GET", f"/v1beta/{uploaded['name']}")
    shapes.file(found.json)
    assert found.json == uploaded
    days = int(uploaded["expirationTime"][8:10]) - int(uploaded["createTime"][8:10])
    assert days in (2, -26, -27, -28, -29)
    assert uploaded["expirationTime"][11:16] == uploaded["createTime"][11:16]


@sure("high", "the documentation's own sample for the shell")
def test_the_start_of_the_documentation(door: Door, noise: bytes) -> None:
    """JSON between single quotes, snake case, and bytes that curl declares as a form."""
    start = begun(door, len(noise), b"{'file': {'display_name': 'nbgemini contract'}}")
    assert start.status == 200
    form = "application/x-www-form-urlencoded"
    answer = sent(door, start.headers["x-goog-upload-url"], noise, 0, "upload, finalize", content_type=form)
    assert answer.json["file"]["displayName"] == "nbgemini contract"
    door.call("DELETE", f"/v1beta/{answer.json['file']['name']}")


@sure("high", "the granularity was recorded; the rest is documented for the protocol at large")
def test_an_upload_in_pieces(door: Door, noise: bytes) -> None:
    """Multiples of the granularity; a query tells how far it is; a wrong offset is refused."""
    noise += bytes(PIECE)
    start = begun(door, len(noise))
    url = start.headers["x-goog-upload-url"]
    assert start.headers["x-goog-upload-status"] == "active"
    assert int(start.headers["x-goog-upload-chunk-granularity"]) == PIECE
    assert start.headers["x-goog-upload-control-url"] == url
    first = sent(door, url, noise[:PIECE], 0, "upload")
    assert first.headers["x-goog-upload-status"] == "active"
    asked = door.call("POST", url, b"", X_Goog_Upload_Command="query", content_type="")
    assert asked.headers["x-goog-upload-size-received"] == str(PIECE)
    assert sent(door, url, noise[PIECE:], 1, "upload, finalize").status >= 400
    last = sent(door, url, noise[PIECE:], PIECE, "upload, finalize")
    assert last.headers["x-goog-upload-status"] == "final"
    name = last.json["file"]["name"]
    assert last.json["file"]["sizeBytes"] == str(len(noise))
    assert door.call("DELETE", f"/v1beta/{name}").json == {}


@sure("high", "documented")
def test_files_are_listed(door: Door, uploaded: Json) -> None:
    """Page by page."""
    names: list[str] = []
    token = ""
    while True:
        page = door.call("GET", f"/v1beta/files?pageSize=1{token}").json
        shapes.page_of_files(page)
        names += [file["name"] for file in page.get("files", ())]
        if not page.get("nextPageToken") or uploaded["name"] in names:
            break
        token = f"&pageToken={page['nextPageToken']}"
    assert uploaded["name"] in names


@pictures(1)
@sure("high", "documented")
def test_a_file_stands_for_its_picture(door: Door, uploaded: Json) -> None:
    """By its uri; its shape is followed like that of any other; it counts when tokens are counted."""
    part = {"fileData": {"mimeType": uploaded["mimeType"], "fileUri": uploaded["uri"]}}
    body = asked(user(part, "add a hat"), config=SMALL)
    counted = door.call("POST", f"/v1beta/models/{FLASH}:countTokens", {"contents": body["contents"]})
    shapes.tokens(counted.json)
    assert counted.json["totalTokens"] > 250
    answer = door.draw(body, FLASH)
    assert {"modality": "IMAGE", "tokenCount": 1120} in answer.json["usageMetadata"]["promptTokensDetails"]


@sure("high", "seen: a file that is gone and one of another project are not told apart")
def test_a_file_that_is_gone(door: Door, uploaded: Json) -> None:
    """403 wherever it is named."""
    assert door.call("DELETE", f"/v1beta/{uploaded['name']}").status == 200
    part = {"fileData": {"mimeType": uploaded["mimeType"], "fileUri": uploaded["uri"]}}
    for answer in (
        door.call("GET", f"/v1beta/{uploaded['name']}"),
        door.call("DELETE", f"/v1beta/{uploaded['name']}"),
        door.post(asked(user(part, "add a hat"), config=SMALL), FLASH),
    ):
        assert answer.status == 403
        assert "permission to access the File" in shapes.error(answer.json, 403)


@sure("high", "seen")
def test_files_want_a_good_key(door: Door) -> None:
    """Before a byte is uploaded."""
    door.key = "AIzaSyWrong-0123456789-0123456789-01234"
    answer = begun(door, 10)
    assert answer.status == 400
    assert shapes.error(answer.json, 400).startswith("API key not valid")
