"""What was paid for is answered from disk: the same bytes at $0, in another kernel, folder or clone."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nbgemini.errors import AnswerBlocked, ConfirmationNeeded, NbgeminiError, OptionError, ReplayMiss
from nbgemini.net.inprocess import InProcess
from nbgemini.studio.conversations.reruns import CellRun
from nbgemini.studio.handles import Result
from nbgemini.studio.reports.verifying import verify_and_restore
from nbgemini.studio.studio import Studio
from nbgemini.studio.surroundings.embedded import Embedded
from tests.studio.server import Answer, Server, answer, failure, jpeg, picture

GATEWAY = "https://gateway.example"


def colours() -> Iterator[Answer]:
    """Endless answers, each with a picture and a signature of its own."""
    return (answer(picture(f"#{number:06x}")) for number in range(40, 1 << 24, 40))


class Google(Server):
    """Answers with another picture each time, unless told otherwise."""

    def __init__(self) -> None:
        self._fresh = colours()
        self._one = threading.Lock()
        super().__init__(self._drawn)
        self.next: list[Answer] = []

    def _drawn(self) -> Answer:
        with self._one:
            return self.next.pop(0) if self.next else next(self._fresh)


class Kernel:
    """A kernel on a folder; `cell` runs a cell that the front end names."""

    def __init__(self, server: Server | None, home: Path, **traits: Any) -> None:
        self.server = server
        self.runs = 0
        self.run: CellRun | None = None
        values = {**({"base_url": GATEWAY} if server else {}), **traits}
        self.studio = Studio(
            traits=lambda: values,
            home=home,
            transport=InProcess(server.handle) if server else None,
            running=lambda: self.run,
        )

    def ask(self, prompt: str, **words: Any) -> Result:
        """Ask outside of any cell, as a script does."""
        return self.studio.imagine(prompt, **words)

    def cell(self, name: str, *prompts: str, **words: Any) -> list[Result]:
        """Run a cell with a `%%imagine` for each prompt."""
        self.runs += 1
        self.run = CellRun(name, "session", f"run {self.runs}")
        try:
            return [self.studio.start(prompt, cell=self.run, **words).get() for prompt in prompts]
        finally:
            self.run = None

    def end(self) -> None:
        """As a kernel ends: its lock is free."""
        self.studio.store.close()

    @property
    def stored(self) -> list[tuple[str, int]]:
        return [(one.name, one.turns) for one in self.studio.history.stored()]


def book(kernel: Kernel) -> list[Result]:
    """A notebook: an edit, a fork, several at once, two equal cells, a reference, another conversation."""
    bay = kernel.ask("a bay")
    night = kernel.ask("at night")
    day = bay.edit("by day", count=2)
    twins = [kernel.ask("a twin", new=True) for _ in range(2)]
    sign = kernel.ask("with this sign", ref=[night, jpeg("orange")], new=True, alt="a sign")
    far = kernel.ask("far away", conversation="far")
    return [bay, night, *day.variants, *twins, sign, far]


def shown(results: list[Result]) -> list[tuple[bytes, int, str]]:
    return [(one.bytes, one.turn, one.alt) for one in results]


def everything(home: Path) -> dict[str, int]:
    """The files of the store with their times: a replay touches none."""
    return {str(path): path.stat().st_mtime_ns for path in sorted(home.rglob("*")) if path.is_file()}


def test_restart_and_run_all_sends_nothing_and_writes_nothing(tmp_path: Path) -> None:
    """Ten times over: the same bytes and turn numbers, $0, and the same list of conversations."""
    google = Google()
    first = Kernel(google, tmp_path)
    before, sent, stored = shown(book(first)), len(google.requests), first.stored
    first.end()
    files = everything(tmp_path)
    for _ in range(10):
        later = Kernel(google, tmp_path)
        results = book(later)
        assert shown(results) == before
        assert all(one.replayed and one.cost == 0.0 for one in results)
        assert later.stored == stored
    assert len(google.requests) == sent
    assert everything(tmp_path) == files


def test_a_replayed_result_says_so(tmp_path: Path) -> None:
    """It cost nothing now, and what it had cost is said."""
    Kernel(Google(), tmp_path).ask("a bay")
    result = Kernel(Google(), tmp_path).ask("a bay")
    assert "$0, was $0.134" in repr(result)
    assert result.notices == ()


def test_only_what_changed_is_sent_and_what_depends_on_it(tmp_path: Path) -> None:
    """An edited cell in the middle: those before it are replayed."""
    google = Google()
    Kernel(google, tmp_path).cell("c", "a", "b", "c", "d")
    google.requests.clear()
    kernel = Kernel(google, tmp_path)
    results = kernel.cell("c", "a", "b!", "c", "d")
    assert [one.replayed for one in results] == [True, False, False, False]
    assert [google.texts(at)[-1] for at in range(3)] == ["b!", "c", "d"]
    assert kernel.stored == [("main.1", 4), ("main.2", 4)]


@pytest.mark.deep
def test_without_the_store_everything_is_sent(tmp_path: Path) -> None:
    """It is all that there is."""
    google = Google()
    book(Kernel(google, tmp_path))
    sent = len(google.requests)
    shutil.rmtree(tmp_path / ".nbgemini")
    book(Kernel(google, tmp_path))
    assert len(google.requests) == 2 * sent


def test_a_cell_run_again_is_a_new_sample(tmp_path: Path) -> None:
    """And a restart brings the newest one, whatever other cells asked for the same."""
    google = Google()
    first = Kernel(google, tmp_path)
    one, two, three = (first.cell(name, "a cat", new=True)[0].bytes for name in ("x", "y", "x"))
    assert len({one, two, three}) == 3
    later = Kernel(google, tmp_path)
    assert later.cell("x", "a cat", new=True)[0].bytes == three
    assert later.cell("y", "a cat", new=True)[0].bytes == two
    assert len(google.requests) == 3
    assert later.cell("x", "a cat", new=True)[0].bytes not in (one, two, three)
    assert len(google.requests) == 4


def test_a_late_answer_is_used_rather_than_bought_again(tmp_path: Path) -> None:
    """The cell was interrupted, its answer came and was paid for; the fresh kernel takes it, and stores the turn."""
    google = Google()
    first = Kernel(google, tmp_path)
    first.ask("a bay")
    drawing = first.studio.start("at night")
    assert drawing.job.settled_within(20)
    orphan = first.studio.session.get().value.exchanges[-1]
    _as_orphan(tmp_path, orphan.id)
    later = Kernel(google, tmp_path)
    later.ask("a bay")
    night = later.ask("at night")
    assert night.replayed
    assert night.exchange.id == orphan.id
    assert len(google.requests) == 2
    assert later.studio.orphans.listed() == []
    assert ("main.2", 2) in later.stored


def test_a_turn_that_was_recorded_last_finds_its_conversation_by_replay(tmp_path: Path) -> None:
    """Killed between the record and the ref: shown again from disk, the turn is in its conversation from then on."""
    google = Google()
    first = Kernel(google, tmp_path)
    first.ask("a fox")
    ref = tmp_path / ".nbgemini" / "refs" / "main.json"
    before = ref.read_bytes()
    owl = first.ask("an owl").bytes
    first.end()
    ref.write_bytes(before)

    second = Kernel(google, tmp_path)
    second.ask("a fox")
    assert second.ask("an owl").bytes == owl
    assert second.stored == [("main", 2)]
    assert second.studio.orphans.listed() == []
    assert len(google.requests) == 2


def test_a_store_that_may_not_be_written_replays_a_turn_without_a_conversation(tmp_path: Path) -> None:
    """Nothing is owed to it: the turn is shown, and nothing more is said."""
    first = Kernel(Google(), tmp_path)
    owl = first.ask("an owl").bytes
    first.end()
    (tmp_path / ".nbgemini" / "refs" / "main.json").unlink()
    (tmp_path / ".nbgemini" / "VERSION").write_text("2\n")
    second = Kernel(None, tmp_path, backend="gemini", replay="only").ask("an owl")
    assert (second.bytes, second.notices) == (owl, ())


def _as_orphan(home: Path, exchange_id: str) -> None:
    """Make the stored turn what it would be after an interrupt."""
    record = home / ".nbgemini" / "records" / f"{exchange_id}.json"
    record.write_text(record.read_text().replace('"outcome":"turn"', '"outcome":"orphan"'))
    ref = home / ".nbgemini" / "refs" / "main.json"
    text = ref.read_text().replace(f',"{exchange_id}"', "")
    parent = text.split('"turns":["')[1].split('"')[0]
    ref.write_text(text.replace(f'"head":"{exchange_id}"', f'"head":"{parent}"'))


def test_failures_are_never_replayed(tmp_path: Path) -> None:
    """They are asked anew; under `only` the page shows how it failed."""
    google = Google()
    google.next = [answer({"text": ""}, finish="IMAGE_SAFETY"), failure(429, "RESOURCE_EXHAUSTED", "Slow down.")]
    first = Kernel(google, tmp_path)
    with pytest.raises(NbgeminiError):
        first.ask("a risk")
    with pytest.raises(ReplayMiss, match="it failed") as caught:
        Kernel(google, tmp_path, replay="only").ask("a risk")
    assert len(caught.value.lines()) <= 3
    google.next.clear()
    assert not Kernel(google, tmp_path).ask("a risk").replayed


def test_several_at_once_and_some_of_them_recorded(tmp_path: Path) -> None:
    """The recorded ones come first, so that the conversation goes on from the same; the rest is sent."""
    google = Google()
    first = Kernel(google, tmp_path).ask("a cat", count=2)
    kernel = Kernel(google, tmp_path)
    more = kernel.ask("a cat", count=3)
    assert [one.replayed for one in more.variants] == [True, True, False]
    assert [one.bytes for one in more.variants[:2]] == [one.bytes for one in first.variants]
    assert len(google.requests) == 3
    assert kernel.studio.history.pick(3).head == more.variants[2].exchange.id
    assert [one.replayed for one in Kernel(google, tmp_path).ask("a cat", count=3).variants] == [True] * 3


def test_those_that_failed_are_missing_under_only_too(tmp_path: Path) -> None:
    """A page of two pictures, because the third was refused, is the same page again."""
    google = Google()
    google.next = [answer({"text": ""}, finish="IMAGE_SAFETY")]
    Kernel(google, tmp_path).ask("a cat", count=3)
    again = Kernel(google, tmp_path, replay="only").ask("a cat", count=3)
    assert [one.replayed for one in again.variants] == [True, True]
    assert any("1 of 3 failed when this was recorded" in notice for notice in again.notices)
    with pytest.raises(ReplayMiss, match="2 of 4 are recorded"):
        Kernel(google, tmp_path, replay="only").ask("a cat", count=4)


@pytest.mark.parametrize("harm", ["gone", "altered", "empty"])
def test_a_damaged_recording_is_a_miss(tmp_path: Path, harm: str) -> None:
    """It is said, and drawn anew; under `only` it is the reason."""
    google = Google()
    path = Kernel(google, tmp_path).ask("a bay").path
    assert path is not None
    data = path.read_bytes()
    path.unlink() if harm == "gone" else path.write_bytes(b"" if harm == "empty" else data[:-9] + b"123456789")
    with pytest.raises(ReplayMiss, match="cannot be replayed"):
        Kernel(google, tmp_path, replay="only").ask("a bay")
    drawn = Kernel(google, tmp_path).ask("a bay")
    assert not drawn.replayed
    assert any("cannot be replayed" in notice for notice in drawn.notices)


def test_a_damaged_record_is_a_miss(tmp_path: Path) -> None:
    """As if it were not there."""
    google = Google()
    Kernel(google, tmp_path).ask("a bay")
    [record] = (tmp_path / ".nbgemini" / "records").iterdir()
    record.write_text("{")
    assert not Kernel(google, tmp_path).ask("a bay").replayed


# -- modes -----------------------------------------------------------------------------------------------------------


def test_only_explains_a_miss_and_sends_nothing(tmp_path: Path) -> None:
    """What differs from the nearest recording in one line, and as a diff."""
    google = Google()
    first = Kernel(google, tmp_path)
    first.ask("a lighthouse on a cliff at sunset", aspect="16:9")
    first.ask("add a boat")
    google.requests.clear()
    files = everything(tmp_path)
    kernel = Kernel(google, tmp_path, replay="only")
    with pytest.raises(ReplayMiss) as caught:
        kernel.ask("a lighthouse on a cliff at noon", aspect="1:1", ref=[jpeg("red")], new=True)
    lines = caught.value.lines()
    assert len(lines) == 3
    assert all(len(line) <= 100 for line in lines)
    assert "Nothing was sent. The nearest recording differs" in " ".join(lines)
    assert "[-sunset-]{+noon+}" in str(caught.value)
    assert "aspect 16:9 → 1:1" in str(caught.value)
    assert "- a lighthouse on a cliff at sunset\n+ a lighthouse on a cliff at noon" in caught.value.diff
    assert "references:" in caught.value.diff
    caught.value._render_traceback_()
    assert "+ a lighthouse on a cliff at noon" in "\n".join(caught.value._render_traceback_())
    assert google.requests == []
    assert everything(tmp_path) == files


def test_a_miss_names_the_history(tmp_path: Path) -> None:
    """The same words after other turns are another request."""
    google = Google()
    first = Kernel(google, tmp_path)
    first.ask("a bay")
    first.ask("at night")
    Kernel(google, tmp_path).ask("a hill")
    kernel = Kernel(google, tmp_path, replay="only")
    kernel.ask("a hill")
    with pytest.raises(ReplayMiss, match="history a bay → a hill"):
        kernel.ask("at night")


def test_a_miss_in_an_empty_folder(tmp_path: Path) -> None:
    """There is nothing to compare with."""
    with pytest.raises(ReplayMiss, match="No recording answers") as caught:
        Kernel(None, tmp_path).ask("a bay", replay="only")
    assert f"There is no `.nbgemini` in `{tmp_path}`" in caught.value.hint
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "class" / ".nbgemini").mkdir(parents=True)
    (tmp_path / "class" / ".nbgemini" / "VERSION").write_text("1\n")
    with pytest.raises(ReplayMiss) as caught:
        Kernel(None, tmp_path / "pupil", recordings=str(tmp_path / "class")).ask("a bay", replay="only")
    assert f"and nothing in `{tmp_path / 'class' / '.nbgemini'}` (`recordings`)" in caught.value.hint


def test_a_second_asking_of_one_recording_under_only(tmp_path: Path) -> None:
    """A script gets no second sample; a cell that is run again gets its picture once more."""
    google = Google()
    Kernel(google, tmp_path).cell("x", "a bay", new=True)
    kernel = Kernel(google, tmp_path, replay="only")
    again = [kernel.cell("x", "a bay", new=True)[0] for _ in range(3)]
    assert len({one.bytes for one in again}) == 1
    assert [one.turn for one in again] == [1, 1, 1]
    with pytest.raises(ReplayMiss, match="no more recordings"):
        kernel.ask("a bay", new=True)


@pytest.mark.parametrize("words", [{"replay": "off"}, {"fresh": True}, {"fresh": True, "replay": "off"}])
def test_off_and_fresh_always_send(tmp_path: Path, words: dict[str, Any]) -> None:
    """Whatever is recorded, and whatever is set."""
    google = Google()
    Kernel(google, tmp_path).ask("a bay")
    assert not Kernel(google, tmp_path, replay="only").ask("a bay", **words).replayed
    assert len(google.requests) == 2


def test_what_contradicts_itself_is_refused(tmp_path: Path) -> None:
    """One of the two must go."""
    with pytest.raises(OptionError, match="choose one"):
        Kernel(None, tmp_path).ask("a bay", fresh=True, replay="only")


def test_an_ask_that_is_sent_counts_as_an_asking(tmp_path: Path) -> None:
    """A fresh one among equals leaves the others their places."""
    google = Google()
    first = Kernel(google, tmp_path)
    _, second = (first.ask("a cat", new=True) for _ in range(2))
    later = Kernel(google, tmp_path)
    assert not later.ask("a cat", new=True, fresh=True).replayed
    assert later.ask("a cat", new=True).bytes == second.bytes


# -- what a request is -----------------------------------------------------------------------------------------------

SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "alias": ({"model": "pro"}, {"model": "gemini-3-pro-image"}),
    "conversation": ({}, {"conversation": "other"}),
    "alt, save, timeout": ({}, {"alt": "words", "timeout": 77, "yes": True}),
    "written by --set": ({"seed": 7}, {"set": ["generationConfig.seed=7"]}),
    "numbers": ({"temperature": 1}, {"set": ["generationConfig.temperature=1.0"]}),
    "order of --set": ({"set": ["a.b=1", "a.c=2"]}, {"set": ["a.c=2", "a.b=1"]}),
    "order of safety": (
        {"safety": ["hate=none", "harassment=low"]},
        {"safety": ["harassment=low", "hate=none"]},
    ),
    "both": ({}, {"only": "both"}),
}
OTHER: dict[str, dict[str, Any]] = {
    "model": {"model": "flash"},
    "size": {"size": "2K"},
    "system": {"system": "in oils"},
    "reference": {"ref": [jpeg("red")]},
    "seed": {"seed": 1},
}


@pytest.mark.parametrize("name", SAME)
def test_what_does_not_matter(tmp_path: Path, name: str) -> None:
    """The same is asked."""
    once, again = SAME[name]
    Kernel(Google(), tmp_path).ask("a bay", **once)
    result = Kernel(Google(), tmp_path).ask("a bay", **again)
    assert result.replayed
    assert result.alt == again.get("alt", "a bay")


@pytest.mark.parametrize("name", OTHER)
def test_what_matters(tmp_path: Path, name: str) -> None:
    """Something else is asked."""
    Kernel(Google(), tmp_path).ask("a bay")
    assert not Kernel(Google(), tmp_path).ask("a bay", **OTHER[name]).replayed


def test_a_gateway_is_the_same_backend(tmp_path: Path) -> None:
    """The address is no part of the request."""
    Kernel(Google(), tmp_path).ask("a bay")
    assert Kernel(Google(), tmp_path, base_url="https://elsewhere.example").ask("a bay").replayed


def test_a_retired_model_and_its_successor(tmp_path: Path) -> None:
    """What was typed is what is asked, whoever drew; and the chain of edits hits."""
    google = Google()
    gone = failure(404, "NOT_FOUND", "models/gemini-3-pro-image-preview is not found")
    google.next = [gone]
    first = Kernel(google, tmp_path)
    before = [first.ask("a bay", model="gemini-3-pro-image-preview").bytes]
    google.next = [gone]
    before.append(first.ask("at night").bytes)
    sent = len(google.requests)
    later = Kernel(google, tmp_path)
    assert [later.ask("a bay", model="gemini-3-pro-image-preview").bytes, later.ask("at night").bytes] == before
    assert len(google.requests) == sent


# -- who answers -----------------------------------------------------------------------------------------------------


def test_the_emulator_and_google_never_answer_for_each_other(tmp_path: Path) -> None:
    """With or without a key, only what was drawn by who is asked now."""
    google = Google()
    assert Kernel(None, tmp_path).ask("a bay").emulated
    with pytest.raises(ReplayMiss, match="answered by the emulator → the Gemini API"):
        Kernel(google, tmp_path, replay="only").ask("a bay")
    assert not Kernel(google, tmp_path).ask("a bay").replayed
    hill = Kernel(google, tmp_path).ask("a hill")
    assert not Kernel(None, tmp_path).ask("a hill").replayed
    assert not hill.emulated


def test_a_classroom_without_a_key_replays_googles_pictures(tmp_path: Path) -> None:
    """Under `only` nobody is asked; each says who drew it, and edits go on from it."""
    google = Google()
    first = Kernel(google, tmp_path)
    before = [first.ask("a bay"), first.ask("at night")]
    pupil = Kernel(None, tmp_path, replay="only")
    after = [pupil.ask("a bay"), pupil.ask("at night")]
    assert [one.bytes for one in after] == [one.bytes for one in before]
    assert all("Recorded with the Gemini API; nothing was sent." in one.notices for one in after)
    assert all(one.served_by == "gemini" and one.cost == 0.0 for one in after)


def test_without_a_key_googles_recording_is_pointed_at(tmp_path: Path) -> None:
    """Once in a kernel, with how to see it; the emulator draws all the same, and a key needs no line."""
    google = Google()
    Kernel(google, tmp_path).ask("a bay")
    assert Kernel(google, tmp_path).ask("a bay").notices == ()
    pupil = Kernel(None, tmp_path)
    assert pupil.studio.plan("a bay").notices == (), "a look is not when it is said"
    first, again = pupil.ask("a bay"), pupil.ask("a bay", new=True)
    assert first.emulated
    assert first.notices == (
        "`.nbgemini` has a recording of this request by the Gemini API; `--replay only` shows it.",
    )
    assert again.notices == ()
    assert Kernel(None, tmp_path).ask("a hill").notices == ()
    assert Kernel(None, tmp_path).ask("a bay", fresh=True).notices == ()
    assert not pupil.ask("a bay", replay="only", new=True).emulated, "as the line says"


def test_the_way_to_googles_recording_past_the_emulators_own(tmp_path: Path) -> None:
    """Which would come first."""
    Kernel(Google(), tmp_path).ask("a bay")
    Kernel(None, tmp_path).ask("a bay")
    [line] = Kernel(None, tmp_path).ask("a bay").notices
    assert line.endswith("by the Gemini API; `NBGEMINI_BACKEND=gemini` and `--replay only` show it.")
    assert not Kernel(None, tmp_path, backend="gemini").ask("a bay", replay="only").emulated


def test_without_a_key_the_emulators_come_first_unless_a_backend_is_set(tmp_path: Path) -> None:
    """Both have answered the same; the setting chooses."""
    Kernel(Google(), tmp_path).ask("a bay")
    Kernel(None, tmp_path).ask("a bay")
    assert Kernel(None, tmp_path, replay="only").ask("a bay").emulated
    assert not Kernel(None, tmp_path, replay="only", backend="gemini").ask("a bay").emulated


def test_a_script_of_the_emulator_comes_first(tmp_path: Path) -> None:
    """A lesson that scripts a refusal shows it, whatever is recorded; after the script it is replayed again."""
    Kernel(None, tmp_path).ask("a bay")
    kernel = Kernel(None, tmp_path)
    kernel.studio.surroundings.embed(Embedded(["IMAGE_SAFETY"]))
    with pytest.raises(AnswerBlocked):
        kernel.ask("a bay")
    assert kernel.ask("a bay").replayed


# -- money -----------------------------------------------------------------------------------------------------------


def test_a_replay_needs_no_confirmation(tmp_path: Path) -> None:
    """What it cost was agreed to; a miss asks again, for what is missing alone."""
    google = Google()
    Kernel(google, tmp_path).ask("a bay", count=3, yes=True)
    kernel = Kernel(google, tmp_path, confirm_over="0.20")
    assert kernel.ask("a bay", count=3).replayed
    assert len(Kernel(google, tmp_path, confirm_over="0.20").ask("a bay", count=4).variants) == 4
    with pytest.raises(ConfirmationNeeded):
        Kernel(google, tmp_path, confirm_over="0.20").ask("a bay", count=6)
    assert len(google.requests) == 4


def test_the_ledger_counts_it_once(tmp_path: Path) -> None:
    """What was replayed is no entry."""
    google = Google()
    Kernel(google, tmp_path).ask("a bay")
    kernel = Kernel(google, tmp_path)
    kernel.ask("a bay")
    assert len(kernel.studio.store.ledger.entries()) == 1


def test_a_dry_run_says_what_would_be_replayed(tmp_path: Path) -> None:
    """And it counts as no asking."""
    google = Google()
    Kernel(google, tmp_path).ask("a bay", count=2)
    kernel = Kernel(google, tmp_path)
    plan = kernel.studio.plan("a bay", count=3)
    assert (plan.replayed, plan.count) == (2, 3)
    assert plan.estimate is not None
    assert plan.estimate < 200_000
    assert kernel.ask("a bay").replayed


# -- where it lies ---------------------------------------------------------------------------------------------------


def moved(home: Path, target: Path) -> Path:
    shutil.copytree(home, target)
    return target


def git(folder: Path, *words: str) -> str:
    """A git that converts line ends wherever it may, as on Windows."""
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.autocrlf=true"]
    done = subprocess.run(["git", *who, "-C", str(folder), *words], check=True, capture_output=True, text=True)
    return done.stdout


def cloned(home: Path, target: Path) -> Path:
    """Through git: no empty folders, no modes, line ends as it likes."""
    git(home, "init", "-q")
    (home / ".gitattributes").write_text("* text=auto eol=crlf\n")
    (home / "notes.txt").write_text("one\ntwo\n")
    git(home, "add", "-A")
    git(home, "commit", "-qm", "notebook")
    git(home, "clone", "-q", "-c", "core.autocrlf=true", str(home), str(target))
    assert (target / "notes.txt").read_bytes() == b"one\r\ntwo\r\n", "this git converts line ends"
    return target


def kept(home: Path) -> dict[str, bytes]:
    """The files of a store that git keeps."""
    store = home / ".nbgemini"
    local = {"kernels", "tmp", "intents"}
    files = [one.relative_to(store) for one in store.rglob("*") if one.is_file()]
    return {str(one): (store / one).read_bytes() for one in files if one.parts[0] not in local and one.name != ".lock"}


@pytest.mark.deep
def test_git_changes_no_byte_of_a_store(tmp_path: Path) -> None:
    """Line ends of all kinds in what was received; what belongs to this machine alone is not committed."""
    home = tmp_path / "here"
    home.mkdir()
    google = Google()
    status, headers, [body] = answer(picture("teal"), {"text": "one\r\ntwo\nthree\r\n"})
    google.next = [(status, headers, [body.replace(b", ", b",\r\n").replace(b": ", b":\n")])]
    first = Kernel(google, home)
    bay = first.ask("a bay\r\nwith\nlines")
    first.studio.start("at night").get()
    there = cloned(home, tmp_path / "there")  # the kernel lives: its lock and its temporary files are there
    assert kept(there) == kept(home)
    assert {one.name for one in (there / ".nbgemini").iterdir()} >= {".gitattributes", ".gitignore", "VERSION"}
    assert not {one.name for one in (there / ".nbgemini").iterdir()} & {"kernels", "tmp", "intents", "cache"}
    assert git(home, "status", "--porcelain") == ""
    later = Kernel(google, there)
    assert later.ask("a bay\r\nwith\nlines").bytes == bay.bytes
    assert later.ask("at night").replayed
    later.ask("in fog")
    assert len(google.requests) == 3
    assert later.stored == [("main", 3)], "it goes on with the one that it has replayed"
    assert [one.where for one in verify_and_restore(later.studio).troubles if "Others of" not in one.what] == []
    later.end()
    back = cloned_again(there, tmp_path / "back")
    third = Kernel(google, back)
    assert [third.ask(words).replayed for words in ("a bay\r\nwith\nlines", "at night", "in fog")] == [True] * 3


def cloned_again(home: Path, target: Path) -> Path:
    """What was added to a clone goes on."""
    git(home, "add", "-A")
    git(home, "commit", "-qm", "more")
    git(home, "clone", "-q", "-c", "core.autocrlf=true", str(home), str(target))
    return target


def newer(home: Path, target: Path) -> Path:
    """A store that may be read and not written."""
    shutil.copytree(home, target)
    (target / ".nbgemini" / "VERSION").write_text("2\n")
    return target


@pytest.mark.parametrize("taken", [moved, cloned, newer])
@pytest.mark.deep
def test_a_notebook_and_its_folder_replay_anywhere(tmp_path: Path, taken: Callable[[Path, Path], Path]) -> None:
    """Another path, a clone, a folder that may not be written: nothing is sent."""
    home = tmp_path / "here"
    home.mkdir()
    google = Google()
    first = Kernel(google, home)
    before = shown(book(first))
    first.end()
    google.requests.clear()
    there = taken(home, tmp_path / "there")
    for mode in ("auto", "only"):
        assert shown(book(Kernel(google, there, replay=mode))) == before
    assert google.requests == []


def test_a_saved_and_loaded_conversation_replays(tmp_path: Path) -> None:
    """The file of one conversation is enough."""
    google = Google()
    first = Kernel(google, tmp_path / "a")
    before = [result.bytes for result in first.cell("x", "a bay", "at night")]
    first.studio.archives.save(str(tmp_path / "bay.nbgemini"))
    sent = len(google.requests)
    loading = Kernel(google, tmp_path / "b")
    loading.studio.archives.load(str(tmp_path / "bay.nbgemini"))
    assert [result.bytes for result in Kernel(google, tmp_path / "b").cell("x", "a bay", "at night")] == before
    assert len(google.requests) == sent


def test_records_without_a_cell_still_answer(tmp_path: Path) -> None:
    """Those that an earlier version wrote."""
    google = Google()
    Kernel(google, tmp_path).cell("x", "a bay")
    [record] = (tmp_path / ".nbgemini" / "records").iterdir()
    text = record.read_text()
    assert '"repeat":0' in text
    record.write_text(text.replace('"repeat":0,', "").replace('"cell":', '"former":'))
    assert Kernel(google, tmp_path).cell("x", "a bay")[0].replayed


# -- files beside the notebook ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["cat.jpg", "cat.png", "out", "deep/cat.jpg"])
@pytest.mark.parametrize("count", [1, 2])
def test_what_was_saved_is_saved_already(tmp_path: Path, place: str, count: int) -> None:
    """A cell with `--save` passes in a fresh kernel: the file holds the very bytes, and none is added."""
    google = Google()
    for folder in ("out", "deep"):
        (tmp_path / folder).mkdir()

    def files() -> dict[Path, int]:
        found = [*tmp_path.glob("*.*"), *tmp_path.glob("out/*"), *tmp_path.glob("deep/*")]
        return {path: path.stat().st_mtime_ns for path in found}

    Kernel(google, tmp_path).cell("x", "a cat", count=count, save=tmp_path / place)
    before = files()
    assert len(before) == 1 + count
    for _ in range(2):
        [again] = Kernel(google, tmp_path).cell("x", "a cat", count=count, save=tmp_path / place)
        assert sum("holds this picture already" in line for line in again.notices) == count
    assert files() == before
    assert len(google.requests) == count


def test_a_file_of_something_else_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    """A file of the user's, another picture of the store, the cell run again, a changed prompt, `--fresh`."""
    google = Google()
    target, other = tmp_path / "cat.jpg", tmp_path / "dog.jpg"
    first = Kernel(google, tmp_path)
    first.cell("x", "a cat", save=target)
    first.cell("y", "a dog", new=True, save=other)
    sent, data = len(google.requests), target.read_bytes()
    later = Kernel(google, tmp_path)
    later.cell("x", "a cat", save=target)
    for prompt, words in (
        ("a cat", {"save": target}),  # a new sample
        ("a bird", {"save": target, "new": True}),
        ("a cat", {"save": target, "fresh": True}),
        ("a cat", {"save": target, "count": 2, "new": True}),
    ):
        with pytest.raises(OptionError, match="exists already") as caught:
            later.cell("x", prompt, **words)
        assert caught.value.charged == "nothing sent"
    with pytest.raises(OptionError, match="is not the replayed picture"):
        Kernel(google, tmp_path).cell("x", "a cat", save=other)
    target.write_bytes(b"mine")
    with pytest.raises(OptionError, match="exists already"):
        Kernel(google, tmp_path).cell("x", "a cat", save=target)
    assert (len(google.requests), target.read_bytes(), data[:2]) == (sent, b"mine", b"\xff\xd8")


