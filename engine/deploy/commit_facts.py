"""What GitHub says about the commit that is to be deployed: which it is, how it lies, what checks say, what runs."""

from dataclasses import dataclass, field, replace

from engine.deploy.aim import Aim
from engine.deploy.asks import DeployAsk
from engine.domain.event import PullRequest
from engine.errors import ConfigurationError, Gone, OutsideError
from engine.forge.commits import Checks, Commits, Comparison
from engine.forge.port import Forge, RepositoryRef
from engine.project.config import PROJECT_FILE
from engine.project.environments import NO_CHECKS, Rules, RunConfig, run_config
from engine.store.branches import pull_ref


@dataclass(frozen=True)
class CommitFacts:
    """The commit, and what stands around it."""

    #: What was asked for, as people name it.
    wanted: str
    #: Full commit id; empty: there is no such ref.
    sha: str = ""
    #: Where it was found, in full; empty: named by its id.
    ref: str = ""
    #: The pull request that it is deployed for, as it is now; None: for none.
    pull_request: PullRequest | None = None
    #: The branch that it must hold all of; empty: none.
    base: str = ""
    #: How it lies to that; None: nobody needs to know, or it can't be compared.
    standing: Comparison | None = None
    #: None: they can't be read.
    checks: Checks | None = None
    run: RunConfig = field(default_factory=RunConfig)
    #: What is wrong with `slipway.yml` at this commit, a sentence each.
    problems: tuple[str, ...] = ()


def of_deploy(forge: Forge, commits: Commits, ask: DeployAsk, aim: Aim, rules: Rules) -> CommitFacts:
    """The commit of a ref that was named, of the pull request it was said on, or of the default branch."""
    if ask.number and not aim.ref:
        pull_request = forge.pull_request(ask.repository, ask.number)
        # Bound to the head that we had received when it was written (C3): whether that is still the head is a rule's.
        sha = ask.sha or ask.head or pull_request.head_sha
        found = CommitFacts(f"#{ask.number}", sha, pull_ref(ask.number), pull_request, pull_request.base_ref)
    else:
        wanted = aim.ref or ask.default_branch
        resolved = commits.resolve(ask.repository, wanted)
        if resolved is None:
            return CommitFacts(wanted)
        # A branch that deploys by itself is its own measure.
        own = resolved.ref and resolved.ref == rules.automatic_ref
        found = CommitFacts(wanted, resolved.sha, resolved.ref, base="" if own else ask.default_branch)
    if not rules.up_to_date:
        found = replace(found, base="")
    return _around(forge, commits, ask.repository, found, rules)


def of_promotion(forge: Forge, commits: Commits, ask: DeployAsk, sha: str, rules: Rules) -> CommitFacts:
    """The commit that the environment before serves; it was up to date when it came there."""
    if not sha:
        return CommitFacts(rules.after)
    return _around(forge, commits, ask.repository, CommitFacts(rules.after, sha), rules)


def of_push(forge: Forge, commits: Commits, repository: RepositoryRef, ref: str, sha: str, rules: Rules) -> CommitFacts:
    """The commit that a branch was pushed to."""
    return _around(forge, commits, repository, CommitFacts(ref, sha, ref), rules)


def checks_of(commits: Commits, repository: RepositoryRef, sha: str, rules: Rules) -> Checks | None:
    """What checks say, where anybody needs to know; None when GitHub doesn't say."""
    if rules.checks == NO_CHECKS:
        return Checks(())
    try:
        return commits.checks(repository, sha)
    except OutsideError:
        return None


def _around(forge: Forge, commits: Commits, repository: RepositoryRef, found: CommitFacts, rules: Rules) -> CommitFacts:
    found = replace(found, checks=checks_of(commits, repository, found.sha, rules))
    if found.base:
        found = replace(found, standing=_standing(commits, repository, found))
    try:
        data = forge.read_file(repository, PROJECT_FILE, found.sha)
        return replace(found, run=run_config(data, rules.name))
    except ConfigurationError as error:
        return replace(found, problems=tuple(error.problems))


def _standing(commits: Commits, repository: RepositoryRef, found: CommitFacts) -> Comparison | None:
    try:
        return commits.compare(repository, found.base, found.sha)
    except Gone:
        return None
