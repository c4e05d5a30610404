"""The same through two clients: the official SDK, and nbgemini itself."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from google import genai
from google.genai import errors, types
from PIL import Image

from nbgemini import errors as ours
from nbgemini.net.flight import Flight
from nbgemini.net.seam import HttpRequest, Reply
from nbgemini.net.transport import HttpTransport
from nbgemini.studio.studio import Studio
from nbgemini.studio.surroundings.uploads import UploadedPictures
from tests.contract.door import DRAWS, FLASH, NEWEST, PRO, Door, Json, merged
from tests.support.pictures import make_picture

pictures = pytest.mark.pictures
sure = pytest.mark.sure

SMALL = types.GenerateContentConfig(image_config=types.ImageConfig(image_size="512"))


@pytest.fixture
def client(door: Door) -> Iterator[genai.Client]:
    """The official SDK; its pictures are counted like ours."""
    options = types.HttpOptions(base_url=door.base_url)
    with genai.Client(api_key=door.key, vertexai=False, http_options=options) as client:
        yield client


def shown(response: types.GenerateContentResponse) -> list[bytes]:
    parts = response.parts or ()
    return [part.inline_data.data or b"" for part in parts if part.inline_data and not part.thought]


@pictures(2)
@sure("high", "its chat keeps thoughts and signatures by itself")
def test_a_chat_of_the_sdk(door: Door, client: genai.Client) -> None:
    """A picture and its edit."""
    door.expect(FLASH)
    chat = client.chats.create(model=FLASH, config=SMALL)
    first = chat.send_message("a red boat")
    door.expect(FLASH)
    second = chat.send_message("make it night")
    assert shown(first)
    assert shown(second) not in ([], shown(first))
    with Image.open(io.BytesIO(shown(second)[-1])) as opened:
        assert opened.size == (704, 384)


@pictures(2)
@sure("medium", "it keeps one content for each event, which the API takes")
def test_a_streamed_chat_of_the_sdk(door: Door, client: genai.Client) -> None:
    """Sync and async: what was streamed goes back."""

    async def go_on() -> int:
        chat = client.aio.chats.create(model=FLASH, config=SMALL)
        door.expect(FLASH)
        first = [chunk async for chunk in await chat.send_message_stream("a red boat")]
        door.expect(FLASH)
        again = [chunk async for chunk in await chat.send_message_stream("make it night")]
        await client.aio.aclose()
        return sum(bool(shown(chunk)) for chunk in (*first, *again))

    assert asyncio.run(go_on()) == 2


@pytest.mark.deep
@pictures(1)
@sure("high", "what its own documentation shows")
def test_files_of_the_sdk(door: Door, client: genai.Client, tmp_path: Path) -> None:
    """Uploaded, found, listed, counted, used, deleted, missed."""
    path = tmp_path / "photo.png"
    path.write_bytes(make_picture("PNG", (160, 90)))
    file = client.files.upload(file=path, config=types.UploadFileConfig(display_name="nbgemini contract"))
    assert file.name
    assert file.state is types.FileState.ACTIVE
    assert client.files.get(name=file.name).uri == file.uri
    assert file.name in [found.name for found in client.files.list()]
    contents: list[Any] = [file, "add a hat"]
    assert (client.models.count_tokens(model=FLASH, contents=contents).total_tokens or 0) > 250
    door.expect(FLASH)
    assert shown(client.models.generate_content(model=FLASH, contents=contents, config=SMALL))
    client.files.delete(name=file.name)
    with pytest.raises(errors.ClientError, match="permission to access the File"):
        client.files.get(name=file.name)


@sure("high", "seen")
def test_errors_of_the_sdk(door: Door, client: genai.Client) -> None:
    """Its own types, with Google's words; two candidates are one too many."""
    door.expect(DRAWS)
    with pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(
            model=DRAWS, contents="a boat", config=types.GenerateContentConfig(candidate_count=2)
        )
    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")
    config = types.GenerateContentConfig(image_config=types.ImageConfig(aspect_ratio="16:10"))
    door.expect(DRAWS)
    with pytest.raises(errors.ClientError, match="aspect_ratio must be one of"):
        client.models.generate_content(model=DRAWS, contents="a boat", config=config)
    names = [model.name for model in client.models.list(config={"page_size": 3})]
    assert {f"models/{PRO}", f"models/{NEWEST}"} <= set(names)


class Recording:
    """The transport of nbgemini, and what went over it."""

    def __init__(self) -> None:
        self._http = HttpTransport()
        self.sent: list[Json] = []
        self.answers: list[bytearray] = []

    def send(self, request: HttpRequest, flight: Flight) -> AbstractContextManager[Reply]:
        way = self._http.send(request, flight)
        if not request.paid:
            return way
        self.sent.append(json.loads(b"".join(piece for piece, _ in request.body or ())))
        self.answers.append(bytearray())
        return _Heard(way, self.answers[-1])


