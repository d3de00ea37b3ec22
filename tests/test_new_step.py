"""A step more in sop.toml: after ``init`` everything takes it in, the open evaluation too, and settles."""

from pathlib import Path

from tests.cli import halokop
from tests.procedure import FILE

STEP = """
[[step]]
number = 13
stage = "Monitoring dan Evaluasi"
title = "Kirim ringkasan ke pimpinan"
roles = ["Koordinator"]
day = 6
"""


def test_a_new_step_settles_while_an_evaluation_is_open(tmp_path: Path) -> None:
    (tmp_path / "sop.toml").write_bytes(FILE.read_bytes())
    (tmp_path / "halokop.toml").write_text('[program]\nsop_file = "sop.toml"\n')
    for command, now in (
        ("init", "2026-11-05"),
        ("sync", "2026-11-05"),
        ("sync", "2026-11-12"),
        ("sync", "2026-11-26"),
    ):
        assert halokop(tmp_path, command, "--at", f"{now}T08:00").code == 0
    (tmp_path / "sop.toml").write_text(FILE.read_text(encoding="utf-8") + STEP, encoding="utf-8")
    assert halokop(tmp_path, "init", "--at", "2026-11-26T09:00").code == 0
    assert halokop(tmp_path, "sync", "--at", "2026-11-26T09:00").code == 0
    assert halokop(tmp_path, "init", "--at", "2026-11-26T09:00").out.endswith(
        "nothing to do: the workbook is as it should be\n"
    )
    assert halokop(tmp_path, "plan", "--at", "2026-11-26T09:00").out.startswith("# 0 change(s), 0 mail(s)")
