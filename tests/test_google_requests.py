"""Counted at the socket: one read, one write, whatever the size; ``init`` small and settled; no unknown field."""

from datetime import datetime, timedelta

import pytest

from halokop_sheets.core.sheet.schema import TABS
from halokop_sheets.core.sheet.tables import evaluation_mark, recognise
from halokop_sheets.core.sheet.values import AddPage, AddRow, ClosePage, Link, SetCell
from halokop_sheets.core.terms import Cols, MailStatus, Tabs
from halokop_sheets.errors import Conflict
from halokop_sheets.workbooks.google import fence
from tests.google_office import add_page, evaluation, office, plan, put, set_up, tick
from tests.google_server import Clock, GoogleServer, Sheet, people, workbook
from tests.google_server.state import typed


@pytest.fixture
def server():
    with GoogleServer() as running:
        yield running
        assert running.problems == []


def mail_row(key: str, moment: datetime = datetime(2026, 11, 26, 7)) -> AddRow:
    values = ((Cols.TIME, moment), (Cols.SUBJECT, "=1+1"), (Cols.STATUS, MailStatus.PREPARED), (Cols.KEY, key))
    return AddRow(Tabs.HISTORY, key, values, top=True)


def test_an_empty_spreadsheet_is_made_with_three_requests_and_a_second_init_writes_nothing(server) -> None:
    book = workbook(server, server.new_spreadsheet())
    done = set_up(book)
    assert len(done) == 13
    assert (len(server.calls), server.count("batchUpdate")) == (3, 1)
    server.calls.clear()
    assert set_up(book) == []
    assert server.count("batchUpdate") == 0


@pytest.mark.parametrize("episodes", [4, 52])
def test_a_tick_is_one_request_unchanged_and_two_changed(server, episodes: int) -> None:
    id_, book = office(server, episodes)
    assert tick(book) == 0
    assert len(server.calls) == 1
    server.calls.clear()
    server.edit(id_, lambda sheet: put(sheet.by_mark(Tabs.QUESTIONS), Tabs.QUESTIONS, 99, {Cols.QUESTION: "Baru?"}))
    assert tick(book) == 1
    assert len(server.calls) == 2


def test_a_cold_start_is_one_request_too(server) -> None:
    id_, _ = office(server)
    workbook(server, id_).read()
    assert len(server.calls) == 1


def test_the_history_is_read_to_its_newest_thousand_rows(server) -> None:
    id_, book = office(server)

    def fill(sheet: Sheet) -> None:
        sheet.row_count = 3000
        for row in range(2, 2500):
            sheet.put(row, 8, f"kunci {row}")

    server.edit(id_, lambda all_: fill(all_.by_mark(Tabs.HISTORY)))
    rows = recognise(book.read()).tables[Tabs.HISTORY].rows
    assert len(rows) == 1009
    assert rows[0].cells[Cols.KEY] == "kunci 2"


def test_mail_rows_stand_on_top_newest_first_and_literal(server) -> None:
    id_, book = office(server)
    snapshot = recognise(book.read())
    book.write([mail_row("satu"), mail_row("dua")], snapshot)
    snapshot = recognise(book.read())
    book.write([mail_row("tiga")], snapshot)
    table = recognise(book.read()).tables[Tabs.HISTORY]
    assert [row.cells[Cols.KEY] for row in table.rows] == ["tiga", "dua", "satu"]
    assert table.rows[0].cells[Cols.SUBJECT] == "=1+1"
    cell = server.books[id_].by_mark(Tabs.HISTORY).cell(1, 0)
    assert cell["userEnteredFormat"]["numberFormat"]["type"] == "DATE_TIME"
    server.calls.clear()
    row = table.rows[2]
    book.write(
        [mail_row("empat"), SetCell(Tabs.HISTORY, row.number, 6, Cols.STATUS, "satu", None, MailStatus.SENT)],
        recognise(book.read()),
    )
    assert not book.misplaced
    rows = recognise(book.read()).tables[Tabs.HISTORY].rows
    assert {r.cells[Cols.KEY]: r.cells[Cols.STATUS] for r in rows}["satu"] == MailStatus.SENT


def test_an_evaluation_tab_is_a_batch_of_its_own_with_its_record_and_charts(server) -> None:
    id_, book = office(server)
    snapshot = recognise(book.read())
    first = [add_page("2026-W47"), AddRow(Tabs.MEETINGS, "2026-W47", ((Cols.CODE, "2026-W47"),)), mail_row("u")]
    server.calls.clear()
    book.write(first, snapshot)
    assert server.count("batchUpdate") == 2
    snapshot = recognise(book.read())
    assert [r.cells[Cols.CODE] for r in snapshot.tables[Tabs.MEETINGS].rows] == ["2026-W47"]
    page = snapshot.pages[evaluation_mark("2026-W47")]
    assert page.id == "2026470001"
    assert page.cells[2, 2] == "isi"
    book.write([add_page("2026-W48", hide=(evaluation_mark("2026-W47"),))], snapshot)
    sheets = server.books[id_].sheets
    titles = [s.title for s in sheets]
    assert titles.index("Jadwal") + 1 == titles.index("Evaluasi 2026-W48") == titles.index("Evaluasi 2026-W47") - 1
    assert [s.hidden for s in sheets if s.title.startswith("Evaluasi")] == [False, True]
    chart = sheets[titles.index("Evaluasi 2026-W48")].charts[0]["spec"]["basicChart"]
    assert (chart["chartType"], chart["headerCount"]) == ("LINE", 1)
    book.write([ClosePage(evaluation_mark("2026-W47"))], recognise(book.read()))
    assert set(recognise(book.read()).pages) == {Tabs.BOARD, Tabs.GUIDE, evaluation_mark("2026-W48")}


