"""Keeps a process and its children off the network: connections and look-ups go to loopback or fail loudly.

The folder stands on PYTHONPATH, so that Python runs this file at the start of every child process too. An audit hook
cannot be patched away, and costs no import.
"""

import sys

_LOOPBACK = frozenset({"localhost", "::1", "", "0.0.0.0", "::"})


class NetworkBlocked(BaseException):
    """A test tried to leave the machine. Not an Exception, so that no handler under test swallows it."""


def is_loopback(host: object) -> bool:
    """Whether a host, as given to a socket call, stays on this machine."""
    if host is None:
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    return text in _LOOPBACK or text.startswith("127.")


class leaving_for:
    """For tests that are marked `live` alone: this host may be looked up, and https leaves the machine meanwhile."""

    def __init__(self, host: str) -> None:
        self.host = host

    def __enter__(self) -> None:
        setattr(sys, "_may_leave_for", self.host)  # noqa: B010  # the hook may belong to another copy of this module

    def __exit__(self, *_: object) -> None:
        setattr(sys, "_may_leave_for", "")  # noqa: B010


def may_leave(event: str, arguments: tuple[object, ...]) -> bool:
    """Whether a look-up or a connection is one that a live test was let out for."""
    host = getattr(sys, "_may_leave_for", "")
    if not host or event not in ("socket.getaddrinfo", "socket.connect"):
        return False
    if event == "socket.getaddrinfo":
        return arguments[0] == host
    address = arguments[1]
    return isinstance(address, tuple) and address[1:2] == (443,)


def forbid_the_network(event: str, arguments: tuple[object, ...]) -> None:
    """The audit hook. Only addresses that are tuples carry a host: AF_UNIX and AF_NETLINK pass."""
    if event.startswith("socket.") and may_leave(event, arguments):
        return
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        if isinstance(address, tuple) and address and isinstance(address[0], str) and not is_loopback(address[0]):
            raise NetworkBlocked(f"the tests stay on loopback, but {event} goes to {address[0]}")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname") and not is_loopback(arguments[0]):
        raise NetworkBlocked(f"the tests look up no names, but {event} asks for {arguments[0]!r}")


# jsonschema, under nbformat, builds three dozen grammars at its import for a check of addresses that nobody here asks
# for: seconds of each process. Without this library it leaves the check out.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None is how Python says: not to be had

# A fifth of a kernel's start is its debugger, which nobody here asks for either.
sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]  # as above

if not hasattr(sys, "_stays_on_loopback"):  # once a process, under whatever name this file is imported
    sys.addaudithook(forbid_the_network)
    setattr(sys, "_stays_on_loopback", NetworkBlocked)  # noqa: B010  # typed code may not invent an attribute
