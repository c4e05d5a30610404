"""What a figure is given to draw with, and the register of them all."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from ..canvas.pen import Pen
from ..colours import RGB, mix
from ..dice import Dice


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How one thing looks: the colour asked for, its chance, the hour and the season."""

    colour: RGB | None
    dice: Dice
    season: str = "summer"
    night: float = 0.0
    text: str = ""
    picture: Image.Image | None = None

    def main(self, *defaults: RGB) -> RGB:
        """The colour asked for, or one of the defaults."""
        return self.colour or self.dice.pick(defaults)

    def lamp(self, dull: RGB = (92, 108, 132)) -> RGB:
        """The colour of a window pane: lit when it is dark."""
        return mix(dull, (255, 212, 124), min(1.0, self.night * 1.3))


Drawing = Callable[[Pen, Look], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing and the width of its box in heights.

    ``grip`` is how far up its box a thing put on it stands, ``head`` the middle and radius of its head.
    """

    draw: Drawing
    aspect: float
    grip: float
    shadow: bool
    head: tuple[float, float, float]


REGISTRY: dict[str, Figure] = {}


def figure(
    *kinds: str,
    aspect: float = 1.0,
    grip: float = 0.94,
    shadow: bool = True,
    head: tuple[float, float, float] | None = None,
) -> Callable[[Drawing], Drawing]:
    """Registers a drawing for one or more kinds."""

    def register(draw: Drawing) -> Drawing:
        for kind in kinds:
            REGISTRY[kind] = Figure(draw, aspect, grip, shadow, head or (aspect / 2, 0.16, 0.16))
        return draw

    return register
