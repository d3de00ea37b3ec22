"""Whole ticks of an office whose readings fill themselves: asked once, never delayed, told where told, no token out."""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from halokop_sheets.core.sheet.answers import Answer, Connections, Gap
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.sources.sources import Sources
from halokop_sheets.workbooks.memory import MemoryWorkbook
from tests.graph_server import Fault
from tests.readings_world import ZONE, Office, an_office, meta_row, tiktok_row

SUNDAY = datetime(2026, 11, 29, 9, 10, tzinfo=ZONE)
MONDAY = datetime(2026, 11, 30, 6, 30, tzinfo=ZONE)
CODE, VIDEO = "2026-W48", "https://www.tiktok.com/@dinas.contoh/video/7301234567890123456"
IG, TT = f"{CODE}/IG/1", f"{CODE}/TT/1"
FIGURES: dict[str, object] = {
    Cols.VIEWERS_VIDEO: "12,400",
    Cols.LIKES: "1.2K",
    Cols.COMMENTS: 12,
    Cols.SHARES: 7,
    Cols.SAVES: "",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with an_office(tmp_path, SUNDAY) as office:
        office.give_token(SUNDAY)
        office.sheet.episode("2026-11-29", "Simpan pinjam")
        office.tick(SUNDAY - timedelta(days=1))
        office.publish(CODE, "DRgl00001", VIDEO, SUNDAY)
        office.tick(SUNDAY)
        yield office


def test_a_morning_fills_todays_reading_before_the_digests(office: Office):
    assert office.server.calls == [], "nothing to ask on the day itself"
    office.tick(MONDAY)
    post = office.server.account.posts[0]
    assert office.cell(IG, Cols.VIEWERS_VIDEO) == post.count("views", MONDAY)
    assert office.cell(IG, Cols.SAVES) == post.count("saved", MONDAY)
    assert str(office.cell(IG, Cols.FIGURE_SOURCE)).startswith("Instagram API 30 Nov 06.30: viewers")
    assert office.cell(f"{CODE}/IG/2", Cols.LIKES) is None


def test_a_tick_with_nothing_to_ask_makes_no_request(office: Office):
    office.tick(MONDAY)
    calls = len(office.server.calls)
    assert calls == 3, "renewed, found, asked"
    for hours in (0.1, 0.5, 6, 10):
        office.tick(MONDAY + timedelta(hours=hours))
    for days in (6, 9):
        office.tick(MONDAY + timedelta(days=days))
    assert len(office.server.calls) == calls


def test_an_asking_tick_reads_once_more_and_the_next_does_not(office: Office):
    class Counted(MemoryWorkbook):
        reads = 0

        def read(self):  # type: ignore[no-untyped-def]
            Counted.reads += 1
            return super().read()

    office.sheet.workbook.__class__ = Counted
    mails: list[int] = []
    for moment in (MONDAY, MONDAY + timedelta(minutes=5)):
        Counted.reads = 0
        office.tick(moment)
        mails.append(Counted.reads)
    assert mails == [2, 1]


def test_what_fails_in_the_morning_is_asked_again_at_noon_and_never_more(office: Office):
    office.server.faults = [Fault("500 html", "", 99)]
    result = office.tick(MONDAY)
    assert not result.trouble and "menjawab dengan kesalahan" in str(office.cell(IG, Cols.FIGURE_SOURCE))
    calls = len(office.server.calls)
    office.tick(MONDAY + timedelta(hours=3))
    assert len(office.server.calls) == calls
    office.server.faults = []
    office.tick(MONDAY + timedelta(hours=5, minutes=30))
    assert str(office.cell(IG, Cols.FIGURE_SOURCE)).startswith("Instagram API 30 Nov 12.00: viewers")


@pytest.mark.parametrize("kind", ["hang", "trickle"])
def test_a_source_that_hangs_delays_no_tick_beyond_the_limit(tmp_path: Path, kind: str):
    with an_office(tmp_path, SUNDAY, limit=1) as office:
        office.give_token(SUNDAY)
        office.sheet.episode("2026-11-29", "Simpan pinjam")
        office.tick(SUNDAY - timedelta(days=1))
        office.publish(CODE, "DRgl00001", VIDEO, SUNDAY)
        office.server.faults = [Fault(kind, "", 9)]
        begun = time.monotonic()
        result = office.tick(MONDAY + timedelta(minutes=30))
        assert time.monotonic() - begun < 2
        assert result.outcome.sent > 0, "mails go out all the same"
        assert Cols.LIKES not in office.sheet.row(Tabs.READINGS, IG).cells
        assert office.cell(IG, Cols.FIGURE_SOURCE) in (
            "Instagram API 30 Nov 07.00: tidak ada angka (tidak menjawab sampai batas waktu)",
            "Instagram API 30 Nov 07.00: tidak ada angka (tidak dapat dihubungi)",
        )


def test_a_mistake_in_a_source_stops_nothing(office: Office, caplog: pytest.LogCaptureFixture):
    class Broken:
        name, platform = "Instagram API", "Instagram"

        def ask(self, *_: object) -> Iterator[Answer]:
            raise RuntimeError("access_token=IGAArahasia")
            yield

        def due(self, _: datetime) -> bool:
            return False

        def connections(self, _: datetime) -> Connections:
            return Connections({"Instagram": "Instagram API"})

    office.app = replace(office.app, sources=Sources(ZONE, 5, Broken()))
    caplog.set_level(logging.INFO)
    assert not office.tick(MONDAY).trouble
    assert "IGAArahasia" not in caplog.text and office.app.ledger.asked.answers(MONDAY)[0].gap == Gap.SERVER


# --- files --------------------------------------------------------------------------------------------------------


def test_a_dropped_file_fills_both_platforms_and_moves_away(office: Office):
    at = MONDAY.replace(hour=9, minute=0)
    office.server.faults = [Fault("500 html", "", 99)]
    office.tick(MONDAY)
    file = office.drop("konten.csv", [tiktok_row(VIDEO, FIGURES)], at)
    meta = office.drop("Nov-01_Nov-30.csv", [meta_row("DRgl00001", FIGURES)], at)
    office.tick(at + timedelta(minutes=12))
    assert (office.cell(TT, Cols.VIEWERS_VIDEO), office.cell(TT, Cols.LIKES)) == (12400, 1200)
    assert office.cell(TT, Cols.SAVES) is None
    told = "berkas konten.csv 30 Nov 09.12: viewers 12.400, likes 1.200, komentar 12, dibagikan 7, tanpa disimpan"
    assert str(office.cell(TT, Cols.FIGURE_SOURCE)).startswith(told)
    assert office.cell(IG, Cols.LIKES) == 1200
    assert not file.exists() and (file.parent / "selesai" / file.name).exists() and not meta.exists()


def test_twice_the_same_file_changes_nothing_and_not_on_another_day_either(office: Office):
    at = MONDAY.replace(hour=9, minute=0)
    office.drop("a.csv", [tiktok_row(VIDEO, FIGURES)], at)
    office.tick(at)
    office.sheet.type(Tabs.READINGS, TT, Cols.LIKES, 1300)
    before = dict(office.sheet.row(Tabs.READINGS, TT).cells)
    office.drop("a (1).csv", [tiktok_row(VIDEO, FIGURES)], at)
    office.tick(at + timedelta(hours=1))
    assert {k: v for k, v in office.sheet.row(Tabs.READINGS, TT).cells.items() if k != Cols.MESSAGE} == {
        k: v for k, v in before.items() if k != Cols.MESSAGE
    }
    tomorrow = at + timedelta(days=1)
    office.drop("salinan.csv", [tiktok_row(VIDEO, FIGURES)], tomorrow)  # a copy bears a new time
    result = office.tick(tomorrow)
    assert office.cell(f"{CODE}/TT/2", Cols.LIKES) is None
    assert any("sama dengan yang sudah dipakai pada 30 Nov" in problem.text for problem in result.plan.problems)


def test_an_unknown_or_late_file_is_told_once_kept_and_fills_nothing(office: Office):
    at = MONDAY.replace(hour=9, minute=0)
    unknown = office.drop_bytes("surat.csv", b"Judul,Tautan video,Jumlah\na,b,1", at)
    late = office.drop("kemarin.csv", [tiktok_row(VIDEO, FIGURES)], at - timedelta(days=1))
    said = [str(problem) for problem in office.tick(at).plan.problems if "berkas" in problem.text]
    assert len(said) == 2 and "Judul, Tautan video, Jumlah" in said[1] and "29 Nov 2026, bukan hari ini" in said[0]
    assert unknown.exists() and late.exists() and office.cell(TT, Cols.LIKES) is None
    assert not [p for p in office.tick(at + timedelta(days=1)).plan.problems if "berkas" in p.text], "told once"
    told = [mail for mail in office.letters() if "Judul, Tautan video" in mail]
    assert len(told) == 1, "the administrator hears of it once"


def test_a_crash_between_the_ledger_and_the_move_loses_nothing(office: Office, monkeypatch: pytest.MonkeyPatch):
    at = MONDAY.replace(hour=9, minute=0)
    file = office.drop("konten.csv", [tiktok_row(VIDEO, FIGURES)], at)
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(PermissionError(13, "open in Excel")))
    office.app.sources.take_files(office.app.ledger.asked, at)
    monkeypatch.undo()
    assert file.exists()
    office.tick(at + timedelta(minutes=5))
    assert office.cell(TT, Cols.LIKES) == 1200 and not file.exists()


