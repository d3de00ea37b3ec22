"""SMTP (RFC 5321) with the phase kept in sight.

``smtplib`` has the parts we want (replies, EHLO, STARTTLS, sign-in) and one we must not use: ``sendmail`` raises the
same exception for a connection lost before the body, where nothing was taken, and after it, where nobody can know; and
it raises for a 421 at QUIT although the mail was taken. So the transaction is spelled out here, and what a break means
is decided by how far we had come: from the body's first byte on it is unknown (RFC 5321 4.5.3.2.6, RFC 1047).
"""

import re
import smtplib
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from halokop_sheets.mail.transports import Cause, ChannelDownError, SendResult, SendStatus
from halokop_sheets.settings import SmtpSettings

_SIGN_IN = {530, 534, 535, 538}  # RFC 4954 section 6
_OUT_OF_STEP = 503  # bad sequence of commands: what went before was not as we thought
_DAILY_LIMIT = re.compile(r"5\.4\.5\b")  # Gmail and Workspace: daily sending limit
_OUR_RIGHT = re.compile(r"5\.7\.|.*(relay|authenticat|sender address|client host)", re.IGNORECASE)
"""Perhaps refused for what we are, not to whom. RFC 3463 files both under 5.7, and Postfix says at RCPT what it holds
against MAIL (``smtpd_delay_reject``)."""
_ADDRESS = re.compile(r"<[^>]*>|\S*@\S*")
_QUEUED = re.compile(r"(?:queued as |\bid=)([\w.-]{4,80})", re.IGNORECASE)  # Postfix, Exim
TRUST = "SSL_CERT_FILE names the file of an office's own authority"
PORTS = 'that the port fits: 587 with security = "starttls", 465 with "tls"'
_MAX_TEXT = 200  # characters of a server's answer that are kept


@dataclass(frozen=True)
class TimeLimits:
    """Seconds without a byte. The final dot is given the ten minutes of RFC 5321: giving up there means doubt."""

    command: float = 30
    body: float = 60
    final_dot: float = 600


class SmtpTransport:
    """One mail server of the settings. ``hello`` is the name we greet with, a domain of ours: looking up our own host's
    name can take seconds and means nothing to others. ``context`` decides which certificates are trusted."""

    def __init__(
        self,
        settings: SmtpSettings,
        password: str,
        hello: str,
        *,
        context: ssl.SSLContext | None = None,
        limits: TimeLimits = TimeLimits(),
    ) -> None:
        self._settings = settings
        self._password = password
        self._hello = hello
        self._context = context or ssl.create_default_context()
        self._limits = limits

    @contextmanager
    def open(self) -> Iterator["SmtpSession"]:
        """Connected, encrypted as the settings ask, signed in. Raises ChannelDownError; its text holds no secret."""
        server = self._connect()
        try:
            yield SmtpSession(server, self._limits)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                if server.sock is not None:
                    server.quit()  # whatever it answers, the verdicts stand
            server.close()

    def _connect(self) -> smtplib.SMTP:
        place = f"{self._settings.host}:{self._settings.port}"
        server: smtplib.SMTP | None = None
        try:
            server = self._dial()
            self._sign_in(server)
        except BaseException as error:
            if server is not None:
                server.close()
            if isinstance(error, OSError | smtplib.SMTPException | UnicodeError):
                raise self._down(place, error) from None  # no chain: smtplib's frames hold the password
            raise
        return server

    def _dial(self) -> smtplib.SMTP:
        one, limit = self._settings, self._limits.command
        if one.security == "tls":
            tls = smtplib.SMTP_SSL(one.host, one.port, self._hello, timeout=limit, context=self._context)
            return _greeted(tls)
        server = _greeted(smtplib.SMTP(one.host, one.port, self._hello, timeout=limit))
        if one.security == "starttls":
            try:
                server.starttls(context=self._context)  # raises where it is not offered: never on in the clear
                server.ehlo_or_helo_if_needed()
            except BaseException:
                server.close()
                raise
        return server

    def _sign_in(self, server: smtplib.SMTP) -> None:
        if not self._settings.username:
            return
        if not self._password.isascii():
            raise smtplib.SMTPAuthenticationError(0, "the password holds characters that SMTP cannot carry")
        server.login(self._settings.username, self._password)

    def _down(self, place: str, error: Exception) -> ChannelDownError:
        code, text = 0, str(error)
        if isinstance(error, smtplib.SMTPResponseException):
            code, text = error.smtp_code, _text(error.smtp_error)
        if isinstance(error, ssl.SSLError):
            cause, what = (
                Cause.CERTIFICATE,
                f"no encrypted connection; check {PORTS}, and its certificate: {TRUST}",
            )
        elif isinstance(error, smtplib.SMTPNotSupportedError):
            cause = Cause.SIGN_IN
            what = (
                f'it does not offer what mail.smtp.security = "{self._settings.security}" or a sign-in asks for; '
                f'check {PORTS}; "none", without username, only for a server of your own on this machine'
            )
        elif isinstance(error, smtplib.SMTPAuthenticationError) and not 400 <= code < 500:
            cause, what = Cause.SIGN_IN, "sign-in refused; check mail.smtp.username and the password"
        elif code in _SIGN_IN:
            cause, what = Cause.SIGN_IN, "it wants a sign-in; set mail.smtp.username and the password"
        else:
            cause, what = Cause.UNREACHABLE, f"out of reach; check that it runs, mail.smtp.host, and {PORTS}"
        answer = self._without_secrets(f"{code} {text}" if code else text)
        return ChannelDownError(f"mail server {place}: {what} ({answer})", cause, code)

    def _without_secrets(self, text: str) -> str:
        """A server may quote what we sent it."""
        user, password = self._settings.username, self._password
        plain = f"\0{user}\0{password}".encode()
        for secret in (b64encode(plain).decode(), b64encode(password.encode()).decode(), password):
            text = text.replace(secret, "***") if secret else text
        return text


class SmtpSession:
    """One connection; each :meth:`send` is one whole transaction for one recipient."""

    def __init__(self, server: smtplib.SMTP, limits: TimeLimits) -> None:
        self._server = server
        self._limits = limits

    @property
    def alive(self) -> bool:
        return self._server.sock is not None

    def send(self, sender: str, recipient: str, data: bytes) -> SendResult:
        """The verdict by the stage reached. A server that refuses MAIL refuses us, not the recipient."""
        in_doubt = SendResult(SendStatus.DEFERRED)  # what a break means now
        ours = (sender, recipient)
        try:
            for command, wanted in (
                (f"MAIL FROM:<{sender}>", 2),
                (f"RCPT TO:<{recipient}>", 2),
                ("DATA", 3),
            ):
                code, answer = self._server.docmd(command)
                if code // 100 != wanted:
                    return self._refused(code, _text(answer), command[:4], ours)
            in_doubt = SendResult(SendStatus.UNKNOWN)
            code, answer = self._body(data)
        except (OSError, smtplib.SMTPException) as error:
            self._server.close()
            return SendResult(in_doubt.kind, 0, _text(str(error)))
        text = _text(answer)
        if code // 100 == 2:
            found = _QUEUED.search(text)
            return SendResult(SendStatus.SENT, code, text, found[1] if found else "")
        if code // 100 in (4, 5):
            return self._refused(code, text, "final dot", ours)
        self._server.close()  # no reply of SMTP at all
        return SendResult(SendStatus.UNKNOWN, max(code, 0), text)

    def _body(self, data: bytes) -> tuple[int, bytes]:
        """Send the body with its dots doubled (RFC 5321 4.5.2), then wait for the one answer that counts."""
        sock = self._server.sock
        assert sock is not None
        sock.settimeout(self._limits.body)
        self._server.send(re.sub(rb"(?m)^\.", b"..", data) + b".\r\n")
        sock.settimeout(self._limits.final_dot)
        reply = self._server.getreply()
        sock.settimeout(self._limits.command)
        return reply

    def _refused(self, code: int, text: str, stage: str, ours: tuple[str, str]) -> SendResult:
        """Not taken. Afterwards the session is clean for the next mail, or closed.

        Also after the final dot: RFC 5321 ends the transaction there, but Postfix may answer the next MAIL with
        "503 nested MAIL command".
        """
        if code in (421, _OUT_OF_STEP) or not 400 <= code < 600:  # closing (RFC 5321 3.8), or out of step
            self._server.close()
        else:
            try:
                if self._server.rset()[0] != 250:
                    self._server.close()
            except (OSError, smtplib.SMTPException):
                self._server.close()
        if code == _OUT_OF_STEP or not 500 <= code < 600:
            return SendResult(SendStatus.DEFERRED, max(code, 0), text)
        bare = _without_addresses(text, *ours)
        if _DAILY_LIMIT.match(bare):
            return SendResult(SendStatus.CHANNEL, code, text, cause=Cause.QUOTA)
        cause = Cause.SIGN_IN if code in _SIGN_IN else Cause.SENDER
        if stage == "MAIL":
            return SendResult(SendStatus.CHANNEL, code, text, cause=cause)
        about_us = code in _SIGN_IN or _OUR_RIGHT.match(bare)
        return SendResult(SendStatus.REFUSED, code, text, cause=cause if about_us else None)


def _without_addresses(text: str, *addresses: str) -> str:
    """A server's answer without what it quotes: ``relay.humas@...`` is a name, and says nothing about relaying."""
    text = _ADDRESS.sub(" ", text)
    names = sorted({name for one in addresses for name in (*one.split("@"), one) if name}, key=len, reverse=True)
    for name in names:
        text = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", " ", text, flags=re.IGNORECASE)
    return text.strip()


def _greeted(server: smtplib.SMTP) -> smtplib.SMTP:
    """The connection, once the server has answered EHLO; smtplib itself would notice a refusal only later."""
    try:
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _text(answer: bytes | str) -> str:
    """A server's answer as one printable line."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_MAX_TEXT]
