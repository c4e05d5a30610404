"""The index for finding again: never stale, thrown away without loss, and each file read once."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from nbgemini.core.content import user_turn
from nbgemini.core.exchange import Exchange
from nbgemini.store.codec import encode_exchange
from nbgemini.store.disk import Disk
from nbgemini.store.fields import dump
from nbgemini.store.opinions import Opinions
from nbgemini.store.store import Store
from tests.store.builders import exchange_of


class CountingDisk(Disk):
    """Knows which files were opened to be read, by the folder that they lie in."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def open(self, path: str, flags: int) -> int:
        if not flags & (os.O_WRONLY | os.O_RDWR):
            self.opened.append(Path(path).parent.name)
        return super().open(path, flags)

    def taken(self) -> dict[str, int]:
        """How many files of each folder were read since the last look."""
        found = {name: self.opened.count(name) for name in ("records", "refs", "sweeps", "cache")}
        self.opened.clear()
        return {name: count for name, count in found.items() if count}


def turn(number: int) -> Exchange:
    return replace(exchange_of(number), user=user_turn(f"lighthouse {number}"))


def fill(folder: Path, conversations: dict[str, range]) -> None:
    """Conversations of turns, without the forcing that takes its time."""
    Store.open(folder).album.record(exchange_of(0))
    (folder / "refs").mkdir(exist_ok=True)
    for key, numbers in conversations.items():
        for number in numbers:
            path = folder / "records" / f"{turn(number).id}.json"
            path.write_bytes(dump(encode_exchange(turn(number))))
        name = key.partition(".")[0]
        ref = {"key": key, "name": name, "turns": [turn(number).id for number in numbers], "updated": "2026-11-22"}
        (folder / "refs" / f"{key}.json").write_bytes(dump({**ref, "head": None, "adopted": {}}))


def prompts(store: Store) -> list[str]:
    return sorted(one.prompt for one in store.search_index.look().turns.values())


def add(store: Store, number: int, key: str = "hero") -> None:
    store.album.append(key, "hero", [turn(number)], expected=None, model=None, system=None)


def test_what_other_kernels_add_and_take_away_is_seen(tmp_path: Path) -> None:
    """A turn of another kernel, a mended record, a conversation that is gone; failures are no turns."""
    store, other = Store.open(tmp_path), Store.open(tmp_path)
    assert prompts(store) == []
    add(store, 1)
    assert prompts(store) == ["lighthouse 1"]
    add(other, 2)
    other.album.record(exchange_of(3, outcome="failed", answered=False))
    assert prompts(store) == ["lighthouse 1", "lighthouse 2"]
    path = tmp_path / "records" / f"{turn(4).id}.json"
    add(other, 4)
    whole = path.read_bytes()
    path.write_bytes(b"{")
    assert prompts(Store.open(tmp_path)) == ["lighthouse 1", "lighthouse 2"]
    path.write_bytes(whole)
    assert prompts(store) == ["lighthouse 1", "lighthouse 2", "lighthouse 4"]
    (tmp_path / "refs" / "hero.json").unlink()
    assert prompts(store) == []


def test_each_file_is_read_once_over_all_kernels(tmp_path: Path) -> None:
    """A second look reads nothing, the next kernel the index alone, and after a turn what that changed."""
    fill(tmp_path, {"main": range(1, 201), "main.2": range(201, 251)})
    first = CountingDisk()
    store = Store.open(tmp_path, disk=first)
    assert len(prompts(store)) == 250
    assert first.taken() == {"records": 250, "refs": 2, "cache": 1}
    prompts(store)
    assert first.taken() == {}
    second = CountingDisk()
    store = Store.open(tmp_path, disk=second)
    assert len(prompts(store)) == 250
    assert second.taken() == {"cache": 1}
    add(Store.open(tmp_path), 251)
    assert len(prompts(store)) == 251
    assert second.taken() == {"records": 1, "refs": 1}


HARMS: list[Callable[[bytes], bytes]] = [
    lambda good: b"",
    lambda good: good[:-20],
    lambda good: good.replace(b"lighthouse 7", b"lighthouse 8"),
    lambda good: good.replace(b'"form":1', b'"form":9'),
    lambda good: b'{"form":1,"sha256":7}\n[]',
    lambda good: b"[]\n[]",
    lambda good: b"\xff\xfe",
    lambda good: b"[" * 100_000,
]


