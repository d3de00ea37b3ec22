"""Settings and procedure files: every mistake at once, each with its place and remedy; the defaults are documented."""

import re
import tomllib
from pathlib import Path

import pytest

from halokop_sheets.cli import commands
from halokop_sheets.errors import SettingsError
from halokop_sheets.passwords import smtp_password
from halokop_sheets.resources import folder
from halokop_sheets.settings import Settings, parse_settings
from halokop_sheets.sop import parse_procedure
from tests.cli import halokop

FIVE = """
[program]
horizon_weeks = "eight"
colour = "red"
[reminders]
digest_at = "25:00"
[evaluation]
weekday = "kamis"
[mail]
max_per_day = 0
"""
PLACES = ("program.horizon_weeks", "program.colour", "reminders.digest_at", "evaluation.weekday", "mail.max_per_day")


def test_five_mistakes_are_told_at_once_with_place_and_remedy(tmp_path: Path) -> None:
    (tmp_path / "halokop.toml").write_text(FIVE)
    ran = halokop(tmp_path, "sync")
    said = {line.split(": ")[2]: line for line in ran.err.splitlines()}
    assert ran.code == 2 and len(ran.err.splitlines()) == 5
    assert said.keys() == set(PLACES)
    assert all("halokop.toml: " in line for line in said.values())
    assert "horizon_weeks" in said["program.colour"], "the keys that are known there"
    assert '"07:00"' in said["reminders.digest_at"] and "'thursday'" in said["evaluation.weekday"]


FIVE_STEPS = """
[[step]]
number = 1
stage = "Persiapan"
title = "Satu"
roles = ["Tim pelaksanaan"]
day = "H-14"
[[step]]
number = 2
stage = "Awal"
title = ""
roles = ["Tim Humas"]
day = -14
warna = "merah"
"""


def test_five_mistakes_of_the_procedure_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "sop.toml").write_text(FIVE_STEPS)
    (tmp_path / "halokop.toml").write_text('[program]\nsop_file = "sop.toml"\n')
    ran = halokop(tmp_path, "plan")
    assert ran.code == 2 and len(ran.err.splitlines()) == 5
    for place in ("step.1.roles.1", "step.1.day", "step.2.stage", "step.2.title", "step.2.warna"):
        assert f"sop.toml: {place}: " in ran.err


def test_mistakes_that_only_show_together() -> None:
    steps = '[[step]]\nnumber=1\nstage="Persiapan"\ntitle="a"\nroles=["Pubdisdok"]\nday=0\n'
    with pytest.raises(SettingsError) as caught:
        parse_procedure(steps + 'start="09:00"\ndue="08:00"\n' + steps + "start_day=2\n", "sop.toml")
    assert len(caught.value.problems) == 3
    with pytest.raises(SettingsError) as caught:
        parse_procedure(steps.replace("day=0", "start_day=1\nday=4") + 'asks="readings"\n', "sop.toml")
    [problem] = caught.value.problems
    assert "H+1 to H+5" in problem
    with pytest.raises(SettingsError) as caught:
        parse_settings(
            '[workbook]\nkind="google"\n[mail]\ntransport="smtp"\n[mail.smtp]\nusername="x"\nsecurity="none"\n[reminders]\ndigest_at="17:00"',
            Path(),
        )
    assert [p.split(": ")[1] for p in caught.value.problems] == [
        "workbook.spreadsheet_id",
        "reminders.digest_at",
        "mail.smtp.host",
        "mail.smtp.security",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[reminders]\ndigest_at = "07:00Z"', "in the programme's zone"),
        ('[evaluation]\ntab_at = "07:00+07:00"', "in the programme's zone"),
        ('[program]\nplatforms = ["instagram"]', 'write "Instagram"'),
        ('[program]\nplatforms = ["Instagram", "Instagram"]', "could not tell them apart"),
        ('[program]\nplatforms = ["Threads", "Threads Dua"]', "could not tell them apart"),
        ('[mail]\nreply_to = "humas"', "write an address"),
    ],
)
def test_what_would_only_fail_later_is_refused_at_once(text: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(text, Path())
    [problem] = caught.value.problems
    assert words in problem


def test_an_alert_that_would_fall_on_the_next_day_is_refused() -> None:
    step = '[[step]]\nnumber=1\nstage="Pelaksanaan"\ntitle="a"\nroles=["Pubdisdok"]\nday=0\ndue="23:40"\n'
    assert parse_procedure(step + "alert_after=19\n", "sop.toml").steps
    with pytest.raises(SettingsError, match="next day"):
        parse_procedure(step + "alert_after=20\n", "sop.toml")


@pytest.mark.parametrize(("data", "password"), [(b"\xef\xbb\xbfrahasia\r\n", "rahasia"), (b"\xff\xfer\x00", None)])
def test_a_password_file_as_windows_writes_it(
    data: bytes, password: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password.txt").write_bytes(data)
    monkeypatch.setenv("HALOKOP_SMTP_PASSWORD_FILE", str(tmp_path / "password.txt"))
    if password:
        assert smtp_password() == password
    else:
        with pytest.raises(SettingsError, match="UTF-8"):
            smtp_password()


def test_the_settings_file_that_comes_along_holds_every_setting_at_its_default() -> None:
    text = (folder("config") / "halokop.toml").read_text(encoding="utf-8")
    assert parse_settings(text, Path()) == parse_settings("", Path())
    shown = tomllib.loads(text)
    wanted = Settings().model_dump(by_alias=True)
    assert _keys(shown) == _keys(wanted)


def _keys(table: dict[str, object], above: str = "") -> set[str]:
    found: set[str] = set()
    for name, value in table.items():
        found |= _keys(value, f"{above}{name}.") if isinstance(value, dict) else {f"{above}{name}"}
    return found


def test_a_settings_file_that_is_not_there_or_no_toml_is_one_clear_line(tmp_path: Path) -> None:
    ran = halokop(tmp_path, "plan")
    assert ran.code == 2 and len(ran.err.splitlines()) == 1 and "HALOKOP_CONFIG" in ran.err
    (tmp_path / "halokop.toml").write_text("[program\n")
    ran = halokop(tmp_path, "plan")
    assert ran.code == 2 and "not valid TOML" in ran.err
    (tmp_path / "halokop.toml").write_text("[mail]\nadmin = kantor@example.go.id\n")
    assert halokop(tmp_path, "plan").err.rstrip().endswith(": admin = kantor@example.go.id"), "the line itself"
    (tmp_path / "halokop.toml").unlink()
    (tmp_path / "halokop.toml").mkdir()
    assert "no settings file (.toml) in this folder" in halokop(tmp_path, "plan").err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('mail.allowed_domains = "example.go.id"', 'a list such as ["...", "..."]'),
        ('mail.smtp.port = "2525"', "a number without quotes"),
        ("mail.admin = 7", "a text in quotes"),
        ("reminders.digest_at = 700", 'a time of day in quotes, "07:00"'),
        ("program = 3", "a section of its own"),
        ('workbook.path = "halokop.xls"', "must end in .xlsx"),
    ],
)
def test_a_value_of_another_kind_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(words)):
        parse_settings(text, Path())


