"""Marked places: what a prompt wants at a mark stands there, and the marked copy itself is not drawn."""

from __future__ import annotations

import pytest

from nbgemini.emulator.painter import compose, edit
from nbgemini.emulator.painter.editing.marks import read
from nbgemini.emulator.requests.turns import Part, Turn

WHERE = "Where: mark 1 of image 1, in the {} ({} % from the left, {} % from the top){}"
END = "Keep everything else as it is. The marks only point: leave them out of the result."


@pytest.mark.parametrize(("across", "u"), [("0–20", 0.1), ("80–100", 0.9), ("50", 0.5)])
def test_what_is_added_stands_at_the_mark(across: str, u: float) -> None:
    """The note of a mark is drawn where it points; everything else stays where it was."""
    scene = compose("a fox in a meadow", seed=1, references=())
    prompt = f"Change the marked places.\n\n{WHERE.format('place', across, '10–30', ': add a red balloon')}\n{END}"
    after = edit(scene, prompt, seed=1, references=())
    assert after.things[: len(scene.things)] == scene.things
    (balloon,) = after.things[len(scene.things) :]
    assert (balloon.kind, balloon.u) == ("balloon", u)


def test_words_without_a_note_are_meant_for_the_mark() -> None:
    """One sentence and one place belong together."""
    scene = compose("a fox in a meadow", seed=1, references=())
    prompt = f"add a house\n\n{WHERE.format('lower right', '70–90', '70–95', '.')}\n{END}"
    after = edit(scene, prompt, seed=1, references=())
    house = after.things[-1]
    assert (house.kind, house.u, house.plane) == ("house", 0.8, "ground")


def test_the_words_are_read_without_the_marks() -> None:
    """What is left is what was asked for; a prompt without marks is left alone."""
    words, marks = read(f"make it night\n\n{WHERE.format('top', '40–60', '0–20', ': add a kite')}\n{END}")
    assert words == "make it night"
    assert [(mark.u, mark.v, mark.note) for mark in marks] == [(0.5, 0.1, "add a kite")]
    assert read("where: mark my words") == ("where: mark my words", ())


def test_a_marked_copy_only_points() -> None:
    """A picture whose label says that it is marked is no guest of the scene."""
    label, copy = Part(1, 1, text="image 1: turn 3, marked"), Part(1, 2, picture=b"x")
    other, guest = Part(1, 3, text="image 2: my marked cards"), Part(1, 4, picture=b"y")
    turn = Turn("user", (label, copy, other, guest, Part(1, 5, text="make it night")))
    assert turn.pictures == (b"x", b"y")
    assert turn.references == (b"y",)
