"""Pictures: exact sizes, the same bytes, and pixels that stay when nothing touched them."""

import hashlib
import io
import os
import subprocess
import sys
import time
from itertools import combinations

import numpy
import pytest
from PIL import Image, ImageChops

from nbgemini.emulator.painter import Scene, compose, edit, from_photo, paint, sketch
from nbgemini.emulator.painter.colours import RGB
from nbgemini.emulator.painter.painting.manners import MANNERS
from nbgemini.emulator.painter.reading.vocabulary import KINDS
from nbgemini.emulator.painter.scene import Thing
from nbgemini.emulator.painter.styles.style import of_name
from nbgemini.emulator.painter.things import figure_of, kinds
from tests.support.sampling import sampled

STYLES = (
    "",
    "photo",
    "watercolor",
    "oil",
    "ink",
    "pencil",
    "pixel",
    "blueprint",
    "chalk",
    "papercut",
    "poster",
    "comic",
    "mosaic",
    "points",
    "neon",
)
PLACES = (
    "meadow",
    "hills",
    "mountains",
    "forest",
    "lake",
    "sea",
    "beach",
    "river",
    "city",
    "village",
    "desert",
    "snow",
    "space",
    "moon",
    "room",
    "table",
    "studio",
    "plain",
    "underwater",
    "sky",
    "abstract",
    "sheet",
    "photo",
    "nowhere",
)


def one(prompt: str) -> Scene:
    return compose(prompt, seed=1, references=())


def then(scene: Scene, prompt: str) -> Scene:
    return edit(scene, prompt, seed=None, references=())


