"""Every command, tab, setting and template is documented, and the documents name no other."""

import re
import tomllib
from pathlib import Path

import pytest

from halokop_sheets.cli import commands
from halokop_sheets.core.mails.kinds import KINDS
from halokop_sheets.core.sheet.schema import ORDER, TABS
from halokop_sheets.core.terms import Tabs
from halokop_sheets.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "panduan.md").read_text(encoding="utf-8")
DESIGN = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
COMMANDS = [command.name or command.callback.__name__ for command in commands.registered_commands]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    assert f"`halokop {name}" in README


def test_no_command_is_documented_that_is_not_there() -> None:
    assert set(re.findall(r"`halokop (\w+)", README)) <= set(COMMANDS)


@pytest.mark.parametrize("name", ORDER)
def test_every_tab_is_documented(name: str) -> None:
    assert f"`{name}" in README
    if name not in (Tabs.HISTORY, Tabs.GUIDE):
        assert name in GUIDE


@pytest.mark.parametrize("section", [name for name, field in Settings.model_fields.items() if not field.exclude])
def test_every_setting_is_documented(section: str) -> None:
    text = (ROOT / "config" / "halokop.toml").read_text(encoding="utf-8")
    assert f"`[{section}]`" in README
    assert section in tomllib.loads(text)  # that each key stands there is shown in test_settings


@pytest.mark.parametrize("file", sorted((ROOT / "templates").iterdir()), ids=lambda f: f.name)
def test_every_template_belongs_to_a_kind_of_mail_or_the_report(file: Path) -> None:
    kind = file.name.split(".")[0]
    assert kind in {*KINDS, "base", "parts", "laporan"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_mail_has_both_templates(kind: str) -> None:
    for suffix in ("html.j2", "txt.j2"):
        assert (ROOT / "templates" / f"{kind}.{suffix}").is_file()
    assert f"| `{kind}`" in DESIGN


def test_every_picture_that_is_shown_is_there() -> None:
    for text, folder in ((README, ROOT), (GUIDE, ROOT / "docs")):
        for name in re.findall(r"(?:\]\(|src=\")((?:docs/)?pictures/[\w-]+\.png)", text):
            assert (folder / name).is_file(), name


def test_every_step_field_is_explained_in_sop_toml() -> None:
    from halokop_sheets.sop import _StepFile

    text = (ROOT / "config" / "sop.toml").read_text(encoding="utf-8")
    explained = set(re.findall(r"(?:^# |; )(\w+) +\S|; (\w+):", text, re.MULTILINE))
    assert set(_StepFile.model_fields) <= {name for pair in explained for name in pair}


def test_columns_have_one_owner_and_one_place() -> None:
    for tab in TABS.values():
        headers = [column.header for column in tab.columns]
        assert len(headers) == len(set(headers))
        assert tab.key in headers
