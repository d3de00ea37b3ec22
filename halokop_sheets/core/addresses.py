"""Mail addresses: which are fit to be written to, and how they are shown in logs.

An address comes from a cell that anybody can edit, so only the plain form is taken: a local part of ASCII letters,
digits and ``. _ + - '``, one ``@``, a domain. Quoted local parts, comments, lists and display names are refused:
every trick of smuggling a second recipient needs one of them. So are ``%``, ``!`` and the rest of RFC 5322's "atext":
many servers read ``person%other.example@office.example`` and ``other.example!person@office.example`` as "send this on
to other.example" (Postfix does so unless told otherwise), and the allowed domain would be a way out to any.
"""

import re
from email.utils import parseaddr

from halokop_sheets.settings import MailSettings

_ATOM = r"[A-Za-z0-9_+'-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_PLAIN = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_MAX_LOCAL, _MAX_ADDRESS = 64, 254  # octets, RFC 5321 4.5.3.1


def is_plain(address: str) -> bool:
    """Whether this is one address in the plain form that goes into SMTP and headers as it stands."""
    return len(address) <= _MAX_ADDRESS and address.find("@") <= _MAX_LOCAL and _PLAIN.fullmatch(address) is not None


def bare(text: str) -> str:
    """The address alone, in lower case, out of a setting such as ``HALO KOP-UKM <halokop@example.go.id>``."""
    return parseaddr(text)[1].lower()


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def allowed(address: str, mail: MailSettings) -> bool:
    """Whether we may write to this address at all: the last guard against becoming a relay for whatever ``Tim`` holds.

    The domain must be one of ``allowed_domains`` exactly (a subdomain is another domain), or the address one of
    ``allowed_addresses``. The administrator stands in the settings, not in the sheet, and needs no second permission.
    """
    if not is_plain(address):
        return False
    address = address.lower()
    return (
        domain_of(address) in {domain.lower().lstrip("@") for domain in mail.allowed_domains}
        or address in {one.lower() for one in mail.allowed_addresses}
        or address == bare(mail.admin)
    )


def short_address(address: str) -> str:
    """An address for logs: enough to recognise, not enough to harvest (``de…@example.go.id``), never a line break."""
    local, _, domain = "".join(c if c.isprintable() else "?" for c in address).rpartition("@")
    return f"{local[:2]}…@{domain}"
