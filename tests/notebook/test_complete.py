"""Tab in cells and on lines: what is offered, what stays silent, and that Python's own completion is left alone."""

from __future__ import annotations

import atexit
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from nbgemini.core.option_table import OPTIONS
from nbgemini.notebook.extension import MATCHER
from nbgemini.notebook.line.grammar import SUBCOMMANDS
from nbgemini.notebook.tab.place import locate
from nbgemini.notebook.tab.typed_line import half, slot
from nbgemini.studio import process
from tests.support.kernel import Kernel

KEY = "AIzaSyA-sentinel-sentinel-sentinel-0123"


def run(shell: Any, cell: str) -> None:
    """Run a cell that must pass. IPython's own functions publish no types."""
    shell.run_cell(cell, silent=True).raise_error()


class Tabber:
    """A shell, and what Tab gives where `|` stands in a cell."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell

    def tab(self, cell: str) -> list[str]:
        """What the cell's line would become with each completion, as the inserted texts."""
        code, at = cell.replace("|", "", 1), cell.index("|")
        with provisionalcompleter():
            found = list(self.shell.Completer.completions(code, at))
        assert all(one.end == at and one.start <= at for one in found)
        return [one.text for one in found]

    def after(self, cell: str) -> list[str]:
        """The whole cell after each completion."""
        code, at = cell.replace("|", "", 1), cell.index("|")
        with provisionalcompleter():
            found = list(self.shell.Completer.completions(code, at))
        return [code[: one.start] + one.text + code[one.end :] for one in found]

    def run(self, cell: str) -> None:
        run(self.shell, cell)


@pytest.fixture(scope="module")
def bare() -> Iterator[InteractiveShell]:
    """A real shell. One for all: each lives to the end of the process, and then collects all garbage."""
    quiet = Config()
    quiet.HistoryManager.enabled = False
    before = sys.displayhook, sys.excepthook
    made = InteractiveShell.instance(config=quiet)
    yield made
    atexit.unregister(made.atexit_operations)
    InteractiveShell.clear_instance()
    sys.displayhook, sys.excepthook = before


@pytest.fixture
def shell(bare: InteractiveShell, tmp_path: Path) -> Iterator[Tabber]:
    """The shell with the extension loaded, in a folder of its own, with no name of another test."""
    run(bare, "%load_ext nbgemini")
    process.forget()
    known = set(bare.user_ns)
    yield Tabber(bare)
    run(bare, "%unload_ext nbgemini")
    for name in set(bare.user_ns) - known:
        del bare.user_ns[name]
    process.forget()


@pytest.fixture
def drawn(shell: Tabber) -> Tabber:
    """Two turns of `main` by the emulator, one of them kept as `cat`, and a fork named `night`."""
    shell.run("%%imagine -m flash -s 512 -o cat --quiet\na cat")
    shell.run("%%imagine -s 512 --quiet\nmake it red")
    shell.run("%imagine fork night")
    shell.run("%imagine use main")
    return shell


# -- options -----------------------------------------------------------------------------------------------------------


def test_options_are_offered_and_nothing_of_python(shell: Tabber) -> None:
    """At the beginning of the option line: every long form of this version, and no Python name."""
    longs = [row.long for row in OPTIONS.values()]
    assert shell.tab("%%imagine |\na cat") == longs
    assert shell.tab("%%imagine --as|") == ["--aspect"]
    assert shell.tab("%%imagine asp|") == ["--aspect"]
    assert shell.tab("%%imagine -|")[:2] == ["-m", "--model"]


