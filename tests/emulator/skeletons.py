"""Answers as skeletons: every name, its place and what kind of value it has, without pictures, texts and ids.

`recorded/` holds those of real answers of Google's. `python -m tests.emulator.skeletons FOLDER` makes them again from
recordings, which are no part of this repository.
"""

from __future__ import annotations

import base64
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

from PIL import Image

__all__ = ["FOLDER", "differences", "events_of", "header_names", "skeleton"]

FOLDER = Path(__file__).parent / "recorded"

# Strings that stand for themselves; of all others only the kind is kept.
_KEPT = {
    *("role", "mimeType", "finishReason", "blockReason", "modality", "trafficType", "serviceTier", "modelVersion"),
    *("status", "message", "@type", "reason", "domain", "service", "locale", "state", "source", "description", "url"),
    *("name", "version", "displayName", "sizeBytes", "category", "probability", "supportedGenerationMethods"),
}
_ALWAYS_EQUAL = {"code", "index", "inputTokenLimit", "outputTokenLimit", "topP", "topK", "temperature"}
"""Numbers that stand for themselves; of all others it is enough that they are there, but for tokens of pictures."""

_IDS = {"x-goog-upload-url", "x-goog-upload-control-url", "x-guploader-uploadid"}
_OF_MACHINES = re.compile(r"alt-svc|date|server|x-goog-upload-header-.*")
"""Headers that say something of Google's machines and of that moment."""

_MEGABYTE = re.compile(r"<signature of (\d\.\d) MB>")


def skeleton(value: Any, name: str = "") -> Any:
    """What is left of a value of the wire."""
    if isinstance(value, dict):
        exact = value.get("modality") == "IMAGE"
        return {key: value[key] if exact and key == "tokenCount" else skeleton(value[key], key) for key in value}
    if isinstance(value, list):
        return [skeleton(item, name) for item in value]
    if isinstance(value, str):
        return _text(value, name)
    if isinstance(value, bool) or value is None or name in _ALWAYS_EQUAL or name == "maxTemperature":
        return value
    return "<number>"


def _text(value: str, name: str) -> str:
    if name == "data":
        return _picture(base64.b64decode(value + "=="))
    if name == "thoughtSignature":
        return f"<signature of {len(value) / 1e6:.1f} MB>"
    if name == "webSearchQueries" or name in ("title", "text"):
        return "<text>" if value else ""
    if name in _KEPT:
        return re.sub(r"\d+\.?\d*s\.$", "<seconds>.", value)
    if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value):
        return re.sub(r"\d", "9", value)
    if value.startswith("http"):
        return re.sub(r"(grounding-api-redirect/|search\?q=|files/).+", r"\1…", value)
    return f"<{len(value)} characters>" if name == "responseId" else "<text>"


def _picture(data: bytes) -> str:
    """Its type, its size, and what stands in its file beside the pixels."""
    with Image.open(io.BytesIO(data)) as found:
        if found.format == "PNG":
            chunks = re.findall(rb"(zTXt|iTXt)(?=Raw profile|XML:com)", data[:2000])
            beside = [chunk.decode() for chunk in chunks]
        else:
            kinds: Any = found
            beside = [f"{found.info.get('dpi', ('no',))[0]} dpi"]
            beside += [f"{name} of {len(content) / 1000:.0f} kB" for name, content in kinds.applist if name != "APP0"]
        weight = "over 0.3 MB" if len(data) > 0.3e6 else "under 0.3 MB"
        return f"<{' '.join([f'{found.format} {found.width}x{found.height}', weight, *beside])}>"


def events_of(body: bytes) -> list[Any]:
    """The events of a stream."""
    return [json.loads(line[6:]) for line in body.replace(b"\r", b"").split(b"\n") if line.startswith(b"data: ")]


def header_names(headers: dict[str, Any]) -> dict[str, str]:
    """Headers as they count: lists as one line, in one order, and nothing that differs each time."""
    told = {}
    for name, value in headers.items():
        if name.lower() in _IDS:
            told[name.lower()] = "…"
            continue
        parts = value if isinstance(value, list) else [value]
        line = ", ".join(sorted(piece.strip() for part in parts for piece in part.split(",")))
        told[name.lower()] = re.sub(r"dur=\d+", "dur=…", line)
    return told


def differences(recorded: Any, emulated: Any, *, ordered: bool = True, path: str = "") -> list[str]:
    """Where two skeletons are not the same; `ordered` minds the order of the names, too."""
    if isinstance(recorded, dict) and isinstance(emulated, dict):
        return _in_objects(recorded, emulated, ordered, path)
    if isinstance(recorded, list) and isinstance(emulated, list):
        if len(recorded) != len(emulated):
            return [f"{path}: {len(recorded)} items, emulated {len(emulated)}"]
        pairs = zip(recorded, emulated, strict=True)
        return [
            one for at, (a, b) in enumerate(pairs) for one in differences(a, b, ordered=ordered, path=f"{path}[{at}]")
        ]
    if recorded == emulated or (_weight(recorded) and _weight(emulated)):
        return []
    return [f"{path}: {recorded!r}, emulated {emulated!r}"]


def _in_objects(recorded: dict[str, Any], emulated: dict[str, Any], ordered: bool, path: str) -> list[str]:
    found = [f"{path}.{name}: missing" for name in recorded if name not in emulated]
    found += [f"{path}.{name}: not in the recording" for name in emulated if name not in recorded]
    if ordered and not found and list(recorded) != list(emulated):
        found.append(f"{path}: in the order {list(recorded)}, emulated {list(emulated)}")
    for name in recorded:
        if name in emulated:
            found += differences(recorded[name], emulated[name], ordered=ordered, path=f"{path}.{name}")
    return found


