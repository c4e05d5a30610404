"""Stored conversations: listed, loaded, continued, forked, adopted into; and what happens when a file is damaged."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from nbgemini.core.conversation import Conversation
from nbgemini.core.exchange import Exchange
from nbgemini.errors import ConversationError, StoreError
from nbgemini.store.album import Album, Stored
from nbgemini.store.records import Records
from nbgemini.store.store import Store
from tests.store.builders import Commit, exchange_of


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "store")


def append(album: Album, *siblings: Exchange, key: str = "main", expected: str | None = None) -> bool:
    return album.append(key, "main", siblings, expected=expected, model="pro", system="be brief")


def chain(album: Album, count: int, key: str = "main") -> list[Exchange]:
    """Turns that go on from each other, appended one by one."""
    made: list[Exchange] = []
    for number in range(1, count + 1):
        parent = made[-1].id if made else None
        made.append(exchange_of(number, parent=parent))
        assert append(album, made[-1], key=key, expected=parent)
    return made


def test_a_conversation_comes_back_as_it_was(store: Store) -> None:
    """By another Store, with its model and system instruction."""
    made = chain(store.album, 3)
    loaded = Store.open(store.folder).album.load("main")
    assert loaded == Conversation(
        "main", exchanges=tuple(made), head=made[2].id, undone=(), model="pro", system="be brief"
    )
    assert [turn.role for turn in loaded.history(loaded.head)] == ["user", "model"] * 3


def test_the_list_shows_what_people_know_them_by(store: Store) -> None:
    """The latest last; the prompt is the head's; keys that were only reserved are not shown."""
    ticks = iter((1_800_000_000.0, 1_800_000_060.0, 1_800_000_120.0))
    album = Album(store.files, Records(store.files), pending=set, clock=lambda: next(ticks))
    album.append("b", "cats", [exchange_of(1), exchange_of(2)], expected=None, model="pro", system=None)
    album.append("a", "dogs", [exchange_of(3)], expected=None, model=None, system=None)
    album.new_key("empty")
    assert album.stored() == [
        Stored(
            key="b",
            name="cats",
            turns=2,
            head=exchange_of(1).id,
            updated="2027-01-15T08:00:00Z",
            prompt="prompt 1",
            model="pro",
            drawn_by=exchange_of(1).model,
        ),
        Stored(
            key="a",
            name="dogs",
            turns=1,
            head=exchange_of(3).id,
            updated="2027-01-15T08:01:00Z",
            prompt="prompt 3",
            model=None,
            drawn_by=exchange_of(3).model,
        ),
    ]
    assert album.problems == ()


def test_siblings_are_appended_together(store: Store) -> None:
    """The head is the first of them; one that failed is recorded and no turn; the same again changes nothing."""
    failed = exchange_of(3, outcome="failed", answered=False)
    siblings = [exchange_of(1), exchange_of(2), failed]
    assert append(store.album, *siblings)
    assert append(store.album, *siblings, expected=exchange_of(1).id)
    loaded = store.album.load("main")
    assert loaded.exchanges == (exchange_of(1), exchange_of(2))
    assert loaded.head == exchange_of(1).id
    assert store.album.exchange(failed.id) == failed
    assert store.album.orphans() == []


def test_a_moved_head_is_told_and_nothing_is_lost(store: Store) -> None:
    """Two kernels go on with one conversation: both turns are there, as branches."""
    one, other = store.album, Store.open(store.folder).album
    (first,) = chain(one, 1)
    assert append(one, exchange_of(2, parent=first.id), expected=first.id)
    assert not append(other, exchange_of(3, parent=first.id), expected=first.id)
    loaded = one.load("main")
    assert [exchange.id for exchange in loaded.exchanges] == [exchange_of(n).id for n in (1, 2, 3)]
    assert loaded.head == exchange_of(3).id
    assert [exchange.id for exchange in loaded.path(exchange_of(2).id)] == [first.id, exchange_of(2).id]


def test_the_head_moves_and_nothing_is_deleted(store: Store) -> None:
    """Undo, redo, and reset to a new root."""
    made = chain(store.album, 3)
    for head in (made[0].id, made[2].id, None):
        store.album.move("main", head)
        loaded = store.album.load("main")
        assert (loaded.head, len(loaded.exchanges)) == (head, 3)
    with pytest.raises(ConversationError, match="no exchange"):
        store.album.move("main", exchange_of(9).id)


def test_a_fork_shares_its_turns(store: Store) -> None:
    """A new key, the branch as it was, no record written twice."""
    made = chain(store.album, 3)
    before = {path: path.stat().st_mtime_ns for path in (store.folder / "records").iterdir()}
    forked = store.album.load("main").rewound().forked("night")
    key = store.album.create(forked)
    assert key == "night"
    assert store.album.create(forked) == "night.2"
    assert store.album.load("night") == replace(forked, undone=())
    assert store.album.load("night").head == made[1].id
    assert {path: path.stat().st_mtime_ns for path in (store.folder / "records").iterdir()} == before
    assert len(store.album.load("main").exchanges) == 3


