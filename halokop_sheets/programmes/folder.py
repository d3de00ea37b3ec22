"""Which programmes there are: the settings files of a folder, each over what ``defaults.toml`` there says for all.

A file's stem is its programme's name. What is its own alone lies under a folder of that name: state, outbox, and an
.xlsx workbook, where the settings do not say otherwise. A file's mistakes are its own: the others are served.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from halokop_sheets.errors import HalokopError, SettingsError, UsageError
from halokop_sheets.programmes.spread import key_of, shard_of
from halokop_sheets.settings import ProgrammesSettings, Settings, parse_table
from halokop_sheets.sop import load_procedure
from halokop_sheets.toml_errors import read_text, read_toml

SHARED = "defaults.toml"
MANY = ".d"  # a folder whose name ends so holds many programmes, as conf.d does
SHARD = "HALOKOP_SHARD"  # 3, or a pod's name that ends in it: halokop-3
_OWN = {("state", "dir"): "state", ("mail", "outbox_dir"): "outbox"}  # folders: what is shared gets the name below it
_ONLY_SHARED = ("programmes", "overview")

Table = dict[str, Any]


@dataclass(frozen=True)
class Programme:
    """One settings file; ``problems`` where it cannot be served. ``seen``: another one once the file was changed."""

    name: str
    file: Path
    settings: Settings | None = None
    problems: tuple[str, ...] = ()
    seen: tuple[object, ...] = ()


@dataclass(frozen=True)
class Shared:
    """What holds for all: the table of ``defaults.toml``, and the settings of the process in it."""

    folder: Path
    table: Table = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)

    @property
    def process(self) -> ProgrammesSettings:
        return self.settings.programmes

    @property
    def data_dir(self) -> Path:
        """The folder below which each programme has its own."""
        return self.settings.path(self.process.data_dir)


def is_many(paths: Sequence[Path]) -> bool:
    """Whether ``-c`` names many programmes: a folder, or more than one file."""
    return len(paths) > 1 or paths[0].is_dir()


def belongs_to_many(file: Path) -> bool:
    """Whether a single settings file is one of its folder's: there is a ``defaults.toml``, or it is a ``.d`` folder."""
    folder = file.parent.resolve()
    return file.name != SHARED and ((folder / SHARED).is_file() or folder.name.endswith(MANY))


def files_of(paths: Sequence[Path]) -> list[Path]:
    """The settings files that ``-c`` names, sorted by name; of a folder every ``.toml`` file but the shared one."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += [f for f in path.glob("*.toml") if f.name != SHARED and not f.name.startswith(".")]
        else:
            found.append(path)
    return sorted(set(found), key=lambda file: (file.stem, str(file)))


def _folder(paths: Sequence[Path]) -> Path:
    return (paths[0] if paths[0].is_dir() else paths[0].parent).resolve()


def load_shared(paths: Sequence[Path]) -> Shared:
    """``defaults.toml`` of the (first) folder. Raises ``SettingsError`` with every mistake in it."""
    folder = _folder(paths)
    file = folder / SHARED
    if not file.is_file():
        return Shared(folder, {}, Settings(base=folder))
    table = read_toml(read_text(file), str(file))
    return Shared(folder, table, parse_table(table, folder, str(file), whole=False))


def load_one(file: Path, shared: Shared) -> Settings:
    """The settings of one programme. Raises ``SettingsError`` with every mistake."""
    own = read_toml(read_text(file), str(file))
    usual = {section: getattr(Settings(), section).model_dump() for section in _ONLY_SHARED}
    if wrong := [section for section in _ONLY_SHARED if not own.get(section, {}).items() <= usual[section].items()]:
        raise SettingsError([f"{file}: {section}: holds for all programmes; move it to {SHARED}" for section in wrong])
    table = merged(shared.table, own)
    for (section, key), name in _OWN.items():
        if key not in own.get(section, {}):
            table.setdefault(section, {})[key] = str(_folder_of(file.stem, shared, section, key, name))
    if "path" not in own.get("workbook", {}):
        table.setdefault("workbook", {})["path"] = str(shared.data_dir / file.stem / "halokop.xlsx")
    table.setdefault("mail", {})["programme"] = file.stem
    keys = shared.process.credentials_files
    if keys and not own.get("google", {}).get("credentials_file"):
        table.setdefault("google", {})["credentials_file"] = str(shared.folder / key_of(file.stem, keys))
    return parse_table(table, file.parent.resolve(), str(file))  # in Kubernetes the file is a link, the folder is not


def _folder_of(name: str, shared: Shared, section: str, key: str, usual: str) -> Path:
    """A folder of one programme: below what is set for all, else beside the others'."""
    for_all = shared.table.get(section, {}).get(key)
    return shared.folder / for_all / name if isinstance(for_all, str) else shared.data_dir / name / usual


