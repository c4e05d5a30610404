"""The fields of a generateContent request as the Gemini API knows them (facts of 2026-11; no Vertex-only ones).

It is a table for `protojson.read`: what is not in it is an unknown name.
"""

from __future__ import annotations

from .fieldtypes import BOOL, BYTES, FLOAT, INT32, INT64, STRING, Enum, Free, Kind, Many, Message, Scalar, Texts

HARM_CATEGORIES = (
    "HARM_CATEGORY_HARASSMENT",
    "HARM_CATEGORY_HATE_SPEECH",
    "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "HARM_CATEGORY_DANGEROUS_CONTENT",
    "HARM_CATEGORY_CIVIC_INTEGRITY",
)
"""The categories a safety setting may name; the order is that of their numbers, which begin at 7."""

_OLD_CATEGORIES = ("UNSPECIFIED", "DEROGATORY", "TOXICITY", "VIOLENCE", "SEXUAL", "MEDICAL", "DANGEROUS")

CATEGORY = Enum("HarmCategory", (*(f"HARM_CATEGORY_{name}" for name in _OLD_CATEGORIES), *HARM_CATEGORIES))
THRESHOLD = Enum(
    "SafetySetting.HarmBlockThreshold",
    (
        "HARM_BLOCK_THRESHOLD_UNSPECIFIED",
        "BLOCK_LOW_AND_ABOVE",
        "BLOCK_MEDIUM_AND_ABOVE",
        "BLOCK_ONLY_HIGH",
        "BLOCK_NONE",
        "OFF",
    ),
)
MODALITY = Enum("GenerationConfig.Modality", ("MODALITY_UNSPECIFIED", "TEXT", "IMAGE", "AUDIO", "VIDEO"))
THINKING_LEVEL = Enum(
    "ThinkingConfig.ThinkingLevel", ("THINKING_LEVEL_UNSPECIFIED", "LOW", "MEDIUM", "HIGH", "MINIMAL")
)
_RESOLUTIONS = ("UNSPECIFIED", "LOW", "MEDIUM", "HIGH")
RESOLUTION = Enum("GenerationConfig.MediaResolution", tuple(f"MEDIA_RESOLUTION_{name}" for name in _RESOLUTIONS))
PART_RESOLUTION = Enum(
    "PartMediaResolution.Level", tuple(f"MEDIA_RESOLUTION_{name}" for name in (*_RESOLUTIONS, "ULTRA_HIGH"))
)
TIER = Enum("GenerateContentRequest.ServiceTier", ("unspecified", "standard", "flex", "priority"), exact=True)
CALLING_MODE = Enum("FunctionCallingConfig.Mode", ("MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"))

FREE = Free()

_DATA: dict[str, Kind] = {
    "text": STRING,
    "inline_data": Message("Blob", {"mime_type": STRING, "data": BYTES, "display_name": STRING}),
    "file_data": Message("FileData", {"mime_type": STRING, "file_uri": STRING, "display_name": STRING}),
    "function_call": FREE,
    "function_response": FREE,
    "executable_code": FREE,
    "code_execution_result": FREE,
    "tool_call": FREE,
    "tool_response": FREE,
}
DATA = tuple(_DATA)
"""The fields of which a part carries exactly one."""

PART = Message(
    "Part",
    {
        **_DATA,
        "thought": BOOL,
        "thought_signature": BYTES,
        "media_resolution": Message("PartMediaResolution", {"level": PART_RESOLUTION, "num_tokens": INT32}),
        "video_metadata": FREE,
        "part_metadata": FREE,
    },
    one_of=DATA,
)
CONTENT = Message("Content", {"role": STRING, "parts": Many(PART)})

