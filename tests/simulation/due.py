"""Which mails the design wants at one moment, computed from people's cells alone."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from tests.simulation import contract as c
from tests.simulation.expected import Facts
from tests.simulation.team import hour_for, named, owners, with_roles

Groups = dict[str, list[str]]  # steps of a digest by tone: late, today, soon


def due_mails(facts: Facts) -> Iterator[tuple[str, Groups | None]]:
    """Keys of the mails that must exist by now, a digest with the steps that it shows. ``schedule-changed`` and the
    administrator's mails depend on the past and are judged elsewhere."""
    clock, working = facts.now.time(), c.is_working(facts.today, facts.off)
    if working and clock < c.DIGEST_UNTIL:
        for address, groups in agendas(facts).items():
            if clock >= hour_for(address, facts):
                yield f"digest:{address}:{facts.today}", groups
    for address in _run_downs(facts) if c.RUN_DOWN <= clock < c.RUN_DOWN_UNTIL else ():
        yield f"run-down:{address}:{facts.today}", None
    for episode, number, line in facts.open_steps:
        due = facts.window(episode, number, line)[1]
        if (
            number == 6
            and due
            and not facts.unrecorded(episode, number, line)
            and due + timedelta(minutes=30) <= facts.now < c.midnight(due.date()) + c.days(1)
        ):
            for address in owners(episode, number, line, facts) | with_roles(("Koordinator",), facts):
                yield f"publication-missed:{address}:{episode.code}/06:{due:%Y-%m-%dT%H:%M}", None
    if working and clock < c.DIGEST_UNTIL and _long_late(facts):
        for address in with_roles(("Koordinator",), facts):
            if clock >= hour_for(address, facts):
                yield f"escalation:{address}:{facts.today}", None
    yield from ((key, None) for key in _invitations(facts, strict=True))


def allowed_mails(facts: Facts) -> dict[str, Groups | None]:
    """Those, and those that the design leaves open."""
    clock = facts.now.time()
    asking = {f"digest:{a}:{facts.today}": None for a in to_ask(facts) if hour_for(a, facts) <= clock}
    return {**dict.fromkeys(_invitations(facts, strict=False)), **asking, **dict(due_mails(facts))}


def to_ask(facts: Facts) -> dict[str, dict[str, date]]:
    """Steps born late of which nobody knows whether they were done, by whom to ask; with the day of their birth."""
    found: dict[str, dict[str, date]] = defaultdict(dict)
    for episode, number, line in facts.open_steps:
        if facts.unrecorded(episode, number, line):
            for address in owners(episode, number, line, facts):
                found[address][f"{episode.code}/{number:02d}"] = line.born
    return found


def agendas(facts: Facts) -> dict[str, Groups]:
    """Everybody with something that waits for them today, and the steps among it."""
    found: dict[str, Groups] = defaultdict(lambda: {"late": [], "today": [], "soon": []})
    for episode, number, line in facts.open_steps:
        start, due = facts.window(episode, number, line)
        assert due is not None
        if facts.unrecorded(episode, number, line):
            continue
        if facts.now > due:
            tone = "late"
        elif facts.today in ((start or due).date(), due.date()):
            tone = "today"
        elif any(facts.near(at.date()) for at in (start, due) if at):
            tone = "soon"
        else:
            continue
        for address in owners(episode, number, line, facts):
            found[address][tone].append(f"{episode.code}/{number:02d}")
    for address in (*_readings(facts), *_questions(facts), *_actions(facts)):
        found[address]  # an agenda, be it without steps
    return found


def _readings(facts: Facts) -> Iterator[str]:
    for episode, number, line in facts.open_steps:
        if number == 10 and any(facts.reading_status(episode, *key) == "Hari ini" for key in episode.readings):
            yield from owners(episode, number, line, facts)


def _questions(facts: Facts) -> Iterator[str]:
    w = facts.world
    for line in w.rows("Tanya Jawab"):
        if not (facts.question_status(line) or "Dijawab").startswith("Belum"):
            continue
        episode = facts.episodes.get(w.text("Tanya Jawab", line, "Episode"))
        if episode and episode.live and 8 in episode.steps:
            yield from owners(episode, 8, episode.steps[8], facts)
        else:
            yield from with_roles(("Pubdisdok",), facts)


def _actions(facts: Facts) -> Iterator[str]:
    w = facts.world
    for line in w.rows("Tindak Lanjut"):
        due = w.meanings.day(w.get("Tindak Lanjut", line, "Tenggat"))
        waits = w.text("Tindak Lanjut", line, "Uraian") and not facts.action_done(line)
        if due and waits and (due < facts.today or facts.near(due)):
            yield from (p.email for p in named(w.get("Tindak Lanjut", line, "Petugas"), facts))


def _run_downs(facts: Facts) -> set[str]:
    return {
        address
        for episode, number, line in facts.open_steps
        if episode.day == facts.today and number in (5, 6, 7, 8)
        for address in owners(episode, number, line, facts)
    }


def _long_late(facts: Facts) -> bool:
    for episode, number, line in facts.open_steps:
        due = facts.window(episode, number, line)[1]
        if due and facts.now > due and not facts.unrecorded(episode, number, line):
            since = facts.late_since(line, due)
            after = (facts.today - since).days
            if sum(c.is_working(since + c.days(n), facts.off) for n in range(1, after + 1)) >= 2:
                return True
    return False


def _invitations(facts: Facts, *, strict: bool) -> Iterator[str]:
    """With the evaluation tab until the end of H+6, until it shows that it was held."""
    w = facts.world
    if facts.now.time() < c.DIGEST_AT:
        return
    for episode in facts.episodes.values():
        meeting = episode.meeting
        if meeting is None or episode.ended or w.get("Catatan Evaluasi", meeting, "Ditutup") is not None:
            continue
        held = any(w.text("Catatan Evaluasi", meeting, header) for header in ("Peserta", "Hasil Evaluasi"))
        if (episode.active if strict else episode.status != "Dibatalkan") and episode.day and not held:
            yield from (f"invitation:{p.email}:{episode.code}" for p in facts.team if p.here(facts.today))
