"""Which network addresses a crawl may connect to: those of the public internet.

The blocks are those of the IANA special-purpose registries, as `ipaddress` knows them, with what hides an address in another.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit
from urllib.request import getproxies

# How a refusal is told, with the mend.
REFUSED = "a private address: --allow-private allows it"
# Forms that carry an IPv4 address in their last 32 bits: NAT64 (RFC 6052, 8215), and IPv4-compatible ones.
_LAST_32 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))
_ISATAP = 0x00005EFE  # the two middle words of an interface identifier, RFC 5214; the u bit may be set
# All that is given out of IPv6; Python takes site-local and unassigned addresses for global.
_UNICAST = IPv6Network("2000::/3")
# Special by the registries, but not to every release of Python; and the address at which a cloud provider tells its machines
# their secrets, which is public by its number only.
_SPECIAL = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "5f00::/16", "3fff::/20", "168.63.129.16/32")))
# Names for the machine itself and for networks at home (RFC 6761, 6762 with its appendix G, 8375, 9476).
_LOCAL_NAMES = ("localhost", "localdomain", "local", "internal", "home.arpa", "lan", "intranet", "corp", "home", "private")


def is_public(address: str) -> bool:
    """Whether an IP address, with or without a zone, is one of the public internet; so must be every one that hides in it."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and ip not in _UNICAST and ip not in _LAST_32[0]:
        return False
    return all(one.is_global and not one.is_multicast and not any(one in network for network in _SPECIAL) for one in (ip, *_hidden(ip)))


def _hidden(ip: IPv4Address | IPv6Address) -> list[IPv4Address]:
    if isinstance(ip, IPv4Address):
        return []
    number = int(ip)
    found = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if any(ip in network for network in _LAST_32) or (number >> 32) & 0xFDFFFFFF == _ISATAP:
        found.append(IPv4Address(number & 0xFFFFFFFF))
    return [one for one in found if one is not None]


def as_number(host: str) -> str | None:
    """The IP address that a host in an address is, in whatever notation (``127.1``, ``0x7f000001``, ``[::1]``); ``None`` for a name."""
    bare = host.strip("[]").rstrip(".")
    try:
        return str(ip_address(bare.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(bare)) if bare[-1:].isalnum() else None
    except OSError:
        return None


def is_private_by_name(host: str) -> bool:
    """Whether a host needs no resolution to be known as private: a number that is, or a local name."""
    number = as_number(host)
    if number is not None:
        return not is_public(number)
    labels = host.rstrip(".").casefold()
    return any(labels == name or labels.endswith(f".{name}") for name in _LOCAL_NAMES)


def proxy_hosts() -> frozenset[str]:
    """The hosts of the proxies that the environment names; whoever runs the crawl has chosen them."""
    return frozenset(filter(None, (urlsplit(proxy if "//" in proxy else f"//{proxy}").hostname for proxy in getproxies().values())))
