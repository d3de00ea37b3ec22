"""How the program was called: options wherever they stand, and its own name as a person can copy it."""

import shutil
import sys
from pathlib import Path
from typing import Any

from typer.core import TyperGroup


class ConfigAnywhere(TyperGroup):
    """``-c FILE`` counts wherever it stands: people write it behind the command too."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        at = next((n for n, word in enumerate(args) if word in ("-c", "--config")), 0)
        return super().parse_args(ctx, [*args[at : at + 2], *args[:at], *args[at + 2 :]] if at else args)


def as_called() -> str:
    """This program as it was called, for a line that people copy."""
    name = sys.argv[0]
    if Path(name).stem != "halokop":
        return "python -m halokop_sheets"
    return "halokop" if shutil.which("halokop") == name else name
