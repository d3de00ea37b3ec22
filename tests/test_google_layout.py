"""``init`` mends what people broke, takes a tab of theirs as it is, and then has nothing left to do."""

import copy
from collections.abc import Callable

import pytest

from halokop_sheets.core.sheet.blueprint import make_blueprint
from halokop_sheets.core.sheet.layout import RETIRED, RULES, rule_formula
from halokop_sheets.core.sheet.schema import TABS, Owner
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.terms import Cols, Tabs
from tests.google_office import PAGES, evaluation, office, put, set_up, tick
from tests.google_server import GoogleServer, Sheet, Spreadsheet, people, workbook


@pytest.fixture(scope="module")
def running():
    with GoogleServer() as server:
        yield server, office(server, 3)[0]


@pytest.fixture
def place(running):
    server, settled = running
    id_ = server.new_copy(settled)
    server.calls.clear()
    yield server, id_, workbook(server, id_)
    assert server.problems == []


def settle(server: GoogleServer, book) -> list[str]:
    """One ``init``, and a second that must change nothing."""
    done = set_up(book)
    server.calls.clear()
    assert set_up(book) == []
    assert server.count("batchUpdate") == 0
    return done


def column(sheet: Sheet, header: str) -> int:
    return people.column_of(sheet, header, next(t.key for t in TABS.values() if header in t.by_header))


def _lose_lists(book: Spreadsheet) -> None:
    sheet = book.by_mark(Tabs.SCHEDULE)
    for row in range(3, 9):
        sheet.set_cell(row, 3, {})


def _plain_dates(book: Spreadsheet) -> None:
    sheet = book.by_mark(Tabs.SCHEDULE)
    sheet.set_cell(2, 0, {**sheet.cell(2, 0), "userEnteredFormat": {"numberFormat": {"type": "TEXT"}}})


def _fragments(book: Spreadsheet) -> None:
    sheet = book.by_mark(Tabs.STEPS)
    rule = sheet.rules[0]
    condition = rule["booleanRule"]["condition"]
    formula = condition["values"][0]["userEnteredValue"].replace("2", "5")
    piece = {**rule["booleanRule"], "condition": {**condition, "values": [{"userEnteredValue": formula}]}}
    sheet.rules.append({"ranges": [{**rule["ranges"][0], "startRowIndex": 4, "endRowIndex": 5}], "booleanRule": piece})


def _rule_of_before(book: Spreadsheet) -> None:
    """A highlight as we once made it, still standing first."""
    sheet, old = book.by_mark(Tabs.STEPS), RETIRED[Tabs.STEPS][0]
    formula = rule_formula(old, {Cols.DONE: "A", Cols.STATUS: "D"}, 2)
    rule = copy.deepcopy(sheet.rules[0])
    rule["booleanRule"]["condition"]["values"] = [{"userEnteredValue": formula}]
    sheet.rules.insert(0, rule)


def _unhide(book: Spreadsheet) -> None:
    book.by_mark(Tabs.HISTORY).hidden = False
    book.by_mark(Tabs.SCHEDULE).column_meta.clear()


