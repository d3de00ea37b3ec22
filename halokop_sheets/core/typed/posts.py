"""A post's own name in the address that people paste: the shortcode of Instagram, the number of a TikTok video.

``https://www.instagram.com/p/DAbc-1_x/?igsh=...``, ``/reel/``, ``/reels/``, ``/tv/``, also with the account before it;
``https://www.tiktok.com/@akun/video/7301234567890123456?...`` and ``/photo/``. Short addresses such as
``vm.tiktok.com/ZMabc`` name no post: only TikTok knows where they lead, and nobody is asked.
"""

import re
from urllib.parse import urlsplit

from halokop_sheets.core.terms import platform_of

LONGEST_LINK = 2000  # characters of a cell that are looked at
_ADDRESS = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,}/\S*", re.IGNORECASE)


def post_of(platform: str, typed: str) -> str | None:
    """The post that the first address in ``typed`` leads to; None where it names none of this platform's."""
    known, found = platform_of(platform), _ADDRESS.search(typed[:LONGEST_LINK])
    if found is None or not known.post:
        return None
    address = found[0] if "://" in found[0] else f"https://{found[0]}"
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:  # a bracket where a host should be
        return None
    if not any(host == one or host.endswith(f".{one}") for one in known.hosts):
        return None
    named = re.match(known.post, parts.path)
    return named[1] if named else None
