"""Files keep their privacy: what we make is for its user, a copy has the rights of its original, ``check`` tells."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import halokop

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights with the folder")
KANTOR = Path(__file__).parent / "data" / "kantor.xlsx"
AT = ("--at", "2026-11-24T08:00")


def office(folder: Path, text: str = "", mode: int = 0o600) -> Path:
    folder.mkdir(exist_ok=True)
    shutil.copyfile(KANTOR, folder / "halokop.xlsx")
    (folder / "halokop.xlsx").chmod(mode)
    (folder / "halokop.toml").write_text(text)
    return folder


@pytest.fixture(autouse=True)
def everybody_may_read() -> Iterator[None]:
    """The umask that most processes are started with; ours sets its own, which is put back."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def run(folder: Path, *words: str) -> None:
    ran = halokop(folder, *words)
    assert ran.code == 0, ran.err


def modes(folder: Path) -> dict[str, str]:
    return {str(f.relative_to(folder)): oct(stat.S_IMODE(f.stat().st_mode)) for f in folder.rglob("*")}


@pytest.mark.parametrize(
    ("text", "file", "folder"), [("", 0o600, 0o700), ('state.readable_by = "group"', 0o640, 0o750)]
)
def test_everything_that_is_made(tmp_path: Path, text: str, file: int, folder: int) -> None:
    home = office(tmp_path / "kantor", text)
    theirs = {"halokop.toml", "halokop.xlsx"}
    for words in (("init", *AT), ("sync", *AT), ("sync",), ("report", "--month", "2026-11", *AT)):
        run(home, *words)
    made = {name: mode for name, mode in modes(home).items() if name not in theirs and "cadangan" not in name}
    places = {name.split("/")[-1].split("_")[-1] for name in made}
    assert places >= {"ledger.sqlite3", "heartbeat.json", "halokop.lock", "laporan-2026-11.docx", "dewi.eml"}
    for name, mode in made.items():
        private = name.endswith("ledger.sqlite3") or "sebelumnya" in name  # as its original is
        wanted = folder if (home / name).is_dir() else 0o600 if private else file
        assert mode == oct(wanted), name


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_the_workbook_and_its_copies_keep_its_rights(tmp_path: Path, mode: int) -> None:
    home = office(tmp_path / "kantor", mode=mode)
    if os.getuid() == 0:
        os.chown(home / "halokop.xlsx", 4321, 4322)
    run(home, "init", *AT)
    run(home, "sync", *AT)
    for name in ("halokop.xlsx", "halokop.cadangan.xlsx", "halokop.sebelumnya.xlsx"):
        there = (home / name).stat()
        assert oct(stat.S_IMODE(there.st_mode)) == oct(mode), name
        assert os.getuid() != 0 or (there.st_uid, there.st_gid) == (4321, 4322), name


def test_check_names_what_others_can_read(tmp_path: Path) -> None:
    for above in (tmp_path, *tmp_path.parents):  # a folder that others cannot enter hides what is in it
        if not above.stat().st_mode & stat.S_IXOTH and above.owner() == tmp_path.owner():
            above.chmod(above.stat().st_mode | stat.S_IXOTH)
    home = office(tmp_path / "kantor")
    home.chmod(0o755)
    run(home, "init", *AT)
    run(home, "sync", *AT)
    assert "other users" not in halokop(home, "check").out
    (home / "halokop.sebelumnya.xlsx").chmod(0o644)
    (home / "state").chmod(0o755)
    (home / "state" / "ledger.sqlite3").chmod(0o644)
    told = halokop(home, "check").out
    for name in ("halokop.sebelumnya.xlsx", "state/ledger.sqlite3"):
        assert f'chmod o-rwx "{home / name}"' in told
    assert told.count("other users of this computer may read it") == 2
    home.chmod(0o750)
    assert "other users" not in halokop(home, "check").out
