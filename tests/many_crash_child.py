"""``halokop run`` on a folder in a process of its own, whose wall clock begins where its parent says.

``python -m tests.many_crash_child FOLDER BEGIN SECONDS``: until it is killed, or so many seconds have passed. The rest
is the real thing: threads, sign-in, requests, SMTP.
"""

import dataclasses
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from google.oauth2 import service_account

from halokop_sheets import logs
from halokop_sheets.programmes.rounds import Rounds, real_edges


def main(folder: Path, begin: datetime, seconds: float) -> None:
    name = "_is_regional_access_boundary_lookup_required"  # a call to Google itself, which is not there
    setattr(service_account.Credentials, name, lambda self: False)
    logs.set_up()
    started = time.monotonic()

    def passed() -> float:
        return time.monotonic() - started

    edges, event = real_edges()
    edges = dataclasses.replace(edges, now=lambda: begin + timedelta(seconds=passed()))
    Rounds([folder], lambda: passed() > seconds, edges=edges, wake=event.set).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), float(sys.argv[3]))
