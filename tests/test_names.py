"""Finding the people of tab Tim in what was typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halokop_sheets.core.sheet.values import Broken, Cell
from halokop_sheets.core.typed.names import NameBook

DEWI, DEWI_LESTARI, ASEP, RIZKI, NUR = "Dewi", "Dewi Lestari, S.E., M.M.", "H. Asep Hidayat", "Moh. Rizki", "Nur Aini"
HARTONO, SALAM, SINTA = "Rudi Hartono", "Rudi Salam", "Bu Sinta"
BOOK = NameBook([DEWI, DEWI_LESTARI, ASEP, RIZKI, NUR, HARTONO, SALAM, SINTA, "Budi", "Budi", "", " - "])

FOUND: list[tuple[Cell, list[str]]] = [
    (None, []),
    ("", []),
    ("-", []),
    ("Dewi", [DEWI]),
    ("dewi ", [DEWI]),
    ("Bu Dewi", [DEWI]),
    ("IBU  DEWI", [DEWI]),
    ("bu.dewi", [DEWI]),
    ("Dewi Lestari", [DEWI_LESTARI]),
    ("dewilestari", [DEWI_LESTARI]),
    ("Dewi Lestari, S.E.", [DEWI_LESTARI]),
    ("Dewi Lestari SE", [DEWI_LESTARI]),
    (DEWI_LESTARI, [DEWI_LESTARI]),
    ("Asep", [ASEP]),
    ("Pak Asep", [ASEP]),
    ("Bpk. H. Asep Hidayat", [ASEP]),
    ("Kang Asep", [ASEP]),
    ("Rizki", [RIZKI]),
    ("M. Rizki", [RIZKI]),
    ("Muhammad Rizki", [RIZKI]),
    ("nur", [NUR]),
    ("Nuraini", [NUR]),
    ("nur\u00a0aini", [NUR]),
    ("Sinta", [SINTA]),
    ("Teh Sinta", [SINTA]),
    ("Rudi Hartono", [HARTONO]),
    ("Dewi, Asep", [DEWI, ASEP]),
    ("Dewi/Asep", [DEWI, ASEP]),
    ("Dewi & Asep", [DEWI, ASEP]),
    ("Dewi dan Asep", [DEWI, ASEP]),
    ("Asep\nDewi", [ASEP, DEWI]),
    ("Pak Asep DAN Bu Dewi", [ASEP, DEWI]),
    ("Dewi, Sinta, dan Asep", [DEWI, SINTA, ASEP]),
    ("sinta dan Bu Sinta", [SINTA]),
    ("Dewi Lestari, S.E., M.M. dan Rudi Salam", [DEWI_LESTARI, SALAM]),
    ("Dewi Lestari, SE, Rudi Salam", [DEWI_LESTARI, SALAM]),
]

UNCLEAR: list[tuple[Cell, list[str], list[str]]] = [
    ("Wati", [], ['Petugas "Wati" tidak ada di tab Tim; periksa ejaannya atau tambahkan di sana.']),
    ("Dewi, Wati", [DEWI], ['Petugas "Wati" tidak ada di tab Tim; periksa ejaannya atau tambahkan di sana.']),
    (
        "Hidayat",
        [],
        ['Petugas "Hidayat" tidak ada di tab Tim; periksa ejaannya atau tambahkan di sana.'],
    ),  # a last name alone may be somebody else's
    ("As", [], ['Petugas "As" tidak ada di tab Tim; periksa ejaannya atau tambahkan di sana.']),
    ("Ibu", [], ['Petugas "Ibu" tidak ada di tab Tim; periksa ejaannya atau tambahkan di sana.']),
    ("S.E.", [], ['Petugas "S.E." tidak ada di tab Tim; periksa ejaannya atau tambahkan di sana.']),
    ("?", [], ['Petugas "?" tidak ada di tab Tim; periksa ejaannya atau tambahkan di sana.']),
    ("Rudi", [], ['Petugas "Rudi" ada lebih dari satu di tab Tim; tulis nama lengkapnya.']),
    ("Budi", [], ['Petugas "Budi" ada lebih dari satu di tab Tim; tulis nama lengkapnya.']),
    ("Nur Aini, M.Ali", [NUR], ['Petugas "M.Ali" tidak ada di tab Tim; periksa ejaannya atau tambahkan di sana.']),
    (7, [], ['Petugas "7" tidak ada di tab Tim; periksa ejaannya atau tambahkan di sana.']),
    (
        "a,b,c,d,a",
        [],
        [f'Petugas "{piece}" tidak ada di tab Tim; periksa ejaannya atau tambahkan di sana.' for piece in "abc"],
    ),
    (Broken("#REF!"), [], ["Petugas berisi kesalahan rumus (#REF!); perbaiki rumusnya atau ketik isinya."]),
]


@pytest.mark.parametrize(("cell", "names"), FOUND, ids=repr)
def test_people_are_found(cell: Cell, names: list[str]) -> None:
    assert BOOK.find(cell, "Petugas") == (names, [])


@pytest.mark.parametrize(("cell", "names", "messages"), UNCLEAR, ids=repr)
def test_what_is_not_clear_gets_its_sentence(cell: Cell, names: list[str], messages: list[str]) -> None:
    assert BOOK.find(cell, "Petugas") == (names, messages)


def test_a_name_as_it_stands_comes_before_what_it_may_stand_for() -> None:
    book = NameBook(["Rizki", "Moh. Rizki", "Siti & Tim", "Siti"])
    assert book.find("rizki", "x") == (["Rizki"], [])
    assert book.find("Moh. Rizki", "x") == (["Moh. Rizki"], [])
    assert book.find("siti & tim", "x") == (["Siti & Tim"], [])


def test_a_caller_may_change_what_it_was_given() -> None:
    BOOK.find("Dewi", "Petugas")[0].append("someone")
    assert BOOK.find("Dewi", "Petugas") == ([DEWI], [])


def test_the_header_stands_in_the_sentence() -> None:
    assert BOOK.find("Wati", "Petugas")[1] != BOOK.find("Wati", "Penanggung Jawab")[1]


@settings(deadline=None, database=None)
@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=5), min_size=1, max_size=6, unique=True))
def test_everybody_is_found_by_name_and_all_together(names: list[str]) -> None:
    book = NameBook(names)
    for name in names:
        assert book.find(f"Pak {name.upper()}", "x") == ([name], [])
    assert book.find(" & ".join(names), "x") == (names, [])


@settings(deadline=None, database=None)
@given(st.lists(st.text()), st.text())
def test_no_name_and_no_text_breaks_it(names: list[str], typed: str) -> None:
    found, messages = NameBook(names).find(typed, "Petugas")
    assert set(found) <= {name.strip() for name in names}
    assert all("\n" not in message and len(message) <= 200 for message in messages)
