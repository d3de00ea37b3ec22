"""The verdict for whatever a mail server does, at every stage; encryption; and that no secret ever shows."""

import logging
import ssl
import traceback
from base64 import b64encode
from pathlib import Path

import pytest

from halokop_sheets.mail.transports import Cause, ChannelDownError, SendResult, SendStatus
from halokop_sheets.mail.transports.smtp import SmtpTransport, TimeLimits
from halokop_sheets.settings import SmtpSettings
from tests.mail_office import a_mail, frozen
from tests.smtp_server import HOST, Server, mail_server, make_certificate, scripted_server

QUICK = TimeLimits(command=0.5, body=0.5, final_dot=0.5)
DATA = frozen(a_mail())
PASSWORD = "rahasia-sekali-7391"


def transport(server: Server, security: str = "none", username: str = "", **more) -> SmtpTransport:
    settings = SmtpSettings(host=HOST, port=server.port, security=security, username=username)
    return SmtpTransport(settings, PASSWORD if username else "", "example.go.id", limits=QUICK, **more)


def send(session, recipient: str = "dewi@example.go.id") -> SendResult:
    return session.send("halokop@example.go.id", recipient, DATA)


S, D, R, C, U = SendStatus.SENT, SendStatus.DEFERRED, SendStatus.REFUSED, SendStatus.CHANNEL, SendStatus.UNKNOWN
ANSWERS = {
    "421 4.3.0 closing": {"MAIL": D, "RCPT": D, "DATA": D, "DOT": D},
    "450 4.2.0 greylisted": {"MAIL": D, "RCPT": D, "DATA": D, "DOT": D},
    "451 4.3.0 local error": {"MAIL": D, "RCPT": D, "DATA": D, "DOT": D},
    "452 4.2.2 no room": {"MAIL": D, "RCPT": D, "DATA": D, "DOT": D},
    "535 5.7.8 bad credentials": {"MAIL": C, "RCPT": R, "DATA": R, "DOT": R},
    "550 5.1.1 no such user": {"MAIL": C, "RCPT": R, "DATA": R, "DOT": R},
    "550-5.4.5 Daily user\r\n550 5.4.5 sending limit exceeded": {"MAIL": C, "RCPT": C, "DATA": C, "DOT": C},
    "552 5.2.2 mailbox full": {"MAIL": C, "RCPT": R, "DATA": R, "DOT": R},
    "554 5.7.1 spam": {"MAIL": C, "RCPT": R, "DATA": R, "DOT": R},
    "554 5.7.1 relay access denied": {"MAIL": C, "RCPT": R, "DATA": R, "DOT": R},
    "530 5.7.0 authentication required": {"MAIL": C, "RCPT": R, "DATA": R, "DOT": R},
    "503 5.5.1 nested MAIL command": {"MAIL": D, "RCPT": D, "DATA": D, "DOT": D},
    "BREAK": {"MAIL": D, "RCPT": D, "DATA": D, "BODY": U, "DOT": U},
    "TAKE": {"DOT": U},
    "SLEEP 0.8 250 ok": {"MAIL": D, "RCPT": D, "DATA": D, "DOT": U},
    "SLEEP 0.2 250 ok": {"MAIL": S, "RCPT": S, "DOT": S},
    "what?": {"MAIL": D, "RCPT": D, "DATA": D, "DOT": U},
    "250 ok": {"DATA": D},
}
CASES = [(answer, stage, kind) for answer, stages in ANSWERS.items() for stage, kind in stages.items()]


@pytest.mark.parametrize(("answer", "stage", "kind"), CASES)
def test_every_answer_at_every_stage(answer: str, stage: str, kind: SendStatus):
    """Also: the next mail goes out, over this session or a new one, and arrives whole."""
    with scripted_server({stage: [answer]}) as server:
        with transport(server).open() as session:
            verdict = send(session)
            assert verdict.kind is kind
            alive = session.alive
            if alive:
                assert send(session, "budi@example.go.id").kind is SendStatus.SENT
        if not alive:
            with transport(server).open() as session:
                assert send(session, "budi@example.go.id").kind is SendStatus.SENT
    code = answer.split("-")[0].split(" ")[0]
    if code.isdigit() and code != "250":
        assert verdict.code == int(code)
        assert verdict.text
    assert server.mails[-1].data == DATA
    taken_by = {SendStatus.SENT: {2}, SendStatus.UNKNOWN: {1, 2}}.get(kind, {1})
    assert len(server.mails) in taken_by
    assert server.connections == (1 if alive else 2)


