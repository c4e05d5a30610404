"""An emulator on loopback in the place of Google, and a studio that asks it for small pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from nbgemini.emulator import Server, Service
from nbgemini.studio.studio import Studio

KEY = "AIzaSyA-sentinel-sentinel-sentinel-0123"
MODEL = "gemini-3.1-flash-image"

AnyService = TypeVar("AnyService", bound=Service)


@contextmanager
def served(service: AnyService, monkeypatch: pytest.MonkeyPatch, *variables: str) -> Iterator[AnyService]:
    """Let `service` answer at the address that these environment variables name."""
    with Server(service) as url:
        for name in variables:
            monkeypatch.setenv(name, url)
        yield service


def small_studio(home: Path, **traits: Any) -> Studio:
    """A studio whose pictures are the smallest there are, where the traits do not say otherwise."""
    return Studio(home=home, traits=lambda: {"model": MODEL, "size": "512", **traits})
