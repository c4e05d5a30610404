"""What nbgemini sends, field by field, against JSON that was written by hand from the documentation of the API."""

from __future__ import annotations

import base64
import io
import itertools
import json
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from nbgemini.net.body import Body
from nbgemini.notebook.line.optionline import parse_options
from nbgemini.studio.studio import Studio
from nbgemini.studio.surroundings.uploads import UploadedPictures
from tests.contract.recorder import Left, Recorder, turn_of
from tests.support.login import Login, logging_in
from tests.support.pictures import make_picture

KEY = "AIzaSyRequests-0123456789-0123456789-01"
FLASH = "gemini-3.1-flash-image"
GOOGLE = "https://generativelanguage.googleapis.com"

Json = dict[str, Any]

# How a cell writes it, how Python does, and what it adds to the request. One of each kind at a time in a request.
OPTIONS: dict[str, tuple[str, Json, Json]] = {
    "aspect": ("-a 16:9", {"aspect": "16:9"}, {"generationConfig": {"imageConfig": {"aspectRatio": "16:9"}}}),
    "wide": ("--aspect 8:1", {"aspect": "8:1"}, {"generationConfig": {"imageConfig": {"aspectRatio": "8:1"}}}),
    "size": ("-s 2K", {"size": "2K"}, {"generationConfig": {"imageConfig": {"imageSize": "2K"}}}),
    "small": ("--size 512", {"size": "512"}, {"generationConfig": {"imageConfig": {"imageSize": "512"}}}),
    "only": ("--only image", {"only": "image"}, {"generationConfig": {"responseModalities": ["IMAGE"]}}),
    "both": ("--only both", {"only": "both"}, {"generationConfig": {"responseModalities": ["TEXT", "IMAGE"]}}),
    "thinking": (
        "--thinking high",
        {"thinking": "high"},
        {"generationConfig": {"thinkingConfig": {"thinkingLevel": "HIGH"}}},
    ),
    "thoughts": (
        "--thoughts",
        {"thoughts": True},
        {"generationConfig": {"thinkingConfig": {"includeThoughts": True}}},
    ),
    "system": (
        "--system 'In \"ink\", {always}'",
        {"system": 'In "ink", {always}'},
        {"systemInstruction": {"parts": [{"text": 'In "ink", {always}'}]}},
    ),
    "seed": ("--seed -7", {"seed": -7}, {"generationConfig": {"seed": -7}}),
    "zero": ("--seed 0", {"seed": 0}, {"generationConfig": {"seed": 0}}),
    "temperature": ("--temperature 0", {"temperature": 0.0}, {"generationConfig": {"temperature": 0.0}}),
    "top_p": ("--top-p 0.9", {"top_p": 0.9}, {"generationConfig": {"topP": 0.9}}),
    "top_k": ("--top-k 40", {"top_k": 40}, {"generationConfig": {"topK": 40}}),
    "max_tokens": ("--max-tokens 4096", {"max_tokens": 4096}, {"generationConfig": {"maxOutputTokens": 4096}}),
    "tier": ("--tier flex", {"tier": "flex"}, {"serviceTier": "flex"}),
    "search": ("--search", {"search": True}, {"tools": [{"googleSearch": {}}]}),
    "web": ("--search web", {"search": "web"}, {"tools": [{"googleSearch": {}}]}),
    "found": (
        "--search image",
        {"search": "image"},
        {"tools": [{"googleSearch": {"searchTypes": {"imageSearch": {}}}}]},
    ),
    "everywhere": (
        "--search both",
        {"search": "both"},
        {"tools": [{"googleSearch": {"searchTypes": {"webSearch": {}, "imageSearch": {}}}}]},
    ),
    "safety": (
        "--safety hate=none --safety sexual=only-high --safety harassment=low --safety dangerous=medium",
        {"safety": {"hate": "none", "sexual": "only-high", "harassment": "low", "dangerous": "medium"}},
        {
            "safetySettings": [
                {"category": "HARM_CATEGORY_HATE_SPEECH", "threshold": "BLOCK_NONE"},
                {"category": "HARM_CATEGORY_SEXUALLY_EXPLICIT", "threshold": "BLOCK_ONLY_HIGH"},
                {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_LOW_AND_ABOVE"},
                {"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "threshold": "BLOCK_MEDIUM_AND_ABOVE"},
            ]
        },
    ),
    "off": (
        "--safety harassment=off",
        {"safety": ["harassment=off"]},
        {"safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}]},
    ),
    "set": (
        """--set 'labels.team="a"' --set 'generationConfig.stopSequences=["x"]'""",
        {"set": {"labels.team": "a", "generationConfig.stopSequences": ["x"]}},
        {"labels": {"team": "a"}, "generationConfig": {"stopSequences": ["x"]}},
    ),
}  # fmt: skip
# Of these only one can be set at a time.
_KINDS = ({"aspect", "wide"}, {"size", "small"}, {"only", "both"}, {"seed", "zero"}, {"safety", "off"})
_SEARCHES = {"search", "web", "found", "everywhere"}


def laid_over(below: Any, above: Any) -> Any:
    """Objects run together, anything else above wins."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {**below, **{name: laid_over(below.get(name, {}), value) for name, value in above.items()}}


def expected(*names: str) -> Json:
    """The whole body, written by hand."""
    body: Json = {
        "contents": [{"role": "user", "parts": [{"text": "a boat"}]}],
        "generationConfig": {"responseModalities": ["TEXT", "IMAGE"]},
    }
    for name in names:
        body = laid_over(body, OPTIONS[name][2])
    return body


def expected_on_vertex(*names: str) -> Json:
    """The same, but that each content says its role, the system's too, as Google's own client has it."""
    body = expected(*names)
    if "systemInstruction" in body:
        body["systemInstruction"] = {"role": "user", **body["systemInstruction"]}
    return body


@pytest.fixture(autouse=True)
def _with_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", KEY)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def studio(tmp_path: Path, recorder: Recorder) -> Studio:
    return studio_on(tmp_path, recorder)


def studio_on(home: Path, recorder: Recorder, **traits: Any) -> Studio:
    return Studio(home=home, traits=lambda: {"model": FLASH, **traits}, transport=recorder)


def planned(studio: Studio, **words: Any) -> Any:
    """The body that would be sent."""
    plan = studio.plan("a boat", **words)
    return json.loads(b"".join(piece for piece, _ in Body(plan.skeleton, plan.store.blobs)))


def only(recorder: Recorder) -> Left:
    (one,) = recorder.posts
    return one


def check_headers(sent: Left, **more: str) -> None:
    """Nothing but these, and the key in one of them."""
    known = {"content-type": "application/json", "x-goog-api-client": "nbgemini", "user-agent": "nbgemini", **more}
    headers = dict(sent.headers)
    seconds = headers.pop("x-server-timeout")
    assert headers == known
    assert 1 <= int(seconds) <= 420


@pytest.mark.parametrize("name", OPTIONS)
def test_each_option_alone(studio: Studio, recorder: Recorder, name: str) -> None:
    """In Python: the body, the address, the headers."""
    studio.conversation().imagine("a boat", **OPTIONS[name][1])
    sent = only(recorder)
    assert sent.body == expected(name)
    verb = "streamGenerateContent?alt=sse" if name == "thoughts" else "generateContent"
    assert sent.url == f"{GOOGLE}/v1beta/models/{FLASH}:{verb}"
    check_headers(sent, **{"x-goog-api-key": KEY})


@pytest.mark.parametrize("name", OPTIONS)
def test_each_option_of_a_cell(name: str) -> None:
    """The line of a cell says the same as Python."""
    line, words, _ = OPTIONS[name]
    told = parse_options(line).image.described()
    safety = words.get("safety")
    if isinstance(safety, list):
        words = {"safety": dict(one.split("=") for one in safety)}
    elif words.get("search") is True:
        words = {"search": "web"}
    if "set" in words:
        words = {"set": tuple(words["set"].items())}
    assert told == words


def test_each_pair_of_options(studio: Studio) -> None:
    """None of them gets in another's way."""
    seen = 0
    for one, other in itertools.combinations(OPTIONS, 2):
        if {one, other} in _KINDS or {one, other} <= _SEARCHES:
            continue
        words = {**OPTIONS[one][1], **OPTIONS[other][1]}
        assert planned(studio, **words) == expected(one, other), (one, other)
        seen += 1
    assert seen > 200


def test_everything_at_once(studio: Studio, recorder: Recorder) -> None:
    """One of each kind."""
    names = [name for name in OPTIONS if name not in ("wide", "small", "both", "zero", "off", *_SEARCHES - {"found"})]
    words = {option: value for name in names for option, value in OPTIONS[name][1].items()}
    studio.conversation().imagine("a boat", **words)
    assert only(recorder).body == expected(*names)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("pro", {"size": "4K", "aspect": "21:9"}),
        ("nano-banana-2.1", {"thinking": "medium", "search": "both"}),
        ("flash-lite", {"size": "1K", "thinking": "minimal"}),
        ("nano-banana", {"aspect": "3:4"}),
        ("some.model_of-tomorrow", {"size": "4K", "thinking": "low", "search": "image", "aspect": "1:8"}),
    ],
)
def test_models(studio: Studio, recorder: Recorder, model: str, words: Json) -> None:
    """Aliases become ids, unknown ids go as typed; a field stands there only if it was set."""
    ids = {
        "pro": "gemini-3-pro-image",
        "flash-lite": "gemini-3.1-flash-lite-image",
        "nano-banana": "gemini-2.5-flash-image",
        "nano-banana-2.1": "gemini-nano-banana-2.1",
    }
    studio.conversation().imagine("a boat", model=model, **words)
    sent = only(recorder)
    assert sent.url == f"{GOOGLE}/v1beta/models/{ids.get(model, model)}:generateContent"
    config: Json = {"responseModalities": ["TEXT", "IMAGE"]}
    image = {"aspectRatio": words.get("aspect"), "imageSize": words.get("size")}
    if image := {name: value for name, value in image.items() if value}:
        config["imageConfig"] = image
    if "thinking" in words:
        config["thinkingConfig"] = {"thinkingLevel": words["thinking"].upper()}
    assert sent.body["generationConfig"] == config
    types: Json = {"both": {"webSearch": {}, "imageSearch": {}}, "image": {"imageSearch": {}}}
    tools = [{"googleSearch": {"searchTypes": types[words["search"]]}}] if "search" in words else None
    assert sent.body.get("tools") == tools


# -- where it goes ---------------------------------------------------------------------------------------------------


@pytest.fixture
def login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Login]:
    """A machine that is logged in; keys are out of the way."""
    monkeypatch.delenv("GEMINI_API_KEY")
    with logging_in() as login:
        folder = tmp_path / "login"
        folder.mkdir()
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(login.service_account(folder)))
        yield login


