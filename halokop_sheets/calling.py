"""How the program was called: options wherever they stand, and its own name as a person can copy it."""

import shutil
import sys
from pathlib import Path
from typing import Any

from typer.core import TyperGroup


class ConfigAnywhere(TyperGroup):
    """``-c FILE`` counts wherever it stands: people write it behind the command too."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        for at, word in enumerate(args):
            long = word.startswith("--config=")
            if at and (long or (word in ("-c", "--config") and at + 1 < len(args))):
                end = at + (1 if long else 2)
                args = [*args[at:end], *args[:at], *args[end:]]
        return super().parse_args(ctx, args)


def as_called() -> str:
    """This program as it was called, for a line that people copy."""
    name = sys.argv[0]
    if Path(name).stem != "halokop":
        return "python -m halokop_sheets"
    return "halokop" if shutil.which("halokop") == name else name
