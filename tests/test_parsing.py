"""Ticks, lists, roles and codes as people type them; and for every reader: no cell breaks it."""

from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from halokop_sheets.core.sheet.cells import fold, quoted
from halokop_sheets.core.sheet.values import Broken, Cell, Link
from halokop_sheets.core.terms import FEEDBACK_KINDS, FORMATS
from halokop_sheets.core.typed.parsing import (
    NameBook,
    Unreadable,
    count_note,
    parse_choice,
    parse_count,
    parse_date,
    parse_episode_code,
    parse_episode_status,
    parse_feedback_kind,
    parse_format,
    parse_moment,
    parse_platform,
    parse_roles,
    parse_theme,
    parse_tick,
    parse_time,
    text,
)

UNCALCULATED = Broken("=TRUE()", calculated=False)
TEXTS: list[tuple[Cell, str]] = [
    (None, ""),
    (" Dewi \n", "Dewi"),
    (1, "1"),
    (1.0, "1"),
    (2.5, "2,5"),
    (81200001103.0, "81200001103"),
    (10**5000, "#####"),
    (True, "TRUE"),
    (False, "FALSE"),
    (datetime(2026, 11, 29), "29/11/2026"),
    (datetime(2026, 11, 29, 7, 5), "29/11/2026 07.05"),
    (time(7), "07.00"),
    (Link("Evaluasi ", "x"), "Evaluasi"),
    (Broken("#REF!"), ""),
]
TICKS: list[tuple[Cell, bool | date | None]] = [
    *((cell, None) for cell in (None, "", "  ", "\u200b")),
    *(
        (cell, True)
        for cell in (True, 1, 1.0, "TRUE", "=TRUE()", "=true()", UNCALCULATED, "ya", "Ya ", "y", "x", "X", "v")
    ),
    *((cell, True) for cell in ("✓", "✔", "✔️", "√", "☑", "✅", "1", "selesai", "SELESAI", "sudah", "ok", "Aktif")),
    *((cell, False) for cell in (False, 0, 0.0, "FALSE", "=FALSE()", Broken("=FALSE()", calculated=False), "tidak")),
    *((cell, False) for cell in ("Belum", "-", "–", "n", "no", "0", "tidak aktif", "nonaktif")),
    *(
        (cell, date(2026, 11, 29))
        for cell in ("29/11/2026", "29 Nov 2026 10.30", 46355, 46355.5, datetime(2026, 11, 29, 8))
    ),
]
NO_TICKS: list[tuple[Cell, str]] = [
    ("mungkin", 'Selesai "mungkin" tidak dikenali; tulis ya, tidak, atau tanggal seperti 29/11/2026.'),
    ("29 Nov", 'Selesai "29 Nov" tidak dikenali; tulis ya'),
    (2, 'Selesai "2" tidak dikenali'),
    (float("nan"), 'Selesai "nan" tidak dikenali'),
    (time(7), 'Selesai "07.00" tidak dikenali'),
    (Broken("#REF!"), "Selesai berisi kesalahan rumus (#REF!); perbaiki rumusnya atau ketik isinya."),
    (Broken("=B2", calculated=False), "Selesai berisi rumus yang belum dihitung;"),
]


def shown(value: object) -> str:
    """The name of a case: the same in every process, so no address of a function in it."""
    return getattr(value, "__name__", "") or repr(value)


