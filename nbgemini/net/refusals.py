"""An error status as our own exception, which does not repeat the key."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from nbgemini.errors import ApiError
from nbgemini.net.backends import Endpoint
from nbgemini.wire.faults import fault

__all__ = ["refusal"]


def refusal(
    endpoint: Endpoint,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: Callable[[], float] = time.time,
) -> ApiError:
    """What the server said; its own text may quote the key or token that it was sent. `now` is in epoch seconds."""
    return fault(status, headers, body, now=now(), hide=endpoint.redact)
