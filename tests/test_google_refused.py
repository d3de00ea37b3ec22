"""One tab that takes no writes: the others are written, every mail goes out, and the tab and its remedy are named."""

import shutil
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from halokop_sheets.core.sheet.refused import without_tabs
from halokop_sheets.core.sheet.tables import recognise
from halokop_sheets.core.sheet.values import AddRow, Change, SetCell
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.demo import make
from halokop_sheets.resources import folder
from halokop_sheets.settings import Settings, load_settings
from halokop_sheets.tick import App, tick
from halokop_sheets.workbooks.google.refusals import PAUSE
from tests.google_office import put, serial
from tests.google_server import Clock, Fault, GoogleServer, Spreadsheet, workbook
from tests.test_google_demo import furnish, house_of


class Office:
    """The demo's office on the stand-in as it was yesterday: today there is much to write and to mail."""

    def __init__(self, server: GoogleServer, id_: str, settings: Settings, home: Path, stack: ExitStack) -> None:
        self.clock, self.server, self.id = Clock(), server, id_
        self.now = datetime(2026, 11, 27, 8, 0, tzinfo=settings.zone)
        self.app: App = house_of(settings, workbook(server, id_, self.clock), home / "house", stack)

    def protect(self, *names: str) -> None:
        def lock(book: Spreadsheet) -> None:
            for name in names:
                sheet = book.by_mark(name)
                sheet.protected.append({"range": {"sheetId": sheet.id}, "protectedRangeId": book.fresh_id()})

        self.server.edit(self.id, lock)

    def tick(self, **later: int) -> Any:
        self.clock.now += timedelta(**later).total_seconds()
        return tick(self.app, self.now + timedelta(**later))

    def cells(self, name: str) -> Any:
        return self.server.books[self.id].by_mark(name).values()


Lived = tuple[GoogleServer, str, Settings, set[tuple[str, str]]]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: Any) -> Any:
    """The office on a server, and the mails of today where nothing is refused."""
    home = tmp_path_factory.mktemp("demo")
    shutil.copyfile(folder("config") / "halokop.toml", home / "halokop.toml")
    settings = load_settings(home / "halokop.toml")
    then = datetime(2026, 11, 26, 8, 0, tzinfo=settings.zone)
    with ExitStack() as stack:
        server = stack.enter_context(GoogleServer())
        id_ = server.new_spreadsheet("demo")
        (home / "made").mkdir()
        first = Office(server, id_, settings, home / "made", stack)
        furnish(first.app, then)
        first.app.workbook.write(make._everything(make._live(settings, then)), recognise(first.app.workbook.read()))
        special = {Cols.PUBLISH: serial(datetime(2026, 12, 16)), Cols.TOPIC: "Edisi khusus"}  # a row that needs a Kode
        server.edit(id_, lambda book: put(book.by_mark(Tabs.SCHEDULE), Tabs.SCHEDULE, 60, special))
        (home / "calm").mkdir()
        calm = Office(server, server.new_copy(id_), settings, home / "calm", stack)
        yield server, id_, settings, {(mail.kind, mail.recipient) for mail in calm.tick().plan.mails}


@pytest.fixture
def office(lived: Lived, tmp_path: Path) -> Any:
    server, id_, settings, _ = lived
    with ExitStack() as stack:
        yield Office(server, server.new_copy(id_), settings, tmp_path, stack)
        assert server.problems == []


@pytest.mark.parametrize(
    "names",
    [(Tabs.SCHEDULE,), (Tabs.STEPS, Tabs.BOARD), (Tabs.HISTORY,), (Tabs.SCHEDULE, Tabs.TEAM, Tabs.READINGS)],
    ids=lambda names: "+".join(names),
)
def test_a_protected_tab_stops_no_mail_and_no_other_tab(lived: Lived, office: Office, names: Any) -> None:
    wanted = lived[3]
    before = {name: office.cells(name) for name in names}
    office.protect(*names)
    result = office.tick()
    assert {(mail.kind, mail.recipient) for mail in result.plan.mails} == wanted
    assert result.outcome.sent == len(wanted) > 0
    assert not result.trouble
    assert result.written > 5
    again = office.tick(minutes=5)
    assert not again.trouble
    named = {name for name in names if any(name in line and "izin mengedit" in line for line in again.left_out)}
    assert named >= {name for name in names if name != Tabs.TEAM}  # nothing was to be written to Tim
    assert {name: office.cells(name) for name in names} == before
    special = [row for row in office.cells(Tabs.STEPS) if "2026-W51-2" in str(row)]
    assert bool(special) == (not {Tabs.SCHEDULE, Tabs.STEPS} & set(names)), "steps wait for the Kode of their episode"
    if Tabs.BOARD not in names:
        strip = str(office.cells(Tabs.BOARD)[:12])
        assert all(name in strip for name in named)
    office.server.calls.clear()
    assert not office.tick(minutes=10).written
    assert len(office.server.calls) == 1, "a tab that is left out costs no request a tick"


