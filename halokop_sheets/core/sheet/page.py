"""A free-form page (board, evaluation, guide) as data: cells with named styles, native charts, print set-up.

The layout of a page depends only on the procedure and the settings, never on how much people wrote, so that a
refresh writes values alone and no format ever has to move.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


def column_letters(column: int) -> str:
    """The letters of a 1-based column: 1 -> A, 27 -> AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"


PageValue = None | int | float | str  # dates stand on a page as text


class Block(NamedTuple):
    """One cell of a page; ``across`` and ``down`` merge it over more cells."""

    value: PageValue = None
    style: str = "text"  # a name of core.sheet.layout.STYLES
    across: int = 1
    down: int = 1


@dataclass(frozen=True)
class Span:
    """A straight run of cells on the page, 1-based and inclusive: one column or one row."""

    row: int
    column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class Chart:
    """A native chart; its data stand on the page itself. ``kind``: line or column."""

    kind: str
    title: str
    row: int  # the cell of its upper left corner
    column: int
    width: int  # pixels
    height: int
    categories: Span
    series: tuple[tuple[str, Span], ...]  # (name, run of numbers)
    percent: bool = False
    axes: tuple[str, str] = ("", "")  # names of the axis below and of the one at the left
    alt: str = ""  # what it shows, for who cannot see it


@dataclass(frozen=True)
class Page:
    mark: str
    title: str
    widths: tuple[int, ...]  # characters, from column A
    blocks: Mapping[tuple[int, int], Block]  # by (row, column), 1-based
    charts: tuple[Chart, ...] = ()
    heights: Mapping[int, int] = field(default_factory=dict)  # points, by row
    frozen_rows: int = 0
    frozen_columns: int = 0
    breaks: tuple[int, ...] = ()  # a new printed page begins after these rows
    rules: tuple[tuple[str, str], ...] = ()  # (text a cell begins with, style): live colours of a page

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns that the page covers."""
        rows = max((r + b.down - 1 for (r, _), b in self.blocks.items()), default=1)
        columns = max((c + b.across - 1 for (_, c), b in self.blocks.items()), default=1)
        return rows, max(columns, len(self.widths))
