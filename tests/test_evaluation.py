"""The evaluation tab: what it says of an office, that its layout never moves, and that nothing typed breaks it."""

from datetime import datetime, timedelta

import pytest

from halokop_sheets.core.pages.canvas import cut
from halokop_sheets.core.pages.evaluation.discussion import next_episodes, not_ready
from halokop_sheets.core.pages.evaluation.page import evaluation_page
from halokop_sheets.core.sheet.draft import page_changes
from halokop_sheets.core.sheet.page import Page
from halokop_sheets.core.sheet.tables import evaluation_mark
from halokop_sheets.core.sheet.values import AddPage, ClosePage, PageTab, SetCell
from halokop_sheets.core.terms import Cols, Tabs
from tests.offices import generated, look, office_of, read, tick_step
from tests.sheet import Sheet, settings_of

CODE = "2026-W47"
MARK = evaluation_mark(CODE)
TITLE = "Evaluasi 22 Nov 2026"
THURSDAY = "2026-11-26T07:00"


def _office() -> Sheet:
    sheet = Sheet().team()
    sheet.episode("2026-11-22", "Foto produk", Bentuk="Video", Penanggung_Jawab="Dewi")
    look(sheet.long_running("2026-11-22"), "2026-11-22T06:00")
    return sheet


def _page(sheet: Sheet, now: str = THURSDAY, code: str = CODE, closed: datetime | None = None) -> Page:
    office = office_of(sheet, now)
    return evaluation_page(office, office.by_code[code], TITLE, closed)


def _texts(page: Page) -> list[str]:
    return [str(block.value) for _, block in sorted(page.blocks.items()) if block.value is not None]


def _beside(page: Page, label: str, nth: int = 1) -> object:
    """The value of the ``nth`` cell right of the one that says ``label``."""
    (row, column), _ = next((place, b) for place, b in sorted(page.blocks.items()) if b.value == label)
    right = [block.value for (r, c), block in sorted(page.blocks.items()) if r == row and c > column]
    return right[nth - 1]


def _row(page: Page, label: str, skip: int = 0) -> list[object]:
    """The values of the row that begins with ``label``, in the part of the page below row ``skip``."""
    row = next(r for (r, _), b in sorted(page.blocks.items()) if b.value == label and r > skip)
    return [block.value for (r, _), block in sorted(page.blocks.items()) if r == row]


def _shape(page: Page) -> object:
    cells = {place: (b.style, b.across, b.down) for place, b in page.blocks.items()}
    return cells, page.heights, page.widths, page.charts, page.breaks, page.rules


def _busy(extra: int = 30) -> Sheet:
    """More of everything than fits."""
    people = [{"Nama": f"Orang {n}", "Email": f"orang{n}@example.go.id", "Aktif": True} for n in range(extra)]
    sheet = Sheet().team(*people)
    days = [f"{datetime(2026, 11, 22) - timedelta(weeks=week):%Y-%m-%d}" for week in range(3, -1, -1)]
    for day in days:
        sheet.episode(day, "Topik yang sangat panjang " * 20, Narasumber="N" * 300, Tautan_TikTok="t" * 500)
    for day in days:
        look(sheet, f"{day}T06:00")
    for n in range(extra):
        asked = datetime(2026, 11, 22) + timedelta(days=n % 4)
        sheet.add(Tabs.QUESTIONS, Tanggal=asked, Pertanyaan=f"=1+{n} " + "kata " * 90)
        sheet.add(Tabs.FEEDBACK, Tanggal=asked, Jenis="Saran", Isi="! " + "saran\n" * 90)
        sheet.add(Tabs.ACTIONS, Uraian="Tugas " * 60, Petugas="Orang 1", Tenggat=asked)
    return sheet


# --- the shape of the page ------------------------------------------------------------------------------------------


def test_the_layout_is_the_same_whatever_people_wrote() -> None:
    empty = Sheet()
    empty.episode("2026-11-22")
    look(empty, "2026-11-22T06:00")
    figures = _office()
    read(figures, CODE, "Instagram", 1, Viewers_Video=100, Likes=5)
    shapes = [_shape(_page(sheet)) for sheet in (empty, figures, _busy())]
    sheet, now, published = generated(3)
    shapes.append(_shape(_page(sheet, now, published[-1])))
    assert shapes[0] == shapes[1] == shapes[2] == shapes[3]