_EMPTY = Message("Empty", {})
_STAMPS = Message("Interval", {"start_time": STRING, "end_time": STRING})
_SEARCH_TYPES = Message("GoogleSearch.SearchTypes", {"web_search": _EMPTY, "image_search": _EMPTY})
SEARCH = Message("GoogleSearch", {"search_types": _SEARCH_TYPES, "time_range_filter": _STAMPS})
TOOL = Message(
    "Tool",
    {
        "google_search": SEARCH,
        "google_search_retrieval": FREE,
        "function_declarations": Many(FREE),
        "code_execution": FREE,
        "url_context": FREE,
        "computer_use": FREE,
        "file_search": FREE,
        "google_maps": FREE,
        "mcp_servers": Many(FREE),
    },
)
TOOL_CONFIG = Message(
    "ToolConfig",
    {
        "function_calling_config": Message(
            "FunctionCallingConfig", {"mode": CALLING_MODE, "allowed_function_names": Many(STRING)}
        ),
        "retrieval_config": FREE,
        "include_server_side_tool_invocations": BOOL,
    },
)

IMAGE_CONFIG = Message("ImageConfig", {"aspect_ratio": STRING, "image_size": STRING})
_IMAGE_FORMAT = Message(
    "ImageResponseFormat", {"aspect_ratio": STRING, "image_size": STRING, "mime_type": STRING, "delivery": STRING}
)
GENERATION_CONFIG = Message(
    "GenerationConfig",
    {
        "candidate_count": INT32,
        "stop_sequences": Many(STRING),
        "max_output_tokens": INT32,
        "temperature": FLOAT,
        "top_p": FLOAT,
        "top_k": INT32,
        "seed": INT32,
        "presence_penalty": FLOAT,
        "frequency_penalty": FLOAT,
        "response_modalities": Many(MODALITY),
        "image_config": IMAGE_CONFIG,
        "response_format": Message("ResponseFormat", {"image": _IMAGE_FORMAT, "text": FREE, "audio": FREE}),
        "thinking_config": Message(
            "ThinkingConfig", {"include_thoughts": BOOL, "thinking_budget": INT32, "thinking_level": THINKING_LEVEL}
        ),
        "media_resolution": RESOLUTION,
        "response_mime_type": STRING,
        "response_schema": FREE,
        "response_json_schema": FREE,
        "response_logprobs": BOOL,
        "logprobs": INT32,
        "speech_config": FREE,
        "audio_transcription_config": FREE,
        "enable_enhanced_civic_answers": BOOL,
    },
)
SAFETY_SETTING = Message("SafetySetting", {"category": CATEGORY, "threshold": THRESHOLD})

REQUEST = Message(
    "GenerateContentRequest",
    {
        "model": STRING,
        "contents": Many(CONTENT),
        "system_instruction": CONTENT,
        "generation_config": GENERATION_CONFIG,
        "safety_settings": Many(SAFETY_SETTING),
        "tools": Many(TOOL),
        "tool_config": TOOL_CONFIG,
        "cached_content": STRING,
        "labels": Texts(),
        "service_tier": TIER,
        "store": BOOL,
        "continuation_token": BYTES,
    },
)
COUNT_REQUEST = Message("CountTokensRequest", {"contents": Many(CONTENT), "generate_content_request": REQUEST})


def _batch(request: Kind) -> Message:
    """A request that creates a batch job; what only answers have is known, and does nothing."""
    inlined = Message("InlinedRequest", {"request": request, "metadata": FREE})
    requests = Message("InlinedRequests", {"requests": Many(inlined)})
    source = Message("InputConfig", {"requests": requests, "file_name": STRING}, one_of=("requests", "file_name"))
    told: dict[str, Kind] = {"name": STRING, "model": STRING, "display_name": STRING, "input_config": source}
    told |= {"priority": INT64, "webhook_config": FREE, "output": FREE, "batch_stats": FREE, "state": STRING}
    return Message("BatchGenerateContentRequest", {"batch": Message("GenerateContentBatch", told)})


BATCH_REQUEST, BATCH_AS_SENT = _batch(REQUEST), _batch(FREE)
"""With the requests in it looked into, and left as they were sent."""
LIST_PARAMETERS: dict[str, Scalar] = {"page_size": INT32, "page_token": STRING}
