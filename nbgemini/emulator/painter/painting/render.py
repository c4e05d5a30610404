"""From a scene to the bytes of a picture."""

import hashlib
import io
from dataclasses import replace

from PIL import Image

from .. import backdrop
from ..canvas.stage import Stage
from ..scene import Scene
from ..styles import prints
from ..styles.style import of_name
from . import actors, charts, finish, manners, titles, weather
from .manners import Manner

QUALITY = 91  # one table of quantisation for all pictures, so that blocks nothing touched stay the same


def paint(
    scene: Scene, width: int, height: int, media_type: str, manner: str = "", quality: int | None = None
) -> bytes:
    """The picture of a scene; the same bytes for the same scene, size, type, manner and quality."""
    return encoded(picture(scene, width, height, manners.of_name(manner)), media_type, quality)


def sketch(
    scene: Scene, width: int, height: int, media_type: str, stage: int, manner: str = "", quality: int | None = None
) -> bytes:
    """A draft: first the large forms and lines in pencil, then the colours without detail."""
    if stage <= 0:
        rough = replace(scene, style="draft", letters=(), accents=())
    else:
        rough = replace(scene, style="colour draft", accents=())
    return encoded(picture(rough, width, height, manners.of_name(manner)), media_type, quality)


def card(scene: Scene, width: int, height: int, media_type: str, manner: str = "") -> bytes:
    """Four fields of colour that follow from the scene, which is not painted."""
    fields = Image.frombytes("RGB", (2, 2), hashlib.shake_256(scene.dump()).digest(12))
    image = fields.resize((width, height), Image.Resampling.NEAREST)
    return encoded(finish.marked(image, manners.of_name(manner).word), media_type)


def picture(scene: Scene, width: int, height: int, manner: Manner = manners.PLAIN) -> Image.Image:
    """The finished picture as pixels."""
    style = of_name(scene.style)
    inner = style.work(*manner.size(scene, width, height))
    stage = Stage(scene, *inner)
    stage.flat, stage.lift = style.flat, style.lift
    backdrop.paint(stage)
    if style.focus and not stage.place.indoors and not scene.photo:
        stage.image = prints.defocused(stage.image, stage.unit, stage.horizon)
    if scene.chart:
        charts.paint(stage, scene.chart)
    actors.paint(stage)
    weather.paint(stage)
    finish.accents(stage)
    image = style.apply(stage)
    if image.size != (width, height):
        image = image.resize((width, height), style.resample)
    del stage.image
    image = finish.graded(image, scene.grade)
    if not scene.photo:  # a photo keeps its colours, and one of our own would get this manner twice
        image = manners.painted(image, manner, sheet=scene.chart is not None)
    image = titles.paint(image, scene, style)
    image = finish.grained(image, style.grain)
    return finish.marked(image, manner.word)


def encoded(image: Image.Image, media_type: str, quality: int | None = None) -> bytes:
    out = io.BytesIO()
    if media_type == "image/png":
        image.save(out, "PNG", compress_level=1)
    elif media_type == "image/jpeg":
        image.save(out, "JPEG", quality=quality or QUALITY, subsampling="4:2:0")
    else:
        raise ValueError(f"`{media_type}` is not painted; use image/jpeg or image/png")
    return out.getvalue()
