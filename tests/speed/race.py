"""All clients through all scenes, and a table of ratios: `python -m tests.speed.race [ROUNDS]`.

Every client meets the same server right after the others, so that the load of the machine is much the same for all;
of several rounds the best counts. What matters are the ratios: the SDK is 1.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.speed.clients import CLIENTS, KEY
from tests.speed.scenes import SCENES
from tests.speed.server import PEM

ROOT = Path(__file__).parents[2]
Standings = dict[str, dict[str, float]]  # figure: client: value


@contextmanager
def _serving(stamps: Path) -> Iterator[str]:
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.speed.server", str(stamps)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.communicate()


def _measured(client: str, scene: str, url: str, stamps: Path, folder: Path) -> dict[str, float]:
    folder.mkdir(exist_ok=True)
    environment = os.environ | {
        "GOOGLE_API_KEY": KEY,
        "PYTHONDONTWRITEBYTECODE": "",  # nobody compiles at each import
        "GOOGLE_GEMINI_BASE_URL": url,
        "SSL_CERT_FILE": str(PEM),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.speed.scenes", client, scene, str(stamps)],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, f"{client} in {scene}: {done.stderr}"
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def race(clients: tuple[str, ...] = tuple(CLIENTS), rounds: int = 1) -> Standings:
    """The best of `rounds` of each client in each scene."""
    standings: Standings = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="nbgemini-speed-") as folder:
            stamps = Path(folder, "stamps")
            with _serving(stamps) as url:
                for scene in SCENES:
                    for client in clients:
                        found = _measured(client, scene, url, stamps, Path(folder, client))
                        for figure, value in found.items():
                            best = standings.setdefault(figure, {})
                            best[client] = min(value, best.get(client, value))
    return standings


def table(standings: Standings) -> str:
    """As Markdown: what the SDK takes, and the others as parts of that."""
    others = [client for client in next(iter(standings.values())) if client != "SDK"]
    lines = [f"| figure | SDK | {' | '.join(others)} |", f"|---|---:|{'---:|' * len(others)}"]
    for figure, by_client in standings.items():
        ratios = [f"{by_client[client] / by_client['SDK']:.3f}" for client in others]
        lines.append(f"| {figure} | {by_client['SDK']:.3f} | {' | '.join(ratios)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    print(table(race(rounds=rounds)))  # noqa: T201  # what is asked for
