"""Figures: each kind of thing, drawn with a pen in units of its own height."""

from functools import lru_cache
from importlib import import_module

from .figure import REGISTRY, Figure, Look

__all__ = ["Figure", "Look", "figure_of", "kinds"]


MODULES = (
    "skies", "plants", "nature", "shapes", "boats", "vehicles", "aircraft", "buildings", "landmarks", "animals", "herd",
    "beasts", "birds", "swimmers", "crawlers", "people", "characters", "furniture", "goods", "dishes", "wear", "wares",
    "fruit", "meals",
)  # fmt: skip


@lru_cache(maxsize=1)
def _figures() -> dict[str, Figure]:
    for name in MODULES:
        import_module(f".{name}", __name__)
    return REGISTRY


def figure_of(kind: str) -> Figure:
    """How a kind is drawn; an unknown one becomes a small abstract sculpture."""
    figures = _figures()
    return figures.get(kind, figures["form"])


def kinds() -> list[str]:
    """The names of all kinds that have a drawing."""
    return sorted(_figures())
