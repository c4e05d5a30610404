"""The Files API of the strict server: every header of an upload is looked at, and a file must be there to be named."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.replies import Reply

__all__ = ["Broken", "StrictFiles"]

GRANULARITY = 256 * 1024
_START = {
    "x-goog-upload-protocol", "x-goog-upload-command", "x-goog-upload-header-content-length",
    "x-goog-upload-header-content-type", "x-goog-upload-file-name",
}  # fmt: skip


class Broken(Exception):
    """The upload breaks a rule of its protocol."""


@dataclass
class _Upload:
    size: int
    media_type: str
    name: str
    data: bytearray = field(default_factory=bytearray)


@dataclass
class StrictFiles:
    """Uploads and the files that they became, by uri: (type, bytes)."""

    url: str = ""
    uploads: dict[str, _Upload] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    known: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """All that there ever were."""

    def serves(self, path: str) -> bool:
        return bool(re.match(r"/(upload/)?v1(beta)?/files(\?|/|$)", path))

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Raises Broken."""
        given = {name.lower(): value for name, value in headers.items()}
        told = {name: value for name, value in given.items() if name.startswith("x-goog-upload-")}
        parts = urlsplit(target)
        if parts.path.startswith("/upload/"):
            _require(method == "POST", "an upload is posted")
            query = parse_qs(parts.query)
            return self._piece(query, told, body) if "upload_id" in query else self._start(told, given, body)
        _require(not told, "headers of an upload stand on other requests")
        return self._asked(method, parts.path)

    def _start(self, told: Mapping[str, str], given: Mapping[str, str], body: bytes) -> Reply:
        _require(set(told) <= _START, f"the start has other headers: {sorted(told)}")
        _require(told.get("x-goog-upload-protocol") == "resumable", "the protocol is resumable")
        _require(told.get("x-goog-upload-command") == "start", "the command is start")
        size = told.get("x-goog-upload-header-content-length", "")
        _require(size.isdecimal() and int(size) > 0, "the length is said")
        media_type = told.get("x-goog-upload-header-content-type", "")
        _require(media_type.startswith("image/"), "the type is said")
        _require(given.get("content-type", "").startswith("application/json"), "what is told of the file is JSON")
        about = json.loads(body)
        _require(
            set(about) == {"file"} and set(about["file"]) <= {"displayName", "name", "mimeType"}, f"fields: {about}"
        )
        _require(about["file"].get("mimeType", media_type) == media_type, "header and body name one type")
        number = len(self.uploads) + 1
        name = about["file"].get("name", f"files/file-{number}")
        _require(re.fullmatch(r"files/[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?", name), f"no name of a file: {name}")
        self.uploads[str(number)] = _Upload(int(size), media_type, name)
        headers = {
            "X-Goog-Upload-URL": f"{self.url}/upload/v1beta/files?upload_id={number}&upload_protocol=resumable",
            "X-Goog-Upload-Status": "active",
            "X-Goog-Upload-Chunk-Granularity": str(GRANULARITY),
        }
        return Reply(b"", headers=headers)

    def _piece(self, query: dict[str, list[str]], told: Mapping[str, str], body: bytes) -> Reply:
        upload = self.uploads.get(query["upload_id"][0])
        if upload is None:
            raise Broken("no such upload")
        command = told.get("x-goog-upload-command", "")
        if command == "query":
            headers = {"X-Goog-Upload-Status": "active", "X-Goog-Upload-Size-Received": str(len(upload.data))}
            return Reply(b"", headers=headers)
        _require(command in ("upload", "upload, finalize"), f"no command of an upload: {command}")
        _require(set(told) == {"x-goog-upload-command", "x-goog-upload-offset"}, f"headers of a piece: {sorted(told)}")
        _require(told["x-goog-upload-offset"] == str(len(upload.data)), "the offset is where it had come to")
        _require(command != "upload" or (body and len(body) % GRANULARITY == 0), "a piece is a multiple of 256 KiB")
        upload.data += body
        _require(len(upload.data) <= upload.size, "more bytes than announced")
        if command == "upload":
            return Reply(b"", headers={"X-Goog-Upload-Status": "active"})
        _require(len(upload.data) == upload.size, "fewer bytes than announced")
        uri = f"{self.url}/v1beta/{upload.name}"
        self.files[uri] = self.known[uri] = upload.media_type, bytes(upload.data)
        shown = json.dumps({"file": self._resource(uri)}).encode()
        return Reply(shown, headers={"X-Goog-Upload-Status": "final"})

    def _asked(self, method: str, path: str) -> Reply:
        uri = f"{self.url}{path}"
        if method == "GET" and path.endswith("/files"):
            return Reply(json.dumps({"files": [self._resource(one) for one in self.files]}).encode())
        if uri not in self.files:
            error = {
                "code": 403,
                "message": "You do not have permission to access the File.",
                "status": "PERMISSION_DENIED",
            }
            return Reply(json.dumps({"error": error}).encode(), 403)
        if method == "DELETE":
            del self.files[uri]
            return Reply(b"{}")
        _require(method == "GET", "a file is looked at or deleted")
        return Reply(json.dumps(self._resource(uri)).encode())

    def _resource(self, uri: str) -> dict[str, Any]:
        media_type, data = self.files[uri]
        return {
            "name": f"files/{uri.rpartition('/')[2]}",
            "mimeType": media_type,
            "sizeBytes": str(len(data)),
            "expirationTime": "2099-01-01T00:00:00Z",
            "sha256Hash": hashlib.sha256(data).hexdigest(),
            "uri": uri,
            "state": "ACTIVE",
        }


def _require(condition: object, rule: str) -> None:
    if not condition:
        raise Broken(rule)
