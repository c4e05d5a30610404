"""What is behind and below the things of a scene, painted from the farthest layer to the nearest.

Begin with the function below. Outdoors: the `sky`, `ridges` behind the ground, `grounds`, `water` on them, `growth` in
the colours of the `seasons`. Indoors: `rooms`, which also hang a photo as the backdrop. Without a ground: `deep`
(space, the sea). For words that nothing answers to: `abstract`. What a place consists of is data (places.py, below).
"""

from ..canvas.stage import Stage
from . import abstract, deep, grounds, growth, ridges, rooms, sky


def paint(stage: Stage) -> None:
    """Paints the place on an empty stage, from the farthest layer to the nearest."""
    place = stage.place
    if stage.scene.photo:
        rooms.photo(stage)
        return
    if place.name == "abstract":
        abstract.paint(stage)
        return
    if place.name == "space":
        deep.space(stage)
        return
    if place.name == "underwater":
        deep.sea_light(stage)
    elif place.indoors:
        rooms.walls(stage)
    else:
        sky.paint(stage)
    for layer in place.behind:
        ridges.LAYERS[layer](stage)
    grounds.GROUNDS[place.ground](stage)
    growth.growth(stage)
