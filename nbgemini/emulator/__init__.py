"""Google's Gemini image API on a small scale, in this process or on loopback; it imports nothing else of nbgemini.

    service = Service()
    response = service.handle(Request("POST", target, headers, body))

    with Server(service) as base_url: ...

`cues` lists the phrases that provoke refusals and errors, `script` the steps of a script, and what each teaches.

The way of a request: `serve` (the socket) → `service` → `apis` (which method) → `requests` (every field looked at,
earlier turns checked) → `answering` (the scene chosen, `painter` painting it, the JSON built) → `delivery` (faults of
the way). Begin with `service`; the lines of batch jobs are answered by `artist`. Below them all: `traffic` (a request
and a response as values), `apierrors` (Google's error envelope), `registry` (the models), `signatures` and
`base64text`. Clients, keys and conversations on disk are not its concern.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .apis.keeper import Place
from .script import Script, ScriptError
from .service import Service, Weight
from .traffic import ConnectionCut, Request, Response

if TYPE_CHECKING:
    from .serve import Server

__all__ = ["ConnectionCut", "Place", "Request", "Response", "Script", "ScriptError", "Server", "Service", "Weight"]


def __getattr__(name: str) -> Any:
    """Brings the socket server in when it is asked for; most runs never open one."""
    if name == "Server":
        from .serve import Server

        return Server
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
