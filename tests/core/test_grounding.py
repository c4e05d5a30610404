"""Grounding metadata as Google sends it, and as nobody should."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbgemini.core.grounding import Claim, Grounding, Source, web_link
from tests.support.sampling import examples

GOOGLES: dict[str, Any] = {
    "searchEntryPoint": {"renderedContent": "<style>a{}</style><div>fox</div>", "sdkBlob": "W10="},
    "webSearchQueries": ["red fox", "red fox tail"],
    "imageSearchQueries": ["red fox"],
    "groundingChunks": [
        {"web": {"uri": "https://vertexaisearch.cloud.google.com/r/AbC=", "title": "example.org"}},
        {"image": {"sourceUri": "https://b.example/p", "imageUri": "https://b.example/p.jpg", "title": "A fox"}},
    ],
    "groundingSupports": [{"segment": {"endIndex": 9, "text": "Foxes run"}, "groundingChunkIndices": [1, 0, 1]}],
}


def test_what_google_sends() -> None:
    """Sources in order, numbered from 1; a picture leads to the page that holds it, never to its own address."""
    found = Grounding.parse(GOOGLES)
    assert found is not None
    assert found.sources == (
        Source("web", "example.org", "", "https://vertexaisearch.cloud.google.com/r/AbC=", found.sources[0].said, 1),
        Source("image", "A fox", "", "https://b.example/p", "https://b.example/p", 2),
    )
    assert (found.web_queries, found.image_queries) == (("red fox", "red fox tail"), ("red fox",))
    assert found.claims == (Claim("Foxes run", (2, 1)),)
    assert found.chip == "<style>a{}</style><div>fox</div>"


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org",
        "http://example.org:8080/a?b=c#d",
        "HTTPS://Example.ORG/x",
        "https://de.wikipedia.org/wiki/Bär_(Tier)",
        "https://münchen.example/",
        "http://127.0.0.1/x",
        "http://[2001:db8::1]/x",
        "https://example.org/a@b:c",
        "https://example.org?q=1",
    ],
)
def test_web_addresses(link: str) -> None:
    """Those of the web may be linked to, letter for letter."""
    assert web_link(link) == link


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " https://example.org",
        "https://example.org ",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.org",
        "//example.org",
        "example.org",
        "https:example.org",
        "https:///x",
        "https://",
        "https://?x",
        "https://google.com@evil.example/",
        "https://google.com\\@evil.example/",
        "https://exa\tmple.org",
        'https://example.org/"onclick=x',
        "https://example.org/'x",
        "https://example.org/<b>",
        "https://example.org/\u202egpj.exe",
        "https://exa\u200bmple.org/",
        "https://.example.org",
        "https://exa mple.org/",
        "https://example.org:99999999/",
        f"https://example.org/{'a' * 5000}",
        "",
        None,
        7,
        ["https://example.org"],
    ],
)
def test_what_is_no_web_address(link: Any) -> None:
    """Other schemes, hidden characters, another host than the one that is read, other types."""
    assert web_link(link) == ""


def test_caps() -> None:
    """Twenty sources, ten queries, texts of a line; what is left out is counted."""
    many = Grounding.parse(
        {
            "groundingChunks": [{"web": {"uri": f"https://a.example/{n}", "title": "t\n" * 9000}} for n in range(500)],
            "webSearchQueries": [f"q{n}" for n in range(900)],
            "searchEntryPoint": {"renderedContent": "x" * 1_000_000},
            "groundingSupports": [{"segment": {"text": "c"}, "groundingChunkIndices": [n]} for n in range(900)],
        }
    )
    assert many is not None
    assert (len(many.sources), many.more, len(many.web_queries), many.chip) == (20, 480, 10, "")
    assert len(many.claims) == 10
    assert max(len(source.title) for source in many.sources) <= 300


NAMES = st.sampled_from(
    [*GOOGLES, "web", "image", "uri", "sourceUri", "title", "domain", "segment", "text", "groundingChunkIndices"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("https://a.example/")
ANYTHING = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4))


@settings(max_examples=examples(5))
@given(st.dictionaries(NAMES, ANYTHING, max_size=5) | ANYTHING)
def test_nothing_that_a_server_sends_makes_it_fail(metadata: Any) -> None:
    """Wrong types anywhere: what can be read is read, the rest is left out."""
    found = Grounding.parse(metadata)
    assert found is None or all(source.link == web_link(source.link) for source in found.sources)


@pytest.mark.parametrize("metadata", [None, {}, [], "x", {"groundingChunks": [{}, {"web": {}}, None]}, {"x": 1}])
def test_nothing_to_show(metadata: Any) -> None:
    """No sources, no queries, no suggestions: nothing at all."""
    assert Grounding.parse(metadata) is None
