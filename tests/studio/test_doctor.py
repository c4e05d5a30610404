"""The doctor: true about what is set, quiet about the key, unharmed by whatever is broken."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
import threading
import time
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nbgemini.core.setting_table import SETTINGS
from nbgemini.emulator import Request, Service
from nbgemini.net.inprocess import InProcess
from nbgemini.notebook.views.checkup import doctor_view, front_end
from nbgemini.studio.reports.doctor import NEEDED, Report, examine
from nbgemini.studio.studio import Studio

KEY = "a-key-of-no-known-shape-0123456789"
SHAPED = "AIzaSyA-sentinel-sentinel-sentinel-0123"
Answer = tuple[int, Mapping[str, str], Iterable[bytes]]


def studio(home: Path, service: Service | None = None, **traits: Any) -> Studio:
    """A studio whose traits are these; with a service in place of Google."""
    if service is None:
        return Studio(traits=lambda: traits, home=home)

    def handle(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        response = service.handle(Request(method, target, headers, body))
        return response.status, response.headers, response.body

    return Studio(traits=lambda: traits, home=home, transport=InProcess(handle))


def everything(report: Report) -> str:
    """All texts of a report and of what is shown of it."""
    shown = [bundle.data for bundle in doctor_view(report, "a test")]
    return repr(report) + json.dumps([dict(data) for data in shown], ensure_ascii=False)


def plain(report: Report) -> str:
    return "\n".join(bundle.data["text/plain"] for bundle in doctor_view(report, "a test"))


def test_a_fresh_machine_is_well(tmp_path: Path) -> None:
    """No key, no store, no network: nothing is wrong, nothing is sent, nothing is made."""
    report = examine(studio(tmp_path))
    assert report.problems == ()
    assert (report.access.key, report.access.state) == ("unset", "not checked")
    assert "emulator" in report.access.answers
    assert not report.health.exists
    assert list(tmp_path.iterdir()) == []
    assert plain(report).startswith("No problem found.")
    assert [row.name for row in report.settings] == list(SETTINGS)
    assert {row.source for row in report.settings} == {"default"}
    assert [row.value for row in report.settings if row.name == "history"] == ["all"]


def test_each_setting_says_where_it_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Conversation before trait before environment, the variable by its name."""
    monkeypatch.setenv("NBGEMINI_SIZE", "1K")
    monkeypatch.setenv("NBGEMINI_ASPECT", "16:9")
    monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "v1")
    made = studio(tmp_path, model="pro", aspect="1:1")
    rows = {row.name: (row.value, row.source) for row in examine(made).settings}
    assert rows["model"] == ("pro", "%config NbGemini.model")
    assert rows["aspect"] == ("1:1", "%config NbGemini.aspect")
    assert rows["size"] == ("1K", "NBGEMINI_SIZE")
    assert rows["api_version"] == ("v1", "GOOGLE_GENAI_API_VERSION")
    made.conversation().imagine("a cat", model="flash", system="draw in red")
    rows = {row.name: (row.value, row.source) for row in examine(made).settings}
    assert rows["model"] == ("gemini-3.1-flash-image", "conversation main")
    assert rows["system"] == ("draw in red", "conversation main")


# -- the key -----------------------------------------------------------------------------------------------------------


def test_a_key_that_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of models is asked for once, and the key is in no text."""
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    service = Service(key=KEY)
    report = examine(studio(tmp_path, service))
    assert (report.access.key, report.access.state) == ("set, in GEMINI_API_KEY", "works")
    assert "gemini-3-pro-image among them" in report.access.check
    assert report.problems == ()
    assert [request.method for request in service.seen] == ["GET"]
    assert KEY not in everything(report)


def test_a_key_that_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Google says, and what to do; one request and no more."""
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    service = Service(key="another")
    report = examine(studio(tmp_path, service))
    assert report.access.state == "refused"
    assert len(report.problems) == len(service.seen) == 1
    assert report.problems[0].advice
    assert KEY not in everything(report)


