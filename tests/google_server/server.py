"""The HTTP side: routes, sign-in, faults, people's edits between read and write, counts of requests and bytes."""

import base64
import gzip
import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.google_server import batch, render
from tests.google_server.discovery import BadRequestError, check, check_mask, parse_mask
from tests.google_server.state import Spreadsheet

Edit = Callable[[Spreadsheet], None]
AUDIENCE = "https://oauth2.googleapis.com/token"
SCOPE = "https://www.googleapis.com/auth/spreadsheets"


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call. ``after``: the call is carried out first, only its answer is lost.

    ``kind``: a status such as ``503`` (JSON), ``503 html``, ``503 text`` (``{"error": "text"}``), ``break``,
    ``hang``, ``garbage`` (a 200 that is not JSON).
    """

    kind: str
    after: bool = False
    on: str = ""  # only calls whose path holds this
    wait: str = ""  # the answer's Retry-After


@dataclass(frozen=True)
class Call:
    """One request as counted at the socket; bytes of bodies, the answer's as sent."""

    method: str
    path: str
    status: int
    received: int
    sent: int
    json_size: int


@dataclass(frozen=True)
class Zipped:
    """An answer as it was sent before: its bytes, gzipped, and how many they were."""

    data: bytes
    size: int


class GoogleServer:
    """The Sheets API on a loopback port, for as long as the ``with`` block lasts."""

    def __init__(self, *, gzipped: bool = False) -> None:
        self.books: dict[str, Spreadsheet] = {}
        self.calls: list[Call] = []
        self.problems: list[str] = []  # requests that Google would refuse as malformed: no daemon may send any
        self.faults: list[Fault] = []
        self.before_batch: list[Edit] = []  # people's edits: one is used up by each batch that arrives
        self.denied = ""  # "403", "404", "disabled", "readonly"
        self.tokens: set[str] | None = None  # None: no sign-in is asked for
        self.public_key: Any = None
        self.token_refusal = ""
        self.gzipped = gzipped
        self.hang_seconds = 2.0
        self.lock = threading.RLock()
        self._http = _Quiet(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._http.owner = self
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> "GoogleServer":
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def new_spreadsheet(self, title: str = "HALO KOP-UKM") -> str:
        """A spreadsheet as Google makes it: one blank tab."""
        id_ = f"lembar-{len(self.books) + 1}"
        self.books[id_] = Spreadsheet(id_, title)
        return id_

    def new_copy(self, id_: str) -> str:
        """A second spreadsheet in the same state."""
        new = f"{id_.partition('-')[0]}-{len(self.books) + 1}"
        with self.lock:
            self.books[new] = self.books[id_].copy()
            self.books[new].id = new
        return new

    def edit(self, id_: str, change: Edit) -> None:
        """A person edits now."""
        with self.lock:
            change(self.books[id_])

    def count(self, part: str = "") -> int:
        """How many requests came in whose path holds ``part``."""
        return sum(part in call.path for call in self.calls)

    def fault_of(self, path: str) -> Fault | None:
        """The fault that a call to this path meets; it is used up."""
        for fault in self.faults:
            if fault.on in path:
                self.faults.remove(fault)
                return fault
        return None

    def hang(self) -> None:
        time.sleep(self.hang_seconds)

    # --- one call -------------------------------------------------------------------------------------------------

    def answer(self, method: str, target: str, body: bytes, headers: Any) -> tuple[int, Any]:
        """Status and JSON body of one request."""
        parts = urlsplit(target)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path == "/token":
            return self._token(body)
        try:
            self._admit(headers, method, parts.path)
            self._check_query(query)
            mask = parse_mask(query["fields"])
            return 200, self._call(method, parts.path, body, mask, query["fields"])
        except BadRequestError as error:
            if "Cannot find field" in error.message or "Invalid value at" in error.message or "field sel" in str(error):
                self.problems.append(error.message)
            return error.code, {
                "error": {"code": error.code, "message": error.message, "status": error.status, "details": []}
            }

    def _admit(self, headers: Any, method: str, path: str) -> None:
        if self.tokens is not None and headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            raise BadRequestError("Request had invalid authentication credentials.", 401, "UNAUTHENTICATED")
        if self.denied == "404":
            raise BadRequestError("Requested entity was not found.", 404, "NOT_FOUND")
        if self.denied == "403" or (self.denied == "readonly" and "batchUpdate" in path):
            raise BadRequestError("The caller does not have permission", 403, "PERMISSION_DENIED")
        if self.denied == "disabled":
            raise BadRequestError(
                "Google Sheets API has not been used in project 12 before or it is disabled. Enable it by visiting "
                "https://console.developers.google.com/apis/api/sheets.googleapis.com/overview then retry.",
                403,
                "PERMISSION_DENIED",
            )

    def _check_query(self, query: dict[str, str]) -> None:
        unknown = set(query) - {"fields", "prettyPrint"}
        if unknown or "fields" not in query:
            self.problems.append(f"query {query}")
            raise BadRequestError(f"Invalid query: {query}")

    def _call(self, method: str, path: str, body: bytes, mask: Any, fields: str) -> Any:
        prefix = "/v4/spreadsheets/"
        id_, _, rest = path.removeprefix(prefix).partition(":")
        id_, _, inner = id_.partition("/")
        book = self.books.get(id_)
        if not path.startswith(prefix) or book is None:
            raise BadRequestError("Requested entity was not found.", 404, "NOT_FOUND")
        sent = json.loads(body) if body else {}
        with self.lock:
            if method == "GET" and not rest and not inner:
                return self._answer("Spreadsheet", mask, render.spreadsheet(book, mask))
            if method == "GET" and inner.startswith("developerMetadata/"):
                entry = next((e for e, _ in book.all_metadata() if str(e["metadataId"]) == inner.split("/")[1]), None)
                if entry is None:
                    raise BadRequestError("No developer metadata with that id.", 404, "NOT_FOUND")
                return self._answer("DeveloperMetadata", mask, {k: v for k, v in entry.items() if k in mask})
            if method == "POST" and rest == "getByDataFilter" and not inner:
                check("GetSpreadsheetByDataFilterRequest", sent)
                return self._answer("Spreadsheet", mask, render.filtered(book, sent["dataFilters"], mask))
            if method == "POST" and rest == "batchUpdate" and not inner:
                return self._batch(book, sent, mask)
        self.problems.append(f"{method} {path}")
        raise BadRequestError(f"this server does not know {method} {path}", 501, "UNIMPLEMENTED")

    def _answer(self, schema: str, mask: Any, value: Any) -> Any:
        check_mask(schema, mask)
        check(schema, value, few_rows=True)
        return value

    def _batch(self, book: Spreadsheet, sent: Any, mask: Any) -> Any:
        check("BatchUpdateSpreadsheetRequest", sent)
        check_mask("BatchUpdateSpreadsheetResponse", mask)
        if self.before_batch:
            self.before_batch.pop(0)(book)
        new = book.copy()
        batch.apply(new, sent["requests"])
        answer: dict[str, Any] = {"spreadsheetId": book.id}
        if sent.get("includeSpreadsheetInResponse"):
            filters = [{"a1Range": one} for one in sent.get("responseRanges", ())]
            answer["updatedSpreadsheet"] = render.filtered(new, filters, mask.get("updatedSpreadsheet", {}))
        book.__dict__.update(new.__dict__)
        answer = {key: value for key, value in answer.items() if key in mask}
        check("BatchUpdateSpreadsheetResponse", answer, few_rows=True)
        return answer

    def _token(self, body: bytes) -> tuple[int, Any]:
        """The JWT grant of a service account: signature, audience and scope are verified."""
        from google.auth import jwt

        form = parse_qs(body.decode())
        if self.token_refusal:
            return 400, {"error": "invalid_grant", "error_description": self.token_refusal}
        claims = jwt.decode(form["assertion"][0], certs=self.public_key, audience=AUDIENCE)
        if claims["scope"] != SCOPE:
            self.problems.append(f"scope {claims['scope']}")
        assert self.tokens is not None
        token = base64.urlsafe_b64encode(f"token {len(self.tokens)}".encode()).decode()
        self.tokens.add(token)
        return 200, {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}


class _Quiet(ThreadingHTTPServer):
    """Clients that hang up before the answer are part of the game; a fault of this server is not."""

    owner: GoogleServer

    def handle_error(self, *_: object) -> None:
        if not isinstance(sys.exception(), OSError):
            self.owner.problems.append(repr(sys.exception()))


def _handler(server: GoogleServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # an answer's head and body are two packets: the second shall not wait

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self._serve()

        do_POST = do_PUT = do_DELETE = do_PATCH = do_GET  # noqa: N815

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fault = self._fault()
            if fault and not fault.after:
                return self._fail(fault, len(body))
            status, answer = server.answer(self.command, self.path, body, self.headers)
            if fault:
                return self._fail(fault, len(body))
            if isinstance(answer, Zipped):
                return self._send_zipped(answer, len(body))
            return self._send(status, json.dumps(answer, separators=(",", ":")).encode(), len(body))

        def _fault(self) -> Fault | None:
            with server.lock:
                return server.fault_of(self.path.partition("?")[0])

        def _send_zipped(self, answer: Zipped, received: int) -> None:
            with server.lock:
                call = Call(self.command, self.path.partition("?")[0], 200, received, len(answer.data), answer.size)
                server.calls.append(call)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(answer.data)))
            self.end_headers()
            self.wfile.write(answer.data)

        def _fail(self, fault: Fault, received: int) -> None:
            kind, _, form = fault.kind.partition(" ")
            if kind in ("break", "hang"):
                server.calls.append(Call(self.command, self.path.partition("?")[0], 0, received, 0, 0))
                if kind == "hang":
                    server.hang()
                self.close_connection = True
                self.connection.close()
                return
            if kind == "garbage":
                self._send(200, b"<html>sign in</html>", received, "text/html")
                return
            status = int(kind)
            if form == "html":
                text = f"<html><title>Error {status}</title>Try again in 30 seconds.</html>"
                self._send(status, text.encode(), received, "text/html", fault.wait)
            elif form == "text":
                self._send(status, b'{"error": "backend trouble"}', received, wait=fault.wait)
            else:
                word = "RESOURCE_EXHAUSTED" if status == 429 else "UNAVAILABLE"
                error = {"code": status, "message": "The service is currently unavailable.", "status": word}
                self._send(status, json.dumps({"error": error}).encode(), received, wait=fault.wait)

        def _send(
            self, status: int, data: bytes, received: int, kind: str = "application/json", wait: str = ""
        ) -> None:
            size = len(data)
            zipped = server.gzipped and "gzip" in self.headers.get("Accept-Encoding", "")
            data = gzip.compress(data, 6) if zipped else data
            with server.lock:
                server.calls.append(Call(self.command, self.path.partition("?")[0], status, received, len(data), size))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if wait:
                self.send_header("Retry-After", wait)
            if zipped:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler
