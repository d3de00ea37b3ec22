"""The results report: its figures against a second calculation, and the document that an office signs."""

import io
import re
import shutil
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest
from docx import Document

from halokop_sheets.core.report.fields import report_fields
from halokop_sheets.core.report.period import Period
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.errors import SettingsError
from halokop_sheets.report_document import render
from halokop_sheets.resources import folder
from tests.cli import Ran, halokop
from tests.independent import Independent
from tests.offices import generated, look, office_of, read, tick_step
from tests.sheet import Sheet

TEMPLATE = folder("templates") / "laporan.docx"
AT = "2026-12-01T08:00"
KANTOR = Path(__file__).parent / "data" / "kantor.xlsx"


def fields_of(sheet: Sheet, period: str, now: str = AT) -> dict:
    found = Period.parse(period)
    assert found
    return report_fields(office_of(sheet, now), found)


def document(made: bytes) -> list[str]:
    """Every text of a document, paragraph by paragraph, those of tables included."""
    body = Document(io.BytesIO(made)).element.body
    return ["".join(t.text or "" for t in p.iter(f"{{{p.nsmap['w']}}}t")) for p in body.iter(f"{{{body.nsmap['w']}}}p")]


def words(sheet: Sheet, period: str, now: str = AT) -> str:
    return "\n".join(document(render(TEMPLATE, fields_of(sheet, period, now))))


def score(on_time: int, counted: int) -> str:
    if not counted:
        return "–"
    return f"{on_time} dari {counted} ({said(on_time / counted)})"


def said(share: float) -> str:
    """Half up, as a sheet shows it; a decimal below ten percent."""
    value = share * 100
    if value >= 1000:
        return f"{number(int(share + 0.5))} kali"
    return f"{value:.1f}%".replace(".", ",") if value and value < 10 else f"{int(value + 0.5)}%"


def number(value: float | None) -> str:
    if value is None:
        return "–"
    whole, _, half = f"{value:,.1f}".partition(".")
    return whole.replace(",", ".") + ("" if half == "0" else f",{half}")


# --- the figures, against a second calculation ----------------------------------------------------------------------


class Again(Independent):
    """The figures of a period, from the cells alone."""

    def seen(self, prefix: str) -> list:
        """Aktif episodes of the month or year that were published: a link, step 6 or a reading says so."""
        return [
            e
            for e in sorted(self.episodes.values(), key=lambda e: (e.day, e.code))
            if str(e.day).startswith(prefix)
            and e.active
            and e.day <= self.now.date()
            and (e.links or any(e.readings.values()) or any(s.done for s in e.steps if s.number == 6))
        ]

    def punctuality(self, prefix: str, number_: int | None = None) -> tuple[int, int]:
        steps = [
            s
            for e in self.episodes.values()
            for s in e.steps
            if str(e.day).startswith(prefix) and number_ in (None, s.number) and self.counts(s)
        ]
        return sum(map(self.punctual, steps)), len(steps)

    def total(self, prefix: str, platform: str, header: str) -> int | None:
        found = []
        for episode in self.seen(prefix):
            days = [d for d in range(1, 6) if header in episode.readings.get((platform, d), {})]
            found += [episode.readings[platform, days[-1]][header]] if days else []
        return sum(found) if found else None

    def at_equal_age(self, episodes: list, platform: str, header: str) -> tuple[int, dict[str, int]] | None:
        """The day that the most have, the later of two; and the figures of that day."""
        best: tuple[int, dict[str, int]] | None = None
        for day in range(1, 6):
            there = {
                e.code: e.readings[platform, day][header]
                for e in episodes
                if header in e.readings.get((platform, day), {})
            }
            if there and (best is None or len(there) >= len(best[1])):
                best = day, there
        return best


