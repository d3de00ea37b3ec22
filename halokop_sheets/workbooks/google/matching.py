"""Recognising rows and columns again after people moved them: by what stands in them, never by position."""

from collections.abc import Iterable, Mapping, Sequence

from halokop_sheets.core.sheet.ownership import HEADER_SEARCH_ROWS, header_text
from halokop_sheets.core.sheet.values import Cell

Line = Sequence[Cell]  # cells of one row, from column A


def at(rows: Sequence[Line], row: int, column: int) -> Cell:
    return get(rows[row - 1], column) if 0 < row <= len(rows) else None


def get(line: Line, column: int) -> Cell:
    return line[column] if column < len(line) else None


def _texts(line: Line, without: Iterable[int] = ()) -> list[str]:
    skipped = set(without)
    return [header_text(cell) for c, cell in enumerate(line) if c not in skipped and header_text(cell)]


def find_header_row(header: Line, rows: Mapping[int, Line], written: set[tuple[int, int]]) -> int:
    """Which of the top rows is the header row, by its texts, even with some of them overwritten; 0: none."""
    known = set(_texts(header))
    best, found = 1, 0
    for number in sorted(rows):
        if number > HEADER_SEARCH_ROWS:
            break
        same = len(known.intersection(_texts(rows[number], (c for r, c in written if r == number))))
        if same > best:
            best, found = same, number
    return found


def align(before: Line, after: Line, written: Iterable[int], width: int) -> dict[int, int]:
    """Columns now -> columns then, by header text (the n-th of equal ones); what is not in it is a new column.

    A header that we covered ourselves, or that is blank, is placed by its left neighbour.
    """
    covered = set(written)
    places: dict[str, list[int]] = {}
    for c, cell in enumerate(before):
        places.setdefault(header_text(cell), []).append(c)
    known: dict[int, int] = {}
    for c, cell in enumerate(after):
        text = header_text(cell)
        if c not in covered and text and places.get(text):
            known[c] = places[text].pop(0)
    used = set(known.values())
    for c in range(max(width, len(after))):
        if c in known or (c not in covered and header_text(get(after, c))):
            continue
        then = known[c - 1] + 1 if c - 1 in known else 0 if c == 0 else -1
        if then >= 0 and then not in used and (c in covered or not header_text(get(before, then))):
            known[c] = then
            used.add(then)
    return known
