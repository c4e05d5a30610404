"""Vary: the prompt of a panel with values for its axes, foreseen with its price and then drawn as a sweep."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any

from nbgemini.core.grid.axis_text import AxisText, parse_axis
from nbgemini.core.option_table import OPTIONS
from nbgemini.core.pricing import micro
from nbgemini.errors import NbgeminiError, OptionError
from nbgemini.notebook.panel.messages import Message
from nbgemini.studio.pictures.references import Labelled
from nbgemini.tuning.front import sweeping, wish_of
from nbgemini.tuning.wishes.axis_values import Fixed
from nbgemini.tuning.wishes.wishing import Wish

if TYPE_CHECKING:
    from nbgemini.notebook.panel.desk import Desk
    from nbgemini.tuning.carrying.under_way import UnderWay

__all__ = ["foresee", "vary"]


def foresee(desk: Desk, message: Message) -> None:
    """Tell how many pictures it would be and what they would cost, or what is wrong with it."""
    said: dict[str, Any] = {"count": 0, "line": "", "why": "", "ask": False}
    try:
        made = sweeping(desk.studio).preview(_wish(desk, message), conversation=desk.value.name).forecast
        dear = micro(desk.studio.settings().confirm_over)
        said |= {"count": made.shots, "line": made.line()}
        said["ask"] = not made.emulated and (made.cost is None or made.cost > dear)
    except NbgeminiError as error:
        said["why"] = error.message
    desk.face.tell({"is": "forecast", **said})


def vary(desk: Desk, message: Message) -> None:
    """Begin to draw it. Raises nbgemini's errors before anything is sent."""
    if desk.sweep is not None:
        raise OptionError("A sweep is being drawn already.", hint="Wait for it, or cancel it.")
    name = desk.hold().name
    under_way = sweeping(desk.studio).begin(_wish(desk, message), conversation=name, by="panel")
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
        desk.say("note", [f"{failed} of {len(under_way.sweep)} failed.", "`%imagine resume --failed` asks again."])
    with contextlib.suppress(KeyboardInterrupt):
        under_way.checked()


def _wish(desk: Desk, message: Message) -> Wish:
    """What the dialog says, with the controls of the form. Raises OptionError for all that is wrong with it."""
    prompt, base = message.prompt, message.word("base")
    axes = [_axis(name, values) for name, values in message.axes()]
    options = {axis.name: [item.text for item in axis.items] for axis in axes if _is_option(axis.name, prompt)}
    given: dict[str, Any] = {
        **{name: value for name, value in desk.form.words(desk.present_model).items() if name not in options},
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


def _axis(name: str, values: str) -> AxisText:
    axis = parse_axis(f"{name}={values}")
    if not isinstance(axis, AxisText):
        raise OptionError("An axis has a name and values.", hint="Write them like `style` and `ink, oil`.")
    return axis
