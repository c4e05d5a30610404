"""What is looked for, and what is found: days, words and names; over the kernels of a store, and by REF again."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nbgemini.bridge import Interrupts
from nbgemini.errors import ConversationError, OptionError
from nbgemini.studio.handles import Result
from nbgemini.studio.studio import Studio
from nbgemini.tuning.finding.days import moment_of
from nbgemini.tuning.finding.filters import filters_of_line
from nbgemini.tuning.finding.found import Found, find
from nbgemini.tuning.front import sweeping, wish_of

NOW = datetime(2026, 11, 26, 15, 30).astimezone()  # a Thursday


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("today", "2026-11-26 00:00", "2026-11-27 00:00"),
        ("Yesterday", "2026-11-25 00:00", "2026-11-26 00:00"),
        ("thu", "2026-11-26 00:00", "2026-11-27 00:00"),
        ("tue", "2026-11-24 00:00", "2026-11-25 00:00"),
        ("friday", "2026-11-20 00:00", "2026-11-21 00:00"),
        ("2026-02-28", "2026-02-28 00:00", "2026-03-01 00:00"),
        ("20260228", "2026-02-28 00:00", "2026-03-01 00:00"),
        ("2026-11-24T08:15", "2026-11-24 08:15", "2026-11-24 08:15"),
        ("7d", "2026-11-19 15:30", "2026-11-19 15:30"),
        ("36h", "2026-11-25 03:30", "2026-11-25 03:30"),
        ("2w", "2026-11-12 15:30", "2026-11-12 15:30"),
    ],
)
def test_days_as_people_write_them(text: str, begins: str, ends: str) -> None:
    """A day is a whole local one, a span counts back from now, and a weekday is the latest."""
    said = [moment_of(text, "since", NOW, end=end).astimezone().strftime("%Y-%m-%d %H:%M") for end in (False, True)]
    assert said == [begins, ends]


def test_days_as_python_has_them() -> None:
    """Dates, moments with and without a zone, spans; far ones do not break the calendar."""
    assert moment_of(date(2026, 11, 24), "since", NOW) == moment_of("tue", "since", NOW)
    assert moment_of(datetime(2026, 11, 24, tzinfo=UTC), "since", NOW) == datetime(2026, 11, 24, tzinfo=UTC)
    assert moment_of(timedelta(days=7), "since", NOW) == moment_of("7d", "since", NOW)
    assert moment_of("9999-12-31", "until", NOW, end=True).year >= 9999
    assert moment_of("0001-01-01", "since", NOW).year == 1


@pytest.mark.parametrize("wrong", ["", "tud", "t", "2026-13-01", "yesterdayish", "7x", 3, None, "2026-11-31"])
def test_what_is_no_day(wrong: Any) -> None:
    """It is refused by name, with how it is written."""
    with pytest.raises(OptionError, match="since") as caught:
        moment_of(wrong, "since", NOW)
    assert "tue" in caught.value.hint or "calendar" in caught.value.message


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--sinze tue", "`--sinze` is not an option"),
        ("-s tue", "`-s` is not an option"),
        ("--stars", "needs a value"),
        ("--stars --tag keep", "needs a value"),
        ("--stars six", "Stars go from"),
        ("--stars 3 --stars 4", "twice"),
        ("--model=", "`model` is empty"),
        ("--tag a,b", "cannot be a tag"),
        ("--since tue --until mon", "before `since`"),
    ],
)
def test_slips_on_the_line(line: str, message: str) -> None:
    """Each is named."""
    with pytest.raises(OptionError, match=message):
        filters_of_line([(word, False) for word in line.split()], NOW)


def test_words_and_options_on_the_line() -> None:
    """A quoted word is no option, a tag may be repeated, capitals and composed letters do not count."""
    words = [("Café", False), ("--since", True), ("--tag=Keep", False), ("--tag", False), ("#x", False), ("-", False)]
    found = filters_of_line(words, NOW)
    assert (found.words, found.tags) == (("caf\u00e9", "--since", "-"), ("keep", "x"))


@pytest.fixture(name="drawn", scope="module")
def _drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a conversation `hero`, one with a blank in its name, a `main`, and a sweep; no kernel is left."""
    home = tmp_path_factory.mktemp("drawn")
    studio = fresh(home)
    studio.imagine("a red fox", conversation="hero")
    studio.imagine("add snow", conversation="hero")
    studio.imagine("an old owl", conversation="my owl")
    studio.imagine("a boat", conversation="main", model="flash-lite", size="1K")
    wish = wish_of("a {style} boat", {"style": ["ink", "oil, thick"], "name": "tue", "new": True, "workers": 1})
    with Interrupts() as interrupts:
        sweeping(studio).begin(wish, conversation="hero").wait(interrupts=interrupts)
    studio.store.close()
    return home


@pytest.fixture(name="home")
def _home(drawn: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(drawn, tmp_path / "home"))


def fresh(home: Path) -> Studio:
    return Studio(home=home, traits=lambda: {"model": "flash", "size": "512"})


def prompts(found: Found) -> list[str]:
    return [result.prompt for result in found]


