"""Phone numbers of guests as offices type them, turned into one-tap WhatsApp links.

WhatsApp's own form of link (https://faq.whatsapp.com, "click to chat"): ``https://wa.me/<country><number>`` with
digits alone. Only Indonesian mobile numbers (8...) are taken: a wrong number would write to a stranger.
"""

import re
from urllib.parse import quote

LONGEST_CONTACT = 200  # characters of a cell that are looked at: a longer text is no contact
_NEXT = re.compile(r"[/,;|\n]|\batau\b|\bdan\b", re.IGNORECASE)
_RUN = re.compile(r"\+?\d[\d\s().-]{6,}\d")
_MOBILE = re.compile(r"628\d{7,11}")  # 0812 3456 789 up to 13 digits with the zero


def mobile_number(typed: str) -> str | None:
    """The first mobile number in what was typed, as ``62812...``; None where there is none or it is unclear."""
    for piece in _NEXT.split(typed[:LONGEST_CONTACT]):
        found = _RUN.search(piece)
        if found is None:
            continue
        digits = re.sub(r"\D", "", found[0])
        digits = re.sub(r"^(?:0062|620?|0)(?=8)", "", digits)
        if _MOBILE.fullmatch(f"62{digits}"):
            return f"62{digits}"
    return None


def chat_link(typed: str, message: str) -> str | None:
    """A link that opens WhatsApp with this contact and the message ready to be sent; None where it is unclear."""
    number = mobile_number(typed)
    text = f"?text={quote(message, safe='')}" if message else ""
    return f"https://wa.me/{number}{text}" if number else None
