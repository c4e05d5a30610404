"""`python -m nbgemini.emulator`: serves the emulator on loopback until it is told to stop."""

from __future__ import annotations

import argparse
import io
import signal
import sys
import threading
from collections.abc import Sequence

from .script import Script, ScriptError
from .serve import Server
from .service import Service

_STOPS = ("SIGINT", "SIGTERM", "SIGBREAK")  # the last is Ctrl-Break, and the closed window, of Windows
_SLICE = 0.1  # seconds


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves; the first line it prints is the base URL alone."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console may lack a letter of the help
    asked = _parser().parse_args(arguments)
    try:
        script = Script.load(asked.script) if asked.script else None
        service = Service(
            key=asked.key,
            token=asked.token,
            latency=asked.latency,
            weight=asked.weight,
            script=script,
            rpm=asked.rpm,
            rpd=asked.rpd,
            batch_seconds=asked.batch_seconds,
            batch_tier=asked.batch_tier,
            place=(lambda _: asked.folder) if asked.folder else None,
        )
        server = Server(service, host=asked.host, port=asked.port)
    except ScriptError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except (OSError, OverflowError) as error:
        print(f"error: cannot listen on {asked.host}:{asked.port}: {error}", file=sys.stderr)
        return 1
    stopped = threading.Event()
    for name in _STOPS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stopped.set())
    with server as base_url:
        print(base_url, flush=True)
        # In slices: Ctrl-C wakes no wait without end on Windows, nor elsewhere where another thread got the signal.
        while not stopped.wait(_SLICE):
            pass
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m nbgemini.emulator",
        description="Google's Gemini image API on a small scale, for trying and testing offline.",
        epilog="Point a client at it with GOOGLE_GEMINI_BASE_URL. Scripts are described in "
        "nbgemini/emulator/script.py, the phrases that a prompt may hold in nbgemini/emulator/cues.py.",
    )
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--host", default="127.0.0.1", help="(default: %(default)s)")
    parser.add_argument("--key", help="the only API key that is good (default: any, or none)")
    parser.add_argument("--token", help="the only access token that is good on Vertex AI (default: any)")
    parser.add_argument("--latency", type=_seconds, default=0.0, metavar="S", help="seconds that a 1K picture takes")
    parser.add_argument(
        "--weight", choices=["light", "real"], default="light", help="real: signatures of 1–3 MB, as Google's are"
    )
    parser.add_argument("--script", metavar="FILE", help="JSON or TOML: what to answer, step by step")
    parser.add_argument("--rpm", type=_count, metavar="N", help="requests a minute for each model")
    parser.add_argument("--rpd", type=_count, metavar="N", help="requests a day for each model")
    parser.add_argument(
        "--folder", metavar="DIR", help="where files and batch jobs outlive a restart (default: nowhere)"
    )
    parser.add_argument("--batch-seconds", type=_seconds, metavar="S", help="seconds that a batch job takes")
    parser.add_argument(
        "--batch-tier",
        type=int,
        choices=range(4),
        default=2,
        help="limits the tokens in the queue (default: %(default)s)",
    )
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("a number of requests cannot be negative")
    return number


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError("seconds cannot be negative")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
