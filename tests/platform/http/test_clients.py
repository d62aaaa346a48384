from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.platform.http.clients import client_address

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


def scope(peer: str | None, *forwarded: str) -> dict[str, object]:
    headers = [(b"x-forwarded-for", line.encode("latin-1")) for line in forwarded]
    return {"client": (peer, 1234) if peer is not None else None, "headers": headers}


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["1.2.3.4"], "203.0.113.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["1.2.3.4"], "1.2.3.4"),
        ("10.0.0.1", ["6.6.6.6, 1.2.3.4"], "1.2.3.4"),
        ("10.0.0.1", ["6.6.6.6, 1.2.3.4, 10.0.0.2"], "1.2.3.4"),
        ("10.0.0.1", ["6.6.6.6", "1.2.3.4,10.0.0.2"], "1.2.3.4"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["1.2.3.4, unknown, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["1.2.3.4:5678"], "1.2.3.4"),
        ("10.0.0.1", ["[2606:4700::1]:443"], "2606:4700::1"),
        ("10.0.0.1", ["2606:4700:0::1"], "2606:4700::1"),
        ("::ffff:10.0.0.1", ["1.2.3.4"], "1.2.3.4"),
        ("fd00::1%eth0", ["1.2.3.4"], "1.2.3.4"),
        ("testclient", ["1.2.3.4"], ""),
        (None, ["1.2.3.4"], ""),
    ],
)
def test_the_address_is_the_first_from_the_right_that_no_trusted_proxy_has(
    peer: str | None, forwarded: list[str], expected: str
) -> None:
    assert client_address(scope(peer, *forwarded), PROXIES) == expected


def test_without_trusted_proxies_the_header_is_ignored() -> None:
    assert client_address(scope("10.0.0.1", "1.2.3.4"), []) == "10.0.0.1"


@given(st.text(st.characters(max_codepoint=255, exclude_characters="\r\n")))
def test_what_a_client_writes_itself_never_becomes_its_address(written: str) -> None:
    assert client_address(scope("10.0.0.1", f"{written}, 1.2.3.4"), PROXIES) == "1.2.3.4"
