"""Who is who: the staff, the ways in which people write names and roles, and whose a step is."""

from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tests.simulation import contract as c
from tests.simulation.spellings import hour_of

if TYPE_CHECKING:
    from tests.simulation.expected import Episode, Facts
    from tests.simulation.world import Line, World

STAFF = {  # full name: address, role as typed
    "Dewi Anggraini": ("dewi@example.go.id", "Tim pelaksana; Pubdisdok"),
    "Rudi Hartono": ("rudi@example.go.id", "Tim pelaksana, Pubdisdok"),
    "Sinta Maharani": ("sinta@example.go.id", "Tim Humas"),
    "Bambang Prakoso": ("bambang@example.go.id", "Koordinator"),
    "Agus Salim": ("agus@example.go.id", "humas/pubdisdok"),
}
ROLES = {
    "Tim pelaksana; Pubdisdok": ("Tim pelaksana", "Pubdisdok"),
    "Tim pelaksana, Pubdisdok": ("Tim pelaksana", "Pubdisdok"),
    "Tim Humas": ("Tim Humas",),
    "Koordinator": ("Koordinator",),
    "Tim pelaksana": ("Tim pelaksana",),
    "humas/pubdisdok": ("Tim Humas", "Pubdisdok"),
    "Humas": ("Tim Humas",),
    "koordinator; Tim pelaksana": ("Koordinator", "Tim pelaksana"),
    "Pubdisdok": ("Pubdisdok",),
}
STRANGERS = ("orang@contoh.com", "dewi@example.go.id.jahat.com", "bukan alamat", "a@b@example.go.id")


def _ways() -> dict[str, tuple[str, ...]]:
    ways: dict[str, tuple[str, ...]] = {}
    names = list(STAFF)
    for name in names:
        first = name.split()[0]
        for way in (name, first, first.lower(), f"Bu {first}", f"pak {name}", f"  {name.upper()} "):
            ways[way] = (name,)
    for one, other in pairwise(names):
        for between in (", ", " & ", " dan ", " / "):
            ways[f"{one.split()[0]}{between}{other.split()[0]}"] = (one, other)
    return ways


NAMES = _ways()


@dataclass(frozen=True)
class Person:
    name: str
    email: str  # empty: none that may be written to
    roles: tuple[str, ...]
    active: bool
    hour: time
    leave: date | None

    def here(self, day: date) -> bool:
        return self.active and bool(self.email) and (self.leave is None or self.leave < day)


def allowed(address: str) -> bool:
    return address.count("@") == 1 and address.endswith("@example.go.id") and " " not in address


def team_of(world: "World") -> list[Person]:
    people = []
    boxes = [world.get("Tim", line, "Aktif") for line in world.rows("Tim") if world.text("Tim", line, "Nama")]
    unused = True not in [box for box in boxes if isinstance(box, bool)]  # FALSE in every row says nothing
    for line in world.rows("Tim"):
        name, email = world.text("Tim", line, "Nama"), world.text("Tim", line, "Email").lower()
        if not name:
            continue
        hour = hour_of(world.get("Tim", line, "Jam Pengingat"))
        active = world.get("Tim", line, "Aktif")
        people.append(
            Person(
                name,
                email if allowed(email) else "",
                ROLES.get(world.text("Tim", line, "Peran"), ()),
                active is None or (active is False and unused) or world.meanings.tick(active) is True,
                hour if hour and hour < c.DIGEST_UNTIL else c.DIGEST_AT,
                world.meanings.day(world.get("Tim", line, "Cuti Sampai")),
            )
        )
    return people


def named(cell: Any, facts: "Facts") -> list[Person]:
    """The people whom a cell names and who can be reached today."""
    names = NAMES.get(cell, ()) if isinstance(cell, str) else ()
    return [p for name in names for p in facts.team if p.name == name and p.here(facts.today)]


def with_roles(roles: tuple[str, ...], facts: "Facts") -> set[str]:
    """Addresses of a role's people, else the Koordinator's, else the administrator's."""
    for wanted in (roles, ("Koordinator",)):
        found = {p.email for p in facts.team if p.here(facts.today) and set(wanted) & set(p.roles)}
        if found:
            return found
    return {c.ADMIN}


def owners(episode: "Episode", number: int, line: "Line", facts: "Facts") -> set[str]:
    """Whose a step is today: Petugas, Penanggung Jawab of steps of Tim pelaksana, role, Koordinator, administrator."""
    role = c.STEPS[number][2]
    found = named(facts.world.get("Langkah", line, "Petugas"), facts)
    if not found and role == "Tim pelaksana":
        found = named(facts.world.get("Jadwal", episode.line, "Penanggung Jawab"), facts)
    return {p.email for p in found} or with_roles((role,), facts)


def hour_for(address: str, facts: "Facts") -> time:
    return next((p.hour for p in facts.team if p.email == address), c.DIGEST_AT)