Reader = Callable[[Cell], str | Unreadable | None]
CHOICES: list[tuple[Reader, Cell, str | None]] = [
    *((parse_theme, cell, "UKM") for cell in ("UKM", "ukm", " Umkm", "UKM/UMKM")),
    *((parse_theme, cell, "Koperasi") for cell in ("Koperasi", "KOPERASI ")),
    *((parse_format, form, form) for form in FORMATS),
    *((parse_format, cell, "Postingan") for cell in ("postingan", "Post", "posting", "feed IG")),
    *((parse_format, cell, "Video") for cell in ("video", "VIDEO ", "reels", "Reels Instagram")),
    *((parse_format, cell, "Live") for cell in ("live", "Live IG", "live instagram", "siaran langsung")),
    *((parse_format, cell, "Postingan + Live") for cell in ("Postingan+Live", "post & live", "Live, Postingan")),
    *((parse_format, cell, "Postingan + Live") for cell in ("postingan dan live", "Postingan Live", "post / live")),
    *((parse_format, cell, "Video + Live") for cell in ("Video+Live", "video & live", "Live, Video", "reels dan live")),
    *((parse_episode_status, cell, "Aktif") for cell in ("Aktif", "aktif ")),
    *((parse_episode_status, cell, "Ditunda") for cell in ("Ditunda", "Tunda", "di tunda", "PENDING")),
    *((parse_episode_status, cell, "Dibatalkan") for cell in ("Dibatalkan", "batal", "BATAL ", "cancel")),
    *((parse_feedback_kind, kind.upper(), kind) for kind in FEEDBACK_KINDS),
    *(
        (parse_feedback_kind, cell, kind)
        for cell, kind in (("masukan", "Saran"), ("keluhan", "Kritik"), ("lain-lain", "Lainnya"))
    ),
    *((reader, cell, None) for reader in (parse_theme, parse_format, parse_episode_status) for cell in (None, "", " ")),
]
NO_CHOICES: list[tuple[Reader, Cell, str]] = [
    (parse_theme, "Pajak", 'Tema "Pajak" tidak dikenali; pilih UKM, Koperasi.'),
    (parse_theme, 3, 'Tema "3" tidak dikenali; pilih UKM, Koperasi.'),
    (
        parse_format,
        "Live?",
        'Bentuk "Live?" tidak dikenali; pilih Postingan, Video, Live, Postingan + Live, Video + Live.',
    ),
    (parse_format, "tanpa live", 'Bentuk "tanpa live" tidak dikenali;'),
    (parse_format, "post + video", 'Bentuk "post + video" tidak dikenali;'),
    (parse_format, "+", 'Bentuk "+" tidak dikenali;'),
    (parse_format, Broken("#N/A"), "Bentuk berisi kesalahan rumus (#N/A); perbaiki rumusnya atau ketik isinya."),
    (parse_episode_status, "entah", 'Status Episode "entah" tidak dikenali; pilih Aktif, Ditunda, Dibatalkan.'),
]
ROLES: list[tuple[Cell, tuple[str, ...], tuple[str, ...]]] = [
    (None, (), ()),
    ("", (), ()),
    ("Tim pelaksana", ("Tim pelaksana",), ()),
    ("pelaksana", ("Tim pelaksana",), ()),
    ("TIM", ("Tim pelaksana",), ()),
    ("Humas", ("Tim Humas",), ()),
    ("tim  humas ", ("Tim Humas",), ()),
    ("publikasi", ("Pubdisdok",), ()),
    ("Koord", ("Koordinator",), ()),
    ("Tim pelaksana (Pubdisdok)", ("Pubdisdok",), ()),
    ("Tim pelaksana; Pubdisdok", ("Tim pelaksana", "Pubdisdok"), ()),
    ("tim pelaksana, pubdisdok", ("Tim pelaksana", "Pubdisdok"), ()),
    ("Koordinator/Humas", ("Tim Humas", "Koordinator"), ()),
    ("Humas & Pubdisdok", ("Pubdisdok", "Tim Humas"), ()),
    ("Humas\nPelaksana", ("Tim pelaksana", "Tim Humas"), ()),
    ("humas dan publikasi", ("Pubdisdok", "Tim Humas"), ()),
    ("Humas, humas,", ("Tim Humas",), ()),
    ("Humas, bendahara ; Supir", ("Tim Humas",), ("bendahara", "Supir")),
    (7, (), ("7",)),
    (Broken("#REF!"), (), ("#REF!",)),
]
CODES: list[tuple[Cell, str | None]] = [
    ("2026-W48", "2026-W48"),
    (" 2026-w48 ", "2026-W48"),
    ("2026-w48-2", "2026-W48-2"),
    ("2026-W48-12", "2026-W48-12"),
    ("2026W48", "2026-W48"),
    ("2026 w8", "2026-W08"),
    ("2026-W53", "2026-W53"),
    *((cell, None) for cell in ("2025-W53", "2026-W00", "2026-W54", "2026-W48-1", "2026-W48-02", "2026-W48/05")),
    *(
        (cell, None)
        for cell in (None, "", "W48", 2026, "29/11/2026", "Ekspor perdana UKM", "1999-W01", Broken("#REF!"))
    ),
]


