"""Every way by which a key could get out of a kernel, with a key of no known shape: it is on none of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import figures
from tests.support.files import contents
from tests.support.kernel import Kernel, kernel
from tests.support.replies import Cut, Drop, Reply, blocked, fault, html, quota, words
from tests.support.sampling import sampled
from tests.support.strict_server import StrictServer, strict_server

SENTINEL = "sentinel-0key-0that-0nobody-0may-0see"
SIGNED = f"Your key is {SENTINEL}, I have seen it."

# One frame walker for all failures: what a debugger, a crash reporter or `%xmode Verbose` can see of an exception.
WALKER = """
import sys, pprint
def walk(error, depth=0):
    print(repr(error), str(error), vars(error))
    trace = error.__traceback__
    while trace is not None:
        for name, value in list(trace.tb_frame.f_locals.items()):
            if trace.tb_frame.f_globals.get('__name__', '').startswith(('nbgemini', 'httpx', 'httpcore', 'h11')):
                print(name, repr(value)[:20000])
                print(pprint.pformat(getattr(value, '__dict__', None))[:20000])
        trace = trace.tb_next
    for behind in (error.__cause__, error.__context__):
        if behind is not None and depth < 10:
            walk(behind, depth + 1)
walk(sys.last_value)
"""
FAILURES: dict[str, Reply | Drop | Cut] = {
    "refused": fault(400, "INVALID_ARGUMENT", f"API key not valid: {SENTINEL}."),
    "forbidden": fault(403, "PERMISSION_DENIED", f"key={SENTINEL}"),
    "busy": quota("9000s"),
    "blocked": blocked("IMAGE_SAFETY", f"your key {SENTINEL} was seen"),
    "dropped": Drop(),
    "cut": Cut(),
    "html": html(),
}
MODES = ("Verbose", "Docs", "Context", "Plain", "Minimal")
ENDPOINT = "endpoint, key = client.endpoint, client.endpoint.key\n"
ALL = "(studio, settings, client, client.endpoint, fox, fox.exchange, fox.conversation, nb)"
KEY = "os.environ['GEMINI_API_KEY']"
CHANNELS = {
    "repr": f"for one in {ALL}:\n    print(one, repr(one))",
    "vars": f"for one in {ALL}:\n    pprint.pprint({{n: getattr(one, n, None) for n in dir(one) if n != 'key'}})",
    "dataclass": f"{ENDPOINT}print(dataclasses.replace(endpoint), dataclasses.fields(endpoint), endpoint.headers())",
    "format": f"{ENDPOINT}print(f'{{key}} {{key!r}} {{key:>60}}', str(endpoint.headers()))",
    "json": "print(json.dumps(client.endpoint.headers(), default=repr))",
    "pickle": "tried(pickle.dumps)",
    "deep copy": "tried(copy.deepcopy)",
    "copy": "tried(copy.copy)",
    "request": "print(fox.request)",
    "curl": "print(fox.curl())",
    "usage": "print(fox.usage, fox.cost, fox.thoughts, fox.grounding)",
    "gc": "print([repr(one)[:4000] for one in gc.get_objects() if type(one).__module__.startswith('nbgemini')])",
    "threads": "print([repr(frame.f_locals)[:4000] for name, frame in sys._current_frames().items()][1:] or 'none')",
    "whos": "%whos",
    "who_ls": "%who_ls",
    "history": "%history -n -o",
    "config": "%config NbGemini",
    "pinfo": "fox?\nstudio??",
    "pdoc": "%pdoc nb.conversation",
    "show json": "%%imagine --show json\nin snow",
    "show curl": "%%imagine --show curl\nin snow",
    "show python": "%%imagine --show python\nin snow",
    "dry run": "%%imagine --dry-run\nin snow",
    "imagine history": "%imagine history",
    "imagine show": "%imagine show 1",
    "imagine list": "%imagine list",
    "imagine recover": "%imagine recover",
    "imagine doctor": "%imagine doctor",
    "imagine models": "%imagine models",
    "imagine cost": "%imagine cost",
    "imagine budget": "%imagine budget 5",
    "imagine verify": "%imagine verify",
    "thoughts": "%%imagine --new --thoughts -c thinking\na fox",
    "replayed": "%%imagine --new -c again --replay auto\na fox",
    "nothing to replay": "%%imagine --new -c again --replay only\na fox that nobody drew",
    "tab": "print(get_ipython().complete('', '%%imagine -r ', 13), get_ipython().complete('', '%imagine use ', 13))",
    "inspect": "fox.conversation?\nnb.conversation??\nstudio.settings?",
    "imagine help": "%imagine help",
    "export page": "%imagine export page.html",
    "export markdown": "%imagine export page.md",
    "export notebook": "%imagine export again.ipynb",
    "save archive": "%imagine save trip.zip",
    "words of the model": "%%imagine -c echo\na fox",
    "the same in history": "%imagine history",
    "the same in a request": "%%imagine --show json\nin snow",
    "the same in Python": "print(nb.conversation('echo').last.request)",
    "template": f"secret = {KEY}\nget_ipython().run_cell_magic('imagine', '--dry-run', 'a {{secret}}')",
    "key in the prompt": f"get_ipython().run_cell_magic('imagine', '', 'a ' + {KEY})",
    "key in the system text": f"nb.conversation('x').imagine('a fox', system='be ' + {KEY})",
    "key in a field": f"nb.conversation('x').imagine('a fox', set={{'labels.a': {KEY}}})",
    "key as a name": f"get_ipython().run_line_magic('imagine', 'use ' + {KEY})",
    "key as an option": f"get_ipython().run_cell_magic('imagine', '--' + {KEY}, 'a fox')",
    "key as a model": f"get_ipython().run_cell_magic('imagine', '--dry-run -m ' + {KEY}, 'a fox')",
    "key as a file": f"get_ipython().run_cell_magic('imagine', '--dry-run -r ' + {KEY} + '.png', 'a fox')",
}
PRELUDE = """
import copy, dataclasses, gc, json, logging, os, pickle, pprint, sys, threading
logging.basicConfig(level=logging.DEBUG, filename="debug.log")
import nbgemini as nb
from nbgemini.studio import process
studio = process.studio()
settings, client = studio.settings(), studio.client()
def tried(how):
    for one in (settings, client, client.endpoint, client.endpoint.key, fox, fox.exchange, fox.conversation, studio):
        try:
            print(how(one))
        except Exception as problem:
            print(type(problem), problem)
