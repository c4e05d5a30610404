"""Edits: what is asked for happens, all else stays."""

from collections.abc import Sequence

import pytest

from nbgemini.emulator.painter import Scene, compose, edit

BASE = "a red boat on the sea, a lighthouse and a bird in the sky, afternoon"


def start(prompt: str = BASE) -> Scene:
    return compose(prompt, seed=7, references=())


def then(scene: Scene, *prompts: str, earlier: Sequence[Scene] = ()) -> Scene:
    for prompt in prompts:
        scene = edit(scene, prompt, seed=None, references=(), earlier=earlier)
    return scene


def count(scene: Scene, kind: str) -> int:
    return sum(thing.kind == kind for thing in scene.shown)


@pytest.mark.parametrize(
    ("prompt", "field", "value"),
    [
        ("make it night", "time", "night"),
        ("same but at sunset", "time", "sunset"),
        ("the same picture, but at dawn", "time", "dawn"),
        ("add snow", "weather", "snow"),
        ("make it rain", "weather", "rain"),
        ("let it be autumn", "season", "autumn"),
        ("as a watercolor", "style", "watercolor"),
        ("turn it into pixel art", "style", "pixel"),
        ("redo this in the style of an oil painting", "style", "oil"),
        ("change the background to a desert", "place", "desert"),
        ("put it in space", "place", "space"),
    ],
)
def test_light_style_and_place(prompt: str, field: str, value: str) -> None:
    """Light, style and place change without the things."""
    before = start()
    after = then(before, prompt)
    assert getattr(after, field) == value
    assert [thing.kind for thing in after.shown] == [thing.kind for thing in before.shown]


def test_add_leaves_the_others_where_they_are() -> None:
    """Add leaves the others where they are."""
    before = start()
    after = then(before, "add a small blue boat on the left")
    assert after.things[: len(before.things)] == before.things
    new = after.shown[-1]
    assert (new.kind, new.colour) == ("boat", "#2f6fc4")
    assert new.u < 0.4


def test_remove() -> None:
    """What is removed is gone; the others are the very same values."""
    before = start()
    after = then(before, "remove the lighthouse")
    assert count(after, "lighthouse") == 0
    assert [thing for thing in before.things if thing.kind != "lighthouse"] == list(after.things)
    assert not then(before, "remove everything").shown


def test_what_a_removed_thing_carried_stays_where_it_was() -> None:
    """What a removed thing carried stays where it was."""
    scene = start("a bird on top of a house in a meadow")
    after = then(scene, "remove the house")
    assert [thing.kind for thing in after.shown] == ["bird"]
    assert any(thing.hidden and thing.kind == "house" for thing in after.things)


def test_replace_keeps_the_place() -> None:
    """Replace keeps the place."""
    before = start("a cat on the left and a tree in a meadow")
    after = then(before, "turn the cat into a fox")
    assert count(after, "cat") == 0
    cat, fox = before.shown[0], after.shown[0]
    assert (fox.kind, fox.u, fox.v) == ("fox", cat.u, cat.v)
    assert then(before, "replace the tree with a lighthouse").shown[1].kind == "lighthouse"
    assert then(before, "a dog instead of the cat").shown[0].kind == "dog"


@pytest.mark.parametrize(
    "prompt", ["make the boat green", "paint the boat green", "the boat should be green", "recolor the boat to green"]
)
def test_recolour(prompt: str) -> None:
    """The colour asked for, said in several ways, and nothing else."""
    before = start()
    after = then(before, prompt)
    boat = next(thing for thing in after.shown if thing.kind == "boat")
    assert boat.colour == "#4f9a4e"
    assert len(after.shown) == len(before.shown)


def test_materials() -> None:
    """A lighthouse can be made of gold."""
    assert then(start(), "make the lighthouse golden").shown[1].material == "gold"


@pytest.mark.parametrize(
    ("prompt", "boats"),
    [("five boats", 5), ("make it three boats", 3), ("add two more boats", 3), ("one more boat", 2)],
)
def test_count(prompt: str, boats: int) -> None:
    """More of a kind join those that are there."""
    before = start()
    after = then(before, prompt)
    assert count(after, "boat") == boats
    assert after.things[: len(before.things)] == before.things


def test_fewer() -> None:
    """The first of a kind stay when there should be fewer."""
    assert count(then(start(), "five boats", "only two boats"), "boat") == 2