@pytest.mark.parametrize("platforms", ["Instagram", "Instagram,TikTok", "Instagram,TikTok,YouTube,Facebook,X"])
def test_no_cell_lies_on_another_or_outside_the_page(platforms: str) -> None:
    names = ", ".join(f'"{name}"' for name in platforms.split(","))
    sheet = Sheet(settings_of(f"[program]\nplatforms = [{names}]")).team()
    sheet.episode("2026-11-22")
    look(sheet, "2026-11-22T06:00")
    page = _page(sheet)
    taken: set[tuple[int, int]] = set()
    for (row, column), block in page.blocks.items():
        area = {(r, c) for r in range(row, row + block.down) for c in range(column, column + block.across)}
        assert not area & taken, (row, column, block)
        taken |= area
    rows, columns = page.size
    assert columns == len(page.widths) == 36
    assert page.blocks[1, 36].value == MARK and page.blocks[1, 36].style == "mark"
    assert sorted(page.heights) == list(range(1, rows + 1))


def test_values_are_plain_and_typed_text_is_cut() -> None:
    page = _page(_busy())
    for block in page.blocks.values():
        assert block.value is None or type(block.value) in (str, int, float)
        if isinstance(block.value, str):
            assert len(block.value) <= 340
            assert "\n" not in block.value and not block.value.startswith("=")
    texts = _texts(page)
    assert "dan 20 lainnya" not in texts  # of the questions and the feedback: sixty, ten of them shown
    assert "dan 50 lainnya" in texts
    assert "dan 22 lainnya" in texts  # action items
    assert "Daftar hadir (dan 3 lainnya)" in texts
    assert any(text.startswith("“=1+0 kata") and text.endswith("…”") for text in texts)


def test_charts_show_cells_of_the_page_and_blanks_stay_blank() -> None:
    sheet = _office()
    read(sheet, CODE, "Instagram", 1, Viewers_Video=100, Likes=5)
    read(sheet, CODE, "Instagram", 3, Viewers_Video=300)
    page = _page(sheet)
    line, column, likes, live = page.charts
    assert [chart.kind for chart in page.charts] == ["line", "column", "column", "column"]
    figures = (Cols.VIEWERS_VIDEO, Cols.VIEWERS_VIDEO, Cols.LIKES, Cols.VIEWERS_LIVE)
    for chart, figure in zip(page.charts, figures, strict=True):
        assert chart.title.startswith(figure) and chart.axes[1] == figure and chart.alt
        for name, span in chart.series:  # the name of each stands above its numbers: Google takes it from there
            assert page.blocks[span.row - 1, span.column].value == name
    assert "H+3" in column.title and "H+3" in likes.title and "H+1" in live.title
    assert dict(live.series).keys() == {"Instagram"}

    def values(chart: object, name: str) -> list[object]:
        span = dict(chart.series)[name]  # type: ignore[attr-defined]
        return [page.blocks[r, span.column].value for r in range(span.row, span.last_row + 1)]

    assert values(line, "Instagram") == [100, None, 300, None, None]
    assert values(line, "TikTok") == [None] * 5
    assert values(column, "Instagram") == [300, *[None] * 7]
    assert values(likes, "Instagram") == [None] * 8  # filled on H+1 alone: a gap, not another age
    names = [page.blocks[r, 1].value for r in range(column.categories.row, column.categories.last_row + 1)]
    assert names == ["22 Nov", *[None] * 7]


# --- what it says ---------------------------------------------------------------------------------------------------