def test_keys_are_taken_once(store: Store) -> None:
    """`main` is what every kernel calls its first conversation."""
    other = Store.open(store.folder)
    assert [store.album.new_key("main"), other.album.new_key("main"), store.album.new_key("main.2")] == [
        "main",
        "main.2",
        "main.2.2",
    ]
    append(store.album, exchange_of(1), key="main")
    assert other.album.new_key("main") == "main.3"


def test_a_key_that_a_dead_kernel_never_used_is_free(store: Store) -> None:
    """Starting and stopping kernels does not count the names up."""
    dead = Store.open(store.folder)
    assert dead.album.new_key("main") == "main"
    assert store.album.new_key("main") == "main.2"
    dead.close()
    assert Store.open(store.folder).album.new_key("main") == "main"


@pytest.mark.parametrize(
    "name", ["../x", "CON", "héros", "a/b", "x" * 5000, "", "\x00", "a\nb", "\ud800", "שלום", ".", "..", "~", "*?|"]
)
def test_a_conversation_may_have_any_name(name: str, store: Store) -> None:
    """And no file is written outside of the folder for it."""
    key = store.album.new_key(name)
    assert key == name
    store.album.append(key, name, [exchange_of(1)], expected=None, model=None, system=None)
    assert Store.open(store.folder).album.load(name).name == name
    assert [stored.name for stored in store.album.stored()] == [name]
    assert {path.parent.name for path in store.folder.parent.rglob("*.json")} == {"records", "refs"}
    assert all(len(path.name) <= 120 for path in (store.folder / "refs").iterdir())


def test_hero_and_hero_are_two(store: Store) -> None:
    """Also where the file system ignores case."""
    for key in ("Hero", "hero", "HERO"):
        assert store.album.new_key(key) == key
    names = [path.name.casefold() for path in (store.folder / "refs").glob("*.json")]
    assert len(set(names)) == 3


def test_an_unknown_conversation(store: Store) -> None:
    """With the one that was probably meant."""
    chain(store.album, 1, key="hero")
    with pytest.raises(ConversationError, match="no stored conversation `heros`") as caught:
        store.album.load("heros")
    assert caught.value.hint == "Did you mean `hero`?"
    with pytest.raises(ConversationError, match="no stored conversation"):
        store.album.move("zzz", None)


def test_an_exchange_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    """Unless several begin so, or none."""
    one, other = replace(exchange_of(1), id="abcd11"), replace(exchange_of(2), id="abcd22")
    append(store.album, one, other)
    assert store.album.exchange("abcd1") == one
    assert store.album.exchange("abcd22") == other
    with pytest.raises(ConversationError, match="matches 2 exchanges") as caught:
        store.album.exchange("abcd")
    assert "abcd11, abcd22" in caught.value.hint
    for unknown in ("ffff", "", "../refs/main", "ABCD11"):
        with pytest.raises(ConversationError, match="There is no exchange"):
            store.album.exchange(unknown)


def test_an_orphan_is_listed_until_it_is_adopted(store: Store) -> None:
    """Adopting changes the ref alone; two conversations may adopt the same, each with a parent of its own."""
    (first,) = chain(store.album, 1)
    orphan = exchange_of(7, outcome="orphan", parent=None)
    store.album.record(orphan)
    store.album.record(exchange_of(8, outcome="failed", answered=False))
    assert store.album.orphans() == [orphan]
    record = (store.folder / "records" / f"{orphan.id}.json").read_bytes()
    turn = store.album.adopt("main", "main", orphan, parent=first.id, model="pro", system=None)
    assert turn == orphan.adopted(first.id)
    assert store.album.load("main").exchanges == (first, turn)
    assert store.album.load("main").head == orphan.id
    assert store.album.orphans() == []
    store.album.adopt("other", "other", orphan, parent=None, model=None, system=None)
    assert store.album.load("other").exchanges == (orphan.adopted(None),)
    assert store.album.load("main").exchanges == (first, turn)
    key = store.album.create(store.album.load("main").forked("fork"))
    assert store.album.load(key).exchanges == (first, turn)
    assert (store.folder / "records" / f"{orphan.id}.json").read_bytes() == record


def test_a_turn_whose_conversation_was_lost_is_an_orphan(store: Store) -> None:
    """What was paid for stays within reach when a ref is deleted."""
    chain(store.album, 2)
    (store.folder / "refs" / "main.json").unlink()
    assert [exchange.id for exchange in store.album.orphans()] == [exchange_of(1).id, exchange_of(2).id]