def _weight(value: Any) -> bool:
    """Whether it is a signature of one to three megabytes: no two are equally long."""
    found = _MEGABYTE.fullmatch(value) if isinstance(value, str) else None
    return bool(found and 1.0 <= float(found[1]) <= 3.0)


# -- made from recordings ---------------------------------------------------------------------------------------------

_BATCH = "ruby__batch_with_gemini_gemini-2_5-flash_answers_staged_chats_and_appends_the_answers_"
# name: the recording, and whether it was kept byte by byte, so that the order of its names is Google's.
_SOURCES = {
    "lite": ("ruby__image_basic_functionality_gemini_gemini-3_1-flash-lite-image_can_paint_images__0", True),
    "lite on Vertex AI": (
        "ruby__image_basic_functionality_vertexai_gemini-3_1-flash-lite-image_can_paint_images__1",
        True,
    ),
    "pro, a picture alone": (
        "pyd__test_capabilities__TestImageGenerationCapability.test_image_generation_local_fallback_google__0",
        False,
    ),
    "pro, words and a picture": ("pyd__test_google__test_google_image_generation_with_text__0", False),
    "pro, sources": ("pyd__test_google__test_google_image_generation_with_web_search__0", False),
    "2.5, a picture alone": ("ellmer__google-image-gen__0", True),
    "2.5, words and a picture": ("pyd__test_google__test_google_image_and_text_output__0", False),
    "2.5, words alone": ("pyd__test_google__test_google_image_or_text_output__0", False),
    "2.5 on Vertex AI": ("pyd__test_google__test_google_vertexai_image_generation__0", False),
    "2.5 on Vertex AI, as JPEG": (
        "pyd__test_google__test_google_vertexai_image_generation_with_output_format__0",
        False,
    ),
    "a stream": (
        "js__Client_Tests_generateContentStream_ML_Dev_should_stream_generate_content_with_image_output__0",
        False,
    ),
    "a stream on Vertex AI": (
        "js__Client_Tests_generateContentStream_Vertex_AI_should_stream_generate_content_with_image_output__0",
        False,
    ),
    "2.5, a stream": ("fb__googleai__streaming-success-empty-parts_txt", True),
    "thoughts": ("fb__googleai__streaming-success-thinking-reply-thought-summary_txt", True),
    "thoughts on Vertex AI": ("fb__vertexai__streaming-success-thinking-reply-thought-summary_txt", True),
    "no such model": ("pyd__test_model_name_suggestions__test_model_name_suggestion_google___0", True),
    "no such model, as a stream": ("fix__sse404", True),
    "a wrong key": ("ruby__chat_error_handling_with_gemini_gemini-2_5-flash_raises_appropriate_auth_error__0", True),
    "too many requests": (
        "ruby__chat_real_error_scenarios_gemini_gemini-2_5-flash_handles_context_length_exceeded_errors__0",
        True,
    ),
    "switched off": ("fb__googleai__unary-failure-generativelanguage-api-not-enabled_json", True),
    "tokens": ("ruby__chat_count_tokens_with_gemini_gemini-3_5-flash_counts_the_next_request_as_configured__0", True),
    "tokens on Vertex AI": ("ruby__chat_count_tokens_with_vertexai_gemini-2_5-flash_counts_a_staged_message__1", True),
    "models": ("llm__test_cli_gemini_models__0", True),
    "the start of an upload": ("ruby__uploadedfile_live_uploads_gemini_uploads_a_pdf_through_the_files_api__0", True),
    "the end of an upload": ("ruby__uploadedfile_live_uploads_gemini_uploads_a_pdf_through_the_files_api__1", True),
    "a new batch": (f"{_BATCH}to_tconversations__0", True),
    "a running batch": (f"{_BATCH}to_tconversations__2", True),
    "a batch that has ended": (f"{_BATCH}to_tonversations__26", True),
}
_OURS = ("gemini-3-pro-image", "gemini-3.1-flash-image", "gemini-3.1-flash-lite-image", "gemini-2.5-flash-image")


def _made(folder: Path, source: str, ordered: bool) -> dict[str, Any]:
    about = json.loads((folder / f"{source}.json").read_text("utf-8"))
    body = (folder / f"{source}.body").read_bytes()
    answer: Any = events_of(body)
    if not answer and body:
        answer = json.loads(body)
    if isinstance(answer, dict) and "models" in answer:
        answer = {"models": [one for one in answer["models"] if one["name"].removeprefix("models/") in _OURS]}
    headers = about["resp"]["headers"] or {}
    request = about["req"]["body"] if isinstance(about["req"].get("body"), dict) else None
    return {
        "request": request if request and "MASSIVE" not in json.dumps(request) else None,
        "ordered": ordered,
        "status": about["resp"]["status"],
        "whole": "Date" in headers or "date" in headers,
        "headers": {k: v for k, v in header_names(headers).items() if not _OF_MACHINES.fullmatch(k)},
        "answer": skeleton(answer) if body else None,
        "form": "events" if body.startswith(b"data: ") else "json",
    }


def _main(folder: Path) -> None:
    found = {name: _made(folder, source, ordered) for name, (source, ordered) in _SOURCES.items()}
    lines = [f" {json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in found.items()]
    (FOLDER / "answers.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