def test_steps_with_due_done_late_and_who() -> None:
    sheet = _office()
    tick_step(sheet, CODE, 1, "2026-11-08T00:00")
    tick_step(sheet, CODE, 4, "2026-11-18T09:00")
    sheet.type(Tabs.STEPS, f"{CODE}/04", Cols.ASSIGNEE, "rudi")
    page = _page(sheet)
    assert _row(page, "Cari topik mingguan")[:6] == [
        1,
        "Cari topik mingguan",
        "8 Nov",
        "8 Nov",
        "✓ tepat waktu",
        "Dewi",
    ]
    assert _row(page, "Rancang desain konten")[2:6] == ["15 Nov", "18 Nov 09.00", "✓ terlambat 3 hari", "Rudi"]
    assert _row(page, "Hubungi narasumber (ketua/anggota koperasi atau UKM)")[2:6] == [
        "8 Nov", "–", "! terlambat 18 hari", "Tim Humas",
    ]  # fmt: skip
    live = "Siapkan dan jalankan live Instagram bersama koperasi/UKM terpilih"
    assert _row(page, live)[4] == "– tidak perlu"
    assert _row(page, "Catat hasil evaluasi")[2:5] == ["28 Nov", "–", "… belum lewat tenggat"]
    assert _beside(page, "Tepat waktu, episode ini") == "1 dari 8 = 13%"
    assert _beside(page, "Paling sering terlambat, 8 episode terakhir") == "belum ada (terlambat sedikitnya 2 kali)"


def test_audience_with_rates_comparison_and_best() -> None:
    sheet = Sheet().team()
    for day in ("2026-11-08", "2026-11-15", "2026-11-22"):
        sheet.episode(day, f"Topik {day[-2:]}", Bentuk="Video")
    for day in ("2026-11-08", "2026-11-15", "2026-11-22"):
        look(sheet, f"{day}T06:00")
    read(sheet, "2026-W45", "Instagram", 2, Viewers_Video=1001)
    read(sheet, "2026-W46", "Instagram", 2, Viewers_Video=2000)
    read(sheet, CODE, "Instagram", 2, Viewers_Video=1800, Likes=90, Komentar=5, Dibagikan=4, Disimpan=1)
    page = _page(sheet)
    assert _row(page, "H+2")[1:9] == [1800, 90, None, 5, 4, 1, 0.05, 100 / 1800]
    compared = next(r for (r, c), b in page.blocks.items() if b.value == "Viewers Video, H+2")
    assert [b.value for (r, _), b in sorted(page.blocks.items()) if r == compared] == [
        "Instagram", "Viewers Video, H+2", 1800, 2000, -0.1, "1.500,5", 299.5 / 1500.5, "2.000 · 15 Nov · Topik 15",
    ]  # fmt: skip
    below = [[b.value for (r, _), b in sorted(page.blocks.items()) if r == compared + n] for n in (1, 2, 3)]
    assert below[0] == ["Instagram", "Likes, H+2", 90, None, None, "Belum ada pembanding", None, "90 · episode ini"]
    assert below[1] == ["Instagram", "Viewers Live: belum ada", *[None] * 6]
    assert below[2] == ["TikTok", "Viewers Video: belum ada", *[None] * 6]


def test_questions_feedback_and_action_items() -> None:
    sheet = _office()
    day = datetime(2026, 11, 23)
    sheet.add(Tabs.QUESTIONS, Tanggal=day, Pertanyaan="Sudah?", Jawaban="Sudah")
    sheet.add(Tabs.QUESTIONS, Tanggal=day + timedelta(days=1), Pertanyaan="Yang baru?")
    sheet.add(Tabs.QUESTIONS, Tanggal=day, Pertanyaan="Yang lama?")
    sheet.add(Tabs.QUESTIONS, Tanggal=datetime(2026, 11, 1), Pertanyaan="Tanpa episode?")
    sheet.add(Tabs.FEEDBACK, Tanggal=day, Jenis="Pujian", Isi="Bagus")
    sheet.add(Tabs.FEEDBACK, Tanggal=day, Jenis="Kritik", Isi="Suara kecil")
    sheet.add(Tabs.ACTIONS, Uraian="Beli mikrofon", Petugas="Dewi", Tenggat=datetime(2026, 11, 24), Episode=CODE)
    sheet.add(Tabs.ACTIONS, Uraian="Tanpa tenggat")
    sheet.add(Tabs.ACTIONS, Uraian="Sudah beres", Selesai=True)
    look(sheet, THURSDAY)  # makes the tab and its row in Catatan Evaluasi
    page = _page(sheet, "2026-11-27T08:00")
    assert _beside(page, "Pertanyaan") == ("3 masuk, 1 dijawab, 2 belum dijawab (3 belum dijawab dari semua episode)")
    assert _beside(page, "Terlama") == "4 hari: “Yang lama?”"
    assert _beside(page, "Umpan Balik") == "2 masuk: Pujian 1, Kritik 1, Saran 0, Lainnya 0"
    kinds = [b.value for (r, c), b in sorted(page.blocks.items()) if c == 4 and str(b.value).startswith("“")]
    assert kinds == ["“Yang lama?”", "“Yang baru?”", "“Suara kecil”", "“Bagus”", "“Sudah?”"]
    assert _row(page, "Beli mikrofon")[-4:] == ["Beli mikrofon", "Dewi", "! 24 Nov, terlambat 3 hari", "1 hari"]
    assert _row(page, "Tanpa tenggat")[-4:-1] == ["Tanpa tenggat", "belum ada", "belum ada"]
    assert "Sudah beres" not in _texts(page)