def test_a_result_that_was_saved_is_saved_already(tmp_path: Path) -> None:
    """As the last line of a cell would; converted too, and never over something else."""
    google = Google()
    for _ in range(2):
        bay = Kernel(google, tmp_path).ask("a bay")
        made = [bay.save(tmp_path / "bay.jpg"), bay.save(tmp_path / "bay.png"), bay.save(tmp_path)]
    assert sorted(tmp_path.glob("*.*g")) == sorted(made)
    for name in ("bay.jpg", "bay.png"):
        (tmp_path / name).write_bytes(b"mine")
        with pytest.raises(OptionError, match="exists already and holds something else"):
            bay.save(tmp_path / name)
        assert (tmp_path / name).read_bytes() == b"mine"


# -- conversations ---------------------------------------------------------------------------------------------------


def test_a_new_turn_goes_on_with_the_stored_conversation(tmp_path: Path) -> None:
    """A notebook that grows by a cell a day is one conversation; one that lives elsewhere is left alone."""
    google = Google()
    cells = ["a bay", "at night", "with a boat", "in fog"]
    for day in range(1, 5):
        kernel = Kernel(google, tmp_path)
        results = kernel.cell("x", *cells[:day])
        assert [one.turn for one in results] == list(range(1, day + 1))
        assert kernel.stored == [("main", day)]
        kernel.end()
    living, other = Kernel(google, tmp_path), Kernel(google, tmp_path)
    for kernel, prompt in ((living, "and more"), (other, "and others")):
        kernel.cell("x", *cells)
        kernel.ask(prompt)
    assert living.stored == [("main.1", 5), ("main.2", 5)]
    assert len(google.requests) == 6


