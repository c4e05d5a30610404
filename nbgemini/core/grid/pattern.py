"""A text with places for the values of axes: `A lighthouse on a cliff, {style}`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from nbgemini._dataclass import dataclass
from nbgemini.core.braces import braces

__all__ = ["Hole", "Pattern", "parse_pattern", "plain_names"]


@dataclass(frozen=True, slots=True)
class Hole:
    """The place of an axis."""

    name: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """Texts, places, and whatever else stands between them (pictures of the user's)."""

    pieces: tuple[object, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The axes that have a place in it, each once."""
        return tuple(dict.fromkeys(piece.name for piece in self.pieces if isinstance(piece, Hole)))

    def filled(self, values: Mapping[str, object]) -> tuple[object, ...]:
        """The pieces, with a value in each place; one that has none stays as it was written."""
        return tuple(
            values.get(piece.name, f"{{{piece.name}}}") if isinstance(piece, Hole) else piece for piece in self.pieces
        )

    def each_text(self, change: Callable[[str], tuple[object, ...]]) -> Pattern:
        """With other pieces in the place of each text."""
        return Pattern(
            tuple(inner for piece in self.pieces for inner in (change(piece) if isinstance(piece, str) else (piece,)))
        )

    @property
    def text(self) -> str:
        """As it is read, places in braces."""
        return "".join(
            f"{{{piece.name}}}" if isinstance(piece, Hole) else piece if isinstance(piece, str) else "{…}"
            for piece in self.pieces
        )


def parse_pattern(text: str, axes: Collection[str]) -> Pattern:
    """The places of these axes in a text; every other pair of braces stays as it is."""
    pieces: list[object] = []
    at = 0
    for brace in braces(text):
        if brace.inner in axes and not brace.doubled and not brace.latex:
            pieces += [text[at : brace.start], Hole(brace.inner)]
            at = brace.end
    pieces.append(text[at:])
    return Pattern(tuple(piece for piece in pieces if piece != ""))


def plain_names(text: str) -> tuple[str, ...]:
    """The plain names that stand in braces and look like places: no JSON, no CSS, no LaTeX, nothing doubled."""
    found = (brace.inner for brace in braces(text) if not brace.doubled and not brace.latex)
    return tuple(dict.fromkeys(name for name in found if name.isidentifier()))
