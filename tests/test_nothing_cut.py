"""What the program itself writes is shown whole: headings fit their cells, and its sentences fit a mail."""

import textwrap

import pytest

from halokop_sheets.core.office.verdict import verdict
from halokop_sheets.core.pages.evaluation.page import evaluation_page
from halokop_sheets.mail.render import MOST_TEXT, clean
from tests.offices import generated, look, office_of
from tests.sheet import Sheet, settings_of

NAMES = ('"Instagram"', '"TikTok"', '"YouTube"', '"Facebook"')
LINE = 11  # points that a line of small text takes
TIGHTER = 1.2  # characters of small text for one character of a column's width


@pytest.mark.parametrize("seed", [1, 3])
def test_no_sentence_of_the_verdict_is_cut_in_a_mail(seed: int) -> None:
    """Three figures on each of two platforms were one text of more than 400 characters, and ended in the middle."""
    sheet, now, published = generated(seed)
    office = office_of(sheet, now)
    found = [verdict(office, office.by_code[code]) for code in published]
    assert max(len(one.audience) for one in found) > MOST_TEXT - 100  # else this office shows nothing
    for one in found:
        assert clean(list(one.platforms)) == list(one.platforms)


@pytest.mark.parametrize("platforms", [", ".join(NAMES[:count]) for count in (1, 2, 3, 4)])
def test_headings_fit_their_cells(platforms: str) -> None:
    sheet = Sheet(settings_of(f"[program]\nplatforms = [{platforms}]")).team()
    sheet.episode("2026-11-22")
    look(sheet, "2026-11-22T06:00")
    office = office_of(sheet, "2026-11-26T07:00")
    page = evaluation_page(office, office.by_code["2026-W47"], "Evaluasi", None)
    for (row, column), block in page.blocks.items():
        if block.style == "small-header" and isinstance(block.value, str):
            characters = int(sum(page.widths[column - 1 : column - 1 + block.across]) * TIGHTER)
            lines = len(textwrap.wrap(block.value, characters))
            high = sum(page.heights[row + n] for n in range(block.down))
            assert lines * LINE <= high + 1, (row, column, block.value)
