"""A row of the ledger in the words of ``Riwayat Email``: status, and one sentence on how it went."""

import sqlite3
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from halokop_sheets.core.sheet.values import MailRecord
from halokop_sheets.core.terms import MailStatus
from halokop_sheets.mail.transports import Cause

_ANSWER = 120  # characters of a server's own words
_FINAL = {"sent": MailStatus.SENT, "refused": MailStatus.REFUSED, "uncertain": MailStatus.UNKNOWN}

NOT_ALLOWED = "Alamat ini tidak diizinkan dalam pengaturan program."
NOT_WANTED = "Sudah tidak diperlukan ketika akan dikirim."
PERSON_CAP = "Batas email sehari untuk orang ini tercapai"
DAY_CAP = "Batas email sehari tercapai"
UNREACHABLE = "Server email tidak dapat dihubungi"

WHY_PAUSED = {
    Cause.UNREACHABLE: UNREACHABLE,
    Cause.CERTIFICATE: "Sambungan aman ke server email gagal, periksa nama server dan sertifikatnya",
    Cause.SIGN_IN: "Server email menolak nama pengguna atau kata sandi",
    Cause.QUOTA: "Jatah kirim harian di server email habis",
    Cause.SENDER: "Server email tidak mengizinkan alamat pengirim ini",
    Cause.LIMIT: DAY_CAP,
}


@lru_cache(maxsize=8192)  # every tick looks at a month of mails
def local(stamp: int, zone: ZoneInfo) -> datetime:
    """Seconds since the epoch as the programme's naive wall-clock time."""
    return datetime.fromtimestamp(stamp, zone).replace(tzinfo=None)


def _clock(stamp: int, zone: ZoneInfo) -> str:
    return f"{local(stamp, zone):%H.%M}"


def trouble(noted: str, zone: ZoneInfo) -> str:
    """Why the channel is paused, from the ledger's ``cause code since``; the same text while the trouble lasts."""
    cause, code, since = noted.split()
    when = local(int(since), zone)
    answer = f" ({code})" if code != "0" else ""
    return f"{WHY_PAUSED[Cause(cause)]}{answer} sejak {when:%d/%m} pukul {when:%H.%M}."


def _status(row: sqlite3.Row, now: int) -> str:
    """The word for a row as it will stand once the ledger is settled at ``now`` (see ``Ledger.settle``)."""
    if row["state"] in _FINAL:
        return _FINAL[row["state"]]
    doubts = row["doubts"] + (row["state"] == "sending")  # its process is gone, or this would not be looked at
    if row["state"] == "expired" or row["expires_at"] <= now:
        return MailStatus.UNKNOWN if doubts else MailStatus.EXPIRED
    if doubts > 1:
        return MailStatus.UNKNOWN
    return MailStatus.DEFERRED if doubts or row["attempts"] or row["note"] else MailStatus.PREPARED


def _remark(row: sqlite3.Row, status: str, zone: ZoneInfo) -> str:
    code, note = row["code"], row["note"]
    if note.endswith("."):
        return str(note)
    if status == MailStatus.REFUSED:
        return f"Server email menolak alamat ini: {code} {row['answer'][:_ANSWER]}".rstrip(". ") + "."
    if status == MailStatus.UNKNOWN:
        return "Sambungan putus saat email dikirim; mungkin sampai, mungkin tidak."
    if status == MailStatus.EXPIRED:
        why = note or (f"Ditunda server email ({code})" if code else "Belum terkirim")
        return f"{why} sampai batas waktunya lewat ({_clock(row['expires_at'], zone)})."
    if status != MailStatus.DEFERRED:
        return ""
    if note:
        return f"{note}; dicoba lagi pada pemeriksaan berikutnya."
    again = _clock(row["next_at"], zone)
    if row["state"] == "sending" or row["doubts"]:
        return "Sambungan putus saat email dikirim; email yang sama dikirim sekali lagi."
    why = f"Server email menunda ({code})" if code else "Sambungan ke server email putus"
    return f"{why}; dicoba lagi pukul {again}."


def record(row: sqlite3.Row, now: int, zone: ZoneInfo) -> MailRecord:
    """What the core may know of a row; times are naive in the programme's zone."""
    status = _status(row, now)
    return MailRecord(
        key=row["key"],
        kind=row["kind"],
        recipient=row["recipient"],
        subject=row["subject"],
        summary=row["summary"],
        status=status,
        remark=_remark(row, status, zone),
        message_id=row["message_id"],
        claimed=local(row["claimed_at"], zone),
        listed=bool(row["shown"]),
        about=tuple(filter(None, row["about"].split("\n"))),
        doubtful=row["doubts"] > 0,
    )
