"""One exchange over real sockets: what is sent, what is kept, what comes back."""

from __future__ import annotations

import json

import pytest

from nbgemini.core.redact import Secret
from nbgemini.errors import AnswerUndecodable, ApiError, InvalidRequest, OutcomeUnknown, StoreError, UnexpectedReply
from nbgemini.net.backends import Endpoint
from nbgemini.net.client import Client
from nbgemini.net.flight import Flight
from tests.net.server import ANSWER, KEY, PNG, TRANSPORT, Caller, answers, base64_of, cut, google, reply, serving
from tests.wire.answers import image, response
from tests.wire.shelf import Shelf


def test_a_picture_comes_back_and_the_raw_answer_is_kept_first() -> None:
    """Status 200: the answer is kept as it came, then decoded; the flight is done."""
    with serving(answers()) as server:
        caller, flight = Caller(server.url), Flight(8)
        answer = caller.ask(caller.request(size="2K"), flight=flight)
    assert answer.turn is not None
    assert answer.turn.picture is not None
    assert caller.shelf.held[answer.turn.picture.sha256] == PNG
    assert [caller.shelf.rebuilt(raw.skeleton) for raw in caller.kept] == [ANSWER]
    assert caller.kept[0].complete
    assert (flight.stage, flight.sent, flight.received) == ("done", True, len(ANSWER))
    assert caller.client.verdict(answer) is None
    assert caller.client.interpret(caller.kept[0], caller.shelf) == answer


def test_the_request_is_what_google_documents() -> None:
    """Target, headers and body; the key in its header only, compression not asked for, the deadline passed on."""
    with serving(answers()) as server:
        caller = Caller(server.url)
        request = caller.request("draw", PNG, aspect="16:9")
        caller.ask(request, seconds=100)
    (got,) = server.requests
    assert got.target == "/v1beta/models/gemini-3-pro-image:generateContent"
    assert got.headers["x-goog-api-key"] == KEY
    assert got.headers["accept-encoding"] == "identity"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["x-server-timeout"] in ("98", "99", "100")
    assert "transfer-encoding" not in got.headers
    assert int(got.headers["content-length"]) == len(got.body) == caller.client.skeleton(request).size
    assert KEY.encode() not in got.body
    assert KEY not in got.target
    assert json.loads(got.body)["contents"][0]["parts"][1]["inlineData"]["data"] == base64_of(PNG)


def test_without_a_key_no_key_header_is_sent() -> None:
    """Gateways and the emulator may do without."""
    with serving(answers()) as server:
        caller = Caller(server.url)
        Client(Endpoint(base_url=server.url), TRANSPORT).generate(
            caller.request(), objects=caller.shelf, keep=caller.kept.append, flight=Flight(8), notice=print
        )
    assert "x-goog-api-key" not in server.requests[0].headers


def test_only_the_emulator_hears_which_picture_it_is() -> None:
    """Google draws anew by itself; a header of ours is nothing to it."""
    google, vertex = Endpoint(sample=3), Endpoint(backend="vertex", sample=3)
    assert not [name for one in (google, vertex) for name in one.headers() if "sample" in name]
    assert Endpoint(backend="emulator", sample=3).headers()["x-nbgemini-sample"] == "3"
    assert "x-nbgemini-sample" not in Endpoint(backend="emulator").headers()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    """The key goes to one place only."""
    with (
        serving(answers()) as other,
        serving(answers(status, b"", location=other.url + "/x")) as server,
        pytest.raises(UnexpectedReply) as caught,
    ):
        Caller(server.url).ask()
    assert (len(server.requests), other.connections) == (1, 0)
    assert caught.value.charged == "no"


def test_a_refusal_quotes_google_and_not_the_key() -> None:
    """An error body that repeats the key is redacted before anyone reads it."""
    refusal = google(400, f"bad thing, key {KEY}, other", "INVALID_ARGUMENT")
    with serving(refusal) as server, pytest.raises(InvalidRequest) as caught:
        Caller(server.url).ask()
    assert "bad thing, key [redacted], other" in caught.value.message
    assert KEY not in str(vars(caught.value))


def test_a_refusal_whose_body_breaks_off_is_still_one() -> None:
    """The status says enough; a 403 is not an unknown outcome."""
    broken = cut(90, data=reply(403, b'{"error": {"message": "x' * 30))
    with serving(broken) as server, pytest.raises(ApiError) as caught:
        Caller(server.url).ask()
    assert (caught.value.status, caught.value.charged, len(server.requests)) == (403, "no", 1)


def test_an_endless_error_page_is_read_in_part() -> None:
    """A megabyte says enough."""
    page = b"<html>" + b"x" * 5_000_000
    with serving(answers(404, page)) as server:
        caller, flight = Caller(server.url), Flight(8)
        with pytest.raises(ApiError, match="404"):
            caller.ask(flight=flight)
    assert flight.received < 3_000_000


def test_rubbish_under_200_is_kept_and_its_pictures_are_named() -> None:
    """The body cannot be read; the whole picture in it is not lost."""
    body = b'{"candidates": [' + json.dumps(image(PNG)).encode() + b"]} and more"
    with serving(answers(200, body)) as server:
        caller = Caller(server.url)
        with pytest.raises(AnswerUndecodable) as caught:
            caller.ask()
    assert caller.shelf.rebuilt(caller.kept[0].skeleton) == body
    assert [caller.shelf.held[picture.sha256] for picture in caught.value.pictures] == [PNG]
    assert len(server.requests) == 1


