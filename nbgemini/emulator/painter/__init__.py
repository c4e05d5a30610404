"""The painter: pictures from prompts, without a model and without a network.

A prompt becomes a ``Scene``, a value that says what is in the picture; edits make new scenes of it; a scene is
painted at any size. The same prompt and seed give the same bytes.

The floors, each importing lower ones only: `colours`, `dice`, `places` (values and chance) < `scene` < `reading`
(what words say), `canvas` (tools) < `backdrop`, `styles` < `things`, `captions` (a scene in a sentence) < `arranging`
< `editing` < `painting`. Begin with the functions below, then with `scene`. What the painter understands is told in
README.md. Requests, answers and signatures are not its concern: it knows no protocol.
"""

from collections.abc import Sequence

from .scene import Scene

__all__ = ["Scene", "compose", "describe", "edit", "from_photo", "paint", "sketch"]


def compose(prompt: str, *, seed: int | None, references: Sequence[bytes]) -> Scene:
    """The scene of a prompt; ``references`` are pictures that take part in it. Never raises."""
    from .arranging import composing

    return composing.compose(prompt, seed=seed, references=references)


def edit(
    scene: Scene, prompt: str, *, seed: int | None, references: Sequence[bytes], earlier: Sequence[Scene] = ()
) -> Scene:
    """The scene after an edit; ``earlier`` are the scenes before it, the oldest first, for "undo that"."""
    from .editing import edits

    return edits.edit(scene, prompt, seed=seed, references=references, earlier=earlier)


def describe(scene: Scene) -> str:
    """One plain English sentence about the picture."""
    from . import captions

    return captions.sentence(scene)


def from_photo(picture: bytes) -> Scene:
    """A picture nobody has a scene for, as the base of edits; kept at 768 px on its longer side at most."""
    from .arranging import guests

    return guests.from_photo(picture)


def paint(
    scene: Scene, width: int, height: int, media_type: str, manner: str = "", quality: int | None = None
) -> bytes:
    """The picture as "image/jpeg" or "image/png", exactly ``width`` by ``height`` pixels.

    ``manner`` is one of ``manners``, such as "pro": the same scene in another palette and detail. ``quality`` is that
    of a JPEG, up to 100.
    """
    from .painting import render

    return render.paint(scene, width, height, media_type, manner, quality)


def sketch(
    scene: Scene, width: int, height: int, media_type: str, stage: int, manner: str = "", quality: int | None = None
) -> bytes:
    """A draft of the same picture: pencil at stage 0, rough colours from stage 1 on."""
    from .painting import render

    return render.sketch(scene, width, height, media_type, stage, manner, quality)


def card(scene: Scene, width: int, height: int, media_type: str, manner: str = "") -> bytes:
    """A plain card in place of the picture: other colours for another scene, and drawn in no time."""
    from .painting import render

    return render.card(scene, width, height, media_type, manner)
