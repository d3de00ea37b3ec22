"""The design as plain data: whose each column is, the twelve steps, who must hear of what until when."""

from datetime import date, datetime, time, timedelta

OWNERS = {  # T people, S system, B filled only while blank; in the order in which the columns are made
    "Langkah": "Selesai T,Prosedur S,Tenggat S,Status S,Petugas T,Episode S,Tahap S,No S,Pihak S,Mulai S,"
    "Selesai Pada B,Bukti T,Catatan T,Pesan Sistem S,Kode S,Tercatat S",
    "Jadwal": "Tanggal Tayang B,Tema B,Topik T,Bentuk T,Narasumber T,Lembaga T,Kontak T,Penanggung Jawab T,"
    "Status Episode T,Progres S,Langkah Berikutnya S,Terlambat S,Tautan Instagram T,Tautan TikTok T,Evaluasi S,"
    "Catatan T,Pesan Sistem S,Kode S,Tercatat S",
    "Metrik": "Episode B,Platform B,Hari B,Tanggal S,Viewers Video T,Likes T,Viewers Live T,Komentar T,Dibagikan T,"
    "Disimpan T,Status S,Pesan Sistem S,Kode S",
    "Tanya Jawab": "Tanggal T,Episode B,Sumber T,Penanya T,Pertanyaan T,Jawaban T,Dijawab Oleh T,Status S,"
    "Pesan Sistem S,Kode S",
    "Umpan Balik": "Tanggal T,Episode B,Sumber T,Jenis T,Isi T,Pesan Sistem S,Kode S",
    "Tindak Lanjut": "Uraian T,Petugas T,Tenggat T,Selesai T,Selesai Pada B,Status S,Episode B,Catatan T,"
    "Pesan Sistem S,Kode S",
    "Catatan Evaluasi": "Episode S,Tanggal Rapat B,Tempat T,Pemimpin T,Notulis T,Peserta T,Hasil Evaluasi T,"
    "Keputusan T,Evaluasi S,Ditutup S,Pesan Sistem S,Kode S",
    "Tim": "Nama T,Email T,Peran T,Aktif T,Jam Pengingat T,Cuti Sampai T,Pesan Sistem S,Kode S",
    "Libur": "Tanggal B,Keterangan B,Pesan Sistem S,Kode S",
}
COLUMNS = {tab: {c[:-2]: c[-1] for c in spec.split(",")} for tab, spec in OWNERS.items()}

LATE_IN_DAY = time(23, 59)
STEPS = {  # number: stage, title, roles, days from H to its beginning and hour, days from H to its end and hour
    1: ("Persiapan", "Cari topik mingguan", "Tim pelaksana", None, (-14, LATE_IN_DAY)),
    2: ("Persiapan", "Hubungi narasumber", "Tim Humas", None, (-14, LATE_IN_DAY)),
    3: ("Persiapan", "Susun narasi dan poin bahasan", "Tim pelaksana", None, (-12, LATE_IN_DAY)),
    4: ("Persiapan", "Rancang desain konten", "Pubdisdok", None, (-7, LATE_IN_DAY)),
    5: ("Pelaksanaan", "Periksa desain dan isi konten", "Pubdisdok", (0, time(8)), (0, time(8, 30))),
    6: ("Pelaksanaan", "Terbitkan konten", "Pubdisdok", (0, time(9)), (0, time(9, 30))),
    7: ("Pelaksanaan", "Siapkan dan jalankan live", "Pubdisdok", (0, time(13)), (0, time(14, 30))),
    8: ("Pelaksanaan", "Buka sesi tanya jawab", "Pubdisdok", (0, time(10)), (0, LATE_IN_DAY)),
    9: ("Monitoring dan Evaluasi", "Kumpulkan umpan balik", "Tim pelaksana", None, (3, LATE_IN_DAY)),
    10: ("Monitoring dan Evaluasi", "Pantau viewers dan likes", "Pubdisdok", (1, time()), (5, LATE_IN_DAY)),
    11: ("Monitoring dan Evaluasi", "Rapat evaluasi", "Tim pelaksana", None, (6, LATE_IN_DAY)),  # begins as it meets
    12: ("Monitoring dan Evaluasi", "Catat hasil evaluasi", "Tim pelaksana", None, (6, LATE_IN_DAY)),
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
PLATFORMS = {"Instagram": "IG", "TikTok": "TT"}
ADMIN = "admin@example.go.id"
DIGEST_AT, DIGEST_UNTIL = time(7), time(17)
RUN_DOWN, RUN_DOWN_UNTIL = time(7), time(14, 30)
LEAD_DAYS, STEPS_AHEAD, HORIZON_WEEKS = 3, 21, 8
ENDED, CLOSED = 6, 13  # days after H


def days(n: int) -> timedelta:
    return timedelta(days=n)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def week_of(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def is_working(day: date, off: set[date]) -> bool:
    return day.weekday() < 5 and day not in off


def next_working(day: date, off: set[date]) -> date:
    day += days(1)
    while not is_working(day, off):
        day += days(1)
    return day


def late_from(born: date, off: set[date]) -> date:
    """A step whose row was made after its due date may be ticked for two working days before it is called late."""
    return next_working(next_working(born, off), off) + days(1)


def record_of(code: str, against: datetime | None, born: date | None) -> str | None:
    """Langkah.Tercatat: the due date a step was done against, the day on which a late-born step was made."""
    text = (f" {against.isoformat(timespec='minutes')}" if against else "") + (f" baru {born}" if born else "")
    return code + text if text else None


def meeting_of(h: date, off: set[date]) -> date:
    """The Thursday inside H+1..H+6 (none: H+6); else working days after it, then before it, latest first; else the
    first working day after H+6."""
    window = [h + days(n) for n in range(1, 7)]
    thursday = next((d for d in window if d.weekday() == 3), window[-1])
    order = [d for d in window if d >= thursday] + [d for d in reversed(window) if d < thursday]
    return next((d for d in order if is_working(d, off)), None) or next_working(window[-1], off)


def ends_on(h: date, off: set[date]) -> date:
    """H+6, or the meeting where that is later: until then the evaluation is open."""
    return max(h + days(ENDED), meeting_of(h, off))


def window_of(number: int, h: date, off: set[date]) -> tuple[datetime | None, datetime]:
    """Beginning and end of a step of an episode published on ``h``."""
    begin, end = STEPS[number][3:]
    due = datetime.combine(ends_on(h, off) if end[0] == ENDED else h + days(end[0]), end[1])
    if number == 11:
        return datetime.combine(meeting_of(h, off), time(9)), due
    return (datetime.combine(h + days(begin[0]), begin[1]) if begin else None), due


def theme_of(day: date) -> str:
    return "UKM" if day.isocalendar()[1] % 2 else "Koperasi"


def label_of(day: date | None, topic: str) -> str:
    return f"{f'{day.day} {MONTHS[day.month - 1]}' if day else 'tanpa tanggal'} · {topic or 'topik belum diisi'}"
