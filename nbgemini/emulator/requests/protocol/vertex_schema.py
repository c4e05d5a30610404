"""The fields of a generateContent request as Vertex AI knows them (`aiplatform`, discovery documents of 2026-11).

The table of the Gemini API with what Vertex AI has besides, and without what it lacks: `serviceTier` and `store`.
"""

from __future__ import annotations

from dataclasses import replace

from . import schema
from .fieldtypes import BOOL, INT32, STRING, Enum, Free, Kind, Many, Message

PACKAGE = "type.googleapis.com/google.cloud.aiplatform"

_FREE = Free()
_OF_PICTURES = ("IMAGE_HATE", "IMAGE_DANGEROUS_CONTENT", "IMAGE_HARASSMENT", "IMAGE_SEXUALLY_EXPLICIT", "JAILBREAK")
HARM_CATEGORIES = (*schema.HARM_CATEGORIES, *(f"HARM_CATEGORY_{name}" for name in _OF_PICTURES))
_SAFETY_SETTING = Message(
    "SafetySetting",
    {
        "category": Enum("HarmCategory", ("HARM_CATEGORY_UNSPECIFIED", *HARM_CATEGORIES)),
        "threshold": schema.THRESHOLD,
        "method": Enum("SafetySetting.HarmBlockMethod", ("HARM_BLOCK_METHOD_UNSPECIFIED", "SEVERITY", "PROBABILITY")),
    },
)
_OUTPUT = Message("ImageConfig.ImageOutputOptions", {"mime_type": STRING, "compression_quality": INT32})
_IMAGE_CONFIG = Message(
    "ImageConfig",
    {
        **schema.IMAGE_CONFIG.fields,
        "person_generation": Enum(
            "ImageConfig.PersonGeneration",
            ("PERSON_GENERATION_UNSPECIFIED", "ALLOW_ALL", "ALLOW_ADULT", "ALLOW_NONE"),
        ),
        "prominent_people": STRING,
        "image_output_options": _OUTPUT,
    },
)
_SEARCH = Message(
    "GoogleSearch",
    {
        **{name: kind for name, kind in schema.SEARCH.fields.items() if name != "time_range_filter"},
        "exclude_domains": Many(STRING),
        "blocking_confidence": STRING,
    },
)
_TOOL = replace(schema.TOOL, fields={**schema.TOOL.fields, "google_search": _SEARCH})
_GENERATION_CONFIG = replace(
    schema.GENERATION_CONFIG,
    fields={**schema.GENERATION_CONFIG.fields, "image_config": _IMAGE_CONFIG, "audio_timestamp": BOOL},
)


def _request_fields() -> dict[str, Kind]:
    fields = {name: kind for name, kind in schema.REQUEST.fields.items() if name not in ("service_tier", "store")}
    return fields | {
        "generation_config": _GENERATION_CONFIG,
        "safety_settings": Many(_SAFETY_SETTING),
        "tools": Many(_TOOL),
        "model_armor_config": _FREE,
        "output_config": _FREE,
    }


REQUEST = Message("GenerateContentRequest", _request_fields())
COUNT_REQUEST = Message(
    "CountTokensRequest",
    {name: REQUEST.fields[name] for name in ("model", "contents", "system_instruction", "generation_config", "tools")},
)
