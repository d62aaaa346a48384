"""Which IP addresses a stranger may make us talk to.

The tables are our own and follow the IANA special-purpose registries (IPv4 and IPv6, RFC 6890 and its updates), because
`ipaddress.is_global` differs between the patch releases of Python (CVE-2024-4032) and takes translated addresses for
global ones. What is not listed as global unicast is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_IPV4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), what)
    for network, what in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "cloud metadata"),  # Azure's WireServer: a public number that only the host answers
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "reserved"),
        ("192.52.193.0/24", "reserved"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "reserved"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
# The most telling first: the last lines catch everything that is not global unicast (2000::/3).
_IPV6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), what)
    for network, what in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::ffff:0:0/96", "IPv4-mapped"),
        ("::/96", "IPv4-compatible"),
        ("64:ff9b::/96", "NAT64"),
        ("64:ff9b:1::/48", "NAT64"),
        ("2001::/32", "Teredo"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("2620:4f:8000::/48", "reserved"),
        ("3fff::/20", "documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
        ("::/3", "reserved"),
        ("4000::/2", "reserved"),
        ("8000::/1", "reserved"),
    )
)


def refusal(address: Address, allowed: Iterable[Network] = ()) -> str | None:
    """Why this address must not be dialed, in a word or two; None when it may.

    Args:
        address: the address that a connection would go to.
        allowed: networks that are open although they are not global. An address that carries another one inside
            (IPv4-mapped, NAT64, 6to4, Teredo) is judged by its own form: allowing 10.0.0.0/8 does not allow
            ::ffff:10.0.0.1.

    """
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return "zone id"
    if any(address in network for network in allowed):
        return None
    table: Iterable[tuple[Network, str]] = _IPV4 if isinstance(address, IPv4Address) else _IPV6
    return next((what for network, what in table if address in network), None)