def test_options_that_are_given_are_not_offered_again(shell: Tabber) -> None:
    """But for those that may be repeated, and those that exclude each other; the rest of the line counts too."""
    assert "--aspect" not in shell.tab("%%imagine --aspect 16:9 --|")
    assert "--aspect" not in shell.tab("%%imagine --| -a 16:9")
    assert "--ref" in shell.tab("%%imagine -r a.png --|")
    assert "--from" not in shell.tab("%%imagine --new --|")


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("%%imagine -a 1|", ["1:1", "16:9"]),
        ("%%imagine -a1|", ["1:1", "16:9"]),
        ("%%imagine --aspect=16|", ["16:9"]),
        ('%%imagine --aspect "16|', ['16:9"']),
        ('%%imagine --aspect "16|"', ["16:9"]),
        ("%%imagine -s 2k|", ["2K"]),
        ("%%imagine -m flash -s |", ["512", "1K", "2K", "4K"]),
        ("%%imagine -s | -m flash-lite", ["1K"]),
        ("%%imagine -m nano-banana -s |", []),
        ("%%imagine -m an-unknown-model -s |", ["512", "1K", "2K", "4K"]),
        ("%%imagine -m not/a/model -s |", ["512", "1K", "2K", "4K"]),
        ("%%imagine --show |", ["json", "curl", "python"]),
        ("%%imagine --only i|", ["image"]),
        ("%%imagine --seed |", []),
        ('%%imagine --alt "a ca|', []),
    ],
)
def test_values(shell: Tabber, cell: str, values: list[str]) -> None:
    """The values of an option are those that its model takes, however they are attached; else silence."""
    assert shell.tab(cell) == values


def test_ratios_follow_the_model_the_conversation_and_the_setting(shell: Tabber) -> None:
    """`-m` on the line wins, then the conversation's model, then `%config`."""
    assert "1:8" not in shell.tab("%%imagine -a |")
    shell.run("%config NbGemini.model = 'flash'")
    assert "1:8" in shell.tab("%%imagine -a |")
    shell.run("%%imagine -m pro -c other --quiet -s 1K\na cat")
    assert "1:8" not in shell.tab("%%imagine -a |")
    assert "1:8" in shell.tab("%%imagine -m flash -a |")
    assert "1:8" in shell.tab("%%imagine -c new -a |")
    assert "1:8" not in shell.tab("%%imagine -c other -a |")


def test_models(shell: Tabber) -> None:
    """Ids and aliases."""
    found = shell.tab("%%imagine -m |")
    assert {"pro", "flash", "gemini-3-pro-image", "nano-banana-2.1"} <= set(found)
    assert shell.tab("%%imagine -m flash-|") == ["flash-lite"]


# -- references --------------------------------------------------------------------------------------------------------


def test_references(drawn: Tabber) -> None:
    """Variables that hold pictures, turns and files; `--from` takes results and turns alone."""
    Path("my cat.png").write_bytes(b"")
    Path("notes.txt").write_bytes(b"")
    os.mkdir("pictures")
    drawn.run("import io\nfrom pathlib import Path\nfrom PIL import Image\nimport numpy as np")
    drawn.run("pil = Image.new('RGB', (8, 8)); array = np.zeros((8, 8, 3), 'uint8'); row = np.zeros(3); number = 3")
    drawn.run("buffer = io.BytesIO(); pil.save(buffer, 'PNG'); raw = buffer.getvalue(); words = b'abc'")
    drawn.run(
        "path = Path('a.jpg'); text = Path('a.txt'); link = 'https://example.org/a'; name = 'b.webp'; plain = 'b'"
    )
    found = drawn.tab("%%imagine -r |")
    variables = ["array", "cat", "link", "name", "path", "pil", "raw"]
    assert found == [*variables, "@last", "@2", "@1", "@clipboard", '"my cat.png"', "pictures/"]
    assert drawn.tab("%%imagine --from |") == ["cat", "@last", "@2", "@1"]
    assert drawn.tab("%%imagine -r @|") == ["@last", "@2", "@1", "@clipboard"]
    assert drawn.tab("%%imagine --out |") == ["cat"]


def test_dotted_references(drawn: Tabber) -> None:
    """The pictures that a value holds."""
    drawn.run("from types import SimpleNamespace\nbox = SimpleNamespace(best=cat, words='no', _own=cat)")
    assert drawn.tab("%%imagine -r box.|") == ["box.best"]


