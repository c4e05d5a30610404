"""Turns the body of a generateContent request into an Ask, or into the refusal that Google would answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..apierrors import invalid
from ..registry import UNASKED, Model
from . import counting, earlier, inspecting, rules, turns
from .protocol import jsontext, protojson, schema, vertex_schema
from .turns import Fetch, Turn
from .wanted import Ask


def read(body: bytes, model: Model, version: str, fetch: Fetch = turns.no_file) -> Ask:
    """The request in `body`; ApiError with a 400, or with the 500 that 2.5 has for an image size.

    `fetch` gives type and bytes of a file by its uri.
    """
    value = jsontext.parse(body)
    if model.backend == "vertex":
        fields = protojson.read(vertex_schema.REQUEST, value, version=version, package=vertex_schema.PACKAGE)
    else:
        fields = protojson.read(schema.REQUEST, value, version=version)
    return from_fields(fields, model, fetch)


def from_fields(fields: Mapping[str, Any], model: Model, fetch: Fetch = turns.no_file) -> Ask:
    """The request in fields that `protojson` has read."""
    told = turns.read(fields.get("contents", ()), model, fetch)
    config = fields.get("generation_config", {})
    rules.check(fields, config, model)
    if model.signs:
        earlier.check(told, model.backend)
    image = rules.image_wishes(config, model)
    wanted = set(config.get("response_modalities", ())) - {"MODALITY_UNSPECIFIED"} or {"TEXT", "IMAGE"}
    ask = Ask(
        model=model,
        turns=told,
        system=_system_text(fields),
        shape=image.get("aspect_ratio") or _followed(told, model),
        size=image.get("image_size") or model.default_size,
        media_type=image.get("mime_type") or model.media_type,
        text_wanted="TEXT" in wanted,
        picture_wanted="IMAGE" in wanted,
        show_thoughts=bool(config.get("thinking_config", {}).get("include_thoughts")),
        thinking_level=_thinking_level(config, model),
        seed=config.get("seed"),
        max_tokens=config.get("max_output_tokens"),
        **_searches(fields),
        tier=_tier(fields),
        thresholds=_thresholds(fields),
        continued=bool(fields.get("continuation_token")),
    )
    _check_length(ask)
    return ask


def _system_text(fields: Mapping[str, Any]) -> str:
    parts = fields.get("system_instruction", {}).get("parts", ())
    return "\n".join(part["text"] for part in parts if part.get("text"))


def _followed(told: tuple[Turn, ...], model: Model) -> str:
    """The ratio of the last picture that goes in, so that an edit keeps its shape; `""` if there is none."""
    seen = [picture for turn in told for picture in turn.pictures]
    if not seen:
        return ""
    width, height = inspecting.size(seen[-1])
    return "" if (width, height) in UNASKED.values() and model.sizes else model.nearest_ratio(width, height)


def _thinking_level(config: Mapping[str, Any], model: Model) -> str | None:
    asked = config.get("thinking_config", {}).get("thinking_level", "THINKING_LEVEL_UNSPECIFIED")
    if not model.thinks:
        return None
    return model.thinking_default if asked == "THINKING_LEVEL_UNSPECIFIED" else str(asked)


def _searches(fields: Mapping[str, Any]) -> dict[str, bool]:
    asked = [tool["google_search"] for tool in fields.get("tools", ()) if "google_search" in tool]
    types = [search.get("search_types") for search in asked]
    return {
        "web_search": any(not kinds or "web_search" in kinds for kinds in types),
        "image_search": any(kinds and "image_search" in kinds for kinds in types),
    }


def _tier(fields: Mapping[str, Any]) -> str:
    tier = str(fields.get("service_tier", "standard"))
    return "standard" if tier == "unspecified" else tier


def _thresholds(fields: Mapping[str, Any]) -> dict[str, str]:
    settings = fields.get("safety_settings", ())
    return {found["category"]: found["threshold"] for found in settings if found.get("threshold")}


def _check_length(ask: Ask) -> None:
    count = counting.prompt(ask).total
    if count > ask.model.input_limit:
        raise invalid(
            f"The input token count ({count}) exceeds the maximum number of tokens allowed ({ask.model.input_limit})."
        )
