"""Takes all contenders through all scenes, each right after the others, round by round."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from nbgemini.bench.contenders import KEY
from nbgemini.bench.loopback_server import PEM
from nbgemini.bench.scenes import CONTENDERS, SCENES

__all__ = ["BenchFailed", "Rounds", "race", "there"]

Rounds = dict[str, dict[str, list[float]]]  # figure: contender: what it took in each round
_PATIENCE = 300  # seconds for one scene


class BenchFailed(Exception):
    """A scene did not come to its end; the text says which, and how it failed."""


def there() -> tuple[str, ...]:
    """The contenders that can be measured here: google-genai where it is installed."""
    try:
        peer = find_spec("google.genai")
    except ModuleNotFoundError:
        peer = None
    return tuple(name for name in CONTENDERS if name != "google-genai" or peer)


def race(
    rounds: int,
    contenders: Sequence[str],
    scenes: Sequence[str] = tuple(SCENES),
    *,
    began: Callable[[int, str], object] = lambda number, scene: None,
) -> Rounds:
    """What each took in each scene; `began` is told of each scene of each round. Raises BenchFailed."""
    if not all(map(find_spec, ("ipykernel", "nbclient"))):
        scenes = [scene for scene in scenes if scene != "shown"]
    figures: Rounds = {}
    for number in range(rounds):
        with tempfile.TemporaryDirectory(prefix="nbgemini-bench-", ignore_cleanup_errors=True) as folder:
            stamps = Path(folder, "stamps")
            with _serving(stamps) as url:
                for contender in contenders if number == 0 else ():  # whoever is not compiled yet is compiled here
                    _measured(contender, "first", url, stamps, Path(folder, f"{contender}-before"))
                for scene in scenes:
                    began(number, scene)
                    turns = contenders if number % 2 == 0 else contenders[::-1]  # nobody is always the first
                    for contender in turns:
                        found = _measured(contender, scene, url, stamps, Path(folder, contender))
                        for figure, value in found.items():
                            figures.setdefault(figure, {}).setdefault(contender, []).append(value)
    return figures


@contextmanager
def _serving(stamps: Path) -> Iterator[str]:
    server = subprocess.Popen(
        [sys.executable, "-m", "nbgemini.bench.loopback_server", str(stamps)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.communicate()


def _measured(contender: str, scene: str, url: str, stamps: Path, folder: Path) -> dict[str, float]:
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "nbgemini.bench.scenes", contender, scene, url, str(stamps)],
        cwd=folder, env=_environment(url, folder), capture_output=True, text=True, timeout=_PATIENCE,
    )  # fmt: skip
    if done.returncode:
        raise BenchFailed(f"{contender} failed in the scene `{scene}`:\n{done.stderr.strip()[-2000:]}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _environment(url: str, folder: Path) -> dict[str, str]:
    """The user's own, but for keys, gateways and settings; nothing leaves the machine."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NBGEMINI_", "GEMINI_", "GOOGLE_")) and not name.lower().endswith("_proxy")
    }
    return own | {
        "GOOGLE_API_KEY": KEY,
        "GOOGLE_GEMINI_BASE_URL": url,
        "SSL_CERT_FILE": str(PEM),
        "NBGEMINI_REPLAY": "off",  # what one scene drew is no answer in the next
        "NBGEMINI_CONFIRM_OVER": "100",  # nothing is paid here
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONDONTWRITEBYTECODE": "",  # nobody compiles at each import
    }
