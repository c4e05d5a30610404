"""Runs the suite at the emulator always, and at Google with `-m live`, a key and an allowance that is said before."""

from __future__ import annotations

import base64
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from nbgemini.emulator import Server, Service
from tests.contract.door import DRAWS, PRICE, Door
from tests.support import live
from tests.support.guard import sitecustomize
from tests.support.pictures import make_picture

GOOGLE = "https://generativelanguage.googleapis.com"
KEY = "AIzaSyContract-0123456789-0123456789-01"


def _drawn(item: pytest.Item) -> int:
    marker = item.get_closest_marker("pictures")
    return int(marker.args[0]) if marker else 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is `deep` and `live` runs where `-m` names `live`: with a key in the environment the others would cost."""
    if "live" in config.option.markexpr.replace("not live", ""):
        return
    left_out = [item for item in items if item.get_closest_marker("live")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker("live")]


def pytest_collection_finish(session: pytest.Session) -> None:
    """What it will cost, before the first request."""
    chosen = [item for item in session.items if item.get_closest_marker("live")]
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if not chosen or reporter is None:
        return
    number = sum(map(_drawn, chosen))
    reporter.write_line(
        f"live: {len(chosen)} tests ask Google for {number} pictures, about ${number * PRICE[DRAWS] * 1.3:.2f}; "
        f"they stop at ${live.ALLOWANCE:.2f} (NBGEMINI_LIVE_ALLOWANCE)"
        if live.KEY
        else "live: GEMINI_API_KEY is not set, so that the live tests are skipped"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure at Google says how sure we were."""
    report = yield
    sure = item.get_closest_marker("sure")
    if report.failed and sure and item.get_closest_marker("live"):
        report.sections.append(("how sure we were of this", ": ".join(sure.args)))
    return report


class Purse:
    """What live tests may still spend, in US dollars."""

    left = live.ALLOWANCE


@pytest.fixture(scope="session")
def purse() -> Purse:
    return Purse()


@pytest.fixture(scope="session")
def emulated() -> Iterator[str]:
    """The emulator, as `python -m nbgemini.emulator --key … --weight real` serves it."""
    with Server(Service(key=KEY, weight="real")) as url:
        yield url


@pytest.fixture(params=["emulator", pytest.param("google", marks=pytest.mark.live)])
def door(request: pytest.FixtureRequest, emulated: str, purse: Purse) -> Iterator[Door]:
    """One of the two; a test that draws more pictures than it says with `pictures` fails."""
    allowed = _drawn(request.node)
    if request.param == "emulator":
        door = Door(emulated, KEY, live=False, allowed=allowed)
        yield door
    else:
        if not live.KEY:
            pytest.skip("GEMINI_API_KEY is not set")
        door = Door(GOOGLE, live.KEY, live=True, allowed=allowed, left=purse.left)
        with sitecustomize.leaving_for("generativelanguage.googleapis.com"):
            yield door
        purse.left = door.left
    assert door.pictures <= allowed, f"{door.pictures} pictures were drawn, {allowed} announced"


@pytest.fixture(scope="session")
def wide() -> dict[str, Any]:
    """The part of a picture of 160 × 90."""
    data = base64.b64encode(make_picture("PNG", (160, 90))).decode()
    return {"inlineData": {"mimeType": "image/png", "data": data}}