@pytest.mark.parametrize(
    ("cell", "after"),
    [
        ("%%imagine -r my|\nx", '%%imagine -r "my cat.png"\nx'),
        ('%%imagine -r "my c|\nx', '%%imagine -r "my cat.png"\nx'),
        ('%%imagine -r "my c|"\nx', '%%imagine -r "my cat.png"\nx'),
        ("%%imagine -r 'my c|'\nx", "%%imagine -r 'my cat.png'\nx"),
        ('%%imagine --ref="my|"\nx', '%%imagine --ref="my cat.png"\nx'),
        ("%%imagine --ref=my|\nx", '%%imagine --ref="my cat.png"\nx'),
        ("%%imagine -r sub/d|\nx", "%%imagine -r sub/dog.JPG\nx"),
        ("%%imagine -r deep|\nx", '%%imagine -r "deep er/\nx'),
        ('%%imagine -r "deep er/|\nx', '%%imagine -r "deep er/fox.png"\nx'),
        ("%%imagine --save s|\nx", "%%imagine --save sub/\nx"),
    ],
)
def test_file_names(shell: Tabber, cell: str, after: str) -> None:
    """A name with spaces goes between quotation marks, which are closed once; folders lead on."""
    Path("my cat.png").write_bytes(b"")
    for folder, name in (("sub", "dog.JPG"), ("deep er", "fox.png")):
        Path(folder).mkdir()
        Path(folder, name).write_bytes(b"")
    assert shell.after(cell) == [after]


def test_odd_files_are_left_out(shell: Tabber) -> None:
    """Hidden ones, names that would break the line, and folders that cannot be read."""
    Path(".secret.png").write_bytes(b"")
    Path("a\nb.png").write_bytes(b"")
    assert shell.tab("%%imagine -r |") == ["@clipboard"]
    assert shell.tab("%%imagine -r .s|") == [".secret.png"]
    assert shell.tab("%%imagine -r nowhere/|") == []
    assert shell.tab("%%imagine -r a\0b/|") == []


# -- prompts -----------------------------------------------------------------------------------------------------------


def test_names_in_the_values_of_options(drawn: Tabber) -> None:
    """There as in the prompt, unless the line says `--raw`."""
    drawn.run("cat = 'a'; style = 'ink'; steps = 3")
    assert drawn.tab("%%imagine --alt {st|}\na fox") == ["steps", "style"]
    assert drawn.tab("%%imagine --save out_{ste|") == ["steps"]
    assert drawn.tab("%%imagine --alt {st| --raw") == []


def test_names_in_a_prompt(drawn: Tabber) -> None:
    """`{na…` finds the user's names that hold text, numbers or pictures, on any line of the prompt."""
    drawn.run("style = 'oil'; steps = 3; share = 0.5; things = object(); _own = 1; import os as system")
    assert drawn.tab("%%imagine\nPut {|") == ["cat", "share", "steps", "style"]
    assert drawn.tab("%%imagine -a 16:9\nPut it\non a {st|} sofa") == ["steps", "style"]
    assert drawn.after("%%imagine\nPut {ca|} here") == ["%%imagine\nPut {cat} here"]
    assert drawn.tab("%%imagine\n{cat.te|}") == ["cat.text"]
    assert drawn.tab("%%imagine\n{cat.alt} and {cat.tu|") == ["cat.turn"]


def test_names_of_keys_and_private_things_are_not_offered(shell: Tabber) -> None:
    """What is never put into a prompt is not offered for one."""
    shell.run(f"hidden = '{KEY}'; password = 'hunter2hunter2'; __x = 'a'; import os; fine = 'a'")
    assert shell.tab("%%imagine\n{|") == ["fine"]
    assert shell.tab("%%imagine\n{os.|") == []
    assert shell.tab("%%imagine\n{__|") == []
    assert shell.tab("%%imagine\n{get_i|") == []


