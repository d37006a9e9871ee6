"""Which commit: there at all, not a fork's, where it was when it was asked for, and up to date with its base."""

from engine.deploy.outcome import Obstacle
from engine.deploy.rules.situation import Situation
from engine.deploy.words import commit, counted, obstacle
from engine.reasons import Reason
from engine.reports.escape import code, sentence


def exists(situation: Situation) -> Obstacle | None:
    """A branch, tag or commit of that name is there."""
    if situation.commit is None or situation.commit.sha:
        return None
    wanted = code(situation.commit.wanted)
    return obstacle(Reason.NO_SUCH_REF, f"There is no branch, tag or commit {wanted} here, and no such environment.")


def is_ours(situation: Situation) -> Obstacle | None:
    """A fork's commit is never deployed: environments have secrets."""
    if not situation.fork:
        return None
    said = "This pull request comes from a fork, and nothing of a fork is deployed to an environment."
    return obstacle(
        Reason.FORK_NEEDS_APPROVAL, said, "Somebody with write permission can push the branch to this repository."
    )


def is_open(situation: Situation) -> Obstacle | None:
    """A closed pull request is deployed no more."""
    if not situation.closed:
        return None
    said = "This pull request is closed."
    return obstacle(Reason.PULL_REQUEST_CLOSED, said, "Reopen it, or deploy a branch by its name: `/deploy main`.")


def has_not_moved(situation: Situation) -> Obstacle | None:
    """What is deployed is what whoever asked could see (C3): never what was pushed meanwhile."""
    moved = situation.moved
    if moved is None:
        return None
    if moved.reason is Reason.STALE_BUTTON:
        said = f"This button belongs to commit {commit(moved.bound)}; meanwhile {commit(moved.newest)} has come."
    else:
        said = f"When it was asked for, {moved.what} was at {commit(moved.bound)}; meanwhile it is at "
        said += f"{commit(moved.newest)}."
    return obstacle(moved.reason, said)


def is_up_to_date(situation: Situation) -> Obstacle | None:
    """The commit holds all of its base branch, where `up_to_date` asks for that."""
    found = situation.commit
    if found is None or not found.sha or not found.base or not situation.rules.up_to_date:
        return None
    base = code(found.base)
    if found.standing is None:
        return obstacle(Reason.BEHIND_BASE, f"{commit(found.sha)} can't be compared with {base}.")
    behind = found.standing.behind
    if not behind:
        return None
    said = f"{commit(found.sha)} lacks {counted(behind, 'commit')} of {base}."
    if found.pull_request is None and not found.standing.ahead:
        opener = f"Deploy {base} itself; `/rollback` goes back to what was deployed before."
        return obstacle(Reason.BEHIND_BASE, said, opener)
    return obstacle(Reason.BEHIND_BASE, said)


def is_well_configured(situation: Situation) -> Obstacle | None:
    """`slipway.yml` can be read, on the default branch (who may) and at the commit (what runs)."""
    told = situation.problems
    where = "on the default branch"
    if not told and situation.commit is not None:
        told, where = situation.commit.problems, f"at commit {commit(situation.commit.sha)}"
    if not told:
        return None
    problems = " ".join(sentence(each) for each in told)
    return obstacle(Reason.BAD_CONFIGURATION, f"`slipway.yml` {where} has problems. {problems}")
