"""Pictures of turns and references as a page asks for them: thumbnails, something to look at, the original."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from nbgemini._dataclass import dataclass
from nbgemini.core.picture import SUFFIXES, Picture
from nbgemini.errors import NbgeminiError, ObjectMissing
from nbgemini.notebook.panel.contract import THUMB, VIEW
from nbgemini.notebook.show.previews import Unshown, make_preview

__all__ = ["Gallery", "Image", "file_name"]

_KEPT = 400  # thumbnails in memory: about 6 MB
_AS_IS = 1_500_000  # bytes up to which the original is looked at itself
_SEEN_BY_BROWSERS = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/avif")


@dataclass(frozen=True, slots=True)
class Image:
    """Encoded bytes with their type."""

    data: bytes
    media_type: str


class Gallery:
    """Reads originals with `read`, and keeps the thumbnails that it has made."""

    def __init__(self, read: Callable[[Picture], bytes]) -> None:
        self._read = read
        self._thumbs: OrderedDict[str, Image | None] = OrderedDict()
        self._lock = threading.Lock()

    def thumb(self, picture: Picture) -> Image | None:
        """At most 320 pixels a side; None for what cannot be shown. Never raises."""
        with self._lock:
            if picture.sha256 in self._thumbs:
                self._thumbs.move_to_end(picture.sha256)
                return self._thumbs[picture.sha256]
        image = self._made(picture, THUMB)
        with self._lock:
            self._thumbs[picture.sha256] = image
            while len(self._thumbs) > _KEPT:
                self._thumbs.popitem(last=False)
        return image

    def view(self, picture: Picture) -> Image | None:
        """To be looked at: the original where it is small, else a preview. None for what cannot be shown."""
        if picture.size <= _AS_IS and picture.media_type in _SEEN_BY_BROWSERS:
            return self.full(picture)
        return self._made(picture, VIEW)

    def full(self, picture: Picture) -> Image:
        """The untouched original. Raises ObjectMissing."""
        try:
            return Image(self._read(picture), picture.media_type)
        except OSError as problem:
            raise ObjectMissing(f"The picture {picture.sha256[:12]} cannot be read: {problem.strerror}.") from None

    def _made(self, picture: Picture, longest: int) -> Image | None:
        try:
            preview = make_preview(self.full(picture).data, longest)
        except NbgeminiError:
            return None
        return None if isinstance(preview, Unshown) else Image(preview.data, preview.media_type)


def file_name(stem: str, picture: Picture) -> str:
    """`main-3.png`: what a download is called."""
    return f"{stem}{SUFFIXES.get(picture.media_type, '.bin')}"