def test_a_record_is_written_once(store: Store) -> None:
    """A second one of the same id does not replace it, unless the first was a failure or is damaged."""
    path = store.folder / "records" / f"{exchange_of(1).id}.json"
    failed, good = exchange_of(1, outcome="failed", answered=False), exchange_of(1, outcome="orphan")
    store.album.record(failed)
    store.album.record(replace(failed, reason="again"))
    assert store.album.exchange(failed.id) == failed
    store.album.record(good)
    store.album.record(failed)
    store.album.record(replace(good, cost=1))
    assert store.album.exchange(good.id) == good
    path.write_bytes(b"")
    store.album.record(good)
    assert store.album.exchange(good.id) == good


def test_fields_of_later_versions_survive_in_a_ref(store: Store) -> None:
    """A ref is written again and again; what this version does not know is written back."""
    chain(store.album, 1)
    path = store.folder / "refs" / "main.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "later": [1, {"a": None}]}))
    append(store.album, exchange_of(2), expected=exchange_of(1).id)
    assert json.loads(path.read_text())["later"] == [1, {"a": None}]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00" * 50,
        "[]",
        "{}",
        '{"key": 7}',
        '{"key": "other", "name": "main"}',
        '{"key": "main", "turns": ["../../x"]}',
        '{"key": "main", "turns": [7]}',
        '{"key": "main", "turns": "abcd"}',
        '{"key": "main", "head": "../x"}',
        '{"key": "main", "adopted": {"abcd": "/etc"}}',
    ],
)
def test_a_damaged_ref_is_named_and_never_overwritten(text: str, store: Store) -> None:
    """The others are still listed; appending to it refuses, and the record is an orphan then, not lost."""
    chain(store.album, 1, key="fine")
    (store.folder / "refs" / "main.json").write_text(text)
    assert [stored.key for stored in store.album.stored()] == ["fine"]
    assert ["main.json" in problem for problem in store.album.problems] == [True]
    for use in (
        lambda: store.album.load("main"),
        lambda: store.album.move("main", None),
        lambda: append(store.album, exchange_of(5)),
    ):
        with pytest.raises(StoreError, match=r"main\.json"):
            use()
    assert (store.folder / "refs" / "main.json").read_text() == text
    assert exchange_of(5) in store.album.orphans()
    assert store.album.new_key("main") == "main.2"


def test_a_damaged_record_costs_itself_only(store: Store) -> None:
    """The conversation loads without it, the head gives way to the turn before, and `problems` names the file."""
    made = chain(store.album, 3)
    (store.folder / "records" / f"{made[2].id}.json").write_text("{")
    (store.folder / "records" / f"{made[0].id}.json").unlink()
    loaded = store.album.load("main")
    assert loaded.exchanges == (made[1],)
    assert loaded.head == made[1].id
    assert [made[0].id in problem or made[2].id in problem for problem in store.album.problems] == [True, True]
    assert store.album.stored()[0].prompt == ""
    assert store.album.exchanges() == [made[1]]
    (store.folder / "records" / f"{made[1].id}.json").write_text("{")
    assert store.album.load("main").head is None


def test_parents_form_no_circle(store: Store) -> None:
    """A hostile or mistaken folder cannot make a path endless: such a turn becomes a root, and is named."""
    one, two = exchange_of(1, parent=exchange_of(2).id), exchange_of(2, parent=exchange_of(1).id)
    myself = exchange_of(3, parent=exchange_of(3).id)
    append(store.album, one, two, myself)
    loaded = store.album.load("main")
    assert len(store.album.problems) == 2
    assert [exchange.parent for exchange in loaded.exchanges] == [None, one.id, None]
    assert [exchange.id for exchange in loaded.path(two.id)] == [one.id, two.id]


def test_a_key_with_failures_alone_is_free_again(store: Store) -> None:
    """As one that was never used."""
    other = Store.open(store.folder)
    append(other.album, exchange_of(1, outcome="failed", answered=False))
    assert store.album.stored() == []
    assert store.album.new_key("main") == "main.2"
    other.close()
    assert Store.open(store.folder).album.new_key("main") == "main"


def test_a_renamed_record_is_not_believed(store: Store) -> None:
    """A file name and its content must agree."""
    made = chain(store.album, 2)
    (store.folder / "records" / f"{made[0].id}.json").rename(store.folder / "records" / f"{made[1].id}.json")
    with pytest.raises(StoreError, match="holds another exchange"):
        store.album.exchange(made[1].id)


def test_a_commit_is_seen_by_everyone(store: Store) -> None:
    """All steps through one Store, all of it read through another."""
    commit = Commit(store, exchange_of(1)).run()
    reader = Store.open(store.folder)
    assert reader.album.load("main").last == commit.exchange
    assert reader.intents.left_over() == []
    assert reader.intents.pending() == set()