@pytest.mark.parametrize(
    "cell",
    [
        "%%imagine\na pri|",
        "%%imagine\n|",
        "%%imagine\nimport o|",
        "%%imagine\n\\frac{fi|",
        "%%imagine\n{{fi|",
        "%%imagine\n\\{fi|",
        "%%imagine --raw\n{fi|",
        '%%imagine\n{"colour": fi|',
        "%%imagine\n%imagine us|",
        "%%imagine --alt x pri|",
    ],
)
def test_prose_is_left_in_peace(shell: Tabber, cell: str) -> None:
    """No Python names in the middle of a prompt, in LaTeX, in JSON, or where braces are sent as they stand."""
    shell.run("fine = 'a'")
    assert shell.tab(cell) == []


def test_letters_by_name_still_come(shell: Tabber) -> None:
    """`\\alpha` becomes a letter in a prompt too."""
    assert "\\alpha" in shell.tab("%%imagine\nthe letter \\alph|")


# -- %imagine ----------------------------------------------------------------------------------------------------------


def test_subcommands(drawn: Tabber) -> None:
    """Subcommands and what each takes, wherever a line of Python may hold them."""
    assert drawn.tab("%imagine |") == [row.name for row in SUBCOMMANDS]
    assert drawn.tab("x = 1\nif x:\n    %imagine us|") == ["use"]
    assert drawn.tab("%imagine show |") == ["2", "1"]
    assert drawn.tab("%imagine use |") == ["main", "night"]
    assert drawn.tab("%imagine use ni|\nprint()") == ["night"]
    assert drawn.tab("%imagine help asp|") == ["aspect"]
    assert "conversation" in drawn.tab("%imagine help |")
    assert drawn.tab("%imagine use main |") == []
    assert drawn.tab("%imagine nonsense |") == []
    assert drawn.tab("%imagine fork |") == []


def test_what_the_keeping_of_conversations_takes(drawn: Tabber) -> None:
    """File names after the conversation, archives, words that may follow, and the numbers of several pictures."""
    Path("old.nbgemini").write_bytes(b"")
    Path("notes.txt").write_bytes(b"")
    assert drawn.tab("%imagine save |") == ["main.nbgemini"]
    assert drawn.tab("%imagine load |") == ["old.nbgemini"]
    assert drawn.tab("%imagine export |") == ["main.html", "main.md", "main.ipynb"]
    assert drawn.tab("%imagine export main.html |") == ["all", "originals"]
    assert drawn.tab("%imagine export main.html all |") == ["originals"]
    assert drawn.tab("%imagine pick |") == []
    drawn.run("%%imagine -n 3 -s 512 --quiet\nin green")
    assert drawn.tab("%imagine pick |") == ["1", "2", "3"]


def test_conversations_come_from_the_store_as_well(drawn: Tabber) -> None:
    """A fresh kernel finds the stored ones; the listing is read again when it has changed."""
    process.forget()
    assert drawn.tab("%%imagine -c |") == ["main", "night"]
    assert process.standing() is None
    drawn.run("%%imagine -c 'a story' --quiet -s 1K\na fox")
    assert drawn.tab('%imagine use "a|') == ['a story"']
    assert drawn.tab("%imagine use a|") == ['"a story"']


def test_orphans(drawn: Tabber) -> None:
    """Ids for `%imagine recover`."""
    from dataclasses import replace

    studio = process.studio()
    one = studio.value("main").exchanges[0]
    studio.store.album.record(replace(one, id="0" * len(one.id), outcome="orphan"))
    assert drawn.tab("%imagine recover |") == ["0" * len(one.id)]


# -- everything else ---------------------------------------------------------------------------------------------------


