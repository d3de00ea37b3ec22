"""Exported files: thirty-odd variants by hand of what offices download, and what is refused, each with its reason."""

import io
import os
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halokop_sheets.core.sheet.answers import Gap
from halokop_sheets.core.terms import INSTAGRAM, TIKTOK, Cols
from halokop_sheets.core.typed.posts import post_of
from halokop_sheets.errors import SettingsError
from halokop_sheets.sources.drop import DropFolder, Dropped
from halokop_sheets.sources.exports import UnusableError, read_export
from halokop_sheets.sources.headers import load_headers

EXPORTS = load_headers(None).exports
ZONE = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 30, 9, 15, tzinfo=ZONE)
META = (
    "Post ID,Account ID,Account username,Account name,Description,Duration (sec),Publish time,Permalink,Post type,"
    "Data comment,Date,Views,Likes,Shares,Comments,Saves,Reach,Follows"
)
ROW = (
    '1789,1784,dinas.contoh,"Dinas, Contoh","Halo ""KOP"", baris satu\nbaris dua",35,11/29/2026 06:08,'
    "https://www.instagram.com/reel/DRgl00001/,IG reel,,Lifetime,1204,88,7,12,5,1100,2"
)
FULL = {Cols.VIEWERS_VIDEO: 1204, Cols.LIKES: 88, Cols.SHARES: 7, Cols.COMMENTS: 12, Cols.SAVES: 5}
TIKTOK_TITLES = (
    "Video title,Video link,Post time,Total likes,Total comments,Total shares,Total views,Reach,Add to favorites"
)
TIKTOK_ROW = "Halo,https://www.tiktok.com/@dinas.contoh/video/7301234567890123456,10 de noviembre,88,12,7,1204,1100,5"


def xlsx(*rows: tuple[object, ...], before: int = 0, sheets: int = 1) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for _ in range(sheets - 1):
        sheet.append(("Overview", "nothing here"))
        sheet = book.create_sheet()
    for _ in range(before):
        sheet.append(("Konten",))
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(line: str) -> tuple[object, ...]:
    return tuple(int(part) if part.isdecimal() and len(part) < 9 else part for part in line.split(","))


def reordered() -> str:
    import csv

    rows = list(csv.reader(io.StringIO(f"{META}\n{ROW}")))
    out = io.StringIO()
    csv.writer(out).writerows([row[::-1] for row in rows])
    return out.getvalue()


