"""`--show python` of a cell with `--vary`: a program that asks for the same shots in the same requests."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image
from traitlets.config import Config

import nbgemini
from nbgemini.notebook.cell.asked import typed
from nbgemini.notebook.cell.sweep_source import sweep_source
from nbgemini.notebook.cell.varied import wish_of_cell
from nbgemini.studio import process
from nbgemini.tuning.front import sweeping, wish_of
from nbgemini.tuning.wishes.wishing import Wish

CELLS = [
    '--vary style=ink,"oil, thick" --vary aspect=1:1,16:9 -n 2 --name t --new\na {style} boat',
    "--vary style={styles} --vary seed=1..3 --skip style=ink,seed=2 --workers 3 --strict\na {style} boat",
    "--vary style={styles},gouache --vary size=1K,2K,4K --pair style,size -m flash\na {style} boat",
    '--vary prompt="a {mood} cat","a {mood} dog" --vary mood=sad,glad -a 16:9\n',
    '--vary {shots} --vary model=flash,flash-lite --seed 7\na "{style}" boat in {count} colours',
    "--vary name=Ada,Bo --vary tone=kind,stern --system 'be {tone}' --temperature 0.5\nA portrait of {name}",
    "--vary ref=photo,other.png,@1 --vary style=ink --budget 2 --timeout 90\nmake it {style}",
    "--vary from=@1,@2 --vary style=ink,oil --set generationConfig.x=[1]\nmake it {style}",
    "--vary style=ink,oil -r photo --safety harassment=off\nPut {photo} on a {style} sofa, {light}",
    '--vary style=ink --raw\n{"json": [{}], "style": "{style}"}',
    '--vary style=דיו,"🦊 \\"fox\\"" -c hero\na {style} שלום',
    "--vary shots.csv\na {style} boat",
]


def run(shell: Any, cell: str) -> None:
    """Run a cell that must pass. IPython's own functions publish no types."""
    shell.run_cell(cell, silent=True).raise_error()


@pytest.fixture(name="names", scope="module")
def _names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The names of a shell with two turns, in a folder with a picture and a table."""
    folder, before = tmp_path_factory.mktemp("source"), Path.cwd()
    os.chdir(folder)
    hooks = sys.displayhook, sys.excepthook
    quiet = Config()
    quiet.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=quiet)
    process.forget()
    run(shell, "%load_ext nbgemini")
    Image.new("RGB", (40, 30), "red").save("other.png")
    Path("shots.csv").write_text("style,seed\nink,1\noil,2\n")
    for number in (1, 2):
        run(shell, f"%%imagine -m flash-lite --quiet\nboat {number}")
    shell.user_ns.update(
        nb=nbgemini,
        folder=folder,
        styles=["ink", "oil"],
        photo=Image.new("RGB", (30, 40), "blue"),
        light="at noon",
        shots=[{"style": "ink", "count": 2}, {"style": "oil", "count": 3}],
    )
    yield shell.user_ns
    run(shell, "%unload_ext nbgemini")
    process.forget()
    InteractiveShell.clear_instance()
    sys.displayhook, sys.excepthook = hooks
    os.chdir(before)


def asked(wish: Wish, conversation: str | None) -> list[tuple[int, dict[str, str], str]]:
    """The number, the values and the request of each shot."""
    preview = sweeping().preview(wish, conversation=conversation)
    return [(shot.number, _without_turns(shot.labels), shot.exchange.request_hash) for shot in preview.sweep]


def _without_turns(labels: dict[str, str]) -> dict[str, str]:
    """The labels without those of turns, which Python calls as they are typed."""
    return {name: label for name, label in labels.items() if name != "from" and label not in ("@1", "turn 1")}


@pytest.mark.parametrize("cell", CELLS)
def test_the_program_asks_for_the_same(cell: str, names: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Run as it stands, it wishes for the same shots, whose requests are equal."""
    monkeypatch.chdir(names["folder"])
    line, _, body = cell.partition("\n")
    meant = typed(f"{line} --show python", body, names, process.studio)
    wish = wish_of_cell(meant, process.studio())
    program = sweep_source(meant, wish)
    given: list[tuple[Any, dict[str, Any]]] = []
    compiled = compile(program.replace("nb.sweep(", "taken("), "program", "exec")
    exec(compiled, {**names, "taken": lambda prompt=None, **words: given.append((prompt, words))})
    prompt, words = given[0]
    conversation = words.pop("conversation", None)
    again = wish_of(prompt, words)
    assert asked(again, conversation) == asked(wish, meant.options.conversation), program
    assert (again.name, again.workers, again.strict) == (wish.name, wish.workers, wish.strict)
    assert {name for name in again.words if name != "ref"} == {name for name in wish.words if name != "ref"}
