"""`tuesday/17` and `hero@3` wherever a turn can be named: in cells and in Python, in this kernel and later."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbgemini.errors import ConversationError, ReferenceImageError
from nbgemini.notebook.names.refs import resolve_origin, resolve_reference
from nbgemini.studio.pictures.drawn import Drawn
from tests.tuning.drawing_server import DrawingServer, sweeping_on
from tests.tuning.test_sweeping import drawn


@pytest.mark.parametrize("later", [False, True])
def test_a_shot_is_named_like_a_turn(tmp_path: Path, later: bool) -> None:
    """It is shown to the model and gone on from, also in a kernel that has not opened its sweep."""
    server = DrawingServer()
    kernel = sweeping_on(server, tmp_path)
    grid = drawn(kernel, name="tuesday")
    shots = [grid[number].exchange for number in (1, 2)]
    if later:
        kernel = sweeping_on(server, tmp_path)
    studio = kernel._studio
    shown = resolve_reference("tuesday/2", {}, studio)
    assert isinstance(shown.value, Drawn)
    assert (shown.label, shown.value.exchange.id) == ("tuesday/2", shots[1].id)
    assert resolve_origin("tuesday/1", {}, studio).exchange.id == shots[0].id
    edited = studio.imagine("add a bird", from_="tuesday/1", ref="tuesday/2")
    assert edited.exchange.parent == shots[0].id
    assert len(edited.exchange.user.pictures) == 1


def test_a_turn_of_another_conversation_is_named(tmp_path: Path) -> None:
    """`hero@1` is found here and in the store; what names nothing is told, and a file of that name comes first."""
    server = DrawingServer()
    studio = sweeping_on(server, tmp_path)._studio
    hero = studio.imagine("a hero", conversation="hero")
    for one in (studio, sweeping_on(server, tmp_path)._studio):
        shown = resolve_reference("hero@1", {}, one).value
        assert isinstance(shown, Drawn)
        assert shown.exchange.id == hero.exchange.id
        assert one.imagine("a villain", from_="hero@last").exchange.parent is not None
        for text in ("nobody@1", "hero@99"):
            with pytest.raises(ConversationError):
                one.imagine("a villain", from_=text)
    with pytest.raises(ReferenceImageError, match="missing/7"):
        studio.imagine("x", ref="missing/7")


def test_a_shot_without_an_answer_is_told(tmp_path: Path) -> None:
    """By name, with the way to ask for it; so is a number that the sweep has not."""
    server = DrawingServer(blocked="bad")
    studio = (kernel := sweeping_on(server, tmp_path))._studio
    drawn(kernel, style=["good", "bad"], aspect=["1:1"], name="t")
    with pytest.raises(ConversationError, match="Shot 2 of `t` has no answer"):
        studio.imagine("x", from_="t/2")
    with pytest.raises(ConversationError, match="no shot 3; it has 2"):
        studio.imagine("x", ref="t/3")
    with pytest.raises(ConversationError, match="`t` is a sweep, not a conversation"):
        studio.history.use("t/2")
