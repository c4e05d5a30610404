"""Names that a file can have on every system: what Windows forbids or keeps for itself. Notebooks travel."""

from __future__ import annotations

import re

__all__ = ["is_device", "refused_somewhere"]

_PORTS = {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
_DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | _PORTS
_FORBIDDEN = r'[<>:"|?*\\/]'


def is_device(name: str) -> bool:
    """Whether Windows takes a name for that of a device, whatever suffix follows: `nul`, `COM1.png`."""
    return name.partition(".")[0].strip().lower() in _DEVICES


def refused_somewhere(name: str) -> str:
    """What is wrong with the name of a file on Windows, as the end of a sentence; empty where nothing is."""
    if is_device(name):
        return "is the name of a device on Windows"
    if bad := re.search(_FORBIDDEN, name):
        return f"holds `{bad[0]}`, which no file name on Windows may"
    return "ends in a dot or a space, which Windows removes" if name != name.rstrip(" .") else ""
