"""Chooses the scene that a request is about, and has the painter paint it."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..apierrors import BAD_PICTURE, invalid
from ..registry import Model
from ..requests import earlier, inspecting
from ..requests.wanted import Ask
from . import provenance

if TYPE_CHECKING:
    from ..painter import Scene

# What a picture that comes along is called; to the painter, all of them are pictures.
_GIVEN = re.compile(r"(?i)\b(?:this|my) (?:image|photo|drawing|sketch|chart|plot|graph|figure|diagram)\b")
# Words that ask for a change of the picture they come with, rather than for a new one.
_CHANGE = re.compile(
    r"(?i)\s*(?:(?:now|please|and|then|can you|could you)[ ,]+)*"
    r"(?:make|add|remove|delete|erase|change|turn|recolou?r|replace|swap|move|same|without|edit|restyle|keep|undo|"
    r"(?:this|the) (?:picture|image|photo|drawing)|give (?:it|him|her|them)|as an? |at (?:night|dawn|dusk|sunset|noon)|"
    r"in winter|it )\b"
)
_VERSION = re.compile(
    r"(?i)\b(?:poster|painting|drawing|sketch|print|version|watercolou?r|blueprint) of this picture\b"
)
_CURRENT = re.compile(r"(?i)image 1: the current picture")


_RECORDED_QUALITY = {"gemini": 99, "vertex": 82}
"""What makes JPEGs of a 1K picture 0.5 to 0.9 MB on the Gemini API and 0.1 to 0.3 MB on Vertex AI, as recorded."""
_MANNERS = {
    "gemini-3-pro-image": "pro",
    "gemini-nano-banana-2.1": "2.1",
    "gemini-3.1-flash-image": "flash",
    "gemini-3.1-flash-lite-image": "lite",
    "gemini-2.5-flash-image": "2.5",
}


class Recent:
    """The pictures that were painted last, up to so many bytes: a notebook that runs again asks for the same ones."""

    def __init__(self, most: int) -> None:
        self._most, self._held = most, 0
        self._pictures: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def painted(self, scene: Scene, *how: Any) -> bytes:
        """What the painter makes of these, which is the same bytes each time."""
        from .. import painter

        with self._lock:
            if (scene, how) in self._pictures:
                self._pictures.move_to_end((scene, how))
                return self._pictures[scene, how]
        picture = painter.paint(scene, *how)
        if not scene.photo and not scene.pictures:  # those hold pictures of the user's, of any size
            self._keep((scene, how), picture)
        return picture

    def _keep(self, key: Hashable, picture: bytes) -> None:
        with self._lock:
            if key not in self._pictures:  # another thread may have painted it meanwhile
                self._pictures[key] = picture
                self._held += len(picture)
            while self._held > self._most:
                self._held -= len(self._pictures.popitem(last=False)[1])


_RECENT = Recent(8_000_000)


@dataclass(frozen=True)
class Canvas:
    """A scene at the size and in the type that the model gives."""

    model: Model
    scene: Scene
    width: int
    height: int
    media_type: str
    real_weight: bool
    """Whether JPEGs and signatures are as heavy as those that were recorded."""
    card: bool = False
    """Whether it is to be a plain card in colours of its own, which is drawn in no time."""

    @property
    def _manner(self) -> str:
        """How this model paints, so that models can be told apart."""
        return _MANNERS.get(self.model.id, "")

    @property
    def _quality(self) -> int | None:
        return _RECORDED_QUALITY[self.model.backend] if self.real_weight else None

    def picture(self) -> bytes:
        """The finished picture."""
        from .. import painter

        if self.card:
            painted = painter.card(self.scene, self.width, self.height, self.media_type, self._manner)
        else:
            painted = _RECENT.painted(self.scene, self.width, self.height, self.media_type, self._manner, self._quality)
        return provenance.stamped(painted, self.model)

    def sketch(self, stage: int) -> bytes:
        """A draft of it; higher stages are closer to the finished picture."""
        from .. import painter

        size = (self.width, self.height)
        drawn = painter.sketch(self.scene, *size, self.media_type, stage, self._manner, self._quality)
        return provenance.stamped(drawn, self.model)


def canvas(ask: Ask, prompt: str, real_weight: bool, *, card: bool = False) -> Canvas:
    """The scene that this request asks for: a new one, or the one before it changed by the prompt."""
    return Canvas(ask.model, _scene(ask, prompt), *ask.pixels, ask.media_type, real_weight, card)


def _scene(ask: Ask, prompt: str) -> Scene:
    from .. import painter

    history = earlier.scenes(ask.turns)
    if history:
        last = history[-1][0]
        scenes = [_load(scene) for _, scene in history]
        references = _given(ask, after=last)
        return painter.edit(scenes[-1], prompt, seed=ask.chance, references=references, earlier=tuple(scenes[:-1]))
    if _given(ask, after=-1):
        prompt = _GIVEN.sub("this picture", prompt)
    base, references = _base(ask, prompt)
    if base is not None:
        return painter.edit(_photo(base), prompt, seed=ask.chance, references=references)
    # A system instruction steers a new picture; afterwards its mark is in the scene.
    told = f"{prompt}\n{ask.system}" if ask.system else prompt
    return painter.compose(told, seed=ask.chance, references=references)


def _load(scene: bytes) -> Scene:
    """A scene out of a signature; one of another version's making is as good as corrupted."""
    from .. import painter

    try:
        return painter.Scene.load(scene)
    except ValueError as error:
        raise invalid(earlier.CORRUPTED) from error


def _base(ask: Ask, prompt: str) -> tuple[bytes | None, list[bytes]]:
    """The picture to edit where no scene is known, and the references beside it.

    The model's own last picture if it came back unsigned (2.5, or an escape string), else the first that the user gave
    when the words ask for a change of it; otherwise it is shown for a new picture.
    """
    own = [(index, turn.pictures[-1]) for index, turn in enumerate(ask.turns) if turn.role == "model" and turn.pictures]
    if own:
        return own[-1][1], _given(ask, after=own[-1][0])
    given = _given(ask, after=-1)
    if given and _is_change(ask, prompt):
        return given[0], given[1:]
    return None, given


def _is_change(ask: Ask, prompt: str) -> bool:
    texts = [part.text for part in ask.turns[-1].parts if part.text]
    wanted = _CHANGE.match(prompt) or _VERSION.search(prompt)
    return bool(wanted) or any(_CURRENT.match(text) for text in texts)


def _given(ask: Ask, *, after: int) -> list[bytes]:
    """The pictures of the user turns after this one, but for those that cannot be decoded here."""
    shown = [picture for turn in ask.turns[after + 1 :] if turn.role == "user" for picture in turn.references]
    return [inspecting.upright(picture) for picture in shown if inspecting.sniff(picture) in inspecting.PAINTABLE]


def _photo(picture: bytes) -> Scene:
    from .. import painter

    inspecting.check(picture)
    try:
        return painter.from_photo(picture)
    except (ValueError, OSError) as error:
        raise invalid(BAD_PICTURE) from error
