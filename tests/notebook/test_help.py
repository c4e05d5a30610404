"""The help: complete, true to the parser, and found by every reasonable word."""

from __future__ import annotations

import re

import pytest

from nbgemini.core.option_table import OPTIONS
from nbgemini.emulator import cues
from nbgemini.emulator.script import ITEMS
from nbgemini.errors import OptionError
from nbgemini.notebook.help.pages import TOPICS, help_bundle, page
from nbgemini.notebook.help.practice import EMULATE, SCRIPT
from nbgemini.notebook.line.arguments import parse_subcommand
from nbgemini.notebook.line.grammar import SUBCOMMANDS
from nbgemini.notebook.line.optionline import parse_options


def test_page_names_everything() -> None:
    """Every option and subcommand of this version has its line; later ones are named."""
    text = page()
    for row in OPTIONS.values():
        assert (row.long in text) if row.later else (f"  {row.spelling}  " in text)
    for subcommand in SUBCOMMANDS:
        assert subcommand.later or f"  {subcommand.spelling}" in text


def test_examples_are_true() -> None:
    """Every example line of the page is one that the parser takes."""
    cells = re.findall(r"^ *%%imagine (-.*)$", page(), re.MULTILINE)
    lines = re.findall(r"^ *%imagine ([a-z]+(?: \d+)?)$", page(), re.MULTILINE)
    assert len(cells) >= 3
    assert len(lines) >= 2
    for line in cells:
        assert parse_options(line)
    for line in lines:
        assert parse_subcommand(line).name


def test_examples_of_subcommands_are_true() -> None:
    """The example in a subcommand's row is one that the parser takes."""
    examples = [row.example.removeprefix("%imagine ") for row in SUBCOMMANDS if row.example]
    given = [parse_subcommand(line) for line in examples]
    assert [" ".join((one.argument, *one.words)) for one in given] == [line.split(" ", 1)[1] for line in examples]


@pytest.mark.parametrize(
    "topic", [*TOPICS, "money", "base_url", "aspect", "--aspect", "-a", "top_p", "undo", "%imagine undo", "SEARCH"]
)
def test_topics(topic: str) -> None:
    """Subjects, options in any spelling and subcommands have help of their own, shorter than the whole."""
    bundle = help_bundle(topic)
    assert 0 < len(bundle.data["text/plain"]) < len(page())
    assert "<script" not in bundle.data["text/html"]


@pytest.mark.parametrize(("topic", "hint"), [("aspct", "help aspect"), ("qqq", "Topics: options")])
def test_unknown_topic(topic: str, hint: str) -> None:
    """A slip is answered with what was probably meant, or with the topics."""
    with pytest.raises(OptionError) as caught:
        help_bundle(topic)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("quotas", ["midnight Pacific", "tier 2", "$100", "limit: 0", "failed attempts", "images"]),
        ("safety", ["harassment", "only-high", "IMAGE_SAFETY", "--safety CATEGORY=THRESHOLD"]),
        ("search", ["--search both", "flash", "5,000 free", "--search [WHERE]"]),
        ("references", ["objects", "characters", "HEIC", "@last"]),
        ("thinking", ["--thinking LEVEL", "streamed", "pro always thinks", "interim pictures"]),
        ("streaming", ["--thoughts", "streamed"]),
        ("uploads", ["48 hours", "20 GB", "nbgemini.uploads()", "100 MB", "--new -r @last"]),
        ("vertex", ["GOOGLE_CLOUD_PROJECT", "us-central1", "express", "gcloud auth", "base_url", "SSL_CERT_FILE"]),
        ("panel", ["nb.panel()", "Mark region", "Copy as cell"]),
        ("money", ["--budget", "%imagine cost"]),
    ],
)
def test_googles_rules_are_explained(topic: str, told: list[str]) -> None:
    """Quotas and tiers, filters that can be moved and those that cannot, searches, and the roles of pictures."""
    text = help_bundle(topic).data["text/plain"]
    assert [word for word in told if word not in text] == []


def test_the_emulator_is_told_as_a_whole() -> None:
    """Every phrase and every item of a step that the emulator knows is named, and no other."""
    phrases = [phrase for phrase, _ in EMULATE.rows]
    assert [phrase for phrase in phrases if cues.parse(phrase) is None] == []
    text = help_bundle("emulate").data["text/plain"]
    words = {*phrases, *re.findall(r"\w+(?: \w+)?", text), *re.findall(r"\w+", text)}
    assert [one for one, _ in cues.PHRASES if not any(re.fullmatch(one, word) for word in words)] == []
    items = [name for names, _ in SCRIPT.rows for name in names.split(", ")]
    assert sorted(items) == sorted(ITEMS)
