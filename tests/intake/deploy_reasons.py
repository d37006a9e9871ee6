"""How each reason code about environments is reached by comments and pushes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from engine.forge.commits import CheckResult, CheckState
from engine.reasons import Reason
from tests.forge.payloads import SHA_A, SHA_B, SHA_C, a_comment_event, a_push_event
from tests.intake.deploying import ONE, TWO, configure, goes_live, open_shop, say, the_release
from tests.intake.world import World


def asking(command: str, text: str = "", sender: str = "writer") -> Callable[[World], None]:
    """A command in a project whose default branch has that `slipway.yml`."""

    def scene(world: World) -> None:
        configure(open_shop(world), text)
        say(world, command, sender)

    return scene


def with_check(state: CheckState) -> Callable[[World], None]:
    """A deploy of a commit that has one check."""

    def scene(world: World) -> None:
        open_shop(world).history.checks[SHA_A] = (CheckResult("test", state, 7),)
        say(world, "/deploy")

    return scene


def retired(world: World) -> None:
    configure(open_shop(world), TWO)
    say(world, "/lock staging")
    configure(world, ONE)
    say(world, "/deploy staging")


def behind(world: World) -> None:
    open_shop(world).history.add("d" * 40, SHA_C, branch="main")
    say(world, "/deploy")


def shut(world: World) -> None:
    """The window is on a day that is neither today nor tomorrow, wherever midnight is."""
    day = (datetime.now(UTC) + timedelta(days=3)).strftime("%a").lower()
    configure(open_shop(world), f'environments: {{production: {{windows: ["{day} 09:00-10:00 UTC"]}}}}')
    say(world, "/deploy")


def locked(command: str) -> Callable[[World], None]:
    """Somebody else holds the lock."""

    def scene(world: World) -> None:
        say(open_shop(world), "/lock production moving house", "admin")
        say(world, command)

    return scene


def moved_branch(world: World) -> None:
    open_shop(world)
    world.take_in("push", a_push_event("refs/heads/main", "0" * 40, SHA_C))
    key = world.receive("issue_comment", a_comment_event("/deploy main"))
    world.history.refs["refs/heads/main"] = SHA_B
    world.take_in("push", a_push_event("refs/heads/main", SHA_C, SHA_B))
    world.run(key)


def own(world: World) -> None:
    configure(open_shop(world), ONE)
    say(world, "/deploy")
    say(world, "/approve")


def first_of_all(world: World) -> None:
    say(open_shop(world), "/deploy")
    goes_live(world, the_release(world))
    say(world, "/rollback")


ORDERED = "environments: {staging: {}, production: {after: staging}}"

DEPLOY_SCENES: dict[Reason, Callable[[World], None]] = {
    Reason.NO_SUCH_ENVIRONMENT: asking("/deploy nowhere main"),
    Reason.WHICH_ENVIRONMENT: asking("/deploy", TWO),
    Reason.RETIRED_ENVIRONMENT: retired,
    Reason.NO_SUCH_REF: asking("/deploy no-such-branch"),
    Reason.NOT_DEPLOYER: asking("/deploy", "environments: {production: {deployers: [ada]}}"),
    Reason.BEHIND_BASE: behind,
    Reason.CHECKS_PENDING: with_check(CheckState.PENDING),
    Reason.CHECKS_FAILED: with_check(CheckState.FAILED),
    Reason.CHECKS_UNKNOWN: with_check(CheckState.UNKNOWN),
    Reason.OUT_OF_ORDER: asking("/deploy production", ORDERED),
    Reason.OUTSIDE_WINDOW: shut,
    Reason.LOCKED: locked("/deploy"),
    Reason.REASON_NEEDED: locked("/lock --force"),
    Reason.OWN_APPROVAL: own,
    Reason.NOTHING_TO_APPROVE: asking("/approve"),
    Reason.REF_MOVED: moved_branch,
    Reason.NOT_LOCKED: asking("/unlock"),
    Reason.NO_PREVIOUS_RELEASE: first_of_all,
    Reason.NO_SUCH_RELEASE: asking("/rollback v7"),
    Reason.NOTHING_DEPLOYED: asking("/restart"),
    Reason.NOTHING_TO_PROMOTE: asking("/promote production", ORDERED),
    Reason.NO_SUCH_VARIABLE: asking("/env unset KEY"),
}

#: Reached by other ways than comments and pushes, or told in words of their own; tested where they are made.
ELSEWHERE = frozenset(
    {
        Reason.ON_HOLD,
        Reason.APPROVAL_NEEDED,
        Reason.ALREADY_DEPLOYED,
        Reason.GUARDED_VALUE,
        Reason.NO_SECRET_KEY,
        Reason.UNREADABLE_VALUE,
        Reason.SCAN_FAILED,
        Reason.TARGET_UNAVAILABLE,
        # Of doors that stand in no pull request: tests/intake/test_counter.py, tests/api/test_commands.py, tests/slack.
        Reason.WHICH_REPOSITORY,
        Reason.NO_SUCH_REPOSITORY,
        Reason.WHICH_PULL_REQUEST,
        Reason.NO_SUCH_PULL_REQUEST,
        # Of Slack: tests/slack, tests/slack_client, tests/bot_slack_modals.
        Reason.NOT_LINKED,
        Reason.NOT_SUBSCRIBED,
        Reason.CHANNEL_CLOSED,
        Reason.NOT_INSTALLED,
        Reason.TOO_LATE,
    }
)
