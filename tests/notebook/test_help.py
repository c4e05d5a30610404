"""The help: complete, true to the parser, and found by every reasonable word."""

from __future__ import annotations

import re

import pytest

from nbgemini.core.option_table import OPTIONS, OptionRow
from nbgemini.emulator import cues
from nbgemini.emulator.script import ITEMS
from nbgemini.errors import OptionError
from nbgemini.notebook.help.pages import help_bundle, page, topic_names
from nbgemini.notebook.help.practice import EMULATE, SCRIPT
from nbgemini.notebook.line.arguments import parse_subcommand
from nbgemini.notebook.line.grammar import SUBCOMMANDS
from nbgemini.notebook.line.optionline import parse_options


def test_the_first_screen_is_one_screen() -> None:
    """At most 45 lines of at most 120 characters, with what to do next; a notebook has all subjects folded below."""
    lines = page().splitlines()
    assert len(lines) <= 45
    assert max(map(len, lines)) <= 120
    assert all(name in page() for name in topic_names())
    html = help_bundle().data["text/html"]
    assert html.count("<details") == len(topic_names())
    assert "--max-tokens INT" in html


def test_the_help_names_everything() -> None:
    """Every option and subcommand has its line."""
    options, subcommands = (help_bundle(name).data["text/plain"] for name in ("options", "subcommands"))
    for row in OPTIONS.values():
        assert f"  {row.spelling}  " in options
    for subcommand in SUBCOMMANDS:
        assert f"  {subcommand.spelling}" in subcommands


@pytest.mark.parametrize("row", OPTIONS.values(), ids=lambda row: row.long)
def test_help_on_an_option_has_an_example(row: OptionRow) -> None:
    """Its example is a cell that uses it, and that the parser takes."""
    text = help_bundle(row.long).data["text/plain"]
    line = row.cell.partition("\n")[0]
    assert line in text
    assert row.long in line or row.short in line.split()
    assert parse_options(line.removeprefix("%%imagine ")) != parse_options("")


def test_examples_are_true() -> None:
    """Every example line of the whole help is one that the parser takes."""
    text = "\n".join(help_bundle(name).data["text/plain"] for name in topic_names())
    cells = re.findall(r"^ *%%imagine (-.*)$", text, re.MULTILINE)
    lines = re.findall(r"^ *%imagine ([a-z]+(?: \d+)?)$", text, re.MULTILINE)
    assert len(cells) >= 4
    assert len(lines) >= 2
    for line in cells:
        assert parse_options(line)
    for line in lines:
        assert parse_subcommand(line).name


def test_examples_of_subcommands_are_true() -> None:
    """The example in a subcommand's row is one that the parser takes."""
    examples = [row.example.removeprefix("%imagine ") for row in SUBCOMMANDS if row.example]
    given = [parse_subcommand(line) for line in examples]
    told = [" ".join((one.argument, *one.words)).strip() for one in given]
    assert told == [line.split(" ", 1)[1] for line in examples]


@pytest.mark.parametrize(
    "topic", [*topic_names(), "money", "base_url", "aspect", "--aspect", "-a", "top_p", "undo", "SEARCH"]
)
def test_topics(topic: str) -> None:
    """Subjects, options in any spelling and subcommands have help of their own."""
    bundle = help_bundle(topic)
    assert bundle.data["text/plain"]
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