def test_the_next_three_episodes_with_what_is_not_ready() -> None:
    sheet = Sheet().team()
    sheet.episode("2026-11-22", "Foto produk")
    sheet.episode("2026-11-29", "Siap semua", Bentuk="Video", Narasumber="Bu Sari", Penanggung_Jawab="Dewi")
    sheet.episode("2026-12-06", None, Status_Episode="Ditunda")
    sheet.episode("2026-12-13", "Batal", Status_Episode="Dibatalkan")
    sheet.episode("2026-11-15", "Lewat")
    look(sheet, "2026-11-26T06:00")
    for number in (1, 2, 3, 4):
        tick_step(sheet, "2026-W48", number)
    page = _page(sheet)
    below = next(r for (r, _), b in page.blocks.items() if b.value == "7 · Episode berikutnya")
    named = [b.value for (r, c), b in sorted(page.blocks.items()) if r > below + 1 and c == 19][:3]
    assert named == ["29 Nov · Siap semua", "6 Des · topik belum diisi", "20 Des · topik belum diisi"]
    assert _beside(page, "29 Nov · Siap semua") == "siap"
    postponed = _beside(page, "6 Des · topik belum diisi")
    assert postponed == "ditunda; belum diisi: Topik, Bentuk, Narasumber, Penanggung Jawab; persiapan selesai 0 dari 4"
    office = office_of(sheet, "2026-11-27T08:00")
    assert "terlambat" not in not_ready(office.by_code["2026-W49"], office)
    assert not_ready(office.by_code["2026-W52"], office).startswith("belum diisi")


# --- its life -------------------------------------------------------------------------------------------------------


def test_an_episode_of_today_is_ahead_and_the_one_at_hand_never_is() -> None:
    sheet = _office()
    sheet.episode("2026-11-26", "Hari ini")
    sheet.type(Tabs.SCHEDULE, CODE, Cols.PUBLISH, datetime(2026, 11, 27))
    office = office_of(sheet, THURSDAY)
    ahead = next_episodes(office, office.by_code[CODE])
    assert [e.label for e in ahead] == ["26 Nov · Hari ini", "29 Nov · topik belum diisi", "6 Des · topik belum diisi"]


def test_only_active_people_are_asked_to_sign() -> None:
    sheet = _office()
    sheet.add(Tabs.TEAM, Nama="Sudah pindah", Email="pindah@example.go.id", Aktif="Tidak")
    names = [text for text in _texts(_page(sheet)) if text[:1].isdigit() and ". " in text]
    assert names == ["1. Dewi", "2. Rudi", "3. Sinta", "4. Bambang"]


def test_it_is_made_once_with_no_clock_on_it() -> None:
    sheet = _office()
    plan = sheet.plan(THURSDAY, mailing=False)
    made = [c for c in plan.changes if isinstance(c, AddPage)]
    assert [c.page.mark for c in made] == [MARK]
    sheet.workbook.write(plan.changes, sheet.snapshot())
    later = sheet.plan("2026-11-26T07:50", mailing=False)
    assert [c for c in later.changes if isinstance(c, AddPage)] == []
    assert [c for c in later.changes if isinstance(c, SetCell) and c.tab == MARK] == []


