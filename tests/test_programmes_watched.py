"""What others see of many programmes: health for all, the text file for Prometheus, the overview."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from prometheus_client.parser import text_string_to_metric_families

from halokop_sheets.heartbeat import Heartbeat, heartbeat_file, write
from halokop_sheets.programmes.folder import Catalogue
from halokop_sheets.programmes.health import write_round
from halokop_sheets.programmes.overview import HEADERS
from halokop_sheets.programmes.prometheus import write_metrics
from tests.cli import called
from tests.google_server import GoogleServer

FACTS: dict[str, int | float | str] = {
    "open": 9, "late": 2, "on_time": 6, "counted": 8, "problems": 1, "next_publish": "2026-11-29",
    "requests_read": 40, "requests_write": 3, "mails_sent": 5, "lag": 1.5,
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One that is well, one that is late, one whose settings are wrong, one that never ran."""
    made = tmp_path / "kantor.d"
    made.mkdir()
    now = datetime.now(UTC)
    for name, ago in (("bogor", 2), ("depok", 200)):
        (made / f"{name}.toml").touch()
        state = made / name / "state"
        state.mkdir(parents=True)
        at = now - timedelta(minutes=ago)
        write(heartbeat_file(state), Heartbeat(at, at, "", FACTS))
    (made / "garut.toml").write_text("[program\n")
    (made / "=1+1.toml").touch()
    return made


def test_health_has_a_line_for_each_and_one_exit_code(folder: Path) -> None:
    ran = called("-c", str(folder), "health")
    lines = dict(line.split(": ", 1) for line in ran.out.splitlines() if ": " in line)
    assert ran.code == 1 and ran.out.splitlines()[-1] == "1 of 4 programme(s) well"
    assert "2 minute(s) ago" in lines["bogor"] and "start the daemon again" in lines["depok"]
    assert "not valid TOML" in lines["garut"] and "no tick yet" in lines["=1+1"]
    for name in ("depok", "garut", "=1+1"):
        (folder / f"{name}.toml").unlink()
    assert called("-c", str(folder), "health").code == 0


def test_health_for_machines(folder: Path) -> None:
    found = {one["programme"]: one for one in json.loads(called("-c", str(folder), "health", "--json").out)}
    assert {name: one["ok"] for name, one in found.items()} == {
        "bogor": True, "depok": False, "garut": False, "=1+1": False,
    }  # fmt: skip
    assert found["bogor"]["facts"] == FACTS and datetime.fromisoformat(found["bogor"]["tick"]).tzinfo
    alone = json.loads(called("-c", str(folder / "bogor.toml"), "health", "--json").out)
    assert [one["programme"] for one in alone] == ["bogor"]


def test_whether_the_loop_goes_round_does_not_depend_on_the_offices(folder: Path) -> None:
    assert called("-c", str(folder), "health", "--alive").code == 1
    shared = Catalogue([folder]).shared
    write_round(shared, datetime.now(UTC), 1)
    ran = called("-c", str(folder), "health", "--alive")
    assert (ran.code, ran.err) == (0, "") and "last round" in ran.out
    write_round(shared, datetime.now(UTC) - timedelta(minutes=6), 1)
    assert called("-c", str(folder), "health", "--alive").code == 1


def test_the_text_file_is_read_by_prometheus_own_parser(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "halokop.prom"
    write_metrics(file, Catalogue([folder]).look(), datetime.now(UTC))
    samples = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(file.read_text(encoding="utf-8"))
        for sample in family.samples
    }
    assert samples["halokop_up", ("programme", "bogor")] == 1
    assert samples["halokop_up", ("programme", "garut")] == samples["halokop_up", ("programme", "=1+1")] == 0
    assert samples["halokop_mails_total", ("programme", "bogor"), ("verdict", "sent")] == 5
    assert samples["halokop_requests_total", ("kind", "read"), ("programme", "bogor")] == 40
    assert samples["halokop_problems", ("programme", "depok")] == 1
    assert file.stat().st_mode & 0o444 and [one.name for one in tmp_path.glob(".*")] == []


def test_the_overview_has_a_row_for_each_the_ill_ones_first_and_no_names(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "ringkasan.xlsx"
    ran = called("-c", str(folder), "overview", "--out", str(out))
    assert ran.code == 0 and "4 programme(s)" in ran.out
    sheet = openpyxl.load_workbook(out).worksheets[0]
    head, *rows = [list(line) for line in sheet.iter_rows(values_only=True)]
    assert tuple(head) == HEADERS
    assert [row[0] for row in rows] == ["=1+1", "depok", "garut", "bogor"], "text, not a formula"
    assert rows[3][1] == "baik" and rows[3][3:] == [9, 2, 0.75, datetime(2026, 11, 29), 1]
    assert rows[2][1] == "salah setelan" and rows[0][1] == "terhenti" and rows[0][3:] == [None] * 5
    assert called("-c", str(folder), "overview", "--out", "x.pdf").code == 1


def test_the_overview_as_a_google_tab_is_written_whole_each_time(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from google.auth.credentials import AnonymousCredentials

    from halokop_sheets.workbooks import google

    monkeypatch.setattr(google, "load_credentials", lambda key: AnonymousCredentials())  # type: ignore[no-untyped-call]
    with GoogleServer() as server:
        id_ = server.new_spreadsheet()
        (folder / "defaults.toml").write_text(
            f'[google]\napi_url = "{server.url}"\n[overview]\nspreadsheet_id = "{id_}"\n'
        )
        args = ("-c", str(folder), "overview", "--out", str(tmp_path / "r.xlsx"))
        assert called(*args).code == 0
        sheet = server.books[id_].by_title("Ringkasan")
        assert len(sheet.values()) == 5 and sheet.values()[0] == list(HEADERS)
        assert sheet.values()[4][0] == "bogor" and sheet.values()[1][0] == "=1+1"
        (folder / "garut.toml").unlink()
        assert called(*args).code == 0
        values = server.books[id_].by_title("Ringkasan").values()
        assert [line[0] for line in values] == ["Program", "=1+1", "depok", "bogor"], "the row of the fourth is cleared"
        assert not server.problems and len(server.calls) == 4