def test_a_model_that_is_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key may work and yet not have the model."""
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    report = examine(studio(tmp_path, Service(), model="gemini-9-image"))
    assert report.access.state == "works"
    told = [problem.what for problem in report.problems]
    assert told == ["`gemini-9-image` is not in the catalogue.", "`gemini-9-image` is not on the list of models."]


@pytest.mark.parametrize(
    ("traits", "told", "hidden"),
    [
        ({}, "none on the emulator", "AI Studio"),
        ({"base_url": "https://gateway.example"}, "aistudio.google.com/rate-limit", "Google Cloud"),
        ({"backend": "vertex", "base_url": "https://gateway.example"}, "of the Google Cloud project", "aistudio"),
    ],
    ids=["emulator", "gemini", "vertex"],
)
def test_quotas_are_those_of_whoever_draws(tmp_path: Path, traits: dict[str, Any], told: str, hidden: str) -> None:
    """AI Studio knows nothing of a project on Vertex AI, and the emulator has none."""
    report = examine(studio(tmp_path, Service(), **traits))
    (quotas,) = [line for line in plain(report).splitlines() if line.startswith("quotas ")]
    assert told in quotas
    assert hidden not in quotas


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("flash", "`gemini-3.1-flash-image` is deprecated since 2026-10-06; use `gemini-nano-banana-2.1` instead."),
        ("nano-banana", "`gemini-2.5-flash-image` was announced to shut down on 2026-10-02, and may stop answering"),
        ("gemini-3-pro-image-preview", "was announced to shut down on 2026-06-25; its successor is"),
    ],
)
def test_a_model_on_its_way_out_is_told(tmp_path: Path, model: str, told: str) -> None:
    """In the words that a cell uses, with what to set instead."""
    (problem,) = examine(studio(tmp_path, model=model)).problems
    assert told in problem.what
    assert "%config NbGemini.model" in problem.advice


def test_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens: said at once, and everything else is there."""
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    began = time.monotonic()
    report = examine(studio(tmp_path, base_url="http://127.0.0.1:9"))
    assert time.monotonic() - began < 5
    assert report.access.state == "unreachable"
    assert len(report.problems) == 1
    assert KEY not in everything(report)


def test_a_server_that_never_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait is over while the server still says nothing."""
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    asked, enough = threading.Event(), threading.Event()

    def handle(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        asked.set()
        enough.wait(60)
        return 200, {}, []

    silent = Studio(traits=lambda: {}, home=tmp_path, transport=InProcess(handle))
    try:
        report = examine(silent, timeout=0.2)
        assert asked.wait(30)
        assert not enough.is_set()
    finally:
        enough.set()
    assert report.access.state == "unreachable"


def test_two_keys_that_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that counts is named; neither is shown."""
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    monkeypatch.setenv("GEMINI_API_KEY", SHAPED)
    report = examine(studio(tmp_path, Service()))
    assert report.access.key == "set, in GOOGLE_API_KEY"
    assert "differ" in report.problems[0].what
    assert KEY not in everything(report)
    assert SHAPED not in everything(report)


def test_secrets_in_the_wrong_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key pasted into another setting, and a password in an address, are not shown either."""
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    monkeypatch.setenv("NBGEMINI_MODEL", KEY)
    monkeypatch.setenv("NBGEMINI_SIZE", SHAPED)
    text = everything(examine(studio(tmp_path, Service())))
    assert KEY not in text
    assert SHAPED not in text
    monkeypatch.delenv("NBGEMINI_SIZE")
    monkeypatch.setenv("NBGEMINI_BASE_URL", f"https://user:hunter2@gateway.example/?key={SHAPED}")
    text = everything(examine(studio(tmp_path)))
    assert "hunter2" not in text
    assert SHAPED not in text
    assert "gateway.example" in text


# -- what is wrong -----------------------------------------------------------------------------------------------------


def test_every_bad_setting_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only the first, and the rest is looked at all the same."""
    monkeypatch.setenv("NBGEMINI_SIZE", "enormous")
    monkeypatch.setenv("NBGEMINI_PREVIEW", "tiny")
    monkeypatch.setenv("GEMINI_API_KEY", "ключ")
    report = examine(studio(tmp_path))
    told = " ".join(problem.what for problem in report.problems)
    assert all(name in told for name in ("NBGEMINI_SIZE", "NBGEMINI_PREVIEW", "GEMINI_API_KEY"))
    assert len(report.problems) == 3
    assert report.access.state == "not checked"
    assert report.health.path == tmp_path / ".nbgemini"
    assert "ключ" not in everything(report)


