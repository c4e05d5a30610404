"""Long notebook sessions out of order: each request carries exactly the branch that a reader expects."""

from __future__ import annotations

import random

import pytest

from tests.kernel.test_conversation import prompts
from tests.support.branches import Branches, Reader
from tests.support.kernel import Kernel
from tests.support.replies import Cut, Script, Slow, blocked, prompt_blocked, words
from tests.support.strict_server import StrictServer


class Session:
    """Types into a kernel what the reader is told; after each request, both must agree on its history."""

    def __init__(self, kernel: Kernel, server: StrictServer) -> None:
        self.kernel, self.server = kernel, server
        self.reader = Reader()
        self.runs = 0
        self.variables: dict[str, tuple[str, int]] = {}

    @property
    def here(self) -> Branches:
        return self.reader.here

    # -- drawing cells -------------------------------------------------------------------------------------------------

    def run(self, cell: str | None, line: str = "", *, ends: str = "", out: str = "", count: int = 1) -> None:
        """Run a cell with options of the surface. `ends`: "blocked", "cut" or "interrupt" when no turn comes of it."""
        self.runs += 1
        prompt = f"{cell or 'nameless'}, run {self.runs}"
        parent = self._read(cell, line)
        options = line + (f" -o {out}" if out else "") + (f" -n {count} --yes" if count > 1 else "")
        asked = len(self.server.posts)
        name = self.kernel.send(f"%%imagine {options}\n{prompt}", f"session-{cell}" if cell else None)
        if ends == "interrupt":
            self.kernel.until(lambda: len(self.server.posts) > asked, 15)
            self.kernel.interrupt()
        outcome = self.kernel.finish(name, 15)
        sent = [prompts(post.turns) for post in self.server.posts[asked:]]
        assert sent == [[*self.here.branch(parent), prompt]] * count, (prompt, options)
        assert outcome.ok == (not ends), (prompt, outcome.error_lines)
        if ends:
            return
        self.here.made(cell, prompt, parent, count)
        if out:
            assert self.here.head is not None
            self.variables[out] = (self.reader.current, self.here.head)

    def _read(self, cell: str | None, line: str) -> int | None:
        """What the options say: where the request goes on from."""
        words = line.split()
        if "-c" in words:
            self.reader.current = words[words.index("-c") + 1]
        if "--new" in words:
            return None
        if "--from" in words:
            origin = words[words.index("--from") + 1]
            if origin.startswith("@"):
                return int(origin[1:])
            self.reader.current, turn = self.variables[origin]
            return turn
        return self.here.origin(cell)

    def fails(self, cell: str | None, how: str, line: str = "") -> None:
        """A cell whose answer is no turn, in one of the ways in which that happens."""
        answers: dict[str, Script] = {
            "blocked": blocked(),
            "prompt": prompt_blocked(),
            "cut": Cut(0.5),
            "interrupt": Slow(20),
        }
        self.server.will(answers[how])
        self.run(cell, line, ends=how)
        self.server.release()

    def says(self, cell: str | None, line: str = "") -> None:
        """A cell that is answered in words, which is a turn too."""
        self.server.will(words())
        self.run(cell, line)

    # -- moving about --------------------------------------------------------------------------------------------------

    def line(self, command: str) -> None:
        """`%imagine undo` and its kin."""
        outcome = self.kernel.run(f"%imagine {command}")
        assert outcome.ok, outcome.error_lines
        verb, _, argument = command.partition(" ")
        if verb == "use":
            self.reader.current = argument
        elif verb == "fork":
            self.reader.fork(argument)
        elif verb == "pick":
            self.pick(int(argument))
        else:
            {"undo": self.here.undo, "redo": self.here.redo, "reset": self.here.reset}[verb]()

    def pick(self, number: int) -> None:
        """The `number`th picture of the last ask with several."""
        head = self.here.head
        assert head is not None
        prompt = self.here.turns[head].prompt
        several = [number for number, turn in self.here.turns.items() if turn.prompt == prompt]
        self.here.pick(several[number - 1])

    def restart(self) -> None:
        """A new kernel process in the same folder; a first cell in it would begin `main` anew."""
        self.kernel.restart()
        assert self.kernel.run("%load_ext nbgemini").ok
        self.reader.restart()
        self.variables.clear()


@pytest.fixture
def session(own_kernel: Kernel, server: StrictServer) -> Session:
    return Session(own_kernel, server)


