"""Real values to display: pictures on disk, and results of the shape that the display asks for."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from nbgemini.core.content import Turn, picture_part, user_turn
from nbgemini.core.exchange import Answer, Backend, Exchange
from nbgemini.core.options import ImageOptions
from nbgemini.core.picture import HEAD, Picture, dimensions, sniff
from nbgemini.core.skeleton import Json
from nbgemini.core.usage import Usage


def drawn(width: int, height: int, hue: int = 210, mode: str = "RGB") -> Image.Image:
    """A picture with soft areas and sharp edges: evening hills under a round sun."""
    image = Image.new(mode, (width, height))
    pen = ImageDraw.Draw(image)
    clear = (0,) if mode == "RGBA" else ()
    pen.rectangle((0, 0, width, height), fill=(hue, 170, 140, *clear))
    radius = min(width, height) // 6
    pen.ellipse(
        (width * 0.62, height * 0.18, width * 0.62 + 2 * radius, height * 0.18 + 2 * radius), fill=(250, 214, 120)
    )
    for depth in range(3):
        top = height * (0.5 + 0.15 * depth)
        slope = [(0, top), (width * (0.3 + 0.2 * depth), top - height * 0.18), (width, top + height * 0.05)]
        pen.polygon(
            [*slope, (width, height), (0, height)], fill=(70 - 18 * depth, 96 - 20 * depth, hue - 60 - 30 * depth)
        )
    return image


def noisy(width: int, height: int) -> Image.Image:
    """A picture that no encoder makes small."""
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))


def encoded(image: Image.Image, form: str = "PNG", **how: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **how)
    return target.getvalue()


@dataclass(frozen=True)
class Kept:
    """A result whose pictures lie in a folder under their hashes."""

    exchange: Exchange
    folder: Path
    turn: int = 1
    conversation_name: str = "main"
    edits: int | None = None
    notices: tuple[str, ...] = ()
    seconds: float = 12.34
    siblings: list[Kept] = field(default_factory=list)

    @property
    def variants(self) -> tuple[Kept, ...]:
        return tuple(self.siblings) or (self,)

    def bytes_of(self, picture: Picture, /) -> bytes:
        return self.path_of(picture).read_bytes()

    def path_of(self, picture: Picture, /) -> Path:
        return self.folder / picture.sha256

    def with_(self, **changes: Any) -> Kept:
        """The same with other fields of its exchange."""
        return replace(self, exchange=replace(self.exchange, **changes))


def on_disk(folder: Path, data: bytes) -> Picture:
    """A picture of any bytes, as the store would describe it."""
    name = hashlib.sha256(data).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    width, height = dimensions(data[:HEAD])
    return Picture(name, len(data), sniff(data[:HEAD]) or "application/octet-stream", width, height)


Part = bytes | str | Mapping[str, Json]


def kept(
    folder: Path,
    *parts: Part,
    prompt: str = "a tabby cat on a sofa",
    backend: Backend = "gemini",
    options: ImageOptions | None = None,
    name: str = "1a2b3c",
    parent: str | None = None,
    cost: int | None = 134_400,
) -> Kept:
    """A result whose answer has these parts: text, the bytes of a picture, or a part as it stands on the wire."""
    pictures = {}
    raw: list[Mapping[str, Json]] = []
    for part in parts:
        if isinstance(part, bytes):
            picture = on_disk(folder, part)
            pictures[picture.sha256] = picture
            raw.append(picture_part(picture))
        else:
            raw.append({"text": part} if isinstance(part, str) else part)
    turn = Turn("model", {"role": "model", "parts": raw}, pictures)
    usage = Usage(prompt=278, candidates=1120, thoughts=96, total=1494, images=1120)
    exchange = Exchange(
        id=name,
        parent=parent,
        user=user_turn(prompt),
        answer=Answer(
            turn=turn, finish_reason="STOP", usage=usage, model_version="gemini-3-pro-image", response_id="r1"
        ),
        model="gemini-3-pro-image",
        backend=backend,
        options=options or ImageOptions(aspect="16:9"),
        cost=cost,
        estimate=134_000,
        seconds=12.34,
        created="2026-11-22T14:03:11Z",
    )
    return Kept(exchange, folder)


def thought(text: str) -> dict[str, Json]:
    """A thought in words."""
    return {"text": text, "thought": True}


def reader(folder: Path) -> Callable[[Picture], bytes]:
    return lambda picture: (folder / picture.sha256).read_bytes()