def test_the_settings_file_may_be_named_behind_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lain.toml").write_text('workbook.path = "lain.xlsx"\n')
    file = str(tmp_path / "lain.toml")
    plan = ["plan", "--at", "2026-11-28T09:00"]
    for words in (
        ["init", "-c", file],
        [*plan, f"--config={file}"],
        [*plan, f"-c{file}"],
        [*plan, "-c", file],
    ):
        with pytest.raises(SystemExit) as stop:
            commands(words)
        assert stop.value.code == 0
    with pytest.raises(SystemExit):
        commands(["plan", "-c"])
    out, err = capsys.readouterr()
    assert "No such option: -c" in err
    assert out.splitlines()[0] == f"workbook: {tmp_path / 'lain.xlsx'}" and out.count("\n# no mail now") == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[mail]\ntransport="smtp"\n[mail.smtp]\nhost="mail.example.go.id"\n', "mail.example.go.id"),
        ('[workbook]\nkind="google"\nspreadsheet_id="x"\n', "Google"),
    ],
)
def test_a_false_clock_never_reaches_real_mail_or_googles_sheet(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "halokop.toml").write_text(text)
    ran = halokop(tmp_path, "sync", "--at", "2026-11-24T08:00")
    assert ran.code == 2 and "--at is refused" in ran.err and words in ran.err


def test_an_unreadable_clock_is_refused(tmp_path: Path) -> None:
    (tmp_path / "halokop.toml").write_text("")
    ran = halokop(tmp_path, "sync", "--at", "besok")
    assert ran.code == 2 and "2026-11-26T07:05" in ran.err


def test_a_google_office_needs_no_path() -> None:
    assert parse_settings('workbook = { kind = "google", spreadsheet_id = "x", path = "" }', Path()).workbook.path == ""


RENAMED = {"mail.sender": "mail.from", "daemon.minutes": "daemon.every_minutes", "state.base": "state.dir"}


def test_a_key_of_the_release_before_is_taken_and_told() -> None:
    text = '[mail]\nsender = "b@example.go.id"\n[daemon]\nminutes = 9\n'
    with pytest.raises(SettingsError, match="minutes"):
        parse_settings(text, Path())
    settings = parse_settings(text, Path(), "halokop.toml", RENAMED)
    assert (settings.mail.sender, settings.daemon.every_minutes) == ("b@example.go.id", 9)
    assert [line.split(" now;")[0] for line in settings.renamed] == [
        "halokop.toml: mail.sender is called mail.from",
        "halokop.toml: daemon.minutes is called daemon.every_minutes",
    ]
    assert not parse_settings("", Path(), names=RENAMED).renamed


def test_an_old_and_a_new_name_together_are_a_mistake() -> None:
    with pytest.raises(SettingsError, match=r"mail\.from now, which is there too"):
        parse_settings('[mail]\nsender = "a@b"\nfrom = "c@d"', Path(), names=RENAMED)


def test_what_is_ours_alone_cannot_be_set() -> None:
    for key in ("base", "renamed"):
        with pytest.raises(SettingsError, match=key):
            parse_settings(f'{key} = "x"', Path())