"""


@pytest.fixture(scope="module")
def wary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Kernel, StrictServer]]:
    """A kernel whose key has no known shape, with a first picture in `fox`, and IPython's own log on."""
    with strict_server(SENTINEL) as server:
        environment = {"GOOGLE_GEMINI_BASE_URL": server.url, "GEMINI_API_KEY": SENTINEL}
        with kernel(tmp_path_factory.mktemp("wary"), environment) as running:
            running.run("%logstart -o -r -t ipython.log")
            running.run("%load_ext nbgemini")
            assert running.run("%%imagine -o fox\na fox").ok
            shown = running.run(PRELUDE)
            assert shown.ok, shown.error_lines
            yield running, server


def leaked(running: Kernel) -> bool:
    """Whether the key is in any message so far; they are not looked at again."""
    text = running.everything()
    running.messages.clear()
    return SENTINEL in text


@pytest.mark.parametrize("name", sampled(list(FAILURES), 4))
def test_no_failure_shows_it_in_any_mode(wary: tuple[Kernel, StrictServer], name: str) -> None:
    """Three lines, `%tb` in every `%xmode`, and every local variable of every frame of ours and of the libraries."""
    running, server = wary
    server.will(FAILURES[name])
    outcome = running.run("%%imagine\nat night")
    assert not outcome.ok
    assert len(outcome.error_lines) <= 3
    for mode in MODES:
        assert running.run(f"%xmode {mode}\n%tb").error is not None
    walked = running.run(WALKER)
    assert walked.ok, walked.error_lines
    assert len(walked.text) > 500
    found = leaked(running)
    figures.add("ways out for a key", len(MODES) + 2, leaks=int(found))
    assert not found


