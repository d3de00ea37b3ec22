"""The versions of the ledger's tables: one step leads from each to the next, and a file remembers how many it took.

A release may find a ledger of any older one. It keeps a copy of the file as it was, then takes the missing steps in one
transaction: a crash, a full disk or a mistake in a step leaves the older ledger whole. A ledger of a newer release is
refused, for its tables may mean something that this one does not know.

To add a table or a column, append one step to ``STEPS``. A step that was released is never edited: offices took it.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

_MAIL_AND_BODY = """
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

_ABOUT_AND_PEOPLE = """
ALTER TABLE mail ADD COLUMN about TEXT NOT NULL DEFAULT '';  -- the changes of schedule that it tells, a line each
CREATE TABLE people (                      -- addresses that were ever seen in Tim
  address TEXT PRIMARY KEY,
  since TEXT NOT NULL                      -- the day (ISO) on which it was first seen
);
"""

_ASKED = """
CREATE TABLE asked (                       -- what a source of readings said of a post
  day TEXT NOT NULL,                       -- whose reading it is
  platform TEXT NOT NULL,
  post TEXT NOT NULL,
  source TEXT NOT NULL,                    -- as people read it
  at TEXT NOT NULL,                        -- wall-clock time in the programme's zone
  figures TEXT NOT NULL,                   -- JSON, by column header
  gap TEXT NOT NULL,                       -- why figures are missing
  PRIMARY KEY (day, platform, post, source, at)
);
CREATE TABLE dropped (                     -- exported files that were seen
  content TEXT PRIMARY KEY,                -- hash; of a refused one with the cause
  name TEXT NOT NULL,
  day TEXT NOT NULL,
  cause TEXT NOT NULL,                     -- why it was refused; empty: it was used
  detail TEXT NOT NULL
);
"""

STEPS: tuple[str, ...] = (
    _MAIL_AND_BODY,  # release 0.1.0
    _ABOUT_AND_PEOPLE,
    _ASKED,
)
"""What each version adds, as SQL; a ledger's version is the number of steps that it took."""


def version_of(connection: sqlite3.Connection) -> int:
    """How many steps this ledger took."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def take_steps(connection: sqlite3.Connection, steps: Sequence[str] = STEPS) -> None:
    """Take the steps that are missing, all or none of them. The connection commits by itself (isolation level None).

    Raises ``sqlite3.Error``; the ledger is then as it was.
    """
    connection.execute("BEGIN IMMEDIATE")  # another process waits here and finds nothing left to do
    try:
        for step in steps[version_of(connection) :]:
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(steps)}")  # undone by a rollback, as the tables are
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _statements(step: str) -> Iterator[str]:
    """One by one: ``executescript`` would commit before it begins."""
    statement = ""
    for line in step.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def copy_before(connection: sqlite3.Connection, path: Path) -> Path:
    """The ledger as it is now, kept as ``ledger.v1.sqlite3`` beside it; a copy of that version from before is replaced.

    Raises ``OSError`` or ``sqlite3.Error``.
    """
    copy = path.with_name(f"{path.stem}.v{version_of(connection)}{path.suffix}")
    beside = copy.with_name(copy.name + ".new")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)  # addresses and letters of people
    with closing(sqlite3.connect(beside)) as target:
        connection.backup(target)  # what the journal beside the file still holds comes along
    return beside.replace(copy)


def in_memory(connection: sqlite3.Connection, steps: Sequence[str] = STEPS) -> sqlite3.Connection:
    """A copy to look at, with every step taken, for a dry run: the file stays of its version."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    copy.row_factory = connection.row_factory
    connection.backup(copy)
    take_steps(copy, steps)
    return copy


def lacking(connection: sqlite3.Connection, steps: Sequence[str] = STEPS) -> str:
    """The first column that this version must have and the ledger has not, as ``mail.note``; empty: it has all."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as model:
        take_steps(model, steps)
        missing = sorted(_columns(model) - _columns(connection))
    return ".".join(missing[0]) if missing else ""


def _columns(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    query = (
        "SELECT tables.name, columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns"
        " WHERE tables.type = 'table'"
    )
    return {(table, column) for table, column in connection.execute(query)}
