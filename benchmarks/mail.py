"""How fast mail leaves: the whole protocol, the ledger's synchronous commits included, beside a plain smtplib loop.

    python -m benchmarks.mail [MAILS] [ROUNDS]

Both send the same frozen bytes over one connection to the same server (aiosmtpd, in a process of its own, so that the
sender has its processor to itself). Rounds alternate; the medians are compared. Demanded: at least half.
"""

import smtplib
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from halokop_sheets.core.sheet.values import Mail
from halokop_sheets.mail.delivery import Guard, Watch, deliver
from halokop_sheets.mail.message import Rendered, build
from halokop_sheets.mail.transports.smtp import SmtpTransport
from halokop_sheets.settings import SmtpSettings
from tests.mail_office import MAIL, NOW, open_ledger, people
from tests.smtp_server import HOST, mail_server

_HTML = "<p>" + "Langkah 5 · naskah siap tayang, tenggat hari ini pukul 15.00. " * 120 + "</p>"  # some 8 kB


def freeze(mail: Mail) -> bytes:
    return build(mail, Rendered(_HTML, _HTML), MAIL, NOW)


def _serve(pipe: Connection) -> None:
    with mail_server() as server:
        pipe.send(server.port)
        pipe.recv()
        pipe.send(len(server.mails))


@contextmanager
def server_process(expected: int) -> Iterator[int]:
    """The port of a server; at the end it must have taken as many mails as expected."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    yield ours.recv()
    ours.send("end")
    taken = ours.recv()
    process.join()
    assert taken == expected, f"{taken} mails arrived, not {expected}"


def plain_loop(port: int, mails: list[Mail], data: list[bytes]) -> float:
    start = time.perf_counter()
    with smtplib.SMTP(HOST, port, "example.go.id") as server:
        for mail, one in zip(mails, data, strict=True):
            server.sendmail("halokop@example.go.id", [mail.recipient], one)
    return time.perf_counter() - start


def protocol(port: int, mails: list[Mail]) -> tuple[float, float]:
    """Seconds to freeze and claim, and to deliver."""
    with tempfile.TemporaryDirectory() as folder, open_ledger(Path(folder)) as ledger:
        start = time.perf_counter()
        ledger.claim(mails, freeze, NOW)
        claimed = time.perf_counter()
        transport = SmtpTransport(SmtpSettings(host=HOST, port=port, security="none"), "", "example.go.id")
        outcome = deliver(ledger, transport, MAIL, NOW, Guard(), Watch(time.monotonic))
        assert outcome.sent == len(mails), outcome
        return claimed - start, time.perf_counter() - claimed


def main(count: int = 200, rounds: int = 5) -> float:
    """Prints the figures; returns the protocol's throughput as a share of the plain loop's."""
    mails = people(count)
    data = [freeze(mail) for mail in mails]
    plain, claims, delivery = [], [], []
    with server_process(2 * count * rounds) as port:
        for _ in range(rounds):
            plain.append(plain_loop(port, mails, data))
            claim, sent = protocol(port, mails)
            claims.append(claim)
            delivery.append(sent)
    one, two = statistics.median(plain), statistics.median(delivery)
    print(f"{count} mails of {len(data[0])} bytes, medians of {rounds} rounds")
    print(f"  plain smtplib loop       {one:6.3f} s  {count / one:6.0f} mails/s")
    print(f"  protocol with ledger     {two:6.3f} s  {count / two:6.0f} mails/s  = {one / two:.2f} of the plain loop")
    print(f"  (making and claiming)    {statistics.median(claims):6.3f} s")
    return one / two


if __name__ == "__main__":
    share = main(*map(int, sys.argv[1:3]))
    sys.exit(share < 0.5)
