"""The ledger's file: made whole or not at all, checked before it is trusted, never silently replaced."""

import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from halokop_sheets.errors import LedgerError
from halokop_sheets.mail.ledger_versions import STEPS, copy_before, in_memory, lacking, take_steps, version_of

log = logging.getLogger(__name__)
_APPLICATION = 0x48414C4F  # "HALO": SQLite's application_id, so that another program's database is not taken for ours
_BUSY_SECONDS = 10


@contextmanager
def guard(path: Path) -> Iterator[None]:
    """SQLite's complaints as ours, with the way out."""
    try:
        yield
    except sqlite3.OperationalError as error:  # busy, full, read-only: the file itself is sound
        raise LedgerError(f"mail ledger {path}: {error}; no mail is sent until this is put right") from error
    except sqlite3.Error as error:
        raise damaged(path, str(error)) from error


def damaged(path: Path, what: str) -> LedgerError:
    return LedgerError(
        f"mail ledger {path}: {what}; no mail is sent. To recover: stop halokop, put back a good copy of the file, or"
        f" move {path.name}* to another folder (do not delete them) and start again; mails that the sheet shows in its"
        " mail history are not sent a second time"
    )


class LedgerFile:
    """An open ledger file: rows out, commits in. Every method raises LedgerError when SQLite fails."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def rows(self, query: str, values: Mapping[str, object] | None = None) -> list[sqlite3.Row]:
        with guard(self._path):
            return self._connection.execute(query, values or {}).fetchall()

    @contextmanager
    def commit(self, *, synced: bool = True) -> Iterator[sqlite3.Connection]:
        """One commit, on disk when this ends; nothing of it if anything goes wrong inside.

        Not ``synced``: it survives the death of the process at once, a power cut only from the next synced commit on
        (both stand in the same journal, in order).
        """
        sql = self._connection
        with guard(self._path):
            sql.execute(f"PRAGMA synchronous = {'FULL' if synced else 'NORMAL'}")
            sql.execute("BEGIN IMMEDIATE")
            try:
                yield sql
                sql.execute("COMMIT")
            except BaseException:
                if sql.in_transaction:
                    sql.execute("ROLLBACK")
                raise

    def each(self, statement: str, keys: Iterable[str], **values: object) -> int:
        """The same statement for each ``:key``, in one commit; returns how many rows it changed."""
        with self.commit() as sql:
            return sum(sql.execute(statement, {"key": key, **values}).rowcount for key in keys)

    def close(self) -> None:
        self._connection.close()


def open_file(path: Path, new_id: Callable[[], str] | None, steps: Sequence[str] = STEPS) -> LedgerFile:
    """The checked ledger, brought to the version that ``steps`` lead to; without a file, it is made if there is a name.

    Without a name this is a dry run: an older ledger is brought to that version in memory alone. Raises LedgerError.
    """
    with guard(path):
        try:
            if new_id and not path.exists():
                _create(path, new_id(), steps)
        except OSError as error:
            raise LedgerError(f"mail ledger {path}: {error.strerror}; no mail is sent until it can be made") from error
        connection = _attach(path)
        try:
            _check(connection, path, len(steps))
            if version_of(connection) < len(steps):
                connection = _upgraded(connection, path, steps) if new_id else _upgraded_in_memory(connection, steps)
            if what := lacking(connection, steps):
                raise damaged(path, f"there is no column {what}")
        except BaseException:
            connection.close()
            raise
        return LedgerFile(connection, path)


def open_copy(path: Path) -> LedgerFile:
    """A ledger in memory with all that the file holds, or nothing where there is none. Raises LedgerError."""
    with guard(path):
        if path.exists():
            with closing(open_file(path, None)) as file:
                return LedgerFile(in_memory(file._connection, STEPS), path)
        empty = sqlite3.connect(":memory:", isolation_level=None)
        empty.row_factory = sqlite3.Row
        take_steps(empty)
        empty.execute("INSERT INTO meta (name, value) VALUES ('id', 'lokal')")
        return LedgerFile(empty, path)


def _upgraded(connection: sqlite3.Connection, path: Path, steps: Sequence[str]) -> sqlite3.Connection:
    """The ledger itself with this release's tables, once a copy of it as it was is kept."""
    before = version_of(connection)
    try:
        copy = copy_before(connection, path)
    except OSError as error:
        raise LedgerError(f"mail ledger {path}: no copy can be kept before the upgrade: {error.strerror}") from error
    take_steps(connection, steps)
    log.info("mail ledger: version %d became %d; as it was it is kept as %s", before, len(steps), copy.name)
    return connection


def _upgraded_in_memory(connection: sqlite3.Connection, steps: Sequence[str]) -> sqlite3.Connection:
    with closing(connection):
        return in_memory(connection, steps)


def _attach(path: Path) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?mode=rw"  # never create by opening
    # Any thread may use it, one at a time: where there are many programmes, each tick has a thread of its own.
    connection = sqlite3.connect(
        address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    return connection


def _create(path: Path, new_id: str, steps: Sequence[str]) -> None:
    """Made beside and moved into place: an empty or half-made file under the real name is always damage."""
    leftover = path.with_name(path.name + "-wal")
    if leftover.exists():
        raise damaged(path, f"the file is missing but {leftover.name} is there")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)  # addresses and letters of people
    with closing(sqlite3.connect(beside, isolation_level=None)) as fresh:
        fresh.execute(f"PRAGMA application_id = {_APPLICATION}")
        take_steps(fresh, steps)
        fresh.execute("INSERT INTO meta (name, value) VALUES ('id', ?)", (new_id,))
    beside.replace(path)


def _check(connection: sqlite3.Connection, path: Path, newest: int) -> None:
    def pragma(name: str) -> object:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]

    if pragma("application_id") != _APPLICATION:
        raise damaged(path, "this is no ledger of halokop")
    version = version_of(connection)
    if version > newest:
        raise LedgerError(f"mail ledger {path}: made by a newer halokop (version {version}); update halokop")
    if version < 1:
        raise damaged(path, "it says no version")
    if (result := pragma("quick_check")) != "ok":
        raise damaged(path, f"damaged ({result})")
    if pragma("journal_mode = WAL") != "wal":
        raise LedgerError(f"mail ledger {path}: this folder cannot hold it; put state.dir on a local disk")
