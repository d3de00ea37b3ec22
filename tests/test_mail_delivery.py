"""Delivery: the table of verdicts on the ledger, the guards before each mail, the limits of a tick."""

import logging
from datetime import datetime
from pathlib import Path

import pytest

from halokop_sheets.core.terms import MailStatus
from halokop_sheets.mail.delivery import Guard, Outcome, Watch, deliver
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.transports import Cause, ChannelDownError, SendResult, SendStatus, Transport
from halokop_sheets.mail.transports.smtp import SmtpTransport, TimeLimits
from halokop_sheets.settings import MailSettings, SmtpSettings
from tests.mail_office import (
    MAIL,
    NOW,
    SENT,
    Clock,
    Post,
    a_mail,
    after,
    claimed,
    frozen,
    open_ledger,
    people,
    record_of,
)
from tests.smtp_server import HOST, mail_server, scripted_server

DEWI, BUDI = a_mail(), a_mail("budi@example.go.id")


def post(ledger: Ledger, transport: Transport, now: datetime = NOW, settings: MailSettings = MAIL, **more) -> Outcome:
    guard = Guard(**{key: more.pop(key) for key in ("shown_only", "blocked", "still_wanted") if key in more})
    return deliver(ledger, transport, settings, now, guard, Watch(**{"monotonic": Clock(), **more}))


def smtp(port: int) -> SmtpTransport:
    settings = SmtpSettings(host=HOST, port=port, security="none")
    return SmtpTransport(settings, "", "example.go.id", limits=TimeLimits(0.5, 0.5, 0.5))


def statuses(ledger: Ledger, now: datetime = NOW) -> list[str]:
    return [record.status for record in ledger.view(now).records]


class Down:
    """A server that nobody reaches."""

    def __init__(self, cause: Cause = Cause.UNREACHABLE, code: int = 0) -> None:
        self.error = ChannelDownError("mail server out of reach", cause, code)
        self.tried = 0

    def open(self) -> Post:
        self.tried += 1
        raise self.error


def test_all_over_one_connection_once(tmp_path: Path):
    mails = people(20)
    ledger = claimed(tmp_path, *mails)
    with mail_server() as server:
        outcome = post(ledger, smtp(server.port))
        assert (outcome.sent, outcome.left, outcome.changed, outcome.trouble) == (20, 0, True, None)
        again = post(ledger, smtp(server.port))
        assert again == Outcome()
    assert server.connections == 1
    assert sorted(server.recipients) == sorted(mail.recipient for mail in mails)
    assert all(len(mail.recipients) == 1 for mail in server.mails)
    assert {mail.data for mail in server.mails} == {frozen(mail) for mail in mails}
    assert statuses(ledger) == [MailStatus.SENT] * 20


def test_nothing_due_opens_nothing(tmp_path: Path):
    down = Down()
    assert post(open_ledger(tmp_path), down) == Outcome()
    assert down.tried == 0


# --- the table of verdicts ------------------------------------------------------------------------------------------


def test_deferred_until_it_expires(tmp_path: Path):
    ledger = claimed(tmp_path, DEWI)
    later = Post(SendResult(SendStatus.DEFERRED, 450, "4.2.0 greylisted"))
    tried = []
    for minute in range(0, 11 * 60, 5):
        before = len(later.sent)
        post(ledger, later, after(minutes=minute))
        if len(later.sent) > before:
            tried.append(minute)
    assert tried == [0, 30, 90, 210, 450]
    assert len({data for _, data in later.sent}) == 1
    record = record_of(ledger, DEWI)
    assert record.status == MailStatus.EXPIRED
    assert record.remark == "Ditunda server email (450) sampai batas waktunya lewat (17.00)."


def test_refused_is_final_and_harms_nobody_else(tmp_path: Path):
    ledger = claimed(tmp_path, DEWI, BUDI)
    with scripted_server({"RCPT": ["550 5.1.1 no such user"]}) as server:
        outcome = post(ledger, smtp(server.port))
        assert (outcome.refused, outcome.sent) == (1, 1)
        assert post(ledger, smtp(server.port), after(hours=5)) == Outcome()
    assert server.recipients == ["budi@example.go.id"]
    assert statuses(ledger) == [MailStatus.REFUSED, MailStatus.SENT]


