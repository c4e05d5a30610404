"""What people do around cells in IPython: other magics above ours, captures, resets, reloads, and taking us out."""

from __future__ import annotations

import json

import pytest

from tests.kernel.conftest import Notebook
from tests.kernel.test_conversation import prompts
from tests.support.kernel import Kernel
from tests.support.replies import Slow
from tests.support.sampling import sampled
from tests.support.strict_server import StrictServer


def test_time_above_a_cell(notebook: Notebook, server: StrictServer) -> None:
    """The picture is shown, and the time below it."""
    outcome = notebook.kernel.run(f"%%time\n%%imagine -c {notebook.conversation} -o fox\na fox")
    assert outcome.ok, outcome.error_lines
    assert len(outcome.pictures) == 1
    assert "Wall time" in outcome.text
    assert notebook.python("print(fox.turn)") == "1\n"
    assert server.posts[-1].prompt == "a fox"


def test_an_error_below_other_magics_is_shown(notebook: Notebook, server: StrictServer) -> None:
    """`%%time` and `%%capture` show it as it is; whether the cell then fails is theirs to say."""
    for above in ("%%time", "%%capture seen"):
        outcome = notebook.kernel.run(f"{above}\n%%imagine -s 8k\na fox")
        assert "2K" in "\n".join(outcome.error_lines)
        assert "OptionError" in str(outcome.error)
    assert server.posts == []


@pytest.mark.deep
def test_captured_outputs_replay(notebook: Notebook, server: StrictServer) -> None:
    """`%%capture` keeps everything, also when the answer took its time; `.show()` brings the same outputs again."""
    for answer in (Slow(0), Slow(1.2)):
        server.will(answer)
        line = f"-c {notebook.conversation} --alt 'a fox'"
        caught = notebook.kernel.run(f"%%capture seen\n%%imagine {line}\na fox")
        assert caught.ok, caught.error_lines
        assert caught.outputs == []
        shown = notebook.kernel.run("seen.show()")
        assert shown.ok, shown.error_lines
        picture = shown.pictures[0]
        kind = next(kind for kind in picture["data"] if kind.startswith("image/"))
        assert picture["metadata"][kind]["alt"] == "a fox"
        assert "drawing…" not in shown.text
        assert "turn" in shown.text
    assert notebook.drawn("both", "-r seen").pictures
    assert len(server.posts[-1].images) == 1


def test_cells_inside_of_code(notebook: Notebook, server: StrictServer) -> None:
    """`run_cell_magic` in a branch, a function and a comprehension draws and shows like a cell."""
    code = f"""
def draw(words, options=""):
    get_ipython().run_cell_magic("imagine", f"-c {notebook.conversation} " + options, words)

if True:
    draw("an owl", "-o owl")
    %imagine undo
[draw(word) for word in ("a fox", "a hen")]
"""
    outcome = notebook.kernel.run(code)
    assert outcome.ok, outcome.error_lines
    assert len(outcome.pictures) >= 3
    assert [prompts(post.turns) for post in server.posts] == [["an owl"], ["a fox"], ["a fox", "a hen"]]
    assert notebook.python("print(owl.turn)") == "1\n"


@pytest.mark.deep
def test_with_autoreload_on(own_kernel: Kernel, server: StrictServer) -> None:
    """Modules that are looked at before each cell stay what they are: results, conversations and classes."""
    assert own_kernel.run("%load_ext autoreload\n%autoreload 2").ok
    for prompt in ("a fox", "in snow"):
        outcome = own_kernel.run(f"%%imagine -o last\n{prompt}")
        assert outcome.ok, outcome.error_lines
    own_kernel.run("import importlib, nbgemini as nb\nimportlib.reload(nb)")
    assert own_kernel.run("print(isinstance(last, nb.Result), nb.conversation().last == last)").text == "True True\n"
    assert own_kernel.run("%%imagine\nat night").ok
    assert prompts(server.posts[-1].turns) == ["a fox", "in snow", "at night"]


def test_reset_takes_variables_and_nothing_else(renewed: Kernel, server: StrictServer) -> None:
    """After `%reset -f` cells go on where the conversation was."""
    renewed.run("%%imagine -o fox\na fox")
    assert renewed.run("%reset -f").ok
    assert renewed.run("print('fox' in globals())").text == "False\n"
    assert renewed.run("%%imagine --from @1\nin snow").ok
    assert prompts(server.posts[-1].turns) == ["a fox", "in snow"]


