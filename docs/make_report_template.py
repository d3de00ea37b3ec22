"""Makes ``templates/laporan.docx``, the report's Word template, anew: ``python docs/make_report_template.py``.

The office edits a copy in Word and lays it into the folder that ``program.templates_dir`` names. What stands in double
braces is a field; ``{%p``, ``{%tr`` and ``{%tc`` take away the paragraph, row or cell that they stand in.
"""

from datetime import datetime
from pathlib import Path

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm, Pt
from paper import CENTER, Paper, number_field, row, underline, write

FILE = Path(__file__).parent.parent / "templates" / "laporan.docx"
DOTS = "." * 44

AIM = (
    "{{ program }} (Halaman Konsultasi Koperasi dan UKM) adalah kolom digital mingguan Dinas Koperasi dan UKM "
    "Kabupaten Bogor. Tujuannya memudahkan masyarakat Kabupaten Bogor memperoleh informasi tentang koperasi dan UKM "
    "serta menjawab pertanyaan tentang pengelolaannya. Setiap hari Minggu sebuah postingan atau video diterbitkan di "
    "Instagram; selain itu ada live Instagram bersama satu koperasi atau UKM untuk memperkenalkan koperasi atau UKM "
    "itu dan mempromosikan produknya."
)
BASIS = (
    "Undang-Undang Nomor 25 Tahun 1992 tentang Perkoperasian;",
    "Peraturan Pemerintah Nomor 7 Tahun 2021;",
    "Peraturan Daerah Kabupaten Bogor Nomor 1 Tahun 2019 (pemberdayaan koperasi dan usaha mikro);",
    "Peraturan Daerah Kabupaten Bogor Nomor 4 Tahun 2019 (RPJMD 2018–2023);",
    "Peraturan Menteri PANRB Nomor 91 Tahun 2021 (pembinaan inovasi pelayanan publik);",
    "Peraturan Bupati Bogor Nomor 21 Tahun 2022 (organisasi Dinas).",
)


# --- the parts of the report ----------------------------------------------------------------------------------------


def letterhead(paper: Paper) -> None:
    paper.tag("if letterhead")
    paper.tag("for line in letterhead")
    paper.tag("if loop.index <= 2")
    paper.text("{{ line }}", bold=True, size=13, alignment=CENTER, space_after=Pt(0))
    paper.tag("else")
    paper.text("{{ line }}", size=9, alignment=CENTER, space_after=Pt(0))
    paper.tag("endif")
    paper.tag("endfor")
    paper.tag("else")
    for _ in range(3):  # room for a stamp or printed letterhead paper
        paper.text("", size=13)
    paper.tag("endif")
    underline(paper.text("", "Keterangan Kecil", space_after=Pt(6)), "thinThickSmallGap", 18)
    widths = (30, 52)
    table = paper.table(widths)
    table.alignment = WD_TABLE_ALIGNMENT.RIGHT
    for label, name in (("Nomor dokumen", "document_number"), ("Revisi", "revision"), ("Tanggal", "date")):
        row(table, widths, [label, "{{ " + name + " }}"])
    paper.text("LAPORAN HASIL INOVASI {{ program | upper }}", "Title")
    paper.text("{{ period | upper }}", bold=True, size=12, alignment=CENTER, space_after=Pt(10))


def opening(paper: Paper) -> None:
    paper.text("1. Tujuan dan dasar", "Heading 1")
    paper.text(AIM)
    paper.text("Dasar kebijakan dan rujukan:", space_after=Pt(2), keep_with_next=True)
    for place, line in enumerate(BASIS):
        left, first = Mm(8), Mm(-5)
        paper.text(f"{chr(97 + place)}.  {line}", left_indent=left, first_line_indent=first, space_after=Pt(1))
    paper.text("2. Periode", "Heading 1")
    paper.text(
        "Laporan ini memuat episode dengan tanggal tayang pada {{ period }}, menurut keadaan lembar kerja pada "
        "{{ as_of }}.{% if not ended %} Periode ini belum berakhir, sehingga angkanya masih dapat berubah.{% endif %}"
    )
    paper.text("3. Ringkasan", "Heading 1")
    paper.tag("for sentence in summary")
    paper.text("•  {{ sentence }}", left_indent=Mm(5), first_line_indent=Mm(-4), space_after=Pt(2))
    paper.tag("endfor")


def episodes(paper: Paper) -> None:
    paper.text("4. Episode", "Heading 1")
    paper.tag("if episodes")
    topic = ("**{{ e.topic }}**", "{%p if e.guest %}", "{{ e.guest }}", "{%p endif %}")
    links = ("{%p for link in e.links %}", "{{ link }}", "{%p endfor %}")
    paper.rows(
        (8, 24, 60, 25, 19, 34),
        ("No", "Tayang, tema", "Topik, narasumber, tautan", "Bentuk, status", "Langkah tepat waktu", "Penonton"),
        "e in episodes",
        (
            "{{ e.number }}",
            ("{{ e.date }}", "{{ e.theme }}"),
            (*topic, *links),
            ("{{ e.format }}", "**{{ e.status }}**"),
            "{{ e.on_time }}",
            ("{%p for line in e.reach %}", "{{ line }}", "{%p else %}", "–", "{%p endfor %}"),
        ),
    )
    paper.tag("else")
    paper.text("Tidak ada episode yang dijadwalkan pada {{ period }}.")
    paper.tag("endif")


