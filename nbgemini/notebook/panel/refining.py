"""Asking again for what a turn asked for: once more, larger, several times, or all the good ones; its price first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.core.folding import SENT_ALONG
from nbgemini.core.pricing import dollars, micro
from nbgemini.core.ratings import NOTHING
from nbgemini.errors import NbgeminiError, OptionError
from nbgemini.notebook.export.story import asked_in
from nbgemini.notebook.panel.form import Form, settings_of
from nbgemini.notebook.panel.generate import in_turn
from nbgemini.notebook.panel.lined_up import MOST, Wish
from nbgemini.notebook.panel.messages import Message
from nbgemini.notebook.panel.replies import Price, PricesMessage, RefineMessage
from nbgemini.notebook.panel.rounds import rounds_of
from nbgemini.notebook.panel.rows import REJECTED, larger_sizes
from nbgemini.notebook.show.texts import clean
from nbgemini.studio.reports.likely_price import likely_price

if TYPE_CHECKING:
    from nbgemini.notebook.panel.desk import Desk

__all__ = ["again", "prices", "refine", "starred"]

GOOD = 3  # stars of what counts as starred
SEVERAL = 4  # pictures of "more like this"
_SIZE = "2K"
_MANY = 100


def again(desk: Desk, message: Message) -> None:
    """Ask once more, or `count` times, for what a turn asked for."""
    exchange, value = desk.exchange(message.word("turn")), desk.hold()
    count = message.whole("count", 1, _MANY) if "count" in message.content else 1
    wish = _wish(desk, value, exchange, size=message.word("size"), count=count)
    in_turn(desk, replace(wish, yes=message.flag("yes")))
    desk.push_form()


def starred(desk: Desk, message: Message) -> None:
    """Ask for all the good ones at a size, one after the other. Raises OptionError where there are none."""
    size = message.word("size")
    value = desk.hold()
    found = _good_ones(desk, value, size)
    if not found:
        raise OptionError(
            f"No picture has {GOOD} stars or more and is smaller than {size}.", hint="Give some stars first."
        )
    if len(found) + len(desk.line.wishes) > MOST:
        raise OptionError(f"{MOST} pictures can wait at most.", hint="Wait for some of them.")
    for exchange in found:
        in_turn(desk, replace(_wish(desk, value, exchange, size=size), yes=message.flag("yes")))
    desk.push_form()


def prices(desk: Desk, message: Message) -> None:
    """Tell what asking for a turn again would cost."""
    exchange, value = desk.exchange(message.word("turn")), desk.value
    sizes = larger_sizes(exchange, desk.card(exchange.model).sizes)
    told: PricesMessage = {
        "turn": exchange.id,
        "again": _tag(desk, [_wish(desk, value, exchange)]),
        "sizes": {size: _tag(desk, [_wish(desk, value, exchange, size=size)]) for size in sizes},
    }
    desk.face.tell({"is": "prices", **told})


def refine(desk: Desk, message: Message) -> None:
    """Tell what can be made of a turn, what it costs, and what the rounds so far have cost."""
    exchange, value = desk.exchange(message.word("turn")), desk.value
    found = _good_ones(desk, value, _SIZE)
    told: RefineMessage = {
        "turn": exchange.id,
        "prompt": clean(exchange.prompt),
        "base": _parent(value, exchange),
        "several": SEVERAL,
        "more": _tag(desk, [_wish(desk, value, exchange, count=SEVERAL)]),
        "size": _SIZE,
        "count": len(found),
        "starred": _tag(desk, [_wish(desk, value, one, size=_SIZE) for one in found]),
        "rounds": rounds_of(desk.studio, value),
    }
    desk.face.tell({"is": "refine", **told})


def _good_ones(desk: Desk, value: Conversation, size: str) -> list[Exchange]:
    """The starred pictures that could be larger and were not drawn at that size yet."""
    marks = desk.studio.store.opinions.all()
    drawn = Counter(_ask_of(one) for one in value.exchanges if one.options.size == size)
    found = []
    for one in value.exchanges:
        said, ask = marks.get(one.id, NOTHING), _ask_of(one)
        good = said.stars >= GOOD and REJECTED not in said.tags
        if not good or size not in larger_sizes(one, desk.card(one.model).sizes):
            continue
        if drawn[ask] > 0:
            drawn[ask] -= 1
        else:
            found.append(one)
    return found


def _ask_of(exchange: Exchange) -> str:
    """What was asked for, but its size."""
    options = {**exchange.options.described(), "size": None}
    return repr((exchange.parent, exchange.model, exchange.prompt, sorted(options.items(), key=lambda item: item[0])))


def _parent(value: Conversation, exchange: Exchange) -> str:
    return exchange.parent if exchange.parent and exchange.parent in value else ""


def _wish(desk: Desk, value: Conversation, exchange: Exchange, *, size: str = "", count: int = 1) -> Wish:
    """The ask of a turn once more, from where it went on."""
    card = desk.card(exchange.model)
    form = Form().told({**settings_of(exchange), **({"size": size} if size else {})}, card)
    parent = _parent(value, exchange)
    shown = [
        (one.label, one.picture)
        for one in asked_in(exchange).references
        if not (exchange.anchored and one.label in SENT_ALONG)
    ]
    each = likely_price(desk.studio, value, parent or None, exchange.prompt, shown, form.words(""))
    return Wish(
        conversation=value.name,
        prompt=exchange.prompt,
        form=replace(form, prompt=exchange.prompt, count=count),
        base=parent,
        like=exchange.id,
        price=None if each is None else each * count,
        free=desk.studio.client().emulated,
    )


def _tag(desk: Desk, wishes: Iterable[Wish]) -> Price:
    """The price of several wishes; no words where it cannot be told."""
    try:
        known = [wish.price for wish in wishes]
        total = None if None in known else sum(price for price in known if price is not None)
        if desk.studio.client().emulated:
            return {"words": f"$0, would be {dollars(total)}", "ask": False}
        dear = total is not None and total > micro(desk.studio.settings().confirm_over)
    except NbgeminiError:
        return {"words": "", "ask": False}
    return {"words": f"≈ {dollars(total)}", "ask": dear}