@pytest.mark.parametrize(
    ("traits", "told"),
    [
        ({"model": "nano-banana", "size": "4K"}, "has one size only"),
        ({"model": "gemini-3-pro-image-preview"}, "shut down"),
        ({"model": "imagen-4.0-generate-001"}, "Imagen"),
        ({"catalogue": "missing.json"}, "missing.json"),
        ({"backend": "elsewhere"}, "elsewhere"),
        ({"store": "~nobody-of-this-name/x"}, "nobody-of-this-name"),
    ],
)
def test_settings_that_do_not_go_together(tmp_path: Path, traits: dict[str, Any], told: str) -> None:
    """A model without the size, a model that is gone, a file that is not there."""
    report = examine(studio(tmp_path, **traits))
    assert any(told in problem.what for problem in report.problems), report.problems
    assert all(problem.advice for problem in report.problems)


def test_needed_versions_are_those_of_the_package() -> None:
    """What the doctor asks for is what pyproject.toml asks for."""
    project = tomllib.loads(Path(__file__).parents[2].joinpath("pyproject.toml").read_text("utf-8"))["project"]
    parts = [re.fullmatch(r"([\w-]+)>=([\d.]+)", line) for line in project["dependencies"]]
    asked = {part[1]: tuple(map(int, part[2].split("."))) for part in parts if part}
    assert len(asked) == len(project["dependencies"])
    assert asked == dict(NEEDED)


def test_a_library_that_is_too_old_or_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said with the command that helps."""
    monkeypatch.setitem(NEEDED, "httpx", (99, 0))
    monkeypatch.setitem(NEEDED, "a-library-that-nobody-has", (1, 0))
    told = [f"{problem.what} {problem.advice}" for problem in examine(studio(tmp_path)).problems]
    assert any("httpx" in line and "too old" in line and "%pip install" in line for line in told)
    assert any("a-library-that-nobody-has is not installed" in line for line in told)


# -- the store ---------------------------------------------------------------------------------------------------------


@pytest.mark.deep
def test_a_store_in_use(tmp_path: Path) -> None:
    """Conversations, turns, size and format are counted; looking changes nothing."""
    made = studio(tmp_path)
    made.conversation().imagine("a cat", size="1K")
    made.conversation("other").imagine("a fox", size="1K")
    folder = tmp_path / ".nbgemini"
    before = sorted((str(path), path.stat().st_mtime_ns) for path in folder.rglob("*"))
    health = examine(made).health
    assert (health.conversations, health.turns, health.orphans, health.version) == (2, 2, 0, 1)
    assert health.writable
    assert health.size == sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert sorted((str(path), path.stat().st_mtime_ns) for path in folder.rglob("*")) == before


def test_orphans_are_pointed_at(tmp_path: Path) -> None:
    """An answer that waits is not lost sight of."""
    made = studio(tmp_path)
    one = made.conversation().imagine("a cat", size="1K").exchange
    made.store.album.record(replace(one, id="0" * len(one.id), outcome="orphan"))
    report = examine(made)
    assert report.health.orphans == 1
    assert report.problems[0].what == "Left over: 1 answer in no conversation."


def test_a_store_of_a_newer_version(tmp_path: Path) -> None:
    """Read-only, and why."""
    folder = tmp_path / ".nbgemini"
    folder.mkdir(mode=0o700)
    (folder / "VERSION").write_text("7\n")
    report = examine(studio(tmp_path))
    assert not report.health.writable
    assert report.health.version == 7
    assert "format 7" in " ".join(problem.what for problem in report.problems)
    assert "read-only, format 7" in plain(report)


@pytest.mark.parametrize("content", [None, "no number"])
def test_what_is_no_store(tmp_path: Path, content: str | None) -> None:
    """A file in its place, or a folder that is something else."""
    folder = tmp_path / ".nbgemini"
    if content is None:
        folder.write_text("a file")
    else:
        folder.mkdir(mode=0o700)
        (folder / "VERSION").write_text(content)
    report = examine(studio(tmp_path))
    assert not report.health.writable
    assert len(report.problems) == 1
    assert report.problems[0].advice


def test_damaged_records_are_named(tmp_path: Path) -> None:
    """Each file that cannot be read, up to a few."""
    made = studio(tmp_path)
    for name in "abcdefgh":
        made.conversation(name).imagine("a cat", size="1K")
    for path in (tmp_path / ".nbgemini" / "refs").glob("*.json"):
        path.write_text("{")
    report = examine(Studio(home=tmp_path))
    told = [problem.what for problem in report.problems]
    assert any("refs" in line for line in told)
    assert any("more files" in line for line in told)
    assert len(told) < 10


@pytest.mark.skipif(os.name != "posix", reason="other systems have other permissions")
def test_a_store_that_others_may_read(tmp_path: Path) -> None:
    """Pictures and prompts are nobody else's business."""
    made = studio(tmp_path)
    made.conversation().imagine("a cat", size="1K")
    folder = tmp_path / ".nbgemini"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert examine(made).problems == ()
    folder.chmod(0o755)
    assert "Other users" in examine(made).problems[0].what