@pytest.mark.parametrize(
    ("script", "cause"),
    [
        ({"AUTH": "535 5.7.8 bad credentials"}, Cause.SIGN_IN),
        ({"DOT": "550 5.4.5 Daily user sending limit exceeded"}, Cause.QUOTA),
        ({"MAIL": "550 5.7.60 cannot send as this sender"}, Cause.SENDER),
    ],
)
def test_the_channel_pauses_and_nothing_is_marked(tmp_path: Path, script: dict, cause: Cause):
    ledger = claimed(tmp_path, DEWI, BUDI)
    with scripted_server(script) as server:
        transport = smtp(server.port)
        if cause is Cause.SIGN_IN:
            settings = SmtpSettings(host=HOST, port=server.port, security="none", username="halokop")
            transport = SmtpTransport(settings, "salah", "example.go.id")
        outcome = post(ledger, transport)
        assert outcome.trouble and outcome.trouble.cause is cause
        assert (outcome.left, outcome.changed) == (2, True)
        paused = ledger.view(NOW)
        assert paused.trouble
        for record in paused.records:
            assert record.status == MailStatus.DEFERRED
            assert record.remark.endswith("; dicoba lagi pada pemeriksaan berikutnya.")
            assert record.remark.split(";")[0] in paused.trouble
        assert sum(line.startswith("MAIL") for line in server.commands) <= 1
        assert not post(ledger, transport, after(minutes=5)).changed
    with scripted_server({}) as server:
        assert post(ledger, smtp(server.port), after(minutes=10)).sent == 2
    assert ledger.view(NOW).trouble == ""


RELAY_DENIED = SendResult(SendStatus.REFUSED, 554, "5.7.1 Relay access denied", cause=Cause.SENDER)


def denying(*recipients: str) -> Post:
    """A server that guards these addresses and takes mail for all others."""
    return Post(lambda recipient: RELAY_DENIED if recipient in recipients else SENT)


@pytest.mark.parametrize("guarded", [people(3)[:1], people(3)[:2], people(3)[2:]])
def test_an_address_that_is_guarded_stops_nobody_elses_mail(tmp_path: Path, guarded: list):
    """Two at the head of the queue make the channel pause for one tick; then the others go first."""
    mails = people(3)
    ledger = claimed(tmp_path, *mails)
    server = denying(*(mail.recipient for mail in guarded))
    for minute in range(0, 30, 5):
        outcome = post(ledger, server, after(minutes=minute))
    assert outcome == Outcome()
    assert ledger.view(NOW).trouble == ""
    for mail in mails:
        record = record_of(ledger, mail)
        assert record.status == (MailStatus.REFUSED if mail in guarded else MailStatus.SENT)
        assert ("554 5.7.1 Relay access denied" in record.remark) == (mail in guarded)


def test_a_server_that_relays_for_nobody_pauses_the_channel_and_marks_nothing(tmp_path: Path):
    mails = people(5)
    ledger = claimed(tmp_path, *mails)
    server = denying(*(mail.recipient for mail in mails))
    outcome = post(ledger, server)
    assert outcome.trouble and outcome.trouble.cause is Cause.SENDER
    assert (outcome.refused, outcome.left, len(server.sent)) == (0, 5, 2)
    assert set(statuses(ledger)) == {MailStatus.DEFERRED}
    assert all("tidak mengizinkan" in record.remark for record in ledger.view(NOW).records)
    for minute in (5, 10, 15, 20):
        post(ledger, Post(), after(minutes=minute))
    assert statuses(ledger) == [MailStatus.SENT] * 5


def test_unreachable_is_waited_for_and_said(tmp_path: Path):
    ledger = claimed(tmp_path, DEWI, BUDI)
    outcome = post(ledger, Down())
    assert outcome.trouble and outcome.trouble.cause is Cause.UNREACHABLE
    assert (outcome.left, outcome.changed) == (2, True)
    assert statuses(ledger) == [MailStatus.DEFERRED] * 2
    assert "tidak dapat dihubungi" in ledger.view(NOW).trouble
    assert not post(ledger, Down(), after(minutes=5)).changed  # no news: nothing to write
    assert post(ledger, Post(), after(minutes=10)).sent == 2
    assert ledger.view(NOW).trouble == ""


