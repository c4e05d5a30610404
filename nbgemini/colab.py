"""The key in Colab's panel of secrets: asked for when a key is wanted and no variable holds one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from nbgemini._dataclass import dataclass, field

__all__ = ["Userdata", "userdata"]

_NAMES = ("GOOGLE_API_KEY", "GEMINI_API_KEY")
_MARKS = ("COLAB_RELEASE_TAG", "COLAB_JUPYTER_IP")  # variables of a Colab kernel


@dataclass(frozen=True, slots=True)
class Userdata:
    """What Colab told: the secret's name and how to read it, or why there is none."""

    name: str = ""
    reason: str = ""
    final: bool = False  # asking again would show the user the same dialog, or wait as long
    key: Callable[[], str] | None = field(default=None, repr=False, compare=False)


_NOTHING = Userdata()
_told = _NOTHING


def userdata(environ: Mapping[str, str], *, ask: bool, again: bool = False) -> Userdata:
    """The key from Colab's secrets; nothing where this is no Colab kernel, or nobody has asked yet.

    Asking shows a dialog where the notebook has no access yet, so only `ask` does it, and a refusal is remembered;
    `again` asks all the same. Raises nothing that Colab may raise.
    """
    global _told
    if not _is_colab(environ):
        _told = _NOTHING
    elif again or (ask and not _told.final):
        _told = _asked()
    return _told


def _is_colab(environ: Mapping[str, str]) -> bool:
    return "google.colab" in sys.modules or any(mark in environ for mark in _MARKS)


def _asked() -> Userdata:
    try:
        from google.colab import userdata as secrets
    except ImportError:
        return Userdata(reason="this Colab has no panel of secrets", final=True)
    refused = _NOTHING
    for name in _NAMES:
        told = _secret(name, secrets.get)
        if told.key is not None or told.reason.startswith("Colab did not"):
            return told
        refused = told if told.reason else refused
    return refused if refused.reason else Userdata(reason=f"Colab's secrets hold neither {' nor '.join(_NAMES)}")


def _secret(name: str, get: Callable[[str], str | None]) -> Userdata:
    """One secret; a reason only where it may be there and cannot be read."""
    try:
        value = get(name)
    except Exception as problem:  # their classes live in a package that only Colab has
        kind = type(problem).__name__
        if kind == "SecretNotFoundError":
            return _NOTHING
        if kind == "NotebookAccessError":
            why = f"this notebook may not read `{name}` in Colab's secrets: switch its access on in the key panel, and"
            return Userdata(reason=f"{why} run `%imagine doctor`", final=True)
        if kind == "TimeoutException":
            why = f"Colab did not give `{name}` in time: only a notebook that is open in a browser can read its secrets"
            return Userdata(reason=why, final=True)
        return Userdata(reason=f"Colab did not give `{name}`: {kind}", final=True)
    if not isinstance(value, str) or not value.strip():
        return _NOTHING
    return Userdata(name=f"{name} of Colab's secrets", final=True, key=lambda: value)
