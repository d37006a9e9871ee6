"""What is looked at once more when a deploy's job runs: between the ask and this moment anything may have changed."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from engine.deploy.commit_facts import CommitFacts
from engine.deploy.outcome import Obstacle
from engine.deploy.rules import people
from engine.deploy.rules.checks import are_green
from engine.deploy.rules.commit import is_up_to_date
from engine.deploy.rules.situation import Situation
from engine.deploy.words import commit, counted, obstacle, pull_number, ref_name, release_name
from engine.domain.environment import Environment
from engine.domain.gate import Gate, GateKind, GateState
from engine.domain.permission import Role
from engine.domain.release import Release, ReleaseKind
from engine.forge.commits import Commits
from engine.forge.port import Forge, RepositoryRef
from engine.project.environments import NO_CHECKS, Rules, rules_of
from engine.reasons import Reason
from engine.store import environments, gates, repositories
from engine.store.branches import HEADS
from engine.store.database import Database


@dataclass(frozen=True)
class Stored:
    """What SQL says of the release at this moment."""

    repository: RepositoryRef
    default_branch: str
    environment: Environment
    rules: Rules
    gate: Gate | None


def why_not(database: Database, forge: Forge, commits: Commits, release: Release) -> Obstacle | None:
    """Why the release must not be deployed after all; None: it may. Raises Unreachable, Denied or Gone.

    The lock is the line's matter: see `turns.line_up`, which the job calls first. `why_not_in_sql` says the same within
    the transaction that moves the pointer, without GitHub.
    """
    with database.read() as connection:
        told = why_not_in_sql(connection, release)
        stored = _stored(connection, release)
    if told is not None or stored is None:
        return told
    if not release.automatic:
        told = people.permitted(release.requested_by, forge.permission(stored.repository, release.requested_by))
    if told is not None or not release.approvals_needed:
        return told
    return _of_approvals(forge, release, stored) or _of_commit(forge, commits, release, stored)


def why_not_in_sql(connection: Connection, release: Release) -> Obstacle | None:
    """As far as SQL knows: the environment is there, its deployers are still those, the gate is open for this sha."""
    stored = _stored(connection, release)
    if stored is None:
        return obstacle(Reason.REPOSITORY_REMOVED, "The GitHub App no longer covers this repository.")
    if stored.environment.retired:
        said = f"`{stored.environment.name}` is retired: `slipway.yml` on the default branch names it no more."
        return obstacle(Reason.RETIRED_ENVIRONMENT, said)
    return (
        people.deployer(stored.rules, release.requested_by)
        or is_gated_enough(release, stored.rules)
        or is_open(release, stored.gate)
    )


def is_gated_enough(release: Release, rules: Rules) -> Obstacle | None:
    """The rules of now ask for no more approvals than those of then. Pure."""
    if rules.approvals <= release.approvals_needed:
        return None
    said = f"`{rules.name}` needs {counted(rules.approvals, 'approval')} by now; it needed fewer when it was asked for."
    return obstacle(Reason.APPROVAL_NEEDED, said, "Ask for it again.")


def is_open(release: Release, gate: Gate | None) -> Obstacle | None:
    """The gate before the release, where it needs one, is approved for this very commit. Pure."""
    if not release.approvals_needed:
        return None
    if gate is None or gate.sha != release.sha:
        return obstacle(Reason.APPROVAL_NEEDED, f"{release_name(release)} was not approved.")
    match gate.state:
        case GateState.APPROVED:
            return None
        case GateState.WAITING:
            return obstacle(Reason.APPROVAL_NEEDED, f"{counted(gate.missing, 'approval')} more is needed.")
        case GateState.REJECTED:
            return obstacle(Reason.REJECTED, f"{release_name(release)} was rejected.")
        case GateState.VOID:
            return obstacle(Reason.REF_MOVED, f"A push came after {commit(release.sha)} was asked for.")


def _of_approvals(forge: Forge, release: Release, stored: Stored) -> Obstacle | None:
    """Whoever approved may still do so: a right that was taken away opens nothing."""
    if stored.gate is None:
        return None
    asker = release.requested_by.lower()
    logins = [vote.login for vote in stored.gate.votes if vote.approves and vote.login.lower() != asker]
    counting = [login for login in logins if stored.rules.admits(login)]
    good = [login for login in counting if forge.permission(stored.repository, login) >= Role.WRITE]
    missing = release.approvals_needed - len(good)
    if missing <= 0:
        return None
    said = "Somebody who approved it may not deploy here any more"
    return obstacle(Reason.APPROVAL_NEEDED, f"{said}: {counted(missing, 'approval')} more is needed.")


def _of_commit(forge: Forge, commits: Commits, release: Release, stored: Stored) -> Obstacle | None:
    """An approval may have taken days: the ref, the base and the checks are looked at as they are now."""
    found = CommitFacts(release.ref, release.sha, release.ref)
    number = pull_number(release.ref)
    if number:
        pull_request = forge.pull_request(stored.repository, number)
        found = replace(found, pull_request=pull_request, base=pull_request.base_ref)
        now = pull_request.head_sha
    else:
        resolved = commits.resolve(stored.repository, release.ref) if release.ref else None
        now = "" if resolved is None else resolved.sha
        found = replace(found, base=_base_of(release, stored))
    if release.ref and now != release.sha:
        return moved_away(release, now)
    if release.kind is ReleaseKind.ROLLBACK:
        return None
    if found.base and stored.rules.up_to_date:
        found = replace(found, standing=commits.compare(stored.repository, found.base, release.sha))
    if stored.rules.checks != NO_CHECKS:
        found = replace(found, checks=commits.checks(stored.repository, release.sha))
    situation = Situation(release.created_at, release.requested_by, Role.NONE, stored.rules, commit=found)
    return is_up_to_date(situation) or are_green(situation)


def _base_of(release: Release, stored: Stored) -> str:
    """What a branch must hold all of; empty: it is its own measure, or a tag or an id, which can't follow."""
    own = (stored.rules.automatic_ref, f"{HEADS}{stored.default_branch}")
    return stored.default_branch if release.ref.startswith(HEADS) and release.ref not in own else ""


def moved_away(release: Release, now: str) -> Obstacle:
    """What was approved is no longer what is there, also when the push's own news got lost."""
    at = f"is at {commit(now)} by now" if now else "is gone"
    said = f"{ref_name(release.ref)} {at}; what was approved is commit {commit(release.sha)}."
    return obstacle(Reason.REF_MOVED, said)


def _stored(connection: Connection, release: Release) -> Stored | None:
    environment = environments.by_id(connection, release.environment_id)
    found = repositories.by_id(connection, release.repository_id)
    if environment is None or found is None or not found.covered:
        return None
    repository = found.ref
    gate = gates.newest_of(connection, GateKind.DEPLOY, release.id) if release.approvals_needed else None
    return Stored(repository, found.default_branch, environment, rules_of(environment), gate)
