"""Every advice of an error is something that can be typed: each command and option of it is parsed as a cell would."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import nbgemini
from nbgemini.core.option_table import option
from nbgemini.notebook.line.arguments import parse_subcommand
from nbgemini.notebook.line.optionline import parse_options
from nbgemini.wire import hints, verdict
from nbgemini.wire.limits import Limit
from nbgemini.wire.reasons import BLOCKS, FINISHES, Reason, block, finish, lifting

NOW = 1_800_000_000.0
CATEGORIES = ("HARM_CATEGORY_HARASSMENT", "HARM_CATEGORY_HATE_SPEECH", "HARM_CATEGORY_SEXUALLY_EXPLICIT")
# What is no command of ours: names of values, and what is typed into a terminal.
OTHERS = {"none", "global", "gcloud auth application-default login", "HTTPS_PROXY=http://user:password@host:port"}


def advice() -> Iterator[str]:
    """All that errors of the wire say about what to do."""
    yield from (hint for _, _, hint in hints._BY_TEXT)
    yield from hints._BY_KIND.values()
    yield hints.WEB_PAGE
    for reason in (*FINISHES.values(), *BLOCKS.values(), finish("NEW"), block("NEW")):
        yield reason.hint
    yield from (one.hint for one in vars(verdict).values() if isinstance(one, Reason))
    yield from (lifting(CATEGORIES[:count]) for count in range(len(CATEGORIES) + 1))
    for scope in ("minute", "day", "zero", "spend", "storage"):
        for counted in ("", "images", "input tokens"):
            yield Limit(scope, counted).hint(NOW, 30.0)
    yield Limit("minute", shared=True).hint(NOW)
    yield Limit("spend", of_gateway=True).hint(NOW)


def commands() -> list[str]:
    return sorted({text for hint in advice() for text in re.findall(r"`([^`]+)`", hint)} - OTHERS)


def test_there_is_advice() -> None:
    """The table below is not empty by mistake."""
    assert {"--new -r @last", "%imagine doctor", "-m", "--only image", "%imagine help quotas"} <= set(commands())


@pytest.mark.parametrize("text", commands())
def test_advice_can_be_typed(text: str) -> None:
    """An option is one of `%%imagine`, with its value where one is given; a subcommand is one of `%imagine`."""
    if text.startswith("%imagine "):
        assert parse_subcommand(text.removeprefix("%imagine ")).name
    elif text.startswith("nbgemini."):
        assert callable(getattr(nbgemini, text.removeprefix("nbgemini.").partition("(")[0]))
    elif " " in text.removeprefix("%%imagine "):
        assert parse_options(text.removeprefix("%%imagine ").replace("CATEGORY", "hate")) is not None
    else:
        assert option(text) is not None