def test_a_folder_that_is_gone_stops_nothing(office: Office):
    office.drop_folder.rmdir()
    assert not office.tick(MONDAY).trouble and office.cell(IG, Cols.LIKES) is not None


# --- the ledger ---------------------------------------------------------------------------------------------------


def test_what_was_asked_and_answered_is_in_the_ledger_and_a_lost_one_is_asked_again(office: Office, tmp_path: Path):
    office.tick(MONDAY)
    before = {header: office.cell(IG, header) for header in (Cols.LIKES, Cols.FIGURE_SOURCE)}
    (answer,) = office.app.ledger.asked.answers(MONDAY)
    assert answer.figures[Cols.LIKES] == before[Cols.LIKES] and answer.source == "Instagram API"
    with Ledger.open(tmp_path / "baru.sqlite3", ZONE, lambda: "b1b2c3") as fresh:
        office.app = replace(office.app, ledger=fresh)
        office.tick(MONDAY + timedelta(hours=2))
    assert {header: office.cell(IG, header) for header in before} == before


def test_an_older_ledger_gets_the_tables(tmp_path: Path):
    path = tmp_path / "ledger.sqlite3"
    Ledger.open(path, ZONE, lambda: "a1b2c3").close()
    with closing(sqlite3.connect(path)) as sql:
        sql.executescript("DROP TABLE asked; DROP TABLE dropped; DROP TABLE people; ALTER TABLE mail DROP COLUMN about")
        sql.execute("PRAGMA user_version = 1")
        sql.commit()
    with Ledger.open(path, ZONE, lambda: "x") as ledger:
        assert ledger.asked.answers(MONDAY) == ()