@pytest.mark.parametrize("thoughts", [False, True])
@pytest.mark.parametrize(
    ("location", "host"),
    [
        (None, "https://aiplatform.googleapis.com"),
        ("global", "https://aiplatform.googleapis.com"),
        ("us-central1", "https://us-central1-aiplatform.googleapis.com"),
        ("europe-west4", "https://europe-west4-aiplatform.googleapis.com"),
        ("us", "https://aiplatform.us.rep.googleapis.com"),
        ("eu", "https://aiplatform.eu.rep.googleapis.com"),
    ],
)
def test_a_project_on_vertex_ai(tmp_path: Path, login: Login, location: str | None, host: str, thoughts: bool) -> None:
    """Each kind of location has its host; a token and no key; the same body, streamed or not."""
    recorder = Recorder(login.url)
    traits = {"backend": "vertex", "project": "my-project-1", **({"location": location} if location else {})}
    studio = studio_on(tmp_path, recorder, **traits)
    studio.conversation().imagine("a boat", aspect="16:9", system='In "ink", {always}', thoughts=thoughts)
    sent = only(recorder)
    verb = "streamGenerateContent?alt=sse" if thoughts else "generateContent"
    place = f"/v1beta1/projects/my-project-1/locations/{location or 'global'}"
    assert sent.url == f"{host}{place}/publishers/google/models/{FLASH}:{verb}"
    assert sent.body == expected_on_vertex("aspect", "system", *(["thoughts"] if thoughts else []))
    check_headers(sent, authorization="Bearer ya29.token-1")


