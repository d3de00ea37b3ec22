"""One mail as bytes, made so that nothing typed in the sheet can become a header, a recipient or a second part.

The bytes are frozen when the mail is claimed and never made again: a second attempt sends the same ones. All that could
differ between two makings is derived from the mail's key instead: Message-ID and MIME boundaries.

Two choices on account of the standard library, both measured on Python 3.11. ``EmailMessage`` decodes encoded words in
the text of a header and writes out the line break it finds there (``=?UTF-8?Q?=0A?=Bcc:`` made a real Bcc), and its
folding loses spaces in about one in fifteen long mixed subjects; so the header block is written here. Its bodies take
three times as long as the plain ``Message`` with ``binascii``'s quoted-printable; so that is used for them.
"""

import re
from base64 import b64encode
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.encoders import encode_base64
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import format_datetime, parseaddr
from hashlib import sha256

from halokop_sheets.core.addresses import bare, domain_of, is_plain, short_address
from halokop_sheets.core.sheet.values import Mail
from halokop_sheets.errors import HalokopError, SettingsError
from halokop_sheets.settings import MailSettings

KIND_HEADER = "X-Halokop-Kind"  # lets people filter by kind, and names the files of the folder transport
_MAX_SUBJECT = 200  # characters
_WORD_BYTES = 39  # UTF-8 octets in one encoded word: the line stays within 76 characters (RFC 2047 section 2)
_PLAIN_WIDTH = 60
# Control characters, line and paragraph separators, direction overrides, lone surrogates.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_UNSAFE_IN_BODY = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # a lone CR too: no line of SMTP's
_OVER = re.compile("(?m)^(.{74,75})(=20|=09)$")  # a blank that ends a line, which b2a_qp writes beyond column 76
_LINES = compat32.clone(linesep="\r\n")


@dataclass(frozen=True)
class Rendered:
    """The contents of a mail, ready to be put into it; ``calendar`` is an iCalendar file (METHOD:PUBLISH)."""

    html: str
    text: str
    calendar: bytes | None = None


def header_value(text: str) -> str:
    """Text fit for a header: one line, nothing invisible, and no encoded word, whatever a person typed."""
    return " ".join(_UNSAFE.sub(" ", text).replace("=?", "= ?").split())


def _encoded(text: str) -> str:
    """Header text as ASCII: as it stands if short and plain, else in folded encoded words (RFC 2047)."""
    if text.isascii() and len(text) <= _PLAIN_WIDTH:
        return text
    words, word = [], b""
    for character in text:
        octets = character.encode()
        if len(word) + len(octets) > _WORD_BYTES:
            words.append(word)
            word = b""
        word += octets
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word).decode()}?=" for word in [*words, word])


def _mailbox(place: str, setting: str) -> str:
    """A ``From`` or ``Reply-To`` out of the settings. Raises SettingsError where it holds no address fit for mail."""
    name, _ = parseaddr(setting)
    address = bare(setting)
    if not is_plain(address):
        raise SettingsError([f'{place}: not a mail address: {setting!r}; write one such as "humas@example.go.id"'])
    name = header_value(name)[:_PLAIN_WIDTH]
    if not name:
        return address
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{quoted if name.isascii() else _encoded(name)} <{address}>"


def _digest(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def message_id(key: str, settings: MailSettings) -> str:
    """The Message-ID of the mail with this key, in the sender's domain: the same at every attempt and on every host.

    Programmes that share a sender have ids of their own: a mail program shows one of two mails with one id.
    """
    own = f"{settings.programme}\0{key}" if settings.programme else key
    return f"<{_digest(own)}@{domain_of(bare(settings.sender))}>"


def envelope(data: bytes) -> tuple[str, str]:
    """(sender's address, Message-ID) of frozen bytes: what was promised, whatever the settings say by now."""
    headers = BytesHeaderParser().parsebytes(data)
    return bare(str(headers["From"])), str(headers["Message-ID"])


def _text(subtype: str, text: str) -> Message:
    part = Message(_LINES)
    part.add_header("Content-Type", f"text/{subtype}", charset="utf-8")
    part.add_header("Content-Transfer-Encoding", "quoted-printable")
    octets = _UNSAFE_IN_BODY.sub(" ", text.replace("\r\n", "\n")).encode()
    part.set_payload(_OVER.sub(r"\1=\n\2", b2a_qp(octets).decode("ascii")))
    return part


def _calendar(data: bytes) -> Message:
    part = Message(_LINES)
    part.add_header("Content-Type", "text/calendar", method="PUBLISH", charset="utf-8")
    part.add_header("Content-Disposition", "attachment", filename="jadwal.ics")
    part.set_payload(data)
    encode_base64(part)
    return part


def _parts(subtype: str, boundary: str, *parts: Message) -> Message:
    whole = Message(_LINES)
    whole.add_header("Content-Type", f"multipart/{subtype}", boundary=boundary)
    for part in parts:
        whole.attach(part)
    return whole


def _body(rendered: Rendered, digest: str) -> bytes:
    """The parts with their own headers. Only ASCII lines within 76 characters, so any server takes them (RFC 5321)."""
    whole = _parts("alternative", f"=_isi_{digest}", _text("plain", rendered.text), _text("html", rendered.html))
    if rendered.calendar is not None:
        # An attachment, not an alternative: Outlook would show the event instead of the letter.
        whole = _parts("mixed", f"=_surat_{digest}", whole, _calendar(rendered.calendar))
    return whole.as_bytes()


def build(mail: Mail, rendered: Rendered, settings: MailSettings, now: datetime) -> bytes:
    """The mail as it will be sent, every time it is sent; lines end in CRLF.

    ``now`` is aware and becomes the Date. ``To`` is the address alone: a person's name would bring typed text into an
    address header and tell the reader nothing. Without ``reply_to`` answers go to the administrator, a person too.
    ``Auto-Submitted`` (RFC 3834) keeps absence notes from answering; Exchange wants its own header for that.
    Raises HalokopError for a recipient and SettingsError for a sender that is not a plain address.
    """
    if not is_plain(mail.recipient):
        raise HalokopError(f"not a plain mail address: {short_address(mail.recipient)}")
    reply_to = ("mail.reply_to", settings.reply_to) if settings.reply_to else ("mail.admin", settings.admin)
    subject = header_value(mail.subject)
    if len(subject) > _MAX_SUBJECT:
        subject = subject[: _MAX_SUBJECT - 1] + "…"
    headers = {
        "From": _mailbox("mail.from", settings.sender),
        "To": mail.recipient,
        "Reply-To": _mailbox(*reply_to),
        "Subject": _encoded(subject),
        "Date": format_datetime(now),
        "Message-ID": message_id(mail.key, settings),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "id",
        KIND_HEADER: re.sub(r"[^a-z0-9-]+", "-", mail.kind.lower()),
        "MIME-Version": "1.0",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return head.encode("ascii") + _body(rendered, _digest(mail.key))
