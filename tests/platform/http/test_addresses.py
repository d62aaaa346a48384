import socket
import ssl
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.platform.http.addresses import refusal
from faultline.platform.http.dialer import Dialer, UnsafeTarget

NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
PRIVATE = st.one_of(
    *(
        st.integers(int(network[0]), int(network[-1])).map(IPv4Address)
        for network in map(
            ip_network, ("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
        )
    )
)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("0.0.0.0", "unspecified"),
        ("10.1.2.3", "private"),
        ("100.64.0.1", "carrier-grade NAT"),
        ("127.0.0.1", "loopback"),
        ("168.63.129.16", "cloud metadata"),
        ("169.254.169.254", "link-local"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("198.18.0.1", "benchmarking"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "reserved"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::ffff:8.8.8.8", "IPv4-mapped"),
        ("::127.0.0.1", "IPv4-compatible"),
        ("64:ff9b::8.8.8.8", "NAT64"),
        ("2001:0:5ef5:79fd::1", "Teredo"),
        ("2002:7f00:1::", "6to4"),
        ("fd00:ec2::254", "private"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "zone id"),
        ("2606:4700::1%eth0", "zone id"),
        ("ff02::1", "multicast"),
        ("100::1", "reserved"),
        ("5f00::1", "reserved"),
    ],
)
def test_an_address_that_is_not_public_is_refused_for_its_reason(address: str, reason: str) -> None:
    assert refusal(ip_address(address)) == reason


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "2606:4700::1111"]
)
def test_a_public_address_may_be_dialed(address: str) -> None:
    assert refusal(ip_address(address)) is None


def test_an_allowed_network_opens_itself_and_nothing_that_embeds_it() -> None:
    allowed = [ip_network("10.0.0.0/8")]
    assert refusal(ip_address("10.9.8.7"), allowed) is None
    assert refusal(ip_address("::ffff:10.9.8.7"), allowed) == "IPv4-mapped"
    assert refusal(ip_address("192.168.0.1"), allowed) == "private"


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_whatever_python_calls_private_or_special_is_refused(address: IPv4Address) -> None:
    special = address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
    if special or address.is_reserved or address.is_unspecified or not address.is_global:
        assert refusal(address) is not None


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_only_global_unicast_passes_of_ipv6(address: IPv6Address) -> None:
    if refusal(address) is None:
        assert address in ip_network("2000::/3")
        assert address.is_global


def spellings(address: IPv4Address) -> list[str]:
    """The forms in which inet_aton takes an IPv4 address, and the IPv6 addresses that carry it."""
    a, b, c, d = address.packed
    whole = int(address)
    forms = [
        str(whole),
        hex(whole),
        f"0{whole:o}",
        f"{a}.{whole & 0xFFFFFF}",
        f"{a}.{b}.{whole & 0xFFFF}",
        ".".join(map(hex, (a, b, c, d))),
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"0x{a:x}.{b}.0{c:o}.{d}",
        f"{address}.",
    ]
    for form in forms[:-1]:
        assert socket.inet_aton(form) == address.packed, form
    high, low = f"{a:02x}{b:02x}", f"{c:02x}{d:02x}"
    embedding = ["::ffff:{}", "::{}", "64:ff9b::{}"]
    return [
        str(address),
        *forms,
        *(f"[{form.format(address)}]" for form in embedding),
        *(f"[{form.format(f'{high}:{low}')}]" for form in embedding),
        f"[2002:{high}:{low}::1]",
        f"[2001:0:{high}:{low}::1]",
    ]


@given(PRIVATE, st.data())
async def test_no_spelling_of_a_private_address_passes(address: IPv4Address, data: st.DataObject) -> None:
    host = data.draw(st.sampled_from(spellings(address)))

    async def as_the_c_library_reads_it(name: str) -> list[str]:
        return [socket.inet_ntoa(socket.inet_aton(name))]

    dialer = Dialer(resolver=as_the_c_library_reads_it, tls=NO_AUTHORITIES)
    with pytest.raises(UnsafeTarget):
        await dialer.check(f"http://{host}/hook")
    dialer.close()
