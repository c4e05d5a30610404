"""`python -m nbgemini`: the demo, the bench, and a short usage."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from nbgemini._version import __version__

_USAGE = """\
nbgemini {version}: Google's Gemini image models in a Jupyter notebook

  %load_ext nbgemini                        in a notebook, then:
  %%imagine                                 a cell whose text becomes a picture; `%imagine help` has the rest

  python -m nbgemini demo [--out DIR]       run the quickstart in a real kernel, offline, and show what came out
  python -m nbgemini demo sweeps            run another notebook of the course; a wrong name lists them
  python -m nbgemini demo --lab             the same, and open JupyterLab on it
  python -m nbgemini bench [--json]         measure it beside google-genai on this machine, offline, in a minute or two
  python -m nbgemini.emulator --port 8765   the emulator on loopback, for curl and other clients"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0, or 1 when the demo or the bench failed."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console may lack a letter of the notebook
    options = _parser().parse_args(arguments)
    if options.command is None:
        print(_USAGE.format(version=__version__))
        return 0
    try:
        return _bench(options) if options.command == "bench" else _demo(options)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _demo(options: argparse.Namespace) -> int:
    from nbgemini import demo

    try:
        demo.main(options.out, options.name, lab=options.lab)
    except demo.DemoFailed as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    return 0


def _bench(options: argparse.Namespace) -> int:
    import json

    from nbgemini.bench import racing, ratios

    def began(number: int, scene: str) -> None:
        print(f"round {number + 1} of {options.rounds}: {scene}", file=sys.stderr, flush=True)

    try:
        rounds = racing.race(options.rounds, racing.there(), began=began)
    except racing.BenchFailed as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    print(json.dumps(ratios.as_data(rounds), indent=2) if options.json else ratios.table(rounds))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nbgemini", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"nbgemini {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="demo | bench")
    demo = commands.add_parser("demo", help="run a notebook of the course offline", allow_abbrev=False)
    demo.add_argument("name", nargs="?", default="quickstart", metavar="NAME", help="`sweeps` or its number, 5")
    demo.add_argument("--out", type=Path, default=Path("nbgemini-demo"), metavar="DIR", help="where to write")
    demo.add_argument("--lab", action="store_true", help="open JupyterLab on the result")
    bench = commands.add_parser("bench", help="measure nbgemini on this machine, offline", allow_abbrev=False)
    bench.add_argument(
        "--rounds", type=_rounds, default=2, metavar="N", help="how often each is measured; 2 if not given"
    )
    bench.add_argument("--json", action="store_true", help="every single figure, as JSON")
    return parser


def _rounds(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"rounds are 1 to 100, not {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
