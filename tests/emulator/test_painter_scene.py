"""The scene language: what a prompt becomes, and the bytes it travels as."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from nbgemini.emulator.painter import Scene, compose, describe, edit
from nbgemini.emulator.painter.scene import Thing

HOSTILE = [
    "",
    " ",
    "\n\n",
    "🦊🌙✨",
    "👩‍👩‍👧‍👦 family",
    "שלום עולם, a red cat",
    "مرحبا بالعالم",
    "一只红色的猫在海边",
    "ネコと月",
    '{"prompt": {"a": [1, 2, {"b": null}]}, "n": 3}',
    "a" * 100_000,
    "lorem ipsum " * 9_000,
    "\x00\x01\x02\x03\x04",
    "\ud800 lone",
    '"' * 500,
    "'quoted' \"both\" “curly”",
    "((((((((((",
    "-> -> ->",
    "A ->",
    "bar chart",
    "pie chart of 0, 0, 0",
    "line chart -5 -5",
    "bar chart a 1e999, b 99999999999999",
    "999999999 cats",
    "0 dogs",
    "-3 birds",
    "no cat, without anything",
    "undo that",
    "remove everything",
    "{name} %s {0} \\x00 <script>alert(1)</script>",
    "a cat on a cat on a cat on the cat",
    "the the the of of",
    "\u202eright to left\u202c",
    "e\u0301" * 200,
    "🏳️‍🌈" * 50,
    "pie chart of a -1, b -2",
    "timeline",
    "venn",
    "cycle of",
    "x" * 50 + " -> y",
]


def kinds(scene: Scene) -> list[str]:
    return [thing.kind for thing in scene.shown]


def one(prompt: str) -> Scene:
    return compose(prompt, seed=1, references=())


@pytest.mark.parametrize("prompt", HOSTILE, ids=range(len(HOSTILE)))
def test_every_prompt_makes_a_scene_that_survives_its_own_bytes(prompt: str) -> None:
    """Every prompt makes a scene that survives its own bytes."""
    scene = one(prompt)
    assert Scene.load(scene.dump()) == scene
    changed = edit(scene, prompt, seed=None, references=(), earlier=[scene])
    assert Scene.load(changed.dump()) == changed
    assert describe(scene).encode().decode().endswith(".")


@pytest.mark.parametrize(
    ("prompt", "kind", "count"),
    [
        ("three red balloons", "balloon", 3),
        ("a dozen roses in a vase", "rose", 12),
        ("two cats and a dog", "cat", 2),
        ("five small boats on the sea", "boat", 5),
        ("a flock of birds over hills", "bird", 7),
        ("a couple of houses", "house", 2),
        ("tres gatos", "cat", 3),
        ("7 penguins", "penguin", 7),
    ],
)
def test_counts(prompt: str, kind: str, count: int) -> None:
    """A number, a plural, a group: as many things as were said."""
    assert kinds(one(prompt)).count(kind) == count


@pytest.mark.parametrize(
    ("prompt", "field", "value"),
    [
        ("the sea at sunset", "time", "sunset"),
        ("a city by night", "time", "night"),
        ("hills in the rain", "weather", "rain"),
        ("a forest in autumn", "season", "autumn"),
        ("a cat, watercolor", "style", "watercolor"),
        ("pixel art of a robot", "style", "pixel"),
        ("a blueprint of a tower", "style", "blueprint"),
        ("rockets in outer space", "place", "space"),
        ("a fish under the sea", "place", "underwater"),
        ("an astronaut on the moon", "place", "moon"),
        ("a cat on a sofa", "place", "room"),
        ("an apple on a table", "place", "table"),
        ("flumox wibble", "place", "abstract"),
        ("un gato negro en la playa", "place", "beach"),
        ("夜晚的城市", "time", "night"),
    ],
)
def test_circumstances(prompt: str, field: str, value: str) -> None:
    """Hour, weather, season, style and place are read from the prompt, in other languages too."""
    assert getattr(one(prompt), field) == value


def test_colours_sizes_and_materials_belong_to_their_nouns() -> None:
    """Colours sizes and materials belong to their nouns."""
    scene = one("a big red boat, a tiny golden robot and a blue glass vase")
    boat, robot, vase = scene.shown
    assert (boat.kind, robot.kind, vase.kind) == ("boat", "robot", "vase")
    assert boat.colour == "#d8392f"
    assert robot.material == "gold"
    assert vase.colour == "#2f6fc4"
    assert robot.size < boat.size


def test_positions() -> None:
    """Left, right, above and beside are where the things end up."""
    scene = one("a house on the left and a tree on the right")
    house, tree = scene.shown
    assert house.u < 0.4 < 0.6 < tree.u
    scene = one("a balloon above a house, a cat next to the house")
    balloon, house, cat = scene.shown
    assert (balloon.by, balloon.how) == (house.id, "above")
    assert (cat.by, cat.how) == (house.id, "beside")


def test_set_text_is_kept_word_for_word() -> None:
    """Set text is kept word for word."""
    scene = one('a poster that says "Grüße & 50% OFF!"')
    assert [letters.text for letters in scene.letters] == ["Grüße & 50% OFF!"]
    assert one('a sign that says "OPEN"').shown[0].text == "OPEN"
    assert one("a sign that says OPEN TODAY in a desert").shown[0].text == "OPEN TODAY"


@pytest.mark.parametrize(
    ("prompt", "kind", "items"),
    [
        ("a bar chart of apples 3, pears 5", "bar", [("apples", 3), ("pears", 5)]),
        ("pie chart: cats 40%, dogs 60%", "pie", [("cats", 40), ("dogs", 60)]),
        ("line chart of Mon 1.5, Tue 2, Wed -3", "line", [("Mon", 1.5), ("Tue", 2), ("Wed", -3)]),
        ("flow diagram: A -> B -> C", "flow", [("A", 0), ("B", 0), ("C", 0)]),
        ("a cycle of egg, larva and adult", "cycle", [("egg", 0), ("larva", 0), ("adult", 0)]),
    ],
)
def test_charts_take_the_given_numbers_and_labels(prompt: str, kind: str, items: list[tuple[str, float]]) -> None:
    """Charts take the given numbers and labels."""
    chart = one(prompt).chart
    assert chart is not None
    assert chart.kind == kind
    assert [(item.label, item.value) for item in chart.items] == items


def test_the_seed_of_a_prompt_is_its_own() -> None:
    """The seed of a prompt is its own."""
    assert compose("a fox", seed=None, references=()) == compose("a fox", seed=None, references=())
    assert compose("a fox", seed=1, references=()) != compose("a fox", seed=2, references=())


def test_the_caption_says_what_is_there() -> None:
    """The caption says what is there."""
    assert describe(one("three red balloons over a castle at night")) == (
        "A picture of three red balloons and a castle among hills at night."
    )
    assert "“HELLO”" in describe(one('a poster that says "HELLO"'))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b'"scene"',
        b"{",
        b"\xff\xfe",
        b'{"nope":1}',
        b'{"seed":"x"}',
        b'{"seed":1e400}',
        b'{"zoom":NaN}',
        b'{"things":{}}',
        b'{"things":[7]}',
        b'{"things":[{"u":"0"}]}',
        b'{"things":[{"hidden":1}]}',
        b'{"photo":"***"}',
        b'{"chart":[]}',
        b'{"chart":{"items":[{"value":Infinity}]}}',
        b'{"things":[' + b"{}," * 500 + b"{}]}",
        b'{"words":"' + b"x" * 5000 + b'"}',
        b"[" * 100_000,
        b'{"seed":' + b"9" * 5000 + b"}",
        b'{"pictures":["A"]}',
    ],
)
def test_bytes_that_are_no_scene_are_refused(data: bytes) -> None:
    """Bytes that are no scene are refused."""
    with pytest.raises(ValueError, match="not a scene"):
        Scene.load(data)


def test_a_scene_of_nonsense_values_still_loads_to_something_drawable() -> None:
    """A scene of nonsense values still loads to something drawable."""
    thing = Thing(
        kind="no such kind", u=-9.0, v=1e9, size=1e9, by=0, how="on", picture=99, colour="#zzzzzz", material="?"
    )
    scene = Scene(place="nowhere", time="never", style="?", things=(thing, thing), tints=("sky", "ground=?"), zoom=-3.0)
    assert Scene.load(scene.dump()) == scene


def test_dumps_are_compact() -> None:
    """A scene costs a few hundred bytes, since it travels inside a signature."""
    assert len(one("three red balloons over a castle at night").dump()) < 700
    assert json.loads(one("a cat").dump())["words"] == "a cat"


def test_loading_the_painter_does_not_load_pillow() -> None:
    """Loading the painter does not load pillow."""
    code = "import sys, nbgemini.emulator.painter; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_scenes_are_values() -> None:
    """A scene cannot be changed, only made anew."""
    scene = one("a fox")
    with pytest.raises(AttributeError):
        scene.time = "night"  # type: ignore[misc]
    assert replace(scene, time="night") != scene


CHARTS = {
    "a bar chart of Q1 10, Q2 25": "Q1 10, Q2 25",
    "bar chart: Q1 10, Q2 25, Q3 7, Q4 31": "Q1 10, Q2 25, Q3 7, Q4 31",
    "Q1 10, Q2 25 as a bar chart": "Q1 10, Q2 25",
    "bar chart Q1=10 Q2=25": "Q1 10, Q2 25",
    "bar chart Q1 10 Q2 25": "Q1 10, Q2 25",
    "Chart the data Q1→10, Q2→25": "Q1 10, Q2 25",
    "make a bar chart: Q1 (10), Q2 ($25k)": "Q1 10, Q2 25",
    "a bar chart of sales, Q1 was 10 and Q2 was 25": "Q1 10, Q2 25",
    "a bar chart of Q1 10, Q2 25 on a blue background, 16:9": "Q1 10, Q2 25",
    "Bar chart:\n- Q1: 10\n- Q2: 25": "Q1 10, Q2 25",
    "quarter,sales\nQ1,10\nQ2,25\nas a line chart": "Q1 10, Q2 25",
    "Bar chart with values 10, 25, 40 for Q1, Q2, Q3": "Q1 10, Q2 25, Q3 40",
    "two bars labelled Q1 and Q2, values 10 and 25, a bar chart": "Q1 10, Q2 25",
    "a line chart of 2019 4, 2020 8, 2021 16": "2019 4, 2020 8, 2021 16",
    "a line chart: week 1 12, week 2 15": "week 1 12, week 2 15",
    "A bar chart of H1 2024 120, H2 2024 140": "H1 2024 120, H2 2024 140",
    "a bar chart comparing 2023 (12) with 2024 (18)": "2023 12, 2024 18",
    "pie chart of 4K 10, 1080p 60, 720p 30": "4K 10, 1080p 60, 720p 30",
    "line graph of temperature: 6am -2, 12pm 7": "6am -2, 12pm 7",
    "a pie chart: apples 30%, pears 20 percent and 50 figs": "apples 30, pears 20, figs 50",
    "pie chart of a day: sleep 8h, work 9h, play 7h": "sleep 8, work 9, play 7",
    "a bar chart of exports: China 3,380; Germany 1,690": "China 3380, Germany 1690",
    "bar chart: Zürich 0,4, Bern 0,13": "Zürich 0.4, Bern 0.13",
    "bar chart: C++ 9.4%, C# 6.2%, A .5%": "C++ 9.4, C# 6.2, A 0.5",
    "bar chart with three bars: 10, 25, 40": "1 10, 2 25, 3 40",
}


@pytest.mark.parametrize("prompt", CHARTS)
def test_charts_have_the_labels_and_numbers_that_were_given(prompt: str) -> None:
    """However they are listed: a digit in a label is none of its number."""
    chart = one(prompt).chart
    assert chart is not None
    assert ", ".join(f"{item.label} {item.value:g}" for item in chart.items) == CHARTS[prompt]
