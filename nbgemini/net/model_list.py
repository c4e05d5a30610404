"""The list of models, page by page: it costs nothing, so it may be asked for again."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from nbgemini.core.skeleton import Json, Skeleton
from nbgemini.errors import AnswerUndecodable, ApiError, NbgeminiError, ServerFault, TransportError
from nbgemini.net.backends import Endpoint
from nbgemini.net.failures import refusal
from nbgemini.net.flight import Flight
from nbgemini.net.seam import HttpRequest, Page, Transport, read_page
from nbgemini.wire.patient import NotJson, read
from nbgemini.wire.typed import mapping

__all__ = ["models"]

_PAGES = 20
_TOKEN = r"[!-~]{1,2000}"  # of a page: it goes into an address
_PAUSE = 0.3  # seconds, longer with each try


def models(
    endpoint: Endpoint,
    transport: Transport,
    *,
    timeout: float,
    tries: int = 3,
    sleep: Callable[[float], object] = time.sleep,
) -> list[dict[str, Json]]:
    """Every model that the server lists. `timeout` is in seconds, for each try of each page.

    Raises ApiError, TransportError, or AnswerUndecodable; nothing of it is ever charged.
    """
    return list(_rows(endpoint, transport, timeout, tries, sleep))


def _rows(
    endpoint: Endpoint, transport: Transport, timeout: float, tries: int, sleep: Callable[[float], object]
) -> Iterator[dict[str, Json]]:
    token: Any = ""
    asked: set[str] = set()
    while token not in asked and len(asked) < _PAGES:  # a server may give the same token for ever
        asked.add(token)
        value = _page(endpoint, transport, token, timeout, tries, sleep)
        rows = value.get("publisherModels" if endpoint.backend == "vertex" else "models")
        yield from (dict(row) for row in rows if isinstance(row, Mapping)) if isinstance(rows, list) else ()
        token = value.get("nextPageToken")
        if not isinstance(token, str) or not re.fullmatch(_TOKEN, token):
            return


def _page(
    endpoint: Endpoint,
    transport: Transport,
    token: str,
    timeout: float,
    tries: int,
    sleep: Callable[[float], object],
) -> Mapping[str, Json]:
    for attempt in range(1, tries + 1):
        outcome = _fetched(endpoint, transport, token, timeout)
        if not isinstance(outcome, TransportError | ServerFault) or attempt == tries:
            break
        sleep(_PAUSE * attempt)
    if isinstance(outcome, NbgeminiError):
        raise outcome
    return outcome


def _fetched(
    endpoint: Endpoint, transport: Transport, token: str, timeout: float
) -> Mapping[str, Json] | NbgeminiError:
    try:
        request = HttpRequest("GET", endpoint.models_url(token), endpoint.headers(timeout), origin=endpoint.origin)
        page = read_page(transport, request, Flight(timeout))
    except TransportError as failed:
        return failed
    return _read(page) if page.status == 200 else _uncharged(endpoint, page)


def _read(page: Page) -> Mapping[str, Json] | NbgeminiError:
    try:
        return mapping(read(Skeleton(page.body)))
    except NotJson as problem:
        return AnswerUndecodable(f"The list of models cannot be read: {problem}.", charged="no")


def _uncharged(endpoint: Endpoint, page: Page) -> ApiError:
    error = refusal(endpoint, page.status, page.headers, page.body)
    error.charged = "no"
    return error
