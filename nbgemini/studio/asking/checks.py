"""What is refused before anything is sent: a key in what is sent, a price above `confirm_over`, what is too large."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from nbgemini.core.exchange import Exchange, ImageRequest
from nbgemini.core.models import ModelCard
from nbgemini.core.options import ImageOptions
from nbgemini.core.pricing import dollars, micro
from nbgemini.core.redact import hidden, looks_like_key
from nbgemini.core.skeleton import base64_length
from nbgemini.core.weights import HEAVY, fitting_reach, weights_of
from nbgemini.errors import ConfirmationNeeded, OptionError, RequestTooLarge
from nbgemini.net.client import Client
from nbgemini.net.routing import LARGEST_REQUEST, Routing
from nbgemini.settings import Settings
from nbgemini.store.store import Store
from nbgemini.studio.asking.ask import Ask, given_pictures

__all__ = ["approve", "check_length", "check_may_be_meant", "check_size", "check_tier", "weight_line"]


def approve(ask: Ask, settings: Settings, free: bool, expected: int | None, *, count: int, tier: str) -> None:
    """Raises ConfirmationNeeded where `--yes` is missing; what is `free` needs none for its price.

    `expected` is what `count` requests will probably cost, in micro-dollars; one of unknown price passes.
    """
    if ask.yes:
        return
    if where := _holding_a_key(ask, settings.key):
        raise ConfirmationNeeded(
            f"The {where} contains an API key.", hint="Take it out, or add `--yes` to send it anyway."
        )
    limit = micro(settings.confirm_over)
    if free or expected is None or expected <= limit:
        return
    what = f"{count} requests" if count > 1 else "This"
    at = {"standard": "", "batch": " as a batch, at half the price,"}.get(tier, f" at the {tier} tier")
    about = dollars(expected)
    if about == dollars(limit):  # above it by less than is shown
        about = f"${expected / 1e6:,.6f}".rstrip("0")
    raise ConfirmationNeeded(
        f"{what}{at} would cost about {about}, which is above `confirm_over` ({dollars(limit)}).",
        hint="Add `--yes` to send it. Drafts, should the model send any, are billed on top.",
    )


def _holding_a_key(ask: Ask, key: Callable[[], str] | None) -> str:
    """Which text that would be sent or stored holds the key itself, or something shaped like one, or nothing."""
    labels = [one.label for one in given_pictures(ask)]
    texts = {
        "prompt": ask.prompt,
        "label of a reference": "\n".join(labels),
        "alternative text": ask.alt,
        "name of the model": ask.model or "",
        "system instruction": ask.options.system or "",
        "value of `--set`": json.dumps(ask.options.set, ensure_ascii=False),
    }
    secrets = (key(),) if key else ()
    return next((name for name, text in texts.items() if looks_like_key(text) or hidden(text, secrets) != text), "")


def check_may_be_meant(ask: Ask, store: Store) -> None:
    """Raises OptionError at once where the file of `save` is there already, and no recording can be that picture."""
    if ask.save is not None and ask.save.taken and not store.blobs.has(ask.save.taken):
        raise ask.save.refusal()


def check_tier(client: Client, options: ImageOptions, *, batch: bool) -> str:
    """The tier that is paid for. Raises OptionError for options that the backend, or a batch, does not take."""
    if batch and client.endpoint.backend == "vertex":
        raise OptionError(
            "Batches on Vertex AI need Cloud Storage, which nbgemini does not use.",
            hint="Leave `--batch` (in Python `batch=True`) out, or set a key of the Gemini API, which needs none."
            " Google's SDK takes a `gs://` bucket.",
        )
    options.check_backend(client.endpoint.backend)
    if batch and options.asked_tier is not None:
        raise OptionError("A batch is half the standard price, and takes no `--tier`.", hint="Leave one of them out.")
    return "batch" if batch else options.asked_tier or "standard"


def check_length(prompt: str, card: ModelCard) -> None:
    """Raises OptionError for a prompt that cannot fit the model's input, whatever its tokenizer does.

    English has about four characters a token; a text of more than four bytes for each token allowed is refused.
    """
    limit = card.input_tokens
    size = len(prompt.encode("utf-8"))
    if limit is not None and size > 4 * limit:
        raise OptionError(
            f"The prompt has about {size // 4:,} tokens; `{card.id}` takes {limit:,}.", hint="Make it shorter."
        )


def check_size(client: Client, request: ImageRequest, before: Sequence[Exchange] = (), anew: str = "--new") -> Routing:
    """How the request travels. Raises RequestTooLarge for what the backend would refuse after all of it was sent.

    `before` are the exchanges that it holds beside the new words; `anew` are the options that leave all of them out.
    """
    backend = client.endpoint.backend
    route = client.route(request)
    size, most = route.size, LARGEST_REQUEST[backend]
    if size > most:
        parts = weights_of(request.turns).told()
        raise RequestTooLarge(
            f"The request has {size / 1e6:.0f} MB{f' ({parts})' if parts else ''}; the API takes {most / 1e6:.0f} MB.",
            hint=_what_to_drop(client, request, before, size, most, anew),
            charged="nothing sent",
        )
    if backend == "vertex":
        _check_each(request)
    return route


def _check_each(request: ImageRequest) -> None:
    """Raises RequestTooLarge where Vertex AI would refuse a picture."""
    from nbgemini.studio.pictures.encoding import LARGEST_ON_VERTEX

    large = max((one.size for one in request.turns[-1].pictures.values()), default=0)
    if large > LARGEST_ON_VERTEX:
        raise RequestTooLarge(
            f"A picture of this turn has {large / 1e6:.1f} MB; Vertex AI takes 7 MB for each.",
            hint="`--new -r VAR.path --yes` sends a scaled copy of it (VAR: its result).",
            charged="nothing sent",
        )


def _what_to_drop(
    client: Client, request: ImageRequest, before: Sequence[Exchange], size: int, most: int, anew: str
) -> str:
    """What helps: less of the history where that is the larger half, else other references."""
    now = sum(base64_length(picture.size) for picture in request.turns[-1].pictures.values())
    if 2 * now <= size:
        start = "starts afresh from the last picture" if "-r" in anew else "starts afresh"
        if reach := fitting_reach(before, size, most):
            last = "the last exchange" if reach == 1 else f"the last {reach} exchanges"
            return f"`--history {reach}` sends {last} alone, which fits; `{anew}` {start}."
        return f"`{anew}` {start}; fewer or smaller references help too."
    if client.uploads == "off" and client.endpoint.backend == "gemini":
        return 'Leave some pictures out, or let them go through the Files API: `%config NbGemini.uploads = "auto"`.'
    return "Leave some of its pictures out, or give smaller copies of them."


def weight_line(client: Client, request: ImageRequest, route: Routing) -> str:
    """`The request: 42 MB (10.2 MB pictures, 31.6 MB signatures).` where it is a heavy one, else empty."""
    if route.size < HEAVY:
        return ""
    all_ = weights_of(request.turns)
    inline = replace(all_, pictures=all_.pictures - sum(one.weight for one in route.files))
    most = LARGEST_REQUEST[client.endpoint.backend]
    over = f", more than the {most / 1e6:.0f} MB that the API takes" if route.size > most else ""
    size = f"{route.size / 1e6:.0f} MB ({inline.told()})"
    return f"The request: {size}{over}. `--history N` sends less of the conversation."
