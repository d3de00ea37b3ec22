"""What people's formulas came to, kept across our saves as long as it is certainly still true.

The library writes a formula without its result, so a date typed as ``=B5+7`` would be unreadable to our next tick
until somebody opens and saves the file. A result is put back unless a cell that it rests on was changed by us, or the
formula asks the clock or picks its cells itself. Excel works everything out anew when it opens the file.
"""

import re
from collections.abc import Mapping
from functools import partial
from html import escape

from openpyxl import Workbook
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils import coordinate_to_tuple, range_boundaries

from halokop_sheets.core.sheet.values import Broken

Place = tuple[int, int]
Results = dict[str, dict[Place, object]]  # by title: bool, number, text (also "") or Broken
Changed = Mapping[str, set[Place]]  # by title

_UNSURE = {"TODAY(", "NOW(", "RAND(", "RANDBETWEEN(", "RANDARRAY(", "OFFSET(", "INDIRECT(", "CELL(", "INFO("}
_FORMULA = re.compile(rb'(<c r="([A-Z]+\d+)"[^>]*)>(<f\b[^>]*/>|<f\b.*?</f>)<v\s*(?:/>|></v>)', re.DOTALL)
_LAST = (1_048_576, 16_384)


def still_true(results: Results, book: Workbook, changed: Changed) -> Results:
    """The results that none of the changed cells can have touched, directly or through another formula."""
    texts: dict[tuple[str, Place], str] = {
        (ws.title, place): str(getattr(ws._cells[place].value, "text", ws._cells[place].value))
        for ws in book.worksheets
        for place in results.get(ws.title, {})
        if place in ws._cells
    }
    rests = {where: _areas(text, where[0]) for where, text in texts.items()}
    stale = {title: set(places) for title, places in changed.items()}
    while True:
        fallen = [w for w, areas in rests.items() if areas is None or any(_hit(a, stale) for a in areas)]
        if not fallen:
            break
        for title, place in fallen:
            del rests[title, place]
            stale.setdefault(title, set()).add(place)
    kept: Results = {}
    for title, place in rests:
        kept.setdefault(title, {})[place] = results[title][place]
    return kept


_Area = tuple[str, int, int, int, int]  # title, first and last row, first and last column


def _areas(formula: str, title: str) -> list[_Area] | None:
    """The cells that a formula reads; None where that cannot be told."""
    areas: list[_Area] = []
    try:
        for token in Tokenizer(formula).items:
            if token.type == Token.FUNC and token.value.upper() in _UNSURE:
                return None
            if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                sheet, _, cells = token.value.rpartition("!")
                left, top, right, bottom = range_boundaries(cells)
                named = sheet.strip("'").replace("''", "'") or title
                areas.append((named, top or 1, bottom or _LAST[0], left or 1, right or _LAST[1]))
    except (ValueError, TypeError, IndexError):  # a name, a table's column, another file
        return None
    return areas


def _hit(area: _Area, stale: Changed) -> bool:
    title, top, bottom, left, right = area
    return any(top <= row <= bottom and left <= column <= right for row, column in stale.get(title, ()))


def put_back(xml: bytes, known: Mapping[Place, object]) -> bytes:
    """A sheet as the library wrote it, with the results that are known."""
    return _FORMULA.sub(partial(_put_back, known), xml)


def _put_back(known: Mapping[Place, object], cell: re.Match[bytes]) -> bytes:
    result = known.get(coordinate_to_tuple(cell[2].decode()))
    if result is None:
        return cell[0]
    kind, text = _as_xml(result)
    return cell[1] + kind + b">" + cell[3] + b"<v>" + escape(text).encode() + b"</v>"


def _as_xml(result: object) -> tuple[bytes, str]:
    if isinstance(result, bool):
        return b' t="b"', str(int(result))
    if isinstance(result, Broken):
        return b' t="e"', result.text
    return (b' t="str"', result) if isinstance(result, str) else (b"", repr(result))