@pytest.mark.deep
def test_reloading_goes_on_where_the_conversation_was(own_kernel: Kernel, server: StrictServer) -> None:
    """`%reload_ext`, a second `%load_ext`, and taking the extension out and in again."""
    own_kernel.run("%%imagine\na fox")
    for lines in ("%reload_ext nbgemini", "%load_ext nbgemini", "%unload_ext nbgemini\n%load_ext nbgemini"):
        outcome = own_kernel.run(lines)
        assert outcome.ok, outcome.error_lines
        assert own_kernel.run(f"%%imagine\n{lines[:7]}").ok
    assert prompts(server.posts[-1].turns) == ["a fox", "%reload", "%load_e", "%unload"]


@pytest.mark.parametrize(
    "refused", sampled(["%config NbGemini.budget = '2 dollars'", "get_ipython().config.NbGemini.budget = 'much'"], 2)
)
def test_loading_with_a_setting_that_cannot_be_used(renewed: Kernel, server: StrictServer, refused: str) -> None:
    """From a file of settings, or noted by IPython though refused: the magics are there, and the cell says it."""
    renewed.run(refused)
    assert renewed.run("%reload_ext nbgemini").ok
    outcome = renewed.run("%%imagine\na fox")
    assert outcome.error_name == "SettingsError"
    assert "`budget`" in outcome.error_lines[0]
    assert len(outcome.error_lines) <= 3
    assert server.posts == []
    assert renewed.run("%config NbGemini.budget = 2\n").ok
    assert renewed.run("%%imagine\na fox").ok


TRACES = """
def traces():
    import asyncio, builtins, json, signal, sys, threading, warnings
    shell = get_ipython()
    completer, manager, formatters = shell.Completer, shell.magics_manager, shell.display_formatter.formatters
    named = lambda things: sorted(getattr(one, "__qualname__", type(one).__name__) for one in things)
    # IPython 9 loads its own magics when they are first used.
    lazy = lambda one: type(one).__module__.startswith("IPython.core.magics.")
    return json.dumps({
        "magics": {kind: sorted(table) for kind, table in manager.magics.items()},
        "registry": sorted(name for name, one in manager.registry.items() if not lazy(one)),
        "matchers": [named(completer.custom_matchers), named(completer.matchers)],
        "hooks": {name: named(hooks) for name, hooks in shell.events.callbacks.items()},
        "configurables": named(one for one in shell.configurables if not lazy(one)),
        "printers": {kind: [*map(len, (one.type_printers, one.deferred_printers, one.singleton_printers))]
                     for kind, one in formatters.items()},
        "cleanup": named(shell.input_transformers_cleanup + shell.input_transformers_post + shell.ast_transformers),
        "exceptions": repr(shell.custom_exceptions),
        "signals": [repr(signal.getsignal(one)) for one in (signal.SIGINT, signal.SIGTERM)],
        "threads": sorted(one.name for one in threading.enumerate()),
        "tasks": len(asyncio.all_tasks()),
        "names": sorted(name for name in shell.user_ns if not name.startswith("_")),
        "hidden": sorted(name for name in shell.user_ns_hidden if not name.startswith("_i")),
        "system": [repr(sys.excepthook), len(sys.meta_path), sys.path, len(warnings.filters)],
        "builtins": sorted(vars(builtins)),
    })
print(traces())
"""


@pytest.mark.deep
def test_taking_the_extension_out_leaves_nothing_behind(own_kernel: Kernel, server: StrictServer) -> None:
    """Magics, matchers, traits, hooks, formatters, threads, signal handlers: all as before it was loaded, and used."""
    own_kernel.restart()
    own_kernel.run(TRACES)
    before = own_kernel.run(TRACES).text
    loading = "%load_ext nbgemini\n%reload_ext nbgemini\n%load_ext nbgemini\n%config NbGemini.preview = 512"
    assert own_kernel.run(loading).ok
    with_us = json.loads(own_kernel.run("print(traces())").text)
    assert with_us != json.loads(before)
    assert (with_us["configurables"].count("NbGemini"), with_us["registry"].count("ImagineMagics")) == (1, 1)
    assert len(with_us["matchers"][0]) == len(json.loads(before)["matchers"][0]) + 1
    assert own_kernel.run("%%imagine -n 2\na fox").ok
    own_kernel.run("get_ipython().Completer.complete('%%imagine -')\n%imagine\n%imagine doctor")
    own_kernel.run("import nbgemini\nawait nbgemini.conversation().aimagine('an owl')\ndel nbgemini")
    assert own_kernel.run("%unload_ext nbgemini").ok
    after = json.loads(own_kernel.run("print(traces())").text)
    assert after == json.loads(before)
    gone = own_kernel.run("%%imagine\na fox")
    assert "not found" in gone.text + "".join(gone.error_lines)
    assert "NbGemini" not in own_kernel.run("%config").text
