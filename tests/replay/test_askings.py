"""Which recording answers which asking: the cell's own newest, else the k-th one the k-th asking."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nbgemini.replay import Asker, Askings
from nbgemini.store.recordings import Recording


def recording(name: str, cell: str = "", repeat: int = 0, *, answers: bool = True) -> Recording:
    """A recording of the request "h", asked in the order of the names."""
    return Recording(id=name, request_hash="h", cell=cell, repeat=repeat, created=name, answers=answers)


class _Kernel:
    """A kernel that asks "h" again and again; what no recording answers is sent."""

    def __init__(self, *recordings: Recording) -> None:
        self.askings = Askings()
        self.recordings = list(recordings)
        self.sent = 0

    def ask(
        self, cell: str = "", run: str = "", count: int = 1, *, samples: bool = True, fails: bool = False
    ) -> list[str]:
        """The ids of what answered; `new1` and so on are sent. With `fails` nothing comes of it."""
        asking = self.askings.begin("h", Asker(cell, run or cell) if cell else None, count)
        chosen = self.askings.choose(self.recordings, asking, samples=samples)
        if fails:
            self.askings.end(asking)
            return []
        replayed = [one.id for one in chosen]
        new = [self._send(cell, asking.repeat + len(replayed) + extra) for extra in range(count - len(replayed))]
        self.askings.end(asking, replayed, len(new))
        return [*replayed, *new]

    def _send(self, cell: str, repeat: int) -> str:
        self.sent += 1
        name = f"new{self.sent}"
        self.askings.sent(name)
        self.recordings.append(recording(name, cell, repeat))
        return name


def test_the_kth_asking_takes_the_kth_recording() -> None:
    """And the one beyond the last is sent."""
    kernel = _Kernel(recording("1"), recording("2"))
    assert [kernel.ask() for _ in range(4)] == [["1"], ["2"], ["new1"], ["new2"]]


def test_a_cell_takes_its_own_newest() -> None:
    """Whatever other cells have, and in whatever order they run."""
    kernel = _Kernel(recording("1", "a"), recording("2", "b"), recording("3", "a"))
    assert kernel.ask("b") == ["2"]
    assert kernel.ask("a") == ["3"]


def test_a_cell_run_again_is_a_new_sample() -> None:
    """In one kernel; a loop in one run is none."""
    kernel = _Kernel(recording("1", "a", 0), recording("2", "a", 1))
    assert kernel.ask("a", "first run") == ["1"]
    assert kernel.ask("a", "first run") == ["2"]
    assert kernel.ask("a", "second run") == ["new1"]
    assert kernel.ask("a", "third run") == ["new2"]


def test_without_samples_a_cell_run_again_gets_what_it_got() -> None:
    """Where nothing may be sent, with recordings of its own and of others."""
    own = _Kernel(recording("1", "a"), recording("2", "a"))
    assert [own.ask("a", run, samples=False) for run in "xyz"] == [["2"]] * 3
    others = _Kernel(recording("1"), recording("2"))
    assert [others.ask("a", run, samples=False) for run in "xyz"] == [["1"]] * 3
    assert others.ask("b", samples=False) == ["2"]


def test_a_cell_without_recordings_falls_back_on_the_count() -> None:
    """A copied cell, or a notebook whose cells have got other ids."""
    kernel = _Kernel(recording("1", "old"), recording("2", "older"))
    assert [kernel.ask(cell) for cell in "abc"] == [["1"], ["2"], ["new1"]]


def test_a_copy_takes_what_is_free_and_the_original_keeps_its_own() -> None:
    """Two equal cells have two pictures where there are two; a shared one costs nothing either."""
    rerun = _Kernel(recording("1", "a"), recording("2", "a"))
    assert [rerun.ask("a"), rerun.ask("copy")] == [["2"], ["1"]]
    above = _Kernel(recording("1", "a"))
    assert [above.ask("copy"), above.ask("a")] == [["1"], ["1"]]
    below = _Kernel(recording("1", "a"))
    assert [below.ask("a"), below.ask("copy")] == [["1"], ["new1"]]


def test_several_at_once() -> None:
    """What is recorded comes first, the rest is sent, and next time all of it is there."""
    kernel = _Kernel(recording("1", "a", 0), recording("2", "a", 1))
    assert kernel.ask("a", count=3) == ["1", "2", "new1"]
    later = _Kernel(*kernel.recordings)
    assert later.ask("a", count=3) == ["1", "2", "new1"]
    unnamed = _Kernel(*kernel.recordings)
    assert [unnamed.ask(count=2), unnamed.ask()] == [["1", "2"], ["new1"]]
    assert unnamed.sent == 0


def test_what_came_to_nothing_was_not_asked() -> None:
    """After a failure or an interrupt the next asking takes the same place, and is no second run."""
    kernel = _Kernel(recording("1", "a"), recording("2"))
    kernel.ask("a", "first run", fails=True)
    assert kernel.ask("a", "second run") == ["1"]
    unnamed = _Kernel(recording("1"), recording("2"))
    unnamed.ask(fails=True)
    assert unnamed.ask() == ["1"]


def test_failures_never_answer() -> None:
    """Nor do they count."""
    kernel = _Kernel(recording("1", answers=False), recording("2"))
    assert [kernel.ask(), kernel.ask()] == [["2"], ["new1"]]


@given(
    st.lists(st.sampled_from(["", "a", "b", "c"]), max_size=8),
    # A front end names all of its cells or none of them.
    st.lists(st.sampled_from(["a", "b", "c"]), max_size=8, unique=True) | st.lists(st.just(""), max_size=4),
)
def test_what_was_recorded_is_replayed(recorded: list[str], cells: list[str]) -> None:
    """Whatever a kernel asked, the next one that asks the same in the same order sends nothing and gets the same."""
    first = _Kernel(*(recording(f"{at}", cell) for at, cell in enumerate(recorded)))
    before = [first.ask(cell, count=2) for cell in cells]
    second = _Kernel(*first.recordings)
    assert [second.ask(cell, count=2) for cell in cells] == before
    assert second.sent == 0


def test_a_digest_takes_the_place_of_a_cells_id() -> None:
    """Some front ends put the path of the notebook into it."""
    asker = Asker.of("vscode-notebook-cell:/home/ada/secret.ipynb#W0", "run")
    assert len(asker.cell) == 16
    assert asker == Asker.of("vscode-notebook-cell:/home/ada/secret.ipynb#W0", "run")
    assert asker.cell != Asker.of("vscode-notebook-cell:/home/ada/secret.ipynb#W1", "run").cell