def merged(below: Table, above: Table) -> Table:
    """Two tables as one, section by section; where both have a key, ``above`` counts."""
    made = {key: dict(value) if isinstance(value, dict) else value for key, value in below.items()}
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(made.get(key), dict)
        made[key] = merged(made[key], value) if both else value
    return made


# --- all of them ----------------------------------------------------------------------------------------------------


def shard(settings: ProgrammesSettings) -> int:
    """Which shard this process is, from 0. Raises ``UsageError`` where that is not said or cannot be."""
    text = os.environ.get(SHARD, "")
    if settings.shards == 1 and not text:
        return 0
    number = text.rpartition("-")[2]
    if not number.isdecimal() or int(number) >= settings.shards:
        raise UsageError(
            f"{SHARD} is {text!r}: with programmes.shards = {settings.shards} set it to a number from 0 to "
            f"{settings.shards - 1}, or to a name that ends in one (halokop-0)"
        )
    return int(number)


def signature(file: Path, settings: Settings | None, shared: Shared) -> tuple[object, ...]:
    """Changes whenever a file that the programme's settings rest on was written anew."""
    sop = settings.program.sop_file if settings else ""
    files = [file, shared.folder / SHARED, *([settings.path(sop)] if settings and sop else [])]
    return tuple(stamp for one in files for stamp in _stamp(one))


def _stamp(file: Path) -> tuple[int, ...]:
    try:
        stat = file.stat()
    except OSError:
        return ()
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


class Catalogue:
    """The programmes of this shard, looked up again each round; a file that is unchanged is not read again."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Raises ``SettingsError`` for an empty folder and mistakes in ``defaults.toml``, ``UsageError`` for a shard
        that is none."""
        self._paths = paths
        if empty := [str(path) for path in paths if path.is_dir() and not files_of([path])]:
            raise SettingsError([f"{path}: no settings file (.toml) in this folder" for path in empty])
        self._shared_seen = self._stamp_of_shared()
        self.shared = load_shared(paths)
        self.number = shard(self.shared.process)
        self.trouble = ""  # with ``defaults.toml`` since: then its last good state holds
        self._read: dict[Path, Programme] = {}

    def look(self) -> list[Programme]:
        """Every programme, those that cannot be served with their problems."""
        self._renew_shared()
        before, self._read = self._read, {}
        for file in files_of(self._paths):
            if shard_of(file.stem, self.shared.process.shards) != self.number:
                continue
            one = before.get(file)
            if one is None or one.seen != signature(file, one.settings, self.shared):
                one = _read(file, self.shared)
            self._read[file] = one
        found = list(self._read.values())
        procedures = {one.settings.path(one.settings.program.sop_file).resolve() for one in found if one.settings}
        return list(_without_twins([one for one in found if one.file.resolve() not in procedures]))

    def _renew_shared(self) -> None:
        seen = self._stamp_of_shared()
        if seen == self._shared_seen:
            return
        self._shared_seen = seen
        try:
            shared = load_shared(self._paths)
            self.number = shard(shared.process)
        except HalokopError as error:
            self.trouble = str(error)
            return
        self.shared, self.trouble = shared, ""

    def _stamp_of_shared(self) -> tuple[int, ...]:
        return _stamp(_folder(self._paths) / SHARED)


def _read(file: Path, shared: Shared) -> Programme:
    try:
        settings = load_one(file, shared)
        load_procedure(settings)
    except HalokopError as error:
        problems = tuple(error.problems) if isinstance(error, SettingsError) else (str(error),)
        return Programme(file.stem, file, None, problems, signature(file, None, shared))
    return Programme(file.stem, file, settings, (), signature(file, settings, shared))


_TWINS: tuple[tuple[str, Callable[[Programme, Settings], object]], ...] = (
    ("the name {value}", lambda one, _: one.name),
    ("state.dir {value}", lambda _, s: s.path(s.state.dir).resolve()),
    (
        "the workbook {value}",
        lambda _, s: s.workbook_place,
    ),
)


def _without_twins(programmes: list[Programme]) -> Iterator[Programme]:
    """Of two that would work on the same state or workbook, the first by name is served, the other told so."""
    taken: dict[tuple[str, object], Programme] = {}
    for one in programmes:
        if one.settings is None:
            yield one
            continue
        problems = []
        for words, value_of in _TWINS:
            value = value_of(one, one.settings)
            first = taken.setdefault((words, value), one)
            if first is not one:
                problems.append(f"{one.file}: {words.format(value=value)} is that of {first.file}; give it its own")
        yield Programme(one.name, one.file, None, tuple(problems), one.seen) if problems else one
