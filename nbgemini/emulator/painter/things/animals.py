"""Animals that sit and face us: cats, dogs, foxes, bears and their kin."""

from collections.abc import Sequence

from ..canvas.curves import arc
from ..canvas.pen import Pen
from ..colours import RGB, darker, lighter
from .figure import Look, figure
from .pose import HEAD, Fur, sitter


def _sits(name: str, coats: Sequence[RGB], **traits: object) -> None:
    """Registers a sitting animal whose traits do not depend on its colour."""

    @figure(name, aspect=0.92, grip=0.86, head=HEAD)
    def draw(pen: Pen, look: Look) -> None:
        coat = look.main(*coats)
        settings: dict[str, object] = {"coat": coat, "belly": lighter(coat, 0.5), **traits}
        sitter(pen, Fur(**settings))  # type: ignore[arg-type]


@figure("cat", aspect=0.92, grip=0.86, head=HEAD)
def cat(pen: Pen, look: Look) -> None:
    coat = look.main((226, 140, 66), (112, 108, 114), (62, 58, 66), (236, 222, 200), (176, 128, 92))
    striped = look.dice.chance(0.6) and sum(coat) > 260
    sitter(
        pen,
        Fur(
            coat=coat,
            belly=lighter(coat, 0.62),
            stripes=darker(coat, 0.28) if striped else None,
            whiskers=True,
            cheeks=lighter(coat, 0.62),
        ),
    )


@figure("dog", aspect=0.92, grip=0.86, head=HEAD)
def dog(pen: Pen, look: Look) -> None:
    coat = look.main((206, 152, 92), (132, 88, 60), (240, 226, 202), (92, 82, 80))
    sitter(pen, Fur(coat=coat, belly=lighter(coat, 0.6), ears="flop", muzzle=1.25, cheeks=lighter(coat, 0.45)))
    pen.line(arc(0.45, 0.36, 0.2, 0.17, 40, 140), 0.034, (196, 62, 58))
    pen.disc(0.45, 0.545, 0.026, (240, 200, 90))


_sits(
    "fox",
    ((224, 112, 50), (214, 98, 44)),
    belly=(250, 240, 226),
    cheeks=(252, 242, 228),
    inner=(70, 48, 46),
    tail="bush",
    tip=(252, 244, 232),
    paws=(74, 52, 50),
)
_sits(
    "wolf",
    ((128, 134, 146), (96, 100, 112)),
    belly=(226, 226, 230),
    cheeks=(228, 228, 232),
    inner=(80, 78, 88),
    tail="bush",
    tip=(70, 72, 84),
)
_sits(
    "rabbit", ((226, 212, 196), (186, 164, 146), (246, 242, 238)), ears="long", tail="stub", whiskers=True, muzzle=0.9
)
_sits(
    "bear",
    ((134, 90, 62), (106, 72, 52)),
    belly=(184, 138, 98),
    ears="round",
    inner=(184, 138, 98),
    tail="none",
    wide=1.25,
    muzzle=1.3,
)
_sits(
    "polar bear",
    ((240, 242, 242),),
    belly=(252, 252, 250),
    ears="round",
    inner=(206, 208, 214),
    tail="none",
    wide=1.25,
    muzzle=1.3,
)
_sits("teddy", ((192, 138, 88), (222, 180, 136)), ears="round", tail="none", wide=1.15, muzzle=1.25)
_sits(
    "panda",
    ((248, 246, 242),),
    belly=(252, 250, 246),
    ears="round",
    inner=(52, 50, 56),
    mask=(48, 46, 52),
    tail="none",
    wide=1.25,
    muzzle=1.1,
    paws=(48, 46, 52),
)
_sits(
    "red panda",
    ((186, 84, 48),),
    belly=(70, 46, 42),
    ears="pointed",
    inner=(250, 240, 228),
    cheeks=(250, 238, 222),
    tail="ring",
    tip=(236, 190, 140),
    paws=(64, 44, 42),
)
_sits(
    "raccoon",
    ((138, 138, 144),),
    belly=(196, 194, 194),
    ears="round",
    inner=(60, 58, 64),
    mask=(52, 50, 58),
    cheeks=(240, 238, 234),
    tail="ring",
    tip=(60, 58, 66),
)
_sits("mouse", ((168, 162, 166), (206, 196, 188)), ears="big", tail="thin", whiskers=True, muzzle=0.8)
_sits(
    "squirrel",
    ((184, 100, 58),),
    belly=(246, 232, 212),
    tail="bush",
    tip=(206, 132, 84),
    inner=(120, 66, 46),
    muzzle=0.85,
)
_sits(
    "tiger",
    ((234, 142, 58),),
    belly=(252, 244, 230),
    cheeks=(252, 244, 230),
    ears="round",
    inner=(70, 52, 46),
    stripes=(48, 40, 42),
    whiskers=True,
    wide=1.15,
)
_sits(
    "leopard",
    ((232, 184, 106),),
    belly=(252, 240, 214),
    cheeks=(250, 238, 214),
    ears="round",
    inner=(96, 70, 50),
    spots=(86, 62, 46),
    whiskers=True,
)
_sits(
    "lion",
    ((226, 172, 96),),
    belly=(246, 220, 168),
    ears="round",
    inner=(180, 120, 70),
    mane=(158, 90, 46),
    tail="curl",
    tip=(124, 70, 42),
    whiskers=False,
    wide=1.1,
)
_sits(
    "monkey",
    ((128, 86, 62),),
    belly=(224, 180, 142),
    ears="big",
    inner=(224, 180, 142),
    cheeks=(228, 186, 148),
    tail="curl",
    muzzle=1.1,
)
_sits("kangaroo", ((196, 140, 96),), belly=(236, 204, 166), ears="long", tail="curl", muzzle=1.05)
