"""Links to what was published, as people paste them into a Tautan of Jadwal.

A link is an act: it marks the step of publication as done, and mails offer it to the team as a button. So not any text
with a dot in it counts, and no page that only says of itself to be Instagram: the host must be the platform's own.
"""

import re
from urllib.parse import urlsplit

from halokop_sheets.core.terms import PLATFORMS, platform_of

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d+(?:/|$))")  # javascript:, mailto:, ftp://; not host:443
_WEB = re.compile(r"https?://[^\s<>\"'`\\@]+(?:/[^\s<>\"'`\\]*)?", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


def find_link(typed: str, platform: str) -> str | None:
    """The first link in what was typed that leads to this platform; None where there is none.

    A missing scheme is https. A name before the host (``https://instagram.com@other.example``) makes it no link.
    """
    for piece in typed.split():
        address = piece if _SCHEME.match(piece) or _OTHER_SCHEME.match(piece) else f"https://{piece}"
        if _WEB.fullmatch(address) and _leads_to(_host(address), platform):
            return address
    return None


def _host(address: str) -> str:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return host if _HOST.fullmatch(host) else ""


def _leads_to(host: str, platform: str) -> bool:
    own = platform_of(platform).hosts
    others = {h for p in PLATFORMS.values() if p.name != platform for h in p.hosts}
    return _within(host, own) if own else bool(host) and not _within(host, others)


def _within(host: str, hosts: set[str] | tuple[str, ...]) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in hosts)
