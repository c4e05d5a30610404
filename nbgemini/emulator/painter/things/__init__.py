"""Figures: each kind of thing, drawn with a pen in units of its own height.

Begin with `figure`: what a figure is given to draw with, and the register in which each module enters its own. Alive:
`animals` (built by `pose`), `herd` and `beasts` (by `gait`), `birds`, `swimmers`, `crawlers`, `people` and
`characters` (by `folk`). Grown and wild: `plants`, `fruit`, `nature`, `skies`. Built: `buildings`, `landmarks`,
`vehicles`, `boats`, `aircraft`. Made: `furniture`, `goods`, `wares`, `dishes`, `meals`, `wear`. Besides them
`shapes`, which also holds the sculpture for an unknown kind, and `parts` that several share. Words and sizes are in
reading/lexicon/; light, shadow and place are not decided here.
"""

# Each of these enters its figures in the register when it is imported.
from . import (  # noqa: F401
    aircraft,
    animals,
    beasts,
    birds,
    boats,
    buildings,
    characters,
    crawlers,
    dishes,
    fruit,
    furniture,
    goods,
    herd,
    landmarks,
    meals,
    nature,
    people,
    plants,
    shapes,
    skies,
    swimmers,
    vehicles,
    wares,
    wear,
)
from .figure import REGISTRY, Figure, Look

__all__ = ["Figure", "Look", "figure_of", "kinds"]


def figure_of(kind: str) -> Figure:
    """How a kind is drawn; an unknown one becomes a small abstract sculpture."""
    return REGISTRY.get(kind, REGISTRY["form"])


def kinds() -> list[str]:
    """The names of all kinds that have a drawing."""
    return sorted(REGISTRY)
