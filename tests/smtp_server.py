"""Mail servers on loopback for tests: a real one (aiosmtpd), and one that answers, stalls or breaks as scripted."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Taken:
    """A mail that the server took: it answered 250 after the dot, or meant to."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes


@dataclass
class Server:
    port: int = 0
    mails: list[Taken] = field(default_factory=list)
    connections: int = 0
    commands: list[str] = field(default_factory=list)  # of the scripted server

    @property
    def recipients(self) -> list[str]:
        return [one for mail in self.mails for one in mail.recipients]


# --- the real one -------------------------------------------------------------------------------------------------


class _Handler:
    def __init__(self, server: Server) -> None:
        self.server = server

    async def handle_EHLO(self, server, session: Session, envelope, hostname: str, responses: list[str]) -> list[str]:  # noqa: N802
        self.server.connections += session.host_name is None
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server, session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.server.mails.append(Taken(str(envelope.mail_from), tuple(envelope.rcpt_tos), envelope.content))
        return f"250 2.0.0 Ok: queued as {len(self.server.mails):06X}"


class _Controller(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, **self.SMTP_kwargs)


@contextmanager
def mail_server(
    *, certificate: tuple[Path, Path] | None = None, security: str = "none", login: tuple[str, str] | None = None
) -> Iterator[Server]:
    """A real server. ``security``: none, starttls (demanded), tls. ``login``: the one name and password it takes."""
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)

    def authenticate(server, session, envelope, mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        good = (data.login.decode(), data.password.decode()) == login
        return AuthResult(success=good, handled=False)

    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    server = Server(port)
    controller = _Controller(
        _Handler(server),
        hostname=HOST,
        port=port,
        ssl_context=context if security == "tls" else None,
        tls_context=context if security == "starttls" else None,
        require_starttls=security == "starttls",
        authenticator=authenticate if login else None,
        auth_required=login is not None,
        auth_require_tls=security == "starttls",
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


# --- the scripted one ---------------------------------------------------------------------------------------------

_POLITE = {
    "CONNECT": "220 mail.example.go.id ESMTP",
    "EHLO": "250-mail.example.go.id\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME",
    "AUTH": "235 2.7.0 ok",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    "DOT": "250 2.0.0 Ok: queued as 4F2A",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


@contextmanager
def scripted_server(script: Mapping[str, str | list[str]]) -> Iterator[Server]:
    """A server that is polite but where ``script`` says otherwise.

    Stages: CONNECT, EHLO, AUTH, MAIL, RCPT, DATA, BODY (after its first bytes), DOT, RSET, QUIT. A text is the answer
    each time; a list gives the first answers, then politeness. ``BREAK`` closes without a word; ``TAKE`` (at DOT) takes
    the mail and then closes without a word; ``SLEEP 2 250 ok`` answers after 2 seconds. As Postfix does, it answers
    MAIL with 503 while a transaction is open: a refusal after the final dot does not end one, RSET does.
    """
    listener = socket.create_server((HOST, 0))
    server = Server(listener.getsockname()[1])
    left = {stage: list(answers) for stage, answers in script.items() if isinstance(answers, list)}
    threading.Thread(target=_accept, args=(listener, server, script, left), daemon=True).start()
    try:
        yield server
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _accept(listener: socket.socket, server: Server, script: Mapping, left: dict[str, list[str]]) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            server.connections += 1
            threading.Thread(target=_talk, args=(connection, server, script, left), daemon=True).start()


def _talk(connection: socket.socket, server: Server, script: Mapping, left: dict[str, list[str]]) -> None:
    def answer(stage: str, mail: Taken | None = None) -> str:
        if stage in left:
            line = left[stage].pop(0) if left[stage] else _POLITE.get(stage, "")
        else:
            line = script.get(stage, _POLITE.get(stage, ""))
        if line.startswith("SLEEP "):
            _, seconds, line = line.split(" ", 2)
            time.sleep(float(seconds))
        if mail and line.startswith(("250", "TAKE")):
            server.mails.append(mail)
        if line in ("BREAK", "TAKE"):
            raise ConnectionAbortedError
        if line:
            connection.sendall(line.encode() + b"\r\n")
        return line

    with suppress(OSError), connection, connection.makefile("rb") as lines:
        answer("CONNECT")
        sender, recipients, nested = "", [], False
        while line := lines.readline():
            text = line.decode().strip()
            stage = text[:4].upper()
            server.commands.append(text)
            if stage == "MAIL" and nested:
                connection.sendall(b"503 5.5.1 Error: nested MAIL command\r\n")
                continue
            reply = answer(stage)
            nested = nested and not (stage == "RSET" and reply.startswith("250"))
            if stage == "MAIL":
                nested = reply.startswith("250")
                sender, recipients = text[11:-1], []
            elif stage == "RCPT" and reply.startswith("250"):
                recipients.append(text[9:-1])
            elif stage == "DATA" and reply.startswith("354"):
                data = lines.readline()
                answer("BODY")
                while not data.endswith(b"\r\n.\r\n"):
                    data += lines.readline()
                nested = not (
                    reply := answer("DOT", Taken(sender, tuple(recipients), data[:-3].replace(b"\r\n..", b"\r\n.")))
                ).startswith("250")
            if stage == "QUIT" or reply.startswith("421"):
                return


# --- a certificate ------------------------------------------------------------------------------------------------


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """(certificate, key) of a server called 127.0.0.1, signed by itself: trusted only by who loads that very file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example.go.id")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "server.crt", folder / "server.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files
