"""Base64 on the wire: canonical in two alphabets, and whatever else JSON may spell."""

from __future__ import annotations

import base64 as standard
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbgemini.wire.b64 import Alphabet, decode, encode, lenient

ALPHABETS: list[Alphabet] = ["base64", "base64url"]


@pytest.mark.parametrize("alphabet", ALPHABETS)
@given(data=st.binary(max_size=200))
def test_what_is_encoded_is_decoded(alphabet: Alphabet, data: bytes) -> None:
    """Both alphabets go there and back, and agree with the standard library."""
    text = encode(data, alphabet)
    assert text == (standard.b64encode if alphabet == "base64" else standard.urlsafe_b64encode)(data)
    assert decode(text, alphabet) == data


@pytest.mark.parametrize("bad", [b"QQ", b"QQ=", b"Q Q=", b"QQ==QQ==", b"QQQ\n", b"QQ\\u003d\\u003d", "é===".encode()])
def test_what_is_not_base64_is_refused(bad: bytes) -> None:
    """Missing padding, blanks, escapes and letters of no alphabet are never guessed at."""
    with pytest.raises(ValueError, match=r".+"):
        decode(bad)


def test_the_alphabets_are_not_mixed() -> None:
    """A string in the URL-safe alphabet has no plus and no slash."""
    with pytest.raises(ValueError, match="both alphabets"):
        decode(b"-_+/", "base64url")


def spell(data: bytes, form: int) -> bytes:
    """`data` in base64 as others may write it inside JSON."""
    text = standard.b64encode(data)
    forms = [
        text,
        text.rstrip(b"="),
        text.replace(b"=", b"\\u003d"),
        text.replace(b"/", b"\\/"),
        text.replace(b"+", b"\\u002B"),
        b"\\n".join(text[at : at + 5] for at in range(0, len(text), 5)),
        standard.urlsafe_b64encode(data).rstrip(b"="),
        b" \t" + text + b" ",
    ]
    return forms[form]


@given(data=st.binary(max_size=60), form=st.integers(0, 7), cuts=st.lists(st.integers(0, 120), max_size=6))
def test_lenient_reads_every_spelling_however_it_is_cut(data: bytes, form: int, cuts: list[int]) -> None:
    """Escapes, blanks, both alphabets and missing padding give the same bytes, wherever the pieces end."""
    text = spell(data, form)
    at = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(at)]
    assert b"".join(lenient(pieces)) == data


@pytest.mark.parametrize("bad", [b"Q", b"Q!Q!", b'\\"', b"\\\\QQQ", b"\\u00e9QQQ", b"\\ud800", b"QQ==QQ", b"Q=Q="])
def test_lenient_still_refuses_what_is_no_base64(bad: bytes) -> None:
    """Patience ends where there is nothing to decode."""
    with pytest.raises(ValueError, match=r".*"):
        list(lenient([bad]))
