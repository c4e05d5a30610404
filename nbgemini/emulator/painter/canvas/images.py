"""Pictures that come from outside: opened with care, kept small, and their colours."""

import hashlib
import io
from functools import lru_cache

from PIL import Image

from ..colours import RGB, code

LARGEST = 50_000_000  # pixels; more is not opened


@lru_cache(maxsize=8)
def opened(data: bytes) -> Image.Image | None:
    """The picture in the bytes as RGB, or ``None`` if there is none to be had."""
    try:
        image = Image.open(io.BytesIO(data))
        if image.width * image.height > LARGEST:
            return None
        image.draft("RGB", (1024, 1024))
        flat = _flattened(image)
        flat.thumbnail((1024, 1024), Image.Resampling.BICUBIC)  # a few of these are kept in memory
        return flat
    except Exception:  # whatever bytes a stranger sends, and whatever a decoder makes of them, a picture is drawn
        return None


def _flattened(image: Image.Image) -> Image.Image:
    """Transparent pictures on white."""
    if image.mode in ("RGBA", "LA", "P", "PA"):
        layer = image.convert("RGBA")
        ground = Image.new("RGB", layer.size, (255, 255, 255))
        ground.paste(layer, (0, 0), layer)
        return ground
    return image.convert("RGB")


def kept(data: bytes, side: int) -> bytes:
    """The picture as a JPEG of at most ``side`` pixels; of unreadable bytes, four colours made from them."""
    image = opened(data) or _stand_in(data)
    image = image.copy()
    image.thumbnail((side, side), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=86, subsampling="4:2:0")
    return out.getvalue()


def _stand_in(data: bytes) -> Image.Image:
    digest = hashlib.blake2b(data, digest_size=12).digest()
    return Image.frombytes("RGB", (2, 2), digest).resize((96, 96), Image.Resampling.BICUBIC)


def palette(data: bytes, count: int = 5) -> tuple[str, ...]:
    """The main colours of a picture, the most vivid and frequent first."""
    image = opened(data) or _stand_in(data)
    small = image.resize((48, 48), Image.Resampling.BOX)
    tally: dict[tuple[int, int, int], list[int]] = {}
    raw = small.tobytes()
    for at in range(0, len(raw), 3):
        r, g, b = raw[at], raw[at + 1], raw[at + 2]
        entry = tally.setdefault((r >> 5, g >> 5, b >> 5), [0, 0, 0, 0])
        entry[0] += 1
        entry[1] += r
        entry[2] += g
        entry[3] += b
    found = [(n, (r // n, g // n, b // n)) for n, r, g, b in tally.values()]
    found.sort(key=lambda item: (-item[0] * (30 + max(item[1]) - min(item[1])), item[1]))
    return tuple(code(colour) for colour in _apart([colour for _, colour in found], count))


def _apart(colours: list[RGB], count: int) -> list[RGB]:
    """The first colours that are not too near to each other."""
    chosen: list[RGB] = []
    for colour in colours:
        if all(sum(abs(a - b) for a, b in zip(colour, other, strict=True)) > 70 for other in chosen):
            chosen.append(colour)
    return (chosen + colours)[:count]