def test_a_moved_date_is_told_and_counted_from() -> None:
    sheet = _office()
    look(sheet, THURSDAY)
    read(sheet, CODE, "Instagram", 1, Viewers_Video=100, Likes=5)
    sheet.type(Tabs.SCHEDULE, CODE, Cols.PUBLISH, datetime(2026, 12, 2))
    page = _page(sheet, "2026-11-27T08:00")
    assert "Tanggal tayang berpindah dari 22 Nov 2026 sesudah tab ini dibuat." in str(page.blocks[2, 1].value)
    assert _beside(page, "Tanggal Tayang") == "Rabu, 2 Desember 2026"
    assert _row(page, "H+1")[1] == 100
    renamed = evaluation_page(*_of(sheet, "2026-11-27T08:00"), "Rapat Kamis", None)
    assert "berpindah" not in str(renamed.blocks[2, 1].value)


def _of(sheet: Sheet, now: str) -> tuple[object, object]:
    office = office_of(sheet, now)
    return office, office.by_code[CODE]


@pytest.mark.parametrize(("status", "word"), [("Dibatalkan", "DIBATALKAN"), ("Ditunda", "DITUNDA")])
def test_an_episode_stopped_after_its_tab_was_made_says_so(status: str, word: str) -> None:
    sheet = _office()
    read(sheet, CODE, "Instagram", 1, Viewers_Video=100)
    look(sheet, THURSDAY)
    sheet.type(Tabs.SCHEDULE, CODE, Cols.EPISODE_STATUS, status)
    page = _page(sheet, "2026-11-27T08:00")
    assert word in str(page.blocks[2, 1].value)
    assert _beside(page, "Proses") == f"Episode ini {status.lower()}; langkahnya tidak dinilai."
    assert _beside(page, "Tepat waktu, episode ini") == "–"
    assert _row(page, "Cari topik mingguan")[4] == f"– {status.lower()}"
    assert "100 Viewers Video" in str(_beside(page, "Penonton"))
    assert _beside(page, "Belum terisi") == f"Tidak diminta: episode {status.lower()}."


def test_an_episode_whose_date_was_lost_still_has_a_page() -> None:
    sheet = _office()
    look(sheet, THURSDAY)
    sheet.type(Tabs.SCHEDULE, CODE, Cols.PUBLISH, "minggu depan")
    page = _page(sheet, "2026-11-27T08:00")
    assert _beside(page, "Tanggal Tayang") == "belum ada tanggal"


def test_closed_says_when() -> None:
    page = _page(_office(), "2026-11-29T00:05", closed=datetime(2026, 11, 29, 0, 5))
    assert "Ditutup pada Minggu, 29 Nov pukul 00.05" in str(page.blocks[2, 1].value)


def test_after_the_end_it_is_refreshed_once_more_and_closed() -> None:
    sheet = _office()
    look(sheet, THURSDAY)
    assert ClosePage(MARK) not in sheet.plan("2026-11-29T00:05", mailing=False).changes  # nobody wrote minutes yet
    sheet.type(Tabs.MEETINGS, CODE, Cols.RESULT, "Suara terlalu kecil")
    plan = sheet.plan("2026-11-29T00:10", mailing=False)
    assert ClosePage(MARK) in plan.changes
    assert "Hasil Evaluasi: Suara terlalu kecil" in [c.new for c in plan.changes if isinstance(c, SetCell)]
    sheet.workbook.write(plan.changes, sheet.snapshot())
    sheet.add(Tabs.FEEDBACK, Tanggal=datetime(2026, 11, 23), Isi="Terlambat datang")
    again = sheet.plan("2026-11-29T09:00", mailing=False)
    assert not [c for c in again.changes if getattr(c, "tab", "") == MARK or isinstance(c, ClosePage | AddPage)]


