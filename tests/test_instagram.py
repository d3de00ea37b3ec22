"""Instagram's API: posts found, figures as answered and never made up, every refusal with its reason, tokens kept."""

import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from halokop_sheets.core.sheet.answers import Answer, Ask, Gap
from halokop_sheets.core.terms import INSTAGRAM, Cols
from halokop_sheets.sources.graph import Graph, used
from halokop_sheets.sources.headers import load_headers
from halokop_sheets.sources.instagram import Instagram
from halokop_sheets.sources.tokens import TokenKeeper, given_token
from tests.graph_server import Fault, GraphServer, Post

ZONE = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 30, 6, 30, tzinfo=ZONE)
ALL = {Cols.VIEWERS_VIDEO: "views", Cols.LIKES: "likes", Cols.COMMENTS: "comments"} | {
    Cols.SHARES: "shares",
    Cols.SAVES: "saved",
}


@pytest.fixture
def server() -> Iterator[GraphServer]:
    with GraphServer(NOW) as running:
        running.account.posts = [
            Post("Dlama0001", NOW - timedelta(days=40)),
            Post("DRgl00001", NOW - timedelta(hours=21)),
            Post("DFoto0001", NOW - timedelta(days=2), "FEED", "IMAGE", path="p"),
            Post(
                "DAlbum001", NOW - timedelta(days=3), "FEED", "CAROUSEL_ALBUM", refused=frozenset(["shares"]), path="p"
            ),
        ]
        yield running
        assert running.problems == []


class Desk:
    """A client as an office has it."""

    def __init__(self, folder: Path, server: GraphServer, given: str = "") -> None:
        self.file = folder / "instagram-token.json"
        self.given = folder / "token.txt"
        self.give(given or server.account.issue(server.now - timedelta(days=2)).value, server.now - timedelta(days=2))
        keeper = TokenKeeper(self.file, lambda: given_token(self.given))
        graph = Graph(server.url, timeout=0.5, pause=0, sleep=lambda _: None)
        self.client = Instagram(graph, "v25.0", keeper, load_headers(None).metrics, ZONE)
        self.server = server

    def give(self, value: str, since: datetime) -> None:
        self.given.write_text(value + "\n")
        os.utime(self.given, (since.timestamp(), since.timestamp()))

    def ask(self, *posts: str) -> dict[str, Answer]:
        asks = [Ask(f"2026-W48/IG/{n}", INSTAGRAM, post, tuple(ALL)) for n, post in enumerate(posts, 1)]
        return {answer.post: answer for answer in self.client.ask(asks, self.server.now)}

    def kept(self) -> dict[str, str]:
        return json.loads(self.file.read_text())


@pytest.fixture
def desk(tmp_path: Path, server: GraphServer) -> Desk:
    return Desk(tmp_path, server)


def figures(server: GraphServer, post: str, at: datetime | None = None) -> dict[str, int | None]:
    found = next(one for one in server.account.posts if one.shortcode == post)
    return {header: found.count(metric, at or server.now) for header, metric in ALL.items()}


def test_a_posts_figures_are_those_that_were_answered(desk: Desk, server: GraphServer):
    found = desk.ask("DRgl00001", "DFoto0001")
    assert found["DRgl00001"].figures == figures(server, "DRgl00001")
    assert found["DFoto0001"].figures == figures(server, "DFoto0001")
    assert {answer.gap for answer in found.values()} == {""}
    assert found["DRgl00001"].at == datetime(2026, 11, 30, 6, 30)


def test_nothing_to_ask_asks_nothing(desk: Desk, server: GraphServer):
    assert desk.ask() == {} and server.calls == []
    assert not desk.client.due(server.now)


def test_a_metric_that_is_not_allowed_costs_only_itself(desk: Desk, server: GraphServer):
    answer = desk.ask("DAlbum001")["DAlbum001"]
    expected = figures(server, "DAlbum001")
    del expected[Cols.SHARES]
    assert answer.figures == expected and answer.gap == Gap.EMPTY
    assert sum("insights" in call for call in server.calls) == 6  # all at once, then one by one


def test_what_lags_is_empty_and_never_0(desk: Desk, server: GraphServer):
    server.lag = timedelta(hours=48)
    answer = desk.ask("DRgl00001")["DRgl00001"]
    own = figures(server, "DRgl00001")
    assert answer.figures == {header: own[header] for header in (Cols.LIKES, Cols.COMMENTS)}, "the post's own counts"
    assert answer.gap == Gap.EMPTY


