"""Instagram's API with Instagram Login, for the office's own professional account.

A post is found by its shortcode among the account's own media, newest first, and its insights are asked by the kind of
media: a metric that is not allowed fails the whole call with code 100, so after one the metrics are asked one by one.
Insights may lag 48 hours behind the app, and what is not there yet comes as an empty set, not as 0
(https://developers.facebook.com/docs/instagram-platform/reference/instagram-media/insights). Where they are silent,
``like_count`` and ``comments_count`` of the post itself are taken.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from halokop_sheets.core.sheet.answers import Answer, Ask, Connections, Gap
from halokop_sheets.core.terms import INSTAGRAM, Cols
from halokop_sheets.core.typed.posts import post_of
from halokop_sheets.sources.graph import Graph, GraphError
from halokop_sheets.sources.headers import Metrics
from halokop_sheets.sources.tokens import ALONE, Token, TokenError, TokenKeeper

log = logging.getLogger(__name__)
NAME = "Instagram API"
PAGES = 10  # of 50 posts: what is asked for was posted within the last days
_FIELDS = "id,permalink,shortcode,media_type,media_product_type,timestamp,like_count,comments_count"
_OWN_COUNTS = {Cols.LIKES: "like_count", Cols.COMMENTS: "comments_count"}


@dataclass(frozen=True)
class Account:
    """Whose token it is, as ``check`` tells it."""

    name: str
    kind: str


class Instagram:
    """The source. ``version`` is the API's, such as ``v25.0``."""

    name = NAME
    platform = INSTAGRAM

    def __init__(self, graph: Graph, version: str, tokens: TokenKeeper, metrics: Metrics, zone: ZoneInfo) -> None:
        self._graph, self._version, self._tokens, self._metrics = graph, version, tokens, metrics
        self._zone = zone

    def connections(self, now: datetime) -> Connections:
        token = self._tokens.peek(now)
        until = token.until.astimezone(self._zone).replace(tzinfo=None) if token and token.until else None
        refused = bool(token and (token.refused or (token.until and token.until <= now)))
        return Connections({INSTAGRAM: NAME}, token_until=until, token_refused=refused)

    def ask(self, asks: Sequence[Ask], now: datetime) -> Iterator[Answer]:
        """One answer a post. Without any post to ask for, only a token that would die soon is renewed."""
        self._graph.begin()
        try:
            token = self._ready(now, soon=not asks)
            media = self._find({ask.post for ask in asks}, token) if asks else {}
        except (GraphError, TokenError) as error:
            yield from (self._answer(ask, now, {}, _gap_of(error)) for ask in asks)
            return
        stopped: Gap | None = None
        for ask in asks:
            if stopped is not None:
                yield self._answer(ask, now, {}, stopped)
                continue
            if ask.post not in media:
                yield self._answer(ask, now, {}, Gap.NOT_OURS)
                continue
            figures, gap = self._figures(media[ask.post], token.value)
            if gap in (Gap.LIMIT, Gap.SIGN_IN, Gap.NETWORK):
                stopped = gap
            yield self._answer(ask, now, figures, gap)

    def due(self, now: datetime) -> bool:
        """Whether the token must be renewed now although there is nothing to ask."""
        token = self._tokens.peek(now)
        return bool(token and token.due(now) and token.until is not None and token.until - now < ALONE)

    def account(self, now: datetime) -> tuple[Account, Token]:
        """Whose token it is, by one request; nothing is kept. Raises ``GraphError`` or ``TokenError``."""
        token = self._tokens.peek(now)
        if token is None:
            raise TokenError("there is no Instagram token that can be read")
        told = self._graph.get(f"{self._version}/me", token.value, fields="user_id,username,account_type")
        return Account(str(told.get("username", "")), str(told.get("account_type", ""))), token

    def known(self, posts: set[str], token: Token) -> set[str]:
        """Which of these posts the account has, for ``check``. Raises ``GraphError``."""
        return set(self._list(posts, token.value))

    # --- the token ------------------------------------------------------------------------------------------------

    def _ready(self, now: datetime, *, soon: bool) -> Token:
        """The token, renewed when it is time to. A renewal that fails leaves the old one in use."""
        token = self._tokens.current(now)
        if token.until is not None and token.until <= now:
            self._tokens.failed(token)
            raise TokenError("the Instagram token is dead")
        if not token.due(now) or (soon and not self.due(now)):
            return token
        token = self._tokens.keep(replace(token, tried=now))  # a full disk shows before Meta hands out a new one
        try:
            told = self._graph.get("refresh_access_token", token.value, grant_type="ig_refresh_token")
            value, seconds = told["access_token"], int(told["expires_in"])
            if not isinstance(value, str) or not value or seconds <= 0:
                raise ValueError("no token in the answer")
        except (GraphError, ValueError, KeyError, TypeError) as error:
            log.info("the Instagram token was not renewed: %s", error if isinstance(error, GraphError) else "no token")
            return token
        return self._tokens.renewed(token, value, seconds, now)

    # --- the posts ------------------------------------------------------------------------------------------------

    def _find(self, posts: set[str], token: Token) -> dict[str, dict[str, Any]]:
        """The account's media with these shortcodes; a token that is refused gives way to the one before it."""
        try:
            found = self._list(posts, token.value)
        except GraphError as error:
            if error.gap is not Gap.SIGN_IN or (older := self._tokens.failed(token)) is None:
                raise
            found = self._list(posts, older.value)
            token = older
        self._tokens.worked(token)
        return found

    def _list(self, posts: set[str], token: str) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        parameters = {"fields": _FIELDS, "limit": "50"}
        for _ in range(PAGES):
            page = self._graph.get(f"{self._version}/me/media", token, **parameters)
            for media in page.get("data") or ():
                post = media.get("shortcode") or post_of(INSTAGRAM, str(media.get("permalink", "")))
                if post in posts and media.get("id"):
                    found[str(post)] = media
            after = ((page.get("paging") or {}).get("cursors") or {}).get("after")
            if len(found) == len(posts) or not after or "next" not in page["paging"]:
                break  # ``next`` itself is not followed: it is an address with the token in it
            parameters["after"] = str(after)
        return found

    # --- the figures ----------------------------------------------------------------------------------------------

    def _figures(self, media: Mapping[str, Any], token: str) -> tuple[dict[str, int], Gap]:
        """Figures by column header, and why some are missing."""
        wanted = self._metrics.of(str(media.get("media_product_type", "")))
        try:
            told, gap = self._insights(str(media["id"]), list(wanted), token)
        except GraphError as error:
            told, gap = {}, error.gap
        figures = {wanted[metric]: value for metric, value in told.items()}
        for header, field in _OWN_COUNTS.items():
            value = _count(media.get(field))
            if value is not None:
                figures.setdefault(header, value)
        if set(figures) >= set(wanted.values()):
            return figures, Gap.NONE
        return figures, gap or Gap.EMPTY

    def _insights(self, id_: str, metrics: list[str], token: str) -> tuple[dict[str, int], Gap]:
        """Values by metric. Raises ``GraphError`` when nothing at all was told."""
        path = f"{self._version}/{id_}/insights"
        try:
            return _values(self._graph.get(path, token, metric=",".join(metrics))), Gap.NONE
        except GraphError as error:
            if not error.metric:
                raise
        found: dict[str, int] = {}
        for metric in metrics:
            try:
                found |= _values(self._graph.get(path, token, metric=metric))
            except GraphError as error:
                if not error.metric:
                    return found, error.gap
        return found, Gap.NONE

    def _answer(self, ask: Ask, now: datetime, figures: Mapping[str, int], gap: Gap) -> Answer:
        local = now.astimezone(self._zone).replace(second=0, microsecond=0, tzinfo=None)
        return Answer(local.date(), INSTAGRAM, ask.post, NAME, local, figures, gap)


def _gap_of(error: Exception) -> Gap:
    return error.gap if isinstance(error, GraphError) else Gap.SIGN_IN


def _values(told: Mapping[str, Any]) -> dict[str, int]:
    """``{"data": [{"name": "likes", "values": [{"value": 108}]}]}`` by metric; what is no count is left out."""
    found: dict[str, int] = {}
    for one in told.get("data") or ():
        values = one.get("values") if isinstance(one, dict) else None
        last = values[-1] if isinstance(values, list) and values else None
        value = _count(last.get("value")) if isinstance(last, dict) else None
        if value is not None:
            found[str(one.get("name"))] = value
    return found


def _count(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None
