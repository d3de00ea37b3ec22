"""Which programmes a folder holds: what is shared, what is each one's own, and mistakes that stop only their file."""

import os
from collections import Counter
from pathlib import Path

import pytest

from halokop_sheets.errors import SettingsError, UsageError
from halokop_sheets.programmes.folder import SHARD, Catalogue, Programme, load_shared
from halokop_sheets.programmes.spread import key_of, moment_of, shard_of
from halokop_sheets.wiring import settings_in
from tests.cli import called


def folder(tmp_path: Path, **files: str) -> Path:
    made = tmp_path / "kantor.d"
    made.mkdir(exist_ok=True)
    for name, text in files.items():
        (made / f"{name}.toml").write_text(text)
    return made


def by_name(found: list[Programme]) -> dict[str, Programme]:
    return {one.name: one for one in found}


def test_each_stands_on_what_is_shared_and_has_folders_of_its_own(tmp_path: Path) -> None:
    place = folder(
        tmp_path,
        defaults='[mail]\nallowed_domains = ["jabar.example.go.id"]\nmax_per_day = 50\n',
        bogor='[program]\nname = "Bogor"\n[mail]\nmax_per_day = 9\n',
        depok="",
    )
    found = by_name(Catalogue([place]).look())
    bogor, depok = found["bogor"].settings, found["depok"].settings
    assert bogor and depok and sorted(found) == ["bogor", "depok"]
    assert (bogor.program.name, bogor.mail.max_per_day, depok.mail.max_per_day) == ("Bogor", 9, 50)
    assert bogor.mail.allowed_domains == depok.mail.allowed_domains == ["jabar.example.go.id"]
    for name, settings in (("bogor", bogor), ("depok", depok)):
        own = place / name
        assert settings.path(settings.state.dir) == own / "state"
        assert settings.path(settings.mail.outbox_dir) == own / "outbox"
        assert settings.path(settings.workbook.path) == own / "halokop.xlsx"
    assert settings_in(place / "bogor.toml") == bogor, "named alone it is the same programme"


def test_a_shared_folder_gets_the_name_below_it_and_an_own_path_stays(tmp_path: Path) -> None:
    place = folder(
        tmp_path,
        defaults='[state]\ndir = "/var/lib/halokop"\n[programmes]\ndata_dir = "/data"\n',
        bogor='[state]\ndir = "sendiri"\n',
        depok="",
    )
    found = by_name(Catalogue([place]).look())
    assert found["bogor"].settings and found["depok"].settings
    assert found["bogor"].settings.path(found["bogor"].settings.state.dir) == place / "sendiri"
    assert found["depok"].settings.state.dir == str(Path("/var/lib/halokop/depok"))
    assert found["depok"].settings.mail.outbox_dir == str(Path("/data/depok/outbox"))


def test_mistakes_stop_their_own_file_alone(tmp_path: Path) -> None:
    place = folder(
        tmp_path,
        bogor="",
        depok='[program]\nnam = "x"\n',
        garut="[program",
        kuningan='[workbook]\npath = "bogor/halokop.xlsx"\n',
        lain="[programmes]\nthreads = 9\n",
        sumedang='[program]\nsop_file = "sop-nihil.toml"\n',
    )
    found = by_name(Catalogue([place]).look())
    assert [name for name, one in found.items() if one.settings] == ["bogor"]
    for name, words in {
        "depok": "unknown key",
        "garut": "not valid TOML",
        "kuningan": "give it its own",
        "lain": "move it to defaults.toml",
        "sumedang": "no such file",
    }.items():
        assert words in " ".join(found[name].problems), found[name].problems
        assert f"{name}.toml" in found[name].problems[0]


def test_added_changed_removed_and_mended_files_are_taken_up(tmp_path: Path) -> None:
    place = folder(tmp_path, bogor="", depok='[workbook]\npath = "bogor/halokop.xlsx"\n')
    catalogue = Catalogue([place])
    first = by_name(catalogue.look())
    assert first["depok"].settings is None
    assert by_name(catalogue.look())["bogor"] is first["bogor"], "an unchanged file is not read again"
    (place / "bogor.toml").unlink()
    assert by_name(catalogue.look())["depok"].settings, "its twin is gone"
    folder(tmp_path, garut="", depok='[program]\nname = "Depok"\n')
    second = by_name(catalogue.look())
    assert second["garut"].settings and second["depok"].settings
    assert second["depok"].settings.program.name == "Depok"
    folder(tmp_path, defaults="[mail]\nmax_per_day = 7\n")
    third = by_name(catalogue.look())
    assert {one.settings.mail.max_per_day for one in third.values() if one.settings} == {7}
    folder(tmp_path, defaults="[mail]\nmax_per_day = 0\n")
    fourth = by_name(catalogue.look())
    assert "max_per_day" in catalogue.trouble
    assert {one.settings.mail.max_per_day for one in fourth.values() if one.settings} == {7}, "the last good one holds"


