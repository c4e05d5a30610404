"""Thought signatures: opaque to the client, and the only place where a picture's scene lives.

A signature is HMAC-SHA256 over a header and the scene, so an altered one is noticed; the header binds the bytes of the
part it belongs to, so a moved one is noticed too. The key is fixed and no secret: a conversation that was stored last
year must still be readable by a new process. Facts: section 4 of the wire contract.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Literal

from . import base64text

KEY = b"nbgemini.emulator thought signatures, 2026"
MAGIC = b"nbg1"
DIGEST = 32

ESCAPES = ("context_engineering_is_the_way_to_go", "skip_thought_signature_validator")
"""Values that Google accepts in place of a signature, for history that it did not write."""

_ESCAPED = frozenset(text.encode() for text in ESCAPES) | frozenset(base64text.decode(text) for text in ESCAPES)

PartKind = Literal["image", "text", "carrier"]
"""A `carrier` is an empty text part at the end of a turn that vouches for the turn's text."""


@dataclass(frozen=True)
class Vouched:
    """What a signature says once it has been verified."""

    kind: PartKind
    digest: str
    scene: bytes
    backend: str = "gemini"
    lost: bool = False
    """Whether it is to be called missing when it comes back: a client's accident, on purpose."""

    def fits(self, kind: PartKind, content: bytes) -> bool:
        """Whether it was made for this very part."""
        return self.kind == kind and self.digest == _digest(content)


def is_escape(signature: bytes) -> bool:
    """Whether it is one of Google's documented stand-ins, raw or through base64."""
    return signature in _ESCAPED


def sign(
    kind: PartKind,
    content: bytes,
    scene: bytes = b"",
    *,
    backend: str = "gemini",
    at_least: int = 0,
    lost: bool = False,
) -> bytes:
    """The signature of a part with this content, padded to `at_least` bytes; `lost`: called missing from now on."""
    header = {"backend": backend, "digest": _digest(content), "kind": kind, "scene": len(scene)}
    header |= {"lost": True} if lost else {}
    payload = json.dumps(header, separators=(",", ":")).encode() + b"\n" + scene
    payload += _filler(payload, at_least - DIGEST - len(MAGIC) - len(payload))
    return MAGIC + _mac(payload) + payload


def verify(signature: bytes) -> Vouched | None:
    """What the signature vouches for, or None if it is not one of ours or was altered."""
    mac, payload = signature[len(MAGIC) : len(MAGIC) + DIGEST], signature[len(MAGIC) + DIGEST :]
    if not signature.startswith(MAGIC) or not hmac.compare_digest(mac, _mac(payload)):
        return None
    head, _, rest = payload.partition(b"\n")
    header = json.loads(head)
    return Vouched(header["kind"], header["digest"], rest[: header["scene"]], header["backend"], "lost" in header)


def _mac(payload: bytes) -> bytes:
    return hmac.new(KEY, payload, hashlib.sha256).digest()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def recorded_length(content: bytes, *, alone: bool) -> int:
    """How many bytes a signature has at Google: always the same for the same content, another for another.

    Recorded: 1.05 to 2.18 MB on a picture that comes alone, 0.82 MB on each of a text and a picture.
    """
    least, most = (1_050_000, 2_180_000) if alone else (820_000, 826_000)
    return least + int(_digest(content)[:8], 16) % (most - least)


def _filler(payload: bytes, length: int) -> bytes:
    """Bytes that no compression makes small, the same every time for the same signature."""
    return hashlib.shake_256(KEY + payload).digest(length) if length > 0 else b""
