"""What the seasons do to grass and leaves."""

from ..canvas.stage import Stage
from ..colours import RGB, rgb
from ..dice import Dice

GRASS = {"spring": (136, 190, 96), "summer": (122, 172, 84), "autumn": (186, 160, 84), "winter": (234, 240, 248)}
LEAVES: dict[str, tuple[RGB, ...]] = {
    "spring": ((132, 186, 92), (158, 202, 110), (116, 170, 92)),
    "summer": ((86, 146, 84), (104, 158, 82), (72, 130, 86)),
    "autumn": ((214, 128, 56), (198, 88, 50), (226, 168, 66), (170, 98, 54)),
    "winter": ((208, 220, 232), (190, 206, 222), (126, 152, 140)),
}


def grass(stage: Stage) -> RGB:
    asked = stage.scene.tint("ground")
    if asked:
        return rgb(asked)
    if stage.scene.weather == "snow":
        return GRASS["winter"]
    return GRASS.get(stage.scene.season, GRASS["summer"])


def leaf(stage: Stage, dice: Dice) -> RGB:
    """A colour of leaves; snow leaves them pale."""
    season = "winter" if stage.scene.weather == "snow" else stage.scene.season
    return dice.pick(LEAVES.get(season, LEAVES["summer"]))


def foliage(season: str, dice: Dice) -> RGB:
    return dice.pick(LEAVES.get(season, LEAVES["summer"]))
