"""The emulator on a socket: HTTP as clients speak it, and a command that starts and stops."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from nbgemini.emulator import Script, Server, Service
from tests.support.sampling import sampled

from .protocol_kit import FLASH, SMALL, asked

TARGET = f"/v1beta/models/{FLASH}:generateContent"
BODY = json.dumps(asked("a cat", config=SMALL)).encode()
WORDS = json.dumps(asked("a cat emulate: text only")).encode()
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """A plain emulator on a free port."""
    with Server(Service()) as url:
        yield url


def connect(url: str) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    assert parts.hostname
    return http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)


def post(url: str, body: Any = WORDS, target: str = TARGET, **options: Any) -> tuple[int, bytes]:
    """Status and body of one POST on a connection of its own."""
    connection = connect(url)
    try:
        connection.request("POST", target, body, JSON, **options)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def raw(url: str, sent: bytes) -> bytes:
    """Everything that comes back for these bytes, until the connection closes or is quiet."""
    parts = urlsplit(url)
    got = b""
    with socket.create_connection((parts.hostname, parts.port), timeout=5) as connection:
        connection.sendall(sent)
        connection.settimeout(1)
        try:
            while piece := connection.recv(65_536):
                got += piece
        except TimeoutError:
            pass
    return got


def test_a_picture_comes_over_the_wire(base_url: str) -> None:
    """The same answer as in process."""
    status, body = post(base_url, BODY)
    assert status == 200
    assert json.loads(body)["candidates"][0]["finishReason"] == "STOP"


def test_a_connection_is_kept(base_url: str) -> None:
    """Good answers, errors and streams, one after the other on one connection."""
    connection = connect(base_url)
    seen, ports = [], set()
    for target, body in ((TARGET, WORDS), (TARGET, b"{"), (TARGET.replace("generate", "streamGenerate"), WORDS)):
        connection.request("POST", target, body, JSON)
        assert connection.sock
        ports.add(connection.sock.getsockname()[1])
        response = connection.getresponse()
        seen.append((response.status, len(response.read()) > 0))
    connection.close()
    assert (seen, len(ports)) == ([(200, True), (400, True), (200, True)], 1)


def test_a_body_in_chunks(base_url: str) -> None:
    """Transfer-Encoding: chunked, as httpx sends an iterator."""
    status, body = post(base_url, iter([WORDS[:10], WORDS[10:]]), encode_chunked=True)
    assert (status, b"candidates" in body) == (200, True)


def test_expect_100_continue(base_url: str) -> None:
    """curl waits for it before it sends a large body."""
    head = f"POST {TARGET} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(WORDS)}\r\nExpect: 100-continue\r\n"
    answer = raw(base_url, head.encode() + b"Connection: close\r\n\r\n" + WORDS)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_http_1_0_ends_with_the_connection(base_url: str) -> None:
    """A stream has no length, and 1.0 has no chunks."""
    target = TARGET.replace(":generate", ":streamGenerate") + "?alt=sse"
    head = f"POST {target} HTTP/1.0\r\nContent-Length: {len(WORDS)}\r\n\r\n"
    answer = raw(base_url, head.encode() + WORDS)
    assert b"transfer-encoding" not in answer.lower()
    assert answer.endswith(b"\r\n\r\n")
    assert b"\r\n\r\ndata: {" in answer


@pytest.mark.parametrize(
    "head",
    [b"Content-Length: many\r\n", b"Content-Length: -1\r\n", b"Transfer-Encoding: chunked\r\n"],
)
def test_bad_framing_is_a_400(base_url: str, head: bytes) -> None:
    """And the connection is closed, for nobody knows where the next request begins."""
    answer = raw(base_url, f"POST {TARGET} HTTP/1.1\r\nHost: x\r\n".encode() + head + b"\r\nzz\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"connection: close" in answer.lower()


def test_the_largest_body_is_refused_over_the_wire(base_url: str) -> None:
    """The answer arrives although the body is never kept."""
    pieces = (b" " * (1 << 20) for _ in range(101))
    connection = connect(base_url)
    connection.request("POST", TARGET, pieces, {**JSON, "Content-Length": str(101 << 20)})
    response = connection.getresponse()
    assert (response.status, b"payload size exceeds" in response.read()) == (400, True)
    connection.close()


def test_a_stream_arrives_piece_by_piece() -> None:
    """The thought can be read before the picture is there."""
    steps, go_on = list[float](), threading.Event()

    def wait(seconds: float) -> None:
        steps.append(seconds)
        assert len(steps) == 1 or go_on.wait(10)  # before the first words nobody waits for us

    with Server(Service(latency=1.0, sleep=wait)) as url:
        connection = connect(url)
        body = json.dumps(asked("a cat", config={**SMALL, "thinkingConfig": {"includeThoughts": True}}))
        connection.request("POST", TARGET.replace(":generate", ":streamGenerate") + "?alt=sse", body, JSON)
        response = connection.getresponse()
        assert b"thought" in response.readline()
        go_on.set()
        assert b"STOP" in response.read()
        connection.close()


def test_scripts_reach_the_socket() -> None:
    """A cut is a broken answer, a drop none at all."""
    with Server(Service(script=Script([{"cut": 500}, {"drop": True}, {"answer": "text only", "gzip": True}]))) as url:
        with pytest.raises(http.client.IncompleteRead) as cut:
            post(url)
        assert len(cut.value.partial) == 500
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            post(url)
        assert post(url)[1].startswith(b"\x1f\x8b")


def test_head_and_strange_methods(base_url: str) -> None:
    """Whatever the method, there is an answer; HEAD has no body."""
    for method in ("HEAD", "PUT", "OPTIONS", "DELETE"):
        connection = connect(base_url)
        connection.request(method, "/v1beta/models")
        response = connection.getresponse()
        assert response.status == 404
        assert (response.read() == b"") == (method == "HEAD")
        connection.close()


def test_a_stop_frees_the_port_and_closes_what_is_open() -> None:
    """Idle connections do not keep it alive, nor does an answer that never ends."""
    server = Server(Service(script=Script([{"endless": 0.05}]))).start()
    connection = connect(server.base_url)
    connection.request("POST", TARGET, WORDS, JSON)
    endless = connection.getresponse()
    assert endless.read(2) == b" \n"
    threads, started = threading.active_count(), time.monotonic()
    server.stop()
    assert time.monotonic() - started < 3
    assert threading.active_count() < threads
    with pytest.raises(OSError, match=r".+"):
        socket.create_connection((urlsplit(server.base_url).hostname, urlsplit(server.base_url).port), timeout=1)
    endless.close()
    connection.close()


def test_sixty_four_at_once() -> None:
    """A sweep's worth of connections is answered."""
    statuses = []
    with Server(Service()) as url:
        threads = [threading.Thread(target=lambda: statuses.append(post(url)[0])) for _ in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses == [200] * 64


def command(*arguments: str, **variables: str) -> contextlib.AbstractContextManager[subprocess.Popen[str]]:
    """The command in a process of its own."""
    return python("-m", "nbgemini.emulator", *arguments, **variables)


@contextlib.contextmanager
def python(*arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """An interpreter in a process of its own, which does not outlive its test."""
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    line = [sys.executable, *arguments]
    environment = {**os.environ, "PYTHONPATH": path, **variables}
    pipe, encoding = subprocess.PIPE, variables.get("PYTHONIOENCODING")
    with subprocess.Popen(line, stdout=pipe, stderr=pipe, text=True, encoding=encoding, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.skipif(os.name != "posix", reason="Windows sends no signals to other programs")
@pytest.mark.parametrize("stop", sampled([signal.SIGINT, signal.SIGTERM], 2))
def test_the_command_prints_its_url_and_stops_cleanly(tmp_path: Path, stop: signal.Signals) -> None:
    """The first line is the base URL alone; after the signal nothing is said, and the code is 0."""
    script = tmp_path / "script.toml"
    script.write_text('[[steps]]\nanswer = "503"\n')
    with command("--port", "0", "--key", "K", "--script", str(script)) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:")
        target = f"{TARGET}?key=K"
        assert [post(url)[0], post(url, target=target)[0], post(url, target=target)[0]] == [403, 503, 200]
        process.send_signal(stop)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")


def test_the_command_explains_what_is_wrong(tmp_path: Path) -> None:
    """A bad script, and a port that is taken."""
    script = tmp_path / "script.json"
    script.write_text('["dance"]')
    with command("--port", "0", "--script", str(script)) as process:
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (
        2,
        "",
        "error: step 1: `dance` is no cue; nbgemini.emulator.cues lists them\n",
    )
    with Server(Service()) as url, command("--port", str(urlsplit(url).port)) as process:
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (1, "")
    assert err.startswith("error: cannot listen on 127.0.0.1:")


_ANOTHER_THREAD = """
import signal, sys, threading
ready = threading.Event()
threading.Thread(target=lambda: (ready.set(), threading.Event().wait()), daemon=True).start()
ready.wait()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
from nbgemini.emulator.__main__ import main
sys.exit(main(["--port", "0"]))
"""


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="here Ctrl-C comes as it does on Windows anyway")
def test_a_stop_that_wakes_no_wait_ends_the_command(tmp_path: Path) -> None:
    """On Windows Ctrl-C wakes no wait without end; here the same comes of a signal that another thread gets."""
    with python("-c", _ANOTHER_THREAD) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("encoding", sampled(["ascii", "cp1252", "cp437"], 3))
def test_the_help_fits_every_console(encoding: str) -> None:
    """A letter that a console lacks is a question mark, and no end of the command."""
    with command("--help", PYTHONIOENCODING=encoding, PYTHONUTF8="0") as process:
        out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "")
    assert "signatures of" in out
