"""Trouble on the way: at most six attempts and 60 s a call, nothing twice, recovery by the second tick, plain words."""

import json

import pytest
from google.oauth2 import service_account

from halokop_sheets.core.sheet.tables import evaluation_mark, recognise
from halokop_sheets.core.sheet.values import AddRow
from halokop_sheets.core.terms import Cols, Tabs
from halokop_sheets.errors import Conflict, TryAgainError, WorkbookError
from halokop_sheets.workbooks.google import client, load_credentials
from halokop_sheets.workbooks.google import sending as module
from tests.google_office import add_page, office, plan, put, tick
from tests.google_server import Clock, Fault, GoogleServer, Spreadsheet, workbook

PASSING = ["429", "500", "503", "500 html", "502 html", "503 html", "503 text", "429 text", "break", "hang", "garbage"]


@pytest.fixture(scope="module")
def running():
    with GoogleServer() as server:
        server.hang_seconds = 0.8
        yield server, office(server, 3)[0]


@pytest.fixture
def place(running, monkeypatch, request):
    """A server, a fresh copy of a settled office, a workbook on it, and its clock."""
    server, settled = running
    if "hang" in request.node.name:
        monkeypatch.setattr(client, "READ_TIMEOUT", 0.5)
    server.faults.clear()
    server.denied = ""
    server.calls.clear()
    clock = Clock()
    id_ = server.new_copy(settled)
    yield server, id_, workbook(server, id_, clock), clock
    assert server.problems == []


def ask(book: Spreadsheet) -> None:
    """Somebody asks a question and adds an episode: the tick has a row to name and rows to append."""
    put(book.by_mark(Tabs.QUESTIONS), Tabs.QUESTIONS, 30, {Cols.QUESTION: "Bagaimana?"})
    put(book.by_mark(Tabs.SCHEDULE), Tabs.SCHEDULE, 30, {Cols.TOPIC: "Topik 30"})


def in_order(server: GoogleServer, id_: str) -> None:
    """Nothing is there twice, nothing is left to do."""
    book = workbook(server, id_)
    snapshot = recognise(book.read())
    assert plan(snapshot) == []
    assert len(snapshot.tables[Tabs.STEPS].rows) == 2 * len(snapshot.tables[Tabs.SCHEDULE].rows)
    for tab in (Tabs.STEPS, Tabs.QUESTIONS, Tabs.HISTORY, Tabs.MEETINGS):
        codes = [row.cells.get(Cols.CODE) or row.cells.get(Cols.KEY) for row in snapshot.tables[tab].rows]
        assert len(codes) == len(set(codes))


@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("on", ["getByDataFilter", "batchUpdate"])
def test_one_failure_is_gone_around_in_the_same_tick(place, kind: str, after: bool, on: str) -> None:
    server, id_, book, clock = place
    server.edit(id_, ask)
    server.faults.append(Fault(kind, after, on))
    tick(book)
    tick(book)
    assert not [fault for fault in server.faults if fault.on == on]
    assert sum(clock.slept) < 60
    in_order(server, id_)


@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_lasting_trouble_ends_after_six_attempts_and_the_second_tick_recovers(place, kind: str, after: bool) -> None:
    server, id_, book, clock = place
    server.edit(id_, ask)
    server.faults += [Fault(kind, after, "batchUpdate")] * 6 + [Fault(kind, False, "developerMetadata")] * 6
    started = clock.now
    if after:
        # the first attempt was applied, so the second is refused, and whose it was cannot be asked
        server.faults[1:6] = []
    with pytest.raises(TryAgainError):
        tick(book)
    assert server.count("batchUpdate") <= 6
    assert server.count("developerMetadata/") <= 6
    assert clock.now - started < 120
    tick(book)
    tick(book)
    in_order(server, id_)


@pytest.mark.parametrize("kind", PASSING)
def test_a_read_that_never_succeeds_ends_in_sixty_seconds(place, kind: str) -> None:
    server, _, book, clock = place
    started = clock.now
    server.faults += [Fault(kind)] * 6
    with pytest.raises(TryAgainError) as caught:
        book.read()
    assert len(server.calls) == 6
    assert clock.now - started <= 60
    assert "next tick tries again" in str(caught.value)


def test_a_slow_network_ends_in_sixty_seconds_too(place) -> None:
    server, _, book, clock = place
    real = clock.sleep
    clock.sleep = lambda seconds: real(seconds + 20)
    book._client._sources = type(book._client._sources)(clock.sleep, lambda: clock.now, lambda: 0.5, lambda: "n")
    started = clock.now
    server.faults += [Fault("503")] * 20
    with pytest.raises(TryAgainError):
        book.read()
    assert clock.now - started <= 81
    assert len(server.calls) < 6


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_an_evaluation_tab_is_made_once(place, after: bool) -> None:
    server, id_, book, _ = place
    record = AddRow(Tabs.MEETINGS, "2026-W48", ((Cols.CODE, "2026-W48"),))
    server.faults += [Fault("503 html", after, "batchUpdate"), Fault("break", after, "batchUpdate")]
    book.write([add_page("2026-W48"), record], recognise(book.read()))
    snapshot = recognise(book.read())
    assert evaluation_mark("2026-W48") in snapshot.pages
    assert len(snapshot.tables[Tabs.MEETINGS].rows) == 1
    in_order(server, id_)


