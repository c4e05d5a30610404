"""The house, walked by its syntax trees: who imports whom, who touches what, and how long things are."""

from __future__ import annotations

import ast
import itertools
import re
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.support.syntax import children, walk

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "nbgemini"

# Upper rooms import lower ones. Rooms on one line do not know each other.
FLOORS: list[set[str]] = [
    {"__main__"},
    {"bench", "demo"},
    {"notebook"},
    {"__init__"},
    {"tuning"},
    {"studio"},
    {"bridge", "replay"},
    {"settings"},
    {"net", "store", "emulator", "colab"},
    {"wire"},
    {"core"},
    {"errors"},
    {"_version", "_lines", "_dataclass"},
]
LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
# Inside the large rooms the same holds: floors from bottom to top, one a line.
INSIDE = {
    "nbgemini.studio": """paths silence unique
        pictures surroundings
        conversations
        asking front_end
        sending
        flow
        handles
        drawing
        streams looks
        studio
        process reports""",
    "nbgemini.tuning": """shooting
        wishes holding batch
        carrying finding
        sweeping gathering
        front""",
    "nbgemini.notebook": """png_rows
        line names show
        help traits views contact
        cell export tab
        batch_verbs
        cancelled find_verbs panel rendering sweep_verbs
        subcommands
        dispatch
        magics warming
        extension""",
    "nbgemini.emulator": """base64text cues registry traffic painter
        apierrors delivery signatures
        requests script
        answering apis
        artist
        service
        serve
        __main__""",
    "nbgemini.emulator.painter": """colours dice places
        scene
        reading canvas
        backdrop styles
        things captions
        arranging
        editing
        painting""",
}
CROWDED = {
    "nbgemini.notebook.panel": "one module for each kind of work at one desk; `panel/__init__` is their map",
    "nbgemini.emulator.painter.things": "a module for each kind of thing that can be drawn",
}
# Exceptions, each with its reason.
ALSO_ALLOWED = {
    ("__init__", "notebook"): "the extension is imported inside `load_ipython_extension` and `panel`",
}
# The standard library, but nothing that sees files, the clock, the network, the environment or other threads.
NOT_IN_CORE = """
    _thread asyncio concurrent contextvars datetime fcntl ftplib glob http importlib io logging mmap multiprocessing os
    pathlib platform queue random sched select selectors shutil signal site socket socketserver sqlite3 ssl subprocess
    sys tempfile threading time urllib uuid warnings weakref zoneinfo
"""
CLOSED_TO_OTHERS = {
    "IPython": {"notebook", "__init__", "bench"},  # the hook of `%load_ext` is annotated
    "ipywidgets": {"notebook"},
    "traitlets": {"notebook"},
    "anywidget": {"notebook"},
    "ipykernel": {"notebook"},
    "comm": {"notebook"},
    "nbclient": {"bench", "demo"},
    "nbconvert": {"demo"},
    "nbformat": {"bench", "demo"},
    "jupyter_client": {"demo"},
    "google": {"net", "colab", "bench"},
    "httpx": {"net", "bench"},
    "httpcore": {"net"},
    "h11": {"net"},
    "httpx2": {"net"},
    "http": {"emulator"},
    "socketserver": {"bench", "emulator"},
    "nest_asyncio": {"bridge"},
    "PIL": {"notebook", "studio", "store", "emulator"},
}


@dataclass(frozen=True)
class Import:
    """One import: the full name of what is imported, the line, and whether it runs when the module is imported."""

    target: str
    line: int
    at_import: bool


@dataclass(frozen=True)
class Module:
    """One module of the package: its dotted name, its file and its syntax tree."""

    name: str
    path: Path

    @property
    def tree(self) -> ast.Module:
        return parsed(self.path)

    @property
    def room(self) -> str:
        return room_of(self.name)

    @property
    def package(self) -> str:
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]


def room_of(name: str) -> str:
    """The room of a dotted name; the package itself is the room `__init__`."""
    return [*name.split("."), "__init__"][1]


@cache
def modules() -> dict[str, Module]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(REPOSITORY).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(name, path)
    return found


@cache
def parsed(path: Path) -> ast.Module:
    """The tree, only when a test asks for it: collecting the tests parses nothing."""
    return ast.parse(path.read_text("utf-8"), str(path))


