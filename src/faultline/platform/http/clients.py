"""The address of the client behind the proxies that an operator trusts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv6Address, ip_address
from typing import Any

from faultline.platform.http.addresses import Address, Network


def client_address(scope: Any, trusted: Sequence[Network]) -> str:
    """The address nearest to the client that nobody but a trusted proxy has vouched for.

    `X-Forwarded-For` is read from the right, and a hop further only while the hop before it is a trusted proxy: what a
    client writes into the header itself stands to the left of that and is never reached. An entry that is no address
    ends the walk at the last hop that is one.

    Args:
        scope: the ASGI connection; its `client` must be the peer of the socket (uvicorn with `proxy_headers=False`).
        trusted: networks of the proxies; empty means that the header is ignored.

    Returns:
        The canonical text of the address, IPv4-mapped IPv6 as IPv4; an empty string when the peer has none, as over a
        Unix socket.

    """
    client = scope.get("client")
    address = _parse(client[0]) if client else None
    if address is None:
        return ""
    if _is_trusted(address, trusted):
        for entry in _forwarded(scope):
            hop = _parse(entry)
            if hop is None:
                break
            address = hop
            if not _is_trusted(hop, trusted):
                break
    return str(address)


def _forwarded(scope: Any) -> Iterable[str]:
    """The entries of every X-Forwarded-For line, the nearest hop first."""
    lines = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return reversed(b",".join(lines).decode("latin-1").split(",")) if lines else ()


def _is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _parse(entry: str) -> Address | None:
    """The address in one entry: bare, with a port, or bracketed; None when it is not one."""
    entry = entry.strip()
    if entry.startswith("["):
        entry = entry[1:].partition("]")[0]
    elif entry.count(":") == 1:
        entry = entry.partition(":")[0]
    try:
        address = ip_address(entry)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.scope_id is not None:
            return IPv6Address(int(address))
    return address
