"""``--out`` replaces nothing but an earlier file of its own kind, by whatever name the file is reached."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from docx import Document

from halokop_sheets.errors import UsageError
from halokop_sheets.output_file import may_be_written
from halokop_sheets.settings import Settings, load_settings
from tests.cli import halokop

KANTOR = Path(__file__).parent / "data" / "kantor.xlsx"
TOML = """
[program]
sop_file = "sop.docx"
templates_dir = "templat"
[google]
credentials_file = "kunci.docx"
[mail]
outbox_dir = "surat"
"""
REFUSED = (
    "halokop.xlsx",  # the workbook
    "halokop.toml",
    "halokop",
    "laporan.pdf",
    "laporan.docx.txt",
    "sop.docx",  # whatever the office calls its files
    "kunci.docx",
    "templat/laporan.docx",
    "templat/baru.docx",
    "templat/dalam/baru.docx",
    "state/laporan.docx",
    "state/../state/laporan.docx",
    "surat/laporan.docx",
    "tabel.docx",  # a workbook under a Word file's name
    "catatan.docx",  # plain text
    "kosong.docx",
    "map.docx",  # a folder
)
linked = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    for name in ("templat/dalam", "state", "surat", "map.docx"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "halokop.toml").write_text(TOML)
    shutil.copy(Path(__file__).parents[1] / "config" / "sop.toml", tmp_path / "sop.docx")
    (tmp_path / "kunci.docx").write_text("{}")
    shutil.copy(KANTOR, tmp_path / "halokop.xlsx")
    shutil.copy(KANTOR, tmp_path / "tabel.docx")
    shutil.copy(Path(__file__).parents[1] / "templates" / "laporan.docx", tmp_path / "templat")
    (tmp_path / "catatan.docx").write_text("catatan rapat")
    (tmp_path / "kosong.docx").touch()
    Document().save(str(tmp_path / "lama.docx"))
    return tmp_path


def contents(office: Path) -> dict[str, bytes]:
    return {str(f.relative_to(office)): f.read_bytes() for f in office.rglob("*") if f.is_file()}


def refused(office: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"--out .*(must end in|is never replaced)"):
        may_be_written(office / name, ".docx", load_settings(office / "halokop.toml"))


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(office: Path, name: str) -> None:
    refused(office, name)


@pytest.mark.parametrize("name", ["laporan.docx", "LAPORAN.DOCX", "lama.docx", "map.docx/laporan.docx"])
def test_what_may_be_written(office: Path, name: str) -> None:
    assert may_be_written(office / name, ".docx", load_settings(office / "halokop.toml")) == office / name


@linked
def test_a_link_is_what_it_leads_to(office: Path) -> None:
    (office / "a.docx").symlink_to(office / "halokop.xlsx")
    (office / "b.docx").symlink_to(office / "templat" / "laporan.docx")
    (office / "c.docx").symlink_to(office / "state" / "belum-ada.docx")
    os.link(office / "templat" / "laporan.docx", office / "templat" / "d.docx")
    (office / "lain").symlink_to(office / "state", target_is_directory=True)
    (office / "state" / "keluar.docx").symlink_to(office / "lama.docx")
    for name in ("a.docx", "b.docx", "c.docx", "templat/d.docx", "lain/laporan.docx", "state/keluar.docx"):
        refused(office, name)


@linked
def test_a_state_folder_that_is_itself_a_link(office: Path) -> None:
    (office / "state").rmdir()
    (office / "jauh").mkdir()
    (office / "state").symlink_to(office / "jauh", target_is_directory=True)
    refused(office, "jauh/laporan.docx")


def test_the_workbook_by_another_case_where_the_disk_knows_none(office: Path) -> None:
    settings = load_settings(office / "halokop.toml")
    if not (office / "HALOKOP.XLSX").exists():
        pytest.skip("this disk tells cases apart")
    with pytest.raises(UsageError, match="the workbook"):
        may_be_written(office / "HALOKOP.XLSX", ".xlsx", settings)


def test_a_table_goes_over_an_earlier_table_but_not_over_the_workbook(office: Path) -> None:
    settings = load_settings(office / "halokop.toml")
    shutil.copy(KANTOR, office / "ringkasan.xlsx")
    assert may_be_written(office / "ringkasan.xlsx", ".xlsx", settings)
    with pytest.raises(UsageError, match="the workbook"):
        may_be_written(office / "halokop.xlsx", ".xlsx", settings)


def test_the_programs_own_template(tmp_path: Path) -> None:
    own = Path(__file__).parents[1] / "templates" / "laporan.docx"
    with pytest.raises(UsageError, match="the program's own"):
        may_be_written(own, ".docx", Settings(base=tmp_path))


@pytest.mark.parametrize("name", ["halokop.xlsx", "halokop.toml", "templat/laporan.docx", "state/ledger.docx"])
def test_the_command_changes_nothing(office: Path, name: str) -> None:
    toml = TOML.replace('sop_file = "sop.docx"\n', "")
    (office / "halokop.toml").write_text(toml)
    assert halokop(office, "init", "--at", "2026-11-24T08:00").code == 0
    before = contents(office)
    ran = halokop(office, "report", "--month", "2026-11", "--out", str(office / name))
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert contents(office) == before
