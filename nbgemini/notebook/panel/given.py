"""The pictures that go along with the next prompt of a panel."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from pathlib import PurePath

from nbgemini._dataclass import dataclass
from nbgemini.core.exchange import Exchange
from nbgemini.core.picture import Picture
from nbgemini.core.portable_names import is_device
from nbgemini.errors import ReferenceImageError
from nbgemini.notebook.panel.contract import MOST_REFS, RefTrait
from nbgemini.notebook.show.texts import one_line
from nbgemini.store.blobs import Blobs
from nbgemini.studio.pictures.encoding import picture_from_bytes
from nbgemini.studio.pictures.references import plain_label

__all__ = ["Given", "References", "file_label"]

_LONGEST = 60  # characters of a label


@dataclass(frozen=True, slots=True)
class Given:
    """One of them. `turn` is the number of the turn whose picture it is, 0 for a file."""

    id: str
    label: str
    picture: Picture
    exchange: str = ""
    turn: int = 0
    note: str = ""

    def row(self) -> RefTrait:
        return {"id": self.id, "label": self.label, "turn": self.exchange, "note": self.note}


class References:
    """In the order in which they were added; each has a label of its own."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self.given: tuple[Given, ...] = ()

    def add_file(self, name: str, data: bytes, blobs: Blobs) -> None:
        """Keep a picture that was uploaded. Raises ReferenceImageError for what is none."""
        self._check_room()
        path = PurePath(name.replace("\\", "/"))
        label = self._label(file_label(plain_label(path.stem)))
        picture, notices = picture_from_bytes(data, f"`{one_line(path.name, _LONGEST)}`", blobs, scale=True)
        self._add(label, picture, note=one_line(" ".join(notices), 300))

    def add_turn(self, exchange: Exchange, number: int, blobs: Blobs) -> None:
        """Show the picture of a turn; twice the same is once. Raises ReferenceImageError."""
        if exchange.picture is None:
            raise ReferenceImageError(f"Turn {number} is a text-only answer; it has no picture.")
        if any(one.exchange == exchange.id for one in self.given):
            return
        if not blobs.intact(exchange.picture.sha256, exchange.picture.size):
            hint = "`%imagine verify` says more."
            raise ReferenceImageError(f"The picture of turn {number} is gone from the store.", hint=hint)
        self._check_room()
        self._add(f"turn {number}", exchange.picture, exchange.id, number)

    def remove(self, ref: str) -> None:
        """Take one away; one that is gone already is no error, for two views may ask."""
        self.given = tuple(one for one in self.given if one.id != ref)

    def clear(self) -> None:
        self.given = ()

    def find(self, ref: str) -> Given | None:
        return next((one for one in self.given if one.id == ref), None)

    def restore(self, refs: Sequence[Given]) -> None:
        """Those that an earlier panel had."""
        for one in refs[:MOST_REFS]:
            self._add(one.label, one.picture, one.exchange, one.turn, one.note)

    def _check_room(self) -> None:
        if len(self.given) >= MOST_REFS:
            raise ReferenceImageError(f"There are {MOST_REFS} references already, the most that any model takes.")

    def _label(self, label: str) -> str:
        taken = {one.label for one in self.given}
        numbered = (f"{label} {number}" for number in itertools.count(2))
        return label if label not in taken else next(one for one in numbered if one not in taken)

    def _add(self, label: str, picture: Picture, exchange: str = "", turn: int = 0, note: str = "") -> None:
        self.given += (Given(f"r{next(self._ids)}", label, picture, exchange, turn, note),)


def file_label(label: str) -> str:
    """As much of a label as can name a file: a REF takes its label from there, and the panel the same."""
    plain = re.sub(r"[^\w .,+-]+", "_", label)[:_LONGEST].strip(" .") or "picture"
    return f"_{plain}" if is_device(plain) else plain
