"""An emulator on loopback that passes for Google, and a studio that asks it for small pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from nbgemini.emulator import Request, Response, Server, Service
from nbgemini.emulator.traffic import MARK
from nbgemini.studio.studio import Studio

KEY = "AIzaSyA-sentinel-sentinel-sentinel-0123"
MODEL = "gemini-3.1-flash-image"

AnyService = TypeVar("AnyService", bound=Service)


class _Unmarked(Service):
    """A service whose answers do not say that they are an emulator's."""

    def __init__(self, service: Service) -> None:
        self._inner = service

    def handle(self, request: Request) -> Response:
        response = self._inner.handle(request)
        headers = {name: value for name, value in response.headers.items() if name not in MARK}
        return replace(response, headers=headers)


@contextmanager
def served(service: AnyService, monkeypatch: pytest.MonkeyPatch, *variables: str) -> Iterator[AnyService]:
    """Let `service` answer at the address that these environment variables name, and not say that it is an emulator."""
    with Server(_Unmarked(service)) as url:
        for name in variables:
            monkeypatch.setenv(name, url)
        yield service


def small_studio(home: Path, **traits: Any) -> Studio:
    """A studio whose pictures are the smallest there are, where the traits do not say otherwise."""
    return Studio(home=home, traits=lambda: {"model": MODEL, "size": "512", **traits})