def test_undo_fork_and_use_between_replays(tmp_path: Path) -> None:
    """A kernel that has only replayed can do all of it, and the next one too."""
    google = Google()

    def session(kernel: Kernel) -> list[bytes]:
        first = kernel.ask("a bay")
        kernel.ask("at night")
        kernel.studio.history.undo()
        second = kernel.ask("by day")
        kernel.studio.history.fork("dawn")
        third = kernel.ask("at dawn", conversation="dawn")
        return [first.bytes, second.bytes, third.bytes]

    kernels = [Kernel(google, tmp_path) for _ in range(4)]
    pages = []
    for kernel in kernels:
        pages.append(session(kernel))
        kernel.end()
    assert pages == [pages[0]] * 4
    assert len(google.requests) == 4
    assert sorted(kernels[-1].stored) == [("dawn", 3), ("main", 3)]
    value = kernels[-1].studio.history.use("main")
    assert [one.replayed for one in value.exchanges] == [True] * 3
    kernels[-1].ask("in snow")
    assert sorted(kernels[-1].stored) == [("dawn", 3), ("main", 4)]


def test_a_stored_conversation_with_more_turns_takes_the_replayed_ones_in(tmp_path: Path) -> None:
    """`use main` in a kernel that replayed its beginning."""
    google = Google()
    first = Kernel(google, tmp_path)
    first.cell("x", "a", "b", "c")
    later = Kernel(google, tmp_path)
    later.ask("a")
    value = later.studio.history.use("main")
    assert [one.prompt for one in value.exchanges] == ["a", "b", "c"]
    assert later.ask("d").turn == 4


