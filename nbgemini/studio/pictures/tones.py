"""Pixels as files and screens take them: eight bits, upright, in grey or RGB, with a colour profile that fits.

Pillow cuts tones off where it makes eight bits of more, keeps a profile of CMYK for pixels that are RGB by then, and
turns what shines through black; so nothing is converted but here.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any

from nbgemini.studio.silence import quiet

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["UnknownWhite", "eight_bits", "encoded", "is_turned", "on_white", "plain", "shown_pixels", "upright"]

_QUALITY = 92
_SPACES = {"1": b"GRAY", "L": b"GRAY", "LA": b"GRAY", "P": b"RGB ", "RGB": b"RGB ", "RGBA": b"RGB "}
_ORIENTATION = 0x0112


class UnknownWhite(ValueError):
    """A picture of whole or real numbers: which of them is white is not told."""


def upright(image: Image) -> Image:
    """The picture as it is looked at, in eight bits; a copy that is encoded anew loses the note of which way is up.

    Raises UnknownWhite.
    """
    from PIL import ImageOps

    image = eight_bits(image)
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # a picture whose notes are spoilt is still a picture
        return image


def is_turned(image: Image) -> bool:
    """Whether its notes say that it lies on its side, or upside down, or is mirrored."""
    try:
        return image.getexif().get(_ORIENTATION, 1) in range(2, 9)
    except Exception:
        return False


def is_bare(image: Image) -> bool:
    """Whether it was made in memory and has no notes: a copy would be the same, and takes as much memory again."""
    from PIL.Image import Image as Made

    return type(image) is Made and not image.info and not image.getexif()


def _shines_through(image: Image) -> bool:
    """Whether a pixel is not wholly opaque."""
    if not image.has_transparency_data:
        return False
    return image.convert("RGBA").getchannel("A").histogram()[255] < image.width * image.height


def plain(image: Image) -> Image:
    """A copy in grey or RGB, in RGBA where something shines through; of its notes a fitting profile stays.

    Raises UnknownWhite.
    """
    image = eight_bits(image)
    if _shines_through(image):
        return _bare(image, image.convert("RGBA"))
    if image.mode in ("L", "LA", "1"):
        return _bare(image, image.convert("L"))
    return _bare(image, _in_rgb(image))


def shown_pixels(image: Image) -> Image:
    """The picture in a mode whose numbers are tones: not places in a palette, not inks. Sixteen bits stay."""
    if image.mode in ("L", "RGB", "RGBA", "I", "F") or image.mode.startswith("I;16"):
        return image
    with quiet():
        return plain(image)


def on_white(image: Image) -> Image:
    """A copy in RGB: what shines through is white, as on paper. Raises UnknownWhite."""
    from PIL import Image as Images

    image = plain(image)
    if image.mode != "RGBA":
        return _bare(image, image.convert("RGB"))
    paper = Images.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    return _bare(image, paper.convert("RGB"))


def eight_bits(image: Image) -> Image:
    """A picture of sixteen bits in eight, dark and light as before; others as they are. Raises UnknownWhite."""
    mode = image.mode
    if mode == "F" or (mode == "I" and image.format != "PNG"):  # a PNG's numbers have sixteen bits
        raise UnknownWhite(f"mode {mode}")
    if mode != "I" and not mode.startswith("I;16"):
        return image
    from PIL import Image as Images

    tags = getattr(image, "tag_v2", {})
    if _first(tags.get(258)) == 12:
        image = image.point(lambda value: value * 16)
    width, little = (4, sys.byteorder == "little") if mode == "I" else (2, mode in ("I;16", "I;16L"))
    if mode == "I;16N":
        little = sys.byteorder == "little"
    start = 1 if little else width - 2
    grey = Images.frombytes("L", image.size, image.tobytes()[start::width])
    grey = grey.point([255 - value for value in range(256)]) if _first(tags.get(262)) == 0 else grey
    grey.info = {name: value for name, value in image.info.items() if name != "transparency"}
    return grey


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) and value else value


def _in_rgb(image: Image) -> Image:
    """By the profile of its inks where it has one."""
    profile: Any = image.info.get("icc_profile")
    if image.mode == "CMYK" and _space_of(profile) == b"CMYK":
        try:
            from PIL import ImageCms

            converted = ImageCms.profileToProfile(
                image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            if converted is not None:
                return converted
        except Exception:  # a profile that is no profile, or a Pillow without colour management
            pass
    return image.convert("RGB")


def _bare(image: Image, converted: Image) -> Image:
    """A converted copy without notes but the profile, where that is one of its pixels."""
    converted = converted.copy() if converted is image else converted
    profile = image.info.get("icc_profile")
    fits = _space_of(profile) == _SPACES.get(converted.mode)
    converted.info = {"icc_profile": profile} if fits else {}
    return converted


def _space_of(profile: object) -> bytes:
    """The colour space of a profile, as its header says."""
    return profile[16:20] if isinstance(profile, bytes) else b""


def encoded(image: Image, form: str, **options: Any) -> bytes:
    """The bytes of a file, without notes but the colour profile."""
    # Pillow writes comments and, in some versions, EXIF of an image by itself.
    bare = image if is_bare(image) else image.copy()
    profile = image.info.get("icc_profile")
    bare.info = {name: value for name, value in image.info.items() if name == "transparency"}
    if _space_of(profile) == _SPACES.get(image.mode):
        options["icc_profile"] = profile
    if form in ("JPEG", "WEBP"):
        options.setdefault("quality", _QUALITY)
    buffer = io.BytesIO()
    bare.save(buffer, form, **options)
    return buffer.getvalue()
