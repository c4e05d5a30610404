"""A server over TLS that answers at once: what a client costs is then all its own.

`python -m nbgemini.bench.loopback_server STAMPS` prints its address. The model in a request's address says how
large the picture is; each request leaves a line in STAMPS: when its first byte came, and when the last piece of its
answer left, by the clock that all processes of a machine share.
"""

from __future__ import annotations

import base64
import json
import random
import re
import socketserver
import ssl
import sys
import threading
import time
import zlib
from pathlib import Path

from nbgemini.bench.contenders import MODELS

__all__ = ["PEM", "Server"]

# A key pair for 127.0.0.1 that no one else trusts; it protects nothing.
PEM = Path(__file__).with_name("loopback.pem")
_LATE = MODELS["4K, then its end"]
_SIDES = {MODELS["1K"]: 1024, MODELS["2K"]: 2048, MODELS["4K"]: 4096, _LATE: 4096}  # pixels
_END = 256  # bytes
_PAUSE = 0.2  # seconds: whoever reads has all but the end by then
_SIGNATURE = 1_600_000  # characters, on each picture: recorded answers of these models have 1.1 to 2.9 million
# Recorded answers came in chunks, of sizes that nobody recorded.
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
_CHUNK = 32 * 1024  # bytes


def png(side: int) -> bytes:
    """A square PNG about as heavy as real ones: ten of 2K with their signatures, or three of 4K, fill a request."""
    dice, noise = random.Random(side), side * 3 * 9 // 20
    packer, plain = zlib.compressobj(1), bytes(side * 3 - noise)
    rows = [packer.compress(b"\0" + dice.randbytes(noise) + plain) for _ in range(side)]
    pixels = b"".join(rows) + packer.flush()

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = side.to_bytes(4, "big") * 2 + bytes((8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def answer(model: str) -> bytes:
    signature = random.Random(0).randbytes(_SIGNATURE // 4 * 3 - 1)  # its base64 ends in `=`
    part = {
        "inlineData": {"mimeType": "image/png", "data": base64.b64encode(png(_SIDES[model])).decode()},
        "thoughtSignature": base64.b64encode(signature).decode(),
    }
    turn = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
    usage = {"promptTokenCount": 7, "candidatesTokenCount": 1120, "totalTokenCount": 1127}
    return json.dumps({"candidates": [turn], "usageMetadata": usage, "modelVersion": model}, indent=2).encode()


def chunked(body: bytes) -> bytes:
    pieces = [body[at : at + _CHUNK] for at in range(0, len(body), _CHUNK)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in [*pieces, b""])


class _Talk(socketserver.StreamRequestHandler):
    """One connection: requests are read and thrown away, answers are ready."""

    rbufsize = 2**18

    def handle(self) -> None:
        while line := self.rfile.readline():
            length = 0
            while (header := self.rfile.readline()).strip():
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            began = time.monotonic()
            while length:
                length -= len(self.rfile.read(min(length, 2**18)))
            self._reply(line.decode(), began)

    def _reply(self, line: str, began: float) -> None:
        assert isinstance(self.server, Server)
        found = re.search(r"models/([\w.-]+)", line)
        model = found[1] if found else ""
        body = memoryview(self.server.answers[model])
        self.connection.sendall(_HEAD)
        if model == _LATE:
            self.connection.sendall(body[:-_END])
            time.sleep(_PAUSE)
            body = body[-_END:]
        ended = time.monotonic()
        self.connection.sendall(body)
        self.server.stamp(began, ended)


class Server(socketserver.ThreadingTCPServer):
    """It listens on a port of its own as soon as it is made; `stamps` is the file of times."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, stamps: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(PEM)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        made = {side: answer(model) for model, side in _SIDES.items()}
        self.answers = {model: chunked(made[side]) for model, side in _SIDES.items()} | {"": chunked(b"{}")}
        self._stamps = stamps
        self._lock = threading.Lock()

    def stamp(self, began: float, ended: float) -> None:
        with self._lock, self._stamps.open("a") as file:
            file.write(json.dumps([began, ended]) + "\n")

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no news."""


if __name__ == "__main__":
    with Server(Path(sys.argv[1])) as server:
        print(f"https://127.0.0.1:{server.server_address[1]}", flush=True)  # noqa: T201  # what is asked for
        server.serve_forever()
