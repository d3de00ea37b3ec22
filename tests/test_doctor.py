"""``halokop check``: every kind of trouble found at once, in words that say what to do, and nothing touched."""

import hashlib
import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import docx
import openpyxl
import pytest

from halokop_sheets.check.doctor import Finding, examine
from halokop_sheets.resources import folder
from halokop_sheets.wiring import load_all, state_dir
from tests.cli import halokop
from tests.mail_office import claimed
from tests.smtp_server import mail_server, make_certificate

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
SECRET = "rahasia-sekali-9"


def write(folder: Path, text: str = "") -> Path:
    file = folder / "halokop.toml"
    file.write_text(text)
    return file


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """An office that works, with somebody in it."""
    write(tmp_path)
    assert halokop(tmp_path, "init").code == 0
    book = openpyxl.load_workbook(tmp_path / "halokop.xlsx")
    team = book["Tim"]
    headers = {cell.value: cell.column for row in team.iter_rows(max_row=10) for cell in row}
    row = team.max_row + 1
    roles = "Tim pelaksana, Pubdisdok, Tim Humas, Koordinator"
    for header, value in (("Nama", "Dewi"), ("Email", "dewi@example.go.id"), ("Peran", roles)):
        team.cell(row, headers[header], value)
    book.save(tmp_path / "halokop.xlsx")
    return tmp_path


def findings(folder: Path, now: datetime = NOW) -> list[Finding]:
    return list(examine(folder / "halokop.toml", now))


def problems(folder: Path) -> dict[str, Finding]:
    return {one.what: one for one in findings(folder) if one.problem}


