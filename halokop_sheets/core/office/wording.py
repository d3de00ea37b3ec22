"""Sentences for people, in Indonesian: dates as they are spoken, and the messages of ``Pesan Sistem`` (what a
cell does not say is told by its reader, see ``core.sheet.cells``)."""

from collections.abc import Sequence
from datetime import date, datetime, time
from math import floor

from halokop_sheets.core.calendar import LAST_HOUR, all_day
from halokop_sheets.core.sheet.cells import quoted, sentence
from halokop_sheets.core.terms import ROLES, YES, Cols, Platform, link_column

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_SHORT = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


def weekday_name(number: int) -> str:
    """0 is Monday, as in :meth:`datetime.date.weekday`."""
    return _DAYS[number]


def weekday(day: date) -> str:
    return weekday_name(day.weekday())


def month_name(month: int) -> str:
    return _MONTHS[month - 1]


def day_month(day: date) -> str:
    """``29 Nov``"""
    return f"{day.day} {_SHORT[day.month - 1]}"


def short_date(day: date) -> str:
    """``29 Nov 2026``"""
    return f"{day_month(day)} {day.year}"


def long_date(day: date) -> str:
    """``Minggu, 29 November 2026``"""
    return f"{weekday(day)}, {day.day} {_MONTHS[day.month - 1]} {day.year}"


def weekday_date(day: date) -> str:
    """``Minggu, 29 Nov``"""
    return f"{weekday(day)}, {day_month(day)}"


def moment(at: datetime) -> str:
    """``Minggu, 29 Nov pukul 08.30``; a due date at the end of a day is shown as the day alone."""
    if all_day(at):
        return weekday_date(at)
    return f"{weekday_date(at)} pukul {hour_minute(at)}"


def hour_minute(at: datetime | time) -> str:
    """``08.30``, as Indonesian offices write times."""
    return f"{at.hour:02d}.{at.minute:02d}"


def number(value: float) -> str:
    """A count with Indonesian thousands: ``12.345``; one decimal where it is no whole number."""
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


TIMES = 10.0  # from here on a share is told as a multiple


def percent(share: float) -> str:
    """``83%``, or ``4,5%`` below ten percent; from ten times on ``1.442 kali``, which can be read."""
    value = share * 100
    if abs(share) >= TIMES:
        return f"{number(floor(share + 0.5))} kali"
    if value and abs(value) < 10:
        return f"{value:.1f}%".replace(".", ",")
    return f"{floor(value + 0.5)}%"  # half up, as a sheet shows it


def some(parts: Sequence[object], most: int) -> str:
    """The first ``most`` parts, then how many more there are: ``a, b, dan 3 lainnya``."""
    shown, rest = list(map(str, parts[:most])), len(parts) - most
    return join([*shown, f"{rest} lainnya"] if rest > 0 else shown)


def join(parts: Sequence[str]) -> str:
    """``a, b, dan c``"""
    if len(parts) <= 2:
        return " dan ".join(parts)
    return f"{', '.join(parts[:-1])}, dan {parts[-1]}"


# --- Pesan Sistem: one sentence each, saying what is wrong and what to do ------------------------------------------

DATE_LOST = "Selama Tanggal Tayang kosong atau tidak terbaca, langkah episode ini ditunda; tulis seperti 29/11/2026."
CAME_BACK = (
    "Baris ini terhapus dan dibuat lagi karena minggunya masih dalam jadwal. Untuk meniadakan, pilih Dibatalkan."
)
STEP_ORPHAN = "Episodenya tidak ada lagi di Jadwal; langkah ini dianggap batal dan barisnya boleh dihapus."
STEP_UNKNOWN = "Langkah ini tidak ada lagi dalam prosedur; barisnya boleh dihapus."
STEP_FOREIGN = "Baris ini bukan langkah dari sistem; tulis tugas tambahan di Tindak Lanjut."
DUPLICATE = "Baris ini ganda dan tidak dihitung; yang dihitung baris sama yang lebih atas. Hapus salah satu."
CLEAR_DONE_AT = "Selesai tidak dicentang, tetapi Selesai Pada terisi; kosongkan Selesai Pada atau centang Selesai."
NO_OWNER = "Belum ada petugas yang dapat dikirimi email; isi Petugas di baris ini, atau Email dan Peran di tab Tim."
NO_EMAIL = "Email belum diisi, jadi orang ini tidak menerima pengingat; isi alamat kantornya."
NEW_ADDRESS_WAITS = (
    "Banyak alamat baru sekaligus; email ke alamat ini dimulai sehari setelah administrator diberi tahu."
)
INACTIVE = f"Orang ini tidak aktif: tidak menerima email. Masih bertugas? Pilih {YES} di kolom Aktif."
NO_ROLE = "Peran belum diisi; pilih dari daftar, boleh lebih dari satu dengan koma di antaranya."
NO_EPISODE = "Episode tidak ditemukan di Jadwal; tulis tanggal tayangnya, misalnya 29/11/2026, atau topiknya."
AMBIGUOUS_EPISODE = (
    "Ada lebih dari satu episode yang cocok; tulis tanggal tayangnya, misalnya 29/11/2026, atau topik lengkapnya."
)
PAPER_CLOSED = "Evaluasi episode ini sudah ditutup: angka yang diisi sekarang masuk laporan, tidak ke kertas evaluasi."
READING_DAY = "Hari harus 1 sampai 5: hari ke berapa setelah tayang."
LIKES_ABOVE_VIEWERS = "Likes lebih besar daripada Viewers Video; periksa angkanya."
NO_DAY = "Tanggal belum diisi; isi agar diketahui sudah berapa lama menunggu dan untuk episode mana."
NO_TASK = "Uraian belum diisi; tulis tugasnya, atau hapus baris ini."


