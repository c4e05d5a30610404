"""How large a request and the pictures in it may be, and the refusal of what is larger."""

from __future__ import annotations

from nbgemini.core.exchange import ImageRequest
from nbgemini.core.skeleton import base64_length
from nbgemini.errors import RequestTooLarge
from nbgemini.net.client import Client
from nbgemini.net.routing import LARGEST_REQUEST

__all__ = ["LARGEST_FILE", "LARGEST_ON_VERTEX", "check_size"]

LARGEST_ON_VERTEX = 7_000_000  # bytes of a picture that travels inline (facts sheet, 1.2)
LARGEST_FILE = 100_000_000  # bytes that are read of a reference: as many as the Gemini API takes in a request


def check_size(client: Client, request: ImageRequest) -> None:
    """Raises RequestTooLarge for what the backend would refuse after all of it was sent."""
    backend = client.endpoint.backend
    size, most = client.route(request).size, LARGEST_REQUEST[backend]
    if size > most:
        raise RequestTooLarge(
            f"The request has {size / 1e6:.0f} MB{_of_the_model(request)}; the API takes {most / 1e6:.0f} MB.",
            hint=_what_to_drop(client, request, size),
            charged="nothing sent",
        )
    shown = request.turns[-1].pictures.values()
    if backend == "vertex" and (large := max((one.size for one in shown), default=0)) > LARGEST_ON_VERTEX:
        raise RequestTooLarge(
            f"A picture of this turn has {large / 1e6:.1f} MB; Vertex AI takes 7 MB for each.",
            hint="`--new -r VAR.path --yes` sends a scaled copy of it (VAR: its result).",
            charged="nothing sent",
        )


def _what_to_drop(client: Client, request: ImageRequest, size: int) -> str:
    """What helps: other references where the last turn is the larger half, an end of the history where that is."""
    now = sum(base64_length(picture.size) for picture in request.turns[-1].pictures.values())
    if 2 * now <= size:
        return "`--new -r @last` begins anew from the last picture; fewer or smaller references help too."
    if client.uploads == "off" and client.endpoint.backend == "gemini":
        return 'Leave some pictures out, or let them go through the Files API: `%config NbGemini.uploads = "auto"`.'
    return "Leave some of its pictures out, or give smaller copies of them."


def _of_the_model(request: ImageRequest) -> str:
    """How much of a request are pictures of earlier answers, which travel with every turn."""
    turns = [turn for turn in request.turns if turn.role == "model"]
    sizes = [base64_length(picture.size) for turn in turns for picture in turn.pictures.values()]
    return f", {sum(sizes) / 1e6:.0f} MB of it pictures of {len(turns)} earlier answers" if sizes else ""
