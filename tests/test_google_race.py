"""Two daemons in two real processes on one spreadsheet: one wins, the other's batch has no effect at all."""

import multiprocessing

import pytest

from halokop_sheets.core.terms import Cols, Tabs
from tests.google_office import KEYS, office
from tests.google_racer import code_of, race
from tests.google_server import GoogleServer
from tests.google_server.people import column_of


def run(rounds: int, *, fenced: bool = True) -> tuple[list[str], list[str], int, list[str], int]:
    """Keys in the history, codes of step rows, the counter, codes of evaluation records, and lost rounds."""
    context = multiprocessing.get_context("spawn")
    with GoogleServer() as server:
        id_, _ = office(server, 1)
        barrier, lost = context.Barrier(2), context.Value("i", 0)
        racers = [
            context.Process(target=race, args=(server.url, id_, name, rounds, barrier, lost, fenced))
            for name in ("satu", "dua")
        ]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join(rounds * 4 + 60)
        assert [racer.exitcode for racer in racers] == [0, 0]
        assert server.problems == []
        book = server.books[id_]

        def column(tab: str, header: str) -> list[str]:
            sheet = book.by_mark(tab)
            at = column_of(sheet, header, KEYS[tab])
            return [sheet.get(row, at) for row in range(2, sheet.last_row() + 1) if sheet.get(row, at) is not None]

        steps = [code for code in column(Tabs.STEPS, Cols.CODE) if str(code).startswith("surat")]
        keys = [key for key in column(Tabs.HISTORY, Cols.KEY) if str(key).startswith("surat")]
        counter = book.by_mark(Tabs.STEPS).get(2, column_of(book.by_mark(Tabs.STEPS), Cols.NUMBER, Cols.PROCEDURE))
        return keys, steps, counter, column(Tabs.MEETINGS, Cols.CODE), lost.value


def check(rounds: int) -> None:
    keys, steps, counter, pages, lost = run(rounds)
    every = [f"surat {n}" for n in range(rounds)]
    assert sorted(keys) == sorted(every)
    assert sorted(steps) == sorted(every)
    assert sorted(pages) == sorted(code_of(n) for n in range(rounds) if n % 10 == 5)
    assert counter % 1000 == 358 % 1000 + rounds
    assert lost > 0


def test_fifty_rounds() -> None:
    check(50)


@pytest.mark.soak
def test_five_hundred_rounds() -> None:
    check(500)


def test_without_the_fence_both_would_be_applied() -> None:
    keys, *_ = run(12, fenced=False)
    assert len(keys) > len(set(keys))
