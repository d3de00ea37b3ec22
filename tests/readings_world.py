"""An office whose readings fill themselves: the stand-in for Instagram, a folder of exports, real ledger and ticks."""

import csv
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

from halokop_sheets.core.terms import Cols, Tabs, link_column
from halokop_sheets.mail.ledger import Ledger
from halokop_sheets.mail.render import Renderer
from halokop_sheets.settings import parse_settings
from halokop_sheets.tick import App, Result, tick
from halokop_sheets.wiring import make_sources
from tests.graph_server import GraphServer, Post
from tests.mail_office import Post as Letterbox
from tests.sheet import Sheet

ZONE = ZoneInfo("Asia/Jakarta")
INSTAGRAM_HEADERS = {
    Cols.VIEWERS_VIDEO: "views",
    Cols.LIKES: "likes",
    Cols.COMMENTS: "comments",
    Cols.SHARES: "shares",
    Cols.SAVES: "saved",
}


class Office:
    """``limit``: the seconds that a tick may wait for its sources."""

    def __init__(self, folder: Path, ledger: Ledger, server: GraphServer, limit: int = 5, text: str = "") -> None:
        self.drop_folder, self.token_file = folder / "ekspor", folder / "token.txt"
        self.drop_folder.mkdir()
        readings = f'folder = "ekspor"\ninstagram_token_file = "token.txt"\ninstagram_url = "{server.url}"'
        settings = parse_settings(f"[readings]\n{readings}\nseconds = {limit}\n{text}", folder)
        self.sheet = Sheet(settings).team()
        self.server, self.letterbox = server, Letterbox()
        self.app = App(
            *(settings, self.sheet.procedure, self.sheet.workbook, ledger, self.letterbox, Renderer(settings)),
            must_show=False,
            sources=make_sources(settings),
        )

    def give_token(self, now: datetime, age: timedelta = timedelta(days=2)) -> str:
        """The administrator writes a token into the file."""
        secret = self.server.account.issue(now - age)
        self.token_file.write_text(secret.value)
        self._date(self.token_file, now - age)
        return secret.value

    def publish(self, code: str, shortcode: str, video: str, at: datetime) -> Post:
        """A post goes out on both platforms, and its links into Jadwal."""
        post = Post(shortcode, at)
        self.server.account.posts.append(post)
        for platform, link in (("Instagram", f"https://www.instagram.com/reel/{shortcode}/"), ("TikTok", video)):
            self.sheet.type(Tabs.SCHEDULE, code, link_column(platform), link)
        return post

    def drop(self, name: str, rows: list[dict[str, object]], at: datetime) -> Path:
        """An export is put into the folder; ``at`` is when it was downloaded."""
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        return self.drop_bytes(name, out.getvalue().encode("utf-8-sig"), at)

    def drop_bytes(self, name: str, data: bytes, at: datetime) -> Path:
        file = self.drop_folder / name
        file.write_bytes(data)
        self._date(file, at)
        return file

    def tick(self, now: datetime) -> Result:
        self.server.now = now
        return tick(self.app, now)

    def cell(self, code: str, header: str) -> object:
        return self.sheet.get(Tabs.READINGS, code, header)

    def letters(self) -> list[str]:
        """Every mail that went out, as its reader sees it."""
        mails = [message_from_bytes(data, policy=default) for _, data in self.letterbox.sent]
        texts = [
            [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"] for mail in mails
        ]
        return [f"{mail.items()} {text}" for mail, text in zip(mails, texts, strict=True)]

    def _date(self, file: Path, at: datetime) -> None:
        os.utime(file, (at.timestamp(), at.timestamp()))


@contextmanager
def an_office(folder: Path, start: datetime, limit: int = 5, text: str = "") -> Iterator[Office]:
    """The office with its server and ledger, closed at the end; no malformed request may have been made."""
    with GraphServer(start) as server, Ledger.open(folder / "ledger.sqlite3", ZONE, lambda: "a1b2c3") as ledger:
        yield Office(folder, ledger, server, limit, text)
        assert server.problems == []


def tiktok_row(video: str, figures: dict[str, object]) -> dict[str, object]:
    """A line of TikTok Studio's export."""
    return {
        "Video title": "Halo KOP-UKM",
        "Video link": video,
        "Post time": "29 November",
        "Total likes": figures[Cols.LIKES],
        "Total comments": figures[Cols.COMMENTS],
        "Total shares": figures[Cols.SHARES],
        "Total views": figures[Cols.VIEWERS_VIDEO],
        "Add to favorites": figures[Cols.SAVES],
    }


def meta_row(shortcode: str, figures: dict[str, object]) -> dict[str, object]:
    """A line of Meta Business Suite's export."""
    return {
        "Post ID": "1789",
        "Publish time": "11/29/2026 06:08",
        "Permalink": f"https://www.instagram.com/reel/{shortcode}/",
        "Post type": "IG reel",
        "Date": "Lifetime",
        "Views": figures[Cols.VIEWERS_VIDEO],
        "Likes": figures[Cols.LIKES],
        "Shares": figures[Cols.SHARES],
        "Comments": figures[Cols.COMMENTS],
        "Saves": figures[Cols.SAVES],
    }
