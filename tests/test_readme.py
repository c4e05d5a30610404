"""What the README and the pages behind it claim, executed: commands, cells, numbers and links."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from PIL import Image

from nbgemini.core.option_table import OPTIONS
from nbgemini.core.setting_table import SETTINGS
from nbgemini.notebook.line.grammar import SUBCOMMANDS
from tests.support import figures
from tests.support.kernel import Kernel
from tests.support.readme import README, blocks, commands

REPOSITORY = README.parent
TEXT = README.read_text("utf-8")
PROMISES = (REPOSITORY / ".github" / "PROMISES.md").read_text("utf-8")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, lent_kernel: Kernel) -> Kernel:
    lent_kernel.renew(tmp_path_factory.mktemp("readme"))
    return lent_kernel


def test_two_commands_each_one_line() -> None:
    """From a clone's root, with nothing activated: a venv, an install, and the job."""
    demo, tests = commands()
    for command, extra, job in ((demo, "demo", "nbgemini demo"), (tests, "test", "pytest")):
        venv, install, run = (shlex.split(part) for part in command.split("&&"))
        assert venv == ["python3", "-m", "venv", ".venv"]
        assert install[:2] == [".venv/bin/pip", "install"]
        assert install[-1] == f".[{extra}]"
        assert " ".join(run).startswith(f".venv/bin/python -m {job}")


def test_the_ci_runs_the_same_commands() -> None:
    """`.ci/run` types what the README says."""
    script = (REPOSITORY / ".ci" / "run").read_text()
    assert "tests.support.readme 1" in script
    assert "tests.support.readme 2" in script


def test_its_cells_run_and_print_what_it_says(running: Kernel) -> None:
    """Every Python block runs, in order, on the emulator; the text beneath a cell is what the cell shows."""
    shown, compared = "", 0
    for language, text in blocks():
        if language == "python":
            outcome = running.run(text)
            assert outcome.ok, (text, outcome.error_lines)
            shown = _timeless(outcome.text)
        elif language == "text":
            missing = [line for line in _timeless(text).splitlines() if line not in shown]
            assert missing == [], shown
            compared += 1
    assert compared >= 1


def _timeless(text: str) -> str:
    """Without the seconds, which differ from run to run."""
    return re.sub(r"\d+\.\d s", "0.0 s", text)


def test_option_names_exist() -> None:
    """Each long option, subcommand and setting that they name is one, and all settings are listed."""
    options = {row.long for row in OPTIONS.values()}
    settings = (REPOSITORY / ".github" / "SETTINGS.md").read_text("utf-8")
    for text in (TEXT, PROMISES, settings):
        assert set(re.findall(r"`(--[a-z-]+)", text)) <= options
        subcommands = {row.name for row in SUBCOMMANDS}
        assert set(re.findall(r"%imagine ([a-z]+)", text)) <= subcommands
        assert {name.lower() for name in re.findall(r"NBGEMINI_([A-Z_]+)", text) if name} <= set(SETTINGS)
    listed = settings.partition("## Vertex")[0]
    assert [name for name in SETTINGS if f"`{name}`" not in listed] == []


def test_its_links_lead_somewhere() -> None:
    """Relative links are files of the repository; the picture is small enough for a page."""
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", TEXT) if not target.startswith("http")]
    assert [target for target in targets if not (REPOSITORY / target).exists()] == []
    picture = next(REPOSITORY / target for target in targets if target.endswith((".jpg", ".png")))
    assert picture.stat().st_size < 200_000
    with Image.open(picture, formats=["JPEG", "PNG"]) as opened:
        assert opened.width >= 800


def test_it_is_short() -> None:
    """At most 120 lines, and no figure of the developers': what a newcomer reads before the first picture."""
    assert len(TEXT.splitlines()) <= 120
    assert figures.BEGIN not in TEXT


def test_the_figures_have_the_form_that_the_tests_produce() -> None:
    """`.ci/run` can compare them; and none of them admits to a fault."""
    claimed = figures.parsed(PROMISES)
    assert len(claimed) >= 3
    assert [name for name, figure in claimed.items() if any(figure.counts.values())] == []
    assert f"{figures.VARIABLE}=" in (REPOSITORY / ".ci" / "run").read_text()


def test_the_repository_names_no_machine() -> None:
    """No absolute path of a machine stands in what is published."""
    published = [
        README,
        REPOSITORY / "CHANGELOG.md",
        REPOSITORY / "pyproject.toml",
        *(REPOSITORY / ".github").glob("*.md"),
    ]
    for path in published:
        assert re.findall(r"(?<![\w.~])/(?:home|root|work|Users|tmp)/", path.read_text("utf-8")) == [], Path(path).name