def seen(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def png(scene: Scene, width: int = 512, height: int = 512) -> Image.Image:
    return seen(paint(scene, width, height, "image/png"))


def changed(before: Image.Image, after: Image.Image) -> tuple[int, int, int, int]:
    """The box of all pixels that differ."""
    box = ImageChops.difference(before, after).getbbox()
    assert box is not None
    return box


def share(image: Image.Image, wanted: RGB, reach: int = 60) -> float:
    """How much of the picture is near a colour."""
    distances = numpy.abs(numpy.asarray(image, dtype=numpy.int16) - numpy.array(wanted, dtype=numpy.int16)).sum(axis=2)
    return float((distances < reach).mean())


@pytest.mark.parametrize(
    "size",
    sampled([(512, 512), (848, 1264), (1, 1), (1584, 672), (7, 300), (384, 3072), (300, 2), (3072, 384)], 2),
)
@pytest.mark.parametrize("media_type", sampled(["image/jpeg", "image/png"], 2))
def test_sizes_are_exact(size: tuple[int, int], media_type: str) -> None:
    """Every picture has the size and the type that were asked for."""
    picture = Image.open(io.BytesIO(paint(one("a red boat at sunset"), *size, media_type)))
    assert picture.size == size
    assert f"image/{str(picture.format).lower()}" == media_type


def test_other_media_types_are_refused() -> None:
    """Other media types are refused."""
    with pytest.raises(ValueError, match="image/webp"):
        paint(one("a cat"), 64, 64, "image/webp")


@pytest.mark.deep
@pytest.mark.parametrize("style", sampled(STYLES, 3))
def test_every_style_draws_its_own_picture_again_and_again(style: str) -> None:
    """Every style draws its own picture again and again."""
    scene = Scene(
        seed=5,
        style=style,
        things=(Thing(kind="fox", size=0.5), Thing(id=1, kind="balloon", plane="air", v=0.4, u=0.3)),
    )
    assert of_name(style).name == style
    data = paint(scene, 320, 240, "image/png")
    assert data == paint(scene, 320, 240, "image/png")
    assert style == "" or data != paint(Scene(seed=5, things=scene.things), 320, 240, "image/png")


@pytest.mark.parametrize("place", sampled(PLACES, 4))
def test_every_place_draws_by_day_and_night_and_in_all_weathers(place: str) -> None:
    """Every place draws by day and night and in all weathers."""
    for time_, weather, season in (
        ("day", "clear", "spring"),
        ("night", "snow", "winter"),
        ("dusk", "fog", "autumn"),
        ("dawn", "storm", "summer"),
    ):
        scene = Scene(seed=3, place=place, time=time_, weather=weather, season=season, words="a few words")
        assert paint(scene, 200, 120, "image/jpeg")


@pytest.mark.deep
def test_every_word_of_the_vocabulary_has_a_drawing() -> None:
    """Every word of the vocabulary has a drawing."""
    assert set(KINDS) == set(kinds())
    for kind in KINDS:
        assert 0.15 <= figure_of(kind).aspect <= 4.0
    row = tuple(
        Thing(id=i, kind=kind, size=0.2, u=(i % 20) / 20, v=i / len(KINDS), text="Hi")
        for i, kind in enumerate(sorted(KINDS))
    )
    assert paint(Scene(things=row, time="night"), 256, 256, "image/jpeg")


@pytest.mark.deep
def test_the_same_bytes_in_another_process() -> None:
    """The same bytes in another process."""
    code = (
        "import hashlib; from nbgemini.emulator.painter import compose, paint;"
        "scene = compose('three foxes, oil painting', seed=None, references=());"
        "print(hashlib.sha256(paint(scene, 400, 300, 'image/jpeg')).hexdigest())"
    )
    data = paint(compose("three foxes, oil painting", seed=None, references=()), 400, 300, "image/jpeg")
    for seed in ("0", "123"):
        run = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == hashlib.sha256(data).hexdigest()


_MORE_STYLES = ("watercolor", "oil", "ink", "pixel", "blueprint", "chalk", "papercut", "poster", "comic", "mosaic")


@pytest.mark.parametrize("style", ["", *(pytest.param(style, marks=pytest.mark.deep) for style in _MORE_STYLES)])
def test_adding_a_thing_changes_only_what_it_covers(style: str) -> None:
    """Adding a thing changes only what it covers."""
    before = one("a tree on the left in a meadow" + (f", {style}" if style else ""))
    after = then(before, "add a red car on the right")
    left, *_ = changed(png(before), png(after))
    assert left > 512 * 0.4
    blocks = (0, 0, 192, 512)
    first, second = (seen(paint(scene, 512, 512, "image/jpeg")).crop(blocks) for scene in (before, after))
    assert first.tobytes() == second.tobytes(), "untouched JPEG blocks stay the same"


def test_removing_what_was_added_brings_the_pixels_back() -> None:
    """Removing what was added brings the pixels back."""
    before = one("a red boat on the sea")
    assert png(then(then(before, "add a lighthouse"), "remove the lighthouse")).tobytes() == png(before).tobytes()


@pytest.mark.deep
def test_recolouring_changes_only_the_thing() -> None:
    """Recolouring changes only the thing."""
    before = one("a red car on the right in the city")
    after = then(before, "make the car blue")
    left, top, *_ = changed(png(before), png(after))
    assert left > 230
    assert top > 230
    assert share(png(before), (206, 62, 54), 110) > share(png(after), (206, 62, 54), 110) + 0.01


def test_colours_and_positions_are_really_in_the_picture() -> None:
    """Colours and positions are really in the picture."""
    image = png(one("a red circle on the left and a blue square on the right"))
    halves = image.crop((0, 0, 256, 512)), image.crop((256, 0, 512, 512))
    assert share(halves[0], (216, 57, 47)) > 0.15 > 0.01 > share(halves[1], (216, 57, 47))
    assert share(halves[1], (47, 111, 196)) > 0.15 > 0.01 > share(halves[0], (47, 111, 196))


def test_the_background_has_the_colour_asked_for() -> None:
    """The background has the colour asked for."""
    assert share(png(one("a black star shape on a yellow background")), (244, 201, 52), 110) > 0.4


def test_night_is_dark() -> None:
    """The same place is much darker by night."""
    day, night = one("a house in a village by day"), then(one("a house in a village by day"), "make it night")
    mean = [sum(png(scene).resize((1, 1), Image.Resampling.BOX).tobytes()) / 3 for scene in (day, night)]
    assert mean[1] < mean[0] * 0.6


def test_the_same_picture_at_every_size() -> None:
    """The same picture at every size."""
    scene = one("a lighthouse and two boats at sunset")
    small, large = png(scene, 256, 256), png(scene, 1024, 1024).resize((256, 256), Image.Resampling.BOX)
    difference = ImageChops.difference(small, large).resize((1, 1), Image.Resampling.BOX)
    assert max(difference.tobytes()) < 9


def test_the_mark_is_in_the_corner() -> None:
    """The mark is in the corner."""
    scene = one("a fox")
    picture = png(scene, 1024, 1024)
    corner = picture.crop((900, 985, 1020, 1015))
    assert sum(corner.convert("L").point(lambda value: 255 if value > 225 else 0).histogram()[255:]) > 100


@pytest.mark.deep
@pytest.mark.parametrize("prompt", ["a tabby cat on a red sofa", "a bar chart of Q1 10, Q2 25", "xyzzy plugh"])
def test_manners_are_told_apart(prompt: str) -> None:
    """Each palette differs from every other in many pixels; the sizes are exact; the same comes out again."""
    scene = compose(prompt, seed=None, references=())
    drawn = {name: seen(paint(scene, 352, 192, "image/png", name)) for name in ("", *MANNERS)}
    for name, image in drawn.items():
        assert image.size == (352, 192)
        assert seen(paint(scene, 352, 192, "image/png", name)).tobytes() == image.tobytes()
    for left, right in combinations(drawn.values(), 2):
        moved = ImageChops.difference(left, right).convert("L").point([value > 4 for value in range(256)])
        assert sum(moved.tobytes()) > 0.1 * 352 * 192


@pytest.mark.parametrize("manner", MANNERS)
def test_manners_leave_alone_what_an_edit_leaves_alone(manner: str) -> None:
    """A bird in the sky changes no pixel of the ground."""
    scene = compose("a house in a meadow", seed=None, references=())
    edited = then(scene, "add a bird in the sky on the left")
    before, after = (seen(paint(each, 352, 192, "image/png", manner)) for each in (scene, edited))
    assert before.tobytes() != after.tobytes()
    ground = (0, 130, 352, 192)
    assert before.crop(ground).tobytes() == after.crop(ground).tobytes()


def test_a_photo_keeps_its_colours_in_every_manner() -> None:
    """The middle of a plain picture stays what it is, whoever adds something to it."""
    scene = from_photo(paint(compose("a red wall", seed=None, references=()), 160, 90, "image/png"))
    drawn = {seen(paint(scene, 160, 90, "image/png", name)).getpixel((40, 40)) for name in ("", *MANNERS)}
    assert len(drawn) == 1


def test_charts_are_drawn_to_their_numbers() -> None:
    """Charts are drawn to their numbers."""
    image = png(one("a bar chart of ants 2, bees 4"), 300, 300)
    blue = [x for x in range(300) for y in range(300) if _near(image, x, y, (63, 120, 181))]
    orange = [x for x in range(300) for y in range(300) if _near(image, x, y, (224, 138, 74))]
    assert 1.8 < len(orange) / len(blue) < 2.2


def _near(image: Image.Image, x: int, y: int, colour: RGB) -> bool:
    pixel = image.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return bool(abs(pixel[0] - colour[0]) + abs(pixel[1] - colour[1]) + abs(pixel[2] - colour[2]) < 45)


def test_references_take_part() -> None:
    """References take part."""
    green = io.BytesIO()
    Image.new("RGB", (300, 200), (20, 200, 60)).save(green, "PNG")
    scene = compose("hang this picture on the wall of a room", seed=1, references=[green.getvalue()])
    assert scene.pictures
    assert share(png(scene), (20, 200, 60), 150) > 0.01
    plain = compose("hang this picture on the wall of a room", seed=1, references=())
    assert share(png(plain), (20, 200, 60), 150) < 0.005


@pytest.mark.parametrize(
    "data", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, b"\xff\xd8\xff\xe0" + b"x" * 100]
)
def test_unreadable_references_still_draw(data: bytes) -> None:
    """Unreadable references still draw."""
    assert paint(compose("a cat", seed=1, references=[data]), 128, 128, "image/jpeg")
    assert paint(from_photo(data), 128, 128, "image/jpeg")


