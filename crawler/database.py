"""An SQLite file of ours: opened, brought to the present version, read and written in transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

# ``migrations/N.sql`` makes version N of N - 1; the file's user_version says which it has.
_VERSION = 3
_APPLICATION_ID = 0x70677376
# How a crawl mends a store that cannot be used.
OTHER_FILE = "give another file with --store"


class StoreError(Exception):
    """The store cannot be used; the message says what to do."""


class StoreFailed(StoreError):
    """The store could not be written any more, as on a full disk."""


# What a store raises where it can take nothing any more: a full disk, or a shared queue that is not to be had.
STORE_TROUBLE = (sqlite3.Error, StoreFailed)


def rfc3339(seconds: float) -> str:
    """An epoch second as RFC 3339 text, UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class Database:
    """An open file, made where there is none. Use it from one thread.

    Raises `StoreError` where the file is none of ours, or one of a newer version.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        try:
            self._db = sqlite3.connect(self.path, isolation_level=None, timeout=30)
            self._db.execute("PRAGMA journal_mode = WAL")
            # In WAL mode NORMAL survives any death of the process; a power cut can cost the last pages, never the file.
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._migrate()
        except sqlite3.OperationalError as error:
            raise StoreError(f"cannot open the store {self.path}: {error}") from error
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{self.path} is no store: {OTHER_FILE}") from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _migrate(self) -> None:
        version = self._value("PRAGMA user_version")
        if version > _VERSION:
            raise StoreError(f"{self.path} was made by a newer pagesieve: update, or {OTHER_FILE}")
        if version and self._value("PRAGMA application_id") != _APPLICATION_ID:
            raise StoreError(f"{self.path} is another program's database: {OTHER_FILE}")
        scripts = [f"migrations/{number}.sql" for number in range(version + 1, _VERSION + 1)] if version else ["schema.sql"]
        if version == _VERSION:
            return
        sql = "".join(files("crawler").joinpath(script).read_text(encoding="utf-8") for script in scripts)
        with self._transaction() as db:  # of two processes that open a new file the second finds it made
            if db.execute("PRAGMA user_version").fetchone()[0] == version:
                for statement in _statements(sql):
                    db.execute(statement)
                db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                db.execute(f"PRAGMA user_version = {_VERSION}")

    def query(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Read from the tables that ``schema.sql`` describes; ``values`` in their order, or one dict of names."""
        return self._db.execute(sql, values[0] if values and isinstance(values[0], dict) else values)

    def checkpoint(self) -> None:
        """Bring what is in the write-ahead log into the file."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def compact(self) -> None:
        """Write the file anew, without what is free in it."""
        self._db.execute("VACUUM")
        self.checkpoint()

    def _value(self, sql: str, *values: Any) -> Any:
        row = self._db.execute(sql, values).fetchone()
        return row[0] if row else None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # a full disk may have rolled it back already
                self._db.execute("ROLLBACK")
            raise


def _statements(sql: str) -> Iterator[str]:
    # sqlite3's executescript commits what is open before it begins.
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