@pytest.mark.deep
@pytest.mark.parametrize("name", CHANNELS)
def test_no_channel_shows_it(wary: tuple[Kernel, StrictServer], name: str) -> None:
    """Reprs, pickles, exports, history, help, and what the server or the user says of it."""
    running, server = wary
    if name == "words of the model":
        server.will(words(SIGNED))
    posts = len(server.posts)
    outcome = running.run(CHANNELS[name])
    assert outcome.outputs or outcome.reply["payload"], outcome.reply
    if name.startswith("key in "):
        assert outcome.error_name == "ConfirmationNeeded"
        assert len(server.posts) == posts
    found = leaked(running)
    figures.add("ways out for a key", 1, leaks=int(found))
    assert not found


@pytest.mark.deep
def test_no_file_holds_it(wary: tuple[Kernel, StrictServer]) -> None:
    """Store, logs, exports, archives, IPython's history; but for a signed turn, which stays as the model gave it."""
    running, _ = wary
    running.run("logging.shutdown()\n%logstop")
    searched = list(contents(running.folder, Path.home().parent))
    signed = SIGNED.encode()
    found = [path for path, data in searched if SENTINEL.encode() in data.replace(signed, b"")]
    figures.add("ways out for a key", 1, leaks=len(found))
    assert found == []
    names = {path.name for path, _ in searched}
    assert names >= {"debug.log", "ipython.log", "page.html", "again.ipynb", "trip.zip"}


PASSWORD = "hunter2-of-the-proxy"


@pytest.mark.deep
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "ALL_PROXY", "NBGEMINI_BASE_URL"])
def test_passwords_in_addresses_are_not_shown(tmp_path: Path, name: str) -> None:
    """Of a proxy and of a gateway that cannot be reached: in errors, frames, the doctor, requests, and what is kept."""
    address = f"http://somebody:{PASSWORD}@127.0.0.1:9"
    environment = {name: address, "GEMINI_API_KEY": SENTINEL, "NBGEMINI_TIMEOUT": "5", "NO_PROXY": ""}
    with kernel(tmp_path, environment) as running:
        running.run("%load_ext nbgemini\nimport nbgemini as nb")
        assert not running.run("%%imagine\na fox", timeout=60).ok
        for mode in MODES:
            running.run(f"%xmode {mode}\n%tb")
        running.run("from nbgemini.studio import process\nprint(process.studio().settings())")
        # An address with a password is refused: the frame that reads it holds it as a plain text.
        assert name == "NBGEMINI_BASE_URL" or running.run(WALKER).ok
        views = ("%imagine doctor", "%imagine models", "%%imagine --show curl\na fox", "%%imagine --dry-run\na fox")
        for code in views:
            running.run(code)
        running.exit()
        shown = running.everything()
    assert PASSWORD not in shown
    assert SENTINEL not in shown
    assert [path for path, data in contents(tmp_path) if PASSWORD.encode() in data or SENTINEL.encode() in data] == []


@pytest.mark.deep
@pytest.mark.parametrize("key", [f"{SENTINEL}é", f"{SENTINEL} {SENTINEL}", f"{SENTINEL}\x01"])
def test_a_key_that_is_refused_is_not_shown(tmp_path: Path, key: str) -> None:
    """What cannot travel in a header is refused without being named, in the frames of the error too."""
    with kernel(tmp_path, {"GEMINI_API_KEY": key}) as running:
        running.run("%load_ext nbgemini")
        outcome = running.run("%%imagine\na fox")
        assert outcome.error_name == "SettingsError"
        for mode in MODES:
            running.run(f"%xmode {mode}\n%tb")
        assert running.run(WALKER).ok
        assert running.run("%imagine doctor").outputs
        assert not leaked(running)
