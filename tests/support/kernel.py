"""A real ipykernel under this interpreter, driven as a front end does: cells, cell ids, interrupts, restarts, kills."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from tests.support.outputs import complaints

__all__ = ["Kernel", "Outcome", "kernel"]

_OUTPUTS = ("display_data", "execute_result", "stream", "error")
_RENEWING = """
def renew(folder, variables):
    import gc, os
    if not gc.get_freeze_count():  # the shell looks for garbage: what came with the imports need not be looked at
        gc.collect()
        gc.freeze()
    os.chdir(folder)  # first: the one before may be gone
    shell = get_ipython()
    if "nbgemini" in shell.extension_manager.loaded:
        from nbgemini.studio import process
        shell.extension_manager.unload_extension("nbgemini")
        process.forget()
    shell.config.pop("NbGemini", None)
    shell.reset(new_session=True)
    os.environ.clear()
    os.environ.update(variables)
renew({folder!r}, {variables!r})
"""
# ipykernel's own race: if its main thread stops the printing one while the control thread flushes, that waits ten
# seconds for each stream (one of some 200 shutdowns on a busy machine). Nothing that was printed is lost by less.
_PATIENCE = "__import__('ipykernel.iostream').iostream.OutStream.flush_timeout = 0.5"
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Outcome:
    """What a cell left behind: its outputs as a front end shows them by now, and how it ended."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    updates: int = 0
    reply: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    idle: bool = False

    @property
    def ok(self) -> bool:
        return self.reply.get("status") == "ok"

    @property
    def error(self) -> dict[str, Any] | None:
        return next((output for output in self.outputs if output["output_type"] == "error"), None)

    @property
    def error_name(self) -> str:
        return str(self.reply.get("ename", ""))

    @property
    def error_lines(self) -> list[str]:
        """The traceback as it is shown, colours taken away, without empty lines."""
        shown = "\n".join(self.error["traceback"]) if self.error else ""
        return [line for line in _ESCAPES.sub("", shown).splitlines() if line.strip()]

    @property
    def displays(self) -> list[dict[str, Any]]:
        return [output for output in self.outputs if "data" in output]

    @property
    def pictures(self) -> list[dict[str, Any]]:
        return [output for output in self.displays if any(kind.startswith("image/") for kind in output["data"])]

    @property
    def text(self) -> str:
        """All that can be read: streams and the plain text of displays, in order."""
        return "\n".join(
            str(output.get("text") or output.get("data", {}).get("text/plain", "")) for output in self.outputs
        )


