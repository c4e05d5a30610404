"""The models and the tokens of a prompt: what costs nothing."""

from __future__ import annotations

import pytest

from tests.contract import shapes
from tests.contract.door import DRAWS, FLASH, NEWEST, PRO, Door, asked

sure = pytest.mark.sure


@sure("high", "documented; Google's list has other models too")
def test_models_are_listed_page_by_page(door: Door) -> None:
    """Each once; those that draw are among them, without a word that says so."""
    names: list[str] = []
    token = ""
    while True:
        page = door.call("GET", f"/v1beta/models?pageSize=2{token}").json
        shapes.page_of_models(page)
        names += [model["name"] for model in page["models"]]
        assert len(page["models"]) <= 2
        if not page.get("nextPageToken"):
            break
        token = f"&pageToken={page['nextPageToken']}"
    assert len(set(names)) == len(names)
    assert {f"models/{model}" for model in (PRO, NEWEST, FLASH, DRAWS)} <= set(names)


@sure("high", "recorded in August 2026, as the list of models has it")
def test_one_model(door: Door) -> None:
    """Its limits and what can be asked of it."""
    found = door.call("GET", f"/v1beta/models/{PRO}").json
    shapes.model(found)
    assert found["name"] == f"models/{PRO}"
    assert (found["inputTokenLimit"], found["outputTokenLimit"]) == (131_072, 32_768)
    assert (found["version"], found["displayName"], found["maxTemperature"]) == ("3.0", "Nano Banana Pro", 1)
    assert found["supportedGenerationMethods"] == ["generateContent", "countTokens", "batchGenerateContent"]


@sure("medium", "documented")
def test_tokens_are_counted(door: Door) -> None:
    """Before anything is paid for."""
    found = door.call("POST", f"/v1beta/models/{PRO}:countTokens", asked("a red boat on the sea, at night"))
    shapes.tokens(found.json)
    assert 4 < found.json["totalTokens"] < 20
    whole = {"generateContentRequest": {"model": f"models/{PRO}", **asked("a red boat on the sea, at night")}}
    assert door.call("POST", f"/v1beta/models/{PRO}:countTokens", whole).json["totalTokens"] > 4


@pytest.mark.parametrize("target", ["/v1beta/models?pageSize=many", "/v1beta/models?colour=red"])
@sure("medium", "the words are the reader's of query parameters")
def test_bad_parameters(door: Door, target: str) -> None:
    """400, in the envelope."""
    answer = door.call("GET", target)
    assert shapes.error(answer.json, 400)


@sure("high", "seen")
def test_a_bad_key_gets_no_list(door: Door) -> None:
    """The check of a key that costs nothing."""
    answer = door.call("GET", "/v1beta/models?pageSize=1", x_goog_api_key="AIzaSyWrong-0123456789-0123456789-01234")
    assert shapes.error(answer.json, 400).startswith("API key not valid")


@sure("high", "both official clients ask v1 today")
def test_the_other_version(door: Door) -> None:
    """The same list."""
    found = door.call("GET", "/v1/models?pageSize=1")
    assert found.status == 200
    shapes.page_of_models(found.json)


@sure("medium", "an address that is none is answered by the front end")
def test_no_such_address(door: Door) -> None:
    """A page, not an envelope."""
    answer = door.call("GET", "/v1beta/paintings")
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/html")
