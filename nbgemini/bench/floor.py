"""The floor: httpx with care and nothing more, each picture once on disk and its base64 made on the way out.

It promises nothing: it forces a picture to disk, and checks, records, prices and shows none.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import httpx
import pybase64

from nbgemini.bench.contenders import KEY

__all__ = ["Floor"]

_LONG = re.compile(rb'"(?:data|thoughtSignature)":\s*"')
_HOLE = re.compile("@@([^@]+)@@")
_STEP = 3 * 2**16  # bytes of a file at a time; their base64 needs no padding


class Floor:
    """Turns are JSON with the name of a file in the place of its base64."""

    def start(self, url: str) -> None:
        """Make the client; `url` is where to ask."""
        self._client, self._base = httpx.Client(timeout=60), url

    def new(self, model: str, name: str) -> None:
        self._url = f"{self._base}/v1beta/models/{model}:generateContent"
        self._name = name
        self._turns = list[str]()
        self._files = 0

    def ask(self, prompt: str) -> Path:
        self._turns.append(json.dumps({"role": "user", "parts": [{"text": prompt}]}))
        pieces = _HOLE.split('{"contents":[' + ",".join(self._turns) + "]}")
        size = sum(
            (Path(piece).stat().st_size + 2) // 3 * 4 if index % 2 else len(piece) for index, piece in enumerate(pieces)
        )
        headers = {"x-goog-api-key": KEY, "content-type": "application/json", "content-length": str(size)}
        with self._client.stream("POST", self._url, content=_sent(pieces), headers=headers) as response:
            answer = json.loads(self._received(response.iter_raw()))
        self._turns.append(json.dumps(answer["candidates"][0]["content"]))
        return Path(_HOLE.findall(self._turns[-1])[0])

    def _received(self, chunks: Iterable[bytes]) -> str:
        """The answer with holes; what fills them is in files."""
        text, rest = bytearray(), b""
        file: BinaryIO | None = None
        for chunk in chunks:
            rest += chunk
            while True:
                if file is None:
                    if (found := _LONG.search(rest)) is None:
                        text, rest = text + rest[:-64], rest[-64:]
                        break
                    text, rest = text + rest[: found.end()], rest[found.end() :]
                    self._files += 1
                    file = Path(f"floor-{self._name}-{self._files}").open("wb")  # noqa: SIM115  # closed where its base64 ends
                    text += f"@@{file.name}@@".encode()
                end = rest.find(b'"')
                usable = end if end >= 0 else len(rest) // 4 * 4
                file.write(pybase64.b64decode(rest[:usable], validate=True))
                rest = rest[usable:]
                if end < 0:
                    break
                file.flush()
                os.fsync(file.fileno())
                file.close()
                file = None
        return (text + rest).decode()

    def keep(self) -> None:
        Path(f"{self._name}.json").write_text(json.dumps(self._turns), "utf-8")

    def reopen(self, model: str, name: str) -> None:
        self.new(model, name)
        self._turns = json.loads(Path(f"{name}.json").read_text("utf-8"))
        self._files = len(self._turns) * 2

    def many(self, model: str, count: int, side_by_side: int) -> None:
        def one(number: int) -> None:
            single = Floor()
            single._client, single._base = self._client, self._base
            single.new(model, f"many-{number}")
            single.ask("a fox")

        with ThreadPoolExecutor(side_by_side) as pool:
            list(pool.map(one, range(count)))


def _sent(pieces: list[str]) -> Iterator[bytes]:
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            yield piece.encode()
            continue
        with Path(piece).open("rb") as file:
            while block := file.read(_STEP):
                yield pybase64.b64encode(block)