@dataclass
class Kernel:
    """A running kernel. `messages` keeps everything that ever came from it.

    Every output must be one that nbgemini may make (`tests.support.outputs`), but in a kernel that is not `vetted`:
    there the cells of the test show things of their own.
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    launcher: Sequence[str] = ("-m", "ipykernel_launcher")
    vetted: bool = True

    def __post_init__(self) -> None:
        self.cells: dict[str, Outcome] = {}
        self._shown: dict[str, list[dict[str, Any]]] = {}
        self._sent: dict[str, float] = {}
        self._clear: set[str] = set()
        self._specs = tempfile.TemporaryDirectory(prefix="nbgemini-kernelspec-")
        spec = Path(self._specs.name, "this", "kernel.json")
        spec.parent.mkdir()
        command = [sys.executable, *self.launcher, "-f", "{connection_file}", f"--IPKernelApp.exec_lines={_PATIENCE}"]
        spec.write_text(json.dumps({"argv": command, "display_name": "This Python", "language": "python"}), "utf-8")
        self.start()

    def start(self) -> None:
        """Start the process in the folder and wait until it answers."""
        specs = KernelSpecManager(kernel_dirs=[self._specs.name], ensure_native_kernel=False)
        # Files for sockets: a TCP port that was free a moment ago may be another kernel's when this one comes to it.
        where = {"transport": "ipc", "ip": f"{self._specs.name}/{secrets.token_hex(4)}"} if os.name == "posix" else {}
        self.manager = KernelManager(kernel_name="this", kernel_spec_manager=specs, **where)
        environment = {**os.environ, **self.environment}
        self.manager.start_kernel(cwd=str(self.folder), env=environment)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def renew(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        """As good as a new one, without a second of imports: in this folder, with these variables, all else forgotten.

        Not for tests of how a process begins or ends, or of what IPython itself was told to do otherwise.
        """
        self.folder, self.environment = folder, environment or {}
        if self.alive:
            variables = {**os.environ, **self.environment}
            # Silently: a key among the variables stands in no message and in no history.
            code = _RENEWING.format(folder=str(folder), variables=variables)
            done = self.client.execute_interactive(code, silent=True, timeout=30, output_hook=self.messages.append)
            assert done["content"]["status"] == "ok", done["content"]["evalue"]
        else:
            self.start()
        self.messages.clear()
        self.cells.clear()
        self._shown.clear()

    @property
    def pid(self) -> int:
        return int(self.manager.provisioner.pid)  # type: ignore[union-attr]

    @property
    def alive(self) -> bool:
        return bool(self.manager.is_alive())

    # -- cells ---------------------------------------------------------------------------------------------------------

    def run(self, code: str, cell_id: str | None = None, timeout: float = 30, *, console: bool = False) -> Outcome:
        """Run a cell, or the line of a console, to its end."""
        return self.finish(self.send(code, cell_id, console=console), timeout)

    def send(
        self, code: str, cell_id: str | None = None, *, stop_on_error: bool = True, subshell: str | None = None,
        console: bool = False,
    ) -> str:  # fmt: skip
        """Queue a cell, as Run All does, or a line of a console. The id that is returned asks for its outcome."""
        content = {
            "code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": console,
            "stop_on_error": stop_on_error,
        }  # fmt: skip
        message = self.client.session.msg("execute_request", content, metadata={"cellId": cell_id} if cell_id else {})
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        name = str(message["header"]["msg_id"])
        self.cells[name], self._sent[name] = Outcome(), time.monotonic()
        self.client.shell_channel.send(message)
        return name

    def finish(self, name: str, timeout: float = 30) -> Outcome:
        """Wait until a queued cell has ended."""
        outcome = self.cells[name]
        self.until(lambda: bool(outcome.reply) and outcome.idle, timeout)
        return outcome

    def subshell(self) -> str:
        """A new subshell (ipykernel 7), which runs cells while the main shell is busy: its id."""
        message = self.client.session.msg("create_subshell_request", {})
        self.client.control_channel.send(message)
        reply = self.client.control_channel.get_msg(timeout=10)
        return str(reply["content"]["subshell_id"])

    def tell(self, comm: str, data: Mapping[str, Any]) -> str:
        """What a widget's view sends to its model in the kernel: the id of the message."""
        message = self.client.session.msg("comm_msg", {"comm_id": comm, "data": dict(data)})
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def until(self, condition: Callable[[], object], timeout: float = 30) -> None:
        """Take messages until a condition holds."""
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"still waiting after {timeout} s; the last output: {self.last_words()}")
            self._take()

    def last_words(self) -> str:
        return next((cell.text[-500:] for cell in reversed(self.cells.values()) if cell.text), "")

    def _take(self) -> None:
        """One message from each channel, if there is one."""
        for channel, wait in ((self.client.iopub_channel, 0.02), (self.client.shell_channel, 0)):
            with contextlib.suppress(queue.Empty):
                message = channel.get_msg(timeout=wait)
                self.messages.append(message)
                self._note(message)

    def _note(self, message: dict[str, Any]) -> None:
        name, kind, content = message["parent_header"].get("msg_id", ""), message["msg_type"], message["content"]
        cell = self.cells.get(name)
        if self.vetted and kind in (*_OUTPUTS, "update_display_data"):
            wrong = complaints(content)
            assert not wrong, "no output may be like this:\n" + "\n".join([*wrong[:9], repr(content)[:2000]])
        if kind == "update_display_data":
            self._update(content, cell)
        if cell is None:
            return
        if kind == "execute_reply":
            cell.reply, cell.seconds = content, time.monotonic() - self._sent[name]
        elif kind == "status" and content["execution_state"] == "idle":
            cell.idle = True
        elif kind == "clear_output":
            if not content["wait"]:
                cell.outputs.clear()
            self._clear |= {name} if content["wait"] else set()
        elif kind in _OUTPUTS:
            self._show(name, cell, {"output_type": kind, **content})

    def _show(self, name: str, cell: Outcome, output: dict[str, Any]) -> None:
        if name in self._clear:
            self._clear.discard(name)
            cell.outputs.clear()
        last = cell.outputs[-1] if cell.outputs else {}
        if output["output_type"] == last.get("output_type") == "stream" and output["name"] == last["name"]:
            last["text"] += output["text"]  # one print may come in several pieces; front ends join them
            return
        display = output.get("transient", {}).get("display_id")
        if display:
            self._shown.setdefault(display, []).append(output)
        cell.outputs.append(output)

    def _update(self, content: dict[str, Any], cell: Outcome | None) -> None:
        """An update reaches every output with that display id, in whatever cell it stands."""
        for output in self._shown.get(content.get("transient", {}).get("display_id", ""), []):
            output.update(data=content["data"], metadata=content["metadata"])
        if cell is not None:
            cell.updates += 1

    # -- the hard ways -------------------------------------------------------------------------------------------------

    def interrupt(self) -> None:
        """A real SIGINT, as the stop button sends it."""
        self.manager.interrupt_kernel()

    def kill(self) -> None:
        """SIGKILL: no exit hooks, no last words."""
        self.manager.shutdown_kernel(now=True)
        self._let_go()

    def restart(self) -> None:
        """End the process, politely, and start a new one in the same folder."""
        self.exit()
        self.start()

    def exit(self, timeout: float = 10) -> float:
        """Shut down as Jupyter does, an interrupt first; the seconds until the process has ended."""
        began = time.monotonic()
        self.manager.interrupt_kernel()
        self.manager.request_shutdown()
        while self.alive:
            if time.monotonic() - began > timeout:
                raise TimeoutError(f"the kernel is still there after {timeout} s")
            time.sleep(0.02)
        seconds = time.monotonic() - began
        self._let_go()
        return seconds

    def close(self) -> None:
        """Whatever state it is in: end it and give everything back."""
        if self.manager.has_kernel:
            self.kill()
        self._specs.cleanup()

    def _let_go(self) -> None:
        self.client.stop_channels()
        self.manager.cleanup_resources()
        self.manager.context.destroy(linger=0)

    def everything(self) -> str:
        """All messages as one text, to look for what must not be there."""
        return json.dumps(self.messages, default=str)


@contextlib.contextmanager
def kernel(
    folder: Path, environment: Mapping[str, str] | None = None, launcher: Sequence[str] = ("-m", "ipykernel_launcher")
) -> Iterator[Kernel]:
    """A kernel in a folder, ended at the end. `launcher` are the interpreter's arguments that start it."""
    running = Kernel(folder, environment or {}, launcher=launcher)
    try:
        yield running
    finally:
        running.close()