@pytest.mark.parametrize("seed", [1, 4, 9])
def test_every_figure_agrees_with_an_independent_calculation(seed: int) -> None:
    sheet, now, _ = generated(seed)
    again = Again(sheet, datetime.fromisoformat(now))
    months = sorted({str(e.day)[:7] for e in again.episodes.values()})
    for period in [*months, months[0][:4]]:
        fields = fields_of(sheet, period, now)
        episodes = sorted(
            (e for e in again.episodes.values() if str(e.day).startswith(period)), key=lambda e: (e.day, e.code)
        )
        seen = again.seen(period)
        assert [e["on_time"] for e in fields["episodes"]] == [score(*again.on_time(e.code)) for e in episodes]
        assert [e["status"] == "Tayang" for e in fields["episodes"]] == [e in seen for e in episodes]
        process = fields["process"]
        assert process["score"] == score(*again.punctuality(period))
        for step in process["steps"]:
            on_time, counted = again.punctuality(period, step["number"])
            assert step["counted"] == counted
            assert step["share"] == (on_time / counted if counted else 0)
            assert step["rate"] == (said(on_time / counted) if counted else "–")
        check_audience(fields["audience"], again, period, seen)


def check_audience(audience: dict, again: Again, period: str, seen: list) -> None:
    for total in audience["totals"]:
        for name, header in (("viewers", "Viewers Video"), ("likes", "Likes"), ("live", "Viewers Live")):
            assert total[name] == number(again.total(period, total["platform"], header))
    ranked = {}
    for platform in ("Instagram", "TikTok"):
        for header in ("Viewers Video", "Likes"):
            if found := again.at_equal_age(seen, platform, header):
                day, values = found
                top = sorted(values.values(), reverse=True)[:3]
                ranked[platform, f"{header}, H+{day}"] = [number(v) for v in top], len(values)
    assert {
        (b["platform"], b["figure"]): ([r.split(" · ")[0] for r in b["ranks"] if r != "–"], b["compared"])
        for b in audience["best"]
    } == ranked
    for platform in audience["platforms"]:
        assert len(platform["episodes"]) == len(seen)
        for line, episode in zip(platform["episodes"], seen, strict=True):
            expected = again.audience(episode.code, platform["name"])
            assert line["days"] == [number(v) for v in (expected["by_day"] if expected else [None] * 5)]
            if expected and expected["against_median"] is not None:
                change = expected["against_median"]
                sign = "+" if change > 0 else "−" if change < 0 else ""
                assert line["change"] == f"{sign}{said(abs(change))} pada H+{expected['day']}"
            elif expected:
                assert line["change"] == "belum ada pembanding"


def three_weeks() -> Sheet:
    """Three videos in November whose figures are easy to add up."""
    sheet = Sheet().team()
    for day, topic in (("2026-11-01", "Satu"), ("2026-11-08", "Dua"), ("2026-11-15", "Tiga")):
        sheet.episode(day, topic, Bentuk="Video", Narasumber="Ibu Sari", Lembaga="Dapur Cisarua")
    sheet.long_running("2026-10-20")
    for day in ("2026-10-20", "2026-11-01", "2026-11-08", "2026-11-15", "2026-11-20"):
        look(sheet, day)
    for code, day, viewers, likes in (
        ("2026-W44", 5, 1000, 10),
        ("2026-W45", 5, 3000, 20),
        ("2026-W46", 4, 9999, 99),
    ):
        read(sheet, code, "Instagram", day, Viewers_Video=viewers, Likes=likes)
    tick_step(sheet, "2026-W44", 1, "2026-10-18")
    tick_step(sheet, "2026-W44", 2, "2026-10-19")
    return sheet


def test_figures_written_down_by_hand() -> None:
    fields = fields_of(three_weeks(), "2026-11", "2026-11-20T08:00")
    [instagram] = fields["audience"]["platforms"]
    assert fields["audience"]["totals"][0] == {
        "platform": "Instagram", "episodes": 3, "viewers": "13.999", "likes": "129", "live": "–",
    }  # fmt: skip
    assert [e["change"] for e in instagram["episodes"]] == [
        "belum ada pembanding",
        "+200% pada H+5",
        "belum ada pembanding",
    ]
    assert fields["audience"]["best"][0]["ranks"] == ["3.000 · 8 Nov · Dua", "1.000 · 1 Nov · Satu", "–"]
    assert instagram["trend"]["title"] == "Instagram: Viewers Video pada H+5, 3 episode terakhir"
    assert [(line["text"], round(line["share"], 3)) for line in instagram["trend"]["lines"]] == [
        ("1.000", 0.333),
        ("3.000", 1),
        ("–", 0),  # its H+5 is not filled: 9.999 of H+4 is not compared with it
    ]
    year = fields_of(three_weeks(), "2026", "2026-11-20T08:00")["audience"]["platforms"][0]["trend"]
    assert [line["text"] for line in year["lines"]] == ["–"] * 10 + [number(median((1000, 3000))), "–"]
    assert fields["process"]["steps"][0]["share"] == 1 / 5  # due too: the blank ones of 22 and 29 November
    assert fields["process"]["steps"][1]["share"] == 0  # a day late
    assert [m["name"] for m in fields["process"]["months"]] == ["Oktober 2026", "November 2026"]