def process(paper: Paper) -> None:
    paper.text("5. Pelaksanaan prosedur", "Heading 1")
    paper.tag("if process.counted")
    paper.text(
        "Tepat waktu: **{{ process.score }}**. Tingkat = langkah yang selesai tepat waktu ÷ langkah yang diperlukan "
        "dan sudah lewat tenggat atau selesai, dari episode berstatus Aktif."
    )
    heads = ("Tepat waktu", "Dinilai", "Tingkat", "Grafik (penuh = 100%)")
    figures = ("{{ %s.on_time }}", "{{ %s.counted }}", "{{ %s.rate }}", "{{ %s.share | bar }}")
    paper.text("Menurut langkah", "Heading 2")
    paper.rows(
        (8, 56, 15, 14, 15, 62),
        ("No", "Langkah", *heads),
        "s in process.steps",
        ("{{ s.number }}", "{{ s.title }}", *[f % "s" for f in figures]),
        right=(2, 3, 4),
    )
    paper.text("Menurut bulan tayang", "Heading 2")
    paper.rows(
        (64, 15, 14, 15, 62),
        ("Bulan", *heads),
        "m in process.months",
        ("{{ m.name }}", *[f % "m" for f in figures]),
        right=(1, 2, 3),
    )
    paper.tag("else")
    paper.text("Belum ada langkah yang lewat tenggat atau selesai pada periode ini.")
    paper.tag("endif")


def audience(paper: Paper) -> None:
    paper.text("6. Penonton", "Heading 1")
    paper.tag("if audience.totals")
    paper.text(
        "Jumlah di bawah ini adalah jumlah angka terakhir yang dicatat untuk tiap episode, paling lambat H+5. "
        "Perbandingan dilakukan pada hari yang sama sesudah tayang. Tanda – berarti belum diisi, bukan nol."
    )
    paper.rows(
        (44, 42, 28, 28, 28),
        ("Platform", "Episode dengan angka", "Viewers Video", "Likes", "Viewers Live"),
        "t in audience.totals",
        ("{{ t.platform }}", "{{ t.episodes }}", "{{ t.viewers }}", "{{ t.likes }}", "{{ t.live }}"),
        right=(1, 2, 3, 4),
    )
    paper.text("Tiga terbaik pada hari yang sama sesudah tayang", "Heading 2")
    paper.rows(
        (22, 30, 19, 33, 33, 33),
        ("Platform", "Ukuran", "Episode dinilai", "Terbaik 1", "Terbaik 2", "Terbaik 3"),
        "b in audience.best",
        ("{{ b.platform }}", "{{ b.figure }}", "{{ b.compared }}", *(f"{{{{ b.ranks[{n}] }}}}" for n in range(3))),
        right=(2,),
    )
    paper.tag("for p in audience.platforms")
    paper.text("{{ p.name }}, episode demi episode", "Heading 2")
    paper.rows(
        (16, 42, 24, 12, 12, 12, 12, 12, 28),
        (
            "Tayang",
            "Topik",
            "Ukuran",
            *[f"H+{day}" for day in range(1, 6)],
            "Terhadap nilai tengah 4 episode sebelumnya",
        ),
        "e in p.episodes",
        (
            "{{ e.date }}",
            "{{ e.topic }}",
            "{{ e.figure }}",
            *(f"{{{{ e.days[{n}] }}}}" for n in range(5)),
            "{{ e.change }}",
        ),
        right=(3, 4, 5, 6, 7),
    )
    paper.tag("if p.trend")
    paper.text("Perkembangan {{ p.trend.title }}", "Heading 2")
    paper.rows(
        (84, 24, 62),
        ("{% if p.trend.monthly %}Bulan{% else %}Episode{% endif %}", "Angka", "Grafik (penuh = angka tertinggi)"),
        "line in p.trend.lines",
        ("{{ line.label }}", "{{ line.text }}", "{{ line.share | bar }}"),
        right=(1,),
    )
    paper.tag("endif")
    paper.tag("endfor")
    paper.tag("else")
    paper.text("Belum ada angka penonton pada periode ini.")
    paper.tag("endif")


