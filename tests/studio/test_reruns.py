"""Re-running cells: each goes on from the cell before it, whatever the order."""

from __future__ import annotations

from nbgemini.studio.conversations.reruns import CellRun, Cells, Slot, Trail


class _Book:
    """A notebook as a reader sees it: cells that are run in some order, and a head that moves along."""

    def __init__(self) -> None:
        self.trail = Trail()
        self.head: str | None = None
        self.made = 0

    def run(self, name: str) -> tuple[str, str | None, bool]:
        """(the turn made, what it went on from, whether it had been run before)."""
        slot = Slot(name, "s", 0)
        origin = self.trail.origin(slot, self.head)
        self.made += 1
        turn = f"{name}{self.made}"
        self.trail.went_on(slot, origin.parent, (turn,))
        self.head = turn
        return turn, origin.parent, origin.again


def test_cells_in_order_go_on_from_one_another() -> None:
    """The first begins, the others continue."""
    book = _Book()
    assert [book.run(name)[1] for name in "abc"] == [None, "a1", "b2"]


def test_a_cell_run_again_goes_on_from_the_cell_before_it() -> None:
    """After B is run again, C run again builds on the new B."""
    book = _Book()
    for name in "abc":
        book.run(name)
    assert book.run("b") == ("b4", "a1", True)
    assert book.run("c") == ("c5", "b4", True)


def test_a_cell_that_began_begins_anew_and_the_others_follow() -> None:
    """Run All a second time makes a second branch from the root."""
    book = _Book()
    for name in "abc":
        book.run(name)
    assert [book.run(name)[1] for name in "abc"] == [None, "a4", "b5"]


def test_a_new_cell_goes_on_from_where_the_conversation_is() -> None:
    """Also right after another cell was run again."""
    book = _Book()
    for name in "abc":
        book.run(name)
    book.run("b")
    assert book.run("d") == ("d5", "b4", False)


def test_a_cell_after_a_turn_that_no_cell_made_goes_on_from_that_turn() -> None:
    """A turn of a script or of a stored conversation never moves."""
    book = _Book()
    book.head = "stored"
    assert book.run("a")[1] == "stored"
    book.run("b")
    assert book.run("a") == ("a3", "stored", True)


def test_a_loop_in_a_cell_keeps_its_order() -> None:
    """The asks of one execution are slots of their own; run again they line up."""
    cells = Cells()
    first = [cells.slot(CellRun("a", "s", "run1")).number for _ in range(3)]
    second = [cells.slot(CellRun("a", "s", "run2")).number for _ in range(3)]
    assert first == second == [0, 1, 2]


def test_a_reloaded_page_keeps_its_cells() -> None:
    """A new session with the same cell ids is the same notebook while the old session is silent."""
    cells = Cells()
    before = cells.slot(CellRun("a", "old", "1"))
    cells.slot(CellRun("b", "old", "2"))
    assert cells.slot(CellRun("a", "new", "3")) == before


def test_a_copied_notebook_on_the_same_kernel_has_cells_of_its_own() -> None:
    """Both sessions are heard of: their cells are different ones."""
    cells = Cells()
    ours = cells.slot(CellRun("a", "one", "1"))
    cells.slot(CellRun("x", "two", "2"))
    cells.slot(CellRun("b", "one", "3"))
    theirs = cells.slot(CellRun("a", "two", "4"))
    assert theirs != ours
    assert cells.slot(CellRun("a", "one", "5")) == ours
    assert cells.slot(CellRun("a", "two", "6")) == theirs


def test_picking_another_answer_moves_what_follows() -> None:
    """The cell after a grid goes on from the one that was picked."""
    trail = Trail()
    grid, edit = Slot("grid", "s", 0), Slot("edit", "s", 0)
    trail.went_on(grid, None, ("g1", "g2", "g3"))
    trail.went_on(edit, "g1", ("e1",))
    trail.picked("g3")
    assert trail.origin(edit, "e1").parent == "g3"