def test_a_month_has_the_episodes_of_its_publishing_dates() -> None:
    sheet = Sheet().team()
    for day in ("2026-10-31", "2026-11-01", "2026-11-30", "2026-12-01"):
        sheet.episode(day, f"Topik {day}")
    assert [e["topic"] for e in fields_of(sheet, "2026-11")["episodes"]][::4] == ["Topik 2026-11-01"]
    topics = {e["topic"] for e in fields_of(sheet, "2026-11")["episodes"]}
    assert "Topik 2026-11-30" in topics
    assert not topics & {"Topik 2026-10-31", "Topik 2026-12-01"}


# --- lists ----------------------------------------------------------------------------------------------------------


def voices(sheet: Sheet) -> Sheet:
    sheet.add(
        Tabs.QUESTIONS, Tanggal=datetime(2026, 12, 2), Episode="2026-W46", Penanya="@rahasia", Pertanyaan="Belum?"
    )
    sheet.add(
        Tabs.QUESTIONS,
        Tanggal=datetime(2026, 11, 3),
        Penanya="Pak Rahasia",
        Sumber="Live",
        Pertanyaan="Berapa?",
        Jawaban="Gratis.",
    )
    sheet.add(Tabs.QUESTIONS, Tanggal=datetime(2026, 10, 3), Penanya="@rahasia", Pertanyaan="Dulu?")
    sheet.add(Tabs.FEEDBACK, Tanggal=datetime(2026, 11, 9), Jenis="Kritik", Isi="Suara kecil.")
    sheet.add(Tabs.FEEDBACK, Tanggal=datetime(2026, 11, 9), Jenis="Pujian", Isi="Jelas!")
    task = Tabs.ACTIONS
    sheet.add(task, Uraian="Lama, masih terbuka", Tenggat=datetime(2026, 10, 5), Petugas="Dewi", Episode="2026-W40")
    sheet.add(
        task, Uraian="Lama, selesai bulan ini", Selesai=True, Selesai_Pada=datetime(2026, 11, 2), Episode="2026-W40"
    )
    sheet.add(task, Uraian="Lama, lama selesai", Selesai=True, Selesai_Pada=datetime(2026, 10, 30), Episode="2026-W40")
    sheet.add(task, Uraian="Baru", Episode="2026-W45")
    sheet.add(task, Uraian="Nanti", Tenggat=datetime(2027, 1, 5), Episode="2026-W49")
    sheet.type(Tabs.MEETINGS, "2026-W45", Cols.DECISION, "Uji suara.")
    return sheet


def office_with_voices() -> Sheet:
    sheet = three_weeks()
    sheet.episode("2026-10-04", "Lama")
    sheet.episode("2026-12-06", "Depan")
    for day in ("2026-11-05", "2026-11-12", "2026-11-19", "2026-11-20"):
        look(sheet, day)
    return voices(sheet)


def test_lists_are_those_of_the_period_and_no_asker_is_named() -> None:
    sheet = office_with_voices()
    fields = fields_of(sheet, "2026-11")
    assert [q["text"] for q in fields["questions"]["open"]] == ["Belum?"]  # by its episode, though asked in December
    assert [q["answer"] for q in fields["questions"]["answered"]] == ["Gratis."]
    assert [(k["kind"], [t["text"] for t in k["texts"]]) for k in fields["feedback"]] == [
        ("Pujian", ["Jelas!"]),
        ("Kritik", ["Suara kecil."]),
    ]
    assert [a["text"] for a in fields["actions"]["open"]] == ["Lama, masih terbuka", "Baru"]
    assert [(a["text"], a["finished"]) for a in fields["actions"]["done"]] == [
        ("Lama, selesai bulan ini", "2 Nov 2026")
    ]
    assert [d["decision"] for d in fields["decisions"]] == ["", "Uji suara.", ""]
    text = words(sheet, "2026-11")
    for expected in ("Belum?", "Gratis.", "Suara kecil.", "Uji suara.", "Lama, selesai bulan ini", "Dewi"):
        assert expected in text
    assert "ahasia" not in text
    assert "ahasia" not in repr(fields)


