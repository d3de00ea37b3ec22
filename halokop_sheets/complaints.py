"""What goes wrong in a command: a line on standard error and an exit code, never a traceback.

Where a log file was named, the line is written there too: nobody looks at the standard error of a Windows task.
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from halokop_sheets.errors import HalokopError


class _Log:
    """Where this process was told to write its log; None: standard error."""

    file: Path | None = None


def log_to(file: Path | None) -> None:
    """The log of this command. Raises ``UsageError`` for a file that no log can be written to."""
    from halokop_sheets.logs import set_up

    set_up(file=file)
    _Log.file = file


def complain(line: str) -> None:
    """One line that says what is wrong."""
    if sys.stderr:  # pythonw has none
        sys.stderr.write(f"{line}\n")
    if _Log.file:
        logging.getLogger("halokop_sheets").error("%s", line)


@contextmanager
def clear_errors() -> Iterator[None]:
    """Our own errors as lines with the exit code that fits; anything else as one line that asks for a report."""
    try:
        yield
    except HalokopError as error:
        for line in str(error).splitlines():
            complain(f"halokop: {line}")
        raise SystemExit(error.exit_code) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:
        if os.environ.get("HALOKOP_TRACEBACK"):
            raise
        text = " ".join(str(error).split())[:300]
        what = f"{type(error).__name__}: {text}"
        complain(f"halokop: internal error, please report it: {what} (HALOKOP_TRACEBACK=1 shows where)")
        raise SystemExit(1) from None
