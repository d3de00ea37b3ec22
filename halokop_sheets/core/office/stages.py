"""The stages in which a sheet is read: what each needs, and which ones must have run before it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from halokop_sheets.core.office.model import OfficeState
from halokop_sheets.core.sheet.draft import Draft

Reader = Callable[[Draft, OfficeState], None]
"""Reads rows of the draft into the office, and puts values of ours back into the draft."""


class StageOrderError(ValueError):
    """A stage stands in the table before one whose findings it uses: a mistake of ours, never of the sheet."""


@dataclass(frozen=True)
class Stage:
    """One reader. ``needs``: tabs without which it is left out, for it would conclude from rows it cannot read."""

    run: Reader
    needs: tuple[str, ...] = ()
    after: tuple[Reader, ...] = ()


def run_stages(stages: Iterable[Stage], draft: Draft, office: OfficeState) -> None:
    """Run the stages in the order of the table. Raises :class:`StageOrderError` where that order cannot be right."""
    ran: set[Reader] = set()
    for stage in stages:
        missing = [reader.__name__ for reader in stage.after if reader not in ran]
        if missing:
            raise StageOrderError(f"{stage.run.__name__} must run after {', '.join(missing)}")
        ran.add(stage.run)
        if office.unread.isdisjoint(stage.needs):
            stage.run(draft, office)
