"""What each model takes: image sizes and ratios, thinking, tools, ranges; in the wordings of Google's refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..apierrors import INTERNAL, ApiError, broken_rule, invalid
from ..registry import Model
from .protocol import schema, vertex_schema

Fields = Mapping[str, Any]

_RANGES = {
    "temperature": (0.0, 2.0),
    "top_p": (0.0, 1.0),
    "presence_penalty": (-2.0, 2.0),
    "frequency_penalty": (-2.0, 2.0),
}
_NOT_FOR_IMAGES = {
    "response_schema": "JSON mode is not enabled for this model",
    "response_json_schema": "JSON mode is not enabled for this model",
    "response_logprobs": "Logprobs is not enabled for this model",
    "logprobs": "Logprobs is not enabled for this model",
    "speech_config": "Audio output is not enabled for this model",
}
_TOOLS_OFF = {
    "function_declarations": "Function calling is not enabled for this model",
    "code_execution": "Code execution is not enabled for this model",
    "url_context": "Browse tool is not supported.",
    "google_search_retrieval": "google_search_retrieval is not supported. Please use google_search tool instead.",
    "computer_use": "Computer use is not enabled for this model",
    "file_search": "File search is not enabled for this model",
    "google_maps": "Google Maps tool is not enabled for this model",
    "mcp_servers": "MCP servers are not enabled for this model",
}


def check(fields: Fields, config: Fields, model: Model) -> None:
    """A 400 for the first thing in the request that this model does not take."""
    _check_numbers(config, model)
    _check_outputs(config, model)
    _check_thinking(config.get("thinking_config"), model)
    _check_tools(fields.get("tools", ()), model)
    _check_safety(fields.get("safety_settings", ()), model)
    if fields.get("cached_content"):
        raise invalid("Cached content is not supported for this model.")


def image_wishes(config: Fields, model: Model) -> dict[str, str]:
    """`aspect_ratio`, `image_size` and `mime_type` as asked for.

    They stand in `image_config`, or in the newer `response_format.image`.
    """
    wishes = {**config.get("response_format", {}).get("image", {}), **config.get("image_config", {})}
    path = "generation_config.image_config" if "image_config" in config else "generation_config.response_format.image"
    ratio, size = wishes.get("aspect_ratio"), wishes.get("image_size")
    if ratio is not None and ratio not in model.ratios:
        raise broken_rule(f"{path}.aspect_ratio", f"aspect_ratio must be one of {_listed(model.ratios)}")
    if size is not None and not model.sizes:
        raise ApiError(500, INTERNAL)  # 2.5 has one size, and answers so when asked for any
    if size is not None and size not in model.sizes:
        raise broken_rule(f"{path}.image_size", f"image_size must be one of {_listed(model.sizes)}")
    if wishes.get("mime_type", "image/jpeg") != "image/jpeg" or wishes.get("delivery", "INLINE") != "INLINE":
        raise invalid("Only inline image/jpeg is supported for image output.")
    return {**wishes, **_output_type(config.get("image_config", {}).get("image_output_options", {}))}


def _output_type(options: Fields) -> dict[str, str]:
    """The type of picture that Vertex AI was asked for, if any."""
    wanted = options.get("mime_type") or ""
    if wanted not in ("", "image/jpeg", "image/png"):
        raise invalid(f"Unsupported output mime type: {wanted}. Supported types are image/jpeg and image/png.")
    if "compression_quality" in options and (wanted == "image/png" or not 0 <= options["compression_quality"] <= 100):
        raise invalid("compression_quality must be in the range [0, 100], and is for image/jpeg alone.")
    return {"mime_type": wanted} if wanted else {}


def _check_numbers(config: Fields, model: Model) -> None:
    if config.get("candidate_count", 1) > 1:
        raise invalid("Multiple candidates is not enabled for this model")
    if config.get("candidate_count", 1) < 1:
        raise broken_rule("generation_config.candidate_count", "candidate_count must be positive.")
    for name, (low, high) in _RANGES.items():
        if not low <= config.get(name, low) <= high:
            raise broken_rule(f"generation_config.{name}", f"{name} must be in the range [{low}, {high}].")
    if config.get("top_k", 1) < 1:
        raise broken_rule("generation_config.top_k", "top_k must be positive.")
    if not 1 <= config.get("max_output_tokens", 1) <= model.output_limit:
        raise broken_rule(
            "generation_config.max_output_tokens",
            f"max_output_tokens must be in the range [1, {model.output_limit}].",
        )
    if len(config.get("stop_sequences", ())) > 5:
        raise broken_rule("generation_config.stop_sequences", "stop_sequences must have at most 5 entries.")


def _check_outputs(config: Fields, model: Model) -> None:
    asked = [name for name in config.get("response_modalities", ()) if name != "MODALITY_UNSPECIFIED"]
    if any(name not in ("TEXT", "IMAGE") for name in asked):
        raise invalid(
            f"The requested combination of response modalities ({', '.join(dict.fromkeys(asked))}) is not supported by "
            f"the model. {model.name} accepts the following combinations of response modalities:\n"
            "* IMAGE\n* IMAGE, TEXT\n* TEXT\n"
        )
    if config.get("response_mime_type", "text/plain") not in ("text/plain", ""):
        raise invalid("JSON mode is not enabled for this model")
    _check_absent(_NOT_FOR_IMAGES, config)
    if {"text", "audio"} & set(config.get("response_format", {})):
        raise invalid("JSON mode is not enabled for this model")


def _check_thinking(thinking: Fields | None, model: Model) -> None:
    if thinking is None:
        return
    level = thinking.get("thinking_level")
    if not model.thinks:
        raise invalid("Thinking is not enabled for this model")
    if level and "thinking_budget" in thinking:
        raise invalid("You can only set only one of thinking budget and thinking level.")
    if "thinking_budget" in thinking:
        raise invalid("Thinking budget is not supported for this model.")
    if level and level != "THINKING_LEVEL_UNSPECIFIED" and level not in model.thinking_levels:
        raise invalid(
            f"Thinking level {level} is not supported for this model. Please retry with other thinking level."
        )


def _check_tools(tools: Iterable[Fields], model: Model) -> None:
    for tool in tools:
        _check_absent(_TOOLS_OFF, tool)
        if "google_search" not in tool:
            continue
        if not model.has("web_search"):
            raise invalid("Search as tool is not enabled for this model")
        search = tool["google_search"]
        if "image_search" in search.get("search_types", {}) and not model.has("image_search"):
            raise invalid("Image search is not enabled for this model")
        if len(search.get("time_range_filter", {"both": 1, "set": 1})) != 2:
            raise invalid("time_range_filter must have both start_time and end_time.")


def _check_safety(settings: Sequence[Fields], model: Model) -> None:
    known = vertex_schema.HARM_CATEGORIES if model.backend == "vertex" else schema.HARM_CATEGORIES
    for at, setting in enumerate(settings):
        if setting.get("category") not in known:
            allowed = ", ".join(f"HarmCategory.{name}" for name in known)
            raise broken_rule(f"safety_settings[{at}]", f"element predicate failed: $.category in ({allowed})")
        if setting["category"] in [other.get("category") for other in settings[:at]]:
            raise invalid("There should be at most one safety setting for each category.")


def _check_absent(texts: Mapping[str, str], fields: Fields) -> None:
    for name, text in texts.items():
        if fields.get(name) not in (None, False, {}, []) or (name in fields and fields[name] == {}):
            raise invalid(text)


def _listed(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
