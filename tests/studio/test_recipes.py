"""What `--show curl` and `--show python` print runs as it stands."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from nbgemini.emulator import Server, Service
from nbgemini.notebook.line.optionline import parse_options
from nbgemini.notebook.views.plans import curl_bundle, python_bundle
from nbgemini.studio.sending.recipes import curl, genai
from nbgemini.studio.studio import Studio

KEY = "AIza-test"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Server(Service(key=KEY)) as url:
        yield url


@pytest.fixture
def studio(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Studio:
    """A conversation with a picture, so that the next request carries a signature."""
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    studio = Studio(home=tmp_path / "it's $HOME", traits=lambda: {"base_url": url, "model": "flash", "size": "512"})
    studio.imagine("a bay; tell me about it")
    return studio


def run(*command: str, folder: Path, url: str) -> str:
    """What a program prints, with the key in its environment and no proxy."""
    env = {"PATH": "/usr/bin:/bin", "GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": url, "HOME": str(folder)}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="needs curl and bash")
def test_curl_in_bash(studio: Studio, url: str, tmp_path: Path) -> None:
    """The whole text below the first line, the other shells' comments included, with odd characters in the path."""
    text = curl_bundle(studio.plan("make it 'night' $HOME")).data["text/plain"].split("\n\n", 1)[1]
    assert "\n# PowerShell:\n#   curl.exe" in text
    assert "\n# cmd:\n#   curl.exe" in text
    assert json.loads(run("bash", "-c", text, folder=tmp_path, url=url))["candidates"][0]["finishReason"] == "STOP"
    assert KEY not in text


_OTHERS = [{"new": True}, {"new": True, "system": "in pencil", "safety": {"hate": "none"}}]


@pytest.mark.parametrize("words", [{}, *(pytest.param(words, marks=pytest.mark.deep) for words in _OTHERS)])
def test_google_genai(
    studio: Studio, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: dict[str, object]
) -> None:
    """The program sends the same and keeps the picture, with a history and without one."""
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", url)
    program = studio.plan('make it "night"\n{now}', **words).genai()  # type: ignore[arg-type]
    assert ("body = " in program) is not bool(words)
    exec(program, {})  # here: another process would import the SDK once more
    [made] = tmp_path.glob("genai-*.jpeg")
    with Image.open(made) as picture:
        assert max(picture.size) > 500


@pytest.mark.deep
def test_both_forms_of_python_run(studio: Studio, url: str, tmp_path: Path) -> None:
    """Ours first, theirs below it, as one program."""
    sdk = studio.plan("a hill", new=True).genai()
    shown = python_bundle("a hill", parse_options("-m flash -s 512 --new"), sdk=sdk).data["text/plain"]
    code = shown.split("\n\n", 1)[1]
    assert code.index("nb.conversation") < code.index("from google import genai")
    run(sys.executable, "-c", code, folder=tmp_path, url=url)
    assert list(tmp_path.glob("genai-*.jpeg"))
    assert list(tmp_path.glob(".nbgemini/objects/*/*"))


def test_the_other_shells() -> None:
    """Each has its own quotes and its own way to a variable."""
    shell = curl("PowerShell", "https://x.example/a", r"C:\it's\b.json", token=False)
    assert shell.startswith("curl.exe -sS 'https://x.example/a'")
    assert '"x-goog-api-key: $env:GEMINI_API_KEY"' in shell
    assert r"-d '@C:\it''s\b.json'" in shell
    cmd = curl("cmd", "https://x.example/a", r"C:\a b\b.json", token=False)
    assert cmd.startswith('curl.exe -sS "https://x.example/a"')
    assert '"x-goog-api-key: %GEMINI_API_KEY%"' in cmd
    assert r'-d "@C:\a b\b.json"' in cmd
    assert "gcloud" in curl("bash", "https://x.example/a", "b.json", token=True)
    assert "\n    contents='a'," in genai("m", {"contents": [{"role": "user", "parts": [{"text": "a"}]}]}, "b.json")