@pytest.mark.parametrize("version", ["v1", "v1beta", "v1beta1"])
def test_express_mode(tmp_path: Path, recorder: Recorder, version: str) -> None:
    """A key, and no project in the address."""
    studio_on(tmp_path, recorder, backend="vertex", api_version=version).conversation().imagine("a boat", size="2K")
    sent = only(recorder)
    told = "v1" if version == "v1" else "v1beta1"
    assert sent.url == f"https://aiplatform.googleapis.com/{told}/publishers/google/models/{FLASH}:generateContent"
    assert sent.body == expected("size")
    check_headers(sent, **{"x-goog-api-key": KEY})


@pytest.mark.parametrize("name", [name for name in OPTIONS if name != "tier"])
def test_each_option_on_vertex_ai(tmp_path: Path, recorder: Recorder, name: str) -> None:
    """The same fields under the same names."""
    assert planned(studio_on(tmp_path, recorder, backend="vertex"), **OPTIONS[name][1]) == expected_on_vertex(name)


@pytest.mark.parametrize(
    ("traits", "root"),
    [
        ({"api_version": "v1"}, f"{GOOGLE}/v1"),
        ({"base_url": "https://gateway.example/team/a/"}, "https://gateway.example/team/a/v1beta"),
    ],
)
def test_versions_and_gateways(tmp_path: Path, recorder: Recorder, traits: Json, root: str) -> None:
    """The path of a gateway stays before that of the API."""
    studio_on(tmp_path, recorder, **traits).conversation().imagine("a boat")
    assert only(recorder).url == f"{root}/models/{FLASH}:generateContent"


