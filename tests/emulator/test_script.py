"""Scripts: steps taken one a request, faults of the answer and of the way."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from nbgemini.emulator import ConnectionCut, Request, Response, Script, ScriptError, Service, cues, script

from .protocol_kit import FLASH, SMALL, Caller, asked, candidate, content, pictures

TARGET = f"/v1beta/models/{FLASH}"
BODY = json.dumps(asked("a cat", config=SMALL)).encode()


def answer(step: Any, *, stream: bool = False, sleep: Any = None) -> Response:
    """What a service with this one step answers to a good request."""
    service = Service(script=Script([step]), sleep=sleep or (lambda _: None))
    method = "streamGenerateContent?alt=sse" if stream else "generateContent"
    return service.handle(Request("POST", f"{TARGET}:{method}", {}, BODY))


def body(response: Response) -> bytes:
    return b"".join(response.body)


def test_twice_429_and_then_a_picture() -> None:
    """Steps are used up in order; after the last one everything draws."""
    call = Caller(script=Script([{"answer": "429 2s", "times": 2}]))
    assert [call.post(asked("a cat", config=SMALL))[0] for _ in range(4)] == [429, 429, 200, 200]


def test_only_posts_that_generate_take_a_step() -> None:
    """Lists and counts do not."""
    told = Script(["503"])
    call = Caller(script=told)
    call.get("/v1beta/models")
    call.post(asked("a cat"), method="countTokens")
    assert told.left == 1
    assert call.post(asked("a cat"))[0] == 503
    assert told.left == 0


def test_a_step_without_an_answer_of_its_own_leaves_the_prompt_its_phrase() -> None:
    """The script goes first only where it says something."""
    call = Caller(script=Script(["draw", "block SAFETY"]))
    assert candidate(call.draw("a cat emulate: NO_IMAGE"))["finishReason"] == "NO_IMAGE"
    assert "promptFeedback" in call.draw("a cat emulate: NO_IMAGE")


def test_a_cut_is_an_exception_in_the_body() -> None:
    """What came before it is the beginning of the answer."""
    pieces = iter(answer({"cut": 700}).body)
    assert next(pieces).startswith(b"{")
    with pytest.raises(ConnectionCut):
        next(pieces)


def test_so_many_bytes_come_before_a_cut() -> None:
    """Whatever the pieces."""
    pieces = iter(answer({"cut": 700, "drip": 1, "piece": 256}).body)
    assert [len(next(pieces)) for _ in range(3)] == [256, 256, 188]
    with pytest.raises(ConnectionCut):
        next(pieces)


def test_a_cut_beyond_the_end_still_cuts() -> None:
    """The proper end of the answer is what is missing then."""
    with pytest.raises(ConnectionCut):
        body(answer({"answer": "text only", "cut": 10_000_000}))


def test_a_dropped_connection_answers_nothing() -> None:
    """The request may have been charged all the same."""
    with pytest.raises(ConnectionCut):
        answer({"drop": True})


def test_a_slow_drip() -> None:
    """Pieces of the asked-for size, with a pause after each; the whole is whole."""
    pauses: list[float] = []
    response = answer({"answer": "text only", "drip": 0.25, "piece": 100}, sleep=pauses.append)
    pieces = list(response.body)
    assert json.loads(b"".join(pieces))["candidates"]
    assert max(map(len, pieces)) == 100
    assert pauses == [0.25] * len(pieces)


def test_an_answer_that_never_ends() -> None:
    """Blanks for as long as one listens, and no length is promised."""
    response = answer({"endless": 1})
    blanks = iter(response.body)
    assert [next(blanks) for _ in range(50)] == [b" \n"] * 50
    assert "content-length" not in response.headers


def test_a_late_answer() -> None:
    """The wait comes before the head."""
    pauses: list[float] = []
    assert answer({"wait": 3}, sleep=pauses.append).status == 200
    assert pauses == [3]


def test_a_compressed_answer() -> None:
    """The head says so, and the length is that of what is sent."""
    response = answer({"gzip": True})
    sent = body(response)
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["content-length"] == str(len(sent))
    assert json.loads(gzip.decompress(sent))["candidates"]


@pytest.mark.parametrize(
    ("wrap", "status", "begins", "kind"),
    [
        ("array", 503, b"[{", "application/json; charset=UTF-8"),
        ("html", 503, b"<html>", "text/html; charset=UTF-8"),
        ("text", 503, b"upstream", "text/plain"),
        ("nothing", 503, b"", "application/json; charset=UTF-8"),
        ("torn", 503, b"{", "application/json; charset=UTF-8"),
    ],
)
def test_errors_that_come_wrapped(wrap: str, status: int, begins: bytes, kind: str) -> None:
    """As proxies and streams have them; the length always fits."""
    response = answer({"answer": "503", "wrap": wrap})
    sent = body(response)
    assert (response.status, sent[: len(begins)], response.headers["content-type"]) == (status, begins, kind)
    assert response.headers["content-length"] == str(len(sent))
    assert (wrap == "array") == (sent.startswith(b"[") and "error" in json.loads(sent)[0])


def test_a_page_instead_of_a_picture() -> None:
    """A proxy's 502: whether the picture was made is not known."""
    assert answer({"wrap": "html"}).status == 502
    assert answer({"wrap": "html", "status": 200}).status == 200


