"""What a push means for environments: what was to be approved is void, what waited is superseded, what is automatic
starts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from engine.deploy import automatic
from engine.deploy.commit_facts import CommitFacts, checks_of, of_push
from engine.deploy.project import adopt
from engine.deploy.turns import leave
from engine.deploy.words import commit as commit_told
from engine.deploy.words import ref_name, who
from engine.domain.environment import Environment
from engine.domain.event import Pushed
from engine.domain.gate import GateKind
from engine.domain.release import DeployState, Release
from engine.errors import ConfigurationError
from engine.forge.commits import Commits
from engine.forge.port import Forge, RepositoryRef
from engine.project.config import PROJECT_FILE
from engine.project.environments import ALL_CHECKS, Rules, in_order, read_rules, rules_of, with_choice
from engine.readiness.following import follow_branch
from engine.settings import Settings
from engine.store import branches, environments, gates, locks, releases
from engine.store.branches import HEADS, Branch, pull_ref
from engine.store.locks import LockTimes
from engine.store.schema import pull_requests

#: What GitHub writes where there is no commit.
NOWHERE = "0" * 40


@dataclass(frozen=True)
class PushFacts:
    """What GitHub says around a push that may deploy."""

    #: Where the branch is at this moment; empty: gone, or so new that GitHub doesn't show it yet.
    head: str
    #: By the default branch's `slipway.yml`; none when that has problems.
    rules: tuple[Rules, ...] = ()
    problems: tuple[str, ...] = ()
    #: The pushed commit, by the name of each environment that it deploys to.
    commits: Mapping[str, CommitFacts] = field(default_factory=dict)
    #: Names of the checks that the commit before had.
    expected: tuple[str, ...] = ()


def wants_rules(connection: Connection, event: Pushed) -> bool:
    """True when GitHub must be asked (`gather_push`) before `pushed`: the push may deploy, or change who may."""
    if event.deleted or not event.ref.startswith(HEADS):
        return False
    known = environments.of_repository(connection, event.repository.id)
    if not known or event.ref == f"{HEADS}{event.repository.default_branch}":
        return True
    return any(rules_of(each).automatic_ref == event.ref for each in known)


def gather_push(forge: Forge, commits: Commits, event: Pushed, known: list[Environment]) -> PushFacts:
    """Asks what the push needs; `known` are the repository's environments. Raises Unreachable, Denied or Gone."""
    repository = RepositoryRef(event.installation_id, event.repository.id, event.repository.full_name)
    resolved = commits.resolve(repository, event.ref)
    stored = {each.name: rules_of(each) for each in known if not each.retired}
    problems: tuple[str, ...] = ()
    try:
        rules = read_rules(forge.read_file(repository, PROJECT_FILE, event.repository.default_branch))
    except ConfigurationError as error:
        rules, problems = (), tuple(error.problems)
    own = [_with_choice(each, stored) for each in rules or tuple(stored.values())]
    deployed = [each for each in own if each.automatic_ref == event.ref]
    return PushFacts(
        head="" if resolved is None else resolved.sha,
        rules=rules,
        problems=problems,
        commits={each.name: of_push(forge, commits, repository, event.ref, event.after, each) for each in deployed},
        expected=_expected(commits, repository, event, deployed),
    )


def pushed(connection: Connection, event: Pushed, facts: PushFacts | None, now: float, *, settings: Settings) -> str:
    """What the push changes, written; a note for the operator. `facts` are None where `wants_rules` said so.

    Call it in the job's own serial transaction; `now` is in Unix seconds.
    """
    times = locks.times(connection, settings.intervals, now)
    if event.deleted or event.after == NOWHERE:
        branches.forget(connection, event.repository.id, event.ref)
        void(connection, event.repository.id, event.ref, "", event.sender.login, times)
        return "the branch is gone"
    if _is_late(connection, event, facts):
        return "a newer push came before it"
    before = "" if event.before == NOWHERE else event.before
    branch = Branch(event.repository.id, event.ref, event.after, before, event.sender.login, now)
    branches.record(connection, branch)
    follow_branch(connection, event, now)
    ended = void(connection, event.repository.id, event.ref, event.after, event.sender.login, times)
    for number in _pull_requests_of(connection, event):
        ended += void(connection, event.repository.id, pull_ref(number), event.after, event.sender.login, times)
    notes = [f"{len(ended)} superseded"] if ended else []
    if facts is not None and (facts.head or event.before == NOWHERE):
        notes += _deploy(connection, event, facts, times)
    return "; ".join(notes) or "noted"


