"""The titles of a scene, set on its picture."""

from PIL import Image

from ..canvas.lettering import block, clean
from ..canvas.stage import blurred
from ..colours import luminance, parse, readable_on
from ..scene import Letters, Scene
from ..styles.style import Style


def paint(image: Image.Image, scene: Scene, style: Style) -> Image.Image:
    """The scene's titles on the picture."""
    for letters in scene.letters[:8]:
        if clean(letters.text):
            _title(image, scene, letters, style)
    return image


def _title(image: Image.Image, scene: Scene, letters: Letters, style: Style) -> None:
    width, height = image.size
    short = min(width, height)
    alone = not scene.shown and scene.chart is None and scene.place in ("abstract", "plain", "studio", "sheet")
    share = 0.44 if alone and letters.place == "middle" else 0.2
    largest = round(short * (0.26 if alone else 0.13) * max(0.2, min(4.0, letters.size)))
    set_type = block(letters.text, width * 0.86, height * share * max(0.6, letters.size), largest, letters.font)
    margin = round(height * 0.045 + short * 0.02)
    y = {"top": margin, "bottom": height - margin - set_type.height - round(short * 0.02)}.get(
        letters.place, (height - set_type.height) // 2
    )
    x = (width - set_type.width) // 2
    below = style.ground(scene, letters.place)
    ink = parse(letters.colour) or readable_on(below)
    halo = (20, 18, 30) if luminance(ink) > 0.5 else (252, 248, 238)
    _halo(image, set_type, x, y, halo, short)
    image.paste(ink, (x, y), set_type)


def _halo(image: Image.Image, set_type: Image.Image, x: int, y: int, colour: tuple[int, int, int], short: int) -> None:
    """A soft ground round the letters, so that they read on anything."""
    small = 4
    pad = max(4, round(short * 0.03))
    size = ((set_type.width + 2 * pad) // small + 1, (set_type.height + 2 * pad) // small + 1)
    soft = Image.new("L", size)
    soft.paste(
        set_type.resize((max(1, set_type.width // small), max(1, set_type.height // small))),
        (pad // small, pad // small),
    )
    soft = blurred(soft, short * 0.012 / small).point([min(150, value * 2) for value in range(256)])
    soft = soft.resize((size[0] * small, size[1] * small), Image.Resampling.BILINEAR)
    image.paste(colour, (x - pad, y - pad), soft)