@pytest.mark.parametrize(("cell", "expected"), TEXTS, ids=lambda value: repr(value)[:30] if value != 10**5000 else "")
def test_text_is_what_people_see(cell: Cell, expected: str) -> None:
    assert text(cell) == expected


@pytest.mark.parametrize(("cell", "expected"), TICKS, ids=repr)
def test_ticks_are_understood(cell: Cell, expected: bool | date | None) -> None:
    found = parse_tick(cell)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(("cell", "message"), NO_TICKS, ids=repr)
def test_what_is_no_tick_gets_its_sentence(cell: Cell, message: str) -> None:
    found = parse_tick(cell)
    assert isinstance(found, Unreadable)
    assert found.message.startswith(message)


@pytest.mark.parametrize(("reader", "cell", "expected"), CHOICES, ids=shown)
def test_words_of_lists_are_understood(reader: Reader, cell: Cell, expected: str | None) -> None:
    assert reader(cell) == expected


@pytest.mark.parametrize(("reader", "cell", "message"), NO_CHOICES, ids=shown)
def test_what_is_in_no_list_gets_its_sentence(reader: Reader, cell: Cell, message: str) -> None:
    found = reader(cell)
    assert isinstance(found, Unreadable)
    assert found.message.startswith(message)


def test_platforms_are_the_settings_own() -> None:
    assert parse_platform("ig", ["Instagram", "TikTok"]) == "Instagram"
    assert parse_platform("tik tok", ["Instagram", "TikTok"]) == "TikTok"
    assert parse_platform("youtube", ["YouTube"]) == "YouTube"
    found = parse_platform("ig", ["TikTok"])
    assert isinstance(found, Unreadable)
    assert found.message == 'Platform "ig" tidak dikenali; pilih TikTok.'


@pytest.mark.parametrize(("cell", "known", "unknown"), ROLES, ids=repr)
def test_roles_are_understood(cell: Cell, known: tuple[str, ...], unknown: tuple[str, ...]) -> None:
    assert parse_roles(cell) == (known, unknown)


@pytest.mark.parametrize(("cell", "expected"), CODES, ids=repr)
def test_episode_codes_are_understood(cell: Cell, expected: str | None) -> None:
    assert parse_episode_code(cell) == expected


@settings(deadline=None, database=None)
@given(st.dates(date(2000, 1, 10), date(2100, 12, 31)))
def test_the_code_of_every_week_there_is(day: date) -> None:
    year, week, _ = day.isocalendar()
    assert parse_episode_code(f"{year}-W{week:02}") == f"{year}-W{week:02}"


# --- no cell breaks a reader ----------------------------------------------------------------------------------------

