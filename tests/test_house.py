"""The house stays in order: imports point inward, only the command line prints and asks the time, names stand once."""

import ast
import itertools
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
MAY = {"holidays": {"calendar"}, "pandas": {"metrics"}}  # libraries that the core uses, and where


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


def dotted(module: Path) -> str:
    """``core.sheet.page`` for ``core/sheet/page.py``; a package by its own name."""
    name = module.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".")
    return name.removesuffix(".__init__")


GROUND = ("core.terms", "core.calendar", "core.addresses", "core.caps", "core.plain_text")
MAY_IMPORT = {
    # A room of the package, and what it may know of the package besides itself. Each line reaches only to its left.
    "core.terms": (),
    "core.addresses": ("settings",),
    "core.caps": ("settings",),
    "core.plain_text": (),
    "core.calendar": ("core.terms",),
    "core.sheet": GROUND,
    "core.typed": (*GROUND, "core.sheet"),
    "core.office": (*GROUND, "core.sheet", "core.typed", "settings"),
    "core.pages": (*GROUND, "core.sheet", "core.typed", "core.office", "settings"),
    "core.mails": (*GROUND, "core.sheet", "core.typed", "core.office", "core.pages", "settings"),
    "core.report": (*GROUND, "core.sheet", "core.typed", "core.office", "core.pages", "core.mails", "settings"),
    "core.planner": ("core", "settings"),
    "programmes": (
        *("core.sheet.tally", "daemon", "errors", "heartbeat", "logs", "mail.transports", "private", "settings", "sop"),
        *("tick", "toml_errors", "wiring", "workbooks"),
    ),
    "settings": ("clock_time", "core.terms", "core.calendar", "errors", "renamed_settings", "toml_errors"),
    "workbooks": ("core.sheet", "core.terms", "core.calendar", "durable", "errors", "private", "settings"),
    "mail.samples": ("core", "mail", "settings"),
    "sources": (
        *("core.sheet", "core.typed", "core.terms", "durable", "errors", "resources", "toml_errors"),
        "mail.asked",
    ),
    "mail": (
        "core.sheet.answers",
        "core.sheet.values",
        "core.terms",
        "core.addresses",
        "core.caps",
        "core.plain_text",
        "errors",
        "settings",
        "resources",
    ),
}


def room_of(name: str) -> str | None:
    """The longest line of the table that a module's dotted name falls under."""
    fitting = [room for room in MAY_IMPORT if within(name, room)]
    return max(fitting, key=len) if fitting else None


def within(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


def inside(names: set[str]) -> set[str]:
    return {name.removeprefix("halokop_sheets.") for name in names if name.startswith("halokop_sheets.")}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_each_room_imports_only_what_its_line_of_the_table_allows(module: Path) -> None:
    name = dotted(module)
    room = room_of(name)
    if room is None:
        return
    for other in inside(imports(module)):
        allowed = within(other, room) or any(within(other, one) for one in MAY_IMPORT[room])
        assert allowed, f"{name} imports {other}: {room} may not"


def test_the_core_uses_the_standard_library_and_two_libraries_where_they_belong() -> None:
    for module in MODULES:
        if not dotted(module).startswith("core"):
            continue
        for name in imports(module):
            top = name.split(".")[0]
            allowed = top in STANDARD or top == "halokop_sheets" or module.stem in MAY.get(top, set())
            assert allowed, f"{dotted(module)} imports {name}"


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_nobody_reaches_into_the_google_room_or_the_command_line(module: Path) -> None:
    where, known = name_of(module), imports(module)
    if not where.startswith("workbooks/google/"):
        google = {n for n in inside(known) if n.startswith("workbooks.google.")}
        assert not google, f"only workbooks/google knows a Sheets request: {google}"
        assert "gspread" not in known
    if where not in ("cli.py", "__main__.py"):
        assert "cli" not in inside(known)


NEIGHBOURS = [
    ("core.sheet", "core.typed"),
    ("core.typed", "core.office"),
    ("core.office", "core.pages"),
    ("core.pages", "core.mails"),
    ("core.mails", "core.report"),
    ("core.sheet", "workbooks.google"),
    ("core.sheet", "workbooks.xlsx"),
    ("core.mails", "mail"),
]


def test_neighbouring_modules_bear_names_of_their_own() -> None:
    """Two modules of one name in one room, or in rooms that know each other, are mistaken for each other."""
    names = [dotted(module) for module in MODULES if module.stem not in ("__init__", "__main__")]
    for left, right in [(room, room) for pair in NEIGHBOURS for room in pair] + NEIGHBOURS:
        for one, other in itertools.product(names, names):
            same = one != other and one.rpartition(".")[2] == other.rpartition(".")[2]
            assert not (same and within(one, left) and within(other, right)), f"{one} and {other}"


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_only_the_command_line_prints_and_asks_the_time(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    asked = r"(?<![\w.])print\(|\b(?:datetime|date)\.(?:now|today|utcnow)\(|\btime\.time\(\)|\brandom\."
    calls = re.findall(asked, text)
    edges = {
        "cli.py",
        "command_line.py",
        "daemon.py",
        "logs.py",
        "programmes/rounds.py",
        "workbooks/google/__init__.py",
    }
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