def test_a_page_made_closed_bears_no_mark(server) -> None:
    _, book = office(server)
    book.write([add_page("2026-W40"), ClosePage(evaluation_mark("2026-W40"))], recognise(book.read()))
    assert evaluation_mark("2026-W40") not in recognise(book.read()).pages


def test_a_closed_evaluation_is_hidden_and_a_deleted_one_is_gone_around(server) -> None:
    id_, book = office(server)
    book.write([add_page("2026-W46")], recognise(book.read()))
    book.write([ClosePage(evaluation_mark("2026-W46"))], recognise(book.read()))
    book.write([add_page("2026-W48", hide=(evaluation_mark("2026-W46"),))], recognise(book.read()))
    assert server.books[id_].by_id(2026460001).hidden
    book.write([add_page("2026-W49", hide=(evaluation_mark("2026-W40"),))], recognise(book.read()))
    assert evaluation_mark("2026-W49") in recognise(book.read()).pages


def test_a_kode_that_people_deleted_and_a_later_week_took_again_gets_a_tab_of_its_own(server) -> None:
    id_, book = office(server)
    mark = evaluation_mark("2026-W48")
    book.write([add_page("2026-W48"), ClosePage(mark)], recognise(book.read()))
    link = Link("Evaluasi 2026-W48 lagi", mark)
    record = AddRow(Tabs.MEETINGS, "2026-W48", ((Cols.EVALUATION, link), (Cols.CODE, "2026-W48")))
    book.write([AddPage(evaluation("2026-W48", link.text)), record], recognise(book.read()))
    assert recognise(book.read()).pages[mark].id == "2026481001"
    meetings = server.books[id_].by_mark(Tabs.MEETINGS)
    column = people.column_of(meetings, Cols.EVALUATION, TABS[Tabs.MEETINGS].key)
    assert "#gid=2026481001" in str(meetings.cell(1, column - 1))


def test_a_refused_page_stops_nothing_else_and_is_told(server) -> None:
    _, book = office(server)
    bad = evaluation("2026-W48", "x" * 200)
    record = AddRow(Tabs.MEETINGS, "2026-W48", ((Cols.CODE, "2026-W48"),))
    book.write([AddPage(bad), record, mail_row("satu")], recognise(book.read()))
    read = book.read()
    assert [r.cells[Cols.KEY] for r in recognise(read).tables[Tabs.HISTORY].rows] == ["satu"]
    assert recognise(read).tables[Tabs.MEETINGS].rows == ()
    assert "belum dapat dibuat" in read.notes[0]


def test_a_title_that_is_taken_and_a_hiding_that_is_refused_are_gone_around(server) -> None:
    id_, book = office(server)
    book.write([add_page("2026-W47")], recognise(book.read()))
    server.edit(id_, lambda all_: all_.sheets.append(Sheet(77, "Evaluasi 2026-W48")))
    snapshot = recognise(book.read())
    gone = evaluation_mark("2026-W47")
    server.before_batch.append(lambda all_: all_.sheets.remove(all_.by_mark(gone)))
    book.write([add_page("2026-W48", hide=(gone,))], snapshot)
    assert recognise(book.read()).pages[evaluation_mark("2026-W48")].title == "Evaluasi 2026-W48 (2026-W48)"


def test_links_lead_to_tabs_and_rows(server) -> None:
    id_, book = office(server)
    assert book.link("17") == f"https://docs.google.com/spreadsheets/d/{id_}/edit#gid=17"
    assert book.link("17", 12) == f"https://docs.google.com/spreadsheets/d/{id_}/edit#gid=17&range=A12"
    assert book.link("Evaluasi 2026-W48").endswith("#gid=2026480001")  # also before the tab is made
    sheet = server.books[id_].by_mark(Tabs.SCHEDULE)
    cell = sheet.cell(1, people.column_of(sheet, Cols.EVALUATION, Cols.PUBLISH) - 1)
    assert cell["textFormatRuns"] == [{"format": {"link": {"uri": "#gid=2026480001"}}}]


