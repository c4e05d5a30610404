"""How many tokens a request is: counted by the server, which charges nothing for it."""

from __future__ import annotations

from collections.abc import Mapping

from nbgemini.core.exchange import ImageRequest
from nbgemini.core.seams import Objects
from nbgemini.core.skeleton import Json, Skeleton
from nbgemini.errors import AnswerUndecodable
from nbgemini.net.backends import Endpoint
from nbgemini.net.body import Body
from nbgemini.net.failures import refusal
from nbgemini.net.flight import Flight
from nbgemini.net.seam import HttpRequest, Transport, read_page
from nbgemini.wire.patient import NotJson, read
from nbgemini.wire.typed import mapping

__all__ = ["count_tokens"]

_OF_VERTEX = ("contents", "systemInstruction", "generationConfig", "tools")


def count_tokens(
    endpoint: Endpoint,
    transport: Transport,
    request: ImageRequest,
    body: Mapping[str, Json],
    objects: Objects,
    *,
    timeout: float,
) -> int:
    """The tokens of everything that goes in, history and pictures included; `body` is that of `generateContent`.

    `timeout` is in seconds. Raises ApiError, TransportError, or AnswerUndecodable; nothing of it is ever charged.
    """
    if endpoint.backend == "vertex":
        asked = {name: body[name] for name in _OF_VERTEX if name in body}
    else:
        asked = {"generateContentRequest": {"model": f"models/{request.model}", **body}}
    headers = endpoint.headers(timeout)
    sent = Body(Skeleton.of(asked), objects)
    url = endpoint.url(request.model, "countTokens")
    page = read_page(transport, HttpRequest("POST", url, headers, sent, origin=endpoint.origin), Flight(timeout))
    if page.status != 200:
        error = refusal(endpoint, page.status, page.headers, page.body)
        error.charged = "no"
        raise error
    try:
        total = mapping(read(Skeleton(page.body))).get("totalTokens")
    except NotJson:
        total = None
    if not isinstance(total, int) or isinstance(total, bool) or total < 0:
        raise AnswerUndecodable("The server's count of tokens cannot be read.", charged="no")
    return total