def test_a_damaged_index_counts_as_none(tmp_path: Path) -> None:
    """Whatever was done to the file, the truth is found, and the file is made anew; a lost one is none, too."""
    fill(tmp_path, {"main": range(1, 202)})
    truth = prompts(Store.open(tmp_path))
    assert len(truth) == 201
    path = tmp_path / "cache" / "search.json"
    good = path.read_bytes()
    for harm in HARMS:
        path.write_bytes(harm(good))
        assert prompts(Store.open(tmp_path)) == truth
        assert path.read_bytes() == good
    path.unlink()
    assert prompts(Store.open(tmp_path)) == truth


def test_a_folder_that_is_only_read_keeps_nothing(tmp_path: Path) -> None:
    """There the index is in memory."""
    fill(tmp_path, {"main": range(1, 202)})
    assert len(prompts(Store.open(tmp_path, read_only=True))) == 201
    assert not (tmp_path / "cache").exists()


def test_a_sweep_is_read_on_from_where_it_was(tmp_path: Path) -> None:
    """Plans and claims as they come, torn lines and odd ones passed over; another file in its place is read anew."""
    store = Store.open(tmp_path)
    store.album.record(exchange_of(0))
    path = tmp_path / "sweeps" / "abcd.jsonl"
    path.parent.mkdir()
    lines: list[dict[str, object]] = [
        {"kind": "sweep", "id": "abcd"},
        {"kind": "plan", "shots": [[1, ["ink"], 1, {}], [2, ["oil", None], 1, {}], "?", [True, [], 1, {}]]},
        {"kind": "claim", "shots": [[1, "00aa"], [9, "00bb"], [2, "no id"]]},
    ]
    path.write_text("\n".join(map(json.dumps, lines)) + '\n{"kind": "cl')
    shots = store.search_index.look().sweeps["abcd"]
    assert {at: (one.labels, one.exchange) for at, one in shots.items()} == {1: (("ink",), "00aa"), 2: (("oil",), "")}
    with path.open("a") as file:
        file.write('aim", "shots": [[2, "00cc"]]}\n')
    assert store.search_index.look().sweeps["abcd"][2].exchange == "00cc"
    path.unlink()
    assert store.search_index.look().sweeps == {}


@pytest.mark.deep
def test_ten_thousand_turns(tmp_path: Path) -> None:
    """In a thousand conversations: about a second the first time, and a small part of it in the next kernel."""
    fill(tmp_path, {f"main.{at}": range(10 * at, 10 * at + 10) for at in range(1, 1001)})
    took = []
    for _ in range(2):
        store = Store.open(tmp_path)
        began = time.perf_counter()
        assert len(store.search_index.look().turns) == 10_000
        took.append(time.perf_counter() - began)
    assert took[0] < 20
    assert took[1] < 3


def test_a_store_that_stands_in_for_a_closed_one(tmp_path: Path) -> None:
    """It finds what lies beside, and has the stars, notes and sweeps of it."""
    own = Store.open(tmp_path / "own")
    add(own, 1)
    own.opinions.add(turn(1).id, stars=4, note="fine")
    place = tmp_path / "place"
    place.mkdir()
    stands = Store.open(tmp_path / "own", read_only=True).standing_in(place)
    assert prompts(stands) == ["lighthouse 1"]
    stands.opinions.add(turn(1).id, tags=("new",))
    marks = stands.opinions.of(turn(1).id)
    assert (marks.stars, marks.note, marks.tags) == (4, "fine", ("new",))
    assert own.opinions.of(turn(1).id).tags == ()


def test_the_later_word_counts_whatever_the_clocks_say(tmp_path: Path) -> None:
    """A machine whose clock is an hour ahead does not have the last word; what was said meanwhile finds its place."""
    folder = Store.open(tmp_path).files
    ahead = Opinions(folder, lambda: 3_600_000_000_000)
    behind = Opinions(Store.open(tmp_path).files, lambda: 1_000)
    ahead.add("aa", stars=5, tags=("a",))
    assert behind.of("aa").stars == 5
    behind.add("aa", stars=2)
    assert ahead.of("aa").stars == Opinions(folder).of("aa").stars == 2
    apart = tmp_path / "marks" / "00elsewhere.jsonl"
    apart.write_text('{"of":"aa","at":5,"stars":1,"tags":["b"]}\n{"of":"aa","at":')
    assert (ahead.of("aa").stars, sorted(ahead.of("aa").tags)) == (2, ["a", "b"])
    with apart.open("a") as file:
        file.write('4000000000000,"stars":3}\n')
    assert (ahead.of("aa").stars, behind.of("aa").stars) == (3, 3)
