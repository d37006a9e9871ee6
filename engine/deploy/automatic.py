"""What a push starts by itself: it deploys, waits for what passes, or ends with every reason told."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from engine.deploy import making
from engine.deploy.commit_facts import CommitFacts
from engine.deploy.history import is_under_way
from engine.deploy.outcome import Obstacle
from engine.deploy.rules.situation import Situation
from engine.deploy.rules.table import DEPLOYING, PASSING, ending_of, obstacles_of
from engine.deploy.situations import situation_in, with_earlier
from engine.deploy.turns import leave
from engine.domain.environment import Environment
from engine.domain.release import DeployState, Release, ReleaseKind, Waiting
from engine.errors import Cause
from engine.forge.commits import Checks
from engine.project.environments import ALL_CHECKS, Rules
from engine.reasons import Reason
from engine.reports.escape import code
from engine.store import audit, releases
from engine.store.audit import Entry
from engine.store.locks import LockTimes
from engine.store.releases import NewRelease

#: Seconds that checks which the commit before had may take to appear, before those that did count as all there are.
CHECKS_APPEAR = 120.0


def start(
    connection: Connection,
    environment: Environment,
    rules: Rules,
    commit: CommitFacts,
    *,
    login: str,
    expected: Sequence[str],
    problems: tuple[str, ...],
    times: LockTimes,
) -> str:
    """The automatic deploy of a commit; what became of it, in a few words for the operator.

    `expected`: names of checks that the commit before had.
    """
    if environment.hold:
        _record(connection, environment, commit.sha, login, f"refused:{Reason.ON_HOLD}", times)
        return f"{environment.name} is held"
    if _is_there(connection, environment, commit.sha):
        return f"{environment.name} has the commit already"
    situation = replace(_situation(connection, environment, rules, commit, times), login=login, problems=problems)
    release = releases.ask(connection, _new(environment, rules, commit, login), times.now)
    _record(connection, environment, commit.sha, login, f"done {release.id}", times)
    resume(connection, release, situation, expected, times)
    return f"{release.id} to {environment.name}"


def situation_again(
    connection: Connection,
    release: Release,
    environment: Environment,
    rules: Rules,
    checks: Checks | None,
    times: LockTimes,
) -> Situation:
    """The situation of one that waits, with what checks say by now."""
    commit = CommitFacts(release.ref, release.sha, release.ref, checks=checks)
    found = _situation(connection, environment, rules, commit, times)
    return replace(found, login=release.requested_by, release_id=release.id)


def resume(
    connection: Connection, release: Release, situation: Situation, expected: Sequence[str], times: LockTimes
) -> None:
    """Goes as far as it can: it ends, waits, or comes to its gate and into line."""
    told = obstacles_of(situation, DEPLOYING)
    final = ending_of(situation, told)
    if final:
        end(connection, release, final, times)
        return
    told = told or _yet_to_appear(release, situation, expected)
    if told:
        releases.wait_for(connection, release.id, *wait_of(told), times.now)
        return
    making.begin(connection, release, situation.rules, times)


def wait_of(told: Sequence[Obstacle]) -> tuple[Waiting, str]:
    """What a release is said to wait for, by what stands in its way."""
    first = told[0]
    said = f"{first.sentence} {first.opener}" if first.reason is Reason.OUTSIDE_WINDOW else first.sentence
    return PASSING[first.reason], said.rstrip(".")


def end(connection: Connection, release: Release, why: Sequence[Obstacle], times: LockTimes) -> None:
    """The release is over before anything of it ran: cancelled where nothing is wrong with it, else failed."""
    cause = Cause(" ".join(each.sentence for each in why), " ".join(each.opener for each in why), why[0].reason)
    calm = all(each.reason in CALM for each in why)
    state = DeployState.CANCELLED if calm else DeployState.FAILED
    releases.advance(connection, release.id, state, cause.sentence.rstrip("."), times.now, cause=cause)
    leave(connection, release, times)


#: Reasons by which a release is cancelled: somebody wanted it so.
CALM = frozenset({Reason.ON_HOLD, Reason.RETIRED_ENVIRONMENT})


def _yet_to_appear(release: Release, situation: Situation, expected: Sequence[str]) -> tuple[Obstacle, ...]:
    """Checks are often made a moment after the push: those that the commit before had are awaited."""
    if situation.rules.checks != ALL_CHECKS or situation.now - release.created_at >= CHECKS_APPEAR:
        return ()
    checks = situation.commit.checks if situation.commit is not None else None
    seen = {each.name for each in checks.results} if checks is not None else set()
    missing = [name for name in expected if name not in seen]
    if not missing:
        return ()
    names = ", ".join(code(name) for name in missing[:5])
    return (Obstacle(Reason.CHECKS_PENDING, f"Waits for {names}, which the commit before had.", ""),)


def _is_there(connection: Connection, environment: Environment, sha: str) -> bool:
    """The commit is on its way there, or serves and nothing else is about to take its place."""
    live = [each for each in releases.unfinished(connection, environment.id) if not each.stop_wanted]
    if any(each.sha == sha for each in live):
        return True
    serving = releases.by_id(connection, environment.release_id)
    return serving is not None and serving.sha == sha and not any(is_under_way(each) for each in live)


def _situation(
    connection: Connection, environment: Environment, rules: Rules, commit: CommitFacts, times: LockTimes
) -> Situation:
    found = situation_in(connection, environment, rules, times)
    found = with_earlier(connection, found, environment.repository_id, commit.sha)
    return replace(found, automatic=True, commit=commit)


def _new(environment: Environment, rules: Rules, commit: CommitFacts, login: str) -> NewRelease:
    return NewRelease(
        environment=environment,
        kind=ReleaseKind.DEPLOY,
        sha=commit.sha,
        ref=commit.ref,
        requested_by=login,
        door="push",
        ask="",
        variables_version=environment.variables_version,
        configuration=commit.run.json(),
        approvals_needed=rules.approvals,
        automatic=True,
        waiting=Waiting.TURN,
    )


def _record(
    connection: Connection, environment: Environment, sha: str, login: str, outcome: str, times: LockTimes
) -> None:
    entry = Entry(
        at=times.now,
        installation_id=environment.installation_id,
        who=login,
        door="push",
        did="deploy",
        subject=environment.id,
        sha=sha,
        outcome=outcome,
    )
    audit.record(connection, entry)