@pytest.mark.deep
def test_other_completion_goes_on(shell: Tabber) -> None:
    """Python, other magics, and the magic's own name are IPython's."""
    shell.run("long_variable = 1")
    assert "long_variable" in shell.tab("long_v|")
    assert "long_variable" in shell.tab("# %imagine\nlong_v|")
    assert "long_variable" in shell.tab("x = '%imagine'; long_v|")
    assert "%%imagine" in shell.tab("%%imag|")
    assert "%%imagine" in shell.tab("%%imag|\na cat")
    assert "%timeit" in shell.tab("%timei|")


def test_other_cell_magics_may_stand_above(shell: Tabber) -> None:
    """`%%time` and its like run the cell below them."""
    assert shell.tab("\n%%time\n\n%%imagine -a 16|\nx") == ["16:9"]
    shell.run("fine = 'a'")
    assert shell.tab("%%time\n%%imagine\n{fi|") == ["fine"]


@pytest.mark.deep
def test_whatever_goes_wrong_is_kept_quiet(shell: Tabber, capsys: pytest.CaptureFixture[str]) -> None:
    """Settings, stores and variables that cannot be used never break Tab."""
    shell.run("class Bad:\n    def __getattribute__(self, name): raise SystemError\nbad = Bad(); fine = 'x.png'")
    assert shell.tab("%%imagine\n{|") == ["fine"]
    assert shell.tab("%%imagine -r f|") == ["fine"]
    os.environ["NBGEMINI_SIZE"] = "enormous"
    assert "16:9" in shell.tab("%%imagine -a |")
    assert shell.tab("%%imagine -c xyz|") == []
    Path(".nbgemini").write_bytes(b"not a folder")
    assert shell.tab("%imagine use xyz|") == []
    assert capsys.readouterr() == ("", "")


def test_tab_is_quick_and_light(tmp_path: Path) -> None:
    """Neither the first Tab nor a later one imports httpx, PIL or ssl, and a later one takes no time."""
    import subprocess

    program = f"""
import sys, time
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.completer import provisionalcompleter
shell = InteractiveShell.instance()
shell.run_cell("%load_ext nbgemini", silent=True).raise_error()
assert not [name for name in sys.modules if name.startswith("nbgemini.notebook.tab")]
before = set(sys.modules)
with provisionalcompleter():
    for cell in ("%%imagine -a ", "%%imagine -r ", "%%imagine\\n{{", "%imagine use ", "%imagine recover "):
        list(shell.Completer.completions(cell, len(cell)))
    began = time.process_time()
    for _ in range(20):
        list(shell.Completer.completions("%%imagine -r ", 13))
    print((time.process_time() - began) / 20)
heavy = {{"httpx", "PIL", "ssl", "ipywidgets", "nbgemini.studio.studio"}}
print(sorted(heavy & (set(sys.modules) - before)))
"""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, env=environment, check=True
    )
    seconds, modules = ran.stdout.splitlines()
    assert float(seconds) < 0.05
    assert modules == "[]"
    assert list(tmp_path.iterdir()) == []


def test_a_large_store_is_listed_once(drawn: Tabber) -> None:
    """The names of hundreds of conversations are read when they have changed, not on every Tab."""
    album = process.studio().store.album
    for number in range(200):
        album.create(process.studio().value("main").forked(f"story {number}"))
    assert len(drawn.tab("%imagine use |")) == 202
    began = time.thread_time()
    assert len(drawn.tab("%imagine use |")) == 202
    assert time.thread_time() - began < 0.05


def test_loading_twice_leaves_one_matcher(shell: Tabber) -> None:
    """And unloading none."""

    def ours() -> list[Any]:
        matchers = shell.shell.Completer.custom_matchers
        return [one for one in matchers if getattr(one, "matcher_identifier", "") == MATCHER]

    assert len(ours()) == 1
    shell.run("%reload_ext nbgemini")
    assert len(ours()) == 1
    shell.run("%unload_ext nbgemini")
    assert ours() == []
    assert "16:9" not in shell.tab("%%imagine -a 1|")
    shell.run("%load_ext nbgemini")
    assert "16:9" in shell.tab("%%imagine -a 1|")