# -- what is shown -----------------------------------------------------------------------------------------------------


def test_hostile_values_are_shown_as_text(tmp_path: Path) -> None:
    """Markup and terminal sequences in a setting stay letters."""
    report = examine(studio(tmp_path, model="<script>alert(1)</script>\x1b[31m"))
    html = "".join(bundle.data["text/html"] for bundle in doctor_view(report, "<b>"))
    assert "<script" not in html
    assert "\x1b" not in everything(report).replace("\\x1b", "").replace("\\u001b", "")


def test_front_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a kernel can tell of who shows its outputs."""
    assert front_end(None, names_cells=False) == "none: a script"
    assert front_end(SimpleNamespace(user_ns={}), names_cells=False) == "a terminal"
    notebook = SimpleNamespace(user_ns={}, kernel=object())
    assert "it says which cell runs" in front_end(notebook, names_cells=True)
    code = SimpleNamespace(user_ns={"__vsc_ipynb_file__": "a.ipynb"}, kernel=object())
    assert front_end(code, names_cells=False).startswith("VS Code; it does not say")
    monkeypatch.setitem(sys.modules, "google.colab", sys)
    assert front_end(notebook, names_cells=True).startswith("Colab")


@pytest.mark.deep
def test_the_line_runs_in_a_shell(tmp_path: Path) -> None:
    """`%imagine doctor` from its words to its outputs."""
    import subprocess

    program = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "shell.run_cell('%load_ext nbgemini').raise_error()\n"
        "shell.run_cell('%imagine doctor').raise_error()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "GEMINI_API_KEY": KEY}
    environment["GOOGLE_GEMINI_BASE_URL"] = "http://127.0.0.1:9"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, env=environment, check=True
    )
    assert "unreachable" in ran.stdout
    assert "a terminal" in ran.stdout
    assert KEY not in ran.stdout + ran.stderr


def test_a_catalogue_of_the_user_s_own_is_named(tmp_path: Path) -> None:
    """Which file is in force, of which day, and what it changes."""
    path = tmp_path / "mine.json"
    path.write_text('{"as_of": "2027-01-05", "models": [{"id": "gemini-3-pro-image", "max_refs": 3}]}')
    report = examine(Studio(home=tmp_path, traits=lambda: {"catalogue": str(path)}))
    assert ("in force", f"{path}, as of 2027-01-05: gemini-3-pro-image") in [
        (row.name, row.value) for row in report.settings
    ]
    path.write_text('{"models": [{"id": "gemini-3-pro-image", "max_refs": "three"}]}')
    report = examine(Studio(home=tmp_path, traits=lambda: {"catalogue": str(path)}))
    assert any("`models[0].max_refs` is not a number" in problem.what for problem in report.problems)


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("NBGEMINI_BASE_URL", "htp:/foo", "htp:/foo"),
        ("GOOGLE_GEMINI_BASE_URL", "http://10.0.0.7:8000", "allow_http"),
        ("NBGEMINI_BASE_URL", "http://127.0.0.1:9", "`NBGEMINI_BASE_URL` sets this address"),
        ("GOOGLE_GEMINI_BASE_URL", "'127.0.0.1:9/v1beta/'", "`GOOGLE_GEMINI_BASE_URL` sets this address"),
        ("NBGEMINI_MODLE", "flash", "did you mean `NBGEMINI_MODEL`"),
    ],
)
def test_surroundings_that_cannot_work_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, named: str
) -> None:
    """Never "No problem found" beside an address that cannot work or a name that has no effect."""
    monkeypatch.setenv(variable, value)
    told = [f"{problem.what} {problem.advice}" for problem in examine(studio(tmp_path), timeout=3).problems]
    assert [line for line in told if named in line], told