def test_a_refresh_writes_only_what_changed() -> None:
    sheet = _office()
    office = office_of(sheet, THURSDAY)
    page = evaluation_page(office, office.by_code[CODE], TITLE, None)
    tab = PageTab(MARK, "m", TITLE, {p: b.value for p, b in page.blocks.items() if b.value is not None})
    assert page_changes(_page(sheet), tab) == []
    read(sheet, CODE, "TikTok", 4, Likes=77)
    changed = page_changes(_page(sheet), tab)
    assert 77 in [c.new for c in changed if isinstance(c, SetCell)]
    assert len(changed) < 12


def test_text_is_cut_at_a_word_and_controls_go() -> None:
    assert cut("satu dua tiga", 13) == "satu dua tiga"
    assert cut("satu dua tiga empat", 14) == "satu dua tiga…"
    assert cut("a" * 50, 10) == "a" * 9 + "…"
    assert cut("  dua\n\tbaris\x00\x07 ", 40) == "dua baris"


def test_the_paper_begins_with_what_the_last_meeting_decided_and_what_became_of_it() -> None:
    sheet = Sheet().team()
    for day in ("2026-11-15", "2026-11-22"):
        sheet.episode(day, f"Topik {day[-2:]}", Bentuk="Video")
    for now in ("2026-11-15T06:00", "2026-11-19T08:00", "2026-11-22T06:00"):
        look(sheet, now)
    assert _beside(_page(sheet), "Keputusan rapat lalu") == "belum ada"
    sheet.type(Tabs.MEETINGS, "2026-W46", Cols.DECISION, "Rekam lebih awal")
    items: list[dict[str, object]] = [
        {"Uraian": "Beli mikrofon", "Petugas": "Dewi", "Tenggat": datetime(2026, 11, 23)},
        {"Uraian": "Pesan ruang", "Tenggat": datetime(2026, 11, 21), "Selesai": True, "Selesai_Pada": "20/11/2026"},
    ]
    for item in items:
        sheet.add(Tabs.ACTIONS, Episode="2026-W46", **item)  # type: ignore[arg-type]
    page = _page(sheet)
    assert _beside(page, "Keputusan rapat lalu (19 Nov)") == "Rekam lebih awal"
    assert _beside(page, "Tindak lanjut rapat lalu (19 Nov)") == (
        "1 dari 2 selesai. ! Beli mikrofon (Dewi): terbuka 7 hari, terlambat; ✓ Pesan ruang: tepat waktu"
    )


def test_minutes_that_are_recorded_stand_on_the_paper_and_feedback_has_its_share_of_the_texts() -> None:
    sheet = _office()
    look(sheet, THURSDAY)
    for header, said in zip(
        (Cols.ATTENDEES, Cols.RESULT, Cols.DECISION), ("Dewi, Rudi", "Suara kecil", "Beli mikrofon"), strict=True
    ):
        sheet.type(Tabs.MEETINGS, CODE, header, said)
    for n in range(12):
        sheet.add(Tabs.QUESTIONS, Tanggal=datetime(2026, 11, 23), Pertanyaan=f"Tanya {n}?")
        sheet.add(Tabs.FEEDBACK, Tanggal=datetime(2026, 11, 23), Jenis="Saran", Isi=f"Saran {n}")
    texts = _texts(_page(sheet))
    assert {"Peserta: Dewi, Rudi", "Hasil Evaluasi: Suara kecil", "Keputusan: Beli mikrofon"} <= set(texts)
    assert sum(text.startswith("“Tanya") for text in texts) == sum(text.startswith("“Saran") for text in texts) == 5


def test_a_blank_reading_says_that_the_closed_paper_keeps_its_figures() -> None:
    sheet = _office()
    look(sheet, THURSDAY)
    sheet.type(Tabs.MEETINGS, CODE, Cols.RESULT, "Baik")
    look(sheet, "2026-11-29T08:00")
    assert "tidak ke kertas evaluasi" in str(sheet.get(Tabs.READINGS, f"{CODE}/IG/1", Cols.MESSAGE))
    assert sheet.plan("2026-11-29T08:00", mailing=False).empty