def fingerprint(folder: Path) -> dict[str, str]:
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return {str(one): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


def test_all_is_well_and_nothing_is_touched(office: Path):
    before = fingerprint(office)
    ran = halokop(office, "check")
    assert ran.code == 0, ran.out
    assert "all is well" in ran.out.splitlines()
    assert all(line.startswith(("ok ", "next ", "all is well")) for line in ran.out.splitlines())
    for word in ("settings", "procedure", "templates", "workbook", "state folder", "ledger", "outbox"):
        assert word in ran.out
    assert fingerprint(office) == before


def test_before_the_first_init_nothing_is_made(tmp_path: Path):
    write(tmp_path)
    ran = halokop(tmp_path, "check")
    assert ran.code == 3
    assert "halokop init" in ran.out and "will be made" in ran.out
    assert [one.name for one in tmp_path.iterdir()] == ["halokop.toml"]


def test_says_what_would_be_born_late(office: Path):
    write(office, "program.steps_ahead_days = 10\n")
    [found] = [one for what, one in problems(office).items() if what == "step 1"]
    assert "H-14" in str(found) and "steps_ahead_days to 17" in found.remedy and found.exit_code == 0


def test_says_what_comes_after_an_episode_is_closed_and_a_horizon_that_is_too_short(office: Path):
    steps = (folder("config") / "sop.toml").read_text(encoding="utf-8").replace("day = 3\n", "day = 20\n")
    (office / "sop.toml").write_text(steps, encoding="utf-8")
    write(office, 'program.sop_file = "sop.toml"\nprogram.horizon_weeks = 1\n')
    found = problems(office)
    assert "after its episode closes (H+13)" in str(found["step 9"]) and "14" in found["step 9"].remedy
    assert "7 days before H" in str(found["step 1"]) and "horizon_weeks to 3" in found["step 1"].remedy


def test_a_report_template_with_a_misspelt_field_is_named(office: Path):
    (office / "surat").mkdir()
    document = docx.Document()
    document.add_paragraph("Laporan {{ perioda }}")
    document.save(str(office / "surat" / "laporan.docx"))
    write(office, 'program.templates_dir = "surat"\n')
    found = problems(office)["report template"]
    assert found.exit_code == 2 and "perioda" in str(found) and "laporan.docx" in str(found)


def test_says_where_offset_and_weekday_disagree(office: Path):
    told = [str(one) for one in findings(office) if "H+6" in one.what]
    assert len(told) == 1
    assert "H+6 (H is the day of publication), a Saturday" in told[0] and "on Thursday, H+4" in told[0]
    write(office, 'program.publish_weekday = "friday"\n')  # H+6 is a Thursday
    assert not [one for one in findings(office) if "H+6" in one.what]


def test_says_where_two_odd_weeks_follow_each_other(office: Path):
    """2026 has 53 ISO weeks: W53 and W01 are both odd."""
    told = [one.what for one in findings(office) if one.what.startswith("themes")]
    assert len(told) == 1 and "2027-W01 (2027-01-10) is UKM" in told[0]
    assert not [o for o in findings(office, NOW.replace(year=2027, month=2)) if o.what.startswith("themes")]


def test_every_mistake_of_the_settings_at_once(tmp_path: Path):
    write(tmp_path, '[daemon]\nevery_minutes = 0\n[mail]\ntransprt = "smtp"\n')
    found = problems(tmp_path)
    ran = halokop(tmp_path, "check")
    assert ran.code == 2 and "2 problem(s) to put right" in ran.out.splitlines()
    assert "daemon.every_minutes" in ran.out and "mail.transprt" in ran.out and found


def test_a_broken_procedure(office: Path):
    (office / "sop.toml").write_text("[[step]]\nnumber = 1\n")
    write(office, 'program.sop_file = "sop.toml"\n')
    ran = halokop(office, "check")
    assert ran.code == 2 and "step.1.title" in ran.out
    assert "ok       workbook" in ran.out, "the rest is looked at all the same"


def test_a_misspelt_template(office: Path):
    (office / "own").mkdir()
    (office / "own" / "digest.txt.j2").write_text("Halo {{ nmae }}")
    (office / "own" / "escalation.html.j2").write_text("{% if %}")
    write(office, 'program.templates_dir = "own"\n')
    found = problems(office)
    assert set(found) == {"mail template digest", "mail template escalation"}
    assert "nmae" in str(found["mail template digest"].problem)
    assert halokop(office, "check").code == 2


def test_a_tab_and_a_column_are_gone(office: Path):
    book = openpyxl.load_workbook(office / "halokop.xlsx")
    del book["Metrik"]
    for row in book["Langkah"].iter_rows(max_row=10):
        for cell in row:
            cell.value = None if cell.value == "Tenggat" else cell.value
    book.save(office / "halokop.xlsx")
    found = problems(office)["workbook halokop.xlsx"]
    assert "no tab Metrik" in str(found.problem) and "Langkah lacks Tenggat" in str(found.problem)
    assert "halokop init" in found.remedy


def test_nobody_in_the_team_is_a_warning(tmp_path: Path):
    write(tmp_path)
    halokop(tmp_path, "init")
    assert problems(tmp_path)["tab Tim"].exit_code == 0
    assert halokop(tmp_path, "check").code == 0


def test_open_in_excel_is_a_warning(office: Path):
    (office / "~$halokop.xlsx").write_bytes(b"\x04Dewi")
    found = [one for one in findings(office) if one.problem]
    assert len(found) == 1 and "open in Excel (Dewi)" in str(found[0]) and found[0].exit_code == 0


def test_no_workbook_at_all(office: Path):
    (office / "halokop.xlsx").write_text("not a workbook")
    assert halokop(office, "check").code == 3
    (office / "halokop.xlsx").unlink()
    assert "halokop init" in next(iter(problems(office).values())).remedy


def test_a_damaged_ledger(office: Path):
    settings = load_all(office / "halokop.toml")
    state_dir(settings).mkdir(exist_ok=True)
    claimed(state_dir(settings)).close()
    with (state_dir(settings) / "ledger.sqlite3").open("r+b") as file:
        file.write(b"x" * 200)
    assert "To recover" in str(problems(office)["mail ledger"].problem)
    assert halokop(office, "check").code == 3


def test_folders_that_cannot_be_made(office: Path):
    write(office, 'state.dir = "halokop.toml/state"\nmail.outbox_dir = "halokop.toml/outbox"\n')
    found = problems(office)
    assert any(what.startswith("state folder") for what in found)
    assert any(what.startswith("outbox") for what in found)


@pytest.mark.skipif(os.name != "posix", reason="rights of files are other ones on Windows")
def test_a_key_that_others_may_read(office: Path):
    key = office / "key.json"
    text = '[workbook]\nkind = "google"\nspreadsheet_id = "x"\n[google]\ncredentials_file = "key.json"\n'
    write(office, text + 'api_url = "http://127.0.0.1:9"\n')
    assert "no such file" in str(problems(office)[f"google key {key}"])
    key.write_text("{}")
    key.chmod(0o644)
    found = problems(office)
    assert found[f"google key {key}"].exit_code == 0 and "chmod 600" in found[f"google key {key}"].remedy
    assert "not a service account's key" in str(found["workbook"].problem)
    key.chmod(0o600)
    assert f"google key {key}" not in problems(office)


def smtp(folder: Path, port: int, *, username: str = "", security: str = "none", address: str = "dinas.go.id") -> None:
    write(
        folder,
        f'[mail]\ntransport = "smtp"\nfrom = "halo@{address}"\nadmin = "admin@{address}"\n'
        f'[mail.smtp]\nhost = "127.0.0.1"\nport = {port}\nusername = "{username}"\nsecurity = "{security}"\n',
    )


def test_the_mail_server_is_greeted_and_nothing_is_sent(office: Path):
    with mail_server() as server:
        smtp(office, server.port)
        assert list(problems(office)) == ["mail.reply_to"], "a warning: whose mailbox answers go to"
        assert server.connections == 1 and not server.mails


def test_the_mail_server_is_out_of_reach(office: Path):
    smtp(office, 9)
    assert "out of reach" in str(problems(office)["mail"].problem)
    assert halokop(office, "check").code == 3


def test_a_wrong_password_and_none(office: Path, tmp_path: Path, monkeypatch):
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with mail_server(certificate=certificate, security="starttls", login=("halo", SECRET)) as server:
        smtp(office, server.port, username="halo", security="starttls")
        assert "there is no password" in str(problems(office)[f"mail server 127.0.0.1:{server.port}"])
        monkeypatch.setenv("HALOKOP_SMTP_PASSWORD", SECRET + "x")
        ran = halokop(office, "check")
        assert ran.code == 3 and "sign-in refused" in ran.out and SECRET not in ran.out + ran.err
        monkeypatch.setenv("HALOKOP_SMTP_PASSWORD", SECRET)
        ran = halokop(office, "check")
        assert ran.code == 0 and "signed in as halo" in ran.out and SECRET not in ran.out + ran.err
        assert not server.mails


def test_the_sample_addresses_do_not_go_out(office: Path):
    with mail_server() as server:
        smtp(office, server.port, address="example.go.id")
        assert set(problems(office)) == {"mail.from", "mail.admin", "mail.reply_to"}


def test_a_team_that_the_settings_allow_no_mail_to_is_a_problem(office: Path):
    """The sheet is filled and the settings still allow another domain: the office would start in silence."""
    config = office / "halokop.toml"
    config.write_text(config.read_text() + '\n[mail]\nallowed_domains = ["kota.example"]\n')
    found = problems(office)["tab Tim"]
    assert found.exit_code == 2
    assert "mail.allowed_domains" in str(found.problem)
    assert "allow none of the 1 addresses" in str(found.problem)


def test_a_finding_prints_itself():
    assert str(Finding("workbook: x")) == "ok       workbook: x"
    assert str(Finding("x", "is open", "close it", 3)) == "PROBLEM  x: is open\n         -> close it"
    assert str(Finding("x", "is open")) == "warning  x: is open"


def test_rows_that_cannot_be_read_are_told(office: Path):
    path = office / "halokop.xlsx"
    book = openpyxl.load_workbook(path)
    book["Jadwal"].cell(book["Jadwal"].max_row + 1, 1, "31/02/2027")
    book.save(path)
    ran = halokop(office, "check")
    assert ran.code == 0 and '"31/02/2027"' in ran.out and "warning" in ran.out


def test_a_role_that_nobody_holds_is_a_warning(office: Path):
    book = openpyxl.load_workbook(office / "halokop.xlsx")
    for row in book["Tim"].iter_rows():
        for cell in row:
            if cell.value and "Koordinator" in str(cell.value) and cell.row > 1:
                cell.value = "Tim pelaksana; Pubdisdok; Humas"
    book.save(office / "halokop.xlsx")
    [found] = [one for one in findings(office) if one.problem and "nobody is" in one.problem]
    assert found.problem == "nobody is Koordinator" and found.exit_code == 0
    assert "1 warning(s): the program works all the same" in halokop(office, "check").out.splitlines()
