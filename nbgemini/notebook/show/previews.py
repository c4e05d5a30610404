"""A picture of any size made small enough for a notebook; the file on disk is never touched.

A large one takes as long to be made small as it took to come. Where somebody waits for it, that is done while it comes
(`Ahead`); whoever shows it takes that preview, or makes it where there is none: the two are the same.
"""

from __future__ import annotations

import io
import threading
from base64 import b64encode
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from nbgemini._dataclass import dataclass
from nbgemini.core.picture import FORMATS, HEAD, dimensions, is_whole, sniff
from nbgemini.core.seams import Growing
from nbgemini.notebook.png_rows import shrunk
from nbgemini.studio.pictures.tones import UnknownWhite, encoded, is_bare, plain, upright
from nbgemini.studio.silence import quiet

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["INLINE_PIXELS", "Preview", "Unshown", "look_ahead", "make_preview", "make_thumbnail", "taken"]

INLINE_PIXELS = 1024  # a picture up to this and up to
INLINE_BYTES = 200_000  # … this goes into the notebook as it is
MOST_PIXELS = 64_000_000  # shown at all
MOST_BYTES = 740_000  # of a preview: below 1 MB of base64, the cap of one output
_SMALL = 256 * 256  # pixels of an original up to which a lossless preview costs next to nothing
_HEAVY = 4_000_000  # pixels of a picture that takes long enough to begin while it comes: 2K and above
_MOST_LOOKS = 4  # pictures of one answer that are looked at while they come
_SMALLEST = 64  # pixels: no preview is made smaller than this to save bytes
_QUALITY = 85
_TAIL = 1024  # bytes at the end of a file that are looked at


@dataclass(frozen=True, slots=True)
class Preview:
    """Encoded bytes fit for an output, with their size in pixels. `as_is`: these are the original's own bytes."""

    data: bytes
    media_type: str
    width: int
    height: int
    as_is: bool = False

    def base64(self) -> str:
        return b64encode(self.data).decode("ascii")

    def data_uri(self) -> str:
        return f"data:{self.media_type};base64,{self.base64()}"

    def fitted(self, width: float, height: float) -> tuple[int, int]:
        """The largest size in CSS pixels that fits a box and is no larger than the preview itself."""
        factor = min(1.0, width / self.width, height / self.height)
        return max(1, round(self.width * factor)), max(1, round(self.height * factor))


@dataclass(frozen=True, slots=True)
class Unshown:
    """Why there is no preview, to be read after "not shown: "."""

    reason: str


def make_preview(picture: bytes | Path, longest: int = INLINE_PIXELS) -> Preview | Unshown:
    """A preview of at most `longest` pixels a side; the bytes themselves when they are small.

    Of a file no more is read at a time than it takes. Never raises, but OSError for a file that cannot be read.
    """
    with io.BytesIO(picture) if isinstance(picture, bytes) else picture.open("rb") as file:
        return _preview_of(file, longest)


def _preview_of(file: BinaryIO, longest: int) -> Preview | Unshown:
    """From its beginning to its end, as it may still be arriving."""
    head = file.read(HEAD)
    kind = sniff(head)
    if kind is None:
        return Unshown("these bytes are not a picture")
    width, height = dimensions(head)
    if width * height > MOST_PIXELS:
        return _too_large(width, height)
    made = _decoded(file, kind, (width, height), longest)
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _TAIL))
    return made if is_whole(kind, file.read(), size, head) else Unshown("the file is cut short")


def _decoded(file: BinaryIO, kind: str, size: tuple[int, int], longest: int) -> Preview | Unshown:
    if kind not in FORMATS:
        return Unshown(f"{kind} cannot be read here")
    from PIL import Image

    try:
        with quiet():
            file.seek(0)
            if kind == "image/png" and (small := shrunk(file, longest)):
                return _encoded(small, longest)
            file.seek(0)
            original: Image.Image = Image.open(file, formats=[FORMATS[kind]])
            if original.width * original.height > MOST_PIXELS:
                return _too_large(original.width, original.height)
            if _fits_inline(kind, size, file, longest):
                original.load()  # a browser would show a damaged one as nothing
                file.seek(0)
                return Preview(file.read(), kind, *size, as_is=True)
            return _encoded(original, longest)
    except UnknownWhite:
        return Unshown("it is a picture of numbers, and nbgemini cannot tell which number is white")
    except Exception as error:  # Pillow raises a dozen kinds for broken files, and the picture is safe on disk
        return Unshown(f"the file is damaged ({type(error).__name__})")