@cache
def walked(module: Module) -> list[tuple[ast.AST, bool]]:
    """All of its tree, walked once: each node, and whether it runs when the module is imported."""
    found: list[tuple[ast.AST, bool]] = []
    ahead: list[tuple[ast.AST, bool]] = [(module.tree, True)]
    while ahead:
        node, at_import = ahead.pop()
        found.append((node, at_import))
        now = at_import and not (isinstance(node, _LATER) or _for_type_checkers(node))
        ahead += [(child, now) for child in children(node)]
    return found


_LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def nodes(module: Module) -> Iterator[ast.AST]:
    return (node for node, _ in walked(module))


@pytest.fixture(scope="module", autouse=True)
def _without_the_trees_afterwards(without_garbage: None) -> Iterator[None]:
    """They are half a million values, and whoever looks for garbage later would look at each."""
    yield
    for kept in (parsed, walked, each_test):
        kept.cache_clear()


@cache
def imports_of(module: Module) -> list[Import]:
    """Every import in the file: lazy ones, those for type checkers and those through importlib too."""
    return list(_imports(module))


def _imports(module: Module) -> Iterator[Import]:
    for node, at_import in walked(module):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno, at_import) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(module, node)
            yield from (Import(_full(base, alias.name), node.lineno, at_import) for alias in node.names)
        elif isinstance(node, ast.Call) and _last_name(node.func) in ("import_module", "__import__"):
            yield from (Import(target, node.lineno, False) for target in _by_name(module, node))


def _last_name(node: ast.expr) -> str:
    """What stands behind the last dot: `import_module` of `importlib.import_module`."""
    return getattr(node, "attr", getattr(node, "id", ""))