def test_a_rival_who_wrote_first_is_a_conflict_also_after_a_timeout(place) -> None:
    server, id_, book, _ = place
    rival = workbook(server, id_)
    server.edit(id_, ask)
    ours, theirs = recognise(book.read()), recognise(rival.read())
    rival.write(plan(theirs), theirs)
    server.faults.append(Fault("503", False, "batchUpdate"))
    with pytest.raises(Conflict, match="wrote first"):
        book.write(plan(ours), ours)
    tick(book)
    tick(book)
    in_order(server, id_)


def test_without_the_fence_a_repeated_append_would_double_rows(place, monkeypatch) -> None:
    server, id_, book, _ = place
    monkeypatch.setattr(module, "fence_requests", lambda fence, nonce, seen: [])
    server.edit(id_, ask)
    server.faults.append(Fault("503", True, "batchUpdate"))
    tick(book)
    server.faults.append(Fault("503", True, "batchUpdate"))
    tick(book)
    assert len(recognise(book.read()).tables[Tabs.STEPS].rows) == 2 * 4 + 2


@pytest.mark.parametrize(
    ("denied", "words"),
    [
        ("403", "share it with the account that signs in as Editor"),
        ("404", "set workbook.spreadsheet_id"),
        ("disabled", "Google Sheets API, Enable"),
    ],
)
def test_refusals_say_what_to_do_and_are_not_repeated(place, denied: str, words: str) -> None:
    server, id_, book, _ = place
    server.denied = denied
    with pytest.raises(WorkbookError, match=words) as caught:
        book.read()
    assert not isinstance(caught.value, TryAgainError)
    assert len(server.calls) <= 2
    server.denied = ""
    tick(book)
    in_order(server, id_)


def test_a_sheet_shared_for_reading_only(place) -> None:
    server, id_, book, _ = place
    server.edit(id_, ask)
    server.denied = "readonly"
    with pytest.raises(WorkbookError, match="as Editor"):
        tick(book)
    assert server.count("batchUpdate") == 1


# --- the sign-in ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def key_pair():
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


@pytest.fixture
def signed(place, key_pair, tmp_path, monkeypatch):
    """The workbook with a service account's key file; the server asks for its token and verifies the grant."""
    server, id_, _, _ = place
    monkeypatch.setattr(
        service_account.Credentials, "_is_regional_access_boundary_lookup_required", lambda self: False, raising=False
    )
    info = {
        "type": "service_account",
        "project_id": "halo",
        "private_key_id": "kunci-1",
        "private_key": key_pair[0],
        "client_email": "halokop@halo.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": f"{server.url}/token",
    }
    file = tmp_path / "key.json"
    file.write_text(json.dumps(info))
    server.public_key, server.tokens, server.token_refusal = key_pair[1], set(), ""
    yield server, id_, workbook(server, id_, Clock(), load_credentials(file))
    server.tokens = None
    server.token_refusal = ""


def test_a_service_account_signs_in_with_its_key(signed) -> None:
    server, id_, book = signed
    server.edit(id_, ask)
    tick(book)
    tick(book)
    assert len(server.tokens) == 1
    in_order_with_token = recognise(book.read())
    assert plan(in_order_with_token) == []


def test_a_withdrawn_token_is_renewed(signed) -> None:
    server, _, book = signed
    book.read()
    server.tokens.clear()
    server.tokens.add("another")
    book.read()
    assert len(server.tokens) == 2


def test_a_refused_key_and_an_unshared_sheet_say_what_to_do_without_the_key(signed, key_pair) -> None:
    server, _, book = signed
    server.token_refusal = "Invalid JWT Signature."
    with pytest.raises(WorkbookError, match="make a new key") as caught:
        book.read()
    assert key_pair[0][40:80] not in str(caught.value)
    server.token_refusal = ""
    server.denied = "403"
    with pytest.raises(WorkbookError, match=r"share it with halokop@halo.iam.gserviceaccount.com as Editor"):
        book.read()


def test_key_files_that_are_none(tmp_path) -> None:
    with pytest.raises(WorkbookError, match="no key file at"):
        load_credentials(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text("{}")
    with pytest.raises(WorkbookError, match="not a service account's key"):
        load_credentials(tmp_path / "bad.json")
    (tmp_path / "text.json").write_text("no json")
    with pytest.raises(WorkbookError, match="not a service account's key"):
        load_credentials(tmp_path / "text.json")