RELAY = "relay.humas@example.go.id"


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (f"550 5.1.1 <{RELAY}>: Recipient address rejected: User unknown", None),
        (f"550 5.1.1 {RELAY}... User unknown", None),
        ("550 relay.humas: no such mailbox at example.go.id", None),
        ("550 5.1.1 authenticated.users@mx.example.net does not exist", None),
        ("550 5.7.1 RESOLVER.RST.AuthRequired; authentication required", Cause.SENDER),
        (f"554 5.7.1 <{RELAY}>: Relay access denied", Cause.SENDER),
        ("553 5.7.1 <halokop@example.go.id>: Sender address rejected: not owned by user x", Cause.SENDER),
        ("550 relaying denied", Cause.SENDER),
        ("530 5.7.0 must issue a STARTTLS command first", Cause.SIGN_IN),
        ("550 5.1.1 mx said: 5.4.5 Daily user sending limit", None),
    ],
)
def test_a_refusal_of_one_recipient_names_us_only_in_its_own_words(answer: str, cause: Cause | None):
    with scripted_server({"RCPT": answer}) as server, transport(server).open() as session:
        verdict = send(session, RELAY)
    assert (verdict.kind, verdict.cause) == (SendStatus.REFUSED, cause)


def test_a_refusal_at_the_final_dot_ends_the_transaction():
    """Postfix answers the next MAIL with "503 nested MAIL command" unless it was told RSET."""
    with scripted_server({"DOT": ["550 5.7.1 spam"]}) as server, transport(server).open() as session:
        assert send(session).kind is SendStatus.REFUSED
        assert send(session, "budi@example.go.id").kind is SendStatus.SENT
    assert server.connections == 1


@pytest.mark.parametrize("answer", ["421 bye", "BREAK", "SLEEP 0.8 221 bye", "500 what"])
def test_quit_changes_nothing(answer: str):
    with scripted_server({"QUIT": answer}) as server, transport(server).open() as session:
        assert send(session) == SendResult(SendStatus.SENT, 250, "2.0.0 Ok: queued as 4F2A", "4F2A")
    assert len(server.mails) == 1


def test_a_reset_that_fails_ends_the_session():
    with scripted_server({"RCPT": "550 5.1.1 no", "RSET": "BREAK"}) as server, transport(server).open() as session:
        assert send(session).kind is SendStatus.REFUSED
        assert not session.alive


def test_a_session_that_is_over_defers():
    with scripted_server({"MAIL": "BREAK"}) as server, transport(server).open() as session:
        send(session)
        assert send(session).kind is SendStatus.DEFERRED


@pytest.mark.parametrize(
    ("script", "cause"),
    [
        ({"CONNECT": "421 4.3.2 busy"}, Cause.UNREACHABLE),
        ({"CONNECT": "554 go away"}, Cause.UNREACHABLE),
        ({"CONNECT": "BREAK"}, Cause.UNREACHABLE),
        ({"CONNECT": "SLEEP 0.8 220 late"}, Cause.UNREACHABLE),
        ({"CONNECT": "what?"}, Cause.UNREACHABLE),
        ({"EHLO": "BREAK"}, Cause.UNREACHABLE),
        ({"EHLO": "550 no", "HELO": "550 no"}, Cause.UNREACHABLE),
        ({"EHLO": "250 mail"}, Cause.SIGN_IN),  # offers no sign-in
        ({"AUTH": "535 5.7.8 bad credentials"}, Cause.SIGN_IN),
        ({"AUTH": "534 5.7.9 application password required"}, Cause.SIGN_IN),
        ({"AUTH": "454 4.7.0 temporary failure"}, Cause.UNREACHABLE),
        ({"AUTH": "421 4.7.0 too many sign-ins"}, Cause.UNREACHABLE),
        ({"AUTH": "BREAK"}, Cause.UNREACHABLE),
        ({"AUTH": "SLEEP 0.8 235 ok"}, Cause.UNREACHABLE),
    ],
)
def test_no_session(script: dict, cause: Cause):
    with (
        scripted_server(script) as server,
        pytest.raises(ChannelDownError) as caught,
        transport(server, username="halokop").open(),
    ):
        pass
    assert caught.value.cause is cause
    assert caught.value.exit_code == 3
    assert f"{HOST}:{server.port}" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not server.mails