def test_what_was_typed_comes_as_it_is(server) -> None:
    id_, book = office(server)
    values = ["=HYPERLINK(1)", "+62812", "0812345", "1.000", "'kutip", "@x", "TRUE", 1.5, True, False, 0]

    def type_them(all_) -> None:
        for at, value in enumerate(values, start=1):
            all_.by_mark(Tabs.QUESTIONS).put(20, at, value)
        all_.by_mark(Tabs.QUESTIONS).set_cell(20, 0, {"effectiveValue": {"errorValue": {"type": "REF"}}})

    server.edit(id_, type_them)
    raw = next(t for t in book.read().tabs if t.mark == Tabs.QUESTIONS)
    assert list(raw.rows[19][:11]) == values
    assert [type(v) for v in raw.rows[19][:11]] == [type(v) for v in values]
    assert raw.rows[20][0].text == "#REF"


def test_a_snapshot_is_written_once_and_only_while_it_is_fresh(server) -> None:
    clock = Clock()
    _, book = office(server, clock=clock)
    snapshot = recognise(book.read())
    clock.now += 121
    with pytest.raises(Conflict, match="older than 120"):
        book.write([mail_row("satu")], snapshot)
    snapshot = recognise(book.read())
    book.write([mail_row("satu")], snapshot)
    with pytest.raises(Conflict):
        book.write([mail_row("dua")], snapshot)


def test_old_fences_are_swept_and_the_window_stays(server, monkeypatch) -> None:
    monkeypatch.setattr(fence, "WINDOW", 8)
    id_, book = office(server)
    for n in range(12):
        book.write([mail_row(f"m{n}")], recognise(book.read()))
    assert len([m for m in server.books[id_].metadata if m["metadataKey"] == "halokop.fence"]) == 8


def test_rows_deleted_from_a_page_do_not_stop_the_tick(server) -> None:
    id_, book = office(server)
    server.edit(id_, lambda all_: people.delete_rows(all_.by_mark(Tabs.BOARD), 3, 5))
    book.write([SetCell(Tabs.BOARD, 6, 2, "", "", None, "kembali")], recognise(book.read()))
    assert recognise(book.read()).pages[Tabs.BOARD].cells[6, 2] == "kembali"


def test_a_tab_renamed_or_deleted_in_between_is_a_conflict(server) -> None:
    _, book = office(server)
    change = [SetCell(Tabs.QUESTIONS, 2, 8, Cols.STATUS, "T-1", None, "x")]
    snapshot = recognise(book.read())
    server.before_batch.append(lambda all_: setattr(all_.by_mark(Tabs.QUESTIONS), "title", "Pertanyaan Warga"))
    with pytest.raises(Conflict):
        book.write(change, snapshot)
    snapshot = recognise(book.read())
    server.before_batch.append(lambda all_: all_.sheets.remove(all_.by_mark(Tabs.QUESTIONS)))
    with pytest.raises(Conflict):
        book.write(change, snapshot)
    server.calls.clear()
    assert Tabs.QUESTIONS not in recognise(book.read()).tables
    assert len(server.calls) == 2


def test_appended_rows_bring_their_look_and_tick_box_along(server) -> None:
    id_, _ = office(server)
    steps = server.books[id_].by_mark(Tabs.STEPS)
    assert steps.cell(1, 0)["dataValidation"]["condition"]["type"] == "BOOLEAN"
    assert steps.cell(1, 2)["userEnteredFormat"]["numberFormat"]["type"] == "DATE_TIME"  # it is due at an hour
    assert steps.cell(1, 4)["dataValidation"]["condition"]["values"][0]["userEnteredValue"] == "='Tim'!$A$2:$A"
    assert steps.last_row() == 9


def test_own_columns_among_ours_keep_their_look_when_rows_are_appended(server) -> None:
    id_, book = office(server)

    def insert(all_) -> None:
        steps = all_.by_mark(Tabs.STEPS)
        people.insert_columns(steps, 3, 1, (1, "Biaya"))
        for row in range(1, steps.row_count):
            steps.set_cell(row, 2, {"userEnteredFormat": {"numberFormat": {"type": "CURRENCY"}}})

    server.edit(id_, insert)
    server.edit(id_, lambda all_: put(all_.by_mark(Tabs.SCHEDULE), Tabs.SCHEDULE, 30, {Cols.TOPIC: "Topik 30"}))
    tick(book)
    tick(book)
    steps = server.books[id_].by_mark(Tabs.STEPS)
    assert plan(recognise(book.read())) == []
    assert steps.get(11, 16) == "J-5/2-1"
    assert steps.get(11, 3) is None


def test_dates_come_back_as_written(server) -> None:
    _, book = office(server)
    moments = [datetime(2026, 1, 1) + timedelta(days=n * 37, minutes=n * 61) for n in range(10)]
    for moment in moments:
        book.write([mail_row("x", moment)], recognise(book.read()))
    rows = recognise(book.read()).tables[Tabs.HISTORY].rows
    assert [r.cells[Cols.TIME] for r in reversed(rows)] == moments


def test_the_server_refuses_what_google_would(server) -> None:
    assert typed("=1")["effectiveValue"] == {"stringValue": "=1"}