def voices(paper: Paper) -> None:
    paper.text("7. Pertanyaan masyarakat", "Heading 1")
    paper.tag("if not questions.count")
    paper.text("Tidak ada pertanyaan yang tercatat pada periode ini.")
    paper.tag("endif")
    paper.tag("if questions.open")
    paper.text("Belum dijawab ({{ questions.open | length }})", "Heading 2")
    paper.rows(
        (22, 34, 92, 22),
        ("Tanggal", "Sumber", "Pertanyaan", "Menunggu"),
        "q in questions.open",
        ("{{ q.date }}", "{{ q.source }}", "{{ q.text }}", "{{ q.waiting }}"),
    )
    paper.tag("endif")
    paper.tag("if questions.answered")
    paper.text("Sudah dijawab ({{ questions.answered | length }})", "Heading 2")
    paper.rows(
        (22, 34, 57, 57),
        ("Tanggal", "Sumber", "Pertanyaan", "Jawaban"),
        "q in questions.answered",
        ("{{ q.date }}", "{{ q.source }}", "{{ q.text }}", "{{ q.answer }}"),
    )
    paper.tag("endif")
    paper.text("8. Umpan balik", "Heading 1")
    paper.tag("for kind in feedback")
    paper.text("{{ kind.kind }} ({{ kind.texts | length }})", "Heading 2")
    paper.tag("for f in kind.texts")
    paper.text("•  {{ f.date }}: “{{ f.text }}”", left_indent=Mm(5), first_line_indent=Mm(-4), space_after=Pt(2))
    paper.tag("endfor")
    paper.tag("else")
    paper.text("Tidak ada umpan balik yang tercatat pada periode ini.")
    paper.tag("endfor")


def outcome(paper: Paper) -> None:
    paper.text("9. Hasil dan keputusan evaluasi mingguan", "Heading 1")
    paper.tag("if decisions")
    paper.rows(
        (22, 44, 52, 52),
        ("Rapat", "Episode", "Hasil evaluasi", "Keputusan"),
        "d in decisions",
        ("{{ d.date }}", "{{ d.episode }}", "{{ d.result or 'belum diisi' }}", "{{ d.decision or 'belum diisi' }}"),
    )
    paper.tag("else")
    paper.text("Tidak ada evaluasi yang tercatat pada periode ini.")
    paper.tag("endif")
    paper.text("10. Tindak lanjut", "Heading 1")
    paper.tag("if not actions.open and not actions.done")
    paper.text("Tidak ada tindak lanjut yang tercatat pada periode ini.")
    paper.tag("endif")
    for part, title, last in (("open", "Masih terbuka", "status"), ("done", "Selesai", "finished")):
        paper.tag(f"if actions.{part}")
        paper.text(title + " ({{ actions." + part + " | length }})", "Heading 2")
        paper.rows(
            (74, 40, 24, 32),
            ("Uraian", "Petugas", "Tenggat", "Status" if part == "open" else "Selesai pada"),
            f"a in actions.{part}",
            ("{{ a.text }}", "{{ a.people }}", "{{ a.due }}", "{{ a." + last + " }}"),
        )
        paper.tag("endif")


def signature(paper: Paper) -> None:
    """Kept on one page, with the closing sentence above it."""
    closing = "Demikian laporan ini dibuat sebagai pencatatan dan pelaporan hasil inovasi {{ program }}."
    paper.text(closing, space_before=Pt(14), space_after=Pt(10), keep_with_next=True)
    widths = (90, 80)
    table = paper.table(widths, borders=False)
    lines = (
        "Cibinong, {{ date or '" + "." * 30 + "' }}",
        "{{ signer_title or '" + DOTS + "' }}",
        *[""] * 4,
        "**{{ signer_name }}**{{ '' if signer_name else '" + DOTS + "' }}",
        "NIP {{ signer_nip or '" + "." * 38 + "' }}",
    )
    row(table, widths, ("", lines))
    for paragraph in table.rows[0].cells[1].paragraphs:
        paragraph.style, paragraph.alignment = "Normal", CENTER
        paragraph.paragraph_format.space_after = Pt(0)
    paper.text("", size=1, space_after=Pt(0))  # Word wants a paragraph after the last table


def footer(paper: Paper) -> None:
    paragraph = paper.document.sections[0].footer.paragraphs[0]
    paragraph.style = "Keterangan Kecil"
    write(paragraph, "Laporan hasil inovasi {{ program }}, {{ period }} · halaman ", alignment=CENTER)
    number_field(paragraph, "PAGE")
    write(paragraph, " dari ")
    number_field(paragraph, "NUMPAGES")


def main() -> None:
    paper = Paper()
    for part in (letterhead, opening, episodes, process, audience, voices, outcome, signature, footer):
        part(paper)
    properties = paper.document.core_properties
    properties.title, properties.author, properties.comments = "Laporan hasil inovasi HALO KOP-UKM", "", ""
    properties.language, properties.created = "id-ID", datetime(2026, 1, 1)
    properties.modified = properties.created  # the same script makes the same document
    paper.document.save(str(FILE))


if __name__ == "__main__":
    main()
