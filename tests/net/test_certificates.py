"""Variables of certificates: each is named as what it is."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from nbgemini.errors import SettingsError
from nbgemini.net.certificates import distrust
from nbgemini.net.transport import HttpTransport
from nbgemini.settings import certificate_variables


@pytest.mark.parametrize(
    ("name", "value"),
    [("SSLKEYLOGFILE", "no/such/folder/keys"), ("SSLKEYLOGFILE", "."), ("SSL_CERT_FILE", "no-such.pem")],
)
def test_the_variable_at_fault_is_named_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """And once it is mended, the same transport works."""
    if name == "SSLKEYLOGFILE" and httpx.__name__ == "httpx2":
        pytest.skip("httpx2 does not look at it")
    monkeypatch.setenv(name, str(tmp_path / value))
    transport = HttpTransport(variables=certificate_variables)
    with pytest.raises(SettingsError) as caught:
        transport.warm()
    others = {"SSLKEYLOGFILE", "SSL_CERT_FILE", "SSL_CERT_DIR"} - {name}
    assert name in caught.value.message
    assert not [other for other in others if other in str(caught.value)]
    monkeypatch.delenv(name)
    transport.warm()
    assert transport.context is not None


@pytest.mark.parametrize(
    ("variables", "names"),
    [
        ({}, "SSL_CERT_FILE"),
        ({"SSL_CERT_FILE": "a", "REQUESTS_CA_BUNDLE": "b"}, "in `SSL_CERT_FILE`"),
        ({"SSL_CERT_DIR": "a"}, "in `SSL_CERT_DIR`"),
        ({"REQUESTS_CA_BUNDLE": "a"}, "`REQUESTS_CA_BUNDLE` is not read here"),
        ({"CURL_CA_BUNDLE": "a"}, "`CURL_CA_BUNDLE` is not read here"),
    ],
)
def test_a_certificate_that_is_not_trusted_brings_the_right_advice(variables: dict[str, str], names: str) -> None:
    """What is set already is not advised again."""
    assert names in distrust(variables)
