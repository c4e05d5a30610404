"""The key goes into one header and nowhere else: no output, no file, no log, no traceback, no repr."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernel.conftest import Notebook
from tests.support.files import contents
from tests.support.kernel import Kernel
from tests.support.replies import Cut, Drop, blocked, fault, html, quota
from tests.support.strict_server import KEY, StrictServer

# Everything that a curious user or a crash could print.
CURIOUS = """
import logging, pickle, pprint, traceback
logging.basicConfig(level=logging.DEBUG, filename="debug.log")
import nbgemini as nb
from nbgemini.studio import process
studio = process.studio()
settings = studio.settings()
for value in (studio, settings, settings.values, settings.key, fox, fox.exchange, fox.conversation, vars(studio)):
    print(repr(value), str(value))
    pprint.pprint(value)
print(fox.request, fox.curl())
try:
    pickle.dumps(settings)
except Exception as problem:
    print(type(problem), problem)
"""


@pytest.mark.deep
def test_no_key_in_any_output_file_or_log(own_kernel: Kernel, server: StrictServer) -> None:
    """After pictures, edits, refusals, lost connections and prying, the key is in no message and no file."""
    run = own_kernel.run
    assert run("%%imagine -o fox\na fox").ok
    leaky = fault(400, "INVALID_ARGUMENT", f"API key not valid: {KEY}. Authorization: Bearer ya29.{'a' * 40}")
    server.will(blocked(), leaky, quota("1s"), Drop(), Cut(), html(), fault(403, "PERMISSION_DENIED", f"key={KEY}"))
    for _ in range(6):
        run("%%imagine\nat night")
        run("%tb")
        run("import sys, traceback; traceback.print_exception(sys.last_value)")
    assert run(CURIOUS).ok
    for form in ("json", "curl", "python"):
        run(f"%%imagine --show {form}\nin snow")
    run("%%imagine --dry-run\nin snow")
    run("%config NbGemini")
    run("%imagine help")
    run("%imagine list")
    run("%imagine recover")
    assert run("%%imagine\nin snow").ok
    own_kernel.exit()
    assert KEY not in own_kernel.everything()
    assert "ya29.aaaa" not in own_kernel.everything()
    searched = list(contents(own_kernel.folder, Path.home().parent))
    assert [path for path, data in searched if KEY.encode() in data] == []
    assert any(".nbgemini" in path.parts for path, _ in searched)


def test_the_store_is_for_its_owner_alone(notebook: Notebook) -> None:
    """Folders are 0700, files 0600."""
    notebook.drawn("a fox")
    store = notebook.kernel.folder / ".nbgemini"
    assert store.stat().st_mode & 0o777 == 0o700
    modes = {path.stat().st_mode & 0o777 for path in store.rglob("*") if path.is_file()}
    assert modes <= {0o600, 0o400}


def test_a_key_set_in_the_notebook_counts_at_once(renewed: Kernel, server: StrictServer) -> None:
    """The key is looked up when a request is sent; a new one needs no restart."""
    renewed.run("import os; saved = os.environ.pop('GEMINI_API_KEY'); os.environ['GOOGLE_API_KEY'] = '  \"wrong\" '")
    outcome = renewed.run("%%imagine\na fox")
    assert not outcome.ok
    assert server.violations
    server.forget()
    renewed.run("os.environ['GOOGLE_API_KEY'] = f' \"{saved}\" '")
    assert renewed.run("%%imagine\na fox").ok
