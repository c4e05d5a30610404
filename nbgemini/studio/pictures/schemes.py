"""References that are written as addresses: which kind, and what those hold that need no fetching."""

from __future__ import annotations

import base64
import binascii
import os
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

from nbgemini.core.phrases import shortened
from nbgemini.core.redact import bare_address
from nbgemini.errors import ReferenceImageError

__all__ = ["data_of", "path_of", "restored", "scheme_of"]

_SCHEME = r"(?is)([a-z][a-z0-9+.-]+):(.*)"  # one letter is a drive of Windows
_WITHOUT_SLASH = frozenset({"data", "file", "attachment", "blob", "cid"})
_HERE = ("", "localhost", "127.0.0.1")
_REFUSED = {
    "gs": ("is in Google Cloud Storage; nbgemini does not fetch from there", "`gcloud storage cp` copies it here"),
    "s3": ("is in Amazon S3; nbgemini does not fetch from there", "`aws s3 cp` copies it here"),
    "attachment": ("is attached to a cell, where the kernel cannot see it", "Save it as a file"),
    "blob": ("is known only to your browser", "Save it as a file"),
}
_OTHERS = ("is not fetched: nbgemini fetches pictures by https alone", "Save it as a file")


def scheme_of(text: str) -> str:
    """The scheme of an address in small letters; empty for the name of a file, and for a file that has such a name."""
    match = re.match(_SCHEME, text)
    if match is None:
        return ""
    scheme = match[1].lower()
    addressed = match[2].startswith("/") or (scheme in _WITHOUT_SLASH and bool(match[2]))
    return scheme if addressed and not os.path.lexists(text) else ""


def restored(text: str) -> str:
    """An address as it was written, where it went through a `Path`, which takes one slash of two away."""
    return re.sub(r"^([A-Za-z][A-Za-z0-9+.-]+):/(?!/)", r"\1://", text)


def data_of(text: str) -> bytes:
    """The bytes in a `data:` address. Raises ReferenceImageError."""
    head, comma, body = text.partition(",")
    content = unquote_to_bytes("".join(body.split()))
    try:
        if head.lower().endswith(";base64"):
            content += b"=" * (-len(content) % 4)
            content = base64.b64decode(content, altchars=b"-_" if {*b"-_"} & {*content} else None, validate=True)
    except (binascii.Error, ValueError):
        comma = ""
    if not comma:
        raise ReferenceImageError(
            f"`{shortened(text, 30)}` is not a `data:` address of a picture.",
            hint="Write it like `data:image/png;base64,iVBORw0…`, to its end.",
        )
    return content


def path_of(text: str, scheme: str) -> Path:
    """The file at a `file:` address. Raises ReferenceImageError for addresses of any other kind."""
    if scheme != "file":
        why, hint = _REFUSED.get(scheme, _OTHERS)
        address = shortened(bare_address(restored(text)), 120)
        raise ReferenceImageError(f"`{address}` {why}.", hint=f"{hint}; then give the file.")
    from urllib.request import url2pathname  # which brings ssl along

    rest = text.partition(":")[2]
    host = rest[2:].partition("/")[0].lower() if rest.startswith("//") else ""
    if host not in _HERE:
        raise ReferenceImageError(f"`{shortened(text, 120)}` is a file on another machine.", hint="Copy it here first.")
    return Path(os.path.expanduser(url2pathname(rest[2 + len(host) :] if rest.startswith("//") else rest)))
