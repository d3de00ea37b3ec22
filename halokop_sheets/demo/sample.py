"""The sample office as data: people, topics, questions, habits. All names and addresses are invented."""

from dataclasses import dataclass

from halokop_sheets.core.terms import YES, EpisodeStatus, Roles

TEAM = (
    # Nama, Email, Peran, Aktif, Jam Pengingat
    ("Dewi Anggraini", "dewi@example.go.id", "Tim pelaksana; Pubdisdok", YES, None),
    ("Rudi Hartono", "rudi@example.go.id", "Tim pelaksana, Pubdisdok", YES, "06.30"),
    ("Sinta Maharani", "sinta@example.go.id", Roles.RELATIONS, YES, None),
    ("Bambang Prakoso", "bambang@example.go.id", Roles.COORDINATOR, YES, "08.00"),
    ("Wati Kusuma", "wati@example.go.id", Roles.TEAM, YES, None),
)


@dataclass(frozen=True)
class Sample:
    """What an episode is about, as the team planned it. ``reach``: viewers on the fifth day."""

    topic: str
    format: str
    guest: str
    institution: str
    contact: str
    lead: str
    reach: int = 1000


@dataclass(frozen=True)
class Course:
    """How an episode went. ``late``: (step, days) done late; ``skipped``: steps never done."""

    late: tuple[tuple[int, int], ...] = ()
    skipped: tuple[int, ...] = ()
    published_late: bool = False
    status: str = ""


SAMPLES = (
    # by turns about UKM and about koperasi, as the weeks are
    Sample("Cara mendaftar NIB lewat OSS", "Postingan", "Ibu Sari Wulandari", "Dapur Cisarua",
           "0812-0000-1101", "Dewi", 820),
    Sample("Rapat Anggota Tahunan: apa saja yang disiapkan?", "Video + Live", "Bpk. Asep Hidayat",
           "Koperasi Tani Rahayu", "+62 812 0000 1102", "Rudi", 1140),
    Sample("Sertifikat halal untuk UKM makanan", "Video", "Ibu Nur Aini", "Keripik Cigombong",
           "081200001103", "dewi ", 1960),
    Sample("Simpan pinjam yang sehat", "Video + Live", "Bpk. Dedi Suhendar", "KSP Maju Bersama",
           "0812 0000 1104", "Rudi", 1310),
    Sample("Foto produk dengan HP", "Video + Live", "Sdr. Fajar Nugraha", "Batik Bogor Lestari",
           "62812-0000-1105", "Dewi", 2240),
    Sample("Membaca laporan keuangan koperasi", "Video + Live", "Ibu Rina Marlina", "Kopkar Sejahtera",
           "0812-0000-1106", "Rudi", 1580),
    Sample("Menentukan harga jual", "Postingan + Live", "Bpk. Yusuf Iskandar", "Tas Kulit Ciampea",
           "0812-0000-1107", "Wati"),
    Sample("Koperasi digital: mulai dari mana?", "Video", "Ibu Tuti Alawiyah", "Koperasi Wanita Mekar",
           "0812-0000-1108", "Dewi"),
    Sample("Ekspor perdana UKM", "Live", "Ibu Lestari Puspa", "Anyaman Leuwiliang", "0812 0000 1109", "Dewi"),
    Sample("Tanya jawab akhir tahun tentang koperasi", "Live", "", "", "", ""),
    Sample("Pajak UKM 0,5 persen", "Video", "", "", "", "Wati"),
    Sample("Mendirikan koperasi baru", "Postingan", "", "", "", "Wati"),
)  # fmt: skip

COURSES = (
    # by place in the row of Sundays; the sixth is the one published last before the demo's day
    Course(late=((3, 1),)),
    Course(late=((4, 2), (9, 1)), skipped=(12,)),
    Course(late=((4, 1),)),
    Course(late=((4, 3),)),
    Course(late=((3, 2),), published_late=True),
    Course(late=((2, 1), (4, 2)), published_late=True),
    Course(skipped=(2,)),
    Course(status=EpisodeStatus.POSTPONED),
    Course(),
    Course(status=EpisodeStatus.CANCELLED),
    Course(),
)
PUBLISHED = 6
ASSIGNED = ((4, "Rudi"), (6, "Dewi"), (7, "Dewi & Rudi"))  # (step, Petugas) of every other episode