class _Heard:
    """An answer that is copied while it is read."""

    def __init__(self, way: AbstractContextManager[Reply], copy: bytearray) -> None:
        self._way, self._copy = way, copy

    def __enter__(self) -> Reply:
        self._reply = self._way.__enter__()
        return self

    def __exit__(self, *problem: Any) -> Any:
        return self._way.__exit__(*problem)

    @property
    def status(self) -> int:
        return self._reply.status

    @property
    def headers(self) -> Mapping[str, str]:
        return self._reply.headers

    def chunks(self) -> Iterator[bytes]:
        for chunk in self._reply.chunks():
            self._copy += chunk
            yield chunk


@pytest.fixture
def heard() -> Recording:
    return Recording()


@pytest.fixture
def made(door: Door, heard: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Studio]:
    """A studio whose pictures come through the door."""
    monkeypatch.setenv("GOOGLE_API_KEY", door.key)
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", door.base_url)

    def make(**traits: Any) -> Studio:
        values = {"model": FLASH, "size": "512", **traits}
        return Studio(home=tmp_path, traits=lambda: values, transport=heard)

    return make


@pictures(2)
@sure("high", "documented and seen")
def test_our_edits_send_back_what_came(door: Door, made: Callable[..., Studio], heard: Recording) -> None:
    """The model turn of the second request is the answer to the first, string for string."""
    door.expect(FLASH)
    boat = made().conversation().imagine("a red boat")
    door.expect(FLASH)
    night = boat.edit("make it night")
    assert night.bytes != boat.bytes
    assert night.finish_reason == "STOP"
    turn = json.loads(heard.answers[0])["candidates"][0]["content"]
    assert json.dumps(heard.sent[1]["contents"][1]) == json.dumps(turn)
    assert night.cost is not None
    assert night.cost == 0  # an emulator answered
    assert 0.04 < (night.would_cost or 0) < 0.08


@pytest.mark.deep
@pictures(2)
@sure("high", "documented and seen")
def test_our_streams_send_back_what_came(door: Door, made: Callable[..., Studio], heard: Recording) -> None:
    """Thoughts are shown; the events come back as one turn with every signature."""
    door.expect(FLASH)
    boat = made().conversation().imagine("a red boat", thoughts=True, thinking="high")
    assert boat.thoughts
    door.expect(FLASH)
    boat.edit("make it night")
    events = [json.loads(line[6:]) for line in bytes(heard.answers[0]).splitlines() if line.startswith(b"data: ")]
    turn = merged(events)
    back = heard.sent[1]["contents"][1]
    said = [part for part in turn["parts"] if not part.get("thought")]
    assert [part for part in back["parts"] if not part.get("thought")] == said
    flagged = [part for part in back["parts"] if part.get("thought")]
    assert flagged in ([], [part for part in turn["parts"] if part.get("thought")])


@pytest.mark.deep
@pictures(1)
@sure("medium", "documented")
def test_our_uploads(door: Door, made: Callable[..., Studio], heard: Recording, tmp_path: Path) -> None:
    """Of references that are too much together, one goes through the Files API, and is taken away again."""
    photos = [tmp_path / f"{name}.png" for name in ("one", "two", "three")]
    for photo in photos:
        Image.effect_noise((1500, 1500), 90).convert("RGB").save(photo, compress_level=0)
    studio = made()
    door.expect(FLASH)
    assert studio.conversation().imagine("in these colours: a boat", ref=photos).bytes
    parts = heard.sent[0]["contents"][0]["parts"]
    (file,) = [part["fileData"] for part in parts if "fileData" in part]
    assert file["mimeType"] == "image/png"
    uri = file["fileUri"]
    assert door.call("GET", f"/v1beta/files/{uri.rpartition('/')[2]}").status == 200
    UploadedPictures(studio.client()).delete()
    assert door.call("GET", f"/v1beta/files/{uri.rpartition('/')[2]}").status == 403


@sure("high", "seen")
def test_our_errors(door: Door, made: Callable[..., Studio], monkeypatch: pytest.MonkeyPatch) -> None:
    """Google's words arrive typed, with whether it was charged."""
    door.expect(FLASH)
    with pytest.raises(ours.InvalidRequest, match="aspect_ratio must be one of") as caught:
        made().conversation().imagine("a boat", set={"generationConfig.imageConfig.aspectRatio": "16:10"})
    assert caught.value.charged == "no"
    monkeypatch.setenv("GOOGLE_API_KEY", "AIzaSyWrong-0123456789-0123456789-01234")
    with pytest.raises(ours.AuthenticationFailed):
        made().conversation().imagine("a boat")
