"""The packaged ``config/`` and ``templates/``: in an installed wheel inside the package, in a checkout beside it."""

from functools import cache
from importlib import resources
from pathlib import Path


@cache
def folder(name: str) -> Path:
    """The folder ``config`` or ``templates`` that came with the program."""
    checkout = Path(__file__).resolve().parent.parent / name
    if checkout.is_dir() and (checkout.parent / "pyproject.toml").is_file():
        return checkout
    return Path(str(resources.files("halokop_sheets").joinpath("data", name)))
