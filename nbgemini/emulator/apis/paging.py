"""Tokens of pages: of which list, and where its next page starts."""

from __future__ import annotations

from .. import base64text
from ..apierrors import invalid

__all__ = ["page_token", "start_of"]


def page_token(of: str, start: int) -> str:
    """The token of a page of the list `of` that begins at `start`."""
    return base64text.encode(f"{of} {start}".encode())


def start_of(token: str, of: str) -> int:
    """Where the page of a token begins, 0 without one. Raises the error for a token of another list, or of none."""
    if not token:
        return 0
    try:
        word, number = base64text.decode(token).decode().split()
        start = int(number)
    except ValueError:
        word, start = "", -1
    if word != of or start < 0:
        raise invalid("page_token is invalid.")
    return start
