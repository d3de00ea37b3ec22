"""``halokop demo`` makes a folder anew only where a demo made it: an office's own looks much the same."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from halokop_sheets.demo.make import MARK, make_demo
from halokop_sheets.errors import UsageError

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def test_an_office_is_no_demo(tmp_path: Path) -> None:
    for name in ("halokop.toml", "halokop.xlsx"):
        (tmp_path / name).write_text("milik kantor")
    (tmp_path / "state").mkdir()
    with pytest.raises(UsageError, match="no demo's folder"):
        make_demo(tmp_path, NOW, progress=print)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["halokop.toml", "halokop.xlsx", "state"]
    assert (tmp_path / "halokop.xlsx").read_text() == "milik kantor"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("milik kantor")
    with pytest.raises(UsageError, match="is a file"):
        make_demo(tmp_path / "demo", NOW, progress=print)


def test_a_demo_is_made_anew(tmp_path: Path) -> None:
    demo = tmp_path / "demo"
    demo.mkdir()
    (demo / MARK).touch()
    (demo / "surat lama.eml").touch()
    made = make_demo(demo, NOW, progress=lambda _: None)
    names = {path.name for path in demo.iterdir()}
    assert names >= {MARK, "halokop.toml", "halokop.xlsx", "outbox", "state"} and "surat lama.eml" not in names
    assert "mails of the last days" in "\n".join(made)
    assert list((demo / "outbox").glob("*.eml"))
