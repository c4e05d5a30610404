"""The guards around every test, tested themselves."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import figures
from tests.support.guard.sitecustomize import is_loopback, leaving_for, may_leave

# The guard of this process: in a worker of pytest-xdist it was switched on before any test module was imported.
NetworkBlocked: type[BaseException] = sys._stays_on_loopback  # type: ignore[attr-defined]

OUTSIDE = ("192.0.2.1", 80)  # TEST-NET-1: documentation only


def test_a_connection_to_the_outside_is_blocked() -> None:
    """Not a timeout and not an OSError that somebody might swallow."""
    with socket.socket() as connection, pytest.raises(NetworkBlocked, match=r"192\.0\.2\.1"):
        connection.connect(OUTSIDE)
    with socket.socket(type=socket.SOCK_DGRAM) as datagram, pytest.raises(NetworkBlocked):
        datagram.sendto(b"x", OUTSIDE)


def test_a_name_is_not_looked_up() -> None:
    """Even a look-up would leave the machine."""
    with pytest.raises(NetworkBlocked, match="example"):
        socket.getaddrinfo("generativelanguage.example", 443)


def test_the_way_out_for_live_tests_is_narrow() -> None:
    """One name may be looked up, and only https leaves the machine; afterwards nothing does."""
    looks = [("google.example", 443), ("other.example", 443)]
    goes = [(None, ("192.0.2.1", 443)), (None, ("192.0.2.1", 80))]
    with leaving_for("google.example"):
        assert [may_leave("socket.getaddrinfo", arguments) for arguments in looks] == [True, False]
        assert [may_leave("socket.connect", arguments) for arguments in goes] == [True, False]
        assert not may_leave("socket.sendto", goes[0])
    assert not may_leave("socket.getaddrinfo", looks[0])
    assert not may_leave("socket.connect", goes[0])


def test_loopback_works() -> None:
    """Servers of the tests are reached by address and by name."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()) as connection:
            assert connection.getpeername() == server.getsockname()
        assert socket.getaddrinfo("localhost", 80)
    assert not is_loopback("::2")


def test_children_are_guarded_too() -> None:
    """A kernel or script that a test starts keeps to the same rule."""
    program = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    child = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)
    assert child.returncode != 0
    assert "NetworkBlocked" in child.stderr


def test_the_environment_holds_no_key() -> None:
    """No key, setting or proxy of whoever runs the tests is seen by them."""
    unwanted = ("GOOGLE_", "GEMINI_", "NBGEMINI_", "HTTP_PROXY", "HTTPS_PROXY")
    kept = {figures.VARIABLE}  # where tests count what they tried
    assert [name for name in os.environ if name.upper().startswith(unwanted) and name not in kept] == []
    assert "nbgemini-tests-" in str(Path.home())


def test_each_test_has_its_own_folder_and_the_same_dice(tmp_path: Path) -> None:
    """What a test leaves behind is in its own folder, and chance is the same every time."""
    assert Path.cwd() == tmp_path
    assert random.random() == random.Random(20261122).random()