@pytest.mark.deep
def test_an_afternoon(session: Session) -> None:
    """Drawing, re-running, undoing, forking, failing, naming, restarting: in the order in which an afternoon goes."""
    for cell in "abcd":
        session.run(cell, out=f"of_{cell}")
    session.run("b")  # edited and run again: from the newest `a`
    session.run("c")  # builds on the new `b`
    session.run("e")  # a new cell: from `c`
    session.fails("b", "blocked")
    session.run("d")  # `c` has moved, and `d` with it
    session.fails("d", "interrupt")
    session.run("e")
    session.line("undo")
    session.run("f")  # beside `e`, on the `c` before it
    session.line("undo")
    session.line("undo")
    session.line("redo")
    session.run("g")
    session.run("a")  # begins the conversation anew …
    session.run("b")  # … and what is run after it follows
    session.run("g")
    session.line("fork night")
    session.run("h")
    session.run("a")  # known in `main`; here it is a new cell
    session.fails("h", "cut")
    session.run("h")
    session.line("use main")
    session.run("h")  # and `h` is a new one here
    session.run("c", "--from of_d")  # back to an early picture
    session.run("e")  # `e` came after `c`
    session.run("i", "--new")
    session.run("j")
    session.run("i")  # began a root, and does so again
    session.run("j")
    session.says("k")
    session.line("undo")  # takes the words back
    session.run("l")
    session.run("k")  # `k` came after `j`
    session.run("m", count=3)
    session.run("n")
    session.line("undo")
    session.line("pick 3")
    session.run("o")
    session.run("n")  # `m` stands at its third picture now
    session.run("p", "-c hero")
    session.run("q")
    session.run("p")
    session.run("q")
    session.fails("q", "prompt")
    session.line("undo")
    session.run("r", "--from @1")
    session.run("s", "--from of_b")  # a picture of `main`: the conversation is there again
    session.run("t")
    session.run(None)  # a front end that names no cells
    session.run(None)
    session.run("t")
    session.line("reset")
    session.run("u")
    session.run("t")
    session.restart()
    session.run("a", "-c fresh")
    session.run("b")
    session.run("a")
    session.run("b")
    session.line("use hero")
    session.run("q")  # new to this kernel: from where `hero` was left
    session.run("x")
    session.run("q")
    session.run("x")
    assert session.runs > 50


_LIKELY = {
    "run": 12, "fail": 3, "says": 1, "undo": 4, "redo": 2, "new": 1, "from": 2, "switch": 2, "fork": 1, "reset": 1,
}  # fmt: skip


class Wanderer:
    """Someone who does anything that a notebook allows, by dice."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self.dice = session, random.Random(seed)
        self.forks = 0

    def step(self) -> None:
        """One thing."""
        cell = self.dice.choice([*"abcdefgh", None])
        kind = self.dice.choices(list(_LIKELY), list(_LIKELY.values()))[0]
        here = self.session.here
        if kind == "fail":
            self.session.fails(cell, self.dice.choice(("blocked", "prompt", "cut", "interrupt")))
        elif kind == "says":
            self.session.says(cell)
        elif kind in ("undo", "redo", "reset"):
            self.session.line(kind)
        elif kind == "new":
            self.session.run(cell, "--new")
        elif kind == "from" and here.turns:
            self._from_a_turn(cell)
        elif kind == "switch":
            self.session.run(cell, f"-c {self.dice.choice([*self.session.reader.conversations, 'other'])}")
        elif kind == "fork" and here.head is not None:
            self.forks += 1
            self.session.line(f"fork fork{self.forks}")
        else:
            self.session.run(cell)

    def _from_a_turn(self, cell: str | None) -> None:
        """Any turn but one of the cell's own: what it went on from would be itself."""
        turns = self.session.here.turns
        others = [number for number, turn in turns.items() if cell is None or turn.cell != cell]
        if others:
            self.session.run(cell, f"--from @{self.dice.choice(others)}")


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(4))
def test_anything_in_any_order(session: Session, seed: int) -> None:
    """Eighty steps by dice: run, fail, interrupt, undo, fork, switch, start afresh; never a wrong branch."""
    wanderer = Wanderer(session, seed)
    session.run("a")
    for _ in range(80):
        wanderer.step()
    assert session.runs > 40


def test_a_reader_is_told_what_the_surface_says() -> None:
    """After B is run again, C builds on the new B; a cell that began starts afresh; a new one goes on from the last."""
    here = Branches()
    for cell in ("a", "b", "c"):
        here.made(cell, cell, here.origin(cell))
    here.made("b", "b2", here.origin("b"))
    assert here.branch(here.head) == ["a", "b2"]
    here.made("c", "c2", here.origin("c"))
    assert here.branch(here.head) == ["a", "b2", "c2"]
    assert here.origin("a") is None
    assert here.branch(here.origin("new")) == ["a", "b2", "c2"]
