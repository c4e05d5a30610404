"""The same sweep for less money: as small pictures of the cheapest model, or the corners of its axes alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from nbgemini.core.grid.axis_text import AxisText, parse_axis
from nbgemini.core.models import ModelCard
from nbgemini.core.phrases import counted
from nbgemini.core.pricing import dollars
from nbgemini.errors import OptionError
from nbgemini.notebook.panel.form import Form

if TYPE_CHECKING:
    from nbgemini.tuning.wishes.forecast import Forecast
    from nbgemini.tuning.wishes.wishing import Wish

__all__ = ["TAKES", "Take", "axis_of", "offer_words", "taken", "too_long"]

Take = Literal["all", "cheap", "corners"]
TAKES: dict[str, Take] = {"": "all", "cheap": "cheap", "corners": "corners"}
_CHEAP = {"model": "flash-lite", "size": "1K"}


def axis_of(name: str, values: str) -> AxisText:
    """An axis as it is typed. Raises OptionError."""
    axis = parse_axis(f"{name}={values}")
    if not isinstance(axis, AxisText):
        raise OptionError("An axis has a name and values.", hint="Write them like `style` and `ink, oil`.")
    return axis


def taken(
    axes: Sequence[AxisText], form: Form, take: Take, card: Callable[[str], ModelCard]
) -> tuple[list[AxisText], Form]:
    """The axes and the form of what is taken of a sweep."""
    if take == "cheap":
        cheap = card(_CHEAP["model"])
        left = [axis for axis in axes if axis.name not in (*_CHEAP, "tier")]
        return left, form.told({**_CHEAP, "model": cheap.id, "tier": ""}, cheap)
    if take == "corners":
        return [replace(axis, items=tuple(dict.fromkeys((axis.items[0], axis.items[-1])))) for axis in axes], form
    return list(axes), form


def offer_words(take: Take, made: Forecast) -> str:
    """`As 1K flash-lite: ≈ $0.27`, `Corners only: 4 pictures, ≈ $0.54`."""
    price = f"would be {dollars(made.cost)}" if made.emulated else f"≈ {dollars(made.cost)}"
    if take == "cheap":
        return f"As {_CHEAP['size']} {_CHEAP['model']}: {price}"
    return f"Corners only: {counted(made.shots, 'picture')}, {price}"


def too_long(wish: Wish, made: Forecast, limit: int) -> str:
    """Which axis to cut, and what that would make of a sweep above the limit; "" where there is only one shot."""
    lengths = {axis.name.rstrip("_"): len(axis.values) for axis in wish.grid.axes if len(axis.values) > 1}
    if not lengths or made.cost is None or not made.shots:
        return ""
    each = made.cost // made.shots
    for name, length in sorted(lengths.items(), key=lambda item: item[1]):
        fits = int(limit // (each * (made.shots // length))) if each else length
        if 1 <= fits < length:
            return f"Above the limit of {dollars(limit)}. With {counted(fits, 'value')} of `{name}` it stays below."
    longest = max(lengths, key=lambda name: lengths[name])
    return f"Above the limit of {dollars(limit)}. Cut `{longest}` first: it has {lengths[longest]} values."
