"""A request that is looked at instead of sent: `--dry-run` and `--show`."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from nbgemini.core.skeleton import Skeleton
from nbgemini.net.body import Body
from nbgemini.net.client import Client
from nbgemini.store.blobs import Blobs
from nbgemini.studio.placing import Placed

__all__ = ["Plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be sent. `size` is the body in bytes; `estimate` is in micro-dollars, for those that are sent.

    Of the `count` requests, `replayed` would be answered from disk; where `never` holds, the others would not be sent.
    """

    client: Client
    placed: Placed
    skeleton: Skeleton
    blobs: Blobs
    folder: Path
    count: int
    estimate: int | None
    emulated: bool
    notices: tuple[str, ...] = ()
    replayed: int = 0
    never: bool = False

    @property
    def url(self) -> str:
        return self.client.url(self.placed.request)

    @property
    def model(self) -> str:
        return self.placed.request.model

    @property
    def size(self) -> int:
        return self.skeleton.size

    def request_json(self) -> str:
        """The body as JSON for reading: pictures and other long strings are elided."""
        return self.client.elided(self.skeleton)

    def curl(self) -> str:
        """A curl command with `$GEMINI_API_KEY`, or with a token of gcloud's for a project on Vertex AI.

        The whole body is written to a file in the store's folder.
        """
        path = self.folder / f"request-{self.client.request_hash(self.placed.request)[:12]}.json"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("wb") as file:
            path.chmod(0o600)
            for piece, _ in Body(self.skeleton, self.blobs):
                file.write(piece)
        return (
            f"curl -sS {shlex.quote(self.url)} \\\n"
            f'  -H "{self._credentials()}" -H "Content-Type: application/json" \\\n'
            f"  -d @{shlex.quote(str(path))}"
        )

    def _credentials(self) -> str:
        if self.client.endpoint.project:
            return "Authorization: Bearer $(gcloud auth application-default print-access-token)"
        return "x-goog-api-key: $GEMINI_API_KEY"
