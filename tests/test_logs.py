"""Log lines: one record is one line whatever is in it, and nobody's address or cell is."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from datetime import datetime

import pytest

from halokop_sheets import logs
from halokop_sheets.logs import Plain, Progress, Record, discreet, error_place

HOSTILE = 'Dewi\n{"level": "error"}\r\n\x1b[31mmerah\u2028baris\u202e\x00 dewi@example.go.id'


def record(message: str, *args: object, level: int = logging.INFO, **more: object) -> logging.LogRecord:
    one = logging.LogRecord("halokop_sheets.test", level, __file__, 1, message, args, more.pop("exc_info", None))
    one.__dict__.update(more)
    return one


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """Logging as it was, afterwards."""
    root = logging.getLogger()
    kept = root.handlers[:], root.level, logging.raiseExceptions, logging.getLogger("halokop_sheets").level
    yield root
    logging.captureWarnings(False)
    root.handlers[:], logging.raiseExceptions = kept[0], kept[2]
    root.setLevel(kept[1])
    logging.getLogger("halokop_sheets").setLevel(kept[3])


@pytest.mark.parametrize("form", [Record(), Plain()])
def test_one_record_is_one_line(form: logging.Formatter):
    line = form.format(record("row of %s", HOSTILE))
    assert line.isprintable()
    assert "dewi@example" not in line
    assert len(form.format(record("x" * 100_000)).encode()) < 3000


def test_json_holds_text_and_facts():
    line = json.loads(Record().format(record("tick: %d changes", 3, facts={"changes": 3})))
    assert line["text"] == "tick: 3 changes" and line["changes"] == 3
    assert line["level"] == "info" and line["logger"] == "halokop_sheets.test"
    assert datetime.fromisoformat(line["time"]).tzinfo is not None
    assert json.loads(Record().format(record("%s", HOSTILE)))["level"] == "info"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("to dewi@example.go.id: sent", "to de…@example.go.id: sent"),
        ("Dewi <dewi@example.go.id>, 'rudi@example.go.id'", "Dewi <de…@example.go.id>, 'ru…@example.go.id'"),
        ("to de…@example.go.id", "to de…@example.go.id"),
        ("mailto:dewi@example.go.id", "mailto:de…@example.go.id"),
        ("rcpt=dewi+x@example.go.id;", "rcpt=de…@example.go.id;"),
        (f"<{'0a' * 16}@example.go.id> sent", f"<{'0a' * 16}@example.go.id> sent"),  # our Message-ID
        ("no address @ here", "no address @ here"),
    ],
)
def test_addresses_are_shortened(text: str, shown: str):
    assert discreet(text) == shown


def test_an_exception_is_its_kind_and_its_places():
    def inner() -> None:
        raise ValueError("isi sel rahasia")

    try:
        inner()
    except ValueError as error:
        assert error_place(error).startswith("ValueError (test_logs.") and "test_logs.inner" in error_place(error)
        line = Record().format(record("failed", exc_info=sys.exc_info()))
    assert "rahasia" not in line and "ValueError" in line
    assert error_place(KeyError("x")) == "KeyError"


def test_set_up(root: logging.Logger):
    stream = io.StringIO()
    logs.set_up(stream)
    logging.getLogger("halokop_sheets.mail").info("ours")
    logging.getLogger("urllib3").info("theirs, not wanted")
    logging.getLogger("urllib3").warning("theirs")
    logging.getLogger("halokop_sheets").info("%d", "wrong")  # a mistake in a log call ends nothing
    import warnings

    warnings.warn("something old", stacklevel=1)
    texts = [json.loads(line)["text"] for line in stream.getvalue().splitlines()]
    assert texts[:2] == ["ours", "theirs"] and "something old" in texts[-1] and len(texts) == 3


def test_a_person_looks_on(root: logging.Logger):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    logs.set_up(stream)
    logging.getLogger("halokop_sheets").warning("open in Excel")
    assert stream.getvalue()[8:] == " warning  open in Excel\n"


def test_a_terminal_that_was_closed_ends_nothing(root: logging.Logger, capsys: pytest.CaptureFixture[str]):
    stream = io.StringIO()
    logs.set_up(stream)
    stream.close()
    logging.getLogger("halokop_sheets").warning("into nothing")
    assert capsys.readouterr().err == "", "no traceback of logging's own for every line"


def test_progress_of_long_work(caplog):
    caplog.set_level(logging.INFO)
    seconds = iter([0, 1, 2, 3, 12, 13, 14, 23, 100, 101])
    progress = Progress(logging.getLogger("halokop_sheets.daemon"), lambda: next(seconds))
    for point in ("planned", "written", "recorded", "recorded", "recorded", "recorded", "recorded"):
        progress(point)
    progress.begin()
    progress("planned")
    assert [r.getMessage() for r in caplog.records] == [
        "at work for 12 s: planned, written, recorded 2",
        "at work for 23 s: planned, written, recorded 5",
    ]