# -- turns -----------------------------------------------------------------------------------------------------------


def user(*parts: str | Json) -> Json:
    return {"role": "user", "parts": [{"text": part} if isinstance(part, str) else part for part in parts]}


def inline(data: bytes, mime: str) -> Json:
    return {"inlineData": {"mimeType": mime, "data": base64.b64encode(data).decode()}}


def replayed(number: int) -> Json:
    """A model turn as it must come back: whole, or without its thoughts."""
    turn = turn_of(number)
    return {**turn, "parts": [part for part in turn["parts"] if not part.get("thought")]}


@pytest.mark.parametrize("thoughts", [False, True])
def test_a_conversation(studio: Studio, recorder: Recorder, thoughts: bool) -> None:
    """Turns alternate; each of the model's is the very one that came, to the order of its fields."""
    boat = studio.conversation().imagine("a boat", thoughts=thoughts)
    boat.edit("at night").edit("with a moon")
    sent = recorder.posts[2].body["contents"]
    turns = [user("a boat"), replayed(1), user("at night"), replayed(2), user("with a moon")]
    assert json.dumps(sent) == json.dumps(turns)


def test_after_an_undo_and_a_fork(studio: Studio, recorder: Recorder) -> None:
    """What was taken back is not sent; a fork sends what lies before it."""
    conversation = studio.conversation()
    boat = conversation.imagine("a boat")
    conversation.imagine("at night")
    conversation.undo()
    conversation.imagine("in winter")
    conversation.imagine("with a moon", from_=boat)
    conversation.imagine("a fox", new=True)
    sent = [one.body["contents"] for one in recorder.posts[2:]]
    assert sent[0] == [user("a boat"), replayed(1), user("in winter")]
    assert sent[1] == [user("a boat"), replayed(1), user("with a moon")]
    assert sent[2] == [user("a fox")]


def test_a_new_kernel(tmp_path: Path, studio: Studio, recorder: Recorder) -> None:
    """Turns that lay on disk are the same turns."""
    studio.conversation().imagine("a boat")
    again = Recorder()
    other = studio_on(tmp_path, again)
    other.history.use("main")
    other.conversation().imagine("at night")
    assert json.dumps(only(again).body["contents"]) == json.dumps([user("a boat"), replayed(1), user("at night")])