@pytest.mark.parametrize("length", [None, -1])
def test_a_body_without_an_end_is_an_unknown_outcome(length: int | None) -> None:
    """JSON that stops in the middle broke off, whatever the transport says about it."""
    with serving(answers(200, ANSWER[:-30], length=length)) as server:
        caller = Caller(server.url)
        with pytest.raises(OutcomeUnknown) as caught:
            caller.ask()
    assert [caller.shelf.held[picture.sha256] for picture in caught.value.pictures] == [PNG]
    assert not caller.kept[0].complete
    rescued = caller.client.interpret(caller.kept[0], caller.shelf)
    assert rescued.turn is not None
    assert rescued.turn.picture == caught.value.pictures[0]


@pytest.mark.parametrize("extra", [-20, 5, 1_000_000])
def test_a_wrong_content_length_does_not_lose_a_whole_answer(extra: int) -> None:
    """Too long: everything is there. Too short: the rest was never sent to us."""
    with serving(answers(200, ANSWER, length=len(ANSWER) + extra)) as server:
        caller = Caller(server.url)
        if extra > 0:
            answer = caller.ask()
            assert answer.turn is not None
            assert answer.turn.picture is not None
        else:
            with pytest.raises(OutcomeUnknown):
                caller.ask()
    assert caller.kept[0].complete is (extra > 0)


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("left", [1, 150, 2000, len(ANSWER) - 10])
def test_a_cut_answer_is_never_asked_for_again(left: int, reset: bool) -> None:
    """Once sent, a dropped connection means: unknown, one POST, what arrived is kept."""
    with serving(cut(len(reply()) - left, reset=reset), answers()) as server:
        caller = Caller(server.url)
        with pytest.raises(OutcomeUnknown) as caught:
            caller.ask()
    assert len(server.requests) == 1
    assert caught.value.charged == "maybe"
    assert len(caught.value.pictures) == (1 if left <= 150 else 0)
    assert len(caller.kept) == 1
    assert ANSWER.startswith(caller.shelf.rebuilt(caller.kept[0].skeleton))
    assert not caller.shelf.open


def test_a_full_disk_says_that_it_may_have_been_charged() -> None:
    """The store's own error comes through, with the money told right, and no half object stays behind."""

    class Full(Shelf):
        def written(self, size: int) -> None:
            raise StoreError("The disk is full.")

    body = json.dumps(response(image(PNG * 2))).encode()
    with serving(answers(200, body)) as server:
        caller = Caller(server.url, shelf=Full())
        with pytest.raises(StoreError) as caught:
            caller.ask()
    assert caught.value.charged == "maybe"
    assert not caller.shelf.open


def test_models_are_listed_page_by_page() -> None:
    """All pages, free of charge, and tried again when the server stumbles."""
    first = json.dumps({"models": [{"name": "models/a"}, 5], "nextPageToken": "t&1"}).encode()
    second = json.dumps({"models": [{"name": "models/b"}]}).encode()
    with serving(google(503), answers(200, first), answers(200, second)) as server:
        found = Caller(server.url).client.models()
    assert [row["name"] for row in found] == ["models/a", "models/b"]
    assert [got.target for got in server.requests][1:] == [
        "/v1beta/models?pageSize=1000",
        "/v1beta/models?pageSize=1000&pageToken=t%261",
    ]
    assert server.requests[2].headers["x-goog-api-key"] == KEY


@pytest.mark.parametrize("token", ["\ud800", "a b", "a\r\nx: y", "é", "x" * 5000, "", 5, None, ["t"]])
def test_a_page_whose_token_fits_into_no_address_is_the_last_one(token: object) -> None:
    """What was listed until then counts."""
    page = json.dumps({"models": [{"name": "models/a"}], "nextPageToken": token}).encode()
    with serving(answers(200, page)) as server:
        assert [row["name"] for row in Caller(server.url).client.models()] == ["models/a"]
    assert len(server.requests) == 1


def test_an_answer_that_breaks_off_without_a_word_says_what_now() -> None:
    """The body ended as a body does, in the middle of its JSON: nothing is sent again, and that is said."""
    with serving(answers(200, b"data: {garbage\r\n\r\n")) as server, pytest.raises(OutcomeUnknown) as caught:
        Caller(server.url).ask()
    assert "will not resend it" in caught.value.hint
    assert len(server.requests) == 1


def test_a_list_that_begins_again_ends() -> None:
    """A token that was given before leads nowhere new."""
    page = json.dumps({"models": [{"name": "models/a"}], "nextPageToken": "t"}).encode()
    with serving(*[answers(200, page)] * 3) as server:
        assert len(Caller(server.url).client.models()) == 2
    assert len(server.requests) == 2


def test_a_model_list_that_fails_is_a_typed_error_without_charge() -> None:
    """A bad key, a silent server and a web page."""
    with serving(google(400, "API key not valid. Please pass a valid API key.")) as server:
        with pytest.raises(ApiError) as refused:
            Caller(server.url).client.models()
        assert refused.value.charged == "no"
    with serving(answers(200, b"<html>")) as server, pytest.raises(AnswerUndecodable) as page:
        Caller(server.url).client.models()
    assert page.value.charged == "no"


def test_secrets_show_nothing() -> None:
    """The endpoint of a client may be printed."""
    caller = Caller("http://127.0.0.1:1")
    assert KEY not in repr(caller.client.endpoint) + repr(Secret.of(KEY)) + f"{Secret.of(KEY)}"
