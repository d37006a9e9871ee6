"""What `/status` and `/help` say about environments."""

from dataclasses import replace

from engine.domain.lock import Lock
from engine.domain.release import DeployState, Waiting
from engine.planner.environment_words import environments_answer, help_answer
from engine.planner.known import EnvironmentView
from tests.deploy.values import RELEASE
from tests.forge.payloads import REPOSITORY_ID, SHA_A, SHA_B
from tests.planner.values import known

SERVING = replace(
    RELEASE,
    repository_id=REPOSITORY_ID,
    number=3,
    sha=SHA_A,
    state=DeployState.DEPLOYED,
    waiting=Waiting.NOTHING,
    status_message="Deployed",
    door="comment",
    created_at=1_700_000_000.0,
    started_at=1_700_000_000.0,
    finished_at=1_700_000_060.0,
)
NEXT = replace(
    SERVING,
    id="dep_2",
    number=4,
    sha=SHA_B,
    state=DeployState.PENDING,
    status_message="Waits | for @grace",
    finished_at=None,
)
LOCKS = (
    Lock("l0", "env_1", "ada", "", "the | fair @everyone", 1_700_000_000.0, 0, 60.0),
    Lock("l1", "env_1", "bob", "", "", 1_700_000_000.0, 1, 60.0),
)
PRODUCTION = EnvironmentView("production", "https://production--shop.example/", SERVING, (NEXT,), LOCKS)


def row(view: EnvironmentView) -> str:
    """The line of an environment."""
    (line,) = [each for each in environments_answer(known(environments=(view,))).splitlines() if view.name in each]
    return line


def test_a_row_tells_what_is_live_since_when_by_whom_what_waits_and_who_holds_it() -> None:
    cells = [cell.strip() for cell in row(PRODUCTION).strip("|").split(" | ")]
    assert cells[:4] == [
        "[`production`](https://production--shop.example/)",
        f"`v3` of `{SHA_A[:7]}`",
        "2023-11-14 22:14 UTC",
        "`@ada`",
    ]
    assert cells[4].startswith(f"`v4` of `{SHA_B[:7]}`: Waits")
    assert cells[5].startswith("`@ada` since 2023-11-14 22:13 UTC: the")
    assert cells[5].endswith("then `@bob`")
    assert len(cells) == 6


def test_what_people_wrote_mentions_nobody_and_ends_no_cell() -> None:
    line = row(PRODUCTION)
    assert "@everyone" not in line
    assert "for @grace" not in line
    assert line.replace("\\|", "").count("|") == 7


def test_an_environment_of_which_nothing_is_known_has_a_row_that_says_so() -> None:
    answer = environments_answer(known(named=("staging",)))
    assert answer.splitlines()[-1] == "| `staging` | nothing yet | – | – | – | – |"


def test_a_hold_says_since_when_and_what_ends_it() -> None:
    held = replace(PRODUCTION, hold="Automatic deploys wait since @ada rolled back to v3", hold_at=1_700_000_000.0)
    last = environments_answer(known(environments=(held,))).splitlines()[-1]
    assert last.startswith("`production`: Automatic deploys wait since")
    assert "`/unlock production`" in last


def test_a_retired_or_fallen_environment_says_so() -> None:
    assert "no longer named" in row(replace(PRODUCTION, retired=True))
    assert "down: It ran out of memory." in row(replace(PRODUCTION, death="It ran out of memory"))


def test_where_there_is_no_environment_the_answer_says_what_makes_one() -> None:
    assert "`/deploy`" in environments_answer(known())


def test_help_names_what_the_file_names_else_what_is_known() -> None:
    assert "Environments here: `staging`, `production`." in help_answer(known(named=("staging", "production")))
    retired = replace(PRODUCTION, name="old", retired=True)
    assert "The environment here: `production`." in help_answer(known(environments=(PRODUCTION, retired)))
    assert "here: " not in help_answer(known())