def test_another_status_and_a_retry_after() -> None:
    """Gateways send the header, and statuses of their own."""
    response = answer({"answer": "503", "status": 529, "retry_after": 7})
    assert (response.status, response.headers["retry-after"]) == (529, "7")


def test_odd_answers() -> None:
    """Drafts, a wrong type and long signatures together."""
    told = json.loads(body(answer({"drafts": 1, "mime": "image/png", "signature_bytes": 50_000})))
    assert [part["inlineData"]["mimeType"] for part in pictures(told)] == ["image/png"] * 2
    assert min(len(base64.b64decode(part["thoughtSignature"])) for part in content(told)["parts"]) >= 50_000


def test_a_stream_that_breaks_off() -> None:
    """An error takes the place of the remaining events."""
    events = body(answer({"break_after": 1}, stream=True)).split(b"\r\n\r\n")
    first, second, rest = events
    assert "candidates" in json.loads(first[6:])
    assert json.loads(second[6:])["error"]["code"] == 503
    assert rest == b""


def test_a_stream_can_be_bare_at_the_end_and_carry_its_signature_there() -> None:
    """The items do what the phrases do."""
    bare = body(answer({"bare_end": True}, stream=True)).split(b"\r\n\r\n")[-2]
    carried = json.loads(body(answer({"carrier": True})))
    assert "parts" not in json.loads(bare[6:])["candidates"][0]["content"]
    assert content(carried)["parts"][-1]["text"] == ""


def test_scripts_are_read_from_json_and_toml(tmp_path: Path) -> None:
    """A list, or a table with `steps`."""
    (tmp_path / "a.json").write_text('["503", {"answer": "429 2s", "times": 2}]')
    (tmp_path / "b.json").write_text('{"steps": ["503"]}')
    (tmp_path / "c.toml").write_text('[[steps]]\nanswer = "IMAGE_SAFETY"\n[[steps]]\ncut = 400\n')
    assert [Script.load(tmp_path / name).left for name in ("a.json", "b.json", "c.toml")] == [3, 1, 2]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("dance", "step 1: `dance` is no cue"),
        ({"answer": "emulate: 503"}, "is no cue"),
        ({"cutt": 3}, "step 1: `cutt` is no item of a step; did you mean `cut`?"),
        ({"cut": "3"}, "step 1: `cut` cannot be '3'"),
        ({"cut": True}, "step 1: `cut` cannot be True"),
        ({"cut": -1}, "step 1: `cut` cannot be -1"),
        ({"times": 0}, "step 1: `times` cannot be 0"),
        ({"wrap": "paper"}, "step 1: `wrap` is one of html, text"),
        (7, "step 1: a step is a cue or a table, not 7"),
    ],
)
def test_mistakes_in_a_script_are_named(step: Any, said: str) -> None:
    """Which step, and what is wrong with it."""
    with pytest.raises(ScriptError) as caught:
        Script([step])
    assert said in str(caught.value)


@pytest.mark.parametrize("text", ["{", '{"step": []}', "3", '"503"'])
def test_files_that_are_no_script(tmp_path: Path, text: str) -> None:
    """The file is named."""
    file = tmp_path / "script.json"
    file.write_text(text)
    with pytest.raises(ScriptError, match=r"script\.json"):
        Script.load(file)
    with pytest.raises(ScriptError, match="No such file"):
        Script.load(tmp_path / "none.json")


def test_every_item_and_every_cue_is_documented() -> None:
    """The two module docstrings are the manual."""
    assert script.__doc__
    assert cues.__doc__
    for item in script.ITEMS:
        assert f"    {item} " in script.__doc__ or f'"{item}"' in script.__doc__, item
    documented = [line.strip()[9:].split("  ")[0] for line in cues.__doc__.splitlines() if "    emulate: " in line]
    assert len(documented) > 15
    assert [cue for cue in documented if cues.parse(cue) is None] == []
