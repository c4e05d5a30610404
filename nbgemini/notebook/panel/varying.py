"""Vary: the prompt of a panel with values for its axes, foreseen with its price and then drawn as a sweep."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any

from nbgemini.core.option_table import OPTIONS
from nbgemini.core.pricing import micro
from nbgemini.errors import NbgeminiError, OptionError
from nbgemini.notebook.panel.cheaper import TAKES, Take, axis_of, offer_words, taken, too_long
from nbgemini.notebook.panel.messages import Message
from nbgemini.notebook.panel.replies import Forecast, Offer
from nbgemini.studio.pictures.references import Labelled
from nbgemini.tuning.front import sweeping, wish_of
from nbgemini.tuning.wishes.axis_values import Fixed
from nbgemini.tuning.wishes.wishing import Wish

if TYPE_CHECKING:
    from nbgemini.notebook.panel.desk import Desk
    from nbgemini.tuning.carrying.under_way import UnderWay
    from nbgemini.tuning.wishes.forecast import Forecast as Foreseen

__all__ = ["foresee", "vary", "wish_for"]


def foresee(desk: Desk, message: Message) -> None:
    """Tell how many pictures it would be and what they would cost, or what is wrong with it."""
    said: Forecast = {"count": 0, "line": "", "why": "", "ask": False, "cut": "", "offers": []}
    try:
        wish = wish_for(desk, message)
        made = _foreseen(desk, wish)
        said |= {"count": made.shots, "line": made.line()}
        limit = micro(desk.studio.settings().confirm_over)
        said["ask"] = not made.emulated and (made.cost is None or made.cost > limit)
        if made.cost is not None and made.cost > limit:
            said |= {"cut": too_long(wish, made, limit), "offers": _offers(desk, message, made)}
    except NbgeminiError as error:
        said["why"] = error.message
    desk.face.tell({"is": "forecast", **said})


def _foreseen(desk: Desk, wish: Wish) -> Foreseen:
    return sweeping(desk.studio).preview(wish, conversation=desk.value.name).forecast


def _offers(desk: Desk, message: Message, made: Foreseen) -> list[Offer]:
    """The same sweep small and cheap, or its corners only, where that costs less."""
    found: list[Offer] = []
    for take in ("cheap", "corners"):
        with contextlib.suppress(NbgeminiError):
            other = _foreseen(desk, wish_for(desk, message, take))
            if other.cost is not None and other.cost < (made.cost or 0):
                found.append({"take": take, "words": offer_words(take, other)})
    return found


def vary(desk: Desk, message: Message) -> None:
    """Begin to draw it. Raises nbgemini's errors before anything is sent."""
    if desk.sweep is not None:
        raise OptionError("A sweep is being drawn already.", hint="Wait for it, or cancel it.")
    name = desk.hold().name
    under_way = sweeping(desk.studio).begin(wish_for(desk, message), conversation=name, by="panel")
    desk.sweep = under_way
    under_way.listen(lambda _: _soon(desk, partial(_told, desk, under_way)), live=True)
    under_way.job.when_settled(lambda: _soon(desk, partial(_ended, desk, under_way)))
    _told(desk, under_way)


def _soon(desk: Desk, work: partial[None]) -> None:
    desk.submit(work)


def _told(desk: Desk, under_way: UnderWay) -> None:
    if desk.sweep is under_way:
        done = sum(entry.has_ended for entry in under_way.sweep.entries)
        desk.face.put(sweep={"done": done, "of": len(under_way.sweep)})
        desk.refresh()


def _ended(desk: Desk, under_way: UnderWay) -> None:
    if desk.sweep is not under_way:
        return
    desk.sweep = None
    desk.face.put(sweep={})
    desk.push()
    desk.face.tell({"is": "swept"})
    failed = len(under_way.sweep.failed)
    if failed:
        desk.say("note", [f"{failed:,} of {len(under_way.sweep):,} failed.", "`%imagine resume --failed` asks again."])
    with contextlib.suppress(KeyboardInterrupt):
        under_way.checked()


def wish_for(desk: Desk, message: Message, take: Take | None = None) -> Wish:
    """What the dialog says, with the controls of the form. Raises OptionError for all that is wrong with it."""
    prompt, base = message.prompt, message.word("base")
    take = take or TAKES[message.choice("as", tuple(TAKES))]
    axes, form = taken([axis_of(name, values) for name, values in message.axes()], desk.form, take, desk.card)
    options = {axis.name: [item.text for item in axis.items] for axis in axes if _is_option(axis.name, prompt)}
    given: dict[str, Any] = {
        **{name: value for name, value in form.words(desk.present_model).items() if name not in options},
        **options,
        "axes": {axis.name: [item.text for item in axis.items] for axis in axes if axis.name not in options},
        "yes": message.flag("yes"),
    }
    blobs = desk.studio.store.blobs
    if desk.refs.given:
        given["ref"] = Fixed([Labelled(blobs.path(one.picture.sha256), one.label) for one in desk.refs.given])
    if base:
        given["from_"] = desk.value.number(base)
    else:
        given["new"] = True
    return wish_of(prompt, given)


def _is_option(name: str, prompt: str) -> bool:
    return name in OPTIONS and f"{{{name}}}" not in prompt
