"""The emulator's page says what the emulator does: every phrase, every item, and examples that run."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from nbgemini.emulator import Script, cues, painter, script
from nbgemini.emulator.delivery import WRAPS
from nbgemini.emulator.painter import captions, places
from nbgemini.emulator.painter.reading import vocabulary
from nbgemini.emulator.painter.reading.lexicon import moods
from nbgemini.notebook.help.pages import help_bundle
from nbgemini.studio import front_end, process

from .skeletons import FOLDER

PAGE = Path(__file__).parents[2] / ".github" / "EMULATOR.md"


@cache
def page() -> str:
    return PAGE.read_text("utf-8")


def section(title: str) -> str:
    """The text under a heading that begins so."""
    return next(part for part in page().split("\n## ") if part.startswith(title))


def block(kind: str) -> str:
    """What stands in the code block of that kind."""
    found = re.findall(rf"```{kind}\n(.*?)```", page(), re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def rows(text: str) -> dict[str, str]:
    """The rows of the tables in a text: first column to second."""
    cells = (re.fullmatch(r"\| (.+?) \| (.+) \|", line) for line in text.splitlines())
    return {found[1]: found[2] for found in cells if found and not found[1].startswith("---")}


def phrases() -> list[str]:
    """Every phrase that the page names."""
    return [found.removesuffix("`") for found in re.findall(r"`emulate: ([^`]+)`", page())]


def codes(text: str) -> set[str]:
    """The upper-case words between backticks."""
    return set(re.findall(r"`([A-Z][A-Z_]+)`", text))


def test_every_phrase_of_the_page_is_one() -> None:
    """What it names is a cue, and nothing but a cue."""
    assert len(phrases()) > 20
    assert [phrase for phrase in phrases() if cues.parse(phrase) is None] == []


def test_every_phrase_of_the_code_is_on_the_page() -> None:
    """Each pattern, and each word that a pattern lets one choose from."""
    for pattern, _ in cues.PHRASES:
        assert any(re.fullmatch(pattern, phrase) for phrase in phrases()), pattern
    for pattern, _ in cues.PHRASES:
        for choice in re.findall(r"\(([a-z0-9 ]+(?:\|[a-z0-9 ]+)+)\)", pattern):
            for word in choice.split("|"):
                assert any(re.search(rf"\b{word}\b", phrase) for phrase in phrases()), word


def test_reasons_are_those_of_the_code() -> None:
    """Finish reasons, block reasons and categories, none more and none less."""
    text = section("Phrases")
    finish, rest = text.split("Finish reasons:")[1].split("Block reasons:")
    block_reasons, categories = rest.split("Categories:")
    assert codes(finish) == set(cues.FINISH)
    assert codes(block_reasons) == set(cues.BLOCKS)
    assert codes(categories) == set(cues.CATEGORIES)


def test_script_items_are_those_of_the_code() -> None:
    """Each with what it teaches."""
    table = {name.strip("`"): text for name, text in rows(section("Scripts")).items() if name.startswith("`")}
    assert set(table) == set(script.ITEMS)
    assert all(len(text) > 10 for text in table.values())
    assert set(re.findall(r"`(\w+)`", table["wrap"])) == set(WRAPS)


def test_the_toml_example_is_a_script() -> None:
    """Three steps: a step that counts twice, and another."""
    assert Script(tomllib.loads(block("toml"))["steps"]).left == 3


def test_the_python_example_runs(tmp_path: Path) -> None:
    """As it stands, in a fresh process-wide studio."""
    process.forget()
    front_end.set_up(front_end.FrontEnd(home=tmp_path))
    try:
        exec(compile(block("python"), str(PAGE), "exec"), {})
    finally:
        process.forget()
        front_end.set_up()
    assert (tmp_path / ".nbgemini").is_dir()


def test_the_command_line_is_true(capsys: pytest.CaptureFixture[str]) -> None:
    """Every option that the page names is one of the command's."""
    from nbgemini.emulator.__main__ import main

    with pytest.raises(SystemExit):
        main(["--help"])
    said = re.findall(r"--[a-z]+", block("sh"))
    known = set(re.findall(r"--[a-z]+", capsys.readouterr().out))
    assert len(said) >= 5
    assert set(said) <= known


@pytest.mark.parametrize("prompt", block("prompts").splitlines())
def test_prompts_draw_what_they_name(prompt: str) -> None:
    """None of them falls back to an abstract picture, and all of them can be painted."""
    scene = painter.compose(prompt, seed=None, references=())
    assert scene.place != "abstract"
    assert scene.shown or scene.chart or scene.letters
    assert captions.sentence(scene)
    assert painter.paint(scene, 96, 64, "image/jpeg").startswith(b"\xff\xd8\xff")


def test_edits_change_the_scene() -> None:
    """Each line of the example does something, one after the other; undo goes back."""
    scenes: list[painter.Scene] = []
    for line in block("edits").splitlines():
        if not scenes:
            scenes.append(painter.compose(line, seed=None, references=()))
            continue
        made = painter.edit(scenes[-1], line, seed=None, references=(), earlier=scenes[:-1])
        assert made != scenes[-1], line
        assert made.accents == (), line  # what a clause leaves behind that means nothing to the painter
        scenes.append(made)
    assert scenes[-1].words == scenes[0].words


def test_the_words_are_known() -> None:
    """Every word of the table means what its row says."""
    table = rows(section("What it draws"))
    wanted = {"time of day": "time", "overall": "grade"}
    for row, text in table.items():
        if row.startswith((" ", "|")) or "words, with" in text:
            continue
        category = wanted.get(row, row.removesuffix("s") if row in ("places", "shapes") else row)
        for word in re.split(r"[,;] ", text):
            meanings = [name for name, _ in vocabulary.meanings(word.replace(" ", "-"))]
            expected = category if category in ("time", "weather", "season", "style", "material", "grade") else ""
            assert (expected or ("place" if row == "places" else "thing")) in meanings, (row, word)


def test_nothing_is_left_out() -> None:
    """All places, hours, weather, seasons, styles and gradings are in the table."""
    table = rows(section("What it draws"))
    for row, category, values in (
        ("time of day", "time", moods.TIMES),
        ("weather", "weather", moods.WEATHER),
        ("season", "season", moods.SEASONS),
        ("style", "style", set(moods.STYLES) - {"plain"}),
        ("overall", "grade", moods.GRADES),
        ("places", "place", {name for name, place in places.PLACES.items() if place.words}),
    ):
        said = {
            value
            for word in table[row].split(", ")
            for name, value in vocabulary.meanings(word.replace(" ", "-"))
            if name == category
        }
        assert said == set(values), row


def test_what_is_called_recorded_was_recorded() -> None:
    """Each row says how sure it is; the recordings that it names are there, and none is left out."""
    table = re.findall(r"(?m)^\| .+ \| (recorded|documented|by analogy) \| (.*?) ?\|$", section("How sure"))
    lines = [line for line in section("How sure").splitlines() if line.startswith("| ")]
    assert len(table) == len(lines) - 1
    known = set(json.loads((FOLDER / "answers.json").read_text("utf-8")))
    named = {name for sure, where in table if sure == "recorded" for name in re.findall(r"`([^`]+)`", where)}
    assert named == known


def test_the_help_has_a_topic() -> None:
    """`%imagine help emulator` names the way to each half, and its examples are true."""
    text = help_bundle("emulator").data["text/plain"]
    assert "nb.emulator(script=" in text
    assert cues.parse("IMAGE_SAFETY") is not None
    found = re.search(r"script=(\[.*\])\)$", text)
    assert found is not None
    assert Script(eval(found[1])).left == 3
