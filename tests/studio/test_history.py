"""`--history N`: less of a conversation is sent, and what is heavy is told before and when it fits no request."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nbgemini.errors import OptionError, RequestTooLarge
from tests.studio.server import Server, answer, picture, studio_on

MEGABYTE = "QUJD" * (1 << 18)  # base64 of three quarters of it


def heavy(megabytes: int) -> Server:
    """Answers with signatures of so many megabytes: those of Gemini 3 have 1 to 3."""
    return Server(answer(picture("red", thoughtSignature=MEGABYTE * megabytes)))


def roles(server: Server) -> list[str]:
    return [turn["role"] for turn in server.requests[-1]["contents"]]


def test_only_the_last_exchanges_are_sent(tmp_path: Path) -> None:
    """Model turns go back as they came; the cell says how many were left out, and the next one sends all again."""
    server = Server(answer(picture("red")), answer(picture("blue")), answer(picture("green")), answer(picture()))
    talk = studio_on(server, tmp_path).conversation()
    for prompt in ("a cat", "make it blue", "make it green"):
        talk.imagine(prompt)
    whole = server.requests[-1]["contents"]
    last = talk.imagine("add snow", history=1)
    assert roles(server) == ["user", "model", "user"]
    assert server.texts()[0] == "make it green"
    assert server.requests[-1]["contents"][1]["parts"][0]["thoughtSignature"] == "c2lngreen"
    assert last.notices == ("Only the last of 3 exchanges was sent.",)
    talk.imagine("add a sledge")
    assert len(server.requests[-1]["contents"]) == len(whole) + 4


def test_what_was_sent_is_known_later(tmp_path: Path) -> None:
    """In another kernel the request of such a turn is the one that was sent, and it is found again for a replay."""
    server = Server(answer(picture("red")), answer(picture("blue")), answer(picture("green")))
    talk = studio_on(server, tmp_path).conversation()
    talk.imagine("a cat")
    talk.imagine("make it blue")
    talk.imagine("make it green", history=1)
    later = studio_on(server, tmp_path)
    value = later.history.use("main")
    assert [len(value.request(exchange).turns) for exchange in value.exchanges] == [1, 3, 3]
    again = studio_on(server, tmp_path).conversation()
    for words, history in (("a cat", None), ("make it blue", None), ("make it green", 1)):
        assert again.imagine(words, history=history).replayed
    assert len(server.requests) == 3


def test_the_setting_holds_for_all_cells(tmp_path: Path) -> None:
    """`all` in a cell takes it back for that cell."""
    server = Server(answer(picture()))
    talk = studio_on(server, tmp_path, history=2).conversation()
    for prompt in ("a cat", "in blue", "in green", "in snow"):
        talk.imagine(prompt)
    assert len(roles(server)) == 5
    talk.imagine("at night", history="all")
    assert len(roles(server)) == 9


@pytest.mark.parametrize("wrong", [0, -1, "some", True, 1.5, ""])
def test_no_number_of_exchanges(tmp_path: Path, wrong: object) -> None:
    """Refused before anything is sent."""
    server = Server(answer(picture()))
    with pytest.raises(OptionError, match="history"):
        studio_on(server, tmp_path).imagine("a cat", history=wrong)  # type: ignore[arg-type]  # that is the test
    assert server.requests == []


def test_a_heavy_request_says_of_what_it_is_made(tmp_path: Path) -> None:
    """From 20 MB on, with the picture that came and in a plan before it is sent."""
    talk = (studio := studio_on(heavy(8), tmp_path)).conversation()
    talk.imagine("a cat")
    assert talk.imagine("in blue").notices == ()
    talk.imagine("in green")
    line = "The request: 25 MB (25.2 MB signatures). `--history N` sends less of the conversation."
    assert line in studio.plan("in snow").notices
    assert line in talk.imagine("in snow").notices


@pytest.mark.deep
def test_what_fits_no_request_names_the_number_that_does(tmp_path: Path) -> None:
    """Followed to the letter, the advice works, and one exchange more would not."""
    server = heavy(30)
    talk = studio_on(server, tmp_path).conversation()
    for _ in range(4):
        talk.imagine("a cat")
    asked = len(server.requests)
    with pytest.raises(RequestTooLarge) as caught:
        talk.imagine("in snow")
    advised = re.search(r"`history=(\d+)`", caught.value.hint)
    assert advised, caught.value.hint
    assert "signatures" in caught.value.message
    with pytest.raises(RequestTooLarge):
        talk.imagine("in snow", history=int(advised[1]) + 1)
    assert len(server.requests) == asked
    talk.imagine("in snow", history=int(advised[1]))
    assert len(roles(server)) == 2 * int(advised[1]) + 1