def test_everything_is_found_and_can_be_named(home: Path) -> None:
    """The newest first, each by a REF that a fresh kernel can use; a `main` of its own is not in the way."""
    studio = fresh(home)
    found = find(studio)
    assert found.refs == ["tue/2", "tue/1", "main.1@1", "my owl@1", "hero@2", "hero@1"]
    assert prompts(found[2:4]) == ["a boat", "an old owl"]
    assert found[-1].prompt == "a red fox"
    assert "6 pictures: tue/2" in repr(found)
    result = found[-2]
    assert isinstance(result, Result)
    assert (result.turn, result.conversation_name, result.model) == (2, "hero", "gemini-3.1-flash-image")
    assert (result.stars, result.note, result.tags, result.options["size"]) == (0, "", (), "512")
    assert result.created is not None
    assert studio.session.find("hero") is None  # nothing was opened for that
    assert result.edit("add stars").turn == 5
    assert find(studio).refs[0] == "hero@5"


def test_a_look_leaves_the_next_cell_fresh(home: Path) -> None:
    """A stored `main` that is opened for a result does not become the one that cells go on with."""
    studio = fresh(home)
    (result,) = find(studio, "boat", model="flash-lite")
    assert result.conversation.name == "main.1"
    assert studio.value().exchanges == ()
    assert studio.imagine("a cat").turn == 1
    assert find(studio, model="flash-lite").refs == ["main.1@1"]
    assert find(studio, "cat").refs == ["main@1"]


def test_words_stand_in_prompt_value_note_or_tag(home: Path) -> None:
    """Every one of them, in any of these; together where they are quoted."""
    studio = fresh(home)
    fox = find(studio, "fox")[0]
    studio.store.opinions.add(fox.exchange.id, stars=4, note="Too DARK", tags=("keep",))
    assert find(studio, "dark fox KEEP").refs == ["hero@1"]
    assert find(studio, "thick").refs == ["tue/2"]
    assert find(studio, '"oil, thick"').refs == ["tue/2"]
    assert find(studio, "fox boat").refs == []
    assert find(studio, stars=4).refs == find(studio, tag="Keep").refs == ["hero@1"]
    assert find(studio, stars=5).refs == find(studio, tag=["keep", "other"]).refs == []
    assert (fox.stars, fox.note, fox.tags) == (4, "Too DARK", ("keep",))


def test_by_name_and_day(home: Path) -> None:
    """A conversation, a sweep, a model, a span; a name of nothing is an error with what was probably meant."""
    studio = fresh(home)
    assert find(studio, sweep="tue").refs == ["tue/2", "tue/1"]
    assert find(studio, conversation="hero").refs[-2:] == ["hero@2", "hero@1"]
    assert len(find(studio, conversation="hero")) == 4
    assert find(studio, model="flash-lite").refs == ["main.1@1"]
    assert len(find(studio, since="today")) == len(find(studio, until="today")) == 6
    assert len(find(studio, until="yesterday")) == len(find(studio, since=timedelta(0))) == 0
    for given, meant in (({"sweep": "tu"}, "tue"), ({"conversation": "herro"}, "hero")):
        with pytest.raises(ConversationError) as caught:
            find(studio, **given)
        assert meant in caught.value.hint
    with pytest.raises(OptionError, match="drawn by"):
        find(studio, model="flsh")


def test_what_this_kernel_draws_is_found_at_once(home: Path) -> None:
    """Also by a second kernel that looked before."""
    one, other = fresh(home), fresh(home)
    assert find(other, "zebra").refs == []
    one.imagine("a zebra", conversation="zoo")
    assert find(one, "zebra").refs == find(other, "zebra").refs == ["zoo@1"]


def test_a_stored_conversation_goes_on(home: Path) -> None:
    """`stored=True` makes it current; where there is none nothing is begun."""
    studio = fresh(home)
    with pytest.raises(ConversationError) as caught:
        studio.history.use_stored("herro")
    assert "hero" in caught.value.hint
    studio.conversation("empty")
    with pytest.raises(ConversationError, match="no conversation `empty`"):
        studio.history.use_stored("empty")
    assert studio.session.current == "main"
    assert len(studio.history.use_stored("hero").exchanges) == 4
    assert studio.session.current == "hero"
    assert [len(studio.history.use_stored("main").exchanges) for _ in range(2)] == [1, 1]


def test_scores_stay_and_failures_are_notes(home: Path) -> None:
    """A number is kept with the shot, in a new kernel too; an exception stands beneath the user's own note, once."""
    grid = sweeping(fresh(home)).stored.open("tue")
    grid.note(2, "mine")

    def odd(result: Result) -> float:
        if "oil" in result.prompt:
            raise ZeroDivisionError("no AIzaSyStrictSentinel0123456789abcdefghi")
        return 0.5

    for _ in range(2):
        grid.score(odd=odd, length=lambda result: len(result.prompt))
    again = sweeping(fresh(home)).stored.open("tue")
    assert [shot.scores for shot in again] == [{"odd": 0.5, "length": 10.0}, {"length": 17.0}]
    assert [len(shot.note.split("\n")) for shot in again] == [1, 2]
    assert again[2].note.startswith("mine\n`odd` failed: ZeroDivisionError")
    assert "AIza" not in again[2].note
    grid.score(odd=lambda result: 1)
    assert again[2].note == "mine"
    for wrong in ({"odd": 3}, {}):
        with pytest.raises(OptionError):
            grid.score(**wrong)  # type: ignore[arg-type]
