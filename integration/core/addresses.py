"""The guard at addresses that somebody else has chosen: none leads into a network of ours."""

from __future__ import annotations

import socket
from collections.abc import Container, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from integration.core.errors import Reject, Retry

PORTS = {"http": 80, "https": 443}
# Public by its number, and within Azure the way to a machine's own settings.
# https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
AZURE_HOST = IPv4Address("168.63.129.16")
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last four bytes are the IPv4 address
COMPATIBLE = IPv6Network("::/96")  # RFC 4291, long out of use, and still routed by some

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, kw_only=True)
class Target:
    """An address that may be asked, and the IP addresses at which: those that were judged."""

    scheme: str
    host: str
    port: int
    named: str  # host and port, as the address had them
    path: str
    addresses: tuple[str, ...]


def judged(url: str, internal_hosts: Container[str] = ()) -> Target:
    """Return where an address leads. Raises Reject where that is no place on the public internet,
    unless its host is one of these; Retry where the host cannot be found.
    """
    try:
        parsed = parse_url(url)
    except LocationParseError as exc:
        raise Reject("This is not an address.", code="not_an_address") from exc
    if parsed.scheme not in PORTS or not parsed.host:
        raise Reject("The address has to begin with https:// or http://.", code="not_an_address")
    if parsed.auth:
        reason = "The address may not have a user and a password in it."
        raise Reject(reason, code="not_an_address")
    host = parsed.host.strip("[]")
    addresses = _addresses_of(host)
    if host not in internal_hosts and any(map(is_internal, addresses)):
        reason = f"“{host}” leads into an internal network, where nobody may send Storewire."
        raise Reject(reason, code="internal_address")
    return Target(
        scheme=parsed.scheme,
        host=host,
        port=parsed.port or PORTS[parsed.scheme],
        named=parsed.netloc or "",
        path=parsed.request_uri,
        addresses=addresses,
    )


def is_internal(written: str) -> bool:
    """Return whether an IP address is not one of the public internet.

    That is loopback, private, link-local (where clouds keep the secrets of their machines),
    multicast, reserved, and any of these inside an IPv6 address.
    """
    address = ip_address(written.partition("%")[0])
    return any(map(_is_internal, (address, *_within(address))))


def _is_internal(address: Address) -> bool:
    return not address.is_global or address.is_multicast or address == AZURE_HOST


def _within(address: Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that an IPv6 address leads to."""
    if isinstance(address, IPv4Address):
        return
    for found in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())):
        if found is not None:
            yield found
    if address in NAT64 or address in COMPATIBLE:
        yield IPv4Address(address.packed[-4:])


def _addresses_of(host: str) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise Retry(f"The host “{host}” cannot be found.", code="unknown_host") from exc
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
