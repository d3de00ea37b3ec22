"""Where a command may write a file that a person named: never over anything but an earlier file of the same kind.

``report --out halokop.xlsx`` would otherwise put a Word file in the place of the office's workbook. A file's kind is
what it holds, whatever its name says. The office's own files are known by what they are on disk: a link to one, or its
name in another case, is that file.
"""

from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from halokop_sheets.errors import UsageError
from halokop_sheets.resources import folder
from halokop_sheets.settings import Settings

_HEART = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}  # the part that every file of that kind holds


def may_be_written(file: Path, ending: str, settings: Settings) -> Path:
    """The same path. ``ending``: ``.docx`` or ``.xlsx``. Raises ``UsageError`` that says what is in the way."""
    if file.suffix.lower() != ending:
        raise UsageError(f"--out {file}: the name must end in {ending}")
    for kept, what in _kept(settings):
        if _within(file, kept):
            raise UsageError(f"--out {file}: {what} ({kept}) is never replaced; name another file")
    if file.exists() and not _holds(file, _HEART[ending]):
        raise UsageError(f"--out {file}: what is there is no {ending} file and is never replaced; name another file")
    return file


def _kept(settings: Settings) -> Iterator[tuple[Path, str]]:
    """The office's files and folders that no command replaces, with what each is."""
    program, path = settings.program, settings.path
    yield path(settings.workbook.path), "the workbook"
    yield path(settings.state.dir), "the state folder"
    yield path(settings.mail.outbox_dir), "the outbox"
    for file, what in (
        (program.sop_file, "the procedure"),
        (program.templates_dir, "the templates' folder"),
        (settings.google.credentials_file, "the key"),
    ):
        if file:
            yield path(file), what
    for name in ("config", "templates"):
        yield folder(name), f"the program's own {name}"


def _within(file: Path, kept: Path) -> bool:
    """Whether a file is this one, or lies in this folder, by the name it was given or behind a link."""
    places = {file.absolute(), file.resolve()}
    ways = {place for start in places for place in (start, *start.parents)}
    return any(way == kept.absolute() or (way.exists() and kept.exists() and way.samefile(kept)) for way in ways)


def _holds(file: Path, part: str) -> bool:
    try:
        with ZipFile(file) as archive:
            return part in archive.namelist()
    except (OSError, BadZipFile):
        return False