# -- a real kernel -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, lent_kernel: Kernel) -> Kernel:
    lent_kernel.renew(tmp_path_factory.mktemp("tab"))
    assert lent_kernel.run("%load_ext nbgemini").ok
    assert lent_kernel.run("%%imagine -o cat -s 1K\na cat").ok
    return lent_kernel


@pytest.mark.parametrize(
    ("cell", "matches", "replaced"),
    [
        ("%%imagine --asp|\na cat", ["--aspect"], "--asp"),
        ("%%imagine -a 16|\na cat", ["16:9"], "16"),
        ("%%imagine -r ca|\na cat", ["cat"], "ca"),
        ("%%imagine\nÄpfel, 日本, 😀 und {ca|} dort", ["cat"], "ca"),
        ("%%imagine\na pri|", [], ""),
        ("%imagine show |", ["1"], ""),
        ("%imagine use m|", ["main"], "m"),
    ],
)
def test_a_front_end_asks_with_the_whole_cell(running: Kernel, cell: str, matches: list[str], replaced: str) -> None:
    """`complete_request` as JupyterLab sends it: the whole cell, and the cursor in characters."""
    code, at = cell.replace("|", "", 1), cell.index("|")
    reply = running.client.complete(code, at, reply=True, timeout=20)["content"]
    assert reply["status"] == "ok"
    assert reply["matches"] == matches
    assert code[reply["cursor_start"] : reply["cursor_end"]] == replaced


def test_a_terminal_asks_with_all_lines(shell: Tabber) -> None:
    """prompt_toolkit's document of several lines, through IPython's own adaptor."""
    from IPython.terminal.ptutils import IPythonPTCompleter
    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

    shell.run("fine = 'a'")
    adaptor: Any = IPythonPTCompleter
    completer = adaptor(ipy_completer=shell.shell.Completer)
    for text, expected in (("%%imagine -a 16", "16:9"), ("%%imagine -n 2\na fox\nand {fi", "fine")):
        found = list(completer.get_completions(Document(text), CompleteEvent()))
        assert [one.text for one in found] == [expected]


# -- the parts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "row", "column", "kind"),
    [
        ("%%imagine -a", 0, 12, "options"),
        ("%%imagine -a", 0, 9, None),
        ("%%imagine -a", 0, 3, None),
        ("%%imagine\nx", 1, 1, "prompt"),
        ("%%imagine\n", 1, 0, "prompt"),
        ("x\n%%imagine -a", 1, 12, None),
        ("%%imaginex -a", 0, 12, None),
        ("%imagine x", 0, 10, "command"),
        ("%imagine", 0, 8, None),
        ("a, b = %imagine x", 0, 17, "command"),
        ("'%imagine x", 0, 11, None),
        ("", 5, 0, None),
    ],
)
def test_places(text: str, row: int, column: int, kind: str | None) -> None:
    """Only where the magic would really read it."""
    place = locate(text, row, column)
    assert (place.kind if place else None) == kind


def test_half_lines() -> None:
    """Quotation marks may be open; a backslash is an ordinary character, as in the parser."""
    line = half(r"""-r C:\a "b c" --alt="d e""")
    assert [word.text for word in line.words] == ["-r", "C:\\a", "b c"]
    assert (line.text, line.raw, line.quote, line.lead) == ("--alt=d e", '--alt="d e', '"', "--alt=")
    assert half("").words == half("  ").words == ()


