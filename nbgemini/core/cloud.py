"""Names of Google Cloud: projects, locations, and the hosts of Vertex AI that serve them."""

from __future__ import annotations

import re

from nbgemini.errors import OptionError

__all__ = ["EVERYWHERE", "parse_location", "parse_project", "vertex_host"]

EVERYWHERE = "global"  # the location when none is set
_MULTI_REGIONS = ("us", "eu")
# `us-central1`, `europe-west4`, `northamerica-northeast1`: never a dot, a slash or anything else that ends a host name.
_LOCATION = re.compile(r"[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?")
# An id, the older form with a domain before it, or a number.
_PROJECT = r"(?:[a-z0-9][a-z0-9.-]{0,60}:)?[a-z0-9][a-z0-9-]{0,61}[a-z0-9]"


def parse_project(value: object) -> str | None:
    """A project's id or number; None for nothing. Raises OptionError for what cannot be one."""
    text = str(value).strip().removeprefix("projects/")
    if not text:
        return None
    if not re.fullmatch(_PROJECT, text):
        raise OptionError(f"`{text}` is not a project's id; it looks like `my-project-123`.")
    return text


def parse_location(value: object) -> str | None:
    """A location in lower case; None for nothing. Raises OptionError for what cannot be a part of a host name."""
    text = str(value).strip().lower()
    if not text:
        return None
    if not _LOCATION.fullmatch(text):
        raise OptionError(f"`{value}` is not a location; write `global`, `us`, `eu` or a region such as `us-central1`.")
    return text


def vertex_host(location: str) -> str:
    """Where a location is served: `https://aiplatform.googleapis.com` for `global`."""
    location = parse_location(location) or EVERYWHERE
    if location == EVERYWHERE:
        return "https://aiplatform.googleapis.com"
    if location in _MULTI_REGIONS:
        return f"https://aiplatform.{location}.rep.googleapis.com"
    return f"https://{location}-aiplatform.googleapis.com"
