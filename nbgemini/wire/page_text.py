"""What a person would read on a body that is no JSON: the title of a web page, or a plain text."""

from __future__ import annotations

import html
import re

__all__ = ["as_text", "title_of"]

_READ = 64 * 1024  # bytes of a page that are looked at
_SHOWN = 300  # characters of its text
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|svg|noscript)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_LEAST_READABLE = 0.9  # of the characters: what has fewer is no text
_TITLES = ("title", "h1", "h2")
_NOTHING = ("", "null", "{}", "[]", "true", "false", "[{}]")


def title_of(body: bytes, media_type: str = "") -> str | None:
    """What a web page is about (its title, else its heading, else its first words); None for anything else."""
    begins = body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    says_so = "html" in media_type.lower() and begins.startswith(b"<")
    if not says_so and not (begins.startswith(b"<") and _PAGE.search(begins)):
        return None
    shown = _HIDDEN.sub(" ", body[:_READ].decode("utf-8", "replace"))
    for name in _TITLES:
        found = re.search(rf"<{name}\b[^>]{{0,500}}>(.*?)</{name}\s*>", shown, re.IGNORECASE | re.DOTALL)
        if found and (title := _plain(found[1])):
            return title
    return _plain(shown)


def as_text(body: bytes) -> str:
    """A text as it stands, the words of XML without its tags; empty for what nobody can read."""
    text = body[:_READ].decode("utf-8", "replace").lstrip("\ufeff").strip()
    readable = sum((c.isprintable() or c.isspace()) and c != "\ufffd" for c in text)
    if text in _NOTHING or not any(map(str.isalpha, text)) or readable < _LEAST_READABLE * len(text):
        return ""
    message = re.search(r"<message>(.*?)</message>", text, re.IGNORECASE | re.DOTALL)
    return _plain(message[1] if message else text) if text.startswith("<") else text


def _plain(markup: str) -> str:
    words = " ".join(html.unescape(_TAG.sub(" ", markup)).split())
    return words[:_SHOWN]
