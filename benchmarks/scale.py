"""How many programmes Google's limits allow: the real turns and budgets, ticks that only cost requests, simulated time.

``python -m benchmarks.scale`` prints the table of docs/scale.md; it takes a few minutes.
"""

from dataclasses import dataclass, field

from benchmarks.measure import table
from halokop_sheets.programmes.budget import Budget, Limits
from halokop_sheets.programmes.spread import key_of
from halokop_sheets.programmes.turns import Turn, in_order

SEVEN = 1_795_564_800.0  # a wall clock's 07:00, in seconds; nothing hangs on which
LEAD, AFTER = 5400, 3600  # seconds before and after it that are played


@dataclass
class Played:
    """``gaps``: the longest time between two looks at one programme; ``waits``: from 07:00 to each one's mail."""

    gap: float = 0.0
    waits: list[float] = field(default_factory=list)


def play(offices: int, accounts: int, projects: int, beat: int = 1) -> Played:
    """Mail is due everywhere at 07:00: such a tick costs two reads and two writes, a quiet one a read."""
    budget = Budget(Limits())
    keys = [f"key-{n}.json" for n in range(accounts)]
    for n, key in enumerate(keys):
        budget.add(key, f"project-{n % projects}")
    turns = [Turn(f"kantor-{n:04}", 300.0, moments=(SEVEN,)) for n in range(offices)]
    key = {turn.name: key_of(turn.name, keys) for turn in turns}
    played, mailed = Played(), set[str]()
    for second in range(-LEAD, AFTER, beat):
        wall, spent = SEVEN + second, set[str]()
        for turn in in_order(turns, wall, float(second)):
            account = key[turn.name]
            pressing = turn.pressing(wall)
            if account in spent:
                continue
            if budget.take(account, "read", float(second), reserve=0 if pressing else 1):
                spent.add(account)
                if len(spent) == accounts:
                    break
                continue
            if second > -LEAD + 3600:
                played.gap = max(played.gap, turn.waited(float(second)))
            if second >= 0 and turn.name not in mailed:
                mailed.add(turn.name)
                played.waits.append(second)
                budget.take(account, "read", float(second))
                budget.take(account, "write", float(second))
            turn.begin(wall, float(second))
            turn.end(float(second), failed=False)
    return played


def report() -> str:
    rows = []
    for offices, accounts, projects in ((1, 1, 1), (10, 1, 1), (514, 1, 1), (514, 4, 1), (5000, 5, 1), (5000, 20, 4)):
        one = play(offices, accounts, projects, 2 if offices < 1000 else 5)
        late = f"{max(one.waits) / 60:.0f}" if len(one.waits) == offices else "more than an hour"
        rows.append((f"{offices:,}", str(accounts), str(projects), f"{one.gap / 60:.0f}", late))
    return table(("offices", "accounts", "projects", "longest gap, minutes", "last mail of 07:00, minutes"), rows)


if __name__ == "__main__":
    print(report())
