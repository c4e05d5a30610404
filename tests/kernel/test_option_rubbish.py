"""Every option with every kind of rubbish, on a real option line: our own errors in three lines, and nothing sent."""

from __future__ import annotations

import json
import shlex

import pytest

from nbgemini.core.option_table import OPTIONS
from nbgemini.notebook.line.grammar import SUBCOMMANDS
from tests.kernel.conftest import Notebook
from tests.support import figures
from tests.support.sampling import sampled
from tests.support.strict_server import StrictServer

RUBBISH = [
    "", " ", "nan", "inf", "-inf", "1e999", "-0", "-1", "0", "1.5", "1001", "9" * 400, "٣", "１", "0x10", "1_000",
    "true", "None", "null", "[]", "{}", "a\x00b", "a\nb", "\r", "\t", "\x1b[31m", "\u202ea", "\u2028", "é" * 300, "🦊",
    "../../x", "/", "~", "~nobody/x", ".", "-", "--", "=", ",", "a=b=c", "'", '"', "`x`", "$HOME", "{x}", "%s", "_",
    "__import__('os')", "__name__", "print", "class", "@0", "@-0", "@1e3", "@", "@last@", "*", "**/*", "http://x",
    "https://", "javascript:alert(1)", "https://10.0.0.1/x.png", "file:///etc/passwd", "con", "aux.png", "x" * 5000,
    "<script>alert(1)</script>",
]  # fmt: skip
LINES = [
    "-", "--", "---", "-a", "-a -s", "-a=", "--aspect=", "-a 16:9 -a 9:16", "-s 2K -s 4K", "-m pro -m flash", "-n 2",
    "'", '"', "-a '", "\\", "-a 16:9 \\", "# comment", "; ls", "-a 16:9; ls", "| cat", "> x", "--new --new",
    "--new --from @1", "--replay only --fresh", "--show json --show curl", "-ax 16:9", "-a16:9x", "--no-such",
    "--Aspect 1:1", "—aspect 1:1", "−a 1:1", "a fox", "--set", "--set =", "--set a", "--set a.b.c=",
    "--set contents=[]", "--set contents[0]=1", "--set __proto__.x=1", "--set model='\"x\"'",
    "--set generationConfig=null", "--set generationConfig.imageConfig=7", "--safety", "--safety hate",
    "--safety hate=", "--safety =none", "--safety hate=none --safety hate=low", "--search x",
    "--search image -m nano-banana", "--thinking low", "--tier cheap", "--budget -1", "--budget x", "--preview 0",
    "--timeout 0", "--timeout nan", "--temperature 2.1", "--top-p -0.1", "--top-k 0", "--max-tokens 0",
    "--seed 2147483648", "--bg --dry-run -o x", "--thoughts -m nano-banana", "-r @1 -r", "-c", "-c .", "-c ..",
    "-c a/b", "-c CON", "--out", "--out a.b", "--out a[0]", "--out 'a b'", "--out __builtins__", "--save", "--save .",
    "--save ''", "--vary a=1", "--batch",
]  # fmt: skip
TRY = """
import json, nbgemini.errors
from IPython.utils.capture import capture_output
def tried(kind, line, body="a fox"):
    try:
        with capture_output():
            if kind == "cell":
                get_ipython().run_cell_magic("imagine", line, body)
            else:
                get_ipython().run_line_magic("imagine", line)
    except nbgemini.errors.NbgeminiError as error:
        return ["ours", type(error).__name__, error.charged, len(error.lines()), max(map(len, error.lines()))]
    except BaseException as error:
        return ["foreign", type(error).__name__, repr(line)[:200], str(error)[:200]]
    return ["passed"]
def known():
    return {name for name in globals() if not name.startswith("_") or name.startswith("__")} - {"before", "after"}
"""


def tried(notebook: Notebook, attempts: list[tuple[str, str]]) -> list[list[object]]:
    """What became of each line, in one cell; the names that the user has are the same afterwards."""
    assert notebook.kernel.run(TRY).ok
    code = f"before = known()\nfates = [tried(*one) for one in json.loads({json.dumps(json.dumps(attempts))})]\n"
    outcome = notebook.kernel.run(
        f"{code}print(json.dumps([fates, sorted(known() ^ before - {{'fates'}})]))", timeout=120
    )
    assert outcome.ok, outcome.error_lines
    fates, changed = json.loads(outcome.text.strip().split("\n")[-1])
    assert set(changed) <= {"fates"}
    return list(fates)


def check(notebook: Notebook, server: StrictServer, attempts: list[tuple[str, str]]) -> None:
    """Each is refused in our own words, before anything is sent, or harmless."""
    fates = tried(notebook, attempts)
    foreign = [fate for fate in fates if fate[0] == "foreign"]
    figures.add("bad option lines", len(fates), foreign_exceptions=len(foreign), requests=len(server.posts))
    assert foreign == []
    assert server.posts == []
    refused = [fate for fate in fates if fate[0] == "ours"]
    assert refused
    assert {fate[2] for fate in refused} == {"nothing sent"}
    assert max(int(str(fate[3])) for fate in refused) <= 3
    assert max(int(str(fate[4])) for fate in refused) <= 500


VALUED = [row for row in OPTIONS.values() if row.value]


@pytest.mark.parametrize("row", sampled(VALUED, 12), ids=[row.long for row in VALUED])
def test_an_option_with_rubbish(notebook: Notebook, server: StrictServer, row: object) -> None:
    """Quoted, so that it is one word; with `--dry-run`, so that what is rightly taken sends nothing either."""
    long = row.long  # type: ignore[attr-defined]  # an OptionRow
    check(notebook, server, [("cell", f"{long} {shlex.quote(value)} --dry-run") for value in RUBBISH] + [
        ("cell", f"{long} {value} --dry-run") for value in RUBBISH if "\n" not in value
    ])  # fmt: skip


def test_odd_lines(notebook: Notebook, server: StrictServer) -> None:
    """Unclosed quotes, options twice, dashes of other kinds, fields that must not be written."""
    check(notebook, server, [("cell", f"{line} --dry-run") for line in LINES])


@pytest.mark.deep
def test_subcommands_with_rubbish(notebook: Notebook, server: StrictServer) -> None:
    """Whatever stands behind a subcommand."""
    harmless = {"reset", "undo", "redo", "doctor", "models", "panel", "verify", "cost"}
    words = [row.name for row in SUBCOMMANDS if row.name not in harmless]
    values = [value for value in RUBBISH if "\n" not in value and len(value) < 1000]
    check(notebook, server, [("line", f"{word} {value}") for word in words for value in values])