QUESTIONS = (
    # sample, days after H, Sumber, Penanya, Pertanyaan, Jawaban, answered days later (None: still open), Dijawab Oleh
    (0, 0, "Komentar Instagram", "@warungceu", "Apakah NIB berbayar?", "Gratis, melalui oss.go.id.", 1, "Dewi"),
    (1, 0, "Live", "Pak Ujang", "RAT boleh secara daring?", "Boleh bila diatur dalam anggaran dasar.", 0, "Rudi"),
    (2, 1, "Question box", "@keripikbunda", "Berapa lama proses sertifikat halal?",
     "Jalur pernyataan mandiri biasanya beberapa minggu.", 2, "Dewi"),
    (3, 0, "Komentar TikTok", "@tanirahayu", "Berapa batas bunga pinjaman anggota?",
     "Ditetapkan dalam rapat anggota.", 1, "Rudi"),
    (4, 1, "Question box", "@batikita", "Lampu apa yang cocok untuk foto produk?",
     "Lampu LED putih netral 5500 K sudah cukup.", 1, "Dewi"),
    (5, 0, "Question box", "@kopkarmaju", "Bagaimana cara membaca SHU per anggota?", "", None, ""),
    (5, 1, "Komentar Instagram", "@bu.nining", "Apakah ada contoh format neraca sederhana?", "", None, ""),
    (5, 1, "Live", "Pak Dadang", "Apakah koperasi kecil wajib diaudit?",
     "Wajib bila memenuhi batas dalam peraturan; yang lain cukup diperiksa pengawas.", 1, "Rudi"),
)  # fmt: skip

FEEDBACK = (
    # sample, days after H, Sumber, Jenis, Isi
    (1, 1, "Komentar Instagram", "Pujian", "Penjelasannya jelas, narasumber ramah."),
    (2, 1, "Komentar TikTok", "Saran", "Tolong sertakan alamat kantor pelayanan."),
    (3, 2, "Komentar Instagram", "Kritik", "Suara live kurang terdengar di awal."),
    (4, 1, "Komentar TikTok", "Pujian", "Langsung saya praktikkan, hasilnya bagus!"),
    (5, 1, "Komentar Instagram", "Saran", "Buat seri lanjutan tentang laporan arus kas."),
    (5, 2, "Live", "Pujian", "Akhirnya paham beda simpanan pokok dan wajib."),
)

ACTIONS = (
    # sample whose evaluation decided it, Uraian, Petugas, days from the meeting until due, done after (None: open)
    (1, "Uji suara 15 menit sebelum live", "Rudi", 7, 5),
    (2, "Cantumkan alamat kantor pelayanan di keterangan video", "Dewi", 7, 9),
    (3, "Pinjam mikrofon jepit dari Bidang Humas", "Sinta", 10, None),
    (4, "Susun daftar narasumber cadangan", "Wati", 21, None),
)

MEETINGS = (
    # sample, Tempat, Pemimpin, Notulis, Peserta, Hasil Evaluasi, Keputusan
    (0, "Ruang rapat lt. 2", "Bambang", "Wati", "Dewi, Rudi, Sinta, Bambang, Wati",
     "Tayangan pertama berjalan lancar.", "Lanjutkan format postingan untuk topik perizinan."),
    (1, "Ruang rapat lt. 2", "Bambang", "Wati", "Dewi, Rudi, Sinta, Bambang", "", "Suara live diuji lebih dulu."),
    (2, "Daring", "Bambang", "Wati", "Dewi, Rudi, Wati, Bambang",
     "Viewers naik karena topik halal banyak dicari.", "Topik halal diulang triwulan depan."),
    (3, "Ruang rapat lt. 2", "Dewi", "Wati", "Dewi, Rudi, Sinta, Wati",
     "Desain terlambat tiga hari; suara live kurang jelas.", "Pinjam mikrofon jepit."),
    (4, "Ruang rapat lt. 2", "Bambang", "Wati", "Dewi, Rudi, Sinta, Bambang, Wati",
     "Video praktik paling banyak ditonton sejauh ini.", "Perbanyak video praktik."),
    (5, "Ruang rapat lt. 2", "Bambang", "Wati", "Dewi, Rudi, Bambang, Wati",
     "Pertanyaan banyak masuk lewat question box.", "Siapkan seri lanjutan tentang arus kas."),
)  # fmt: skip
