"""What those know who come from google-genai: its histories, uploaded files, token counts and raw responses."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from nbgemini.emulator import Service
from nbgemini.errors import ApiError, ConversationError, NbgeminiError, OptionError, ReferenceImageError
from nbgemini.net.body import Body
from nbgemini.studio.handles import ConversationHandle
from nbgemini.studio.sending.importing import import_contents
from nbgemini.studio.studio import Studio
from tests.studio.served import KEY, MODEL, served, small_studio
from tests.support.pictures import make_picture


def brought(made: Studio, contents: Any, name: str = "imported") -> ConversationHandle:
    """What `nb.import_history` does, in a studio."""
    import_contents(made.session, made.store, made.client(), contents, name, MODEL, made.notices.add)
    return made.conversation(name)


def contents_of(made: Studio, prompt: str, name: str = "main") -> list[Any]:
    """What would be sent next, base64 and all."""
    plan = made.plan(prompt, conversation=name)
    return list(json.loads(b"".join(piece for piece, _ in Body(plan.skeleton, made.store.blobs)))["contents"])


def snake(value: Any) -> Any:
    """Its names as google-genai's dicts have them."""
    if isinstance(value, dict):
        return {re.sub("([A-Z])", lambda m: f"_{m[1].lower()}", key): snake(item) for key, item in value.items()}
    return [snake(item) for item in value] if isinstance(value, list) else value


def with_bytes(value: Any) -> Any:
    """Its pictures and signatures as bytes, and a field that is not set."""
    if isinstance(value, dict):
        plain = {key: with_bytes(item) for key, item in value.items()}
        return plain | {
            key: base64.b64decode(item)
            for key, item in plain.items()
            if key in ("data", "thoughtSignature", "thought_signature") and isinstance(item, str)
        }
    return [with_bytes(item) for item in value] if isinstance(value, list) else value


def as_content(value: Any) -> Any:
    """As google-genai's own types."""
    types = pytest.importorskip("google.genai.types")
    return [types.Content.model_validate(one) for one in value]


WAYS: dict[str, Callable[[Any], Any]] = {
    "camel": lambda value: value,
    "snake": snake,
    "bytes": with_bytes,
    "snake and bytes": lambda value: with_bytes(snake(value)),
    "types": as_content,
    "a tuple": tuple,
    "one content for each chunk": lambda value: [
        {"role": content["role"], "parts": [part]} for content in value for part in content["parts"]
    ],
}

QUICK = ("snake and bytes",)
MOST_WAYS = [pytest.param(way, marks=[] if way in QUICK else [pytest.mark.deep]) for way in WAYS]


@pytest.mark.parametrize("way", MOST_WAYS)
def test_a_history_goes_on(tmp_path: Path, way: str) -> None:
    """However it is written, the next request holds it as it would have here: every signature byte for byte."""
    one = small_studio(tmp_path / "one")
    one.conversation().imagine(["Put ", make_picture("PNG", (40, 40)), " on a sofa"]).edit("make it night")
    history = contents_of(one, "add snow")[:-1]
    other = small_studio(tmp_path / "other")
    conversation = brought(other, WAYS[way](history), "sofa")
    assert contents_of(other, "add snow", "sofa")[:-1] == history
    assert [result.picture is not None for result in conversation.exchanges] == [True, True]
    snow = conversation.imagine("add snow")
    assert (snow.turn, snow.exchange.anchored, conversation.exchanges[0].cost) == (3, False, 0.0)
    third = small_studio(tmp_path / "other")
    third.history.use("sofa")
    assert len(third.conversation("sofa").exchanges) == 3, "and it is stored"


def test_what_is_no_history(tmp_path: Path) -> None:
    """Each is refused before anything is stored, and says what is missing."""
    made = small_studio(tmp_path)
    user, model = {"role": "user", "parts": [{"text": "a"}]}, {"role": "model", "parts": [{"text": "b"}]}
    for wrong, says in (
        ([], "from 1 to"),
        ("a cat", "list of"),
        (user, "list of"),
        (7, "list of"),
        ([model, user], "begins with a turn of the model's"),
        ([user], "has no answer"),
        ([user, {"role": "system", "parts": [{"text": "b"}]}], "role"),
        ([user, {"role": "model", "parts": []}], "`parts`"),
        ([user, {"role": "model", "parts": [{"text": object()}]}], "which JSON cannot hold"),
        ([user, {"role": "model", "parts": [{}]}], "says nothing"),
    ):
        with pytest.raises(OptionError, match=re.escape(says)):
            brought(made, wrong)
    assert not (tmp_path / ".nbgemini" / "records").exists() or made.conversation("imported").exchanges == ()
    brought(made, [user, model])
    with pytest.raises(ConversationError, match="already has a conversation"):
        brought(made, [user, model])