# --- documents that an office signs ---------------------------------------------------------------------------------


def test_an_empty_month_says_so_part_by_part() -> None:
    text = words(Sheet().team(), "2025-03")
    assert "Tidak ada episode yang dijadwalkan pada bulan Maret 2025." in text
    for part in ("Belum ada langkah", "Belum ada angka", "pertanyaan", "umpan balik", "evaluasi", "tindak lanjut"):
        assert re.search(rf"{part}.*pada periode ini\.", text), part
    assert len(Document(io.BytesIO(render(TEMPLATE, fields_of(Sheet(), "2025-03")))).tables) == 2  # number, signature


def test_one_episode() -> None:
    sheet = Sheet().team()
    sheet.episode("2026-11-01", "Hanya satu", Bentuk="Video", Tautan_Instagram="https://www.instagram.com/p/1/")
    for day in ("2026-10-20", "2026-11-01"):
        look(sheet, day)
    read(sheet, "2026-W44", "Instagram", 1, Viewers_Video=0, Likes=0)
    fields = fields_of(sheet, "2026-11", "2026-11-02T08:00")
    assert fields["episodes"][0]["reach"] == ["Instagram H+1: 0 viewers, 0 likes"]
    assert fields["audience"]["platforms"][0]["trend"]["lines"][0]["share"] == 0  # no bar, and no division by zero
    assert "Hanya satu" in "\n".join(document(render(TEMPLATE, fields)))


def a_year() -> Sheet:
    """52 episodes with every step and reading, written straight into the grid."""
    sheet = Sheet().team()
    days = [date(2026, 1, 4) + timedelta(weeks=n) for n in range(52)]
    for n, day in enumerate(days):
        sheet.episode(str(day), f"Topik nomor {n + 1}", Bentuk=("Video", "Postingan")[n % 4 == 3])
    for day in days[::3]:
        look(sheet, str(day - timedelta(days=1)))
    table = sheet.snapshot().tables[Tabs.READINGS]
    grid, last = sheet.workbook.tabs[table.id], table.last_row
    rows = {r.cells[Cols.CODE]: r.number for r in table.rows}  # those that the program made already
    for n in range(52):
        for platform, short in (("Instagram", "IG"), ("TikTok", "TT")):
            for age in range(1, 6):
                code = f"2026-W{n + 1:02d}"
                row = rows.get(f"{code}/{short}/{age}")
                if row is None:
                    row = last = last + 1
                values = {Cols.EPISODE: code, Cols.PLATFORM: platform, Cols.DAY: age, Cols.LIKES: n + age}
                if n % 4 != 3:
                    values[Cols.VIEWERS_VIDEO] = 100 * n + age
                for header, value in values.items():
                    grid.set(row, table.columns[header] + 1, value)
    table = sheet.snapshot().tables[Tabs.STEPS]
    for line in table.rows:
        if line.number % 3:
            sheet.workbook.tabs[table.id].set(line.number, table.columns[Cols.DONE] + 1, True)
    sheet.workbook.touch()
    return sheet


def test_52_episodes() -> None:
    fields = fields_of(a_year(), "2026", "2027-01-15T08:00")
    made = Document(io.BytesIO(render(TEMPLATE, fields)))
    lengths = [len(table.rows) for table in made.tables]
    assert lengths.count(1 + 52) == 3  # the episodes, and those of each platform
    assert [m["counted"] > 0 for m in fields["process"]["months"]] == [True] * 12
    trend = fields["audience"]["platforms"][0]["trend"]
    assert trend["title"] == "Instagram: Viewers Video pada H+5, nilai tengah (median) episode tiap bulan"
    assert trend["lines"][0]["text"] == number(median((5, 105, 205)))
    assert fields["audience"]["best"][0]["ranks"][0] == "5.005 · 20 Des · Topik nomor 51"  # the 52nd has no video
    widths = [int(shape.width) for shape in made.inline_shapes]
    assert max(widths) <= 58.01 * 36000
    for table in made.tables[1:-1]:
        assert "tblHeader" in table.rows[0]._tr.xml  # its head is repeated on every page


