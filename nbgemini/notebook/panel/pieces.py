"""Pictures that a page sends in pieces, put together again."""

from __future__ import annotations

from nbgemini._dataclass import dataclass, field
from nbgemini.errors import ReferenceImageError
from nbgemini.notebook.panel.messages import Chunk

__all__ = ["Uploads"]

_AT_ONCE = 16  # uploads that have begun; the oldest is forgotten


@dataclass(slots=True)
class _Upload:
    parts: int
    pieces: list[bytes] = field(default_factory=list)


class Uploads:
    """Those on their way, by the page's own ids."""

    def __init__(self) -> None:
        self._begun: dict[str, _Upload] = {}

    def take(self, chunk: Chunk) -> bytes | None:
        """The whole, once its last piece is here. Raises ReferenceImageError for pieces out of order."""
        upload = self._begun.setdefault(chunk.upload, _Upload(chunk.parts))
        if chunk.part != len(upload.pieces) or chunk.parts != upload.parts:
            del self._begun[chunk.upload]
            raise ReferenceImageError(f"`{chunk.name}` did not arrive completely.", hint="Add it again.")
        upload.pieces.append(chunk.data)
        while len(self._begun) > _AT_ONCE:
            self._begun.pop(next(iter(self._begun)))
        if len(upload.pieces) < upload.parts:
            return None
        self._begun.pop(chunk.upload, None)
        return b"".join(upload.pieces)
