"""The command line as people use it, in this process: what it prints and the exit code."""

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path

from halokop_sheets.cli import commands, main


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


def halokop(folder: Path, *words: str) -> Ran:
    """``halokop -c FOLDER/halokop.toml WORDS``."""
    return called("-c", str(folder / "halokop.toml"), *words)


def called(*words: str) -> Ran:
    """``halokop WORDS``."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(lambda: commands(list(words), standalone_mode=True))
        except SystemExit as stop:
            code = int(stop.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())