def make_thumbnail(data: bytes, longest: int, quality: int = 80) -> Preview | Unshown:
    """A small JPEG of at most `longest` pixels a side, on white where something shines through. Never raises."""
    head = data[:HEAD]
    kind = sniff(head)
    if kind is None or kind not in FORMATS:
        return Unshown("these bytes cannot be read as a picture here")
    width, height = dimensions(head)
    if width * height > MOST_PIXELS:
        return _too_large(width, height)
    from PIL import Image

    try:
        with quiet():
            original: Image.Image = Image.open(io.BytesIO(data), formats=[FORMATS[kind]])
            if original.width * original.height > MOST_PIXELS:
                return _too_large(original.width, original.height)
            image = _on_white(_scaled(original, longest))
        target = io.BytesIO()
        image.save(target, "JPEG", quality=quality)
    except Exception as error:  # as in `make_preview`
        return Unshown(f"the file is damaged ({type(error).__name__})")
    return Preview(target.getvalue(), "image/jpeg", image.width, image.height)


def _on_white(image: Image) -> Image:
    from PIL import Image

    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, (255, 255, 255))
    white.paste(image, mask=image.getchannel("A"))
    return white


def _too_large(width: int, height: int) -> Unshown:
    return Unshown(f"{width} × {height} pixels are more than {MOST_PIXELS // 1_000_000} million")


def _fits_inline(kind: str, size: tuple[int, int], file: BinaryIO, longest: int) -> bool:
    # nbconvert drops WebP, and browsers know no HEIC: only these two go as they are.
    if kind not in ("image/png", "image/jpeg") or not 0 < min(size) <= max(size) <= min(longest, INLINE_PIXELS):
        return False
    at, end = file.tell(), file.seek(0, io.SEEK_END)
    file.seek(at)  # Pillow reads on from there
    return end <= INLINE_BYTES


def _encoded(original: Image, longest: int) -> Preview:
    """A smaller copy, and smaller again until it fits one output."""
    lossless = original.width * original.height <= _SMALL and max(original.size) <= longest
    while True:
        image = _scaled(original, longest)
        form = "PNG" if lossless or image.mode == "RGBA" else "JPEG"
        data = encoded(image, "PNG") if form == "PNG" else encoded(image, "JPEG", quality=_QUALITY)
        if len(data) <= MOST_BYTES or longest <= _SMALLEST:
            return Preview(data, f"image/{form.lower()}", image.width, image.height)
        longest, original = longest * 3 // 4, image


def _scaled(image: Image, longest: int) -> Image:
    """The picture scaled down, upright, in grey, RGB or (where something shines through) RGBA."""
    from PIL.Image import Resampling

    if image.mode in ("L", "RGB", "RGBA") and "transparency" not in image.info:  # first, as a JPEG decodes smaller ones
        image.thumbnail((longest, longest), Resampling.BILINEAR, reducing_gap=1.5)
    if image.mode in ("L", "RGB") and is_bare(image):
        return image
    image = plain(upright(image))
    image.thumbnail((longest, longest), Resampling.BILINEAR, reducing_gap=1.5)
    return image


# -- while it comes ----------------------------------------------------------------------------------------------------


class Ahead:
    """Looks on while an answer comes, at its first heavy pictures. Implements `core.seams.Onlooker`."""

    def __init__(self, longest: int) -> None:
        self.longest = longest  # pixels
        self._looks: list[_Look] = []

    def wants(self, head: bytes, /) -> bool:
        width, height = dimensions(head)
        return len(self._looks) < _MOST_LOOKS and sniff(head) in FORMATS and width * height >= _HEAVY

    def look(self, growing: Growing, /) -> None:
        look = _Look(growing, self.longest)
        try:
            look.start()
        except RuntimeError:  # the system has no more threads: it is made later
            growing.file.close()
            return
        self._looks.append(look)

    def taken(self, sha256: str, longest: int) -> Preview | None:
        """The preview of that picture, waited for where it is under way; None where there is none."""
        for look in self._looks if longest == self.longest else ():
            if look.growing.sha256 == sha256:
                look.join()
                return look.made
        return None


class _Look(threading.Thread):
    """Makes the preview of one picture."""

    def __init__(self, growing: Growing, longest: int) -> None:
        super().__init__(name="nbgemini-preview", daemon=True)
        self.growing = growing
        self.made: Preview | None = None
        self._longest = longest

    def run(self) -> None:
        with suppress(Exception), self.growing.file as file:  # who shows it says what is wrong
            made = _preview_of(file, self._longest)
            self.made = made if isinstance(made, Preview) else None


_newest: list[Ahead] = []


def look_ahead(longest: int) -> Ahead:
    """An onlooker for an ask that is shown with previews of at most `longest` pixels."""
    _newest[:] = [Ahead(longest)]
    return _newest[0]


def taken(sha256: str, longest: int) -> Preview | None:
    """The preview of a picture that has just come, if it was made while it came."""
    return _newest[0].taken(sha256, longest) if _newest else None