BOOK = NameBook(["Dewi", "Rudi Hartono", "Rudi Salam"])
READERS: dict[str, Callable[[Cell], object]] = {
    "date": lambda cell: parse_date(cell, "Tanggal Tayang"),
    "moment": lambda cell: parse_moment(cell, "Selesai Pada"),
    "time": lambda cell: parse_time(cell, "Jam Pengingat"),
    "count": lambda cell: parse_count(cell, "Viewers Video"),
    "choice": lambda cell: parse_choice(cell, {str(n): f"word {n} of a long list" for n in range(99)}, "Bentuk"),
    "platform": lambda cell: parse_platform(cell, ["Instagram", "TikTok"]),
    "tick": parse_tick,
    "theme": parse_theme,
    "format": parse_format,
    "status": parse_episode_status,
    "kind": parse_feedback_kind,
}
pieces = st.sampled_from(
    [
        "29",
        "11",
        "2026",
        "2026-W48",
        "/",
        "-",
        ".",
        ",",
        ":",
        ";",
        "&",
        "+",
        "dan",
        "Minggu",
        "Nov",
        "rb",
        "jt",
        "K",
        "M",
        "pukul",
        "10.30",
        "pm",
        "views",
        "live",
        "post",
        "Dewi",
        "Rudi",
        "S.E.",
        "±",
        "=",
        "✔️",
        "\n",
    ]
)
typed = st.text() | st.lists(pieces, max_size=8).map("".join) | st.lists(pieces, max_size=8).map(" ".join)
cells: st.SearchStrategy[Cell] = (
    typed
    | st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10_000, 90_000)
    | st.floats()
    | st.floats(0, 90_000)
    | st.datetimes()
    | st.times()
    | st.builds(Broken, typed, st.booleans())
    | st.builds(Link, typed, st.text())
)
HOSTILE: list[Cell] = [
    "x" * 5000,
    "9" * 5000,
    "1." * 2500,
    "Dewi," * 1000,
    "\n" * 5000 + "x",
    '=HYPERLINK("http://x";"y")',
    "+62 812 0000 1102",
    "@humas\ntolong\tcek",
    "🎉👩‍👩‍👧‍👦" * 50,
    "\u202e2026/11/92 \u2067مرحبا\u2069",
    "\x00\x07\x1b[31m\x7f",
    "\ud800",
    "#REF!",
    "²/³/⑳",
    10**5000,
    -(10**5000),
    float("inf"),
    float("nan"),
    1e308,
    -0.0,
    datetime.min,
    datetime.max,
    Broken("=" + "A" * 5000 + "\n"),
]


def hostile(test: Callable[..., None]) -> Callable[..., None]:
    for cell in HOSTILE:
        test = example(cell=cell)(test)
    return test


def check_sentence(message: str) -> None:
    assert message == " ".join(message.split())
    assert message.isprintable()
    assert len(message) <= 200
    assert message[-1] in ".…"


@pytest.mark.parametrize("name", READERS)
@settings(deadline=None, database=None)
@hostile
@given(cell=cells)
def test_no_cell_breaks_a_reader(name: str, cell: Cell) -> None:
    found = READERS[name](cell)
    if isinstance(found, Unreadable):
        check_sentence(found.message)
    if isinstance(cell, Broken) and cell.calculated and name != "tick":
        assert isinstance(found, Unreadable)


@settings(deadline=None, database=None)
@hostile
@given(cell=cells)
def test_no_cell_breaks_the_readers_of_several_things(cell: Cell) -> None:
    people, messages = BOOK.find(cell, "Petugas")
    assert set(people) <= {"Dewi", "Rudi Hartono", "Rudi Salam"}
    for message in [*messages, *filter(None, [count_note(cell)])]:
        check_sentence(message)
    known, _ = parse_roles(cell)
    assert len(set(known)) == len(known) <= 4
    code = parse_episode_code(cell)
    assert code is None or parse_episode_code(code) == code
    assert isinstance(text(cell), str)


@settings(deadline=None, database=None)
@given(st.text())
def test_text_that_compares_alike_stays_alike(typed: str) -> None:
    assert fold(fold(typed)) == fold(typed)
    assert fold(f"  {typed}\u200b\u00a0") == fold(typed)


def test_a_quote_is_short_and_shows_what_can_be_seen() -> None:
    assert quoted("a\n\tb\u202ec \x00 d") == '"a bc d"'
    assert quoted("x" * 5000) == f'"{"x" * 39}…"'
