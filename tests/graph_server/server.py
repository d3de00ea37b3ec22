"""The HTTP side: routes, strict parameters, faults, the answers' form."""

import json
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.graph_server.account import FEED_ONLY, KNOWN, REELS_ONLY, YOUNG, Account, Post

VERSION = "v25.0"
MEDIA_FIELDS = {
    "id", "permalink", "shortcode", "media_type", "media_product_type", "timestamp", "like_count", "comments_count",
    "caption", "username",
}  # fmt: skip
ME_FIELDS = {"id", "user_id", "username", "account_type", "name", "media_count"}


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a call: ``500 html``, ``500``, ``429``, ``4`` (or another code), ``break``, ``hang``,
    ``trickle``, ``garbage``, ``redirect``. ``on``: only calls whose path holds this. ``times``: how often."""

    kind: str
    on: str = ""
    times: int = 1


class RefusalError(Exception):
    """An error of Meta's, as JSON."""

    def __init__(self, code: int, message: str, subcode: int = 0, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
        self.error: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Axyz"}
        if subcode:
            self.error["error_subcode"] = subcode


class GraphServer:
    """The API for as long as the ``with`` block lasts. ``now`` is its clock, set by the test."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.account = Account()
        self.calls: list[str] = []  # method and path of each request, without the token
        self.problems: list[str] = []  # requests that Meta would refuse as malformed
        self.faults: list[Fault] = []
        self.lag = timedelta()  # how late insights are
        self.usage: dict[str, str] = {}  # headers
        self.told: dict[tuple[str, str], list[tuple[datetime, int]]] = {}  # (shortcode, metric): what was answered
        self.page = 50
        self.hang_seconds = 3.0
        self.lock = threading.RLock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> "GraphServer":
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def fault(self, path: str) -> Fault | None:
        with self.lock:
            for place, fault in enumerate(self.faults):
                if fault.on in path:
                    if fault.times <= 1:
                        del self.faults[place]
                    else:
                        self.faults[place] = Fault(fault.kind, fault.on, fault.times - 1)
                    return fault
        return None

    # --- routes ---------------------------------------------------------------------------------------------------

    def answer(self, path: str, asked: dict[str, str]) -> dict[str, Any]:
        parts = path.strip("/").split("/")
        if parts == ["refresh_access_token"]:
            return self._refresh(asked)
        if parts[0] != VERSION or len(parts) not in (2, 3):
            raise self._malformed(f"unknown path {path}", 2500)
        secret = self._secret(asked)
        if len(parts) == 2:
            if parts[1] not in ("me", self.account.user_id):
                raise RefusalError(100, "Unsupported get request.", 33)
            return self._me(asked)
        if parts[2] == "media" and parts[1] in ("me", self.account.user_id):
            return self._media(asked)
        if parts[2] == "insights":
            if "instagram_business_manage_insights" not in secret.permissions:
                raise RefusalError(10, "(#10) Application does not have permission for this action", status=403)
            return self._insights(parts[1], asked)
        raise self._malformed(f"unknown path {path}", 2500)

    def _malformed(self, what: str, code: int = 100) -> RefusalError:
        self.problems.append(what)
        return RefusalError(code, what)

    def _check(self, asked: dict[str, str], *known: str) -> None:
        if strange := asked.keys() - {*known, "access_token"}:
            raise self._malformed(f"unknown parameters {sorted(strange)}")

    def _secret(self, asked: dict[str, str]) -> Any:
        found = self.account.secrets.get(asked.get("access_token", ""))
        if found is None:
            raise RefusalError(190, "Invalid OAuth access token - Cannot parse access token")
        if not found.valid(self.now):
            raise RefusalError(190, "Error validating access token: Session has expired", 463)
        return found

    def _refresh(self, asked: dict[str, str]) -> dict[str, Any]:
        self._check(asked, "grant_type")
        if asked.get("grant_type") != "ig_refresh_token":
            raise self._malformed("grant_type must be ig_refresh_token")
        old = self._secret(asked)
        if self.now - old.issued < YOUNG:
            raise RefusalError(10, "A token can be refreshed once it is at least 24 hours old")
        new = self.account.issue(self.now, permissions=old.permissions)
        life = int((new.until - self.now).total_seconds())
        return {"access_token": new.value, "token_type": "bearer", "expires_in": life}

    def _me(self, asked: dict[str, str]) -> dict[str, Any]:
        self._check(asked, "fields")
        fields = asked.get("fields", "id").split(",")
        if not set(fields) <= ME_FIELDS:
            raise self._malformed(f"(#100) Tried accessing nonexisting field in {fields}")
        own = self.account
        whole = {"id": own.user_id, "user_id": own.user_id, "username": own.username, "account_type": own.kind}
        return {field: whole[field] for field in fields if field in whole}

    def _media(self, asked: dict[str, str]) -> dict[str, Any]:
        self._check(asked, "fields", "limit", "after", "before")
        fields = asked.get("fields", "id").split(",")
        if not set(fields) <= MEDIA_FIELDS:
            raise self._malformed(f"(#100) Tried accessing nonexisting field in {fields}")
        limit = int(asked.get("limit", "25"))
        if not 1 <= limit <= 100:
            raise self._malformed("limit out of range")
        limit = min(limit, self.page)
        posts = sorted((p for p in self.account.posts if p.published <= self.now), key=lambda p: p.published)[::-1]
        start = int(asked["after"].removeprefix("QVFI")) if "after" in asked else 0
        shown = posts[start : start + limit]
        told: dict[str, Any] = {"data": [self._row(post, fields) for post in shown]}
        if shown:
            told["paging"] = {"cursors": {"before": f"QVFI{start}", "after": f"QVFI{start + limit}"}}
            if start + limit < len(posts):
                token = asked["access_token"]
                told["paging"]["next"] = f"{self.url}/{VERSION}/me/media?access_token={token}&after=QVFI{start + limit}"
        return told

    def _row(self, post: Post, fields: list[str]) -> dict[str, Any]:
        row: dict[str, Any] = {
            "id": post.id,
            "shortcode": post.shortcode,
            "permalink": f"https://www.instagram.com/{post.path}/{post.shortcode}/",
            "media_type": post.type,
            "media_product_type": post.kind,
            "timestamp": post.published.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000"),
        }
        counts = {"comments_count": "comments"} | ({} if post.hides_likes else {"like_count": "likes"})
        for field, metric in counts.items():
            if field in fields:
                value = post.count(metric, self.now) or 0
                row[field] = value
                self.told.setdefault((post.shortcode, metric), []).append((self.now, value))
        return {field: row[field] for field in fields if field in row}

    def _insights(self, id_: str, asked: dict[str, str]) -> dict[str, Any]:
        self._check(asked, "metric", "period")
        post = self.account.by_id(id_)
        if post is None:
            raise RefusalError(100, "Unsupported get request. Object does not exist or missing permissions", 33)
        metrics = asked.get("metric", "").split(",")
        for metric in metrics:
            if metric not in KNOWN:
                raise self._malformed(f"(#100) metric[0] must be one of the following values: ... not {metric}")
            wrong = FEED_ONLY if post.kind == "REELS" else REELS_ONLY
            if metric in wrong or metric in post.refused:
                raise RefusalError(100, f"(#100) The metric {metric} is not supported for this media type")
        if post.before_professional:
            raise RefusalError(100, "The media was posted before the account was converted to a business one", 2108006)
        data = []
        for metric in metrics:
            value = post.count(metric, self.now - self.lag)
            if value is None:
                continue  # an empty set, not 0
            self.told.setdefault((post.shortcode, metric), []).append((self.now, value))
            one = {"name": metric, "period": "lifetime", "values": [{"value": value}], "title": metric}
            data.append(one | {"description": "", "id": f"{id_}/insights/{metric}/lifetime"})
        return {"data": data}


def _handler(server: GraphServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None: ...

        def do_POST(self) -> None:
            server.calls.append(f"POST {urlsplit(self.path).path}")
            server.problems.append("POST is refused")
            self._send(400, {"error": RefusalError(100, "Unsupported request - method type: post").error})

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            pairs = parse_qsl(parts.query, keep_blank_values=True)
            asked = dict(pairs)
            with server.lock:
                shown = "&".join(f"{name}={value}" for name, value in pairs if name != "access_token")
                server.calls.append(f"GET {parts.path}?{shown}")
            fault = server.fault(parts.path)
            if fault and self._spoil(fault):
                return
            try:
                with server.lock:
                    if len(pairs) != len(asked):
                        raise server._malformed("a parameter twice")
                    told = server.answer(parts.path, asked)
            except RefusalError as refusal:
                self._send(refusal.status, {"error": refusal.error})
            else:
                self._send(200, told)

        def _spoil(self, fault: Fault) -> bool:
            if fault.kind == "break":
                self.connection.close()
            elif fault.kind == "hang":
                time.sleep(server.hang_seconds)
            elif fault.kind == "trickle":
                self.send_response(200)
                self.send_header("Content-Length", "100000")
                self.end_headers()
                for _ in range(int(server.hang_seconds * 10)):
                    self.wfile.write(b" ")
                    self.wfile.flush()
                    time.sleep(0.1)
            elif fault.kind == "redirect":
                self.send_response(302)
                self.send_header("Location", f"http://localhost:1{self.path}")
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif fault.kind in ("500 html", "garbage"):
                body = b"<html><body><h1>Sorry, something went wrong.</h1></body></html>"
                self._send(500 if fault.kind == "500 html" else 200, body)
            elif fault.kind == "429":
                self._send(429, b"")
            elif fault.kind == "500":
                self._send(500, {"error": RefusalError(2, "Service temporarily unavailable").error})
            else:
                self._send(
                    403, {"error": RefusalError(int(fault.kind), "(#4) Application request limit reached").error}
                )
            return True

        def _send(self, status: int, told: dict[str, Any] | bytes) -> None:
            body = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if isinstance(told, bytes) else "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in server.usage.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    return Handler
