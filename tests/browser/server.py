"""A JupyterLab server on loopback whose settings, data and notebooks lie in one folder of its own."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["LabServer", "lab_server"]

_SETTINGS = {
    # No questions, no news, no look for updates: nothing that asks for another server.
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
    "apputils-extension/themes": {"theme": "JupyterLab Light"},
    "docmanager-extension/plugin": {"autosave": False},
    # All outputs of a cell, however many.
    "notebook-extension/tracker": {"maxNumberOutputs": 5000},
    # Jedi takes seconds over Python's own names when it begins; JupyterLab gives up after one.
    "completer-extension/manager": {"providerTimeout": 15_000},
}
_OPTIONS = (
    "--no-browser",
    "--allow-root",
    "--ip=127.0.0.1",
    "--LabApp.expose_app_in_browser=True",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)


@dataclass(frozen=True)
class LabServer:
    """A running server: its address, its token, and the folder that it serves."""

    url: str
    token: str
    root: Path


@contextlib.contextmanager
def lab_server(folder: Path) -> Iterator[LabServer]:
    """Start JupyterLab under this interpreter, and end it with all its kernels."""
    root, token = folder / "notebooks", secrets.token_hex(16)
    root.mkdir()
    environment = {**os.environ, **_homes(folder), "JUPYTER_TOKEN": token}
    command = [sys.executable, "-m", "jupyterlab", *_OPTIONS, f"--ServerApp.root_dir={root}"]
    with (folder / "lab.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=root, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        yield LabServer(_address(process, folder), token, root)
    finally:
        process.terminate()  # a server that is told to go takes its kernels along
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _homes(folder: Path) -> dict[str, str]:
    """The folders that Jupyter keeps things in, with the settings in theirs."""
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    homes = {name: folder / name.lower() for name in (*names, "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")}
    for home in homes.values():
        home.mkdir(mode=0o700)
    for name, value in _SETTINGS.items():
        file = homes["JUPYTERLAB_SETTINGS_DIR"] / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(value))
    return {name: str(home) for name, home in homes.items()}


def _address(process: subprocess.Popen[bytes], folder: Path) -> str:
    """Where it listens: the server takes a free port and writes it down."""
    written = folder / "jupyter_runtime_dir" / f"jpserver-{process.pid}.json"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, ValueError):
            known: dict[str, Any] = json.loads(written.read_text())
            return str(known["url"]).rstrip("/")
        time.sleep(0.05)
    raise RuntimeError("JupyterLab did not start:\n" + (folder / "lab.log").read_text(errors="replace")[-4000:])