def test_what_people_type_stays_text() -> None:
    nasty = "{{ 7 * 7 }} {% for x in y %} <w:p>&amp; & {_{ “{{”\x0b\ufffe\u202e"
    sheet = Sheet().team()
    sheet.episode(
        "2026-11-01", nasty, Lembaga="</w:t></w:r>\nbaris kedua", Narasumber="{#", Tautan_Instagram="{{ self }}"
    )
    sheet.add(Tabs.FEEDBACK, Tanggal=datetime(2026, 11, 2), Jenis="Saran", Isi="{{ 7 * 7 }}\ta")
    sheet.settings = sheet.settings.model_copy(
        update={"report": sheet.settings.report.model_copy(update={"letterhead": ["A & B {{ x }}"]})}
    )
    text = words(sheet, "2026-11")
    assert "{{ 7 * 7 }} {% for x in y %} <w:p>&amp; & " in text
    for expected in ("</w:t></w:r>baris kedua", "{#", "{{ self }}", "{{ 7 * 7 }} a", "A & B {{ x }}"):
        assert expected in text
    assert "49" not in text
    assert not re.search("[\x0b\ufffe\u202e]", text)


# --- a template that a person edited --------------------------------------------------------------------------------


def edited(tmp_path: Path, old: str, new: str) -> Path:
    """The template with one text replaced, as Word would save it."""
    made = Document(str(TEMPLATE))
    for t in made.element.body.iter(f"{{{made.element.body.nsmap['w']}}}t"):
        t.text = (t.text or "").replace(old, new)
    made.save(str(tmp_path / "laporan.docx"))
    return tmp_path / "laporan.docx"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{{ as_of }}", "{{ as_off }}", 'there is no field "as_off"; did you mean "as_of"?'),
        ("{{ e.topic }}", "{{ e.topik }}", 'there is no field "topik"; did you mean "topic"?'),
        ("in episodes", "in episods", 'there is no field "episods"; did you mean "episodes"?'),
        ("{{ as_of }}", "{{ zzz.zzz }}", 'there is no field "zzz"'),
        ("s.share | bar", "s.share | barr", "broken tag at .*barr.*: No filter named 'barr'"),
        ("for sentence in", "fr sentence in", "broken tag at .*fr sentence.*: .*unknown tag 'fr'"),
        ("{{ as_of }}", "{{ as_of }", 'broken tag: "Laporan ini memuat .*" has a tag that is not closed'),
        ("{{ as_of }}", "{ as_of }}", 'broken tag: "Laporan ini memuat .*" has a tag that is not closed'),
        ("{%p for sentence in summary %}", "", "broken tag .*'endfor'"),
        ("{{ as_of }}", "{{ as_of + 1 }}", "cannot be used"),
        ("{%p if letterhead %}", "{% if letterhead %}", "a tag begins in one row or paragraph and ends in another"),
    ],
)
def test_a_mistake_in_the_template_is_one_sentence(tmp_path: Path, old: str, new: str, told: str) -> None:
    file = edited(tmp_path, old, new)
    with pytest.raises(SettingsError) as caught:
        render(file, fields_of(three_weeks(), "2026-11"))
    [sentence] = caught.value.problems
    assert re.search(told, sentence), sentence
    assert sentence.startswith(f"{file}: ")
    assert "\n" not in sentence
    assert "<w:" not in sentence


def test_the_template_is_what_its_script_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = Path(__file__).parent.parent / "docs"
    monkeypatch.syspath_prepend(str(scripts))
    import make_report_template

    monkeypatch.setattr(make_report_template, "FILE", tmp_path / "laporan.docx")
    make_report_template.main()
    del sys.modules["make_report_template"]
    made, kept = (Document(str(file)) for file in (tmp_path / "laporan.docx", TEMPLATE))
    assert made.element.xml == kept.element.xml
    assert made.styles.element.xml == kept.styles.element.xml


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office's own workbook after ``init`` and a tick."""
    home = tmp_path_factory.mktemp("kantor")
    shutil.copy(KANTOR, home / "halokop.xlsx")
    (home / "halokop.toml").write_text("")
    for command in ("init", "sync"):
        assert halokop(home, command, "--at", "2026-11-24T08:00").code == 0
    return home


