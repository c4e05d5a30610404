"""The Files API: files that live for 48 hours, shown, listed, deleted, and what `fileData` in a request stands for."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from ..apierrors import ApiError, NotRouted, invalid
from ..traffic import Request, Response, json_response
from .keeper import Keeper
from .paging import page_token, start_of

LIFETIME = 48 * 3600.0
"""Seconds that a file lives."""

_FILE = re.compile(r"/(v1|v1beta)/files(?:/([^/:]+))?")
_URI = re.compile(r"https?://[^/]+/(?:v1|v1beta)/(files/[^/:?#]+)")


@dataclass
class File:
    """A file as it is kept; `owner` is the key that brought it, `deleted` when that was."""

    name: str
    owner: str
    media_type: str
    display_name: str
    size: int
    sha256: str
    uri: str
    created: float
    deleted: float = math.inf

    def is_there(self, now: float) -> bool:
        """Whether it can be seen at this time."""
        return now < min(self.created + LIFETIME, self.deleted)

    def resource(self) -> dict[str, Any]:
        """The file as the API shows it."""
        digest = self.sha256.encode()
        shown: dict[str, Any] = {
            "name": self.name,
            "displayName": self.display_name,
            "mimeType": self.media_type,
            "sizeBytes": str(self.size),
            "createTime": _stamp(self.created),
            "updateTime": _stamp(self.created),
            "expirationTime": _stamp(self.created + LIFETIME, "000Z"),  # recorded in nanoseconds
            "sha256Hash": base64.b64encode(digest).decode(),
            "uri": self.uri,
            "state": "ACTIVE",
            "source": "UPLOADED",
        }
        return {name: value for name, value in shown.items() if value != ""}


class Files:
    """The files of every key; any thread may ask."""

    def __init__(self, clock: Callable[[], float], keeper: Keeper) -> None:
        self._clock = clock
        self._keeper = keeper
        self.lock = threading.RLock()

    @staticmethod
    def serves(path: str) -> bool:
        """Whether an address belongs to the Files API."""
        return bool(_FILE.fullmatch(path))

    def handle(self, request: Request) -> Response:
        """The answer to one request; ApiError or NotRouted for what cannot be answered."""
        with self.lock:
            return self._query(request)

    def fetch(self, uri: str, owner: str, at: float | None = None) -> tuple[str, bytes]:
        """Type and bytes of a file by its `uri`; 400 for what is none, 403 for one that is gone or another's.

        `at`: for a batch job that ran at that time.
        """
        found = _URI.fullmatch(uri)
        if not found:
            raise invalid("Cannot fetch content from the provided URL.")
        with self.lock:
            file = self.find(found[1], owner, at)
            if file.uri != uri:
                raise invalid("Cannot fetch content from the provided URL.")
            return file.media_type, self._keeper.read("bytes", bare(file.name)) or b""

    # -- files -------------------------------------------------------------------------------------

    def _query(self, request: Request) -> Response:
        found = _FILE.fullmatch(request.path)
        name = f"files/{found[2]}" if found and found[2] else ""
        owner = owner_of(request)
        if request.method == "GET" and not name:
            return json_response(self._list(request.query, owner))
        if request.method == "GET":
            return json_response(self.find(name, owner).resource())
        if request.method == "DELETE" and name:
            self._delete(self.find(name, owner))
            return json_response({})
        raise NotRouted

    def find(self, name: str, owner: str, at: float | None = None) -> File:
        """A file of this key's, as it is or was at a time; 403 where there is none."""
        file = self.kept(name)
        if file is None or file.owner != owner or not file.is_there(self._clock() if at is None else at):
            raise no_file(name)
        return file

    def kept(self, name: str) -> File | None:
        """The file of a name, also one that is gone."""
        data = self._keeper.read("files", f"{bare(name)}.json")
        return None if data is None else File(**json.loads(data))

    def keep(self, file: File) -> None:
        """Have it in the list; its bytes are kept before."""
        self._keeper.put("files", f"{bare(file.name)}.json", json.dumps(asdict(file)).encode())

    def _all(self) -> list[File]:
        kept = (self.kept(name.removesuffix(".json")) for name in self._keeper.names("files"))
        return [file for file in kept if file is not None]

    def _delete(self, file: File) -> None:
        """Nobody sees it from now on; a batch job that has read it has done so, though its answers are drawn later."""
        file.deleted = self._clock()
        self.keep(file)
        self.clear()

    def clear(self) -> None:
        """Give the room of files that are gone back, once no batch job can mean them."""
        if not self._keeper.names("jobs"):
            for file in self._all():
                if not file.is_there(self._clock()):
                    self._keeper.drop("files", f"{bare(file.name)}.json")
                    self._keeper.drop("bytes", bare(file.name))

    def _list(self, query: Mapping[str, str], owner: str) -> dict[str, Any]:
        """One page, newest first; the token of a page is where it starts."""
        size = number(query.get("pageSize", "10"), "page_size")
        if size > 100:
            raise invalid("page_size must be in the range [0, 100].")
        mine = [file for file in self._all() if file.owner == owner and file.is_there(self._clock())]
        mine.sort(key=lambda file: file.created, reverse=True)
        start = start_of(query.get("pageToken", ""), "files")
        page = mine[start : start + (size or 10)]
        told: dict[str, Any] = {"files": [file.resource() for file in page]} if page else {}
        if start + len(page) < len(mine):
            told["nextPageToken"] = page_token("files", start + len(page))
        return told


def no_file(name: str) -> ApiError:
    """403, also for a file that never was."""
    return ApiError(403, f"You do not have permission to access the File {bare(name)} or it may not exist.")


def bare(name: str) -> str:
    """What a file is kept under."""
    return name.removeprefix("files/")


def owner_of(request: Request) -> str:
    """Whose files a request means: those of its key, which is not kept."""
    key = request.headers.get("x-goog-api-key") or request.query.get("key", "")
    return hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=16).hexdigest() if key else ""


def number(text: str, name: str) -> int:
    """A number out of a header or the query; 400 for what is none."""
    if not text.strip().isdecimal():
        raise invalid(f"{name} is missing or no number.")
    return int(text)


def _stamp(seconds: float, end: str = "Z") -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="microseconds").replace("+00:00", end)
