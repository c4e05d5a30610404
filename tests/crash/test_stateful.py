"""Anything in any order, power cuts too, against a reader's model of branches that shares nothing with nbgemini."""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from nbgemini.core.conversation import Conversation
from nbgemini.errors import NbgeminiError
from nbgemini.studio.handles import Result
from nbgemini.studio.reports.verifying import verify_and_restore
from nbgemini.studio.studio import Studio
from tests.crash.test_points import HARMLESS, LOSSES, OrderlyDisk, studio_in
from tests.store.disks import Loss
from tests.studio.server import Answer, Server, answer, failure, picture
from tests.support import figures
from tests.support.branches import Branches

_BAD: dict[str, Answer] = {
    "blocked": answer({"text": "no"}, finish="IMAGE_SAFETY"),
    "empty": answer(finish="NO_IMAGE"),
    "refused": failure(400, "INVALID_ARGUMENT", "no"),
    "overloaded": failure(504, "DEADLINE_EXCEEDED", "late"),
    "broken off": (200, {"content-type": "application/json"}, [b'{"candidates": [{"content": {"par']),
    "no JSON": (200, {"content-type": "application/json"}, [b"\xff\xfe rubbish"]),
}


class Kernel(RuleBasedStateMachine):
    """A user at a kernel whose disk is simulated; `models` are what a reader expects of each conversation."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="nbgemini-stateful-"))
        self.number = 0
        self.lives = 0
        self.held: threading.Event | None = None
        self.reply: Answer = answer(picture("teal"))
        self.server = Server(self._reply)
        self.models: dict[str, Branches] = {"main": Branches()}
        self.ids: dict[str, list[str]] = {"main": []}
        self.groups: dict[str, list[tuple[int, ...]]] = {"main": []}
        self.orphans: dict[str, tuple[str, str | None]] = {}  # id: (prompt, the id that it goes on from)
        self.current = "main"
        self.studio = self._begin()

    def _begin(self) -> Studio:
        self.place = self.home / str(self.lives)
        self.place.mkdir(exist_ok=True)
        self.disk = OrderlyDisk(self.place)
        return studio_in(self.place, self.server, self.disk)

    def _reply(self) -> Answer:
        if self.held is not None:
            assert self.held.wait(20)
        return self.reply

    def _prompt(self) -> str:
        self.number += 1
        type(self).steps += 1
        return f"prompt {self.number}"

    @property
    def model(self) -> Branches:
        return self.models[self.current]

    @property
    def value(self) -> Conversation:
        return self.studio.value()

    def _made(self, result: Result, prompt: str, parent: int | None) -> None:
        """What was sent is the branch and the prompt; what came is in the model too."""
        assert self.server.texts() == [*self.model.branch(parent), prompt]
        count = len(result.variants)
        first = len(self.model.turns) + 1
        self.model.made(None, prompt, parent, count)
        self.ids[self.current] += [one.exchange.id for one in result.variants]
        self.groups[self.current].append(tuple(range(first, first + count)))

    # -- sending -------------------------------------------------------------------------------------------------------

    @rule()
    def send(self) -> None:
        prompt, parent = self._prompt(), self.model.head
        self._made(self.studio.imagine(prompt), prompt, parent)

    @rule(count=st.integers(2, 3))
    def send_several(self, count: int) -> None:
        prompt, parent = self._prompt(), self.model.head
        self._made(self.studio.imagine(prompt, count=count), prompt, parent)

    @rule()
    def begin_anew(self) -> None:
        prompt = self._prompt()
        self._made(self.studio.imagine(prompt, new=True), prompt, None)

    @precondition(lambda self: self.model.turns)
    @rule(data=st.data())
    def branch(self, data: Any) -> None:
        prompt, parent = self._prompt(), data.draw(st.integers(1, len(self.model.turns)))
        self._made(self.studio.imagine(prompt, from_=parent), prompt, parent)

    @rule(kind=st.sampled_from(sorted(_BAD)))
    def fail(self, kind: str) -> None:
        self.reply = _BAD[kind]
        before = len(self.server.requests)
        with pytest.raises(NbgeminiError):
            self.studio.imagine(self._prompt())
        assert len(self.server.requests) == before + 1
        self.reply = answer(picture("teal"))

    @rule()
    def interrupt(self) -> None:
        """The answer comes after the caller has gone."""
        self.held, prompt, asked = threading.Event(), self._prompt(), len(self.server.requests)
        parent = self.value.head
        drawing = self.studio.start(prompt)
        while len(self.server.requests) == asked:
            drawing.job.settled_within(0.01)
        assert drawing.job.abandon()
        self.held.set()
        assert drawing.job.settled_within(20)
        self.held = None
        (new,) = {one.id for one in [line.exchange for line in self.studio.orphans.listed()] if one.prompt == prompt}
        self.orphans[new] = (prompt, parent)

    # -- moving --------------------------------------------------------------------------------------------------------

    @rule()
    def undo(self) -> None:
        self.studio.history.undo()
        self.model.undo()

    @rule()
    def redo(self) -> None:
        self.studio.history.redo()
        self.model.redo()

    @rule()
    def reset(self) -> None:
        self.studio.history.reset()
        self.model.reset()

    @precondition(lambda self: any(len(group) > 1 for group in self.groups[self.current]))
    @rule(data=st.data())
    def pick(self, data: Any) -> None:
        group = data.draw(st.sampled_from([group for group in self.groups[self.current] if len(group) > 1]))
        turn = data.draw(st.sampled_from(group))
        self.studio.history.pick_turn(turn)
        self.model.pick(turn)

    @rule()
    def fork(self) -> None:
        name, path = f"fork {self.number}-{len(self.models)}", [one.id for one in self.value.path(self.value.head)]
        self.studio.history.fork(name)
        self.studio.history.use(name)
        self.models[name] = self.model.forked()
        self.ids[name], self.groups[name], self.current = path, [], name

    @rule(data=st.data())
    def use(self, data: Any) -> None:
        begun = sorted(name for name, model in self.models.items() if model.turns)
        if begun and (name := data.draw(st.sampled_from(begun))) != self.current:
            self.studio.history.use(name)
            self.current = name

    @precondition(lambda self: self.orphans)
    @rule(data=st.data())
    def adopt(self, data: Any) -> None:
        chosen = data.draw(st.sampled_from(sorted(self.orphans)))
        prompt, before = self.orphans.pop(chosen)
        mine = self.ids[self.current]
        self.studio.recover(chosen)
        self.model.made(None, prompt, mine.index(before) + 1 if before in mine else None)
        mine.append(chosen)
        self.groups[self.current].append((len(mine),))

    # -- mishaps -------------------------------------------------------------------------------------------------------

    @rule(loss=st.sampled_from(LOSSES), seed=st.integers(0, 9))
    def crash(self, loss: Loss, seed: int) -> None:
        """The power fails after everything was acknowledged; the next kernel goes on with what there is."""
        self.studio.store.close()
        before, self.lives = self.disk, self.lives + 1
        before.after_loss(len(before), loss, self.home / str(self.lives), seed)
        self._go_on()

    @rule()
    def restart(self) -> None:
        self.studio.store.close()
        self._go_on()

    def _go_on(self) -> None:
        self.studio = self._begin()
        for model in self.models.values():
            model.taken_back = []
        begun = [name for name, model in self.models.items() if model.turns]
        for name in begun:
            self.studio.history.use(name)
        if self.current in begun:
            self.studio.session.switch(self.current)
        else:
            self.models[self.current], self.ids[self.current], self.groups[self.current] = Branches(), [], []
            self.studio.session.switch(self.current)

    @rule()
    def second_kernel(self) -> None:
        """Another kernel in the same folder begins a conversation of its own and leaves."""
        other = studio_in(self.place, self.server, self.disk)
        name, prompt = f"other {self.number}-{len(self.models)}", self._prompt()
        result = other.imagine(prompt, conversation=name)
        other.store.close()
        self.models[name] = Branches()
        self.models[name].made(None, prompt, None)
        self.ids[name], self.groups[name] = [result.exchange.id], [(1,)]

    # -- what holds always ---------------------------------------------------------------------------------------------

    @invariant()
    def the_conversation_is_as_a_reader_expects(self) -> None:
        value, model = self.value, self.model
        assert [one.prompt for one in value.exchanges] == [model.turns[at].prompt for at in sorted(model.turns)]
        assert (value.number(value.head) if value.head else None) == model.head
        assert [one.id for one in value.exchanges] == self.ids[self.current]

    @invariant()
    def the_disk_says_the_same(self) -> None:
        album = self.studio.store.album
        stored = {one.key: album.load(one.key) for one in album.stored()}
        assert set(stored) == {name for name, model in self.models.items() if model.turns}
        for name, value in stored.items():
            assert [one.id for one in value.exchanges] == self.ids[name]
            if name == self.current:
                assert value.head == self.value.head
        assert {one.id for one in album.orphans()} == set(self.orphans)

    def teardown(self) -> None:
        faults = [one for one in verify_and_restore(self.studio).findings.faults if one.kind not in HARMLESS]
        self.studio.store.close()
        shutil.rmtree(self.home, ignore_errors=True)
        assert faults == []


@pytest.mark.parametrize(
    ("examples", "steps"), [(3, 15), pytest.param(60, 30, marks=[pytest.mark.deep, pytest.mark.timeout(1500)])]
)
def test_anything_in_any_order(examples: int, steps: int) -> None:
    """The kernel, the disk and the reader agree after every step."""
    Kernel.steps = 0
    run_state_machine_as_test(
        Kernel,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert Kernel.steps > examples
    figures.add("sessions of anything in any order, power cuts included", examples, disagreements=0)
