"""A request or an answer as JSON for people: pictures and signatures shown by type, size and hash."""

from __future__ import annotations

import json
from collections.abc import Mapping

from nbgemini.core.skeleton import Json, Skeleton, StoredText

__all__ = ["elided"]

_SHOWN = 200  # characters of base64 that may stand as they are
_SIGNATURES = ("thoughtSignature", "thought_signature")


def elided(skeleton: Skeleton) -> str:
    """Indented JSON in which strings on disk read `<image/jpeg, 1.2 MB, sha256 ab12cd34…>`.

    Raises ValueError when the skeleton is not JSON.
    """
    text = json.dumps(_shown(skeleton.parse(), ""), indent=2, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode("utf-8")


def _shown(value: Json, kind: str) -> Json:
    if isinstance(value, Mapping):
        media_type = value.get("mimeType", value.get("mime_type"))
        return {key: _shown(item, _kind(key, media_type)) for key, item in value.items()}
    if isinstance(value, list):
        return [_shown(item, kind) for item in value]
    if isinstance(value, StoredText):
        size = value.size if value.form != "text" else value.size * 3 // 4
        return f"<{kind or 'text'}, {_bytes(size)}, sha256 {(value.content or value.sha256)[:8]}…>"
    if isinstance(value, str) and kind and len(value) > _SHOWN:
        return f"<{kind}, {_bytes(len(value) * 3 // 4)}>"
    return value


def _kind(key: str, media_type: Json) -> str:
    if key in _SIGNATURES:
        return "thought signature"
    return (media_type if isinstance(media_type, str) else "data") if key == "data" else ""


def _bytes(size: int) -> str:
    """`1.2 MB` as people write it, in units of 1000."""
    for unit, name in ((10**6, "MB"), (10**3, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} bytes"
