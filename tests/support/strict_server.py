"""A strict stand-in for the Gemini API and Vertex AI on loopback: it reads the protocol for itself.

It remembers every violation. Standard library only; it shares nothing with nbgemini or its emulator, so that none can
repeat another's misreading. A request that breaks a rule is answered with 400 and stays in `violations`; tests assert
that the list is empty.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.replies import STYLES, Cut, Draw, Reply, Script, Slow, Streamed, events, fault, picture_reply
from tests.support.strict_files import Broken, StrictFiles

__all__ = ["KEY", "Recorded", "StrictServer", "strict_server"]

KEY = "AIzaSyStrictSentinel0123456789abcdefghi"

LIGHT = [style for style in STYLES if style != "heavy"]  # megabytes only where a test asks for them
RATIOS = {"1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9", "1:4", "4:1", "1:8", "8:1"}
TOP = {"contents", "systemInstruction", "generationConfig", "safetySettings", "tools", "serviceTier", "labels", "store"}
CONFIG = {
    "responseModalities", "imageConfig", "thinkingConfig", "seed", "temperature", "topP", "topK", "maxOutputTokens",
    "stopSequences", "presencePenalty", "frequencyPenalty", "candidateCount", "mediaResolution",
}  # fmt: skip
HARMS = [f"HARM_CATEGORY_{name}" for name in ("HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT")]
ON_VERTEX = (TOP - {"serviceTier", "store"}) | {"modelArmorConfig", "outputConfig"}
TOKEN = "ya29."  # what a login server of the tests gives out begins so
LARGEST_ON_VERTEX = 7 * 1024 * 1024
METHOD = r"(generateContent|streamGenerateContent\?alt=sse)"
GEMINI_PATH = re.compile(rf"/v1(beta)?/models/[A-Za-z0-9._-]+:{METHOD}")
VERTEX_PATH = re.compile(
    r"/v1(beta1)?(?P<project>/projects/[a-z0-9-]+/locations/[a-z0-9-]+)?"
    rf"/publishers/google/models/[A-Za-z0-9._-]+:{METHOD}"
)
THRESHOLDS = {"BLOCK_NONE", "OFF", "BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_ONLY_HIGH"}
MAGIC = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8\xff", "image/webp": b"RIFF", "image/heic": b"\x00\x00\x00"}


class Violation(Exception):
    """The request breaks a rule of the API, or a promise of nbgemini."""


@dataclass(frozen=True)
class Recorded:
    """One request as it came. `json` is None when the body was none."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes
    json: Any
    at: float

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def streams(self) -> bool:
        return ":streamGenerateContent" in self.path

    @property
    def on_vertex(self) -> bool:
        return "/publishers/" in self.path

    @property
    def turns(self) -> list[Any]:
        return list(self.json["contents"])

    @property
    def prompt(self) -> str:
        """The last text of the last turn."""
        return str([part["text"] for part in self.turns[-1]["parts"] if "text" in part][-1])

    @property
    def images(self) -> list[bytes]:
        """The pictures in the last turn, decoded."""
        return [
            base64.b64decode(part["inlineData"]["data"]) for part in self.turns[-1]["parts"] if "inlineData" in part
        ]