def head_moved(
    connection: Connection, repository_id: int, number: int, sha: str, by: str, now: float, *, settings: Settings
) -> None:
    """A pull request has another head: what was to be approved of it is void. Safe to repeat."""
    void(connection, repository_id, pull_ref(number), sha, by, locks.times(connection, settings.intervals, now))


def void(connection: Connection, repository_id: int, ref: str, sha: str, by: str, times: LockTimes) -> list[Release]:
    """Ends what waits of this ref at another commit: whatever needs an approval, and whatever a push had started."""
    ended = []
    for release in _waiting_of(connection, repository_id, ref):
        if release.sha == sha or not (release.approvals_needed or release.automatic):
            continue
        gate = gates.newest_of(connection, GateKind.DEPLOY, release.id)
        if gate is not None:
            gates.make_void(connection, gate, times.now)
        releases.cancel(connection, release, _why_void(release, sha, by), times.now)
        leave(connection, release, times)
        ended.append(release)
    return ended


def _why_void(release: Release, sha: str, by: str) -> str:
    somebody = who(by) if by else "Somebody"
    if not sha:
        return f"{ref_name(release.ref)} was deleted by {somebody}"
    moved = f"{somebody} pushed {commit_told(sha)} to {ref_name(release.ref)}"
    return f"{moved}: {commit_told(release.sha)} is no longer what is there"


def _waiting_of(connection: Connection, repository_id: int, ref: str) -> list[Release]:
    live = releases.unfinished(connection)
    mine = [each for each in live if each.repository_id == repository_id and each.ref == ref]
    return [each for each in mine if each.state is DeployState.PENDING and not each.stop_wanted]


def _deploy(connection: Connection, event: Pushed, facts: PushFacts, times: LockTimes) -> list[str]:
    repository = RepositoryRef(event.installation_id, event.repository.id, event.repository.full_name)
    known = environments.of_repository(connection, event.repository.id)
    # A project that names no environments has one from its first deploy on, not from its first push.
    if facts.rules and (known or any(each.written for each in facts.rules)):
        adopt(connection, repository, facts.rules, times.now)
        known = environments.of_repository(connection, event.repository.id)
    own = {each.name: rules_of(each) for each in known if not each.retired}
    notes = []
    for environment in in_order(each for each in known if not each.retired):
        name = environment.name
        commit = facts.commits.get(name)
        if commit is None or own[name].automatic_ref != event.ref:
            continue
        notes.append(
            automatic.start(
                connection,
                environment,
                own[name],
                commit,
                login=event.sender.login,
                expected=facts.expected,
                problems=facts.problems,
                times=times,
            )
        )
    return notes


def _is_late(connection: Connection, event: Pushed, facts: PushFacts | None) -> bool:
    """True of a push whose delivery comes after that of a newer one: the branch is elsewhere by now."""
    known = branches.by_ref(connection, event.repository.id, event.ref)
    if known is not None and known.sha not in (event.after, event.before) and known.before == event.after:
        return True
    # GitHub's reads may lag behind its own deliveries: then the branch still is where it was before the push.
    return facts is not None and facts.head not in ("", event.after, event.before)


def _pull_requests_of(connection: Connection, event: Pushed) -> list[int]:
    """Open pull requests of the pushed branch: their own news may come later."""
    if not event.ref.startswith(HEADS):
        return []
    mine = (
        pull_requests.c.repository_id == event.repository.id,
        pull_requests.c.head_ref == event.ref.removeprefix(HEADS),
        pull_requests.c.open,
        pull_requests.c.fork.is_(False),
    )
    return list(connection.execute(select(pull_requests.c.number).where(*mine)).scalars())


def _expected(commits: Commits, repository: RepositoryRef, event: Pushed, deployed: list[Rules]) -> tuple[str, ...]:
    if event.before == NOWHERE or not any(each.checks == ALL_CHECKS for each in deployed):
        return ()
    return expected_of(commits, repository, event.before)


def expected_of(commits: Commits, repository: RepositoryRef, before: str) -> tuple[str, ...]:
    """Names of the checks of a commit; none when they can't be read."""
    found = checks_of(commits, repository, before, Rules(""))
    return () if found is None else tuple(dict.fromkeys(each.name for each in found.results))


def _with_choice(rules: Rules, stored: Mapping[str, Rules]) -> Rules:
    before = stored.get(rules.name)
    return rules if before is None else with_choice(rules, before)
