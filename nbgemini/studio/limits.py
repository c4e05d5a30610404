"""How large a request and the pictures in it may be, and the refusal of what is larger."""

from __future__ import annotations

from nbgemini.core.exchange import Backend, ImageRequest
from nbgemini.core.skeleton import base64_length
from nbgemini.errors import RequestTooLarge
from nbgemini.net.client import Client

__all__ = ["LARGEST_FILE", "LARGEST_ON_VERTEX", "LARGEST_REQUEST", "check_size"]

# Bytes; the Gemini API's inline cap since 2026-01-08, and what Vertex AI quotes (facts sheet, section 7).
LARGEST_REQUEST: dict[Backend, int] = {"gemini": 100_000_000, "emulator": 100_000_000, "vertex": 500_000_000}
LARGEST_ON_VERTEX = 7_000_000  # bytes of a picture that travels inline (facts sheet, 1.2)
LARGEST_FILE = 100_000_000  # bytes that are read of a reference: as many as the Gemini API takes in a request


def check_size(client: Client, request: ImageRequest) -> None:
    """Raises RequestTooLarge for what the backend would refuse after all of it was sent."""
    backend = client.endpoint.backend
    size, most = client.route(request).size, LARGEST_REQUEST[backend]
    if size > most:
        raise RequestTooLarge(
            f"The request has {size / 1e6:.0f} MB{_of_the_model(request)}; the API takes {most / 1e6:.0f} MB.",
            hint="`--new -r @last` begins anew from the last picture; fewer or smaller references help too.",
            charged="nothing sent",
        )
    shown = request.turns[-1].pictures.values()
    if backend == "vertex" and (large := max((one.size for one in shown), default=0)) > LARGEST_ON_VERTEX:
        raise RequestTooLarge(
            f"A picture of this turn has {large / 1e6:.1f} MB; Vertex AI takes 7 MB for each.",
            hint="`--new -r VAR.path --yes` sends a scaled copy of it (VAR: its result).",
            charged="nothing sent",
        )


def _of_the_model(request: ImageRequest) -> str:
    """How much of a request are pictures of earlier answers, which travel with every turn."""
    turns = [turn for turn in request.turns if turn.role == "model"]
    sizes = [base64_length(picture.size) for turn in turns for picture in turn.pictures.values()]
    return f", {sum(sizes) / 1e6:.0f} MB of it pictures of {len(turns)} earlier answers" if sizes else ""
