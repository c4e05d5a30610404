"""Base URLs as people paste them: read as what was meant, or refused by name; nothing secret is shown."""

from __future__ import annotations

import pytest

from nbgemini.core.base_url import check_encrypted, parse_base_url
from nbgemini.errors import OptionError, SettingsError

KEY = "AIzaSyA-sentinel-sentinel-sentinel-0123"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://gw.example/v1beta", "https://gw.example"),
        ("https://gw.example/team/v1/", "https://gw.example/team"),
        ("'https://gw.example'", "https://gw.example"),
        (" “https://gw.example/v1beta/” ", "https://gw.example"),
        ("<https://gw.example//>", "https://gw.example"),
        ("HTTPS://GW.Example/Team", "https://gw.example/Team"),
        ("https://gw.example/v1beta/models/gemini-3-pro-image:generateContent", "https://gw.example"),
        ("https://gw.example/v1beta/models/m:streamGenerateContent?alt=sse", "https://gw.example"),
        ("https://gw.example/models/m:generateContent", "https://gw.example"),
        ("https://gw.example/upload/v1beta/files", "https://gw.example"),
        ("https://gw.example/v1beta/openai/", "https://gw.example"),
        ("https://gw.example/v1beta1/projects/p/locations/global/publishers/google/models/m:x", "https://gw.example"),
        ("https://gw.example/v1/account/gateway/google-ai-studio", None),
        ("localhost:8000", "http://localhost:8000"),
        ("127.0.0.1:8000/v1", "http://127.0.0.1:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("generativelanguage.googleapis.com", "https://generativelanguage.googleapis.com"),
        ("httpbin.example", "https://httpbin.example"),
        ("https://bücher.example", None),
    ],
)
def test_what_people_paste_is_read_as_what_they_mean(written: str, read: str | None) -> None:
    """Quotes, versions, whole endpoints, a scheme that was left out."""
    assert parse_base_url(written) == (read or written)


@pytest.mark.parametrize("blank", ["", " ", "''", '""', "\t"])
def test_nothing_is_no_address(blank: str) -> None:
    """Empty quotes are how a shell unsets."""
    assert parse_base_url(blank) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("htp:/foo", "https://foo"),
        ("https//x", "https://x"),
        ("https:/gw.example/v1", "https://gw.example/v1"),
        ("ttps://gw.example", "https://gw.example"),
        ("https:\\\\gw.example", "https://gw.example"),
        ("10.0.0.1:8000", "https://10.0.0.1:8000"),
        ("gateway:8000", "https://gateway:8000"),
    ],
)
def test_a_slip_is_named_with_what_was_probably_meant(written: str, meant: str) -> None:
    """The error quotes what stands there."""
    with pytest.raises(OptionError) as refused:
        parse_base_url(written)
    assert f"`{written}`" in refused.value.message
    assert f"`{meant}`" in refused.value.hint


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http:/127.0.0.1:9", "`http://127.0.0.1:9`"),
        ("htp//localhost:8765/x", "`http://localhost:8765/x`"),
        ("http://127.0.0.1:99999", "Write it like"),
        ("htps:/x.example:99999", "Write it like"),
    ],
)
def test_what_is_proposed_can_be_used(written: str, meant: str) -> None:
    """With http for this machine, and never an address that is refused itself."""
    with pytest.raises(OptionError) as refused:
        parse_base_url(written)
    assert meant in refused.value.hint


@pytest.mark.parametrize(
    "written",
    [
        "None",
        "${GATEWAY}",
        "https://${HOST}",
        "https://",
        "https://x:99999",
        "https://x:port",
        "https://x y.example",
        "https://a..b",
        "ftp://x.example",
        "gs://bucket",
        "https://x.example,https://y.example",
        "https://x\u200b.example",
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    """Before anything is sent."""
    with pytest.raises(OptionError, match="is not an http address"):
        parse_base_url(written)


@pytest.mark.parametrize(
    "written",
    [
        "https://me:hunter2@gw.example",
        "me:hunter2@gw.example",
        "htp://me:hunter2@x",
        "https:///me:hun/ter2@x",
        "https://gw.example?key=hunter2",
        "gw?token=hunter2",
        "https://gw.example#hunter2",
        f"https//{KEY}",
    ],
)
def test_an_address_with_a_secret_is_refused_without_showing_it(written: str) -> None:
    """User names, queries and keys stay out of the error."""
    with pytest.raises(OptionError) as refused:
        parse_base_url(written)
    assert not [word for word in ("hunter2", "ter2", KEY) if word in str(refused.value)]


@pytest.mark.parametrize("url", ["http://10.0.0.7:8000", "http://gateway.example", "http://[fd00::1]"])
def test_plain_http_needs_a_word_of_consent(url: str) -> None:
    """The refusal names the setting that gives it."""
    with pytest.raises(SettingsError, match=r"allow_http.*NBGEMINI_ALLOW_HTTP=1"):
        check_encrypted(url, allow_http=False)
    check_encrypted(url, allow_http=True)
    check_encrypted("http://[::1]:80/x", allow_http=False)