def test_tokens_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server counts words, references and history; nothing is charged, kept or made a turn; a dry run estimates."""
    with served(Service(key=KEY), monkeypatch, "GOOGLE_GEMINI_BASE_URL") as service:
        monkeypatch.setenv("GOOGLE_API_KEY", KEY)
        made = small_studio(tmp_path)
        conversation = made.conversation()
        few = conversation.count_tokens("a red boat")
        assert few == 3
        assert conversation.count_tokens("a red boat", ref=make_picture("PNG", (40, 40)), system="be brief") > 1000
        assert service.seen == [] or all("generateContent" not in one.path for one in service.seen)
        assert (conversation.exchanges, made.store.ledger.entries()) == ((), [])
        conversation.imagine("a red boat")
        assert conversation.count_tokens("make it night") > 1000, "the history counts"
        assert made.plan("make it night").tokens > 1000
        monkeypatch.setenv("GOOGLE_API_KEY", KEY[:-1] + "X")
        with pytest.raises(ApiError) as caught:
            conversation.count_tokens("a red boat")
        assert caught.value.charged == "no"


@pytest.mark.parametrize("thoughts", [False, True])
def test_the_response_as_it_came(tmp_path: Path, thoughts: bool) -> None:
    """A plain dict of the wire's names, streamed or not; a picture stands as the address of its file."""
    result = small_studio(tmp_path).conversation().imagine("a red boat", thoughts=thoughts)
    response = result.response
    assert json.loads(json.dumps(response)) == response
    candidate = response["candidates"][0]
    assert candidate["finishReason"] == "STOP"
    assert response["usageMetadata"]["totalTokenCount"] == (result.usage.total if result.usage else 0)
    assert response["responseId"] == result.exchange.answer.response_id
    data = next(part["inlineData"]["data"] for part in reversed(candidate["content"]["parts"]) if "inlineData" in part)
    assert Path(unquote(urlsplit(data).path)).read_bytes() == result.bytes
    assert any(part.get("thought") for part in candidate["content"]["parts"]) is thoughts


def test_an_uploaded_file_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`files/ID` goes by its address where no such file is here; later turns name it again; Vertex AI has none."""
    monkeypatch.chdir(tmp_path)
    with served(Service(key=KEY), monkeypatch, "GOOGLE_GEMINI_BASE_URL", "GOOGLE_VERTEX_BASE_URL") as service:
        monkeypatch.setenv("GOOGLE_API_KEY", KEY)
        made = small_studio(tmp_path)
        name = uploaded(made)
        hat = made.conversation().imagine("put it on a cat", ref=name)
        assert f"`{name}` goes by its name" in " ".join(hat.notices)
        night = hat.edit("make it night")
        assert night.picture is not None
        for request in service.seen[-2:]:
            assert f'"fileUri":"{made.client().endpoint.file_url(name)}"'.encode() in request.body
        with pytest.raises(NbgeminiError) as caught:
            made.conversation().imagine("a cat", ref="files/abc123", new=True)
        assert caught.value.charged == "no"
        (tmp_path / "files").mkdir()
        (tmp_path / name).write_bytes(make_picture("PNG", (8, 8)))
        assert b"fileUri" not in json.dumps(contents_of_ref(made, name)).encode()
        monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "1")
        with pytest.raises(ReferenceImageError, match="Vertex AI has no Files API"):
            made.plan("a cat", ref="files/abc123", new=True)


def uploaded(made: Studio) -> str:
    """A picture that somebody put on the Files API: its name there."""
    from nbgemini.net.flight import Flight
    from nbgemini.net.upload import Upload

    client = made.client()
    sha256, size = made.store.blobs.put(make_picture("PNG", (64, 64)))
    upload = Upload(client.endpoint, client._transport, Flight(10))
    return upload.run(made.store.blobs, sha256, size, "image/png").name


def contents_of_ref(made: Studio, ref: str) -> Any:
    """The request that shows a reference, for reading."""
    return json.loads(made.plan("a cat", ref=ref, new=True).request_json())