def evidence(header: str) -> str:
    """What shows that a step was done, where nobody ticked it: ``tampak sudah: topik terisi``."""
    return f"tampak sudah: {header[0].lower()}{header[1:]} terisi"


def seems_done(header: str) -> str:
    return f"Langkah ini {evidence(header)}; centang bila benar."


def not_recorded(late_from: date) -> str:
    return f"Sudah dikerjakan? Centang Selesai. Bila tidak, mulai {weekday_date(late_from)} langkah ini terlambat."


def year_taken(header: str, typed: str, day: date) -> str:
    return f"{header} {quoted(typed)} dibaca sebagai {short_date(day)}; bila keliru, tulis tahunnya."


def theme_differs(typed: str, expected: str) -> str:
    return f"Menurut urutan minggu temanya {expected}, tetapi {typed} di sini tetap dipakai; kosongkan untuk mengikuti."


def theme_twice(theme: str, first: date | None, second: date | None) -> str:
    days = join([day_month(day) for day in (first, second) if day])
    return f"Dua pekan {theme} berturut-turut ({days}) menurut urutan pekan; ubah salah satu Tema bila perlu."


def meeting_before_publication(day: date) -> str:
    return (
        f"{Cols.MEETING_DATE} tidak sesudah tanggal tayang yang sekarang, jadi rapat dianggap pada {long_date(day)}; "
        "kosongkan atau perbaiki."
    )


def not_a_link(header: str, typed: str, platform: Platform) -> str:
    place = f" dari {platform.hosts[0]}" if platform.hosts else ""
    example = f"https://www.{platform.hosts[0]}/..." if platform.hosts else "https://..."
    return (
        f"{header} {quoted(typed)} bukan tautan {platform.name}, jadi belum dihitung terbit; "
        f"salin tautan lengkapnya{place}, misalnya {example}"
    )


def no_link(platforms: Sequence[str]) -> str:
    columns = join([link_column(platform) for platform in platforms])
    return f"{columns} belum diisi; bila memang tidak terbit di sana, tulis tanda -."


def late_hour(digest_at: time) -> str:
    now = f"sementara ini pengingat dikirim pukul {hour_minute(digest_at)}"
    return f"Jam Pengingat harus sebelum pukul {hour_minute(LAST_HOUR)}; {now}."


def bad_email(text: str) -> str:
    return f"Email {quoted(text)} tidak benar; tulis satu alamat, misalnya nama@example.go.id."


def foreign_email(text: str) -> str:
    advice = "pakai email kantor atau hubungi administrator"
    return f"Alamat {quoted(text)} tidak diizinkan, jadi tidak dikirimi email; {advice}."


def same_email(others: Sequence[str]) -> str:
    return f"Email ini sama dengan {some([quoted(one) for one in others], 3)}; tugas semuanya datang dalam satu email."


def unknown_roles(pieces: Sequence[str]) -> str:
    known = f"{', '.join(ROLES[:-1])}, atau {ROLES[-1]}"
    return f"Peran {join([quoted(p) for p in pieces])} tidak dikenal; pakai {known}."


def figure_falls(header: str, day: int) -> str:
    return f"{header} lebih kecil daripada hari ke-{day}; angka ini biasanya tidak turun, periksa lagi."


def same_name(name: str) -> str:
    return f"Nama {quoted(name)} ada lebih dari satu kali; bedakan, misalnya dengan nama belakang."


def locked(busy: str, since: datetime, days: int) -> str:
    lasting = f" (sudah {days} hari)" if days else ""
    return f"{busy} Terkunci sejak {moment(since)}{lasting}; bila tidak ada yang membukanya, hapus kuncinya."


def mail_refused(day: date, answer: str) -> str:
    return sentence(f"Email pada {day_month(day)} tidak terkirim. {answer} Periksa alamatnya.")


def place_of_rows(tab: str, rows: Sequence[int]) -> str:
    """``Langkah baris 5``, ``Langkah baris 5, 6, 7, dan 23 lainnya``"""
    return f"{tab} baris {some(rows, 3)}"


def header_missing(headers: Sequence[str]) -> str:
    what = f"kolom {join(list(headers))} hilang atau berganti nama, sehingga tab ini tidak diproses"
    return f"{what}; tulis kembali judul kolomnya, atau minta administrator menjalankan `halokop init`."


def columns_not_shown(headers: Sequence[str]) -> str:
    what = f"kolom {join(list(headers))} hilang atau berganti nama, sehingga tidak diperbarui (yang lain berjalan)"
    return f"{what}; tulis kembali judul kolomnya."


HEADER_ROW_MISSING = (
    "baris judul kolom tidak ditemukan di sepuluh baris teratas, sehingga tab ini tidak diproses. Bila terhapus: "
    "sisipkan satu baris kosong paling atas, lalu minta administrator menjalankan `halokop init`. Bila terlalu ke "
    "bawah: kurangi baris di atasnya."
)
TAB_MISSING = "tab tidak ditemukan; minta administrator menjalankan `halokop init`."
