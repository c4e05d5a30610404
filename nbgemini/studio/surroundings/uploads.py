"""The pictures that this kernel has put on the Files API: looked at, and deleted on request."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from nbgemini.core.phrases import counted
from nbgemini.net.client import Client
from nbgemini.net.upload import File

__all__ = ["UploadedPictures"]


class UploadedPictures:
    """What `nbgemini.uploads()` returns. Only large requests upload anything; a new kernel knows of nothing.

    >>> uploaded = nb.uploads()
    >>> uploaded.files, uploaded.size
    ((), 0)
    """

    def __init__(self, client: Client, clock: Callable[[], float] = time.time) -> None:
        self._client = client
        self._clock = clock

    @property
    def files(self) -> tuple[File, ...]:
        """Those that still live: name, uri, media type, size in bytes."""
        return tuple(self._client.files.known.values())

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(file.size for file in self.files)

    def delete(self) -> int:
        """Delete them from the server, and say how many there were. Pictures in the store are not touched.

        Raises ApiError or TransportError; what was deleted by then stays deleted. A later large request uploads anew.

        >>> uploaded.delete()
        0
        """
        return self._client.delete_uploads()

    def __len__(self) -> int:
        return len(self.files)

    def __iter__(self) -> Iterator[File]:
        return iter(self.files)

    def __repr__(self) -> str:
        return f"<{self.described()}>" if self.files else "<no uploaded pictures>"

    def described(self) -> str:
        """How many there are and for how long, as one line; empty without any."""
        files = self.files
        if not files:
            return ""
        count = counted(len(files), "uploaded picture")
        hours = (max(file.until for file in files) - self._clock()) / 3600 + 1
        return f"{count}, {self.size / 1e6:.1f} MB of the project's 20 GB, for {hours:.0f} hours at most"
