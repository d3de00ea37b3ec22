"""Counts as people copy them from the apps, the rule for the ambiguous ones, and what is not a count."""

from datetime import datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halokop_sheets.core.sheet.cells import Unreadable
from halokop_sheets.core.sheet.values import Broken, Cell
from halokop_sheets.core.typed.counts import count_note, parse_count

sampled = settings(deadline=None, database=None)

CERTAIN: list[tuple[Cell, int | None]] = [
    (0, 0),
    (980, 980),
    (5.0, 5),
    ("0", 0),
    ("980", 980),
    ("007", 7),
    (" 1234 ", 1234),
    ("512", 512),
    ("12 345", 12345),
    ("12\u00a0345", 12345),
    ("1 234 567", 1_234_567),
    ("1.234.567", 1_234_567),
    ("1,234,567", 1_234_567),
    ("1.234,0", 1234),
    ("1,234.00", 1234),
    ("5,0", 5),
    ("1,2 rb", 1200),
    ("1.2 rb", 1200),
    ("12,3 rb", 12_300),
    ("12,3rb", 12_300),
    ("1rb", 1000),
    ("1 ribu", 1000),
    ("20,4 RB", 20_400),
    ("150 rb", 150_000),
    ("1,1 K", 1100),
    ("1.1K", 1100),
    ("12.3K", 12_300),
    ("12.34k", 12_340),
    ("1,2 jt", 1_200_000),
    ("2 juta", 2_000_000),
    ("5 jt.", 5_000_000),
    ("1.2 million", 1_200_000),
    ("1.234,5 rb", 1_234_500),
    ("1,234.5K", 1_234_500),
    ("1,5 miliar", 1_500_000_000),
    ("980 views", 980),
    ("980x", 980),
    ("980 kali", 980),
    ("12 orang", 12),
    ("1.2K views", 1200),
    ("1,2 rb tayangan", 1200),
    ("1,2 rb x ditonton", 1200),
    ("ditonton 980 kali", 980),
    ("Likes: 512", 512),
    ("1.2K+", 1200),
    ("1000+", 1000),
    ("1000an", 1000),
    ("±1.2rb", 1200),
    ("~500", 500),
    (">1000", 1000),
    ("sekitar 500", 500),
    ("nihil", 0),
    ("-", None),
    ("–", None),
    ("belum", None),
    ("Belum ada", None),
    ("", None),
    ("  ", None),
    (None, None),
]

AMBIGUOUS: list[tuple[str, int, str]] = [
    ("1.234", 1234, '"1.234" dibaca sebagai 1234: titik atau koma dengan tiga angka di belakangnya menandai ribuan.'),
    ("1,234", 1234, '"1,234" dibaca sebagai 1234: titik atau koma dengan tiga angka di belakangnya menandai ribuan.'),
    ("3.105", 3105, '"3.105" dibaca sebagai 3105: '),
    ("12,345 views", 12_345, '"12,345 views" dibaca sebagai 12345: '),
    ("1.000", 1000, '"1.000" dibaca sebagai 1000: '),
    ("1.234 rb", 1234, '"1.234 rb" dibaca sebagai 1234: dengan rb di belakangnya, titik atau koma menandai pecahan.'),
    ("1,234K", 1234, '"1,234K" dibaca sebagai 1234: dengan k di belakangnya, '),
    ("1.2M", 1_200_000, '"1.2M" dibaca sebagai 1200000: M berarti juta.'),
    ("1,2 M", 1_200_000, '"1,2 M" dibaca sebagai 1200000: M berarti juta.'),
]

NO_COUNTS: list[tuple[Cell, str]] = [
    ("banyak", 'Likes "banyak" bukan angka; tulis seperti 1234 atau 1,2 rb.'),
    *(
        (typed, f'Likes "{typed}" bukan angka;')
        for typed in ("12%", "?", "1e5", "=1+1", "1.23.456", "1.234.0", "1,2 rb 300", "K", ".")
    ),
    *((typed, f'Likes "{typed}" bukan angka;') for typed in ("29/11/2026", "10:30", "1-2", "tidak ada", "ratusan")),
    *((typed, f'Likes "{typed}" berupa pecahan;') for typed in ("1,5", "12.34", "0,123", "1.234,5", "1,2345 rb")),
    ("-5", 'Likes "-5" di bawah nol;'),
    ("− 1,2 rb", 'Likes "− 1,2 rb" di bawah nol;'),
    ("99999999999999", 'Likes "99999999999999" terlalu besar;'),
    (-3, 'Likes "-3" di bawah nol;'),
    (10**5000, 'Likes "#####" terlalu besar;'),
    (1.234, 'Likes "1,234" berupa pecahan;'),  # the sheet took 1.234 for a number: was it 1234, or 1?
    (1.5, 'Likes "1,5" berupa pecahan;'),
    (float("nan"), 'Likes "nan" bukan angka;'),
    (float("inf"), 'Likes "inf" terlalu besar;'),
    (True, 'Likes "TRUE" bukan angka;'),
    (datetime(2026, 2, 1), 'Likes "01/02/2026" bukan angka;'),
    (time(1, 20), 'Likes "01.20" bukan angka;'),
    (Broken("#VALUE!"), "Likes berisi kesalahan rumus (#VALUE!); perbaiki rumusnya atau ketik isinya."),
    (Broken("=B2", calculated=False), "Likes berisi rumus yang belum dihitung;"),
]


@pytest.mark.parametrize(("cell", "expected"), CERTAIN, ids=lambda value: repr(value)[:40])
def test_counts_are_understood(cell: Cell, expected: int | None) -> None:
    found = parse_count(cell, "Likes")
    assert found == expected
    assert type(found) is type(expected)
    assert count_note(cell) is None


@pytest.mark.parametrize(("typed", "expected", "note"), AMBIGUOUS)
def test_the_ambiguous_follow_one_rule_that_is_stated(typed: str, expected: int, note: str) -> None:
    assert parse_count(typed, "Likes") == expected
    assert (count_note(typed) or "").startswith(note)


@pytest.mark.parametrize(
    ("cell", "message"), NO_COUNTS, ids=lambda value: repr(value)[:40] if value != 10**5000 else ""
)
def test_what_is_no_count_gets_its_sentence(cell: Cell, message: str) -> None:
    found = parse_count(cell, "Likes")
    assert isinstance(found, Unreadable)
    assert found.message.startswith(message)
    assert count_note(cell) is None


def _short(count: int, step: int, point: str, word: str) -> tuple[str, int]:
    """A count as an app shortens it, one decimal, and what it then means."""
    tenths = count * 10 // step
    return f"{tenths // 10}{point}{tenths % 10}{word}", tenths * step // 10


@sampled
@given(st.integers(0, 10**9))
def test_whole_counts_in_each_style_of_the_apps_read_back(count: int) -> None:
    for typed in (
        str(count),
        f"{count:,}",
        f"{count:,}".replace(",", "."),
        f"{count:,}".replace(",", " "),
        f"{count} views",
    ):
        assert parse_count(typed, "x") == count
    assert parse_count(float(count), "x") == count


@sampled
@given(st.integers(0, 10**9))
def test_shortened_counts_in_each_style_of_the_apps_read_back(count: int) -> None:
    for step, point, word in (
        (1000, ",", " rb"),
        (1000, ".", "K"),
        (1000, ",", "rb"),
        (10**6, ",", " jt"),
        (10**6, ".", "M"),
        (10**6, ",", " juta"),
    ):
        typed, meant = _short(count, step, point, word)
        assert parse_count(typed, "x") == meant
        assert parse_count(f"{typed} tayangan", "x") == meant
