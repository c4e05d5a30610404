"""Money in a real kernel: what was spent, the budget of a kernel and of a cell, `--yes` and tiers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel.conftest import Notebook, strict_environment
from tests.support.kernel import Kernel, Outcome
from tests.support.strict_server import StrictServer, strict_server


@pytest.fixture(scope="module")
def own_server() -> Iterator[StrictServer]:
    with strict_server() as running:
        yield running


@pytest.fixture(scope="module")
def paying(tmp_path_factory: pytest.TempPathFactory, own_server: StrictServer, lent_kernel: Kernel) -> Kernel:
    """A kernel that has spent nothing yet, in a notebook of a known name."""
    environment = {**strict_environment(own_server), "JPY_SESSION_NAME": "/somewhere/else/Lecture 3.ipynb"}
    lent_kernel.renew(tmp_path_factory.mktemp("money"), environment)
    assert lent_kernel.run("%load_ext nbgemini").ok
    return lent_kernel


@pytest.fixture
def cells(paying: Kernel, own_server: StrictServer) -> Iterator[Notebook]:
    own_server.forget()
    yield Notebook(paying, "main")
    assert paying.run("%imagine budget off").ok
    assert own_server.violations == []


def refused(outcome: Outcome, name: str) -> str:
    """The text of an error of three lines at most."""
    assert outcome.error_name == name
    assert len(outcome.error_lines) <= 3
    return " ".join(outcome.error_lines)


def test_what_was_spent_is_shown(cells: Notebook, own_server: StrictServer) -> None:
    """An empty store first; then two pictures by day, model, notebook and conversation, in text and HTML."""
    assert "nothing was spent" in cells.line("cost").text
    cells.drawn("a fox")
    cells.drawn("an owl", "-c night -m flash")
    outcome = cells.line("cost")
    for words in ("this kernel, 2 requests", "today, 2 requests", "gemini-3-pro-image", "Lecture 3.ipynb", "night"):
        assert words in outcome.text
    html = outcome.displays[0]["data"]["text/html"]
    assert "Lecture 3.ipynb" in html
    assert "somewhere" not in str(outcome.outputs)
    assert set(outcome.displays[0]["data"]) == {"text/plain", "text/html"}


def test_a_kernels_budget_stops_before_sending(cells: Notebook, own_server: StrictServer) -> None:
    """Set, looked at, reached and lifted; what was spent before it was set counts."""
    cells.drawn("a fox")
    assert "The budget of this kernel is $0.010" in cells.line("budget 0.01").text
    assert "and $0.000 is left" in cells.line("budget").text
    before = len(own_server.posts)
    text = refused(cells.draw("an owl"), "BudgetExceeded")
    assert "Nothing was sent." in text
    assert "%imagine budget" in text
    refused(cells.draw("an owl", "--yes"), "BudgetExceeded")
    assert len(own_server.posts) == before
    assert "No budget is set" in cells.line("budget off").text
    cells.drawn("an owl")
    assert cells.kernel.run("%config NbGemini.budget = 0.01").ok
    refused(cells.draw("an owl"), "BudgetExceeded")


def test_a_cells_budget_is_for_all_its_requests(cells: Notebook, own_server: StrictServer) -> None:
    """Five at once do not fit, and none is sent; two do."""
    text = refused(cells.draw("a fox", "-n 5 --budget 0.3"), "BudgetExceeded")
    assert "2 of them would fit" in text
    assert own_server.posts == []
    cells.drawn("a fox", "-n 2 --budget 0.3")
    assert len(own_server.posts) == 2


def test_a_dear_cell_at_a_tier_asks_first(cells: Notebook, own_server: StrictServer) -> None:
    """The sum, the tier and the limit are named; at half the price the same passes."""
    text = refused(cells.draw("a fox", "--new -n 5 --tier priority"), "ConfirmationNeeded")
    assert "priority tier" in text
    assert "$1.28" in text
    assert "$1.00" in text
    cells.drawn("a fox", "--new -n 5 --tier flex")
    assert {request.json["serviceTier"] for request in own_server.posts} == {"flex"}


@pytest.mark.parametrize("line", ["budget x", "budget -1", "budget nan", "budget 1 2"])
def test_a_budget_that_is_none(cells: Notebook, line: str) -> None:
    """Refused with the spelling that would do."""
    text = refused(cells.line(line), "OptionError")
    assert "dollars" in text or "takes one USD" in text


@pytest.mark.parametrize("line", ["--budget x", "--budget=-1", "--tier gold", "--tier"])
def test_options_that_are_none(cells: Notebook, own_server: StrictServer, line: str) -> None:
    """Nothing is sent."""
    refused(cells.draw("a fox", line), "OptionError")
    assert own_server.posts == []


def test_a_dry_run_shows_the_price_of_the_tier(cells: Notebook, own_server: StrictServer) -> None:
    """Half the price, and the field in the body."""
    text = cells.draw("a fox", "--new --tier flex --dry-run").text
    assert '"serviceTier": "flex"' in text
    assert "about $0.07" in text
    shown = cells.draw("a fox", "--tier flex --budget 0.5 --show python").text
    assert "tier='flex'" in shown
    assert "budget='0.5'" in shown
    assert own_server.posts == []


def test_on_the_emulator_everything_is_play_money(offline: Notebook, tmp_path: Path) -> None:
    """No budget stops it, and the costs say what it would be."""
    assert offline.line("budget 0").ok
    offline.drawn("a fox", "--budget 0 -m flash-lite")
    assert "would be $0.0" in offline.line("cost").text
    assert offline.line("budget off").ok