def test_hidden_likes_are_missing(desk: Desk, server: GraphServer):
    server.account.posts[1].hides_likes = True
    server.lag = timedelta(hours=48)
    assert set(desk.ask("DRgl00001")["DRgl00001"].figures) == {Cols.COMMENTS}


def test_a_post_of_somebody_else(desk: Desk, server: GraphServer):
    found = desk.ask("Dorang001", "DRgl00001")
    assert (found["Dorang001"].figures, found["Dorang001"].gap) == ({}, Gap.NOT_OURS)
    assert found["DRgl00001"].gap == ""


def test_posted_before_the_account_was_professional(desk: Desk, server: GraphServer):
    server.account.posts[1].before_professional = True
    answer = desk.ask("DRgl00001")["DRgl00001"]
    assert answer.gap == Gap.BEFORE and set(answer.figures) == {Cols.LIKES, Cols.COMMENTS}


def test_paging_goes_on_until_the_post_is_found_and_no_further(desk: Desk, server: GraphServer):
    server.page = 1
    assert desk.ask("DFoto0001")["DFoto0001"].gap == ""
    assert sum("media?" in call for call in server.calls) == 2
    assert desk.ask("Dorang001")["Dorang001"].gap == Gap.NOT_OURS
    assert sum("media?" in call for call in server.calls) == 2 + 4


@pytest.mark.parametrize(
    ("fault", "gap", "calls"),
    [
        (Fault("500 html", "media"), "", 3),
        (Fault("500", "media"), "", 3),
        (Fault("break", "media"), "", 3),
        (Fault("500 html", "media", 3), Gap.SERVER, 3),
        (Fault("garbage", "media"), Gap.SERVER, 1),
        (Fault("redirect", "media"), Gap.SERVER, 1),
        (Fault("break", "media", 3), Gap.NETWORK, 3),
        (Fault("429", "media"), Gap.LIMIT, 1),
        *[(Fault(code, "media"), Gap.LIMIT, 1) for code in ("4", "17", "32", "613")],
        (Fault("190", "media"), Gap.SIGN_IN, 1),
        (Fault("10", "media"), Gap.PERMISSION, 1),
    ],
    ids=str,
)
def test_what_goes_wrong_is_a_reason_and_is_tried_again_a_bounded_number_of_times(
    desk: Desk, server: GraphServer, fault: Fault, gap: str, calls: int
):
    server.account.secrets[desk.given.read_text().strip()].issued = server.now  # no renewal in these counts
    os.utime(desk.given, (NOW.timestamp(), NOW.timestamp()))
    server.faults = [fault]
    answer = desk.ask("DRgl00001")["DRgl00001"]
    assert answer.gap == gap and bool(answer.figures) == (gap == "")
    assert len(server.calls) == calls


def test_a_limit_in_the_middle_stops_the_rest(desk: Desk, server: GraphServer):
    server.faults = [Fault("4", "insights")]
    found = desk.ask("DRgl00001", "DFoto0001")
    assert {answer.gap for answer in found.values()} == {Gap.LIMIT}
    assert sum("insights" in call for call in server.calls) == 1


def test_the_last_twentieth_of_the_limit_is_left_to_others(desk: Desk, server: GraphServer):
    server.usage = {"X-App-Usage": '{"call_count":96,"total_time":10,"total_cputime":3}'}
    assert desk.ask("DRgl00001")["DRgl00001"].gap == Gap.LIMIT
    server.usage = {}
    assert desk.ask("DRgl00001")["DRgl00001"].gap == "", "another round begins anew"


def test_usage_is_read_in_both_forms():
    business = '{"178": [{"type": "instagram", "call_count": 12, "total_cputime": 97, "total_time": 1}]}'
    assert used({"X-Business-Use-Case-Usage": business}) == 97
    assert used({"X-App-Usage": "no json"}) == 0 and used({}) == 0 and used({"X-App-Usage": "[1]"}) == 0


# --- the token ----------------------------------------------------------------------------------------------------


def test_a_token_is_renewed_weekly_when_it_is_a_day_old_and_kept_for_its_owner_alone(desk: Desk, server: GraphServer):
    first = desk.given.read_text().strip()
    desk.ask("DRgl00001")
    renewed = desk.kept()["value"]
    assert renewed != first and renewed in server.account.secrets
    assert stat.S_IMODE(desk.file.stat().st_mode) == 0o600
    for days, again in ((1, False), (6, False), (7, True)):
        server.calls.clear()
        server.now = NOW + timedelta(days=days)
        desk.ask("DRgl00001")
        assert any("refresh" in call for call in server.calls) == again
    assert desk.client.connections(server.now).token_until == datetime(2026, 11, 30, 6, 30) + timedelta(days=67)