def test_resize_and_move() -> None:
    """Bigger, smaller, left, right and mirrored."""
    before = start("a cat in a meadow")
    assert then(before, "make the cat bigger").shown[0].size > before.shown[0].size
    assert then(before, "make it much smaller").shown[0].size < before.shown[0].size
    assert then(before, "move the cat to the left").shown[0].u < before.shown[0].u
    assert then(before, "move it to the right side").shown[0].u > 0.7
    assert then(before, "flip the cat").shown[0].flip != before.shown[0].flip


def test_give_and_wear() -> None:
    """What is given to someone is worn."""
    after = then(start("a cat in a meadow"), "give the cat a red hat")
    cat, hat = after.shown
    assert (hat.kind, hat.by, hat.how) == ("hat", cat.id, "wears")


def test_set_text() -> None:
    """Set text is translated, changed, added and removed; unknown words stay."""
    scene = start('a poster that says "HELLO"')
    assert then(scene, "in Spanish").letters[0].text == "HOLA"
    assert then(scene, 'change the text to "GOODBYE"').letters[0].text == "GOODBYE"
    assert then(scene, 'replace "HELLO" with "HI"').letters[0].text == "HI"
    assert then(scene, 'add the title "World" at the bottom').letters[1].place == "bottom"
    assert not then(scene, "remove the text").letters
    assert then(start('a sign that says "OPEN" in a city'), "in German").shown[0].text == "GEÖFFNET"
    assert then(start('a poster that says "Xyzzy"'), "in French").letters[0].text == "Xyzzy"


def test_charts() -> None:
    """Numbers, items and the kind of a chart can be edited."""
    scene = start("a bar chart of apples 3, pears 5")
    after = then(scene, "change apples to 7", "add plums 4", "make it a pie chart")
    assert after.chart is not None
    assert after.chart.kind == "pie"
    assert [(item.label, item.value) for item in after.chart.items] == [("apples", 7), ("pears", 5), ("plums", 4)]
    assert [item.label for item in (then(after, "remove pears").chart or after.chart).items] == ["apples", "plums"]


def test_undo() -> None:
    """Undo gives back the very scene of before, or the first, or some steps back."""
    first = start()
    second = then(first, "make it night")
    third = then(second, "add a whale")
    assert then(third, "undo that", earlier=[first, second]) == second
    assert then(third, "go back to the first version", earlier=[first, second]) == first
    assert then(third, "go back two steps", earlier=[first, second]) == first
    assert then(first, "undo that") == first


def test_several_things_at_once() -> None:
    """One prompt may ask for several changes."""
    after = then(start(), "make it night, add a moon and remove the bird")
    assert after.time == "night"
    assert count(after, "moon") == 1
    assert count(after, "bird") == 0


@pytest.mark.parametrize("prompt", ["flumox the wibble", "more oomph", "🦄🦄", "", "{}", "日本語の指示", "a" * 100_000])
def test_unknown_words_change_something_and_keep_the_rest(prompt: str) -> None:
    """Unknown words change something and keep the rest."""
    before = start()
    after = then(before, prompt)
    assert after != before
    assert after.things[: len(before.things)] == before.things


def test_edits_are_repeatable() -> None:
    """Edits are repeatable."""
    assert then(start(), "add a whale", "five boats") == then(start(), "add a whale", "five boats")


@pytest.mark.parametrize("prompt", ["The same at sunrise, with fog above the water", "calm water", "waves at night"])
def test_water_is_that_which_is_there(prompt: str) -> None:
    """A lake stays one where an edit speaks of its water; the sea has to be named."""
    lake = start("A mountain lake in autumn, with a rowing boat")
    assert then(lake, prompt).place == "lake"
    assert then(lake, "the same at the sea").place == "sea"


@pytest.mark.parametrize(
    "prompt", ["A snowman with a red scarf", "A cat with a hat and a ball", "A dog with his glasses"]
)
def test_what_one_wears_is_worn(prompt: str) -> None:
    """It stands on its wearer, not beside."""
    things = {thing.kind: thing for thing in start(prompt).things}
    (worn,) = (thing for thing in things.values() if thing.how == "wears")
    assert worn.kind in ("scarf", "hat", "glasses")
    assert "ball" not in things or things["ball"].how != "wears"
