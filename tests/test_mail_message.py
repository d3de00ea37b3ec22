"""What goes into a mail: exactly our headers, exactly one recipient, whatever people typed."""

import email
import random
import re
from email import policy
from email.headerregistry import Address
from email.parser import BytesHeaderParser
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from halokop_sheets.core.addresses import allowed, bare, is_plain, short_address
from halokop_sheets.errors import HalokopError, SettingsError
from halokop_sheets.mail.message import Rendered, build, envelope, header_value, message_id
from halokop_sheets.mail.transports.smtp import SmtpTransport
from halokop_sheets.settings import MailSettings, SmtpSettings, parse_settings
from tests.mail_office import MAIL, NOW, a_mail
from tests.smtp_server import scripted_server

STRICT = policy.default.clone(raise_on_defect=True)
HEADERS_ONLY = BytesHeaderParser(policy=STRICT)
RENDERED = Rendered("<p>Halo, <b>Bu Dewi</b> — langkah 5 ✓</p>", "Halo, Bu Dewi — langkah 5 ✓\n.\nsalam\n")
HEADERS = [
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("Content-Language", "X-Halokop-Kind", "MIME-Version", "Content-Type"),
]
SMUGGLING = [
    "=?UTF-8?Q?=0A?=Bcc: musuh@example.com",
    "=?UTF-8?B?DQpCY2M6IG11c3VoQGV4YW1wbGUuY29t?=",
    "Dewi\r\nBcc: musuh@example.com",
    "Dewi\nBcc: musuh@example.com",
    "Dewi\u2028Bcc: musuh@example.com",
    "Dewi\x00\x0b\x0c\x85Bcc: musuh@example.com",
    "Dewi\r\n\r\n<html>isi lain</html>",
    '"Dewi" <musuh@example.com>, ',
    "==??UTF-8?Q?=0A?=Bcc: a@b.c",
    "\ud800\u202eiwed",
    "\r\n.\r\nMAIL FROM:<x@y.z>\r\n",
]


def parsed(data: bytes) -> email.message.EmailMessage:
    message = email.message_from_bytes(data, policy=STRICT)
    for part in message.walk():
        assert not part.defects
        for value in part.values():
            assert not value.defects
    return message


def test_headers_and_parts():
    message = parsed(build(a_mail(), RENDERED, MAIL, NOW))
    assert message.keys() == HEADERS
    assert message["From"].addresses == (Address("HALO KOP-UKM", addr_spec="halokop@example.go.id"),)
    assert message["To"].addresses == (Address(addr_spec="dewi@example.go.id"),)
    assert message["Reply-To"] == "admin@example.go.id"
    assert message["Subject"] == "2 langkah hari ini · 1 terlambat"
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@example.go.id>")
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == RENDERED.text
    assert message.get_body(("html",)).get_content().strip() == RENDERED.html


def test_calendar_is_attached():
    calendar = b"BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n"
    message = parsed(build(a_mail(), Rendered(RENDERED.html, RENDERED.text, calendar), MAIL, NOW))
    (attached,) = message.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached["Content-Type"].params["method"] == "PUBLISH"
    assert attached.get_filename() == "jadwal.ics"
    assert attached.get_payload(decode=True) == calendar
    assert message.get_body(("html",)).get_content().strip() == RENDERED.html


def test_the_same_mail_is_the_same_bytes():
    assert build(a_mail(), RENDERED, MAIL, NOW) == build(a_mail(), RENDERED, MAIL, NOW)
    other = build(a_mail("budi@example.go.id"), RENDERED, MAIL, NOW)
    assert envelope(other)[1] != envelope(build(a_mail(), RENDERED, MAIL, NOW))[1]
    assert envelope(other) == ("halokop@example.go.id", message_id(a_mail("budi@example.go.id").key, MAIL))


def test_only_short_ascii_lines_ending_in_crlf():
    long = Rendered("<p>" + "ä" * 5000 + "</p>", "kata " * 2000)
    data = build(a_mail(subject="Évaluasi " * 40), long, MAIL, NOW)
    assert data.isascii()
    lines = data.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 78
    assert len(parsed(data)["Subject"]) <= 200


@given(
    st.text(
        st.one_of(st.sampled_from("a =.?\t\n\r\x00é日😀\u2028"), st.characters(exclude_categories=["Cs"])), max_size=300
    )
)
@example("kata " * 30 + " \n.\nFrom a\n\t \n")
@example("a" * 74 + " \n" + "a" * 75 + "\t\n" + "a" * 73 + "é \n" + "a" * 72 + "é\t\n")
def test_any_text_arrives_as_it_was_but_for_control_characters(text):
    data = build(a_mail(), Rendered(f"<pre>{text}</pre>", text), MAIL, NOW)
    lines = data.split(b"\r\n")
    assert data.isascii()
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    head = data.index(b"\r\n\r\n")
    assert max(map(len, data[head:].split(b"\r\n"))) <= 76
    wanted = re.sub("[\x00-\x08\x0b-\x1f\x7f]", " ", text.replace("\r\n", "\n"))
    shown = [part.get_payload(decode=True).decode().replace("\r\n", "\n") for part in parsed(data).iter_parts()]
    assert shown == [wanted, f"<pre>{wanted}</pre>"]


