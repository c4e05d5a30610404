"""The two ways a stream is written: server-sent events, or one JSON array."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from .. import apierrors
from ..apierrors import ApiError
from ..traffic import COMMON, JSON_TYPE, SSE_TYPE, Response, json_bytes, pieces

_log = logging.getLogger(__name__)


def response(
    events: Iterable[dict[str, Any]], *, sse: bool, break_after: int | None, bare_error: bool = False
) -> Response:
    """A stream of these events; after `break_after` of them an error comes instead of the rest.

    `bare_error`: among events it is plain JSON without `data:`, as Vertex AI has it.
    """
    guarded = _guarded(events, break_after)
    if sse:
        return Response(
            200, {"content-type": SSE_TYPE, "content-disposition": "attachment", **COMMON}, _events(guarded, bare_error)
        )
    return Response(200, {"content-type": JSON_TYPE, **COMMON}, _array(guarded))


def _guarded(events: Iterable[dict[str, Any]], break_after: int | None) -> Iterator[dict[str, Any]]:
    """The events; an error on the way is the last of them, as the status has long been sent."""
    try:
        yield from islice(events, break_after)
        if break_after is not None:
            yield ApiError(503, apierrors.OVERLOADED).envelope()
    except Exception:
        _log.exception("an answer broke off")
        yield ApiError(500, apierrors.INTERNAL).envelope()


def _events(events: Iterable[dict[str, Any]], bare_error: bool) -> Iterator[bytes]:
    for event in events:
        if bare_error and "error" in event:
            yield json_bytes(event, pretty=True) + b"\r\n"
            continue
        yield from pieces(b"data: " + json_bytes(event, pretty=False) + b"\r\n\r\n")


def _array(events: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    opening = b"["
    for event in events:
        yield from pieces(opening + json_bytes(event, pretty=True))
        opening = b",\r\n"
    yield b"]\n"
