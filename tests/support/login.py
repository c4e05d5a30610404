"""A login server on loopback, as Google's token endpoint and metadata server are, and files of credentials for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

__all__ = ["Login", "logging_in"]


@dataclass
class Login:
    """Gives out `ya29.token-1`, `ya29.token-2`, … that live for `lifetime` seconds; `answers` are given before that.

    `asked` holds the form of each request; a request waits while `open` is not set.
    """

    lifetime: int = 3600
    answers: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)
    url: str = ""
    given: int = 0

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def answer(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.asked.append(form)
        self.open.wait(10)
        if self.answers:
            return self.answers.pop(0)
        self.given += 1
        token = {"access_token": f"ya29.token-{self.given}", "expires_in": self.lifetime, "token_type": "Bearer"}
        return 200, token

    def user(self, **more: str) -> Any:
        """A user's login, as `gcloud auth application-default login` leaves it; files of these name no other server."""
        from google.oauth2.credentials import Credentials

        return Credentials(  # type: ignore[no-untyped-call]
            token=None,
            refresh_token="refresh-token-sentinel",
            token_uri=self.url,
            client_id="client.apps.googleusercontent.com",
            client_secret="client-secret-sentinel",
            **more,
        )

    def service_account(self, folder: Path, project: str = "of-the-file") -> Path:
        """A key file of a service account."""
        return _written(
            folder / "account.json",
            type="service_account",
            project_id=project,
            private_key_id="0123",
            private_key=private_key(),
            client_email="painter@of-the-file.iam.gserviceaccount.com",
            token_uri=self.url,
        )


def _written(path: Path, **fields: str) -> Path:
    path.write_text(json.dumps(fields))
    return path


@cache
def private_key() -> str:
    """An RSA key that protects nothing."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # larger ones take long to check
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@contextmanager
def logging_in(**options: Any) -> Iterator[Login]:
    """A login server that answers at once."""
    login = Login(**options)
    login.open.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._reply(*login.answer(form))

        def do_GET(self) -> None:
            """The metadata server: it wants its header, and tells project and token."""
            if self.headers.get("metadata-flavor") != "Google":
                self._reply(403, {})
            elif "/token" in self.path:
                self._reply(*login.answer({"path": self.path}))
            elif self.path.endswith("project-id"):
                self._reply(200, "of-the-machine")
            elif "service-accounts" in self.path:
                self._reply(200, {"email": "machine@example.com", "scopes": ["cloud-platform"], "aliases": []})
            else:
                self._reply(200, "")

        def _reply(self, status: int, value: Any) -> None:
            body = value.encode() if isinstance(value, str) else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("content-type", "text/plain" if isinstance(value, str) else "application/json")
            self.send_header("metadata-flavor", "Google")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    login.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield login
    finally:
        login.open.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
