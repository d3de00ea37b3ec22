"""``halokop check`` on sources of readings: whose account, until when, which posts; nothing written, no token said."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from halokop_sheets.check.readings import readings_findings
from halokop_sheets.settings import parse_settings
from tests.cli import halokop
from tests.graph_server import Account, Fault, GraphServer, Post
from tests.moving import move
from tests.readings_world import ZONE
from tests.sheet import Sheet

NOW = datetime(2026, 11, 30, 7, 0, tzinfo=ZONE)


@pytest.fixture
def server() -> Iterator[GraphServer]:
    with GraphServer(NOW) as running:
        running.account.posts = [Post("DRgl00001", NOW - timedelta(days=1))]
        yield running
        assert running.problems == []


@pytest.fixture
def office(tmp_path: Path, server: GraphServer) -> Path:
    readings = f'instagram_url = "{server.url}"\ninstagram_token_file = "token.txt"\nfolder = "ekspor"\nseconds = 3'
    (tmp_path / "halokop.toml").write_text(f"[program]\nhorizon_weeks = 2\n[readings]\n{readings}\n")
    (tmp_path / "ekspor").mkdir()
    (tmp_path / "token.txt").write_text(server.account.issue(NOW).value)
    (tmp_path / "token.txt").chmod(0o600)
    assert halokop(tmp_path, "init", "--at", "2026-11-30T06:00").code == 0
    sheet = Sheet().team()
    sheet.episode("2026-11-29", "Simpan pinjam", Tautan_Instagram="https://www.instagram.com/p/DRgl00001/")
    sheet.episode("2026-11-28", "Milik mitra", Tautan_Instagram="https://www.instagram.com/p/Dmitra001/")
    sheet.tick("2026-11-29T20:00")
    move(sheet, tmp_path / "halokop.xlsx")
    return tmp_path


def check(folder: Path) -> list[str]:
    settings = parse_settings((folder / "halokop.toml").read_text(), folder)
    return [str(finding) for finding in readings_findings(settings, NOW)]


def test_it_says_whose_account_it_is_and_which_posts_it_found(office: Path, server: GraphServer):
    said = "\n".join(check(office))
    assert "account dinas.contoh, token not renewed yet" in said
    assert "ok       instagram: found the post of 29 Nov · Simpan pinjam" in said
    assert "instagram post Dmitra001 of 28 Nov · Milik mitra: is none of this account" in said
    assert "folder of exports" in said and next(iter(server.account.secrets)) not in said
    assert not any("refresh" in call for call in server.calls)


@pytest.mark.parametrize(
    ("fault", "said"),
    [("190", "make a new one"), ("10", "instagram_business_manage_insights"), ("4", "wait an hour"), ("500", "typed")],
)
def test_what_is_in_the_way_comes_with_its_remedy(office: Path, server: GraphServer, fault: str, said: str):
    server.faults = [Fault(fault, "", 9)]
    assert said in "\n".join(check(office))


def test_no_token_no_folder_and_bad_titles_are_named(office: Path):
    (office / "token.txt").unlink()
    (office / "ekspor").rmdir()
    said = "\n".join(check(office))
    assert "there is no Instagram token" in said and "there is no such folder" in said
    (office / "judul.toml").write_text('[[export]]\nname = "X"\n')
    text = (office / "halokop.toml").read_text()
    (office / "halokop.toml").write_text(f'{text}headers_file = "judul.toml"\n')
    assert "platform must be one of Instagram, TikTok" in "\n".join(check(office))
    assert halokop(office, "sync").code == 2


def test_a_private_account_is_told(office: Path, server: GraphServer):
    server.account = Account(kind="PERSONAL", secrets=server.account.secrets)
    assert "make it a professional account" in "\n".join(check(office))


def test_nothing_is_said_where_nothing_is_connected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("HALOKOP_INSTAGRAM_TOKEN", raising=False)
    (tmp_path / "halokop.toml").write_text("")
    assert check(tmp_path) == []


def test_plan_shows_what_would_be_asked_and_which_files_would_be_taken(office: Path, server: GraphServer):
    (office / "ekspor" / "surat.csv").write_text("a,b\n1,2\n")
    calls = len(server.calls)
    out = halokop(office, "plan", "--at", "2026-11-30T07:00").out
    assert "# would first ask for 2026-W48-2/IG/1: Viewers Video, Likes, Komentar, Dibagikan, Disimpan of" in out
    assert "# would refuse the file surat.csv: unknown" in out
    assert halokop(office, "plan", "--at", "2026-11-30T07:00", "--days", "2").code == 0
    assert len(server.calls) == calls, "no request"


def test_a_made_up_time_is_refused_where_a_real_account_is_connected(office: Path):
    text = (office / "halokop.toml").read_text()
    (office / "halokop.toml").write_text(text.replace("http://127.0.0.1", "https://graph.instagram.com/?"))
    ran = halokop(office, "sync", "--at", "2026-11-30T07:00")
    assert ran.code == 2 and "figures of now" in ran.err


def test_sync_fills_the_workbook(office: Path, server: GraphServer):
    import openpyxl

    assert halokop(office, "sync", "--at", "2026-11-30T07:00").code == 0
    sheet = openpyxl.load_workbook(office / "halokop.xlsx")["Metrik"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert any(text.startswith("Instagram API 30 Nov 07.00: viewers") for text in texts)
