"""The house stays in order: imports point inward, only the command line prints and asks the time, names stand once."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "halokop_sheets"
MODULES = sorted(PACKAGE.rglob("*.py"))
STANDARD = {
    "abc", "collections", "contextlib", "dataclasses", "datetime", "decimal", "email", "enum", "functools", "hashlib",
    "itertools", "math", "operator", "re", "statistics", "string", "typing", "unicodedata", "urllib",
}  # fmt: skip
MAY = {"holidays": {"workdays"}, "pandas": {"metrics"}}  # libraries that the core uses, and where


def imports(module: Path) -> set[str]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("module", [m for m in MODULES if m.parent.name == "core"], ids=name_of)
def test_the_core_knows_itself_the_settings_types_and_the_standard_library(module: Path) -> None:
    for name in imports(module):
        top = name.split(".")[0]
        inside = name.startswith("halokop_sheets.core") or name == "halokop_sheets.settings"
        allowed = module.stem in MAY.get(top, set())
        assert inside or top in STANDARD or allowed, f"{name_of(module)} imports {name}"


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_imports_point_inward(module: Path) -> None:
    where = name_of(module)
    ours = {name.removeprefix("halokop_sheets.") for name in imports(module) if name.startswith("halokop_sheets.")}
    if where.startswith("workbooks/"):
        assert all(n.startswith(("core", "workbooks", "errors", "settings")) for n in ours)
    if where.startswith("mail/"):
        assert all(n.startswith(("core", "mail", "errors", "settings", "resources", "sop")) for n in ours), ours
    if not where.startswith("workbooks/google/"):
        google = {n for n in ours if n.startswith("workbooks.google.")}
        assert not google, f"only workbooks/google knows a Sheets request: {google}"
        assert "gspread" not in imports(module)
    if where not in ("cli.py", "__main__.py"):
        assert "cli" not in ours


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_only_the_command_line_prints_and_asks_the_time(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    asked = r"(?<![\w.])print\(|\b(?:datetime|date)\.(?:now|today|utcnow)\(|\btime\.time\(\)|\brandom\."
    calls = re.findall(asked, text)
    edges = {"cli.py", "daemon.py", "logs.py", "workbooks/google/__init__.py"}
    assert not calls or name_of(module) in edges, (name_of(module), calls)


def test_the_sheets_words_stand_in_one_table() -> None:
    from halokop_sheets.core import terms

    tables = [value for name, value in vars(terms).items() if isinstance(value, type)]
    words = {value for table in tables for name, value in vars(table).items() if name.isupper()}
    for module in (m for m in MODULES if m.stem not in ("terms", "guide")):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        types = {id(n.annotation) for n in ast.walk(tree) if isinstance(n, ast.AnnAssign)}
        strings = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in types}
        assert not words & strings, f"{name_of(module)}: {words & strings}: take it from core.terms"


def test_modules_stay_small() -> None:
    """Around 250 lines at most; ``schema`` is a table with a line a column."""
    sizes = {name_of(m): len(m.read_text(encoding="utf-8").splitlines()) for m in MODULES if m.stem != "schema"}
    assert {name: size for name, size in sizes.items() if size > 270} == {}


def test_the_wheel_holds_every_package() -> None:
    listed = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "packages"
    ]
    found = {f"halokop_sheets.{name_of(m.parent).replace('/', '.')}" for m in MODULES if m.name == "__init__.py"}
    assert {name.removesuffix("..") for name in found} - {"halokop_sheets"} <= set(listed)