BREAKAGES: dict[str, Callable[[Spreadsheet], None]] = {
    "lists": _lose_lists,
    "formats": _plain_dates,
    "fragments": _fragments,
    "rule of before": _rule_of_before,
    "rules": lambda book: book.by_mark(Tabs.STEPS).rules.clear(),
    "protection": lambda book: book.by_mark(Tabs.STEPS).protected.pop(),
    "panes": lambda book: book.by_mark(Tabs.STEPS).grid.clear(),
    "hidden": _unhide,
    "locale": lambda book: setattr(book, "locale", "en_US"),
    "zone": lambda book: setattr(book, "timezone", "Etc/GMT"),
    "recalculation": lambda book: setattr(book, "recalculation", "ON_CHANGE"),
    "mark": lambda book: book.by_mark(Tabs.TEAM).metadata.clear(),
    "header renamed": lambda book: book.by_mark(Tabs.STEPS).put(1, 15, "Sandi"),
    "header cleared": lambda book: book.by_mark(Tabs.STEPS).put(1, 4, None),
    "tab": lambda book: book.sheets.remove(book.by_mark(Tabs.QUESTIONS)),
    "history": lambda book: book.sheets.remove(book.by_mark(Tabs.HISTORY)),
    "page": lambda book: book.sheets.remove(book.by_mark(Tabs.BOARD)),
    "page merges": lambda book: book.by_mark(Tabs.BOARD).merges.clear(),
    "page look": lambda book: book.by_mark(Tabs.BOARD).rows[1].__setitem__(0, {}),
    "page rules": lambda book: book.by_mark(Tabs.BOARD).rules.clear(),
    "page rows": lambda book: people.delete_rows(book.by_mark(Tabs.BOARD), 4, 4),
    "page protection": lambda book: book.by_mark(Tabs.BOARD).protected.clear(),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_what_people_broke_is_mended_once(place, name: str) -> None:
    server, id_, book = place
    server.edit(id_, BREAKAGES[name])
    assert settle(server, book)
    snapshot = recognise(book.read())
    assert all(table.usable for table in snapshot.tables.values())
    assert set(snapshot.tables) == set(TABS)
    sheet = server.books[id_].by_mark(Tabs.STEPS)
    assert len(sheet.rules) == len(RULES[Tabs.STEPS])
    assert sheet.get(1, 4) == Cols.STATUS
    if name == "header renamed":  # a word of theirs now: it stays, and our column is made anew at the right
        assert (sheet.get(1, 15), sheet.get(1, 17)) == ("Sandi", Cols.CODE)


def test_the_other_name_of_the_locale_is_left(place) -> None:
    server, id_, book = place
    server.edit(id_, lambda all_: setattr(all_, "locale", "id_ID"))
    assert set_up(book) == []


def test_an_office_that_moved_things_about_is_settled_too(place) -> None:
    server, id_, book = place

    def shuffle(all_: Spreadsheet) -> None:
        steps = all_.by_mark(Tabs.STEPS)
        people.move_column(steps, 4, 1)
        people.insert_columns(steps, 3, 1, (1, "Biaya"))
        people.insert_rows(steps, 1, 2)
        steps.put(1, 1, "Daftar Langkah Dinas")
        all_.by_mark(Tabs.SCHEDULE).title = "Jadwal Tayang"
        all_.sheets.reverse()

    server.edit(id_, shuffle)
    settle(server, book)
    tick(book)
    steps = server.books[id_].by_mark(Tabs.STEPS)
    assert steps.get(1, 1) == "Daftar Langkah Dinas"
    assert recognise(book.read()).tables[Tabs.STEPS].usable


def test_a_copied_tab_loses_the_mark(place) -> None:
    server, id_, book = place

    def duplicate(all_: Spreadsheet) -> None:
        copy = all_.by_mark(Tabs.STEPS).copy()
        copy.id, copy.title = 99, "Salinan Langkah"
        copy.metadata = [{**copy.metadata[0], "metadataId": 12345}]
        all_.sheets.append(copy)

    server.edit(id_, duplicate)
    settle(server, book)
    marked = [s.title for s in server.books[id_].sheets if s.metadata]
    assert "Salinan Langkah" not in marked
    assert Tabs.STEPS in marked


def test_a_tab_of_the_office_is_taken_as_it_is(place) -> None:
    server, _, _ = place
    id_ = server.new_spreadsheet()
    own = {"Tanggal Tayang": 46355, "Topik": "Batik", "Anggaran": 1_500_000, "Narasumber": "Bu Sari"}

    def adopt(all_: Spreadsheet) -> None:
        sheet = Sheet(5, "Rencana Siaran", row_count=40, column_count=6)
        sheet.put(1, 1, "Rencana Siaran 2026")
        for at, (header, value) in enumerate(own.items(), start=1):
            sheet.put(3, at, header)
            sheet.put(4, at, value)
        sheet.column_meta[0] = {"pixelSize": 333}
        all_.sheets.append(sheet)

    server.edit(id_, adopt)
    book = workbook(server, id_)
    settle(server, book)
    sheet = server.books[id_].by_mark(Tabs.SCHEDULE)
    assert (sheet.id, sheet.title) == (5, "Rencana Siaran")
    assert sheet.column_meta[0] == {"pixelSize": 333}
    assert [sheet.get(3, n) for n in range(1, 5)] == list(own)
    assert [sheet.get(4, n) for n in range(1, 5)] == list(own.values())
    assert {sheet.get(3, n) for n in range(1, sheet.column_count + 1)} >= set(TABS[Tabs.SCHEDULE].by_header)
    tick(book)
    assert sheet is not server.books[id_].by_mark(Tabs.SCHEDULE)
    row = recognise(book.read()).tables[Tabs.SCHEDULE].rows[0]
    assert row.cells[Cols.CODE] == "J-1"
    assert row.cells[Cols.TOPIC] == "Batik"


def test_sistem_columns_warn_and_people_may_still_edit(place) -> None:
    server, id_, _ = place
    for name, tab in TABS.items():
        sheet = server.books[id_].by_mark(name)
        covered = {
            c
            for rule in sheet.protected
            for c in range(rule["range"]["startColumnIndex"], rule["range"]["endColumnIndex"])
        }
        assert all(rule["warningOnly"] for rule in sheet.protected)
        assert covered == {n for n, c in enumerate(tab.columns) if c.owner is Owner.SYSTEM}


def test_lists_warn_and_never_reject(place) -> None:
    server, id_, _ = place
    rules = [c["dataValidation"] for s in server.books[id_].sheets for r in s.rows for c in r if "dataValidation" in c]
    assert rules
    assert not any(rule["strict"] for rule in rules)


def test_an_open_evaluation_that_was_deleted_is_made_again(place) -> None:
    server, id_, book = place
    read = book.read()
    pages = [*PAGES, evaluation("2026-W48"), evaluation("2026-W49")]
    book.init(make_blueprint(read, pages, timezone="Asia/Jakarta"), read)
    titles = [s.title for s in server.books[id_].sheets]
    assert titles[3:5] == ["Evaluasi 2026-W49", "Evaluasi 2026-W48"]
    read = book.read()
    assert book.init(make_blueprint(read, pages, timezone="Asia/Jakarta"), read) == []


def test_a_missing_tab_is_read_around_and_new_rows_wait(place) -> None:
    server, id_, book = place
    server.edit(id_, lambda all_: all_.sheets.remove(all_.by_mark(Tabs.ACTIONS)))
    server.edit(id_, lambda all_: put(all_.by_mark(Tabs.QUESTIONS), Tabs.QUESTIONS, 9, {Cols.QUESTION: "Apa?"}))
    assert tick(book) == 1
    assert set_up(book)
    assert Tabs.ACTIONS in recognise(book.read()).tables
