"""The file on disk: read at one moment, replaced whole or not at all, never while a person has it open.

Two copies stand beside ``halokop.xlsx``: ``halokop.cadangan.xlsx``, as it was before we first wrote to it (kept for
ever), and ``halokop.sebelumnya.xlsx``, as it was before our last write. A crash leaves at most files ending in
``.halokop-baru``, which the next write clears away.
"""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from halokop_sheets.durable import sync_folder, write
from halokop_sheets.errors import Conflict, TryAgainError, WorkbookError
from halokop_sheets.private import same_rights

_TEMPORARY = ".halokop-baru"


def digest(data: bytes) -> str:
    """The revision of a workbook: people's edits and ours change it alike."""
    return hashlib.sha256(data).hexdigest()


class Lock(NamedTuple):
    holder: str  # program and person
    file: str
    since: datetime  # aware


class Store:
    """One workbook file. Every handle is closed before a file is replaced: Windows asks for that."""

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.realpath(path))  # a link stays a link: the file behind it is replaced
        self.backup = self.path.with_name(f"{self.path.stem}.cadangan{self.path.suffix}")
        self.previous = self.path.with_name(f"{self.path.stem}.sebelumnya{self.path.suffix}")

    def read(self, limit: int) -> bytes | None:
        """All bytes; None where there is no file. Raises ``WorkbookError`` above ``limit`` bytes."""
        try:
            if self.path.stat().st_size > limit:
                raise WorkbookError(f"{self.path.name} is larger than {limit // 2**20} MiB: not opened")
            return self.path.read_bytes()
        except FileNotFoundError:
            return None
        except PermissionError as error:
            raise TryAgainError(f"{self.path} cannot be read now (open elsewhere, or no right to): {error}") from error
        except OSError as error:
            raise WorkbookError(f"{self.path} cannot be read: {error}") from error

    def check_unlocked(self) -> None:
        """Raise ``TryAgainError`` while Excel or LibreOffice has the file open."""
        if lock := self.lock():
            raise TryAgainError(
                f"{self.path.name} is open in {lock.holder}: it is written once it is closed there "
                f"(if nobody has it open, delete {lock.file})"
            )

    def lock(self) -> Lock | None:
        """What Excel or LibreOffice laid beside the file that they have open."""
        name = self.path.name
        for program, lock in (("Excel", f"~${name}"), ("LibreOffice", f".~lock.{name}#")):
            file = self.path.with_name(lock)
            with suppress(FileNotFoundError):
                since = datetime.fromtimestamp(file.stat().st_mtime, UTC)
                return Lock(f"{program}{_owner(file, program)}", file.name, since)
        return None

    def busy(self) -> tuple[str, datetime | None]:
        """Why the file cannot be written just now, for the people who read our mails, and since when."""
        if (lock := self.lock()) is None:
            return "", None
        said = f"Berkas {self.path.name} sedang terbuka di {lock.holder}; "
        return f"{said}tanda dan status di dalamnya menyusul setelah ditutup.", lock.since

    def replace(self, new: bytes, revision: str, verify: Callable[[Path], None]) -> None:
        """Put ``new`` in the place of the file with this revision (empty: of no file).

        Raises ``Conflict`` or ``TryAgainError`` when somebody was faster: the file is then as they left it.
        """
        temporary = self._temporary(self.path)
        try:
            self.clear()
            write(temporary, new)
            verify(temporary)
            old = self._unchanged(revision)
            if old is not None:
                same_rights(self.path, temporary)
                for copy in (self.backup, self.previous):
                    if copy is self.previous or not copy.exists():
                        write(self._temporary(copy), old)
                        same_rights(self.path, self._temporary(copy))
                        self._temporary(copy).replace(copy)
            self.check_unlocked()
            self._unchanged(revision)
            temporary.replace(self.path)
        except PermissionError as error:
            raise TryAgainError(f"{self.path} cannot be replaced now (open elsewhere?): {error}") from error
        except OSError as error:
            raise WorkbookError(f"{self.path} cannot be written: {error}") from error
        finally:
            with suppress(OSError):
                self.clear()
        sync_folder(self.path.parent)

    def clear(self) -> None:
        """Remove what a write that was killed left behind."""
        for file in (self.path, self.backup, self.previous):
            self._temporary(file).unlink(missing_ok=True)

    def _temporary(self, file: Path) -> Path:
        return file.with_name(f".{file.name}{_TEMPORARY}")

    def _unchanged(self, revision: str) -> bytes | None:
        data = self.path.read_bytes() if self.path.exists() else None
        if (digest(data) if data is not None else "") != revision:
            raise Conflict(f"{self.path.name} was changed by somebody after it was read")
        return data


def _owner(lock: Path, program: str) -> str:
    """Who holds the lock, as the program wrote it there; empty where that cannot be told."""
    with suppress(OSError, UnicodeDecodeError, IndexError):
        data = lock.read_bytes()
        name = data[1 : 1 + data[0]].decode() if program == "Excel" else data.decode().split(",")[1]
        return f" ({name.strip()})" if name.strip().isprintable() and name.strip() else ""
    return ""
