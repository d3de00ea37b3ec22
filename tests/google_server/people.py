"""What people do to a tab while the daemon is between read and write. Places are 1-based, as they see them."""

import random
from collections.abc import Callable
from typing import Any

from tests.google_server.state import EMPTY, Sheet, Spreadsheet, plain


def header_row(sheet: Sheet, key: str) -> int:
    """The row that holds this header; 0: none."""
    for number, row in enumerate(sheet.rows[:12], start=1):
        if any(plain(cell) == key for cell in row):
            return number
    return 0


def column_of(sheet: Sheet, header: str, key: str) -> int:
    row = sheet.rows[header_row(sheet, key) - 1]
    return next(n for n, cell in enumerate(row, start=1) if plain(cell) == header)


def sort(sheet: Sheet, first: int, column: int, *, reverse: bool = False) -> None:
    """Sort the rows from ``first`` down; hidden rows stay in place, blank cells go last."""
    last = sheet.last_row()
    hidden = {n for n, meta in sheet.row_meta.items() if meta.get("hiddenByUser")}
    places = [n for n in range(first - 1, last) if n not in hidden]
    lines = [sheet.rows[n] for n in places]

    def blank(line: list[Any]) -> bool:
        return column > len(line) or plain(line[column - 1]) is None

    filled = [line for line in lines if not blank(line)]
    filled.sort(key=lambda line: (str(type(plain(line[column - 1]))), plain(line[column - 1])), reverse=reverse)
    for place, line in zip(places, [*filled, *(line for line in lines if blank(line))], strict=True):
        sheet.rows[place] = line


def insert_rows(sheet: Sheet, row: int, count: int = 1) -> None:
    while len(sheet.rows) < row:
        sheet.rows.append([])
    sheet.insert("ROWS", row - 1, count)


def delete_rows(sheet: Sheet, row: int, count: int = 1) -> None:
    sheet.delete("ROWS", row - 1, count)


def move_rows(sheet: Sheet, row: int, count: int, to: int) -> None:
    """Cut rows and put them so that the first comes to stand at ``to`` of the rest."""
    block = sheet.rows[row - 1 : row - 1 + count]
    del sheet.rows[row - 1 : row - 1 + count]
    sheet.rows[to - 1 : to - 1] = block


def hide_rows(sheet: Sheet, row: int, count: int = 1) -> None:
    for n in range(row - 1, row - 1 + count):
        sheet.row_meta[n] = {**sheet.row_meta.get(n, {}), "hiddenByUser": True}


def copy_row(sheet: Sheet, row: int, to: int) -> None:
    """Insert a copy of a row, its Kode and all."""
    line = list(sheet.rows[row - 1])
    insert_rows(sheet, to)
    while len(sheet.rows) < to:
        sheet.rows.append([])
    sheet.rows[to - 1] = line


def insert_columns(sheet: Sheet, column: int, count: int = 1, header: tuple[int, str] | None = None) -> None:
    """Insert columns; ``header``: row and text of the first one's header."""
    sheet.insert("COLUMNS", column - 1, count)
    if header:
        sheet.put(header[0], column, header[1])


def move_column(sheet: Sheet, column: int, to: int) -> None:
    for row in sheet.rows:
        row.extend([EMPTY] * (max(column, to) - len(row)))
        row.insert(to - 1, row.pop(column - 1))


def paste(sheet: Sheet, row: int, column: int, values: list[list[Any]]) -> None:
    for r, line in enumerate(values, start=row):
        for c, value in enumerate(line, start=column):
            sheet.put(r, c, value)


Script = Callable[[Spreadsheet], None]
ACTIONS = (
    *("sort", "insert", "delete", "hide", "move", "copy", "paste", "restore"),
    *("rename", "reorder", "tabs", "column-move", "column-insert"),
)


def random_script(
    seed: int, marks: list[str], keys: dict[str, str], typed_columns: dict[str, list[str]], past: Spreadsheet | None
) -> Script:
    """One to three random edits, the same for the same seed. ``typed_columns``: where people may paste, by mark."""

    def play(book: Spreadsheet) -> None:
        rng = random.Random(seed)
        for _ in range(rng.randint(1, 3)):
            _one(book, rng, rng.choice(marks))

    def _one(book: Spreadsheet, rng: random.Random, mark: str) -> None:
        sheet = book.by_mark(mark)
        key = keys[mark]
        top = header_row(sheet, key)
        first, last = top + 1, sheet.last_row()
        if last < first + 1:
            return
        pick = rng.randint(first, last)
        width = max(len(row) for row in sheet.rows[top - 1 : last])
        action = rng.choice(ACTIONS)
        if action == "sort":
            sort(sheet, first, rng.randint(1, width), reverse=rng.random() < 0.5)
        elif action == "insert":
            at = rng.randint(1 if rng.random() < 0.2 else first, last)
            insert_rows(sheet, at, rng.randint(1, 2))
            if at > top and rng.random() < 0.6:
                header = rng.choice(typed_columns[mark])
                sheet.put(at, column_of(sheet, header, key), f"baru {rng.random():.6f}")
        elif action == "delete":
            delete_rows(sheet, pick)
        elif action == "hide":
            hide_rows(sheet, pick, 2)
        elif action == "move":
            move_rows(sheet, pick, 1, rng.randint(first, last - 1) if last > first else first)
        elif action == "rename":
            sheet.title = f"{sheet.title[:20]} {rng.randint(1, 999)}"
        elif action in ("reorder", "tabs"):
            book.sheets.remove(sheet)
            book.sheets.insert(rng.randint(0, len(book.sheets)), sheet)
        elif action == "column-move":
            move_column(sheet, rng.randint(1, width), rng.randint(1, width))
        elif action == "column-insert":
            at = rng.randint(1, width)
            insert_columns(sheet, at, 1, (top, f"Milik kami {rng.randint(1, 99)}") if rng.random() < 0.7 else None)
        elif action == "copy":
            copy_row(sheet, pick, rng.randint(first, last))
        elif action == "paste":
            header = rng.choice(typed_columns[mark])
            paste(sheet, pick, column_of(sheet, header, key), [[f"tempel {rng.random():.6f}"]])
        elif action == "restore" and past is not None:
            book.become(past)

    return play
