"""Drawing a page: cells placed one by one, rows of cells, and typed text made to fit a cell of fixed size."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

from halokop_sheets.core.sheet.page import Block, PageValue

T = TypeVar("T")
_CONTROLS = dict.fromkeys((*range(9), *range(14, 28), 127))  # what no sheet can hold; the others are blanks


class Canvas:
    """The cells and row heights of a page in the making; ``row`` is where the next thing goes."""

    def __init__(self, mark: str, columns: int) -> None:
        self.blocks: dict[tuple[int, int], Block] = {(1, columns): Block(mark, "mark")}
        self.heights: dict[int, int] = {}
        self.mark, self.columns = mark, columns
        self.row = 1

    def put(
        self, row: int, column: int, value: PageValue, style: str = "small", across: int = 1, down: int = 1
    ) -> None:
        self.blocks[row, column] = Block(None if value == "" else value, style, across, down)

    def line(self, row: int, column: int, *cells: tuple[PageValue, str, int], down: int = 1) -> None:
        """Cells side by side from ``column`` on: (value, style, columns that it takes)."""
        for value, style, across in cells:
            self.put(row, column, value, style, across, down)
            column += across

    def next(self, height: int, rows: int = 1) -> int:
        """Take the next ``rows`` rows, each this high in points; returns the first."""
        first = self.row
        self.heights.update(dict.fromkeys(range(first, first + rows), height))
        self.row += rows
        return first


@lru_cache(maxsize=1024)  # every tick draws the same texts again
def cut(text: str, limit: int) -> str:
    """Typed text on one line, at most ``limit`` characters, at a whole word where there is one."""
    flat = " ".join(text.translate(_CONTROLS).split())
    if len(flat) <= limit:
        return flat
    short = flat[: limit - 1]
    if flat[limit - 1] != " " and " " in short[limit // 2 :]:
        short = short.rsplit(" ", 1)[0]
    return f"{short.rstrip()}…"


def in_quotation_marks(text: str, limit: int) -> str:
    """What somebody said, in Indonesian quotation marks."""
    return f"“{cut(text, limit - 2)}”" if text else ""


def others(count: int, capacity: int) -> str | None:
    """``dan 3 lainnya`` under a list of fixed size, where there are more than fit."""
    return f"dan {count - capacity} lainnya" if count > capacity else None


def filled(items: Sequence[T], capacity: int) -> list[T | None]:
    """The first ``capacity`` items, None where there are fewer."""
    return [*items[:capacity], *[None] * (capacity - len(items))]