@pytest.mark.parametrize(("dot", "copies"), [("BREAK", 0), ("TAKE", 2)])
def test_unknown_goes_once_more_and_never_a_third_time(tmp_path: Path, dot: str, copies: int):
    ledger = claimed(tmp_path, DEWI)
    with scripted_server({"DOT": dot}) as server:
        for minute in range(0, 11 * 60, 15):
            post(ledger, smtp(server.port), after(minutes=minute))
        assert sum(line == "DATA" for line in server.commands) == 2
    assert len(server.mails) == copies
    assert len({mail.data for mail in server.mails}) <= 1
    assert statuses(ledger, after(hours=11)) == [MailStatus.UNKNOWN]


def test_unknown_then_sent(tmp_path: Path):
    ledger = claimed(tmp_path, DEWI)
    with scripted_server({"DOT": ["TAKE"]}) as server:
        assert post(ledger, smtp(server.port)).unknown == 1
        assert post(ledger, smtp(server.port), after(minutes=14)) == Outcome()
        assert post(ledger, smtp(server.port), after(minutes=15)).sent == 1
    assert len(server.mails) == 2
    assert server.mails[0] == server.mails[1]
    assert statuses(ledger) == [MailStatus.SENT]


def test_after_a_break_the_others_go_over_a_new_connection(tmp_path: Path):
    ledger = claimed(tmp_path, *people(5))
    with scripted_server({"RCPT": ["250 ok", "BREAK"]}) as server:
        outcome = post(ledger, smtp(server.port))
    assert (outcome.sent, outcome.deferred) == (4, 1)
    assert server.connections == 2


def test_a_server_that_breaks_every_time_is_left_alone(tmp_path: Path):
    ledger = claimed(tmp_path, *people(10))
    with scripted_server({"DOT": "BREAK"}) as server:
        outcome = post(ledger, smtp(server.port))
    assert (outcome.unknown, outcome.left, server.connections) == (3, 7, 3)


# --- guards before each mail ----------------------------------------------------------------------------------------


def test_a_thousand_strangers_get_nothing(tmp_path: Path):
    """Even if the plan let them through."""
    strangers = people(1000, "gmail.com")
    ledger = claimed(tmp_path, *strangers, DEWI)
    with mail_server() as server:
        outcome = post(ledger, smtp(server.port))
    assert (outcome.sent, outcome.refused) == (1, 1000)
    assert server.recipients == ["dewi@example.go.id"]
    record = record_of(ledger, strangers[0])
    assert (record.status, record.remark) == (
        MailStatus.REFUSED,
        "Alamat ini tidak diizinkan dalam pengaturan program.",
    )


def test_settings_that_were_narrowed_meanwhile(tmp_path: Path):
    ledger = claimed(tmp_path, DEWI)
    assert post(ledger, Post(), settings=MailSettings(allowed_domains=["other.id"])).refused == 1


def test_the_administrator_needs_no_permission(tmp_path: Path):
    ledger = claimed(tmp_path, a_mail("boss@other.id"))
    assert post(ledger, Post(), settings=MailSettings(admin="Boss <Boss@other.id>")).sent == 1


def test_cap_a_day(tmp_path: Path):
    ledger = claimed(tmp_path, *(a_mail(m.recipient, expires=datetime(2026, 11, 27)) for m in people(12)))
    settings = MailSettings(max_per_day=5)
    transport = Post()
    outcome = post(ledger, transport, settings=settings)
    assert (outcome.sent, outcome.left) == (5, 7)
    assert outcome.trouble and outcome.trouble.cause is Cause.LIMIT
    assert "Batas email sehari tercapai" in ledger.view(NOW).trouble
    assert not post(ledger, transport, after(hours=16, minutes=59), settings=settings).changed
    assert post(ledger, transport, after(days=1), settings=settings).sent == 5
    assert post(ledger, transport, after(days=2), settings=settings).sent == 2
    assert ledger.view(NOW).trouble == ""
    assert len({recipient for recipient, _ in transport.sent}) == len(transport.sent) == 12


def test_cap_a_person(tmp_path: Path):
    mails = [a_mail(slot=str(number), expires=datetime(2026, 11, 27)) for number in range(5)]
    ledger = claimed(tmp_path, *mails, BUDI)
    settings = MailSettings(max_per_person_per_day=3)
    transport = Post()
    outcome = post(ledger, transport, settings=settings)
    assert (outcome.sent, outcome.left, outcome.trouble) == (4, 2, None)
    assert "Batas email sehari untuk orang ini tercapai" in record_of(ledger, mails[4]).remark
    assert post(ledger, transport, after(minutes=5), settings=settings) == Outcome(left=2)
    assert post(ledger, transport, after(days=1), settings=settings).sent == 2