def test_a_photo_is_shown_and_edited() -> None:
    """A photo is shown and edited."""
    source = io.BytesIO()
    Image.linear_gradient("L").resize((1600, 900)).convert("RGB").save(source, "JPEG")
    scene = from_photo(source.getvalue())
    kept = Image.open(io.BytesIO(scene.photo))
    assert max(kept.size) == 768
    picture = png(scene, 640, 360)
    assert _near(picture, 320, 10, (7, 7, 7))
    assert _near(picture, 320, 350, (248, 248, 248))
    after = png(then(scene, "add a red car on the left"), 640, 360)
    assert share(after, (206, 62, 54), 110) > 0.005
    assert changed(picture, after)[2] < 420


def test_sketches_are_drafts_of_the_same_picture() -> None:
    """Sketches are drafts of the same picture."""
    scene = one("a fox in a forest")
    stages = [sketch(scene, 300, 200, "image/jpeg", stage) for stage in (0, 1)]
    assert [seen(data).size for data in stages] == [(300, 200)] * 2
    assert len({*stages, paint(scene, 300, 200, "image/jpeg")}) == 3


def test_nonsense_values_in_a_scene_still_draw() -> None:
    """Nonsense values in a scene still draw."""
    thing = Thing(
        kind="no such kind", u=-9.0, v=1e9, size=1e9, by=0, how="on", picture=99, colour="#zzzzzz", material="?"
    )
    other = Thing(id=5, kind="cat", by=6, how="on", u=1e12, v=-1e12, size=-4.0, room=-1.0)
    loop = Thing(id=6, kind="cat", by=5, how="on", text="\ud800\x00" * 90)
    for zoom in (-3.0, 0.0, 1e9):
        scene = Scene(
            place="nowhere",
            time="never",
            style="?",
            things=(thing, other, loop),
            tints=("sky", "ground=?", "sky=zz"),
            zoom=zoom,
            palette=("?",),
        )
        assert paint(scene, 96, 64, "image/jpeg")


@pytest.mark.deep
def test_sizes_of_files_and_time() -> None:
    """Files weigh what such pictures weigh, and are there soon."""
    scene = one("a lighthouse, two boats and a whale on the sea at sunset")
    paint(scene, 64, 64, "image/jpeg")
    begun = time.process_time()
    small = paint(scene, 1024, 1024, "image/jpeg")
    middle = time.process_time()
    large = paint(scene, 4096, 4096, "image/jpeg")
    assert 150_000 < len(small) < 700_000
    assert 2_000_000 < len(large) < 10_000_000
    # Generous bounds: a core may be slow; on that of a laptop these are 0.1 s and 1 s.
    assert middle - begun < 2.0
    assert time.process_time() - middle < 12.0
