"""The catalogue and a conversation as the traits of a panel: small, clean and cut to length."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.models import Catalogue, ModelCard
from nbgemini.core.ratings import NOTHING, Marks
from nbgemini.errors import NbgeminiError
from nbgemini.notebook.panel.contract import (
    CLIPPED,
    MOST_TURNS,
    HeadTrait,
    ModelTrait,
    TurnTrait,
)
from nbgemini.notebook.panel.replies import SourceRow, WordsMessage
from nbgemini.notebook.show.footer import price, shape
from nbgemini.notebook.show.sources import SANDBOX, chip_page, searched, source_words, sources_of
from nbgemini.notebook.show.texts import alt_of, clean, one_line

__all__ = [
    "REJECTED",
    "error_lines",
    "head_of",
    "larger_sizes",
    "model_rows",
    "shown_turns",
    "spent",
    "turn_row",
    "words_of",
]

REJECTED = "rejected"  # the tag of what is no longer looked at
_LARGE = {"2K": 1900, "4K": 3600}  # by size: pixels of a longer side that surely has it
_SAID = 600  # characters of a model's own words in the strip


def model_rows(catalogue: Catalogue, *chosen: ModelCard) -> list[ModelTrait]:
    """Every model of the catalogue that is still there, and those that were chosen all the same."""
    cards = [card for card in catalogue.cards if card.status not in ("shutdown", "retired")]
    cards += [card for card in chosen if card.id not in {known.id for known in cards}]
    return [_model(card) for card in cards]


def _model(card: ModelCard) -> ModelTrait:
    nickname = one_line(card.nickname, 60)
    levels = None if card.thinking_levels is None else list(card.thinking_levels)
    return {
        "id": card.id,
        "name": f"{nickname} · {card.id}" if nickname else one_line(card.id, 80),
        "aspects": None if card.aspects is None else list(card.aspects),
        "sizes": None if card.sizes is None else list(card.sizes),
        "size": card.default_size or "",
        "thinking": levels if card.thinks else [],
        "refs": card.max_refs,
        "search": list(card.searches or ()),
        "thoughts": card.shows_thoughts,
    }


def shown_turns(value: Conversation) -> tuple[Exchange, ...]:
    """The latest turns, and the one that the conversation is at in any case."""
    exchanges = value.exchanges[-MOST_TURNS:]
    last = value.last
    return exchanges if last is None or last in exchanges else (last, *exchanges[1:])


def turn_row(
    value: Conversation, exchange: Exchange, marks: Marks = NOTHING, sizes: Sequence[str] | None = ()
) -> TurnTrait:
    """One turn of the strip; `sizes` are those of its model."""
    prompt = clean(exchange.prompt, CLIPPED + 1)
    cut = len(prompt) > CLIPPED
    siblings = [one.id for one in value.siblings(exchange.id)] if exchange.group else []
    picture = exchange.picture
    words = exchange.turn.text if exchange.turn else ""
    return {
        "id": exchange.id,
        "n": value.number(exchange.id),
        "parent": exchange.parent if exchange.parent and exchange.parent in value else "",
        "prompt": prompt[:CLIPPED],
        "cut": cut,
        "alt": alt_of(exchange),
        "by": exchange.by,
        "text": clean(words, _SAID) if words.strip() else "",
        "facts": " · ".join(_facts(exchange)),
        "width": picture.width if picture else 0,
        "height": picture.height if picture else 0,
        "part": siblings.index(exchange.id) + 1 if len(siblings) > 1 else 0,
        "of": len(siblings) if len(siblings) > 1 else 0,
        "more": bool(exchange.turn and exchange.turn.thoughts.strip()) or sources_of(exchange) is not None,
        "stars": marks.stars,
        "note": one_line(marks.note, 200),
        "rejected": REJECTED in marks.tags,
        "larger": larger_sizes(exchange, sizes),
        "sweep": exchange.group if exchange.shot else "",
    }


def larger_sizes(exchange: Exchange, sizes: Sequence[str] | None) -> list[str]:
    """Of the large sizes of its model (None: not known) those that are larger than it is."""
    sizes = list(_LARGE) if sizes is None else sizes
    longest = max(exchange.picture.width, exchange.picture.height) if exchange.picture else 0
    asked = exchange.options.asked_size
    reached = list(_LARGE)[: list(_LARGE).index(asked) + 1] if asked in _LARGE else []
    found = [size for size in _LARGE if size in sizes and size not in reached and longest < _LARGE[size]]
    return found if exchange.picture else []


def _facts(exchange: Exchange) -> Iterable[str]:
    """`gemini-3-pro-image`, `16:9 2K`, `12.3 s`, `$0.134`, `replayed`."""
    seconds = f"{exchange.seconds:.1f} s" if exchange.seconds else ""
    replayed = "replayed" if exchange.replayed else ""
    return filter(None, (one_line(exchange.model, 80), shape(exchange), seconds, price([exchange]), replayed))


def words_of(exchange: Exchange) -> WordsMessage:
    """All words of a turn, and what its answer rests on."""
    turn, grounding = exchange.turn, sources_of(exchange)
    rows: list[SourceRow] = []
    for source in grounding.sources if grounding else ():
        title, beside = source_words(source)
        rows.append({"number": source.number, "title": title, "beside": beside, "link": clean(source.link, 4000)})
    return {
        "id": exchange.id,
        "prompt": clean(exchange.prompt),
        "text": clean(turn.text) if turn else "",
        "thoughts": clean(turn.thoughts).strip() if turn else "",
        "searched": clean(searched(grounding), 3000) if grounding else "",
        "sources": rows,
        "chip": chip_page(grounding.chip) if grounding else "",
        "sandbox": SANDBOX,
    }


def error_lines(error: NbgeminiError) -> list[str]:
    """What happened; whether it was charged; what to do now: whole paragraphs, which the page wraps."""
    said = f"{type(error).__name__}: {error.message}"
    return [part for part in (said, error.money(), error.hint) if part]


def head_of(value: Conversation) -> HeadTrait:
    """Where the conversation is."""
    return {"id": value.head or "", "undo": value.head is not None, "redo": bool(value.undone)}


def spent(exchanges: Sequence[Exchange]) -> str:
    """What the turns cost so far."""
    return price(exchanges) if exchanges else ""