@pytest.fixture
def home(kept: Path, tmp_path: Path) -> Path:
    shutil.copytree(kept, tmp_path / "kantor")
    return tmp_path / "kantor"


def report(home: Path, *words: str) -> Ran:
    return halokop(home, "report", *words, "--at", AT)


def everything(home: Path) -> dict[str, bytes]:
    return {str(f.relative_to(home)): f.read_bytes() for f in home.rglob("*") if f.is_file()}


def test_the_report_alone_is_written(home: Path) -> None:
    before = everything(home)
    ran = report(home, "--month", "2026-11")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{home / 'laporan-2026-11.docx'}: 2026-11, ")
    assert ran.out.count("\n") == 1
    after = everything(home)
    made = after.pop("laporan-2026-11.docx")
    assert after == before
    assert "BULAN NOVEMBER 2026" in document(made)


def test_an_earlier_report_stays_unless_its_name_is_given(home: Path) -> None:
    mine = home / "laporan-2026.docx"
    mine.write_bytes(b"edited in Word")
    assert "laporan-2026-2.docx" in report(home, "--year", "2026").out
    assert "laporan-2026-3.docx" in report(home, "--year", "2026").out
    assert mine.read_bytes() == b"edited in Word"
    shutil.copy(home / "laporan-2026-2.docx", mine)
    assert report(home, "--year", "2026", "--out", str(mine)).code == 0
    assert "TAHUN 2026" in document(mine.read_bytes())


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--month", "2026-13"),
        ("--month", "2026"),
        ("--year", "2026-11"),
        ("--year", "26"),
        ("--month", "2026-11", "--year", "2026"),
    ],
)
def test_a_period_that_is_none(home: Path, words: tuple[str, ...]) -> None:
    ran = report(home, *words)
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert not list(home.glob("laporan*"))


def test_a_template_of_the_office_wins_and_its_mistake_is_told(home: Path) -> None:
    own = home / "templates"
    own.mkdir()
    (home / "halokop.toml").write_text('[program]\ntemplates_dir = "templates"\n')
    assert report(home, "--month", "2026-11").code == 0  # none of its own: ours
    edited(own, "LAPORAN HASIL INOVASI", "HASIL KAMI")
    report(home, "--month", "2026-11", "--out", str(home / "a.docx"))
    assert "HASIL KAMI HALO KOP-UKM" in document((home / "a.docx").read_bytes())
    edited(own, "{{ period | upper }}", "{{ periode | upper }}")
    ran = report(home, "--month", "2026-11", "--out", str(home / "b.docx"))
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert 'there is no field "periode"; did you mean "period"?' in ran.err
    (own / "laporan.docx").write_text("not a zip")
    ran = report(home, "--month", "2026-11", "--out", str(home / "b.docx"))
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "not a Word document" in ran.err
    assert not (home / "b.docx").exists()


def refuse(_: Path, target: Path) -> Path:
    raise PermissionError(13, "Permission denied", str(target))


def test_a_file_that_is_open_in_word(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "replace", refuse)
    ran = report(home, "--month", "2026-11", "--out", str(home / "a.docx"))
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "if it is open in Word, close it" in ran.err
    assert not list(home.glob("*.part")) + list(home.glob(".*.part"))


def test_a_folder_that_is_not_there(home: Path) -> None:
    ran = report(home, "--month", "2026-11", "--out", str(home / "tidak" / "ada.docx"))
    assert (ran.code, ran.err.count("\n")) == (2, 1)


def test_a_workbook_before_init_makes_no_report_of_a_quiet_month(tmp_path: Path) -> None:
    shutil.copy(KANTOR, tmp_path / "halokop.xlsx")
    (tmp_path / "halokop.toml").write_text("")
    ran = report(tmp_path, "--month", "2026-11")
    assert ran.code == 3
    assert "halokop init" in ran.err
    assert not list(tmp_path.glob("laporan*"))
