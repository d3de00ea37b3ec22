"""The ledger: claims, what becomes of them, what it says of them, and what it does when it is damaged."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from halokop_sheets.core.sheet.values import LedgerView
from halokop_sheets.core.terms import MailStatus
from halokop_sheets.errors import LedgerError
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.transports import Cause, SendResult, SendStatus
from tests.mail_office import NOW, SENT, ZONE, a_mail, after, claimed, frozen, open_ledger, people, record_of

LATER = SendResult(SendStatus.DEFERRED, 450, "4.2.0 greylisted")
LOST = SendResult(SendStatus.UNKNOWN)
DEWI, BUDI = a_mail(), a_mail("budi@example.go.id")


def keys(ledger: Ledger, now: datetime = NOW) -> list[str]:
    return [letter.key for letter in ledger.due(now)]


def test_a_key_is_claimed_once(tmp_path: Path):
    mail = a_mail()
    ledger = open_ledger(tmp_path)
    assert ledger.claim([mail, mail], frozen, NOW) == [mail]
    assert ledger.claim([mail, replace(mail, subject="lain")], frozen, after(days=1)) == []
    ledger.close()
    again = open_ledger(tmp_path, "ffffff")
    assert again.claim([mail], frozen, NOW) == []
    assert again.view(NOW).id == "a1b2c3"
    assert again.begin(mail.key, NOW) == frozen(mail)


def test_bytes_are_made_only_for_what_is_new(tmp_path: Path):
    made = []

    def freeze(mail):
        made.append(mail.key)
        return frozen(mail)

    ledger = claimed(tmp_path, a_mail())
    ledger.claim([a_mail(), a_mail("budi@example.go.id")], freeze, NOW)
    assert made == [a_mail("budi@example.go.id").key]


def test_a_mail_that_cannot_be_made_is_left_for_later(tmp_path: Path):
    good, bad = a_mail(), a_mail("budi@example.go.id")
    ledger = open_ledger(tmp_path)
    assert ledger.claim([bad, good], lambda mail: None if mail is bad else frozen(mail), NOW) == [good]
    assert ledger.claim([bad], frozen, NOW) == [bad]


def test_an_error_while_claiming_claims_nothing(tmp_path: Path):
    def freeze(mail):
        if mail.recipient.startswith("budi"):
            raise FileNotFoundError("templat")
        return frozen(mail)

    ledger = open_ledger(tmp_path)
    with pytest.raises(FileNotFoundError):
        ledger.claim([a_mail(), a_mail("budi@example.go.id")], freeze, NOW)
    assert ledger.view(NOW).records == ()
    assert ledger.claim([a_mail()], frozen, NOW) == [a_mail()]


def test_the_view_of_a_mail_along_its_way(tmp_path: Path):
    mail = a_mail()
    ledger = claimed(tmp_path, mail)
    record = record_of(ledger, mail)
    assert (record.status, record.remark) == (MailStatus.PREPARED, "")
    assert record.claimed == datetime(2026, 11, 24, 7, 0)
    assert record.message_id.endswith("@example.go.id>")

    ledger.begin(mail.key, NOW)
    ledger.defer(mail.key, after(minutes=30), LATER)
    record = record_of(ledger, mail)
    assert record.status == MailStatus.DEFERRED
    assert record.remark == "Server email menunda (450); dicoba lagi pukul 07.30."
    assert keys(ledger, after(minutes=29)) == []
    assert keys(ledger, after(minutes=30)) == [mail.key]

    ledger.begin(mail.key, after(minutes=30))
    ledger.finish(mail.key, "sent", after(minutes=30), SENT)
    record = record_of(ledger, mail)
    assert (record.status, record.remark) == (MailStatus.SENT, "")
    assert ledger.begin(mail.key, after(minutes=31)) is None


def test_refused_says_why(tmp_path: Path):
    mail = a_mail()
    ledger = claimed(tmp_path, mail)
    ledger.begin(mail.key, NOW)
    ledger.finish(mail.key, "refused", NOW, SendResult(SendStatus.REFUSED, 550, "5.1.1 no such user"))
    record = record_of(ledger, mail)
    assert record.status == MailStatus.REFUSED
    assert record.remark == "Server email menolak alamat ini: 550 5.1.1 no such user."


def test_doubt_twice_is_the_end(tmp_path: Path):
    mail = a_mail()
    ledger = claimed(tmp_path, mail)
    first = ledger.begin(mail.key, NOW)
    ledger.doubt(mail.key, NOW, LOST)
    assert record_of(ledger, mail).status == MailStatus.DEFERRED
    assert keys(ledger, after(minutes=14)) == []
    assert keys(ledger, after(minutes=15)) == [mail.key]
    assert ledger.begin(mail.key, after(minutes=15)) == first
    ledger.doubt(mail.key, after(minutes=15), LOST)
    record = record_of(ledger, mail)
    assert record.status == MailStatus.UNKNOWN
    assert record.remark == "Sambungan putus saat email dikirim; mungkin sampai, mungkin tidak."
    assert keys(ledger, after(hours=9)) == []


def test_sending_left_by_a_dead_process(tmp_path: Path):
    mail = a_mail()
    ledger = claimed(tmp_path, mail)
    ledger.begin(mail.key, NOW)
    ledger.close()  # and the process is gone
    ledger = open_ledger(tmp_path)
    assert record_of(ledger, mail).status == MailStatus.DEFERRED  # a dry run sees it as it will be settled
    assert ledger.settle(after(minutes=1)) == 1
    assert ledger.settle(after(minutes=2)) == 0
    assert record_of(ledger, mail).status == MailStatus.DEFERRED
    assert keys(ledger, after(minutes=15)) == []
    assert keys(ledger, after(minutes=16)) == [mail.key]
    ledger.begin(mail.key, after(minutes=16))
    ledger.settle(after(minutes=17))
    assert record_of(ledger, mail).status == MailStatus.UNKNOWN


def test_a_doubt_survives_a_deferral(tmp_path: Path):
    """In doubt once, then put off: still at most one further copy, and never 'expired' as if none had gone."""
    mail = a_mail()
    ledger = claimed(tmp_path, mail)
    ledger.begin(mail.key, NOW)
    ledger.doubt(mail.key, NOW, LOST)
    ledger.begin(mail.key, after(minutes=15))
    ledger.defer(mail.key, after(minutes=45), LATER)
    ledger.begin(mail.key, after(minutes=45))
    ledger.doubt(mail.key, after(minutes=45), LOST)
    assert record_of(ledger, mail).status == MailStatus.UNKNOWN


def test_released_is_as_if_never_begun(tmp_path: Path):
    mail = a_mail()
    ledger = claimed(tmp_path, mail)
    before = (record_of(ledger, mail), ledger.due(NOW))
    ledger.begin(mail.key, NOW)
    ledger.release(mail.key)
    assert (record_of(ledger, mail), ledger.due(NOW)) == before


@pytest.mark.parametrize(("doubted", "status"), [(False, MailStatus.EXPIRED), (True, MailStatus.UNKNOWN)])
def test_expiry(tmp_path: Path, doubted: bool, status: str):
    mail = a_mail()
    ledger = claimed(tmp_path, mail)
    if doubted:
        ledger.begin(mail.key, after(hours=9, minutes=50))
        ledger.doubt(mail.key, after(hours=9, minutes=50), LOST)
    assert ledger.settle(after(hours=9, minutes=59)) == 0
    late = after(hours=10)
    assert record_of(ledger, mail, late).status == status  # before it is settled, as a dry run sees it
    assert ledger.begin(mail.key, late) is None
    assert ledger.settle(late) == 1
    assert record_of(ledger, mail, late).status == status
    assert keys(ledger, late) == []
    if not doubted:
        assert record_of(ledger, mail, late).remark == "Belum terkirim sampai batas waktunya lewat (17.00)."


def test_the_clock_was_set_back(tmp_path: Path):
    """A retry noted by a clock that ran ahead must not wait for that time to come."""
    mail = a_mail(expires=datetime(2026, 12, 24, 17, 0))
    ledger = open_ledger(tmp_path)
    ledger.claim([mail], frozen, after(days=20))
    ledger.begin(mail.key, after(days=20))
    ledger.defer(mail.key, after(days=20, minutes=30), LATER)
    assert keys(ledger, NOW) == [mail.key]
    assert record_of(ledger, mail).status == MailStatus.DEFERRED


def test_most_pressing_first(tmp_path: Path):
    mails = [a_mail(slot=str(n), expires=datetime(2026, 11, 24, 20 - n)) for n in range(3)]
    assert keys(claimed(tmp_path, *mails)) == [mail.key for mail in reversed(mails)]


def test_yielding_to_another_ledger(tmp_path: Path):
    ours, doubtful, sent = (a_mail(slot=slot) for slot in "abc")
    ledger = claimed(tmp_path, ours, doubtful, sent)
    ledger.begin(doubtful.key, NOW)
    ledger.doubt(doubtful.key, NOW, LOST)
    ledger.begin(sent.key, NOW)
    ledger.finish(sent.key, "sent", NOW, SENT)
    ledger.withdraw([ours.key, doubtful.key, sent.key, "nobody's"])
    assert keys(ledger, after(hours=1)) == []
    assert {r.key: r.status for r in ledger.view(NOW).records} == {
        doubtful.key: MailStatus.UNKNOWN,
        sent.key: MailStatus.SENT,
    }
    assert ledger.claim([ours], frozen, NOW) == []


def test_shown(tmp_path: Path):
    one, two = a_mail(slot="1"), a_mail(slot="2")
    ledger = claimed(tmp_path, one, two)
    ledger.show([two.key, "unknown key"])
    assert {letter.key: bool(letter.shown) for letter in ledger.due(NOW)} == {one.key: False, two.key: True}
    assert {r.key: r.listed for r in ledger.view(NOW).records} == {one.key: False, two.key: True}


def test_a_mail_that_expired_before_its_row_could_be_written_is_known_as_listed_once_it_is(tmp_path: Path):
    mail = a_mail()
    ledger = claimed(tmp_path, mail)
    ledger.settle(after(days=20))
    ledger.show([mail.key])
    assert [(r.status, r.listed) for r in ledger.view(after(days=20)).records] == [(MailStatus.EXPIRED, True)]


def test_the_view_tells_mails_in_the_order_in_which_they_were_claimed_though_the_clock_ran_ahead(tmp_path: Path):
    ahead, right = a_mail(slot="1"), a_mail(slot="2")
    ledger = claimed(tmp_path, ahead)
    ledger.claim([right], frozen, NOW - timedelta(days=2))
    assert [r.key for r in ledger.view(NOW).records] == [ahead.key, right.key]


def test_trouble_is_kept_with_its_beginning_and_ends_with_a_verdict(tmp_path: Path):
    mail = a_mail()
    ledger = claimed(tmp_path, mail)
    assert ledger.view(NOW).trouble == ""
    assert ledger.pause(Cause.SIGN_IN, 535, NOW)
    said = ledger.view(NOW).trouble
    assert said == "Server email menolak nama pengguna atau kata sandi (535) sejak 24/11 pukul 07.00."
    assert not ledger.pause(Cause.SIGN_IN, 535, after(minutes=5))
    assert ledger.view(after(minutes=5)).trouble == said
    assert ledger.pause(Cause.UNREACHABLE, 0, after(minutes=10))
    assert "tidak dapat dihubungi sejak 24/11 pukul 07.10" in ledger.view(NOW).trouble
    ledger.begin(mail.key, NOW)
    ledger.finish(mail.key, "sent", NOW, SENT)
    assert ledger.view(NOW).trouble == ""


def test_held_mails_say_why_and_are_news_once(tmp_path: Path):
    mail = a_mail()
    ledger = claimed(tmp_path, mail)
    assert ledger.hold([mail.key], "Server email tidak dapat dihubungi") == 1
    assert ledger.hold([mail.key], "Server email tidak dapat dihubungi") == 0
    record = record_of(ledger, mail)
    assert record.status == MailStatus.DEFERRED
    assert record.remark == "Server email tidak dapat dihubungi; dicoba lagi pada pemeriksaan berikutnya."
    assert keys(ledger) == [mail.key]


def test_growth_is_bounded(tmp_path: Path):
    old, open_one = a_mail(slot="old"), a_mail(slot="open", expires=datetime(2027, 11, 24))
    ledger = claimed(tmp_path, old, open_one)
    ledger.begin(old.key, NOW)
    ledger.finish(old.key, "sent", NOW, SENT)

    def bytes_kept() -> set[str]:
        with sqlite3.connect(tmp_path / "ledger.sqlite3") as sql:
            return {key for (key,) in sql.execute("SELECT key FROM body")}

    ledger.settle(after(days=6))
    assert bytes_kept() == {old.key, open_one.key}
    ledger.settle(after(days=8))
    assert bytes_kept() == {open_one.key}
    assert [r.key for r in ledger.view(after(days=29)).records] == [old.key, open_one.key]
    assert [r.key for r in ledger.view(after(days=31)).records] == [old.key, open_one.key], "the newest ones always"
    ledger.claim(people(100), frozen, after(days=1))
    assert [r.key for r in ledger.view(after(days=32)).records if "orang" not in r.key] == [open_one.key]
    assert ledger.claim([old], frozen, after(days=399)) == []
    ledger.settle(after(days=403))
    assert ledger.view(NOW).records == ()


def test_peek_makes_and_changes_nothing(tmp_path: Path):
    path = tmp_path / "state" / "ledger.sqlite3"
    assert Ledger.peek(path, ZONE, NOW) == LedgerView()
    assert not path.parent.exists()
    with claimed(path.parent, a_mail()) as ledger:
        view = ledger.view(NOW)
        assert Ledger.peek(path, ZONE, NOW) == view
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    assert Ledger.peek(path, ZONE, NOW) == view
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


# --- a file that cannot be trusted ----------------------------------------------------------------------------------


def damage_nothing_but_zeros(path: Path) -> None:
    path.write_bytes(bytes(8192))


def damage_pages(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)


def damage_cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def damage_empty(path: Path) -> None:
    path.write_bytes(b"")


def damage_text(path: Path) -> None:
    path.write_text("bukan buku besar\n" * 500)


def damage_other_database(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as sql:
        sql.execute("CREATE TABLE mail (key TEXT)")


def damage_lost_but_its_journal(path: Path) -> None:
    path.rename(path.with_name("ledger.sqlite3-wal"))


@pytest.mark.parametrize(
    "damage",
    [
        damage_nothing_but_zeros,
        damage_pages,
        damage_cut,
        damage_empty,
        damage_text,
        damage_other_database,
        damage_lost_but_its_journal,
    ],
)
def test_a_damaged_ledger_is_told_and_never_replaced(tmp_path: Path, damage):
    path = tmp_path / "ledger.sqlite3"
    claimed(tmp_path, *people(50)).close()
    damage(path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(LedgerError) as caught:
        open_ledger(tmp_path)
    assert "no mail is sent" in str(caught.value)
    assert "To recover" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code != 0
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_ledger_of_a_newer_version(tmp_path: Path):
    claimed(tmp_path, a_mail()).close()
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as sql:
        sql.execute("PRAGMA user_version = 99")
    with pytest.raises(LedgerError, match="newer halokop"):
        open_ledger(tmp_path)


def test_places_that_cannot_hold_a_ledger(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="no mail is sent"):
        open_ledger(tmp_path / "file" / "state")
    (tmp_path / "ledger.sqlite3").mkdir()
    with pytest.raises(LedgerError, match="no mail is sent"):
        open_ledger(tmp_path)


def test_damage_found_while_working(tmp_path: Path):
    ledger = claimed(tmp_path, *people(50))
    ledger.close()
    ledger = open_ledger(tmp_path)
    damage_pages(tmp_path / "ledger.sqlite3")
    ledger._file._connection.execute("PRAGMA shrink_memory")  # what it has in memory already would hide it
    with pytest.raises(LedgerError):
        ledger.view(NOW)
    with pytest.raises(LedgerError):
        ledger.claim(people(60), frozen, NOW)


def test_what_is_on_disk_when(tmp_path: Path):
    """A claim and a begin are synced by their own commit; a verdict by the next begin, or at the delivery's end."""
    ledger = claimed(tmp_path, DEWI, BUDI)
    statements: list[str] = []
    ledger._file._connection.set_trace_callback(statements.append)

    def synced(act: Callable[[], object]) -> bool:
        statements.clear()
        act()
        assert statements[-1] == "COMMIT"
        (level,) = (one for one in statements if "synchronous" in one)
        return level == "PRAGMA synchronous = FULL"

    assert ledger._file._connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert synced(lambda: ledger.claim([a_mail("ani@example.go.id")], frozen, NOW))
    assert synced(lambda: ledger.begin(DEWI.key, NOW))
    assert not synced(lambda: ledger.finish(DEWI.key, "sent", NOW, SENT))
    assert synced(lambda: ledger.begin(BUDI.key, NOW))
    assert not synced(lambda: ledger.doubt(BUDI.key, NOW, LOST))
    assert synced(ledger.sync)


def test_begun_today_counts_the_day_of_the_programme(tmp_path: Path):
    mails = [a_mail(slot=str(n), expires=datetime(2026, 11, 30)) for n in range(4)]
    other = a_mail("budi@example.go.id")
    ledger = claimed(tmp_path, *mails, other)
    midnight = NOW.replace(hour=0)
    ledger.begin(mails[0].key, midnight - timedelta(seconds=1))
    ledger.begin(mails[1].key, midnight)
    ledger.begin(other.key, NOW)
    assert ledger.begun_today(NOW) == {one.key: ("digest", one.recipient) for one in (mails[1], other)}
    assert ledger.begun_today(after(days=1)) == {}


def test_a_mail_begun_by_a_clock_that_ran_ahead_is_not_of_today(tmp_path: Path):
    ledger = claimed(tmp_path, DEWI, BUDI)
    ledger.begin(DEWI.key, after(days=2))
    ledger.begin(BUDI.key, NOW)
    assert ledger.begun_today(NOW) == {BUDI.key: ("digest", BUDI.recipient)}