def test_what_find_and_gallery_take(drawn: Tabber) -> None:
    """Options that are not given yet, and the values that the store has: tags, conversations, models, days."""
    drawn.run("%imagine tag @1 keep")
    drawn.run("%imagine tag @2 keep sky")
    assert drawn.tab("%imagine fi|") == ["find"]
    assert drawn.tab("%imagine find --s|") == ["--since", "--stars", "--sweep"]
    assert drawn.tab("%imagine find cat --stars 3 --s|") == ["--since", "--sweep"]
    assert drawn.tab("%imagine find cat --tag |") == ["keep", "sky"]
    assert drawn.tab("%imagine find --tag keep --ta|") == ["--tag"]
    assert drawn.tab("%imagine find --stars |") == ["1", "2", "3", "4", "5"]
    assert drawn.tab("%imagine find --since=to|") == ["--since=today"]
    assert "night" in drawn.tab("%imagine find --conversation |")
    assert "flash-lite" in drawn.tab("%imagine find --model fl|")
    assert drawn.tab('%imagine find "--s|') == []
    assert drawn.tab("%imagine gallery |")[0] == "main.html"
    assert drawn.tab("%imagine gallery best.html --until y|") == ["yesterday"]


def test_slots() -> None:
    """A word that looks like an option is no value; a quoted one is."""
    asked = slot("-r --new --seed -", "")
    assert asked is not None
    assert asked.row is not None
    assert (asked.row.long, asked.given) == ("--seed", {"--ref": "", "--new": "", "--seed": ""})
    positional = slot('"a b', "")
    assert positional is None


def test_axes_and_their_values(shell: Tabber) -> None:
    """`--vary` offers the places of the body and the options that can be axes, then values; each once."""
    body = "\na {style} {animal}, {x: 1}"
    offered = shell.tab(f"%%imagine --vary |{body}")
    assert offered[:3] == ["style=", "animal=", "model="]
    assert {"aspect=", "size=", "ref=", "from=", "prompt=", "seed="} <= set(offered)
    assert "count=" not in offered
    assert shell.tab(f"%%imagine --vary st|{body}") == ["style="]
    line = '%%imagine --vary style=ink,"oil, wet" --vary aspect=1:1,16:9'
    assert "style=" not in shell.tab(f"{line} --vary |{body}")
    assert shell.tab(f"%%imagine --vary aspect=16|{body}") == ["aspect=16:9"]
    assert shell.tab(f"%%imagine --vary aspect=1:1,16|{body}") == ["aspect=1:1,16:9"]
    assert "aspect=1:1,1:1" not in shell.tab(f"%%imagine --vary aspect=1:1,1|{body}")
    assert "model=flash-lite" in shell.tab(f"%%imagine --vary model=fl|{body}")
    assert "only=image" in shell.tab(f"%%imagine --vary only=|{body}")
    assert shell.tab(f"{line} --pair |{body}") == ["style", "aspect"]
    assert shell.tab(f"{line} --pair style,|{body}") == ["style,aspect"]
    assert shell.tab(f"{line} --skip |{body}") == ["style=", "aspect="]
    assert shell.tab(f"{line} --skip style=|{body}") == ["style=ink", 'style="oil, wet"']
    assert shell.tab(f"{line} --skip style=ink,as|{body}") == ["style=ink,aspect="]


def test_sweeps_and_their_shots(shell: Tabber) -> None:
    """Where a REF stands, a sweep's name is offered, then its shots; `resume` and `--cancel` take the name."""
    shell.run("%%imagine --vary style=ink,oil --name tuesday --new --quiet -m flash -s 512\na {style} boat")
    assert "tuesday/" in shell.tab("%%imagine -r tu|\na boat")
    assert shell.tab("%%imagine --from tuesday/|\na boat") == ["tuesday/1", "tuesday/2"]
    assert shell.tab("%imagine resume |") == ["tuesday"]
    assert shell.tab("%imagine sweeps |") == ["--cancel"]
    assert shell.tab("%imagine sweeps --cancel t|") == ["tuesday"]
    assert shell.tab("%imagine show tuesday/|") == ["tuesday/1", "tuesday/2"]
    for verb in ("pick", "star", "note", "tag"):
        assert "tuesday/" in shell.tab(f"%imagine {verb} |")
    assert shell.tab("%imagine star tuesday/1 |") == []
    assert "tuesday" in shell.tab("%%imagine --vary a=1 --name |\n{a}")
