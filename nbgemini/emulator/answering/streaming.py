"""The two ways a stream is written: server-sent events, or one JSON array."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from .. import apierrors
from ..apierrors import ApiError
from ..traffic import MARK, Response, json_bytes, pieces

_log = logging.getLogger(__name__)


def response(events: Iterable[dict[str, Any]], *, sse: bool, break_after: int | None) -> Response:
    """A stream of these events; after `break_after` of them an error comes instead of the rest."""
    written = _events(_guarded(events, break_after)) if sse else _array(_guarded(events, break_after))
    kind = "text/event-stream" if sse else "application/json; charset=UTF-8"
    return Response(200, {"content-type": kind, "vary": "Origin, X-Origin, Referer", **MARK}, written)


def _guarded(events: Iterable[dict[str, Any]], break_after: int | None) -> Iterator[dict[str, Any]]:
    """The events; an error on the way is the last of them, as the status has long been sent."""
    try:
        yield from islice(events, break_after)
        if break_after is not None:
            yield ApiError(503, apierrors.OVERLOADED).envelope()
    except Exception:
        _log.exception("an answer broke off")
        yield ApiError(500, apierrors.INTERNAL).envelope()


def _events(events: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for event in events:
        yield from pieces(b"data: " + json_bytes(event, pretty=False) + b"\r\n\r\n")


def _array(events: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    opening = b"["
    for event in events:
        yield from pieces(opening + json_bytes(event, pretty=True))
        opening = b",\r\n"
    yield b"]\n"
