"""`%imagine show N`: one turn with its picture and everything that is known of it."""

from __future__ import annotations

from collections.abc import Iterator

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import dollars
from nbgemini.notebook.show.bundles import Bundle
from nbgemini.notebook.show.display import answer_bundles, facts_of, file_of, where_of
from nbgemini.notebook.show.footer import price
from nbgemini.notebook.show.tables import pairs_bundle
from nbgemini.notebook.show.texts import Shown, moment

__all__ = ["failed_view", "turn_view"]

_MARKS = (
    "The file is exactly as it came. Google puts an invisible SynthID mark into every picture; newer models add C2PA"
    " credentials; a converted or edited copy may lose the latter."
)
_EMULATED = "Drawn by the emulator: no SynthID mark, no C2PA credentials."


def turn_view(result: Shown, conversation: Conversation, *, rich: bool = True) -> tuple[Bundle, ...]:
    """The answer as in its cell, then the details. `conversation` is the one that holds the turn."""
    exchange = result.exchange
    note = "" if exchange.picture is None else _EMULATED if exchange.backend == "emulator" else _MARKS
    pairs = [*_asked(exchange), *_made(result), *_came(exchange), *_placed(exchange, conversation)]
    return (*answer_bundles(result, rich=rich), pairs_bundle([pair for pair in pairs if pair[1]], note))


def failed_view(exchange: Exchange) -> Bundle:
    """A request that failed: what was asked, and why nothing came of it."""
    options = ", ".join(f"{name} {value}" for name, value in exchange.options.described().items())
    pairs = [
        ("failed", exchange.reason),
        ("prompt", exchange.prompt),
        ("model", exchange.model),
        ("options", options),
        ("asked", f"{moment(exchange.created)} UTC" if exchange.created else ""),
        ("id", exchange.id),
    ]
    return pairs_bundle([pair for pair in pairs if pair[1]], "")


def _asked(exchange: Exchange) -> Iterator[tuple[str, str]]:
    yield "prompt", exchange.prompt
    yield "options", _options(exchange)
    yield "sent along", _count(len(exchange.user.pictures), "picture")
    yield "alt text", exchange.alt


def _options(exchange: Exchange) -> str:
    """The option line that would ask the same again."""
    options = exchange.options.described()
    overrides = options.pop("set", ())
    thresholds = options.pop("safety", {})
    lines = [f"--{name.replace('_', '-')} {'' if value is True else value}".rstrip() for name, value in options.items()]
    lines += [f"--safety {category}={threshold}" for category, threshold in thresholds.items()]
    return "\n".join([*lines, *(f"--set {path}={value!r}" for path, value in overrides)])


def _made(result: Shown) -> Iterator[tuple[str, str]]:
    exchange = result.exchange
    version = exchange.answer.model_version
    other = f" (answered by {version})" if version and version != exchange.model else ""
    yield "model", f"{exchange.model}{other}"
    yield "picture", facts_of(exchange.picture) if exchange.picture else "none: text only"
    yield "file", file_of(result, exchange.picture) if exchange.picture else ""
    drafts = exchange.turn.drafts if exchange.turn else ()
    yield "drafts", "\n".join(where_of(result, draft) for draft in drafts)


def _came(exchange: Exchange) -> Iterator[tuple[str, str]]:
    yield "finish", " ".join(part for part in (exchange.answer.finish_reason, exchange.answer.finish_message) if part)
    yield "signature", _signature(exchange)
    yield "tokens", _tokens(exchange)
    yield "cost", price([exchange])
    yield "estimated", dollars(exchange.estimate) if exchange.estimate else ""
    yield "time", f"{exchange.seconds:.1f} s" + (f", asked {moment(exchange.created)} UTC" if exchange.created else "")
    yield "response", exchange.answer.response_id


def _signature(exchange: Exchange) -> str:
    if exchange.picture is None:
        return ""
    return "present" if exchange.signed else "none: an edit sends this picture in the user turn instead"


def _tokens(exchange: Exchange) -> str:
    usage = exchange.answer.usage
    described = usage.described() if usage else {}
    words = {"prompt": "in", "candidates": "out", "thoughts": "for thoughts", "images": "of the output for pictures"}
    return ", ".join(f"{described[name]:,} {word}" for name, word in words.items() if name in described)


def _placed(exchange: Exchange, conversation: Conversation) -> Iterator[tuple[str, str]]:
    place = f"turn {conversation.number(exchange.id)} of {conversation.name}"
    if exchange.parent and exchange.parent in conversation:
        place += f", goes on from turn {conversation.number(exchange.parent)}"
    yield "place", place
    next_ones = [conversation.number(one.id) for one in conversation.exchanges if one.parent == exchange.id]
    yield "followed by", ", ".join(f"turn {number}" for number in next_ones)
    yield "id", exchange.id


def _count(number: int, noun: str) -> str:
    return counted(number, noun) if number else ""