def test_a_mail_that_is_retried_does_not_count_twice(tmp_path: Path):
    ledger = claimed(tmp_path, DEWI)
    settings = MailSettings(max_per_day=1, max_per_person_per_day=1)
    assert post(ledger, Post(SendResult(SendStatus.DEFERRED, 450)), settings=settings).deferred == 1
    assert post(ledger, Post(), after(minutes=30), settings=settings).sent == 1


def test_what_another_host_claimed_is_not_sent(tmp_path: Path):
    ledger = claimed(tmp_path, DEWI, BUDI)
    transport = Post()
    post(ledger, transport, blocked=frozenset({DEWI.key}))
    post(ledger, transport, after(hours=1))
    assert [recipient for recipient, _ in transport.sent] == ["budi@example.go.id"]


def test_only_what_the_sheet_shows(tmp_path: Path):
    ledger = claimed(tmp_path, DEWI, BUDI)
    ledger.show([BUDI.key])
    transport = Post()
    assert post(ledger, transport, shown_only=True).sent == 1
    assert [recipient for recipient, _ in transport.sent] == ["budi@example.go.id"]
    assert post(ledger, transport).sent == 1  # the workbook is held open by Excel: the ledger alone guards


def test_what_is_no_longer_wanted(tmp_path: Path):
    ledger = claimed(tmp_path, DEWI, BUDI)
    transport = Post()
    assert post(ledger, transport, still_wanted=lambda key: key != DEWI.key).sent == 1
    record = record_of(ledger, DEWI)
    assert (record.status, record.remark) == (MailStatus.EXPIRED, "Sudah tidak diperlukan ketika akan dikirim.")


def test_what_expires_during_the_delivery(tmp_path: Path):
    """The clock of a tick goes on while it delivers."""
    urgent = a_mail(slot="a", expires=datetime(2026, 11, 24, 7, 0, 30))
    first = a_mail("budi@example.go.id", expires=datetime(2026, 11, 24, 7, 0, 20))
    ledger = claimed(tmp_path, urgent, first)
    clock = Clock()

    def slow(recipient: str) -> SendResult:
        clock.time += 40
        return SENT

    assert post(ledger, Post(slow), monotonic=clock).sent == 1
    assert record_of(ledger, urgent, after(minutes=1)).status == MailStatus.EXPIRED


# --- the limits of a tick -------------------------------------------------------------------------------------------


def test_no_new_mail_after_a_minute(tmp_path: Path):
    ledger = claimed(tmp_path, *people(10))
    clock = Clock()

    def slow(recipient: str) -> SendResult:
        clock.time += 25
        return SENT

    outcome = post(ledger, Post(slow), monotonic=clock)
    assert (outcome.sent, outcome.left) == (3, 7)
    assert post(ledger, Post(), after(minutes=5)).sent == 7


def test_asked_to_stop(tmp_path: Path):
    ledger = claimed(tmp_path, *people(10))
    transport = Post()
    outcome = post(ledger, transport, stop=lambda: len(transport.sent) >= 4)
    assert (outcome.sent, outcome.left) == (4, 6)


def test_names_and_addresses_stay_out_of_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    ledger = claimed(tmp_path, DEWI, BUDI)
    answers: dict[str, SendResult] = {
        DEWI.recipient: SendResult(SendStatus.REFUSED, 550, "<dewi@example.go.id> unknown")
    }
    post(ledger, Post(lambda recipient: answers.get(recipient, SENT)))
    assert "de…@example.go.id: refused 550" in caplog.text
    assert "bu…@example.go.id: sent 250 4F2A" in caplog.text
    for private in (DEWI.recipient, BUDI.recipient, DEWI.name, DEWI.subject, DEWI.summary):
        assert private not in caplog.text


@pytest.mark.parametrize("kind", list(SendStatus))
def test_every_verdict_leaves_a_ledger_that_goes_on(tmp_path: Path, kind: SendStatus):
    ledger = claimed(tmp_path, DEWI, BUDI)
    post(ledger, Post(SendResult(kind), alive=kind is not SendStatus.UNKNOWN))
    assert "" not in statuses(ledger)
    post(ledger, Post(), after(hours=1))
    final = MailStatus.REFUSED if kind is SendStatus.REFUSED else MailStatus.SENT
    assert statuses(ledger) == [final] * 2
