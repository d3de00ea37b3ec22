"""How the program was called: options wherever they stand, and its own name as a person can copy it."""

import shutil
import sys
from pathlib import Path
from typing import Any

from typer.core import TyperGroup


class ConfigAnywhere(TyperGroup):
    """``-c FILE`` counts wherever it stands: people write it behind the command too. Files that follow it count as
    well, for a shell makes several words of ``-c kantor.d/*.toml``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        front, rest = list[str](), list[str]()
        listing = False
        words = iter(args)
        for word in words:
            listing = listing and word.endswith(".toml")
            if listing:
                front += ["-c", word]
            elif word in ("-c", "--config") and (file := next(words, None)) is not None:
                front += [word, file]
                listing = True
            else:
                (front if word.startswith(("-c", "--config=")) and word != "-c" else rest).append(word)
        return super().parse_args(ctx, [*front, *rest])


def as_called() -> str:
    """This program as it was called, for a line that people copy."""
    name = sys.argv[0]
    if Path(name).stem != "halokop":
        return "python -m halokop_sheets"
    return "halokop" if shutil.which("halokop") == name else name