def test_sender_with_any_name():
    settings = MailSettings.model_validate(
        {"from": 'Humas "Kota" é <Humas@example.go.id>', "reply_to": "Bu Dewi <dewi@example.go.id>"}
    )
    message = parsed(build(a_mail(), RENDERED, settings, NOW))
    assert message["From"].addresses[0].addr_spec == "humas@example.go.id"
    assert message["Reply-To"].addresses == (Address("Bu Dewi", addr_spec="dewi@example.go.id"),)


def test_no_address_no_mail():
    with pytest.raises(HalokopError):
        build(a_mail("dewi@example.go.id, musuh@example.com"), RENDERED, MAIL, NOW)
    with pytest.raises(SettingsError, match=r"mail\.reply_to"):
        parse_settings('[mail]\nreply_to = "Bu Dewi"', Path())


def fuzzed(count: int, seed: int = 20261124) -> list[str]:
    dice = random.Random(seed)
    letters = [*"aZ9 ,.:;=?_\"'()<>@\\é·…—日本😀ßÿ\u0300\n\r\t\x00\x7f\x85\u2028\u2029\u202e\ud800", "=?", "?=", "\r\n"]
    return ["".join(dice.choices([*letters, *SMUGGLING], k=dice.randint(1, 60))) for _ in range(count)]


def check_smuggling(texts: list[str]) -> None:
    for number, text in enumerate(texts):
        mail = a_mail(name=text, subject=text, summary=text, kind="digest")
        message = HEADERS_ONLY.parsebytes(build(mail, Rendered(text, text), MAIL, NOW))
        assert message.keys() == HEADERS, text
        assert [one.addr_spec for one in message["To"].addresses] == ["dewi@example.go.id"]
        if number % 10 == 0:
            whole = parsed(build(mail, Rendered(text, text), MAIL, NOW))
            assert [part.get_content_maintype() for part in whole.walk()] == ["multipart", "text", "text"]
        subject = header_value(text)
        assert message["Subject"] == (subject if len(subject) <= 200 else subject[:199] + "…"), text


def test_nothing_typed_becomes_a_header_or_recipient():
    check_smuggling([*SMUGGLING, *fuzzed(2_500)])


@pytest.mark.soak
def test_nothing_typed_becomes_a_header_or_recipient_soak():
    check_smuggling(fuzzed(10_000, seed=3))


def over_smtp(texts: list[str]) -> None:
    """Each mail over a real connection: one MAIL, one RCPT, one body, as the server sees it."""
    with scripted_server({}) as server:
        transport = SmtpTransport(
            SmtpSettings(host="127.0.0.1", port=server.port, security="none"), "", "example.go.id"
        )
        with transport.open() as session:
            for text in texts:
                data = build(a_mail(subject=text), Rendered(text, text), MAIL, NOW)
                assert session.send("halokop@example.go.id", "dewi@example.go.id", data).code == 250
                assert server.mails.pop().data == data
    talk = [line for line in server.commands if line != "quit"][1:]
    assert talk == ["MAIL FROM:<halokop@example.go.id>", "RCPT TO:<dewi@example.go.id>", "DATA"] * len(texts)


def test_one_recipient_a_transaction():
    over_smtp([*SMUGGLING, *fuzzed(500, seed=1)])


@pytest.mark.soak
def test_one_recipient_a_transaction_soak():
    over_smtp(fuzzed(10_000, seed=2))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "dewi",
        "@example.go.id",
        "dewi@",
        "dewi@@example.go.id",
        "dewi@example.go.id,musuh@example.com",
        "dewi@example.go.id musuh@example.com",
        "dewi@example.go.id\r\nRCPT TO:<musuh@example.com>",
        "dewi@example.go.id\n",
        "<dewi@example.go.id>",
        "Dewi <dewi@example.go.id>",
        '"dewi@evil.com "@example.go.id',
        "dewi(@evil.com)@example.go.id",
        "musuh@evil.com@example.go.id",
        "@evil.com:dewi@example.go.id",
        "=?utf-8?q?dewi?=@example.go.id",
        "dewi%evil.com@[127.0.0.1]",
        ".dewi@example.go.id",
        "de..wi@example.go.id",
        "déwi@example.go.id",
        "dewi@exämple.go.id",
        "dewi@-example.go.id",
        "dewi@example..go.id",
        "x" * 65 + "@example.go.id",
        "x@" + "y" * 254,
        "=@\x00",
    ],
)
def test_strange_addresses_are_no_addresses(address: str):
    assert not is_plain(address)
    assert not allowed(address, MAIL)


def test_who_may_be_written_to():
    settings = MailSettings(
        allowed_domains=["Example.go.id"], allowed_addresses=["Narasumber@gmail.com"], admin="Admin <boss@other.id>"
    )
    assert allowed("dewi@example.go.id", settings)
    assert allowed("DEWI@EXAMPLE.GO.ID", settings)
    assert allowed("narasumber@gmail.com", settings)
    assert allowed("boss@other.id", settings)
    assert not allowed("orang@gmail.com", settings)
    assert not allowed("dewi@sub.example.go.id", settings)
    assert not allowed("dewi@notexample.go.id", settings)
    assert not allowed("dewi@example.go.id.evil.com", settings)
    assert not allowed("lain@other.id", settings)


def test_addresses_in_logs():
    assert short_address("dewi@example.go.id") == "de…@example.go.id"
    assert "\n" not in short_address("de\nwi@exam\nple.go.id")
    assert short_address("dewi") == "…@dewi"
    assert bare("HALO KOP-UKM <Halokop@example.go.id>") == "halokop@example.go.id"