# --- no token anywhere --------------------------------------------------------------------------------------------


def test_no_token_in_logs_errors_sheets_mails_or_the_ledger(
    office: Office, caplog: pytest.LogCaptureFixture, tmp_path: Path
):
    caplog.set_level(logging.DEBUG)
    faults = ["500 html", "break", "429", "garbage", "190", "10", "redirect"]
    trouble: list[str] = []
    for day, kind in enumerate(faults[:5] + faults[5:]):
        office.server.faults = [Fault(kind, "v25.0", 3)]
        result = office.tick(MONDAY + timedelta(days=day % 5, minutes=30 + day))
        trouble += map(str, (*result.trouble, *result.plan.problems))
        office.give_token(office.server.now)
    tokens = list(office.server.account.secrets)
    logged = " ".join(r.getMessage() for r in caplog.records if r.name.startswith("halokop"))
    cells = str([tab.grid for tab in office.sheet.workbook.tabs.values()])
    ledger = (tmp_path / "ledger.sqlite3").read_bytes() + (tmp_path / "ledger.sqlite3-wal").read_bytes()
    places = {"log": logged, "sheet": cells, "mail": " ".join(office.letters()), "trouble": " ".join(trouble)}
    for token in tokens:
        assert token.encode() not in ledger
        assert {place for place, text in places.items() if token in text} == set()
    assert len(tokens) > 5 and logged and office.letterbox.sent
