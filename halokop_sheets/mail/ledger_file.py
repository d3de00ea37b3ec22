"""The ledger's file: made whole or not at all, checked before it is trusted, never silently replaced."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from halokop_sheets.errors import LedgerError

_APPLICATION = 0x48414C4F  # "HALO": SQLite's application_id, so that another program's database is not taken for ours
_VERSION = 1
_BUSY_SECONDS = 10
_SCHEMA = f"""
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION};
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE mail (
  key TEXT PRIMARY KEY,                    -- kind, recipient, slot: at most one mail goes out under it
  kind TEXT NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  summary TEXT NOT NULL,
  sender TEXT NOT NULL,                    -- the envelope's sender
  message_id TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting'
    CHECK (state IN ('waiting', 'sending', 'sent', 'refused', 'uncertain', 'expired', 'yielded')),
  shown INTEGER NOT NULL DEFAULT 0,        -- the sheet accepted the row with our claim
  attempts INTEGER NOT NULL DEFAULT 0,
  doubts INTEGER NOT NULL DEFAULT 0,       -- attempts of which nobody knows whether they arrived
  note TEXT NOT NULL DEFAULT '',           -- our own reason why it waits or ended
  code INTEGER NOT NULL DEFAULT 0,         -- the server's last answer; 0: none
  answer TEXT NOT NULL DEFAULT '',
  queue_id TEXT NOT NULL DEFAULT '',
  claimed_at INTEGER NOT NULL,
  begun_at INTEGER,                        -- the last attempt
  ended_at INTEGER,
  next_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE INDEX mail_open ON mail (next_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX mail_claimed ON mail (claimed_at);
CREATE TABLE body (                        -- the frozen bytes, gone some time after the mail's end; kept apart so that
  key TEXT PRIMARY KEY,                    -- the two commits of an attempt do not write them again
  data BLOB NOT NULL
);
"""


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


def open_file(path: Path, new_id: Callable[[], str] | None) -> LedgerFile:
    """The checked ledger; without one, it is made if there is a name for it. Raises LedgerError."""
    with guard(path):
        try:
            if new_id and not path.exists():
                _create(path, new_id())
        except OSError as error:
            raise LedgerError(f"mail ledger {path}: {error.strerror}; no mail is sent until it can be made") from error
        connection = _attach(path)
        try:
            _check(connection, path)
        except BaseException:
            connection.close()
            raise
        return LedgerFile(connection, path)


def _attach(path: Path) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?mode=rw"  # never create by opening
    connection = sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def _create(path: Path, new_id: str) -> None:
    """Made beside and moved into place: an empty or half-made file under the real name is always damage."""
    leftover = path.with_name(path.name + "-wal")
    if leftover.exists():
        raise damaged(path, f"the file is missing but {leftover.name} is there")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with closing(sqlite3.connect(beside)) as fresh:
        fresh.executescript(_SCHEMA)
        fresh.execute("INSERT INTO meta (name, value) VALUES ('id', ?)", (new_id,))
        fresh.commit()
    with suppress(OSError):
        beside.chmod(0o600)  # addresses and letters of people
    beside.replace(path)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    def pragma(name: str) -> object:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]

    if pragma("application_id") != _APPLICATION:
        raise damaged(path, "this is no ledger of halokop")
    version = pragma("user_version")
    if not isinstance(version, int) or version > _VERSION:
        raise LedgerError(f"mail ledger {path}: made by a newer halokop (version {version}); update halokop")
    if (result := pragma("quick_check")) != "ok":
        raise damaged(path, f"damaged ({result})")
    if pragma("journal_mode = WAL") != "wal":
        raise LedgerError(f"mail ledger {path}: this folder cannot hold it; put state.dir on a local disk")