def test_an_hour_later_it_is_tried_again_and_catches_up(office: Office) -> None:
    office.protect(Tabs.STEPS)
    office.tick()
    steps = len(office.cells(Tabs.STEPS))
    office.server.edit(office.id, lambda book: book.by_mark(Tabs.STEPS).protected.clear())
    assert len(office.cells(Tabs.STEPS)) == steps
    office.tick(minutes=30)
    assert len(office.cells(Tabs.STEPS)) == steps
    assert office.tick(seconds=int(PAUSE) + 60).written
    assert not office.tick(seconds=int(PAUSE) + 120).left_out


def test_what_was_sent_while_the_history_was_closed_is_listed_afterwards_and_not_sent_twice(office: Office) -> None:
    office.protect(Tabs.HISTORY)
    sent = office.tick().outcome.sent
    assert sent > 0
    office.server.edit(office.id, lambda book: book.by_mark(Tabs.HISTORY).protected.clear())
    later = office.tick(seconds=int(PAUSE) + 60)
    assert later.outcome.sent == len(later.plan.mails)
    listed = [row for row in office.cells(Tabs.HISTORY)[1:] if row[5] == "Terkirim"]
    assert len(listed) >= sent


def test_a_refusal_that_names_no_request_of_a_tab_is_trouble_and_said(office: Office) -> None:
    office.app.workbook._client.post = refuse(office.app.workbook._client.post)  # type: ignore[attr-defined]
    result = office.tick()
    assert "limit of 10000000 cells" in str(result.trouble[0])


def refuse(real: Any) -> Any:
    from halokop_sheets.workbooks.google.client import RefusedError

    def post(path: str, body: Any, *, fields: str) -> Any:
        if path == ":batchUpdate":
            raise RefusedError("This action would increase the number of cells above the limit of 10000000 cells.")
        return real(path, body, fields=fields)

    return post


def test_a_row_that_rests_on_a_kode_that_was_not_written_waits_with_it() -> None:
    code = SetCell(Tabs.SCHEDULE, 5, 16, Cols.CODE, "2026-W48", None, "2026-W48")
    step = AddRow(Tabs.STEPS, "2026-W48/05", ((Cols.CODE, "2026-W48/05"),))
    other = AddRow(Tabs.STEPS, "2026-W47/05", ((Cols.CODE, "2026-W47/05"),))
    question = SetCell(Tabs.QUESTIONS, 3, 2, Cols.EPISODE, "7", None, "2026-W48")
    mail = AddRow(Tabs.HISTORY, "digest dewi@example.go.id 2026-11-24", ())
    topic = SetCell(Tabs.BOARD, 3, 2, "", "", None, "2026-W48")
    every: list[Change] = [code, step, other, question, mail, topic]
    assert without_tabs(every, {Tabs.SCHEDULE}) == (other, mail, topic)
    assert without_tabs(every, {Tabs.STEPS}) == (code, question, mail, topic)
    assert without_tabs(every, ()) == tuple(every)
    assert without_tabs([replace(code, new=None)], {Tabs.STEPS}) == (replace(code, new=None),)


def test_init_leaves_out_what_is_refused_and_says_so(office: Office) -> None:
    def unfreeze(book: Spreadsheet) -> None:
        for name in (Tabs.STEPS, Tabs.QUESTIONS):
            book.by_mark(name).grid.clear()

    office.server.edit(office.id, unfreeze)
    office.protect(Tabs.STEPS)
    done = furnish(office.app, office.now)
    assert [line for line in done if line.startswith("NOT Langkah") and "protected" in line]
    assert [line for line in done if line.startswith("Tanya Jawab")]


def test_google_is_left_alone_as_long_as_it_asks(office: Office) -> None:
    """``Retry-After`` on a 429: short ones are waited for, a long one ends the tick, and the next ones keep to it."""
    office.server.faults.append(Fault("429", wait="5"))
    assert not office.tick().trouble
    assert max(office.clock.slept) >= 5
    office.server.faults.append(Fault("429", wait="300"))
    office.server.calls.clear()
    assert office.tick(minutes=5).trouble
    assert office.tick(minutes=2).trouble
    assert len(office.server.calls) == 1
    assert not office.tick(minutes=6).trouble