def test_a_switch_of_backends(tmp_path: Path, studio: Studio, recorder: Recorder, login: Login) -> None:
    """Signatures stay behind: the last picture and the words go along in the user's turn, each with its name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEMINI_API_KEY", KEY)
        boat = studio.conversation().imagine("a boat")
    elsewhere = Recorder(login.url)
    other = studio_on(tmp_path, elsewhere, backend="vertex", project="my-project-1")
    other.history.use("main")
    other.conversation().imagine("at night")
    body = only(elsewhere).body
    before = f"Earlier in this conversation:\nI asked: a boat\nYou answered: {boat.text.strip()} (a picture)"
    shown = user("image 1: the current picture", inline(boat.bytes, "image/jpeg"), before, "at night")
    assert body["contents"] == [shown]
    assert "thoughtSignature" not in json.dumps(body)


def test_a_variant_that_was_picked(studio: Studio, recorder: Recorder) -> None:
    """Each of several is asked for alone; the conversation goes on from the one that was chosen."""
    studio.conversation().imagine("a boat", count=2)
    assert [one.body for one in recorder.posts] == [expected()] * 2
    picked = studio.conversation().pick(2).last
    assert picked is not None
    studio.conversation().imagine("at night")
    (first, turn, last) = recorder.posts[2].body["contents"]
    assert (first, last) == (user("a boat"), user("at night"))
    assert turn["parts"][1]["inlineData"]["data"] == base64.b64encode(picked.bytes).decode()


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(range(256))


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (make_picture("PNG"), "image/png"),
        (make_picture("JPEG"), "image/jpeg"),
        (make_picture("WEBP"), "image/webp"),
        (HEIC, "image/heic"),
    ],
    ids=["png", "jpeg", "webp", "heic"],
)
def test_references_go_as_they_are(studio: Studio, recorder: Recorder, data: bytes, mime: str) -> None:
    """The types that the API takes: the same bytes, their own type whatever the file is called, a label before them."""
    path = Path("photo.png")
    path.write_bytes(data)
    studio.conversation().imagine("a boat", ref=[path, data])
    label, picture, second, again, prompt = only(recorder).body["contents"][0]["parts"]
    assert picture == again == inline(data, mime)
    assert label["text"].startswith("image 1")
    assert second["text"].startswith("image 2")
    assert prompt == {"text": "a boat"}


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF"])
def test_other_pictures_are_rewritten(studio: Studio, recorder: Recorder, form: str) -> None:
    """The API does not take their types."""
    studio.conversation().imagine("a boat", ref=make_picture(form))
    (part,) = [part for part in only(recorder).body["contents"][0]["parts"] if "inlineData" in part]
    assert part["inlineData"]["mimeType"] == "image/png"
    with Image.open(io.BytesIO(base64.b64decode(part["inlineData"]["data"]))) as opened:
        assert (opened.format, opened.size) == ("PNG", (48, 32))


def test_pictures_between_words(studio: Studio, recorder: Recorder) -> None:
    """Each where it stands, references first."""
    boat, fox = make_picture("PNG", seed=1), make_picture("JPEG", seed=2)
    prompt = ["Put ", boat, " behind ", fox, "!"]
    studio.conversation().imagine(prompt, ref={"the sky": fox})
    parts = only(recorder).body["contents"][0]["parts"]
    assert [part.get("text", "").partition(":")[0] or part["inlineData"]["mimeType"] for part in parts] == [
        "image 1", "image/jpeg", "Put ", "image 2", "image/png", " behind ", "image 3", "image/jpeg", "!",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "side", [pytest.param(1500, id="the true bound", marks=pytest.mark.deep), pytest.param(600, id="a sixth of it")]
)
def test_an_upload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recorder: Recorder, side: int) -> None:
    """Start and bytes as the protocol has them; the request names the file where the picture stood."""
    photos = [_noise(side, seed) for seed in (1, 2, 3)]
    if side == 600:
        monkeypatch.setattr("nbgemini.net.routing.INLINE", 4_200_000)
    studio = studio_on(tmp_path, recorder)
    studio.conversation().imagine("a boat", ref=photos)
    start, *pieces, post = recorder.left
    assert (start.method, start.url) == ("POST", f"{GOOGLE}/upload/v1beta/files")
    check_upload(start.headers, command="start", length=len(photos[0]))
    about = json.loads(start.body)
    assert set(about) == {"file"}
    assert set(about["file"]) <= {"displayName", "mimeType", "name"}
    assert re.fullmatch(r"files/[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", about["file"].get("name", "files/a"))
    offset = 0
    for piece in pieces:
        last = piece is pieces[-1]
        assert piece.headers["x-goog-upload-command"] == ("upload, finalize" if last else "upload")
        assert piece.headers["x-goog-upload-offset"] == str(offset)
        assert last or len(piece.body) % (256 * 1024) == 0
        assert set(piece.url.partition("?")[2].split("&")) == {"upload_id=1", "upload_protocol=resumable"}
        offset += len(piece.body)
    assert offset == len(photos[0])
    uploaded = b"".join(piece.body for piece in pieces)
    parts = post.body["contents"][0]["parts"]
    uri = f"{GOOGLE}/v1beta/files/one"
    file = {"fileData": {"mimeType": "image/png", "fileUri": uri}}
    rest = [inline(photo, "image/png") for photo in photos if photo != uploaded]
    assert [part for part in parts if "text" not in part].count(file) == 1
    assert [part for part in parts if "inlineData" in part] == rest
    UploadedPictures(studio.client()).delete()
    assert (recorder.left[-1].method, recorder.left[-1].url) == ("DELETE", f"{GOOGLE}/v1beta/files/one")


def check_upload(headers: Mapping[str, str], *, command: str, length: int) -> None:
    told = {name: value for name, value in headers.items() if name.startswith("x-goog-upload")}
    told.pop("x-goog-upload-file-name", None)
    assert told == {
        "x-goog-upload-protocol": "resumable",
        "x-goog-upload-command": command,
        "x-goog-upload-header-content-length": str(length),
        "x-goog-upload-header-content-type": "image/png",
    }
    assert headers["x-goog-api-key"] == KEY


def _noise(side: int, seed: int) -> bytes:
    buffer = io.BytesIO()
    pixels = random.Random(seed).randbytes(3 * side * side)
    Image.frombytes("RGB", (side, side), pixels).save(buffer, "PNG", compress_level=0)
    return buffer.getvalue()
