"""A process of its own that commits turns, says so line by line, and may be killed at any moment."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from nbgemini.core.exchange import Exchange
from nbgemini.store.store import Store
from tests.store.builders import Commit, exchange_of


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  # the line is how the test knows


def commit(store: Store, number: int, key: str, parent: str | None = None) -> Exchange:
    return Commit(store, exchange_of(number, parent=parent), key).run().exchange


def append(folder: str, key: str, first: int, count: int) -> None:
    """Take a key for itself, then commit turns to the one that all share; say the key and each turn."""
    store = Store.open(folder)
    say(store.album.new_key("own"))
    parent = None
    for number in range(first, first + count):
        parent = commit(store, number, key, parent).id
        say(parent)
    sys.stdin.read()  # until its input is closed: the key of a process that has ended would be free again


def fork(folder: str) -> None:
    """Commit, fork, commit in both; then say what the two looked like to each other."""
    store = Store.open(folder)
    commit(store, 1, "main")
    parent = store.kernel
    child = os.fork()
    if child == 0:
        commit(store, 2, "main")
        say(json.dumps({"parent": parent, "child": store.kernel}))
        raise SystemExit  # a child that ends in the ordinary way runs what its parent had registered
    os.waitpid(child, 0)
    commit(store, 3, "main")
    say(json.dumps({"parent": store.kernel, "alive": Path(folder, "kernels", f"{parent}.lock").exists()}))


def outlived(folder: str) -> None:
    """Declare a request, fork, and die; the child lives on until its input is closed."""
    store = Store.open(folder)
    asked = exchange_of(1, answered=False)
    store.intents.declare(asked, request_hash="h", key=None, conversation="main")
    if os.fork() == 0:
        say(store.kernel)
        sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["append", folder, key, first, count]:
            append(folder, key, int(first), int(count))
        case ["fork", folder]:
            fork(folder)
        case ["outlived", folder]:
            outlived(folder)
