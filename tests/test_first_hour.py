"""What an office meets on its first days, in small: `check` that leads on, sentences that say what to do."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from halokop_sheets.check.doctor import examine
from halokop_sheets.check.finding import Finding, what_next
from halokop_sheets.core.office.wording import NO_DAY
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.core.typed.names import NameBook
from tests.cli import halokop
from tests.offices import office_of
from tests.sheet import Sheet

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
AT = "2026-11-24T08:00"


def test_check_ends_with_what_to_do_next_in_order(tmp_path: Path) -> None:
    (tmp_path / "halokop.toml").write_text("")
    config = tmp_path / "halokop.toml"
    assert what_next(list(examine(config, NOW)))[0].startswith(f"workbook {tmp_path}/halokop.xlsx: `halokop init`")
    halokop(tmp_path, "init", "--at", AT)
    steps = what_next(list(examine(config, NOW)))
    marks = ["tab Tim", "halokop sync", "mail.transport", "halokop run"]
    assert [mark for line, mark in zip(steps, marks, strict=True) if mark in line] == marks
    assert "next 1. fill in the tab Tim" in halokop(tmp_path, "check").out


def test_problems_come_first_and_then_check_again() -> None:
    findings = [Finding("a", then="later"), Finding("b", "broken", "mend it", 3), Finding("c", "odd", "hm")]
    assert what_next(findings) == ["b: mend it", "`halokop check` again"]


def test_check_on_an_empty_office_cites_only_rows_that_exist(tmp_path: Path) -> None:
    (tmp_path / "halokop.toml").write_text("")
    halokop(tmp_path, "init", "--at", AT)
    said = [str(f) for f in examine(tmp_path / "halokop.toml", NOW)]
    assert not [line for line in said if "baris" in line]
    halokop(tmp_path, "sync", "--at", AT)
    assert [line for line in map(str, examine(tmp_path / "halokop.toml", NOW)) if "Langkah baris" in line]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="this user may enter every folder")
def test_a_folder_that_one_may_not_enter_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir()
    (tmp_path / "halokop.toml").write_text('[workbook]\npath = "locked/in/halokop.xlsx"\n')
    (tmp_path / "locked").chmod(0)
    try:
        assert any("enter the folder" in str(f) for f in examine(tmp_path / "halokop.toml", NOW))
    finally:
        (tmp_path / "locked").chmod(0o700)


def test_a_refused_stat_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "halokop.toml").write_text("")
    real = Path.exists

    def exists(path: Path) -> bool:
        if path.name == "halokop.xlsx":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(Path, "exists", exists)
    said = "\n".join(map(str, examine(tmp_path / "halokop.toml", NOW)))
    assert "Permission denied" in said and "give this user the right to enter the folder" in said


def test_a_sync_that_read_nothing_says_nothing_of_problems(tmp_path: Path) -> None:
    (tmp_path / "halokop.toml").write_text("")
    halokop(tmp_path, "init", "--at", AT)
    (tmp_path / "halokop.xlsx").write_text("no workbook")
    ran = halokop(tmp_path, "sync", "--at", AT)
    assert ran.code == 3 and "0 problem(s)" not in ran.out and "could not be looked at" in ran.out


def test_true_typed_over_a_number_of_ours_is_mended() -> None:
    sheet = Sheet().team()
    sheet.episode("2026-11-29")
    sheet.tick(AT)
    sheet.type(Tabs.STEPS, "2026-W48/01", Cols.NUMBER, True)
    sheet.tick(AT)
    assert sheet.get(Tabs.STEPS, "2026-W48/01", Cols.NUMBER) is not True


@pytest.mark.parametrize(
    "typed", ["Dewi, S.Psi.", "Dewi, S. Psi.", "Dewi, S.A.P., M.Si.", "dewi s.a.p.", "Bu Dewi, S.AP"]
)
def test_titles_behind_a_name(typed: str) -> None:
    assert NameBook(["Dewi Anggraini", "Rudi"]).find(typed, Cols.ASSIGNEE) == (["Dewi Anggraini"], [])


def test_a_question_with_neither_day_nor_episode_says_what_is_missing() -> None:
    sheet = Sheet().team()
    sheet.add(Tabs.QUESTIONS, Pertanyaan="Apa itu NIB?")
    sheet.add(Tabs.QUESTIONS, Pertanyaan="Berapa biayanya?", Tanggal=datetime(2026, 11, 23))
    sheet.tick(AT)
    assert [row.cells.get(Cols.MESSAGE) for row in sheet.rows(Tabs.QUESTIONS)] == [NO_DAY, None]
    assert len(office_of(sheet, AT).questions) == 2