FEW = "Permalink,Views,Likes,Shares,Comments,Saves\n"
LINK = "https://www.instagram.com/p/DRgl00001/"
GOOD: dict[str, bytes] = {
    "meta, UTF-8": f"{META}\n{ROW}\n".encode(),
    "meta, byte order mark": f"\ufeff{META}\r\n{ROW}\r\n".encode(),
    "meta, every field in quotes": "\n".join(
        ",".join(f'"{c}"' for c in line.split(",")) for line in (FEW.strip(), f"{LINK},1204,88,7,12,5")
    ).encode("utf-8-sig"),
    "meta, UTF-16 with tabs": f"{FEW}{LINK},1204,88,7,12,5".replace(",", "\t").encode("utf-16"),
    "meta, UTF-16 big end first": b"\xfe\xff" + f"{META}\n{ROW}".encode("utf-16-be"),
    "meta, UTF-16 without a mark": f"{META}\n{ROW}".encode("utf-16-le"),
    "meta, Windows-1252": f"{META}\n{ROW}".replace("Halo", "Caf\u00e9").encode("cp1252"),
    "meta, semicolons": f"{FEW}{LINK},1204,88,7,12,5".replace(",", ";").encode(),
    "meta, Excel's own first line": f"sep=;\r\n{FEW}{LINK},1204,88,7,12,5".replace(",", ";").encode(),
    "meta, columns in another order": reordered().encode(),
    "meta, without Data comment and Date": f"{META},x\n{ROW},".replace("Data comment,Date,", "")
    .replace(",,Lifetime", "")
    .encode(),
    "meta, titles in capitals with spaces": f"{FEW.upper().replace(',', ' , ')}{LINK},1204,88,7,12,5".encode(),
    "meta, thousands with commas": f'{FEW}{LINK},"1,204",88,7,12,5'.encode(),
    "meta, with a letter": f"{FEW}{LINK},1.204K,88,7,12,5".encode(),
    "meta, a line above the titles": f"Instagram content\n\n{FEW}{LINK},1204,88,7,12,5".encode(),
    "meta, a row of totals below": f"{FEW}{LINK},1204,88,7,12,5\nTotal,9999,999,99,9,9".encode(),
    "meta, the day named": f"{META}\n{ROW}".replace("Lifetime", "11/30/2026").encode(),
    "meta, a post twice alike": f"{META}\n{ROW}\n{ROW}\n".encode(),
    "meta, a link with its tail": f"{FEW}{LINK}?igsh=MzRlODBi&x=1,1204,88,7,12,5".encode(),
    "meta, the account in the link": f"{FEW}{LINK.replace('/p/', '/dinas.contoh/reel/')},1204,88,7,12,5".encode(),
    "meta, .xlsx": xlsx(cells(FEW.strip()), cells(f"{LINK},1204,88,7,12,5")),
    "meta, .xlsx, figures as text": xlsx(cells(FEW.strip()), (LINK, "1,204", "88", "7", "12", "5")),
    "meta, .xlsx, figures as fractions of nothing": xlsx(cells(FEW.strip()), (LINK, 1204.0, 88.0, 7.0, 12.0, 5.0)),
}
GOOD_TIKTOK: dict[str, bytes] = {
    "tiktok, CSV": f"{TIKTOK_TITLES}\n{TIKTOK_ROW}\n".encode(),
    "tiktok, byte order mark": f"{TIKTOK_TITLES}\n{TIKTOK_ROW}\n".encode("utf-8-sig"),
    "tiktok, Video publish time": f"{TIKTOK_TITLES}\n{TIKTOK_ROW}".replace("Post time", "Video publish time").encode(),
    "tiktok, .xlsx": xlsx(cells(TIKTOK_TITLES), cells(TIKTOK_ROW)),
    "tiktok, .xlsx, second sheet": xlsx(cells(TIKTOK_TITLES), cells(TIKTOK_ROW), sheets=2),
    "tiktok, .xlsx, titles lower": xlsx(cells(TIKTOK_TITLES), cells(TIKTOK_ROW), before=3),
    "tiktok, a photo": f"{TIKTOK_TITLES}\n{TIKTOK_ROW}".replace("/video/", "/photo/").encode(),
    "tiktok, 1.2K": f"{TIKTOK_TITLES}\n{TIKTOK_ROW}".replace(",1204,", ',"1,204",').encode(),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_of_meta_is_understood(name: str):
    told = read_export(GOOD[name], EXPORTS)
    assert told.platform == INSTAGRAM and told.posts["DRgl00001"].figures == FULL
    assert told.day == (date(2026, 11, 30) if name == "meta, the day named" else None)
    assert {one.gap for one in told.posts.values()} == {Gap.NONE}


@pytest.mark.parametrize("name", GOOD_TIKTOK)
def test_a_file_of_tiktok_is_understood(name: str):
    told = read_export(GOOD_TIKTOK[name], EXPORTS)
    assert told.platform == TIKTOK and told.posts["7301234567890123456"].figures == FULL


def test_there_are_at_least_25_variants_by_hand():
    assert len(GOOD) + len(GOOD_TIKTOK) + len(REFUSED) + len(MISSING) >= 25 + 15


REFUSED: dict[str, tuple[bytes, str]] = {
    "titles in another language": (b"Judul;Tautan video;Total tayangan\na;b;1", "unknown"),
    "nothing but a title": (b"Video link\nhttps://www.tiktok.com/@a/video/7301234567890123456", "unknown"),
    "a letter": (b"Kepada Yth. Bapak Camat,\nbersama ini kami sampaikan", "unknown"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(200), "unknown"),
    "posts of Facebook": (f"{FEW}https://www.facebook.com/1/posts/2,1,2,3,4,5".encode(), "no posts"),
    "no rows": (f"{FEW}".encode(), "no posts"),
    "figures of single days": (
        f"{META}\n{ROW.replace('Lifetime', '11/28/2026')}\n{ROW.replace('Lifetime', '11/29/2026')}".encode(),
        "by day",
    ),
    "a day for each post": (
        f"{META}\n{ROW.replace('Lifetime', '11/28/2026')}\n"
        f"{ROW.replace('Lifetime', '11/29/2026').replace('DRgl00001', 'DRgl00002')}".encode(),
        "by day",
    ),
    "Excel of 1997": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old excel"),
    "half an .xlsx": (xlsx(cells(FEW.strip()))[:900], "damaged"),
    "more than 20 MB": (b"x" * 20_000_001, "large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_export_is_refused_with_its_reason(name: str):
    data, cause = REFUSED[name]
    with pytest.raises(UnusableError) as raised:
        read_export(data, EXPORTS)
    assert raised.value.cause == cause


def test_a_zip_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("konten.csv", f"{FEW}{LINK},1,2,3,4,5")
    with pytest.raises(UnusableError, match="zip"):
        read_export(out.getvalue(), EXPORTS)


def test_an_unknown_file_shows_its_titles():
    with pytest.raises(UnusableError) as raised:
        read_export(b"Judul\x1b,Tautan video,Total tayangan\na,b,1", EXPORTS)
    assert raised.value.detail == "Judul?, Tautan video, Total tayangan"


MISSING: dict[str, tuple[str, dict[str, int], Gap]] = {
    "blank": (",88,,12,", {Cols.LIKES: 88, Cols.COMMENTS: 12}, Gap.NONE),
    "a dash": ("--,88,-,12,N/A", {Cols.LIKES: 88, Cols.COMMENTS: 12}, Gap.NONE),
    "0 is a figure": ("0,0,0,0,0", dict.fromkeys(FULL, 0), Gap.NONE),
    "half a viewer": ("12.5,88,7,12,5", {h: v for h, v in FULL.items() if h != Cols.VIEWERS_VIDEO}, Gap.UNREADABLE),
    "below 0": ("-4,88,7,12,5", {h: v for h, v in FULL.items() if h != Cols.VIEWERS_VIDEO}, Gap.UNREADABLE),
    "a word": ("banyak,88,7,12,5", {h: v for h, v in FULL.items() if h != Cols.VIEWERS_VIDEO}, Gap.UNREADABLE),
    "a share": ("12%,88,7,12,5", {h: v for h, v in FULL.items() if h != Cols.VIEWERS_VIDEO}, Gap.UNREADABLE),
    "1.2K": ("1.2K,88,7,12,5", FULL | {Cols.VIEWERS_VIDEO: 1200}, Gap.NONE),
    "18,400": ('"18,400",88,7,12,5', FULL | {Cols.VIEWERS_VIDEO: 18400}, Gap.NONE),
    "a row cut short": ("1204,88", {Cols.VIEWERS_VIDEO: 1204, Cols.LIKES: 88}, Gap.NONE),
}


@pytest.mark.parametrize("name", MISSING)
def test_a_figure_is_what_stands_there_and_missing_is_not_0(name: str):
    row, figures, gap = MISSING[name]
    told = read_export(f"{FEW}{LINK},{row}\n".encode(), EXPORTS).posts["DRgl00001"]
    assert (told.figures, told.gap) == (figures, gap)


def test_what_a_file_says_twice_and_differently_is_not_believed():
    told = read_export(f"{FEW}{LINK},1204,88,7,12,5\n{LINK},1300,88,7,12,5".encode(), EXPORTS).posts["DRgl00001"]
    assert Cols.VIEWERS_VIDEO not in told.figures and told.figures[Cols.LIKES] == 88 and told.gap == Gap.UNREADABLE


def test_of_two_titles_for_one_figure_the_first_in_the_table_counts():
    data = b"Video link,Likes,Total likes\nhttps://www.tiktok.com/@a/video/7301234567890123456,1,88"
    assert read_export(data, EXPORTS).posts["7301234567890123456"].figures == {Cols.LIKES: 88}


def test_an_office_adds_its_own_titles(tmp_path: Path):
    own = tmp_path / "judul.toml"
    own.write_text('[[export]]\nname = "TikTok Studio"\nlink = ["Tautan video"]\nviewers = ["Total tayangan"]\n')
    data = (
        b"\xef\xbb\xbfJudul;Tautan Video;Total tayangan;Likes\na;https://www.tiktok.com/@a/video/73012345678;1,2 rb;9"
    )
    told = read_export(data, load_headers(own).exports)
    assert told.posts["73012345678"].figures == {Cols.VIEWERS_VIDEO: 1200, Cols.LIKES: 9}


def test_every_mistake_in_the_table_is_told_with_its_place(tmp_path: Path):
    own = tmp_path / "judul.toml"
    own.write_text('[[export]]\nname = "X"\nlinks = ["a"]\n[instagram]\nplays = "plays"\n')
    with pytest.raises(SettingsError) as raised:
        load_headers(own)
    assert "export.1.links: unknown key" in str(raised.value) and "instagram.plays" in str(raised.value)
    own.write_text('[[export]]\nname = "X"\n')
    with pytest.raises(SettingsError) as raised:
        load_headers(own)
    assert len(raised.value.problems) == 3


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda t: f"{FEW}{LINK},{t}".encode()))
def test_whatever_a_file_holds_is_understood_or_refused(data: bytes):
    try:
        told = read_export(data, EXPORTS)
    except UnusableError:
        return
    assert all(type(v) is int and v >= 0 for one in told.posts.values() for v in one.figures.values())


@pytest.mark.parametrize(
    ("platform", "typed", "post"),
    [
        (INSTAGRAM, "https://www.instagram.com/p/DAbc-1_x/?igsh=MzRl", "DAbc-1_x"),
        (INSTAGRAM, "instagram.com/reel/DAbc12345", "DAbc12345"),
        (INSTAGRAM, "Reel kita: https://instagram.com/dinas.contoh/reel/DAbc12345/?x=1 ya", "DAbc12345"),
        (INSTAGRAM, "https://m.instagram.com/tv/DAbc12345/", "DAbc12345"),
        (INSTAGRAM, "https://www.instagram.com/reels/DAbc12345/", "DAbc12345"),
        (INSTAGRAM, "https://www.instagram.com/dinas.contoh/", None),
        (INSTAGRAM, "https://www.instagram.com/stories/dinas.contoh/123456/", None),
        (INSTAGRAM, "https://evilinstagram.com/p/DAbc12345/", None),
        (INSTAGRAM, "https://instagram.com.example.com/p/DAbc12345/", None),
        (INSTAGRAM, "https://www.tiktok.com/@a/video/7301234567890123456", None),
        (INSTAGRAM, "DAbc12345", None),
        (INSTAGRAM, "http://[instagram.com/p/DAbc12345/", "DAbc12345"),
        (TIKTOK, "https://www.tiktok.com/@a.b_c/video/7301234567890123456?is_from_webapp=1", "7301234567890123456"),
        (TIKTOK, "https://m.tiktok.com/v/7301234567890123456.html", "7301234567890123456"),
        (TIKTOK, "https://vm.tiktok.com/ZMabc123/", None),
        ("YouTube", "https://youtu.be/abc", None),
    ],
)
def test_a_post_is_known_by_its_name_in_the_address(platform: str, typed: str, post: str | None):
    assert post_of(platform, typed) == post


# --- the folder ---------------------------------------------------------------------------------------------------


def drop(folder: Path, name: str, data: bytes, at: datetime = NOW - timedelta(minutes=20)) -> Path:
    file = folder / name
    file.write_bytes(data)
    os.utime(file, (at.timestamp(), at.timestamp()))
    return file


def look(folder: Path, now: datetime = NOW) -> dict[str, Dropped]:
    return {one.name: one for one in DropFolder(folder, EXPORTS, ZONE, sleep=lambda _: None).look(now)}


def test_the_day_of_a_figure_is_the_files_day_in_the_programmes_zone(tmp_path: Path):
    night = datetime(2026, 11, 30, 0, 10, tzinfo=ZONE)  # still the 29th in UTC
    drop(tmp_path, "malam.csv", GOOD["meta, UTF-8"], night)
    drop(tmp_path, "kemarin.csv", GOOD["meta, semicolons"], night - timedelta(minutes=20))
    drop(tmp_path, "besok.csv", GOOD_TIKTOK["tiktok, CSV"], night + timedelta(days=1))
    found = look(tmp_path)
    assert found["malam.csv"].cause == "" and found["malam.csv"].answers[0].day == date(2026, 11, 30)
    assert (found["kemarin.csv"].cause, found["kemarin.csv"].detail) == ("old", "2026-11-29")
    assert found["besok.csv"].cause == "future"


def test_a_day_that_the_file_says_wins_over_its_time_of_change(tmp_path: Path):
    drop(tmp_path, "lama.csv", f"{META}\n{ROW}".replace("Lifetime", "11/12/2026").encode())
    assert look(tmp_path)["lama.csv"].detail == "2026-11-12", "month/day, as Meta writes it"


def test_the_office_is_told_by_the_files_name_and_nothing_in_it_breaks_the_sentence(tmp_path: Path):
    drop(tmp_path, "konten; viewers 9: x.csv", GOOD["meta, UTF-8"])
    assert look(tmp_path)["konten; viewers 9: x.csv"].answers[0].source == "berkas konten_ viewers 9_ x.csv"


def test_unfinished_hidden_and_linked_files_are_left_alone(tmp_path: Path):
    for name in (".konten.csv", "~$konten.xlsx", "konten.csv.crdownload", "konten.tmp", "desktop.ini"):
        drop(tmp_path, name, GOOD["meta, UTF-8"])
    (tmp_path / "tautan.csv").symlink_to("/etc/hostname")
    (tmp_path / "selesai").mkdir()
    drop(tmp_path, "kosong.csv", b"")
    assert look(tmp_path) == {}


def test_a_file_that_is_still_growing_waits(tmp_path: Path):
    file = drop(tmp_path, "besar.csv", GOOD["meta, UTF-8"])

    def grow(_: float) -> None:
        with file.open("ab") as more:
            more.write(b"x")

    clock = lambda: file.stat().st_mtime + 1  # noqa: E731
    waits: list[float] = []
    growing = DropFolder(tmp_path, EXPORTS, ZONE, clock=clock, sleep=lambda s: (waits.append(s), grow(s))[0])
    assert [one.name for one in growing.look(NOW)] == [] and waits == [1.0]
    still = DropFolder(tmp_path, EXPORTS, ZONE, clock=clock, sleep=waits.append)
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))
    assert [one.name for one in still.look(NOW)] == ["besar.csv"]


def test_a_used_file_moves_and_never_over_another(tmp_path: Path):
    folder = DropFolder(tmp_path, EXPORTS, ZONE)
    for data in (GOOD["meta, UTF-8"], GOOD_TIKTOK["tiktok, CSV"]):
        drop(tmp_path, "konten.csv", data)
        folder.put_away(next(folder.look(NOW)))
    assert len(list((tmp_path / "selesai").iterdir())) == 2 and not list(tmp_path.glob("*.csv"))


def test_a_refused_file_is_looked_at_again_when_it_changes_or_a_day_has_passed(tmp_path: Path):
    folder = DropFolder(tmp_path, EXPORTS, ZONE)
    file = drop(tmp_path, "surat.csv", b"a,b\n1,2")
    assert len(list(folder.look(NOW))) == 1 and list(folder.look(NOW)) == []
    assert len(list(folder.look(NOW + timedelta(days=1)))) == 1
    drop(tmp_path, file.name, GOOD["meta, UTF-8"])
    assert next(folder.look(NOW)).cause == ""
