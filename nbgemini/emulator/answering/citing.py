"""Grounding metadata as Google Search adds it, in the shape that was recorded; the sources are invented."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from typing import Any
from urllib.parse import quote_plus

from ..requests.wanted import Ask

_FILLERS = frozenset(
    word
    for words in ("a an the of in on at to with and or for from by as is are", "make draw paint show me please its")
    for word in words.split()
)
_SITES = ("example.org", "example.com")
_REDIRECT = "https://vertexaisearch.cloud.google.com/grounding-api-redirect/"
"""Where recorded sources lead: never to the page itself. The tokens of the emulator say that they are its own."""
_CHIP = """<style>
.container { align-items: center; border-radius: 8px; display: flex; font: 14px/20px Google Sans, Roboto, sans-serif;
  padding: 8px 12px; }
.headline { flex: none; height: 18px; margin-right: 4px; width: 18px; }
.carousel { overflow: auto; scrollbar-width: none; white-space: nowrap; margin-right: -12px; }
.chip { border: solid 1px; border-radius: 16px; display: inline-block; margin: 0 8px; min-width: 14px;
  padding: 5px 16px; text-align: center; text-decoration: none; }
@media (prefers-color-scheme: light) {
  .container { background-color: #fafafa; box-shadow: 0 0 0 1px #0000000f; }
  .chip { background-color: #ffffff; border-color: #d2d2d2; color: #5e5e5e; }
}
@media (prefers-color-scheme: dark) {
  .container { background-color: #1f1f1f; box-shadow: 0 0 0 1px #ffffff26; }
  .chip { background-color: #2c2c2c; border-color: #3c4043; color: #ffffff; }
}
</style>
"""
_LENS = (
    '<svg class="headline" viewBox="0 0 18 18" fill="none" stroke="#8a8f98" stroke-width="2">'
    '<circle cx="7.5" cy="7.5" r="5"/><path d="M11.5 11.5 16 16"/></svg>'
)


def queries(prompt: str) -> list[str]:
    """What would be searched for: the words of the prompt that mean something."""
    words = [word for word in re.findall(r"[^\W_][\w'’-]*", prompt) if word.lower() not in _FILLERS][:8]
    subject = " ".join(words) or "picture"
    return [subject]


def metadata(ask: Ask, prompt: str, text: str, text_part: int | None) -> dict[str, Any]:
    """`groundingMetadata` for the searches that were asked for; `text_part` is where the text stands, if anywhere."""
    asked = queries(prompt)
    chunks = _chunks(ask, asked)
    told: dict[str, Any] = {"searchEntryPoint": {"renderedContent": chip(asked)}, "groundingChunks": chunks}
    # With a picture alone nothing rests on the sources, as recorded; claims in words were recorded of text models.
    if text and text_part is not None:
        told["groundingSupports"] = [_support(text, text_part, len(chunks))]
    if ask.web_search:
        told["webSearchQueries"] = ["", *asked]  # recorded: an empty one came first
    if ask.image_search:
        told["imageSearchQueries"] = asked[:1]
    return told


def chip(asked: list[str]) -> str:
    """The search suggestions that must be shown with the answer, as HTML with links."""
    links = "".join(
        f'  <a class="chip" href="https://www.google.com/search?q={quote_plus(query)}">{html.escape(query)}</a>\n'
        for query in asked
    )
    return f'{_CHIP}<div class="container">\n{_LENS}\n<div class="carousel">\n{links}</div>\n</div>\n'


def _chunks(ask: Ask, asked: list[str]) -> list[dict[str, Any]]:
    chunks: list[dict[str, Any]] = []
    slug = quote_plus(asked[0])
    if ask.web_search:
        chunks += [{"web": {"uri": _REDIRECT + _token(site, slug), "title": site}} for site in _SITES]
        chunks.append({"web": {"uri": f"https://www.google.com/search?q={slug}", "title": ""}})
    if ask.image_search:
        site = _SITES[0]
        image = {"sourceUri": f"https://{site}/gallery/{slug}", "imageUri": f"https://{site}/gallery/{slug}.jpg"}
        chunks.append({"image": {**image, "title": asked[0], "domain": site}})
    return chunks


def _token(site: str, slug: str) -> str:
    """What stands for a page in a redirect: letters of no meaning, as long as recorded ones."""
    noise = hashlib.shake_256(f"{site}/{slug}".encode()).digest(120)
    return "emulated-" + base64.urlsafe_b64encode(noise).decode()


def _support(text: str, part: int, chunks: int) -> dict[str, Any]:
    """The last sentence, which says what the picture shows; places are counted in bytes, as the wire does."""
    claim = re.split(r"(?<=[.!?:])\s+", text.strip())[-1]
    start = len(text[: text.rindex(claim)].encode())
    segment: dict[str, Any] = {"startIndex": start, "endIndex": start + len(claim.encode()), "text": claim}
    if part:
        segment["partIndex"] = part
    return {
        "segment": segment,
        "groundingChunkIndices": list(range(chunks)),
        "confidenceScores": [round(0.97 - 0.08 * at, 2) for at in range(chunks)],
    }
