"""Secret variables of a deployed application that tells them in every way: found nowhere (fault D9)."""

import json
import secrets
from pathlib import Path
from typing import Any

from engine.store.database import Database
from tests.faults.secrets import application
from tests.faults.secrets.search import Watch, files_below, found_in, rows_of
from tests.stories.house import House
from tests.stories.person import eventually
from tests.stories.workshop import AUTOMATIC, Workshop

CANARIES = {
    "CANARY_ONE": f"Canary-{secrets.token_urlsafe(18)}",
    "CANARY_TWO": f"cän&ary /+\"'\\ %5B{secrets.token_urlsafe(12)}= <x>?",
    "CANARY_URL": f"postgres://app:pw-{secrets.token_urlsafe(12)}@db.example/shop",
}
#: Told in the same ways, and no secret: the search must find it.
CONTROL = f"control-{secrets.token_urlsafe(18)}"
SOURCE = Path(application.__file__).read_text()


def files(mode: str) -> dict[str, str]:
    return {"application.py": SOURCE, "slipway.yml": f"start: python3 application.py {mode}\n{AUTOMATIC}"}


def set_all(workshop: Workshop, environment: dict[str, Any]) -> None:
    """Sets every value, as the page and the terminal do."""
    for key, value in CANARIES.items() | {("CANARY_PLAIN", CONTROL)}:
        said = {"value": value, "is_secret": key != "CANARY_PLAIN"}
        answer = workshop.owner.slipway("PUT", f"/api/environments/{environment['id']}/variables/{key}", said)
        assert answer.status_code in (200, 201, 204), answer.text


def told_at_github(workshop: Workshop, sha: str) -> dict[str, str]:
    """All that GitHub was told about a commit."""
    calls = ("check-runs", "comments", "statuses")
    where = f"/repos/{workshop.repository}"
    told = {each: workshop.owner.call("GET", f"{where}/commits/{sha}/{each}") for each in calls}
    told["deployments"] = workshop.owner.call("GET", f"{where}/deployments")
    return {f"GitHub {name}": json.dumps(each, ensure_ascii=False) for name, each in told.items()}


def told_by_api(workshop: Workshop, release: dict[str, Any]) -> dict[str, str]:
    """What Slipway's own API says of a release."""
    paths = (f"/api/deployments/{release['id']}", f"/api/deployments/{release['id']}/logs?format=text")
    return {path: workshop.owner.slipway("GET", path).text for path in paths}


def test_what_a_release_tells_of_its_secrets_is_found_nowhere(workshop: Workshop, house: House) -> None:
    live = workshop.live()
    live.deployed(workshop.push("no secrets yet", rules=AUTOMATIC))
    set_all(workshop, live.environment())
    with Watch() as watch:
        good = live.deployed(workshop.checkout.push(files("serve"), "main"))
        crashed = workshop.checkout.push(files("crash"), "main")
        bad = live.reached(crashed, "ROLLED_BACK")
        live.told(crashed, "failure")
        log = f"/api/deployments/{bad['id']}/logs?format=text"
        # The last lines are kept when the job ends, a moment after the release.
        eventually(lambda: CONTROL in workshop.owner.slipway("GET", log).text, "the whole log of the crash")
    database = Database(f"sqlite:///{house.data_dir}/slipway.sqlite3")
    places = rows_of(database) | files_below(house.data_dir) | watch.told | told_at_github(workshop, crashed)
    places |= told_by_api(workshop, good) | told_by_api(workshop, bad)
    database.close()
    assert found_in(places, list(CANARIES.values())) == []
    assert "[hidden]" in bad["cause"]["message"]
    found = {hit.partition(":")[0] for hit in found_in(places, [CONTROL])}
    assert f"log {bad['id']}" in found
