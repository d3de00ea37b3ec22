"""The sheet's own vocabulary: the only place where its Indonesian names stand.

Code speaks English; whoever needs the name of a tab, a column or a status takes it from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


class Tabs:
    """Tab titles as we make them; people may rename tabs (see ``core.sheet.tables``)."""

    BOARD: Final = "Papan"
    STEPS: Final = "Langkah"
    SCHEDULE: Final = "Jadwal"
    EVALUATION: Final = "Evaluasi"
    READINGS: Final = "Metrik"
    QUESTIONS: Final = "Tanya Jawab"
    FEEDBACK: Final = "Umpan Balik"
    ACTIONS: Final = "Tindak Lanjut"
    MEETINGS: Final = "Catatan Evaluasi"
    TEAM: Final = "Tim"
    DAYS_OFF: Final = "Libur"
    GUIDE: Final = "Petunjuk"
    HISTORY: Final = "Riwayat Email"


class Cols:
    """Column headers."""

    CODE: Final = "Kode"
    MESSAGE: Final = "Pesan Sistem"
    RECORDED: Final = "Tercatat"
    NOTE: Final = "Catatan"
    EPISODE: Final = "Episode"
    STATUS: Final = "Status"
    DATE: Final = "Tanggal"
    # Langkah
    DONE: Final = "Selesai"
    PROCEDURE: Final = "Prosedur"
    DUE: Final = "Tenggat"
    ASSIGNEE: Final = "Petugas"
    STAGE: Final = "Tahap"
    NUMBER: Final = "No"
    PARTY: Final = "Pihak"
    START: Final = "Mulai"
    DONE_AT: Final = "Selesai Pada"
    EVIDENCE: Final = "Bukti"
    # Jadwal
    PUBLISH: Final = "Tanggal Tayang"
    THEME: Final = "Tema"
    TOPIC: Final = "Topik"
    FORMAT: Final = "Bentuk"
    GUEST: Final = "Narasumber"
    INSTITUTION: Final = "Lembaga"
    CONTACT: Final = "Kontak"
    LEAD: Final = "Penanggung Jawab"
    EPISODE_STATUS: Final = "Status Episode"
    PROGRESS: Final = "Progres"
    NEXT_STEP: Final = "Langkah Berikutnya"
    LATE: Final = "Terlambat"
    EVALUATION: Final = "Evaluasi"
    # Metrik
    PLATFORM: Final = "Platform"
    DAY: Final = "Hari"
    VIEWERS_VIDEO: Final = "Viewers Video"
    LIKES: Final = "Likes"
    VIEWERS_LIVE: Final = "Viewers Live"
    COMMENTS: Final = "Komentar"
    SHARES: Final = "Dibagikan"
    SAVES: Final = "Disimpan"
    FIGURE_SOURCE: Final = "Sumber Angka"
    # Tanya Jawab, Umpan Balik
    SOURCE: Final = "Sumber"
    ASKER: Final = "Penanya"
    QUESTION: Final = "Pertanyaan"
    ANSWER: Final = "Jawaban"
    ANSWERED_BY: Final = "Dijawab Oleh"
    FEEDBACK_KIND: Final = "Jenis"
    TEXT: Final = "Isi"
    # Tindak Lanjut
    TASK: Final = "Uraian"
    # Catatan Evaluasi
    MEETING_DATE: Final = "Tanggal Rapat"
    PLACE: Final = "Tempat"
    CHAIR: Final = "Pemimpin"
    NOTE_TAKER: Final = "Notulis"
    ATTENDEES: Final = "Peserta"
    RESULT: Final = "Hasil Evaluasi"
    DECISION: Final = "Keputusan"
    CLOSED: Final = "Ditutup"
    # Tim
    NAME: Final = "Nama"
    EMAIL: Final = "Email"
    ROLES: Final = "Peran"
    ACTIVE: Final = "Aktif"
    MAIL_HOUR: Final = "Jam Pengingat"
    LEAVE_UNTIL: Final = "Cuti Sampai"
    # Libur
    REMARK: Final = "Keterangan"
    # Riwayat Email
    TIME: Final = "Waktu"
    MAIL_KIND: Final = "Jenis"
    RECIPIENT: Final = "Penerima"
    SUBJECT: Final = "Perihal"
    SUMMARY: Final = "Isi Singkat"
    KEY: Final = "Kunci"
    MESSAGE_ID: Final = "ID Pesan"


class EpisodeStatus:
    ACTIVE: Final = "Aktif"
    POSTPONED: Final = "Ditunda"
    CANCELLED: Final = "Dibatalkan"


class StepStatus:
    CANCELLED: Final = "Dibatalkan"
    POSTPONED: Final = "Ditunda"
    NOT_NEEDED: Final = "Tidak perlu"
    DONE: Final = "Selesai"
    DONE_LATE: Final = "Selesai terlambat"
    NOT_CARRIED_OUT: Final = "Tidak dilaksanakan"
    UNRECORDED: Final = "Belum dicatat"
    LATE: Final = "Terlambat"
    TODAY: Final = "Hari ini"
    RUNNING: Final = "Berjalan"
    SOON: Final = "Mendekati"
    SCHEDULED: Final = "Terjadwal"


class ReadingStatus:
    FILLED: Final = "Terisi"
    TODAY: Final = "Hari ini"
    NOT_YET: Final = "Belum waktunya"
    MISSED: Final = "Terlewat"
    NOT_NEEDED: Final = "Tidak perlu"


class QuestionStatus:
    ANSWERED: Final = "Dijawab"
    OPEN: Final = "Belum dijawab"


class ActionStatus:
    OPEN: Final = "Terbuka"
    LATE: Final = "Terlambat"
    DONE: Final = "Selesai"


class MailStatus:
    PREPARED: Final = "Disiapkan"
    SENT: Final = "Terkirim"
    DEFERRED: Final = "Dicoba lagi"
    REFUSED: Final = "Ditolak"
    UNKNOWN: Final = "Tidak pasti"
    EXPIRED: Final = "Kedaluwarsa"


class Roles:
    TEAM: Final = "Tim pelaksana"
    PUBLICATION: Final = "Pubdisdok"
    RELATIONS: Final = "Tim Humas"
    COORDINATOR: Final = "Koordinator"


THEME_MSME: Final = "UKM"
THEME_COOPERATIVE: Final = "Koperasi"
THEMES: Final = (THEME_MSME, THEME_COOPERATIVE)
POST: Final = "Postingan"
VIDEO: Final = "Video"
LIVE: Final = "Live"
FORMATS: Final = (POST, VIDEO, LIVE, f"{POST} + {LIVE}", f"{VIDEO} + {LIVE}")
PRAISE: Final = "Pujian"
CRITIQUE: Final = "Kritik"
SUGGESTION: Final = "Saran"
OTHER: Final = "Lainnya"
FEEDBACK_KINDS: Final = (PRAISE, CRITIQUE, SUGGESTION, OTHER)
TICK: Final = "✓"
YES: Final = "Ya"
NO: Final = "Tidak"
DELETED: Final = "dihapus"  # Catatan Evaluasi.Evaluasi once a person deleted the tab

ROLES: Final = (Roles.TEAM, Roles.PUBLICATION, Roles.RELATIONS, Roles.COORDINATOR)


@dataclass(frozen=True)
class Platform:
    """A place of publication. ``code`` is its part of a reading's Kode; ``aliases``: how people shorten its name.

    ``hosts``: where its links lead, subdomains included; none: to any host that is no other platform's.
    ``post``: the path there, with the post's own name in it.
    """

    name: str
    code: str
    aliases: tuple[str, ...] = ()
    live: bool = False  # the programme's live runs there, and its viewers are counted there
    hosts: tuple[str, ...] = ()
    post: str = ""


INSTAGRAM: Final = "Instagram"
TIKTOK: Final = "TikTok"
PLATFORMS: Final = {
    platform.name: platform
    for platform in (
        Platform(
            *(INSTAGRAM, "IG", ("ig", "insta"), True, ("instagram.com", "instagr.am", "ig.me")),
            post=r"(?:/[\w.]+)?/(?:p|reels?|tv)/([A-Za-z0-9_-]{5,40})(?:/|$)",
        ),
        Platform(
            *(TIKTOK, "TT", ("tik tok", "tt"), False, ("tiktok.com",)),
            post=r"(?:/@[\w.-]*)?/(?:video|photo|v)/(\d{8,25})(?:\.html)?(?:/|$)",
        ),
        Platform("YouTube", "YT", ("yt", "you tube"), hosts=("youtube.com", "youtu.be")),
        Platform("Facebook", "FB", ("fb",), hosts=("facebook.com", "fb.com", "fb.watch", "fb.me")),
    )
}
"""The platforms that are known by more than their name. The settings may name others: see :func:`platform_of`."""

DEFAULT_PLATFORMS: Final = (INSTAGRAM, TIKTOK)  # those of the SOP


def platform_of(name: str) -> Platform:
    """A platform of the settings; one outside the table takes its Kode from its name."""
    return PLATFORMS.get(name) or Platform(name, name[:3].upper())


LINK: Final = "Tautan"


def link_column(platform: str) -> str:
    """The header of a platform's column in Jadwal: ``Tautan Instagram``."""
    return f"{LINK} {platform}"


def question_sources(platforms: Sequence[str]) -> tuple[str, ...]:
    """Where questions and feedback come from: the list of the column Sumber."""
    return ("Question box", *(f"Komentar {platform}" for platform in platforms), LIVE)


STAGES: Final = ("Persiapan", "Pelaksanaan", "Monitoring dan Evaluasi")