def test_adopting_after_replays_keeps_their_turns(tmp_path: Path) -> None:
    """The conversation is stored with all of them."""
    google = Google()
    first = Kernel(google, tmp_path)
    first.ask("a bay")
    first.ask("at night")
    orphan = first.studio.session.get().value.exchanges[-1].id
    _as_orphan(tmp_path, orphan)
    later = Kernel(google, tmp_path)
    later.ask("a bay")
    later.studio.recover(orphan)
    assert ("main.2", 2) in later.stored


def test_the_emulator_is_not_asked_either(tmp_path: Path) -> None:
    """`only` without a key sends nothing to anyone."""
    emulator = Embedded()
    kernel = Kernel(None, tmp_path, replay="only")
    kernel.studio.surroundings.embed(emulator)
    with pytest.raises(ReplayMiss):
        kernel.ask("a bay")
    assert emulator.requests == ()


def test_a_record_that_cannot_be_read_is_told_before_it_is_bought_again(tmp_path: Path) -> None:
    """`only` names it in place of a diff; `auto` sends, says so once, and says nothing where all is answered."""
    server = Google()
    first = Kernel(server, tmp_path)
    kept, lost = first.ask("a fox"), first.ask("add snow")
    (tmp_path / ".nbgemini" / "records" / f"{lost.exchange.id}.json").write_text("{")
    again = Kernel(server, tmp_path)
    assert again.ask("a fox").bytes == kept.bytes
    with pytest.raises(ReplayMiss) as caught:
        again.ask("add snow", replay="only")
    assert "A record of the store cannot be read" in caught.value.hint
    third = Kernel(server, tmp_path)
    assert third.ask("a fox").notices == ()
    assert any("cannot be read" in notice for notice in third.ask("add snow").notices)
    assert not any("cannot be read" in notice for notice in third.ask("add a boat").notices)