@dataclass
class StrictServer:
    """What came in, what was wrong with it, and what will be answered next."""

    key: str = KEY
    requests: list[Recorded] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    answered: list[tuple[str, Any]] = field(default_factory=list)
    port: int = 0
    files: StrictFiles = field(default_factory=StrictFiles)
    models: list[dict[str, Any]] = field(default_factory=lambda: [{"name": "models/gemini-3-pro-image"}])

    def __post_init__(self) -> None:
        self._script: list[Script] = []
        self._asked: dict[str, set[str]] = {}  # by each way in which a turn that was given out may come back
        self._drawn = 0
        self._lock = threading.Lock()
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def posts(self) -> list[Recorded]:
        return [request for request in self.requests if request.method == "POST"]

    def will(self, *replies: Script) -> None:
        """Answer the next requests like this; when the script is used up, with pictures of every style in turn."""
        with self._lock:
            self._script += replies

    def forget(self) -> None:
        """Start anew: nothing recorded, no script. Turns that were given out stay valid."""
        with self._lock:
            self.requests, self.violations, self._script = [], [], []

    def release(self) -> None:
        """Let every slow answer that is under way go now."""
        released, self.released = self.released, threading.Event()
        released.set()

    # -- answering ---------------------------------------------------------------------------------------------------

    def answer(self, request: Recorded) -> Script:
        """The reply to a request that has been read completely."""
        with self._lock:
            self.requests.append(request)
            try:
                if self.files.serves(request.path):
                    return self._filed(request)
                self._check(request)
            except (Violation, Broken) as problem:
                self.violations.append(f"{request.method} {request.path}: {problem}")
                return fault(400, "INVALID_ARGUMENT", f"strict server: {problem}")
            if request.method == "GET":
                return Reply(json.dumps({"models": self.models}).encode())
            return self._next(request, self._script.pop(0) if self._script else Draw())

    def _filed(self, request: Recorded) -> Reply:
        """An answer of the Files API; its first request needs the key, and none may show it elsewhere."""
        if "upload_id" not in request.path or request.header("x-goog-api-key"):
            _check_key(request, self.key)
        self.files.url = self.url
        return self.files.answer(request.method, request.path, dict(request.headers), request.body)

    def _next(self, request: Recorded, script: Script) -> Script:
        if isinstance(script, Slow):
            return Slow(script.seconds, self._drawn_reply(request, script.then))
        if isinstance(script, Draw) and request.streams:
            script = Streamed(style=script.style or LIGHT[self._drawn % len(LIGHT)])
        if isinstance(script, Streamed):
            return self._stream(request, script)
        return self._drawn_reply(request, script) if isinstance(script, Draw | Reply) else script

    def _drawn_reply(self, request: Recorded, script: Draw | Reply) -> Reply:
        """A picture is numbered, and remembered with the user turn that it answers."""
        if isinstance(script, Draw):
            style = script.style or LIGHT[self._drawn % len(LIGHT)]
            self._drawn += 1
            script = Reply(json.dumps(picture_reply(self._drawn, style), indent=2).encode())
        if script.status == 200 and script.body.startswith(b"{"):
            for candidate in json.loads(script.body).get("candidates", []):
                self._give(request, candidate.get("content"))
        return script

    def _stream(self, request: Recorded, script: Streamed) -> Streamed:
        """The bytes of a stream; its turn may come back once all of it was given out."""
        self._drawn += 1
        answer = script.answer or picture_reply(self._drawn, script.style)
        told = events(answer)
        if script.keep is None or script.keep >= len(told):
            self._give(request, answer["candidates"][0]["content"])
        return Streamed(script.seconds, keep=script.keep, then=b"".join(told[: script.keep]))

    def _give(self, request: Recorded, content: Any) -> None:
        asked = self._question(request.turns[-1])
        self.answered.append((asked, content))
        for text in allowed_spellings(content):
            self._asked.setdefault(text, set()).add(asked)

    # -- rules ---------------------------------------------------------------------------------------------------------

    def _check(self, request: Recorded) -> None:
        vertex = VERTEX_PATH.fullmatch(request.path)
        if vertex and vertex["project"]:
            _check_token(request)
        else:
            _check_key(request, self.key)
        if request.method == "GET":
            known = r"/v1(beta)?/(models|batches|batches/[^?]*)(\?pageSize=\d+)?"
            require(re.fullmatch(known, request.path), "no such resource")
            return
        require(request.method == "POST", "only GET and POST")
        require(vertex or GEMINI_PATH.fullmatch(request.path), "no such resource")
        require(
            (request.header("content-type") or "").split(";")[0] == "application/json", "the body is declared as JSON"
        )
        require(request.header("transfer-encoding") is None, "the length is known beforehand")
        require(isinstance(request.json, dict), "the body is a JSON object")
        only(request.json, ON_VERTEX if vertex else TOP, "the request")
        self._check_contents(request.json["contents"], on_vertex=bool(vertex))
        if "systemInstruction" in request.json:
            self._check_user_turn({"role": "user", **request.json["systemInstruction"]})
        _check_config(request.json.get("generationConfig"))
        _check_tools(request.json.get("tools", [{"googleSearch": {}}]))
        _check_safety(request.json.get("safetySettings", [{"category": HARMS[0], "threshold": "OFF"}]))
        thoughts = request.json["generationConfig"].get("thinkingConfig", {}).get("includeThoughts", False)
        require(thoughts is True or not request.streams, "who streams wants to see thoughts")

    def _check_contents(self, turns: Any, *, on_vertex: bool) -> None:
        require(isinstance(turns, list) and turns, "contents are a list of turns")
        roles = [turn.get("role") for turn in turns]
        require(
            roles == ["user", "model"] * (len(turns) // 2) + ["user"], f"roles alternate and end with user: {roles}"
        )
        for at, turn in enumerate(turns):
            if turn["role"] == "user":
                self._check_user_turn(turn, on_vertex=on_vertex)
            else:
                self._check_model_turn(self._question(turns[at - 1]), turn)

    def _question(self, turn: Any) -> str:
        """A user turn as text, its pictures inline: one may have been uploaded since it was answered."""
        return spelled({**turn, "parts": [self._inlined(part) for part in turn["parts"]]})

    def _inlined(self, part: dict[str, Any]) -> dict[str, Any]:
        media_type, data = self.files.known.get(part.get("fileData", {}).get("fileUri", ""), ("", b""))
        if not data:
            return part
        return {"inlineData": {"mimeType": media_type, "data": base64.b64encode(data).decode()}}

    def _check_model_turn(self, question: str, turn: Any) -> None:
        """A model turn comes back string for string, with all its thoughts or none, behind the turn it answered."""
        asked = self._asked.get(spelled(turn), set())
        require(asked, "a model turn is not what was given out: " + spelled(turn)[:300])
        require(question in asked, "a model turn stands behind another user turn than it answered")

    def _check_user_turn(self, turn: dict[str, Any], *, on_vertex: bool = False) -> None:
        only(turn, ("role", "parts"), "a user turn")
        kinds = {"text", "inlineData"} if on_vertex else {"text", "inlineData", "fileData"}
        require(isinstance(turn["parts"], list) and turn["parts"], "a turn has parts")
        for part in turn["parts"]:
            require(isinstance(part, dict) and len(set(part) & kinds) == 1, "a part has one kind of data")
            only(part, kinds, "a user part")
            require(isinstance(part.get("text", ""), str), "text is a string")
            if "inlineData" in part:
                size = _check_inline(part["inlineData"])
                require(not on_vertex or size <= LARGEST_ON_VERTEX, "Vertex AI takes pictures of 7 MB inline")
            if "fileData" in part:
                self._check_file(part["fileData"])

    def _check_file(self, file: dict[str, Any]) -> None:
        """A file is named by its uri and its type, and is there."""
        require(sorted(file) == ["fileUri", "mimeType"], f"a file has a uri and a type: {sorted(file)}")
        require(file["fileUri"] in self.files.files, "the file was uploaded before, and is there")
        require(self.files.files[file["fileUri"]][0] == file["mimeType"], "a file keeps its type")


def require(condition: object, rule: str) -> None:
    if not condition:
        raise Violation(rule)


def only(value: dict[str, Any], allowed: Iterable[str], where: str) -> None:
    unknown = sorted(set(value) - set(allowed))
    require(not unknown, f"{where} has unknown fields {unknown}")


def spelled(value: Any) -> str:
    """JSON text that tells any difference but that of white space: the order of fields counts too."""
    return json.dumps(value, separators=(",", ":"))


def allowed_spellings(content: Any) -> list[str]:
    """How a model turn may come back: as it was given out, or without its thought parts."""
    if not isinstance(content, dict) or not content.get("parts"):
        return []
    rest = [part for part in content["parts"] if not part.get("thought")]
    return [spelled(content), spelled({**content, "parts": rest})]


def _check_key(request: Recorded, key: str) -> None:
    """The key travels in one header, once, and nowhere else."""
    given = [value for name, value in request.headers if name.lower() == "x-goog-api-key"]
    require(given == [key], f"the key stands {len(given)} times in its header, or is another")
    others = [value for name, value in request.headers if name.lower() != "x-goog-api-key"]
    require(not any(key in text for text in [request.path, *others]), "the key travels in another place too")
    require(key.encode() not in request.body, "the key is in the body")


def _check_token(request: Recorded) -> None:
    """A project is asked with a token in one header, and no key goes along."""
    given = [value for name, value in request.headers if name.lower() == "authorization"]
    require(len(given) == 1 and given[0].startswith(f"Bearer {TOKEN}"), "a token stands in its header, once")
    require(request.header("x-goog-api-key") is None, "no key goes to a project on Vertex AI")
    require(TOKEN.encode() not in request.body and TOKEN not in request.path, "the token stands in another place too")


def _check_inline(inline: dict[str, Any]) -> int:
    """How many bytes the picture has."""
    only(inline, ("mimeType", "data"), "inline data")
    try:
        data = base64.b64decode(inline["data"], validate=True)
    except (binascii.Error, ValueError):
        raise Violation("inline data is padded base64") from None
    require(base64.b64encode(data).decode() == inline["data"], "base64 is canonical")
    require(inline["mimeType"] in MAGIC, f"{inline['mimeType']} is no type of picture that the API takes")
    require(data.startswith(MAGIC[inline["mimeType"]]), f"the bytes are no {inline['mimeType']}")
    return len(data)


def _check_config(config: Any) -> None:
    require(isinstance(config, dict), "generationConfig is there")
    only(config, CONFIG, "generationConfig")
    require(
        config.get("responseModalities") in (["TEXT", "IMAGE"], ["IMAGE"], ["TEXT"]), "responseModalities are explicit"
    )
    if "imageConfig" in config:
        image = config["imageConfig"]
        require(image, "imageConfig holds what the user set, or is left out")
        only(image, ("aspectRatio", "imageSize"), "imageConfig")
        require(image.get("aspectRatio", "1:1") in RATIOS, "aspect_ratio must be one of the documented")
        require(image.get("imageSize", "1K") in {"512", "1K", "2K", "4K"}, "imageSize must be one of the documented")
    if "thinkingConfig" in config:
        only(config["thinkingConfig"], ("thinkingLevel", "includeThoughts"), "thinkingConfig")


def _check_tools(tools: Any) -> None:
    """One tool, Google Search, in one of the three spellings that the API documents."""
    require(isinstance(tools, list) and len(tools) == 1, "tools are a list of one")
    only(tools[0], ("googleSearch",), "a tool")
    kinds: tuple[Any, ...] = (
        {"searchTypes": {"imageSearch": {}}},
        {"searchTypes": {"webSearch": {}, "imageSearch": {}}},
    )
    require(tools[0]["googleSearch"] in ({}, *kinds), "googleSearch is empty, or names its searchTypes as objects")


def _check_safety(settings: Any) -> None:
    require(isinstance(settings, list) and settings, "safetySettings hold what the user set, or are left out")
    for setting in settings:
        require(sorted(setting) == ["category", "threshold"], "a safety setting has a category and a threshold")
        require(setting["category"] in HARMS, "the category is one of the four")
        require(setting["threshold"] in THRESHOLDS, "the threshold is a documented one")
    require(len({setting["category"] for setting in settings}) == len(settings), "a category is set once")


def _strict_json(body: bytes) -> Any:
    """JSON without duplicate keys, NaN or broken UTF-8; None for what is none."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) != len(pairs):
            raise ValueError("duplicate keys")
        return dict(pairs)

    def refuse(name: str) -> float:
        raise ValueError(name)

    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=unique, parse_constant=refuse)
    except ValueError:
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: StrictServer

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) == length:  # else it was withdrawn on its way, and is no request
            self._serve(body)

    def do_GET(self) -> None:
        self._serve(b"")

    do_DELETE = do_GET

    def _serve(self, body: bytes) -> None:
        released = self.owner.released  # before the request can be seen: who sees it may release it at once
        recorded = Recorded(self.command, self.path, self.headers.items(), body, _strict_json(body), time.monotonic())
        script = self.owner.answer(recorded)
        if isinstance(script, Slow):
            released.wait(script.seconds)
            script = script.then
        self.close_connection = True
        if isinstance(script, Reply):
            self._send(script, len(script.body))
        elif isinstance(script, Streamed):
            self._send_stream(script, released)
        elif isinstance(script, Cut):
            whole = Reply(json.dumps(picture_reply(0, "plain")).encode())
            self._send(whole, int(len(whole.body) * script.keep))

    def _send(self, reply: Reply, shown: int) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Type": reply.content_type, **reply.headers, "Connection": "close"}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body[:shown])

    def _send_stream(self, script: Streamed, released: threading.Event) -> None:
        """In chunks; without the last, empty one where the connection is to break."""
        self.send_response(200)
        for name, value in {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}.items():
            self.send_header(name, value)
        self.end_headers()
        first, blank, rest = script.then.partition(b"\r\n\r\n")
        for piece in (first + blank, rest):
            if piece:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                self.wfile.flush()
            if piece is not rest:
                released.wait(script.seconds)
        if script.keep is None:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


@contextmanager
def strict_server(key: str = KEY) -> Iterator[StrictServer]:
    """A running server on a free port of loopback."""
    server = StrictServer(key)
    handler = type("Handler", (_Handler,), {"owner": server})
    with _Quiet(("127.0.0.1", 0), handler) as listening:
        server.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.release()
            listening.shutdown()
            thread.join(5)
