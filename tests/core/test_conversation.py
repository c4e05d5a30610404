"""The conversation: a tree that only grows, against a model that is too simple to be wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from nbgemini.core.content import Turn, user_turn
from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Answer, Exchange
from nbgemini.core.options import ImageOptions
from nbgemini.errors import ConversationError
from tests.support.sampling import examples


def an_exchange(name: str, parent: str | None, *, anchored: bool = False, empty: bool = False) -> Exchange:
    turn = None if empty else Turn("model", {"role": "model", "parts": [{"text": f"answer {name}"}]})
    return Exchange(
        id=name,
        parent=parent,
        user=user_turn(f"prompt {name}"),
        answer=Answer(turn=turn),
        model="m",
        backend="emulator",
        options=ImageOptions(),
        anchored=anchored,
    )


def texts(turns: tuple[Turn, ...]) -> list[str]:
    return [str(part.text) for turn in turns for part in turn.parts]


class Histories(RuleBasedStateMachine):
    """Runs a conversation beside plain lists and dictionaries, and compares all that can be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.conversation = Conversation("main")
        self.order: list[str] = []
        self.parents: dict[str, str | None] = {}
        self.anchors: set[str] = set()
        self.head: str | None = None
        self.redo: list[str] = []
        self.made = 0
        self.old: list[tuple[Conversation, str]] = []

    def keep(self, conversation: Conversation) -> None:
        """Go on with a new value, and remember the old one to see that it never changes."""
        self.old.append((self.conversation, repr(self.conversation)))
        self.conversation = conversation

    @initialize()
    def begin(self) -> None:
        assert self.conversation.last is None

    @rule(count=st.integers(1, 3), anchored=st.booleans())
    def imagine(self, count: int, anchored: bool) -> None:
        names = [f"e{self.made + at}" for at in range(count)]
        self.made += count
        self.keep(self.conversation.extended(*(an_exchange(name, self.head, anchored=anchored) for name in names)))
        self.order += names
        self.parents |= dict.fromkeys(names, self.head)
        self.anchors |= set(names) if anchored else set()
        self.head, self.redo = names[0], []

    @rule(steps=st.integers(0, 4))
    def undo(self, steps: int) -> None:
        self.keep(self.conversation.rewound(steps))
        for _ in range(steps):
            if self.head is not None:
                self.redo.append(self.head)
                self.head = self.parents[self.head]

    @rule()
    def forward(self) -> None:
        self.keep(self.conversation.advanced())
        if self.redo:
            self.head = self.redo.pop()

    @precondition(lambda self: self.order)
    @rule(data=st.data())
    def go_to(self, data: st.DataObject) -> None:
        self.head = data.draw(st.sampled_from([None, *self.order]))
        self.redo = []
        self.keep(self.conversation.at(self.head))

    @rule()
    def fork(self) -> None:
        path = self.branch()
        self.keep(self.conversation.forked(f"fork of {self.conversation.name}"))
        self.order, self.redo = path, []
        self.parents = {name: self.parents[name] for name in path}

    def branch(self) -> list[str]:
        path, at = [], self.head
        while at is not None:
            path.append(at)
            at = self.parents[at]
        return path[::-1]

    @invariant()
    def the_head_is_where_it_should_be(self) -> None:
        assert self.conversation.head == self.head
        last = self.conversation.last
        assert (last.id if last else None) == self.head

    @invariant()
    def numbers_are_the_order_of_making(self) -> None:
        assert [exchange.id for exchange in self.conversation.exchanges] == self.order
        for number, name in enumerate(self.order, 1):
            assert self.conversation.number(name) == number
            assert self.conversation.turn(number).id == name
            assert name in self.conversation

    @invariant()
    def the_branch_is_the_chain_of_parents(self) -> None:
        assert [exchange.id for exchange in self.conversation.path(self.head)] == self.branch()

    @invariant()
    def the_history_alternates_and_begins_at_the_last_anchor(self) -> None:
        path = self.branch()
        anchored = [at for at, name in enumerate(path) if name in self.anchors]
        sent = path[anchored[-1] :] if anchored else path
        history = self.conversation.history(self.head)
        assert texts(history) == [text for name in sent for text in (f"prompt {name}", f"answer {name}")]
        assert [turn.role for turn in history] == ["user", "model"] * len(sent)

    @invariant()
    def undo_then_redo_is_nothing(self) -> None:
        assert self.head is None or self.conversation.rewound().advanced() == self.conversation

    @invariant()
    def earlier_values_are_still_whole(self) -> None:
        for conversation, seen in self.old[-2:]:
            assert repr(conversation) == seen


Histories.TestCase.settings = settings(
    max_examples=examples(2), stateful_step_count=16, deadline=None, derandomize=True, database=None
)
TestHistories = Histories.TestCase


def grown(*names: str) -> Conversation:
    conversation = Conversation("main")
    for name in names:
        conversation = conversation.extended(an_exchange(name, conversation.head))
    return conversation


def test_siblings_share_a_parent_and_the_first_leads() -> None:
    """`-n 3` adds three turns at once; the conversation goes on from the first."""
    conversation = grown("a").extended(*(an_exchange(name, "a") for name in "bcd"))
    assert conversation.head == "b"
    assert [conversation.number(name) for name in "abcd"] == [1, 2, 3, 4]


def test_a_failed_exchange_leaves_no_turns() -> None:
    """An exchange without a model turn puts nothing into the history, not even its prompt."""
    conversation = grown("a").extended(an_exchange("b", "a", empty=True)).extended(an_exchange("c", "b"))
    assert texts(conversation.history("c")) == ["prompt a", "answer a", "prompt c", "answer c"]


def test_an_unknown_exchange_is_an_error() -> None:
    """Strange ids are named, with the name of the conversation."""
    conversation = grown("a")
    for look in (conversation.get, conversation.number, conversation.at):
        with pytest.raises(ConversationError, match="`main` has no exchange nowhere"):
            look("nowhere")


@pytest.mark.parametrize("number", [0, -1, 3])
def test_turn_numbers_out_of_range(number: int) -> None:
    """The message says which turns there are."""
    with pytest.raises(ConversationError, match=f"no turn {number}; it has turns 1 to 2"):
        grown("a", "b").turn(number)
    with pytest.raises(ConversationError, match="it has no turns yet"):
        Conversation("main").turn(number)


def test_undo_at_the_start_stays_there() -> None:
    """Nothing to take back is no accident."""
    assert Conversation("main").rewound() == Conversation("main")
    assert grown("a").rewound(99).head is None


def test_a_fork_shares_its_past_and_goes_its_own_way() -> None:
    """Turns made after the fork are in one of the two only."""
    main = grown("a", "b", "c").rewound()
    fork = main.forked("night").extended(an_exchange("d", "b"))
    assert [exchange.id for exchange in fork.exchanges] == ["a", "b", "d"]
    assert fork.number("d") == 3
    assert "d" not in main
    assert fork.name == "night"
    assert fork.exchanges[0] is main.exchanges[0]


def test_model_and_system_stay_until_changed() -> None:
    """What is not given again is kept."""
    kept = Conversation("main").keeping("pro", "Paint.")
    assert (kept.model, kept.system) == ("pro", "Paint.")
    assert kept.keeping(None, None) == kept
    assert kept.keeping("flash", None).model == "flash"
    assert kept.forked("x").system == "Paint."


def test_equality_is_by_value() -> None:
    """Two conversations with the same exchanges and head are the same."""
    assert grown("a", "b") == grown("a", "b")
    assert grown("a", "b") != grown("a")
    assert replace(grown("a"), name="other") != grown("a")
