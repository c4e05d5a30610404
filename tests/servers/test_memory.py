"""The memory of the worst answers, measured in a process of its own: at most 400 MB over the baseline."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.net.server import KEY, answers, serving
from tests.servers import bodies, replies, statuses, wires
from tests.servers.bodies import dumped
from tests.servers.trial import BIG, Row
from tests.support import figures
from tests.support.readme import README
from tests.wire.answers import image, response, text

_LIMIT = 400  # MB
_CHILD = """
import json, re, sys
from pathlib import Path
from nbgemini.errors import NbgeminiError
from nbgemini.studio.studio import Studio

def most():  # kB; getrusage would count the process that started this one, too
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

studio = Studio(traits=lambda: {"base_url": sys.argv[1], "confirm_over": 1000})
before = []
for prompt in ("a fox", "at night"):
    before.append(most())
    try:
        said = type(studio.imagine(prompt, timeout=20.0)).__name__
    except NbgeminiError as error:
        said = type(error).__name__
print(json.dumps([said, (most() - before[1]) / 1024]))
"""
_WORST = (
    "gzip bomb",
    "endless",
    "levels of",
    "empty parts",
    "empty texts",
    "300 pictures",
    "600,000 objects",
    "1,000 candidates",
    "a picture of 20 MB",
    "a text of 2 MB",
    "400,000 details",
    "a message of 3 MB",
    "body is: 20 MB",
    "a signature of 3 MB",
    "300,000 digits",
    "100,000 headers",
    "a header of 5 MB",
    "100 for ever",
)


def _rows() -> Iterator[Row]:
    for row in (*bodies.rows(), *replies.rows(), *statuses.rows(), *wires.rows()):
        if any(word in row.name for word in _WORST):
            yield row
    noise = BIG[:-12] + bytes(range(256)) * (47 * 4096) + BIG[-12:]
    yield Row("47 MB of picture", answers(200, dumped(response(image(noise)))))
    yield Row("90 MB of picture", answers(200, dumped(response(image(noise + noise)))))
    plain = base64.b64encode(noise).decode()
    lines = "\\n".join(plain[at : at + 76] for at in range(0, len(plain), 76))
    whole = json.dumps(response(image(b"@"))).replace(base64.b64encode(b"@").decode(), lines).encode()
    yield Row("45 MB of picture in lines", answers(200, whole))
    yield Row("7 MB of text", answers(200, dumped(response(text("word " * 1_400_000)))))
    yield Row("7 MB of small numbers", answers(200, dumped({**response(), "x": list(range(1_000_000))})))


@pytest.mark.deep
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from Linux's /proc")
@pytest.mark.timeout(1200)
def test_no_answer_takes_much_memory(tmp_path: Path) -> None:
    """Bombs, endless answers, deep and wide ones, and pictures up to the cap."""
    first, worst = answers(200, dumped(response(image(BIG, thoughtSignature="c2ln")))), 0.0
    rows, above = list(_rows()), []
    for at, row in enumerate(rows):
        home = tmp_path / str(at)
        home.mkdir()
        with serving(first, row.act) as server:
            command = [sys.executable, "-c", _CHILD, server.url]
            environment = {
                "GOOGLE_API_KEY": KEY,
                "HOME": str(home),
                "PYTHONPATH": str(README.parent),
                "PATH": "/usr/bin:/bin",
            }
            done = subprocess.run(
                command, cwd=home, env=environment, capture_output=True, text=True, timeout=120, check=True
            )
        said, grown = json.loads(done.stdout)
        worst = max(worst, grown)
        if grown > _LIMIT:
            above.append((row.name, said, round(grown)))
    figures.add("answers made to fill the memory", len(rows), most={"MB over the baseline": worst})
    assert above == []
