"""What a cell must say `--yes` to before anything is sent: a key in what is sent, a price above `confirm_over`."""

from __future__ import annotations

import json
from collections.abc import Callable

from nbgemini.core.exchange import Backend
from nbgemini.core.pricing import dollars, micro
from nbgemini.core.redact import looks_like_key
from nbgemini.errors import ConfirmationNeeded
from nbgemini.settings import Settings
from nbgemini.studio.ask import Ask
from nbgemini.studio.references import Labelled

__all__ = ["approve"]


def approve(ask: Ask, settings: Settings, backend: Backend, expected: int | None, *, count: int, tier: str) -> None:
    """Raises ConfirmationNeeded where `--yes` is missing.

    `expected` is what `count` requests will probably cost, in micro-dollars; one of unknown price passes.
    """
    if ask.yes:
        return
    if where := _holding_a_key(ask, settings.key):
        raise ConfirmationNeeded(f"The {where} holds an API key.", hint="Take it out; `--yes` sends it all the same.")
    limit = micro(settings.confirm_over)
    if backend == "emulator" or expected is None or expected <= limit:
        return
    what = f"{count} requests" if count > 1 else "This"
    at = "" if tier == "standard" else f" at the {tier} tier"
    about = dollars(expected)
    if about == dollars(limit):  # above it by less than is shown
        about = f"${expected / 1e6:,.6f}".rstrip("0")
    raise ConfirmationNeeded(
        f"{what}{at} would cost about {about}, which is above `confirm_over` ({dollars(limit)}).",
        hint="Add `--yes` to send it. Drafts, should the model send any, are billed on top.",
    )


def _holding_a_key(ask: Ask, key: Callable[[], str] | None) -> str:
    """Which text that would be sent or stored holds the key itself, or something shaped like one, or nothing."""
    labels = [one.label for one in (*ask.refs, *ask.pieces) if isinstance(one, Labelled)]
    texts = {
        "prompt": ask.prompt,
        "label of a reference": "\n".join(labels),
        "alternative text": ask.alt,
        "name of the model": ask.model or "",
        "system instruction": ask.options.system or "",
        "value of `--set`": json.dumps(ask.options.set, ensure_ascii=False),
    }
    return next((name for name, text in texts.items() if looks_like_key(text) or (key and key() in text)), "")