def _by_name(module: Module, call: ast.Call) -> list[str]:
    """What a call of `import_module` can reach: a module of its own package, or any that the file names in a string."""
    if [ast.unparse(argument)[:3] for argument in call.args] in (["f'.", "__n"], ['f".', "__n"]):
        return []
    texts = {node.value for node in nodes(module) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return sorted(texts & set(modules()))


def _for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and _last_name(node.test) == "TYPE_CHECKING"


def _base(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    above = module.package.split(".")[: len(module.package.split(".")) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def _full(base: str, name: str) -> str:
    """`from base import name`: the module `base.name` if there is one, else `base`."""
    return f"{base}.{name}" if f"{base}.{name}" in modules() else base


def ours(found: Import) -> bool:
    return found.target.split(".")[0] == "nbgemini"


def test_every_module_has_its_place() -> None:
    """A new room or top-level module is put on its floor here before it is used."""
    assert sorted({module.room for module in modules().values()} - set(LEVEL)) == []


def test_imports_run_downward_only() -> None:
    """Lazy imports and those for type checkers included, every import leads to a lower floor or stays in its room."""
    wrong = []
    for module in modules().values():
        for found in filter(ours, imports_of(module)):
            room, target = module.room, room_of(found.target)
            if room == target or (room, target) in ALSO_ALLOWED or LEVEL[room] < LEVEL[target]:
                continue
            wrong.append(f"{module.name}:{found.line} ({room}) imports {found.target}")
    assert wrong == []


def test_wire_is_used_by_net_alone() -> None:
    """Gemini's JSON stays behind one door."""
    assert {
        module.room
        for module in modules().values()
        for found in imports_of(module)
        if room_of(found.target) == "wire" and ours(found)
    } <= {"net", "wire"}


def test_the_emulator_is_an_island() -> None:
    """One that shared code with the client would repeat the client's misreadings."""
    wrong = [
        f"{module.name}:{found.line} imports {found.target}"
        for module in modules().values()
        if module.room == "emulator"
        for found in filter(ours, imports_of(module))
        if room_of(found.target) != "emulator"
    ]
    assert wrong == []


def test_core_is_values_and_rules() -> None:
    """Standard library only; no files, clock, network or environment."""
    wrong = []
    for module in modules().values():
        if module.room not in ("core", "errors"):
            continue
        for found in imports_of(module):
            top = found.target.split(".")[0]
            if not ours(found) and (top not in sys.stdlib_module_names or top in NOT_IN_CORE.split()):
                wrong.append(f"{module.name}:{found.line} imports {found.target}")
        for node in nodes(module):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("open", "print", "input")
            ):
                wrong.append(f"{module.name}:{node.lineno} calls {node.func.id}")
    assert wrong == []


@pytest.mark.parametrize("library", CLOSED_TO_OTHERS)
def test_each_library_has_its_room(library: str) -> None:
    """Only notebook knows IPython and ipywidgets, only net knows httpx, and so on."""
    users = {
        module.room
        for module in modules().values()
        for found in imports_of(module)
        if found.target.split(".")[0] == library
    }
    assert users <= CLOSED_TO_OTHERS[library]


def test_httpx_is_imported_in_one_module() -> None:
    """Another client of the same API can take its place by one edit; the floor of the bench is no part of the house."""
    users = {
        module.name
        for module in modules().values()
        if module.room != "bench"
        for found in imports_of(module)
        if found.target.split(".")[0] == "httpx"
    }
    assert len(users) == 1, users


def test_only_settings_reads_the_environment() -> None:
    """`os.environ` and `os.getenv` are looked at in one module, and where the bench hides keys from its processes."""
    readers = {
        module.name
        for module in modules().values()
        for node in nodes(module)
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv", "putenv", "expandvars"))
        or (
            isinstance(node, ast.ImportFrom)
            and {alias.name for alias in node.names} & {"environ", "environb", "getenv"}
        )
    }
    assert readers <= {"nbgemini.settings", "nbgemini.bench.racing"}


def test_no_import_circle() -> None:
    """Imports form no circle, lazy ones and those for type checkers included: any module can be read alone.

    The package itself is left out: its `__init__` gives public names from all rooms when they are first asked for.
    """
    graph = {
        module.name: {found.target for found in imports_of(module) if found.target in modules()} - {module.name}
        for module in modules().values()
        if module.room != "__init__"
    }
    assert circle_in(graph) == ""


def circle_in(graph: dict[str, set[str]]) -> str:
    """The first circle of a graph, as `a > b > a`; empty where there is none."""
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> str:
        if name in trail:
            return " > ".join((*trail[trail.index(name) :], name))
        if name in graph and name not in done:
            done.add(name)
            return next(filter(None, (visit(target, (*trail, name)) for target in sorted(graph[name]))), "")
        return ""

    return next(filter(None, (visit(name, ()) for name in graph)), "")


@pytest.mark.parametrize("room", INSIDE)
def test_imports_run_downward_inside_a_room_too(room: str) -> None:
    """Each module or folder of a large room stands on one floor, and imports lower ones only."""
    floor_of = {name: level for level, names in enumerate(INSIDE[room].split("\n")) for name in names.split()}
    own = {name: name.removeprefix(f"{room}.").split(".")[0] for name in modules() if name.startswith(f"{room}.")}
    assert set(own.values()) == set(floor_of), "put each module and folder on its floor in INSIDE"
    wrong = [
        f"{module.name}:{found.line} imports {found.target}"
        for name, here in own.items()
        for module in [modules()[name]]
        for found in imports_of(module)
        if (there := own.get(found.target, here)) != here and floor_of[here] <= floor_of[there]
    ]
    assert wrong == []


def test_no_folder_of_a_large_room_is_crowded() -> None:
    """At most twelve modules in a folder: more than that is a list and no longer a map."""
    folders: dict[str, list[str]] = {}
    for module in modules().values():
        if module.path.name != "__init__.py" and module.room in ("studio", "tuning", "notebook", "emulator"):
            folders.setdefault(module.package, []).append(module.name)
    assert {name: len(there) for name, there in folders.items() if len(there) > 12 and name not in CROWDED} == {}


def test_no_import_hides() -> None:
    """A module is imported by a statement: by a string only in `__init__`, for the public names."""
    hidden = [
        f"{module.name}:{node.lineno}"
        for module in modules().values()
        if module.room != "__init__"
        for node in nodes(module)
        if isinstance(node, ast.Call) and _last_name(node.func) in ("import_module", "__import__")
    ]
    assert hidden == []


def test_a_name_names_one_module() -> None:
    """No two modules or folders share a name, but for the pairs ROOM/ROOM.py in which a room's main class lives."""
    places: dict[str, list[str]] = {}
    for name in modules():
        parts = name.split(".")
        if parts[-1] != "__main__" and parts[-2:-1] != parts[-1:]:
            places.setdefault(parts[-1], []).append(name)
    assert {name: there for name, there in places.items() if len(there) > 1} == {}


@cache
def functions() -> list[tuple[str, int]]:
    """Every function and method with its lines, decorators left out."""
    return [
        (f"{module.name}.{node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for module in modules().values()
        for node in nodes(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_modules_are_short() -> None:
    """A hard look at 300 lines; a docstring that maps the module does not count, nor do examples in the others."""
    lengths = {}
    for module in modules().values():
        lines = len(module.path.read_text("utf-8").splitlines())
        lengths[module.name] = lines - len((ast.get_docstring(module.tree) or "").splitlines()) - examples_in(module)
    assert {name: length for name, length in lengths.items() if length > 320} == {}


def examples_in(module: Module) -> int:
    """The lines of the examples in its docstrings, each with the blank line before and the line that ends it."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    texts = [ast.get_docstring(node) or "" for node in nodes(module) if isinstance(node, kinds)]
    blocks = [block for text in texts for block in text.split("\n\n") if block.lstrip().startswith(">>>")]
    return sum(len(block.splitlines()) + 2 for block in blocks)


def test_functions_are_short() -> None:
    """Half of them within about ten lines, nine in ten within 35, and no giant."""
    lengths = sorted(length for _, length in functions())
    assert statistics.median(lengths) <= 11
    assert lengths[len(lengths) * 9 // 10] <= 35
    assert [(name, length) for name, length in functions() if length > 60] == []


def test_every_module_opens_with_a_sentence() -> None:
    """What a module is for stands on its first lines."""
    silent = [module.name for module in modules().values() if module.tree.body and not ast.get_docstring(module.tree)]
    assert silent == []


def test_public_names_are_explained() -> None:
    """Functions and classes in `__all__` have a docstring."""
    silent = [
        f"{module.name}.{node.name}"
        for module in modules().values()
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.name in public_names(module)
        and not ast.get_docstring(node)
    ]
    assert silent == []


def public_names(module: Module) -> set[str]:
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


@cache
def each_test() -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    return list(_each_test())


def _each_test() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in sorted((REPOSITORY / "tests").rglob("test_*.py")):
        body = ast.parse(path.read_text("utf-8")).body
        for node in itertools.chain(body, *(each.body for each in body if isinstance(each, ast.ClassDef))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield f"{path.relative_to(REPOSITORY)}::{node.name}", node


def asserts(node: ast.AST) -> bool:
    """Whether a test can fail: an assertion, an expected exception, or a helper whose name says that it checks."""
    return any(
        isinstance(child, ast.Assert)
        or (
            isinstance(child, ast.Call)
            and _last_name(child.func).startswith(("raises", "fail", "warns", "assert_", "check", "expect"))
        )
        for child in walk(node)
    )


def test_tests_say_what_they_show() -> None:
    """Each test has a docstring of one sentence or two, and something that can fail."""
    assert [name for name, node in each_test() if not ast.get_docstring(node)] == []
    assert [name for name, node in each_test() if not asserts(node)] == []


def packages() -> list[str]:
    return [name for name, module in modules().items() if module.path.name == "__init__.py" and name != "nbgemini"]


def test_folders_form_no_circle_either() -> None:
    """In no folder do two modules or sub-folders import each other, each taken as a whole."""
    circles = {}
    for package in ("nbgemini", *packages()):
        inside = [name for name in modules() if name.startswith(f"{package}.")]
        own = {name: name.removeprefix(f"{package}.").split(".")[0] for name in inside}
        graph: dict[str, set[str]] = {there: set() for there in own.values()}
        for name, here in own.items():
            graph[here] |= {own[found.target] for found in imports_of(modules()[name]) if found.target in own} - {here}
        circles[package] = circle_in(graph)
    assert {package: circle for package, circle in circles.items() if circle} == {}


def test_a_folder_opens_with_a_map() -> None:
    """The docstring of each folder names what is in it, and nothing that is gone."""
    elsewhere = LEVEL.keys() | {part for name in modules() for part in name.split(".")}
    unnamed, gone = {}, {}
    for package in packages():
        there = {
            name.removeprefix(f"{package}.").split(".")[0]
            for name in modules()
            if name.startswith(f"{package}.") and not name.endswith("__main__")
        }
        named = set(re.findall(r"`(\w+)`", ast.get_docstring(modules()[package].tree) or ""))
        unnamed[package] = there - named
        gone[package] = {name for name in named - there if name.islower()} - elsewhere
    assert {package: names for package, names in unnamed.items() if names} == {}, "name these in the docstring"
    assert {package: names for package, names in gone.items() if names} == {}, "the docstring names what is gone"
