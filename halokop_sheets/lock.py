"""One daemon a state folder, and one a workbook.

The operating system holds the lock and lets go when the process dies, however it dies: no lock of a killed container
can stay behind, as files holding a process number do (docker-mailman #159). The empty file itself stays and means
nothing.
"""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from halokop_sheets.errors import HalokopError


class InUseError(HalokopError):
    """Another halokop is at work there."""

    exit_code = 3


def state_lock(folder: Path) -> AbstractContextManager[None]:
    """The lock of a state folder: its ledger has one writer. The folder is made if missing."""
    return _held(folder / "halokop.lock", f"the state folder {folder}")


def workbook_lock(workbook: Path) -> AbstractContextManager[None]:
    """The lock of an .xlsx workbook, also against a halokop with another state folder or on another computer.

    The file stands beside the workbook, where all of them look, under a hidden name that says whose it is; Excel's and
    LibreOffice's own lock files are named otherwise. A link to the workbook is the workbook.
    """
    workbook = workbook.resolve()
    return _held(workbook.with_name(f".{workbook.name}.halokop-lock"), f"the workbook {workbook}")


@contextmanager
def _held(file: Path, what: str) -> Iterator[None]:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(file, timeout=0, thread_local=False)  # taken in one thread, let go in another
        lock.acquire()
    except Timeout:
        raise InUseError(f"{what} is in use by another halokop; stop that one first") from None
    except OSError as error:
        raise InUseError(f"{what} cannot be locked: {file}: {error.strerror}") from None
    _hide(file)
    try:
        yield
    finally:
        lock.release()


def _hide(file: Path) -> None:
    """On Windows a name with a dot hides nothing: whoever sees the file beside the workbook would wonder, or delete it.

    The lock's library opens a file that is there without making it anew, which Windows would refuse for a hidden one.
    """
    if sys.platform == "win32":
        import ctypes

        hidden = 0x2  # FILE_ATTRIBUTE_HIDDEN; where a network folder does not take it, it stays visible
        ctypes.windll.kernel32.SetFileAttributesW(str(file), hidden)
