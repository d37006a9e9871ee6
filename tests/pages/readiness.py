"""An inspection of the small world's repository, as a job would have left it."""

import time
from dataclasses import replace

from engine.domain.inspection import Inspection, InspectionState
from engine.readiness.finding import Finding
from engine.readiness.inspected import Inspected
from engine.readiness.waiver import Waiver, waivers_json
from engine.store import inspections
from engine.store.inspections import Wanted
from tests.access.world import INSTALLATION, SHOP, World
from tests.readiness.report_sample import BLOCKING, NOTE, SHA, WARNING, a_finding, seen

#: One of each weight, of rules that there are.
FOUND = (
    a_finding("debug-off", BLOCKING, "app.py", 7),
    a_finding("lock-file", WARNING, "requirements.txt", 0),
    a_finding("licence", NOTE, "", 0),
)


def looked(world: World, number: int = 1, saw: Inspected | None = None, waivers: tuple[Waiver, ...] = ()) -> Inspection:
    """Somebody has looked at a pull request or, with 0, at the default branch."""
    now = time.time()
    with world.database.write() as connection:
        made = inspections.ask(connection, Wanted(INSTALLATION, SHOP.id, number, SHA, "writer"), now)
        says = {"inspected": (saw or seen(*FOUND)).json(), "waivers": waivers_json(waivers)}
        inspections.advance(connection, made.id, InspectionState.DONE, "Looked at", now, says)
        return inspections.known_by(connection, made.id)


def evil(words: str) -> Inspected:
    """What was seen of a repository whose every word is hostile."""
    finding = Finding("debug-off", BLOCKING, words, words, 3, key=words)
    plain = seen(finding)
    path = replace(plain.paths[0], sentence=words, missing=(words,), price=words)
    offer = replace(plain.fixes[0], sentence=words, paths=(words,))
    return replace(plain, framework=words, evidence=(words,), paths=(path,), fixes=(offer,))