def test_a_token_younger_than_a_day_is_left_alone(tmp_path: Path, server: GraphServer):
    desk = Desk(tmp_path, server)
    desk.give(server.account.issue(NOW - timedelta(hours=3)).value, NOW - timedelta(hours=3))
    assert desk.ask("DRgl00001")["DRgl00001"].gap == ""
    assert not any("refresh" in call for call in server.calls)
    assert desk.client.connections(NOW).token_until is None


def test_an_idle_office_renews_only_what_would_die_soon(desk: Desk, server: GraphServer):
    desk.ask("DRgl00001")
    assert not desk.client.due(NOW + timedelta(days=29))
    server.now = NOW + timedelta(days=31)
    assert desk.client.due(server.now)
    server.calls.clear()
    assert desk.ask() == {} and [call.split("?")[0] for call in server.calls] == ["GET /refresh_access_token"]
    assert not desk.client.due(server.now)


def test_a_renewed_token_that_does_not_work_gives_way_to_the_one_before(desk: Desk, server: GraphServer):
    server.faults = [Fault("190", "media")]
    first = desk.given.read_text().strip()
    assert desk.ask("DRgl00001")["DRgl00001"].gap == ""
    assert desk.kept()["value"] == first


def test_the_new_token_is_on_disk_before_the_old_one_is_let_go(desk: Desk, server: GraphServer):
    server.faults = [Fault("break", "media", 3)]  # the power fails right after the renewal, as it were
    desk.ask("DRgl00001")
    kept = desk.kept()
    assert kept["before"] == desk.given.read_text().strip() and kept["value"] != kept["before"]
    assert desk.ask("DRgl00001")["DRgl00001"].gap == ""
    assert desk.kept()["before"] == ""


def test_a_folder_that_cannot_keep_a_token_gets_no_new_one(desk: Desk, server: GraphServer, monkeypatch):
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    desk.ask()
    monkeypatch.setattr(os, "fsync", full)
    assert desk.ask("DRgl00001")["DRgl00001"].gap == Gap.SIGN_IN
    assert server.calls == []


def test_a_dead_token_is_told_until_a_person_gives_another(desk: Desk, server: GraphServer):
    server.account.secrets[desk.given.read_text().strip()].dead = True
    assert desk.ask("DRgl00001")["DRgl00001"].gap == Gap.SIGN_IN
    assert desk.client.connections(NOW).token_refused
    desk.give(server.account.issue(NOW).value, NOW)
    assert not desk.client.connections(NOW).token_refused, "it was not tried yet"
    assert desk.ask("DRgl00001")["DRgl00001"].gap == ""


def test_a_token_whose_time_is_over_is_not_tried(desk: Desk, server: GraphServer):
    desk.ask("DRgl00001")
    server.now = NOW + timedelta(days=61)
    server.calls.clear()
    assert desk.ask("DRgl00001")["DRgl00001"].gap == Gap.SIGN_IN and server.calls == []
    assert desk.client.connections(server.now).token_refused


@pytest.mark.parametrize("text", ["dua kata", "tok\u00e9n", '{"access_token":"x"}'], ids=repr)
def test_what_is_no_token_is_never_sent(desk: Desk, server: GraphServer, text: str):
    desk.given.write_text(text)
    answer = desk.ask("DRgl00001")["DRgl00001"]
    assert answer.gap == Gap.SIGN_IN and server.calls == []


def test_the_environment_gives_a_token_too(monkeypatch):
    monkeypatch.setenv("HALOKOP_INSTAGRAM_TOKEN", ' "IGAAx" \n')
    assert given_token(None) == ("IGAAx", None)


def test_check_asks_whose_account_it_is_and_keeps_nothing(desk: Desk, server: GraphServer):
    account, token = desk.client.account(NOW)
    assert (account.name, account.kind) == ("dinas.contoh", "BUSINESS")
    assert desk.client.known({"DRgl00001", "Dorang001"}, token) == {"DRgl00001"}
    assert not desk.file.exists()


def test_times_are_of_the_programmes_zone(desk: Desk, server: GraphServer):
    server.now = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)  # 01.00 of the next day in Jakarta
    answer = desk.ask("DRgl00001")["DRgl00001"]
    assert (answer.day.day, answer.at.hour) == (1, 1)