def test_nobody_there():
    with scripted_server({}) as server:
        pass
    with pytest.raises(ChannelDownError) as caught, transport(server).open():
        pass
    assert caught.value.cause is Cause.UNREACHABLE


# --- encryption and sign-in -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate[0]))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encrypted_and_signed_in(certificate: tuple[Path, Path], security: str):
    if security == "starttls":
        login = ("halokop", PASSWORD)
        with mail_server(certificate=certificate, security=security, login=login) as server:
            with transport(server, security, "halokop", context=trusting(certificate)).open() as session:
                assert send(session).kind is SendStatus.SENT
                assert send(session).queue_id == "000002"
            with pytest.raises(ChannelDownError) as caught:
                transport(server, security, "orang-lain", context=trusting(certificate))._connect()
            assert (caught.value.cause, caught.value.code) == (Cause.SIGN_IN, 535)
    else:
        with (
            mail_server(certificate=certificate, security=security) as server,
            transport(server, security, context=trusting(certificate)).open() as session,
        ):
            assert send(session).kind is SendStatus.SENT
    assert [mail.data for mail in server.mails] == [DATA] * len(server.mails)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for(certificate: tuple[Path, Path], security: str):
    with (
        mail_server(certificate=certificate, security=security) as server,
        pytest.raises(ChannelDownError) as caught,
        transport(server, security).open(),
    ):
        pass
    assert caught.value.cause is Cause.CERTIFICATE
    assert not server.mails


def test_never_on_in_the_clear():
    """A server (or somebody between) that hides STARTTLS gets neither password nor mail."""
    with (
        scripted_server({}) as server,
        pytest.raises(ChannelDownError),
        transport(server, "starttls", "halokop").open(),
    ):
        pass
    assert {line.split()[0].upper() for line in server.commands} <= {"EHLO", "QUIT"}


# --- secrets --------------------------------------------------------------------------------------------------------

ENCODED = b64encode(f"\0halokop\0{PASSWORD}".encode()).decode()


@pytest.mark.parametrize(
    "answer",
    [f"535 5.7.8 bad: {PASSWORD}", f"535 5.7.8 AUTH PLAIN {ENCODED}", f"454 4.7.0 {ENCODED}", "BREAK"],
)
def test_the_password_is_in_no_error_and_no_log(answer: str, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    with (
        scripted_server({"AUTH": answer}) as server,
        pytest.raises(ChannelDownError) as caught,
        transport(server, username="halokop").open(),
    ):
        pass
    error = caught.value
    shown = "".join(traceback.format_exception(error)) + repr(error) + str(error) + caplog.text
    assert error.__suppress_context__
    for secret in (PASSWORD, ENCODED, b64encode(PASSWORD.encode()).decode()):
        assert secret not in shown
    assert any(ENCODED in line for line in server.commands)  # it was really sent


def test_a_password_that_smtp_cannot_carry():
    with scripted_server({}) as server:
        one = SmtpTransport(
            SmtpSettings(host=HOST, port=server.port, security="none", username="halokop"), "sandi-é", "example.go.id"
        )
        with pytest.raises(ChannelDownError) as caught, one.open():
            pass
    assert "é" not in str(caught.value)
    assert caught.value.cause is Cause.SIGN_IN