def test_a_procedure_in_the_folder_is_no_programme(tmp_path: Path) -> None:
    sop = (Path(__file__).parent.parent / "config" / "sop.toml").read_text(encoding="utf-8")
    place = folder(tmp_path, defaults='[program]\nsop_file = "sop.toml"\n', bogor="")
    (place / "sop.toml").write_text(sop, encoding="utf-8")
    assert [one.name for one in Catalogue([place]).look()] == ["bogor"]


def test_mistakes_in_what_is_shared_are_told_at_the_start(tmp_path: Path) -> None:
    place = folder(tmp_path, defaults="[mail]\nmax_per_day = 0\n[programmes]\nthreads = 0\n", bogor="")
    with pytest.raises(SettingsError) as caught:
        Catalogue([place])
    assert len(caught.value.problems) == 2 and all("defaults.toml" in one for one in caught.value.problems)


def test_a_workbook_id_may_be_missing_in_what_is_shared_alone(tmp_path: Path) -> None:
    place = folder(tmp_path, defaults='[workbook]\nkind = "google"\n', bogor='[workbook]\nspreadsheet_id = "x"\n')
    assert load_shared([place]).settings.workbook.kind == "google"
    assert by_name(Catalogue([place]).look())["bogor"].settings


def test_the_spread_is_the_same_on_every_machine() -> None:
    assert [shard_of(name, 4) for name in ("bogor", "cimahi", "garut", "tasik")] == [0, 0, 0, 2]
    assert round(moment_of("bogor", 300), 3) == 55.959
    names = [f"kabupaten-{n:03}" for n in range(514)]
    per_minute = Counter(int(moment_of(name, 300) // 60) for name in names)
    assert all(80 <= per_minute[minute] <= 125 for minute in range(5)), per_minute
    keys = [f"key-{n}.json" for n in range(4)]
    before = {name: key_of(name, keys) for name in names}
    assert all(100 <= count <= 160 for count in Counter(before.values()).values())
    after = {name: key_of(name, [*keys, "key-4.json"]) for name in names}
    moved = [name for name in names if after[name] != before[name]]
    assert all(after[name] == "key-4.json" for name in moved) and len(moved) < 150


def test_key_files_are_shared_out_and_an_own_one_stays(tmp_path: Path) -> None:
    place = folder(
        tmp_path,
        defaults='[programmes]\ncredentials_files = ["a.json", "b.json"]\n',
        bogor='[google]\ncredentials_file = "sendiri.json"\n',
        depok="",
    )
    found = by_name(Catalogue([place]).look())
    assert found["bogor"].settings and found["depok"].settings
    assert found["bogor"].settings.google.credentials_file == "sendiri.json"
    assert found["depok"].settings.google.credentials_file == str(place / key_of("depok", ["a.json", "b.json"]))


def test_shards_share_the_programmes_without_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = folder(tmp_path, defaults="[programmes]\nshards = 3\n", **{f"kantor-{n}": "" for n in range(20)})
    served = []
    for number in ("0", "halokop-1", "2"):
        monkeypatch.setenv(SHARD, number)
        served += [one.name for one in Catalogue([place]).look()]
    assert sorted(served) == sorted(f"kantor-{n}" for n in range(20))
    for wrong in ("", "3", "halokop", "-1x"):
        monkeypatch.setenv(SHARD, wrong)
        with pytest.raises(UsageError, match=SHARD):
            Catalogue([place])


def test_the_commands_serve_each_and_name_it(tmp_path: Path) -> None:
    place = folder(tmp_path, bogor="", depok="[program\n", garut="")
    args = ["-c", str(place)]
    made = called(*args, "init")
    assert made.code == 2 and "depok.toml" in made.err and made.out.count("workbook: ") == 2
    ran = called(*args, "sync", "--at", "2026-11-24T08:00")
    assert [line for line in ran.out.splitlines() if line.startswith("== ")] == ["== bogor", "== depok", "== garut"]
    assert ran.code == 2 and ran.out.count("change(s) written") == 2
    alone = called("-c", str(place / "bogor.toml"), "sync", "--at", "2026-11-24T08:00")
    assert alone.code == 0 and alone.out.startswith("0 change(s)"), "the very same office"
    several = called("-c", *(str(place / f"{n}.toml") for n in ("bogor", "garut")), "plan", "--at", "2026-11-24T08:01")
    assert several.code == 0 and several.out.count("# 0 change(s)") == 2
    checked = called(*args, "check")
    assert "== garut" in checked.out and "not valid TOML" in checked.out
    empty = tmp_path / "kosong"
    empty.mkdir()
    assert "no settings file (.toml) in this folder" in called("-c", str(empty), "run").err


def test_an_interpreter_without_a_shard_serves_all(tmp_path: Path) -> None:
    assert SHARD not in os.environ
    place = folder(tmp_path, bogor="", depok="")
    assert len(Catalogue([place]).look()) == 2
